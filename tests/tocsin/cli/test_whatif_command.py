"""`tocsin replay --history`: the report, and every way in which it cannot be made."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.tocsin.cli.conftest import Tocsin

QUICKER = '\n[[policies]]\nname = "default"\nbands = { P1 = { ack = "2m" }, P2 = { ack = "2m" } }\n'


@pytest.fixture
def new(store: Path) -> Path:
    """New rules beside those in force: what is urgent climbs every two minutes."""
    path = store.parent / "new.toml"
    path.write_text((store.parent / "tocsin.toml").read_text() + QUICKER)
    return path


def test_it_reports_counts_first_and_then_cases_by_their_number(
    tocsin: Tocsin, store: Path, new: Path
) -> None:
    before = store.read_bytes()
    ended = tocsin("replay", "--history", "90d", "--config", new, "--db", store)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("What 2026-08-")
    assert "against tocsin.toml. Nothing was sent or changed." in lines[0]
    assert lines[1] == (
        "Replayed: 4 posts, 0 actions by people; the store has 3 cases of that time, "
        "the old rules make 3 of it."
    )
    messages = next(line.split() for line in lines if line.startswith("messages "))
    assert messages[1].isdigit()
    assert any("A bundle is one message and several pages." in line for line in lines)
    pages = next(line.split() for line in lines if line.startswith("pages "))
    assert int(pages[2]) - int(pages[1]) == int(pages[3]) != 0
    assert any(line.startswith("  case 1, Acme, of 2026-11-16 10:00") for line in lines)
    assert store.read_bytes() == before


def test_as_json_it_is_one_object_that_agrees_with_itself(
    tocsin: Tocsin, store: Path, new: Path
) -> None:
    ended = tocsin("replay", "--history", "90d", "-c", new, "--db", store, "--json")
    [found] = ended.rows
    assert found["different"] is True
    assert found["rules"] == {"old": "tocsin.toml", "new": str(new)}
    assert found["heard"] == {"posts": 4, "erased": 0, "cases": 3}
    messages = found["messages"]
    assert sum(both["new"] for both in messages["by_person"].values()) == messages["new"]
    for which in ("old", "new"):
        for by in ("by_person", "by_team", "by_band"):
            parts = [part[which] for part in found["pages"][by].values()]
            assert sum(parts) == found["pages"][which]
    assert found["cases"]["first_page_earlier"]["cases"] <= found["changed"]["cases"]
    assert all(one["old"] != one["new"] for one in found["changed"]["most"])
    again = tocsin("replay", "--history", "90d", "-c", new, "--db", store, "--json")
    assert again.out == ended.out


def test_the_same_rules_under_another_name_make_no_difference(tocsin: Tocsin, store: Path) -> None:
    ended = tocsin("replay", "--history", "90d", "--against", "tocsin.toml", "--db", store)
    assert ended.out.splitlines()[-1] == "Nothing would have been different."


def test_the_store_is_that_of_the_rules_in_force(tocsin: Tocsin, store: Path, new: Path) -> None:
    """The new file may lie elsewhere, with a `database` of its own that is not looked at."""
    store.rename(store.with_name("tocsin.db"))
    new.write_text('database = "other.db"\n' + new.read_text().replace("database", "# database"))
    ended = tocsin("replay", "--history", "90d", "--config", new)
    assert ended.code == 0, ended.err
    assert not store.with_name("other.db").exists()


def test_what_is_left_out_is_said(tocsin: Tocsin, store: Path, new: Path) -> None:
    assert tocsin("forget", "@dan", "--yes", "--db", store).code == 0
    ended = tocsin("replay", "--history", "90d", "--config", new, "--db", store)
    assert "Left out: 1 post erased since; no text is left of them." in ended.out


def test_actions_that_are_refused_are_listed(tocsin: Tocsin, store: Path, posts: Path) -> None:
    """Under the new rules bob is of another team, and ada is not there at all."""
    present = (store.parent / "tocsin.toml").read_text()
    team = present.index("[[teams]]")
    present = present.replace('members = ["ada"', 'members = ["ada", "bob"', 1)
    bob = '[[people]]\nname = "bob"\ncontacts = [{ channel = "terminal", to = "bob" }]\n'
    (store.parent / "old.toml").write_text(f"{present[:team]}{bob}{present[team:]}")
    did = [
        {"at": "2026-11-16T10:02:00Z", "actor": "bob", "action": "ack", "case": 1},
        {"at": "2026-11-16T10:09:00Z", "actor": "ada", "action": "ack", "case": 2},
    ]
    (store.parent / "did.jsonl").write_text("".join(json.dumps(one) + "\n" for one in did))
    arguments = ("--config", "old.toml", "--actions", "did.jsonl", "--db", "acted.db")
    assert tocsin("replay", posts, *arguments).code == 0
    new = (store.parent / "tocsin.toml").read_text().replace('"ada"', '"eve"')
    team = new.index("[[teams]]")
    (store.parent / "new.toml").write_text(f"{new[:team]}{bob}{new[team:]}")
    files = ("--config", "new.toml", "--against", "old.toml", "--db", "acted.db")
    ended = tocsin("replay", "--history", "90d", *files)
    assert (ended.code, ended.err) == (0, "")
    assert "Left out: 1 action by ada, whom the new rules lack." in ended.out
    assert "Refused under the new rules only: 1 action." in ended.out
    assert "2026-11-16 10:02  case 1  ack by bob: bob was not paged" in ended.out
    [found] = tocsin("replay", "--history", "90d", *files, "--json").rows
    assert found["actions"]["by_unknown"] == {"old": {}, "new": {"ada": 1}}
    assert [one["actor"] for one in found["actions"]["refused_by_new"]["first"]] == ["bob"]


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["posts.jsonl", "--history", "90d"], "leave out files", id="with files"),
        pytest.param(
            ["--history", "90d", "--actions", "did.jsonl"], "leave out files", id="with actions"
        ),
        pytest.param(["--against", "old.toml", "posts.jsonl"], "Add for", id="without --history"),
        pytest.param([], "Name a file of posts", id="with nothing"),
        pytest.param(["--history", "90"], "is no duration", id="no unit"),
        pytest.param(["--history", "0d"], "is no past", id="no length"),
        pytest.param(["--history", "90d"], "Name another file", id="the same file twice"),
        pytest.param(["--history", "90d", "-c", "new.toml"], "There is no store at", id="no store"),
        pytest.param(
            ["--history", "90d", "-c", "new.toml", "--db", "new.toml"],
            "cannot be opened as a store",
            id="a store that is none",
        ),
        pytest.param(
            ["--history", "90d", "-c", "bad.toml", "--db", "kept.db"],
            "problems in bad.toml",
            id="new rules with problems",
        ),
        pytest.param(
            ["--history", "90d", "-c", "new.toml", "--against", "none.toml"],
            "none.toml",
            id="no rules in force",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tocsin: Tocsin, store: Path, new: Path, arguments: list[str], said: str
) -> None:
    (store.parent / "bad.toml").write_text('fallback_executive = "nobody"\nteams = 3\n')
    ended = tocsin("replay", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert ended.out == ""


def test_a_past_with_nothing_in_it_is_said(tocsin: Tocsin, store: Path, new: Path) -> None:
    change(store, "update posts set seen_at = 0")
    ended = tocsin("replay", "--history", "1d", "--config", new, "--db", store)
    assert ended.code == 1
    assert "Go further back with --history." in ended.err


def test_progress_is_shown_on_a_terminal_only(
    tocsin: Tocsin, store: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.cli.what_if.on_a_terminal", lambda: True)
    monkeypatch.setattr("tocsin.whatif.history.PIECE", 1)
    ended = tocsin("replay", "--history", "90d", "--config", new, "--db", store)
    assert "\r\033[K1 of 4 posts, 2026-11-16 10:00" in ended.err
    assert ended.err.endswith("\r\033[K")
