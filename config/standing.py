"""Standing warnings: what works, and will disappoint."""

import re
from collections.abc import Iterator
from datetime import timedelta

from config.document import Document
from config.privacy import confidants, discreet_contacts, owners, private_contacts
from config.problems import Problem
from config.query import authors
from config.settings import Brand, Contact, Settings

SHORTEST_TERM = 4  # characters; a shorter word stands for too many other things

# Everyday words that are brands as well, or brand-like: alone they match mostly other talk.
EVERYDAY = frozenset(
    """
    about academy alarm amazon apple arrow atlas balance bank basic beacon best better bird block
    blue boost boss box brave bridge bright bubble buzz cafe canvas care cash castle chase check
    circle city clear click cloud club coach coast cobra comet compass connect corner cover craft
    crown dash data deal delta direct dish dove dream drive drop eagle earth easy echo edge element
    energy envoy ever express fire first flex flow fly focus food force forward fox fresh friend
    front fuel future galaxy game garden gate gift give global glow gold good grab grand green grid
    group grow guide gulf happy harbor harvest haven health heart hello hero high home honest honey
    hope horizon house hub ideal image impact index ink insight instant island jaguar jet join jump
    just keep key kind king kite lake lark leaf leap level life light like lime link lion live local
    loft logic long loop love lucky lunar magic mail main march mark market match meta metro mind
    mint mirror money monster moon more motion move native nature nest network news next night noble
    north note nova oasis ocean olive only open orange orbit order origin outlook over oxygen panda
    paper park path peak pearl people perfect phoenix pilot pink pioneer planet plus point polar
    power premier prime pulse pure quick quiet rain rapid ready real red reef ring rise river road
    rock rocket root rose round royal safe sage salt school score scout secure sense shade shape
    share sharp shell shift shine shop sign signal silver simple sky slack smart smile snap social
    solid sonic source south space spark speed spirit spot spring sprint square stable staff stage
    star start state station stone store storm stream street strong studio subway summit sun sunny
    super surf swift switch table target team tech tempo that think this tide tiger time today top
    total touch tower town track trade trail train travel tree trend tribe trip true trust turbo
    twist union unity up urban value vanguard vault velvet venture verse vibe view virgin visa
    vision vista vital voice wave way weather well west what wild will wind wing wise with wolf word
    work world yellow your zero zone zoom
    """.split()  # noqa: SIM905  read as prose, not as four hundred quoted lines
)


SHORTEST_ACK = timedelta(minutes=5)
# A handle there is a host's name (atproto.com, "Handle").
_BLUESKY_HANDLE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}", re.IGNORECASE)


def warnings(settings: Settings, document: Document) -> Iterator[Problem]:
    """What to know about a valid configuration before trusting it."""
    yield from _executive(settings, document)
    yield from _private(settings, document)
    yield from _morning(settings, document)
    active = {person.name for person in settings.people if person.active}
    for index, team in enumerate(settings.teams):
        if len(active.intersection(team.members)) < 2:
            yield document.problem(
                ("teams", index, "members"),
                "only one active person",
                "When they are away every case climbs; add a second",
            )
    for index, brand in enumerate(settings.brands):
        yield from _ambiguous(brand, index, document)
        yield from _of_digits(brand, index, document)
    yield from _without_handles(settings, document)
    for index, policy in enumerate(settings.policies):
        for band, change in policy.bands.items():
            if change.ack is not None and change.ack < SHORTEST_ACK:
                yield document.problem(
                    ("policies", index, "bands", band, "ack"),
                    "shorter than the five minutes within which bundles of pages leave",
                    "A page may be passed over before its person has seen it",
                )
    yield from _language_model(settings, document)
    yield from _listening(settings, document)
    if not settings.sources:
        yield document.problem(
            ("sources",), "nothing is listened to", "Remove sources = [] or add [[sources]]"
        )
    elif "sources" not in document.tree:
        kinds = ", ".join(source.kind for source in settings.sources)
        yield document.problem((), f"no source is declared, so {kinds} are used", "Add [[sources]]")


def _without_handles(settings: Settings, document: Document) -> Iterator[Problem]:
    """Bluesky's stream names authors by a lasting id alone: a handle is never met there."""
    if not any(source.kind == "bluesky" for source in settings.sources):
        return
    asked: list[tuple[tuple[str | int, ...], str]] = [
        (("brands", index, "query"), author)
        for index, brand in enumerate(settings.brands)
        if brand.query
        for author in authors(brand.query)
    ]
    asked += [(("block", "authors"), author) for author in settings.block.authors]
    for where, author in asked:
        if _BLUESKY_HANDLE.fullmatch(author.strip().lstrip("@")):
            yield document.problem(
                where,
                f"{author} looks like a handle of Bluesky, whose stream tells none",
                "Write the account's DID instead: did:plc:…, as its posts' links here have it",
            )


def _listening(settings: Settings, document: Document) -> Iterator[Problem]:
    """One address cannot be answered by two processes."""
    taken: set[object] = {settings.listen}
    for index, source in enumerate(settings.sources):
        address = getattr(source, "listen", None)
        if address in taken:
            yield document.problem(
                ("sources", index, "listen"),
                f"{address} is where something else of Tocsin answers",
                "Write another port",
            )
        taken |= {address} - {None}


def _language_model(settings: Settings, document: Document) -> Iterator[Problem]:
    """A model that is never asked, or sources whose posts are never shown to it."""
    model = settings.language_model
    if model is None:
        return
    if not model.local and not model.sources:
        yield document.problem(
            ("language_model",),
            "no source's posts may be shown to it, so it is never asked",
            'Name those that may in sources = ["…"]',
        )
    for index, name in enumerate(model.sources):
        if not all(source.public for source in settings.sources if source.name == name):
            yield document.problem(
                ("language_model", "sources", index),
                "what is heard there is not public, and is never shown to a model",
                "Take it out of the list",
            )


def _executive(settings: Settings, document: Document) -> Iterator[Problem]:
    executive = settings.person(settings.fallback_executive)
    if len({contact.channel for contact in executive.contacts}) < 2:
        yield document.problem(
            ("fallback_executive",),
            "fewer than two channels reach this person",
            "When the one fails nobody is told; add a contact on another channel",
        )


def _morning(settings: Settings, document: Document) -> Iterator[Problem]:
    """A line that goes nowhere is missing every morning, and is no alarm."""
    without = [team.name for team in settings.teams if not settings.rooms_of(team)]
    if settings.morning is not None and without:
        yield document.problem(
            ("morning",),
            f"team {without[0]} has no room, so its morning line goes nowhere",
            'Give the team rooms = [...], or a channel room = "..."',
        )


def _private(settings: Settings, document: Document) -> Iterator[Problem]:
    """Whoever alone is told of a sign of self-harm is to be named, and to be reached alone."""
    people = confidants(settings)
    if settings.safety.person is None:
        yield document.problem(
            ("safety",) if "safety" in document.tree else (),
            f"nobody is named for signs of self-harm, so {people[0]} is told of them",
            'Write person = "…" under [safety]',
        )
    named = ("person", "deputy")
    for person in people:
        if not private_contacts(settings, person):
            said = [one for one in named if getattr(settings.safety, one) == person]
            yield document.problem(
                ("safety", said[0]) if said else (),
                f"no private address reaches {person}, who is told of signs of self-harm",
                _OWN_ADDRESS,
            )


_OWN_ADDRESS = "Add a mail contact, or private = true to one that nobody else reads"


def unreached(settings: Settings, document: Document) -> Iterator[Problem]:
    """Where none of those who are told of a sign of self-harm has an address of their own, nobody
    would ever be."""
    people = confidants(settings)
    if any(discreet_contacts(settings, person) for person in people):
        return
    for index, person in enumerate(settings.people):
        if person.name in people and person.contacts:
            why, remedy = _why_not_alone(settings, person.contacts[0], person.name)
            yield document.problem(
                ("people", index, "contacts", 0),
                f"nobody would be told of signs of self-harm: {why}",
                remedy,
            )
            return


def _why_not_alone(settings: Settings, contact: Contact, person: str) -> tuple[str, str]:
    """Why more than one reads at an address, and the remedy."""
    shared = owners(settings, contact)
    if len(shared) > 1:
        names = f"{', '.join(shared[:-1])} and {shared[-1]}"
        return f"{names} have the same address on {contact.channel}", "Give each their own"
    if contact.private is False:
        return f"the address of {person} says private = false", _OWN_ADDRESS
    return f"the address of {person} on {contact.channel} is a room", "Give them one of their own"


def _of_digits(brand: Brand, index: int, document: Document) -> Iterator[Problem]:
    """A competitor without a letter: every sum and date would name it."""
    for number, name in enumerate(brand.competitors):
        if not any(map(str.isalpha, name)):
            yield document.problem(
                ("brands", index, "competitors", number),
                "this name has no letters, so it is not looked for",
                'Write it as people spell it, such as "Three"',
            )


def _ambiguous(brand: Brand, index: int, document: Document) -> Iterator[Problem]:
    """A short or everyday word, where nothing tells the brand from the word."""
    if brand.exclude or brand.near or brand.not_near:
        return
    for number, term in enumerate(brand.all_terms):
        plain = term.strip().casefold()
        if plain.startswith(("#", "@")) or " " in plain:
            continue
        short = len(plain) < SHORTEST_TERM
        if short or plain in EVERYDAY:
            listed = ("brands", index, "terms", number)
            yield document.problem(
                listed if brand.terms else ("brands", index, "name"),
                f"this term is {'very short' if short else 'an everyday word'}",
                "Much else will match; use a phrase, a hashtag or exclude = [...]",
            )
