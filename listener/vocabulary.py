"""Names with the words that stand for them, by language: what a file of phrases says.

A heading is a name; below it `en: …`, `de: …` and so on, phrases as `listener.cues` writes them,
`where: …`, words of which a text must have one, and `called: …`, what else it may be called. Lines
that begin with a blank go on.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from listener.cues import spell_out
from listener.cuetext import ENGLISH, CueText, Spelling, read
from listener.language import TONGUES
from listener.tongue import tongue

_NO_LANGUAGES = {"where", "called"}  # of what a section's rows are called by
MOST_LANGUAGES = 16  # whose words are kept ready
_ELIDING = Spelling({}, elides=True)  # of a language that has words here and no groups of its own


class Named(NamedTuple):
    """A name that was found, and where in the text's words its phrase stands."""

    name: str
    start: int
    end: int


class Vocabulary:
    """The phrases of one file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError, naming file and line, for a file that is not written as above."""
        self._sections = _sections(path)
        self.names = tuple(self._sections)
        self._order = {name: at for at, name in enumerate(self.names)}
        self._langs = {lang for rows in self._sections.values() for lang in rows} - _NO_LANGUAGES
        self._ready = lru_cache(maxsize=MOST_LANGUAGES)(self._made)

    def read(self, text: str, lang: str) -> CueText:
        """Return a text as the phrases of its language are spelt."""
        spelling = self._spelling(lang)
        # As the judgement asks for it, so that it is read once.
        return read(text) if spelling is ENGLISH else read(text, spelling)

    def found(self, words: str, lang: str) -> list[Named]:
        """Return the names that a text's words speak of, in their order.

        A phrase inside a longer one does not count: "phone" in "nobody answers the phone".
        """
        finder, owners = self._ready(lang if self._has(lang) else "en")
        hits = finder.find_matches_as_indexes(words, overlapping=True)
        if not hits:
            return []
        named = [Named(owners[number], start, end) for number, start, end in hits]
        told = {one.name for one in named if one.name.startswith(_WHERE)}
        named = [one for one in named if one.name not in told and self._stands(one.name, told)]
        if len(named) < 2:
            return named
        order = self._order
        placed = sorted([(start, -end, order[name], name) for name, start, end in named])
        kept: list[Named] = []
        at = reach = -1
        for start, minus_end, _, name in placed:
            if -minus_end > reach or (start, -minus_end) == (at, reach):
                at, reach = start, -minus_end
                kept.append(Named(name, start, reach))
        return kept

    def claims(self, phrase: str) -> str | None:
        """Return the first name that is called so, or one of whose English phrases this is."""
        for key in ("called", "en"):
            for name, rows in self._sections.items():
                if phrase == name or phrase in _spelt(rows.get(key, "")):
                    return name
        return None

    def _stands(self, name: str, told: set[str]) -> bool:
        return "where" not in self._sections[name] or _WHERE + name in told

    def _has(self, lang: str) -> bool:
        return lang in self._langs

    def _spelling(self, lang: str) -> Spelling:
        if lang in TONGUES:
            return tongue(lang).spelling
        return _ELIDING if lang != "en" and self._has(lang) else ENGLISH

    def _made(self, lang: str) -> tuple[AhoCorasick, tuple[str, ...]]:
        """English words count everywhere: "app" and "support" are said in every tongue."""
        spelling, english = self._spelling(lang), lang == "en"
        phrases: list[str] = []
        owners: list[str] = []
        for name, rows in self._sections.items():
            own = _spelt(rows.get("en", "")) if english else _both(rows, lang, spelling)
            where = _spelt(rows.get("where", ""), spelling)
            for owner, listed in ((name, own), (_WHERE + name, where)):
                phrases += (f" {phrase} " for phrase in listed)
                owners += (owner for _ in listed)
        return AhoCorasick(phrases, implementation=Implementation.ContiguousNFA), tuple(owners)


_WHERE = "where "


def _both(rows: Mapping[str, str], lang: str, spelling: Spelling) -> dict[str, None]:
    return _spelt(rows.get("en", "")) | _spelt(rows.get(lang, ""), spelling)


def _spelt(written: str, spelling: Spelling = ENGLISH) -> dict[str, None]:
    """Every phrase that is written, in the spelling of a text; in order, each once."""
    written = spelling.plain(written)
    for letters, meant in spelling.letters:
        written = written.replace(letters, meant)
    templates = filter(None, (part.strip() for part in written.split(",")))
    return dict.fromkeys(phrase for one in templates for phrase in spell_out(one) if phrase)


def _sections(path: Path) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    rows: dict[str, str] = {}
    key = ""
    for number, line in _lines(path):
        if line.startswith("["):
            rows, key = sections.setdefault(line.strip("[]"), {}), ""
        elif line.startswith(" ") and key:
            rows[key] += f" {line.strip()}" if not rows[key].endswith("|") else line.strip()
        else:
            key, colon, said = line.partition(":")
            if not colon or not sections or key in rows:
                raise ValueError(f'{path}:{number}: write "[name]", then "en: phrase, phrase"')
            rows[key] = said.strip()
    return sections


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.rstrip()
