"""Discord's messages: what one says, and what its id tells.

Source of the fields: discord.com/developers/docs, "Message Resource", of API version 10.
"""

import re
from datetime import datetime

from listener.decoding import headed
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    iso_time,
    mapping,
    objects,
    optional_id,
    required_id,
    text,
)
from listener.mention import Author, Engagement, Kind, Observation, Post

PLATFORM = "discord"
EPOCH_MS = 1_420_070_400_000  # "Reference", Snowflakes: the first second of 2015
ID = re.compile(r"[0-9]{15,20}")
WORDS = (0, 19)  # message types: default and reply; the others are notices of the platform
# What a message may consist of beside its words; one with neither was kept from us.
_BESIDE = ("attachments", "embeds", "sticker_items", "message_snapshots", "poll", "components")


def decode(
    item: object, *, server: str, channel: str, about: str, now: datetime
) -> Observation | None:
    """One message; None for a notice of the platform. Raises ValueError."""
    raw = mapping(item)
    own_id = required_id(raw, "id", ID)
    if raw.get("type") not in WORDS:
        return None
    created = iso_time(raw.get("timestamp"))
    if created is None:
        raise ValueError("timestamp is no time")
    if is_kept_from_us(raw):
        raise ValueError("a message without its words")
    if not raw.get("content"):
        return None  # a picture, a poll: nothing that could be read
    answered = mapping(raw.get("message_reference"))
    reply_to = optional_id(answered.get("message_id"), ID)
    is_reply = raw["type"] == 19 and reply_to is not None
    post = Post(
        platform=PLATFORM,
        id=f"{channel}/{own_id}",
        text=_readable(raw),
        title=headed(about, ""),
        created_at=min(created, now),
        author=_author(mapping(raw.get("author"))),
        url=f"https://discord.com/channels/{server}/{channel}/{own_id}",
        in_reply_to=f"{channel}/{reply_to}" if is_reply else None,
        engagement=Engagement(likes=_reactions(raw)),
    )
    return Observation(Kind.POST, post, now)


def snowflake(when: datetime) -> int:
    """The smallest id that was made at an instant; 0 before there was Discord."""
    return max(0, round(when.timestamp() * 1000) - EPOCH_MS) << 22


def is_kept_from_us(raw: Raw) -> bool:
    """Whether a message has neither words nor anything else: the intent is off."""
    return raw.get("content") == "" and not any(raw.get(name) for name in _BESIDE)


def _readable(raw: Raw) -> str:
    """The words, with the people they name as they are called instead of their numbers."""
    names = {
        text(one.get("id"), 30): text(one.get("username"), MAX_HANDLE_CHARS)
        for one in objects(raw.get("mentions"))
    }
    return re.sub(
        r"<@!?([0-9]{15,20})>",
        lambda found: f"@{names.get(found[1]) or 'somebody'}",
        text(raw.get("content")),
    )


def _author(raw: Raw) -> Author:
    handle = text(raw.get("username"), MAX_HANDLE_CHARS)
    return Author(
        id=required_id(raw, "id", ID),
        handle=handle,
        name=text(raw.get("global_name"), MAX_HANDLE_CHARS) or handle,
        bot=raw.get("bot") is True,
    )


def _reactions(raw: Raw) -> int | None:
    counts = [one.get("count") for one in objects(raw.get("reactions"))]
    return sum(n for n in counts if isinstance(n, int) and 0 <= n < 10**9) if counts else None


def number(item: object) -> int:
    """A message's id; 0 where it has none."""
    return int(optional_id(mapping(item).get("id"), ID) or 0)
