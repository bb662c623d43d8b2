"""`tocsin form`, `tocsin anonymous reply` and what `check` and `doctor` say of the form."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from listener.spool import Spool
from listener.spooled import MOST_ANSWERS, Answer, hash_of, new_number
from tests.tocsin.cli.conftest import Tocsin
from tests.tocsin.cli.conftest import tocsin as tocsin
from tests.tocsin.form.door import ADDRESS, AGENT, FORM, NOON, running
from tocsin.store.ledger import MAX_NOTE_CHARS

CONFIG = """
fallback_executive = "ada"
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{ channel = "desk", to = "ada" }]
[[teams]]
name = "care"
members = ["ada"]
[[channels]]
kind = "terminal"
name = "desk"
[[sources]]
kind = "form"
name = "door"
"""
NUMBER = new_number()
SENDERS = {"1": f"r-{hash_of(NUMBER)}", "2": f"a-{'2' * 32}"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def config(tmp_path: Path, port: int) -> Path:
    path = tmp_path / "tocsin.toml"
    own = f'folder = "{tmp_path / "form"}"\nlisten = "127.0.0.1:{port}"\n'
    path.write_text(CONFIG + own)
    return path


@pytest.fixture
def declared(tocsin: Tocsin, config: Path, tmp_path: Path) -> Tocsin:
    """Two cases of the form, one with a reply number, and one of another platform."""
    words = "charged twice, no reply, third time asking, terrible"
    rows = [
        {"platform": "anonymous", "id": number, "title": "Acme", "author": {"id": sender}}
        for number, sender in SENDERS.items()
    ]
    rows.append({"platform": "x", "id": "3", "title": "Acme", "author": {"id": "u3"}})
    lines = [{**row, "text": words, "created_at": "2026-11-01T08:00:00Z"} for row in rows]
    (tmp_path / "posts.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    made = tocsin("replay", "posts.jsonl", "--config", config, "--db", "tocsin.db")
    assert made.code == 0, made.err
    return tocsin


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    spool = Spool(tmp_path / "form")
    spool.prepare()
    spool.open_record(str(hash_of(NUMBER)), "Acme", NOON)
    return spool


# ------------------------------------------------------------------------------------- answering
def test_an_answer_goes_where_the_reply_number_shows_it(declared: Tocsin, spool: Spool) -> None:
    ended = declared("anonymous", "reply", "1", "We are sorry. It is paid.", "--as", "ada")
    assert ended.code == 0, ended.err
    assert "whoever has the reply number of case 1 can read it now" in ended.out
    record = spool.record(str(hash_of(NUMBER)))
    assert record is not None
    assert [one.text for one in record.answers] == ["We are sorry. It is paid."]
    states = {row["number"]: row["state"] for row in declared("cases", "list", "--json").rows}
    assert states == {1: "waiting", 2: "new", 3: "new"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2", "Sorry.", "--as", "ada"), "asked for no answer"),
        (("3", "Sorry.", "--as", "ada"), "Case 3 is of x: answer there."),
        (("9", "Sorry.", "--as", "ada"), "There is no case 9."),
        (("1", " ", "--as", "ada"), "TEXT is blank"),
        (("1", "Sorry.", "--as", "eve"), "eve is no active person"),
        (("1", "x" * 2_001, "--as", "ada"), "at most 2000 are kept"),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(
    declared: Tocsin, spool: Spool, arguments: tuple[str, ...], said: str
) -> None:
    ended = declared("anonymous", "reply", *arguments)
    assert ended.code in (1, 2)
    assert said in ended.err
    assert spool.record(str(hash_of(NUMBER))).answers == ()  # type: ignore[union-attr]


def test_a_reply_number_that_is_over_takes_no_answer(declared: Tocsin, tmp_path: Path) -> None:
    Spool(tmp_path / "form").prepare()
    ended = declared("anonymous", "reply", "1", "Sorry.", "--as", "ada")
    assert ended.code == 1
    assert "is over: nobody could read it" in ended.err


def test_a_broken_record_shows_no_answer_and_no_error(spool: Spool) -> None:
    hashed = str(hash_of(NUMBER))
    (spool.replies / f"{hashed}.json").write_text('{"brand": 1}')
    assert spool.record(hashed) is None
    assert spool.answer(hashed, "Sorry.", NOON) is False
    spool.open_record(hashed, "Acme", NOON)
    assert spool.answer(hashed, "Sorry.", NOON) is True
    assert spool.record(hashed).answers == (Answer(NOON.date(), "Sorry."),)  # type: ignore[union-attr]


def test_all_answers_that_are_taken_can_be_read(spool: Spool) -> None:
    hashed = str(hash_of(NUMBER))
    longest = "😡" * MAX_NOTE_CHARS
    for _ in range(MOST_ANSWERS):
        assert spool.answer(hashed, longest, NOON)
    with pytest.raises(ValueError, match="answers already"):
        spool.answer(hashed, longest, NOON)
    record = spool.record(hashed)
    assert record is not None
    assert len(record.answers) == MOST_ANSWERS


# ------------------------------------------------------------------------------ check and doctor
def test_check_validates_the_form(tocsin: Tocsin, config: Path) -> None:
    assert tocsin("check").code == 0
    config.write_text(config.read_text() + 'brands = ["Acne"]\nper_hour = 0\n')
    ended = tocsin("check")
    assert ended.code == 2
    assert 'no brand named "Acne"' in ended.err
    assert "per_hour" in ended.err


def test_check_warns_of_an_address_that_the_daemon_has(
    tocsin: Tocsin, config: Path, port: int
) -> None:
    config.write_text(f'listen = "127.0.0.1:{port}"\n{config.read_text()}')
    ended = tocsin("check")
    assert ended.code == 0
    assert "is where something else of Tocsin answers. Write another port" in ended.out


def test_doctor_says_whether_the_form_answers(
    tocsin: Tocsin, config: Path, tmp_path: Path, port: int
) -> None:
    assert f"No form answers on 127.0.0.1:{port}: start tocsin form" in tocsin("doctor").out
    with running(tmp_path / "form", listen=f"127.0.0.1:{port}"):
        said = tocsin("doctor").out
    assert f"The form answers on 127.0.0.1:{port}." in said
    assert "it answers on this machine alone" in said


def test_doctor_knows_a_stranger_in_the_form_s_place(
    tocsin: Tocsin, config: Path, port: int
) -> None:
    class Stranger(BaseHTTPRequestHandler):
        def log_message(self, *given: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Stranger)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        assert "Something else than our form answers" in tocsin("doctor").out
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_without_a_form_nothing_is_opened(tocsin: Tocsin, config: Path) -> None:
    config.write_text(CONFIG.partition("[[sources]]")[0] + "\n")
    ended = tocsin("form")
    assert ended.code == 2
    assert "No form is declared" in ended.err


# ------------------------------------------------------------------------------------ the process
COMMAND = "from tocsin.cli import main; main()"
WATCHED = """
import sys
opened = open(sys.argv[1], "a", buffering=1)
def heard(event, given):
    if event in ("open", "sqlite3.connect"):
        opened.write(f"{event} {given[0]}\\n")
sys.addaudithook(heard)
from tocsin.cli import main
main(["form", "--config", sys.argv[2]])
"""


@pytest.fixture
def process(config: Path, declared: Tocsin, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`tocsin form` beside a store that it is not to look at; what it opens is written down."""
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "opened"), str(config)]
    one = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    try:
        yield one
    finally:
        one.kill()
        one.communicate()


def test_the_process_never_opens_the_store_and_ends_when_told(
    process: subprocess.Popen[str], tmp_path: Path, port: int
) -> None:
    told = {"X-Forwarded-For": ADDRESS, "User-Agent": AGENT}
    for path in ("/", "/reply", "/nothing", "/healthz"):
        assert _asked(process, port, path, told) in (200, 404)
    assert _asked(process, port, "/", told | {"Content-Type": FORM}, b"text=x") == 422
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.startswith("The form answers on http://127.0.0.1:")
    assert not [one for one in (ADDRESS, AGENT, "GET", "/reply") if one in out]
    opened = (tmp_path / "opened").read_text()
    assert "tocsin.toml" in opened
    assert "tocsin.db" not in opened
    assert "sqlite3.connect" not in opened
    assert (tmp_path / "tocsin.db").exists()
    spool = Spool(tmp_path / "form")
    counts = [json.loads(path.read_bytes())["turned_away"] for path in spool.posts.iterdir()]
    assert counts == [{"no such brand": 1}]  # what was counted last is not lost


def _asked(
    process: subprocess.Popen[str],
    port: int,
    path: str,
    told: dict[str, str],
    body: bytes | None = None,
) -> int:
    """The status; waits until the process listens."""
    until = time.monotonic() + 60
    while True:
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            line.request("POST" if body else "GET", path, body, told)
            return line.getresponse().status
        except (OSError, HTTPException):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        finally:
            line.close()


def test_an_address_that_is_taken_is_said_plainly(tocsin: Tocsin, config: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        ended = subprocess.run(
            [sys.executable, "-c", COMMAND, "form", "--config", str(config)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
    assert ended.returncode == 2
    assert f"127.0.0.1:{port} cannot be opened" in ended.stderr
