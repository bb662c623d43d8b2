"""What the demo promises, read off its own story."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escalation.desk import Happening
from escalation.subject import Ref
from tocsin.cli import app
from tocsin.cli.common import load
from tocsin.demo import DemoRefused, show
from tocsin.demo.narrator import Narrator
from tocsin.demo.playing import ACTIONS, CONFIG, POSTS, STORY, play
from tocsin.replay import read_actions, read_posts

ROOT = Path(__file__).parents[2]
DELETED = ("Dorrit", "read the manual")  # words that stand only in the post its author deletes
SATURDAY = datetime(2026, 11, 14, tzinfo=UTC)
DIGEST_TITLE = "the weekly digest"


@dataclass(frozen=True)
class Told:
    """A run: what was printed, what happened, and the folder that it left."""

    lines: list[str]
    happenings: list[Happening]
    folder: Path

    def of(self, event: str, kind: str = "case") -> list[Happening]:
        return [h for h in self.happenings if h.event == event and h.ref and h.ref.kind == kind]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    happenings: list[Happening] = []
    hear = Narrator.happened

    def noting(narrator: Narrator, one: Happening) -> None:
        happenings.append(one)
        hear(narrator, one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Narrator, "happened", noting)
        outcome = CliRunner().invoke(app, ["demo", "--keep", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    return Told(outcome.output.splitlines(), happenings, folder)


def test_every_line_of_the_story_is_a_post_and_every_action_can_be_done(told: Told) -> None:
    posts, misread = read_posts([STORY / POSTS])
    assert misread == []
    assert 250 <= len(posts) <= 400
    assert read_actions(STORY / ACTIONS)
    assert told.happenings
    assert [h.text for h in told.happenings if h.event == "no_change"] == []


def test_the_story_is_one_week_on_several_platforms_in_several_languages() -> None:
    posts = [one.post for one in read_posts([STORY / POSTS])[0]]
    assert {post.created_at.isocalendar()[:2] for post in posts} == {(2026, 46)}
    assert {post.platform for post in posts} == {"x", "reddit", "bluesky"}
    assert {post.lang for post in posts} >= {"en", "de", "fr", "es"}
    assert all(post.url == "" or ".example/" in post.url for post in posts)


def test_the_configuration_is_complete_and_without_a_warning() -> None:
    assert load(STORY / CONFIG).warnings == ()


def test_exactly_one_storm_breaks_out_and_it_runs_its_whole_course(told: Told) -> None:
    for event in ("incident_storm", "acknowledged", "incident_contained", "incident_closed"):
        assert [h.ref for h in told.of(event, "incident")] == [Ref("incident", 1)], event
    assert told.of("incident_opened", "incident") == []


def test_a_storm_pages_its_owner_once_a_channel_and_none_of_its_cases_pages(told: Told) -> None:
    (broke,) = told.of("incident_storm", "incident")
    (calm,) = told.of("incident_contained", "incident")
    pages = [(h.owner, h.channel) for h in told.of("page", "incident")]
    assert pages == [("sunniva", "desk"), ("sunniva", "phone")]
    within = [h for h in told.of("case_opened") if broke.at <= h.at <= calm.at]
    assert len(within) >= 30
    assert [h for h in told.of("page") if h.at >= SATURDAY] == []


def test_one_case_climbs_to_the_executive_because_nobody_answers(told: Told) -> None:
    to_the_top = [h.ref for h in told.of("escalated") if h.owner == "edda"]
    assert len(to_the_top) == 1
    asked = [h.owner for h in told.of("page") if h.ref == to_the_top[0]]
    assert asked == ["nell", "mira", "jonna", "edda"]


def test_an_acknowledgement_stops_the_climb(told: Told) -> None:
    climbed = {h.ref for h in told.of("escalated") if h.owner == "petra"}
    assert len(climbed) == 1
    (taken,) = [h for h in told.of("acknowledged") if h.ref in climbed]
    assert taken.owner == "petra"
    assert [h for h in told.of("page") if h.ref in climbed and h.at > taken.at] == []


def test_one_case_changes_hands_and_keeps_its_owner_until_then(told: Told) -> None:
    (offered,) = told.of("offered")
    (accepted,) = told.of("accepted")
    assert offered.ref == accepted.ref
    assert (offered.owner, accepted.owner) == ("nell", "tamsin")


def test_a_reply_of_ours_makes_its_case_wait_for_the_customer(told: Told) -> None:
    latest = told.of("brand_reply")[-1]
    assert latest.ref is not None
    shown = CliRunner().invoke(
        app, ["cases", "show", str(latest.ref.number), *kept(told), "--json"]
    )
    assert json.loads(shown.output.splitlines()[0])["state"] == "waiting"


def test_what_is_no_complaint_after_all_is_dismissed(told: Told) -> None:
    assert [h.actor for h in told.of("closed") if h.reason == "dismissed"] == ["nell"]


def test_the_words_of_a_deleted_post_are_nowhere_in_the_store_nor_in_what_is_shown(
    told: Told,
) -> None:
    assert len(told.of("withdrawn")) == 1
    assert all(word in (STORY / POSTS).read_text() for word in DELETED)
    store = b"".join(path.read_bytes() for path in told.folder.glob("tocsin.db*"))
    assert b"scalded my hand" in store
    assert not any(word.encode() in store for word in DELETED)
    assert not any(word in line for word in DELETED for line in told.lines)


def test_what_is_shown_is_readable_and_no_flood(told: Told) -> None:
    assert 100 <= len(told.lines) <= 160
    narrative = told.lines[: next(n for n, line in enumerate(told.lines) if DIGEST_TITLE in line)]
    assert [line for line in narrative if len(line) > 98] == []
    assert "\x1b" not in "\n".join(told.lines)
    assert sum(line.startswith("── ") for line in narrative) == 7
    assert any("1 storm" in line for line in told.lines)


def test_what_is_kept_can_be_looked_into(told: Told) -> None:
    assert {path.name for path in told.folder.iterdir()} >= {CONFIG, POSTS, ACTIONS, "tocsin.db"}
    for command in (
        ["cases", "list"],
        ["explain", "x1045"],
        ["digest", "--week", "2026-W46", "--format", "md"],
        ["ledger", "verify"],
    ):
        outcome = CliRunner().invoke(app, [*command, *kept(told)])
        assert outcome.exit_code == 0, outcome.output
        assert outcome.output


def kept(told: Told) -> list[str]:
    return ["--config", str(told.folder / CONFIG), "--db", str(told.folder / "tocsin.db")]


def test_a_second_run_says_the_same_and_leaves_nothing_behind(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in STORY.glob("*.*")}
    lines = list(play())
    end = next(n for n, line in enumerate(lines) if "left behind" in line)
    assert lines[:end] == told.lines[:end]
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in STORY.glob("*.*")} == before


def test_pauses_last_as_long_as_the_speed_says_and_a_night_is_no_hang() -> None:
    pauses: list[float] = []
    lines = play(speed=60.0, sleep=pauses.append)
    for line in lines:
        if "case 1" in line:
            break
    assert pauses
    assert max(pauses) <= 2.0
    lines.close()  # type: ignore[attr-defined]


def test_colours_are_only_for_whoever_wants_them() -> None:
    lines = play(colour=True)
    assert any("\x1b[1m" in next(lines) for _ in range(6))


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(DemoRefused, match="exists"):
        show(keep=tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(app, ["demo", "--keep", str(tmp_path)]).exit_code == 2


def test_ctrl_c_ends_it_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> Iterator[str]:
        yield "a line"
        raise KeyboardInterrupt

    monkeypatch.setattr("tocsin.demo.playing.play", interrupted)
    outcome = CliRunner().invoke(app, ["demo"])
    assert (outcome.output, outcome.exit_code) == ("a line\n", 130)


def test_a_reader_who_has_seen_enough_is_no_error_and_no_network_is_built() -> None:
    """In a process of its own: a pipe that closes, and the modules that were never imported."""
    told = "import sys; sys.stderr.write(','.join(m for m in sys.modules if 'wire' in m))"
    script = f"from tocsin.demo import show; show(); {told}"
    running = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    first = running.stdout.readline()
    running.stdout.close()
    modules = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 0
    assert "Mokkelby" in first
    assert "Traceback" not in modules
    assert "tocsin.wire" not in modules.split(",")
