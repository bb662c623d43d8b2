"""How French posts complain, praise and ask; how the groups are written: `listener.cues`.

The names and weights of the groups are those of `cues_for` and `cues_against`. Accents may be
missing, an apostrophe parts two words or is left out (`jattends`).
"""

from listener.cuetext import Spelling, spellings
from listener.tongue import build

_SPELLING = Spelling(
    spellings(
        "jai=j_ai cest=c_est jattends=j_attends jattend=j_attends nest=n_est na=n_a ya=y_a "
        "yen=y_en javais=j_avais jarrive=j_arrive jsuis=je_suis chui=je_suis jpeux=je_peux "
        "jvais=je_vais sest=s_est tjs=toujours tjrs=toujours tj=toujours pb=probleme "
        "pbs=problemes pblm=probleme pk=pourquoi pq=pourquoi pkoi=pourquoi prq=pourquoi "
        "pcq=parce_que pck=parce_que svp=svp stp=svp mnt=maintenant mtn=maintenant qd=quand "
        "qqn=quelqu_un qqun=quelqu_un quelquun=quelqu_un bcp=beaucoup rdv=rendez_vous "
        "cmd=commande rep=reponse nn=non tt=tout ts=tous ds=dans ac=avec pr=pour vs=vous "
        "ns=nous bjr=bonjour slt=salut mrc=merci mci=merci dsl=desole "
        "fonctionent=fonctionnent fonctione=fonctionne remboursment=remboursement "
        "ptn=putain plu=plus attend=attends aucunes=aucune "
        "reponces=reponses reponce=reponse tel=telephone jamai=jamais"
    ),
    elides=True,
)

_SHORT = {
    "<while>": "{minute|minutes|min|heure|heures|h|jour|jours|j|semaine|semaines|mois|an|ans|année|années}",
    "<some>": "{0|un|une|deux|trois|quatre|cinq|six|plusieurs|quelques|plus de 0|plus d un|plus d une|près de 0|bientôt 0|presque 0|des}",
    "<mon>": "{mon|ma|mes|notre|nos}",
    "<votre>": "{votre|vos|leur|leurs}",
    "~": "{|e|s|es}",
}

_PHRASES = {
    "waiting": """
        {j attends|attends|on attend|attendons|attendre|attendu|attente|attendant} {depuis|
        toujours|encore|mon|ma|un|une|plus|0|mes|la|le|votre|que|sans|en vain|longue|
        interminable}, {j attends|en attente|temps d attente|file d attente|toujours en attente|
        toujours pas|toujours rien|encore rien|toujours aucun|toujours aucune|encore aucune|encore
        aucun}, {toujours|encore} {pas|rien|en cours|bloqué|en panne} {reçu|de|livré|d|arrivé|eu|
        résolu|}, depuis {<some>|maintenant <some>|plus de <some>} <while>, depuis {hier|lundi|
        mardi|mercredi|jeudi|vendredi|samedi|dimanche|ce matin|des {mois|semaines|jours|heures}|
        longtemps|le 0|trop longtemps}, {ça|cela|ca} fait {<some>|déjà <some>|plus de <some>|
        bientôt <some>|maintenant <some>} <while>, {ça|ca} fait {des|longtemps}, {voilà|il y a}
        {<some>|déjà <some>} <while>, {pendant|après|au bout de} <some> <while>, {<some>} <while>
        {d attente|de retard|que|après|plus tard|pour}, en retard, retard, retards, retardé~,
        délai dépassé, délais, combien de temps {encore|faut|va}, quand {est ce que|allez vous|
        vais je|pourrai je|aurai je|comptez vous|va t|sera}, {toute|tout} {la journée|l après
        midi|le weekend|la matinée|la semaine}, {devait|devrait|aurait dû} {arriver|être livré|
        être|venir}, reporté~, interminable~, une éternité, des heures, ça traîne
    """,
    "repeat contact": """
        {deuxième|2ème|troisième|quatrième|cinquième|énième|0 ème|0 eme|0 e|nième} {fois|appel|
        mail|message|relance|réclamation|demande|rendez vous|mois|semaine|technicien|panne}, {0|
        plusieurs|deux|trois|quatre|maintes|x} {fois|appels|mails|messages|relances|réclamations|
        reprises}, à {plusieurs|maintes} reprises, {encore|une|de} {une fois|fois de plus|fois
        encore|nouveau}, encore {et toujours|et encore|eux}, {j ai|on a|nous avons} {déjà|appelé|
        contacté|envoyé|relancé|écrit|rappelé|signalé|essayé|tenté}, déjà {appelé|envoyé|contacté|
        signalé|fait|écrit|relancé|eu}, {relance|relances|relancé}, {chaque|tous les|toutes les}
        {fois|jours|mois|jour|semaines|semaine}, à chaque fois, sans arrêt, sans cesse,
        constamment, {encore|toujours} {le même|la même|les mêmes}, rebelote, malgré {mes|
        plusieurs|nos|de nombreux|les|ma}, {j ai beau|on a beau}, rappeler, de nouveau
    """,
    "refund and charge": """
        remboursement, remboursements, remboursé~, rembourser, remboursez, {mon|notre|l} argent,
        {rendez|rendre} {moi|l argent|mon argent|mes}, prélevé~, prélèvement, prélèvements,
        débité~, {facturé|facturée|payé|prélevé|débité} {deux fois|2 fois|en trop|en double|pour
        rien|à tort|0|double}, {surfacturation|surfacturé|double facturation}, {facture|factures}
        {de|à|erronée|fausse|injustifiée}, {j ai|on a|nous avons} payé, {je|on} paye, je paie,
        payer {pour|le|un|une} , trop cher, hors de prix, frais {de|cachés|injustifiés|
        supplémentaires}, dédommagement, dédommagé~, indemnisation, indemniser, compensation,
        avoir de, bon d achat, geste commercial, {retour|retourner|renvoyer|échange|échanger},
        augmentation, caution, {anormalement|injustement} facturé
    """,
    "broken": """
        {ne|n|} {marche|marchent|fonctionne|fonctionnent|charge|ouvre|s ouvre|démarre|répond|
        passe|s affiche|tient|marchait|fonctionnait|capte|se connecte} {pas|plus|toujours pas|
        jamais|mal|plus du tout|pas du tout}, rien ne {marche|fonctionne|va|passe}, {en|est|tombé
        en|tombée en} panne, pannes, panne {de|d|depuis|générale|réseau|internet}, panne, {cassé|
        casse|cassée|cassés|abîmé|abimé|abîmée|défectueux|défectueuse|endommagé|endommagée|
        déchiré|rayé|fissuré}, {bug|bugs|bugge|buggé|bugué|beug|beugue|plante|plantée|planté|
        plantage}, {erreur|erreurs}, message d erreur, {hors|plus de|pas de|aucun|pas d|plus d}
        {service|internet|réseau|connexion|électricité|wifi|courant|signal|accès|chauffage|eau|
        tonalité|ligne}, {coupure|coupures|coupé|coupe tout le temps|coupée}, inaccessible~,
        {impossible|incapable|incapables} {de|d|à}, je {ne|n} {peux|arrive|parviens|reçois|
        comprends} {pas|plus|toujours pas|pas à}, je {peux|arrive} {pas|plus|même pas}, {j|on}
        arrive {pas|plus}, {pas|jamais|toujours pas|non|n a pas été|n est pas|même pas|rien}
        {reçu|livré|livrée|arrivé|arrivée|honoré|distribué|remboursé|résolu|réparé|expédié|reçue|
        reçus|traité|venu}, {colis|commande|valise|bagage|bagages|courrier|paquet} {perdu|perdue|
        perdus|disparu|volé|introuvable|endommagé|ouvert|jamais|bloqué|égaré}, perdu {mon|ma|mes|
        notre}, introuvable, {mauvais|mauvaise} {produit|article|taille|adresse|couleur|commande|
        colis|modèle}, {manque|manquant|manquante|incomplet|incomplète}, {trop|très|super|
        extrêmement} lent~, {rame|lag|lags|saccade}, {ça|ca} {bug|bugue|plante|rame|coupe}, {hs|
        dysfonctionnement|dysfonctionnements|périmé|périmée|moisi|fuite|fuit}
    """,
    "trouble": """
        problème, problèmes, souci, soucis, galère, galères, catastrophe, cauchemar, bordel,
        chaos, annulé, annulée, annulation, annuler, supprimé, bloqué, bloquée, perdu,
        réclamation, réclamations, plainte, litige, malheureusement, incident, perturbé,
        perturbations, inquiet, inquiète, dommage, échec, fiasco, désastre
    """,
    "no reply": """
        {aucune|pas de|sans|zéro|toujours pas de|jamais de|pas eu de|0|toujours aucune|pas une}
        {réponse|réponses|nouvelle|nouvelles|retour|info|infos|information|informations|
        explication|explications|solution|excuse|excuses|aide|communication|suite}, {aucun|sans|
        pas de|toujours aucun} {retour|suivi|appel|contact|mail|interlocuteur|conseiller|
        remboursement|geste}, {personne|nul} {ne|n|pour} {répond|répondre|décroche|sait|peut|est|
        a|rappelle|me|nous|veut}, personne répond, {ne|n|} {répond|répondez|répondent|rappelle|
        rappellent|décroche|décrochent|répondu|rappelé|daigne|daignez|daignent} {pas|jamais|plus|
        même pas|toujours pas}, {jamais|pas|toujours pas} {répondu|rappelé|de réponse|eu de
        réponse}, {on|vous} {m|me|nous} {ignore|ignorez|raccroche|balade|renvoie|promène},
        {raccroché|raccrochent|raccroche} {au nez|}, {injoignable|injoignables|injoignables},
        impossible de {joindre|vous joindre|les joindre|vous contacter|contacter|parler|vous
        avoir|les avoir}, {silence|silence radio}, réponse {automatique|toute faite|type|copier},
        copier coller, {robot|répondeur}, {baladé|baladée|renvoyé|ignoré|ignorée|ignorés|méprisé},
        ignorez, laissé tomber, sans {prévenir|préavis|explication|raison}, fait la sourde
        oreille, se renvoient la balle
    """,
    "accusation": """
        arnaque, arnaques, arnaqué~, arnaqueur, arnaqueurs, escroc, escrocs, escroquerie, voleur,
        voleurs, volé, vol {pur|organisé|manifeste}, mensonge, mensonges, menteur, menteurs,
        menti, mentez, mentent, foutage de gueule, se {foutre|fout|foutent|moquer|moque|moquent}
        {de|du|des}, vous {foutez|moquez} {de|vous|du}, {honte|honteux|honteuse} {à|de|!|a|vous},
        honteux, honteuse, une honte, scandale, scandaleux, scandaleuse, inadmissible~,
        inacceptable~, inexcusable, intolérable, incompétent~, incompétence, {irrespect|
        irrespectueux|mépris|méprisant}, malhonnête~, malhonnêteté, {publicité|pub} mensongère,
        {fausse|fausses} {promesse|promesses|pub}, promesses non tenues, illégal~, {abus|abusé|
        abusif|abusive|abusez}, {raciste|discrimination|odieux|impoli|désagréable|désagréables|
        agressif|insultant}, incapables, bande {de|d}, charlatan, charlatans, n importe quoi, du
        grand n importe quoi, ridicule, pitoyable~, lamentable~, minable~, indigne~, prendre {les
        gens|les clients|nous|vos clients} {pour|en}, prenez {les gens|vos clients|nous} pour,
        {pris|prise} {pour|en otage}, pratique~ {douteuses|commerciales}
    """,
    "leaving": """
        plus jamais, jamais {plus|plus chez|je ne}, {je|on} {résilie|quitte|change|pars|me casse|
        résilierai|annule|boycotte|me désabonne|déconseille|regrette}, {résilier|résiliation|
        résilié|désabonner|désabonnement}, {changer|change|changé} {d opérateur|de banque|de
        crémerie|d assurance|de fournisseur|de boîte}, {fuyez|à fuir|evitez|évitez|à éviter|fuyez
        les}, {aller|vais|passer|passe|passer} { à la concurrence|chez la concurrence|chez un
        concurrent|ailleurs}, à la concurrence, {perdu|perdez|perdre|perd} {un client|une cliente|
        des clients|vos clients|deux clients}, dernière {fois|commande}, {n|ne} {achetez|
        commandez|allez|prenez|recommande|conseille|faites} {pas|plus|jamais|rien}, {déconseille|
        déconseillé|déconseiller}, boycott, boycotter, boycottez, {perte|pertes} {de temps|d
        argent}, passez votre chemin, {ne|n} {commanderai|reviendrai|achèterai|reprendrai|
        voyagerai} {plus|jamais}, client perdu, bon débarras, gardez votre argent, je {me barre|
        vais voir ailleurs}, ciao, j en ai {marre|assez|ras}, clôturer mon compte, fermer mon
        compte
    """,
    "reproach": """
        pourquoi {mon|ma|mes|je|vous|est|ne|le|la|les|on|ça|il|votre|y|n|c|toujours|pas|tant|
        encore|aucun|aucune|j}, pourquoi ?, où {est|sont|en est|en sont} {mon|ma|mes|le|la|passé|
        passée|ce|vous|votre}, {c est|vous trouvez ça} {normal|une blague|une plaisanterie|
        sérieux|du sérieux|quoi ce|quoi votre|quoi cette|pas normal|pas sérieux|pas possible|pas
        acceptable}, est ce normal, {comment|comment se fait} { il|peut on|pouvez vous|osez vous|
        ça se fait|expliquez vous|est ce possible|est il possible|osez|peut}, {vous|ils} {êtes|
        sont|avez|ont} {sérieux|nuls|promis|dit|incapables|fous|pas honte|oublié|fait quoi|gavé},
        sérieux ?, sérieusement, {non mais|mais} {sérieux|allo|allô|franchement|vous|c est quoi|
        quand|qu est ce}, vous vous {moquez|foutez}, {on|vous|ils} m {avait|avez|ont|a} {dit|
        promis|assuré|garanti}, {promis|soi disant|censé|censée|censés}, {vous|on} {devez|devriez|
        deviez}, {qu est ce|quand} {que vous|qui se passe|c est} , {refuse|refusent|refusez} {de|
        d}, {même|meme} pas {capable|foutu|une|un|de}, pas {normal|sérieux|acceptable|
        professionnel|correct|digne|possible|content|contente|terrible|cool|top|très pro}, quel
        {est le problème|scandale|bordel|service de}, ? ?, ? !, ! ?, allo ?, allô ?, franchement,
        faut pas abuser, il serait temps, ras le bol, où est, à quoi {sert|bon}
    """,
    "bitter thanks": """
        merci {@|} {pour {rien|le retard|les retards|l attente|le colis perdu|votre incompétence|
        rien du tout|la panne|ce service pourri|votre absence|le retard de|la galère|cette belle|
        la journée perdue|votre silence|le mépris|l arnaque}|de {m avoir|nous avoir|me faire|nous
        faire|m ignorer|ne pas|nous laisser|me laisser|rien}|d avoir {annulé|perdu|ruiné|gâché|
        cassé|oublié}|qui ?}, merci pour rien, bravo {@|} {pour {le retard|votre incompétence|l
        organisation|la panne|le service|rien|ce retard|les retards}|les gars|vous avez|la sncf|l
        organisation|encore|et|!}, {super|beau|belle|joli|excellent|quel beau|quel} {service
        client ..|boulot ..|travail ..|organisation ..|service après vente|sens du service|
        professionnalisme ..}, vive {les|la|le} {retards|retard|panne|pannes|galère|sncf|service},
        {génial|super|top|parfait|formidable|magnifique|merveilleux} {..|encore|le service client|
        vraiment ?|!! encore}, {toujours|encore} aussi {nul|efficace|performant|compétent|bon|
        efficaces|rapide} {..|@|!}, on {dit merci|applaudit}, bien joué @, félicitations {pour
        votre|pour le retard|à vous}, chapeau {l|les|pour le}
    """,
    "demand": """
        {je|nous} {veux|voudrais|exige|demande|souhaite|voulons|exigeons|réclame|souhaiterais|
        attends} {mon|ma|être|un|une|le|des|que|parler|récupérer|savoir|des explications|réponse},
        {merci|svp|s il vous plaît} {de {me|m|nous|faire|répondre|régler|résoudre|bien vouloir|
        traiter|vérifier|rétablir|réparer|corriger|contacter|rappeler}|répondez|aidez|faites},
        {répondez|répondre|remboursez|réparez|réglez|livrez|bougez|rappelez|aidez|expliquez|
        réagissez|rendez|rétablissez|contactez} {moi|nous|vous|le|la|à|mon|svp|mes|ce}, {pouvez|
        pourriez} vous {me|m|régler|faire|nous|intervenir|résoudre|rétablir|corriger|vérifier},
        faites {quelque chose|le nécessaire|votre|un effort}, {urgent|urgence|au plus vite|dans
        les plus brefs|immédiatement|rapidement|de toute urgence|dès que possible}, besoin {d
        aide|d une réponse|de|d un}, {une|des|quelle} {solution|explication|explications|réponse},
        à l aide, il faut {que vous|faire}, j aimerais {avoir|être|récupérer|comprendre|une|un|
        que}, {aidez|help}, régler {le|mon|ce} , résoudre, quelqu un {peut|pour|pourrait}, des
        nouvelles de, mise en demeure
    """,
    "disappointment": """
        nul, nulle, nuls, nulles, nullissime, pire, pires, horrible~, affreux, affreuse,
        catastrophique~, désastreux, désastreuse, déplorable~, exécrable~, médiocre~, décevant~,
        déçu~, déception, mauvais {service|produit|expérience|qualité|accueil|travail}, mauvaise
        {expérience|qualité|foi|surprise|nouvelle|gestion|organisation|volonté}, très mauvais~,
        merde, merdique~, merdiques, daube, pourri~, dégueulasse, dégueu, dégoûté~, dégoûtant~,
        écoeurant~, énervé~, énerve, énervant~, agacé~, agaçant~, furieux, furieuse, colère, en
        colère, mécontent~, insatisfait~, insupportable~, {ras le bol|marre|saoule|soule|gonfle|
        fait chier|fais chier|faites chier|chier|casse les|me rend fou|à bout|épuisé|n en peux
        plus}, {pas|jamais} {bon|bien|contente|content|terrible|satisfait|satisfaite|satisfaisant|
        du tout|top|clair|pratique|propre|efficace|fiable|conforme|à la hauteur|recommandable|
        génial|agréable|aimable}, {aucun|aucune|zéro|manque de|zero} {respect|professionnalisme|
        considération|sens|qualité|intérêt|service|étoile|fiabilité}, inutile~, {triste|tristesse|
        honte|pitié}, {sale|sales|saleté|crade}, déteste, détestable, insulte, {gâché|ruiné|
        foutu}, putain, {vraiment|trop|si|tellement} {nul|déçu|déçue|mauvais|dur|cher|chiant|long|
        sale}, chiant~, relou, {à|a} vomir, pénible, frustrant~, galère, ça craint, fatigué de,
        stressant
    """,
    "service talk": """
        service client, service clients, sav, service après vente, conseiller, conseillère,
        conseillers, technicien, techniciens, livreur, livreurs, livraison, commande, commandé,
        commandée, colis, facture, dossier, numéro de {commande|dossier|suivi|client|client},
        abonnement, contrat, agence, magasin, rendez vous, <mon> { compte|colis|commande|facture|
        dossier|argent|carte|ligne|box|internet|connexion|abonnement|vol|train|bagage|valise|
        remboursement|téléphone|réclamation|demande|mail|mails|problème|rendez vous|livraison|
        appareil|produit|contrat|chauffage}, <votre> {service|services|appli|application|site|
        conseillers|équipe|équipes|produit|livreur|agence|magasin|société|entreprise|réseau|
        technicien|sav|boutique}, {me|m|nous} {dit|dites|répond|a dit|disent|répondent|demande},
        mail, mails, téléphone, appel
    """,
    "customer service": """
        client, clients, cliente, service client, service clients, service consommateur, sav,
        relation client, hotline, standard, conseiller, clientèle
    """,
    "strong language": """
        putain, bordel, merde, fuck, wtf, con, cons, connard, connards, enfoirés, enculés, foutre,
        gueule, chier, bon sang, purée, diable
    """,
    "negation": """
        pas, ne, n, ni, jamais, rien, aucun, aucune, plus, sans, personne, non, nulle part
    """,
    "contrast": """
        mais, pourtant, alors, alors que, toujours, encore, malgré, sauf, déjà, depuis, après, au
        lieu, même, parce, car, quand, donc, enfin, que, seulement, maintenant, du coup, sinon
    """,
    "own trouble": """
        je, j, me, m, moi, mon, ma, mes, nous, notre, nos, j ai, j avais, je suis, on
    """,
    "thanks": """
        merci, mercii, merci {beaucoup|bien|à|pour {votre|tout|l|la|le|les|ce|cette}|infiniment|
        encore|d avance|!}, remercie, remercier, remerciements, bravo, félicitations, chapeau,
        reconnaissant, {problème|souci|c est|a été|est} {résolu|réglé|réparé|arrangé|rentré dans l
        ordre}, bon travail, beau travail, continuez, bienvenue, pas de {souci|problème|soucis|
        quoi}, aucun {souci|problème}, de rien, tout est {bon|rentré|ok|réglé}
    """,
    "praise": """
        super, génial~, géniaux, excellent~, parfait~, top, magnifique~, formidable~,
        extraordinaire~, merveilleux, merveilleuse, incroyable~, adore, adoré, aime, j aime, aimé,
        meilleur~, {très|vraiment|trop|si|plutôt|tellement} {bon|bonne|bien|beau|belle|content|
        contente|satisfait|satisfaite|rapide|gentil|gentille|sympa|pro|agréable|efficace|cool|
        drôle|heureux}, ravi~, heureux, heureuse, content, contente, satisfait~, recommande, je
        recommande, agréable~, sympa, sympathique~, gentil, gentille, aimable~, rapide~,
        efficace~, professionnel~, délicieux, délicieuse, bon, bonne, bons, bonnes, beau, belle,
        bien, cool, bonheur, plaisir, impressionné~, impressionnant~, {bonne|belle} { surprise|
        expérience|qualité|journée|nouvelle|initiative|équipe}, bon {produit|accueil|service|
        rapport|rapport qualité prix|prix}, qualité prix, impeccable~, nickel, au top, hâte, coup
        de coeur, fan, fière, fier, vivement, réussi~, utile~, drôle, joli~, coup de chapeau, vaut
        le coup, vaut la peine, {marche|fonctionne} {bien|très bien|parfaitement|nickel|super
        bien}
    """,
    "nothing wrong": """
        {aucun|pas de|pas un seul|sans|jamais eu de|zéro|sans aucun|jamais de|pas le moindre}
        {problème|problèmes|souci|soucis|bug|bugs|retard|défaut|incident|panne|attente|reproche|
        regret|difficulté}, {rien|pas grand chose} à {redire|reprocher|signaler}, pas {déçu|déçue|
        déçus|mal|mal du tout|si mal|mauvais|mauvaise|si mauvais|cher|trop cher|trop long|à se
        plaindre}, {n ai|n a|n avons} {pas|jamais} été {déçu|déçue|déçus}, jamais {déçu|déçue|
        déçus|en panne|attendu|eu à me plaindre|eu de problème}, sans {attendre|attente|faille},
        seul {bémol|défaut|petit bémol}, {réparé|rétabli|résolu} {!|rapidement|en}, ne regrette
        {pas|rien}, pas besoin d attendre, tout {marche|fonctionne|roule} {bien|}
    """,
    "slang praise": """
        {trop|grave|vachement|putain de|sacrément|mortel} {bon|bien|stylé|cool|beau|belle|bonne|
        kiffant|drôle|fort}, une tuerie, de la bombe, c est de la bombe, truc de ouf, un truc de
        fou, de malade, tue tout, mortel, kiffe, je kiffe, qui déchire, ça déchire, une dinguerie,
        stylé, lourd {ce son|l album|le son|le clip}
    """,
    "news or advert": """
        concours, gagnez, gagner, à gagner, tirage au sort, promo, promotion, code promo,
        réduction, soldes, offre, offres, bon plan, profitez, découvrez, inscrivez, recrute,
        recrutement, emploi, offre d emploi, cdi, stage, stagiaire, en savoir plus, lire la suite,
        rejoignez, suivez, abonnez, newsletter, podcast, interview, communiqué, étude, rapport,
        sondage, résultats, chiffre d affaires, bénéfice, bourse, action en hausse, investit,
        investissement, investisseurs, lance, lancement, annonce, annonce que, dévoile, présente,
        signe, ouvre, inaugure, inauguration, ouverture, nouveau {service|modèle|magasin|clip|
        album|site}, nouvelle {offre|boutique|application}, disponible {sur|en|dès}, bientôt
        disponible, sortie {de|le}, rachat, acquisition, partenariat, webinaire, salon,
        conférence, rendez vous le, vidéo, vidéos, photo, photos, en direct, en live, selon,
        actualité, infos, article, revue de presse, : link, .. link, projet, ministre, via @
    """,
    "plain question": """
        {peut on|est ce que je peux|puis je|je peux|on peut} {avoir|venir|payer|utiliser|
        commander|amener|prendre|changer|faire|acheter}, {avez|auriez} vous {un|une|des|le|la|
        prévu}, {est ce que|est ce qu} {vous|il|c|quelqu|ça|on|le|la} {avez|y a|est|un|existe|
        faites|livrez|livre|vend|vendez}, y a t il {un|une|des|du|moyen}, quelqu un {sait|connaît|
        a|aurait|connait}, {comment|où} {faire|puis je|peut on|fait on|trouver|acheter|je peux|s
        inscrire|ça marche|on fait}, quels sont, quelles sont, quel est le {prix|tarif|délai|
        meilleur|numéro|code}, quelle est la {différence|date|meilleure|procédure}, à quelle
        heure, quels horaires, combien {coûte|ça coûte|coute|de}, {je voulais|j aimerais|je
        voudrais|je souhaiterais|je cherche} {savoir|juste savoir|un renseignement|des infos|à
        savoir}, une question, petite question, savez vous {si|où|quand}, {vous|tu} {livrez|
        vendez|faites|proposez|connaissez|acceptez} {en|des|aussi|le|la|un|les}, c est {ouvert|
        possible de|compatible}, à partir de {quand|quel}, des conseils, un avis sur
    """,
    "easy tone": """
        lol, mdr, ptdr, haha, hihi, ;, bonjour, salut, coucou, ok, bonne {journée|soirée|nuit|
        année|semaine|chance|continuation}, bon {weekend|courage|dimanche|voyage|appétit}, demain,
        aujourd hui, à bientôt, bises, bisous, nous {sommes|avons|pouvons}, notre équipe, pour
        tous, vie, avenir, monde, premier, première, nouveau, nouvelle, espère, j espère, prêt, à
        suivre, d accord, bien sûr, on se voit
    """,
}

_GRAVER = {
    "harm done": """
        {raté|loupé|manqué|rater|perdu} {mon|ma|notre|un|mes} {train|vol|avion|correspondance|
        mariage|examen|rendez vous|entretien|enterrement|opération|emploi|travail|boulot|maison|
        logement|données|photos|fichiers|clients}, {sans|plus de|pas de|pas d|plus d|privé de|
        privés de} {chauffage|électricité|eau|eau chaude|courant|médicaments|insuline|argent|
        ressources}, {bloqué|bloquée|bloqués|coincé|coincés|coincée} {à|en|au|dans|depuis}, {ne
        peux|peux} {plus|pas} {payer|travailler|manger|me chauffer|me soigner|télétravailler},
        découvert, agios, dettes, interdit bancaire, huissier, {enceinte|handicapé|handicapée|
        personne âgée|personnes âgées|nourrisson|bébé|diabétique|cancer|fauteuil roulant},
        {vacances|mariage|noël} {gâché|gâchées|gâchés|ruiné}, {des milliers|des centaines} d
        euros, économies, à la rue
    """,
    "escalation": """
        {dépose|déposer|déposé} {une réclamation|un dossier|réclamation}, réclamation officielle,
        {direction|pdg|le directeur|la directrice|siège|responsable|supérieur|hiérarchie|
        médiateur}, mise en demeure, lettre recommandée, recommandé avec accusé, boycott, {faire|
        fais} tourner, partagez, rt svp, {avertir|prévenir|préviens|préviendrai} {tout le monde|
        tous|les gens}, mauvais avis, avis négatif, {pétition|bad buzz}, opposition bancaire,
        faire opposition, contester, litige, plus jamais, tout le monde doit savoir
    """,
}

_MOODS = {
    -3.0: """
        merde merdique~ honte honteux honteuse scandale scandaleux scandaleuse arnaque arnaqué~
        escroc escrocs escroquerie voleur voleurs horrible~ affreux affreuse dégueulasse
        catastrophe catastrophique~ désastre désastreux haine déteste pire pires connard connards
        salaud salope pute enculé enculés fdp mort morts meurtre tué tués inadmissible~
        inacceptable~ exécrable~ lamentable~ pourri~ putain
    """,
    -2.3: """
        nul nulle nuls nulles mauvais mauvaise mensonge mensonges menteur menteurs colère furieux
        furieuse déçu~ décevant~ déception triste tristes tristesse guerre violence victime
        victimes terrorisme danger dangereux dangereuse menace menaces menacé~ menacée crise drame
        tragique idiot idiots débile~ con conne cons ridicule~ pitoyable~ minable~ incompétent~
        incompétence chiant~ énervé~ énerve marre dégoûté~ raciste racistes racisme fasciste
        corruption corrompu~ échec fiasco détruit destruction souffre souffrance pleure pleurer
        peur malade maladie pollution polluant pollue gâchis foutu~ foutage moque stupide~ chaos
    """,
    -1.5: """
        problème problèmes souci retard retards panne pannes cassé~ bug erreur erreurs galère faux
        fausse perdu~ perte pertes annulé~ bloqué~ difficile~ dur dure mal dommage hélas
        malheureusement inquiet inquiète inquiétant~ inquiétude risque risques plainte contre
        critique critiques accuse accusé refus refuse fatigué~ ennuyeux ennui cher froid seul
        grève lent lente inutile~ impossible manque sale~ injuste grave graves alerte urgence
        disparition disparaître baisse recul catastrophes extinction impasse dénonce polémique
        conflit faible faillite non jamais doute vide pénible bof mouais aïe ouille zut
    """,
    3.0: """
        excellent~ parfait~ magnifique~ génial~ géniaux formidable~ merveilleux merveilleuse
        extraordinaire~ adore adoré fantastique~ sublime~ superbe~ meilleur~ amour bonheur
        incroyable~ exceptionnel~
    """,
    2.2: """
        super top bien bon bonne bons bonnes beau belle beaux belles aime aimé heureux heureuse
        content~ ravi~ satisfait~ bravo félicitations merci succès réussite réussi~ gagné gagne
        victoire plaisir joie fier fière sympa agréable~ efficace~ cool drôle jolie joli réjouit
        gentil gentille recommande impressionnant~ passionnant~ prometteur innovant~ innovation
        solution solutions espoir progrès avancée délicieux kiffe kiffé youpi vive
    """,
    1.3: """
        intéressant~ utile~ rapide~ facile~ propre~ nouveau nouvelle mieux oui ok espère espérer
        confiance aide aider gratuit gratuite protège protéger protection préserver économie
        durable~ vert verte naturel~ sain fête vacances soleil weekend rire sourire haha mdr lol
        hihi ami amis bienvenue soutien soutient soutenir engagement engagé~ initiative
        amélioration améliorer favorise récompense prix découvrez original calme paix sécurité
        avantage opportunité bises bisous hâte bonjour
    """,
}

TONGUE = build(
    _SPELLING,
    _SHORT,
    _PHRASES,
    _GRAVER,
    _MOODS,
    negators="pas ne n ni jamais aucun aucune sans peu",
    boosters="très trop vraiment tellement si extrêmement hyper super totalement absolument grave",
    buts="mais pourtant cependant",
)
