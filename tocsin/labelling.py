"""Labels as JSON Lines: a post as `tocsin score` reads it, with what a person said of it.

{"text": "…", "complaint": true}
{"platform": "x", "id": "123", "text": "…", "complaint": false, "team": "care"}
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from listener.jsontext import parse_json
from listener.language import language_of
from listener.mention import Kind, Observation, Post
from listener.postline import MAX_LINE_BYTES, read_line, write_line
from listener.safety import SHIPPED, Tripwires
from listener.wires import SELF_HARM
from tocsin.store.labels import PLAIN, Label

_WANTED = 'write "complaint": true or false, or "team": "…", beside the text'


def read_labels(
    stream: BinaryIO, teams: Collection[str], now: datetime, tripwires: Tripwires = SHIPPED
) -> Iterator[tuple[int, Label | str]]:
    """Read a stream of lines: pairs of the line's number and its label, or what is wrong.

    tripwires  say what is private.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield number, f"the line is longer than {MAX_LINE_BYTES} bytes"
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            try:
                yield number, _label(line, teams, now, tripwires)
            except ValueError as error:
                yield number, str(error)


def _label(line: bytes, teams: Collection[str], now: datetime, tripwires: Tripwires) -> Label:
    row = parse_json(line.decode(errors="replace").removeprefix("\ufeff"))
    if not isinstance(row, dict):
        raise ValueError('a label is an object such as {"text": "…", "complaint": true}')
    complaint, team = row.get("complaint"), row.get("team")
    if complaint is not None and not isinstance(complaint, bool):
        raise ValueError('"complaint" must be true or false')
    if team is not None and team not in list(teams):
        raise ValueError(f'"team" must be one of {", ".join(teams)}')
    if complaint is None and team is None:
        raise ValueError(f"it says nothing of the text; {_WANTED}")
    post = read_line(json.dumps(_whole(row)), seen_at=now)
    if post.kind not in (Kind.POST, Kind.EDIT):
        raise ValueError(f'"kind" is {post.kind}; only a post can have a label')
    if not (post.post.text.strip() or post.post.title.strip()):
        raise ValueError('"text" is empty; there is nothing to learn from')
    if is_private(post.post, tripwires):
        raise ValueError("it may be a sign of self-harm, of which no label is kept")
    return Label(post.post, complaint, team)


def is_private(post: Post, tripwires: Tripwires = SHIPPED) -> bool:
    """Is it a sign of self-harm, as far as there are rules for that?"""
    text = f"{post.title}\n{post.text}"
    return any(one.kind == SELF_HARM for one in tripwires.dangers_of(text, language_of(post)))


def _whole(row: dict[str, object]) -> dict[str, object]:
    """A text without platform and id is nobody's post."""
    if row.get("platform") is None and row.get("id") is None:
        name = sha256(str(row.get("text")).encode("utf-8", "replace")).hexdigest()[:16]
        return {**row, "platform": PLAIN, "id": name}
    return row


def write_label(label: Label) -> str:
    """A label as one line of ASCII JSON; `read_labels` reads it back."""
    post = label.post
    if post.platform == PLAIN or not post.id:
        row: dict[str, object] = {"text": post.text}
        row |= {"title": post.title} if post.title else {}
        row |= {"lang": post.lang} if post.lang else {}
        row |= {"rating": post.rating} if post.rating is not None else {}
    else:
        row = json.loads(write_line(Observation(Kind.POST, post, post.created_at)))
        for key in ("seen_at", "author", "engagement", "backfill"):
            row.pop(key, None)
    row |= {"complaint": label.complaint} if label.complaint is not None else {}
    row |= {"team": label.team} if label.team is not None else {}
    return json.dumps(row, separators=(",", ":"))
