"""Channels on the command line: what each can do and how it fares, and a sample through one."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from config import Band
from escalation.subject import Fault
from tocsin import ears
from tocsin.cli.common import opened
from tocsin.ears import Ear, Heard
from tocsin.sampling import sample

DESK = """
[[channels]]
name = "desk"
kind = "webhook"
url = "{url}"
secret = {{ env = "DESK_SECRET" }}
"""
MATTERMOST = """
[[channels]]
name = "chat"
kind = "mattermost"
url = "https://chat.example"
token = { env = "MATTERMOST_TOKEN" }
"""
SECRET = "zzsecret"


@pytest.fixture
def config(tocsin: Any, tmp_path: Path, httpserver: HTTPServer) -> Path:
    """A configuration with a webhook on this machine beside its terminal."""
    tocsin("init")
    path = tmp_path / "tocsin.toml"
    text = path.read_text()
    here = f"{httpserver.host}:{httpserver.port}"
    head = f'private_hosts = ["{here}"]\n'
    path.write_text(head + text + DESK.format(url=httpserver.url_for("/desk")))
    return path


def test_a_sample_is_taken_says_that_it_is_one_and_leaves_nothing_behind(
    tocsin: Any, config: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    taken: list[Any] = []

    def take(request: Request) -> Response:
        taken.append(request.get_json())
        return Response(status=204)

    httpserver.expect_request("/desk").respond_with_handler(take)
    done = tocsin("test-alert", "desk", "--to", "billing")
    assert done.code == 0
    assert done.out.startswith("desk took it for billing; its receipt is sample|")
    (one,) = taken
    assert (one["to"], one["subject"], one["verbatim"]) == ("billing", "", None)
    assert one["purpose"] == "page", "a pager takes nothing else"
    assert one["headline"].startswith("Only a test")
    assert any("no case" in line for line in one["lines"])
    assert not list(config.parent.glob("*.db")), "no store is made for it"


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (503, 1, "did not take it for billing: desk: the receiver answered 503. Try again later."),
        (403, 3, "did not take it for billing: desk: the receiver refused the message (403)."),
    ],
)
def test_why_it_was_not_taken_is_said_and_told_apart(
    tocsin: Any,
    config: Path,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: int,
    says: str,
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    httpserver.expect_request("/desk").respond_with_data(status=status)
    done = tocsin("test-alert", "desk", "--to", "billing")
    assert done.code == code
    assert says in done.err
    assert SECRET not in done.out + done.err


def test_a_channel_without_its_secret_is_refused_with_the_place_where_it_is_looked_for(
    tocsin: Any, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_SECRET", raising=False)
    done = tocsin("test-alert", "desk", "--to", "x")
    assert done.code == 3
    assert "DESK_SECRET" in done.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(["smoke"], "There is no channel smoke. Known: terminal, desk.", id="unknown"),
        pytest.param(["desk"], "desk has no room. Say --to ADDRESS, or --person NAME.", id="room"),
        pytest.param(
            ["desk", "--person", "ada"], "ada has no contact on desk. Say --to", id="no contact"
        ),
        pytest.param(
            ["desk", "--person", "zoe"], "names nobody zoe. Known: ada, grace.", id="nobody"
        ),
        pytest.param(["desk", "--to", " "], "--to is blank.", id="blank"),
    ],
)
def test_nothing_is_sent_where_it_is_not_said_to_whom(
    tocsin: Any, config: Path, httpserver: HTTPServer, line: list[str], says: str
) -> None:
    refused = tocsin("test-alert", *line)
    assert refused.code == 2
    assert says in refused.err
    assert httpserver.log == []


def test_to_a_person_it_comes_as_a_page_does(tocsin: Any, config: Path) -> None:
    done = tocsin("test-alert", "terminal", "--person", "ada")
    assert done.code == 0
    assert "page to ada" in done.out
    assert "and ada is not asked to do" in done.out


def test_in_the_room_it_calls_nobody(
    tocsin: Any, config: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    config.write_text(config.read_text().replace('name = "desk"', 'name = "desk"\nroom = "all"'))
    httpserver.expect_request("/desk").respond_with_data(status=204)
    assert tocsin("test-alert", "desk").code == 0
    ((request, _),) = httpserver.log
    sent = request.get_json()
    assert (sent["to"], sent["purpose"]) == ("all", "card")


@pytest.fixture
def pager(config: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """A PagerDuty of our own on this machine."""
    url = httpserver.url_for("").rstrip("/")
    declared = f'name = "pd"\nkind = "pagerduty"\napi = "{url}"\nkey = {{ env = "PD_KEY" }}\n'
    config.write_text(f"{config.read_text()}\n[[channels]]\n{declared}")
    monkeypatch.setenv("PD_KEY", SECRET)
    monkeypatch.setenv("DESK_SECRET", SECRET)
    return httpserver


def test_a_sample_leaves_nothing_open_at_a_pager(tocsin: Any, pager: HTTPServer) -> None:
    pager.expect_request("/v2/enqueue").respond_with_json({"status": "success"}, status=202)
    done = tocsin("test-alert", "pd", "--to", "care")
    assert done.code == 0
    assert "pd was told at once that it is over, so that it rings no more." in done.out
    told = [request.get_json() for request, _ in pager.log]
    assert [one["event_action"] for one in told] == ["trigger", "resolve"]
    assert len({one["dedup_key"] for one in told}) == 1
    tocsin("test-alert", "pd", "--to", "care")
    assert len({request.get_json()["dedup_key"] for request, _ in pager.log}) == 2


def test_a_sample_that_stays_open_at_a_pager_is_said(tocsin: Any, pager: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        is_first = request.get_json()["event_action"] == "trigger"
        return Response("{}", status=202 if is_first else 503)

    pager.expect_request("/v2/enqueue").respond_with_handler(answer)
    done = tocsin("test-alert", "pd", "--to", "care")
    assert done.code == 1
    assert "pd took it for care" in done.out
    assert "pd could not be told that it is over" in done.err
    assert "Close it there, or it rings on." in done.err


def test_where_the_channel_has_no_room_of_its_own_a_teams_room_is_tried(
    tocsin: Any, config: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    text = config.read_text()
    assert "members = [" in text
    room = 'rooms = [{ channel = "desk", to = "care-room" }]\nmembers = ['
    config.write_text(text.replace("members = [", room, 1))
    httpserver.expect_request("/desk").respond_with_data(status=204)
    assert tocsin("test-alert", "desk").code == 0
    ((request, _),) = httpserver.log
    sent = request.get_json()
    assert (sent["to"], sent["purpose"]) == ("care-room", "card")


def test_to_a_person_it_rings_as_what_rings_most_and_belongs_to_no_thread() -> None:
    page = sample("ada", person="ada", in_room=False, number="1")
    assert page.standing.band is Band.P1
    assert page.subject == ""
    assert sample("all", person=None, in_room=True, number="1").standing.band is None


# ------------------------------------------------------------------------------------ the list
def by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows}


def test_each_channel_is_listed_with_what_it_can_do(tocsin: Any, config: Path) -> None:
    rows = by_name(tocsin("channels", "list", "--json").rows)
    assert rows["desk"]["can"]["update"]
    assert not rows["desk"]["can"]["two_way"]
    assert (rows["desk"]["last_sent"], rows["desk"]["failing"]) == (None, None)
    said = tocsin("channels", "list")
    assert said.code == 0
    assert "desk      webhook   update, quotes  never      no trouble known" in said.out


def test_how_a_channel_fares_is_read_from_the_store(tocsin: Any, store: Path, config: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "update messages set channel = 'desk', sent_at = 1700000000000 where state = 'sent'"
        )
        connection.execute(
            "insert into messages (key, purpose, kind, number, channel, address, round, step, nth, "
            "what, about, urgent, rank, state, due, queued_at, failing_since, failure) values "
            "('k', 'page', 'case', 1, 'terminal', 'x', 1, 0, 0, 'page', '', 0, 1, 'queued', "
            "1, 1, 1700000060000, 'nobody reads it')"
        )
    rows = by_name(tocsin("channels", "list", "--json", "--db", store).rows)
    assert rows["desk"]["last_sent"] == "2023-11-14T22:13:20+00:00"
    assert rows["terminal"]["failing"] == "2023-11-14T22:14:20+00:00"
    said = tocsin("channels", "list", "--db", store).out
    assert "failing since 2023-11-14 22:14 UTC: nobody reads it" in said


def test_a_channel_that_worked_in_between_fails_only_since_then(
    tocsin: Any, store: Path, config: Path
) -> None:
    insert = (
        "insert into messages (key, purpose, kind, number, channel, address, round, step, nth, "
        "what, about, urgent, rank, state, due, queued_at, failing_since, failure, sent_at) values "
        "(?, 'page', 'case', 1, 'terminal', 'x', 1, 0, 0, 'page', '', 0, 1, ?, 1, 1, ?, ?, ?)"
    )
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("delete from messages")
        waits = ("k", "queued", 1700000060000, "it is slow", None)
        connection.execute(insert, waits)
        connection.execute(insert, ("l", "sent", None, None, 1700000180000))
    said = tocsin("channels", "list", "--db", store).out
    assert "failing since 2023-11-14 22:16 UTC: it is slow" in said


def test_a_deaf_channel_is_said_to_be_deaf(tocsin: Any, store: Path, config: Path) -> None:
    def deaf(desk: Any, house: Any) -> None:
        why = "channel desk hears nobody: the connection ended"
        house.engine.fault(desk, "channel:desk", why, house.clock.now())

    with opened(config, store) as house:
        house.store.write(lambda desk: deaf(desk, house))
        with house.store.read() as desk:
            assert isinstance(desk.open_fault("channel:desk"), Fault)
    said = tocsin("channels", "list", "--db", store).out
    assert "channel desk hears nobody: the connection ended" in said
    told = tocsin("doctor", "--db", store).out
    assert "channel desk hears nobody: the connection ended" in told


def test_who_is_paged_there_but_not_recognised_is_named(tocsin: Any, config: Path) -> None:
    terminal = '{ channel = "terminal", to = "ada" }'
    contact = '{ channel = "chat", to = "ada@acme.example" }'
    text = config.read_text()
    assert terminal in text
    config.write_text(text.replace(terminal, f"{terminal}, {contact}") + MATTERMOST)
    rows = by_name(tocsin("channels", "list", "--json").rows)
    assert rows["chat"]["not_recognised"] == ["ada"]
    said = tocsin("channels", "list").out
    assert "does not recognise ada: known by a mail address, not verified there" in said


@pytest.fixture
def chat(config: Path) -> Path:
    config.write_text(
        config.read_text()
        + '[[channels]]\nname = "group"\nkind = "telegram"\ntoken = { env = "TELEGRAM_TOKEN" }\n'
    )
    return config


def written(chat: Path, store: Path, heard: dict[str, Heard] | None, ago: timedelta) -> None:
    """A daemon wrote so long ago how it hears; None: it has ended."""
    with opened(chat, store) as house:
        at = house.clock.now() - ago
        if heard is None:
            house.store.write(ears.ended)
        else:
            house.store.write(lambda desk: ears.write_down(desk, heard, at))


def group(tocsin: Any, store: Path) -> str:
    said = tocsin("channels", "list", "--db", store).out
    return next(line for line in said.splitlines() if " group " in line)


SINCE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEARS = {"group": Heard(Ear.HEARS, SINCE)}


@pytest.mark.parametrize(
    ("heard", "ago", "says"),
    [
        pytest.param({}, None, "; would hear: no daemon runs", id="none ever ran"),
        pytest.param(HEARS, 0, "; hears since 2026-03-02 09:30 UTC", id="hears"),
        pytest.param(
            {"group": Heard(Ear.DEAF, SINCE, "group: Telegram cannot be reached")},
            0,
            "; deaf since 2026-03-02 09:30 UTC: group: Telegram cannot be reached",
            id="deaf",
        ),
        pytest.param({"group": Heard(Ear.CONNECTING, SINCE)}, 0, "; connecting since", id="begins"),
        pytest.param(HEARS, 121, "; would hear: no daemon runs", id="it was killed"),
        pytest.param(None, 0, "; would hear: no daemon runs", id="it has ended"),
        pytest.param(
            {}, 0, "; would hear: the daemon that runs was started without it", id="declared since"
        ),
    ],
)
def test_whether_a_chat_is_heard_is_what_a_running_daemon_says(
    tocsin: Any,
    store: Path,
    chat: Path,
    heard: dict[str, Heard] | None,
    ago: int | None,
    says: str,
) -> None:
    if ago is not None:
        written(chat, store, heard, timedelta(seconds=ago))
    assert says in group(tocsin, store)
    rows = by_name(tocsin("channels", "list", "--json", "--db", store).rows)
    assert rows["group"]["hearing"]["state"] in says
    assert rows["terminal"]["hearing"] is None


# ------------------------------------------------------------------------------------ setting up
def test_init_of_a_kind_prints_its_steps_and_writes_nothing(tocsin: Any, tmp_path: Path) -> None:
    said = tocsin("init", "webhook")
    assert said.code == 0
    assert 'kind = "webhook"' in said.out
    assert list(tmp_path.iterdir()) == []
    tocsin("init")
    assert "Without a contact there: ada, grace." in tocsin("init", "webhook").out


def test_init_of_a_source_prints_what_it_takes_and_writes_nothing(
    tocsin: Any, tmp_path: Path
) -> None:
    said = tocsin("init", "hackernews")
    assert said.code == 0
    for part in ("Keys: none.", "Costs: nothing.", "What it will not hear:", "[[sources]]"):
        assert part in said.out
    assert list(tmp_path.iterdir()) == []


def test_a_kind_that_is_both_is_a_channel_first_and_a_source_where_it_is_asked_for(
    tocsin: Any,
) -> None:
    channel = tocsin("init", "telegram").out
    assert "[[channels]]" in channel
    assert "tocsin init telegram --source" in channel
    source = tocsin("init", "telegram", "--source").out
    assert "[[sources]]" in source
    assert "[[channels]]" not in source


def test_a_kind_that_is_none_is_refused_with_those_that_are(tocsin: Any, tmp_path: Path) -> None:
    refused = tocsin("init", "hackernoise")
    assert refused.code == 2
    assert 'Did you mean "hackernews"?' in refused.err
    refused = tocsin("init", "zzz")
    for known in ("slack", "hackernews", '"zzz.toml"'):
        assert known in refused.err
    assert tocsin("init", "slack", "--source").err.startswith("slack is no kind of source. ")
    assert list(tmp_path.iterdir()) == []
