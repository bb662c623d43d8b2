"""Discord: messages in channels of a server to which a bot was invited, walked forward by id.

Source of the interface: discord.com/developers/docs, "Message Resource" (Get Channel Messages) and
"Gateway" (Message Content Intent), of API version 10. An id is a snowflake, which holds the instant
at which it was made, so a deleted message is as good a place to go on from as any other.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from config import Brand, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker
from listener.boundary import boundary, pause_of
from listener.collector import (
    BadRequest,
    Batch,
    Collector,
    Forbidden,
    Known,
    Malformed,
    Refreshed,
    SourceError,
)
from listener.collectors.discord_messages import (
    PLATFORM,
    WORDS,
    decode,
    is_kept_from_us,
    number,
    snowflake,
)
from listener.decoding import each
from listener.facts import Facts, Gone, Proof
from listener.fields import Raw, iso_time, mapping, objects
from listener.looking_up import told
from listener.mention import Observation
from listener.owned import revealed
from listener.rounds import FIRST_LOOK, marked
from listener.tools import Tools
from listener.turn import Turn

API = "https://discord.com/api/v10"
PAGE = 100  # messages; the most that one answer holds
AT_ONCE = 50  # kept messages of one look
OVERLAP = timedelta(minutes=1)  # re-read each round: an id may show up a moment late
SKEW = timedelta(minutes=10)  # between the platform's clock and ours
MAX_CHANNELS = 100
MIN_SECONDS = 1.0  # less time than this is not worth a request
_KNOWN = re.compile(r"([0-9]{15,20})/([0-9]{15,20})")

FACTS = Facts(
    platform=PLATFORM,
    title="Discord server channels",
    keys="a bot's token, its message content intent, and an invitation to the server",
    limits="100 messages a request, about 50 requests a second",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here; its people ought to know that the bot reads along",
    unheard="",
    proof=Proof.DOCUMENTED,
)

Snowflake = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    form(
        r"[0-9]{15,20}",
        "is no id of Discord",
        "Write its 15 to 20 digits: right click on it, Copy ID, in Discord's developer mode",
    ),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str | int) else value)


class Settings(SourceSettings):
    """Which channels of which server; they are a community's, so not public."""

    kind: Literal["discord"] = "discord"
    token: Secret
    server: Snowflake
    channels: Annotated[tuple[Snowflake, ...], _alone] = Field(
        min_length=1, max_length=MAX_CHANNELS
    )
    about: str = Field(default="", max_length=100)  # the term of whose brand this server is


@dataclass(frozen=True, slots=True)
class Place:
    """How far a channel was read: after which id; first: of all, when."""

    first: datetime
    after: int

    def back(self) -> "Place":
        """Where the next round begins."""
        return replace(self, after=max(0, self.after - (_ms(OVERLAP) << 22)))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the cursor holds: each channel's place."""

    places: Mapping[str, Place] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> "Memory":
        """Read the cursor. An unreadable one is forgotten: the source starts afresh."""
        try:
            rows = mapping(json.loads(cursor or "{}")).items()
        except (ValueError, RecursionError):
            rows = ()  # type: ignore[assignment]
        read = {key: _place(mapping(row)) for key, row in rows}
        return cls({key: place for key, place in read.items() if place})

    def with_place(self, channel: str, place: Place, channels: Sequence[str]) -> str:
        """The cursor with one channel moved on; those not declared any more are left out."""
        places = {**self.places, channel: place}
        rows = {key: asdict(places[key]) for key in channels if key in places}
        return json.dumps(rows, default=datetime.isoformat, separators=(",", ":"))


@dataclass(slots=True)
class _Looked:
    """What a call to `refresh` has learned so far. shows: some page had messages."""

    seen: list[Observation] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    shows: bool = False


class DiscordSource:
    """Walks through channels, one page a fetch."""

    at_once = AT_ONCE

    def __init__(
        self, settings: Settings, asker: Asker, clock: Callable[[], float] = monotonic
    ) -> None:
        self._settings = settings
        self._asker = asker
        self._clock = clock
        self._channels = tuple(dict.fromkeys(settings.channels))
        self._turn = Turn(settings.name, self._channels)
        self._within: set[str] = set()  # channels of which the page before was full

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the channel whose turn it is; see `listener.collector.Collector`."""
        channel = self._turn.next(now)
        if channel is None:
            return Batch(listings=())
        with self._turn.reading(channel, now):
            memory = Memory.read(cursor)
            place = memory.places.get(channel) or Place(now, snowflake(now - FIRST_LOOK))
            asked = place if channel in self._within else place.back()
            items, is_used_up = self._page(channel, asked.after, now, deadline)
            seen, malformed = self._read(items, channel, now)
            # An id from the future would leave out all that is written until then.
            ahead = snowflake(now + SKEW)
            newest = max((at for item in items if (at := number(item)) < ahead), default=0)
            is_full = len(items) >= PAGE and newest > asked.after
            self._within.discard(channel)
            if is_full:
                self._within.add(channel)
                if not is_used_up:
                    self._turn.again(channel)
            moved = replace(place, after=newest if is_full else max(place.after, newest))
            return Batch(
                observations=marked(seen, place.first),
                cursor=memory.with_place(channel, moved, self._channels),
                more=self._turn.has_more,
                malformed=malformed,
                listings=(channel,),
            )

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return self._turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._turn.rest(listing, until)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. Pages are read on from the oldest that is asked for:
        what stands within what they show, and is not there, is absent. A channel that fails ends
        it; what was learned before stands."""
        ends = self._clock() + deadline
        looked = _Looked()
        with boundary(self._settings.name, now):
            for channel, asked in _by_channel(posts).items():
                try:
                    self._look(channel, asked, looked, now, ends)
                except SourceError:
                    if not (looked.seen or looked.absent):
                        raise
                    break
        return told(posts, looked.seen, looked.absent, shows=looked.shows)

    def close(self) -> None:
        """Nothing is kept open between requests; the wire is closed by whoever made it."""

    # ---------------------------------------------------------------------------- asking
    def _look(
        self, channel: str, asked: Sequence[int], looked: "_Looked", now: datetime, ends: float
    ) -> None:
        left, is_used_up = sorted(asked), False
        while left and not is_used_up and ends - self._clock() >= MIN_SECONDS:
            try:
                items, is_used_up = self._page(channel, left[0] - 1, now, ends - self._clock())
                if not items and not self._page(channel, None, now, ends - self._clock())[0]:
                    break  # who may not read what was written before is shown nothing, too
            except (Forbidden, BadRequest):
                break  # a channel that is closed to us, or gone, says nothing of its messages
            shown = {number(item) for item in items}
            reaches = max(shown, default=0) if len(items) >= PAGE else snowflake(now)
            there, _ = self._read(items, channel, now)
            wanted = {f"{channel}/{number}" for number in left}
            looked.seen += [seen for seen in there if seen.post.id in wanted]
            looked.shows = True
            if 0 in shown:
                break  # what has no number may be any of those that are not there
            within = [number for number in left if number <= reaches]
            looked.absent += [f"{channel}/{number}" for number in within if number not in shown]
            if not within:
                break
            left = [number for number in left if number > reaches]

    def _page(
        self, channel: str, after: int | None, now: datetime, deadline: float
    ) -> tuple[list[object], bool]:
        """A page, and whether it was the last one that may be asked for just now.

        after  the id that its messages come after; None: the newest there are.
        """
        reply = self._asker.reply(
            f"{API}/channels/{channel}/messages",
            {"limit": PAGE} if after is None else {"limit": PAGE, "after": after},
            now=now,
            deadline=deadline,
        )
        items = self._asker.read(reply)
        if not isinstance(items, list):
            raise Malformed(f'source "{self._settings.name}": the answer is no list of messages')
        return items, pause_of(reply, now) is not None

    def _read(
        self, items: Sequence[object], channel: str, now: datetime
    ) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
        """Raises Forbidden where not one message shows its words."""
        words = [item for item in objects(list(items)) if item.get("type") in WORDS]
        blank = [item for item in words if is_kept_from_us(item)]
        if words and len(blank) == len(words):
            raise Forbidden(
                f'source "{self._settings.name}": Discord shows messages without their words. '
                "Switch on the Message Content Intent of the bot"
            )
        return each(
            items,
            lambda item: decode(
                item, server=self._settings.server, channel=channel, about=self._settings.about,
                now=now,
            ),
        )  # fmt: skip


def _by_channel(posts: Sequence[Known]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for post in posts:
        if known := _KNOWN.fullmatch(post.id):
            found.setdefault(known[1], []).append(int(known[2]))
    return found


def _place(raw: Raw) -> Place | None:
    first, after = iso_time(raw.get("first")), raw.get("after")
    if first is None or isinstance(after, bool) or not isinstance(after, int):
        return None
    return Place(first.astimezone(UTC), after) if 0 <= after < 2**64 else None


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where the token is missing."""
    assert isinstance(settings, Settings)
    token = revealed(tools, settings.name, settings.token)
    headers = {"User-Agent": tools.user_agent, "Authorization": f"Bot {token}"}
    return DiscordSource(settings, Asker(settings.name, tools.wire, headers))
