"""Whether the names in a file mean something: who is who, who owns what, and who can be reached.

The file is read as it stands, whatever its shape, so that one bad table hides nothing in another.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain

from config.document import ANY, ONE_OF, Document
from config.moments import begin_of, end_of
from config.positions import Path
from config.problems import Problem, no_such, shown, which

_REFERENCES: Mapping[str, tuple[Path, ...]] = {  # table → the places that name one of its entries
    "people": (
        ("fallback_executive",),
        ("teams", ANY, "members"),
        ("teams", ANY, "members", ANY),
        ("teams", ANY, "on_call"),
        ("teams", ANY, "on_call", ANY),
        ("teams", ANY, "on_call", "people"),
        ("teams", ANY, "on_call", "people", ANY),
        ("teams", ANY, "on_call", "overrides", ANY, "person"),
        ("teams", ANY, "lead"),
        ("teams", ANY, "head"),
        ("teams", ANY, "owners", ANY),
        ("functions", ANY, "head"),
        ("executive_clock", "person"),
        ("safety", "person"),
        ("safety", "deputy"),
    ),
    "teams": (("triage",), ("communications",), ("brands", ANY, "team")),
    "channels": (
        ("storm_room", "channel"),
        ("witness", "channel"),
        ("people", ANY, "contacts", ANY, "channel"),
        ("teams", ANY, "rooms", ANY, "channel"),
        ("digest", "to", ANY, "channel"),
    ),
    "brands": (("sources", ANY, "brands"), ("sources", ANY, "brands", ANY)),
    "policies": (("teams", ANY, "policy"),),
    "functions": (("teams", ANY, "causes", ANY),),
    "sources": (("language_model", "sources"), ("language_model", "sources", ANY)),
}


def references(document: Document) -> Iterator[Problem]:
    """Every name that means nothing or two things, and everybody who is needed but unreachable."""
    for table in ONE_OF:
        yield from _declared_twice(document, table)
    for table in _REFERENCES:
        yield from _unknown(document, table)
    yield from _topics(document)
    yield from _shared_terms(document)
    yield from _rotas(document)
    yield from _overlaps(document)
    yield from _fallback(document)
    yield from _executive_clock(document)
    yield from _authority(document)
    yield from _unreachable(document)


def _declared_twice(document: Document, table: str) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for path, entry in document.find((table, ANY)):
        name = entry.get("name", entry.get("kind")) if isinstance(entry, Mapping) else None
        if not isinstance(name, str):
            continue
        first = seen.setdefault(name.casefold(), path)
        if first is not path:
            what = f"this name is declared twice, first on line {document.line(first)}"
            yield document.problem((*path, "name"), what, 'Give each its own name = "…"')


def _named_in(document: Document, table: str) -> Iterator[tuple[Path, str]]:
    # A dictionary, because two patterns may fit one path.
    for path, name in dict(document.texts(*_REFERENCES[table])).items():
        # `on_call = { every = … }` holds other texts than names.
        if path[2:3] != ("on_call",) or not isinstance(path[-1], str) or path[-1] in _NAMING:
            yield path, name


_NAMING = ("on_call", "people", "person")


def _unknown(document: Document, table: str) -> Iterator[Problem]:
    known = document.names(table)
    if table == "policies":
        known.append("default")
    elif table == "functions":
        known += document.names("teams")  # a team is a function of its own
    elif not known:
        return  # that nothing is declared at all is said once, elsewhere
    declared = set(known)
    for path, name in _named_in(document, table):
        if name not in declared:
            yield document.problem(path, *no_such(ONE_OF[table], name, known))


def _topics(document: Document) -> Iterator[Problem]:
    """A topic has one team; only a topic of the team's own has an owner there."""
    teams: dict[str, Path] = {}
    for team, _ in document.find(("teams", ANY)):
        own = dict(_owned_by(document, team))
        for topic, path in own.items():
            first = teams.setdefault(topic.casefold(), path)
            if first is not path:
                label = f'topic "{shown(topic)}"' if shown(topic) else "this topic"
                what = f"{label} is owned twice, first by {document.where(first[:2])}"
                yield document.problem(path, what, "Leave it with one team")
        said = (document.find((*team, table, ANY)) for table in ("owners", "causes", "about"))
        for path, _ in chain.from_iterable(said):
            if path[-1] not in own:
                what = "the team owns no such topic"
                remedy = which(str(path[-1]), own, "Its topics") or "Add it to owns"
                yield document.problem(path, what, remedy)


def _owned_by(document: Document, team: Path) -> Iterator[tuple[str, Path]]:
    for path, value in document.find((*team, "owns", ANY)):
        topic = value if isinstance(path[-1], int) else path[-1]
        if isinstance(topic, str):
            yield topic, path


def _shared_terms(document: Document) -> Iterator[Problem]:
    """A post with a term of two brands would be two complaints."""
    brands: dict[str, Path] = {}
    for brand, entry in document.find(("brands", ANY)):
        patterns: tuple[Path, ...] = ((*brand, "terms"), (*brand, "terms", ANY))
        if not isinstance(entry, Mapping) or not entry.get("terms"):
            patterns = ((*brand, "name"),)
        for path, term in document.texts(*patterns):
            first = brands.setdefault(_folded(term), brand)
            if first is not brand:
                what = f"{document.where(first)} has this term as well"
                yield document.problem(path, what, "Leave it with one brand")


def _folded(term: str) -> str:
    return unicodedata.normalize("NFKC", term).casefold().strip()


def _rotas(document: Document) -> Iterator[Problem]:
    gone = {name for name, person in _people(document).items() if _has_left(person)}
    rotas: dict[Path, set[str]] = {}
    for path, name in _named_in(document, "people"):
        if path[2:3] == ("on_call",) and path[3:4] != ("overrides",):
            rotas.setdefault(path[:3], set()).add(name)
    for path, names in rotas.items():
        if names <= gone:
            what = "nobody on this rota is active"
            yield document.problem(path, what, "Add somebody who is, or remove the rota")


def _fallback(document: Document) -> Iterator[Problem]:
    """Somebody always owns the moment: the last of every ladder must be there and reachable."""
    path: Path = ("fallback_executive",)
    person = _people(document).get(str(document.tree.get("fallback_executive")))
    if person is None:
        return
    if _has_left(person):
        what = "this person is not active, so that a case could be without an owner"
        yield document.problem(path, what, "Name somebody who is active")
    for away, _ in document.find((*_path_of(document, person), "away", ANY)):
        what = "the fallback executive is never away, so that a case is never without an owner"
        yield document.problem(away, what, "Name another fallback_executive first")
    if not _contacts(person):
        what = "no channel reaches this person, with whom every ladder ends"
        yield document.problem(path, what, _CONTACT)


def _executive_clock(document: Document) -> Iterator[Problem]:
    path: Path = ("executive_clock", "person")
    for _, name in document.texts(path):
        if _has_left(_people(document).get(name, {})):
            what = "this person is not active, so that nobody would hear of an unresolved P1"
            yield document.problem(path, what, "Name somebody who is active")


_RANKS = ("member", "lead", "head")


def _authority(document: Document) -> Iterator[Problem]:
    """A role has one card, and may never do less than the one below it."""
    for team, _ in document.find(("teams", ANY)):
        cards: dict[int, int] = {}  # rank → how much it may refund
        for path, card in document.find((*team, "authority", ANY)):
            role = card.get("role") if isinstance(card, Mapping) else None
            refund = card.get("refund", 0) if isinstance(card, Mapping) else None
            if role not in _RANKS or not isinstance(refund, int):
                continue  # said by the validator
            rank = _RANKS.index(str(role))
            if rank in cards:
                what = f"what a {role} may do is said twice"
                yield document.problem((*path, "role"), what, "Make one of the two")
            below = [amount for other, amount in cards.items() if other < rank]
            above = [amount for other, amount in cards.items() if other > rank]
            if refund < max(below, default=refund) or refund > min(above, default=refund):
                what = "somebody above may refund less than somebody below"
                yield document.problem((*path, "refund"), what, "Give the higher role the more")
            cards.setdefault(rank, refund)


_CONTACT = 'Add contacts = [{ channel = "…", to = "…" }] to the person'


_NEEDED_BY = {"teams": "a team", "safety": "what is private"}


def _unreachable(document: Document) -> Iterator[Problem]:
    people = _people(document)
    needed = {
        name: _NEEDED_BY.get(str(path[0]), "a function or the executive clock")
        for path, name in sorted(
            _named_in(document, "people"), key=lambda one: one[0][0] == "teams"
        )
    }
    needed.pop(str(document.tree.get("fallback_executive")), None)
    for path, name in document.texts(("people", ANY, "name")):
        person = people[name]
        if name in needed and not _has_left(person) and not _contacts(person):
            what = f"{needed[name]} needs this person, and no channel reaches them"
            yield document.problem(path, what, _CONTACT)


def _path_of(document: Document, person: Mapping[str, object]) -> Path:
    return next(path for path, entry in document.find(("people", ANY)) if entry is person)


def _overlaps(document: Document) -> Iterator[Problem]:
    """Two people cannot take one turn. What is no time is told elsewhere."""
    for team, _ in document.find(("teams", ANY)):
        known: list[tuple[datetime, datetime, Path]] = []
        for path, entry in document.find((*team, "on_call", "overrides", ANY)):
            stretch = _stretch(entry)
            if stretch is None:
                continue
            known.append((*stretch, path))
        known.sort(key=lambda one: one[:2])
        latest: Path = ()
        ends = datetime.min  # noqa: DTZ901  local times, compared among themselves
        for begin, end, path in known:
            if begin < ends:
                what = f"it overlaps the one on line {document.line(latest)}"
                yield document.problem(path, what, "Let one end where the other begins")
            if end > ends:
                ends, latest = end, path


def _stretch(entry: object) -> tuple[datetime, datetime] | None:
    if not isinstance(entry, Mapping):
        return None
    try:
        return begin_of(entry.get("from")), end_of(entry.get("until"))
    except ValueError:
        return None


def _people(document: Document) -> Mapping[str, Mapping[str, object]]:
    entries: Iterable[object] = (entry for _, entry in document.find(("people", ANY)))
    return {
        str(entry["name"]): entry
        for entry in entries
        if isinstance(entry, Mapping) and isinstance(entry.get("name"), str)
    }


def _has_left(person: Mapping[str, object]) -> bool:
    return person.get("active") is False


def _contacts(person: Mapping[str, object]) -> bool:
    return bool(person.get("contacts"))
