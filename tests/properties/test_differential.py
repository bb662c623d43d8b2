"""The real house and a naive second one, written from the specification, live the same days; after
every step they have the same subjects, owners, waits and pages.

No difference is excused. TOCSIN_RUNS, TOCSIN_STEPS and TOCSIN_SEED say how long the proof is and
which runs it makes; a failing run is printed as it was found, and made smaller, which takes
minutes, with TOCSIN_SHRINK=1.
"""

import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config import Band
from config.calm import Alerts
from escalation.decision import Action, Verb
from escalation.desk import Happening
from escalation.engine import Complaint, Engine
from escalation.incidents import Spike
from escalation.ownership import Weighed, rescore
from escalation.rules import Rules
from escalation.subject import Ref
from tests import firm as firms
from tests.naive.engine import Naive
from tocsin.delivery import Delivery
from tocsin.randomness import SeededRandomness
from tocsin.rounds import Rounds

SUBJECT = (
    "state",
    "owner",
    "step",
    "round",
    "band",
    "safety",
    "held_until",
    "offered_to",
    "handoffs",
    "returned",
    "misses",
)
CASE = ("inhibited_by",)
INCIDENT = ("level",)
NOT_IN_IT = (
    Verb.CAUSE,
    Verb.PERMISSION,
    Verb.GRANT,
    Verb.REFUSE,
    Verb.HID,
    Verb.CONFIRM_HID,
    Verb.REFUSE_HID,
)
NOT_MODELLED = {"unreachable", "permission", "executive"}  # waits of what the naive house has not

PARTS = 4  # of the long proof, so that several processors share it
BANDS = {Band.P1: 85.0, Band.P2: 65.0, Band.P3: 45.0, Band.P4: 20.0}
PLACES = (
    ("Acme", "care", "billing"),
    ("Acme", "care", None),
    ("Acme", "tech", "app"),
    ("Bolt Works", "tech", None),
)
STARTS = (  # Berlin: a plain week, both nights of clock changes, a leap day
    datetime(2026, 11, 18, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2027, 3, 27, 20, tzinfo=UTC),
    datetime(2028, 2, 28, 15, tzinfo=UTC),
)
VERBS = tuple(verb for verb in Verb if verb not in NOT_IN_IT)
# Where each is at home: a random one seldom is.
FITTING = {Verb.REOPEN: "closed", Verb.ACK: "new", Verb.ESCALATE: "new", Verb.SNOOZE: "owned"}
OF_INCIDENTS = (Verb.CONTAIN, Verb.DECLARE, Verb.MERGE)
AUTHORS = ("jo", "ky", "lu", "mo")
PEOPLE = (*firms.EVERYBODY, "somebody else")
WAITS = st.one_of(
    st.integers(1, 600).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 48).map(lambda n: timedelta(minutes=15 * n)),
    st.integers(13, 60).map(lambda n: timedelta(hours=n)),
)


class NothingHeard:
    """Where a pipeline would look whether storms have calmed; here that is an event of its own."""

    def settle(self, desk: Any, now: datetime) -> None:
        pass


class Two(RuleBasedStateMachine):
    """Both houses, step by step."""

    exercised: ClassVar[Counter[str]] = Counter()  # rows that changed something, over all runs

    @initialize(start=st.sampled_from(STARTS), hour=st.integers(0, 24 * 7 - 1))
    def begin(self, start: datetime, hour: int) -> None:
        self.firm = firms.new_firm(at=start + timedelta(hours=hour))
        self.staff(())
        self.naive = Naive(self.firm.house.settings, self.now)
        self.post = self.page_seen = self.notes = 0

    @property
    def now(self) -> datetime:
        return self.firm.now

    def staff(self, away: tuple[str, ...]) -> None:
        """The same store under other settings, as after a restart."""
        house = self.firm.house
        # The naive house knows the table of waits, not the lists into which pages are gathered.
        ringing = Alerts(daily=(), budget=1000)
        declared = firms.settings(away=away).model_copy(update={"alerts": ringing})
        engine = Engine(Rules(declared))
        calm: Any = NothingHeard()
        self.firm.house = replace(
            house,
            settings=declared,
            engine=engine,
            rounds=Rounds(house.store, engine, calm),
            delivery=Delivery(house.store, engine, self.firm.channels, SeededRandomness(0)),
        )
        self.firm.write(lambda desk: engine.repair(desk, self.now))

    def teardown(self) -> None:
        if hasattr(self, "firm"):
            self.firm.house.store.close()

    # ------------------------------------------------------------------------------ rules
    def both(self, real: Any, naive: Any) -> None:
        before = self.of_naive()
        self.firm.write(real)
        naive()
        self.naive.tick(self.now)
        self.compare(before)

    @rule(
        author=st.sampled_from(AUTHORS),
        band=st.sampled_from(tuple(BANDS)),
        safety=st.sampled_from((False, False, False, True)),
        place=st.sampled_from(PLACES),
        late=st.sampled_from((0, 0, 30, 600, 7200)),
        edit=st.sampled_from((False, False, False, True)),
    )
    def complaint(
        self, author: str, band: Band, safety: bool, place: Any, late: int, edit: bool
    ) -> None:
        brand, team, topic = place
        said = {
            "brand": brand,
            "team": team,
            "topic": topic,
            "band": band,
            "score": BANDS[band],
            "safety": safety,
            "created_at": self.now - timedelta(seconds=late),
        }
        mine = [s for s in self.naive.open_ones("case") if s["author"] == author]
        if safety or (edit and mine and mine[0]["safety"]):  # whose score has a floor
            said |= {"band": Band.P1, "score": BANDS[Band.P1]}
        if edit and mine:
            self.both(
                lambda desk: self.edited(desk, mine[0]["number"], said),
                lambda: self.naive.edited(mine[0], said, self.now),
            )
            return
        self.post += 1
        self.both(
            lambda desk: self.heard(desk, author, said),
            lambda: self.naive.complaint({**said, "author": author}, self.now),
        )

    def heard(self, desk: Any, author: str, said: dict[str, Any]) -> None:
        seen = firms.observed(self.post, author, said["created_at"])
        kept = desk.keep_post(seen, "test")
        complaint = Complaint(post=kept.post, author=kept.author, **said)
        self.firm.house.engine.hear(desk, complaint, self.now)

    def edited(self, desk: Any, number: int, said: dict[str, Any]) -> None:
        case = desk.subject(Ref("case", number))
        engine = self.firm.house.engine
        at = engine.situation(desk, case, self.now)
        weighed = Weighed(said["created_at"], said["band"], said["score"], said["safety"])
        engine.apply(desk, case, rescore(case, weighed, at), at)

    def some(self, data: st.DataObject, kind: str | None = None) -> dict[str, Any]:
        subjects = [s for s in self.naive.subjects.values() if kind in (None, s["kind"])]
        return subjects[-1 - data.draw(st.integers(0, min(len(subjects), 12) - 1))]

    @precondition(lambda self: "case:1" in self.naive.subjects)
    @rule(data=st.data(), late=st.sampled_from((0, 5, 900, 7200)), gone=st.booleans())
    def brand_reply(self, data: st.DataObject, late: int, gone: bool) -> None:
        s = self.some(data, "case")
        ref, engine = Ref("case", s["number"]), self.firm.house.engine
        at = self.now - timedelta(seconds=late)
        if gone:
            self.both(
                lambda desk: engine.reply_deleted(desk, desk.subject(ref), self.now),
                lambda: self.naive.reply_deleted(s, self.now),
            )
        else:
            self.both(
                lambda desk: engine.brand_replied(desk, desk.subject(ref), at, self.now),
                lambda: self.naive.brand_replied(s, at, self.now),
            )

    @precondition(lambda self: self.naive.subjects)
    @rule(
        data=st.data(),
        verb=st.sampled_from(VERBS),
        by=st.sampled_from(PEOPLE),
        fitting=st.integers(0, 3),
        to=st.sampled_from(PEOPLE),
        team=st.sampled_from(("care", "tech", "media", "nowhere")),
        reason=st.sampled_from(("", "spam", "told", "told", "told")),
        hours=st.sampled_from((0, 1, 7, 9, 100, 200)),
        taken_on=st.booleans(),
    )
    def act(
        self,
        data: st.DataObject,
        verb: Verb,
        by: str,
        fitting: int,
        to: str,
        team: str,
        reason: str,
        hours: int,
        taken_on: bool,
    ) -> None:
        s = self.some(data)
        if taken_on:
            self.acts(s, Verb.ACK, s["owner"], to, reason, hours)
        # Mostly somebody who may: the owner, whom it was offered to, a lead.
        by = (s["owner"], s["owner"], s["offered_to"] or firms.LEAD, by)[fitting]
        self.acts(s, verb, by, team if verb is Verb.REROUTE else to, reason, hours)

    def acts(
        self, s: dict[str, Any], verb: Verb, by: str, to: str, reason: str, hours: int
    ) -> None:
        if verb is Verb.HANDOFF:
            reason = "told"
        if verb is Verb.NOTE:  # the same words again are the same click
            self.notes += 1
            reason = f"told {self.notes}"
        incidents = [one["number"] for one in self.naive.open_ones("incident")]
        into = next((number for number in incidents if number != s["number"]), 99)
        wait = timedelta(hours=hours)
        action = Action(
            verb,
            by,
            to,
            reason,
            wait,
            cause="delivery",
            cost=30,
            money=5,
            told="told",
            done="done",
            done_for_rest="done for all",
            into=into,
        )
        said = {"to": to, "reason": reason, "wait": wait, "cause": "delivery", "into": into}
        self.both(
            lambda desk: self.firm.house.engine.act(
                desk, Ref(s["kind"], s["number"]), action, self.now
            ),
            lambda: self.naive.act(s["ref"], verb.value, by, said, self.now),
        )

    @precondition(lambda self: self.naive.subjects)
    @rule(
        data=st.data(),
        verb=st.sampled_from(VERBS),
        of_incidents=st.booleans(),
        to=st.sampled_from(PEOPLE),
        team=st.sampled_from(("care", "tech")),
        above=st.booleans(),
    )
    def act_as_one_may(
        self,
        data: st.DataObject,
        verb: Verb,
        of_incidents: bool,
        to: str,
        team: str,
        above: bool,
    ) -> None:
        """By somebody who may, where it fits, so that each row is come to."""
        kind = "incident" if of_incidents or verb in OF_INCIDENTS else "case"
        state = FITTING.get(verb)
        found = [s for s in self.naive.subjects.values() if s["kind"] == kind]
        found = [s for s in found if s["state"] == state or (not state and s["state"] != "closed")]
        if found:
            s = found[-1 - data.draw(st.integers(0, len(found) - 1))]
            by = firms.EXECUTIVE if above or verb in (Verb.REOPEN, Verb.ASSIGN) else s["owner"]
            self.acts(s, verb, by, team if verb is Verb.REROUTE else to, "told", 7)

    @precondition(lambda self: "case:1" in self.naive.subjects)
    @rule(
        data=st.data(),
        people=st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=5),
        taken=st.booleans(),
        apart=st.integers(0, 4),
    )
    def from_hand_to_hand(
        self, data: st.DataObject, people: list[str], taken: bool, apart: int
    ) -> None:
        """Offered again and again, always taken or always given back."""
        s = self.some(data, "case")
        for to in people:
            self.acts(s, Verb.ACK, s["owner"], to, "", 0)
            self.acts(s, Verb.HANDOFF, s["owner"], to, "told", 0)
            self.wait(timedelta(minutes=apart))
            self.acts(s, Verb.ACCEPT if taken else Verb.DECLINE, to, to, "told", 0)

    @rule(
        place=st.sampled_from((("Acme", None), ("Acme", "billing"), ("Bolt Works", None))),
        storm=st.booleans(),
    )
    def spike(self, place: tuple[str, str | None], storm: bool) -> None:
        brand, topic = place
        storm = storm and topic is None
        measured = Spike(storm, 50, 100, 10, 1.5, "50 unhappy people")
        self.both(
            lambda desk: self.firm.house.engine.spike(desk, brand, topic, measured, self.now),
            lambda: self.naive.spike(brand, topic, storm, self.now),
        )

    @rule(brand=st.sampled_from(("Acme", "Bolt Works")), calm=st.booleans())
    def declare_or_calm(self, brand: str, calm: bool) -> None:
        engine = self.firm.house.engine
        if calm:
            self.both(
                lambda desk: engine.calm(desk, brand, self.now),
                lambda: self.naive.calm(brand, self.now),
            )
        else:
            action = Action(Verb.DECLARE, firms.PRESS)
            self.both(
                lambda desk: engine.declare(desk, brand, action, self.now),
                lambda: self.naive.declare(brand, firms.PRESS, self.now),
            )

    @rule(wait=WAITS)
    def wait(self, wait: timedelta) -> None:
        """Instant by instant, so that what differs is seen where it begins."""
        if any(s["state"] == "new" and s["step"] >= 2 for s in self.naive.subjects.values()):
            wait = min(wait, timedelta(hours=1))  # the last step asks for ever; that is soon seen
        until = self.now + wait
        while True:
            instants = (self.firm.next_instant(), self.naive.next_due())
            instant = min((one for one in instants if one is not None), default=until)
            before = self.of_naive()
            self.firm.clock.move_to(min(instant, until))
            self.naive.tick(self.now)
            self.compare(before)
            if instant >= until:
                return

    @rule(down=WAITS, away=st.sampled_from(((), (firms.FIRST,), (firms.OWNER, firms.LEAD))))
    def stops_and_starts(self, down: timedelta, away: tuple[str, ...]) -> None:
        before = self.of_naive()
        self.firm.clock.move_to(self.now + down)
        self.staff(away)
        self.naive.start(self.firm.house.settings, self.now)
        self.compare(before)

    # ------------------------------------------------------------------------- comparison
    def of_naive(self) -> dict[str, dict[str, Any]]:
        found = {}
        for ref, s in self.naive.subjects.items():
            one = {name: s[name] for name in (*SUBJECT, *fields_of(s["kind"]))}
            one["waits"] = {w["kind"]: w["due"] for w in self.naive.waits if w["ref"] == ref}
            one["paged"] = {person for about, person in self.naive.paged if about == ref}
            found[ref] = one
        return found

    def of_real(self) -> dict[str, dict[str, Any]]:
        found = {}
        pages = self.real_pages()
        with self.firm.house.store.borrow() as desk:
            for kind in ("case", "incident"):
                for subject in desk.subjects(kind, only_open=False):
                    one = {name: getattr(subject, name) for name in (*SUBJECT, *fields_of(kind))}
                    one["waits"] = {
                        str(timer): due
                        for timer, due in desk.dues(subject.ref).items()
                        if timer not in NOT_MODELLED
                    }
                    one["paged"] = {who for ref, who in pages if ref == str(subject.ref)}
                    found[str(subject.ref)] = one
        return found

    def real_pages(self) -> set[tuple[str, str]]:
        with self.firm.house.store.borrow() as desk:
            rows = desk.connection.execute(
                "select id, kind || ':' || number, person from messages "
                "where purpose = 'page' and what not in ('executive_told', 'permission_asked') "
                "and id > ?",
                (self.page_seen,),
            ).fetchall()
        self.page_seen = max([row[0] for row in rows], default=self.page_seen)
        again: list[Happening] = [one for one in self.firm.happened if one.event == "paged_again"]
        self.firm.happened.clear()
        return {(row[1], row[2]) for row in rows} | {(str(one.ref), one.owner) for one in again}

    def compare(self, before: dict[str, dict[str, Any]]) -> None:
        """What both have now; `before`: what the naive house had."""
        self.firm.settle()
        real = self.of_real()
        naive = self.of_naive()
        asked = self.naive.rows
        for ref in dict.fromkeys((*naive, *real)):
            rows = [row for about, row in asked if about == ref]
            if naive.get(ref) != before.get(ref):
                self.exercised.update(dict.fromkeys(rows, 1))
            ours, theirs = real.get(ref), naive.get(ref)
            assert ours is not None, f"{ref}: the naive house alone has it; rows {rows}"
            assert theirs is not None, f"{ref}: the real house alone has it"
            differ = {name for name in ours if ours[name] != theirs[name]}
            told = "".join(
                f"\n    {name}: real {show(ours[name])}, naive {show(theirs[name])}"
                for name in sorted(differ)
            )
            was = {n: show(v) for n, v in before.get(ref, {}).items() if v}
            assert not differ, f"{ref} at {self.now}, rows {rows}:{told}\n  was {was}"
        self.naive.rows.clear()
        self.naive.paged.clear()


def fields_of(kind: str) -> tuple[str, ...]:
    return CASE if kind == "case" else INCIDENT


def show(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {show(one)}" for name, one in sorted(value.items())) or "none"
    return f"{value:%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def live(number: int, runs: int, steps: int) -> None:
    """Both houses through some runs of a seed; one that fails says which, and prints its steps."""
    smaller = (Phase.shrink,) if os.environ.get("TOCSIN_SHRINK") else ()
    how = profile(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        database=None,
        phases=(Phase.generate, *smaller),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    machine = seed(number)(type("Some", (Two,), {}))
    try:
        run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]
    except BaseException as error:
        error.add_note(f"Seed {number}, {runs} runs of {steps} steps.")
        raise


def test_both_houses_do_the_same() -> None:
    live(0, 9, 30)


def test_twenty_cases_on_one_topic_are_one_watch_in_both_houses() -> None:
    """More than a random run comes to (S1)."""
    two = Two()
    two.begin(STARTS[0], 0)
    for number in range(22):
        two.complaint(f"author {number}", Band.P3, False, PLACES[0], 0, False)
        two.wait(timedelta(seconds=20))
    assert [s["topic"] for s in two.naive.open_ones("incident")] == ["billing"]
    two.wait(timedelta(hours=30))
    two.teardown()


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_both_houses_do_the_same_for_long(part: int) -> None:
    runs = -(-int(os.environ.get("TOCSIN_RUNS", "1000")) // PARTS)
    steps = int(os.environ.get("TOCSIN_STEPS", "60"))
    number = int(os.environ.get("TOCSIN_SEED", "0")) + part
    print(
        f"part {part + 1} of {PARTS}: {runs} runs of {steps} steps, seed {number}, begin",
        file=sys.stderr,
    )
    live(number, runs, steps)
    rows = ", ".join(f"{row} {times}" for row, times in sorted(Two.exercised.items()))
    print(
        f"part {part + 1} of {PARTS}: held; rows that changed something so far: {rows}",
        file=sys.stderr,
    )
