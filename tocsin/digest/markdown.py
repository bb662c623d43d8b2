"""The digest in Markdown (CommonMark with GitHub's tables). Pure."""

from escalation.encode import markdown as encoded
from tocsin.digest.data import DigestData
from tocsin.digest.links import is_link
from tocsin.digest.outline import Block, Heading, Items, Paragraph, Table, Words
from tocsin.digest.sections import outline


def render(data: DigestData) -> str:
    """Write it; the first line is the sentence of what changed."""
    return "\n\n".join(_block(block) for block in outline(data)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {encoded(text)}"
        case Paragraph(text):
            return encoded(text)
        case Items(rows):
            return "\n".join(f"- {encoded(row)}" for row in rows)
        case Table(head, rows):
            rule = ("---",) * len(head)
            cells = [tuple(map(encoded, row)) for row in (head, *rows)]
            return "\n".join(f"| {' | '.join(row)} |" for row in (cells[0], rule, *cells[1:]))
        case Words(text, by, url):
            # Inside <…> an address is taken literally; any other is only text.
            link = f"<{url}>" if is_link(url) else encoded(url)
            said = [f"> {encoded(text)}\n>"] if text else []
            return "\n".join(
                [*said, f"> — {encoded(by)} · {link}" if link else f"> — {encoded(by)}"]
            )
