"""A story told: a folder's posts and actions through the whole house, a line for what happened.

posts.jsonl    what people wrote           actions.jsonl  what the firm's people did
firm.toml      the firm, where it is not that of all stories
outages.jsonl  when an address took nothing: channel, to, from, until
story.txt      the story in a sentence, when it ends, and all that happened, a line each

`python -m tests.scenarios.telling NAME ...` writes what happens now into story.txt, shows what is
different, and leaves the sentence and the end as they are: read it before you keep it.
"""

import difflib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from escalation.channel import Capabilities, ChannelUnavailable, Message, Receipt
from escalation.desk import Happening
from tocsin.actions import Scripted
from tocsin.cli.common import load
from tocsin.replay import Replay, as_json, read_actions, read_posts

HERE = Path(__file__).parent
FIRM = HERE / "firm.toml"
_UNTOLD = ("mention", "complaint", "card", "notice", "not_delivered")


@dataclass(frozen=True, slots=True)
class Outage:
    """From when until when an address of a channel took nothing."""

    channel: str
    to: str
    since: datetime
    until: datetime


@dataclass
class Faulty:
    """A channel of a replay that takes every message but in its outages."""

    outages: Sequence[Outage]
    replay: Replay | None = None
    capabilities: Capabilities = field(default=Capabilities(update=True))

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        assert self.replay is not None
        now = self.replay.clock.now()
        if any(one.to == message.to and one.since <= now < one.until for one in self.outages):
            raise ChannelUnavailable("it does not answer")
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)


def firm_of(folder: Path) -> Path:
    """The configuration of a story: its own, where it has one."""
    own = folder / "firm.toml"
    return own if own.exists() else FIRM


def beginning(folder: Path) -> tuple[str, datetime]:
    """A story's sentence and its end. Raises ValueError where the file has no such two lines."""
    sentence, until, *_ = (folder / "story.txt").read_text(encoding="utf-8").splitlines()
    return sentence, datetime.fromisoformat(until.removeprefix("until "))


def happenings(folder: Path) -> list[dict[str, Any]]:
    """All that happens, as `replay --json` writes it."""
    settings = load(firm_of(folder)).settings
    posts, misread = read_posts([folder / "posts.jsonl"])
    assert not misread
    rows: list[dict[str, Any]] = []

    def tell(happening: Happening) -> None:
        rows.append(dict(as_json(happening)))

    outages = list(_outages(folder))
    channels = {
        channel.name: Faulty([one for one in outages if one.channel == channel.name])
        for channel in settings.channels
    }
    replay = Replay(settings, start=posts[0].seen_at, told=tell, channels=dict(channels))
    for channel in channels.values():
        channel.replay = replay
    try:
        for _ in replay.run(posts, _actions(folder), beginning(folder)[1]):
            pass
    finally:
        replay.close()
    return rows


def _actions(folder: Path) -> list[Scripted]:
    path = folder / "actions.jsonl"
    return read_actions(path) if path.exists() else []


def _outages(folder: Path) -> Iterator[Outage]:
    path = folder / "outages.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)
        since, until = (datetime.fromisoformat(row[name]) for name in ("from", "until"))
        yield Outage(row["channel"], row["to"], since, until)


def told(rows: list[dict[str, Any]]) -> list[str]:
    """The lines of a story: without what only other programs want to know."""
    return [
        line(row)
        for row in rows
        if row["event"] not in _UNTOLD and not row["event"].endswith("_updated")
    ]


def line(row: dict[str, Any]) -> str:
    """What happened: when, to what, what, whose it is or why not."""
    at = datetime.fromisoformat(row["at"])
    about = next((f"{kind} {row[kind]}" for kind in ("case", "incident") if kind in row), "")
    where = f"on {row['channel']}" if row["event"] == "page" else ""
    who = row.get("text", "") if row["event"] == "no_change" else row.get("owner", "")
    words = (f"{at:%a %H:%M:%S}", about, row["event"], who, where)
    return " ".join(word for word in words if word)


def rewrite(folder: Path) -> str:
    """Write what happens now into a story; returns how it differs from what stood there."""
    path = folder / "story.txt"
    before = path.read_text(encoding="utf-8").splitlines()
    after = [*before[:2], *told(happenings(folder))]
    path.write_text("\n".join(after) + "\n", encoding="utf-8")
    return "\n".join(difflib.unified_diff(before, after, folder.name, "now", lineterm="", n=2))


def main(names: Sequence[str]) -> None:
    """Rewrite these stories; without names, all of them."""
    for name in names or sorted(path.parent.name for path in HERE.glob("*/story.txt")):
        sys.stdout.write(rewrite(HERE / name) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
