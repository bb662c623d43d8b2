"""How German posts complain, praise and ask; how the groups are written: `listener.cues`.

The names and weights of the groups are those of `cues_for` and `cues_against`. Umlauts may be
written `ü`, `ue` or `u`: all are read alike.
"""

from listener.cuetext import Spelling, spellings
from listener.tongue import build

_SPELLING = Spelling(
    spellings(
        "nich=nicht net=nicht ned=nicht nit=nicht ni=nicht nix=nichts is=ist isses=ist_es "
        "isn=ist_ein hab=habe habs=habe_es gehts=geht_es gibts=gibt_es wirds=wird_es "
        "wanns=wann_es kanns=kann_es ne=eine nen=einen ner=einer nem=einem n=ein mal=mal "
        "bidde=bitte bittte=bitte danköö=danke thx=danke thanks=danke ka=keine_ahnung "
        "keinerlei=keine wg=wegen std=stunden stdn=stunden min=minuten tgl=taglich "
        "funzt=funktioniert funktionert=funktioniert funktoniert=funktioniert "
        "funktionirt=funktioniert erstatung=erstattung rückerstatung=ruckerstattung "
        "reperatur=reparatur reklamtion=reklamation lieferrung=lieferung servus=hallo "
        "wieso=warum weshalb=warum erreichba=erreichbar pakt=paket"
    ),
    letters=(("ae", "a"), ("oe", "o"), ("ue", "u")),
)

_SHORT = {
    "<while>": "{minute|minuten|stunde|stunden|tag|tage|tagen|woche|wochen|monat|monate|monaten|"
    "jahr|jahre|jahren}",
    "<some>": "{0|ein|eine|einer|einem|einen|zwei|drei|vier|fünf|sechs|mehrere|mehreren|etlichen|"
    "vielen|einigen|anderthalb}",
    "<mein>": "{mein|meine|meinen|meinem|meiner|unser|unsere|unseren|unserem}",
    "<euer>": "{euer|eure|euren|eurem|eurer|ihr|ihre|ihren|ihrem|ihrer}",
    "~": "{|e|er|es|en|em}",
}

_PHRASES = {
    "waiting": """
        {warte|warten|wartet|gewartet|wartend} {seit|noch|immer|schon|auf|bis|nun|jetzt|ich|wir|
        vergeblich|ewig|mehr|über}, {ich|wir} {warte|warten}, noch immer {nicht|kein|keine|keinen|
        nichts}, immer noch {nicht|kein|keine|keinen|nichts|auf|da}, {noch|bis heute|bisher|
        bislang|weiterhin} {nichts|kein|keine|keinen|nicht}, seit {<some>|über <some>|mehr als
        <some>|fast <some>|nun <some>|jetzt <some>|knapp <some>|gut <some>} <while>, seit
        {stunden|tagen|wochen|monaten|jahren|ewigkeiten|gestern|montag|dienstag|mittwoch|
        donnerstag|freitag|samstag|sonntag|heute}, {nach|über|schon|geschlagene|ganze} <some>
        <while>, nach {tagen|wochen|monaten|stunden}, {stundenlang|tagelang|wochenlang|monatelang|
        ewig|ewigkeiten} , warteschleife, wartezeit, warteschlange, wie lange {noch|soll|muss|
        dauert|wollt|braucht}, {dauert|dauerte|gedauert} {ewig|zu lange|schon|so lange|stunden|
        wochen|tage|0}, verspätung, verspätet, verspatete, {kommt|kam|kommen|trifft} {zu spät|
        nicht an|nie an}, zu spät, überfällig, verzögerung, verzögert, wann {kommt|kommen|bekomme|
        bekommen|kriege|wird|werde|werden|geht|ist|darf|kann} {endlich|mein|meine|das|die|der|ich|
        wir|es|nun|denn|mal}, stehe seit, sitze seit, sollte {heute|gestern|am|schon|bis|längst|
        zwischen} , {lässt|lassen} auf sich warten, längst
    """,
    "repeat contact": """
        {zum|das} {zweiten|dritten|vierten|fünften|sechsten|zigsten|x ten|hundertsten|0|0 .|
        wiederholten|0 x} mal, {zweite|dritte|vierte|0 .|zigste} {mal|mail|anruf|nachricht|
        beschwerde|woche|versuch|techniker}, schon {wieder|mehrfach|mehrmals|zweimal|dreimal|oft|0
        mal|0 x}, {mehrfach|mehrmals|wiederholt|zigmal|dutzendmal|zweimal|dreimal|viermal|0 x|0
        mal|ständig|dauernd} , immer {wieder|das gleiche|dasselbe}, jedes mal, jeden {tag|monat|
        morgen}, erneut, {habe|haben} {bereits|schon|euch schon|mich schon}, bereits {angerufen|
        geschrieben|gemeldet|mehrfach|reklamiert|0|zwei|drei}, {angerufen|geschrieben|gemeldet|
        angeschrieben|nachgefragt|kontaktiert|reklamiert|beschwert}, {zum|mal} {0|x} ten, und
        wieder, nochmal {angerufen|geschrieben|nachgefragt}, trotz {mehrfacher|mehrmaliger|
        mehrerer|wiederholter|zusage|kündigung|nachfrage|reklamation|mahnung}, hotline angerufen
    """,
    "refund and charge": """
        erstattung, rückerstattung, erstatten, erstattet, {geld|kohle} zurück, <mein> {geld|
        kohle}, abgebucht, abbuchung, {doppelt|zweimal|zu viel|zuviel|falsch|trotzdem} {abgebucht|
        berechnet|bezahlt|belastet|abgerechnet|kassiert}, abgezockt, {in rechnung|rechnung}
        {gestellt|über|falsch}, {falsche|überhöhte|zu hohe} {rechnung|abrechnung|betrag}, mahnung,
        mahngebühr, mahngebühren, inkasso, gebühr, gebühren, entschädigung, schadenersatz,
        schadensersatz, gutschrift, {ich|wir} {habe|haben} {bezahlt|gezahlt|0 euro}, {habe|haben}
        {dafür|0 euro|0} {bezahlt|gezahlt}, {zahle|zahlen|bezahle} {ich|wir|0|für|doch|jeden
        monat}, wucher, überteuert, {viel|völlig} zu teuer, umtausch, umtauschen, retoure,
        rücksendung, zurückschicken, zurückgeschickt, ersatz, preiserhöhung, kaution
    """,
    "broken": """
        {funktioniert|funktionieren|geht|gehen|läuft|laufen|klappt|startet|lädt|ladet|öffnet|
        reagiert|ging|lief|klappte|funktionierte|verbindet|zündet|hält} {nicht|nichts|nie|gar
        nicht|immer noch nicht|wieder nicht|überhaupt nicht|garnicht|nicht mehr|mal wieder nicht|
        seit}, {nichts|gar nichts|garnichts|kein|keine} {geht|funktioniert|läuft|klappt|internet|
        empfang|netz|verbindung|signal|strom|telefon|wlan|fernsehen|bild|ton|zugriff|zugang}, geht
        {es|das|die app|die seite|mein internet} {nicht|wieder nicht}, geht {mal wieder|wieder}
        {nichts|nicht}, kaputt, defekt~, beschädigt~, zerbrochen~, zerkratzt~, gerissen,
        abgestürzt, {stürzt|stürzte} {ständig|immer|dauernd|ab|die}, absturz, abstürze, fehler,
        fehlermeldung, störung, störungen, ausfall, ausfälle, ausgefallen, fällt {aus|ständig},
        fällt {heute|wieder|schon|mal} {wieder|aus}, {falsche|falscher|falsches|falschen}
        {artikel|ware|größe|produkt|adresse|farbe|bestellung|lieferung|artikel}, {nicht|nie|noch
        nicht|nichts|nicht mal|immer noch nicht} {angekommen|geliefert|erhalten|bekommen|
        zugestellt|da|eingegangen|gekommen|gutgeschrieben|bearbeitet|erschienen|aufgetaucht|
        verschickt|versendet|behoben|gelöst|repariert|aktiviert|freigeschaltet}, {kein|keine}
        {paket|lieferung|ware|bestätigung|techniker} {da|bekommen|erhalten|gekommen|angekommen|in
        sicht|erschienen}, {paket|koffer|gepäck|ware|sendung|bestellung} {weg|verschwunden|fehlt|
        verloren|nicht da|verschollen}, verschwunden, verschollen, {kann|können|konnte} {mich|man|
        ich|nicht|mein|nichts|wir} {nicht|nichts} {einloggen|anmelden|bestellen|bezahlen|
        zugreifen|telefonieren|arbeiten|mehr|öffnen}, {einloggen|anmelden|login|bezahlen|buchen|
        laden} {geht|nicht|funktioniert|unmöglich} {nicht|möglich|}, {nicht|gar nicht} {möglich|
        erreichbar|verfügbar|lieferbar|nutzbar|benutzbar|brauchbar|lesbar}, {viel|so|sehr|extrem|
        echt} {zu|} langsam, ruckelt, hängt {sich|ständig|wieder|schon}, {tropft|leckt|undicht|
        verschimmelt|schimmel|abgelaufen~}, tot~ leitung, unbrauchbar~, {bricht|brach} {ständig|
        immer|dauernd|wieder} {ab|zusammen}, fehlt, fehlen, unvollständig, gesperrt
    """,
    "trouble": """
        problem, probleme, ärger, chaos, katastrophe, desaster, albtraum, alptraum, mist, fail,
        storniert, annulliert, gestrichen, abgesagt, verloren, leider, beschwerde, beschweren,
        reklamation, reklamieren, stress, pech, drama, saftladen, trauerspiel, zumutung, langsam
    """,
    "no reply": """
        {keine|keinerlei|null|bisher keine} {antwort|reaktion|rückmeldung|info|infos|information|
        informationen|auskunft|hilfe|nachricht|entschuldigung|erklärung|lösung|kommunikation},
        {niemand|keiner|kein mensch|kein schwein|keine sau} {antwortet|reagiert|meldet|geht|hilft|
        erreichbar|ist|weiß|kümmert|zuständig|kann|da|fühlt}, {antwortet|antworten|reagiert|
        reagieren|meldet|melden|kümmert|hilft|helfen|interessiert} {nicht|niemand|keiner|mir
        nicht|sich niemand|sich keiner|ihr nicht|sich nicht}, {antwortet|reagiert|meldet} {ihr|
        sie|man|ihr denn} {nicht|nie}, {geht|ging|nimmt} {niemand|keiner} {ran|ans|ab}, {nicht|
        nie} {geantwortet|gemeldet|reagiert|zurückgerufen|beantwortet}, {wurde|werde|werden|wird|
        fühle mich} {ignoriert|abgewimmelt|vertröstet|hingehalten|weitergeleitet|verbunden|
        rausgeworfen|abgewürgt}, ignoriert, ignoriert ihr, ignorieren, vertröstet, hingehalten,
        abgewimmelt, {aufgelegt|rausgeflogen} , aus der leitung, nicht {zu erreichen|erreichbar|
        ans telefon}, keine chance {jemanden|wen|durchzukommen}, kein durchkommen, niemanden
        {erreicht|zu erreichen}, {textbaustein|textbausteine|standardantwort|standardmail|
        automatische antwort|chatbot|bot}, ohne {antwort|rückmeldung|reaktion|erklärung|grund|
        begründung|info|ankündigung|vorwarnung}, {funkstille|schweigen}, rückruf, von pontius zu
        pilatus
    """,
    "accusation": """
        betrug, betrüger, betrogen, betrügt, abzocke, abzocker, abzockerei, verarscht, verarsche,
        verarschen, verarschung, verascht, lüge, lügen, lügt, lügner, gelogen, belogen,
        unverschämt~, unverschämtheit, frechheit, frech, dreist, dreistigkeit, skandal,
        skandalös~, unfassbar, unfähig~, unfähigkeit, inkompetent~, inkompetenz, unseriös~,
        kriminell~, diebstahl, diebe, geklaut, gestohlen, gaunerei, gauner, schweinerei, sauerei,
        schande, schämt euch, inakzeptabel, unzumutbar~, lächerlich, witz, schlechter witz, unter
        aller {sau|kanone}, geht gar nicht, geht garnicht, respektlos~, unhöflich~, unfreundlich~,
        rassistisch~, arrogant~, peinlich, rechtswidrig~, illegal, falsche versprechen, leere
        versprechen, leere versprechungen, nicht eingehalten, {irreführend~|irreführung},
        {täuschung|getäuscht}, veräppelt, für dumm {verkauft|verkaufen}, wollt ihr mich,
        saftladen, drecksladen, scheißladen, dumm wie, {euch|denen|ihnen} {ist|sind} {das|alles|
        kunden|die kunden} egal, ist euch {egal|klar}, kein wunder
    """,
    "leaving": """
        nie {wieder|mehr}, nie nie wieder, niemals wieder, nicht {mehr|nochmal|noch mal|noch
        einmal|wieder} {bei|mit} {euch|ihnen|@|dem laden}, {kündige|kündigen|gekündigt|kündigung},
        {wechsle|wechsel|wechseln|gewechselt} {zu|den|zur|ich|wir|jetzt|anbieter}, anbieter
        wechseln, anbieterwechsel, {letzte|letztes} {mal|bestellung}, das war s, das wars, {kunde|
        kunden|mich} {verloren|gewesen|los}, {war|waren} {am längsten|die längste zeit|einmal}
        kunde, {finger|hände} weg, {nicht|niemals|nie} {empfehlen|empfehlenswert|zu empfehlen|
        weiterempfehlen|kaufen|bestellen}, {kauft|bestellt|bucht|geht|fliegt|vertraut} {nicht|nie|
        hier nicht|da nicht|bloß nicht}, {rate|raten} {ab|jedem ab|nur ab|davon ab}, abzuraten,
        warnung vor, vorsicht {vor|bei}, boykott, boykottieren, {storniere|stornieren|
        stornierung}, konto {gelöscht|löschen|kündigen}, zur konkurrenz, bei der konkurrenz, es
        reicht, mir reicht, mir reichts, reicht s, {zeitverschwendung|geldverschwendung|
        verschwendung}, {bereue|bereuen}, spart {euch|ihr}, raus {geworfenes|geschmissenes},
        rausgeworfenes geld, rausgeschmissenes geld, {meidet|vermeiden}
    """,
    "reproach": """
        warum {geht|ist|wird|kann|kommt|habe|hat|haben|muss|müssen|funktioniert|nicht|bekomme|zum|
        antwortet|reagiert|dauert|werde|werden|gibt|zur|sind|wollt|schickt|macht|seid|immer|schon|
        soll}, warum ?, wo {bleibt|bleiben|ist|sind} {mein|meine|das|die|der|unser|eure|denn}, was
        {ist|soll|zum|für ein|für eine|macht ihr|ist da|ist bei|stimmt} {das|los|teufel|der|denn|
        bei|hier|mit|scheiß|mist|nicht} , was soll {das|der|die}, {wie|was} kann {es|das|man|so}
        {sein|nur|so}, kann {doch|ja|es|das} {nicht|wohl nicht|doch nicht} {sein|wahr}, das kann
        {doch|ja} nicht, {ist|soll} das {euer|ihr|ein|der|normal|jetzt|wirklich|eigentlich|alles|
        ernst} {ernst|witz|scherz|normal|euer ernst|service|}, euer ernst, ernsthaft, im ernst,
        echt jetzt, {habt|seid|wollt|könnt} ihr {denn|eigentlich|noch|alle|sie|etwa|nicht|euch|
        überhaupt}, {mal|endlich} wieder {typisch|nicht|nichts}, wieder {einmal|mal}, {ihr|sie}
        {habt|haben} {versprochen|zugesagt|gesagt}, {versprochen|zugesagt|zugesichert|angeblich},
        eigentlich {sollte|müsste|hätte}, {hieß|heißt} es, nicht {normal|in ordnung|ok|okay|
        hinnehmbar|akzeptabel|nachvollziehbar|euer ernst|lustig|witzig|fair|tragbar|zu fassen},
        wie {peinlich|dumm|blöd|schwer|kann|lange}, {weigert|weigern} sich, verweigert, ? ?, ? !,
        ! ?, hallo ?, geht es noch, {schon|mal} klar, {nicht|nicht mal} in der lage, wofür, wozu
    """,
    "bitter thanks": """
        {danke|vielen dank|besten dank|herzlichen dank|danke schön|schönen dank} {@|} {für
        {nichts|die verspätung|den ausfall|das warten|die wartezeit|das chaos|den verspäteten|die
        kaputte|das kaputte|den kaputten|euren miesen|die verarschung|den miesen|die inkompetenz|
        keine hilfe|die abzocke|die verschwendete}|auch|für gar nichts|dass {ihr|ich|mein|meine|
        wir}|@ dass}, danke für nichts, na {toll|super|danke|klasse|bravo|prima|großartig|
        herrlich|vielen dank}, {ganz|echt|wirklich|wieder|mal wieder} {toller|großes|toll|klasse|
        super|tolles} {service|kino|leistung|gemacht|!|kundenservice}, {toller|super|klasse|
        großartiger|tolle|prima|spitzen} {service|kundenservice|leistung|support|kundendienst} {.|
        nicht|wenn|..|!|@|von}, herzlichen glückwunsch {zu|zur|zum|@|ihr}, dank {eurer|euch|ihrer|
        der inkompetenz} , dafür {zahle|zahlt|bezahle|bezahlt|zahlen} {ich|man|wir}, {liebe|lieb}
        {es zu warten|ich warteschleifen}, bravo @, läuft bei euch, gut gemacht {@|ihr|nicht},
        service {wüste|wird klein}, servicewüste, so viel zu, so viel zum, soviel {zum|zu}
    """,
    "demand": """
        {ich|wir} {will|wollen|möchte|möchten|verlange|verlangen|fordere|fordern|erwarte|erwarten|
        brauche|brauchen} {mein|meine|endlich|eine|einen|mein geld|jetzt|sofort|von euch|umgehend|
        hilfe|dringend|nur}, {bitte|bittet|könnt ihr|könntet ihr|kann} {dringend|endlich|sofort|um
        hilfe|beheben|kümmern|kümmert|helft|meldet|prüfen|klären|mal|nachschauen|mir {helfen|
        jemand}|uns|jemand|um klärung|um antwort|um rückmeldung|um rückruf|ändern|reparieren|
        lösen}, {kümmert|meldet|bewegt|tut|macht|schickt|gebt|helft|repariert|behebt|löst|
        antwortet|reagiert|liefert} {euch|was|mir|endlich|mal|das|mein|das problem|doch|bitte},
        tut {endlich|mal} {was|etwas}, wird {zeit|das noch|das heute|das noch was}, dringend,
        umgehend, unverzüglich, sofort, endlich, schnellstmöglich, frist, lösung, klärung,
        geklärt, bitte um, hilfe, jemand {zuständig|erreichbar|helfen}, {gibt es|gibt es schon}
        {eine lösung|neuigkeiten|infos|ein update|schon}, wann {bekomme|kriege|kommt|wird|geht|
        repariert|behebt} {ich|mein|meine|das|ihr|es}
    """,
    "disappointment": """
        schlecht~, schlechteste~, schlechtester, schlimm~, schlimmste~, miserabel, miserable~,
        mies~, grottig~, grottenschlecht~, unterirdisch~, katastrophal~, furchtbar~, schrecklich~,
        grauenhaft~, grauenvoll~, enttäuscht~, enttäuschend~, enttäuschung, scheiße, scheiss~,
        scheißladen, beschissen~, kacke, kack~, mist, müll, schrott, dreck, nervt, nervig~, nerv,
        genervt, sauer, wütend~, stinksauer, verärgert, ärgerlich~, frustriert, frustrierend,
        traurig, ätzend~, zum kotzen, kotzt {mich|} {an|}, {habe|haben} {die schnauze|die nase|es
        satt|die faxen}, die {schnauze|nase} voll, satt, unzufrieden, nutzlos~, sinnlos~,
        wertlos~, {nicht|nie} {zufrieden|gut|schön|toll|begeistert|hilfreich|freundlich|
        zuverlässig|empfehlenswert|das was|wie beschrieben|wie bestellt|wie erwartet|glücklich|
        sauber|frisch|kompetent|mein ding}, {kein|keine|keinen} {guter|gute|guten|spaß|service|
        qualität|ahnung|interesse|plan}, {null|ein} {service|stern|sterne|0 sterne}, hasse, hass,
        ekelhaft~, eklig~, widerlich~, dreckig~, verdreckt~, lausig~, {billig|minderwertig}
        {verarbeitet|~ qualität}, minderwertig~, ungenießbar~, kalt und, armutszeugnis,
        lachnummer, schade, abartig~, peinlich~, unzuverlässig~, versagt, versagen, versager,
        ruiniert, versaut, zum heulen, zum verzweifeln, kotzen, verdammt~, wtf, ungeeignet, viel
        zu {klein|groß|eng|laut|kurz|spät|teuer}
    """,
    "service talk": """
        service, kundenservice, kundendienst, support, hotline, mitarbeiter, mitarbeiterin,
        techniker, bestellung, bestellt, bestellnummer, auftrag, lieferung, liefertermin, paket,
        paketbote, zusteller, fahrer, vertrag, rechnung, termin, ticket, <mein> {konto|vertrag|
        paket|bestellung|rechnung|flug|zug|gepäck|koffer|anschluss|karte|handy|gerät|ware|anfrage|
        mail|mails|internet|leitung|app|geld|router|ticket|daten|tarif|termin|sendung}, <euer>
        {app|service|seite|website|hotline|mitarbeiter|kundenservice|support|laden|system|server|
        kunden|fahrer|techniker|produkt|produkte|netz|filiale|schuld}, {sagt|sagte|sagen|hieß es|
        wurde mir}, mail, mails, email, anfrage
    """,
    "customer service": """
        kunden, kunde, als kunde, kundenservice, kundendienst, kundenbetreuung, hotline,
        verbraucherschutz, service
    """,
    "strong language": """
        verdammt, verdammte, verdammten, verdammter, zur hölle, zum teufel, fuck, fucking, arsch,
        arschloch, alter, boah, wtf, verfickte, scheiß, kotz, himmel
    """,
    "negation": """
        nicht, nichts, kein, keine, keinen, keiner, keinem, nie, niemals, niemand, ohne, weder,
        nirgends, gar nicht, kaum
    """,
    "contrast": """
        aber, trotzdem, dennoch, obwohl, sondern, statt, stattdessen, noch, schon, wieder, erst,
        weil, da, danach, seitdem, mehr, immer, jetzt, nun, nur, sogar, trotz, wegen, bis heute,
        mal wieder, ständig
    """,
    "own trouble": """
        ich, mir, mich, mein, meine, meinen, meiner, meinem, wir, uns, unser, unsere, habe, hatte,
        wurde, bin, war, musste
    """,
    "thanks": """
        danke, dankeschön, danke schön, vielen dank, herzlichen dank, lieben dank, besten dank,
        danke {für|an|euch|dir|ihnen|@|!}, dankbar, merci, {großes|ein|dickes|riesiges} {lob|
        dankeschön|danke}, gut gemacht, weiter so, respekt, bravo, glückwunsch, gratuliere,
        gratulation, herzlich willkommen, willkommen, {problem|ist|wurde|hat sich} {gelöst|
        behoben|erledigt|geklärt}, alles {gut|bestens|super|klar|geklappt|geregelt}, kein problem,
        keine ursache, gern geschehen, chapeau
    """,
    "praise": """
        toll~, super, klasse, spitze, prima, genial~, großartig~, fantastisch~, hervorragend~,
        ausgezeichnet~, perfekt~, wunderbar~, wunderschön~, herrlich~, begeistert, liebe, lieben,
        geliebt, geil~, cool~, mega, hammer, top, schön, schöne, schöner, schönes, schönen,
        schönste, beste, bester, bestes, besten, gut, gute, guter, gutes, guten, zufrieden,
        glücklich, freue, freuen, freut, freundlich~, nett~, hilfsbereit~, kompetent~,
        zuverlässig~, empfehlen, empfehlenswert~, empfehlung, {sehr|echt|richtig|wirklich|total|
        so} {gut|schön|lecker|nett|freundlich|zufrieden|schnell|geil|cool|lustig}, {schnelle|
        schneller|blitzschnelle} {lieferung|hilfe|antwort|versand|service}, schnell {geliefert|
        geholfen|da|geantwortet|gelöst}, lecker~, köstlich~, gelungen~, gerne wieder, immer wieder
        gern~, lohnt {sich|}, spaß, lustig, süß~, hübsch~, reibungslos~, einwandfrei~, tadellos~,
        vorbildlich~, beeindruckt, beeindruckend~, lieblings, liebste~, lob, gefällt {mir|sehr|},
        läuft {super|gut|prima|rund|wieder}, funktioniert {super|gut|einwandfrei|prima|wieder|
        tadellos|perfekt|bestens}
    """,
    "nothing wrong": """
        {keine|keinerlei|nie|ohne|null|bisher keine|noch nie} {einzige|} {probleme|problem|
        störung|störungen|fehler|ärger|beschwerden|beanstandungen|mängel|ausfälle|verspätung|
        wartezeit|schäden|verzögerung}, {nie|keine|noch nie} {enttäuscht|bereut|schlechte
        erfahrung|schlechten erfahrungen}, nicht {enttäuscht|schlecht|übel|verkehrt|bereut|zu
        beanstanden|so schlimm|schlimm|lange gewartet|zu teuer|teuer}, {gar|überhaupt} nicht
        {schlecht|schlimm|so schlecht}, nichts {auszusetzen|zu meckern|zu beanstanden}, kann nicht
        {klagen|meckern}, {musste|mussten} {nie|nicht|gar nicht} {lange|} warten, ohne {zu warten|
        warten|murren|wenn und aber}, {einzige|einziges|kleines} {manko|problem|kritik}, nur zu
        empfehlen, {ausfall|störung|problem} {behoben|gelöst|beseitigt}, alles in ordnung, geht
        wieder, läuft wieder
    """,
    "slang praise": """
        {krank|krass|irre|wahnsinnig|verrückt|unfassbar|unglaublich|brutal|sau|böse|scheiße|
        verdammt} {gut|geil|gutes|guter|gute|geiles|geile|geiler|lecker|schön|cool|schnell|nett},
        {krasses|krasser|krasse|krankes|kranke|krank~} {album|konzert|show|angebot|deal|beat|song|
        tor|spiel|sound|design|leistung}, der hammer, der wahnsinn, bombe, zum niederknien,
        saugeil, megageil, suchtgefahr
    """,
    "news or advert": """
        gewinnspiel, gewinne, gewinnen, verlosen, verlosung, rabatt, rabattcode, gutscheincode,
        gutschein, angebot, angebote, aktion, jetzt {bestellen|kaufen|anmelden|sichern|bewerben|
        neu|lesen|entdecken|downloaden|informieren}, mehr {infos|lesen|dazu|informationen|
        erfahren}, stellenangebot, wir suchen, gesucht, job, jobs, karriere, bewerben, {folgt|
        besucht|kontaktiert} uns, newsletter, podcast, interview, eilmeldung, laut, bericht,
        meldet {gewinn|rekord|quartal|umsatz}, quartal, quartalszahlen, umsatz, gewinn, aktie,
        aktien, börse, analyst, analysten, investition, investiert, investoren, startet {mit|in|
        neue|neues}, eröffnet, eröffnung, präsentiert, stellt {neues|neue|neuen} , vorgestellt,
        veröffentlicht, kündigt an, neues {modell|video|album}, ab sofort {erhältlich|verfügbar},
        jetzt {erhältlich|verfügbar|online|live}, prognose, marktanteil, bundesliga, studie, test
        :, tipps, webinar, messe, live stream, livestream, news, pressemitteilung, video, foto,
        photo, link, : link
    """,
    "plain question": """
        kann {ich|man} {bei|auch|das|mit|hier|meinen|den|in|am}, {habt|hat|gibt|bietet|verkauft|
        liefert|macht} {ihr|es|jemand|einer} {auch|noch|eigentlich|schon|am|einen|eine|nach|ein|
        erfahrung|erfahrungen|in|wlan|tipps}, weiß {jemand|einer|wer} {ob|wann|wo|wie|was}, wie
        {kann|komme|geht|funktioniert|beantrage|ändere|bekomme|viel} {ich|man|das|kostet|die|der},
        wie {teuer|groß|hoch|viel kostet|heißt|lauten|sind}, was kostet, wann {öffnet|macht|habt|
        beginnt|startet|schließt|erscheint|kommt {das neue|die neue|der neue}}, welche, welcher,
        welches, wo {finde|kann|gibt|bekomme|kaufe} {ich|man|es}, um wie viel uhr, {gibt|gäbe} es
        {eine möglichkeit|einen weg|auch|bald|vegane|eine|einen}, {wollte|würde|möchte} {nur|
        gerne|gern|mal} {fragen|wissen|nachfragen}, würde mich interessieren, darf ich, dürfen
        wir, bis wann, {kennt|hat} {jemand|wer|einer}, {frage|kurze frage|mal ne frage|mal eine
        frage}
    """,
    "easy tone": """
        lol, haha, hahaha, hihi, ;, hallo, hi, moin, ok, okay, klar, hoffentlich, gern, gerne,
        viel spaß, viel erfolg, guten {morgen|abend|tag}, gute nacht, schönen {tag|abend|sonntag|
        feierabend|urlaub}, morgen, heute, wir {sind|haben|können|freuen|bieten}, unser team, für
        alle, xd, grins, bis {bald|morgen|später}, zukunft, leben, erste, neue, neues, neuer,
        welt, bereit, viele grüße, lg
    """,
}

_GRAVER = {
    "harm done": """
        {flug|anschluss|anschlusszug|anschlussflug|zug|termin|prüfung|hochzeit|beerdigung|
        vorstellungsgespräch|operation|op|geburtstag} {verpasst|versäumt|verloren}, verpasse
        {meinen|meine|ich}, {gestrandet|sitze fest|sitzen fest|festsitzen}, ohne {strom|heizung|
        wasser|warmwasser|medikamente|insulin|geld|internet seit}, {kein|keine} {strom|heizung|
        wasser|warmwasser|warmes wasser|medikamente|insulin}, {job|wohnung|ersparnisse|daten|
        fotos|kunden|bilder} verloren, {alle|meine} {daten|fotos|bilder} {weg|gelöscht}, {kann|
        können} {meine miete|die miete|nicht zahlen|nicht arbeiten|nicht zur arbeit}, schulden,
        schufa, {schwanger|schwangere|behindert|behinderte|rollstuhl|pflegebedürftig|krebs|
        diabetiker|säugling|neugeborenes|baby}, existenz, {tausende|hunderte} euro,
        lebensersparnisse, verdorben, ruiniert
    """,
    "escalation": """
        {formelle|offizielle} beschwerde, beschwerde {eingereicht|eingelegt|einreichen|einlegen},
        {geschäftsführer|geschäftsführung|vorstand|geschäftsleitung|zentrale|vorgesetzten|chef|
        filialleiter}, eskalieren, boykott, {alle|jeden|allen|freunde|andere} warnen, warne {alle|
        jeden|euch}, shitstorm, {schlechte|negative|1 stern|0 stern} {bewertung|bewertungen|
        rezension}, {bewertung|rezension} {schreiben|folgt|hinterlassen}, öffentlich machen,
        rückbuchung, rückbuchen, lastschrift zurück, widerspruch, fristsetzung, frist gesetzt,
        petition, überall posten, nie wieder
    """,
}

_MOODS = {
    -3.0: """
        scheiße scheiss~ beschissen~ katastrophe katastrophal~ betrug betrüger betrogen abzocke
        abzocker verarscht verarsche arschloch arschlöcher hasse hass ekelhaft~ widerlich~
        unterirdisch~ miserabel miserable~ grauenhaft~ furchtbar~ schrecklich~ abartig~ fick
        ficken verfickt~ hurensohn wichser tod tot mord schlimmste~ kotzen
    """,
    -2.3: """
        schlecht~ schlechteste~ schlechter schlimm~ mies~ grottig~ frechheit unverschämt~
        unverschämtheit enttäuscht~ enttäuschung enttäuschend~ wütend~ sauer stinksauer schande
        skandal skandalös~ peinlich~ eklig~ dreck dreckig~ müll schrott mist kacke lüge lügen lügt
        lügner gelogen idiot idioten dumm~ dümmste~ blöd~ asozial~ traurig~ heulen weinen weine
        schmerz schmerzen angst nervt nervig~ genervt ätzend~ lächerlich~ unfähig~ inkompetent~
        hässlich~ krank~ krieg opfer gewalt terror nazi nazis rassist rassisten rassismus
        kriminell~ chaos versagt versager verloren wtf kotzt dämlich~ behindert armselig~
        erbärmlich~ gestorben stirbt sterben zerstört
    """,
    -1.5: """
        kaputt~ defekt~ problem probleme ärger ärgerlich~ ärgert leider schade fehler störung
        ausfall verspätung verspätet beschwerde falsch~ nein langweilig~ langsam müde stress
        verpasst fehlt gestrichen abgesagt nutzlos~ sinnlos~ teuer zu spät unfreundlich~
        unzufrieden schwach schwache schwacher schwer~ kalt hunger einsam weh böse doof~ fies~
        unfair verletzt gefahr gefährlich~ sorge sorgen schuld unnötig~ verdammt~ komisch~
        verwirrt unmöglich~ weg niemand nie kritik verboten streit angriff unglücklich~ seltsam~
        arm~ ernst niederlage verliert verlieren schimpf mahnung nachteil nachteile vermisse
        vermissen übel~ igitt bäh oje omg puh hmpf mimimi
    """,
    3.0: """
        liebe lieben geliebt~ liebsten genial~ großartig~ fantastisch~ hervorragend~ perfekt~
        wunderbar~ wunderschön~ wundervoll~ begeistert herrlich~ traumhaft~ hammer geil~ geilste~
        bester beste bestes besten mega grandios~ brillant~
    """,
    2.2: """
        toll~ super klasse spitze prima schön~ schöner schönste~ gut~ besser freue freuen freut
        freude glücklich~ zufrieden danke dankeschön dank herzlich~ herzlichen glückwunsch
        gratuliere gratulation cool~ top lecker~ süß~ nett~ freundlich~ lustig~ spaß empfehlen
        empfehlenswert~ gelungen~ erfolg erfolgreich~ gewonnen gewinnt sieg bravo lob stolz
        hübsch~ wow yeah juhu jubel lieb~ lieber beeindruckend~ angenehm~ genieße genießen
        entspannt~ entspannen kuss küsse küsschen
    """,
    1.3: """
        gern gerne hoffe hoffnung hoffentlich ja ok okay bitte willkommen interessant~ spannend~
        schnell hilfe hilfreich~ witzig~ haha hahaha hihi hehe lol xd nice fein~ richtig~ sicher~
        frisch~ einfach~ neu mag mögen gefällt lacht lachen lache lächeln freund freunde freundin
        urlaub feierabend wochenende sonne sommer party geburtstag lohnt gesund~ frieden fair
        sauber~ glück viel erfolg alles gute freu zuverlässig~ kompetent~ gespannt kuscheln grüße
        guten morgen
    """,
}

TONGUE = build(
    _SPELLING,
    _SHORT,
    _PHRASES,
    _GRAVER,
    _MOODS,
    negators="nicht kein keine keinen keiner keinem nie niemals nichts weder ohne kaum wenig",
    boosters="sehr so total echt richtig wirklich extrem absolut mega voll ganz unglaublich super",
    buts="aber jedoch trotzdem doch",
    late_not="nicht",
)
