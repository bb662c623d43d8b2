"""Likeness in meaning: bounded, never required, and nothing fetched."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Settings, Team
from config.example import write_example
from config.settings import Embeddings
from listener import likeness
from listener.assess import Assessor
from listener.complaint import Judgement, Verdict
from listener.likeness import MOST, Descriptions, Leaning, LikenessMissing, is_installed
from listener.mention import Author, Post
from listener.routing import Router
from tests.firm import NOON, settings
from tocsin.cli import common
from tocsin.wiring import assessor_of

needs_the_extra = pytest.mark.skipif(not is_installed(), reason="the extra is not installed")


class Row:
    """Stands for numpy's rows: each vector is (complains, thanks)."""

    def __init__(self, rows: Sequence[tuple[float, float]]) -> None:
        self.rows = rows

    def __matmul__(self, other: tuple[float, float]) -> Any:
        return Listed(a * other[0] + b * other[1] for a, b in self.rows)


class Listed(list[float]):
    def tolist(self) -> list[float]:
        return list(self)


class Words:
    """Vectors of two numbers, by two words."""

    def of(self, text: str) -> tuple[float, float]:
        return float("waiting" in text), float("thank" in text.lower())

    def all_of(self, texts: tuple[str, ...]) -> Row:
        return Row([self.of(text) for text in texts])


WORDS: Any = Words()
UNSURE = Judgement(0.45, Verdict.UNSURE, ("a", "b", "c", "d", "e", "f"))


def leaning(amount: float) -> Leaning:
    found = Leaning(WORDS)
    found.of = lambda text: amount  # type: ignore[method-assign]
    return found


def test_an_unsure_judgement_is_moved_and_says_so() -> None:
    moved = leaning(0.05).move(UNSURE, "text")
    assert moved.probability == pytest.approx(0.5497, abs=1e-3)
    assert moved.verdict is Verdict.COMPLAINT
    assert (len(moved.why), moved.why[-1]) == (6, "likeness to complaints: +0.40")


def test_it_moves_by_so_much_at_most() -> None:
    up, down = leaning(2.0).move(UNSURE, ""), leaning(-2.0).move(UNSURE, "")
    assert up.why[-1] == f"likeness to complaints: +{MOST:.2f}"
    assert down.why[-1] == f"likeness to complaints: -{MOST:.2f}"


def test_what_was_in_sight_stays_in_sight() -> None:
    moved = leaning(-2.0).move(UNSURE, "")
    assert moved.probability < 0.3
    assert moved.verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    "sure",
    [
        pytest.param(Judgement(0.71, Verdict.COMPLAINT, ()), id="a clear complaint"),
        pytest.param(Judgement(0.29, Verdict.OTHER, ()), id="clearly none"),
        pytest.param(Judgement(0.2, Verdict.UNSURE, ()), id="irony, perhaps"),
        pytest.param(Judgement(0.4, Verdict.OTHER, ()), id="none under thresholds of one's own"),
    ],
)
def test_what_is_sure_enough_is_left_alone(sure: Judgement) -> None:
    assert leaning(2.0).move(sure, "") is sure


def test_a_threshold_of_ones_own_is_kept() -> None:
    assert leaning(0.05).move(UNSURE, "", complaint_from=0.6).verdict is Verdict.UNSURE


def test_descriptions_are_told_apart_and_empty_ones_left_out() -> None:
    found = Descriptions({"late": "waiting", "glad": "thanks", "none": " "}, WORDS)
    assert found.likeness("still waiting") == {"late": 1.0, "glad": 0.0}
    assert Descriptions({}, WORDS).likeness("x") == {}


TEAMS = (
    Team(name="care", members=("ada",)),
    Team(name="line", members=("ada",), description="People waiting"),
)


@pytest.mark.parametrize(
    ("text", "team"),
    [
        pytest.param("we are waiting here", "line", id="like a description"),
        pytest.param("something else", "care", id="like none"),
    ],
)
def test_a_post_that_no_word_routes_goes_where_the_meaning_is_nearest(text: str, team: str) -> None:
    said = Descriptions({one.name: one.description or "" for one in TEAMS}, WORDS)
    route = Router(TEAMS, {}, "care", meaning=said).route(text, "")
    assert (route.team, route.topic, route.confident) == (team, None, False)


def test_a_declared_word_goes_before_likeness() -> None:
    care = TEAMS[0].model_copy(update={"owns": {"queue": ("waiting",)}})
    said = Descriptions({"line": "waiting"}, WORDS)
    assert Router((care, TEAMS[1]), {}, "care", meaning=said).route("waiting", "").team == "care"


def test_the_judgement_of_a_house_with_likeness_says_so_in_its_version() -> None:
    post = Post("x", "1", "@Acme hmm the new version is slow", NOON, Author("u"), lang="en")
    plain, alike = Assessor(), Assessor(leaning=leaning(0.0))
    assert alike.judge_alone(post).model == f"{plain.model}+like-1"
    same = replace(alike.judge_alone(post), model=plain.model, judgement=UNSURE)
    assert same == replace(plain.judge_alone(post), judgement=UNSURE)


# -------------------------------------------------------------------------------- never required
@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "find_spec", lambda name: None)
    likeness.load.cache_clear()


ASKED: Settings = settings().model_copy(update={"embeddings": Embeddings(judge=True, route=True)})


@pytest.mark.usefixtures("without")
def test_without_the_extra_the_house_judges_as_before() -> None:
    post = Post("x", "1", "@Acme hmm the new version is slow", NOON, Author("u"), lang="en")
    assert assessor_of(ASKED).assess(post) == assessor_of(settings()).assess(post)
    with pytest.raises(LikenessMissing, match=r'pip install "tocsin\[embeddings\]"'):
        likeness.likeness("text", {"a": "b"})


@pytest.mark.usefixtures("without")
def test_what_is_asked_for_and_not_there_is_lacking() -> None:
    assert likeness.lacking(ASKED)
    assert not likeness.lacking(settings())


@pytest.mark.usefixtures("without")
def test_a_command_for_a_program_says_so_beside_its_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tocsin.toml"
    write_example(path)
    with path.open("a") as file:
        file.write("\n[embeddings]\nroute = true\n")
    common.load(path)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"warning: {likeness.MISSING}.\n"


def test_judging_loads_none_of_it() -> None:
    code = (
        "import sys, tocsin.cli, listener.assess as a; a.Assessor();"
        "print({'numpy', 'tokenizers', 'safetensors', 'wordllama'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# ------------------------------------------------------------------------------ with the package
@needs_the_extra
def test_the_package_tells_a_complaint_from_thanks() -> None:
    found = Leaning(likeness.load())
    assert found.of("I am still on hold and nobody picks up") > 0
    assert found.of("thanks a lot, great service, I love it") < 0


@needs_the_extra
def test_the_package_tells_descriptions_apart() -> None:
    said = {"bags": "lost and damaged luggage", "money": "invoices, refunds and payments"}
    alike = likeness.likeness("where is my suitcase", said)
    assert alike["bags"] > alike["money"]


@needs_the_extra
@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "🙂" * 3_000, "a" * 50_000])
def test_the_package_takes_any_text(text: str) -> None:
    assert -2.0 <= Leaning(likeness.load()).of(text) <= 2.0


@needs_the_extra
def test_the_packages_own_loader_is_not_imported() -> None:
    likeness.load.cache_clear()
    likeness.load()
    assert "wordllama" not in sys.modules
