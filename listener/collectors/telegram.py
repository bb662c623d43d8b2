"""Telegram: what is written in groups and channels to which a bot was added.

Source of the interface: core.telegram.org/bots/api, "Getting updates". Updates are kept for a day;
asking from a number on acknowledges all before it, so what the cursor holds was stored before.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from config import Brand, Duration, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker, problem_of
from listener.boundary import boundary, fault_of
from listener.collector import (
    AuthorisationLost,
    Batch,
    Collector,
    Forbidden,
    Gap,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.decoding import each, headed
from listener.facts import Facts, Gone, Proof
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    epoch_time,
    iso_time,
    mapping,
    objects,
    text,
)
from listener.linked import MAX_LINKS, links_of
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.owned import revealed
from listener.rounds import marked
from listener.tools import Tools
from listener.wire import Reply

PLATFORM = "telegram"
API = "https://api.telegram.org"
PAGE = 100  # updates; the most that one answer holds
KEPT = timedelta(hours=24)  # how long an update waits for us
# "If there are no new updates for at least a week, then identifier of the next update will be
# chosen randomly": a number from before then may be higher, and would throw the new ones away.
RENUMBERED = timedelta(days=6)
MAX_CHATS = 100
MAX_NUMBER = 2**53
LONGEST_WAIT = 3_600  # seconds
ASKED = ("message", "edited_message", "channel_post", "edited_channel_post")
_TOKEN = re.compile(r"[A-Za-z0-9:_-]{1,200}")  # it stands in the address

FACTS = Facts(
    platform=PLATFORM,
    title="Telegram groups and channels",
    keys="a bot's token, and an invitation to the group with privacy mode off",
    limits="updates are kept for 24 hours; one listener a bot",
    costs="nothing",
    reach=KEPT,
    gone=Gone.NEVER,
    duty="its people ought to know that the bot reads along",
    unheard="",
    proof=Proof.DOCUMENTED,
)

Chat = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    form(
        r"-[1-9][0-9]{0,15}",
        "is no id of a group",
        'Write its number with the minus before it, for example "-1001234567890"',
    ),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str | int) else value)


class Settings(SourceSettings):
    """Which groups and channels; anybody can add a bot to others, which are left alone."""

    own_secret: ClassVar[str] = "token"  # noqa: S105  a field's name; who asks last gets it all

    kind: Literal["telegram"] = "telegram"
    token: Secret
    chats: Annotated[tuple[Chat, ...], _alone] = Field(min_length=1, max_length=MAX_CHATS)
    about: str = Field(default="", max_length=100)  # the term of whose brand these groups are
    every: Duration = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Place:
    """How far the updates were read.

    next   the number after the last one that is stored; 0: none is.
    first  the first start; at: the last answer; told: the last one with an update in it.
    """

    next: int
    first: datetime
    at: datetime
    told: datetime

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> "Place":
        """Read the cursor. An unreadable one is forgotten: what is not acknowledged comes again."""
        try:
            raw = mapping(json.loads(cursor or "{}"))
        except (ValueError, RecursionError):
            raw = {}
        times = [iso_time(raw.get(name)) for name in ("first", "at", "told")]
        number = count(raw.get("next"))
        first, at, told = times
        if first is None or at is None or told is None or number is None or number > MAX_NUMBER:
            return cls(0, now, now, now)
        return cls(number, first, at, told)

    def offset(self, now: datetime) -> int:
        """From which number on to ask; 0: from the first that was never acknowledged."""
        return self.next if now - self.told < RENUMBERED else 0


class TelegramSource:
    """Asks for updates, a page a fetch, and acknowledges a page by asking for the next."""

    def __init__(self, settings: Settings, asker: Asker, address: Callable[[], str]) -> None:
        """address: what is asked, which holds the token and so is kept nowhere."""
        self._settings = settings
        self._asker = asker
        self._address = address

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read what came since; see `listener.collector.Collector`."""
        with boundary(self._settings.name, now):
            place = Place.read(cursor, now)
            updates = self._updates(place.offset(now), now, deadline)
            seen, malformed = each(
                updates,
                lambda update: decode(
                    update, chats=self._settings.chats, about=self._settings.about, now=now
                ),
            )
            moved = replace(place, at=now)
            if updates:
                last = max((_number(update) for update in updates), default=-1)
                moved = replace(moved, next=last + 1, told=now)
            return Batch(
                observations=marked(seen, place.first),
                cursor=json.dumps(asdict(moved), default=datetime.isoformat),
                more=len(updates) >= PAGE and moved.next != place.next,
                gaps=_gaps(place, now),
                malformed=malformed,
            )

    def close(self) -> None:
        """Nothing is kept open between requests; the wire is closed by whoever made it."""

    def _updates(self, offset: int, now: datetime, deadline: float) -> list[object]:
        asked: dict[str, str | int] = {"limit": PAGE, "timeout": 0}
        asked["allowed_updates"] = json.dumps(ASKED, separators=(",", ":"))
        if offset:
            asked["offset"] = offset
        reply = self._asker.answer(self._address(), asked, now=now, deadline=deadline)
        if fault := fault_of(reply, source=self._settings.name, now=now):
            raise self._fault(reply, fault, now)
        found = mapping(self._asker.read(reply)).get("result")
        if not isinstance(found, list):
            raise Malformed(f'source "{self._settings.name}": the answer has no list of updates')
        return found[:PAGE]

    def _fault(self, reply: Reply, fault: SourceError, now: datetime) -> SourceError:
        """What Telegram means: its waits stand in the body, an unknown token is no address."""
        said = f'source "{self._settings.name}"'
        if reply.status in (401, 404):
            return AuthorisationLost(f"{said}: Telegram refuses the token; ask @BotFather anew")
        if reply.status == 409:
            return Forbidden(
                f"{said}: something else takes this bot's updates, a webhook or another listener. "
                "Make a bot for this source alone"
            )
        wait = count(mapping(problem_of(reply).get("parameters")).get("retry_after"))
        if reply.status == 429 and wait:
            return RateLimited(
                f"{said}: asked to wait", now + timedelta(seconds=min(wait, LONGEST_WAIT))
            )
        return fault


def decode(
    update: object, *, chats: Sequence[str], about: str, now: datetime
) -> Observation | None:
    """One update; None for what is no words in one of the chats. Raises ValueError."""
    raw = mapping(update)
    if _number(raw) < 0:
        raise ValueError("an update has no number")
    kind = next((one for one in ASKED if one in raw), None)
    if kind is None:
        return None
    said = mapping(raw[kind])
    chat = mapping(said.get("chat"))
    room = str(chat.get("id"))[:30]
    if room not in chats:
        return None
    if "migrate_to_chat_id" in said:
        raise ValueError("a group has become a supergroup and has a new id; declare that one")
    words = text(said.get("text")) or text(said.get("caption"))
    if not words:
        return None
    number, created = count(said.get("message_id")), epoch_time(said.get("date"))
    if number is None or created is None:
        raise ValueError("a message has no usable number or date")
    answered = count(mapping(said.get("reply_to_message")).get("message_id"))
    post = Post(
        platform=PLATFORM,
        id=f"{room}/{number}",
        text=words,
        title=headed(about, ""),
        created_at=min(created, now),
        author=_author(said, chat, room),
        url=_url(chat, room, number),
        in_reply_to=None if answered is None else f"{room}/{answered}",
        engagement=Engagement(views=count(said.get("views"))),
        links=links_of(
            one.get("url")
            for name in ("entities", "caption_entities")
            for one in objects(said.get(name))[: 2 * MAX_LINKS]
        ),
    )
    return Observation(Kind.EDIT if kind.startswith("edited") else Kind.POST, post, now)


def _author(said: Raw, chat: Raw, room: str) -> Author:
    """Who wrote it: a person, or a group or channel in whose name somebody writes."""
    channel = mapping(said.get("sender_chat"))
    person = mapping(said.get("from"))
    if channel or not person:
        shown = channel or chat
        own = count(shown.get("id")) or shown.get("id")
        name = text(shown.get("title"), MAX_HANDLE_CHARS)
        handle = text(shown.get("username"), MAX_HANDLE_CHARS)
        return Author(str(own)[:30] if isinstance(own, int) else room, handle, name)
    number = count(person.get("id"))
    if number is None:
        raise ValueError("a message says nobody's id")
    names = (text(person.get(name), MAX_HANDLE_CHARS) for name in ("first_name", "last_name"))
    return Author(
        id=str(number),
        handle=text(person.get("username"), MAX_HANDLE_CHARS),
        name=" ".join(name for name in names if name),
        bot=person.get("is_bot") is True,
    )


def _url(chat: Raw, room: str, number: int) -> str:
    """Where it can be read: by a public name, or by members of a supergroup."""
    public = chat.get("username")
    if isinstance(public, str) and re.fullmatch(r"[A-Za-z0-9_]{1,40}", public):
        return f"https://t.me/{public}/{number}"
    if room.startswith("-100"):
        return f"https://t.me/c/{room[4:]}/{number}"
    return ""


def _number(update: object) -> int:
    number = count(mapping(update).get("update_id"))
    return number if number is not None and number < MAX_NUMBER else -1


def _gaps(place: Place, now: datetime) -> tuple[Gap, ...]:
    kept_since = now - KEPT
    if place.at >= kept_since:
        return ()
    return (Gap(place.at, kept_since, "Telegram keeps updates for a day"),)


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where the token is missing or none."""
    assert isinstance(settings, Settings)
    token = revealed(tools, settings.name, settings.token)
    if not _TOKEN.fullmatch(token):
        raise AuthorisationLost(
            f'source "{settings.name}": {settings.token} holds no bot\'s token (digits, a colon, '
            "letters)"
        )
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    return TelegramSource(settings, asker, lambda: f"{API}/bot{token}/getUpdates")
