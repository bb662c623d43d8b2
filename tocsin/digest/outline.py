"""A digest as a list of blocks: headings, tables, quotes. Each form writes the same blocks.

Blocks hold raw text. A form passes every text of every block through its own encoder, so no
section can forget to.
"""

from dataclasses import dataclass

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """level  1 for the first line, 2 for a section."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    rows: Row


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as the head."""

    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A stranger's words. url: "" or anything at all; it is a link only if `is_link` says so."""

    text: str
    by: str
    url: str


Block = Heading | Paragraph | Items | Table | Words


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is written out; what is left out is counted."""

    brands: int = 100
    verbatims: int = 5
    rows: int = 10
