"""A running house judges with the model in force, and keeps nothing of what was erased."""

import json
import os
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from config import Safety
from listener.collector import Batch
from listener.complaint import MODEL_VERSION
from listener.learned import Calibration, ComplaintModel, Learned
from listener.mention import Author, Kind, Observation, Post
from tests.firm import NOON, Firm, new_firm, observed, settings
from tocsin.health import InForce, Pulse, report
from tocsin.learning import lesson_of
from tocsin.model_watch import ModelWatch
from tocsin.models import Models
from tocsin.names import Names
from tocsin.store.labels import Label
from tocsin.wiring import assessor_of

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


def test_a_model_that_was_restored_is_in_force_at_the_next_look(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    models.accept(SURE, {})
    path = tmp_path / "models" / "firm-1.json"
    whole = path.read_bytes()
    path.write_text("{")
    watch = ModelWatch(firm.house)
    watch.look()
    assert in_force(firm, watch).number is None
    path.write_bytes(whole)
    watch.look()
    assert in_force(firm, watch) == InForce(1)


def test_broken_words_change_no_model_and_are_told_until_they_are_mended(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    watch = ModelWatch(firm.house)
    models.accept(SURE, {})
    names = tmp_path / "models" / "firm.names.json"
    names.write_text("{")
    watch.look()
    assert judged(firm, 1) == f"{MODEL_VERSION}+1"
    assert "firm.names.json cannot be used" in in_force(firm, watch).trouble
    names.unlink()
    watch.look()
    assert in_force(firm, watch) == InForce(1)


@pytest.fixture
def wired(tmp_path: Path) -> tuple[Firm, Path]:
    """A firm with a tripwire of its own, and the file that it stands in."""
    wires = tmp_path / "wires.txt"
    wires.write_text("[injury]\ngizmo burst\n")
    declared = settings().model_copy(update={"safety": Safety(tripwires=(wires,))})
    firm = new_firm(tmp_path / "firm.db", declared=declared)
    firm.house.pipeline.judge_with(assessor_of(declared))
    return firm, wires


def rings(firm: Firm) -> bool:
    return bool(firm.house.pipeline.tripwires.dangers_of("the gizmo burst", "en"))


def test_broken_tripwires_are_told_those_before_hold_and_a_model_is_in_force_all_the_same(
    wired: tuple[Firm, Path],
) -> None:
    firm, wires = wired
    watch, models = ModelWatch(firm.house), Models(firm.house.store.path or Path())
    watch.look()
    whole = wires.read_text()
    wires.write_text("a rule below no heading\n")
    models.accept(SURE, {})
    watch.look()
    assert (judged(firm, 1), rings(firm)) == (f"{MODEL_VERSION}+1", True)
    assert "wires.txt:1" in in_force(firm, watch).trouble
    wires.write_text(whole)
    watch.look()
    assert (in_force(firm, watch), rings(firm)) == (InForce(1), True)


@pytest.mark.parametrize(
    ("left", "after"),
    [
        pytest.param(239, f"{MODEL_VERSION}+2", id="the rest teaches a model"),
        pytest.param(20, MODEL_VERSION, id="the rest teaches nothing"),
    ],
)
def test_what_was_erased_is_unlearned_while_the_tripwires_are_broken(
    wired: tuple[Firm, Path], left: int, after: str
) -> None:
    firm, wires = wired
    watch, models = ModelWatch(firm.house), Models(firm.house.store.path or Path())
    taught(firm)
    accepted(firm, models)
    watch.look()
    wires.write_text("a rule below no heading\n")
    erased(firm, *range(240 - left))
    watch.sweep()
    assert (judged(firm, 1), rings(firm)) == (after, True)
    assert 1 not in {int(path.stem.rpartition("-")[2]) for path in models._all()}
    assert "wires.txt:1" in in_force(firm, watch).trouble


def test_broken_files_are_all_told(wired: tuple[Firm, Path], tmp_path: Path) -> None:
    firm, wires = wired
    watch = ModelWatch(firm.house)
    wires.unlink()
    for name in ("firm.json", "firm.names.json"):
        (tmp_path / "models").mkdir(exist_ok=True)
        (tmp_path / "models" / name).write_text("{")
    watch.look()
    trouble = in_force(firm, watch).trouble
    assert all(name in trouble for name in ("wires.txt", "firm.json", "firm.names.json"))


def test_a_look_does_not_wait_for_a_sweep_in_another_thread(
    firm: Firm, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(firm)
    accepted(firm, models)
    erased(firm, 0)
    watch = ModelWatch(firm.house)
    learning, looked = Event(), Event()

    def slow(*arguments: object) -> str:
        learning.set()
        assert looked.wait(60)
        return "learned"

    monkeypatch.setattr(watch, "_learn_anew", slow)
    sweeping = Thread(target=watch.sweep)
    sweeping.start()
    assert learning.wait(60)
    models.accept(SURE, {"erased": 1})
    watch.look()
    assert in_force(firm, watch).number == 1, "the sweep is still at work"
    looked.set()
    sweeping.join()
    assert in_force(firm, watch).number == 2


def test_the_night_removes_older_models_that_were_learned_from_what_is_gone(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    taught(firm)
    accepted(firm, models)
    models.put(None)
    erased(firm, 0)
    ModelWatch(firm.house).sweep()
    assert not list((tmp_path / "models").glob("firm-*.json"))


def test_a_new_model_leaves_no_way_back_to_what_was_erased(firm: Firm, models: Models) -> None:
    models.accept(SURE, {"erased": 0})
    assert models.accept(SURE, {"erased": 0}).before == 1
    assert models.accept(SURE, {"erased": 1}).before is None
    assert [path.name for path in models._all()] == ["firm-3.json"]


def test_what_a_crash_has_left_is_removed_at_the_start(
    firm: Firm, models: Models, tmp_path: Path
) -> None:
    for _ in range(3):
        models.accept(SURE, {})
    folder = tmp_path / "models"
    (folder / "firm-2.json").unlink()  # of 3, 2 and 1 only 3 is reached now
    for name, age in (("firm-9.new", 7200), ("firm-8.new", 60)):
        (folder / name).write_text("{")
        when = NOON.timestamp() - age
        os.utime(folder / name, (when, when))
    Names(tmp_path / "firm.db").put({"Acme": ("peak",)})
    (folder / "firm-4.json").write_text("{")
    ModelWatch(firm.house)
    left = {"firm.json", "firm.names.json", "firm-3.json", "firm-4.json", "firm-8.new"}
    assert {path.name for path in folder.iterdir()} == left, "4 is being written, as is 8"
