"""tocsin ledger: what is kept can be shown and checked by anybody, and a change to it is found."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")


def tamper(store: Path, change: str) -> None:
    """Change the ledger as somebody with the file in hand could: the triggers go first."""
    with closing(sqlite3.connect(store)) as connection:
        triggers = connection.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'ledger'"
        ).fetchall()
        assert triggers
        for (name,) in triggers:
            connection.execute(f'drop trigger "{name}"')
        connection.execute(change)
        connection.commit()


def test_an_untouched_ledger_verifies(tocsin: Any, store: Path) -> None:
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 0
    assert "all as written" in verified.out
    (row,) = tocsin("ledger", "verify", "--db", store, "--json").rows
    assert (row["chain"], row["ok"]) == ("Acme", True)
    assert len(row["head"]) == 64
    assert f"Head {row['entries']}:{row['head']}\n" in verified.out, "ready for --head"


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        pytest.param(
            "update ledger set actor = 'nobody' where chain_number = 3", 3, id="another actor"
        ),
        pytest.param("update ledger set facts = '{}' where chain_number = 2", 2, id="no facts"),
        pytest.param("delete from ledger where chain_number = 4", 4, id="an entry is gone"),
        pytest.param("update ledger set at = at + 1 where chain_number = 5", 5, id="another time"),
        pytest.param(
            "update ledger set facts = 'no json' where chain_number = 3", 3, id="facts no more"
        ),
        pytest.param(
            "update ledger set facts = '[1]' where chain_number = 3", 3, id="facts of another kind"
        ),
    ],
)
def test_a_changed_ledger_is_found_and_the_entry_named(
    tocsin: Any, store: Path, change: str, entry: int
) -> None:
    tamper(store, change)
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 1
    assert f"Acme: entry {entry} is not what was written" in verified.out
    row, *state = tocsin("ledger", "verify", "--db", store, "--json").rows
    assert (row["chain"], row["ok"], row["entry"]) == ("Acme", False, entry)
    assert all("subject" in one for one in state), "what is stored may not follow from it either"


def test_the_ledger_itself_refuses_a_change(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, pytest.raises(sqlite3.Error):
        connection.execute("update ledger set actor = 'nobody'")


def test_an_export_holds_no_text_no_name_and_every_entry(tocsin: Any, store: Path) -> None:
    exported = tocsin("ledger", "export", "--db", store)
    assert exported.code == 0
    assert len(exported.rows) > 5
    assert [row["number"] for row in exported.rows] == list(range(1, len(exported.rows) + 1))
    # A digest may begin with any letters from a to f: "ada" too.
    told = re.sub(r'"(previous|digest)": "[0-9a-f]{64}"', "", exported.out)
    for word in ("ann", "cara", "ada", "grace", "charged", "refund", "parcel"):
        assert f'"{word}' not in told
        assert f"{word} " not in told


def test_an_export_shows_a_changed_entry_as_it_stands(tocsin: Any, store: Path) -> None:
    tamper(store, "update ledger set facts = 'no json' where chain_number = 3")
    rows = tocsin("ledger", "export", "--db", store).rows
    assert rows[2]["facts"] == "no json"
    assert isinstance(rows[1]["facts"], dict)


def test_a_ledger_that_was_emptied_is_found_by_what_is_stored(tocsin: Any, store: Path) -> None:
    tamper(store, "delete from ledger")
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 1
    assert "case:1 is stored, and the ledger does not know it" in verified.out


def test_a_ledger_of_which_nothing_has_happened_yet_is_told(tocsin: Any, store: Path) -> None:
    tamper(store, "delete from ledger")
    emptied = ("delete from case_posts", "delete from case_replies", "delete from cases")
    with closing(sqlite3.connect(store)) as connection:
        for statement in emptied:
            connection.execute(statement)
        connection.commit()
    verified = tocsin("ledger", "verify", "--db", store)
    assert (verified.code, verified.out) == (0, "The ledger is empty: nothing has happened yet.\n")


# ---------------------------------------------------------------------------------- kept heads
def head_of(tocsin: Any, store: Path) -> str:
    (row,) = tocsin("ledger", "verify", "--db", store, "--json").rows
    return f"{row['entries']}:{row['head']}"


def test_a_head_that_was_kept_is_still_on_its_chain(tocsin: Any, store: Path) -> None:
    head = head_of(tocsin, store)
    for chain in ((), ("--chain", "Acme")):
        verified = tocsin("ledger", "verify", "--db", store, "--head", head, *chain)
        assert verified.code == 0
        assert "is still on it" in verified.out


def test_a_cut_off_end_shows_against_a_kept_head_alone(tocsin: Any, store: Path) -> None:
    head = head_of(tocsin, store)
    number = int(head.partition(":")[0])
    tamper(store, f"delete from ledger where chain_number >= {number - 1}")
    verified = tocsin("ledger", "verify", "--db", store, "--head", head)
    assert verified.code == 1
    assert f"entry {number}, is not on it any more; entry {number - 1}: missing" in verified.out
    first, *_, last = tocsin("ledger", "verify", "--db", store, "--json", "--head", head).rows
    assert first["ok"]
    assert (last["ok"], last["entry"], last["kept"]) == (False, number - 1, head)


def test_a_chain_that_was_written_anew_shows_against_a_kept_head(tocsin: Any, store: Path) -> None:
    number = head_of(tocsin, store).partition(":")[0]
    kept = f"{number}:{'0' * 64}"
    verified = tocsin("ledger", "verify", "--db", store, "--head", kept)
    assert verified.code == 1
    assert "its digest is not the one that was kept elsewhere" in verified.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--head", "17"), "--head '17': a head is the number", id="no digest"),
        pytest.param(("--chain", "Bolt"), "--chain 'Bolt': there is no such chain", id="chain"),
    ],
)
def test_a_head_that_is_none_is_refused_in_a_sentence(
    tocsin: Any, store: Path, options: tuple[str, ...], told: str
) -> None:
    verified = tocsin("ledger", "verify", "--db", store, *options)
    assert verified.code == 2
    assert told in verified.err


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        pytest.param("chain", "there is no such chain. There are: Acme", id="the chain"),
        pytest.param("ledger", "there is no ledger where it was", id="the ledger"),
        pytest.param("store", "there is no ledger where it was", id="the whole store"),
    ],
)
def test_what_has_vanished_since_its_head_was_kept_fails_the_verification(
    tocsin: Any, store: Path, gone: str, told: str
) -> None:
    head = head_of(tocsin, store)
    if gone == "ledger":
        store.write_bytes(b"")
    elif gone == "store":
        store.unlink()
    named = ("--chain", "Bolt") if gone == "chain" else ()
    verified = tocsin("ledger", "verify", "--db", store, "--head", head, *named)
    assert (verified.code, told in verified.out) == (1, True), verified
    *_, row = tocsin("ledger", "verify", "--db", store, "--head", head, *named, "--json").rows
    assert (row["ok"], row["kept"]) == (False, head)


# -------------------------------------------------------------------------------------- state
def test_a_stored_case_that_does_not_follow_is_named_without_its_value(
    tocsin: Any, store: Path
) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("update cases set owner = 'mallory' where number = 2")
        connection.commit()
    verified = tocsin("ledger", "verify", "--db", store)
    assert verified.code == 1
    assert "Acme: case:2 is not stored as its entries say: owner" in verified.out
    assert "mallory" not in verified.out
    sound, bad = tocsin("ledger", "verify", "--db", store, "--json").rows
    assert sound["ok"]
    assert (bad["ok"], bad["subject"], bad["field"]) == (False, "case:2", "owner")


# ------------------------------------------------------------------------------------- export
def test_an_export_of_one_chain_from_a_day_on_into_a_file(
    tocsin: Any, store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ledger.jsonl"
    whole = tocsin("ledger", "export", "--db", store).rows
    since = "2026-11-16T10:06:00Z"
    options = ("--chain", "Acme", "--since", since, "--out", out)
    assert tocsin("ledger", "export", "--db", store, *options).out == ""
    late = [json.loads(line) for line in out.read_text().splitlines()]
    assert 0 < len(late) < len(whole)
    assert late == [row for row in whole if row["at_ms"] >= 1794823560000]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--since", "yesterday"), "--since 'yesterday' is no day or time"),
        (("--chain", "Bolt"), "There is no chain 'Bolt'. There are: Acme."),
        (("--out", "no/such/folder/x"), "no/such/folder/x cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_sentence(
    tocsin: Any, store: Path, options: tuple[str, ...], told: str
) -> None:
    exported = tocsin("ledger", "export", "--db", store, *options)
    assert exported.code == 2
    assert told in exported.err


# --------------------------------------------------------------------- the checker of the page
@pytest.fixture
def checker(tmp_path: Path) -> Path:
    (script,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(script.splitlines()) <= 15
    path = tmp_path / "check_ledger.py"
    path.write_text(script)
    return path


def checked(script: Path, lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(script)], input=lines, capture_output=True, text=True, check=False
    )


def test_anybody_can_check_an_export_with_what_the_page_shows(
    tocsin: Any, store: Path, checker: Path
) -> None:
    lines = tocsin("ledger", "export", "--db", store).out
    done = checked(checker, lines)
    assert (done.returncode, done.stderr) == (0, "")
    number, _, digest = head_of(tocsin, store).partition(":")
    assert done.stdout == f"Acme {number} {digest}\n"


@pytest.mark.parametrize("place", [0, 3, -1])
def test_and_finds_the_entry_that_was_changed(
    tocsin: Any, store: Path, checker: Path, place: int
) -> None:
    lines = tocsin("ledger", "export", "--db", store).out.splitlines(keepends=True)
    row = json.loads(lines[place])
    row["actor"] = "somebody"
    lines[place] = json.dumps(row) + "\n"
    done = checked(checker, "".join(lines))
    assert done.returncode == 1
    assert f"Acme: entry {row['number']} is not as it was written" in done.stderr


def test_and_finds_one_that_was_left_out(tocsin: Any, store: Path, checker: Path) -> None:
    lines = tocsin("ledger", "export", "--db", store).out.splitlines(keepends=True)
    done = checked(checker, "".join(lines[:4] + lines[5:]))
    assert "Acme: entry 6 is not as it was written" in done.stderr


def test_an_export_overwrites_nothing(tocsin: Any, store: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.jsonl").write_text("kept")
    refused = tocsin("ledger", "export", "--out", "kept.jsonl", "--db", store)
    assert (refused.code, refused.err) == (
        2,
        "kept.jsonl exists. Name another file, or move it away.\n",
    )
    assert (tmp_path / "kept.jsonl").read_text() == "kept"
