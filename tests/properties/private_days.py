"""What is private in random days: signs are given, told anew, erased, acknowledged, passed on, and
whatever else happens, each has one of its people, climbs, and is told where nobody else reads."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from config import Settings
from config.privacy import discreet_contacts
from config.safety import Safety
from escalation.decision import Action, TimerKind, Verb
from escalation.subject import Matter, State, Subject
from listener.intake import Private, Sign
from listener.mention import Kind
from tests import firm as firms
from tocsin.passing import Passed, PassingRefused, pass_on

TRUSTED = (firms.SECOND, firms.OTHER, firms.EXECUTIVE)
WITHIN = timedelta(minutes=15)
WARNED = "zzwarned that the shop may burn"


def confiding(settings: Settings) -> Settings:
    """The firm, of which three people hear of what is private; the first where nobody else reads,
    the others where it may only be said that something waits."""
    people = tuple(
        person.model_copy(update={"contacts": tuple(map(_private, person.contacts))})
        if person.name == firms.SECOND
        else person
        for person in settings.people
    )
    safety = Safety(person=firms.SECOND, deputy=firms.OTHER, acknowledge_within=WITHIN)
    return settings.model_copy(update={"safety": safety, "people": people})


def _private(contact: Any) -> Any:
    return contact.model_copy(update={"private": True}) if contact.channel == "mail" else contact


class Confided(RuleBasedStateMachine):
    """Rules on top of a firm that `do`es things, settles and is killed."""

    firm: firms.Firm
    clock: Any
    channels: dict[str, firms.FakeChannel]
    post: int
    do: Callable[[Any], Any]
    open_ones: Callable[[], list[tuple[Subject, dict[TimerKind, Any]]]]
    subjects: Callable[[], list[Subject]]

    def matters(self) -> list[Matter]:
        return [one for one in self.subjects() if isinstance(one, Matter)]

    # ------------------------------------------------------------------------------ rules
    @rule(
        author=st.sampled_from(("jo", "ky", "lu", "mo")),
        others=st.sampled_from(((), (), ("fire",))),
        edits=st.booleans(),
    )
    def gives_a_sign(self, author: str, others: tuple[str, ...], edits: bool) -> None:
        self.post += 1
        self.is_confided(self.post, author, others, "zzwords")
        if edits:
            self.is_confided(self.post, author, others, "zzother words")

    def is_confided(self, post: int, author: str, others: tuple[str, ...], words: str) -> None:
        now, engine = self.clock.now(), self.firm.house.engine
        seen = firms.observed(post, author, now, words=words)

        def work(desk: Any) -> None:
            kept = desk.keep_private(seen, Sign("Acme", "test", others))
            if isinstance(kept, Private):
                engine.confide(desk, kept.post, now, edited=kept.edited)

        self.do(work)

    @rule(many=st.integers(4, 12))
    def many_give_a_sign(self, many: int) -> None:
        for _ in range(many):
            self.post += 1
            self.is_confided(self.post, f"many {self.post}", (), "zzwords")

    @precondition(lambda self: self.matters())
    @rule(
        nth=st.integers(0, 50),
        by=st.sampled_from((*TRUSTED, firms.LEAD)),
        verb=st.sampled_from((Verb.ACK, Verb.ACK, Verb.RESOLVE, Verb.DISMISS)),
    )
    def its_people_act(self, nth: int, by: str, verb: Verb) -> None:
        matter = self.matters()[nth % len(self.matters())]
        house, now = self.firm.house, self.clock.now()

        def work(desk: Any) -> None:
            why = house.engine.act(desk, matter.ref, Action(verb, by), now)
            assert why or by in TRUSTED
            if why is None and verb is Verb.DISMISS:
                house.pipeline.give_back(desk, matter.number, now)
            if why is None:
                desk.release_authors()

        self.do(work)

    @precondition(lambda self: self.matters())
    @rule(
        nth=st.integers(0, 50),
        by=st.sampled_from((*TRUSTED, firms.LEAD)),
        to=st.sampled_from(("care", "tech", firms.PRESS, firms.LEFT)),
    )
    def its_people_pass_it_on(self, nth: int, by: str, to: str) -> None:
        matter = self.matters()[nth % len(self.matters())]
        house, now = self.firm.house, self.clock.now()

        def work(desk: Any) -> None:
            pass_on(house, desk, matter.number, Passed(by, to, WARNED), now)
            assert by in TRUSTED

        with suppress(PassingRefused):
            self.do(work)

    @precondition(lambda self: self.post)
    @rule(nth=st.integers(0, 200))
    def a_private_post_is_deleted(self, nth: int) -> None:
        now = self.clock.now()
        gone = firms.observed(1 + nth % self.post, "x", now, kind=Kind.DELETE)
        self.do(lambda desk: desk.erase_private(gone.post, now))

    # ------------------------------------------------------------------------- invariants
    @invariant()
    def what_is_private_has_one_of_its_people_and_climbs(self) -> None:
        for matter, dues in self.open_ones():
            if not isinstance(matter, Matter):
                continue
            assert matter.owner in TRUSTED, matter
            assert matter.state in (State.NEW, State.OWNED), matter
            assert (matter.held_until, matter.silence, matter.offered_to) == (None,) * 3, matter
            waits = {TimerKind.ACK if matter.state is State.NEW else TimerKind.HOLD}
            assert set(dues) == waits, (matter, dues)
            if matter.state is State.NEW:
                assert dues[TimerKind.ACK] - self.clock.now() <= WITHIN, (matter, dues)

    @invariant()
    def it_is_told_to_its_people_alone_and_by_itself(self) -> None:
        settings = self.firm.house.settings
        with self.firm.house.store.borrow() as desk:
            execute = desk.connection.execute
            rows = execute(
                "select purpose, person, channel, address, receipt_key, key from messages "
                "where kind = 'matter'"
            ).fetchall()
            shared = execute(
                "select receipt_key from messages where receipt_key in "
                "(select receipt_key from messages where kind = 'matter') "
                "group by receipt_key, channel, address having count(*) > 1"
            ).fetchall()
            silenced = execute("select 1 from silenced where kind = 'matter'").fetchall()
        assert not silenced
        assert not shared, [row[0] for row in shared]
        for row in rows:
            assert row["purpose"] in ("page", "notice"), dict(row)
            assert row["person"] in TRUSTED, dict(row)
            own = discreet_contacts(settings, row["person"])
            assert (row["channel"], row["address"]) in {(one.channel, one.to) for one in own}
            assert "matter" not in row["key"]

    @invariant()
    def no_message_holds_a_word_of_it_or_says_elsewhere_that_it_is_there(self) -> None:
        trusted = {f"{name}@{channel}" for name in TRUSTED for channel in firms.CHANNELS}
        for channel in self.channels.values():
            for _, message in channel.taken:
                whole = " ".join((message.headline, *message.lines, message.subject))
                assert "matter 1" not in whole
                assert "matter" not in message.subject
                if message.subject.startswith("something"):
                    assert message.to in trusted, message
                    assert "zz" not in whole, message
                elif "private matters in an hour" not in whole:
                    assert "private" not in whole, message
