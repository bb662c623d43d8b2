"""The language in which it is said which of the posts that name a brand are wanted.

    acme (late OR "no refund") NOT lang:fr -author:acme_jobs
    "acme refund"~5      both words, in any order, within five words
    late NEAR/3 acme     at most three words between them
    refund*              refund, refunds, refunded …
    lang:de  author:ann  site:example.com  platform:reddit

Words beside each other must all be there. AND, OR, NOT and NEAR are written in capitals, as on
every platform; a minus before something is NOT. Reading only: what it means for a post is said in
`listener.wanting`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS = 2_000  # of a query; longer ones are no longer read by people
MAX_DEPTH = 20  # brackets within brackets
MAX_LEAVES = 200  # words, phrases and fields
MOST_BETWEEN = 50  # words between two that are near each other
LEAST_PREFIX = 2  # characters before a star


class QueryError(ValueError):
    """A query that cannot be read; the text says where, and what to write instead."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(f"{what} (at character {at + 1})")


@dataclass(frozen=True, slots=True)
class Said:
    """A word or a phrase stands in the text. `prefix`: whatever its last word ends on."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """All of these stand in the text, with at most `between` words between the outer ones."""

    of: "tuple[Said, ...]"
    between: int


@dataclass(frozen=True, slots=True)
class Field:
    """What the platform says of a post: one of FIELDS, and the value it must have."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Both:
    """All of these hold."""

    of: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """One of these holds."""

    of: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Lacking:
    """This does not hold."""

    of: "Query"


Query = Said | Near | Field | Both | Either | Lacking

FIELDS = {
    "lang": "the post's language, as two letters",
    "author": "a handle or an id",
    "site": "a host that it links to, or where it stands, with all below it",
    "platform": "where it was written",
}
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>\() | (?P<close>\)) | (?P<minus>-(?=[^\s)]))
    | "(?P<phrase>[^"]*)"(?:~(?P<slop>[0-9]{1,3})(?!\w))?
    | NEAR/(?P<near>[0-9]{1,3})(?=\s|\(|$)
    | (?P<operator>AND|OR|NOT)(?=\s|\(|$)
    | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
_SITE = re.compile(r"[^\s/:?#@]+/?")
_LANG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_LANGUAGES = {  # as people call those that are asked for most, in English and in themselves
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "italiano": "it",
    "portuguese": "pt",
    "português": "pt",
    "dutch": "nl",
    "polish": "pl",
    "turkish": "tr",
    "arabic": "ar",
}
_SMALL = {"and", "or", "not"}
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def read_query(text: str) -> Query:
    """Read a query. Raises QueryError."""
    if len(text) > MAX_CHARS:
        raise QueryError(f"a query has at most {MAX_CHARS} characters", MAX_CHARS)
    reader = _Reader(list(_tokens(text.translate(_MARKS))), len(text))
    if reader.kind is None:
        raise QueryError("the query is empty: write a word, a phrase or a field", 0)
    found = reader.either(0)
    if reader.kind is not None:
        raise QueryError("a bracket is closed that was not opened", reader.at)
    return found


def leaves(query: Query) -> Iterator[Said | Field]:
    """Everything that a query looks for, what it must lack left out."""
    match query:
        case Said() | Field():
            yield query
        case Near():
            yield from query.of
        case Both() | Either():
            for part in query.of:
                yield from leaves(part)
        case Lacking():
            return


def authors(query: Query) -> Iterator[str]:
    """Every author that a query asks for, or leaves out."""
    match query:
        case Field("author", value):
            yield value
        case Both(of) | Either(of):
            yield from (author for part in of for author in authors(part))
        case Lacking(of):
            yield from authors(of)


def terms(query: Query) -> tuple[str, ...]:
    """As few words and phrases as every post has one of for which the query holds.

    They are what a platform is asked for. () where there are none: then it only says what is not
    wanted, or asks for fields alone.
    """
    match query:
        case Said(text, prefix):
            return () if prefix else (text,)
        case Near(of, _):
            return terms(Both(of))
        case Both(of):
            needed = [found for part in of if (found := terms(part))]
            return min(needed, key=len, default=())
        case Either(of):
            each = [terms(part) for part in of]
            joined = dict.fromkeys(term for some in each for term in some)
            return tuple(joined) if all(each) else ()
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    slop: int | None = None


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:  # only a quotation mark is left that is not closed
            raise QueryError("a quotation mark is not closed", text.index('"', place))
        kind = found.lastgroup if found.lastgroup != "slop" else "phrase"
        assert kind is not None
        slop = found["slop"]
        yield _Token(kind, found[kind], found.start(kind), int(slop) if slop else None)
        place = found.end()


class _Reader:
    """Reads tokens by recursive descent: OR binds least, then words beside each other, then NOT."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._place = 0
        self._end = end
        self._leaves = 0

    @property
    def kind(self) -> str | None:
        """What comes next; None at the end."""
        return self._tokens[self._place].kind if self._place < len(self._tokens) else None

    @property
    def at(self) -> int:
        """Where it stands."""
        return self._tokens[self._place].at if self.kind else self._end

    def either(self, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise QueryError(f"brackets stand at most {MAX_DEPTH} deep", self.at)
        parts = [self._both(depth)]
        while self._is_operator("OR"):
            self._next()
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Query:
        parts = [self._near(depth)]
        while self.kind is not None and self.kind != "close" and not self._is_operator("OR"):
            if self._is_operator("AND"):
                self._next()
            parts.append(self._near(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _near(self, depth: int) -> Query:
        left = self._one(depth)
        while self.kind == "near":
            token = self._next()
            right = self._one(depth)
            if not isinstance(left, Said) or not isinstance(right, Said):
                raise QueryError("NEAR stands between two words or phrases", token.at)
            left = Near((left, right), _within(int(token.text), token.at))
        return left

    def _one(self, depth: int) -> Query:
        if self.kind is None:
            raise QueryError(
                f"something is missing at the end: write a word or a phrase behind {self._last()}",
                self._end,
            )
        token = self._next()
        if token.kind == "minus" or (token.kind, token.text) == ("operator", "NOT"):
            if depth >= MAX_DEPTH:
                raise QueryError(f"NOT stands at most {MAX_DEPTH} deep", token.at)
            return Lacking(self._one(depth + 1))
        if token.kind == "open":
            found = self.either(depth + 1)
            if self.kind != "close":
                raise QueryError("a bracket is not closed", token.at)
            self._next()
            return found
        if token.kind in ("phrase", "word"):
            return self._leaf(token)
        raise QueryError(f'"{token.text}" stands where a word or a phrase should', token.at)

    def _leaf(self, token: _Token) -> Query:
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            raise QueryError(f"a query has at most {MAX_LEAVES} words and fields", token.at)
        return _phrase(token) if token.kind == "phrase" else _word(token)

    def _is_operator(self, text: str) -> bool:
        return self.kind == "operator" and self._tokens[self._place].text == text

    def _last(self) -> str:
        """The token that was read last, as it is typed."""
        token = self._tokens[self._place - 1]
        return f"NEAR/{token.text}" if token.kind == "near" else token.text

    def _next(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]


def _phrase(token: _Token) -> Query:
    words = token.text.split()
    if not any(character.isalnum() for character in token.text):
        raise QueryError("there is no word between the quotation marks", token.at)
    if token.slop is None:
        return Said(" ".join(words))
    return Near(tuple(map(Said, words)), _within(token.slop, token.at))


def _word(token: _Token) -> Query:
    name, colon, value = token.text.partition(":")
    if colon:
        return _field(name.lower(), value, token.at)
    if token.text in _SMALL:
        capital, word = token.text.upper(), token.text
        raise QueryError(f'write {capital}, or "{word}" for the word itself', token.at)
    if token.text == "NEAR" or token.text.startswith("NEAR/"):
        what = 'write how many words may stand between, as in NEAR/3; or "near" for the word itself'
        raise QueryError(what, token.at)
    if token.text.startswith("~"):
        what = """"~" stands right behind a phrase, with a number right behind it: "no refund"~3"""
        raise QueryError(what, token.at)
    prefix = token.text.endswith("*")
    word = token.text.rstrip("*")
    if "*" in word or (prefix and len(word) < LEAST_PREFIX):
        least = f"at least {LEAST_PREFIX} characters before it"
        raise QueryError(f"a star stands at the end of a word, {least}", token.at)
    if not any(character.isalnum() for character in word):
        raise QueryError(f'"{token.text}" is no word; put it in quotation marks', token.at)
    return Said(word, prefix)


def _field(name: str, value: str, at: int) -> Query:
    if name not in FIELDS:
        known = ", ".join(f"{field}:" for field in FIELDS)
        what = f'"{name}:" is not known. Fields are {known}; else put it in quotation marks'
        raise QueryError(what, at)
    if not value:
        raise QueryError(f'"{name}:" needs {FIELDS[name]} right behind it', at)
    if name == "lang" and not _LANG.fullmatch(value):
        code = _LANGUAGES.get(value.casefold())
        asked = f"write lang:{code}" if code else "such as lang:en for English"
        raise QueryError(f'"lang:" takes a language of two letters: {asked}', at)
    if name == "site" and not _SITE.fullmatch(value):
        raise QueryError('"site:" takes a host alone, such as site:example.com', at)
    return Field(name, value.lstrip("@").casefold())


def _within(between: int, at: int) -> int:
    if between > MOST_BETWEEN:
        raise QueryError(f"at most {MOST_BETWEEN} words stand between two that are near", at)
    return between
