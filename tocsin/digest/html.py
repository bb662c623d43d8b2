"""The digest as one HTML page that mail programs show: tables, inline styles, nothing loaded.

It sets no colour of text or ground, so that a reader's dark mode keeps its own.
"""

from escalation import encode
from tocsin.digest.data import DigestData
from tocsin.digest.links import is_link
from tocsin.digest.outline import Block, Heading, Items, Limits, Paragraph, Row, Table, Words
from tocsin.digest.sections import outline

MAX_BYTES = 60_000  # mail programs cut longer letters (Gmail at 102 kB, encoding included)

# Tried in turn until the page is short enough; JSON holds everything.
_LIMITS = (
    Limits(brands=20, verbatims=5, rows=10),
    Limits(brands=20, verbatims=2, rows=10),
    Limits(brands=10, verbatims=2, rows=5),
    Limits(brands=5, verbatims=1, rows=5),
    Limits(brands=2, verbatims=0, rows=5),
    Limits(brands=1, verbatims=0, rows=2),
)
MAX_CELL = 80  # characters; a name has at most 64
MAX_ITEM = 300
MAX_TEXT = 600  # of anything else: with these caps the last of the limits always suffices
_BODY = (
    "margin:0 auto;padding:16px;max-width:760px;line-height:1.4;"
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:15px"
)
_SIZES = {1: "1.35em", 2: "1.15em"}
_LINE = "border-bottom:1px solid #8888;padding:4px 10px 4px 0;vertical-align:top;text-align:left"


def render(data: DigestData) -> str:
    """Write it; the first line of its body is the sentence of what changed."""
    for limits in _LIMITS:
        page = _page(outline(data, limits))
        if len(page.encode()) < MAX_BYTES:
            break
    return page


def encoded(text: str, limit: int = MAX_TEXT) -> str:
    """Any text, cut and made safe."""
    return encode.html(encode.cut(text, limit))


def _page(blocks: tuple[Block, ...]) -> str:
    title = next(block.text for block in blocks if isinstance(block, Heading))
    body = "\n".join(_block(block) for block in blocks)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{encoded(title)}</title></head>\n"
        f'<body style="{_BODY}">\n{body}\n</body></html>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            size = f"font-size:{_SIZES[level]};margin:1.2em 0 .4em"
            return f'<h{level} style="{size}">{encoded(text)}</h{level}>'
        case Paragraph(text):
            return f'<p style="margin:.4em 0">{encoded(text)}</p>'
        case Items(rows):
            items = "".join(f"<li>{encoded(row, MAX_ITEM)}</li>" for row in rows)
            return f'<ul style="margin:.4em 0;padding-left:1.2em">{items}</ul>'
        case Table(head, rows):
            return _table(head, rows)
        case Words(text, by, url):
            return _words(text, by, url)


def _table(head: Row, rows: tuple[Row, ...]) -> str:
    top = "".join(f'<th scope="col" style="{_LINE}">{encoded(cell)}</th>' for cell in head)
    cells = [
        [f'<td style="{_LINE}">{encoded(cell, MAX_CELL)}</td>' for cell in row] for row in rows
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    return f'<table style="border-collapse:collapse;width:100%"><tr>{top}</tr>{body}</table>'


def _words(text: str, by: str, url: str) -> str:
    said = f'<p style="margin:0">{encoded(text)}</p>' if text else ""
    return (
        '<blockquote style="margin:.6em 0;padding-left:12px;border-left:3px solid #8888">'
        f'{said}<p style="margin:0;opacity:.8">— {encoded(by)}{_link(url)}</p></blockquote>'
    )


def _link(url: str) -> str:
    if is_link(url):
        shown = encode.html(url)  # whole: half an address leads elsewhere
        return f' · <a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>'
    return f" · {encoded(url)}" if url.strip() else ""
