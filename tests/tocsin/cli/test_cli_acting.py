"""Every action of the command line: who did it and where is on record, twice is once, and what
cannot be done is said in words."""

import io
import json
import re
import shlex
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.decision import Offered, TimerKind
from escalation.incidents import Spike
from escalation.numbers import MOST_INTEGER
from escalation.subject import Ref
from tocsin.cli import main
from tocsin.cli.common import opened
from tocsin.confirming import DONE as CONFIRMED
from tocsin.deeds import DEEDS
from tocsin.store import Unit
from tocsin.waits import BRIEF, NEXT
from tocsin.wiring import House

# The replayed store has three open cases, and two people: ada, on call, and grace, the executive.
SPIKE = Spike(storm=False, people=9, posts=9, minutes=60, usual=1.0, sentence="9 people in 1 h")
STORM = "incidents declare Acme --as ada --reason news"
TAKEN, OFFERED = "ack 1 --as ada", "handoff 1 --as ada --to grace --reason bank --told noon"
ACCOUNT = "--cost 5 --money 10 --done paid --rest told"
HID = "hid 1 --as ada --what deleted --why spam --link https://x.example/1 --second grace"
ASKED = "permission 1 --as ada --reason refund --money 50"

# What must have been done before, and the command, on subject 1 of the kind.
DONE: dict[str, list[tuple[list[str], str]]] = {
    "case": [
        ([], "ack 1 --as ada"),
        ([], "claim 1 --as ada"),
        ([], "assign 1 --as grace --to ada --reason 'she knows them'"),
        ([TAKEN], OFFERED),
        ([TAKEN, OFFERED], "accept 1 --as grace"),
        ([TAKEN, OFFERED], "decline 1 --as grace --reason 'not mine'"),
        ([], "escalate 1 --as ada"),
        ([TAKEN], "note 1 --as ada --reason called"),
        ([TAKEN], "snooze 1 --as ada --for 2h --reason bank"),
        ([], "reroute 1 --as ada --to press --reason 'not ours'"),
        ([TAKEN], "replied 1 --as ada --link https://example.com/reply"),
        ([TAKEN], "cause 1 --as ada --cause care"),
        ([TAKEN], ASKED),
        ([TAKEN, ASKED], "grant 1 --as grace"),
        ([TAKEN, ASKED], "refuse 1 --as grace --reason 'too much'"),
        ([TAKEN], f"resolve 1 --as ada --cause care {ACCOUNT}"),
        ([TAKEN], "wont-act 1 --as grace --reason 'a fake' --cause care"),
        ([], "dismiss 1 --as grace --kind not-us --reason 'the band'"),
        (["dismiss 1 --as grace --reason 'not us'"], "reopen 1 --as ada --reason again"),
        ([], HID),
        ([HID], "confirm-hid 1 --as grace"),
        ([HID], "refuse-hid 1 --as grace --reason 'a question'"),
    ],
    "incident": [
        ([], "ack 1 --as ada"),
        ([], "claim 1 --as ada"),
        ([], "assign 1 --as grace --to grace"),
        ([TAKEN], OFFERED),
        ([TAKEN, OFFERED], "accept 1 --as grace"),
        ([TAKEN, OFFERED], "decline 1 --as grace"),
        ([], "escalate 1 --as ada"),
        ([TAKEN], "note 1 --as ada --reason called"),
        ([TAKEN], "snooze 1 --as ada --for 2h --reason bank"),
        ([TAKEN], "update 1 --as ada --reason 'statement is out'"),
        ([STORM, "ack 2 --as ada"], "contain 2 --as ada"),
        ([STORM], "merge 1 --into 2 --as grace"),
        ([], "dismiss 1 --as ada --reason 'a joke'"),
        ([], "reroute 1 --as ada --to press --reason 'not ours'"),
        ([TAKEN], "cause 1 --as ada --cause care"),
        ([TAKEN], "wont-act 1 --as grace --reason 'a fake' --cause care"),
        ([TAKEN], f"resolve 1 --as ada --cause care {ACCOUNT} --reason 'a wrong run'"),
    ],
    "fault": [
        ([], "ack 1 --as ada"),
        ([], "claim 1 --as ada"),
        ([], "assign 1 --as grace --to grace"),
        ([TAKEN], OFFERED),
        ([TAKEN, OFFERED], "accept 1 --as grace"),
        ([TAKEN, OFFERED], "decline 1 --as grace"),
        ([], "escalate 1 --as ada"),
        ([TAKEN], "note 1 --as ada --reason called"),
        ([], "resolve 1 --as ada --reason mended"),
    ],
}
SAID = re.compile(
    r"(Case|Incident|Fault) \d+: (ada|grace) has [a-z].*\. "
    r"(Next, 20\d\d-\d\d-\d\d \d\d:\d\d UTC: [a-z].+|Nothing is left to do)\.\n"
)
EVERY = [(kind, before, line) for kind, rows in DONE.items() for before, line in rows]


def ids(value: object) -> str:
    return " then ".join(value) if isinstance(value, list) else str(value)


@pytest.fixture
def house(store: Path, tmp_path: Path) -> Path:
    """The store with a watch on billing and a fault beside its cases, and a second team."""
    config = tmp_path / "tocsin.toml"
    with config.open("a") as file:
        file.write('\n[[teams]]\nname = "press"\nmembers = ["grace"]\n')

    def happen(desk: Unit, house: House) -> None:
        now = house.clock.now()
        house.engine.spike(desk, "Acme", "billing", SPIKE, now)
        house.engine.fault(desk, "source:x", "it does not answer", now)

    with opened(config, store) as opened_house:
        opened_house.store.write(lambda desk: happen(desk, opened_house))
    return store


def said(tocsin: Any, kind: str, line: str, store: Path) -> Any:
    words = shlex.split(line)
    words = words if words[0] == "incidents" else [f"{kind}s", *words]
    return tocsin(*words, "--db", store)


def last_entry(store: Path, subject: str) -> tuple[str, dict[str, Any]]:
    with closing(sqlite3.connect(store)) as connection:
        return next(
            (name, json.loads(facts))
            for name, facts in connection.execute(
                "select s.name, l.facts from ledger l join staff s on s.id = l.actor "
                "where l.subject = ? order by l.number desc",
                (subject,),
            )
        )


def not_yet(done: Any) -> bool:
    """Verbs that the engine does not take for this kind."""
    return "cannot be changed by" in done.out


def lowered(store: Path, kind: str) -> None:
    """Put subject 1 back to its first step: nobody has answered for days, so that it stands at the
    last one, from where it neither climbs nor is claimed."""
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            f"update {kind}s set owner = 'ada', step = 0, asked = '[\"ada\"]', "
            "paged_at = 1000 where number = 1"
        )


@pytest.mark.parametrize(("kind", "before", "line"), EVERY, ids=ids)
def test_the_ledger_keeps_who_did_it_and_that_it_was_done_here(
    tocsin: Any, house: Path, kind: str, before: list[str], line: str
) -> None:
    is_lowered = line.split()[0] in ("claim", "escalate")
    if is_lowered:
        lowered(house, kind)
    for earlier in before:
        done = said(tocsin, kind, earlier, house)
        if not_yet(done):
            pytest.skip(done.out)
        assert done.code == 0, done
    done = said(tocsin, kind, line, house)
    if not_yet(done):
        pytest.skip(done.out)
    assert (done.code, done.err) == (0, ""), done
    assert SAID.fullmatch(done.out), "who did what, and what comes next"
    number, actor = line.split()[1], line.split("--as ")[1].split()[0]
    who, facts = last_entry(house, f"{kind}:{number}")
    assert (who, facts["via"]) == (actor, "cli")
    verified = tocsin("ledger", "verify", "--db", house)
    assert "all as written" in verified.out
    # What was put back by hand is in no entry.
    assert verified.code == 0 or is_lowered


def test_every_command_that_acts_is_tried() -> None:
    tried = {(kind, line.split()[0]) for kind, _, line in EVERY}
    assert tried == {(kind, deed.name) for kind, deeds in DEEDS.items() for deed in deeds}


def test_a_declared_storm_is_on_record_with_who_and_where(tocsin: Any, store: Path) -> None:
    told = tocsin("incidents", "declare", "Acme", "--as", "ada", "--reason", "news", "--db", store)
    assert told.out.startswith(
        "Incident 1: ada has declared a storm over Acme; ada owns it. Next, "
    )
    who, facts = last_entry(store, "incident:1")
    assert (who, facts["via"]) == ("ada", "cli")
    assert "news" in tocsin("incidents", "show", 1, "--db", store).out


@pytest.mark.parametrize(
    ("first", "line", "why"),
    [
        pytest.param(
            ["cases ack 1 --as ada"], "cases ack 1 --as ada", "ada has it", id="acknowledged"
        ),
        pytest.param(
            [], "cases accept 1 --as ada", "nobody has offered it", id="accepted without an offer"
        ),
        pytest.param(
            ["cases dismiss 1 --as grace --kind spam"],
            "cases dismiss 1 --as grace --kind spam",
            "closed",
            id="dismissed",
        ),
        pytest.param([STORM], STORM, "storm already", id="declared"),
        pytest.param(
            [], "cases assign 1 --as grace --to adda", "did you mean ada?", id="a name mistyped"
        ),
        pytest.param([], "cases ack 1 --as Grase", "did you mean grace?", id="one's own mistyped"),
        pytest.param(
            [],
            "cases reroute 1 --as ada --to pres --reason x",
            "did you mean press?",
            id="a team mistyped",
        ),
        pytest.param(
            [], "cases ack 1 --as zebedee", "nobody so. Known: ada, grace.", id="no name is near"
        ),
    ],
)
def test_what_changes_nothing_says_why_and_exits_1(
    tocsin: Any, house: Path, first: list[str], line: str, why: str
) -> None:
    for earlier in first:
        assert tocsin(*shlex.split(earlier), "--db", house).code == 0
    refused = tocsin(*shlex.split(line), "--db", house)
    assert refused.code == 1
    assert "no change, because" in refused.out
    assert why in refused.out


def test_a_number_given_twice_is_acted_on_once(tocsin: Any, store: Path) -> None:
    done = tocsin("cases", "ack", 1, 1, "--as", "ada", "--db", store)
    assert done.code == 0
    assert done.out.startswith("Case 1: ada has acknowledged it and owns it now. Next, ")
    assert done.out.count("Case 1") == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("cases ack 0 --as ada", "is no number", id="nought"),
        pytest.param("cases ack -- -4", "is no number", id="below nought"),
        pytest.param(
            f"cases ack {MOST_INTEGER + 1} --as ada", "is no number", id="too large a number"
        ),
        pytest.param("cases ack one --as ada", "is no number", id="a word for a number"),
        pytest.param("cases ack 1", "--as", id="nobody acts"),
        pytest.param("cases snooze 1 --as ada --for soon --reason x", "duration", id="no duration"),
        pytest.param(
            "cases snooze 1 --as ada --for 999999w --reason x", "too long", id="a long duration"
        ),
        pytest.param(f"cases note 1 --as ada --reason {'x' * 10_000}", "at most 2000", id="10 kB"),
        pytest.param(f"cases ack 1 --as {'x' * 65}", "at most 64", id="a long name"),
        pytest.param("cases replied 1 --as ada --link nowhere", "no address", id="no address"),
        pytest.param("cases resolve 1 --as ada --cost -1", "whole minutes", id="less than no work"),
        pytest.param(
            "incidents merge 1 --into 0 --as ada", "number of an incident", id="into nothing"
        ),
        pytest.param("cases list --band urgent", "Known: storm, p1, now", id="no such band"),
        pytest.param("cases list --state watch", "Known: new, owned", id="no such state"),
        pytest.param("incidents list --state dozing", "contained", id="no such level"),
        pytest.param("cases handoffs --since always", "duration", id="no such time"),
        pytest.param(
            "incidents declare Nobody --as ada --reason x", "Known: Acme", id="no such brand"
        ),
        pytest.param("incidents declare Acme --as ada", "--reason", id="a storm without a reason"),
        pytest.param(
            "incidents declare Acme --as ada --reason ' '", "is blank", id="or with a blank one"
        ),
        pytest.param("cases note 1 --as ada --reason ' '", "is blank", id="a blank note"),
        pytest.param("cases reroute 1 --as ada --to press", "--reason", id="no reason to reroute"),
        pytest.param(
            "cases dismiss 1 --as ada --kind whatever",
            '"whatever" is none. Known: not-a-complaint, not-us, spam, withdrawn',
            id="no kind of dismissal",
        ),
        pytest.param(
            "cases dismiss 1 --as ada --reason whatever",
            "--kind is missing. Known: not-a-complaint",
            id="a dismissal of no kind",
        ),
        pytest.param("cases list --owner zed", 'owner "zed" is none. Known: ada', id="no owner"),
        pytest.param("faults list --team zed", 'team "zed" is none. Known: care', id="no team"),
    ],
)
def test_a_wrong_command_is_answered_in_a_sentence_and_exits_2(
    tocsin: Any, store: Path, line: str, says: str
) -> None:
    before = store.read_bytes()
    wrong = tocsin(*shlex.split(line)[:2], "--db", store, *shlex.split(line)[2:])
    assert wrong.code == 2
    assert says in wrong.err
    assert len(wrong.err) < 1000
    assert store.read_bytes() == before


class Terminal(io.StringIO):
    """A terminal at which somebody has typed these lines already."""

    def isatty(self) -> bool:
        return True


Typing = Callable[..., str]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch, store: Path) -> Typing:
    """Run a command at a terminal, with lines typed; what it showed."""

    def run(line: str, *typed: str, code: int = 0) -> str:
        shown = Terminal()
        config = store.parent / "tocsin.toml"
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", Terminal("".join(f"{one}\n" for one in typed)))
            patch.setattr(sys, "stdout", shown)
            with pytest.raises(SystemExit) as ended:
                main([*shlex.split(line), "--db", str(store), "--config", str(config)])
        assert ended.value.code == code, shown.getvalue()
        return shown.getvalue()

    return run


def test_on_a_terminal_closing_an_urgent_case_asks_for_what_is_missing(
    tocsin: Any, typing: Typing, store: Path
) -> None:
    answers = ("", "25", "-3", "40", "refunded", "the run is stopped")
    shown = typing("cases resolve 1 --as grace", *answers)
    assert "Which function caused it [care]" in shown
    (row,) = tocsin("cases", "show", 1, "--db", store, "--json").rows
    assert (row["state"], row["cause"], row["cost"]) == ("closed", "care", 25)


def test_on_a_terminal_each_answer_is_checked_where_it_is_typed(
    tocsin: Any, typing: Typing, store: Path
) -> None:
    answers = ("weather", "care", "20m", "20", "£5", "5", "nothing", "paid", "", "told")
    shown = typing("cases resolve 1 --as grace", *answers)
    assert "Functions: care\n" in shown
    assert shown.count("Which function caused it [care]") == 2
    assert 'no function named "weather"' in shown
    assert shown.count("a whole number, 0 or more, without a sign") == 2
    assert 'or "nothing, because ..."' in shown
    assert 'where nothing was done, say why: "nothing, because …"' in shown
    assert "it takes an answer in words" in shown
    (row,) = tocsin("cases", "show", 1, "--db", store, "--json").rows
    told = (row["cause"], row["cost"], row["money"], row["done"], row["done_for_rest"])
    assert told == ("care", 20, 5, "paid", "told")


def test_what_was_typed_is_not_lost_where_it_is_refused(typing: Typing) -> None:
    shown = typing("cases resolve 1 --as eve", "", "20", "5", "we paid", "told", code=1)
    command = (
        "To try again with what you typed: tocsin cases resolve 1 --as eve --cause care --cost 20 "
        "--money 5 --done 'we paid' --rest told"
    )
    assert shown.splitlines()[-1] == command


def test_on_a_terminal_what_was_given_and_is_wrong_is_refused_before_anything_is_asked(
    typing: Typing,
) -> None:
    shown = typing("cases resolve 1 --as grace --cause weather", code=1)
    assert 'no function named "weather"' in shown
    assert "to be closed" not in shown


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(
            "cases resolve 1 --as ada --money 12.50",
            '--money "12.50" cannot be used: write whole units of the currency, without sign, '
            "point or comma, such as --money 250.",
            id="pence",
        ),
        pytest.param(
            "cases permission 1 --as ada --money £250", "such as --money 250.", id="a sign"
        ),
        pytest.param(
            "cases resolve 1 --as ada --cost 20m",
            '--cost "20m" cannot be used: write whole minutes of work, such as --cost 20.',
            id="a unit",
        ),
        pytest.param(
            "incidents merge 1 --as ada --into two",
            '--into "two" cannot be used: write the number of an incident, such as --into 3.',
            id="an incident in words",
        ),
        pytest.param(
            "cases ack x --as ada",
            '"x" is no number. Write it as the alerts show it, such as 17.',
            id="a case in words",
        ),
        pytest.param("cases show 0", '"0" is no number.', id="the case nought"),
        pytest.param("silence end all --as ada", '"all" is no number.', id="a silence in words"),
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence_of_ours(
    tocsin: Any, store: Path, line: str, says: str
) -> None:
    refused = tocsin(*shlex.split(line), "--db", store)
    assert refused.code == 2
    assert says in refused.err
    assert "Usage" not in refused.err


def test_on_a_terminal_what_was_given_is_not_asked_again(typing: Typing) -> None:
    given = "--cause care --cost 5 --money 0 --done paid"
    shown = typing(f"cases resolve 1 --as grace {given}", "told")
    assert "Which function" not in shown
    assert "Minutes" not in shown
    assert "everybody else" in shown


def test_on_a_terminal_only_closing_asks(typing: Typing) -> None:
    assert "Which function" not in typing("cases note 1 --as ada --reason x")


def test_a_hand_off_is_shown_with_what_was_agreed_and_counted(tocsin: Any, house: Path) -> None:
    def agreed(desk: Unit, now: datetime) -> None:
        case = desk.subject(Ref("case", 1))
        assert case is not None
        offer = Offered("grace", "press", "the bank \x1b[2J", "by noon")
        desk.offered(case, offer, "ada", now - timedelta(minutes=9))
        desk.answered(case.ref, "accepted", now - timedelta(minutes=8))

    with opened(house.parent / "tocsin.toml", house) as built:
        built.store.write(lambda desk: agreed(desk, built.clock.now()))
    shown = tocsin("cases", "show", 1, "--db", house).out
    assert "grace (care) → grace (press): accepted after 1 min" in shown
    assert "why: the bank" in shown
    assert "the customer was told: by noon" in shown
    assert "\x1b" not in shown
    (row,) = tocsin("cases", "show", 1, "--db", house, "--json").rows
    (contract,) = row["contracts"]
    assert (contract["outcome"], contract["told"]) == ("accepted", "by noon")
    (pair,) = tocsin("cases", "handoffs", "--db", house, "--json").rows
    assert (pair["from_team"], pair["to_team"], pair["accepted"]) == ("care", "press", 1)
    assert pair["median_seconds"] == 60
    assert "care → press" in tocsin("cases", "handoffs", "--db", house).out
    later = tocsin("cases", "handoffs", "--since", "5m", "--db", house)
    assert later.out == "No hand-offs in the last 5m.\n"


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        pytest.param([], {1, 2, 3}, id="without a wish: all that are open"),
        pytest.param(["--mine", "ada"], {2}, id="one's own"),
        pytest.param(["--owner", "grace"], {1, 3}, id="somebody's"),
        pytest.param(["--team", "care"], {1, 2, 3}, id="a team's"),
        pytest.param(["--team", "press"], set(), id="another team's"),
        pytest.param(["--state", "owned"], {2}, id="what somebody is at work on"),
        pytest.param(["--state", "closed"], set(), id="what is closed"),
        pytest.param(["--mine", "ada", "--state", "new"], set(), id="both at once"),
    ],
)
def test_a_list_holds_what_was_wished(
    tocsin: Any, house: Path, options: list[str], numbers: set[int]
) -> None:
    assert tocsin("cases", "ack", 2, "--as", "ada", "--db", house).code == 0
    rows = tocsin("cases", "list", *options, "--db", house, "--json").rows
    assert {row["number"] for row in rows} == numbers


def test_a_list_by_urgency_takes_the_word_that_people_see(tocsin: Any, store: Path) -> None:
    rows = tocsin("cases", "list", "--db", store, "--json").rows
    urgent = {row["number"] for row in rows if row["band"] == "P1"}
    for word in ("P1", "now", "NOW"):
        listed = tocsin("cases", "list", "--band", word, "--db", store, "--json").rows
        assert {row["number"] for row in listed} == urgent != set()


def test_a_list_of_a_mistyped_person_says_whom_it_may_mean(tocsin: Any, store: Path) -> None:
    listed = tocsin("cases", "list", "--mine", "adda", "--db", store)
    assert (listed.code, listed.out) == (2, "")
    assert listed.err == '--owner "adda" is none. Known: ada, grace. Did you mean ada?\n'


def test_a_list_by_a_name_of_old_shows_what_still_bears_it(tocsin: Any, store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("update cases set owner = 'oldtimer' where number = 3")
    rows = tocsin("cases", "list", "--owner", "oldtimer", "--db", store, "--json").rows
    assert [row["number"] for row in rows] == [3]


def test_an_incident_is_listed_by_its_level_and_shown_with_what_was_measured(
    tocsin: Any, house: Path
) -> None:
    (row,) = tocsin("incidents", "list", "--state", "watch", "--db", house, "--json").rows
    assert row["number"] == 1
    assert tocsin("incidents", "list", "--state", "storm", "--db", house, "--json").rows == []
    assert "measured: 9 people in 1 h" in tocsin("incidents", "show", 1, "--db", house).out


def test_a_fault_shows_what_failed(tocsin: Any, house: Path) -> None:
    shown = tocsin("faults", "show", 1, "--db", house).out
    assert "source:x" in shown
    assert "owner: " in shown
    assert "fault_opened" in shown


def test_of_several_shown_the_missing_are_named(tocsin: Any, store: Path) -> None:
    shown = tocsin("cases", "show", 1, 98, 99, "--db", store)
    assert shown.code == 1
    assert "Case 1" in shown.out
    assert shown.err == "There is no case 98.\nThere is no case 99.\n"


def test_what_is_repeated_in_a_history_is_one_line(tocsin: Any, store: Path) -> None:
    shown = tocsin("cases", "show", 1, "--db", store).out
    (row,) = tocsin("cases", "show", 1, "--db", store, "--json").rows
    again = [entry for entry in row["history"] if entry["event"] == "paged_again"]
    assert len(again) > 20 > shown.count("paged_again")
    assert " × " in shown


def test_a_history_names_who_was_asked_at_each_step(tocsin: Any, store: Path) -> None:
    shown = tocsin("cases", "show", 1, "--db", store).out
    assert "UTC  escalated to grace  engine\n" in shown
    assert " escalated to grace by engine\n" in tocsin("explain", "1", "--db", store).out
    (row,) = tocsin("cases", "show", 1, "--db", store, "--json").rows
    owners = [entry["owner"] for entry in row["history"] if entry["event"] != "paged_again"]
    assert owners[:2] == ["ada", "grace"]


def test_every_wait_has_words_for_what_its_end_brings() -> None:
    assert set(NEXT) == set(BRIEF) == set(TimerKind)


def test_every_command_that_acts_has_a_sentence_for_what_it_did() -> None:
    deeds = {deed.name for of_kind in DEEDS.values() for deed in of_kind}
    assert set(CONFIRMED) == {*deeds, "declare"}
