"""The form's pages for any browser: labels, language, and nothing but plain HTML."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tocsin.form.door import (
    AT,
    WORDS,
    Form,
    Read,
    running,
    tags,
)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[list[str]]:
    with running(tmp_path / "form", brands=("Acme", "Globex"), per_minute=200) as form:
        thanks = form.send(answer="yes")
        read = form.post("/reply", {"do": "read", "number": thanks.number})
        found = [form.ask("GET", "/"), form.ask("GET", "/reply"), thanks, read, form.send("")]
        found += [form.ask("GET", "/x"), form.post("/reply", {"number": "x"})]
        yield [one.html for one in found]


def test_every_page_says_its_language_and_has_a_title_and_one_heading(pages: list[str]) -> None:
    for html in pages:
        assert '<html lang="en">' in html
        assert re.search(r"<title>[^<]+</title>", html)
        assert tags(html).count("h1") == 1
        assert tags(html).count("main") == 1


def test_every_field_has_a_label(pages: list[str]) -> None:
    for html in pages:
        seen = Read(html).seen
        labelled = {attrs.get("for") for tag, attrs in seen if tag == "label"}
        for tag, attrs in seen:
            if tag in ("input", "textarea", "select") and attrs.get("type") != "hidden":
                assert attrs["id"] in labelled


def test_the_pages_need_no_script_picture_or_style(pages: list[str]) -> None:
    for html in pages:
        assert not {"script", "img", "link", "iframe", "object"} & set(tags(html))
        assert not [attrs for _, attrs in Read(html).seen if "style" in attrs or "hidden" in attrs]
        assert not re.search(r"\son\w+=", html)


def test_what_is_wrong_is_said_to_a_screen_reader(form: Form) -> None:
    assert 'role="alert"' in form.send("").html


def test_it_works_below_a_path_of_the_proxy_s(pages: list[str]) -> None:
    for html in pages:
        for tag, attrs in Read(html).seen:
            assert not (attrs.get("href") or "").startswith("/")
            assert tag != "form" or "action" not in attrs


def test_an_origin_of_ours_is_known_with_its_usual_port(tmp_path: Path) -> None:
    with running(tmp_path / "form", addresses=[f"{AT}:443/", "http://abcd.onion"]) as form:
        fields = {"stamp": form.open(), "brand": "Acme", "text": WORDS}
        assert form.post("/", fields, Host="complain.example").status == 200
        fields = {"stamp": form.open(), "brand": "Acme", "text": WORDS}
        onion = {"Host": "abcd.onion", "Origin": "http://abcd.onion"}
        assert form.post("/", fields, **onion).status == 200
