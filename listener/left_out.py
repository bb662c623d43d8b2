"""What an owner is told of the lines of a file that could not be read: which, and why."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from config import spell_duration

MAX_NAMED = 5  # lines told by number; the others are counted
CALM_AFTER = timedelta(days=1)  # without another bad line, whatever wrote them is mended

# Where it was found, as the sources spell it: "line 3: …", "inbox.jsonl.1: its last line …",
# "https://example.org/feed: entry 7: …", "12 entries over 500".
_AT = re.compile(r"^(?:\S+: )?(?:(?:line|entry) \d+: |\d+ (?=entries over )|(?=its last line ))")
_WITHIN = re.compile(r" at line \d+, column \d+|^line \d+(?= is not )")


def kind_of(reason: str) -> str:
    """Why something was left out, without where: thousands of bad lines are one kind of reason."""
    return _WITHIN.sub("", _AT.sub("", reason)).strip()


def told(source: str, file: str, reasons: Sequence[str]) -> str:
    """One sentence for the owner. No word of the lines themselves is in it.

    reasons  as "line 3: this is not UTF-8 text"; of more than MAX_NAMED the rest are counted.
    """
    named = "; ".join(reasons[:MAX_NAMED])
    more = f"; and {len(reasons) - MAX_NAMED} more" if len(reasons) > MAX_NAMED else ""
    what = "1 line was" if len(reasons) == 1 else f"{len(reasons)} lines were"
    calm = spell_duration(CALM_AFTER)
    return (
        f'source "{source}": {what} left out of {file}, {named}{more}. Mend what writes them; '
        f"this closes when the file is saved anew without them, or after {calm} without another"
    )


def trouble(
    text: str, before: datetime | None, now: datetime, *, anew: bool
) -> tuple[str | None, datetime | None]:
    """The trouble a batch tells, and when a bad line was last seen.

    text    of the bad lines of this batch; "": there are none.
    before  when one was last seen; None: never, or that is over.
    anew    whether the file is read from its start, because it was saved anew.
    """
    if text:
        return text, now
    if before is not None and (anew or now - before >= CALM_AFTER):
        return "", None
    return None, before
