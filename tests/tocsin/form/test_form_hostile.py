"""Whoever sends the anonymous form something else than a browser would is refused, and counted."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile import OWN, lines_of, texts_of
from tests.tocsin.form.door import FORM, WORDS, Form, tags, turned, words_in
from tocsin.form import routes, serving


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://complain.example.evil.example"},
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_site_cannot_send_the_form(form: Form, headers: dict[str, str]) -> None:
    fields = {"stamp": form.open(), "brand": "Acme", "text": WORDS}
    assert form.post("/", fields, **headers).status == 403
    assert not words_in(form)


def test_a_text_browser_that_says_nothing_of_itself_is_let_in(form: Form) -> None:
    body = f"stamp={form.open()}&brand=Acme&text=charged+twice".encode()
    assert form.ask("POST", "/", body, Content_Type=FORM).status == 200


@pytest.mark.parametrize("host", ["evil.example", "", "complain.example@evil", "a" * 300])
def test_it_answers_under_its_own_names_alone(form: Form, host: str) -> None:
    assert form.ask("GET", "/", Host=host).status == 421


def test_files_are_refused(form: Form) -> None:
    part = (
        f'--b\r\nContent-Disposition: form-data; name="stamp"\r\n\r\n{form.open()}\r\n--b\r\n'
        'Content-Disposition: form-data; name="text"; filename="a.exe"\r\n\r\nMZ\r\n--b--\r\n'
    )
    kind = "multipart/form-data; boundary=b"
    assert form.ask("POST", "/", part.encode(), Content_Type=kind).status == 415
    assert form.ask("POST", "/", b"{}", Content_Type="application/json").status == 415
    assert form.ask("POST", "/", b"text=x").status == 415
    assert not words_in(form)
    assert turned(form) == {"no form of ours": 3}


@dataclass(frozen=True)
class Body:
    """A body that no browser sends, and how it is answered."""

    sent: bytes
    status: int


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(Body(b"text=" + b"x" * 1_000_000, 413), id="a megabyte"),
        pytest.param(Body(b"&".join(b"f%d=1" % n for n in range(1_000)), 415), id="1000 fields"),
        pytest.param(Body(b"text=\xff\xfe\x00raw", 415), id="raw bytes"),
        pytest.param(Body(b"", 422), id="nothing"),
        pytest.param(Body(b"&&&===;;;%%%", 422), id="signs alone"),
        pytest.param(Body(b"brand=Acme&brand=Globex&text=a&text=b", 422), id="a field twice"),
    ],
)
def test_a_hostile_body_is_refused_counted_and_kept_nowhere(form: Form, body: Body) -> None:
    answer = form.ask("POST", "/", body.sent, Content_Type=FORM)
    assert answer.status == body.status
    assert not words_in(form)
    assert sum(turned(form).values()) == 1
    assert form.send().status == 200


def test_words_in_a_wrong_encoding_are_kept_as_far_as_they_can_be_read(form: Form) -> None:
    body = f"stamp={form.open()}&brand=Acme&text=zu+sp%E4t+geliefert%00%ED%A0%80".encode()
    assert form.ask("POST", "/", body, Content_Type=FORM).status == 200
    (kept,) = words_in(form)
    assert kept.text.startswith("zu sp\ufffdt geliefert\ufffd")


def test_a_slow_body_is_given_up(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SLOWEST", 0.2)
    head = (
        b"POST / HTTP/1.1\r\nHost: complain.example\r\nContent-Length: 90\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=a"
    )
    assert form.raw(head).startswith(b"HTTP/1.1 408 ")
    assert turned(form) == {"too slow": 1}


def test_a_connection_that_never_asks_is_ended(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "LONGEST", 0.2)
    with socket.create_connection(("127.0.0.1", form.server.port), timeout=30) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: compl")
        with suppress(ConnectionResetError):
            assert line.recv(100) == b""


@pytest.mark.parametrize("name", OWN)
def test_whatever_is_written_is_kept_or_handed_back(form: Form, name: str) -> None:
    answer = form.send(OWN[name])
    assert answer.status in (200, 413, 422)
    assert len(words_in(form)) == (answer.status == 200)
    assert b"\x00" not in form.every_byte()


def test_hostile_words_stay_words_on_every_page(form: Form, shared: Path) -> None:
    for name in ("xss", "markdown_html", "naughty_strings"):
        for line in lines_of(shared, name)[::60]:
            for text in texts_of(line):
                stamp = form.ask("GET", "/").hidden("stamp")
                fields = {"stamp": stamp, "brand": "Acme", "text": text[:5_000]}
                page = form.post("/", fields)  # too fast: it is shown again
                assert tags(page.html) == tags(form.post("/", {**fields, "text": "x"}).html)
