"""What the pages of the week were good for, as blocks. Pure."""

from collections.abc import Iterator

from tocsin.digest import wording as say
from tocsin.digest.data import BrandWeek, share
from tocsin.digest.outline import Block, Heading, Limits, Paragraph, Table
from tocsin.digest.pages import Tighten

HEAD = ("team", "pages", "of use", "false", "ignored", "open")


def pages(brand: BrandWeek, title: Heading, limits: Limits) -> Iterator[Block]:
    """A row a team, and the rule to tighten; nothing where nobody was paged."""
    if not brand.pages:
        return
    yield title
    rows = [
        (
            one.team,
            say.number(one.pages),
            say.share_of(share(one.useful, one.pages)),
            say.share_of(share(one.false, one.pages)),
            say.share_of(share(one.ignored, one.pages)),
            say.number(one.waiting),
        )
        for one in brand.pages
    ]
    yield Table(HEAD, tuple(rows[: limits.rows]))
    if len(rows) > limits.rows:
        yield Paragraph(f"And {len(rows) - limits.rows:,} more.")
    if brand.tighten is not None:
        yield Paragraph(_rule(brand.tighten))


def _rule(one: Tighten) -> str:
    topic = f'topic "{one.topic}"' if one.topic else "no topic"
    group = f', most often for "{one.group}"' if one.group else ""
    return (
        f"Most false ones: {topic}, {one.false:,} of {one.of:,}{group}. "
        f"What would change it: {one.setting}."
    )
