"""After its author deleted a post, no byte of its text, name or handle is left in what we write:
not in the store's file, its free pages or its log, not in our logs, not in a later backup."""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from escalation.decision import Action, Verb
from escalation.ledger import Verified, verify
from escalation.silences import Scope
from escalation.subject import Ref
from listener.collector import Batch
from listener.mention import Author, Kind, Observation
from tests.firm import EXECUTIVE, LEAD, NOON, OWNER, PRESS, Firm, new_firm, observed
from tocsin.aging import age_out

HOUR = timedelta(hours=1)
WORDS = "@Acme charged me twice, terrible service, third time asking zzqwörtz"
EDITED = "@Acme charged me thrice, terrible service, still waiting zzüberarb"
# What must be gone, as it was written and as an index may have folded it.
TRACES = {
    "its words": ("zzqwörtz", "zzqwortz"),
    "its words after an edit": ("zzüberarb", "zzuberarb"),
    "its title": ("zztitle",),
    "its author's handle": ("zzhandle",),
    "its author's name": ("zznäme", "zzname"),
    "where it stood": ("zzplace",),
}
# What people of ours typed about it, and which of our texts hold it.
NOTES = {
    "a note": Action(Verb.NOTE, OWNER, reason="zznote"),
    "what was said with a hand-off": Action(
        Verb.HANDOFF, OWNER, to="petro", reason="zzoffer", told="zztold"
    ),
    "where something was hidden": Action(
        Verb.HID, OWNER, to="petro", reason="https://zzhid.example/1", what="hid", why="spam"
    ),
}
HIDDEN = {
    "a note": ("zznote",),
    "what was said with a hand-off": ("zzoffer", "zztold"),
    "where something was hidden": ("zzhid",),
}
# What they type once nothing of the customer's is left, and about what is no case.
LATER = {
    "a note on the case": ("zzafterwards",),
    "the account of the case": ("zzdone", "zzrest", "zzwhy"),
    "why and how a storm was closed": ("zzdeclared", "zzstormy", "zzcured", "zzlearnt"),
    "a note on a fault": ("zzfaulty",),
    "why there was a silence": ("zzquiet",),
}
ACCOUNT = {"cause": "care", "cost": 5, "money": 0}


def seen(kind: Kind, words: str) -> Observation:
    one = observed(1, "jo", NOON, words=words, kind=kind)
    author = Author(id="id-1", handle="zzhandle", name="zznäme")
    post = replace(
        one.post, author=author, lang="en", title="zztitle", url="https://example.org/zzplace"
    )
    return replace(one, post=post)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = live_through(tmp_path)
    yield firm
    firm.house.store.close()


def live_through(tmp_path: Path) -> Firm:
    """A house that heard a complaint and its edit, paged for it, and was told that it is gone."""
    firm = new_firm(tmp_path / "house.db", durable=True)
    firm.write(lambda desk: desk.start_source("test", NOON))
    hear(firm, seen(Kind.POST, WORDS))
    firm.passes(timedelta(minutes=1))
    hear(firm, seen(Kind.EDIT, EDITED))
    case = Ref("case", 1)
    for action in (Action(Verb.ACK, OWNER), *NOTES.values()):
        act(firm, case, action)
        firm.passes(timedelta(minutes=1))
    for traces in TRACES.values():
        assert written(tmp_path, traces), f"{traces} was there, or the proof is about nothing"
    hear(firm, seen(Kind.DELETE, ""))
    firm.passes(timedelta(hours=1))
    firm.house.store.scrub()
    return firm


def hear(firm: Firm, one: Observation) -> None:
    batch = Batch((one,))
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))


def act(firm: Firm, ref: Ref, action: Action) -> None:
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now)) is None


def written(folder: Path, traces: tuple[str, ...]) -> list[str]:
    """The files below a folder in which one of the traces stands, in small letters or not."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes().lower()]
        if any(trace.encode().lower() in content for trace in traces)
    ]


def back_up(folder: Path) -> None:
    """Both ways in which people back up a database of SQLite."""
    with sqlite3.connect(folder / "house.db") as source:
        copy = sqlite3.connect(folder / "backup.db")
        source.backup(copy)
        copy.close()
        source.execute("vacuum into ?", (str(folder / "vacuumed.db"),))
    source.close()


@pytest.mark.parametrize("traces", TRACES.values(), ids=TRACES.keys())
def test_no_byte_is_left_in_the_store_or_a_later_backup(
    firm: Firm, tmp_path: Path, traces: tuple[str, ...]
) -> None:
    assert written(tmp_path, traces) == []
    back_up(tmp_path)
    assert (tmp_path / "backup.db").stat().st_size > 0
    assert (tmp_path / "vacuumed.db").stat().st_size > 0
    assert written(tmp_path, traces) == []


def go_on_typing(firm: Firm) -> None:
    """About the case whose posts are gone, a storm, a fault and a silence; all of it ends."""
    engine, now = firm.house.engine, firm.now
    act(firm, Ref("case", 1), Action(Verb.NOTE, "petro", reason="zzafterwards"))
    account = {**ACCOUNT, "done": "zzdone", "done_for_rest": "zzrest", "reason": "zzwhy"}
    act(firm, Ref("case", 1), Action(Verb.RESOLVE, LEAD, **account))  # type: ignore[arg-type]
    declared = Action(Verb.DECLARE, PRESS, reason="zzdeclared")
    firm.write(lambda desk: engine.declare(desk, "Acme", declared, now))
    firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", now))
    scope = Scope(topic="billing")
    firm.write(lambda desk: engine.silence(desk, scope, HOUR, EXECUTIVE, "zzquiet", now))
    storm = Ref("incident", 1)
    act(firm, storm, Action(Verb.CONTAIN, PRESS, reason="zzstormy"))
    account = {**ACCOUNT, "done": "zzcured", "done_for_rest": "zzcured", "reason": "zzlearnt"}
    act(firm, storm, Action(Verb.RESOLVE, PRESS, **account))  # type: ignore[arg-type]
    act(firm, Ref("fault", 1), Action(Verb.NOTE, LEAD, reason="zzfaulty"))
    act(firm, Ref("fault", 1), Action(Verb.RESOLVE, LEAD, reason="zzfaulty"))


def pass_of_an_hour(firm: Firm) -> None:
    """As the daemon makes them, twice: what the first erased is in no log after the second."""
    for _ in range(2):
        age_out(firm.house.store, firm.now - firm.house.settings.keep_text, firm.now)


def test_what_is_typed_once_its_posts_are_gone_is_erased_at_the_next_pass(
    firm: Firm, tmp_path: Path
) -> None:
    go_on_typing(firm)
    gone = [trace for about in list(LATER)[:2] for trace in LATER[about]]
    assert written(tmp_path, tuple(gone))
    pass_of_an_hour(firm)
    assert written(tmp_path, tuple(gone)) == []


def test_what_was_typed_of_storms_faults_and_silences_is_kept_as_long_as_posts_and_no_longer(
    firm: Firm, tmp_path: Path
) -> None:
    go_on_typing(firm)
    kept = [LATER[about] for about in list(LATER)[2:]]
    firm.passes(timedelta(days=1))
    pass_of_an_hour(firm)
    assert all(written(tmp_path, traces) for traces in kept), "it is not over for long"
    firm.passes(firm.house.settings.keep_text + HOUR)
    pass_of_an_hour(firm)
    for traces in kept:
        assert written(tmp_path, traces) == []
    with firm.house.store.borrow() as desk:
        assert all(isinstance(verify(desk.entries(chain)), Verified) for chain in desk.chains())


@pytest.mark.parametrize("traces", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_was_typed_about_it_is_gone_too(
    firm: Firm, tmp_path: Path, traces: tuple[str, ...]
) -> None:
    assert written(tmp_path, traces) == []


def test_no_byte_is_ever_logged_or_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as entries:
        structlog.get_logger().info("it is heard what is logged")
        firm = live_through(tmp_path)
        firm.house.store.close()
    assert entries
    said = f"{entries} {caplog.text} {''.join(capfd.readouterr())}".lower()
    for traces in (*TRACES.values(), *HIDDEN.values()):
        assert not [trace for trace in traces if trace in said]


def test_what_was_sent_is_said_anew_without_it(firm: Firm) -> None:
    """The channels of the firm can update: what they were given last has nothing of it."""
    renewed = [message for channel in firm.channels.values() for message in channel.updated]
    assert renewed
    for message in renewed[-2:]:
        for traces in TRACES.values():
            assert not [trace for trace in traces if trace in repr(message)]
