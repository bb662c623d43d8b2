"""The table of what each channel can do, as docs/channels/README.md has it, made from the code.

`python -m tests.channel_table` writes it there.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from escalation import channels
from escalation.channel import Capabilities

PAGE = Path(__file__).parents[1] / "docs" / "channels" / "README.md"
BEGIN, END = "<!-- made by python -m tests.channel_table -->", "<!-- end -->"
HEAD = (
    "channel",
    "updates",
    "threads",
    "buttons",
    "hears",
    "forms",
    "by mail address",
    "pictures",
    "customer's words",
)


def rows() -> Iterator[tuple[str, ...]]:
    """A row for each kind: what it can do at most."""
    for kind in sorted(channels.CHANNELS):
        yield (f"[{kind}]({kind}.md)", *_flags(channels.capabilities_of(kind)))


def _flags(can: Capabilities) -> Iterator[str]:
    flags = (can.update, can.thread, can.buttons, can.two_way, can.forms, can.by_mail, can.pictures)
    yield from ("yes" if flag else "–" for flag in (*flags, can.may_quote))


def made() -> str:
    """The table in Markdown."""
    table = [HEAD, tuple("---" for _ in HEAD), *rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def written(page: str) -> str:
    """The page with the table as it is now."""
    pattern = re.escape(BEGIN) + r".*?" + re.escape(END)
    return re.sub(pattern, f"{BEGIN}\n{made()}\n{END}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {len(channels.CHANNELS)} channels.\n")
