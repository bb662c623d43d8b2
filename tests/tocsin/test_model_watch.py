"""A running house judges with the model in force, and keeps nothing of what was erased."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.collector import Batch
from listener.complaint import MODEL_VERSION
from listener.learned import Calibration, ComplaintModel, Learned
from listener.mention import Author, Kind, Observation, Post
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.health import InForce, Pulse, report
from tocsin.learning import lesson_of
from tocsin.model_watch import ModelWatch
from tocsin.models import Models
from tocsin.store.labels import Label

SURE = Learned(0, ComplaintModel(Calibration(1.0, 9.0), None, 0.5, 0.3))
SAID = ("the widget fizzled again", "the widget arrived today")


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return new_firm(tmp_path / "firm.db")


@pytest.fixture
def models(firm: Firm) -> Models:
    assert firm.house.store.path is not None
    return Models(firm.house.store.path)


def judged(firm: Firm, number: int) -> str:
    """Which model judges a post that is heard now."""
    seen = observed(number, f"ann{number}", firm.now, words="Acme is fine")
    batch = Batch(observations=(seen,), cursor=None)
    firm.house.store.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))
    with firm.house.store.read() as desk:
        (row,) = desk.judgements_of_native(f"native-{number}")
    return str(row["model"])


def in_force(firm: Firm, watch: ModelWatch) -> InForce:
    with firm.house.store.read() as desk:
        return watch.in_force(desk)


def taught(firm: Firm, number: int = 240) -> None:
    """Labels of posts of a platform from which may be learned."""
    for one in range(number):
        post = Post("bluesky", str(one), f"{SAID[one % 2]} {one % 7}", NOON, Author(f"u{one}"))
        label = Label(post, one % 2 == 0, None)
        firm.house.store.write(lambda desk, label=label: desk.keep_label(label, NOON))


def erased(firm: Firm, *numbers: int) -> None:
    for one in numbers:
        gone = Post("bluesky", str(one), "", NOON, Author(f"u{one}"))
        seen = Observation(Kind.DELETE, gone, NOON)
        firm.house.store.write(lambda desk, seen=seen: desk.keep_post(seen, "test"))


def accepted(firm: Firm, models: Models) -> None:
    lesson = lesson_of(firm.house)
    assert lesson.learned is not None
    models.accept(lesson.learned, lesson.origin)


def test_another_model_judges_from_the_next_look_on(firm: Firm, models: Models) -> None:
    watch = ModelWatch(firm.house)
    watch.look()
    assert judged(firm, 1) == MODEL_VERSION
    models.accept(SURE, {})
    assert judged(firm, 2) == MODEL_VERSION
    watch.look()
    assert judged(firm, 3) == f"{MODEL_VERSION}+1"
    models.put(None)
    watch.look()
    assert judged(firm, 4) == MODEL_VERSION


@pytest.mark.parametrize(
    "damage",
    ["", "[]", '{"accepted": "1"}', '{"accepted": 7}'],
    ids=["empty", "a list", "a text", "of a file that is gone"],
)
def test_a_broken_model_is_told_and_the_house_judges_as_shipped(
    firm: Firm, models: Models, tmp_path: Path, damage: str
) -> None:
    watch = ModelWatch(firm.house)
    models.accept(SURE, {})
    watch.look()
    (tmp_path / "models" / "firm.json").write_text(damage)
    watch.look()
    assert judged(firm, 1) == MODEL_VERSION
    assert "cannot be used" in in_force(firm, watch).trouble
    models.put(1)
    watch.look()
    assert (judged(firm, 2), in_force(firm, watch).trouble) == (f"{MODEL_VERSION}+1", "")


def test_what_another_version_wrote_is_refused(firm: Firm, models: Models, tmp_path: Path) -> None:
    models.accept(SURE, {})
    path = tmp_path / "models" / "firm-1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    watch = ModelWatch(firm.house)
    watch.look()
    assert "another version wrote it" in in_force(firm, watch).trouble


def test_labels_that_were_erased_are_counted_and_age_is_not(firm: Firm, models: Models) -> None:
    taught(firm)
    accepted(firm, models)
    watch = ModelWatch(firm.house)
    watch.look()
    assert in_force(firm, watch).erased == 0
    erased(firm, 3, 4)
    assert in_force(firm, watch).erased == 2
    later = firm.now + timedelta(days=91)
    firm.house.store.write(lambda desk: desk.age_out_texts(later))
    with firm.house.store.read() as desk:
        assert not list(desk.labels_kept())
    assert in_force(firm, watch).erased == 2


def test_what_was_erased_is_unlearned_at_night_and_told(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    taught(firm)
    accepted(firm, models)
    watch = ModelWatch(firm.house)
    watch.sweep()
    assert in_force(firm, watch) == InForce(1)
    erased(firm, 0)
    watch.sweep()
    found = in_force(firm, watch)
    assert (found.number, found.erased) == (2, 0)
    assert "1 labels of model 1 were erased; model 2 was learned" in found.notice
    assert not (tmp_path / "models" / "firm-1.json").exists()
    assert judged(firm, 1) == f"{MODEL_VERSION}+2"


def test_where_what_is_left_teaches_nothing_the_house_judges_as_shipped(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    taught(firm)
    accepted(firm, models)
    erased(firm, *range(220))
    watch = ModelWatch(firm.house)
    watch.sweep()
    assert in_force(firm, watch).number is None
    assert "as shipped" in in_force(firm, watch).notice
    assert not list((tmp_path / "models").glob("firm-*.json"))
    taught(firm)
    accepted(firm, models)
    watch.look()
    assert in_force(firm, watch).number == 2, "no number is given twice"


def test_the_health_page_says_how_the_house_judges(firm: Firm) -> None:
    def page(model: InForce) -> dict[str, Any]:
        pulse = Pulse(started_at=firm.now, passed_at=firm.now, model=model)
        with firm.house.store.read() as desk:
            return report(desk, pulse, firm.now)

    sound = page(InForce(3, erased=2))
    assert sound["status"] == "ok"
    assert sound["model"] == {"in_force": 3, "labels_erased_since": 2, "notice": None}
    wrong = page(InForce(trouble="The learned model cannot be used"))
    assert wrong["reasons"] == ["judging as shipped: The learned model cannot be used"]
