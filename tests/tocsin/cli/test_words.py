"""What people read on the command line says what is meant: amounts, reasons, times, and who."""

import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tocsin.cli.conftest import Ended
from tocsin.cli.common import opened

ACK = "cases ack 1 --as ada"
ASKED = "cases permission 1 --as ada --reason refund --money 200"
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"

Run = Callable[..., Ended]


@pytest.fixture
def said(tocsin: Any, store: Path) -> Run:
    """Run lines in a firm that reckons in pounds: ada and lee, and grace above them; oli has left.
    What the last one did."""
    config = store.parent / "tocsin.toml"
    text = config.read_text()
    lee = '[[people]]\nname = "lee"\ncontacts = [{ channel = "terminal", to = "lee" }]\n'
    oli = '[[people]]\nname = "oli"\nactive = false\n'
    team = text.index("[[teams]]")
    teams = text[team:].replace('members = ["ada"', 'members = ["ada", "lee"', 1)
    config.write_text(f'currency = "GBP"\n{text[:team]}{lee}{oli}{teams}')

    def line(*lines: str) -> Ended:
        return [tocsin(*shlex.split(one), "--db", store) for one in lines][-1]

    return line


def test_what_was_permitted_is_shown_with_amount_currency_and_by_whom(said: Run) -> None:
    asked = said(ACK, ASKED)
    assert "ada has asked grace for permission: 200 GBP (refund); ada owns it. Next, " in asked.out
    assert "waits for permission: asked of grace, for 200 GBP\n" in said("cases show 1").out
    granted = said("cases grant 1 --as grace --reason 'once'")
    assert "grace has permitted 200 GBP (refund); ada owns it." in granted.out
    shown = said("cases show 1").out
    pattern = rf"{TIME}  ada asked for 200 GBP \(refund\); granted by grace, {TIME}: once\n"
    assert re.search(pattern, shown)
    (row,) = said("cases show 1 --json").rows
    (one,) = row["permissions"]
    told = {name: one[name] for name in ("asked_by", "money", "why", "outcome", "answered_by")}
    assert told == {
        "asked_by": "ada",
        "money": 200,
        "why": "refund",
        "outcome": "granted",
        "answered_by": "grace",
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("cases refuse 1 --as grace --reason dear", "refused by grace", id="refused"),
        pytest.param(
            "cases dismiss 1 --as grace --kind spam", "withdrawn by grace", id="not needed"
        ),
        pytest.param("cases show 1", "; pending", id="nobody has answered"),
    ],
)
def test_how_a_permission_ended_is_said(said: Run, answer: str, outcome: str) -> None:
    assert said(ACK, ASKED, answer).code == 0
    assert outcome in said("cases show 1").out


HID = "cases hid 1 --as ada --what deleted --why spam --link https://x.example/1 --second grace"


def test_what_was_hidden_is_shown_with_its_reason_and_who_called_it_right(said: Run) -> None:
    hid = said(HID)
    assert "ada has said what was hidden or deleted; grace is asked to confirm it." in hid.out
    pending = r"  deleted by ada: spam \(https://x.example/1\); not confirmed\n"
    assert re.search(TIME + pending, said("cases show 1").out)
    assert "grace has called it not right" not in said("cases refuse-hid 1 --as ada --reason x").out
    refused = said("cases refuse-hid 1 --as grace --reason 'a question'")
    assert "grace has said that it was not right to hide it." in refused.out
    answered = rf"; called not right by grace, {TIME}: a question\n"
    assert re.search(answered, said("cases show 1").out)
    (row,) = said("cases show 1 --json").rows
    (one,) = row["hidings"]
    assert (one["by"], one["what"], one["why"]) == ("ada", "deleted", "spam")
    assert (one["outcome"], one["answered_by"]) == ("called not right", "grace")


def test_criticism_is_no_reason_to_hide_anything(said: Run) -> None:
    refused = said(HID.replace("spam", "criticism"))
    assert refused.code == 1
    assert "criticism is no reason: it is answered, not hidden" in refused.out


def test_a_rerouted_case_is_no_hand_off_that_was_accepted_in_no_time(
    said: Run, store: Path
) -> None:
    config = store.parent / "tocsin.toml"
    config.write_text(config.read_text() + '\n[[teams]]\nname = "press"\nmembers = ["grace"]\n')
    (before,) = said("cases show 1 --json").rows
    moved = said("cases reroute 1 --as grace --to press --reason 'a journalist asks'")
    assert "grace has given it to team press (topic billing); grace owns it now" in moved.out
    shown = said("cases show 1")
    assert "→ grace (press): rerouted\n" in shown.out
    assert "so far: handed over 1, given back 0" in shown.out
    assert "the customer was told" not in shown.out
    (after,) = said("cases show 1 --json").rows
    assert (after["topic"], after["team"]) == (before["topic"], "press")
    (pair,) = said("cases handoffs --json").rows
    assert (pair["accepted"], pair["rerouted"], pair["median_seconds"]) == (0, 1, None)
    unknown = said("cases reroute 1 --as grace --to care --reason x --topic weather")
    assert (unknown.code, 'there is no topic "weather". Known: ' in unknown.out) == (1, True)


def test_a_dismissal_says_what_it_is_and_keeps_ones_own_words(said: Run) -> None:
    assert said("cases dismiss 1 --as grace --kind not-us --reason 'they mean the band'").code == 0
    assert "closed  grace (cli): not us: they mean the band\n" in said("cases show 1").out
    assert said("cases dismiss 2 --as grace --kind spam --reason 'sells watches'").code == 0
    (row,) = said("cases show 2 --json").rows
    assert row["close_reason"] == "spam"
    assert said("cases dismiss 3 --as grace --reason 'Not a complaint'").code == 0


def test_a_declared_storm_says_by_whom_and_why_and_waits_for_nothing_that_is_over(
    said: Run,
) -> None:
    said("incidents declare Acme --as ada --reason 'it is on the news'")
    shown = said("incidents show 1").out
    assert "declared by hand by ada, because it is on the news\n" in shown
    assert "measured" not in shown
    assert "if it has reached nobody" in shown
    (row,) = said("incidents show 1 --json").rows
    assert row["declared"] == "declared by hand by ada, because it is on the news"
    said("incidents ack 1 --as ada")
    assert "if it has reached nobody" not in said("incidents show 1").out
    (row,) = said("incidents list --json").rows
    assert row["next"] != "unreachable"


def test_a_fault_says_what_failed_and_speaks_of_no_cause(said: Run, store: Path) -> None:
    with opened(store.parent / "tocsin.toml", store) as house:
        house.store.write(
            lambda desk: house.engine.fault(desk, "source:x", "it is deaf", house.clock.now())
        )
    shown = said("faults show 1").out
    assert "what failed: it is deaf\n" in shown
    assert "cause" not in shown


def test_a_silence_that_holds_a_case_is_why_nobody_is_paged(said: Run) -> None:
    assert (
        said("silence add --brand Acme --urgent --for 2h --reason bank --as grace --yes").code == 0
    )
    shown = said("explain 1").out
    pattern = rf"nobody now: silence 1 holds case 1 until {TIME} \(by grace: bank\); paged last at"
    assert re.search(pattern, shown)
    assert "{" not in shown, "no dictionary of ours"
    assert re.search(r"priority  case 1: Now, [\d.]+ of 100 points; made of severity ", shown)
    assert "; not known: reach, " in shown
    assert re.search(rf"history  {TIME} case_opened by engine\n", shown)
    assert "None" not in shown


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(
            "cases assign 1 --as grace --to lee",
            rf"lee is no active person: lee is away until {TIME}\.",
            id="to somebody who is away",
        ),
        pytest.param(
            "cases ack 1 --as lee", rf"lee is away until {TIME}\.", id="by somebody who is away"
        ),
        pytest.param(
            "cases assign 1 --as grace --to oli",
            r"oli has left \(active = false in \[\[people\]\]\)\.",
            id="to somebody who has left",
        ),
        pytest.param(
            "cases assign 1 --as grace --to zebedee",
            r"zebedee is no active person: \[\[people\]\] names nobody so\. Known: ",
            id="to nobody",
        ),
        pytest.param(
            "cases handoff 2 --as ada --to ada --reason x --told y",
            "ada cannot take it: it is theirs already",
            id="to the owner",
        ),
        pytest.param(
            "cases snooze 2 --as ada --for 0s --reason x", "for longer than nothing", id="for 0s"
        ),
        pytest.param(
            "cases snooze 2 --as ada --for 8d --reason x", "at most 7 d", id="for too long"
        ),
        pytest.param(
            "cases snooze 1 --as ada --for 1h --reason x", "not acknowledged yet", id="too early"
        ),
        pytest.param(
            "cases snooze 2 --as grace --for 1h --reason x", "only ada, who owns it", id="another's"
        ),
    ],
)
def test_a_refusal_names_what_is_wrong(said: Run, line: str, says: str) -> None:
    later = datetime.now(UTC) + timedelta(days=9)
    assert said(f"oncall away lee --until {later:%Y-%m-%d} --as lee").code == 0
    assert said("cases ack 2 --as ada").code == 0
    refused = said(line)
    assert refused.code == 1
    assert re.search(says, refused.out), refused.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param("--until 2020-01-01", r"--until 2020-01-02 00:00 UTC is past", id="past"),
        pytest.param(
            "--from 2099-01-02 --until 2099-01-01",
            r"--until 2099-01-02 00:00 UTC is not after --from 2099-01-02 00:00 UTC",
            id="an end before the beginning",
        ),
    ],
)
def test_an_absence_that_cannot_be_says_which_time_is_wrong(
    said: Run, options: str, says: str
) -> None:
    refused = said(f"oncall away lee {options} --as lee")
    assert (refused.code, bool(re.search(says, refused.err))) == (2, True), refused.err


def test_every_time_is_said_alike(said: Run) -> None:
    """A date, a time and a zone; nowhere a day of the week, a month's name or bare UTC digits."""
    said(ACK, ASKED, "incidents declare Acme --as ada --reason news")
    lines = ("cases list", "cases show 1", "incidents show 1", "warnings --as grace", "explain 1")
    for line in (*lines, "silence list --all", "oncall show", "incidents list"):
        shown = said(line).out
        times = re.findall(r"\d\d:\d\d(?! UTC)", shown)
        assert times == [], (line, shown)


def test_replay_says_to_whom_a_page_went(tocsin: Any, store: Path, posts: Path) -> None:
    lines = tocsin("replay", posts).out.splitlines()
    pages = [line for line in lines if "Z page " in line]
    assert pages
    assert all(" to=" in line and " owner=" not in line for line in pages)
    opened_cases = [line for line in lines if " case_opened " in line]
    assert all(" owner=" in line for line in opened_cases)


HAND = "cases handoff 1 --as ada --to lee --reason bank"


@pytest.mark.parametrize(
    ("before", "line", "says"),
    [
        pytest.param(
            (),
            f"{HAND} --told nothing",
            "nobody has acknowledged it yet; acknowledge it first: `tocsin cases ack 1 --as ada`",
            id="nobody has acknowledged it",
        ),
        pytest.param(
            (ACK, f"{HAND} --told nothing"),
            f"{HAND} --told nothing",
            "it is on offer to lee until 20",
            id="it is on offer already",
        ),
        pytest.param(
            (ACK,),
            "cases handoff 1 --as ada --to care --reason bank --told nothing",
            "care is a team: `tocsin cases reroute 1 --as ada --to care --reason bank`",
            id="it is offered to a team",
        ),
        pytest.param((ACK,), HAND, "say with --told what the customer", id="nothing told"),
        pytest.param(
            ("cases dismiss 1 --as grace --kind spam",),
            f"{HAND} --told nothing",
            "it is closed: `tocsin cases reopen 1 --as ada --reason WHY`",
            id="it is closed",
        ),
        pytest.param(
            (ACK, f"{HAND} --told nothing"),
            "cases accept 1 --as grace",
            "it is on offer to lee until 20",
            id="another accepts it",
        ),
        pytest.param((ACK,), "cases decline 1 --as grace", "nobody has offered it", id="no offer"),
    ],
)
def test_a_refused_hand_off_says_which_reason_applies_and_what_to_do(
    said: Run, before: tuple[str, ...], line: str, says: str
) -> None:
    for one in before:
        assert said(one).code == 0
    refused = said(line)
    assert (refused.code, says in refused.out) == (1, True), refused.out


def test_where_permission_is_wanted_the_command_to_ask_for_it_can_be_pasted(
    said: Run, store: Path
) -> None:
    config = store.parent / "tocsin.toml"
    card = '\n[[teams.authority]]\nrole = "member"\nrefund = 10\n'
    text = config.read_text() + card
    config.write_text(text)
    said(ACK)
    close = "cases resolve 1 --as ada --cause care --cost 5 --money 90 --done paid --rest told"
    refused = said(close)
    assert "`tocsin cases permission 1 --money 90 --as ada`" in refused.out, refused


def test_a_list_begins_with_what_is_most_urgent_and_says_which_storm_holds_a_case(
    said: Run, store: Path
) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("update cases set safety = 1 where number = 2")
    rows = said("cases list --json").rows
    assert [row["band"] for row in rows] == sorted(row["band"] for row in rows)
    assert rows[0]["number"] == 1
    *lines, key = said("cases list").out.splitlines()
    assert key == "! a matter of safety"
    assert sum(" !" in line for line in lines) == 1
    assert not any("held by storm" in line for line in lines)
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("update cases set inhibited_by = 4 where number = 1")
    held = [line for line in said("cases list").out.splitlines() if "held by storm 4" in line]
    assert [line.split()[0] for line in held] == ["1"]


def test_a_page_of_a_case_names_the_owner_of_the_fix_once_and_says_who_accepted_it(
    said: Run, store: Path
) -> None:
    config = store.parent / "tocsin.toml"
    card = '\n[[teams.authority]]\nrole = "member"\nrefund = 10\n'
    config.write_text(config.read_text() + card)
    shown = said("cases show 1").out
    assert re.search(r"^owner of the fix: care\b.*, until somebody names another$", shown, re.M)
    assert "nobody has named" not in shown
    said(ACK, f"{HAND} --told nothing", "cases accept 1 --as lee")
    shown = said("cases show 1").out
    assert "owner: lee, who accepted it (team care)" in shown
    assert "may: may" not in shown
    assert "owner may" not in shown
    assert "\nlee may: refund" in shown


def test_the_review_of_an_incident_stands_as_its_review(said: Run) -> None:
    said("incidents declare Acme --as ada --reason news", "incidents contain 1 --as grace")
    account = "--cause care --cost 5 --money 0 --done x --rest y --reason 'we test more'"
    assert said(f"incidents resolve 1 --as grace {account}").code == 0
    assert "\nreview: we test more\n" in said("incidents show 1").out
