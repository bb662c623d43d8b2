"""Every form says the same, first what changed, and shows strangers' text as text."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from config import Band, Brand
from escalation import encode
from escalation.channel import Purpose
from escalation.decision import WarningKind
from escalation.subject import State
from listener.complaint import Verdict
from listener.silent_many import Ratio, behind
from tocsin.digest import FORMATS, DigestData, Week, first_line, render, without_words
from tocsin.digest.data import (
    AboutWeek,
    BrandWeek,
    Deafness,
    Decision,
    Failing,
    Figures,
    Hushed,
    LanguageCount,
    LeftOut,
    Miss,
    NotSeen,
    Quote,
    StormWeek,
    TopicWeek,
    Warned,
    share,
)
from tocsin.digest.html import MAX_BYTES
from tocsin.digest.links import is_link
from tocsin.digest.message import message

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
READ = ("html", "md", "txt")  # by people
OURS = {
    *("html", "head", "meta", "title", "body", "h1", "h2", "p", "ul", "li"),
    *("table", "tr", "th", "td", "blockquote", "a"),
}
MARKDOWN_TAGS = OURS - {"html", "head", "meta", "title", "body"} | {"thead", "tbody"}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def heard(house, complaints: int, others: int, *, at: datetime = MONDAY + DAY, **more) -> None:
    for number in range(complaints + others):
        verdict = Verdict.COMPLAINT if number < complaints else Verdict.OTHER
        house.hears(f"post {number}", author=f"a{number}", at=at, verdict=verdict, **more)


def texts(data: DigestData) -> dict[str, str]:
    """The three forms for people, as they read."""
    forms = {name: render(data, name) for name in READ}
    forms["html"] = Page(forms["html"]).text
    forms["md"] = forms["md"].replace("\\", "")
    return {name: " ".join(text.split()) for name, text in forms.items()}


def said_by_all(data: DigestData, sentence: str) -> bool:
    return all(sentence in text for text in texts(data).values())


# ----------------------------------------------------------------------------- the first line
@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        pytest.param(
            (40, 60),
            (10, 90),
            "complaints rose to 40 % of mentions from 10 % (40 after 10)",
            id="clearly more",
        ),
        pytest.param(
            (10, 90),
            (40, 60),
            "complaints fell to 10 % of mentions from 40 % (10 after 40)",
            id="clearly fewer",
        ),
        pytest.param(
            (12, 88),
            (10, 90),
            "no clear change, 12 complaints among 100 mentions, after 10 among 100",
            id="the intervals overlap",
        ),
        pytest.param(
            (9, 1),
            (1, 9),
            "complaints rose to 9 of 10 mentions from 1 of 10",
            id="few, but clear: numbers instead of percentages",
        ),
        pytest.param(
            (40, 120),
            (10, 30),
            "more complaints with mentions alike, 40 complaints among 160 mentions, after 10 "
            "among 40",
            id="more of everything",
        ),
        pytest.param(
            (0, 5),
            (0, 4),
            "no clear change, no complaints among 5 mentions, after 0 among 4",
            id="no complaints is said so",
        ),
        pytest.param(
            (0, 0),
            (3, 4),
            "no data, for not one mention was heard",
            id="no data is another thing than no complaints",
        ),
        pytest.param(
            (1, 0),
            (0, 0),
            "1 complaint among 1 mention, and no data of the week before",
            id="nothing to compare with",
        ),
    ],
)
def test_the_first_line_says_what_changed(house, now, before, sentence) -> None:
    heard(house, *now, valence=None)
    heard(house, *before, at=MONDAY - DAY, valence=None)
    data = house.digest()
    line = f"Acme, 2026-W47: {sentence}."
    assert first_line(data) == line
    assert render(data, "txt").splitlines()[0] == line
    assert render(data, "md").splitlines()[0].replace("\\", "") == f"# {line}"
    assert Page(render(data, "html")).text.strip().startswith(line)


def test_a_storm_leads_the_first_line(house) -> None:
    heard(house, 1, 3)
    house.storms(people=37)
    assert "1 storm, the largest of 37 people" in first_line(house.digest())


def test_with_several_brands_the_one_with_most_to_say_leads(house, declared) -> None:
    house.settings = declared(brands=(Brand(name="Acme"), Brand(name="Bolt")))
    heard(house, 10, 90, brand="Acme")
    heard(house, 10, 90, brand="Acme", at=MONDAY - DAY)
    heard(house, 40, 60, brand="Bolt", platform="y")
    heard(house, 5, 95, brand="Bolt", platform="y", at=MONDAY - DAY)
    data = house.digest()
    assert first_line(data).startswith("Bolt")
    assert said_by_all(data, "No clear change, 10 complaints among 100 mentions")


def test_a_worse_mood_is_said_where_it_is_clear(house) -> None:
    heard(house, 0, 40, valence=-0.6)
    heard(house, 0, 40, valence=0.4, at=MONDAY - DAY)
    assert first_line(house.digest()).endswith("; the mood is worse.")


def test_two_people_of_one_mind_are_no_change_of_mood(house) -> None:
    heard(house, 0, 2, valence=-0.5)
    heard(house, 0, 2, valence=0.5, at=MONDAY - DAY)
    assert "mood" not in first_line(house.digest())
    heard(house, 0, 10, valence=-0.5)
    assert "mood" not in first_line(house.digest())


# ------------------------------------------------------------------------------ what it says
def test_an_empty_week_says_no_data_and_not_that_there_were_no_complaints(house) -> None:
    data = house.digest()
    for text in texts(data).values():
        assert "No data: no mention of Acme was heard in this week." in text
        assert "No complaints" not in text
        assert "No source had been started by the end of this week." in text
        assert "%" not in text.replace("95 %", "")


def test_a_week_without_complaints_says_so_and_not_that_there_was_no_data(house) -> None:
    heard(house, 0, 5)
    data = house.digest()
    assert said_by_all(data, "No complaints: 5 mentions of Acme, and none was a complaint.")
    assert not any("No data:" in text for text in texts(data).values())


def test_small_numbers_are_numbers_and_large_ones_a_percentage_with_its_range(house) -> None:
    heard(house, 3, 9)
    heard(house, 10, 90, at=MONDAY - DAY)
    data = house.digest()
    assert said_by_all(data, "3 of 12")
    assert said_by_all(data, "10 % (6–17 %), 10 of 100")
    assert not any("25 %" in text for text in texts(data).values())


def test_a_full_week_is_told_in_every_form_for_people(house) -> None:
    post = house.hears("charged twice", topic="billing", author="ann")
    house.hears("hallo", verdict=Verdict.OTHER, lang="de", valence=None)
    opened = MONDAY + DAY
    house.opens(
        about=post,
        opened_at=opened,
        acked_at=opened + timedelta(minutes=4),
        first_replied_at=opened + timedelta(minutes=12),
        state=State.OWNED,
        misses=2,
    )
    house.storms(cause=None)
    house.warns(1, WarningKind.MISSED_PAGE, at=opened, incident=1)
    house.silences(topic="billing", at=opened, hides=(1,))
    house.store.write(lambda unit: unit.tally("too long", opened, 3))
    data = house.digest()
    for sentence in (
        "1 storm, the largest of 37 people",
        "Eve Exec, by Thu 26 Nov 2026: Name the cause of the storm about Acme, incident 1",
        "37 people in 20 min, usual 4.0",
        "1 warning before storm 1, the first Tue 17 Nov 00:00:",
        "care: 1 missed page; done: nothing about 1",
        "Warnings that nobody heeded",
        "Silence 1, over topic billing, Tue 17 Nov 00:00 to Tue 17 Nov 02:00: 1 case or fault",
        "charged twice",
        "@ann on x, 100 followers, about billing",
        "4 min, 4 min",
        "12 min, 12 min",
        "not yet, not yet",
        "2 pages of 1 subject.",
        "Mentions by language: de (1).",
        "too long: 3",
        "Mon 16 Nov 2026 to Sun 22 Nov 2026 (UTC). Written Mon 23 Nov 08:00.",
    ):
        assert said_by_all(data, sentence), sentence


def test_what_is_complained_about_and_at_which_stage_is_told_with_its_share(house) -> None:
    heard(house, 3, 2, aspects=("billing", "other"), journey="leaving")
    heard(house, 1, 0)
    page = render(house.digest(), "md")
    assert "| billing | 3 | 3 of 4 | " in page
    assert "| not told | 1 | 1 of 4 | " in page
    assert "| leaving | 3 | 3 of 4 | " in page


def test_sections_with_nothing_to_say_are_left_out(house) -> None:
    heard(house, 0, 3)
    house.store.write(lambda unit: unit.start_source("stream", MONDAY))
    for text in texts(house.digest()).values():
        for title in (
            "Decisions",
            "Storms",
            "In their words",
            "Answers",
            "Pages",
            "What is complained about",
            "Stage of the journey",
            "heeded",
            "silences",
            "not seen",
        ):
            assert title not in text


def test_an_unfinished_week_and_a_zone_of_its_own_are_said(house, declared) -> None:
    house.settings = declared(timezone="Europe/Berlin")
    heard(house, 1, 1)
    data = house.digest(now=MONDAY + 3 * DAY)
    assert said_by_all(data, "The week is not over: this counts what was known on Thu 19 Nov 01:00")
    assert said_by_all(data, "Authors and mood are of the UTC week.")


# ----------------------------------------------------------------------------------- machines
def test_json_holds_every_number(house) -> None:
    heard(house, 3, 9)
    house.opens()
    found = json.loads(render(house.digest(), "json"))
    figures = found["brands"][0]["figures"]
    assert (found["version"], found["week"], found["zone"]) == (1, "2026-W47", "UTC")
    assert found["start"] == "2026-11-16T00:00:00+00:00"
    assert (figures["mentions"], figures["complaints"], figures["authors"]) == (12, 3, 12)
    assert figures["share"]["interval"]["low"] == pytest.approx(0.0889, abs=1e-4)
    assert found["brands"][0]["teams"][0]["replied"]["median"] is None
    assert found["decisions"][0]["due"] == "2026-11-23"


def test_csv_holds_one_number_a_row_and_its_counts_add_up(house) -> None:
    heard(house, 2, 1, topic="billing")
    heard(house, 1, 0, at=MONDAY + 2 * DAY)
    rows = list(csv.DictReader(io.StringIO(render(house.digest(), "csv"))))
    by_name = {(row["section"], row["item"], row["measure"]): row["value"] for row in rows}
    assert len(by_name) == len(rows)
    assert by_name["figures", "this week", "complaints"] == "3"
    assert by_name["figures", "week before", "complaint_share_low"] == ""
    topics = [
        int(value)
        for (part, _, name), value in by_name.items()
        if name == "complaints" and part == "topic"
    ]
    assert sum(topics) == 3


def test_an_unknown_form_is_refused_with_those_that_are_known(house) -> None:
    with pytest.raises(ValueError, match="Known: html, md, txt, json, csv"):
        render(house.digest(), "pdf")


# -------------------------------------------------------------------------------- hostile text
def digest_of(words: list[str], url: str = "") -> DigestData:
    """A digest with these texts, in turn, wherever a text can come from; quotes have the first."""
    turn = cycle(words)
    quotes = tuple(Quote(one, one, one, url or one, one, 0.5, 7) for one in words[:5])
    warned = (
        Warned(next(turn), 1, MONDAY, next(turn), next(turn), 0),
        Warned(next(turn), 2, MONDAY, next(turn), next(turn), 2),
    )
    storm = StormWeek(
        number=1,
        topic=next(turn),
        level="storm",
        standing="storm",
        people=2,
        posts=3,
        minutes=4,
        usual=1.0,
        opened_at=MONDAY,
        contained_at=None,
        closed_at=None,
        owner=next(turn),
        cause=next(turn),
        warnings=warned,
        behind=behind(2, Ratio(8, 30, next(turn))),
    )
    brand = BrandWeek(
        brand=next(turn),
        figures=Figures(mentions=3, authors=2, complaints=1, share=share(1, 3)),
        before=Figures(),
        topics=(TopicWeek(next(turn), 1, 0),),
        about=(AboutWeek("aspect", next(turn), 1, share(1, 3), 0, None),),
        verbatims=quotes,
        storms=(storm,),
        misses=(Miss(next(turn), next(turn), Band.P1, 1, next(turn), False),),
        warned=warned,
        unscored=(LanguageCount(next(turn), 1),),
    )
    unseen = NotSeen(
        True,
        (Deafness(next(turn), next(turn), 5.0, 1),),
        (Failing(next(turn), MONDAY, next(turn), next(turn)),),
        (next(turn),),
        (LeftOut(next(turn), 1),),
    )
    asked = (Decision(next(turn), next(turn), date(2026, 11, 23), next(turn)),)
    week = Week(2026, 47)
    hushed = (Hushed(1, next(turn), MONDAY, MONDAY + DAY, 3),)
    return DigestData(week, "UTC", MONDAY, MONDAY + 7 * DAY, AFTER, (brand,), asked, unseen, hushed)


@pytest.fixture(scope="session")
def hostile(shared: Path) -> list[str]:
    """Scripts, mark-up, formulas, escape sequences and spoofs, as strangers send them."""
    texts: list[str] = []
    for name, key in (
        ("xss", None),
        ("naughty_strings", None),
        ("markdown_html", "text"),
        ("csv_formula", "cell"),
        ("terminal_escapes", "text"),
        ("unicode_spoof", "text"),
    ):
        lines = (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines()
        texts += [json.loads(line)[key] if key else json.loads(line) for line in lines]
    return [text for text in texts if text.strip()]


def check_html(data: DigestData) -> None:
    page = render(data, "html")
    page.encode()
    read = Page(page)
    assert {tag for tag, _ in read.tags} <= OURS
    for tag, attributes in read.tags:
        names = {name for name, _ in attributes}
        assert names <= {"lang", "charset", "name", "content", "style", "scope", "href", "rel"}
        links = [value or "" for name, value in attributes if name == "href"]
        assert (tag == "a") is bool(links)
        assert all(re.match("https?://", link) for link in links)


def check_markdown(data: DigestData) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="left out: needs markdown-it-py")
    reader = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    read = Page(reader.render(render(data, "md")))
    assert {tag for tag, _ in read.tags} <= MARKDOWN_TAGS
    links = [value or "" for tag, parts in read.tags for name, value in parts if name == "href"]
    assert all(re.match("https?://", link) for link in links)


def check_csv(data: DigestData) -> None:
    rows = list(csv.reader(io.StringIO(render(data, "csv"), newline="")))
    assert {len(row) for row in rows} == {6}
    for cell in (cell for row in rows for cell in row):
        is_formula = re.match(r"[\s;,|\"']*[=+@-]", cell) and cell[0] != "'"
        assert not is_formula or re.fullmatch(r"[+-]?\d[\d ]*([.,]\d+)?", cell), ascii(cell)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", cell)


def check_plain(data: DigestData) -> None:
    text = render(data, "txt")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_no_hostile_text_escapes_from_any_form(hostile) -> None:
    assert len(hostile) > 1000
    for start in range(0, len(hostile), 20):
        data = digest_of(hostile[start : start + 20])
        check_html(data)
        check_markdown(data)
        check_csv(data)
        check_plain(data)
        assert render(data, "json").isascii()


ANY = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("<>&\"'`*_|[]()#\\\n\r=+-@\x1b")),
    min_size=1,
)


@profile(deadline=None)  # a busy machine is no failure
@given(
    words=st.lists(ANY, min_size=1, max_size=3), url=ANY | ANY.map("https://a.example/{}".format)
)
def test_no_text_at_all_escapes_from_any_form(words: list[str], url: str) -> None:
    data = digest_of(words, url)
    check_html(data)
    check_markdown(data)
    check_csv(data)
    check_plain(data)


def test_hostile_text_is_still_legible_in_html(hostile) -> None:
    for text in [text for text in hostile if len(text) <= 400][:200]:
        shown = " ".join(encode.legible(text).split())
        assert shown in " ".join(Page(render(digest_of([text]), "html")).text.split())


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        pytest.param("https://x.example/a?b=c#d", True, id="an ordinary address"),
        pytest.param("http://x.example", True, id="a bare host"),
        pytest.param("https://x.example:8443/(a)", True, id="a port and brackets"),
        pytest.param("javascript:alert(1)", False, id="a script"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("https://bank.example@evil.example/", False, id="a feigned host"),
        pytest.param('https://x.example/"onclick="x', False, id="a quotation mark"),
        pytest.param("https://x.example/a b", False, id="a blank"),
        pytest.param("https://x.example/\n", False, id="a line end"),
        pytest.param("https://x.example/<b>", False, id="a tag"),
        pytest.param("https://x.example/\u202egpj", False, id="an override of direction"),
        pytest.param("", False, id="none"),
    ],
)
def test_only_plain_addresses_of_the_web_become_links(url: str, linked: bool) -> None:
    assert is_link(url) is linked
    data = digest_of(["words"], url or " ")
    assert ("<a " in render(data, "html")) is linked
    assert (f"<{url}>" in render(data, "md")) is (linked and bool(url))


# ------------------------------------------------------------------------------- page and post
def test_the_page_loads_nothing_runs_nothing_and_leaves_colours_to_the_reader(house) -> None:
    heard(house, 5, 30)
    house.storms()
    page = render(house.digest(), "html")
    assert not re.search(r"<(script|style|link|img|iframe|form|base)|url\(|@import", page)
    assert not re.search(r"[;\"](color|background)[-a-z]*:", page)
    assert '<meta name="color-scheme" content="light dark">' in page


def test_the_page_stays_short_however_much_there_is_to_say(house) -> None:
    data = digest_of(['"' * 400] * 5)
    brand = replace(
        data.brands[0],
        brand="Acme",
        misses=data.brands[0].misses * 50,
        topics=data.brands[0].topics * 50,
        storms=data.brands[0].storms * 50,
    )
    asked = tuple(replace(one, ask="x" * 400) for one in data.decisions)
    data = replace(data, brands=(brand,) * 30, decisions=asked)
    page = render(data, "html")
    assert len(page.encode()) < MAX_BYTES
    assert "more brands left out here for length" in page
    assert len(json.loads(render(data, "json"))["brands"]) == 30


def test_where_words_could_not_be_taken_back_only_the_link_goes(house) -> None:
    house.hears("charged twice", author="ann", topic="billing", url="https://x.example/77")
    data = without_words(house.digest())
    for form in FORMATS:
        text = render(data, form)
        assert "charged twice" not in text
        assert "@ann" not in text
        assert "https://x.example/77" in text
    assert said_by_all(data, "A complaint on x, about billing; its words are not shown here")


@pytest.mark.parametrize("may_quote", [True, False], ids=["may be edited", "may not"])
def test_as_a_message_it_names_the_week_and_carries_the_page(house, may_quote: bool) -> None:
    house.hears("charged twice")
    house.opens()
    made = message(house.digest(), key="digest|2026-W47|chat", to="C1", may_quote=may_quote)
    assert (made.purpose, made.key, made.to) == (Purpose.DIGEST, "digest|2026-W47|chat", "C1")
    assert made.headline == "Weekly digest 2026-W47"
    assert made.lines[0].startswith("Acme, 2026-W47: ")
    assert made.lines[1] == "Ada Lovelace, by Mon 23 Nov 2026: Acknowledge case 1"
    assert len(made.lines) <= 5
    assert ("charged twice" in made.html) is may_quote


def test_every_section_and_measure_of_the_csv_is_documented(house) -> None:
    house.opens(misses=1)
    page = (Path(__file__).parents[3] / "docs" / "digest.md").read_text()
    data = digest_of(["word"])
    data = replace(data, brands=(*data.brands, replace(house.digest().brands[0], brand="Acme")))
    for row in csv.DictReader(io.StringIO(render(data, "csv"))):
        stem = re.sub(r"_(count|of|low|high|median_minutes|90th_minutes)$", "", row["measure"])
        assert f"| {row['section']} |" in page
        assert row["measure"] in ("word", "") or f"`{stem}`" in page, row
