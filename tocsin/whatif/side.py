"""The past run again under one set of rules: through the whole pipeline, on a virtual clock.

People do what they did, when they did it: an acknowledgement of half past nine is one of half past
nine under any rules. What the rules do not let them do is noted.
"""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from config import Band, Settings
from escalation.decision import ENGINE, Verb
from escalation.desk import Happening
from escalation.record import token
from escalation.subject import Ref
from listener.collector import Batch
from tocsin.models import ModelBroken
from tocsin.replay import Event, Replay
from tocsin.store import StoreBroken, Unit
from tocsin.store.rows import TABLES
from tocsin.whatif.compare import Course, Opening, Refusal, Told
from tocsin.whatif.deeds import Deed
from tocsin.whatif.history import Heard, HistoryRefused, Past, case_of

_TAKEN_ON = ("acknowledged", "claimed", "accepted", "brand_reply")
_URGENCY = {str(band): place for place, band in enumerate(Band)}  # 0: the most urgent


@contextmanager
def with_room() -> Iterator[None]:
    """Say in a sentence that the temporary store cannot be kept. Raises HistoryRefused."""
    try:
        yield
    except ModelBroken as error:
        raise HistoryRefused(str(error)) from None
    except (OSError, sqlite3.OperationalError, StoreBroken) as error:
        raise HistoryRefused(
            f"The temporary store of the replay cannot be kept: {error}. Make room, or name "
            "another folder with TMPDIR."
        ) from None


class Side:
    """One set of rules, replaying.

    Its store is a temporary file that has no name any more once it is open: strangers' words are
    gone with the process, however that ends.
    """

    def __init__(self, settings: Settings, start: datetime, models: Path) -> None:
        """models: the store whose model judges, on both sides: rules are compared, not models."""
        with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            self._replay = Replay(
                settings,
                start=start,
                database=Path(folder) / "replayed.db",
                told=self._tell,
                models=models,
            )
        self._people = {person.name for person in settings.people}
        self._teams = {token(team.name): team.name for team in settings.teams}
        self._cases: dict[int, Course] = {}
        self._openings: dict[int, Opening] = {}
        self._complaint: Opening | None = None  # heard last, until it has opened a case
        self._last_pages: dict[Ref, tuple[datetime, str]] = {}
        self._pages: Counter[tuple[str, str, str]] = Counter()
        self._messages: Counter[str] = Counter()
        self._last_message = ""
        self._events: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._refusals: list[Refusal] = []
        self._done = 0

    def play(self, past: tuple[Past, ...], until: datetime) -> None:
        """Let a stretch of the past happen."""
        for _ in self._replay.play(self._events_of(past), until):
            pass

    def settle(self) -> None:
        """What is played here has happened at once."""

    def close(self) -> None:
        """Let go of the temporary store."""
        self._replay.close()

    def told(self) -> Told:
        """What has happened so far."""
        return Told(
            cases={
                self._openings[number]: replace(course, team=self._team(Ref("case", number)))
                for number, course in self._cases.items()
            },
            pages=dict(self._pages),
            messages=dict(self._messages),
            breaches=sum(course.breaches for course in self._cases.values()),
            watches=self._events["incident_opened"],
            storms=self._events["incident_storm"],
            done=self._done,
            unknown=dict(sorted(self._unknown.items())),
            refusals=tuple(self._refusals),
        )

    # -------------------------------------------------------------------------- the past
    def _events_of(self, past: tuple[Past, ...]) -> Iterator[Event]:
        for one in past:
            if isinstance(one, Heard):
                yield one.at, partial(self._hear, one)
            else:
                yield one.at, partial(self._do, one)

    def _hear(self, heard: Heard, now: datetime) -> None:
        house = self._replay.house
        batch = Batch((heard.observation,))
        self._complaint = None
        house.store.write(
            lambda desk: house.pipeline.take(desk, heard.source, batch, now, keep_spread=False)
        )

    def _do(self, deed: Deed, now: datetime) -> None:
        if deed.action.by not in self._people:
            self._unknown[deed.action.by] += 1
            return
        why = self._replay.house.store.write(lambda desk: self._act(desk, deed, now))
        if why is None:
            self._done += 1
            return
        action = deed.action
        self._refusals.append(
            Refusal(
                entry=deed.entry,
                at=deed.at,
                by=action.by,
                verb=str(action.verb),
                kind=deed.kind,
                number=deed.number,
                why=why,
            )
        )

    def _act(self, desk: Unit, deed: Deed, now: datetime) -> str | None:
        house, action = self._replay.house, deed.action
        if deed.kind == "incident":
            return self._act_on_incident(desk, deed, now)
        found = (case_of(desk.connection, deed.brand, *post) for post in deed.posts)
        number = next((number for number in found if number is not None), None)
        if number is None:
            return "no case holds its posts at that time"
        if action.verb is Verb.REROUTE:
            action = replace(action, to=self._teams.get(deed.team or "", deed.team))
        return house.engine.act(desk, Ref("case", number), action, now)

    def _act_on_incident(self, desk: Unit, deed: Deed, now: datetime) -> str | None:
        house, action = self._replay.house, deed.action
        if deed.brand not in {brand.name for brand in house.settings.brands}:
            return f"there is no brand {deed.brand}"
        known = desk.open_incident(deed.brand, deed.topic)
        if known is not None:
            return house.engine.act(desk, known.ref, action, now)
        if action.verb is not Verb.DECLARE:
            return "there is no such incident"
        if not house.engine.rules.is_active(action.by, now):
            return f"{action.by} is no active person"
        house.engine.declare(desk, deed.brand, action, now)
        return None

    # ---------------------------------------------------------------------- what happens
    def _tell(self, happening: Happening) -> None:
        event, ref = happening.event, happening.ref
        if event == "complaint":
            self._complaint = Opening(happening.brand, happening.platform, happening.post)
        elif ref is None or ref.kind == "matter":  # what is private is in no comparison
            return
        elif event == "page":
            self._paged(ref, happening)
        elif ref.kind == "case":
            self._went(ref, happening)
        elif event in ("incident_opened", "incident_storm"):
            self._events[event] += 1

    def _went(self, ref: Ref, happening: Happening) -> None:
        if happening.event == "case_opened":
            self._opened(ref, happening)
            return
        course = self._cases[ref.number]
        if happening.band and _URGENCY[happening.band] < _URGENCY[course.band]:
            course = replace(course, band=Band(happening.band))
        if happening.event.startswith("breached_"):
            course = replace(course, breaches=course.breaches + 1)
        if course.owned_at is None and _is_taken_on(happening):
            course = replace(course, owned_at=happening.at, owned_by=happening.owner)
        self._cases[ref.number] = course

    def _opened(self, ref: Ref, happening: Happening) -> None:
        assert self._complaint is not None
        self._openings[ref.number] = self._complaint
        self._cases[ref.number] = Course(opened_at=happening.at, band=Band(happening.band), team="")

    def _paged(self, ref: Ref, happening: Happening) -> None:
        """A page left. One to several channels of a person at an instant is one page; a bundle is
        told once for each that it asks for, and is one message."""
        if happening.message != self._last_message:
            self._last_message = happening.message
            self._messages[happening.owner] += 1
        page = (happening.at, happening.owner)
        if self._last_pages.get(ref) == page:
            return
        self._last_pages[ref] = page
        self._pages[happening.owner, self._team(ref), happening.band] += 1
        course = self._cases.get(ref.number) if ref.kind == "case" else None
        if course is not None:
            first, step = course.paged_at is None, happening.step or 0
            self._cases[ref.number] = replace(
                course,
                pages=course.pages + 1,
                step=max(course.step, step),
                top=happening.owner if step > course.step else course.top,
                paged_at=happening.at if first else course.paged_at,
                paged=happening.owner if first else course.paged,
            )

    def _team(self, ref: Ref) -> str:
        # Asked for each page, so that only this is read.
        query = f"select team from {TABLES[ref.kind]} where number = ?"  # noqa: S608
        with self._replay.house.store.borrow() as desk:
            row = desk.connection.execute(query, (ref.number,)).fetchone()
        return "" if row is None else str(row[0])


def _is_taken_on(happening: Happening) -> bool:
    """Has somebody taken it on? A person's closing is an acknowledgement too."""
    by_hand = happening.actor not in ("", ENGINE)
    return happening.event in _TAKEN_ON or (happening.event == "closed" and by_hand)
