"""tocsin silence and tocsin warnings: what is shown, asked, refused, and to whom names are told."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.tocsin.cli.conftest import Ended

# The replayed store has three open cases that reached grace, the executive; ada leads the team.
POSTS_OF = {"1": "1", "2": "3", "3": "4"}  # the number of a case: its post
KNOWN = ("--for", "2h", "--reason", "the bank is down")


@pytest.fixture
def silence(tocsin: Any, store: Path) -> Any:
    """Run `tocsin silence` on the store."""
    return lambda *arguments: tocsin("silence", *arguments, "--db", store)


def begun(silence: Any, *over: str, by: str = "grace") -> dict[str, Any]:
    (row,) = silence("add", *over, *KNOWN, "--as", by, "--yes", "--json").rows
    return dict(row)


def test_a_silence_shows_what_it_would_hold_and_never_hold_before_it_begins(silence: Any) -> None:
    seen = silence("preview", "--brand", "Acme")
    assert "Would hold now:\n    case 3, " in seen.out or "\n    case 2, Today, " in seen.out
    assert ": Acme · " in seen.out
    assert (
        "Never holds: storms and matters of safety; what is Now (P1), unless --urgent" in seen.out
    )
    (row,) = silence("preview", "--brand", "Acme", "--urgent", "--json").rows
    assert "case:1" in row["holds"]  # which is Now
    assert "case 1," not in seen.out
    assert row["hidden"] <= row["cases"]
    assert silence("list").out == "No silence runs.\n"


def test_a_silence_holds_what_its_preview_said_is_listed_shown_and_ended(
    tocsin: Any, store: Path, silence: Any
) -> None:
    (seen,) = silence("preview", "--brand", "Acme", "--json").rows
    row = begun(silence, "--brand", "Acme")
    assert (row["running"], row["reason"]) == (True, "the bank is down")
    assert row["holds"] == row["hidden"] == len(seen["holds"]) > 0
    (shown,) = silence("show", row["number"], "--json").rows
    assert sorted(one["subject"] for one in shown["subjects"]) == seen["holds"]
    head, line = silence("list").out.splitlines()
    assert head.split() == ["number", "until", "holds", "hidden", "over", "by", "reason"]
    assert line.endswith("  grace  the bank is down")
    held = seen["holds"][0].partition(":")[2]
    (case,) = tocsin("cases", "show", held, "--db", store, "--json").rows
    assert case["silence"] == row["number"]
    (why,) = tocsin("explain", POSTS_OF[held], "--db", store, "--json").rows
    said = f"nobody now: silence {row['number']} holds case {held} until 20"
    assert why["paged"].startswith(said)
    assert "UTC (by grace: the bank is down); paged last at 2026-11-" in why["paged"]
    assert why["held"] == [
        {"case": int(held), "silence": row["number"], "until": case["held_until"]}
    ]
    assert said in tocsin("explain", POSTS_OF[held], "--db", store).out
    ended = silence("end", row["number"], "--as", "grace")
    assert (ended.code, "had hidden" in ended.out) == (0, True)
    (case,) = tocsin("cases", "show", held, "--db", store, "--json").rows
    assert (case["silence"], case["held_until"]) == (None, None)
    assert silence("list", "--json").rows == []
    (over,) = silence("list", "--all", "--json").rows
    assert (over["ended_by"], over["holds"], over["hidden"]) == ("grace", 0, row["hidden"])


def test_the_same_silence_is_begun_once_and_ended_once(silence: Any) -> None:
    begun(silence, "--brand", "Acme")
    again = silence("add", "--brand", "Acme", *KNOWN, "--as", "grace", "--yes")
    assert (again.code, "does that already" in again.err) == (1, True)
    assert silence("end", 1, "--as", "grace").code == 0
    over = silence("end", 1, "--as", "grace")
    assert (over.code, "is over since" in over.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(
            ("--brand", "Acme", *KNOWN, "--as", "grace"),
            2,
            "Nothing was silenced. Say --yes to begin it.",
            id="a script that does not say yes",
        ),
        pytest.param((*KNOWN, "--as", "grace", "--yes"), 2, "name one", id="over nothing"),
        pytest.param(
            ("--brand", "Akme", *KNOWN, "--as", "grace", "--yes"),
            2,
            'There is no brand "Akme". Known: Acme',
            id="an unknown brand",
        ),
        pytest.param(
            ("--brand", "Acme", "--for", "15d", "--reason", "x", "--as", "grace", "--yes"),
            2,
            "1 minute to 14 days",
            id="too long",
        ),
        pytest.param(
            ("--brand", "Acme", "--for", "soon", "--reason", "x", "--as", "grace", "--yes"),
            2,
            "--for: 'soon' is no duration",
            id="no duration",
        ),
        pytest.param(
            ("--brand", "Acme", *KNOWN, "--as", "mallory", "--yes"),
            1,
            "mallory is no active person",
            id="by a stranger",
        ),
        pytest.param(
            ("--about", "source:hackernewz", *KNOWN, "--as", "grace", "--yes"),
            2,
            'no fault "source:hackernewz". Known: source:bluesky, source:hackernews',
            id="a fault that nobody knows",
        ),
        pytest.param(
            ("--topic", "weather", *KNOWN, "--as", "grace", "--yes"),
            2,
            'There is no topic "weather". Known: ',
            id="a topic that nobody knows",
        ),
        pytest.param(
            ("--about", "a\x1b[2Jb", *KNOWN, "--as", "grace", "--yes"),
            2,
            "A fault is named as",
            id="a name that is none",
        ),
    ],
)
def test_a_silence_is_refused_with_what_to_do(
    silence: Any, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended: Ended = silence("add", *arguments)
    assert (ended.code, says in ended.err) == (code, True), ended
    assert "\x1b" not in ended.out + ended.err
    assert silence("list", "--all", "--json").rows == []


@pytest.mark.parametrize(
    "over",
    [
        pytest.param(("--about", "source:hackernews"), id="a source that is declared"),
        pytest.param(("--about", "ledger:Acme"), id="a chain of the ledger"),
        pytest.param(("--topic", "billing"), id="a topic"),
    ],
)
def test_what_is_declared_can_be_silenced_before_anything_is_wrong(
    silence: Any, over: tuple[str, ...]
) -> None:
    assert begun(silence, *over)["running"]


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        pytest.param(b"y\n", True, id="yes"),
        pytest.param(b"n\n", False, id="no"),
        pytest.param(b"\n", False, id="nothing"),
        pytest.param(b"", False, id="the end of the input"),
    ],
)
def test_at_a_terminal_a_person_is_asked(
    tocsin: Any, store: Path, monkeypatch: pytest.MonkeyPatch, typed: bytes, begins: bool
) -> None:
    monkeypatch.setattr("tocsin.cli.silences.at_a_terminal", lambda: True)
    add = ("silence", "add", "--brand", "Acme", *KNOWN, "--as", "grace", "--db", store)
    ended = tocsin(*add, stdin=typed)
    assert ended.code == (0 if begins else 1)
    assert bool(tocsin("silence", "list", "--db", store, "--json").rows) is begins


@pytest.mark.parametrize("command", ["show", "end"])
def test_an_unknown_silence_is_none(silence: Any, command: str) -> None:
    ended = silence(command, 9, *(("--as", "grace") if command == "end" else ()))
    assert (ended.code, "here is no silence 9" in ended.err) == (1, True)


# ----------------------------------------------------------------------------------- warnings
@pytest.fixture
def warned(store: Path) -> Path:
    """The store with three warnings, two hours old."""
    with sqlite3.connect(store) as connection:
        connection.execute("delete from warnings")  # those of the replay itself
        for number, person in enumerate(("ada", "grace", "ada"), 1):
            connection.execute(
                "insert into warnings (brand, topic, team, what, person, kind, number, at) values "
                "('Acme', null, 'care', 'missed_page', ?, 'case', ?, "
                "cast(strftime('%s', 'now') as integer) * 1000 - 7200000)",
                (person, number),
            )
    connection.close()
    return store


def test_warnings_are_told_by_function_and_name_nobody(tocsin: Any, warned: Path) -> None:
    told = tocsin("warnings", "--db", warned)
    assert told.out.split()[:2] == ["care", "3"]
    assert "3 missed pages" in told.out
    assert "done: nothing about 3; not heeded: 3" in told.out
    (row,) = tocsin("warnings", "--db", warned, "--json").rows
    assert (row["function"], row["warnings"], row["not_heeded"]) == ("care", 3, 3)
    assert not any(name in told.out + str(row) for name in ("ada", "grace"))


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        pytest.param("grace", ["ada", "grace", "ada"], id="the executive sees every name"),
        pytest.param("ada", ["ada", "ada"], id="anybody else their own"),
    ],
)
def test_names_are_told_only_to_the_executive_and_to_whom_they_concern(
    tocsin: Any, warned: Path, by: str, seen: list[str]
) -> None:
    rows = tocsin("warnings", "--as", by, "--db", warned, "--json").rows
    assert [row["person"] for row in rows if "person" in row] == seen
    assert tocsin("warnings", "--as", by, "--db", warned).out.count("missed page,") == len(seen)


def test_warnings_are_chosen_by_time_brand_and_storm(tocsin: Any, warned: Path) -> None:
    assert tocsin("warnings", "--since", "5s", "--db", warned).out == "No warnings.\n"
    assert len(tocsin("warnings", "--brand", "Acme", "--db", warned, "--json").rows) == 1
    tocsin("incidents", "declare", "Acme", "--as", "grace", "--reason", "news", "--db", warned)
    (row,) = tocsin("warnings", "--incident", 1, "--db", warned, "--json").rows
    assert row["warnings"] == 3
    (shown,) = tocsin("incidents", "show", 1, "--db", warned, "--json").rows
    sentence, care = shown["warned_before"]
    assert sentence.startswith("3 times, first 2 h")
    assert care == "care 3 (3 missed pages; done: nothing about 3)"
    assert [one["what"] for one in shown["warnings"]] == ["missed_page"] * 3
    lines = tocsin("incidents", "show", 1, "--db", warned).out.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("warned of before: "))
    assert lines[first + 1].startswith("    function care 3 (3 missed pages")
    assert lines[first + 2].endswith("case 1        care: missed page; nothing was done")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("--since", "ever"), "--since: 'ever' is no duration", id="no duration"),
        pytest.param(("--brand", "Akme"), "There is no brand Akme. Known: Acme", id="no brand"),
        pytest.param(("--as", "mallory"), "mallory is nobody of [[people]]", id="nobody"),
        pytest.param(("--incident", "9"), "There is no incident 9", id="no incident"),
    ],
)
def test_what_there_is_not_is_said(
    tocsin: Any, warned: Path, arguments: tuple[str, ...], says: str
) -> None:
    ended = tocsin("warnings", *arguments, "--db", warned)
    assert (ended.code in (1, 2), says in ended.err) == (True, True), ended
