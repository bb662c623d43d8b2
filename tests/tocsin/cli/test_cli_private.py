"""`tocsin private`, `tocsin safety`, and that no other command tells of a private matter."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tocsin.randomness import SeededRandomness
from tocsin.store import Store

FIRM = """\
fallback_executive = "grace"
[safety]
person = "ada"
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{ channel = "post", to = "ada@example.com" }]
[[people]]
name = "grace"
contacts = [{ channel = "post", to = "grace@example.com" }]
[[people]]
name = "cleo"
contacts = [{ channel = "post", to = "cleo@example.com" }]
[[teams]]
name = "care"
members = ["cleo", "grace"]
[[channels]]
name = "post"
kind = "mail"
host = "smtp.example.com"
sender = "tocsin@example.com"
[[sources]]
kind = "hackernews"
"""
SIGN = "Acme took my savings quixotry. I want to kill myself zyzzyva, nobody answers at Acme"
TELLTALE = ("quixotry", "zyzzyva", "xylograph", "u-wyvern", "vexillum", "kill myself", "self-harm")


def tells(output: str) -> list[str]:
    return [word for word in TELLTALE if word in output.lower()]


def post(number: str, text: str, author: str, **more: str) -> str:
    who = {"id": author, "handle": f"@{author.removeprefix('u-')}"}
    made = {"platform": "x", "id": number, "text": text, "created_at": "2026-11-16T10:00:00Z"}
    return json.dumps({**made, "author": who, **more}) + "\n"


@pytest.fixture
def kept(tocsin: Any, tmp_path: Path) -> tuple[Any, ...]:
    """The options that name the store of a replay in which somebody gave a sign."""
    config, posts, store = (tmp_path / name for name in ("tocsin.toml", "p.jsonl", "kept.db"))
    config.write_text(FIRM)
    sign = post("77", SIGN, "u-wyvern", url="https://x.example/vexillum")
    sign = sign.replace("@wyvern", "@xylograph")
    open_ = post("78", "Acme charged me twice, third time asking for a refund, no reply", "u-ann")
    posts.write_text(sign + open_)
    end = ("--until", "2026-11-16T11:00:00Z")
    for how in ((), ("--json",)):
        kept_at = () if how else ("--db", store)
        said = tocsin("replay", posts, "--config", config, *kept_at, *how, *end)
        assert said.code == 0
        assert tells(said.out + said.err) == []
        assert "matter" not in said.out
    return ("--config", config, "--db", store)


EVERYTHING = [
    ("cases", "list"),
    ("cases", "list", "--json"),
    ("cases", "show", "1"),
    ("cases", "handoffs"),
    ("incidents", "list"),
    ("incidents", "list", "--json"),
    ("faults", "list"),
    ("faults", "list", "--json"),
    ("silence", "list"),
    ("people", "show", "@ann"),
    ("people", "proposals"),
    ("explain", "77"),
    ("unsure",),
    ("unsure", "--json", "--days", "90"),
    ("warnings",),
    ("ledger", "export"),
    ("oncall", "show"),
    ("ledger", "verify"),
    ("doctor",),
    ("digest", "--week", "2026-W47"),
    *(("digest", "--week", "2026-W47", "--format", one) for one in ("md", "html", "json", "csv")),
]


@pytest.mark.parametrize("words", EVERYTHING, ids=" ".join)
def test_no_command_tells_anything_of_it(
    tocsin: Any, kept: tuple[Any, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    said = tocsin(*words, *kept)
    assert said.code in (0, 1), said.err
    assert tells(said.out + said.err) == []
    written = [one for one in tmp_path.rglob("*") if one.is_file() and one.name[0] not in "pk"]
    assert tells("".join(one.read_text(errors="replace") for one in written)) == []


def test_the_words_are_those_that_the_post_is_known_by(tocsin: Any, kept: tuple[Any, ...]) -> None:
    shown = tocsin("private", "show", 1, "--as", "ada", *kept).out
    assert {"quixotry", "zyzzyva", "xylograph", "vexillum", "kill myself"} <= set(tells(shown))


def test_its_times_are_said_in_the_houses_zone_as_in_every_other_list(
    tocsin: Any, kept: tuple[Any, ...], tmp_path: Path
) -> None:
    config = tmp_path / "tocsin.toml"
    config.write_text('timezone = "Europe/Berlin"\n' + config.read_text())
    listed = tocsin("private", "list", "--as", "ada", *kept).out
    assert "2026-11-16 11:00 CET" in listed
    assert "T10:00" not in listed
    shown = tocsin("private", "show", 1, "--as", "ada", *kept).out
    assert "    2026-11-16 11:00 CET  matter_opened by engine" in shown
    (row,) = tocsin("private", "list", "--as", "ada", "--json", *kept).rows
    assert row["opened"] == "2026-11-16T10:00:00+00:00"


def test_labels_know_nothing_of_it_and_take_nothing_of_it(
    tocsin: Any, kept: tuple[Any, ...], tmp_path: Path
) -> None:
    store = kept[2:]
    labels = tmp_path / "labels.jsonl"
    by_id = {"platform": "x", "id": "77", "text": "refund me", "complaint": True}
    labels.write_text(
        "".join(json.dumps(one) + "\n" for one in ({"text": SIGN, "complaint": True}, by_id))
    )
    said = tocsin("labels", "import", labels, "--no-learn", *store)
    assert "1: it may be a sign of self-harm" in said.out + said.err
    assert "0 labels of posts" in said.out
    out = tocsin("labels", "export", *store).out
    assert tells(out) == []
    assert "refund me" not in out


def test_its_people_see_list_acknowledge_and_close_it(tocsin: Any, kept: tuple[Any, ...]) -> None:
    (row,) = tocsin("private", "list", "--as", "ada", "--json", *kept).rows
    assert (row["matter"], row["state"], row["acknowledged_by"]) == (1, "new", None)
    assert tocsin("private", "ack", 1, "--as", "ada", *kept).code == 0
    (row,) = tocsin("private", "list", "--as", "grace", "--json", *kept).rows
    assert (row["state"], row["acknowledged_by"]) == ("owned", "ada")
    assert "acknowledged by ada" in tocsin("private", "show", 1, "--as", "grace", *kept).out
    assert tocsin("private", "close", 1, "--as", "ada", *kept).code == 0
    assert tocsin("private", "list", "--as", "ada", *kept).out == "No private matter is open.\n"
    assert tocsin("private", "list", "--as", "ada", "--all", "--json", *kept).rows


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        *((verb, "1") for verb in ("show", "ack", "close", "open-up")),
        ("show", "9"),
        ("pass-on", "1", "--to", "care", "--what", "a fire"),
    ],
    ids=" ".join,
)
def test_nobody_else_is_told_whether_there_is_any(
    tocsin: Any, kept: tuple[Any, ...], words: tuple[str, ...]
) -> None:
    said = tocsin("private", *words, "--as", "cleo", *kept)
    assert (said.code, said.out) == (2, "")
    assert said.err == "Private matters are for ada, grace alone.\n"


def test_what_is_opened_up_becomes_a_case(tocsin: Any, kept: tuple[Any, ...]) -> None:
    before = len(tocsin("cases", "list", "--json", *kept).rows)
    assert tocsin("private", "open-up", 1, "--as", "ada", *kept).code == 0
    assert len(tocsin("cases", "list", "--json", *kept).rows) == before + 1
    assert "No words of it are kept" in tocsin("private", "show", 1, "--as", "ada", *kept).out


def test_an_author_of_whom_only_that_is_kept_can_be_forgotten(
    tocsin: Any, kept: tuple[Any, ...]
) -> None:
    by_ada = ("--as", "ada", *kept)
    assert tocsin("forget", "@xylograph", *by_ada).code == 2  # it asks before
    assert tocsin("forget", "@xylograph", "--yes", *by_ada).code == 0
    assert tells(tocsin("private", "show", 1, "--as", "ada", *kept).out) == []
    assert tocsin("forget", "@xylograph", "--yes", *by_ada).code == 1


@pytest.mark.parametrize("more", [(), ("--yes",), ("--yes", "--as", "cleo")], ids=" ".join)
def test_nobody_else_learns_by_forgetting_whether_anything_is_kept(
    tocsin: Any, kept: tuple[Any, ...], more: tuple[str, ...]
) -> None:
    known = tocsin("forget", "@xylograph", *more, *kept)
    unknown = tocsin("forget", "@nobodyelse", *more, *kept)
    assert (known.code, known.out) == (unknown.code, unknown.out) == (1, "")
    assert known.err.replace("xylograph", "nobodyelse") == unknown.err
    left = tells(tocsin("private", "show", 1, "--as", "ada", *kept).out)
    assert bool(left) is ("--yes" not in more)


def test_several_are_taken_on_and_closed_at_once(tocsin: Any, kept: tuple[Any, ...]) -> None:
    said = tocsin("private", "ack", "--all-of-last", "30d", "--as", "ada", *kept)
    assert (said.code, said.out[:18]) == (0, "Private matter 1: ")
    assert tocsin("private", "close", "1", "1", "--as", "ada", *kept).code == 0
    assert tocsin("private", "close", "--as", "ada", *kept).code == 2
    again = tocsin("private", "close", "--all-of-last", "2h", "--as", "ada", *kept)
    assert again.out == "No private matter was opened within that time and is open.\n"


def test_a_danger_to_others_is_passed_on_and_becomes_a_case(
    tocsin: Any, kept: tuple[Any, ...]
) -> None:
    words = ("pass-on", 1, "--to", "care", "--as", "ada", *kept)
    said = tocsin("private", *words, "--what", "Somebody may set fire to our shop")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Passed on as case 2: cleo has it.")
    shown = tocsin("cases", "show", 2, *kept).out
    assert "Somebody may set fire to our shop" in shown
    assert tells(shown) == []
    assert "private" not in shown
    assert "passed_on by ada" in tocsin("private", "show", 1, "--as", "grace", *kept).out
    (row,) = tocsin("private", "list", "--as", "ada", "--json", *kept).rows
    assert row["passed_on"] == 1


@pytest.mark.parametrize(
    ("what", "code", "why"),
    [
        pytest.param("  ", 2, "--what is blank", id="nothing"),
        pytest.param("x" * 3000, 2, "at most 2000 are kept", id="too long"),
        pytest.param("it is Xylograph", 1, "Not passed on: it names who wrote", id="the author"),
    ],
)
def test_what_cannot_be_passed_on_is_refused_with_what_to_do(
    tocsin: Any, kept: tuple[Any, ...], what: str, code: int, why: str
) -> None:
    said = tocsin("private", "pass-on", 1, "--to", "care", "--what", what, "--as", "ada", *kept)
    assert said.code == code
    assert why in said.err
    assert len(tocsin("cases", "list", "--json", *kept).rows) == 1


QUICKER = '[[policies]]\nname = "default"\nbands = { P1 = { ack = "2m" }, P2 = { ack = "2m" } }\n'
# When it was made, and how long the ledger is, which does say that there was something private.
_TIMES = re.compile(r"\d\d:\d\d:\d\d\.\d+|ledger: \d+ entries")
OUTPUTS = [words for words in EVERYTHING if words[0] != "ledger"]


@pytest.fixture
def beside(tocsin: Any, tmp_path: Path) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Two stores of the same posts, of which one has signs of self-harm beside them."""
    config = tmp_path / "tocsin.toml"
    config.write_text(FIRM)
    open_ = post("78", "Acme charged me twice, third time asking for a refund, no reply", "u-ann")
    signs = (
        post("77", SIGN, "u-wyvern"),
        post("76", SIGN, "u-other", repost_of="77"),
        post("75", SIGN, "u-third", repost_of="1"),
    )
    stores = []
    for name, lines in (("with", (*signs, open_)), ("without", (open_,))):
        posts, store = tmp_path / f"{name}.jsonl", tmp_path / f"{name}.db"
        posts.write_text("".join(lines))
        end = ("--until", "2026-11-16T11:00:00Z")
        said = tocsin("replay", posts, "--config", config, "--db", store, *end)
        assert said.code == 0
        stores.append(("--config", config, "--db", store))
    for words in (("ack", 1), ("close", 1)):
        done = tocsin("private", *words, "--as", "ada", *stores[0])
        assert done.code == 0
    return stores[0], stores[1]


def test_the_past_under_other_rules_is_the_same_with_a_sign_and_without(
    tocsin: Any, beside: tuple[tuple[Any, ...], tuple[Any, ...]], tmp_path: Path
) -> None:
    quicker = tmp_path / "quicker.toml"
    quicker.write_text(FIRM + QUICKER)
    told = [
        [
            tocsin("replay", "--history", "90d", "--config", quicker, *store[2:], *how).out
            for how in ((), ("--json",))
        ]
        for store in beside
    ]
    assert told[0] == told[1]
    assert "Replayed: 1 post, 0 actions" in told[0][0]


@pytest.mark.parametrize("words", OUTPUTS, ids=" ".join)
def test_every_output_is_the_same_with_a_sign_and_without(
    tocsin: Any,
    beside: tuple[tuple[Any, ...], tuple[Any, ...]],
    words: tuple[str, ...],
) -> None:
    with_, without = (tocsin(*words, *store) for store in beside)
    assert with_.code == without.code
    said, unsaid = (_TIMES.sub("", one.out + one.err) for one in (with_, without))
    assert said.replace("with.db", "without.db") == unsaid


# -------------------------------------------------------------------------------- the files
def test_a_mistake_in_a_users_tripwires_is_told_by_check_with_its_line(
    tocsin: Any, tmp_path: Path
) -> None:
    (tmp_path / "tocsin.toml").write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    (tmp_path / "t.txt").write_text("[fire]\nthe valve glows\n{valve\n")
    said = tocsin("check")
    assert said.code == 2
    assert said.err.startswith("t.txt:3: a bracket is not closed")


def test_check_asks_whether_a_heading_that_is_none_of_ours_is_mistyped(
    tocsin: Any, tmp_path: Path
) -> None:
    (tmp_path / "tocsin.toml").write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    (tmp_path / "t.txt").write_text("[fier]\nthe kettle glows\n[fire]\nthe valve glows\n")
    said = tocsin("check")
    assert said.code == 0
    assert "kinds of their own: [fier]. Is one of them mistyped?" in said.out
    (tmp_path / "t.txt").write_text("[fire]\nthe valve glows\n[self-harm]\nlong sleep calls\n")
    assert "mistyped" not in tocsin("check").out


@pytest.mark.parametrize("command", ["check", "safety list"])
def test_a_bare_word_that_silences_a_rule_of_ours_is_told(
    tocsin: Any, tmp_path: Path, command: str
) -> None:
    (tmp_path / "tocsin.toml").write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    (tmp_path / "t.txt").write_text("[never]\nmonoxide\n")
    said = tocsin(*command.split())
    assert said.code == 0
    assert 't.txt:2: "monoxide" alone silences our rule [danger to life]' in said.out
    (tmp_path / "t.txt").write_text("[never]\ncarbon monoxide alarms\n")
    assert "silences our rule" not in tocsin(*command.split()).out


def test_a_guidance_that_is_not_there_is_told_by_check(tocsin: Any, tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text(FIRM.replace("[safety]", '[safety]\nguidance = "g.txt"'))
    said = tocsin("check")
    assert said.code == 2
    line, count = said.err.splitlines()
    assert "tocsin.toml:" in line
    assert "safety.guidance: g.txt cannot be read: No such file" in line
    assert count.startswith("1 problem, ")


def test_a_users_tripwires_are_in_force_in_score_explain_and_list(
    tocsin: Any, tmp_path: Path
) -> None:
    (tmp_path / "tocsin.toml").write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    (tmp_path / "t.txt").write_text("[outage]\nno {heating|power}\n[never]\ngas {leak|leaks}\n")
    lines = b"Acme, no heating since Monday\nAcme, again a gas leak in our street, no reply\n"
    heating, leak = tocsin("score", "--config", "tocsin.toml", stdin=lines).rows
    assert heating["safety"]
    assert 'outage: "no heating"' in heating["why"]
    assert leak["safety"] is False
    assert 'danger to life: "gas leak" rings nothing by t.txt:4' in leak["why"]
    listed = tocsin("safety", "list", "--own", "--json").rows
    assert [(row["kind"], row["what"], row["where"]) for row in listed] == [
        ("outage", "rings", "t.txt:2"),
        ("every kind", "never rings", "t.txt:4"),
    ]


def test_a_sign_of_self_harm_is_said_by_score(tocsin: Any) -> None:
    (row,) = tocsin("score", stdin=SIGN.encode()).rows
    assert (row["private"], row["safety"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        ("private",),
        *(("private", one) for one in ("list", "show", "ack", "close", "pass-on", "open-up")),
    ],
    ids=" ".join,
)
def test_no_help_of_what_a_message_names_says_what_it_is(
    tocsin: Any, words: tuple[str, ...]
) -> None:
    said = tocsin(*words, "--help").out.lower()
    assert [word for word in ("harm", "suicid", "kill", "danger", "sign of") if word in said] == []


def test_what_a_users_own_rule_calls_self_harm_has_no_label_and_teaches_nothing(
    tocsin: Any, tmp_path: Path
) -> None:
    config = tmp_path / "tocsin.toml"
    labels = tmp_path / "l.jsonl"
    labels.write_text('{"text": "the long sleep calls me", "complaint": true}\n')
    (tmp_path / "t.txt").write_text("[self-harm]\nlong sleep calls\n")
    config.write_text(FIRM)
    Store(tmp_path / "tocsin.db", randomness=SeededRandomness(1)).close()
    config.write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    assert "may be a sign of self-harm" in tocsin("labels", "import", labels).err
    config.write_text(FIRM)
    assert tocsin("labels", "import", labels, "--no-learn").code == 0
    assert "1 labels can be learned from" in tocsin("learn").out
    config.write_text(FIRM.replace("[safety]", '[safety]\ntripwires = "t.txt"'))
    assert "0 labels can be learned from" in tocsin("learn").out
