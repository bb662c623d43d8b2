"""A store to write a week into, as the listener and the engine would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from config import Band, Brand, ChannelSettings, Person, Settings, Team
from escalation.decision import Warn, WarningKind
from escalation.silences import Scope
from escalation.subject import Case, Incident, Level, Ref, State
from listener.aspects import Aspect
from listener.complaint import Verdict
from listener.intake import Mention
from listener.journey import Stage
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.routing import Route
from tocsin.digest import DigestData, Week, gather
from tocsin.randomness import SeededRandomness
from tocsin.store import Store

WEEK = Week(2026, 47)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 8, tzinfo=UTC)


def settings(**changes: Any) -> Settings:
    """Two teams, of which care also gets what nobody owns."""
    declared: dict[str, Any] = {
        "fallback_executive": "eve",
        "brands": (Brand(name="Acme"),),
        "people": (
            Person(name="ada", full_name="Ada Lovelace"),
            Person(name="ben"),
            Person(name="eve", full_name="Eve Exec"),
        ),
        "teams": (
            Team(name="care", members=("ada", "ben"), lead="ben"),
            Team(name="web", members=("ben",)),
        ),
        "channels": (ChannelSettings(name="chat", kind="console"),),
    }
    return Settings(**(declared | changes))


@dataclass
class House:
    """One store and the settings it is read with."""

    store: Store
    settings: Settings = field(default_factory=settings)
    posts: int = 0

    def hears(
        self,
        text: str = "third time asking, still no refund",
        *,
        author: str = "ann",
        at: datetime = MONDAY + timedelta(days=1),
        verdict: Verdict = Verdict.COMPLAINT,
        valence: float | None = -0.5,
        topic: str | None = None,
        lang: str = "en",
        severity: float = 0.5,
        safety: bool = False,
        followers: int | None = 100,
        brand: str = "Acme",
        url: str = "https://x.example/1",
        handle: str | None = None,
        own: bool = False,
        **more: Any,
    ) -> int:
        """Keep a mention through the store's own verbs; returns our id of its post."""
        self.posts += 1
        assessment: Any = SimpleNamespace(
            brand=brand,
            own=own,
            bot=False,
            model="test",
            lang=lang,
            scored=valence is not None,
            valence=valence or 0.0,
            reasons=(),
            judgement=SimpleNamespace(verdict=verdict, probability=0.5, why=()),
            severity=SimpleNamespace(value=severity, safety=safety, why=(), dangers=()),
            route=Route("care", topic, (), confident=True),
            aspects=tuple(Aspect(name, (text,)) for name in more.pop("aspects", ())),
            journey=Stage(stage, (text,)) if (stage := more.pop("journey", "")) else None,
        )
        post = Post(
            platform=more.pop("platform", "x"),
            id=str(self.posts),
            text=text,
            created_at=at,
            author=Author(author, handle=author if handle is None else handle, followers=followers),
            url=url,
            engagement=Engagement(reposts=more.pop("reposts", None)),
            **more,
        )
        seen = Observation(Kind.POST, post, at)

        def work(unit: Any) -> int:
            kept = unit.keep_post(seen, "stream")
            if unit.keep_mention(kept, assessment, at):
                unit.roll_up(Mention(kept, post, assessment, at, at, False), "stream")
            return int(kept.post)

        return self.store.write(work)

    def deletes(self, post: int) -> None:
        self.store.write(lambda unit: unit.erase_post(post, AFTER))

    def opens(self, *, about: int | None = None, **changes: Any) -> int:
        """Open a case of a new author, on a post if there is one; returns its number."""

        def work(unit: Any) -> int:
            number = int(unit.next_number("case"))
            opened = changes.pop("opened_at", MONDAY + timedelta(days=1, hours=9))
            author = unit.connection.execute(
                "insert into authors (platform, native_id) values ('x', ?) returning id",
                (f"case-{number}",),
            ).fetchone()[0]
            facts = {
                "brand": "Acme",
                "team": "care",
                "topic": None,
                "band": Band.P1,
                "owner": "ada",
                "complained_at": opened,
            }
            unit.save(
                Case(number=number, opened_at=opened, author=author, **(facts | changes)), None
            )
            if about is not None:
                unit.attach(number, about)
            return number

        return self.store.write(work)

    def storms(self, **changes: Any) -> int:
        """Open an incident; returns its number."""

        def work(unit: Any) -> int:
            number = int(unit.next_number("incident"))
            facts = {
                "brand": "Acme",
                "team": "care",
                "topic": None,
                "band": Band.STORM,
                "owner": "eve",
                "opened_at": MONDAY + timedelta(days=2),
                "level": Level.STORM,
                "state": State.OWNED,
                "storm_at": MONDAY + timedelta(days=2),
                "people": 37,
                "posts": 42,
                "minutes": 20,
                "usual": 4.0,
                "acked_at": MONDAY + timedelta(days=2),
            }
            unit.save(Incident(number=number, **(facts | changes)), None)
            return number

        return self.store.write(work)

    def warns(
        self,
        case: int,
        what: WarningKind,
        *,
        at: datetime,
        incident: int | None = None,
        by: str = "ada",
    ) -> None:
        """Remember a warning about a case; `incident`: the storm that followed."""

        def work(unit: Any) -> None:
            subject = unit.subject(Ref("case", case))
            unit.warn(subject, Warn(what, by), at)
            last = unit.connection.execute("select max(id) from warnings").fetchone()[0]
            if incident is not None:
                unit.attach_warnings([last], incident)

        self.store.write(work)

    def takes_on(self, case: int, *, at: datetime) -> None:
        """Somebody acknowledges a case, as far as the ledger knows."""
        self.store.write(
            lambda unit: unit.enter(
                "Acme", "acknowledged", f"case:{case}", unit.staff_id("ada"), {}, at
            )
        )

    def hides(self, case: int, what: str, *, at: datetime, answered: str = "") -> None:
        """Something of a case is hidden, as far as the ledger knows, and perhaps answered."""

        def work(unit: Any) -> None:
            of = f"case:{case}"
            facts = {"hid_what": what, "hid_why": "spam"}
            unit.enter("Acme", "hid", of, unit.staff_id("ada"), facts, at)
            if answered:
                unit.enter("Acme", answered, of, unit.staff_id("ben"), {}, at)

        self.store.write(work)

    def silences(self, *, at: datetime, hides: tuple[int, ...], **over: str) -> None:
        """A silence of two hours that held back these cases."""

        def work(unit: Any) -> None:
            made = unit.add_silence(Scope(**over), "ben", "known", at, at + timedelta(hours=2))
            for case in hides:
                unit.silenced(made.number, Ref("case", case), at)

        self.store.write(work)

    def digest(self, week: Week = WEEK, now: datetime = AFTER) -> DigestData:
        with self.store.read() as unit:
            return gather(unit.connection, self.settings, week, now)


@pytest.fixture
def house() -> Iterator[House]:
    with Store(None, randomness=SeededRandomness()) as store:
        yield House(store)


@pytest.fixture(scope="session")
def declared() -> Any:
    """Makes settings, with changes by name."""
    return settings
