"""The anonymous form on a real server: what it takes, what it shows, and what it never keeps."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from listener.spool import Spool
from listener.spooled import hash_of
from tests.tocsin.form.door import (
    ADDRESS,
    AGENT,
    NOON,
    WORDS,
    Form,
    running,
    turned,
    words_in,
)
from tocsin.form import counter


# ------------------------------------------------------------------------------ what it takes
def test_anyone_can_complain_without_a_name(form: Form) -> None:
    answer = form.send()
    assert answer.status == 200
    assert "Thank you" in answer.html
    (kept,) = words_in(form)
    assert (kept.brand, kept.text) == ("Acme", WORDS)
    assert kept.author.startswith("a-")


def test_no_two_posts_are_by_one_author(form: Form) -> None:
    form.send()
    form.send()
    assert len({one.author for one in words_in(form)}) == 2


def test_the_thank_you_page_says_whom_to_call_in_danger(tmp_path: Path) -> None:
    with running(tmp_path / "form", danger="In danger? Call 144 & wait.") as form:
        assert "In danger? Call 144 &amp; wait." in form.send().html
        assert "In danger? Call 144 &amp; wait." in form.ask("GET", "/").html


def test_of_several_brands_one_is_chosen(tmp_path: Path) -> None:
    with running(tmp_path / "form", brands=("Acme", "Globex")) as form:
        assert form.send(brand="Globex").status == 200
        assert form.send(brand="Initech").status == 422
        assert form.send(brand="").status == 422
        assert [one.brand for one in words_in(form)] == ["Globex"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param("x" * 5_000, 200, id="as long as is told"),
        pytest.param("x" * 5_001, 422, id="longer"),
        pytest.param(" \r\n\t ", 422, id="blanks alone"),
        pytest.param("😡" * 5_000, 200, id="characters are counted, not bytes"),
        pytest.param("a\r\n" * 2_500, 200, id="a line end is one character, as browsers count"),
    ],
)
def test_the_length_is_limited_and_told(form: Form, text: str, status: int) -> None:
    assert "At most 5,000 characters" in form.ask("GET", "/").html
    assert form.send(text).status == status


def test_what_is_not_taken_is_not_lost_to_its_writer(form: Form) -> None:
    stamp = form.ask("GET", "/").hidden("stamp")
    answer = form.post("/", {"stamp": stamp, "brand": "Acme", "text": "<b>my words</b>"})
    assert answer.status == 422
    assert "&lt;b&gt;my words&lt;/b&gt;" in answer.html
    form.seconds += 5
    again = {"stamp": answer.hidden("stamp"), "brand": "Acme", "text": "<b>my words</b>"}
    assert form.post("/", again).status == 200


def test_a_page_is_good_for_one_post(form: Form) -> None:
    fields = {"stamp": form.open(), "brand": "Acme", "text": WORDS}
    assert [form.post("/", fields).status for _ in range(2)] == [200, 409]
    assert len(words_in(form)) == 1


@pytest.mark.parametrize("stamp", ["", "x", "1.2.3", "0.aa.", "é.é.é", "." * 5_000])
def test_a_stamp_of_nobody_s_is_not_taken(form: Form, stamp: str) -> None:
    assert form.post("/", {"stamp": stamp, "brand": "Acme", "text": WORDS}).status == 422
    assert not words_in(form)


def test_a_page_that_was_open_for_two_days_is_given_a_new_stamp(form: Form) -> None:
    stamp = form.open()
    form.seconds += 2 * 86_400
    answer = form.post("/", {"stamp": stamp, "brand": "Acme", "text": WORDS})
    assert answer.status == 422
    assert WORDS in answer.html


# ------------------------------------------------------------------------------- what it keeps
def test_no_address_agent_or_second_is_kept(form: Form, capfd: pytest.CaptureFixture[str]) -> None:
    form.send(answer="yes")
    form.send("   ")
    form.server.desk.tell()
    kept = form.every_byte()
    assert WORDS.encode() in kept
    for told in (ADDRESS, AGENT, "127.0.0.1", "12:00:41", "123456", "T120041"):
        assert told.encode() not in kept
    assert all(path.stat().st_mtime % 60 == 0 for path in form.folder.rglob("*.json"))
    out, err = capfd.readouterr()
    assert not [one for one in (ADDRESS, AGENT, WORDS, "POST", "GET") if one in out + err]


def test_no_cookie_is_set_and_nothing_of_a_third_party_is_loaded(form: Form) -> None:
    for answer in (form.ask("GET", "/"), form.ask("GET", "/reply"), form.send()):
        assert "set-cookie" not in answer.headers
        assert "//" not in answer.html
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"


def test_no_get_shows_what_anybody_wrote(form: Form) -> None:
    number = form.send("The secret word is xylophone.", answer="yes").number
    (kept,) = words_in(form)
    hashed = hash_of(number)
    paths = ["/", "/reply", f"/reply?number={number}&do=read", f"/reply/{number}", "/healthz"]
    paths += [f"/{kept.id}", f"/posts/{kept.id}", f"/replies/{hashed}.json", "/alive", "/%2e%2e/"]
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        for path in paths:
            assert "xylophone" not in form.ask(method, path).html
    read = form.post("/reply", {"do": "read", "number": number})
    assert read.status == 200
    assert "xylophone" not in read.html


# ------------------------------------------------------------------------------------- replies
def test_the_reply_number_is_shown_once_and_kept_as_a_hash(form: Form) -> None:
    number = form.send(answer="yes").number
    assert re.fullmatch(r"([0-9a-f]{4}-){7}[0-9a-f]{4}", number)
    kept = form.every_byte()
    assert number.encode() not in kept
    assert number.replace("-", "").encode() not in kept
    (word,) = words_in(form)
    assert word.author == f"r-{hash_of(number)}"


def test_an_answer_is_read_with_the_number_alone_however_it_was_copied(form: Form) -> None:
    number = form.send(answer="yes").number
    assert "no answer yet" in form.post("/reply", {"do": "read", "number": number}).html
    Spool(form.folder).answer(str(hash_of(number)), "We are <sorry>.\nIt is paid.", NOON)
    for copied in (number, number.upper(), f" {number.replace('-', ' ')} "):
        read = form.post("/reply", {"do": "read", "number": copied})
        assert "We are &lt;sorry&gt;.\nIt is paid." in read.html
        assert "2026-11-22" in read.html


def test_a_word_is_added_by_the_same_author(form: Form) -> None:
    number = form.send(answer="yes").number
    page = form.post("/reply", {"do": "read", "number": number})
    form.seconds += 60
    fields = {"do": "add", "number": number, "stamp": page.hidden("stamp"), "text": "Still not."}
    added = form.post("/reply", fields)
    assert "Your word is kept" in added.html
    assert "Still not." not in added.html
    assert len({one.author for one in words_in(form)}) == 1
    assert {one.text for one in words_in(form)} == {WORDS, "Still not."}


@pytest.mark.parametrize("number", ["", "x", "0" * 32, "../../posts/x", "\x00" * 32, "a" * 5_000])
def test_a_wrong_number_shows_nothing_and_takes_nothing(form: Form, number: str) -> None:
    assert form.post("/reply", {"do": "read", "number": number}).status == 404
    stamp = form.open()
    fields = {"do": "add", "number": number, "stamp": stamp, "text": WORDS}
    assert form.post("/reply", fields).status == 404
    assert not words_in(form)


def test_a_reply_number_ends(form: Form) -> None:
    number = form.send(answer="yes").number
    form.now += timedelta(days=91)
    form.server.desk.sweep()
    assert form.post("/reply", {"do": "read", "number": number}).status == 404


def test_reply_numbers_cannot_be_tried_without_end(form: Form) -> None:
    tried = [
        form.post("/reply", {"do": "read", "number": f"{n:032x}"}).status
        for n in range(counter.READS_A_MINUTE + 1)
    ]
    assert tried[-2:] == [404, 429]


# -------------------------------------------------------------------------------------- floods
def test_a_flood_is_stopped_counted_and_told_to_its_writer(tmp_path: Path) -> None:
    with running(tmp_path / "form", per_minute=3, per_hour=100) as form:
        stamps = [form.ask("GET", "/").hidden("stamp") for _ in range(5)]
        form.seconds += 5
        sent = [
            form.post("/", {"stamp": one, "brand": "Acme", "text": f"{WORDS} {n}"})
            for n, one in enumerate(stamps)
        ]
        assert [one.status for one in sent] == [200, 200, 200, 429, 429]
        assert f"{WORDS} 4" in sent[-1].html
        assert int(sent[-1].headers["retry-after"]) == 20
        assert turned(form) == {"flood": 2}
        form.seconds += 20  # the same page may be sent again
        again = {"stamp": stamps[-1], "brand": "Acme", "text": WORDS}
        assert form.post("/", again).status == 200


def test_the_hour_has_a_limit_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path / "form", per_minute=10, per_hour=3) as form:
        assert [form.send().status for _ in range(4)] == [200, 200, 200, 429]


def test_a_spool_that_nobody_reads_takes_no_more_and_says_so(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listener.spool.MOST_WAITING", 2)
    assert [form.send().status for _ in range(3)] == [200, 200, 503]
    assert form.ask("GET", "/healthz").status == 503
    assert turned(form) == {"full": 1}


def test_what_cannot_be_written_down_is_told_and_tried_again(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    stamp = form.open()
    with monkeypatch.context() as broken:
        broken.setattr("listener.spool._sync", full)
        fields = {"stamp": stamp, "brand": "Acme", "text": WORDS}
        answer = form.post("/", fields)
        assert answer.status == 503
        assert WORDS in answer.html
        form.server.desk.tell()
    assert form.post("/", fields).status == 200
    assert len(words_in(form)) == 1
    assert turned(form)["could not be kept"] == 1


def test_no_reply_number_is_left_of_a_post_that_was_not_kept(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listener.spool.MOST_WAITING", 0)
    assert form.send(answer="yes").status == 503
    assert list((form.folder / "replies").iterdir()) == []


def test_a_disk_that_fails_while_old_numbers_are_ended_is_tried_again(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert form.send(answer="yes").status == 200
    form.now += timedelta(days=4_000)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "lstat", _refuses)
        form.server.desk.sweep()
    assert len(list((form.folder / "replies").iterdir())) == 1
    form.server.desk.sweep()
    assert list((form.folder / "replies").iterdir()) == []


def _refuses(*given: object) -> None:
    raise OSError(5, "Input/output error")
