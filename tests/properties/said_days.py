"""What people of the firm say in random days: who is away, who takes a turn, who permits what; by
those who may and by those who may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from config.duties import Authority
from config.settings import Team
from escalation import authority, hiding
from escalation.decision import Action, Verb
from escalation.subject import Case, State
from tests import firm as firms
from tocsin import oncall
from tocsin.speaker import Refused, Speaker

HOURS = st.sampled_from((0, 0, 1, 3, 9, 26, 80)).map(lambda n: timedelta(hours=n))
SPEAKERS = st.sampled_from((*firms.EVERYBODY, "somebody else"))
TEAMS = st.sampled_from(("care", "care", "tech", "media", "nowhere"))
# Of the team care: who stands above whom.
RANKS = {firms.OWNER: 1, firms.FIRST: 1, firms.SECOND: 1, firms.LEAD: 2, firms.HEAD: 3}
CARDS = (
    Authority(role="member", refund=50, promise=("zzpromise",)),
    Authority(role="lead", refund=500),
    Authority(role="head", refund=5000),
)


def with_cards(teams: tuple[Team, ...]) -> tuple[Team, ...]:
    """The teams, of which care says what each role may do without asking."""
    return tuple(
        team.model_copy(update={"authority": CARDS}) if team.name == "care" else team
        for team in teams
    )


class Said(RuleBasedStateMachine):
    """Rules on top of a firm that `do`es things, settles and is killed."""

    firm: firms.Firm
    clock: Any
    do: Callable[[Any], Any]
    cases: Callable[[], list[Case]]

    def say(self, by: str, work: Callable[[Any, Speaker], oncall.Answer]) -> oncall.Answer | None:
        """As the command line says it; None: it was refused, and nothing changed."""

        def said(desk: Any) -> oncall.Answer:
            return work(desk, Speaker(self.firm.house.engine, by, self.clock.now()))

        before = self.version()
        try:
            answer = self.do(said)
        except Refused:
            assert self.version() == before, "a refusal changes nothing"
            return None
        assert answer is None or isinstance(answer, oncall.Answer)
        return answer

    def version(self) -> int:
        with self.firm.house.store.borrow() as desk:
            return desk.said_version()

    def may_speak_of(self, by: str, person: str) -> bool:
        """By the plain words of the rule; who is of another team is no proof of it."""
        if by in (person, firms.EXECUTIVE) or person not in RANKS or by not in RANKS:
            return by != "somebody else" and by != firms.LEFT
        return RANKS[by] >= 2 and RANKS[by] > RANKS[person]

    @rule(by=SPEAKERS, person=SPEAKERS, begins=HOURS, lasts=HOURS, own=st.booleans())
    def away(self, by: str, person: str, begins: timedelta, lasts: timedelta, own: bool) -> None:
        by = person if own else by
        since = self.clock.now() + begins
        until = since + lasts
        if self.say(by, lambda desk, one: oncall.away(desk, one, person, since, until)):
            assert self.may_speak_of(by, person), (by, person)
            assert person not in (firms.EXECUTIVE, firms.LEFT), person

    @rule(by=SPEAKERS, person=SPEAKERS, own=st.booleans(), announced=st.booleans())
    def back(self, by: str, person: str, own: bool, announced: bool) -> None:
        by = person if own else by
        if self.say(by, lambda desk, one: oncall.back(desk, one, person, announced=announced)):
            assert self.may_speak_of(by, person), (by, person)

    @rule(by=SPEAKERS, person=SPEAKERS, team=TEAMS, begins=HOURS, lasts=HOURS, own=st.booleans())
    def cover(
        self, by: str, person: str, team: str, begins: timedelta, lasts: timedelta, own: bool
    ) -> None:
        by = person if own else by
        since = self.clock.now() + begins
        until = since + lasts
        if self.say(by, lambda desk, one: oncall.cover(desk, one, team, person, since, until)):
            assert team != "nowhere"
            if team == "care":
                assert person in (*RANKS, firms.EXECUTIVE), person
                assert by in (person, firms.LEAD, firms.HEAD, firms.EXECUTIVE), by

    @rule(by=SPEAKERS, team=TEAMS, announced=st.booleans())
    def uncover(self, by: str, team: str, announced: bool) -> None:
        self.say(by, lambda desk, one: oncall.uncover(desk, one, team, announced=announced))

    # ------------------------------------------------------------------------ permission
    @precondition(lambda self: self.to_be_permitted())
    @rule(
        data=st.data(),
        by=st.one_of(st.none(), SPEAKERS),
        money=st.sampled_from((None, 0, 50, 51, 120, 600, 6000, -1, 2**60)),
        reason=st.sampled_from(("", "zzpromise", "zzreason, unheard of")),
    )
    def asks_for_permission(
        self, data: st.DataObject, by: str | None, money: int | None, reason: str
    ) -> None:
        listed = self.to_be_permitted()
        case = listed[data.draw(st.integers(0, len(listed) - 1))]
        action = Action(Verb.PERMISSION, by or case.owner, reason=reason, money=money)
        asked = self.acts(case, action)
        if asked is not None:
            assert action.by == case.owner
            card = authority.card_of(
                case.owner, case, self.firm.house.engine.rules, self.clock.now()
            )
            assert card.refund is not None
            assert not money or money > card.refund, (money, card)

    @precondition(lambda self: any(case.permission_of for case in self.to_be_permitted()))
    @rule(
        data=st.data(),
        by=st.one_of(st.none(), SPEAKERS),
        verb=st.sampled_from((Verb.GRANT, Verb.REFUSE)),
    )
    def answers_for_permission(self, data: st.DataObject, by: str | None, verb: Verb) -> None:
        listed = [case for case in self.to_be_permitted() if case.permission_of]
        case = listed[data.draw(st.integers(0, len(listed) - 1))]
        action = Action(verb, by or str(case.permission_of), reason="zzanswer")
        rules, now = self.firm.house.engine.rules, self.clock.now()
        may = authority.may_permit(action.by, case, case.permission_money, rules, now)
        answered = self.acts(case, action)
        if answered is not None:
            assert may or action.by == case.permission_of, (action, case)
            assert may or action.by != case.owner, (action, case)
            assert answered.permission_of is None

    # ---------------------------------------------------------------------------- hidden
    @precondition(lambda self: self.cases())
    @rule(
        data=st.data(),
        by=st.one_of(st.none(), SPEAKERS),
        to=st.one_of(st.none(), SPEAKERS),
        what=st.sampled_from(("hid", "deleted", "blocked", "zzwhat")),
        why=st.sampled_from((*hiding.WHY, "zzcriticism")),
    )
    def hides(
        self, data: st.DataObject, by: str | None, to: str | None, what: str, why: str
    ) -> None:
        listed = self.cases()
        case = listed[data.draw(st.integers(0, len(listed) - 1))]
        action = Action(Verb.HID, by or case.owner, to, reason="zzlink", what=what, why=why)
        said = self.acts(case, action)
        if said is not None:
            assert what in hiding.WHAT
            assert why in hiding.WHY
            assert (said.hid_by, said.hid_of) == (action.by, to)
            assert to not in (None, action.by, firms.LEFT, "somebody else")

    @precondition(lambda self: any(case.hid_of for case in self.cases()))
    @rule(
        data=st.data(),
        by=st.one_of(st.none(), SPEAKERS),
        verb=st.sampled_from((Verb.CONFIRM_HID, Verb.REFUSE_HID)),
    )
    def answers_of_hiding(self, data: st.DataObject, by: str | None, verb: Verb) -> None:
        listed = [case for case in self.cases() if case.hid_of]
        case = listed[data.draw(st.integers(0, len(listed) - 1))]
        answered = self.acts(case, Action(verb, by or str(case.hid_of), reason="zzanswer"))
        if answered is not None:
            assert (by or case.hid_of) != case.hid_by, case
            assert answered.hid_of is None

    def to_be_permitted(self) -> list[Case]:
        return [one for one in self.cases() if one.is_open and one.state is not State.NEW]

    def acts(self, case: Case, action: Action) -> Case | None:
        """What became of the case; None: nothing changed, or the house was killed."""

        def work(desk: Any) -> Case | None:
            said = self.firm.house.engine.act(desk, case.ref, action, self.clock.now())
            after: Case = desk.subject(case.ref)
            assert said is None or (said and after == case), "a refusal changes nothing"
            return after if said is None else None

        found: Case | None = self.do(work)
        return found
