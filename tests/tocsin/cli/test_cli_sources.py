"""Sources on the command line: each with how it stands, and every kind there is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listener import collectors
from listener.collector import Gap
from tocsin.randomness import SeededRandomness
from tocsin.store import Store, Unit

HEAD = """\
fallback_executive = "grace"
timezone = "Europe/Berlin"
[[brands]]
name = "Acme"
[[people]]
name = "grace"
contacts = [{ channel = "terminal", to = "grace" }]
[[teams]]
name = "care"
members = ["grace"]
[[channels]]
kind = "terminal"
"""
TWO = """\
[[sources]]
kind = "csv"
name = "survey"
path = "/nowhere/survey.csv"
platform = "nps"
text = "comment"
[[sources]]
kind = "x"
bearer_token = { env = "TOCSIN_TEST_X" }
dollars_per_day = 2.0
every = "5m"
"""


def declared(folder: Path, sources: str = TWO) -> None:
    (folder / "tocsin.toml").write_text(HEAD + sources)


def test_each_source_is_listed_before_anything_ran(tocsin: Any, tmp_path: Path) -> None:
    declared(tmp_path)
    said = tocsin("sources", "list")
    assert said.code == 0
    head, survey, x, last = said.out.splitlines()
    assert " ".join(head.split()) == ("source kind listens to every last heard 24 h a month state")
    assert "csv (nps)  /nowhere/survey.csv  10 s" in survey
    assert survey.endswith("nothing  never started")
    assert "what names Acme" in x
    assert "$" in x
    assert last == "No daemon runs: nothing is heard now. Start `tocsin run`."
    assert not list(tmp_path.glob("*.db")), "no store is made for it"


def test_how_a_source_stands_is_told_in_words_and_as_json(tocsin: Any, tmp_path: Path) -> None:
    declared(tmp_path)
    now = datetime.now(UTC)
    with Store(tmp_path / "tocsin.db", randomness=SeededRandomness()) as store:

        def keep(desk: Unit) -> None:
            for name in ("survey", "x"):
                desk.start_source(name, now - timedelta(days=2))
            desk.save_cursor("survey", "c", newest_at=None, malformed=0, now=now)
            desk.fail_source("x", "HTTP 503", now - timedelta(hours=1))
            gap = Gap(now - timedelta(hours=3), now - timedelta(hours=1), "it was down")
            desk.keep_gaps("survey", [gap], now)

        store.write(keep)
    said = tocsin("sources", "list").out
    assert "works, learning its usual silences (day 0 of 7); deaf once in 7 d, 2 h in all" in said
    assert ": HTTP 503" in said
    survey, x = tocsin("sources", "list", "--json").rows
    assert (survey["state"], survey["missed_7_d"]["seconds"]) == ("works, learning", 7200)
    assert (x["state"], x["why"], x["last_heard"]) == ("fails", "HTTP 503", None)
    assert x["dollars_a_month"] == [0, 0], "it has brought nothing in two days"
    assert x["daemon"] is False
    assert datetime.fromisoformat(survey["last_heard"]).tzinfo == UTC


def test_nothing_declared_is_said(tocsin: Any, tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text("sources = []\n" + HEAD)
    assert tocsin("sources", "list").out.startswith("No source is declared: nothing at all")


def test_every_kind_is_named(tocsin: Any) -> None:
    said = tocsin("sources", "kinds")
    for kind in collectors.COLLECTORS:
        assert f"  {kind}  " in said.out
    rows = [json.loads(line) for line in tocsin("sources", "kinds", "--json").out.splitlines()]
    assert [row["kind"] for row in rows] == sorted(collectors.COLLECTORS)


def test_a_kind_that_does_not_exist_is_answered_with_all_that_do(
    tocsin: Any, tmp_path: Path
) -> None:
    declared(tmp_path, '[[sources]]\nkind = "mastadon"\n')
    said = tocsin("check").err
    assert f'Known: {", ".join(sorted(collectors.COLLECTORS))}. Did you mean "mastodon"?' in said
