"""Whoever changes the ledger or the state behind our back is found, and the first bad row named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import Band
from escalation.decision import Action, Verb
from escalation.ledger import FirstBad, Head, Verified, digest_of, next_entry
from escalation.subject import Ref
from tests import firm as firms
from tests.cases import ACCOUNT
from tocsin import verifying
from tocsin.randomness import SeededRandomness
from tocsin.store import Store
from tocsin.verifying import Found, Stopped, Verifier, parse_head

FIELDS = (
    "schema",
    "chain",
    "chain_number",
    "at",
    "event",
    "subject",
    "actor",
    "facts",
    "previous",
    "digest",
)


def a_day(path: Path) -> None:
    """Two brands, climbs, an acknowledgement, a closing and a fault: a ledger of some length."""
    firm = firms.new_firm(path)
    for number in range(4):
        firms.complain(firm, number, f"author {number}", band=Band.P1)
    firms.complain(firm, 9, "jo", band=Band.P2, brand="Bolt Works", team="tech", topic=None)
    engine = firm.house.engine
    firm.write(lambda desk: engine.fault(desk, "source:x", "it is deaf", firm.now))
    firm.passes(timedelta(minutes=12))
    taken = Action(Verb.ACK, firms.LEAD, via="cli")
    done = Action(Verb.RESOLVE, firms.LEAD, **ACCOUNT)
    for action in (taken, done):
        firm.write(lambda desk, one=action: engine.act(desk, Ref("case", 1), one, firm.now))
    firm.house.store.close()


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("day") / "house.db"
    a_day(path)
    with closing(sqlite3.connect(path)) as connection:
        for name in ("update", "delete"):
            connection.execute(f"drop trigger ledger_is_append_only_{name}")
    return path.read_bytes()


@pytest.fixture
def path(day: bytes, tmp_path: Path) -> Path:
    kept = tmp_path / "house.db"
    kept.write_bytes(day)
    return kept


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def look(path: Path) -> Found:
    with Store(path, randomness=SeededRandomness(1), durable=False) as store:
        return Verifier(store).whole()


def rows(path: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("select * from ledger order by number").fetchall()


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short ledger is read in several."""
    monkeypatch.setattr(verifying, "STEP", 3)
    monkeypatch.setattr(verifying, "SUBJECTS_IN_STEP", 2)


def test_what_was_left_alone_is_sound(path: Path) -> None:
    found = look(path)
    assert found.is_sound
    assert found.troubles() == {}
    assert set(found.heads) == {"Acme", "Bolt+Works", "house"}
    assert found.heads["Acme"].number > 10


ANY_ROW = st.integers(0, 10**6)


def another(value: Any, draw: st.DataObject) -> Any:
    """A value of the same type that is another."""
    if isinstance(value, int):
        return value + draw.draw(st.sampled_from((-1, 1, 60_000, -(10**9))))
    if value and set(value) <= set("0123456789abcdef") and len(value) == 64:
        return "f" * 63 + ("0" if value[-1] != "0" else "1")
    return draw.draw(st.sampled_from(("engine", "x", "{}", "[]", '{"owner":"x"}', "case:1", "é")))


@given(at=ANY_ROW, field=st.sampled_from(FIELDS), draw=st.data())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_change_of_any_field_of_any_row_names_that_row(
    day: bytes, tmp_path: Path, at: int, field: str, draw: st.DataObject
) -> None:
    path = tmp_path / "changed.db"
    path.write_bytes(day)
    kept = rows(path)
    row = kept[at % len(kept)]
    new = another(row[field], draw)
    if new == row[field]:
        return
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute(
                f"update ledger set {field} = ? where number = ?", (new, row["number"])
            )
        except sqlite3.IntegrityError:
            return  # the number of another row of the chain: refused by the store itself
        connection.commit()
    found = look(path)
    if field == "chain" and is_last(kept, row):  # cut off from its own, and bad where it went
        assert set(found.bad) == {new}
        return
    # One that was put before all others is found in their first place.
    place = min(row["chain_number"], max(1, new)) if field == "chain_number" else None
    assert found.bad[row["chain"]].number == (place or row["chain_number"])
    if field != "chain":
        assert set(found.bad) == {row["chain"]}


def is_last(kept: list[sqlite3.Row], row: sqlite3.Row) -> bool:
    return all(
        one["chain_number"] <= row["chain_number"] for one in kept if one["chain"] == row["chain"]
    )


@given(at=ANY_ROW)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_dropped_row_is_missed_and_a_cut_end_only_against_a_kept_head(
    day: bytes, tmp_path: Path, at: int
) -> None:
    path = tmp_path / "dropped.db"
    path.write_bytes(day)
    kept = rows(path)
    row = kept[at % len(kept)]
    last = max(
        (one for one in kept if one["chain"] == row["chain"]), key=lambda one: one["chain_number"]
    )
    change(
        path,
        f"delete from ledger_notes where entry = {row['number']}",
        f"delete from ledger where number = {row['number']}",
    )
    with Store(path, randomness=SeededRandomness(1), durable=False) as store:
        verifier = Verifier(store)
        found = verifier.whole()
        if is_last(kept, row):
            assert not found.bad
        else:
            assert found.bad[row["chain"]].number == row["chain_number"]
        outcome = verifier.kept(row["chain"], Head(last["chain_number"], last["digest"]))
    assert isinstance(outcome, FirstBad) == is_last(kept, row)


@given(one=ANY_ROW, other=ANY_ROW)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_two_swapped_rows_are_found_at_the_first(
    day: bytes, tmp_path: Path, one: int, other: int
) -> None:
    path = tmp_path / "swapped.db"
    path.write_bytes(day)
    chain = [row for row in rows(path) if row["chain"] == "Acme"]
    first, second = sorted((one % len(chain), other % len(chain)))
    if first == second:
        return
    numbers = chain[first]["number"], chain[second]["number"]
    places = chain[first]["chain_number"], chain[second]["chain_number"]
    change(
        path,
        f"update ledger set chain_number = -1 where number = {numbers[0]}",
        f"update ledger set chain_number = {places[0]} where number = {numbers[1]}",
        f"update ledger set chain_number = {places[1]} where number = {numbers[0]}",
    )
    assert look(path).bad["Acme"].number == places[0]


@given(keep=st.integers(0, 30))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_cut_off_end_shows_against_a_head_that_was_kept(
    day: bytes, tmp_path: Path, keep: int
) -> None:
    path = tmp_path / "cut.db"
    path.write_bytes(day)
    chain = [row for row in rows(path) if row["chain"] == "Acme"]
    keep = min(keep, len(chain) - 1)
    change(
        path,
        "delete from ledger_notes",
        f"delete from ledger where chain = 'Acme' and chain_number > {keep}",
    )
    with Store(path, randomness=SeededRandomness(1), durable=False) as store:
        verifier = Verifier(store)
        assert "Acme" not in verifier.whole().bad
        outcome = verifier.kept("Acme", Head(len(chain), chain[-1]["digest"]))
    assert isinstance(outcome, FirstBad)
    assert outcome.number == keep + 1


def test_a_kept_head_is_found_on_its_chain_as_long_as_it_is_there(path: Path) -> None:
    with Store(path, randomness=SeededRandomness(1), durable=False) as store:
        verifier = Verifier(store)
        for chain, head in verifier.whole().heads.items():
            assert verifier.chain_of(head) == chain
            assert isinstance(verifier.kept(chain, head), Verified)
        forged = Head(3, "0" * 64)
        assert verifier.chain_of(forged) is None
        assert verifier.kept("Acme", forged) == FirstBad(
            3, "rewritten: its digest is not the one that was kept elsewhere"
        )


# ------------------------------------------------------------------------------------ the state
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        pytest.param(
            "update cases set owner = 'wyn' where number = 2",
            ("Acme", "case:2", "owner"),
            id="an owner was changed behind the engine's back",
        ),
        pytest.param(
            "update cases set close_reason = 'spam' where number = 1",
            ("Acme", "case:1", "close_reason"),
            id="why a case was closed",
        ),
        pytest.param(
            "update cases set misses = 0 where number = 3",
            ("Acme", "case:3", "misses"),
            id="a miss was hidden",
        ),
        pytest.param(
            "update faults set team = 'tech'", ("house", "fault:1", "team"), id="a fault's team"
        ),
        pytest.param("delete from faults", ("house", "fault:1", ""), id="a fault was taken away"),
        pytest.param(
            "insert into faults select 7, version, brand, team, topic, band, owner, opened_at, "
            "state, step, round, asked, page_number, safety, held_until, silence, paged_at, "
            "acked_by, acked_at, progress_at, offered_to, offered_by, offered_at, handoffs, "
            "returned, handoffs_at, returns_at, misses, closed_at, closed_by, close_reason, "
            "cause, cost, money, done, done_for_rest, 'source:y', detail from faults",
            ("house", "fault:7", ""),
            id="a fault was slipped in",
        ),
        pytest.param(
            "update cases set band = 'P9' where number = 5",
            ("Bolt+Works", "case:5", ""),
            id="a value that nothing can read",
        ),
        pytest.param(
            "update cases set owner = 'nobody we know' where number = 4",
            ("Acme", "case:4", "owner"),
            id="an owner whom the ledger has never heard of",
        ),
    ],
)
def test_a_stored_subject_that_does_not_follow_is_named_with_its_field(
    path: Path, statement: str, told: tuple[str, str, str]
) -> None:
    change(path, statement)
    found = look(path)
    assert not found.bad
    (one,) = found.different
    assert (one.chain, one.subject, one.field) == told
    assert found.troubles() == {told[0]: str(one)}
    for name in firms.EVERYBODY:
        assert name not in str(one), "never a value that is a name"


# ------------------------------------------------------------------------------ the next looks
@pytest.fixture
def firm(tmp_path: Path) -> Iterator[firms.Firm]:
    firm = firms.new_firm(tmp_path / "grown.db")
    yield firm
    firm.house.store.close()


def test_what_has_grown_is_looked_at_and_the_rest_left(
    firm: firms.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms.complain(firm, 1)
    firm.passes(timedelta(minutes=30))
    verifier = Verifier(firm.house.store)
    whole = verifier.whole()
    firms.complain(firm, 2, "ky")
    looked: list[str] = []
    true = verifying._differences
    monkeypatch.setattr(
        verifying,
        "_differences",
        lambda desk, name, ids: looked.append(name) or true(desk, name, ids),
    )
    grown = verifier.grown()
    assert grown.is_sound
    assert grown.heads["Acme"].number > whole.heads["Acme"].number
    assert looked == ["case:2"]
    assert verifier.grown().heads == grown.heads


@pytest.mark.parametrize(
    "field", ["at = at - 90000000", "previous = digest", "facts = '{}'", "event = 'x'"]
)
def test_what_has_grown_badly_is_found(firm: firms.Firm, tmp_path: Path, field: str) -> None:
    firms.complain(firm, 1)
    verifier = Verifier(firm.house.store)
    head = verifier.whole().heads["Acme"]
    firms.complain(firm, 2, "ky")
    change(
        tmp_path / "grown.db",
        "drop trigger ledger_is_append_only_update",
        f"update ledger set {field} where chain_number = {head.number + 1}",
    )
    assert verifier.grown().bad["Acme"].number == head.number + 1


def test_a_time_that_goes_back_between_two_looks_is_found(firm: firms.Firm, tmp_path: Path) -> None:
    """Its digest fits: only the entry before tells that its time is wrong."""
    firms.complain(firm, 1)
    verifier = Verifier(firm.house.store)
    head = verifier.whole().heads["Acme"]
    with firm.house.store.borrow() as desk:
        last = desk.last_entry("Acme")
        assert last is not None
        entry = next_entry(
            last, chain="Acme", now=firm.now, event="x", subject="post:1", actor="engine"
        )
        early = replace(entry, at_ms=last.at_ms - 1)
        early = replace(early, digest=digest_of(early))
        desk.connection.execute(
            "insert into ledger (schema, chain, chain_number, at, event, subject, actor, facts, "
            "previous, digest) values (1, 'Acme', ?, ?, 'x', 'post:1', 'engine', '{}', ?, ?)",
            (early.number, early.at_ms, early.previous, early.digest),
        )
    assert verifier.grown().bad["Acme"] == FirstBad(
        head.number + 1, "its time is before that of the row before"
    )


def test_a_look_stops_when_nobody_wants_it_any_more(path: Path) -> None:
    with (
        Store(path, randomness=SeededRandomness(1), durable=False) as store,
        pytest.raises(Stopped),
    ):
        Verifier(store, lambda took: True).whole()


def test_no_step_holds_more_than_its_few_entries(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    with Store(path, randomness=SeededRandomness(1), durable=False) as store:
        Verifier(store, lambda took: bool(rests.append(took))).whole()
    assert len(rests) >= len(rows(path)) // 3


@pytest.mark.parametrize(
    "text", ["", "3", "3:", f"x:{'a' * 64}", f"3:{'a' * 63}", f"3:{'g' * 64}", f"-1:{'a' * 64}"]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a head is the number"):
        parse_head(text)


def test_a_head_is_read_as_it_was_printed() -> None:
    assert parse_head(f" 1234:{'A' * 64}\n") == Head(1234, "a" * 64)
