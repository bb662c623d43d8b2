"""Files and folders that sources read from: each fault is told with its place before anything runs.

By the configuration's own file and line in `tocsin check`, by the source in `tocsin doctor`.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load
from tocsin import source_files
from tocsin.catalogue import catalogue
from tocsin.doctor import declared

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = """\
fallback_executive = "grace"
[[brands]]
name = "Acme"
[[people]]
name = "grace"
contacts = [{ channel = "terminal", to = "grace" }]
[[teams]]
name = "care"
members = ["grace"]
[[channels]]
kind = "terminal"
"""
CSV = '[[sources]]\nkind = "csv"\npath = "survey.csv"\ntext = "comment"\n'
LINES = '[[sources]]\nkind = "file"\nname = "{0}"\npath = "{1}"\n'
HOOK = '[[sources]]\nkind = "webhook"\nname = "{0}"\nsecret = {{ env = "X" }}\nspool = "{1}"\n'
FORM = '[[sources]]\nkind = "form"\nfolder = "{0}"\n'
POST = '{"platform": "x", "id": "1", "text": "a", "created_at": "2026-01-01T00:00:00Z"}'

Told = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What is wrong and what may pass with these sources, each with its line."""

    def tell(*sources: str) -> tuple[list[str], list[str]]:
        path = tmp_path / "tocsin.toml"
        path.write_text(HEAD + "".join(sources))
        loaded = load(path, catalogue(), secrets=False)
        wrong, passing = source_files.problems(loaded.document, loaded.settings.sources, NOW)
        named = f"{tmp_path}/"  # the file as it is called is the whole path here
        return [str(one).removeprefix(named) for one in wrong], [str(one) for one in passing]

    return tell


@pytest.fixture
def survey(tmp_path: Path) -> Callable[[str | bytes], None]:
    def write(content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / "survey.csv").write_bytes(raw)

    return write


def test_a_file_as_declared_is_not_spoken_of(told: Told, survey: Callable[..., None]) -> None:
    survey("id,comment\n1,late again\n")
    assert told(CSV) == ([], [])


def test_a_file_with_nothing_in_it_yet_is_not_spoken_of(
    told: Told, survey: Callable[..., None]
) -> None:
    survey("")
    assert told(CSV) == ([], [])


def test_each_missing_column_is_named_on_its_own_line_with_those_that_are_there(
    told: Told, survey: Callable[..., None]
) -> None:
    survey("Number,Comment,Date\n1,late again,\n")
    ((text, own), passing) = told(CSV + 'id = "ticket"\n')
    assert text.startswith('tocsin.toml:15: source "csv", text: survey.csv has no column "comment"')
    assert text.endswith('Its first line has: Comment, Date, Number. Did you mean "Comment"?')
    assert own.startswith('tocsin.toml:16: source "csv", id: survey.csv has no column "ticket"')
    assert passing == []


@pytest.mark.parametrize(
    ("content", "delimiter"), [("id;comment\n", '";"'), ("id\tcomment\n", r'"\t"')]
)
def test_a_wrong_delimiter_is_told_with_the_right_one(
    told: Told, survey: Callable[..., None], content: str, delimiter: str
) -> None:
    survey(content)
    ((one,), _) = told(CSV)
    assert one.endswith(f"are divided by {delimiter}. Write delimiter = {delimiter}")
    assert told(CSV + f"delimiter = {delimiter}\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\nid,comment\n", "path: the first line of survey.csv is empty. It has to name"),
        ("id,comm\xe9nt\n".encode("latin-1"), "encoding: survey.csv: line 1 is not utf-8. Declare"),
        ("id,comment\n".encode("utf-16"), "path: survey.csv: the file is UTF-16"),
        ("id,comment\n1,sch\xf6n\n".encode("latin-1"), "survey.csv: its only post would be left"),
    ],
)
def test_what_makes_the_whole_file_unreadable_is_told(
    told: Told, survey: Callable[..., None], content: str | bytes, said: str
) -> None:
    survey(content)
    ((one,), passing) = told(CSV)
    assert said in one
    assert passing == []


def test_records_that_would_be_left_out_are_counted_and_the_first_is_named_by_its_line(
    told: Told, survey: Callable[..., None]
) -> None:
    survey("id,comment\n1,fine\n2,sch\xf6n\n3,\xfcbel\n".encode("latin-1"))
    wrong, (one,) = told(CSV)
    assert "2 of its first 3 posts would be left out; line 3 is not utf-8; declare the" in one
    assert wrong == []


def test_nothing_that_stands_in_a_record_is_repeated(
    told: Told, survey: Callable[..., None]
) -> None:
    survey("id,comment,stars\n1,fine,5\n2,hunter2,hunter3\n")
    told_of = told(CSV + 'rating = "stars"\n')
    assert "line 3: the rating is no number" in str(told_of)
    assert "hunter" not in str(told_of)


def test_lines_that_are_no_posts_are_told(told: Told, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(f"{POST}\nnope\n")
    wrong, (one,) = told(LINES.format("posts", "p.jsonl"))
    assert 'source "posts", path: p.jsonl: 1 of its first 2 posts would be left out; line 2' in one
    assert wrong == []


def test_a_file_that_is_not_there_may_still_come(told: Told, tmp_path: Path) -> None:
    wrong, (one,) = told(CSV)
    assert f"there is no file {tmp_path / 'survey.csv'}" in one
    assert wrong == []


def test_a_folder_that_is_not_there_is_told_by_its_own_name(told: Told, tmp_path: Path) -> None:
    _, (one,) = told(LINES.format("posts", "exports/p.jsonl"))
    assert f"there is no folder {tmp_path / 'exports'}" in one


def test_a_folder_in_the_place_of_a_file_is_refused(told: Told, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    ((one,), _) = told(LINES.format("posts", "p"))
    assert f"{tmp_path / 'p'} is a folder. Name the file itself" in one


def test_what_may_not_be_read_or_written_is_told(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p.jsonl").write_text("")
    (tmp_path / "spool").mkdir()
    closed = {tmp_path / "p.jsonl", tmp_path / "spool"}
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path not in closed and really(path, mode))
    (wrong, _) = told(LINES.format("posts", "p.jsonl"), HOOK.format("shop", "spool"))

    assert "p.jsonl may not be read. Give the account" in wrong[0]
    assert "spool cannot be written to. Give the account" in wrong[1]


def test_a_spool_may_be_made_later_but_not_the_folders_above_it(told: Told, tmp_path: Path) -> None:
    assert told(HOOK.format("shop", "spool")) == ([], [])
    ((one,), _) = told(HOOK.format("shop", "no/spool"))
    assert f"there is no folder {tmp_path / 'no'}. Make it with mkdir -p" in one


def test_the_form_makes_every_folder_that_it_needs(told: Told, tmp_path: Path) -> None:
    assert told(FORM.format(tmp_path / "a" / "b")) == ([], [])
    (tmp_path / "a").write_text("")
    assert "is no folder" in str(told(FORM.format(tmp_path / "a")))


def test_one_file_that_two_sources_read_is_told_however_it_is_spelt(
    told: Told, tmp_path: Path
) -> None:
    (tmp_path / "p.jsonl").write_text("")
    (tmp_path / "q.jsonl").symlink_to("p.jsonl")
    wrong, (one,) = told(LINES.format("a", "p.jsonl"), LINES.format("b", "q.jsonl"))
    assert 'source "b", path: source "a" reads' in one
    assert wrong == []


def test_one_folder_that_two_sources_empty_is_refused(told: Told) -> None:
    ((one,), _) = told(HOOK.format("a", "spool"), HOOK.format("b", "./spool"))
    assert one.endswith("take away what the other has not read. Give each a folder of its own")


def test_the_doctor_says_the_same_of_each_source(
    tmp_path: Path, survey: Callable[..., None]
) -> None:
    survey("id,text\n")
    path = tmp_path / "tocsin.toml"
    path.write_text(HEAD + CSV + LINES.format("posts", "p.jsonl"))
    settings = load(path, catalogue(), secrets=False).settings
    column, absent = declared.files(settings, NOW)
    assert not column.ok
    assert column.about == "source csv"
    assert 'text: survey.csv has no column "comment". Its first line has: id, text.' in column.what
    assert absent.standing
    assert absent.about == "source posts"
    assert "there is no file" in absent.what
