"""Random days in the life of the firm: whatever happens, in whatever order, every open subject has
one owner, an unanswered page climbs, nobody is flooded, and the ledger tells it all without a name.

Real engine, store, rounds and delivery; the channels are not, and the clock is the real one over a
wall clock that people set. A failure prints its steps. TOCSIN_RUNS and TOCSIN_STEPS say how long
the proof is: 2,000 runs of 200 steps by default, in parts; TOCSIN_SEED begins other ones.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, seed
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config import Band, Settings
from config.calm import Quiet
from escalation import calm, ladder
from escalation.channel import Capabilities
from escalation.decision import ENGINE, Action, TimerKind, Verb
from escalation.incidents import Spike
from escalation.ledger import START, Head, Verified, verify
from escalation.private import TOGETHER_EVERY
from escalation.rebuild import differences, follow
from escalation.record import unwritten
from escalation.silences import Scope, Silence, hides
from escalation.subject import KINDS, Case, Incident, Level, Matter, Ref, State, Subject
from listener.mention import Kind
from tests import firm as firms
from tests.properties.private_days import WITHIN, Confided, confiding
from tests.properties.said_days import Said, with_cards
from tocsin.clock import SteadyClock
from tocsin.invariants import breaches
from tocsin.store.times import utc

PEOPLE = st.sampled_from((*firms.EVERYBODY, "somebody else"))
AUTHORS = ("jo", "ky", "lu", "mo", "nu", "ov")
WAITS = st.one_of(
    st.integers(1, 600).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 48).map(lambda n: timedelta(minutes=15 * n)),
    st.integers(13, 40).map(lambda n: timedelta(hours=n)),
)
STARTS = (  # Berlin: a plain week, both nights of clock changes, a leap day
    firms.NOON,
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2027, 3, 27, 20, tzinfo=UTC),
    datetime(2028, 2, 28, 15, tzinfo=UTC),
)
JUMPS = tuple(
    timedelta(seconds=sign * seconds)
    for seconds in (1, 61, 3600, 86_400, 30 * 86_400, 365 * 86_400)
    for sign in (1, -1)
)
TEAMS = (
    (firms.CARE, firms.TECH, firms.MEDIA),
    (firms.CARE, firms.TECH, firms.MEDIA),
    (firms.CARE, firms.MEDIA),
    (firms.CARE, firms.TECH),
    (firms.CARE.model_copy(update={"policy": "short"}), firms.TECH, firms.MEDIA),
    (firms.CARE, firms.TECH.model_copy(update={"policy": "default"}), firms.MEDIA),
)
NIGHT = Quiet.model_validate({"from": "22:00", "to": "07:00"})
RETRY = timedelta(minutes=12)  # by then whatever failed has been tried again
MOVES = {
    "case_opened",
    "incident_opened",
    "incident_storm",
    "fault_opened",
    "matter_opened",
    "matter_grew",
    "asked_anew",
    "escalated",
    "unreachable",
    "paged_again",
    "acknowledged",
    "claimed",
    "accepted",
    "assigned",
    "rerouted",
    "reopened",
    "returned_to_lead",
    "owner_gone",
    "shift_change",
    "taken_back",
    "breached_first_reply",
    "breached_next_reply",
    "breached_resolve",
}
SAID = {  # what is entered of what is no subject
    "silence": ("silenced", "silence_ended"),
    "roster": ("away", "back", "cover", "uncover"),
}
PARTS = 20  # of the long proof, so that several processors share it
T = TypeVar("T")
ROOT = Path(tempfile.gettempdir())


def pick(data: st.DataObject, listed: Sequence[T]) -> T:
    """By its place, so that a failing run is printed in few lines."""
    return listed[data.draw(st.integers(0, len(listed) - 1))]


def ending(verb: Verb, by: str) -> Action:
    """An action that gives the whole account of a closing."""
    account = {"cause": "care", "cost": 5, "money": 0, "done": "zzdone", "done_for_rest": "zzrest"}
    return Action(verb, by, reason="zzreview", **account)  # type: ignore[arg-type]


class Moved:
    """The real clock, over a wall clock that is set and a monotonic one that is not."""

    def __init__(self, at: datetime) -> None:
        self._wall = at
        self._monotonic = 0.0
        self.starts()

    def starts(self, last: datetime | None = None) -> None:
        """A new process: it knows the wall clock, and the last time in the ledger."""
        self._steady = SteadyClock(wall=lambda: self._wall, monotonic=lambda: self._monotonic)
        if last is not None:
            self._steady.not_before(last)

    def now(self) -> datetime:
        return self._steady.now()

    def move_to(self, instant: datetime) -> None:
        """Time passes; an earlier instant changes nothing."""
        wait = max(timedelta(0), instant - self.now())
        self._wall += wait
        self._monotonic += wait.total_seconds()

    def is_set(self, by: timedelta) -> None:
        self._wall += by


class Killed(BaseException):
    """The process ends here."""


class Days(Said, Confided):
    """What can happen, and what must hold whatever has happened."""

    @initialize(start=st.sampled_from(STARTS), hour=st.integers(0, 24 * 7 - 1))
    def begin(self, start: datetime, hour: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="days-", dir=ROOT))
        self.clock: Any = Moved(start + timedelta(hours=hour))
        self.channels = {name: firms.FakeChannel(self.clock) for name in firms.CHANNELS}
        self.channels["chat"].capabilities = Capabilities(update=True, thread=True, buttons=True)
        self.post = self.opened = 0
        self.kill_in = 0
        self.troubled = self.clock.now() - RETRY
        self.heads: dict[str, Head] = defaultdict(lambda: START)
        self.rebuilt: dict[str, dict[str, Any]] = {}
        self.row = 0
        self.known: dict[str, tuple[Any, Any]] = {}
        self.declared = declared_of((), TEAMS[0])
        self.open()

    def open(self) -> None:
        self.kill_in = 0
        self.opened += 1
        self.firm = firms.open_firm(
            self.folder / "days.db",
            clock=self.clock,
            channels=self.channels,
            declared=self.declared,
            kill=self.kill,
            seed=self.opened,
        )
        now = self.clock.now()
        self.firm.write(lambda desk: self.firm.house.engine.recount(desk, now))

    def kill(self, point: str) -> None:
        if self.kill_in:
            self.kill_in -= 1
            if not self.kill_in:
                raise Killed

    def teardown(self) -> None:
        if hasattr(self, "firm"):
            try:
                self.nobody_answers_and_the_executive_hears_of_it()
            finally:
                self.firm.house.store.close()
                shutil.rmtree(self.folder)

    # ------------------------------------------------------------------------------ rules
    def do(self, work: Any) -> Any:
        """Do something, settle what follows; where the process is killed, start it again."""
        answer = None
        try:
            answer = self.firm.write(work)
            self.firm.settle()
        except Killed:
            self.restart()
        return answer

    @rule(
        author=st.sampled_from(AUTHORS),
        band=st.sampled_from((Band.P1, Band.P2, Band.P3, Band.P4)),
        safety=st.sampled_from((False, False, False, True)),
        place=st.sampled_from(
            (
                ("Acme", "care", "billing"),
                ("Acme", "care", None),
                ("Acme", "tech", "app"),
                ("Bolt Works", "tech", None),
            )
        ),
        late=st.integers(-600, 7200),
        again=st.booleans(),
    )
    def complaint(
        self, author: str, band: Band, safety: bool, place: Any, late: int, again: bool
    ) -> None:
        self.post += 1
        brand, team, topic = place
        for _ in range(1 + again):
            try:
                firms.complain(
                    self.firm,
                    self.post,
                    author,
                    band=band,
                    safety=safety,
                    brand=brand,
                    team=team,
                    topic=topic,
                    created_at=self.clock.now() - timedelta(seconds=late),
                )
                self.firm.settle()
            except Killed:
                self.restart()

    @precondition(lambda self: len(self.open_ones()) < 30)
    @rule(many=st.integers(6, 14), apart=st.integers(5, 60))
    def rush(self, many: int, apart: int) -> None:
        """Many people complain within minutes of one another, all to one owner."""
        for _ in range(many):
            self.post += 1
            try:
                firms.complain(self.firm, self.post, f"rush {self.post}", band=Band.P2)
                self.firm.passes(timedelta(seconds=apart))
            except Killed:
                self.restart()

    def cases(self) -> list[Case]:
        return [one for one in self.subjects() if isinstance(one, Case)]

    def subjects(self) -> list[Subject]:
        return self.once(
            "all",
            lambda desk: [one for kind in KINDS for one in desk.subjects(kind, only_open=False)],
        )

    @precondition(lambda self: self.cases())
    @rule(data=st.data(), late=st.integers(-60, 7200))
    def brand_reply(self, data: st.DataObject, late: int) -> None:
        case = pick(data, self.cases())
        at = self.clock.now() - timedelta(seconds=late)
        engine = self.firm.house.engine
        self.do(
            lambda desk: engine.brand_replied(desk, desk.subject(case.ref), at, self.clock.now())
        )

    @precondition(lambda self: self.cases())
    @rule(data=st.data())
    def brand_reply_deleted(self, data: st.DataObject) -> None:
        case = pick(data, self.cases())
        engine = self.firm.house.engine
        self.do(lambda desk: engine.reply_deleted(desk, desk.subject(case.ref), self.clock.now()))

    @precondition(lambda self: self.post)
    @rule(data=st.data())
    def post_deleted(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, self.post))
        now = self.clock.now()
        gone = firms.observed(number, "x", now, kind=Kind.DELETE)

        def work(desk: Any) -> None:
            kept = desk.keep_post(gone, "test")
            if kept.standing == "deleted":
                self.firm.house.pipeline.erased(desk, kept.post, now)

        self.do(work)

    @precondition(lambda self: self.subjects())
    @rule(
        data=st.data(),
        by=PEOPLE,
        verb=st.sampled_from(sorted(Verb)),
        to=st.one_of(PEOPLE, st.sampled_from(("care", "tech", "media"))),
        reason=st.sampled_from(("", "spam", "zzreason, told by ünsure people")),
        cause=st.sampled_from((None, "delivery", "zzcause with, a comma")),
        cost=st.sampled_from((None, 30, 30, -1, 2**60)),
        money=st.sampled_from((None, 0, 120, -1, 2**60)),
        done=st.sampled_from(("", "zzdone for ünsure people", "nothing, because zzgone")),
        hours=st.sampled_from((0, 1, 7, 9, 100, 200)),
        into=st.one_of(st.none(), st.integers(0, 6)),
        rounds_ago=st.sampled_from((None, None, 0, 0, 1)),
        event=st.sampled_from((None, None, "click-1", "click-2")),
        twice=st.booleans(),
    )
    def act(
        self,
        data: st.DataObject,
        by: str,
        verb: Verb,
        to: str,
        reason: str,
        cause: str | None,
        cost: int | None,
        money: int | None,
        done: str,
        hours: int,
        into: int | None,
        rounds_ago: int | None,
        event: str | None,
        twice: bool,
    ) -> None:
        subject = pick(data, self.subjects())
        if data.draw(st.booleans()):
            by = data.draw(st.sampled_from((subject.owner, subject.offered_to or firms.LEAD)))
        action = Action(
            verb,
            by,
            to,
            reason,
            timedelta(hours=hours),
            cause=cause,
            cost=cost,
            money=money,
            told=reason and "zztold",
            done=done,
            done_for_rest=done,
            into=into,
            round=None if rounds_ago is None else subject.round - rounds_ago,
            via="cli",
            id=event,
        )
        for _ in range(1 + twice):
            said = self.do(lambda desk: self.acted(desk, subject.ref, action))
            assert said is None or isinstance(said, str)

    def acted(self, desk: Any, ref: Ref, action: Action) -> str | None:
        before = desk.subject(ref)
        said = self.firm.house.engine.act(desk, ref, action, self.clock.now())
        if said is not None:
            assert said
            assert desk.subject(ref) == before, "a refusal changes nothing"
        return said

    @rule(
        brand=st.sampled_from(("Acme", "Bolt Works")),
        storm=st.booleans(),
        people=st.integers(5, 500),
    )
    def spike(self, brand: str, storm: bool, people: int) -> None:
        measured = Spike(storm, people, 2 * people, 10, 1.5, f"{people} unhappy people")
        engine = self.firm.house.engine
        self.do(lambda desk: engine.spike(desk, brand, None, measured, self.clock.now()))

    @rule(topic=st.sampled_from(("billing", "app")))
    def topic_spike(self, topic: str) -> None:
        measured = Spike(False, 20, 20, 10, 0.0, "20 cases on one topic")
        engine = self.firm.house.engine
        self.do(lambda desk: engine.spike(desk, "Acme", topic, measured, self.clock.now()))

    @rule(
        brand=st.sampled_from(("Acme", "Bolt Works")),
        by=st.sampled_from((firms.PRESS, firms.LEAD, firms.NO_ROLE)),
    )
    def declare(self, brand: str, by: str) -> None:
        action = Action(Verb.DECLARE, by)
        engine = self.firm.house.engine
        self.do(lambda desk: engine.declare(desk, brand, action, self.clock.now()))

    @rule(about=st.sampled_from(("source:x", "budget:x")), mended=st.booleans())
    def fault(self, about: str, mended: bool) -> None:
        engine, now = self.firm.house.engine, self.clock.now()
        if mended:
            self.do(lambda desk: engine.mended(desk, about, now))
        else:
            self.do(lambda desk: engine.fault(desk, about, "zzdetail", now))

    @rule(
        over=st.sampled_from(
            (
                {"brand": "Acme"},
                {"team": "care"},
                {"topic": "billing"},
                {"topic": "billing", "brand": "Acme"},
                {"team": "tech", "brand": "Bolt Works"},
                {"about": "source:x"},
            )
        ),
        urgent=st.booleans(),
        minutes=st.sampled_from((0, 1, 20, 120, 900, 5000, 20160, 20161)),
        by=st.sampled_from((firms.EXECUTIVE, firms.EXECUTIVE, firms.LEAD, firms.NO_ROLE)),
        reason=st.sampled_from(("zzreason, known", "zzreason, known", " ")),
    )
    def silence(
        self, over: dict[str, Any], urgent: bool, minutes: int, by: str, reason: str
    ) -> None:
        scope, wait = Scope(**over, urgent=urgent), timedelta(minutes=minutes)
        engine = self.firm.house.engine
        made = self.do(lambda desk: engine.silence(desk, scope, wait, by, reason, self.clock.now()))
        assert made is None or isinstance(made, str | Silence)

    @rule(number=st.integers(1, 6), by=st.sampled_from((firms.EXECUTIVE, firms.LEAD)))
    def unsilence(self, number: int, by: str) -> None:
        engine = self.firm.house.engine
        self.do(lambda desk: engine.unsilence(desk, number, by, self.clock.now()))

    @rule(wait=WAITS)
    def time_passes(self, wait: timedelta) -> None:
        if any(channel.state != "up" for channel in self.channels.values()):
            wait = min(wait, timedelta(minutes=40))  # thousands of tries would tell nothing new
        if len(self.open_ones()) > 5:
            wait = min(wait, timedelta(hours=2))
        until = self.clock.now() + wait
        while self.clock.now() < until:
            try:
                self.firm.passes(until - self.clock.now())
            except Killed:
                self.restart()

    @rule(
        channel=st.sampled_from(firms.CHANNELS),
        state=st.sampled_from(("up", "up", "down", "refusing", "broken")),
    )
    def channel_changes(self, channel: str, state: str) -> None:
        if self.channels[channel].state != "up":
            self.troubled = self.clock.now()
        self.channels[channel].state = state
        self.do(lambda desk: None)

    @rule(points=st.integers(1, 9))
    def will_be_killed(self, points: int) -> None:
        self.kill_in = points

    @rule(
        down=WAITS,
        set_by=st.sampled_from((*JUMPS, *[timedelta(0)] * 12)),
        away=st.sampled_from(
            (
                (),
                (firms.FIRST,),
                (firms.OWNER, firms.LEAD),
                tuple(name for name in firms.EVERYBODY if name != firms.EXECUTIVE),
            )
        ),
        teams=st.sampled_from(TEAMS),
    )
    def stops_and_starts(
        self, down: timedelta, set_by: timedelta, away: tuple[str, ...], teams: Any
    ) -> None:
        """People have come and gone, teams have vanished, policies have changed meanwhile."""
        self.clock.move_to(self.clock.now() + down)
        self.clock.is_set(set_by)
        self.declared = declared_of(away, teams)
        self.restart()

    @rule(by=st.sampled_from(JUMPS))
    def the_wall_clock_is_set(self, by: timedelta) -> None:
        before = self.clock.now()
        self.clock.is_set(by)
        now = self.clock.now()
        assert now >= before, "time never goes back"
        if now > before:
            self.troubled = now  # what is late now is queued as of the time it was due
        self.do(lambda desk: None)

    def restart(self) -> None:
        with self.firm.house.store.borrow() as desk:
            last = desk.last_ledger_time()
        # What had not committed is rolled back with the connection.
        self.firm.house.store._connection.close()
        before = self.clock.now()
        self.clock.starts(last)
        self.troubled = self.clock.now()
        if self.troubled < before:
            self.counts_anew()
        self.open()
        self.firm.settle()

    def counts_anew(self) -> None:
        """The wall clock was set back while the house was down: what left then has later times."""
        for channel in self.channels.values():
            channel.taken.clear()

    # ------------------------------------------------------------------------- invariants
    def open_ones(self) -> list[tuple[Subject, dict[TimerKind, datetime]]]:
        return self.once(
            "open",
            lambda desk: [(one, dict(desk.dues(one.ref))) for one in desk.open_subjects()],
        )

    def once(self, what: str, read: Callable[[Any], T]) -> T:
        """What is read of the store, read once for as long as nothing is written to it."""
        with self.firm.house.store.borrow() as desk:
            as_of = (self.opened, desk.connection.total_changes)
            if self.known.get(what, (None, None))[0] != as_of:
                self.known[what] = (as_of, read(desk))
            return cast(T, self.known[what][1])

    @invariant()
    def one_active_owner_and_never_neither(self) -> None:
        rules, now = self.firm.house.engine.rules, self.clock.now()
        for subject, dues in self.open_ones():
            assert rules.is_active(subject.owner, now), subject
            assert all(due > now for due in dues.values()), (subject, dues)
            if subject.state is not State.NEW:
                assert subject.held_until is None
                assert TimerKind.ACK not in dues
                self.waits_for_something(subject, dues)
                continue
            inhibited = isinstance(subject, Case) and subject.inhibited_by is not None
            waits = [
                TimerKind.ACK in dues,
                subject.held_until is not None,
                inhibited,
            ]
            assert sum(waits) == 1, (subject, dues)
            assert (TimerKind.HELD in dues) == (subject.held_until is not None)
            assert dues.get(TimerKind.HELD) == subject.held_until
            if TimerKind.ACK in dues and subject.step >= rules.last_step(subject):
                urgent = subject.band in (Band.STORM, Band.P1, Band.P2)
                slack = timedelta(minutes=30) if urgent else timedelta(days=5)
                hours = rules.opening(subject, now) is None or urgent
                assert not hours or dues[TimerKind.ACK] - now <= max(slack, timedelta(days=3)), (
                    subject,
                    dues,
                )

    def waits_for_something(self, subject: Subject, dues: dict[TimerKind, datetime]) -> None:
        if subject.state is State.WAITING:
            assert TimerKind.QUIET in dues, subject
        if subject.state is State.SNOOZED:
            assert TimerKind.WAKE in dues, subject
            assert not subject.safety
        if subject.state is State.OWNED and subject.progress_at is None:
            assert TimerKind.HOLD in dues or TimerKind.GRACE in dues, subject
        # While a storm holds its page, nobody's time to answer runs.
        pending = subject.offered_to is not None and not ladder.is_inhibited(subject)
        assert pending == (TimerKind.OFFER in dues), (subject, dues)

    @invariant()
    def what_is_on_offer_has_its_contract_and_nothing_else_has(self) -> None:
        with self.firm.house.store.borrow() as desk:
            rows = desk.connection.execute(
                "select kind, number, to_person from handoffs where outcome is null"
            ).fetchall()
        pending = {Ref(kind, number): to for kind, number, to in rows}
        on_offer = {one.ref: one.offered_to for one, _ in self.open_ones() if one.offered_to}
        assert pending == on_offer
        for subject, _ in self.open_ones():
            assert (subject.offered_to is None) == (subject.offered_by is None), subject
            assert subject.offered_to is None or subject.state is State.OWNED, subject

    @invariant()
    def what_a_silence_holds_it_may_hold_and_is_counted(self) -> None:
        now, rules = self.clock.now(), self.firm.house.engine.rules
        for subject, dues in self.open_ones():
            if subject.silence is None:
                continue
            with self.firm.house.store.borrow() as desk:
                silence = desk.silence_of(subject.silence)
                counted = {one.ref for one in desk.hidden_by(subject.silence) if one.held}
            assert silence is not None
            assert subject.ref in counted
            assert subject.state is State.NEW, subject
            # It ends, or the hours of the team begin after it.
            until = rules.opening(subject, silence.until) or silence.until
            held_until = dues.get(TimerKind.HELD)
            if subject.band is Band.P1 and held_until == silence.until:
                until = silence.until  # whether somebody is on call then, is seen then
            assert subject.held_until == held_until == until, (subject, silence)
            assert now >= silence.until or hides(silence, subject, now), (subject, silence)

    @invariant()
    def only_an_open_storm_holds_a_case_and_never_one_of_safety(self) -> None:
        with self.firm.house.store.borrow() as desk:
            storms = {
                one.number
                for one in desk.open_subjects()
                if isinstance(one, Incident) and one.level is Level.STORM
            }
        for subject, _ in self.open_ones():
            if subject.band is Band.STORM or subject.safety:
                assert subject.held_until is None, subject
            if isinstance(subject, Case) and subject.inhibited_by is not None:
                assert not subject.safety, subject
                assert subject.inhibited_by in storms, subject
                assert subject.incident == subject.inhibited_by, subject

    @invariant()
    def every_page_is_in_the_outbox_and_leaves(self) -> None:
        now = self.clock.now()
        trouble = any(channel.state != "up" for channel in self.channels.values())
        calm = not trouble and now - self.troubled >= RETRY
        with self.firm.house.store.borrow() as desk:
            execute = desk.connection.execute
            assert not execute("select 1 from messages where state = 'sending'").fetchall()
            waiting = execute(
                "select min(queued_at), channel, address from messages where purpose = 'page' "
                "and state = 'queued' group by channel, address"
            ).fetchall()
            for oldest, *address in waiting:
                late = now - utc(oldest) > timedelta(seconds=151)
                assert not (calm and late), address
            for subject, dues in self.open_ones():
                if TimerKind.ACK not in dues:
                    continue
                pages = execute(
                    "select person, nth from messages where purpose = 'page' and kind = ? "
                    "and number = ? and round = ? and state <> 'withdrawn'",
                    (subject.kind, subject.number, subject.round),
                ).fetchall()
                if isinstance(subject, Matter) and self.is_told_of_together(execute, subject):
                    continue
                # The newest may tell the executive, and ask nothing of the owner.
                assert subject.page_number in {page["nth"] for page in pages}, subject
                assert subject.owner in {page["person"] for page in pages}, subject

    def is_told_of_together(self, execute: Any, matter: Matter) -> bool:
        """Does a page of its owner that speaks of all that wait for them come, or has it come
        since the matter was to be paged? Of the last, who is asked again, ten minutes before."""
        since = matter.paged_at or self.clock.now()
        people = self.firm.house.engine.rules.reached_alone(self.clock.now())
        if matter.owner == people[-1]:
            since -= TOGETHER_EVERY
        at = int(since.timestamp() * 1000)
        row = execute(
            "select 1 from messages where what = 'waiting' and person = ? "
            "and state <> 'withdrawn' and (state <> 'sent' or sent_at >= ?)",
            (matter.owner, at),
        )
        return row.fetchone() is not None

    @invariant()
    def what_a_running_house_looks_for_is_not_there(self) -> None:
        with self.firm.house.store.borrow() as desk:
            found = breaches(desk, self.firm.house.engine.rules, self.clock.now())
            assert not found, [(one.rule, one.ref and desk.subject(one.ref)) for one in found]

    @invariant()
    def nobody_is_flooded(self) -> None:
        sent: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        with self.firm.house.store.borrow() as desk:
            apart = {
                row[0]
                for row in desk.connection.execute(
                    "select key from messages where urgent = 1 or repeated = 1"
                )
            }
        for name, channel in self.channels.items():
            for at, message in channel.taken:
                if message.purpose not in ("card", "reply") and message.key not in apart:
                    sent[name, message.to].append(at)
        for (_, to), times in sent.items():
            for most, window in ((8, timedelta(minutes=10)), (30, timedelta(hours=1))):
                for first, last in zip(times, times[most:], strict=False):
                    assert last - first >= window, (to, first, last)

    @invariant()
    def the_ledger_tells_it_all_and_no_name(self) -> None:
        with self.firm.house.store.borrow() as desk:
            rows = desk.connection.execute(
                "select * from ledger where number > ? order by number", (self.row,)
            ).fetchall()
            for row in rows:
                self.row = row["number"]
                self.read(dict(row))
            for chain in {row["chain"] for row in rows}:
                after = self.heads[chain]
                new = [e for e in desk.entries(chain) if e.number > after.number]
                outcome = verify(new, after=after)
                assert isinstance(outcome, Verified), outcome
                self.heads[chain] = outcome.head
            for subject in self.subjects():
                assert not differences(subject, self.rebuilt[str(subject.ref)], desk.staff_id), (
                    subject
                )

    def read(self, row: dict[str, Any]) -> None:
        words = json.dumps({name: row[name] for name in ("chain", "event", "subject", "facts")})
        for text in (*firms.EVERYBODY, "handle-", "native-", "zz", "Name ", "id-"):
            assert text not in words + row["actor"], row
        facts = json.loads(row["facts"])
        facts.pop("via", None)  # where it was done is no field of the subject
        kind = row["subject"].partition(":")[0]
        if kind in SAID:  # no state is kept of it but its own row
            assert row["event"] in SAID[kind]
            return
        known = self.rebuilt.get(row["subject"])
        if known is None:
            known = self.rebuilt[row["subject"]] = unwritten(kind)
        elif known["owner"] != facts.get("owner", known["owner"]):
            closed_at_once = row["event"] == "closed" and known["state"] == State.NEW  # and acked
            assert row["event"] in MOVES or closed_at_once, row
        follow(known, facts)

    @invariant()
    def what_is_urgent_or_asked_for_waits_for_somebody_above(self) -> None:
        for subject, dues in self.open_ones():
            if isinstance(subject, Case):
                asked = subject.permission_of is not None
                assert (TimerKind.PERMISSION in dues) == asked, (subject, dues)
                urgent = subject.urgent_since is not None
                assert (TimerKind.EXECUTIVE in dues) == urgent, (subject, dues)
                assert urgent or subject.band is not Band.P1, subject

    @invariant()
    def nobody_says_alone_that_it_was_right_to_hide_something(self) -> None:
        for subject in self.subjects():
            if isinstance(subject, Case):
                told = (subject.hid_by, subject.hid_of, subject.hid_at, subject.hid_what)
                assert all(told) or not any(told), subject
                assert subject.hid_of is None or subject.hid_of != subject.hid_by, subject

    @invariant()
    def nothing_closes_without_an_actor_and_a_reason(self) -> None:
        for subject in self.subjects():
            if subject.is_open:
                continue
            assert subject.closed_by, subject
            assert subject.close_reason, subject
            assert subject.closed_at, subject
            urgent = subject.band in (Band.P1, Band.P2) or subject.kind == "incident"
            if (
                subject.kind not in ("fault", "matter")
                and urgent
                and subject.close_reason in ("resolved", "silence", "wont_act")
            ):
                assert subject.cause, subject
                if subject.close_reason == "resolved":
                    assert subject.cost is not None, subject
                    assert subject.money is not None, subject
                    assert subject.done, subject
                    assert subject.done_for_rest, subject
            if isinstance(subject, Case):
                assert subject.permission_of is None, subject
            if subject.close_reason == "silence":
                assert subject.closed_by == ENGINE

    # ---------------------------------------------------------------------------- the end
    def nobody_answers_and_the_executive_hears_of_it(self) -> None:
        """With channels up and nobody answering, everything unanswered reaches the executive."""
        self.kill_in = 0
        for channel in self.channels.values():
            channel.state = "up"
        self.firm.settle()
        by: dict[Ref, datetime] = {}
        for subject, dues in self.open_ones():
            due = self.reaches_the_end(subject, dues)
            if due is not None:
                by[subject.ref] = due
        asked: dict[Ref, bool] = dict.fromkeys(by, False)
        while not all(asked.values()):
            for ref in [ref for ref in by if not asked[ref]]:
                with self.firm.house.store.borrow() as desk:
                    found = desk.subject(ref)
                assert found is not None
                storm_rings = isinstance(found, Case) and found.inhibited_by is not None
                if found.owner == firms.EXECUTIVE or not found.is_open or storm_rings:
                    asked[ref] = True
                    self.firm.write(lambda desk, one=found: self.ends(desk, one))
            left = {ref: due for ref, due in by.items() if not asked[ref]}
            late = {ref: due for ref, due in left.items() if due < self.clock.now()}
            assert not late, [self.firm.house.store._unit.subject(ref) for ref in late]
            instant = self.firm.next_instant()
            if not left or instant is None:
                break
            self.clock.move_to(instant)
            before = len(self.firm.happened)
            self.firm.settle()
            for told in self.firm.happened[before:]:
                if told.event in ("shift_change", "released", "owner_gone") and told.ref in by:
                    # A newcomer has two minutes at least; a released one its full time again.
                    with self.firm.house.store.borrow() as desk:
                        now_is = desk.subject(told.ref)
                        again = self.reaches_the_end(now_is, dict(desk.dues(told.ref)))
                    by[told.ref] = max(by[told.ref], again or by[told.ref])
        for _, dues in self.open_ones():
            assert all(due > self.clock.now() for due in dues.values())

    def ends(self, desk: Any, subject: Subject) -> None:
        """What has reached the executive is proved, and need not be paged for days."""
        engine, now = self.firm.house.engine, self.clock.now()
        for verb in (Verb.ACK, Verb.NOTE, Verb.CONTAIN, Verb.RESOLVE):
            engine.act(desk, subject.ref, ending(verb, firms.EXECUTIVE), now)

    def reaches_the_end(self, subject: Subject, dues: dict[TimerKind, datetime]) -> datetime | None:
        """When the executive must have been asked; None where somebody is at work on it."""
        rules = self.firm.house.engine.rules
        if isinstance(subject, Matter):
            steps = len(rules.reached_alone(self.clock.now()))
            first = max(dues.values())  # asked, or asked anew then
            return first + steps * WITHIN + timedelta(seconds=60)
        times = rules.times(subject)
        due = dues.get(TimerKind.ACK)  # when the next step is asked

        def begins(at: datetime) -> datetime:
            """When a step is asked at the latest: with the daily list, and after the night."""
            listed = subject.band in (Band.P3, Band.P4) and not subject.safety
            begun = rules.list_begins(subject, at) if listed else rules.opening(subject, at)
            begun = begun or at
            zone = ZoneInfo(rules.settings.timezone)
            return (calm.quiet_until(NIGHT, zone, begun) if may_wait else None) or begun

        may_wait = subject.band in calm.MAY_WAIT and not subject.safety
        if subject.held_until is not None:
            due = rules.due(subject, times.ack, begins(subject.held_until))
        if TimerKind.GRACE in dues and subject.progress_at is None:
            due = dues[TimerKind.GRACE]
        if TimerKind.HOLD in dues and subject.progress_at is None:
            due = rules.due(subject, times.grace, dues[TimerKind.HOLD])
        if due is None:
            return None
        for _ in range(subject.step + 1, rules.last_step(subject)):
            due = rules.due(subject, times.ack, begins(due))
        return due + timedelta(seconds=60)


def declared_of(away: tuple[str, ...], teams: Any) -> Settings:
    known = confiding(firms.settings(away=away, teams=with_cards(teams)))
    sleepers = (firms.FIRST, firms.LEAD, firms.EXECUTIVE)
    people = tuple(
        one.model_copy(update={"quiet": NIGHT if one.name in sleepers else None})
        for one in known.people
    )
    return known.model_copy(update={"people": people})


def long(runs: int, steps: int) -> profile:
    return profile(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_whatever_happens_every_complaint_keeps_one_owner_and_climbs() -> None:
    run_state_machine_as_test(Days, settings=long(12, 30))  # type: ignore[no-untyped-call]


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_for_long_every_complaint_keeps_one_owner_and_climbs(part: int) -> None:
    runs = -(-int(os.environ.get("TOCSIN_RUNS", "2000")) // PARTS)
    steps = int(os.environ.get("TOCSIN_STEPS", "200"))
    number = int(os.environ.get("TOCSIN_SEED", "0")) + part
    begun = time.monotonic()
    print(
        f"part {part + 1} of {PARTS}: {runs} runs of {steps} steps, seed {number}, begin",
        file=sys.stderr,
    )
    run_state_machine_as_test(seed(number)(type("Part", (Days,), {})), settings=long(runs, steps))  # type: ignore[no-untyped-call]
    print(f"part {part + 1} of {PARTS}: held, in {time.monotonic() - begun:.0f} s", file=sys.stderr)
