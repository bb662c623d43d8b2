"""A CSV file that grows: columns as declared, records over lines, problems told with their line."""

import csv
import io
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config import Brand
from listener.collector import BadRequest, Batch, Collector
from listener.collectors import csv_file, csv_repeats
from listener.collectors.csv_file import Settings, build
from listener.collectors.csv_records import MAX_RECORD_BYTES, MAX_RECORD_LINES, SURE
from listener.tools import Tools

NOW = datetime.now(UTC)  # files have the machine's own times
HEAD = "id,comment,when,stars\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "survey.csv"


Make = Callable[..., Collector]


@pytest.fixture
def reading(file: Path, nothing: Tools) -> Make:
    def make(**given: Any) -> Collector:
        columns = {"id": "id", "text": "comment", "created_at": "when", "rating": "stars"}
        declared = {key: value for key, value in {**columns, **given}.items() if value is not None}
        settings = Settings(name="survey", path=file, **declared)
        return build(settings, [Brand(name="Acme")], nothing)

    return make


def read_all(source: Collector, cursor: str | None = None, now: datetime = NOW) -> list[Batch]:
    batches = [source.fetch(cursor, now=now, deadline=20.0)]
    while batches[-1].more:
        batches.append(source.fetch(batches[-1].cursor, now=now, deadline=20.0))
    return batches


def ids(batches: Sequence[Batch]) -> list[str]:
    return [one.post.id for batch in batches for one in batch.observations]


def reasons(batches: Sequence[Batch]) -> list[str]:
    return [reason for batch in batches for reason in batch.malformed]


def test_columns_are_read_as_declared(file: Path, reading: Make) -> None:
    file.write_text("stars;x;when;id;comment\n2,0;;02.11.2025 08:30;17;Acme is late\n")
    source = reading(
        delimiter=";", time_format="%d.%m.%Y %H:%M", timezone="Europe/Berlin", platform="survey"
    )
    ((seen,),) = (batch.observations for batch in read_all(source))
    post = seen.post
    assert (post.platform, post.id, post.text, post.rating) == ("survey", "17", "Acme is late", 2.0)
    assert post.created_at == datetime(2025, 11, 2, 7, 30, tzinfo=UTC)
    assert seen.backfill


def test_a_survey_about_one_brand_says_so(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,never again,,\n")
    (batch,) = read_all(reading(about="Acme"))
    assert batch.observations[0].post.title == "Acme"


def test_a_record_over_several_lines_is_one(file: Path, reading: Make) -> None:
    file.write_text(HEAD + '1,"first\r\nsecond, with ""quotes""",,\n\n2,x,,\n')
    batches = read_all(reading())
    assert [o.post.text for b in batches for o in b.observations] == [
        'first\r\nsecond, with "quotes"',
        "x",
    ]


def test_what_is_appended_is_news_and_repeats_nothing(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,a,2020-01-01T00:00:00Z,\n")
    source = reading()
    cursor = read_all(source)[-1].cursor
    with file.open("a") as handle:
        handle.write("2,b,2020-01-01T00:00:00Z,\n")
    batches = read_all(reading(), cursor)
    assert ids(batches) == ["2"]
    assert not batches[0].observations[0].backfill


def test_a_record_that_is_still_being_written_waits(file: Path, reading: Make) -> None:
    file.write_text(HEAD + '1,a,,\n2,"half of')
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    batches = read_all(reading())
    assert ids(batches) == ["1"]
    with file.open("a") as handle:
        handle.write(' it",,\n')
    assert ids(read_all(reading(), batches[-1].cursor)) == ["2"]


def test_a_last_line_without_its_end_is_read_once_nobody_writes(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,a,,\n2,b,,")
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    batches = read_all(reading(), now=datetime.now(UTC) + timedelta(minutes=5))
    assert ids(batches) == ["1", "2"]
    with file.open("a") as handle:
        handle.write("\n3,c,,\n")
    assert ids(read_all(reading(), batches[-1].cursor, NOW + timedelta(minutes=6))) == ["3"]


def test_a_line_in_another_encoding_is_told_with_its_number(file: Path, reading: Make) -> None:
    file.write_bytes(HEAD.encode() + b"1,a,,\n2,caf\xe9 geheim,,\n3,c,,\n")
    batches = read_all(reading())
    assert ids(batches) == ["1", "3"]
    (reason,) = reasons(batches)
    assert reason.startswith("line 3 is not utf-8")
    assert "geheim" not in reason
    assert ids(read_all(reading(encoding="windows-1252"))) == ["1", "2", "3"]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_file_in_utf_16_is_named_as_such(
    file: Path, reading: Make, mark: bytes, encoding: str
) -> None:
    coded = HEAD.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be")
    file.write_bytes(mark + coded + b"\n\x00")
    with pytest.raises(BadRequest, match=r"the file is UTF-16.*save it as UTF-8") as told:
        read_all(reading(encoding=encoding))
    assert "windows-1252" not in str(told.value)


def test_a_byte_order_mark_is_no_part_of_a_name(file: Path, reading: Make) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + "1,a,,\n").encode())
    assert ids(read_all(reading())) == ["1"]


def test_a_quotation_mark_that_is_never_closed_costs_its_line_alone(
    file: Path, reading: Make
) -> None:
    rows = "".join(f"{n},x,,\n" for n in range(2, MAX_RECORD_LINES + 50))
    file.write_text(HEAD + '1,"never closed,,\n' + rows)
    batches = read_all(reading())
    assert ids(batches) == [str(n) for n in range(2, MAX_RECORD_LINES + 50)]
    assert [reason.partition(":")[0] for reason in reasons(batches)] == ["line 2"]


GOOD = "3,carl,,\n4,dora,,\n"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(GOOD, id="nothing closes it"),
        pytest.param(GOOD + '"5,eve,,\n', id="another such line closes it"),
        pytest.param(GOOD + '5,27" screen,,\n', id="a mark within a later line closes it"),
    ],
)
def test_good_records_after_an_open_quotation_mark_are_heard(
    file: Path, reading: Make, after: str
) -> None:
    file.write_text(HEAD + '1,ann,,\n2,"lost and nobody answers,,\n' + after)
    batches = read_all(reading(), now=datetime.now(UTC) + timedelta(minutes=5))
    assert ids(batches)[:3] == ["1", "3", "4"]
    assert reasons(batches)[0] == "line 3: a quotation mark in it is never closed"


def test_an_open_quotation_mark_in_a_file_that_is_always_written_is_not_waited_for(
    file: Path, reading: Make
) -> None:
    rows = "".join(f"{n},x,,\n" for n in range(2, SURE + 2))
    file.write_text(HEAD + '1,"never closed,,\n' + rows)
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    assert len(ids(read_all(reading()))) == SURE


def test_a_cell_that_holds_lines_of_a_table_is_one_record(file: Path, reading: Make) -> None:
    cell = '"they sent\n7,x,,\n8,y,,\nwhat is that"'
    file.write_text(f"{HEAD}1,{cell},,\n2,{cell},,")
    assert ids(read_all(reading(), now=datetime.now(UTC) + timedelta(minutes=5))) == ["1", "2"]


def test_a_record_that_is_far_too_long_is_passed_over(file: Path, reading: Make) -> None:
    file.write_text(HEAD + f"1,{'x' * (MAX_RECORD_BYTES + 10)},,\n2,b,,\n")
    batches = read_all(reading())
    assert ids(batches) == ["2"]
    assert "longer than" in reasons(batches)[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,,,", "the text is empty"),
        (",a,,", "the id is empty"),
        ("1,a,tomorrow,", "time cannot be read"),
        ("1,a,1999-01-01,", "older than any platform"),
        ("1,a,,9", "no number of stars"),
        ("1,a,,nan", "no number of stars"),
        ('1,"a"b,,', "fields cannot be told apart"),
    ],
)
def test_a_record_that_cannot_be_read_says_why(
    file: Path, reading: Make, row: str, reason: str
) -> None:
    file.write_text(HEAD + row + "\n2,b,,\n")
    batches = read_all(reading(), now=datetime.now(UTC) + timedelta(minutes=5))
    assert any(reason in one and one.startswith("line 2: ") for one in reasons(batches))


def test_without_an_id_the_record_is_its_own(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,a,,\n1,b,,\n1,a,,\n")
    found = ids(read_all(reading(id=None)))
    assert len(set(found)) == 3, "equal words may be two people's"


def test_equal_records_are_as_many_posts_whenever_the_file_is_read(
    file: Path, reading: Make
) -> None:
    rows = [
        "1,a,,\n",
        '2,"b\n",,\n',
        "1,a,,\n",
        "\n",
        "1,a,,\n",
        '2,"b\n",,\n',
        '3,"c,,\n',
        "1,a,,\n",
    ]
    file.write_text(HEAD + "".join(rows))
    later = NOW + timedelta(minutes=5)
    at_once = ids(read_all(reading(id=None), now=later))
    assert len(set(at_once)) == len(at_once) == 6
    file.write_text(HEAD)
    source, cursor, piecemeal = reading(id=None), None, []
    for number, row in enumerate(rows):
        with file.open("a") as handle:
            handle.write(row)
        if number % 3 == 0:
            source = reading(id=None)  # a restart
        batches = read_all(source, cursor, later)
        cursor, piecemeal = batches[-1].cursor, piecemeal + ids(batches)
    assert piecemeal == at_once


def test_a_batch_that_could_not_be_stored_keeps_its_ids(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,a,,\n" * 3)
    source = reading(id=None)
    assert ids(read_all(source)) == ids(read_all(source))


def test_of_very_many_different_records_the_first_are_forgotten(
    file: Path, reading: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_repeats, "MAX_DISTINCT", 2)
    file.write_text(HEAD + "1,a,,\n1,a,,\n2,b,,\n3,c,,\n1,a,,\n")
    found = ids(read_all(reading(id=None)))
    assert (len(found), len(set(found))) == (5, 4)


def test_records_without_an_author_are_somebody_elses_each_time(file: Path, reading: Make) -> None:
    file.write_text("id,comment,who\n1,a,ann\n2,b,ann\n3,c,\n4,d,\n")
    source = reading(author="who", created_at=None, rating=None)
    named = [o.post.author.id for batch in read_all(source) for o in batch.observations]
    assert named[:2] == ["ann", "ann"]
    assert len(set(named)) == 3
    unnamed = reading(id=None, created_at=None, rating=None)
    nobody = [o.post.author.id for batch in read_all(unnamed) for o in batch.observations]
    assert len(set(nobody)) == 4


def test_a_column_that_is_not_there_is_named(file: Path, reading: Make) -> None:
    file.write_text("id;comment\n1;a\n")
    with pytest.raises(BadRequest, match=r"no column comment, id, stars, when.*delimiter"):
        read_all(reading())


def test_a_header_in_another_encoding_is_said(file: Path, reading: Make) -> None:
    file.write_bytes(b"id,comment,when,stars,\xe9\n1,a,,\n")
    with pytest.raises(BadRequest, match="not utf-8"):
        read_all(reading())


def test_an_export_that_comes_after_the_start_pages_nobody_for_old_records(
    file: Path, reading: Make
) -> None:
    (waiting,) = read_all(reading())
    file.write_text(HEAD + "1,a,2024-01-01T00:00:00Z,\n2,b,,\n")
    (batch,) = read_all(reading(), waiting.cursor, NOW + timedelta(minutes=1))
    assert [one.backfill for one in batch.observations] == [True, False]


def test_a_file_that_was_replaced_is_read_from_its_start_with_a_gap(
    file: Path, reading: Make
) -> None:
    file.write_text(HEAD + "1,a,,\n2,b,,\n")
    cursor = read_all(reading())[-1].cursor
    file.write_text("comment,stars,id,when\nz,,9,\n")
    batches = read_all(reading(), cursor)
    assert ids(batches) == ["9"]
    assert len(batches[0].gaps) == 1


def test_after_a_rotation_the_old_file_is_read_to_its_end_first(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "1,a,,\n")
    cursor = read_all(reading())[-1].cursor
    with file.open("a") as handle:
        handle.write("2,b,,\n")
    file.rename(file.with_name("survey.csv.1"))
    file.write_text(HEAD + "3,c,,\n")
    batches = read_all(reading(), cursor)
    assert ids(batches) == ["2", "3"]
    assert [batch.gaps for batch in batches if batch.gaps] == []


def test_many_records_come_in_batches(file: Path, reading: Make) -> None:
    file.write_text(HEAD + "".join(f"{n},a,,\n" for n in range(1_200)))
    batches = read_all(reading())
    assert [len(batch.observations) for batch in batches] == [500, 500, 200]
    assert len(set(ids(batches))) == 1_200


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT.filter(lambda text: text.strip() != ""), max_size=20), data=st.data())
def test_whatever_people_write_comes_out_as_it_went_in(
    file: Path, reading: Make, texts: list[str], data: st.DataObject
) -> None:
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerow(("id", "comment", "when", "stars"))
    for number, text in enumerate(texts):
        rows.writerow((number, text, "", ""))
    whole = out.getvalue().encode()
    cut = data.draw(st.integers(30, max(30, len(whole))))
    file.write_bytes(whole[:cut])
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    first = read_all(reading(page_backlog=True))
    file.write_bytes(whole)
    batches = [*first, *read_all(reading(), first[-1].cursor)]
    heard = {o.post.id: o.post.text for batch in batches for o in batch.observations}
    assert heard == {str(number): text.strip() for number, text in enumerate(texts)}
    assert reasons(batches) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b'"', b"\n", b",", b"\r", b"\0"])))
)
def test_whatever_bytes_are_in_it_are_read_to_the_end(
    file: Path, reading: Make, pieces: list[bytes]
) -> None:
    file.write_bytes(HEAD.encode() + b"".join(pieces) + b"\n")
    batches = read_all(reading(), now=datetime.now(UTC) + timedelta(minutes=5))
    assert len(batches) < 50
    again = reading().fetch(batches[-1].cursor, now=NOW + timedelta(minutes=6), deadline=20.0)
    assert (again.observations, again.malformed, again.gaps) == ((), (), ())


@pytest.mark.parametrize(
    "given",
    [
        {"timezone": "Mars/Base"},
        {"encoding": "utf-16"},
        {"delimiter": "ab"},
        {"platform": "A b"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any], file: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(name="survey", path=file, text="x", **given)


def test_an_export_is_shown_to_no_third_party() -> None:
    assert not csv_file.Settings.public
