"""score, replay, explain, forget: posts in, answers out, in order and the same each time."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

COMPLAINT = b"Refund please. Third time asking, still no reply."


def post(native_id: str, text: str) -> bytes:
    return json.dumps({"platform": "x", "id": native_id, "text": text}).encode()


# ------------------------------------------------------------------------------------ score
def test_score_answers_each_line_in_its_order_errors_included(tocsin: Any) -> None:
    lines = [COMPLAINT, b'{"platform": "x"}', b"", post("7", "thanks, lovely"), b"{broken"]
    scored = tocsin("score", stdin=b"\n".join(lines))
    assert scored.code == 0
    plain, headless, good, broken = scored.rows
    assert (plain["id"], plain["verdict"]) == ("line-1", "complaint")
    assert headless == {"line": 2, "error": headless["error"]}
    assert (good["id"], good["verdict"]) == ("7", "other")
    assert broken["line"] == 5


def test_score_says_what_was_promised_of_each_post(tocsin: Any) -> None:
    (row,) = tocsin("score", stdin=COMPLAINT).rows
    assert set(row) == {
        "id",
        "lang",
        "valence",
        "complaint",
        "verdict",
        "severity",
        "safety",
        "private",
        "team",
        "teams",
        "why",
        "aspects",
        "journey",
    }
    assert 0.5 <= row["complaint"] <= 1.0
    assert -1.0 <= row["valence"] <= 1.0
    assert 0.0 <= row["severity"] <= 1.0
    assert row["team"] is None
    assert row["why"]


@pytest.mark.parametrize(
    ("stdin", "count"),
    [
        pytest.param(b"", 0, id="an empty file has nothing to say"),
        pytest.param(b"\n \n\t\n", 0, id="blank lines are no posts"),
        pytest.param(post("1", ""), 1, id="an empty text is a post"),
        pytest.param(b"@channel @everyone refund!", 1, id="a call to everybody"),
        pytest.param(b"<script>alert(1)</script> &amp; refund", 1, id="mark-up"),
        pytest.param(b"\x1b[2J\x1b]0;owned\x07 refund\x00", 1, id="escape sequences"),
        pytest.param(bytes(range(11, 256)) * 50, 50, id="bytes that are no text"),
        pytest.param(b"x" * 3_000_000, 1, id="one line without an end"),
        pytest.param(b"[" * 100_000, 1, id="brackets without an end"),
        pytest.param("a" + "\u0301" * 5000, 1, id="towers of marks"),
        pytest.param(b"refund\r\nrefund\r\n", 2, id="lines that end as on Windows"),
        pytest.param(b"\xef\xbb\xbfrefund", 1, id="a byte order mark"),
    ],
)
def test_score_takes_whatever_comes(tocsin: Any, stdin: bytes | str, count: int) -> None:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    scored = tocsin("score", stdin=given)
    assert (scored.code, scored.err) == (0, "")
    assert len(scored.rows) == min(count, given.count(b"\n") + 1)
    # Nothing in a stranger's text reaches the terminal but as ASCII in JSON.
    assert all(character == "\n" or " " <= character <= "~" for character in scored.out)


def test_score_of_one_and_the_same_text_is_one_and_the_same_plain_or_as_json(tocsin: Any) -> None:
    lines = COMPLAINT + b"\n" + post("line-1", COMPLAINT.decode())
    plain, as_json = tocsin("score", stdin=lines).rows
    assert plain == as_json


def test_score_reads_a_file_of_fifty_megabytes_a_line_at_a_time(
    tocsin: Any, tmp_path: Path
) -> None:
    # Few lines, each too long: what is kept of them is bounded, or this would take gigabytes.
    with (tmp_path / "large").open("wb") as file:
        for _ in range(10):
            file.write(b"refund " * 750_000 + b"\n")
        file.write(COMPLAINT)
    *long, last = tocsin("score", tmp_path / "large").rows
    assert [row["line"] for row in long] == list(range(1, 11))
    assert last["verdict"] == "complaint"


def test_score_without_a_configuration_does_not_load_what_reads_one(tmp_path: Path) -> None:
    file = tmp_path / "posts.txt"
    file.write_bytes(COMPLAINT)
    code = (
        "import sys; from tocsin.cli import app; app(sys.argv[1:], standalone_mode=False);"
        "print({'config', 'pydantic', 'numpy', 'tocsin.wiring'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "score", str(file)], capture_output=True, text=True, check=True
    )
    row, loaded = done.stdout.splitlines()
    assert json.loads(row)["verdict"] == "complaint"
    assert loaded == "set()"


def test_a_path_that_score_cannot_read_is_named_and_no_traceback_is_shown(
    tocsin: Any, tmp_path: Path
) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        ended = tocsin("score", str(path))
        assert ended.code == 2
        assert ended.err.startswith(f"{path} cannot be read: ")


def test_score_routes_by_the_teams_of_a_configuration(tocsin: Any) -> None:
    tocsin("init")
    lines = b"Acme charged me twice, no refund\nWhatever charged me twice, no refund"
    named, other = tocsin("score", "--config", "tocsin.toml", stdin=lines).rows
    assert named["team"] == other["team"] == "care"


# ----------------------------------------------------------------------------------- replay
def test_a_replay_is_the_same_bytes_each_time(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    first = tocsin("replay", posts, "--json")
    assert first.code == 0
    assert first.rows[0]["event"] == "mention"
    assert {"case_opened", "page", "escalated"} <= {row["event"] for row in first.rows}
    assert tocsin("replay", posts, "--json").out == first.out


def test_a_replay_leaves_nothing_behind_unless_told(
    tocsin: Any, posts: Path, tmp_path: Path
) -> None:
    tocsin("init")
    before = sorted(path.name for path in tmp_path.iterdir())
    tocsin("replay", posts)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    tocsin("replay", posts, "--db", "kept.db")
    assert (tmp_path / "kept.db").exists()


def test_lines_that_are_no_posts_are_named_and_the_rest_is_replayed(
    tocsin: Any, posts: Path
) -> None:
    tocsin("init")
    posts.write_text("nonsense\n" + posts.read_text() + '{"platform":"x","id":"9","text":"a"}\n')
    replayed = tocsin("replay", posts, "--json")
    assert replayed.code == 0
    broken, undated = replayed.err.splitlines()
    assert broken.startswith("posts.jsonl:1: ")
    assert undated == 'posts.jsonl:6: "created_at" is missing'
    assert sum(row["event"] == "mention" for row in replayed.rows) == 4


def test_where_no_line_is_a_post_each_is_named(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    posts.write_text('nonsense\n{"platform":"x","id":"9","text":"a"}\n')
    refused = tocsin("replay", posts)
    assert refused.code == 1
    broken, undated, why = refused.err.splitlines()
    assert broken.startswith("posts.jsonl:1: ")
    assert undated == 'posts.jsonl:2: "created_at" is missing'
    assert why == "There is no post in these files that could be replayed."


def test_a_replay_in_words_ends_with_what_it_came_to(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    rows = tocsin("replay", posts, "--json").rows
    paged = [row for row in rows if row["event"] == "page"]
    messages = {(row["at"], row["text"]) for row in paged if row["owner"] == "ada"}
    pages = {(row["at"], row["case"]) for row in paged if row["owner"] == "ada"}
    again = sum(row["event"] == "paged_again" for row in rows)
    ended = tocsin("replay", posts).out.splitlines()[-7:]
    assert ended[0] == "Opened: 3 cases."
    assert ended[1].startswith("Messages with pages: grace ")
    assert ended[1].endswith(f", ada {len(messages)}.")
    assert ended[2].endswith(f", ada {len(pages)}.")
    assert ended[3] == "Nobody answered: 3 pages of 3 subjects."
    assert ended[4] == f"Climbed as far as: grace, first for case 1, and asked again {again} times."
    assert ended[5].startswith("Still open: case 1 (new, grace), case 2 ")
    assert "a page is one case or incident that it asks for" in ended[6]


def test_a_replay_in_words_tells_once_what_is_only_asked_again(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    every = tocsin("replay", posts, "--every").out.splitlines()
    told = tocsin("replay", posts).out.splitlines()
    assert every[-7:] == told[-7:]
    assert not any(" paged_again " in line for line in told)
    news = [line for line in told if " asked_again " not in line]
    assert [line for line in every if line in news] == news
    assert all(
        any(f" {what} case={n} " in line for line in news)
        for what in ("case_opened", "page", "escalated")
        for n in (1, 2, 3)
    )
    (again, *_) = (line for line in told if " asked_again to=grace " in line)
    assert re.search(r"Z asked_again to=grace (once|[0-9]+ times, until \S+Z): case 1", again)
    assert len(told) < len(every) / 3


def test_after_somebody_took_a_case_on_to_be_asked_for_it_is_news_again(
    tocsin: Any, posts: Path, tmp_path: Path
) -> None:
    tocsin("init")
    ack = {"at": "2026-11-16T10:07:00Z", "actor": "ada", "action": "ack", "case": 1}
    (tmp_path / "did.jsonl").write_text(json.dumps(ack))
    told = tocsin("replay", posts, "--actions", "did.jsonl").out.splitlines()
    since = next(place for place, line in enumerate(told) if " acknowledged case=1 " in line)
    assert any(" page case=1 " in line and " to=grace " in line for line in told[:since])
    assert any(" page case=1 " in line and " to=grace " in line for line in told[since:])


def test_a_page_for_several_is_a_line_of_its_most_urgent_case(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    told = tocsin("replay", posts, "--every").out.splitlines()
    bands = {"P1": "Now", "P2": "Soon", "P3": "Today", "P4": "This week"}
    several = [line for line in told if " page " in line and " cases: " in line]
    assert several
    for line in several:
        (band,) = re.findall(r" band=(P[1-4]) ", line)
        (many,) = re.findall(r" · ([0-9]+) cases: ", line)
        assert f" text={bands[band]} · " in line
        assert len({*line.split(" also=")[1].split(",")}) >= int(many) - 1


def test_a_replay_names_who_is_asked_and_no_number_of_a_step(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    told = tocsin("replay", posts, "--every").out
    assert " escalated case=1 brand=Acme owner=grace " in told
    assert "step" not in told.replace("the last step is asked again", "")


def test_a_replay_may_say_only_what_it_came_to(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    summary = tocsin("replay", posts, "--summary").out.splitlines()
    assert summary == tocsin("replay", posts).out.splitlines()[-7:]
    (row,) = tocsin("replay", posts, "--summary", "--json").rows
    assert row["opened"] == {"case": 3}
    assert row["unanswered"] == {"pages": 3, "subjects": 3}
    assert row["climbed_to"] == "grace"
    assert [one["case"] for one in row["open"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--every", "--summary"], "Choose one of them", id="all and nothing"),
        pytest.param(["--history", "9d", "--every"], "leave out --every", id="of a comparison"),
    ],
)
def test_a_replay_told_in_two_ways_at_once_is_refused(
    tocsin: Any, posts: Path, options: list[str], said: str
) -> None:
    tocsin("init")
    refused = tocsin("replay", *options)
    assert refused.code == 2
    assert said in refused.err


def test_replay_and_digest_count_the_same_pages_that_nobody_answered(
    tocsin: Any, posts: Path
) -> None:
    tocsin("init")
    told = tocsin("replay", posts, "--db", "kept.db").out.splitlines()
    (nobody,) = (line for line in told if line.startswith("Nobody answered: "))
    digest = tocsin("digest", "--week", "2026-W47", "--format", "md", "--db", "kept.db").out
    assert f"{nobody.removeprefix('Nobody answered: ')} A page nobody answered is one" in digest


def test_what_people_did_is_done_in_the_replay(tocsin: Any, posts: Path, tmp_path: Path) -> None:
    tocsin("init")
    (tmp_path / "did.jsonl").write_text(
        '{"at": "2026-11-16T10:06:00Z", "actor": "ada", "action": "ack", "post": "1"}\n'
    )
    rows = tocsin("replay", posts, "--json", "--actions", "did.jsonl").rows
    acknowledged = next(row for row in rows if row["event"] == "acknowledged")
    assert (acknowledged["case"], acknowledged["actor"]) == (1, "ada")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("nonsense", "not JSON", id="no JSON"),
        pytest.param("[]", "not an object", id="a list"),
        pytest.param('{"actor": "ada", "action": "ack", "case": 1}', '"at"', id="no time"),
        pytest.param(
            '{"at": "2026-11-16T10:00:00", "actor": "ada", "action": "ack", "case": 1}',
            "with a zone",
            id="a time without a zone",
        ),
        pytest.param(
            '{"at": "2026-11-16T10:00:00Z", "actor": "ada", "action": "sing", "case": 1}',
            "Known: ",
            id="an action that is none",
        ),
        pytest.param(
            '{"at": "2026-11-16T10:00:00Z", "actor": "ada", "action": "ack"}',
            "on what",
            id="on nothing",
        ),
        pytest.param(
            '{"at": "2026-11-16T10:00:00Z", "actor": "ada", "action": "ack", "case": "one"}',
            "whole number",
            id="a case that is no number",
        ),
    ],
)
def test_actions_that_cannot_be_read_are_named_by_file_and_line(
    tocsin: Any, posts: Path, tmp_path: Path, line: str, said: str
) -> None:
    tocsin("init")
    (tmp_path / "did.jsonl").write_text(f"\n{line}\n")
    refused = tocsin("replay", posts, "--actions", "did.jsonl")
    assert refused.code == 2
    assert refused.err.startswith("did.jsonl:2: ")
    assert said in refused.err


def test_a_replay_for_people_shows_no_control_byte(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    hostile = "Acme \x1b[2J\x07 refund, third time asking, no reply \u202e"
    row = {"platform": "x", "id": "\x1b[31m1", "text": hostile}
    posts.write_text(json.dumps({**row, "created_at": "2026-11-16T10:00:00Z"}) + "\n")
    shown = tocsin("replay", posts).out
    assert "case_opened" in shown
    assert all(character == "\n" or character.isprintable() for character in shown)


# -------------------------------------------------------------------------- explain, forget
def test_explain_says_why_it_was_judged_routed_and_paged(tocsin: Any, store: Path) -> None:
    explained = tocsin("explain", "1", "--db", store, "--json")
    assert explained.code == 0
    (row,) = explained.rows
    assert (row["verdict"], row["team"], row["topic"]) == ("complaint", "care", "billing")
    assert row["why"]
    assert row["cases"] == [1]
    assert row["paged"] == "the owner of its case: grace, 2026-11-16 10:05 UTC"


def test_explain_and_the_case_say_why_nobody_was_paged_yet(tocsin: Any, store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as kept:
        kept.execute(
            "update messages set state = 'queued', sent_at = null, receipt = null, "
            "receipt_key = null where kind = 'case' and number = 2"
        )
    said = (
        "nobody yet: the page waits a little for more of the same; it was to leave "
        "2026-11-16 10:12 UTC and has not, as if Tocsin did not run"
    )
    (row,) = tocsin("explain", "3", "--db", store, "--json").rows
    assert row["paged"] == said
    assert f"paged: {said}" in tocsin("cases", "show", "2", "--db", store).out
    assert "paged: " not in tocsin("cases", "show", "1", "--db", store).out


def test_explain_folds_a_history_as_the_case_itself_does(tocsin: Any, store: Path) -> None:
    history = tocsin("explain", "1", "--db", store).out.partition("history  ")[2].splitlines()
    shown = tocsin("cases", "show", 1, "--db", store).out.partition("history:\n")[2].splitlines()
    (row,) = tocsin("explain", "1", "--db", store, "--json").rows
    assert len([line for line in history if line]) == len(shown) < 10 < len(row["history"])
    again = r"paged_again × [0-9]+, executive_told(| × [0-9]+) by engine, until 2"
    assert any(re.search(again, line) for line in history)


def test_explain_says_why_nobody_was_told(tocsin: Any, store: Path) -> None:
    explained = tocsin("explain", "2", "--db", store)
    assert "nobody: it was not judged a complaint" in explained.out


def test_forget_leaves_no_byte_of_an_author(tocsin: Any, store: Path) -> None:
    words = (b"charged me twice", b"u-ann")
    assert all(word in store.read_bytes() for word in words)
    forgotten = tocsin("forget", "@ann", "--yes", "--db", store)
    assert forgotten.code == 0
    assert forgotten.out.startswith("Forgotten: 1 account, 1 post.")
    for path in store.parent.glob("kept.db*"):
        assert not any(word in path.read_bytes() for word in words)


def test_forget_keeps_to_a_platform_where_one_is_named(tocsin: Any, store: Path) -> None:
    refused = tocsin("forget", "ann", "--platform", "reddit", "--db", store)
    assert refused.code == 1
    assert refused.err.strip() == "No author ann is known here on reddit."


def test_who_was_forgotten_is_unknown_afterwards_and_the_rest_stays(
    tocsin: Any, store: Path
) -> None:
    tocsin("forget", "ann", "--yes", "--db", store)
    assert tocsin("forget", "ann", "--db", store).code == 1
    assert tocsin("explain", "3", "--db", store).code == 0
    assert tocsin("ledger", "verify", "--db", store).code == 0


def test_forget_without_a_terminal_shows_what_would_go_and_erases_nothing_unless_told(
    tocsin: Any, store: Path
) -> None:
    refused = tocsin("forget", "@ann", "--db", store)
    assert (refused.code, refused.err) == (2, "Nothing was erased. Say --yes to erase it.\n")
    assert refused.out.splitlines() == [
        "To be erased: 1 account, 1 post.",
        "    ann on x",
        "    open cases that lose every word, and stay open: 1",
    ]
    assert b"charged me twice" in store.read_bytes()


@pytest.mark.parametrize(("typed", "erased"), [(b"y\n", True), (b"n\n", False), (b"\n", False)])
def test_forget_asks_at_a_terminal(
    tocsin: Any, store: Path, monkeypatch: pytest.MonkeyPatch, typed: bytes, erased: bool
) -> None:
    monkeypatch.setattr("tocsin.cli.forgetting.at_a_terminal", lambda: True)
    ended = tocsin("forget", "@ann", "--db", store, stdin=typed)
    assert ended.code == (0 if erased else 1)
    assert (b"charged me twice" not in store.read_bytes()) is erased


def test_a_case_without_posts_says_that_we_erased_them_and_who_did(
    tocsin: Any, store: Path
) -> None:
    assert tocsin("forget", "ann", "--as", "grace", "--yes", "--db", store).code == 0
    shown = tocsin("cases", "show", 1, "--db", store).out
    assert "(erased by us, because its author asked for it)" in shown
    assert "deleted by its author" not in shown
    assert "erased  grace" in shown
    assert tocsin("ledger", "verify", "--db", store).code == 0


def test_nobody_unknown_forgets(tocsin: Any, store: Path) -> None:
    refused = tocsin("forget", "ann", "--as", "eve", "--yes", "--db", store)
    assert (refused.code, refused.err.split(". ")[0]) == (2, '--as "eve" is none of [[people]]')
    assert b"charged me twice" in store.read_bytes()


def test_unsure_says_which_languages_are_not_scored(tocsin: Any, posts: Path) -> None:
    tocsin("init")
    dutch = {
        "platform": "x",
        "id": "9",
        "lang": "nl",
        "text": "Acme pakket is nog niet aangekomen en niemand reageert",
        "created_at": (datetime.now(UTC) - timedelta(hours=2)).isoformat(),
        "author": {"id": "u-eva", "handle": "eva"},
    }
    posts.write_text(json.dumps(dutch) + "\n")
    tocsin("replay", posts, "--db", "kept.db")
    listed = tocsin("unsure", "--db", "kept.db").out.splitlines()
    assert "not scored (nl)" in listed[0]
    assert listed[-1] == "Languages that are not scored: nl 1."
    (row,) = tocsin("unsure", "--db", "kept.db", "--json").rows
    assert (row["lang"], row["scored"]) == ("nl", False)
