"""Labels and what is learned from them, as their users meet them on the command line."""

import json
from pathlib import Path

import pytest

from listener.complaint import MODEL_VERSION
from listener.learned import Calibration, ComplaintModel, Learned
from tests.tocsin.cli.conftest import Tocsin
from tocsin.models import Models

COMPLAINS, IS_NONE = "the widget fizzled again", "the widget arrived today"


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def many(path: Path, number: int = 240, **more: object) -> Path:
    rows = [
        {"text": f"{(COMPLAINS, IS_NONE)[n % 2]} {'abcdefgh'[n % 8]}", "complaint": n % 2 == 0}
        | ({"platform": "bluesky", "id": str(n)} | more)
        for n in range(number)
    ]
    return written(path, *rows)


def verdict(tocsin: Tocsin, text: str, *options: object) -> str:
    said = tocsin("score", *options, stdin=text.encode())
    return str(json.loads(said.out)["verdict"])


def test_labels_are_kept_and_bad_lines_are_named_by_number(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(
        '{"text": "fizzled", "complaint": true}\nno\n{"text": "x"}\n'
        '{"text": "x", "complaint": 1}\n{"text": "x", "team": "cellar"}\n\n'
        '{"platform": "x", "id": "1", "text": "y", "complaint": false}\n[]\n'
        '{"text": " ", "complaint": true}\n'
        '{"platform": "x", "id": "9", "kind": "delete", "complaint": true}\n'
    )
    said = tocsin("labels", "import", file, "--no-learn", "--db", store)
    assert said.code == 0
    assert "Kept: 1 labels of posts in the store, 1 of other texts." in said.out
    numbers = [line.split(":")[1] for line in said.err.splitlines()]
    assert numbers == ["2", "3", "4", "5", "8", "9", "10"]


def test_an_export_can_be_imported_again(tocsin: Tocsin, store: Path, tmp_path: Path) -> None:
    file = written(
        tmp_path / "labels.jsonl",
        {"text": "fizzled", "lang": "en", "complaint": True},
        {"platform": "x", "id": "1", "text": "y", "complaint": False, "team": "care"},
    )
    tocsin("labels", "import", file, "--no-learn", "--db", store)
    out = tocsin("labels", "export", "--db", store).out
    first, second = (json.loads(line) for line in out.splitlines())
    assert {first["text"], second["text"]} > {"fizzled"}
    again = tmp_path / "again.jsonl"
    again.write_text(out)
    tocsin("labels", "import", again, "--no-learn", "--db", store)
    assert tocsin("labels", "export", "--db", store).out == out


def test_an_import_learns_says_what_changed_and_can_be_taken_back(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    before = tocsin("score", "--db", store, stdin=COMPLAINS.encode()).out
    said = tocsin("labels", "import", many(tmp_path / "l.jsonl"), "--db", store)
    assert "local: gains, 99 in 100 sure" in said.out
    assert "it changes the verdict of" in said.out
    assert "Before and after: complaint " in said.out
    assert "IN FORCE NOW: model 1, of 240 labels." in said.out
    assert "To take it back: `tocsin learn --back` goes back to judging as shipped" in said.out
    assert verdict(tocsin, COMPLAINS, "--db", store) == "complaint"
    assert verdict(tocsin, IS_NONE, "--db", store) == "other"
    assert tocsin("learn", "--back", "--db", store).code == 0
    assert tocsin("score", "--db", store, stdin=COMPLAINS.encode()).out == before
    assert tocsin("learn", "--back", "--db", store).code == 1


def test_learning_shows_what_would_change_and_changes_nothing_unasked(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    tocsin("labels", "import", many(tmp_path / "l.jsonl"), "--no-learn", "--db", store)
    assert not (tmp_path / "models").exists()
    assert "Nothing was changed." in tocsin("learn", "--db", store).out
    assert not (tmp_path / "models").exists()
    assert "IN FORCE NOW: model 1" in tocsin("learn", "--accept", "--db", store).out
    more = tocsin("labels", "import", many(tmp_path / "more.jsonl", 260), "--db", store)
    assert "goes back to model 1" in more.out
    assert "In force: model 1" in tocsin("learn", "--back", "--db", store).out
    assert "In force: judging as shipped" in tocsin("learn", "--off", "--db", store).out


@pytest.mark.parametrize("again", [("labels", "import"), ("learn", "--accept"), ("learn",)])
def test_the_same_labels_make_no_new_model_in_whatever_order_they_come(
    tocsin: Tocsin, store: Path, tmp_path: Path, again: tuple[str, ...]
) -> None:
    file = many(tmp_path / "l.jsonl")
    tocsin("labels", "import", file, "--db", store)
    one_by_one = tmp_path / "one.jsonl"
    for line in reversed(file.read_text().splitlines()[:3]):
        one_by_one.write_text(line + "\n")
        tocsin("labels", "import", one_by_one, "--no-learn", "--db", store)
    given = (file,) if again[0] == "labels" else ()
    said = tocsin(*again, *given, "--db", store)
    assert "Nothing was changed: these labels teach what model 1 knows" in said.out
    assert "IN FORCE NOW" not in said.out
    assert [path.name for path in (tmp_path / "models").glob("kept-*.json")] == ["kept-1.json"]


def test_after_it_was_taken_back_the_same_labels_can_be_learned_again(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    file = many(tmp_path / "l.jsonl", 60)
    tocsin("labels", "import", file, "--db", store)
    tocsin("learn", "--off", "--db", store)
    assert "IN FORCE NOW: model 2" in tocsin("labels", "import", file, "--db", store).out


@pytest.mark.parametrize("platform", ["x", "reddit"])
def test_what_may_not_be_learned_from_is_counted_and_left_out(
    tocsin: Tocsin, store: Path, tmp_path: Path, platform: str
) -> None:
    file = many(tmp_path / "l.jsonl", 60, platform=platform)
    said = tocsin("labels", "import", file, "--db", store)
    assert "0 labels can be learned from." in said.out
    assert f" of {platform} are left out: its " in said.out
    assert "Nothing was changed." in said.out


def test_with_another_agreement_a_platform_may_be_learned_from(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    config = tmp_path / "tocsin.toml"
    config.write_text('learn_from = ["x"]\n' + config.read_text())
    file = many(tmp_path / "l.jsonl", 60, platform="x")
    said = tocsin("labels", "import", file, "--no-learn", "--db", store)
    assert said.code == 0
    assert "60 labels can be learned from." in tocsin("learn", "--db", store).out


def test_the_past_is_replayed_with_the_model_of_its_store(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.toml"
    new.write_bytes((tmp_path / "tocsin.toml").read_bytes())
    asked = ("replay", "--history", "90d", "--config", new, "--db", store, "--json")
    (before,) = tocsin(*asked).rows
    models = Models(store)
    models.accept(Learned(0, ComplaintModel(Calibration(1.0, -9.0), None, 0.5, 0.3)), {})
    (after,) = tocsin(*asked).rows
    assert before["cases"] != after["cases"], "with it, nothing is a complaint"


def test_imported_texts_are_forgotten_when_that_is_asked(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    tocsin("labels", "import", many(tmp_path / "l.jsonl", 10), "--no-learn", "--db", store)
    assert tocsin("labels", "forget", "--db", store).code == 2
    assert "Erased: 10" in tocsin("labels", "forget", "--yes", "--db", store).out
    assert tocsin("labels", "export", "--db", store).out == ""
    assert b"fizzled" not in store.read_bytes()


def test_who_is_forgotten_is_forgotten_with_their_labels(
    tocsin: Tocsin, store: Path, tmp_path: Path
) -> None:
    ann = {"platform": "x", "author": {"id": "u-ann"}, "complaint": True}
    file = written(
        tmp_path / "l.jsonl",
        {**ann, "id": "1", "text": "in the store"},
        {**ann, "id": "77", "text": "imported"},
    )
    tocsin("labels", "import", file, "--no-learn", "--db", store)
    tocsin("forget", "@ann", "--yes", "--db", store)
    assert tocsin("labels", "export", "--db", store).out == ""
    said = tocsin("labels", "import", file, "--no-learn", "--db", store)
    assert "2 of deleted posts" in said.out


@pytest.mark.parametrize(
    "damage",
    ["", "[]", "{", '{"accepted": "1"}', '{"accepted": 7}', "[" * 100_000],
    ids=["empty", "a list", "torn", "a text", "of a file that is gone", "deep"],
)
def test_a_damaged_model_is_one_clear_sentence(
    tocsin: Tocsin, store: Path, tmp_path: Path, damage: str
) -> None:
    tocsin("labels", "import", many(tmp_path / "l.jsonl"), "--db", store)
    (tmp_path / "models" / "kept.json").write_text(damage)
    said = tocsin("score", "--db", store, stdin=b"x")
    assert said.code == 2
    assert "cannot be used" in said.err
    assert "remove" in said.err
    assert tocsin("learn", "--off", "--db", store).code == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("slope", "1e999"),
        ("slope", '"1"'),
        ("slope", "null"),
        ("weights", '{"-1": 1.0}'),
        ("weights", '{"a": 1.0}'),
        ("weights", "[1]"),
    ],
)
def test_a_model_with_a_wrong_number_is_refused(
    tocsin: Tocsin, store: Path, tmp_path: Path, key: str, value: str
) -> None:
    tocsin("labels", "import", many(tmp_path / "l.jsonl"), "--db", store)
    path = tmp_path / "models" / "kept-1.json"
    row = json.loads(path.read_text())
    part = row["complaint"]["calibration" if key == "slope" else "local"]
    part[key] = "HERE"
    path.write_text(json.dumps(row).replace('"HERE"', value))
    said = tocsin("score", "--db", store, stdin=b"x")
    assert (said.code, "kept-1.json cannot be used" in said.err) == (2, True)


def test_a_replay_and_its_store_say_which_model_judged(
    tocsin: Tocsin, store: Path, posts: Path, tmp_path: Path
) -> None:
    store.rename(tmp_path / "tocsin.db")
    tocsin("labels", "import", many(tmp_path / "l.jsonl"))
    tocsin("replay", posts, "--db", tmp_path / "new.db")
    (row,) = tocsin("explain", "1", "--db", tmp_path / "new.db", "--json").rows
    assert row["model"] == f"{MODEL_VERSION}+1"
    assert any(reason.startswith("your labels: ") for reason in row["why"])


@pytest.mark.parametrize("option", ["--back", "--off"])
def test_after_an_erasure_going_back_keeps_nothing_that_was_learned_from_what_is_gone(
    tocsin: Tocsin, store: Path, tmp_path: Path, option: str
) -> None:
    tocsin("labels", "import", many(tmp_path / "l.jsonl"), "--db", store)
    tocsin("labels", "import", many(tmp_path / "more.jsonl", 260), "--db", store)
    tocsin("labels", "forget", "--yes", "--db", store)
    assert "In force: judging as shipped" in tocsin("learn", option, "--db", store).out
    assert not list((tmp_path / "models").glob("kept-*.json"))
