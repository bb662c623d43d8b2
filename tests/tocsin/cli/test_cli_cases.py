"""cases and incidents: who may do what on the command line, and what is said when they may not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import FIRST, complain, new_firm
from tocsin.refusals import because

CONTRACT = ["--reason", "needs the bank", "--told", "an answer by noon"]

# The replayed store has three open cases: 1 (billing), 2 (delivery) and 3 (service).

# What closing an urgent case asks for.
ACCOUNT = ["--cause", "care", "--cost", "15", "--money", "0", "--done", "refunded"]
ACCOUNT += ["--rest", "nothing, because it was one customer"]


def test_open_cases_are_listed_the_most_urgent_first(tocsin: Any, store: Path) -> None:
    listed = tocsin("cases", "list", "--db", store)
    assert listed.code == 0
    head, *lines = listed.out.splitlines()
    assert all(re.search(r" (acknowledge by|held until) 2026-\S+ \S+ UTC ", one) for one in lines)
    assert head.split() == ["number", "level", "state", "owner", "due", "age", "topic"]
    numbers = [int(line.split()[0]) for line in lines]
    assert numbers == [1, 3, 2]
    rows = tocsin("cases", "list", "--db", store, "--json").rows
    assert [row["number"] for row in rows] == numbers
    assert {row["brand"] for row in rows} == {"Acme"}


def test_a_case_of_no_known_topic_is_listed_without_one(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    line, *_ = posts.read_text().splitlines()
    row = {**json.loads(line), "text": "My Acme kettle is broken again, nobody picks up"}
    posts.write_text(line.replace('"1"', '"0"').replace("ann", "eve") + "\n" + json.dumps(row))
    tocsin("replay", posts, "--db", "kept.db")
    rows = tocsin("cases", "list", "--db", "kept.db", "--json").rows
    assert sorted((row["topic"] or "", row["team"]) for row in rows) == [
        ("", "care"),
        ("billing", "care"),
    ]
    listed = tocsin("cases", "list", "--db", "kept.db").out
    assert sorted(line.split("Acme: ")[1] for line in listed.splitlines()[1:]) == ["billing", "–"]
    (bare,) = (row["number"] for row in rows if row["topic"] is None)
    headline = tocsin("cases", "show", bare, "--db", "kept.db").out.splitlines()[0]
    assert headline.endswith(" · Acme")


def test_a_closed_case_is_listed_only_with_all(tocsin: Any, store: Path) -> None:
    tocsin("cases", "resolve", 1, "--as", "grace", *ACCOUNT, "--db", store)
    opened = tocsin("cases", "list", "--db", store, "--json").rows
    every = tocsin("cases", "list", "--db", store, "--json", "--all").rows
    assert {row["number"] for row in every} - {row["number"] for row in opened} == {1}


def test_without_cases_it_says_so(tocsin: Any, store: Path) -> None:
    for number in (1, 2, 3):
        tocsin("cases", "dismiss", number, "--as", "grace", "--reason", "spam", "--db", store)
    assert tocsin("cases", "list", "--db", store).out == "No open cases.\n"
    assert tocsin("cases", "list", "--db", store, "--json").out == ""


def test_a_case_shows_its_words_its_owner_its_waits_and_its_history(
    tocsin: Any, store: Path
) -> None:
    (row,) = tocsin("cases", "show", 1, "--db", store, "--json").rows
    assert row["owner"] == "grace"
    assert row["said"][0]["author"] == "ann"
    assert "charged me twice" in row["said"][0]["text"]
    assert row["due"]
    assert row["history"][0]["event"] == "case_opened"
    shown = tocsin("cases", "show", 1, "--db", store).out
    assert "owner: grace" in shown
    assert "charged me twice" in shown


def state(tocsin: Any, store: Path, number: int = 1) -> tuple[str, str]:
    (row,) = tocsin("cases", "show", number, "--db", store, "--json").rows
    return row["state"], row["owner"]


@pytest.mark.parametrize(
    ("actions", "after"),
    [
        pytest.param([["ack", "--as", "ada"]], ("owned", "ada"), id="who acknowledges owns it"),
        pytest.param(
            [["assign", "--as", "grace", "--to", "ada"]], ("new", "ada"), id="an executive assigns"
        ),
        pytest.param(
            [["ack", "--as", "ada"], ["handoff", "--as", "ada", "--to", "grace", *CONTRACT]],
            ("owned", "ada"),
            id="who hands over owns it until it is accepted",
        ),
        pytest.param(
            [
                ["ack", "--as", "ada"],
                ["handoff", "--as", "ada", "--to", "grace", *CONTRACT],
                ["accept", "--as", "grace"],
            ],
            ("owned", "grace"),
            id="who accepts owns it",
        ),
        pytest.param(
            [
                ["ack", "--as", "ada"],
                ["handoff", "--as", "ada", "--to", "grace", *CONTRACT],
                ["decline", "--as", "grace"],
            ],
            ("owned", "ada"),
            id="who declines leaves it where it was",
        ),
        pytest.param(
            [
                ["ack", "--as", "ada"],
                ["snooze", "--as", "ada", "--for", "2h", "--reason", "asked the bank"],
            ],
            ("snoozed", "ada"),
            id="it may be put off",
        ),
        pytest.param(
            [["resolve", "--as", "grace", *ACCOUNT]],
            ("closed", "grace"),
            id="it is resolved",
        ),
        pytest.param(
            [["dismiss", "--as", "grace", "--reason", "not us"]],
            ("closed", "grace"),
            id="it is dismissed",
        ),
        pytest.param(
            [
                ["resolve", "--as", "grace", *ACCOUNT],
                ["reopen", "--as", "grace", "--reason", "again"],
            ],
            ("new", "grace"),
            id="it is opened again",
        ),
    ],
)
def test_what_people_do_changes_state_and_owner(
    tocsin: Any, store: Path, actions: list[list[str]], after: tuple[str, str]
) -> None:
    for verb, *options in actions:
        done = tocsin("cases", verb, 1, *options, "--db", store)
        assert (done.code, done.err) == (0, "")
    assert state(tocsin, store) == after
    assert tocsin("ledger", "verify", "--db", store).code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        pytest.param(["ack", "99", "--as", "ada"], "there is no case 99", id="no such case"),
        pytest.param(["ack", "1", "--as", "eve"], "eve is no active person", id="a stranger acts"),
        pytest.param(["ack", "1", "--as", ""], "is no active person", id="nobody acts"),
        pytest.param(
            ["assign", "1", "--as", "grace", "--to", "eve"],
            "eve is no active person",
            id="it is given to a stranger",
        ),
        pytest.param(["accept", "1", "--as", "ada"], "", id="nothing was offered"),
        pytest.param(
            ["resolve", "1", "--as", "grace", "--cause", "a\nb"], "cause", id="a cause in two lines"
        ),
        pytest.param(
            ["snooze", "1", "--as", "grace", "--for", "2h", "--reason", "x"],
            "acknowledge it, then put it off",
            id="it is put off unacknowledged",
        ),
        pytest.param(
            ["reopen", "1", "--as", "ada", "--reason", "x"], "", id="an open case is opened again"
        ),
        pytest.param(
            ["reroute", "1", "--as", "ada", "--to", "nobody", "--reason", "x"],
            "",
            id="it goes to no such team",
        ),
    ],
)
def test_a_refusal_changes_nothing_says_why_and_exits_1(
    tocsin: Any, store: Path, arguments: list[str], why: str
) -> None:
    before = state(tocsin, store)
    refused = tocsin("cases", *arguments, "--db", store)
    assert refused.code == 1
    assert "no change, because" in refused.out
    assert why in refused.out
    assert state(tocsin, store) == before


def test_a_case_is_put_off_for_no_longer_than_its_band_allows(tocsin: Any, store: Path) -> None:
    tocsin("cases", "ack", 1, "--as", "ada", "--db", store)
    options = ["--as", "ada", "--for", "99d", "--reason", "x", "--db", store]
    refused = tocsin("cases", "snooze", 1, *options)
    assert refused.code == 1
    assert "at most" in refused.out


def test_a_raised_hand_takes_a_case(tocsin: Any, store: Path) -> None:
    assert tocsin("cases", "claim", 2, "--as", "grace", "--db", store).code == 0
    assert state(tocsin, store, 2) == ("owned", "grace")


def test_who_resolves_what_is_not_theirs_is_told_to_take_it_first() -> None:
    firm = new_firm()
    case = Ref("case", complain(firm, 1))
    action = Action(Verb.RESOLVE, FIRST)
    why = str(firm.write(lambda desk: firm.house.engine.act(desk, case, action, firm.now)))
    with firm.house.store.borrow() as desk:
        said = because(firm.house, desk.subject(case), action, why, desk)
    assert said.endswith(f"take it first: `tocsin cases claim 1 --as {FIRST}`")


def test_several_cases_are_acted_on_at_once_each_with_its_answer(tocsin: Any, store: Path) -> None:
    done = tocsin("cases", "ack", 1, 99, 3, "--as", "ada", "--db", store)
    assert done.code == 0
    first, missing, third = done.out.splitlines()
    assert first.startswith("Case 1: ada has acknowledged it and owns it now. Next, ")
    assert missing.startswith("Case 99: no change")
    assert third.startswith("Case 3: ada has acknowledged it and owns it now. Next, ")


def test_a_typed_reason_is_shown_without_its_control_bytes(tocsin: Any, store: Path) -> None:
    reason = "called \x1b[2J the bank\udcff\x07\nand again"
    assert tocsin("cases", "note", 1, "--as", "ada", "--reason", reason, "--db", store).code == 0
    shown = tocsin("cases", "show", 1, "--db", store).out
    assert "the bank" in shown
    assert all(character == "\n" or character.isprintable() for character in shown)


def test_an_incident_is_declared_acknowledged_contained_and_shown(tocsin: Any, store: Path) -> None:
    why = ("--reason", "it is on the news")
    declared = tocsin("incidents", "declare", "Acme", "--as", "ada", *why, "--db", store)
    assert declared.code == 0
    assert declared.out.startswith("Incident 1: ada has declared a storm over Acme; ")
    for verb in ("ack", "contain"):
        assert tocsin("incidents", verb, 1, "--as", "ada", "--db", store).code == 0
    (row,) = tocsin("incidents", "show", 1, "--db", store, "--json").rows
    assert (row["level"], row["owner"]) == ("contained", "ada")
    (listed,) = tocsin("incidents", "list", "--db", store, "--json").rows
    assert listed["number"] == 1
    assert "Acme" in tocsin("incidents", "list", "--db", store).out


def test_without_incidents_it_says_so(tocsin: Any, store: Path) -> None:
    assert tocsin("incidents", "list", "--db", store).out == "No open incidents.\n"


@pytest.mark.parametrize(
    ("option", "numbers"),
    [
        pytest.param(("--aspect", "delivery"), [2], id="by what they complain about"),
        pytest.param(("--journey", "delivery"), [2], id="by the stage of the journey"),
    ],
)
def test_cases_are_listed_by_what_they_are_about(
    tocsin: Any, store: Path, option: tuple[str, str], numbers: list[int]
) -> None:
    rows = tocsin("cases", "list", "--db", store, *option, "--json").rows
    assert [row["number"] for row in rows] == numbers


@pytest.mark.parametrize("option", ["--aspect", "--journey"])
def test_an_aspect_or_stage_that_is_none_is_refused(tocsin: Any, store: Path, option: str) -> None:
    refused = tocsin("cases", "list", "--db", store, option, "bilings")
    assert refused.code == 2
    assert f'{option} "bilings" is none. Known: ' in refused.err


def test_a_case_says_what_it_is_about(tocsin: Any, store: Path) -> None:
    shown = tocsin("cases", "show", "2", "--db", store)
    assert "complains about: delivery" in shown.out
    assert "journey: delivery" in shown.out
    (row,) = tocsin("cases", "show", "2", "--db", store, "--json").rows
    assert (row["aspects"][0], row["journey"]) == ("delivery", ["delivery"])
