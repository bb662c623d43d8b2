# ruff: noqa: F401, F811  the fixtures are shared
"""Whatever leaves the house: nothing in it tells of a private matter, or that there is one.

Two houses hear the same, one of them signs of self-harm besides. What only its people read, and
the ledger, which says that there was a matter and not what, are looked at for themselves.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from escalation.channel import Message
from escalation.channels import pager, pagerduty, slack_blocks, webhook
from escalation.channels.mail_letter import letter
from escalation.decision import Verb
from escalation.subject import PRIVATE, Ref
from listener.mention import Observation
from tests.tocsin import past
from tests.tocsin.test_private import (
    AUTHOR,
    COMPLAINT,
    FIRM,
    HANDLE,
    MORNING,
    SIGN,
    House,
    a_house,
    house,
    seen,
    tells,
)
from tests.tocsin.test_private_many import FIRE
from tocsin.bare import bare
from tocsin.health import Pulse, report
from tocsin.labelling import write_label
from tocsin.log import log_happening
from tocsin.replay import as_json
from tocsin.store.parcels import Parcel, queued
from tocsin.verifying import Difference
from tocsin.whatif import compare, open_history, run_both
from tocsin.whatif.report import Rules, as_lines
from tocsin.whatif.report_json import as_json as compared

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PRIVATELY = ("ada@example.com", "U-GRACE")  # where nobody else reads
TOLD_WORDS = ("matter", "private", "self", "harm", "danger")


def day(house: House, *signs: Observation) -> House:
    """A complaint by somebody who had complained before, another, and the signs between them."""
    return house.runs(
        seen(COMPLAINT, "p-open", author="u-open"),
        *signs,
        seen(COMPLAINT, "p-more", MORNING + 10 * MINUTE, "u-more"),
        seen(COMPLAINT, "p-late", MORNING + HOUR, AUTHOR),
        until=2 * HOUR,
    )


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    """The same day with signs, of which one is acknowledged and then closed, and without."""
    folder = tmp_path_factory.mktemp("houses")
    with_ = day(
        House(folder / "with"),
        seen(SIGN, at=MORNING + MINUTE),
        seen(FIRE, "p-fire", MORNING + 2 * MINUTE, "u-fire"),
    )
    assert with_.act(Verb.ACK, "ada") is None
    assert with_.act(Verb.RESOLVE, "ada") is None
    with_.runs(until=3 * HOUR)
    without = day(House(folder / "without")).runs(until=3 * HOUR)
    yield with_, without
    with_.replay.close()
    without.replay.close()


# -------------------------------------------------------------------- the same as without it
def health(house: House) -> str:
    now = house.replay.clock.now()
    with house.house.store.read() as desk:
        told = report(desk, Pulse(MORNING, now), now)
    assert told.pop("next_timer")  # when the next wait is over, of whatever it is
    return json.dumps(told)


def to_others(house: House) -> str:
    """Every message that no confidant gets: cards, pages, notices."""
    told = [one for one in house.messages if one.to not in (*PRIVATELY, "U-BOB")]
    return "\n".join(map(repr, told))


def logged(house: House) -> str:
    with capture_logs() as entries:
        for one in house.told:
            log_happening(one)
    return "\n".join(map(repr, entries))


def replayed(house: House) -> str:
    """What `replay` prints of what happened; a matter's own it leaves out."""
    shown = [one for one in house.told if one.ref is None or one.ref.kind != PRIVATE]
    return "\n".join(json.dumps(as_json(one)) for one in shown)


def labels(house: House) -> str:
    with house.house.store.read() as desk:
        return "\n".join(map(write_label, desk.labels_kept()))


def history_of_author(house: House) -> str:
    with house.house.store.read() as desk:
        authors = desk.authors_called(AUTHOR, None)
        return repr([desk.earlier_cases(one["id"]) for one in authors])


def under_other_rules(house: House) -> str:
    """`replay --history`, as text and as JSON."""
    settings = house.house.settings
    quicker = settings.model_copy(update={"policies": (past.policy(2 * MINUTE),)})
    with open_history(house.store, timedelta(days=9)) as history:
        found = compare(*run_both(history, settings, quicker))
        rules = Rules("old", "new")
        told = compared(found, history, rules), list(as_lines(found, history, rules))
    assert found.changes, "the rules do make a difference"
    return json.dumps(told)


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(health, id="the health page"),
        pytest.param(to_others, id="cards, pages and notices to others"),
        pytest.param(logged, id="the log"),
        pytest.param(replayed, id="a replay"),
        pytest.param(labels, id="labels"),
        pytest.param(history_of_author, id="its author's history"),
        pytest.param(under_other_rules, id="a comparison of rules over the past"),
    ],
)
def test_it_is_the_same_with_private_matters_and_without(
    houses: tuple[House, House], output: Callable[[House], str]
) -> None:
    with_, without = map(output, houses)
    assert with_ == without
    # Its author has complained openly too, and is shown there.
    assert set(tells(with_)) <= {AUTHOR, HANDLE}
    assert [word for word in TOLD_WORDS if word in with_.lower()] == []


# ------------------------------------------------------- what its people get where others may read
def as_letter(message: Message) -> str:
    """A letter with all its headers."""
    return str(letter(message, "tocsin@example.com", MORNING))


def as_hook(message: Message) -> str:
    return webhook.body(message, None).decode()


def as_slack(message: Message) -> str:
    return json.dumps(slack_blocks.content(message))


def as_alert(message: Message) -> str:
    return json.dumps([pager.asking("pager", message), pagerduty._trigger(message)])


def as_such(message: Message) -> str:
    return repr(message)


@pytest.fixture
def discreet(house: House) -> list[Message]:
    """What the deputy is told in a chat: a page, a page of many, that another has taken it, and
    each of them in the fewest words, for a channel that has refused the others."""
    first = [seen(SIGN, f"p-{n}", MORNING + n * MINUTE, f"u-{n}") for n in range(5)]
    house.runs(*first, until=30 * MINUTE)
    for number in range(1, 6):
        house.act(Verb.ACK, "grace", number)
    house.runs(until=40 * MINUTE)
    told = [one for one in house.messages if one.to == "U-BOB"]
    with house.house.store.read() as desk:
        rows = desk.connection.execute(
            "select * from messages where kind = 'matter' and address = 'U-BOB'"
        ).fetchall()
    fewest = [bare(Parcel((queued(row),)), settled=bare_too) for row in rows for bare_too in (0, 1)]
    assert {"page", "notice"} == {str(one.purpose) for one in told}
    assert any("things wait for you alone" in one.headline for one in told)
    return [*told, *fewest]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(as_such, id="the message"),
        pytest.param(as_letter, id="a letter"),
        pytest.param(as_hook, id="a webhook"),
        pytest.param(as_slack, id="a chat"),
        pytest.param(as_alert, id="a pager"),
    ],
)
def test_it_is_said_that_something_waits_and_not_what(
    discreet: list[Message], sent: Callable[[Message], str]
) -> None:
    whole = "\n".join(map(sent, discreet)).lower()
    assert tells(whole) == []
    assert [word for word in TOLD_WORDS if word in whole.replace("tocsin private", "")] == []


def test_a_message_in_the_fewest_words_says_where_to_look(discreet: list[Message]) -> None:
    fewest = {one.headline for one in discreet if "tocsin private list" in one.headline}
    assert "Something 1 waits for you: tocsin private list" in fewest


# ------------------------------------------------------------------------ what is on record
def test_the_witness_is_told_of_the_chain_and_not_of_what_it_holds(
    houses: tuple[House, House],
) -> None:
    told = []
    for one in houses:
        with one.house.store.read() as desk:
            chains = desk.chains()
            lasts = [desk.last_entry(chain) for chain in chains]
        told.append([(last.chain, last.subject) for last in lasts if last is not None])
    assert [chain for chain, _ in told[0]] == ["Acme", "house"]
    assert [chain for chain, _ in told[1]] == ["Acme"]


def test_the_ledger_says_that_there_was_one_who_had_it_and_nothing_else(
    houses: tuple[House, House],
) -> None:
    with houses[0].house.store.read() as desk:
        entries = list(desk.entries("house"))
    told = {name for one in entries for name in one.facts if one.subject.startswith(PRIVATE)}
    assert told <= {
        *("owner", "asked", "acked_by", "acked_at", "closed_by", "closed_at", "close_reason"),
        *("state", "step", "round", "misses", "page_number", "paged_at", "opened_at"),
        *("band", "safety", "brand", "team", "topic", "posts", "passed_on", "via"),
    }
    assert tells("\n".join(map(repr, entries))) == []
    assert {one.facts.get("brand", "") for one in entries} == {""}


def test_a_difference_of_the_ledger_names_no_matter_outside_of_it() -> None:
    found = Difference("house", "matter:3", "owner", "its owner is another")
    assert (str(found), found.outside) == ("something:3 its owner is another", "something:3")
    assert Difference("Acme", "case:3", "", "is not there").outside == "case:3"
    assert Difference("Acme", "odd", "", "is not there").outside == "odd"


@pytest.mark.parametrize("ref", [Ref(PRIVATE, 7), Ref("case", 7)], ids=str)
def test_only_what_is_private_has_another_name_outside(ref: Ref) -> None:
    assert (ref.outside == str(ref)) is (ref.kind != PRIVATE)
    assert ref.outside.endswith(":7")
