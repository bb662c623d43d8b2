"""Reading the own past: what is left out is said, and the store stays as it was."""

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.decision import Action, Verb
from escalation.engine import Engine
from escalation.rules import Rules
from escalation.subject import Ref
from tests.tocsin import past
from tests.tocsin.past import HOUR, MINUTE, MONDAY, did, firm, lived, what_if, wrote
from tocsin.randomness import SeededRandomness
from tocsin.store import Store
from tocsin.whatif import History, HistoryRefused, history, open_history
from tocsin.whatif.deeds import Deed
from tocsin.whatif.history import Heard

DAYS = timedelta(days=90)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    deeds = [
        did(MONDAY + MINUTE, "ada", Verb.ACK, 1),
        did(MONDAY + 2 * MINUTE, "bea", Verb.ACK, 2),
    ]
    return lived(tmp_path / "own.db", [wrote(1), wrote(2, "kim")], deeds)


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def erase(path: Path, *authors: str) -> None:
    with Store(path, randomness=SeededRandomness()) as store:
        store.write(
            lambda desk: [
                desk.forget_author(row["id"], MONDAY + HOUR)
                for author in authors
                for row in desk.authors_called(author, None)
            ]
        )


def test_the_store_is_as_it_was(own: Path) -> None:
    before = (own.read_bytes(), own.stat().st_mtime_ns)
    what_if(own, firm(policies=(past.policy(5 * MINUTE),)))
    assert (own.read_bytes(), own.stat().st_mtime_ns) == before
    assert not list(own.parent.glob("*-wal"))


def test_what_is_private_is_not_read_nor_counted(tmp_path: Path) -> None:
    """Neither the sign, nor what its people did, nor that others were told of a danger."""
    sign = wrote(9, "zyx", "Acme took my savings. I want to kill myself, nobody answers at Acme")
    store = lived(tmp_path / "own.db", [wrote(1), sign], until=MONDAY + HOUR)
    with Store(store, randomness=SeededRandomness()) as kept:
        engine = Engine(Rules(firm()))
        for verb in (Verb.ACK, Verb.RESOLVE):
            did_it = Action(verb, "lea")
            why = kept.write(lambda desk: engine.act(desk, Ref("matter", 1), did_it, MONDAY + HOUR))  # noqa: B023
            assert why is None
        assert kept.write(lambda desk: engine.pass_on(desk, 1, "lea", "", MONDAY + HOUR)) is None
    with open_history(store, DAYS) as found:
        events = list(found.events())
        assert (found.posts, found.cases, found.left_out) == (1, 1, {})
    assert [one.observation.post.id for one in events if isinstance(one, Heard)] == ["1"]
    assert len(events) == 1


def test_it_reads_beside_a_daemon_that_writes(own: Path) -> None:
    """The daemon holds the lock, and has written what is not in the file itself yet."""
    with Store(own, randomness=SeededRandomness(), threaded=True, exclusive=True) as store:
        store.write(lambda desk: desk.tally("something", MONDAY))
        before = (own.read_bytes(), own.stat().st_mtime_ns)
        with open_history(own, DAYS) as found:
            events = found.events()
            next(events)
            store.write(lambda desk: desk.tally("while it is read", MONDAY))
            assert len(list(events)) == 3
        assert what_if(own, firm()).is_none
        assert (own.read_bytes(), own.stat().st_mtime_ns) == before
        kept = store.write(lambda desk: desk.tallies(MONDAY - HOUR, MONDAY + HOUR))
    assert kept == {"something": 1, "while it is read": 1}


def test_what_a_crash_left_unfolded_is_read_and_left_there(own: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(own)
    connection.execute("pragma wal_autocheckpoint = 0")
    connection.execute("update posts set text = text || '!'")
    connection.commit()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("own.db", "own.db-wal"):
        (crashed / name).write_bytes((tmp_path / name).read_bytes())
    connection.close()
    before = {path.name: path.read_bytes() for path in crashed.iterdir()}
    with open_history(crashed / "own.db", DAYS) as found:
        texts = [event.observation.post.text for event in found.events() if not is_deed(event)]
    assert all(text.endswith("!") for text in texts)
    assert {name: (crashed / name).read_bytes() for name in before} == before


def is_deed(event: object) -> bool:
    return isinstance(event, Deed)


def test_erased_posts_are_left_out_and_counted_with_what_was_done_about_them(own: Path) -> None:
    erase(own, "kim")
    with open_history(own, DAYS) as found:
        events = list(found.events())
        assert (found.posts, found.erased, found.cases) == (1, 1, 2)
    assert len(events) == 2
    assert found.left_out == {"about a case of which no post is kept any more": 1}
    difference = what_if(own, firm())
    assert difference.is_none
    assert difference.cases.old == 1


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        pytest.param(
            "delete from staff where name = 'bea'",
            "by somebody whose name is not kept any more",
            id="somebody whose name is gone",
        ),
        pytest.param(
            "delete from cases where number = 2",
            "about a case that is not kept any more",
            id="a case that is gone",
        ),
        pytest.param(
            "insert into ledger select 99, schema, chain, 99, at, 'sung', subject, actor, facts, "
            "previous, digest from ledger where event = 'acknowledged' limit 1",
            "of a kind that is not replayed (sung)",
            id="an entry of another version",
        ),
        pytest.param(
            "insert into ledger select 99, schema, chain, 99, at, 'away', 'roster:x', actor, "
            "facts, previous, digest from ledger where event = 'acknowledged' limit 1",
            "by which somebody said who is there, which is not replayed",
            id="an absence that was said",
        ),
        pytest.param(
            "insert into ledger select 99, schema, chain, 99, at, 'silenced', 'silence:1', actor, "
            "facts, previous, digest from ledger where event = 'acknowledged' limit 1",
            "by which a silence began or ended, which is not replayed",
            id="a silence",
        ),
        pytest.param(
            "insert into ledger select 99, schema, chain, 99, at, event, 'fault:1', actor, facts, "
            "previous, digest from ledger where event = 'acknowledged' limit 1",
            "about a fault of the machine, which is not replayed",
            id="a fault",
        ),
        pytest.param(
            "insert into ledger select 99, schema, chain, 99, at, event, 'case:x', actor, '[', "
            "previous, digest from ledger where event = 'acknowledged' limit 1",
            "about a case that is not kept any more",
            id="an entry that was tampered with",
        ),
    ],
)
def test_what_cannot_be_done_again_is_counted(own: Path, statement: str, reason: str) -> None:
    change(own, "pragma foreign_keys = off", statement)
    with open_history(own, DAYS) as found:
        list(found.events())
    assert found.left_out == {reason: 1}


def test_typed_reasons_that_were_erased_have_a_stand_in(tmp_path: Path) -> None:
    deeds = [
        did(MONDAY + MINUTE, "ada", Verb.ACK),
        did(MONDAY + 2 * MINUTE, "ada", Verb.SNOOZE, reason="bank", wait=10 * MINUTE),
    ]
    store = lived(tmp_path / "own.db", [wrote(1)], deeds, until=MONDAY + 4 * MINUTE)
    change(store, "delete from ledger_notes")
    with open_history(store, DAYS) as found:
        snooze = next(e for e in found.events() if is_deed(e) and e.action.verb is Verb.SNOOZE)
    assert (snooze.action.reason, snooze.action.wait) == ("(erased)", 10 * MINUTE)
    assert what_if(store, firm()).refused_in_both == 0


def test_only_the_days_asked_for_are_replayed(tmp_path: Path) -> None:
    posts = [wrote(1), wrote(2, "kim", at=MONDAY + 50 * HOUR)]
    store = lived(tmp_path / "own.db", posts, until=MONDAY + 51 * HOUR)
    with open_history(store, timedelta(days=1)) as found:
        ids = [event.observation.post.id for event in found.events() if not is_deed(event)]
        assert found.until - found.since == timedelta(days=1)
        assert MONDAY + 50 * HOUR < found.until <= MONDAY + 51 * HOUR
    assert ids == ["2"]


def test_pieces_hold_everything_once_and_tear_no_instant_apart(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PIECE", 1)
    monkeypatch.setattr(history, "PAGE", 1)
    with open_history(own, DAYS) as found:
        pieces = list(found.pieces())
        assert [event for piece in pieces for event in piece.events] == list(found.events())
        assert [len(piece.events) for piece in pieces] == [2, 1, 1]
        assert pieces[-1].until == found.until
    assert what_if(own, firm()).is_none


def test_marks_and_sources_of_posts_are_kept(own: Path) -> None:
    change(own, "update posts set backfill = 1, source = 'x-main' where native_id = '2'")
    with open_history(own, DAYS) as found:
        heard = [event for event in found.events() if not is_deed(event)]
    assert [(h.source, h.observation.backfill) for h in heard] == [
        ("replay", False),
        ("x-main", True),
    ]
    assert what_if(own, firm()).cases.old == 1


def empty(path: Path) -> None:
    Store(path, randomness=SeededRandomness()).close()


def all_erased(path: Path) -> None:
    erase(lived(path, [wrote(1)]), "jo")


def nonsense(path: Path) -> None:
    path.write_text("this is a letter, not a database; " * 50)


def older(path: Path) -> None:
    change(lived(path, [wrote(1)]), "alter table posts drop column rating")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(empty, "holds nothing yet", id="an empty store"),
        pytest.param(all_erased, "1 were, and have been erased", id="only erased posts"),
        pytest.param(nonsense, "cannot be read", id="no database"),
        pytest.param(older, "another version", id="another version's store"),
    ],
)
def test_no_past_is_said_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    make(tmp_path / "own.db")
    with pytest.raises(HistoryRefused, match=why):
        what_if(tmp_path / "own.db", firm())


def test_no_room_for_the_temporary_store_is_said(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", os.devnull)
    with pytest.raises(HistoryRefused, match="TMPDIR"):
        what_if(own, firm())


def test_nothing_is_left_of_the_temporary_store(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    seen: list[list[Path]] = []
    with open_history(own, DAYS) as found:
        watched(found, lambda: seen.append(list(folder.iterdir())))
    assert seen == [[]]


def watched(found: History, look: Callable[[], None]) -> None:
    from tocsin.whatif import run_both

    run_both(found, firm(), firm(), lambda posts, at: look())
