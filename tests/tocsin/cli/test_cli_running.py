"""init, check, doctor, help: the first minutes; and that no wrong input ends in a traceback."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tocsin.cli import app

ROOT = Path(__file__).parents[3]


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's words, groups included."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


EVERY_COMMAND = sorted(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=lambda words: " ".join(words) or "tocsin")
def test_every_command_answers_help(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_help_lists_every_command(tocsin: Any) -> None:
    shown = tocsin("--help").out
    for name, *_ in filter(None, EVERY_COMMAND):
        assert f"\n  {name} " in shown


def test_init_then_check_is_enough(tocsin: Any, tmp_path: Path) -> None:
    assert tocsin("init", "--brand", "Müller & Söhne").code == 0
    checked = tocsin("check")
    assert checked.code == 0
    assert "is complete: 1 brand(s)" in checked.out
    assert not list(tmp_path.glob("*.db"))


def test_init_overwrites_nothing(tocsin: Any, tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text("mine")
    refused = tocsin("init")
    assert refused.code == 2
    assert "exists" in refused.err
    assert (tmp_path / "tocsin.toml").read_text() == "mine"


def test_check_names_every_problem_with_its_line_and_exits_2(tocsin: Any, tmp_path: Path) -> None:
    tocsin("init")
    file = tmp_path / "tocsin.toml"
    text = file.read_text().replace('billing = "ada"', 'billing = "aida"')
    file.write_text(text.replace('kind = "bluesky"', 'kind = "blusky"'))
    checked = tocsin("check")
    assert checked.code == 2
    first, second, count = checked.err.splitlines()
    assert first.startswith("tocsin.toml:")
    assert 'Did you mean "ada"?' in first
    assert 'Did you mean "bluesky"?' in second
    assert count == "2 problems in tocsin.toml."


def test_check_names_the_problems_of_every_file_at_once_and_counts_them(
    tocsin: Any, tmp_path: Path
) -> None:
    tocsin("init")
    file = tmp_path / "tocsin.toml"
    text = file.read_text().replace('billing = "ada"', 'billing = "aida"')
    text = text.replace("[safety]", '[safety]\ntripwires = ["own.txt", "gone.txt"]')
    file.write_text(text)
    (tmp_path / "own.txt").write_text("[fire]\nthe valve glows\n{valve\nlanguage = xx\n")
    named = 1 + text.splitlines().index('tripwires = ["own.txt", "gone.txt"]')
    checked = tocsin("check")
    assert checked.code == 2
    _, gone, first, second, count = checked.err.splitlines()
    assert gone.startswith(f"tocsin.toml:{named}: safety.tripwires 2: gone.txt cannot be read: No")
    assert [first.split(": ")[0], second.split(": ")[0]] == ["own.txt:3", "own.txt:4"]
    assert count == "4 problems in tocsin.toml and own.txt."


def test_check_counts_its_warnings_beside_the_problems_and_alone(
    tocsin: Any, tmp_path: Path
) -> None:
    tocsin("init")
    file = tmp_path / "tocsin.toml"
    checked = tocsin("check")
    warned = checked.out.count("warning: ")
    assert warned > 1
    assert checked.out.splitlines()[-1] == f"{warned} warnings in tocsin.toml."
    file.write_text(file.read_text().replace("[safety]", '[safety]\ntripwires = "own.txt"'))
    (tmp_path / "own.txt").write_text("[fire]\n{valve\n")
    checked = tocsin("check")
    assert checked.code == 2
    assert "is complete" not in checked.out
    count = checked.err.splitlines()[-1]
    assert count == f"1 problem, {warned} warnings in own.txt and tocsin.toml."


def test_the_doctor_names_the_problems_of_the_files_that_are_named(
    tocsin: Any, tmp_path: Path
) -> None:
    tocsin("init")
    file = tmp_path / "tocsin.toml"
    file.write_text(file.read_text().replace("[safety]", '[safety]\ntripwires = "own.txt"'))
    (tmp_path / "own.txt").write_text("[fire]\n{valve\n")
    assert "own.txt:2: a bracket is not closed" in tocsin("doctor").out


def test_the_doctor_ends_with_its_problems_and_their_count(tocsin: Any, tmp_path: Path) -> None:
    tocsin("init")
    file = tmp_path / "tocsin.toml"
    sound = tocsin("doctor").out.splitlines()
    assert sound[-1].startswith(f"{sum(one.startswith('PROBLEM') for one in sound)} problem")
    file.write_text(file.read_text().replace("[safety]", '[safety]\ntripwires = "own.txt"'))
    (tmp_path / "own.txt").write_text("[fire]\n{valve\n")
    *found, last = tocsin("doctor").out.splitlines()
    marks = [one.startswith("PROBLEM") for one in found]
    assert marks == sorted(marks), "what is to be mended stands last, where it is read"
    many = sum(marks)
    assert many
    assert last.startswith(f"{many} problem{'' if many == 1 else 's'}, ")


def test_check_wants_secrets_and_replay_does_not(tocsin: Any, posts: Path, tmp_path: Path) -> None:
    tocsin("init")
    with (tmp_path / "tocsin.toml").open("a") as file:
        file.write('[[sources]]\nkind = "x"\nbearer_token = { env = "NO_SUCH_TOKEN" }\n')
    checked = tocsin("check")
    assert checked.code == 2
    assert "NO_SUCH_TOKEN is not set" in checked.err
    assert tocsin("replay", posts).code == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cases ack 1", "Missing option '--as'. Write: tocsin cases ack NUMBERS --as NAME\n"),
        ("cases show", "Missing argument 'NUMBERS'. Write: tocsin cases show NUMBERS\n"),
        ("run --nope", "No such option: --nope. How it is written: tocsin run --help\n"),
        ("sing", "No such command 'sing'. How it is written: tocsin --help\n"),
        ("init --brand", "Option '--brand' requires an argument.\n"),
    ],
)
def test_a_slip_of_the_pen_is_answered_in_one_sentence(tocsin: Any, typed: str, said: str) -> None:
    ended = tocsin(*typed.split())
    assert (ended.code, ended.out, ended.err) == (2, "", said)


def test_no_command_at_all_is_answered_with_help(tocsin: Any) -> None:
    for words in ((), ("cases",)):
        ended = tocsin(*words)
        assert "Usage: " in ended.out + ended.err


# What may be given wrongly, the exit code, and a word of the sentence that says what is wrong.
WRONG: list[tuple[str, list[str], int, str]] = [
    ("no such command", ["sing"], 2, "No such command"),
    ("no such option", ["check", "--loud"], 2, "No such option"),
    ("no such file to score", ["score", "none"], 2, "cannot be read"),
    ("a folder to score", ["score", "folder"], 2, "cannot be read"),
    ("no such configuration to score with", ["score", "posts", "-c", "none"], 2, "no such file"),
    ("no such file to replay", ["replay", "none"], 2, "cannot be read"),
    ("a folder to replay", ["replay", "folder"], 2, "cannot be read"),
    ("bytes to replay", ["replay", "bytes"], 1, "no post"),
    ("an empty file to replay", ["replay", "empty"], 1, "no post"),
    ("a store that exists", ["replay", "posts", "--db", "kept.db"], 2, "exists"),
    ("a folder for a store", ["replay", "posts", "--db", "folder"], 2, "exists"),
    (
        "a store in no folder",
        ["replay", "posts", "--db", "none/a.db"],
        2,
        "Check that its folder exists",
    ),
    ("an end without a zone", ["replay", "posts", "--until", "2026-11-21"], 2, "with a zone"),
    ("an end that is no time", ["replay", "posts", "--until", "soon"], 2, "with a zone"),
    ("an end out of reach", ["replay", "posts", "--until", "9999-12-31T23:59:59-14:00"], 2, "366"),
    ("no such actions", ["replay", "posts", "--actions", "none"], 2, "cannot be read"),
    ("bytes as actions", ["replay", "posts", "--actions", "bytes"], 2, "cannot be read"),
    ("posts as actions", ["replay", "posts", "--actions", "posts"], 2, "posts:1: "),
    ("a configuration of bytes", ["check", "-c", "bytes"], 2, "UTF-8"),
    ("a folder as configuration", ["check", "-c", "folder"], 2, "not a file"),
    ("no configuration", ["cases", "list", "-c", "none"], 2, "no such file"),
    ("no store", ["cases", "list", "--db", "none"], 2, "no store at none"),
    ("a folder as store", ["cases", "list", "--db", "folder"], 2, "cannot be opened"),
    ("bytes as store", ["cases", "list", "--db", "bytes"], 2, "cannot be opened"),
    ("an empty file as store", ["cases", "list", "--db", "empty"], 2, "no store of Tocsin's"),
    ("bytes as ledger", ["ledger", "verify", "--db", "bytes"], 2, "cannot be opened"),
    ("an empty file as schema", ["schema", "--db", "empty"], 2, "no store of Tocsin's"),
    ("no such case to show", ["cases", "show", "99", "--db", "kept.db"], 1, "no case 99"),
    ("a word for a number", ["cases", "show", "one"], 2, "no number"),
    ("nought for a number", ["cases", "show", "0"], 2, "no number"),
    ("a number beyond all", ["cases", "show", "9" * 30], 2, "no number"),
    ("numbers beyond all", ["cases", "ack", "9" * 30, "--as", "ada"], 2, "no number"),
    ("nobody acts", ["cases", "ack", "1"], 2, "--as"),
    ("no cost at all", ["cases", "resolve", "1", "--as", "ada", "--cost", "-1"], 2, "--cost"),
    (
        "a cost beyond all",
        ["cases", "resolve", "1", "--as", "ada", "--cost", "9" * 30],
        2,
        "whole minutes",
    ),
    (
        "a wait that is none",
        ["cases", "snooze", "1", "--as", "ada", "--for", "ever", "--reason", "x"],
        2,
        "no duration",
    ),
    (
        "a wait beyond all",
        ["cases", "snooze", "1", "--as", "ada", "--for", f"{'9' * 30}d", "--reason", "x"],
        2,
        "no duration",
    ),
    (
        "no such brand",
        ["incidents", "declare", "X", "--as", "ada", "--reason", "x", "--db", "kept.db"],
        2,
        "Acme",
    ),
    (
        "a stranger declares",
        ["incidents", "declare", "Acme", "--as", "eve", "--reason", "x", "--db", "kept.db"],
        1,
        "no active person",
    ),
    (
        "somebody mistyped declares",
        ["incidents", "declare", "Acme", "--as", "adda", "--reason", "x", "--db", "kept.db"],
        1,
        "did you mean ada?",
    ),
    ("no such post", ["explain", "99", "--db", "kept.db"], 1, "No post with the id 99"),
    ("a post of broken bytes", ["explain", "a\udcff", "--db", "kept.db"], 1, "No post"),
    ("no such author", ["forget", "eve", "--db", "kept.db"], 1, "No author eve"),
    ("an author of broken bytes", ["forget", "a\udcff", "--db", "kept.db"], 1, "No author"),
    ("a file in no folder", ["init", "none/t.toml"], 2, "cannot be written"),
    ("a brand of nothing", ["init", "t.toml", "--brand", " "], 2, "brand must have"),
    ("a brand of broken bytes", ["init", "t.toml", "--brand", "a\udcff"], 2, "one line"),
    ("one person for two", ["init", "t.toml", "--owner", "grace"], 2, "two people"),
    ("a brand of nothing to watch", ["watch", ""], 2, "A brand is"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "said"), [pytest.param(*row[1:], id=row[0]) for row in WRONG]
)
def test_what_is_wrong_ends_in_a_sentence(
    tocsin: Any,
    store: Path,
    tmp_path: Path,
    posts: Path,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(bytes(range(255, -1, -1)) * 20)
    posts.rename(tmp_path / "posts")
    ended = tocsin(*arguments)
    assert ended.code == code
    # Wide enough for the whole sentence, whatever the terminal.
    assert said in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_a_file_that_is_no_store_is_left_as_it_is(tocsin: Any, store: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert tocsin("cases", "list", "--db", empty).code == 2
    assert empty.read_bytes() == b""


def test_a_damaged_store_ends_in_a_sentence(tocsin: Any, store: Path) -> None:
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"\x00garbage" * 2048 + whole[20480:])
    for arguments in (["cases", "list"], ["ledger", "verify"], ["explain", "1"]):
        ended = tocsin(*arguments, "--db", store)
        assert ended.code in (1, 2)
        assert len(ended.err.splitlines()) == 1


# ------------------------------------------------------------- as a process of its own
def process(*arguments: str, cwd: Path, **rest: Any) -> subprocess.Popen[bytes]:
    code = "from tocsin.cli import main; main()"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **rest,
    )


def test_a_reader_who_leaves_sees_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "posts.txt").write_text("Refund please. Third time asking.\n" * 3000)
    with process("score", "posts.txt", cwd=tmp_path) as scoring:
        assert scoring.stdout is not None
        assert scoring.stderr is not None
        assert b'"id": "line-1"' in scoring.stdout.readline()
        scoring.stdout.close()
        assert scoring.stderr.read() == b""


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, store: Path) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(
            [sys.executable, "-c", "from tocsin.cli import main; main()", "schema", "--db", store],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
        ) as showing,
    ):
        _, err = showing.communicate(timeout=60)
    assert err.startswith(b"The system refused: No space left")
    assert b"Traceback" not in err


def test_a_terminal_without_our_letters_is_no_reason_to_stop(tmp_path: Path, store: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tocsin.cli import main; main()",
            "cases",
            "show",
            "1",
            "--db",
            store,
        ],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert shown.returncode == 0
    assert b"no reply \\U0001f621" in shown.stdout
    assert shown.stderr == b""


WATCHING = """
import sys, threading
from config import SourceSettings
from listener.collector import Batch
from tocsin.watch import watch_brand

class Quiet:
    def fetch(self, cursor, *, now, deadline):
        print("listening", flush=True)
        threading.Event().wait(60)  # deaf even to close()
        return Batch()
    def close(self):
        pass

one = (SourceSettings(name="one", kind="one"), Quiet())
sys.exit(watch_brand("Acme", everything=True, as_json=False, collectors=[one]))
"""


def test_ctrl_c_ends_a_watch_quietly_even_where_a_source_hangs(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", WATCHING],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == b"listening\n"
        watching.send_signal(signal.SIGINT)
        _, err = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert b"Traceback" not in err
    assert b"Exception" not in err


def test_a_daemon_whose_address_is_taken_does_not_start(tmp_path: Path, tocsin: Any) -> None:
    assert tocsin("init").code == 0
    config = tmp_path / "tocsin.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        config.write_text(f'listen = "{at}"\n{config.read_text()}')
        with process("run", cwd=tmp_path) as running:
            _, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert err.decode() == (
        f"tocsin.toml:1: listen: {at} is in use by another program; /healthz and links could not "
        "answer. Stop what uses it, or choose another port\n"
    )
