"""What people write who tell nobody their name: a form of our own, `tocsin form`, fills a folder.

The form runs as a process of its own and knows nothing of the store; this reads what it left.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from config import Brand, Duration, SourceSettings
from config.fields import Loopback, Words
from listener.collector import BadRequest, Batch, Collector, Forbidden, Later
from listener.facts import Facts, Gone, Proof
from listener.mention import ANONYMOUS, Author, Kind, Observation, Post
from listener.on_disk import Flaw, of_folder
from listener.spool import LONGEST_SILENCE, Spool
from listener.spooled import Turned, Word, minute_of
from listener.tools import Tools

MOST_FILES = 200  # a batch; one transaction of the store
FLOODS = ("flood", "full")  # reasons for which an owner is told
CALM_AFTER = timedelta(minutes=30)  # without another one, a flood is over
DANGER = (
    "If you or somebody else is in danger, call the emergency number now: 112 in Europe, "
    "999 in the United Kingdom, 911 in North America."
)

FACTS = Facts(
    platform=ANONYMOUS,
    title="A form for people without a name",
    keys="none; a web server of yours in front of it",
    limits="as many a minute and an hour as you set, over all senders",
    costs="nothing",
    reach=None,
    gone=Gone.NEVER,
    duty="nothing is kept that would tell who wrote",
    unheard=(
        "Who complains only where nobody knows them is not heard: that takes a form of your own"
    ),
    proof=Proof.DOCUMENTED,
)


def _public(value: tuple[str, ...]) -> tuple[str, ...]:
    for one in value:
        try:
            parts = urlsplit(one)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        host = parts.hostname or ""
        sealed = parts.scheme == "https" or (parts.scheme == "http" and host.endswith(".onion"))
        if not (sealed and host) or parts.username or parts.query or parts.fragment or port == 0:
            raise ValueError(
                "each is an address under which people reach the form, https:// or an onion "
                'service\'s http://. Write for example "https://complain.example"'
            )
    return value


class Settings(SourceSettings):
    """The form and the folder in which it leaves what is written."""

    public: ClassVar[bool] = False  # it was told to us alone: no language model ever sees it

    folder: Path
    listen: Loopback = "127.0.0.1:8788"
    addresses: Annotated[Words, AfterValidator(_public)] = ()
    brands: Words = ()
    longest: int = Field(default=5_000, ge=100, le=20_000)
    per_minute: int = Field(default=10, ge=1, le=200)
    per_hour: int = Field(default=60, ge=1, le=2_000)
    replies_for: Duration = timedelta(days=90)
    danger: str = Field(default=DANGER, min_length=1, max_length=500)
    every: Duration = timedelta(minutes=1)

    @model_validator(mode="after")
    def _no_finer_than_a_minute(self) -> Self:
        if self.every < timedelta(minutes=1):
            raise ValueError(
                '"every" is too short: read more often, the store would tell in which second '
                'somebody wrote. Make it at least "1m"'
            )
        return self

    @model_validator(mode="after")
    def _one_folder_for_both(self) -> Self:
        if not self.folder.expanduser().is_absolute():
            raise ValueError(
                '"folder" must be a whole path, the same for the form and the daemon. Write for '
                'example "/var/lib/tocsin-form"'
            )
        return self

    @model_validator(mode="after")
    def _kept_for_a_day(self) -> Self:
        if not timedelta(days=1) <= self.replies_for <= timedelta(days=366):
            raise ValueError('"replies_for" lasts "1d" to "366d". Write for example "90d"')
        return self


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; the form need not run yet. Raises BadRequest for unknown brands."""
    assert isinstance(settings, Settings)
    known = {brand.name for brand in brands}
    for name in settings.brands:
        if name not in known:
            raise BadRequest(f'source "{settings.name}": there is no brand {name!r}')
    return FormSource(settings.name, Spool(settings.folder.expanduser()), known)


@dataclass(frozen=True, slots=True)
class Place:
    """What the last batch took, to be removed once that is in the store, and the last flood.

    Names are random, so that a clock that goes back, or a store from a backup, costs nothing.
    """

    taken: tuple[str, ...] = ()
    flooded: datetime | None = None

    def spell(self) -> str:
        flooded = self.flooded and self.flooded.isoformat()
        return json.dumps({"taken": self.taken, "flooded": flooded})

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        """Nothing for a cursor that is not ours: what is read twice the store knows."""
        try:
            row = json.loads(cursor or "")
            flooded = row["flooded"] and datetime.fromisoformat(row["flooded"]).astimezone(UTC)
            return cls(tuple(str(name) for name in row["taken"]), flooded or None)
        except (ValueError, TypeError, KeyError, OverflowError):
            return cls()


class FormSource:
    """Reads what the form has left, and removes it when it is safe in the store."""

    def __init__(self, name: str, spool: Spool, brands: set[str]) -> None:
        self._name = name
        self._spool = spool
        self._brands = brands

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read at most MOST_FILES files. Raises Later where the form does not run."""
        place = Place.read(cursor)
        try:
            for name in place.taken:
                self._spool.remove(name)
            waiting = self._spool.waiting(now)
            if not waiting:
                self._must_be_alive(now)
            return self._batch(waiting, place, now)
        except FileNotFoundError:
            raise Later(self._said("has never run: start `tocsin form`")) from None
        except PermissionError:
            raise Forbidden(
                self._said("leaves its posts where they may not be read and removed; give this "
                           "user the right to")
            ) from None  # fmt: skip
        except OSError as error:
            raise Later(self._said(f"left something unreadable: {error.strerror}")) from None

    def close(self) -> None:
        """Nothing is held between two reads."""

    def _said(self, what: str) -> str:
        return f'source "{self._name}": the form {what}'

    def _must_be_alive(self, now: datetime) -> None:
        beat = self._spool.last_beat()
        if beat is None or now - beat > LONGEST_SILENCE:
            raise Later(self._said("does not run, so nobody can write: start `tocsin form`"))

    def _batch(self, waiting: Sequence[str], place: Place, now: datetime) -> Batch:
        taken = tuple(waiting[:MOST_FILES])
        seen: list[Observation] = []
        malformed: list[str] = []
        turned: dict[str, int] = {}
        for name in taken:
            what = self._understood(name, now)
            if isinstance(what, Observation):
                seen.append(what)
            elif isinstance(what, Turned):
                for reason, count in what.counts.items():
                    turned[reason] = turned.get(reason, 0) + count
            else:
                malformed.append(what)
        flooded = sum(count for reason, count in turned.items() if reason in FLOODS)
        trouble, at = self._trouble(flooded, place.flooded, now)
        return Batch(
            tuple(seen),
            Place(taken, at).spell(),
            len(waiting) > len(taken),
            malformed=tuple(malformed),
            turned_away=tuple((f"form: {why}", turned[why]) for why in sorted(turned)),
            trouble=trouble,
        )

    def _trouble(
        self, flooded: int, before: datetime | None, now: datetime
    ) -> tuple[str | None, datetime | None]:
        if flooded:
            what = "1 post" if flooded == 1 else f"{flooded} posts"
            told = (
                f"{what} turned away, more than its limits let in: somebody floods it, or very "
                "many complain at once. Look at what came in; raise per_minute and per_hour if "
                "they are people"
            )
            return f'source "{self._name}": {told}', now
        if before is not None and now - before >= CALM_AFTER:
            return "", None
        return None, before

    def _understood(self, name: str, now: datetime) -> Observation | Turned | str:
        try:
            what = self._spool.read(name)
        except ValueError:
            return "a file that no form writes"
        if isinstance(what, Turned):
            return what
        return self._observed(what, now) if what.brand in self._brands else "an unknown brand"

    def _observed(self, word: Word, now: datetime) -> Observation:
        minute = minute_of(now)
        post = Post(
            platform=ANONYMOUS,
            id=word.id,
            text=word.text,
            created_at=min(word.minute, minute),
            author=Author(word.author),
            title=word.brand,
        )
        return Observation(Kind.POST, post, minute)


def forms_of(sources: Sequence[SourceSettings]) -> list[Settings]:
    """The forms among the declared sources, their folders as they are to be opened."""
    found = [one for one in sources if isinstance(one, Settings)]
    return [one.model_copy(update={"folder": one.folder.expanduser()}) for one in found]


def flaws_of(settings: SourceSettings, now: datetime) -> Iterator[Flaw]:
    """What would keep the form and the daemon from the folder; the form makes it where it may."""
    assert isinstance(settings, Settings)
    folder = settings.folder.expanduser()
    found = list(of_folder("folder", folder, parents=True))
    posts = folder / "posts"
    return iter(found or (of_folder("folder", posts) if posts.exists() else ()))
