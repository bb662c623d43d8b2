"""The whole way by mail: a real mail server takes the letter, scanners open its link in a real
browser that runs scripts, and a person presses once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.firm import OWNER
from tests.pictures.chromium import chromium, needs_chromium, opened
from tests.pictures.mail import SHOWN, Sent, a_letter, in_a_mail_program
from tests.tocsin.web.house import SAME, read

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    with a_letter(tmp_path) as found:
        yield found


def entries(sent: Sent) -> list[tuple[str, str, str | None]]:
    with sent.firm.house.store.read() as desk:
        history = desk.history("case:1")
    return [(one["event"], one["actor"], one["facts"].get("via")) for one in history]


def by_link(sent: Sent) -> list[tuple[str, str]]:
    return [(event, actor) for event, actor, via in entries(sent) if via == "link"]


def status(url: str, method: str = "GET", body: bytes | None = None) -> int:
    try:
        with urlopen(Request(url, body, SAME if body else {}, method=method)) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_the_letter_that_arrived_has_its_link_twice_and_not_the_customers_words(sent: Sent) -> None:
    assert sent.letter["Auto-Submitted"] == "auto-generated"
    assert sent.letter["References"] == sent.letter["In-Reply-To"]
    page = read(sent.body("html"))
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == [sent.link, sent.link]
    whole = sent.body("plain") + sent.body("html")
    assert "Charged twice" not in whole
    assert "ann_in_bath/status/1" in whole


@needs_chromium
def test_scanners_open_the_link_and_one_person_presses_exactly_once(sent: Sent) -> None:
    before = entries(sent)
    with chromium() as browser:
        for _ in range(2):  # a scanner with a browser: it waits, scrolls and runs whatever runs
            page, asked, said = opened(browser), list[str](), list[str]()
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda line, said=said: said.append(line.text))
            page.goto(sent.link, wait_until="networkidle")
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            assert "Charged twice" in page.inner_text("blockquote")
            assert (asked, said) == ([sent.link], [])  # it loads nothing, and no rule is broken
            page.context.close()
        assert [status(sent.link), status(sent.link, "HEAD")] == [200, 200]
        assert entries(sent) == before

        person = in_a_mail_program(browser, sent.raw)
        with person.expect_navigation():
            person.click("a >> nth=0")
        person.fill("textarea[name=comment]", "I call her.")
        person.click("button[value=ack]")
        assert person.inner_text("h1") == "Done"
        person.goto(sent.link)
        assert f"{SHOWN[OWNER]} used this link on 2026-11-18" in person.inner_text("main")
    assert by_link(sent) == [("acknowledged", OWNER), ("noted", OWNER)]


def test_ten_who_press_at_once_are_one(sent: Sent) -> None:
    with urlopen(sent.link) as answer:
        seal = read(answer.read().decode()).seal
    body = urlencode({"seen": seal, "do": "ack"}).encode()
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: status(sent.link, "POST", body), range(10)))
    assert sorted(codes) == [200] + [409] * 9
    assert by_link(sent) == [("acknowledged", OWNER)]


@needs_chromium
def test_the_page_is_used_by_keyboard_and_reads_on_a_telephone(sent: Sent) -> None:
    with chromium() as browser:
        page = opened(browser, viewport={"width": 320, "height": 640}, java_script_enabled=False)
        page.goto(sent.link)
        wide = page.locator("main").bounding_box()
        assert wide is not None
        assert wide["width"] <= 320
        for control in page.locator("button").all():
            size = control.bounding_box()
            assert size is not None
            assert size["height"] >= 44
        for control in page.locator("input[type=text],textarea").all():
            name = control.get_attribute("id")
            assert page.locator(f"label[for={name}]").count() == 1
        page.focus("textarea[name=comment]")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('Done')")
    assert by_link(sent) == [("acknowledged", OWNER)]
