"""`tocsin oncall`: who is there, said and shown on the command line."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.load import load
from tocsin import wiring
from tocsin.catalogue import catalogue
from tocsin.clock import VirtualClock
from tocsin.randomness import SeededRandomness

# Of the store's firm, ada is the only one on call for care, grace the fallback executive.


def soon(**wait: float) -> str:
    return (datetime.now(UTC) + timedelta(**wait)).isoformat(timespec="seconds")


def oncall(tocsin: Any, store: Path, *arguments: object) -> Any:
    return tocsin("oncall", *arguments, "--db", store)


def row(tocsin: Any, store: Path, *more: object) -> dict[str, Any]:
    (found,) = oncall(tocsin, store, "show", "--json", *more).rows
    return dict(found)


def test_who_is_asked_at_each_step_is_shown_with_and_without_a_word(
    tocsin: Any, store: Path
) -> None:
    shown = oncall(tocsin, store, "show")
    assert shown.code == 0
    for part in ("care: ", "on_call    ada", "executive  grace", "billing: ada first"):
        assert part in shown.out
    assert tocsin("oncall", "--db", store).out == shown.out
    found = row(tocsin, store)
    assert (found["team"], found["on_call"], found["gaps"]) == ("care", "ada", [])
    assert [step["step"] for step in found["steps"]][-1] == "executive"


def test_before_the_daemon_has_ever_run_the_configuration_alone_says_who_is_on_call(
    tocsin: Any, tmp_path: Path
) -> None:
    tocsin("init")
    shown = tocsin("oncall")
    assert (shown.code, shown.err) == (0, "")
    assert "on_call    ada" in shown.out
    assert not list(tmp_path.glob("*.db*"))
    assert tocsin("oncall", "--db", "none.db").code == 2, "a store that was named is to be there"


def test_at_another_time(tocsin: Any, store: Path) -> None:
    wednesday = row(tocsin, store, "--at", "2026-11-18T12:00Z")
    assert (wednesday["open"], wednesday["opens"]) == (True, None)
    saturday = row(tocsin, store, "--at", "2026-11-21")
    assert saturday["opens"] == "2026-11-23T09:00:00+00:00"
    assert (
        "closed, opens 2026-11-23 09:00 UTC"
        in oncall(tocsin, store, "show", "--at", "2026-11-21").out
    )


def test_away_lists_what_moves_and_back_ends_it(tocsin: Any, store: Path) -> None:
    tocsin("cases", "assign", 2, "--as", "grace", "--to", "ada", "--db", store)
    until = soon(days=2)
    preview = oncall(tocsin, store, "away", "ada", "--until", until, "--as", "ada", "--preview")
    assert preview.out.startswith("Would be: ada is away from")
    assert "    case 2 goes to grace\n" in preview.out
    assert row(tocsin, store)["away"] == []
    said = oncall(tocsin, store, "away", "ada", "--until", until, "--as", "ada")
    assert said.code == 0
    assert "    case 2 goes to grace\n" in said.out
    again = oncall(tocsin, store, "away", "ada", "--until", until, "--as", "ada")
    assert (again.code, again.out.startswith("No change: ada is away until")) == (1, True)
    found = row(tocsin, store)
    assert [one["person"] for one in found["away"]] == ["ada"]
    assert found["on_call"] is None
    assert len(found["gaps"]) == 1
    assert "gap: nobody is on call from" in oncall(tocsin, store, "show").out
    (case,) = tocsin("cases", "show", 2, "--db", store, "--json").rows
    assert case["owner"] == "grace"
    assert oncall(tocsin, store, "back", "ada", "--as", "ada").out == "ada is back.\n"
    assert oncall(tocsin, store, "back", "ada", "--as", "ada").out == "No change.\n"
    assert row(tocsin, store)["on_call"] == "ada"


def test_a_cover_takes_the_turn_and_uncover_gives_it_back(tocsin: Any, store: Path) -> None:
    until = soon(hours=12)
    for code, text in enumerate(
        ("grace is on call for care from", "No change: grace covers care until")
    ):
        said = oncall(tocsin, store, "cover", "care", "grace", "--until", until, "--as", "grace")
        assert said.code == code, "1 where nothing changed, as for every command"
        assert said.out.startswith(text)
    found = row(tocsin, store)
    assert (found["on_call"], found["next"]) == ("grace", "ada")
    assert oncall(tocsin, store, "uncover", "care", "--as", "grace").code == 0
    assert row(tocsin, store)["on_call"] == "ada"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["show", "kare"], 'no team named "kare"', id="a team that there is not"),
        pytest.param(["show", "--at", "noon"], "--at: this is no time", id="no time to look at"),
        pytest.param(
            ["away", "adda", "--until", soon(days=1), "--as", "ada"],
            'Did you mean "ada"?',
            id="a name that is nearly one",
        ),
        pytest.param(
            ["away", "grace", "--until", soon(days=1), "--as", "grace"],
            "name another fallback_executive first.",
            id="the fallback executive",
        ),
        pytest.param(
            ["away", "ada", "--until", "2026-99-99", "--as", "ada"],
            "--until: this is no time",
            id="no time to end",
        ),
        pytest.param(
            ["away", "ada", "--until", "9999-12-31", "--as", "ada"],
            "--until: this is no time",
            id="after the calendar",
        ),
        pytest.param(
            ["away", "ada", "--from", "\x1b[2J", "--until", soon(days=1), "--as", "ada"],
            "--from: this is no time",
            id="control bytes",
        ),
        pytest.param(
            ["cover", "care", "\udcff", "--until", soon(days=1), "--as", "ada"],
            "no active person",
            id="bytes that are no text",
        ),
        pytest.param(["uncover", "kare", "--as", "ada"], "no team", id="uncover what there is not"),
        pytest.param(["back", "ada", "--as", "zoe"], "no active person", id="by a stranger"),
    ],
)
def test_what_cannot_be_is_answered_in_one_sentence(
    arguments: list[str], says: str, tocsin: Any, store: Path
) -> None:
    ended = oncall(tocsin, store, *arguments)
    mistyped = says.startswith("--") or arguments[0] == "show"
    assert ended.code == (2 if mistyped else 1)
    assert says in ended.err
    assert "\x1b" not in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_running_house_hears_what_another_process_is_told(store: Path) -> None:
    now = datetime.now(UTC)
    settings = load(store.parent / "tocsin.toml", catalogue(), secrets=False).settings
    house = wiring.build(
        settings, store, clock=VirtualClock(now), randomness=SeededRandomness(1), channels={}
    )
    assert house.rounds.run(now) == []
    assert house.engine.rules.is_active("ada", now + timedelta(hours=1))
    command = "import sys; from tocsin.cli import main; main(sys.argv[1:])"
    until = (now + timedelta(days=2)).isoformat()
    words = ["oncall", "away", "ada", "--until", until, "--as", "ada", "--db", str(store)]
    done = subprocess.run(
        [sys.executable, "-c", command, *words, "--config", str(store.parent / "tocsin.toml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ada is away from")
    assert house.rounds.run(now) == []
    assert not house.engine.rules.is_active("ada", now + timedelta(hours=1))
    house.store.close()


def test_check_warns_of_times_in_which_nobody_is_on_call(tocsin: Any, store: Path) -> None:
    path = store.parent / "tocsin.toml"
    today = datetime.now(UTC).date()
    away = f'away = [{{ from = "{today}", until = "{today + timedelta(days=3)}" }}]'
    text = path.read_text()
    path.write_text(text.replace('name = "ada"\n', f'name = "ada"\n{away}\n', 1))
    checked = tocsin("check", "--config", path)
    assert checked.code == 0
    (warning,) = [line for line in checked.out.splitlines() if "nobody is on call" in line]
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "on_call" in text)
    assert f'tocsin.toml:{line}: team "care", on_call: nobody is on call from now until' in warning
    path.write_text(text)
    assert "nobody is on call" not in tocsin("check", "--config", path).out


@pytest.mark.parametrize("year", ["9999", "1000"])
def test_a_time_that_no_calendar_reaches_is_refused(tocsin: Any, store: Path, year: str) -> None:
    shown = tocsin("oncall", "show", "--at", f"{year}-12-31", "--db", store)
    assert (shown.code, shown.out) == (2, "")
    assert "name a time from 2000 to 2100" in shown.err


def test_who_stands_on_several_steps_is_asked_once(tocsin: Any) -> None:
    tocsin("init")
    shown = tocsin("oncall", "show").out
    assert "    owner      ada\n" in shown
    assert "    on_call    ada\n" in shown  # billing has its own person, who is asked before
    assert "    lead       ada (asked already; passed over)\n" in shown
    assert "    executive  grace\n" in shown
