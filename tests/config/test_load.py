"""What a good file gives, and what a hostile one is told."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config import Role, SourceSettings
from config.load import MAX_PROBLEMS, Catalogue, Loaded, load
from config.problems import ConfigProblems, Problem
from config.reading import MAX_BYTES

Loading = Callable[[str | bytes], Loaded]
Write = Callable[[str | bytes], Path]

MINIMAL = """\
fallback_executive = "grace"

[[brands]]
name = "Acme Airways"

[[people]]
name = "ada"
contacts = [{ channel = "slack", to = "U024BE7LH" }]

[[people]]
name = "grace"
contacts = [{ channel = "slack", to = "U0G9QF9C6" }]

[[teams]]
name = "care"
members = ["ada", "grace"]

[[channels]]
kind = "slack"
token = { env = "SLACK_BOT_TOKEN" }
room = "C0ALERTS"
"""


def problems_of(loading: Loading, text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ConfigProblems) as refused:
        loading(text)
    return refused.value.problems


def test_one_brand_one_team_two_people_and_one_channel_are_complete(loading: Loading) -> None:
    settings = loading(MINIMAL).settings
    assert settings.brand("Acme Airways").all_terms == ("Acme Airways",)
    assert settings.triage_team is settings.communications_team is settings.team("care")
    assert settings.policy_of(settings.team("care")).steps[-1] is Role.EXECUTIVE
    assert [(s.kind, s.name) for s in settings.sources] == [
        ("bluesky", "bluesky"),
        ("hackernews", "hackernews"),
    ]


def test_channels_and_sources_keep_the_fields_of_their_own_kind(loading: Loading) -> None:
    settings = loading(
        MINIMAL + '[[sources]]\nkind = "station"\nurls = ["https://a.example/"]\nevery = "1h"\n'
    ).settings
    (channel,), (source,) = settings.channels, settings.sources
    assert (channel.name, channel.kind, channel.room) == ("slack", "slack", "C0ALERTS")
    assert (type(channel).__name__, type(source).__name__) == ("ChatSettings", "StationSettings")
    assert (source.name, source.every) == ("station", timedelta(hours=1))
    dumped = settings.model_dump()
    assert dumped["sources"][0]["urls"] == ("https://a.example/",)
    assert dumped["channels"][0]["token"] == {"env": "SLACK_BOT_TOKEN", "file": None}


def test_two_entries_of_one_kind_have_names_of_their_own(loading: Loading) -> None:
    station = '[[sources]]\nkind = "station"\nname = "{}"\nurls = ["https://a.example/"]\n'
    settings = loading(MINIMAL + station.format("one") + station.format("two")).settings
    assert [source.name for source in settings.sources] == ["one", "two"]


def test_an_own_policy_does_not_take_the_default_one_away(loading: Loading) -> None:
    settings = loading(MINIMAL + '[[policies]]\nname = "calm"\nsteps = ["executive"]\n').settings
    assert [policy.name for policy in settings.policies] == ["calm", "default"]


def test_keyless_sources_that_do_not_exist_are_not_invented(
    write: Write, catalogue: Catalogue
) -> None:
    bare = Catalogue({"bluesky": lambda: SourceSettings}, catalogue.channels)
    loaded = load(write(MINIMAL), bare, environ={"SLACK_BOT_TOKEN": "x"})
    assert [source.kind for source in loaded.settings.sources] == ["bluesky"]


def test_a_relative_database_lies_beside_the_file(loading: Loading, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    settings = loading('database = "data/t.db"\n' + MINIMAL).settings
    assert settings.database == tmp_path / "data" / "t.db"


def test_a_replay_needs_neither_secrets_nor_a_database(write: Write, catalogue: Catalogue) -> None:
    path = write('database = "/no/such/folder/t.db"\n' + MINIMAL)
    assert load(path, catalogue, environ={}, secrets=False, database=False).settings.channels


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="a byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="no last line end"),
    ],
)
def test_what_editors_do_to_a_file_is_read(
    change: Callable[[str], bytes], loading: Loading
) -> None:
    assert loading(change(MINIMAL)).settings.people


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        pytest.param(
            b"a = 1\n" * (50 * 1024 * 1024 // 6), 1, "larger than 1 MiB", id="fifty megabytes"
        ),
        pytest.param(b"#" * (MAX_BYTES + 1), 1, "larger than 1 MiB", id="one byte too many"),
        pytest.param(b'a = 1\nb = "caf\xe9"', 2, "not UTF-8", id="Latin-1"),
        pytest.param("a = 1".encode("utf-16"), 1, "not UTF-8", id="UTF-16, as Windows saves it"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00\xff", 1, "not UTF-8", id="a program"),
        pytest.param(b"a = 1\n\x00\x00", 2, "not TOML", id="null bytes"),
        pytest.param(f"a = 1\nb = {DEEP}".encode(), 2, "nested", id="deeply nested arrays"),
        pytest.param(("a." * 100_000 + "a = 1").encode(), 1, "parts", id="an endless key"),
        pytest.param(b"a = " + b"9" * 10_000, 1, "number", id="an endless number"),
        pytest.param(b"a = [" + b"0," * 200_000 + b"]", 1, "values", id="an endless list"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(
    content: bytes, line: int, what: str, loading: Loading
) -> None:
    (problem,) = problems_of(loading, content)
    assert problem.line == line
    assert what in problem.what
    assert problem.remedy
    assert len(str(problem).splitlines()) == 1


def refusal(path: Path, catalogue: Catalogue) -> str:
    with pytest.raises(ConfigProblems) as refused:
        load(path, catalogue)
    return str(refused.value)


def test_a_missing_file_is_told_how_to_make_one(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "tocsin.toml"
    wanted = f"{path}:1: there is no such file. Make one with: tocsin init"
    assert refusal(path, catalogue) == wanted


def test_a_folder_or_a_pipe_is_not_opened(tmp_path: Path, catalogue: Catalogue) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path("/dev/zero")):
        assert "this is not a file" in refusal(path, catalogue)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000], ids=["a null byte", "an endless name"])
def test_a_name_that_is_no_path_is_refused(name: str, catalogue: Catalogue) -> None:
    assert "the file cannot be read" in refusal(Path(name), catalogue)


def test_a_file_that_may_not_be_read_is_refused(
    write: Write, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(MINIMAL)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "cannot be read: Permission denied" in refusal(path, catalogue)


def test_a_hostile_file_name_forges_no_second_line(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "x\ntocsin.toml:1: all is well"
    assert "\n" not in refusal(path, catalogue)


EVERYTHING_WRONG = """\
fallback_executive = "grac"
listen = "0.0.0.0:80"
timezone = "Mars"
triage = "cear"
[[brands]]
name = "Acme"
trems = ["acme"]
[[people]]
name = "ada"
contacts = [{ channel = "slak", to = "U1" }]
[[people]]
name = "grace"
active = "perhaps"
[[teams]]
name = "care"
members = ["ada", "bob", 3]
on_call = { people = "grace", every = "5" }
owners = { billing = "adda" }
policy = "harsh"
[[channels]]
kind = "slack"
token = "xoxb-1"
size = 99
[[channels]]
kind = "smoke"
[[sources]]
kind = "station"
key = { env = "NOT_THERE" }
urls = ["https://a.example/"]
[[sources]]
kind = "pigeon"
"""


def test_every_problem_is_reported_at_once_in_the_order_of_its_lines(loading: Loading) -> None:
    problems = problems_of(loading, EVERYTHING_WRONG)
    assert [p.line for p in problems] == [
        *(1, 2, 3, 4, 7, 10, 12, 13, 16, 16, 17, 18, 18, 19, 22, 23, 25, 28, 31)
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "".join(f'[[people]]\nname = "p{n}"\n' for n in range(5000))
            + "[[teams]]\nmembers = ["
            + ",".join(f'"q{n}"' for n in range(5000))
            + "]",
            id="thousands of people and thousands of unknown members",
        ),
        pytest.param("".join(f"k{n} = 1\n" for n in range(40_000)), id="thousands of keys"),
        pytest.param("[[channels]]\nkind = 1\n" * 9000, id="thousands of channels"),
    ],
)
def test_a_report_has_an_end(text: str, loading: Loading) -> None:
    problems = problems_of(loading, text)
    assert len(problems) == MAX_PROBLEMS + 1
    assert any("not all are told" in problem.what for problem in problems)


def test_a_report_is_one_line_a_problem(write: Write, catalogue: Catalogue) -> None:
    path = write(MINIMAL.replace("[[channels]]", 'owners = { billing = "adda" }\n[[channels]]'))
    report = refusal(path, catalogue).splitlines()
    assert report[0].replace(str(path), "tocsin.toml") == (
        'tocsin.toml:18: owner of topic "billing": no person named "adda". '
        'Known: ada, grace. Did you mean "ada"?'
    )
    assert all(line.startswith(f"{path}:") for line in report)


def test_the_environment_of_the_process_is_used_where_none_is_given(
    write: Write, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "x")
    assert load(write(MINIMAL), catalogue).settings.channels
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    assert "environment variable SLACK_BOT_TOKEN is not set" in refusal(write(MINIMAL), catalogue)


def test_a_secret_is_found_in_its_file(loading: Loading, tmp_path: Path) -> None:
    secret = tmp_path / "slack"
    by_file = MINIMAL.replace('env = "SLACK_BOT_TOKEN"', f'file = "{secret}"')
    (problem,) = problems_of(loading, by_file)
    assert "cannot be read" in problem.what or "not there" in problem.what
    secret.write_text("x" * 20)
    assert loading(by_file).settings.channels
