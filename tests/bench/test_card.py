"""The page on accuracy: what stands on it is measured, what is missing is named."""

import csv
import gzip
import re
import sys
from pathlib import Path

import pytest

from bench import card, card_complaints, card_others, mistakes, own_labels, wrong
from bench.judged import Judged, judged, judged_by_command
from bench.mistakes import Mistaken
from bench.sets import SETS, posts_of, read_set
from listener.assess import Assessor
from listener.mention import Post

ANGRY = "Third time asking for my refund, still no reply"
CALM = "Lovely crew today, thank you"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one small set, of which one complaint is missed."""
    rows = [(ANGRY, 1)] * 12 + [(CALM, 0)] * 11 + [(CALM, 1)]
    with gzip.open(tmp_path / "complaints_acl19.csv.gz", "wt", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("text", "complaint", "domain"))
        writer.writerows((text, label, "retail") for text, label in rows)
    return tmp_path


def test_the_page_is_the_same_each_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_others, "FURTHER", ())
    first = card.page(card.measured(folder))
    card_complaints.samples.cache_clear()
    assert card.page(card.measured(folder)) == first
    assert "| complaints_acl19 | 24 |" in first
    assert "| airline | left out: not there |" in first
    assert "Left out: the airline's posts are not there." in first


def test_the_figures_are_those_of_the_set(folder: Path) -> None:
    ranking = "\n".join(card_complaints.ranking(folder))
    # 12 of 13 complaints stand before all 11 others, one beside them: (12 + 1/2) / 13.
    assert "| acl19 | 24 | 0.962 (0.886–1.000) |" in ranking
    errors = "\n".join(card_complaints.verdicts(folder))
    assert "| 1.000 (0.758–1.000) | 0.923 (0.667–0.986) | 0.000 |" in errors


def test_a_mistake_is_counted_in_its_kind(folder: Path) -> None:
    lines = list(card_complaints.mistakes(folder))
    assert "| short: under 8 words | 0 | 0% | 1 | 100% |" in lines


@pytest.mark.parametrize(
    ("text", "lang", "why", "kind"),
    [
        pytest.param("Wo ist mein Paket?", "de", (), "another language than English", id="tongue"),
        pytest.param("Acme down https://a.example", "en", (), "a link or news", id="link"),
        pytest.param(
            "a b", "en", ('against: news or advert: "hiring"',), "a link or news", id="news"
        ),
        pytest.param(
            "a b",
            "en",
            ('against: praise: "great"', 'waiting: "still waiting"'),
            "praise and reproach together",
            id="both",
        ),
        pytest.param("why?", "en", (), "a question", id="question"),
        pytest.param("a b", "en", (), "short: under 8 words", id="short"),
        pytest.param("a " * 61, "en", (), "long: over 60 words", id="long"),
        pytest.param(
            "a " * 9, "en", ('against: thanks: "thanks"',), "praise or thanks alone", id="thanks"
        ),
        pytest.param(
            "a " * 9, "en", ("valence −0.50",), "no phrase for a complaint found", id="no phrase"
        ),
        pytest.param(
            "a " * 9,
            "en",
            ('broken: "broke"',),
            "a phrase found, and nothing against it",
            id="a phrase alone",
        ),
        pytest.param(
            "a " * 9,
            "en",
            ('broken: "broke"', 'against: nothing wrong: "no complaints"'),
            "other",
            id="a phrase and its contrary",
        ),
    ],
)
def test_kinds_of_mistakes(text: str, lang: str, why: tuple[str, ...], kind: str) -> None:
    found = Judged(lang, 0.5, "complaint", 0.0, False, None, why)
    assert mistakes.kind_of(Mistaken(text, found)) == kind


def test_a_bench_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    further = (("nowhere", "Nothing", "nothing"), ("wrong", "Wrong", "mistakes"))
    monkeypatch.setattr(card_others, "FURTHER", further)
    said = "\n".join(card_others.further(tmp_path))
    assert "Left out: this version has no such bench." in said
    assert f"of {len(wrong.EXAMPLES)} are wrong" in said


def test_the_command_says_what_the_page_is_made_of(folder: Path) -> None:
    posts = posts_of(read_set(folder, "complaints_acl19"))[10:14]
    assert judged_by_command(posts) == judged(posts, Assessor())


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command, with a page of one line."""
    monkeypatch.setattr(sys, "argv", ["bench.card", *words])
    monkeypatch.setattr(card, "measured", lambda folder: [f"measured in {folder.name}"])
    monkeypatch.setattr(card, "timings", lambda folder: [card.TIMINGS])
    return card.main()


def test_without_a_folder_the_originals_are_fetched_and_each_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(card, "default_folder", lambda: tmp_path / "none")
    monkeypatch.setattr(card, "DOWNLOADED", tmp_path / "fetched")
    monkeypatch.setattr(card, "fetch", lambda folder: [f"airline: left out, into {folder.name}"])
    assert run(monkeypatch, "--out", str(tmp_path / "page.md")) == 0
    assert "airline: left out, into fetched" in capsys.readouterr().out
    assert (tmp_path / "page.md").read_text() == f"measured in fetched\n{card.TIMINGS}\n"


def test_a_folder_that_is_named_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, str(tmp_path / "none"))
    assert ended.value.code == 2
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("apart", [False, True])
def test_the_comparison_with_the_command_fails_where_one_post_differs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    def scored(posts: list[Post]) -> list[Judged]:
        found = judged(posts, Assessor())
        return [found[0]._replace(complaint=0.0), *found[1:]] if apart else found

    card_complaints.samples.cache_clear()
    monkeypatch.setattr(card, "judged_by_command", scored)
    monkeypatch.setattr(card.own_labels, "by_command", lambda *given: [])
    monkeypatch.setattr(card_complaints, "FEW", 24)  # of all its posts nothing is left to judge
    assert run(monkeypatch, str(folder), "--through-command") == int(apart)


def shown() -> list[str]:
    return re.findall(r"^\d+\. “(.*)”$", card.PAGE.read_text("utf-8"), re.MULTILINE)


def test_each_example_on_the_page_is_wrong_still() -> None:
    wrong_now = {one.example.text for one in wrong.mistakes()}
    assert len(shown()) == wrong.SHOWN
    assert set(shown()) <= wrong_now, "`make bench-accuracy` writes the page anew"


def test_the_page_shows_misses_and_false_alarms() -> None:
    rights = [one.right for text in shown() for one in wrong.EXAMPLES if one.text == text]
    assert min(rights.count(wrong.COMPLAINT), rights.count(wrong.OTHER)) >= 3


def test_no_row_of_a_set_stands_on_the_page(shared: Path) -> None:
    page = card.PAGE.read_text("utf-8")
    for labelled in SETS:
        for row in read_set(shared / "data", labelled.file):
            text = row["text"].strip()
            assert len(text) < 20 or text not in page


@pytest.mark.prove
def test_the_page_is_what_is_measured_now(shared: Path) -> None:
    measured = card.page(card.measured(shared / "data"))
    kept = card.PAGE.read_text("utf-8").partition(card.TIMINGS)[0]
    assert kept.rstrip() == measured.rstrip()


def test_what_is_left_for_own_labels_is_little_where_probabilities_hold() -> None:
    labels = [place % 10 < 7 for place in range(1_500)]
    found = own_labels.bounds([0.2] * len(labels), labels)
    assert len(found) == own_labels.DRAWS
    assert all(one.all_labels < 0.05 and one.chance < 0.05 for one in found)
