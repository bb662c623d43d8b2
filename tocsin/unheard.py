"""What Tocsin cannot hear unless somebody sees to it, in plain words: silence is not calm."""

from collections.abc import Collection, Iterator

from listener import collectors

_NOWHERE = (
    "TikTok, LinkedIn and everything private are not heard: there is no source for them. What "
    "another tool exports as JSON lines, the file source reads (docs/sources/file.md)."
)


def unheard(kinds: Collection[str]) -> Iterator[str]:
    """A sentence for each place that is not heard with sources of these kinds."""
    more = []
    for kind in collectors.COLLECTORS:
        facts = collectors.facts_of(kind)
        if kind in kinds:
            continue
        if facts.unheard:
            yield f"{facts.unheard.rstrip('.')} (docs/sources/{kind}.md)."
        elif facts.platform:
            more.append(facts.title)
    if more:
        yield f"There are sources for these too, none of them declared: {', '.join(more)}."
    yield _NOWHERE
