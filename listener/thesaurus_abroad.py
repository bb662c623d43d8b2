"""What people say of the same things outside English, by hand: "abgebucht" is about billing.

For the commonest notions alone, in German, French, Spanish, Portuguese and Italian, in this order.
They are said surely, never in passing, and belong to the rings of `listener.thesaurus`: a team that
declares "billing" is found by them, and one that declares "Rechnung" by the English words. Words
that mean something else in English ("retard", "come") are left out, and so is a word that names
other things in another of these languages. Accents do not matter; stems are English ones, so that
each ending stands here. No post was copied.
"""

from collections.abc import Mapping

ABROAD: Mapping[str, str] = {
    "charges": (
        "abgebucht, abbuchung, abbuchungen, rechnung, rechnungen, zahlung, berechnet, lastschrift, "
        "doppelt bezahlt, zu viel bezahlt, gebühr, gebühren, "
        "facture, factures, facturation, facturé, facturée, prélèvement, prélèvements, prélevé, "
        "débité, débitée, paiement, paiements, frais cachés, "
        "factura, facturas, facturación, facturado, cobro, cobros, cobrado, cobraron, cobran, "
        "me han cobrado, cargo doble, "
        "fatura, faturas, faturação, cobrança, cobranças, cobraram, cobrada, debitado, debitaram, "
        "fattura, fatture, fatturazione, addebito, addebiti, addebitato, addebitata, bolletta, "
        "bollette, pagamento, pagamenti"
    ),
    "delivery": (
        "lieferung, lieferungen, liefern, geliefert, zustellung, zugestellt, paket, pakete, "
        "päckchen, lieferant, paketbote, lieferzeit, sendung, versand, verschickt, "
        "livraison, livraisons, livrer, pas livré, été livré, livrée, livreur, colis, expédié, "
        "entrega, entregas, entregado, entregaron, repartidor, paquete, paquetes, envío, envíos, "
        "enviado, pedido no llega, "
        "entregue, entregues, entregaram, entregador, encomenda, encomendas, "
        "pacote, pacotes, "
        "consegna, consegne, consegnato, consegnata, corriere, pacco, pacchi, spedizione, "
        "spedizioni, spedito, spedita"
    ),
    "refund": (
        "erstattung, rückerstattung, erstattet, erstatten, geld zurück, entschädigung, "
        "remboursement, remboursements, remboursé, remboursée, rembourser, remboursez, "
        "dédommagement, indemnisation, "
        "reembolso, reembolsos, reembolsado, reembolsar, devuelvan el dinero, "
        "devolución del dinero, indemnización, "
        "reembolsaram, estorno, estornado, estornar, dinheiro de volta, ressarcimento, "
        "rimborso, rimborsi, rimborsato, rimborsata, rimborsare, risarcimento, soldi indietro"
    ),
    "online": (
        "anmelden, anmeldung, einloggen, eingeloggt, passwort, benutzername, kundenkonto, "
        "nutzerkonto, zugangsdaten, fehlermeldung, "
        "mot de passe, me connecter, se connecter, identifiant, identifiants, connexion au compte, "
        "mon compte, "
        "contraseña, iniciar sesión, inicio de sesión, mi cuenta, usuario bloqueado, "
        "cuenta bloqueada, "
        "senha, fazer login, iniciar sessão, minha conta, conta bloqueada, "
        "parola d'ordine, mio account, accedere, nome utente, account bloccato"
    ),
    "people": (
        "unfreundlich, unfreundliche, unfreundlicher, unfreundliches, unhöflich, unhöfliche, "
        "frech, pampig, patzig, angeschrien, "
        "beleidigt, beschimpft, mitarbeiter, mitarbeiterin, personal unfreundlich, verkäufer, "
        "verkäuferin, "
        "impoli, impolie, impolis, désagréable, désagréables, malpoli, malpolie, "
        "grossière, vendeur, vendeuse, insulté, "
        "maleducado, maleducada, maleducados, grosero, grosera, groseros, antipático, "
        "antipática, empleado, empleada, empleados, insultó, gritó, "
        "mal educado, mal educada, grosseiro, grosseira, grosseiros, funcionário, "
        "funcionária, funcionários, atendente, atendentes, gritou, xingou, "
        "scortese, scortesi, maleducato, maleducata, maleducati, sgarbato, sgarbata, commesso, "
        "commessa, dipendente, dipendenti, insultato, insultata, urlato"
    ),
    "goods": (
        "kaputt, kaputte, kaputtes, defekt, defekte, defektes, beschädigt, beschädigte, "
        "zerbrochen, funktioniert nicht, geht nicht mehr, schlechte qualität, mangelhaft, "
        "cassé, cassée, cassés, défectueux, défectueuse, abîmé, abîmée, endommagé, endommagée, "
        "en panne, ne fonctionne pas, ne marche pas, ne fonctionne plus, ne marche plus, "
        "mauvaise qualité, "
        "estropeado, estropeada, defectuoso, defectuosa, averiado, averiada, no funciona, "
        "dejó de funcionar, mala calidad, llegó roto, llegó rota, "
        "quebrado, quebrada, defeituoso, defeituosa, com defeito, estragado, estragada, avariado, "
        "avariada, não funciona, parou de funcionar, má qualidade, "
        "rotto, rotta, rotti, difettoso, difettosa, guasto, guasta, danneggiato, danneggiata, "
        "non funziona, smesso di funzionare, scarsa qualità"
    ),
    "returns": (
        "rücksendung, rücksendungen, retoure, retouren, zurückschicken, zurückgeschickt, "
        "zurückgesendet, umtausch, umtauschen, umgetauscht, widerruf, "
        "renvoyer, renvoyé, retourner le, retour produit, retour du colis, échanger, échangé, "
        "étiquette de retour, "
        "devolución, devoluciones, devolver, devuelto, cambio de talla, etiqueta de devolución, "
        "devolução, devoluções, devolvido, devolvi, etiqueta de devolução, "
        "reso, restituire, restituito, restituzione, etichetta di reso, sostituzione"
    ),
    "cancelled": (
        "storniert, stornierung, stornieren, abgesagt, gestrichen, umgebucht, flug gestrichen, "
        "annulé, annulée, annulés, annulées, annulation, annulations, annuler, "
        "cancelado, cancelada, cancelados, cancelación, cancelaciones, cancelar, cancelaron, "
        "anulado, anulada, "
        "cancelamento, cancelamentos, cancelaram, "
        "cancellato, cancellata, cancellati, cancellazione, annullato, annullata, annullamento, "
        "disdetta"
    ),
    "booking": (
        "buchung, buchungen, buchen, gebucht, reservierung, reservierungen, reserviert, fahrkarte, "
        "réserver, réservée, billet, billets, "
        "reservación, reservado, reservada, reservar, billete, billetes, mi reserva, la reserva, "
        "agendamento, passagem aérea, passagens aéreas, minha reserva, da reserva, a reserva, "
        "prenotazione, prenotazioni, prenotato, prenotata, prenotare, biglietto, biglietti"
    ),
}
