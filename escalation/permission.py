"""Permission for what an owner may not promise alone: asked, climbing, answered. Pure.

The customer waits meanwhile: the reply clocks run on, and how long it took is kept. The request
belongs to the case, not to who asked: a new owner has it as well.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from config.duties import MOST_MONEY
from escalation import authority, ladder
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Effect,
    Hush,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case, State, Subject

ASKED = "permission_asked"  # what a page says that asks for permission


def ask(case: Case, action: Action, at: Situation) -> Outcome:
    """The owner asks the lowest person above who may allow it."""
    if (why := _cannot_ask(case, action, at)) is not None:
        return Unchanged(why)
    money = action.money or None
    person = authority.above(case, money, at.rules, at.now)[0]
    asking = replace(case, permission_at=at.now, permission_money=money, progress_at=at.now)
    asked, effects = _ask(asking, person, at)
    return Decision(
        asked,
        "permission_asked",
        action.by,
        (*effects, *ladder.hold_anew(asked, at)),
        action.reason,
    )


def _cannot_ask(case: Case, action: Action, at: Situation) -> str | None:
    if not case.is_open:
        return f"it was closed by {case.closed_by}"
    if action.by != case.owner:
        return f"only {case.owner}, who owns it, asks for permission"
    if case.permission_of is not None:
        return f"{case.permission_of} has been asked already"
    if case.state is State.NEW:
        return "it is not acknowledged yet; acknowledge it, then ask"
    if not 0 <= (action.money or 0) <= MOST_MONEY:
        return f"money is in whole {at.rules.settings.currency}, 0 to {MOST_MONEY}"
    if not action.money and not action.reason.strip():
        return 'say what for, or how much money: --reason "…", --money 120'
    return _allowed_already(case, action, at)


def _allowed_already(case: Case, action: Action, at: Situation) -> str | None:
    card = authority.card_of(case.owner, case, at.rules, at.now)
    if card.refund is None:
        return "an executive asks nobody"
    if action.money and card.allows(action.money):
        return f"you may refund up to {card.refund} {at.rules.settings.currency} without asking"
    promised = {promise.casefold() for promise in card.promise}
    if not action.money and action.reason.strip().casefold() in promised:
        return "you may promise that without asking"
    return None


def _ask(case: Case, person: str, at: Situation) -> tuple[Case, tuple[Effect, ...]]:
    """Page whoever is to answer; outside of business time when it begins again."""
    wait = at.rules.settings.permission_within or at.rules.times(case).ack
    asked = replace(case, permission_of=person, page_number=case.page_number + 1)
    return asked, (
        Hush(ASKED),
        Page(person, at.rules.opening(case, at.now) or at.now, what=ASKED),
        Arm(TimerKind.PERMISSION, at.rules.due(case, wait, at.now)),
    )


def wanting(case: Case, action: Action, at: Situation) -> str | None:
    """Why somebody may not close a case with the money that they say was given; None: they may.

    A grant belongs to the case, as the request did: whoever closes it has it. Where the team has
    declared no cards nobody is held to one.
    """
    rules, money = at.rules, action.money
    card = authority.card_of(action.by, case, rules, at.now)
    granted = case.permission_granted or 0
    if not money or not authority.are_declared(case, rules):
        return None
    if card.allows(money) or money <= granted:
        return None
    currency = rules.settings.currency
    alone = f"{money} {currency} is more than {action.by} may promise alone ({card.refund})"
    was = f"up to {granted} was granted" if granted else "nothing was granted"
    if case.permission_of is not None and (case.permission_money or 0) >= money:
        return f"{alone}, and {was}; {case.permission_of} has been asked and has not answered yet"
    how = f"tocsin cases permission {case.number} --money {money}"
    return f"{alone}, and {was}; its owner asks for it first: {how}"


def spent(case: Case, action: Action, at: Situation) -> Case:
    """A case that closes: a grant that it took is used up, and not there for a reopening."""
    card = authority.card_of(action.by, case, at.rules, at.now)
    return case if card.allows(action.money) else replace(case, permission_granted=None)


def lapse(case: Case, at: Situation) -> Outcome:
    """Nobody answered in time: the next person above is asked, the executive again and again."""
    if not case.is_open or case.permission_of is None:
        return Unchanged("no permission is being waited for")
    person = following(case, at.rules, at.now)
    asked, effects = _ask(case, person, at)
    if person == case.permission_of:
        return Decision(asked, "permission_asked", ENGINE, effects)
    told = Notice(case.permission_of, "permission_climbed", person)
    return Decision(asked, "permission_climbed", ENGINE, (*effects, told))


def following(case: Case, rules: Rules, now: datetime) -> str:
    """Who is asked next where nobody answers; at the end it is the executive again."""
    people = authority.above(case, case.permission_money, rules, now)
    if case.permission_of not in people:
        return people[-1]
    later = people[people.index(case.permission_of) + 1 :]
    return later[0] if later else people[-1]


def answer(case: Case, action: Action, at: Situation) -> Outcome:
    """Granted or refused by whoever was asked, or somebody above who may allow as much."""
    if not case.is_open or case.permission_of is None:
        return Unchanged("no permission is being waited for")
    money = case.permission_money
    may = authority.may_permit(action.by, case, money, at.rules, at.now)
    if action.by != case.permission_of and not may:
        return Unchanged(f"only {case.permission_of}, or somebody above who may allow it, answers")
    if action.by == case.owner and not may:
        return Unchanged("nobody permits themselves what they may not promise alone")
    granted = action.verb is Verb.GRANT
    event = "permission_granted" if granted else "permission_refused"
    done, effects = end(replace(case, progress_at=at.now), at)
    if granted and money is not None:
        done = replace(done, permission_granted=max(money, done.permission_granted or 0))
    told = tuple(
        Notice(person, event, action.by)
        for person in dict.fromkeys((case.owner, case.permission_of))
        if person != action.by
    )
    effects = (*effects, *told, *ladder.hold_anew(done, at))
    return Decision(done, event, action.by, effects, note=action.reason)


def passed_on(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """With another owner a request that runs ends where that one may allow it alone, and is asked
    anew where it would be asked of themselves. Every decision passes here."""
    case = decision.subject
    if not isinstance(case, Case) or before is None or case.owner == before.owner:
        return decision
    if not case.is_open or case.permission_of is None:
        return decision
    if _may_alone(case, at):
        settled, effects = end(case, at)
    elif case.permission_of == case.owner:
        person = authority.above(case, case.permission_money, at.rules, at.now)[0]
        settled, effects = _ask(case, person, at)
    else:
        return decision
    return replace(decision, subject=settled, effects=(*decision.effects, *effects))


def _may_alone(case: Case, at: Situation) -> bool:
    """Does the owner need nobody's permission? A promise is asked for in free words, which no
    card can be held against: who asks for one needs it, whoever it is, but an executive."""
    card = authority.card_of(case.owner, case, at.rules, at.now)
    is_promise = case.permission_money is None
    return card.refund is None if is_promise else card.allows(case.permission_money)


def asked_gone(case: Case, at: Situation) -> Outcome:
    """Whoever is asked has left or is away: the next person above is asked at once."""
    if case.permission_of is None or at.rules.is_active(case.permission_of, at.now):
        return Unchanged("nobody is waited for who has gone")
    return lapse(case, at)


def end(case: Case, at: Situation) -> tuple[Case, tuple[Effect, ...]]:
    """Nobody waits for permission any longer; how long it took is added up."""
    ended = replace(
        case,
        permission_of=None,
        permission_at=None,
        permission_money=None,
        permission_seconds=int(waited(case, at.now).total_seconds()),
    )
    return ended, (Cancel((TimerKind.PERMISSION,)), Hush(ASKED))


def waited(case: Case, now: datetime) -> timedelta:
    """How long a case has waited for permission in all, a request that runs included."""
    running = timedelta(0) if case.permission_at is None else now - case.permission_at
    return timedelta(seconds=case.permission_seconds) + max(running, timedelta(0))
