"""The digest as text, for a terminal and for mail without HTML. Pure."""

import textwrap

from escalation import encode
from tocsin.digest.data import DigestData
from tocsin.digest.outline import Block, Heading, Items, Paragraph, Row, Table, Words
from tocsin.digest.sections import outline

WIDTH = 88  # columns


def render(data: DigestData) -> str:
    """Write it; the first line is the sentence of what changed."""
    return "\n\n".join(_block(block) for block in outline(data)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, 1):
            return encode.one_line(text)
        case Heading(text, _):
            line = encode.one_line(text)
            return f"{line}\n{'-' * len(line)}"
        case Paragraph(text):
            return _wrapped(text)
        case Items(rows):
            return "\n".join(_wrapped(row, "- ") for row in rows)
        case Table(head, rows):
            return _columns((head, *rows))
        case Words(text, by, url):
            said = [_wrapped(text, "> ", "> ")] if text else []
            return "\n".join([*said, f"  — {encode.one_line(by)}", *_address(url)])


def _address(url: str) -> list[str]:
    line = encode.one_line(url)
    return [f"    {line}"] if line else []


def _wrapped(text: str, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        encode.one_line(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others or " " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(rows: tuple[Row, ...]) -> str:
    cells = [tuple(map(encode.one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join(lines)
