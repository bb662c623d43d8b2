"""What people say of the same thing in other words, by hand: "suitcase" is about luggage.

Each ring has the words that are surely about it, and those that are said in passing as well: where
something happened, who stood there, how long it took. A team whose declared words or description
reach into a ring is taken to mean the rest of it too, at less weight (`listener.declared`).
Phrases are separated by commas and compared by their stems. No post was copied: the words are
those that travellers, shoppers, guests and bank customers use everywhere.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Ring(NamedTuple):
    """Phrases of one aspect: those that name it, and those that are said in passing as well."""

    surely: str
    passing: str = ""


RINGS: Mapping[str, Ring] = {
    "luggage": Ring(
        "bag, luggage, baggage, suitcase, stroller, carry on, carryon, "
        "carousel, bag claim, duffel, "
        "backpack, belongings, lost property, lost and found, left on board, golf clubs, skis, "
        "garment, purse, wallet, claim number, pushchair, car seat, handbag, briefcase, my things, "
        "tracing, delayed bag, lost bag, lost my bag, missing bag, my bag, our bags, bags are, "
        "bags were",
        "bin, overhead, claim, lost, tag, checked, left my, property, damaged, tracking",
    ),
    "people": Ring(
        "attendant, stewardess, rude, rudely, rudest, attitude, unprofessional, impolite, yelled, "
        "shouted, condescending, disrespectful, arrogant, discourteous, unfriendly, manners, "
        "laughed at, rolled her eyes, rolled his eyes, humiliated, snapped at, nasty, bully, "
        "threatened, insulted, swore, screamed, belittled, flight crew, cabin crew, waiter, "
        "waitress, behaviour, behavior, dismissive, mistreated, treated us, treated me, "
        "treated like",
        "staff, crew, agent, employee, personnel, pilot, driver, cashier, manager, supervisor, "
        "clerk, colleague, team member, told me to, refused to help, ignored me, lied",
    ),
    "cancelled": Ring(
        "cancelled, canceled, cancellation, called off, cancel, cancelling, canceling",
        "rebook, rebooked, stranded, next available, reschedule, rescheduled, overnight, bumped, "
        "hotel, another flight, next flight, alternate, weather",
    ),
    "late": Ring(
        "late, delay, behind schedule, on time, tarmac, runway, missed connection, "
        "miss my connection, missed my flight, missed my connection, make my connection, "
        "sitting on, sitting in the plane, sitting here, mechanical, take off, taking off, "
        "running late, de icing, deice, waiting for a crew, waiting for a pilot, no pilot, "
        "held up, haven't moved, still haven't left, overdue, punctual, departed, departing, "
        "on the ground, on the plane for, hours on the plane, never came, didn't show up, no show",
        "stuck, gate, connection, connecting, depart, departure, arrival, eta, schedule, "
        "maintenance, landed, taxi, boarded, boarding, sitting, missed my, miss my, waiting, "
        "an hour, hours, minutes, plane",
    ),
    "comfort": Ring(
        "legroom, uncomfortable, cramped, air conditioning, recline, window seat, middle seat, "
        "aisle seat, blanket, pillow, exit row, assigned seat, old plane, too hot, too cold, "
        "no heat, broken seat, seats are, hot, freezing, noisy, mattress, stuffy",
        "seat, temperature, cabin, aisle, row, upgrade, first class, aircraft, broken, room, noise",
    ),
    "clean": Ring(
        "dirty, filthy, stain, smell, smelly, stinks, disgusting, mould, "
        "mold, cockroach, restroom, "
        "lavatory, unclean, hygiene, sticky, vomit, hair in, mouse, rat, bed bugs, grimy",
        "bathroom, toilet, clean, trash",
    ),
    "food": Ring(
        "food, meal, snack, drink, coffee, beverage, sandwich, breakfast, taste, tasted, hungry, "
        "menu, wine, beer, peanuts, vegetarian, vegan, gluten, undercooked, pizza, burger, salad, "
        "allergen",
        "water, lunch, dinner, cold, raw, portion",
    ),
    "media": Ring(
        "wifi, wi fi, entertainment, tv, movie, power outlet, power plug, headphones, usb",
        "screen, outlet, video, internet, streaming",
    ),
    "online": Ring(
        "log in, login, log into, logging in, logged, password, error message, crash, browser, "
        "username, 404, reset link, link doesn't work, site is down, website is down, "
        "system is down, glitch, captcha, website won't, site won't, app won't, error, "
        "website isn't, website not, sign in, verification code, two factor, bug",
        "website, web site, site, app, online, page, account, server, link, button, web, system, "
        "tried to, update",
    ),
    "booking": Ring(
        "trying to book, book a flight, booking, unable to book, can't book, to book, "
        "boarding pass, mobile boarding pass, passport, name on, seat selection, known traveler, "
        "fare, flight change, change fee, flash sale",
        "book, booked, reservation, reserve, ticket, confirmation, itinerary, check in, purchase, "
        "bought, standby, change my",
    ),
    "loyalty": Ring(
        "miles, points, rewards, frequent flyer, companion pass, redeem, "
        "promo, promo code, coupon, "
        "mileage, loyalty card, discount code",
        "status, gold, platinum, member, voucher, certificate, elite, credit",
    ),
    "service": Ring(
        "customer service, customer support, customer care, on hold, hung up, hang up, call back, "
        "callback, call center, call centre, busy signal, automated, operator, answer the phone, "
        "pick up the phone, answering, reach anyone, reach someone, "
        "get through, speak to, talk to, "
        "speak with, talk with, representative, rep, disconnected, wait time, phone line, "
        "phone number, dropped my call, helpline, hotline, real person, "
        "a human, respond, response, "
        "responded, reply, replied, no answer, unanswered, dm, dmed, heard back, hear back, "
        "get back to, got back to, ignoring, complaint, customer relations, poor service, "
        "worst service, bad service, terrible service, horrible service, long line, long lines, "
        "lost a customer, lost my business, unhelpful, no help, case number, "
        "an email, understaffed",
        "hold, phone, call, calls, called, line, lines, counter, email, message, tweet, follow, "
        "contact, apology, apologize, apologies, excuse, feedback, ignored, care, help, follow up, "
        "letter, submitted, form, explanation, communication, communicate, service, customer, "
        "policy, company, business, competition, never again, loyal, loyalty, agents, hour wait, "
        "minutes on, queue, worst, joke, pathetic, terrible, number, helpful",
    ),
    "charges": Ring(
        "charge, overcharged, charged twice, invoice, bill, billing, billed, double charged, "
        "direct debit, payment, hidden fee, extra fee, wrong amount, price, debited, autopay, "
        "took money, statement, transaction",
        "fee, paid, pay, money, cost, expensive, credit, dollars, amount, card, tax",
    ),
    "refund": Ring(
        "refund, refunded, money back, reimburse, reimbursement, compensation, compensate, "
        "chargeback, give me back, store credit",
        "voucher, credit, return, money, claim",
    ),
    "delivery": Ring(
        "delivery, deliver, delivered, parcel, package, courier, shipping, shipment, shipped, "
        "tracking number, out for delivery, delivery driver, never arrived, hasn't arrived, "
        "not arrived, left at, doorstep, wrong address, postage, in transit, dispatch, driver",
        "tracking, track, arrive, arrived, waiting, late, address, box, order, post, mail, door",
    ),
    "goods": Ring(
        "broken, defective, faulty, stopped working, fell apart, doesn't work, not working, "
        "poor quality, bad quality, cracked, scratched, leaking, damaged, missing part, "
        "wrong item, wrong size, warranty, torn, ripped, counterfeit, fake, shrunk",
        "quality, size, fit, return, replace, replacement, repair, battery, "
        "screen, device, charger",
    ),
    "returns": Ring(
        "return, returned, exchange, send it back, sent it back, return label, replacement",
        "replace, refund, label",
    ),
    "subscription": Ring(
        "subscription, subscribe, unsubscribe, membership, renewal, renewed, auto renew, "
        "free trial, premium, plan, contract, family plan, student discount",
        "cancel, account, upgrade, monthly",
    ),
    "fraud": Ring(
        "fraud, scam, scammed, hacked, stolen, unauthorised, unauthorized, identity theft, "
        "phishing, someone else, compromised, not recognised, didn't make, impostor, security",
        "block, freeze, suspicious, locked, card",
    ),
    "network": Ring(
        "signal, coverage, outage, no service, broadband, router, bandwidth, "
        "latency, dropped calls, "
        "no internet, connection drops, 4g, 5g, roaming, modem, fibre, offline",
        "slow, network, internet, down, data, connection, speed",
    ),
    "software": Ring(
        "ios, android, firmware, freezes, freezing, unresponsive, update broke, latest version, "
        "crashing, reinstall, bug, lag, won't open, won't load",
        "update, app, version, install, download, battery, slow",
    ),
    "cards": Ring(
        "debit card, credit card, pin, contactless, cash machine, atm, card declined, "
        "cash withdrawal, activate my card, virtual card, card arrived, visa, mastercard",
        "card, declined, cash, withdrawal, activate, bank",
    ),
    "accounts": Ring(
        "bank account, checking account, savings, overdraft, deposit, transfer, balance, branch, "
        "top up, beneficiary, cheque, wire transfer, closed my account, exchange rate, currency",
        "account, bank, fund, pending, teller",
    ),
    "loans": Ring(
        "mortgage, loan, escrow, foreclosure, refinance, lender, servicer, student loan, "
        "forbearance, modification, principal, repossess",
        "payment, interest, rate, property, home",
    ),
    "debts": Ring(
        "debt, collector, collections, collection agency, owe, owed, creditor, settlement",
        "letter, pay, validation",
    ),
    "reports": Ring(
        "credit report, credit bureau, equifax, experian, transunion, inquiry, credit score, "
        "credit file, late payment reported",
        "report, reporting, dispute, score, remove",
    ),
    "privacy": Ring(
        "privacy, personal data, data protection, gdpr, spam, spamming, marketing emails, leaked, "
        "unsolicited, consent, data breach",
        "email, data, unsubscribe",
    ),
    "place": Ring(
        "store, shop, branch, checkout, cashier, opening hours, closed early, parking, lift, "
        "elevator, reception, front desk, lobby, housekeeping, check out",
        "manager, queue, line, till, counter, room, floor",
    ),
}
