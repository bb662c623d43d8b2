"""`tocsin doctor`: what is wrong is said, each part by itself, and nothing is changed or told."""

import fcntl
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.example import write_example
from config.load import load
from escalation.channel import Purpose
from escalation.desk import Outgoing
from escalation.subject import Ref
from listener.budget import Use
from listener.collector import Batch, Forecast, Gap, Later, SourceError
from listener.collectors import facts_of
from tocsin import doctor
from tocsin.catalogue import catalogue
from tocsin.doctor import Finding, examine, machine
from tocsin.doctor.online import ask
from tocsin.randomness import SeededRandomness
from tocsin.setup.sources import piece
from tocsin.store import Store, Unit

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.toml"
    write_example(path)
    return path


def examined(config: Path, db: Path | None = None, now: datetime = NOON) -> list[Finding]:
    return examine(config, db, now=lambda: now)


def said(findings: list[Finding], about: str, *, ok: bool | None = None) -> str:
    """What was said about a part, in one text."""
    return "\n".join(
        one.what for one in findings if one.about == about and (ok is None or one.ok is ok)
    )


def problems(findings: list[Finding]) -> str:
    return "\n".join(f"{one.about}: {one.what}" for one in findings if not one.ok)


def kept(config: Path, *works: Callable[[Unit], object]) -> Path:
    """A store beside the configuration, written to."""
    path = config.parent / "tocsin.db"
    with Store(path, randomness=SeededRandomness()) as store:
        for work in works:
            store.write(work)
    return path


def declare(config: Path, text: str) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write(text)


# --------------------------------------------------------------------------- configuration
def test_a_fresh_configuration_is_sound_and_needs_no_store(config: Path) -> None:
    findings = examined(config)
    assert problems(findings) == ""
    assert "Python 3." in said(findings, "machine")
    assert "is right" in said(findings, "configuration")
    assert "There is none at" in said(findings, "store")
    assert not (config.parent / "tocsin.db").exists()


def test_what_is_shown_to_a_language_model_is_said_and_its_key_is_looked_for(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(
        config,
        '\n[language_model]\naddress = "https://m.example/v1"\nmodel = "small"\n'
        'sources = ["hackernews"]\nkey = { env = "TOCSIN_TEST_MODEL" }\n',
    )
    monkeypatch.setenv("TOCSIN_TEST_MODEL", "sk-hidden")
    findings = examined(config)
    told = said(findings, "language model")
    assert "key is there (environment variable TOCSIN_TEST_MODEL)" in told
    assert "Unsure posts of hackernews are shown to small at m.example:443" in told
    assert "sk-hidden" not in told
    monkeypatch.delenv("TOCSIN_TEST_MODEL")
    assert "TOCSIN_TEST_MODEL is not set" in problems(examined(config))


def test_what_is_asked_for_and_not_installed_is_a_problem(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listener.likeness.find_spec", lambda name: None)
    declare(config, "\n[embeddings]\njudge = true\n")
    assert 'pip install "tocsin[embeddings]"' in problems(examined(config))


def test_what_is_not_heard_is_said_and_how_to_hear_it(config: Path) -> None:
    findings = examined(config)
    missed = said(findings, "not heard", ok=True)
    assert "Complaints on X are not heard" in missed
    assert "docs/sources/x.md" in missed
    assert "Complaints on Reddit are not heard" in missed
    assert "Bluesky" not in missed


def test_of_each_declared_source_what_it_will_not_hear_and_its_costs_are_said(config: Path) -> None:
    findings = examined(config)
    for source in load(config, catalogue(), secrets=False, database=False).settings.sources:
        told = said(findings, f"source {source.name}", ok=True)
        for one in piece(source.kind).unheard:
            assert f"Not heard there: {one}" in told
        assert f"Its costs: {facts_of(source.kind).costs}." in told


def test_what_is_declared_is_not_called_missing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "hunter2")
    declare(config, '[[sources]]\nkind = "x"\nbearer_token = { env = "SOME_TOKEN" }\n')
    findings = examined(config)
    assert "Complaints on X" not in said(findings, "not heard")
    assert problems(findings) == ""


def test_without_any_source_everything_is_deaf(config: Path) -> None:
    text = config.read_text()
    config.write_text(f"sources = []\n{text[: text.index('[[sources]]')]}")
    assert "nothing at all is heard" in problems(examined(config))


def test_a_broken_configuration_is_told_and_the_rest_is_examined(config: Path) -> None:
    kept(config)
    config.write_text(config.read_text().replace('kind = "bluesky"', 'kind = "blusky"'))
    findings = examined(config)
    assert 'Did you mean "bluesky"?' in problems(findings)
    assert "quick check" in said(findings, "store")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="it is not there"),
        pytest.param(b"", id="it is empty"),
        pytest.param(bytes(range(256)), id="it is no text"),
        pytest.param(b"a = [" * 5000, id="it never ends"),
    ],
)
def test_no_configuration_is_no_reason_to_fall_over(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "tocsin.toml"
    if content is not None:
        path.write_bytes(content)
    findings = examined(path)
    assert said(findings, "configuration", ok=False)
    assert said(findings, "store")


def test_a_secret_is_there_or_not_and_never_shown(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("X_TOKEN_HERE", "hunter2-hunter2")
    monkeypatch.delenv("REDDIT_ID_GONE", raising=False)
    (tmp_path / "secret").write_text("swordfish")
    declare(
        config,
        '[[sources]]\nkind = "x"\nbearer_token = { env = "X_TOKEN_HERE" }\n'
        '[[sources]]\nkind = "reddit"\nusername = "acme"\nclient_id = { env = "REDDIT_ID_GONE" }\n'
        f'client_secret = {{ file = "{tmp_path / "secret"}" }}\n',
    )
    findings = examined(config)
    assert "bearer_token is there" in said(findings, "source x", ok=True)
    assert "client_secret is there" in said(findings, "source reddit", ok=True)
    assert "REDDIT_ID_GONE is not set" in said(findings, "source reddit", ok=False)
    everything = repr(findings)
    assert "hunter2" not in everything
    assert "swordfish" not in everything


def test_a_library_that_is_not_installed_is_named_with_the_remedy(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listener.collectors.bluesky.find_spec", lambda name: None)
    assert "pip install 'tocsin[bluesky]'" in problems(examined(config))


TEAMS = '[[channels]]\nkind = "teams"\nname = "desk"\nurl = { env = "TOCSIN_TEST_FLOW" }\n'


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("https://flows.example/abc", ""),
        ("hello", "no address that begins with https://"),
        (None, "TOCSIN_TEST_FLOW is not set"),
    ],
)
def test_an_address_that_is_a_secret_is_looked_at_as_it_stands(
    config: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, wrong: str
) -> None:
    declare(config, TEAMS)
    monkeypatch.delenv("TOCSIN_TEST_FLOW", raising=False)
    if value is not None:
        monkeypatch.setenv("TOCSIN_TEST_FLOW", value)
    told = said(examined(config), "channel desk", ok=False)
    assert wrong in told
    assert bool(told) is bool(wrong)
    assert len(told.splitlines()) <= 1, "and once"
    assert value is None or value not in told


def test_what_the_daemon_has_found_to_fail_is_no_all_clear(config: Path) -> None:
    def fail(desk: Unit) -> None:
        page = Outgoing(
            key="page|1",
            purpose=Purpose.PAGE,
            ref=Ref("case", 1),
            channel="terminal",
            to="ada",
            due=NOON - timedelta(seconds=100),
            person="ada",
        )
        desk.queue(page)
        (parcel,) = desk.claim(page.due)
        desk.postpone(parcel, "cannot be reached", NOON + timedelta(minutes=1), page.due)

    kept(config, fail)
    findings = examined(config)
    assert "1 could not be sent" in said(findings, "pages", ok=False)
    assert "waiting for 1 min 40 s" in said(findings, "pages", ok=False)
    assert "It is failing: cannot be reached." in said(findings, "channel terminal", ok=False)


def test_each_channel_says_whom_it_reaches(config: Path, tmp_path: Path) -> None:
    declare(
        config,
        '[[channels]]\nkind = "webhook"\nname = "desk"\nurl = "https://desk.example/x"\n'
        f'secret = {{ file = "{config}" }}\n',
    )
    findings = examined(config)
    assert "It reaches ada, grace." in said(findings, "channel terminal")
    assert "It reaches nobody" in said(findings, "channel desk")


def test_who_is_reached_on_one_channel_only_is_named(config: Path) -> None:
    findings = examined(config)
    assert "Only terminal reaches this person" in said(findings, "person ada", ok=True)


def test_an_examination_that_breaks_is_itself_a_finding(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise RuntimeError("a stranger's words")

    monkeypatch.setattr(machine, "examine", broken)
    findings = examined(config)
    assert problems(findings) == "machine: This could not be examined: RuntimeError."
    assert said(findings, "configuration")


# ----------------------------------------------------------------------------------- store
def test_a_store_is_only_looked_at(config: Path) -> None:
    path = kept(config)
    before = path.read_bytes()
    examined(config)
    assert path.read_bytes() == before
    assert sorted(one.name for one in config.parent.iterdir()) == ["tocsin.db", "tocsin.toml"]


def test_a_store_without_a_daemon_means_that_nobody_is_paged(config: Path) -> None:
    kept(config)
    assert "daemon: None is running" in problems(examined(config))


def test_a_running_daemon_is_known_by_its_lock(config: Path) -> None:
    path = kept(config)
    with path.with_name("tocsin.db-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        findings = examined(config)
    assert "It is running" in said(findings, "daemon", ok=True)
    assert problems(findings) == ""


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"no database at all, just words" * 100, "cannot be read", id="no database"),
        pytest.param(b"", "not one of Tocsin's", id="an empty file"),
    ],
)
def test_what_is_no_store_is_told_and_left_alone(config: Path, content: bytes, what: str) -> None:
    other = config.parent / "other.db"
    other.write_bytes(content)
    assert what in problems(examined(config, other))
    assert other.read_bytes() == content


def test_a_damaged_store_is_told(config: Path) -> None:
    path = kept(config)
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\x00garbage" * 512 + whole[12288:])
    findings = said(examined(config), "store", ok=False)
    assert "damaged" in findings or "cannot be read" in findings


def test_a_folder_is_no_store(config: Path) -> None:
    assert "store: " in problems(examined(config, config.parent))


def test_a_changed_ledger_is_told(config: Path) -> None:
    path = kept(config, *[enter] * 3)
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'ledger'"
        ).fetchall():
            connection.execute(f'drop trigger "{name}"')
        connection.execute("update ledger set actor = 'eve' where chain_number = 2")
        connection.commit()
    assert "Acme is not as written, from entry 2 on" in problems(examined(config))


def enter(desk: Unit) -> None:
    desk.enter("Acme", "noted", "case:1", "engine", {}, NOON)


def test_a_clock_behind_the_ledger_is_told(config: Path) -> None:
    kept(config, enter)
    assert "clock: It is 2 h behind" in problems(examined(config, now=NOON - timedelta(hours=2)))
    assert "clock" not in problems(examined(config, now=NOON))


# --------------------------------------------------------------------------------- sources
def start(desk: Unit) -> None:
    desk.start_source("bluesky", NOON - timedelta(days=9))


def hear(desk: Unit) -> None:
    early = NOON - timedelta(hours=1)
    desk.save_cursor("bluesky", "c", newest_at=None, malformed=0, now=early)
    desk.charge("bluesky", Use.SEARCH, 1.5, early)


def fail(desk: Unit) -> None:
    desk.fail_source("bluesky", "HTTP 503", NOON - timedelta(minutes=30))


def miss(desk: Unit) -> None:
    week, month = NOON - timedelta(days=3), NOON - timedelta(days=30)
    gap = Gap(week, week + timedelta(hours=2), "longer ago than the stream is kept")
    old = Gap(month, month + timedelta(hours=5), "too old to tell")
    desk.keep_gaps("bluesky", [old, gap], NOON)


@pytest.mark.parametrize(
    ("works", "running", "ok", "what"),
    [
        pytest.param([], False, True, "never started", id="never started"),
        pytest.param([start], False, True, "not been heard yet", id="not heard yet"),
        pytest.param([start, hear], False, True, "last heard 1 h ago", id="the daemon is down"),
        pytest.param([start, hear], True, False, "last heard 1 h ago", id="deaf while it runs"),
        pytest.param([start, fail], True, False, "failing for 30 m", id="failing"),
        pytest.param([start, hear], False, True, "$1.50", id="it has cost something"),
        pytest.param(
            [start, miss], False, True, "1 stretch of the last 7 days", id="a gap of this week"
        ),
    ],
)
def test_how_a_source_stands(
    config: Path, works: list[Callable[[Unit], object]], running: bool, ok: bool, what: str
) -> None:
    path = kept(config, *works)
    with path.with_name("tocsin.db-lock").open("a") as lock:
        if running:
            fcntl.flock(lock, fcntl.LOCK_EX)
        findings = examined(config)
    assert what in said(findings, "source bluesky", ok=ok)


def test_a_failing_source_is_told_with_its_reason(config: Path) -> None:
    kept(config, start, fail)
    assert "HTTP 503" in problems(examined(config))


# --------------------------------------------------------------------------------- online
class Answering:
    """A source that answers as it is told."""

    def __init__(self, answer: Batch | Exception) -> None:
        self._answer = answer
        self.asked: list[tuple[str | None, float]] = []

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        self.asked.append((cursor, deadline))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def close(self) -> None:
        pass


def test_each_source_is_asked_once_from_where_the_daemon_stands() -> None:
    good = Answering(Batch(dollars=0.02, more=True))
    findings = ask([("one", good), ("two", Answering(Later("HTTP 503.")))], {"one": "c"}, NOON)
    assert good.asked == [("c", 5.0)]
    assert [one.ok for one in findings] == [True, False]
    assert findings[0].what == "Asked now, it answered with 0 post(s) and has more. It cost $0.020."
    assert findings[1].what == "Asked now: HTTP 503."


class Counting(Answering):
    """A source that can say how much there is."""

    def foresee(self, terms: Sequence[str] = (), *, now: datetime, deadline: float) -> Forecast:
        return Forecast(posts=70, days=7.0, each=0.005, named=0.015, dollars=0.005)


def test_what_a_source_would_find_is_told_before_it_is_switched_on() -> None:
    first, second = ask([("x", Counting(Batch()))], {}, NOON)
    assert (first.about, second.about) == ("source x", "source x")
    assert second.what == (
        "What it asks for found 70 posts in 7 days: about $1.50 in 30 days to read each once, "
        "at most $4.50 with authors. Counting cost $0.005."
    )


def test_a_source_that_cannot_be_built_or_has_a_bug_is_told_by_kind() -> None:
    broken = Answering(ValueError("a stranger's words"))
    built: list[tuple[str, Any]] = [("one", SourceError("no library")), ("two", broken)]
    first, second = ask(built, {}, NOON)
    assert (first.ok, first.what) == (False, "Asked now: no library.")
    assert (second.ok, second.what) == (False, "Asked now: unexpected ValueError.")


def test_nobody_is_asked_unless_it_is_wanted(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(doctor.online, "examine", lambda *rest: asked.append("asked") or [])
    examined(config)
    assert asked == []
    examine(config, None, ask_sources=True, now=lambda: NOON)
    assert asked == ["asked"]


def test_findings_fit_in_json(config: Path) -> None:
    found = examined(config)
    assert found
    for finding in found:
        assert json.dumps([finding.ok, finding.about, finding.what])
