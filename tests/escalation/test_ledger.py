"""The ledger: no text gets in, time never goes back, and no row is altered unseen."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.ledger import (
    GENESIS,
    MOST_FACTS,
    MOST_IN_LIST,
    START,
    Entry,
    Fact,
    FirstBad,
    Head,
    NotForTheLedger,
    Verified,
    canonical,
    digest_of,
    ledger_now,
    next_entry,
    verify,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)

words = st.text("AZaz09_.:+-", max_size=64)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words
facts = st.dictionaries(
    st.text("abz", min_size=1, max_size=32),
    scalars | st.lists(scalars, max_size=3),
    max_size=3,
)


def chained(*rows: dict[str, Fact], wait: timedelta = timedelta(seconds=1)) -> list[Entry]:
    """A sound chain with one entry for each table of facts."""
    made: list[Entry] = []
    for number, row in enumerate(rows):
        last = made[-1] if made else None
        now = NOON + number * wait
        made.append(
            next_entry(
                last,
                chain="acme",
                now=now,
                event="ack",
                subject=f"case:{number}",
                actor="p-7f3a",
                facts=row,
            )
        )
    return made


chains = st.lists(facts, min_size=1, max_size=6).map(lambda rows: chained(*rows))


def resealed(entry: Entry) -> Entry:
    """The entry with a digest forged to fit what it now says."""
    return replace(entry, digest=digest_of(entry))


@given(chains)
def test_an_untouched_chain_verifies_to_its_head(chain: list[Entry]) -> None:
    assert verify(chain) == Verified(chain[-1].head)
    assert verify(chain, chain[-1].head) == Verified(chain[-1].head)
    assert verify(chain, chain[0].head) == Verified(chain[-1].head)


def test_an_empty_chain_verifies() -> None:
    assert verify([]) == Verified(START)


@given(chains)
def test_a_chain_read_back_from_json_verifies(chain: list[Entry]) -> None:
    back = [replace(entry, facts=json.loads(json.dumps(dict(entry.facts)))) for entry in chain]
    assert verify(back, chain[-1].head) == Verified(chain[-1].head)


def test_anybody_can_check_a_digest() -> None:
    entry = chained({"band": "P2", "asked": ["a", 1]})[0]
    said = (
        '{"actor":"p-7f3a","at_ms":1795003200000,"chain":"acme","event":"ack",'
        '"facts":{"asked":["a",1],"band":"P2"},"number":1,"schema":1,"subject":"case:0"}'
    )
    assert canonical(entry).decode() == said
    assert entry.previous == GENESIS
    assert entry.digest == sha256((GENESIS + said).encode()).hexdigest()


CHANGES: dict[str, Callable[[Entry], Entry]] = {
    "the schema": lambda row: replace(row, schema=2),
    "the chain": lambda row: replace(row, chain="other"),
    "the time, later": lambda row: replace(row, at_ms=row.at_ms + 1),
    "the time, earlier": lambda row: replace(row, at_ms=0),
    "the event": lambda row: replace(row, event="close"),
    "the subject": lambda row: replace(row, subject="case:99"),
    "the actor": lambda row: replace(row, actor="engine"),
    "one fact more": lambda row: replace(row, facts={**row.facts, "added_fact": 1}),
    "facts of text": lambda row: replace(row, facts={"text": "they are all thieves!"}),
    "facts that are no table": lambda row: replace(row, facts=[1]),  # type: ignore[arg-type]
    "a time that is a text": lambda row: replace(row, at_ms="now"),  # type: ignore[arg-type]
    "a time that is a float": lambda row: replace(row, at_ms=1.5),  # type: ignore[arg-type]
    "a lone surrogate": lambda row: replace(row, actor="\ud800"),
    "the digest": lambda row: replace(row, digest="f" * 64),
    "the digest away": lambda row: replace(row, digest=None),  # type: ignore[arg-type]
    "the previous digest": lambda row: replace(row, previous="f" * 64),
    "the previous digest to no digest": lambda row: replace(row, previous="é"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@given(chain=chains, pick=st.integers(0, 5))
def test_a_changed_row_is_named(
    change: Callable[[Entry], Entry], chain: list[Entry], pick: int
) -> None:
    place = pick % len(chain)
    chain[place] = change(chain[place])
    found = verify(chain)
    assert isinstance(found, FirstBad)
    assert found.number == place + 1


@given(chain=chains.filter(lambda chain: len(chain) > 1), pick=st.integers(0, 5))
def test_a_changed_row_with_a_forged_digest_is_named(chain: list[Entry], pick: int) -> None:
    place = pick % (len(chain) - 1)
    chain[place] = resealed(replace(chain[place], event="close"))
    found = verify(chain)
    assert isinstance(found, FirstBad)
    assert found.number == place + 1


@given(chain=chains, pick=st.integers(0, 5))
def test_a_chain_rewritten_to_its_end_does_not_match_the_head_kept_elsewhere(
    chain: list[Entry], pick: int
) -> None:
    place = pick % len(chain)
    kept = chain[-1].head
    forged = [*chain[:place], resealed(replace(chain[place], event="close"))]
    for entry in chain[place + 1 :]:
        forged.append(resealed(replace(entry, previous=forged[-1].digest)))
    assert isinstance(verify(forged), Verified)
    found = verify(forged, kept)
    assert isinstance(found, FirstBad)
    assert found.number == kept.number
    assert verify(forged, chain[place].head) == FirstBad(place + 1, found.what)


@given(chain=chains.filter(lambda chain: len(chain) > 1), pick=st.integers(0, 5))
def test_a_dropped_row_is_named(chain: list[Entry], pick: int) -> None:
    place = pick % (len(chain) - 1)
    found = verify([*chain[:place], *chain[place + 1 :]])
    assert found == FirstBad(place + 1, "missing, or out of its place")


@given(chain=chains.filter(lambda chain: len(chain) > 1), one=st.integers(0, 5), two=st.integers())
def test_swapped_rows_are_named_at_the_first_of_them(
    chain: list[Entry], one: int, two: int
) -> None:
    low, high = sorted((one % len(chain), two % len(chain)))
    if low == high:
        low, high = 0, len(chain) - 1
    chain[low], chain[high] = chain[high], chain[low]
    found = verify(chain)
    assert isinstance(found, FirstBad)
    assert found.number == low + 1
    renumbered = [replace(entry, number=place) for place, entry in enumerate(chain, 1)]
    found = verify(renumbered)
    assert isinstance(found, FirstBad)
    assert found.number == low + 1


@given(chain=chains, keep=st.integers(0, 5))
def test_a_cut_off_end_is_found_against_the_head_kept_elsewhere(
    chain: list[Entry], keep: int
) -> None:
    kept = chain[-1].head
    left = chain[: keep % len(chain)]
    found = verify(left, kept)
    assert isinstance(found, FirstBad)
    assert found.number == len(left) + 1
    assert "missing" in found.what


@given(chain=chains, pick=st.integers(0, 5))
def test_a_row_written_twice_is_named(chain: list[Entry], pick: int) -> None:
    place = pick % len(chain)
    found = verify([*chain[: place + 1], *chain[place:]])
    assert found == FirstBad(place + 2, "missing, or out of its place")


@given(chain=chains, pick=st.integers(0, 5))
def test_the_rest_of_a_chain_is_checked_after_a_known_head(chain: list[Entry], pick: int) -> None:
    place = pick % len(chain)
    known = chain[place - 1].head if place else START
    assert verify(chain[place:], chain[-1].head, after=known) == Verified(chain[-1].head)
    wrong = replace(known, digest="f" * 64)
    found = verify(chain[place:], after=wrong)
    assert found == FirstBad(place + 1, "not built on the row before it")
    assert isinstance(verify([], known, after=wrong), FirstBad)


def test_rows_in_a_chain_whose_time_or_name_breaks_off_are_named() -> None:
    first, second = chained({}, {})
    earlier = resealed(replace(second, at_ms=first.at_ms - 1))
    elsewhere = resealed(replace(second, chain="other"))
    assert verify([first, earlier]) == FirstBad(2, "its time is before that of the row before")
    assert verify([first, elsewhere]) == FirstBad(2, "of another chain")


@given(st.lists(st.timedeltas(timedelta(days=-400), timedelta(days=400)), min_size=2, max_size=9))
def test_ledger_time_never_goes_back(jumps: list[timedelta]) -> None:
    wall, last, times = NOON, None, []
    for jump in jumps:
        wall += jump
        assert ledger_now(wall, last) >= wall
        last = next_entry(last, chain="c", now=wall, event="tick", subject="case:1", actor="engine")
        times.append(last.at_ms)
    assert times == sorted(times)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("charged twice, no reply", id="words with spaces"),
        pytest.param("@ann", id="a handle with its sign"),
        pytest.param("ann@example.com", id="a mail address"),
        pytest.param("Zoë", id="a name with an accent"),
        pytest.param("refund\n", id="a trailing new line"),
        pytest.param("https://example.com/1", id="an address"),
        pytest.param("x" * 65, id="longer than any id"),
        pytest.param(0.5, id="a float"),
        pytest.param(float("nan"), id="no number"),
        pytest.param(2**53, id="an integer that other readers round"),
        pytest.param(b"x", id="bytes"),
        pytest.param({"a": 1}, id="a table in a table"),
        pytest.param(["a", ["b"]], id="a list in a list"),
        pytest.param(["fine", "not fine"], id="text inside a list"),
        pytest.param([1] * (MOST_IN_LIST + 1), id="a list without an end"),
        pytest.param({1, 2}, id="a set, which has no order"),
        pytest.param(NOON, id="a time that is not in milliseconds"),
    ],
)
def test_what_could_be_somebodys_text_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(NotForTheLedger, match="facts, seen") as refused:
        chained({"seen": value})  # type: ignore[dict-item]
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize("field", ["chain", "event", "subject", "actor"])
@pytest.mark.parametrize("value", ["", "Ann Smith", "@ann", "é", "a" * 65, None, 7])
def test_no_field_takes_text(field: str, value: object) -> None:
    fields = {"chain": "acme", "event": "ack", "subject": "case:1", "actor": "p1", field: value}
    with pytest.raises(NotForTheLedger, match=field):
        next_entry(None, now=NOON, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "Text", "they said", "1st", "a" * 33, 5])
def test_names_of_facts_are_words_of_ours(name: str) -> None:
    with pytest.raises(NotForTheLedger, match="name"):
        chained({name: 1})


def test_the_number_of_facts_is_bounded() -> None:
    with pytest.raises(NotForTheLedger, match="at most"):
        chained({f"fact{n}": n for n in range(MOST_FACTS + 1)})


def test_an_entry_keeps_its_own_copy_of_the_facts() -> None:
    asked = ["p1"]
    given: dict[str, Fact] = {"asked": asked}
    (entry,) = chained(given)
    asked.append("p2")
    given["more"] = 1
    assert entry.facts == {"asked": ("p1",)}
    assert verify([entry]) == Verified(Head(1, entry.digest))


def test_an_entry_needs_a_time_with_a_zone_and_a_last_entry_of_its_chain() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        next_entry(
            None,
            chain="acme",
            now=datetime(2026, 1, 1),  # noqa: DTZ001
            event="ack",
            subject="case:1",
            actor="p1",
        )
    (entry,) = chained({})
    with pytest.raises(ValueError, match="another chain"):
        next_entry(entry, chain="other", now=NOON, event="ack", subject="case:1", actor="p1")
    with pytest.raises(NotForTheLedger, match="at_ms"):
        next_entry(
            None,
            chain="acme",
            now=datetime(1969, 1, 1, tzinfo=UTC),
            event="ack",
            subject="case:1",
            actor="p1",
        )
