"""The file source reads each line once, whatever happens to the file between two reads."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import Brand
from listener.collector import BadRequest, Batch
from listener.collectors import settings_of
from listener.collectors.file import MAX_LINES, FileSource, Settings, build
from listener.tools import Tools

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def line(post_id: object, **more: object) -> str:
    return json.dumps({"platform": "x", "id": post_id, "text": "late again", **more}) + "\n"


def append(path: Path, text: str) -> None:
    with path.open("a", newline="") as handle:
        handle.write(text)


def ids(batch: Batch) -> list[str]:
    return [seen.post.id for seen in batch.observations]


class Reader:
    """A source and the cursor the store would keep."""

    def __init__(self, path: Path, *, page_backlog: bool = False) -> None:
        self.source = FileSource(path, page_backlog=page_backlog)
        self.cursor: str | None = None
        self.now = NOON

    def reads(self) -> Batch:
        batch = self.source.fetch(self.cursor, now=self.now, deadline=5.0)
        self.cursor = batch.cursor
        self.now += MINUTE
        return batch

    def restarted(self, path: Path) -> "Reader":
        self.source = FileSource(path)
        return self


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


def test_lines_are_read_once_each(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1) + line(2))
    assert ids(reader.reads()) == ["1", "2"]
    append(path, line(3))
    assert ids(reader.restarted(path).reads()) == ["3"]
    assert ids(reader.reads()) == []


def test_a_half_written_line_waits_for_its_end(path: Path) -> None:
    reader = Reader(path)
    whole = line(2)
    append(path, line(1) + whole[:20])
    assert ids(reader.reads()) == ["1"]
    append(path, whole[20:])
    batch = reader.reads()
    assert (ids(batch), batch.malformed) == (["2"], ())


def test_a_last_line_without_newline_is_read_when_it_is_complete(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1) + line(2).rstrip())
    assert ids(reader.reads()) == ["1", "2"]
    append(path, "\noops\n")
    batch = reader.reads()
    assert ids(batch) == []
    assert [reason.split(":")[0] for reason in batch.malformed] == ["line 3"]


def test_bad_lines_are_named_by_number_and_cost_nothing_else(path: Path) -> None:
    append(path, line(1) + "oops\n\n" + line(4) + '{"id": 5}\n' + line(6))
    batch = Reader(path).reads()
    assert ids(batch) == ["1", "4", "6"]
    assert [reason.split(":")[0] for reason in batch.malformed] == ["line 2", "line 5"]
    assert "not JSON" in batch.malformed[0]


def test_an_owner_is_told_which_lines_are_left_out_and_why(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1) + "oops\n" + line(3, created_at="yesterday") + "{}\n" * 9)
    said = reader.reads().trouble
    assert said is not None
    assert 'source "file": 11 lines were left out of posts.jsonl, line 2: it is not JSON' in said
    assert 'line 3: "created_at" is no time; write ISO 8601' in said
    assert "line 6: " in said
    assert "line 7" not in said
    assert "; and 6 more. Mend what writes them" in said
    assert "late again" not in said
    assert reader.reads().trouble is None


def test_what_is_told_of_bad_lines_is_over_a_day_after_the_last_one(path: Path) -> None:
    reader = Reader(path)
    append(path, "oops\n")
    assert reader.reads().trouble
    reader.restarted(path).now += timedelta(hours=23)
    append(path, line(2))
    assert reader.reads().trouble is None
    reader.now += timedelta(hours=1)
    assert reader.reads().trouble == ""
    assert reader.reads().trouble is None


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252", "utf-16"])
def test_what_is_not_utf8_is_named_and_not_kept_and_heard_once_it_is_saved_anew(
    path: Path, encoding: str
) -> None:
    def words(number: int) -> str:
        return json.dumps(
            {"platform": "x", "id": number, "text": "Käse für Günter"}, ensure_ascii=False
        )

    text = "".join(f"{words(number)}\n" for number in (1, 2, 3))
    path.write_bytes(text.encode(encoding))
    reader = Reader(path)
    batch = reader.reads()
    assert (ids(batch), batch.gaps) == ([], ())
    assert batch.malformed[0] == "line 1: this is not UTF-8 text; save the file as UTF-8"
    assert "line 1: this is not UTF-8 text; save the file as UTF-8" in (batch.trouble or "")
    path.write_text(text, encoding="utf-8")
    batch = reader.reads()
    assert [seen.post.text for seen in batch.observations] == ["Käse für Günter"] * 3
    assert (batch.malformed, batch.trouble) == ((), "")


def test_one_line_that_is_not_utf8_costs_no_other(path: Path) -> None:
    bad = line(2).encode().replace(b"late", b"sp\xe4t")
    path.write_bytes(line(1).encode() + bad + line(3).encode())
    batch = Reader(path).reads()
    assert ids(batch) == ["1", "3"]
    assert batch.malformed == ("line 2: this is not UTF-8 text; save the file as UTF-8",)


def test_an_endless_line_is_passed_over(path: Path) -> None:
    append(path, "x" * 3_000_000 + "\n" + line(2))
    batch = Reader(path).reads()
    assert ids(batch) == ["2"]
    assert "longer than" in batch.malformed[0]


def test_a_long_file_comes_in_batches(path: Path) -> None:
    append(path, "".join(line(n) for n in range(MAX_LINES + 20)))
    reader = Reader(path)
    first, second = reader.reads(), reader.reads()
    assert (len(first.observations), first.more) == (MAX_LINES, True)
    assert (len(second.observations), second.more) == (20, False)


def test_after_a_rotation_the_old_file_is_finished_first(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    append(path, line(2))
    path.rename(path.with_name("posts.jsonl.1"))
    append(path, line(3))
    batches = [reader.restarted(path).reads(), reader.reads()]
    assert [ids(batch) for batch in batches] == [["2"], ["3"]]
    assert not any(batch.gaps for batch in batches)


def test_a_new_file_with_the_same_last_bytes_is_not_taken_for_the_old_one(path: Path) -> None:
    ends = {"engagement": {"likes": 0, "reposts": 0, "replies": 0, "quotes": 0, "views": 0}}
    reader = Reader(path)
    append(path, line(1, **ends))
    reader.reads()
    append(path, line(2, **ends))
    path.rename(path.with_name("posts.jsonl.1"))
    append(path, line(3, **ends))  # as long as line 1, and with the same end
    batches = [reader.restarted(path).reads(), reader.reads()]
    assert [ids(batch) for batch in batches] == [["2"], ["3"]]
    assert not any(batch.gaps for batch in batches)


def test_a_place_of_before_that_check_is_gone_on_from(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    older = json.loads(reader.cursor or "")
    del older["total"]
    reader.cursor = json.dumps(older)
    saved_anew = path.with_name("new")
    saved_anew.write_text(path.read_text() + line(2))
    saved_anew.rename(path)
    assert [ids(reader.reads()), ids(reader.reads())] == [["2"], []]


def test_lines_before_a_rotation_are_heard_though_nobody_has_written_since(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    append(path, line(2) + line(3)[:9])
    path.rename(path.with_name("posts.jsonl.1"))
    assert [ids(reader.restarted(path).reads()), ids(reader.reads())] == [["2"], []]
    append(path.with_name("posts.jsonl.1"), line(3)[9:])  # its writer has it open still
    assert ids(reader.reads()) == ["3"]
    append(path, line(4))
    batches = [reader.reads(), reader.reads()]
    assert [ids(batch) for batch in batches] == [[], ["4"]]
    assert not any(batch.gaps or batch.malformed for batch in batches)


def test_two_rotations_are_read_in_turn_though_nobody_has_written_since(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    for age, post_id in ((2, 2), (1, 3)):
        append(path, line(post_id))
        dated(path, 10 - age)
        path.rename(path.with_name(f"posts.jsonl.{age}"))
    batches = [reader.reads() for _ in range(3)]
    assert [ids(batch) for batch in batches] == [["2"], ["3"], []]
    assert [batch.more for batch in batches] == [True, False, False]


def dated(path: Path, minute: int) -> None:
    os.utime(path, ns=(minute * 60 * 10**9, minute * 60 * 10**9))


def test_files_that_were_rotated_while_we_were_away_are_read_in_turn(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    append(path, line(2))
    for age, post_id in ((2, 3), (1, 4)):
        dated(path, 10 - age)
        path.rename(path.with_name(f"posts.jsonl.{age}"))
        append(path, line(post_id))
    path.with_name("posts.jsonl.3.gz").write_bytes(b"packed")
    reader.restarted(path)
    batches = [reader.reads() for _ in range(4)]
    assert [ids(batch) for batch in batches] == [["2"], ["3"], ["4"], []]
    assert [batch.more for batch in batches] == [True, True, False, False]
    assert not any(batch.gaps for batch in batches)


def test_a_rotation_by_copy_and_cut_loses_nothing(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    append(path, line(2))
    shutil.copy(path, path.with_name("posts.jsonl.1"))
    os.truncate(path, 0)
    append(path, line(3))
    batches = [reader.reads(), reader.reads()]
    assert [ids(batch) for batch in batches] == [["2"], ["3"]]
    assert not any(batch.gaps for batch in batches)


def test_a_rotated_line_that_nobody_finished_is_told(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    append(path, line(2) + line(3)[:9])
    path.rename(path.with_name("posts.jsonl.1"))
    append(path, line(4))
    batch = reader.reads()
    assert (ids(batch), batch.malformed) == (
        ["2"],
        ("posts.jsonl.1: its last line is not whole",),
    )
    assert ids(reader.reads()) == ["4"]


def test_what_is_written_after_a_cut_is_no_backlog(path: Path) -> None:
    reader = Reader(path)
    old = {"created_at": "2026-11-21T09:00:00Z"}
    append(path, line(1, **old) + line(2, **old))
    reader.reads()
    path.write_text(line(3, **old))
    (seen,) = reader.reads().observations
    assert not seen.backfill


@given(st.lists(st.integers(0, 60) | st.none() | st.just("rotate"), max_size=25))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_is_written_each_line_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | str | None]
) -> None:
    """A number: so many more bytes are written; None: it is read; rotate: it is renamed."""
    path = tmp_path_factory.mktemp("inbox") / "posts.jsonl"
    path.touch()
    reader = Reader(path)
    read = ids(reader.reads())
    raw = b"".join(line(n, text="é").encode() for n in range(12))
    at = 0
    for clock, step in enumerate([*steps, len(raw), None]):
        if step is None:
            read += ids(reader.reads())
        elif step == "rotate":
            if raw[:at].endswith(b"\n") or at == 0:  # a writer reopens between two lines
                dated(path, clock)
                path.rename(path.with_name(f"posts.jsonl.{clock}"))
                path.touch()
        else:
            with path.open("ab") as handle:
                handle.write(raw[at : at + int(step)])
            at += int(step)
    while (batch := reader.reads()).more or batch.observations:
        read += ids(batch)
    assert read == [str(n) for n in range(12)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="cut to nothing"),
        pytest.param(line(9), id="cut and written anew, shorter"),
        pytest.param(line(9) + line(10) + line(11) + line(12), id="written anew, longer"),
    ],
)
def test_a_file_that_was_cut_is_read_from_its_start_and_the_gap_is_told(
    path: Path, text: str
) -> None:
    reader = Reader(path)
    append(path, line(1) + line(2))
    reader.reads()
    path.write_text(text)
    batch = reader.reads()
    assert ids(batch) == [json.loads(each)["id"].__str__() for each in text.splitlines()]
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(NOON, NOON + MINUTE)]


def test_a_file_saved_by_an_editor_goes_on_where_it_was(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    copy = path.with_name("copy")
    copy.write_text(line(1) + line(2))
    copy.replace(path)
    batch = reader.reads()
    assert (ids(batch), batch.gaps) == (["2"], ())


@pytest.mark.parametrize(
    "cursor", ["", "null", "{}", '{"inode": "x"}', "[1]", '{"inode": 1e999}', "nonsense"]
)
def test_a_cursor_that_cannot_be_read_means_from_the_start(path: Path, cursor: str) -> None:
    append(path, line(1))
    assert ids(FileSource(path).fetch(cursor, now=NOON, deadline=1.0)) == ["1"]


def test_what_was_there_at_the_first_start_is_marked_and_what_is_added_is_not(path: Path) -> None:
    reader = Reader(path)
    old = {"created_at": "2026-11-21T09:00:00Z"}
    append(path, line(1, **old) + line(2))
    assert [seen.backfill for seen in reader.reads().observations] == [True, False]
    append(path, line(3, **old))
    assert [seen.backfill for seen in reader.reads().observations] == [False]


def test_a_backlog_may_page_where_the_operator_says_so(path: Path) -> None:
    append(path, line(1, created_at="2026-11-21T09:00:00Z"))
    (seen,) = Reader(path, page_backlog=True).reads().observations
    assert not seen.backfill


def test_a_file_that_comes_later_is_read_as_at_the_first_start(path: Path) -> None:
    reader = Reader(path)
    assert reader.reads() == Batch(cursor=reader.cursor)
    reader.restarted(path)
    reader.reads()
    append(path, line(1, created_at="2026-11-21T11:59:00Z"))
    append(path, line(2, created_at="2026-11-21T12:00:30Z") + line(3))
    assert [seen.backfill for seen in reader.reads().observations] == [True, False, False]


def test_a_file_that_goes_away_is_no_failure_and_is_gone_on_with(path: Path) -> None:
    reader = Reader(path)
    append(path, line(1))
    reader.reads()
    away = path.rename(path.with_name("away"))
    assert reader.reads() == Batch(cursor=reader.cursor)
    append(away, line(2))
    away.rename(path)
    batch = reader.reads()
    assert (ids(batch), batch.gaps) == (["2"], ())


def test_what_is_wrong_with_the_file_is_looked_at_again_at_the_next_poll(path: Path) -> None:
    path.mkdir()
    with pytest.raises(BadRequest) as told:
        Reader(path).reads()
    assert told.value.local


def test_posts_are_stamped_with_the_time_of_reading(path: Path) -> None:
    append(path, line(1, seen_at="2020-01-01T00:00:00Z"))
    (seen,) = Reader(path).reads().observations
    assert seen.seen_at == NOON


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
def test_only_an_ordinary_file_is_read(path: Path, make: object) -> None:
    make(path)  # type: ignore[operator]
    with pytest.raises(BadRequest, match="no ordinary file"):
        Reader(path).reads()


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(BadRequest, match="path is none"):
        Reader(Path("a\0b")).reads()


def test_it_is_built_from_its_settings(path: Path, nothing: Tools) -> None:
    append(path, line(1))
    declared = settings_of("file")(name="inbox", kind="file", path=path)  # type: ignore[call-arg]
    assert isinstance(declared, Settings)
    source = build(declared, [Brand(name="Acme")], nothing)
    assert ids(source.fetch(None, now=NOON, deadline=1.0)) == ["1"]
    source.close()
