"""The own past under other rules: what differs is what the rules changed, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Person, Team
from escalation.decision import Action, Verb
from listener.mention import Kind
from tests.cases import ACCOUNT
from tests.tocsin import past
from tests.tocsin.past import (
    CARE,
    DANGER,
    HOUR,
    MINUTE,
    MONDAY,
    PEOPLE,
    did,
    edited,
    firm,
    lived,
    policy,
    what_if,
    without_turns,
    wrote,
)
from tocsin.actions import Scripted
from tocsin.whatif import HistoryRefused, aside, open_history, run_both, running
from tocsin.whatif.compare import Both, Moved

# A day in which every kind of thing is done to a case of its own.
DAY = (
    did(MONDAY + 2 * MINUTE, "ada", Verb.ACK, 1),
    did(MONDAY + 5 * MINUTE, "ada", Verb.NOTE, 1, reason="asked the bank"),
    did(
        MONDAY + 6 * MINUTE, "ada", Verb.HANDOFF, 1, to="bea", reason="her customer", told="nothing"
    ),
    did(MONDAY + 9 * MINUTE, "bea", Verb.ACCEPT, 1),
    did(MONDAY + 10 * MINUTE, "bea", Verb.SNOOZE, 1, reason="bank", wait=15 * MINUTE),
    did(MONDAY + 11 * MINUTE, "ada", Verb.CLAIM, 2),
    did(MONDAY + 12 * MINUTE, "ada", Verb.REPLIED, 2),
    did(MONDAY + 13 * MINUTE, "lea", Verb.ASSIGN, 3, to="bea"),
    did(MONDAY + 14 * MINUTE, "bea", Verb.RESOLVE, 3, **{**ACCOUNT, "cause": "care"}),
    did(MONDAY + 20 * MINUTE, "lea", Verb.REOPEN, 3, reason="not paid back"),
    did(MONDAY + 21 * MINUTE, "ada", Verb.ESCALATE, 4),
    did(MONDAY + 22 * MINUTE, "lea", Verb.DISMISS, 5, reason="spam"),
    did(MONDAY + 80 * MINUTE, "bea", Verb.ACK, 1),
)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    posts = [wrote(number, f"author-{number}") for number in range(1, 7)]
    return lived(tmp_path / "own.db", posts, DAY)


def test_the_same_rules_make_no_difference(day: Path) -> None:
    found = what_if(day, firm())
    assert found.is_none
    assert found.changes == ()
    assert (found.cases, found.done) == (Both(6, 6), Both(len(DAY), len(DAY)))
    assert found.pages.old > 0


def test_every_action_of_the_ledger_is_done_again_at_its_time(day: Path) -> None:
    with open_history(day, timedelta(days=90)) as history:
        deeds = [event for event in history.events() if hasattr(event, "action")]
        assert not history.left_out
    assert [(deed.at, deed.action.by, deed.action.verb) for deed in deeds] == [
        (one.at, one.action.by, one.action.verb) for one in DAY
    ]
    snoozed = next(deed.action for deed in deeds if deed.action.verb is Verb.SNOOZE)
    resolved = next(deed.action for deed in deeds if deed.action.verb is Verb.RESOLVE)
    assert (snoozed.wait, snoozed.reason) == (15 * MINUTE, "bank")
    account = (resolved.cause, resolved.cost, resolved.money, resolved.done)
    assert account == ("care", ACCOUNT["cost"], ACCOUNT["money"], ACCOUNT["done"])
    assert [deed.action.to for deed in deeds if deed.action.to] == ["bea", "bea"]


def test_a_bundle_is_one_message_and_a_page_for_each_case_that_it_asks_for(tmp_path: Path) -> None:
    posts = [wrote(number, f"author-{number}") for number in range(1, 11)]
    store = lived(tmp_path / "own.db", posts, until=MONDAY + 12 * MINUTE)
    found = what_if(store, firm(teams=(without_turns("bea"),)))
    assert (found.pages, found.by_person["ada"]) == (Both(10, 10), Both(10, 0))
    assert found.messages_to == {"ada": Both(1, 0), "bea": Both(0, 1)}
    assert found.messages == Both(1, 1)


def test_a_message_that_asks_again_for_several_cases_is_a_page_for_each_of_them(
    tmp_path: Path,
) -> None:
    """Two cases of two teams wait at the last step, and are asked for there in one message."""
    safety = Team(name="safety", members=("tom",), owns={"danger": ("fire", "burnt")})
    rules = firm(teams=(CARE, safety))
    posts = [wrote(1), wrote(2, "kim", DANGER)]
    store = lived(tmp_path / "own.db", posts, settings=rules, until=MONDAY + 3 * HOUR)
    found = what_if(store, rules, old=rules)
    with open_history(store, timedelta(days=90)) as history:
        told, _ = run_both(history, rules, rules)
    asked = {key[1:]: pages for key, pages in told.pages.items() if key[0] == "grace"}
    assert set(asked) == {("care", "P1"), ("safety", "P1")}
    assert min(asked.values()) > 1
    assert sum(asked.values()) > told.messages["grace"], "what leaves together is one message"
    assert sum(course.pages for course in told.cases.values()) == found.pages.old


def test_it_tells_the_same_twice(day: Path) -> None:
    new = firm(policies=(policy(5 * MINUTE),))
    assert what_if(day, new) == what_if(day, new)


def test_a_shorter_wait_climbs_exactly_so_much_earlier(tmp_path: Path) -> None:
    """One case, for which nobody answers until the executive does after 17 minutes: with waits of
    6 minutes instead of 15 she has been paged by then."""
    deeds = [did(MONDAY + 17 * MINUTE, "grace", Verb.ACK)]
    store = lived(tmp_path / "own.db", [wrote(1)], deeds, until=MONDAY + 18 * MINUTE)
    found = what_if(store, firm(policies=(policy(6 * MINUTE),)))
    assert found.by_person == {"ada": Both(1, 1), "grace": Both(0, 1), "lea": Both(1, 1)}
    [change] = found.changes
    assert change.old
    assert change.new
    assert (change.old.step, change.new.step) == (1, 2)
    assert change.old.paged_at == change.new.paged_at
    assert found.earlier == found.later == Moved()
    assert (found.other_step, found.to_somebody_else) == (1, 0)


def test_somebody_who_takes_no_turns_any_more_is_paged_no_more(tmp_path: Path) -> None:
    deeds = [did(MONDAY + 5 * MINUTE, "ada", Verb.ACK)]
    store = lived(tmp_path / "own.db", [wrote(1)], deeds, until=MONDAY + 10 * MINUTE)
    found = what_if(store, firm(teams=(without_turns("bea"),)))
    assert found.by_person == {"ada": Both(1, 0), "bea": Both(0, 1)}
    assert found.to_somebody_else == 1
    assert [(c.old and c.old.paged, c.new and c.new.paged) for c in found.changes] == [
        ("ada", "bea")
    ]


def test_a_new_team_for_what_it_owns_gets_its_cases(tmp_path: Path) -> None:
    safety = Team(name="safety", members=("tom",), owns={"danger": ("fire", "burnt")})
    new = firm(teams=(CARE, safety))
    found = what_if(lived(tmp_path / "own.db", [wrote(1), wrote(2, "kim", DANGER)]), new)
    assert found.by_team["safety"].old == 0
    assert found.by_team["safety"].new > 0
    changed = {change.opening.post: change for change in found.changes}
    assert changed["2"].new is not None
    assert (changed["2"].new.team, changed["2"].new.paged) == ("safety", "tom")
    # At the last step each message asks for both, and the new ladder has another rhythm there.
    other = changed["1"]
    assert other.old is not None
    assert other.new == replace(other.old, pages=other.new.pages if other.new else 0)


def test_what_the_new_rules_do_not_allow_is_counted_and_named(tmp_path: Path) -> None:
    """Bea is of the team no longer: her acknowledgement is refused, and the case climbs on."""
    store = lived(tmp_path / "own.db", [wrote(1)], [did(MONDAY + MINUTE, "bea", Verb.ACK)])
    found = what_if(store, firm(teams=(CARE.model_copy(update={"members": ("ada",)}),)))
    [refused] = found.refused_by_new
    assert (refused.by, refused.verb, refused.kind, refused.number) == ("bea", "ack", "case", 1)
    assert "not of team care" in refused.why
    assert found.done == Both(1, 0)
    assert found.by_person["lea"].old < found.by_person["lea"].new


def test_whom_the_new_rules_lack_does_nothing_and_is_counted(tmp_path: Path) -> None:
    store = lived(tmp_path / "own.db", [wrote(1)], [did(MONDAY + MINUTE, "bea", Verb.ACK)])
    new = firm(
        people=tuple(person for person in firm().people if person.name != "bea"),
        teams=(CARE.model_copy(update={"members": ("ada",)}),),
    )
    found = what_if(store, new)
    assert found.unknown == ({}, {"bea": 1})
    assert found.refused_by_new == ()


def test_a_case_that_only_other_rules_open_is_told_apart(tmp_path: Path) -> None:
    store = lived(tmp_path / "own.db", [wrote(1), wrote(2, "kim", DANGER)])
    old = firm()
    new = firm(brands=(old.brands[0].model_copy(update={"exclude": ("charger",)}),))
    found = what_if(store, new)
    assert (found.cases, found.only_old, found.only_new) == (Both(2, 1), 1, 0)
    back = what_if(store, old, old=new)
    assert (back.cases, back.only_old, back.only_new) == (Both(1, 2), 0, 1)


def test_an_edit_counts_from_when_it_was_seen(tmp_path: Path) -> None:
    """The case begins with the words that were complained with, not with today's."""
    first = wrote(1, words="@Acme is a shop that I have heard of")
    later = edited(first, URGENT_LATER, MONDAY + 2 * HOUR)
    store = lived(tmp_path / "own.db", [first, later])
    with open_history(store, timedelta(days=90)) as history:
        told, _ = run_both(history, firm(), firm())
        kinds = [event.observation.kind for event in history.events() if hasattr(event, "source")]
    assert kinds == [Kind.POST, Kind.EDIT]
    assert [course.opened_at for course in told.cases.values()] == [MONDAY + 2 * HOUR]


URGENT_LATER = "@Acme charged me twice, third time asking for a refund, no reply"


def test_our_own_reply_is_replayed(tmp_path: Path) -> None:
    reply = wrote(2, "acme-help", "@Acme is sorry", at=MONDAY + 4 * MINUTE, in_reply_to="1")
    store = lived(tmp_path / "own.db", [wrote(1), reply])
    with open_history(store, timedelta(days=90)) as history:
        told, _ = run_both(history, firm(), firm())
    [course] = told.cases.values()
    assert course.owned_at == MONDAY + 4 * MINUTE
    # The owner's page, and hours later the executive's: it was urgent and nobody has closed it.
    assert course.pages == 2


def test_storms_that_people_declare_are_declared_again(tmp_path: Path) -> None:
    deeds = [
        Scripted(MONDAY + MINUTE, Action(Verb.DECLARE, "lea"), brand="Acme"),
        Scripted(MONDAY + 2 * MINUTE, Action(Verb.ACK, "lea"), incident=1),
        Scripted(MONDAY + 30 * MINUTE, Action(Verb.CONTAIN, "lea", reason="calm"), incident=1),
    ]
    store = lived(tmp_path / "own.db", [wrote(1)], deeds)
    found = what_if(store, firm())
    assert found.is_none
    assert (found.storms, found.done) == (Both(1, 1), Both(3, 3))
    brand = firm().brands[0].model_copy(update={"name": "Bolt", "terms": ("acme",)})
    without_brand = firm(brands=(brand,))
    refused = what_if(store, without_brand).refused_by_new
    assert [one.why for one in refused] == ["there is no brand Acme"] * 3


def test_people_who_have_left_are_still_known(tmp_path: Path) -> None:
    """Inactive is not unknown: what they did is refused, with the reason."""
    store = lived(tmp_path / "own.db", [wrote(1)], [did(MONDAY + MINUTE, "bea", Verb.ACK)])
    people = tuple(
        Person(name=name, active=name != "bea", contacts=firm().people[0].contacts)
        for name in PEOPLE
    )
    [refused] = what_if(store, firm(people=people)).refused_by_new
    assert refused.why == "bea is no active person"


def test_two_processes_tell_what_one_tells(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = firm(policies=(policy(5 * MINUTE),))
    alone = what_if(day, new)
    monkeypatch.setattr(running, "MANY_POSTS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert what_if(day, new) == alone
    assert not alone.is_none


def test_a_process_that_ends_before_its_time_is_said(
    day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MANY_POSTS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(aside, "serve", past.end_at_once)
    with pytest.raises(HistoryRefused, match="ended before its time"):
        what_if(day, firm())
