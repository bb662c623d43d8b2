"""How Spanish posts complain, praise and ask; how the groups are written: `listener.cues`.

The names and weights of the groups are those of `cues_for` and `cues_against`. Accents may be
missing; words of Spain and of the Americas stand side by side.
"""

from listener.cuetext import Spelling, spellings
from listener.tongue import build

_SPELLING = Spelling(
    spellings(
        "q=que k=que ke=que xq=porque pq=porque porq=porque x=por d=de tb=tambien "
        "tmb=tambien tbn=tambien toy=estoy ta=esta pa=para pal=para_el xfa=por_favor "
        "xfavor=por_favor porfa=por_favor porfavor=por_favor pf=por_favor gcs=gracias "
        "grax=gracias grasias=gracias serbicio=servicio hs=horas hrs=horas min=minutos "
        "nadien=nadie verguensa=verguenza verguenza=verguenza ladrónes=ladrones "
        "respuest=respuesta tlf=telefono tel=telefono wapp=whatsapp aver=a_ver "
        "reclamasion=reclamacion debolucion=devolucion rembolso=reembolso "
        "reenbolso=reembolso"
    )
)

_SHORT = {
    "<while>": "{minuto|minutos|hora|horas|día|días|semana|semanas|mes|meses|año|años}",
    "<some>": "{0|un|una|dos|tres|cuatro|cinco|seis|varios|varias|unos|unas|más de 0|más de un|más de una|casi 0|casi un}",
    "<mi>": "{mi|mis|nuestro|nuestra|nuestros}",
    "<su>": "{su|sus|vuestro|vuestra|tu|tus|vuestros}",
    "~": "{o|a|os|as}",
}

_PHRASES = {
    "waiting": """
        {sigo|seguimos|llevo|llevamos|estoy|estamos|continúo|sigue} {esperando|a la espera|sin|en
        espera|aguardando}, {llevo|llevamos|lleva|llevan} {<some>|ya <some>|como <some>|desde|
        toda|días|semanas|meses|horas}, {hace|desde hace|hacen} {<some>|ya <some>} <while>, hace
        {días|semanas|meses|horas|rato}, {esperando|esperar|espero|esperamos} {desde|hace|mi|una|
        el|la|respuesta|que me|a que|por|<some>|más}, {aún|todavía|aun|todavia} {no|sin|nada|
        estoy|sigo|espero|esperando}, {sin|y} {llegar|recibir|noticias|resolver|resolverse},
        {tiempo|tiempos|hora|horas|minutos} de {espera|retraso|demora|atraso}, retraso, retrasos,
        retrasad~, demora, demoras, demorado, demorada, tarda, tardan, tardanza, tardando, atraso,
        atrasad~, cuánto {tiempo|más|tarda|tengo que|hay que}, {hasta|para} cuándo, cuando {llega|
        llegará|van a|piensan|pensáis|me|vais a|tendré|podré|lo|se|nos} , {todo el|toda la} {día|
        mañana|tarde|semana|fin de semana}, desde {ayer|el lunes|el martes|el miércoles|el jueves|
        el viernes|el sábado|el domingo|las 0|el 0|anoche|la semana pasada|el mes pasado},
        {después|despues|tras} de <some> <while>, tras <some> <while>, {debía|tenía que|debería|
        iba a} {llegar|venir|haber llegado|estar}, <some> <while> {esperando|sin|de espera|y|de
        retraso|y nada}, cola, interminable
    """,
    "repeat contact": """
        {segunda|tercera|cuarta|quinta|enésima|0 ª|0 a|0} {vez|llamada|reclamación|queja|mail|
        veces|llamadas|correos|mensajes|reclamaciones}, {otra|una} vez más, otra vez, {varias|
        muchas|mil|tantas|dos|tres|cuatro|innumerables|miles de} {veces|llamadas|quejas}, {ya}
        {llamé|he llamado|escribí|he escrito|les escribí|reclamé|mandé|les mandé|hablé|reporté|les
        dije|os he}, {he|hemos} {llamado|reclamado|escrito|hablado|enviado|mandado|intentado|
        contactado|puesto}, {llamo|llamé|llamar|llamado|llamando} {y|varias|otra|de nuevo|al|a
        atención|mil|todos}, {siempre|cada vez} {lo mismo|igual|que|es}, {cada|todos los} {día|
        días|mes|meses|vez}, de nuevo, nuevamente, constantemente, continuamente, una y otra vez,
        {a pesar de|pese a} {haber|las|los|mis|que}, {por|es la} {segunda|tercera|cuarta|enésima}
        vez, {vuelve|vuelven|volvió} a
    """,
    "refund and charge": """
        reembolso, reembolsos, reembolsar, reembolsen, reembolsado, devolución, devoluciones,
        devolver, devuelvan, devuelvanme, devolvedme, devuelvan mi, {mi|el|nuestro} dinero, {la|
        mi} plata, {me|nos} {cobran|cobraron|cobrado|han cobrado|cobrasteis|cobró|siguen cobrando|
        descontaron|cargaron|facturaron|quieren cobrar|cobráis}, {cobro|cobros|cargo|cargos}
        {indebido|indebidos|doble|duplicado|de más|injustificado|no reconocido}, {doble|dos veces|
        de más} {cobro|cobrado|cobraron}, cobrando, {pagué|pagamos|he pagado|hemos pagado|pago|
        pagando} {por|para|un|una|y|0|todos|cada|el}, factura {de|errónea|incorrecta|inflada|más},
        facturación, {carísimo|carísima|muy caro|demasiado caro|caros}, indemnización,
        compensación, garantía, cambio de, {bono|vale}, comisión, comisiones
    """,
    "broken": """
        {no|ni} {funciona|funcionan|funcionaba|sirve|sirven|va|van|anda|andan|carga|cargan|abre|
        enciende|prende|conecta|responde|deja|me deja|permite|puedo|podemos|puede|se puede|pude|
        hay|tengo|tenemos|llega|llegan|llegó|ha llegado|han llegado|me ha llegado|me llegó|me
        llega|he recibido|recibí|aparece|entra|me entra}, {no} {me|nos|os|lo|se} {funciona|deja|
        llega|carga|han entregado|entregaron|ha llegado|llegó|abre|permite|reconoce|aparece|
        reembolsan|soluciona|solucionan|arregla}, {sin|no hay|quedé sin|no tengo|me quedé sin|nos
        quedamos sin} {internet|servicio|luz|agua|señal|línea|conexión|cobertura|gas|datos|
        teléfono|sistema}, {se|me} {cae|cayó|corta|cortó|cuelga|rompió|estropeó|cortan|traba|
        congela|bloquea|jodió}, caíd~, caida, {está|están|llegó|vino|viene|llega} {roto|rota|
        rotos|dañado|dañada|caído|caída|abierto|abierta|mal|defectuoso|incompleto|averiado|usado|
        vencido|bloqueada}, rot~, dañad~, averiad~, avería, averías, defectuos~, estropead~,
        {falla|fallas|fallo|fallos|fallan|fallando}, error, errores, bug, bugs, {pedido|paquete|
        maleta|equipaje|envío} {perdido|perdida|extraviado|incompleto|equivocado|nunca},
        {perdieron|perdisteis|extraviaron|han perdido} , {producto|talla|color|artículo|dirección|
        pedido} {equivocad~|erróneo|incorrecto}, {muy|tan|super|demasiado} lent~, lentísim~,
        {nunca|jamás|aún no|todavía no} {llegó|llega|llegaron|vino|vinieron|apareció|me llegó|
        funciona}, cancelaron, imposible {comunicarse|contactar|entrar|acceder|hablar|comunicarme|
        usar}, falta, faltan, deja de funcionar, dejó de funcionar, bloquead~, intermitente
    """,
    "trouble": """
        problema, problemas, inconveniente, inconvenientes, incidencia, incidencias, desastre,
        caos, pesadilla, cancelado, cancelada, cancelar, cancelan, queja, quejas, reclamo,
        reclamos, reclamación, reclamaciones, reclamar, lamentablemente, desgraciadamente, lío,
        follón, quilombo, error, perdid~, avería, suspendido
    """,
    "no reply": """
        {nadie|ninguno} {responde|contesta|me|nos|atiende|da|sabe|hace|coge|resuelve|soluciona|se|
        ayuda|llama|viene|contestan|respondió|contestó|puede|aparece}, {no} {responden|contestan|
        contestáis|respondéis|responde|contesta|atienden|me responden|me contestan|me atienden|me
        dan|dan|hacen|solucionan|resuelven|me solucionan|me resuelven|cogen|me hacen|me han|nos
        han|me ayudan|ayudan|llaman|han respondido|han contestado|me llaman|devuelven|se dignan|
        hay quien|dais|hacéis|han dado}, {sin|ninguna|cero|nula|ni una|no hay|ni} {respuesta|
        respuestas|solución|soluciones|explicación|noticias|información|atención|contestación|
        ayuda|aviso|avisar|previo aviso|disculpa}, {me|nos} {ignoran|cuelgan|colgaron|han colgado|
        cortaron|colgáis|pasan de|tienen|marean|dejan en visto|bloquearon|dejaron}, ignoran,
        ignorando, {dan|dando} largas, de un {lado|departamento} a otro, {respuesta|mensaje}
        automátic~, {robot|bot|contestador|copiar y pegar|copia y pega}, {imposible} {contactar|
        comunicarse|hablar}, {silencio|oídos sordos}, dejad~ en visto, pasan de, se lavan las
        manos, se pasan la pelota
    """,
    "accusation": """
        estafa, estafas, estafador, estafadores, estafad~, estafan, estafando, timo, timad~,
        timadores, ladrón, ladrones, robo, roban, robando, robado, robaron, {me|nos} {robaron|
        estafaron|roban|engañaron|mintieron|tomaron el pelo|toman el pelo|timaron}, fraude,
        engaño, engaños, engañan, engañando, engañad~, mentira, mentiras, mentiros~, mienten,
        mintieron, mintiendo, {vergüenza|verguenza}, vergonzos~, sinvergüenza, sinvergüenzas,
        caradura, caraduras, jeta, {qué|tienen|tenéis} {cara|morro|jeta|poca vergüenza},
        inaceptable, inadmisible, indignante, indignad~, intolerable, incompetente, incompetentes,
        incompetencia, ineptos, inútiles, negligencia, irresponsables, {falta|faltas} de {respeto|
        seriedad|profesionalidad|ética|profesionalismo|educación}, {publicidad|oferta} engañosa,
        promesas incumplidas, incumplen, incumplimiento, abuso, abusiv~, abusan, abusador~,
        grosero, groseros, maleducad~, prepotente, racista, discriminación, ilegal, corruptos, de
        {pena|vergüenza|juzgado de guardia|chiste}, ridícul~, tomadura de pelo, {se|os} {burlan|
        ríen|reís|burláis|cagan}, {tomar|toman|tomáis} el pelo, {le|les|os} {importa|vale} {un|
        una|poco|madre|nada}, impresentables, panda de, payasos, bola de, chorros
    """,
    "leaving": """
        nunca {más|mas|jamás|vuelvo|volveré|compren|contraten}, {jamás|nunca} {volveré|vuelvo|
        compraré|contraten|compro|vuelo|recomiendo}, no {vuelvo|volveré|volvemos|compren|compréis|
        contraten|contratéis|recomiendo|lo recomiendo|los recomiendo|vuelen|viajen|usen|caigan|
        compro|la recomiendo|volvería|se los recomiendo|confíen|recomendable}, {me|nos} {cambio|
        voy|doy de baja|paso|largo|cambiaré|vamos|iré|voy a cambiar|daré de baja|doy} {a|de|con|
        baja|otra|otro}, {dar|darme|dado|doy|darse} de baja, cancelar {mi|el|la} {cuenta|servicio|
        contrato|suscripción|línea|pedido|tarjeta}, {cambiar|cambio|cambiarme} de {compañía|banco|
        operador|operadora|empresa}, {portabilidad|irme a|ir a la competencia|la competencia},
        {pierden|perdieron|perdéis|habéis perdido|han perdido|perdiendo} {un|una|a un|clientes|
        cliente}, última vez, ultima compra, {eviten|evitad|huyan|huid|aléjense|cuidado con|ojo
        con|mucho ojo|no se fíen}, boicot, {pérdida|perdida} de {tiempo|dinero}, me arrepiento,
        {cierro|cerrar|cerraré} {mi|la} cuenta, mal gasto, tiren su dinero
    """,
    "reproach": """
        {por qué|porque|porqué} {no|me|mi|siempre|tardan|nadie|os|el|la|se|cobran|hay|tengo|tarda|
        demonios|coño|carajo|sigue|todavía}, por que ?, porque ?, dónde {está|están|queda} {mi|
        mis|el|la|su}, {cómo|como} {es posible|puede ser|puede|se atreven|es que|carajo|coño|
        pretenden|van a}, {qué|que} {pasa|pasó|ocurre|clase|tipo|mierda|esperan|vergüenza|carajo|
        coño|poca|le pasa|les pasa|hacen|mal|asco|falta|pésimo|horror|desastre} {con|de|es|para|
        servicio|el|a|}, para {qué|cuando|cuándo} {sirve|sirven|está|tienen|van}, {es|esto es|les
        parece|os parece} {normal|una broma|broma|serio|una burla|el colmo|increíble que|de
        broma}, {les|os} parece, en serio ?, en serio, {van|vais|piensan|pensáis|pueden|podéis}
        {a|hacer|responder|solucionar|explicar} , {dijeron|prometieron|aseguraron|dicen|dijisteis|
        prometisteis}, me {dijeron|dicen|prometieron|aseguraron}, se supone, supuestamente, ni
        {siquiera|se dignan|caso|puto caso|idea|una respuesta}, se {niegan|negaron}, no {es
        normal|puede ser|hay derecho|es posible|tienen vergüenza|es justo|me parece|es de recibo},
        ya {está bien|estuvo bien|basta|vale|es hora}, basta, el colmo, ? ?, ? !, ! ?, {hola ?|
        oigan|a ver si|aver si|a ver cuando}, hasta las {narices|pelotas|bolas|huevos}, hart~,
        estoy hart~, qué esperan
    """,
    "bitter thanks": """
        {gracias|muchas gracias|mil gracias|felicidades|enhorabuena|felicitaciones} {@|} {por
        {nada|el retraso|la espera|no|hacerme|hacernos|arruinar|perder|perderme|dejarme|dejarnos|
        cancelar|cobrarme|robarme|robar|vuestra incompetencia|su incompetencia|la demora|su
        pésimo|el pésimo|el mal|estafarme|ignorarme|arruinarme|romper|tan mal}|a @ por {el
        retraso|no|dejarme}}, gracias por nada, {excelente|gran|genial|qué buen|que buen|buen|
        maravilloso|fantástico|estupendo} {servicio|trabajo|atención|gestión} {..|no ?|el de @|eh|
        como siempre ..|nótese}, nótese {la|el} {ironía|sarcasmo}, {viva|vivan} {el retraso|la
        incompetencia|las esperas}, {muy|qué} {bonito|lindo} {todo|!|quedarse|..}, bravo {@|por},
        {así|asi} {da gusto|va el|cualquiera}, un aplauso {para|a}, de {10|lujo} ..
    """,
    "demand": """
        {quiero|queremos|exijo|exigimos|necesito|necesitamos|pido|solicito|espero|demando} {mi|
        que|una|un|la|el|hablar|saber|respuesta|respuestas|solución|ayuda|cancelar|los|me|
        reclamar}, {por favor} {solucionen|respondan|ayuda|arreglen|contesten|ayúdenme|necesito|
        revisen|alguien|hagan|atiendan|den}, {solucionen|arreglen|respondan|contesten|devuelvan|
        hagan|den|atiendan|cumplan|pongan|dejen|resuelvan|arreglad|solucionad|contestad|
        devolvedme|haced|expliquen|reparen} {mi|el|la|esto|algo|ya|de|su|una|lo|me|sus|los|por|
        pronto}, hagan algo, haced algo, urgente, urgentemente, urge, inmediatamente, cuanto
        antes, lo antes posible, de una vez, ya !, {una|alguna|qué|la|pronta} {solución|respuesta|
        explicación}, {pueden|podrían|podéis|puedes|alguien} {ayudarme|solucionar|darme|revisar|
        explicarme|contestar|responder|que me ayude|me puede|puede}, {necesito|pido} ayuda, ayuda,
        solución, soluciones, a ver {si|cuándo}, espero {respuesta|solución|una|pronta}
    """,
    "disappointment": """
        pésim~, malísim~, peor, peores, {lo|el|la} peor, {muy|qué|que|tan|demasiado} {mal|mala|
        malo|malos|malas|triste|decepcionante|feo|decepcionada}, mal {servicio|trato|producto|
        estado|funcionamiento|rollo}, mala {atención|calidad|experiencia|gestión|educación|leche|
        onda|fe|praxis}, horrible, horribles, horroros~, terrible, espantos~, nefast~, lamentable,
        lamentables, penos~, deplorable, patétic~, asco, asqueros~, mierda, puta mierda,
        porquería, basura, {una|de} pena, decepción, decepcionad~, decepcionante, decepcionantes,
        molest~, enfadad~, enojad~, cabread~, indignación, frustrante, frustrad~, fastidio,
        triste, hart~, {no} {me gusta|me gustó|estoy contento|estoy contenta|es serio|estoy
        satisfecho|vale|es justo|es bueno|cumple|cumplen|merece|es como|era como|es lo que|sirven
        para nada|tienen}, {nada} {bueno|recomendable|satisfecho|contento|serio}, inútil, sucio,
        sucia, suci~, {cero|0} estrellas, una estrella, tercermundista, de cuarta, {me|nos} tienen
        {harto|harta|hartos|hasta}, {putos|puta|puto|putas}, joder, odio, detesto, arruin~,
        arruinaron, fatal, chafa, chapuza, cutre, vaya {mierda|servicio|tela|desastre|atención|
        robo|timo|vergüenza|panda|asco}, menud~ {mierda|servicio|desastre|vergüenza|chapuza|
        panda}, {da|dan} {asco|pena|vergüenza|rabia}, infame, incomodidad, desilusión
    """,
    "service talk": """
        servicio, servicio {técnico|al cliente}, atención, soporte, técnico, técnicos, operador,
        operadora, asesor, repartidor, mensajero, pedido, envío, entrega, paquete, factura,
        contrato, línea, oficina, sucursal, tienda, número de {pedido|caso|ticket|guía|reporte},
        <mi> {cuenta|pedido|paquete|dinero|factura|vuelo|maleta|tarjeta|línea|internet|caso|
        compra|reembolso|equipaje|teléfono|celular|móvil|problema|solicitud|reclamo|servicio|
        contrato|casa|conexión}, <su> {servicio|app|aplicación|página|web|atención|sistema|
        empresa|personal|línea|compañía|tienda|red|clientes|cliente|plataforma|soporte|empleados},
        {me|nos} {dicen|dijeron|dijo|dice}, correo, correos, llamada, llamadas, mensaje, queja
    """,
    "customer service": """
        cliente, clientes, atención al cliente, servicio al cliente, servicio de atención, call
        center, consumidor, defensa del consumidor, usuarios, usuario, atención telefónica
    """,
    "strong language": "joder, coño, hostia, mierda, carajo, puta, puto, putos, cojones, verga, pinche, pinches, mamadas, cabrones, gilipollas, pendejos, culeros, fuck, wtf",
    "negation": "no, ni, nunca, jamás, nada, nadie, sin, ningún, ninguna, ninguno, tampoco",
    "contrast": "pero, aún, todavía, sigue, siguen, sigo, ya, aunque, sino, solo, ahora, después, desde, hasta, porque, encima, además, ni siquiera, otra vez, mientras, cuando, luego",
    "own trouble": "me, mi, mis, yo, he, nos, nuestro, estoy, tengo, llevo, estaba, había, hemos, conmigo, fui",
    "thanks": """
        gracias, muchas gracias, mil gracias, gracias {por {la|todo|su|tu|el|vuestra|responder|
        ayudar|ayudarme|resolver|la atención|compartir}|a|@|!}, agradezco, agradecid~, agradecer,
        felicidades, felicito, felicitaciones, enhorabuena, bien hecho, buen trabajo, gran
        trabajo, bravo, aplausos, saludos, {problema|está|quedó|ya está|fue} {resuelto|
        solucionado|arreglado|todo bien}, todo {bien|perfecto|solucionado|ok}, sin problema, de
        nada, bienvenid~, no pasa nada
    """,
    "praise": """
        excelente, excelentes, genial, geniales, perfect~, increíble, increíbles, maravillos~,
        fantástic~, estupend~, buenísim~, espectacular, encantad~, encanta, encantan, encantó, me
        gusta, me gustó, gusta, gustó, amo, adoro, amé, mejor, mejores, {el|la|lo|los} mejor,
        bueno, buena, buenos, buenas, bien, bonit~, lind~, hermos~, precios~, feliz, felices,
        content~, satisfech~, recomiendo, recomendable, recomendad~, {muy|tan|super|súper|
        bastante|qué|que} {bueno|buena|bien|buenos|buenas|amable|amables|rápido|rápida|contento|
        contenta|feliz|lindo|bonito|rico|majo|guapo|divertido|útil|cómodo}, amable, amables,
        rápid~, eficiente, eficaz, ric~, delicios~, divertid~, guay, chul~, bacano, chévere,
        padrísimo, alegría, orgullos~, {buena|gran|excelente} {atención|experiencia|calidad|
        noticia|idea|compra|opción}, {buen|gran|excelente} {servicio|producto|precio|trabajo|
        trato}, vale la pena, un placer, placer, ganas de, emocionad~, fan, impecable, funciona
        {bien|perfecto|perfectamente|de maravilla|genial}
    """,
    "nothing wrong": """
        {sin|ningún|ni un|cero|no he tenido|nunca he tenido|no tuve|no tengo|nunca tuve} {ningún|
        un|ni un|} {problema|problemas|fallo|fallos|inconveniente|inconvenientes|error|errores|
        queja|quejas|retraso|retrasos|pero|pega|pegas|demora|demoras|defecto}, no {está|estuvo|es|
        son|están} {nada|tan|} {mal|malo|mala|malos|caro|cara}, nada mal, {no|nunca} {me|nos} {ha|
        han|} {decepcionado|decepcionó|decepciona|fallado|falla|defrauda|defraudado|arrepiento},
        no {me puedo quejar|puedo quejarme|decepciona|tuve que esperar|hay que esperar|falla|falla
        nunca}, {nunca|jamás} {falla|decepciona|he tenido que esperar|me ha fallado}, sin
        {esperar|esperas|colas|demoras}, {único|única} {pero|pega|defecto}, ya {funciona|volvió|
        está arreglado}, solucionado, resuelto
    """,
    "slang praise": """
        {de puta|de p} madre, la hostia de {bueno|buena|bien}, {brutal|bestial|bárbaro|cojonud~|
        bestia|flipante|acojonante}, la polla, {mola|mola mucho|mola mil|molan|me mola}, la leche,
        una pasada, qué pasada, está {cabrón|chido|chida|poca madre|brutal|de muerte|de locos},
        {poca|toda} madre, puto {amo|crack|genio}, puta {obra maestra|maravilla|locura},
        jodidamente {bueno|buena|genial}, de locos, es la bomba, rompe
    """,
    "news or advert": """
        sorteo, sorteamos, gana, ganar, participa, concurso, promoción, promo, descuento,
        descuentos, cupón, oferta, ofertas, aprovecha, regístrate, inscríbete, síguenos,
        visítanos, visita nuestra, contáctanos, compra ya, ya disponible, disponible {en|ya|para},
        próximamente, lee más, leer más, más {información|info|detalles}, descubre, conoce,
        empleo, vacante, vacantes, buscamos, contratamos, entrevista, podcast, noticia, noticias,
        última hora, informe, resultados, ganancias, acciones, bolsa, inversión, inversores,
        invierte, invertirá, lanza, lanzamiento, anuncia, anunció, presenta, presentó, inaugura,
        inauguración, abre, abrirá, nueva {tienda|app|versión|oferta|canción|colección}, nuevo
        {disco|video|modelo|álbum|servicio|local}, estreno, trimestre, mercado, según, video,
        vídeo, foto, fotos, en vivo, en directo, webinar, evento, conferencia, : link, vía @
    """,
    "plain question": """
        {puedo|se puede|podría} {llevar|pagar|usar|ir|comprar|pedir|cambiar|hacer|viajar|saber|
        reservar}, {tienen|tenéis|hay|hacen|venden|aceptan|ofrecen|envían|tienes} {alguna|algún|
        un|una|envíos|envío|wifi|menú|servicio|descuento|en|a|de|talla|tienda|opción|tarjeta},
        alguien {sabe|conoce|tiene|ha probado|puede decirme|me puede decir|recomienda}, {cómo|
        como} {puedo|hago|se hace|se puede|funciona|se llama|consigo|hacer} , {cuál|cuáles|cual}
        {es|son} {el|la|los|las|su|mejor}, a qué hora, qué {horario|horarios|precio|días|día|
        diferencia|requisitos}, cuánto {cuesta|vale|cuestan|sale|es}, {dónde|donde} {puedo|se|
        queda|compro|lo|encuentro|hay}, {quería|quisiera|quiero|me gustaría} {saber|preguntar|
        consultar}, una {pregunta|consulta|duda}, consulta, {saben|sabéis|sabes} {si|cuándo|dónde|
        a}, cuando {abren|sale|empieza|estrenan|abre|comienza}, es {posible|compatible|verdad que}
    """,
    "easy tone": """
        jaja, jajaja, jajajaja, jeje, lol, xd, ;, hola, buenos días, buenas tardes, buenas noches,
        ok, vale, claro, espero que, {feliz|buen|lindo} {día|fin|finde|viaje|domingo|viernes|
        cumple}, hoy, mañana, {estamos|tenemos|podemos|somos}, nuestro equipo, para todos, vida,
        mundo, primer, primera, nuevo, nueva, listo, besos, abrazo, saludos, nos vemos, suerte,
        vamos
    """,
}

_GRAVER = {
    "harm done": """
        {perdí|perdimos|perder|perdido|perdió} {mi|el|la|nuestro|un} {vuelo|conexión|tren|boda|
        entrevista|examen|cita|trabajo|casa|ahorros|datos|fotos|clientes|operación|empleo},
        {varad~|tirad~} en, {sin} {luz|agua|calefacción|gas|medicinas|medicamentos|insulina|
        dinero|comida|electricidad}, no puedo {pagar|trabajar|comer|teletrabajar|estudiar},
        deudas, deuda, {embarazada|discapacitad~|discapacidad|anciana|ancianos|bebé|recién nacido|
        diabétic~|cáncer|silla de ruedas|adulto mayor|mayores}, {miles|cientos} de {euros|pesos|
        dólares}, ahorros, arruinaron {mi|mis|nuestras}, desahucio, en la calle
    """,
    "escalation": """
        {hoja|hojas} de reclamaciones, {poner|puse|pondré|interponer|presentar} {una|la} {queja|
        reclamación|denuncia|reclamo}, queja formal, {gerente|director|supervisor|superior|
        presidente|dirección general}, boicot, {viral|hacer viral|comparte|compartan|difundan|
        difusión|rt}, {avisar|avisaré|contar|contaré} a {todos|todo}, mala {reseña|valoración},
        reseña negativa, desconocer el cargo, disputa, contracargo, burofax, que todos {sepan|se
        enteren}
    """,
}

_MOODS = {
    -3.0: "mierda asco asqueros~ estafa estafador~ estafadores ladrón ladrones vergüenza vergonzos~ pésim~ malísim~ horrible horribles terrible terribles odio odiar muerte muert~ muere asesin~ hijueputa hijo puta puto putos putas cabrón cabrones peor peores nefast~ basura matar mataron",
    -2.3: "mal malo mala malos malas triste tristes tristeza llorar lloro llorando dolor duele duelen miedo rabia furia enojad~ enojo enfad~ enfadad~ decepción decepcionad~ decepcionante mentira mentiras mentiroso mentirosa mienten robo roban robaron robado fraude inútil inútiles patétic~ lamentable ridícul~ estúpid~ idiota idiotas imbécil tont~ inaceptable indignante indigna injust~ injusticia enferm~ sufrir sufro sufre guerra violencia hart~ fatal joder coño pena feo fea feos fracaso maldit~ desastre jodid~ caos",
    -1.5: "problema problemas error errores fallo fallos falla retraso demora avería rot~ perdid~ perder perdí pierdo pierde queja reclamo difícil sol~ cansad~ cansancio aburrid~ aburre aburrimiento sueño hambre frío lento lenta car~ caro nunca nadie nada falta culpa molest~ nervios nervios~ preocupad~ preocupa lástima extraño echo menos lamento débil gripe fiebre cansa agobio estrés estresad~ pesad~ rar~ dud~ imposible sin ganas examen exámenes suspend~ ojalá pobre pobres puf uf ay no",
    3.0: "excelente excelentes perfect~ genial geniales increíble increíbles maravillos~ fantástic~ espectacular amor amo adoro encanta encantan encantó mejor mejores hermos~ precios~ buenísim~ felicidad estupend~ magnífic~",
    2.2: "gracias bueno buena buenos buenas bien buen feliz felices felicidades felicitaciones content~ alegre alegría alegro bonit~ lind~ guap~ quiero querer gusta gustó gustan divertid~ satisfech~ recomiendo orgullos~ orgullo éxito ganar ganado gané ganamos victoria disfrutar disfruta disfruten gran grande placer bravo enhorabuena guay chul~ mola crack rico rica delicios~ emocionad~ ilusión maj~ besos beso abrazo abrazos amable",
    1.3: "jaja jajaja jajajaja jajajajaja jeje xd lol hola saludos suerte amigo amiga amigos ánimo esperanza favor fiesta sol vacaciones viernes finde risa reír sonrisa sonreír interesante fácil rápid~ útil nuev~ sí ok vale listo lista tranquil~ paz cumpleaños cumple dulce gracios~ fuerza apoyo dios bendiciones bendición vamos viva bienvenid~ ganas sueños mejorar claro seguro",
}

TONGUE = build(
    _SPELLING,
    _SHORT,
    _PHRASES,
    _GRAVER,
    _MOODS,
    negators="no ni nunca jamás sin ningún ninguna tampoco poco nada",
    boosters="muy tan super súper bastante demasiado realmente totalmente más re",
    buts="pero aunque",
)
