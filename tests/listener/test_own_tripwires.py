"""A user's own tripwires: what they add, what they silence, and what is refused."""

from pathlib import Path

import pytest

from listener.hushing import EVERYDAY, hushed_altogether
from listener.ownwires import MAX_BYTES, TripwiresRefused, own_tripwires
from listener.safety import SHIPPED, Danger


def _file(folder: Path, text: str, name: str = "ours.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _dangers(folder: Path, rules: str, text: str, lang: str = "en") -> tuple[Danger, ...]:
    return own_tripwires([_file(folder, rules)]).dangers_of(text, lang)


def _rung(folder: Path, rules: str, text: str, lang: str = "en") -> list[str]:
    return [one.kind for one in _dangers(folder, rules, text, lang) if not one.hushed_by]


def test_without_files_what_we_ship_is_in_force() -> None:
    assert own_tripwires([]) is SHIPPED


@pytest.mark.parametrize(
    ("rules", "text", "rung"),
    [
        pytest.param("[fire]\nthe {valve|burner} glows", "the burner glows", ["fire"], id="more"),
        pytest.param(
            "[outage]\n{no|without} power ~ dialysis",
            "no power here, and dialysis is at six",
            ["outage"],
            id="a heading of one's own is a kind of its own",
        ),
        pytest.param("[outage]\npower is out", "Nobody says that power is out", [], id="negated"),
        pytest.param(
            "[never]\n{gas} {leak|leaks}", "There is a gas leak here", [], id="a phrase silenced"
        ),
        pytest.param(
            "[never]\n{gas} {leak|leaks}",
            "Gas leak, and my son was badly burned",
            ["injury"],
            id="another danger beside a silenced phrase still rings",
        ),
        pytest.param(
            "[never]\n{gas} {leak|leaks}",
            "Gas leak! And the brakes failed",
            ["danger to life"],
            id="another danger of the same kind still rings",
        ),
        pytest.param(
            "[never fire]\n{gas} {leak|leaks}",
            "There is a gas leak here",
            ["danger to life"],
            id="a phrase silenced for one kind rings as another",
        ),
        pytest.param(
            "[never]\nkill myself", "I want to kill myself", ["self-harm"], id="self-harm rings"
        ),
        pytest.param(
            "[never self-harm]\nkill myself", "I want to kill myself", [], id="unless it is named"
        ),
        pytest.param(
            "[words]\npart = {valve|burner}\n[fire]\nthe <part> glows",
            "the valve glows",
            ["fire"],
            id="a list of one's own",
        ),
        pytest.param("[fire]\nthe <gadget> hums", "the router hums", ["fire"], id="our lists"),
        pytest.param(
            "[fire]\nthe {valve|\n  burner} glows", "the burner glows", ["fire"], id="two lines"
        ),
    ],
)
def test_a_users_rules_are_in_force(tmp_path: Path, rules: str, text: str, rung: list[str]) -> None:
    assert _rung(tmp_path, rules, text) == rung


def test_a_file_may_be_for_one_language(tmp_path: Path) -> None:
    rules = "language = de\n[never]\n!{gasgeruch}\n[störung]\nheizung ~ {ausgefallen|kalt}"
    assert _rung(tmp_path, rules, "Gasgeruch im Keller", "de") == []
    assert _rung(tmp_path, rules, "Die Heizung ist seit Tagen ausgefallen", "de") == ["störung"]
    assert _rung(tmp_path, rules, "Die Heizung ist seit Tagen ausgefallen", "en") == []


def test_what_was_silenced_is_told_with_file_and_line(tmp_path: Path) -> None:
    found = _dangers(tmp_path, "\n[never]\ngas leak", "A gas leak again")
    assert found == (Danger("danger to life", "gas leak", "ours.txt:3"),)


@pytest.mark.parametrize(
    ("rules", "line", "what"),
    [
        pytest.param("gas leak", 1, "under no heading", id="no heading"),
        pytest.param("[fire]\n{valve|{gas|oil}}", 2, "bracket", id="a bracket in a bracket"),
        pytest.param("[fire]\n[valve|[gas|[oil]]]", 2, "bracket", id="nested repetition"),
        pytest.param("[fire]\n{valve", 2, "bracket", id="an open bracket"),
        pytest.param("[fire]\n{valve]", 2, "bracket", id="two kinds of bracket"),
        pytest.param("[fire]\n{valve||gas}", 2, "empty", id="an empty choice"),
        pytest.param("[fire]\nvalve | gas", 2, "outside", id="a choice outside of brackets"),
        pytest.param("[fire]\nthe <part> glows", 2, "no list <part>", id="an unknown list"),
        pytest.param("[fire]\n~ ~ ~ ~ ~ valve", 2, "too much open", id="gap upon gap"),
        pytest.param("[fire]\n" + "[aa|bb] " * 9 + "valve", 2, "too much open", id="all optional"),
        pytest.param(
            "[fire]\n" + "{aa|aa aa|aa aa aa} " * 9 + "valve", 2, "too much", id="all alike"
        ),
        pytest.param("[fire]\n" + "x" * 2000, 2, "longer than", id="a rule that never ends"),
        pytest.param("[fire]\n~", 2, "no word", id="a rule of nothing"),
        pytest.param("[fire]\n[valve|gas]", 2, "no word", id="nothing but what may be left out"),
        pytest.param("[fire]\ne-mail", 2, '"e mail"', id="a hyphen"),
        pytest.param("[fire]\nunit 24", 2, '"0"', id="a number"),
        pytest.param("[fire]\n(valve)", 2, '"valve"', id="a regular expression"),
        pytest.param("[fire]\nplz help", 2, '"please"', id="a spelling that posts are rid of"),
        pytest.param("[fire]\n燃气泄漏", 2, "does not part its words", id="no blanks"),
        pytest.param("[" + "f" * 50 + "]\nvalve", 1, "heading", id="a heading that never ends"),
        pytest.param("language = xx\n[fire]\nvalve", 1, "no tripwires", id="an unknown language"),
        pytest.param("[fire]\nlanguage = de", 2, "below a heading", id="a language too late"),
        pytest.param("[words]\nkin = {aunt}", 2, "already", id="a list of ours"),
        pytest.param("[words]\npart valve", 2, "no list", id="a list that is none"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_remedy(
    tmp_path: Path, rules: str, line: int, what: str
) -> None:
    with pytest.raises(TripwiresRefused) as refused:
        own_tripwires([_file(tmp_path, rules)])
    first = refused.value.mistakes[0]
    assert (first.file, first.line) == ("ours.txt", line)
    assert what in f"{first.what} {first.remedy}"
    assert first.remedy


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"\xef\xbb\xbf[fire]\nvalve", "byte order mark", id="a byte order mark"),
        pytest.param("[fire]\nvalve".encode("utf-16"), "byte order mark", id="UTF-16"),
        pytest.param(b"[fire]\nvalve \xff", "not UTF-8", id="no UTF-8"),
        pytest.param(b"\x7fELF\x00\x00", "no text", id="a program"),
        pytest.param(b"#" * (MAX_BYTES + 1), "larger than", id="a file that never ends"),
    ],
)
def test_a_file_that_is_no_list_of_rules_is_refused(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "ours.txt"
    path.write_bytes(content)
    with pytest.raises(TripwiresRefused, match=what):
        own_tripwires([path])


@pytest.mark.parametrize("name", ["missing.txt", "."], ids=["no such file", "a folder"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TripwiresRefused):
        own_tripwires([tmp_path / name])


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    files = [_file(tmp_path, "[fire]\n{a\n{b", "one.txt"), tmp_path / "two.txt"]
    with pytest.raises(TripwiresRefused) as refused:
        own_tripwires(files)
    told = [(one.file, one.line) for one in refused.value.mistakes]
    assert told == [("one.txt", 2), ("one.txt", 3), ("two.txt", 1)]


def test_more_rules_than_anybody_needs_are_refused(tmp_path: Path) -> None:
    rules = "[fire]\n" + "\n".join(["valve"] * 2_001)
    with pytest.raises(TripwiresRefused, match="2,000"):
        own_tripwires([_file(tmp_path, rules)])


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param(
            "[never]\nmonoxide", ["ours.txt:2"], id="a word that a rule cannot do without"
        ),
        pytest.param("[never]\n{monoxide|vapour}", ["ours.txt:2"], id="a choice that holds it"),
        pytest.param("[never danger to life]\nmonoxide", ["ours.txt:2"], id="for its own kind"),
        pytest.param(
            "language = de\n[never]\nbrandgefahr", ["ours.txt:3"], id="in another language"
        ),
        pytest.param("[never]\nfire", ["ours.txt:2"], id="a word of what is said every day"),
        pytest.param("[never fire]\nfire", ["ours.txt:2"], id="the same for its own kind"),
        pytest.param("[never self-harm]\ndie", ["ours.txt:2"], id="a word of despair"),
        pytest.param("[never law]\nfire", [], id="a word of another kind"),
        pytest.param("[never]\nfire sale", [], id="a whole phrase"),
        pytest.param("[never fire]\nmonoxide", [], id="for another kind"),
        pytest.param("[never]\ncarbon monoxide", [], id="a phrase"),
        pytest.param("[never]\nteapot", [], id="a word that no rule needs"),
        pytest.param("[never]\nsuicidal", [], id="signs of self-harm it cannot silence"),
        pytest.param("[fire]\nmonoxide", [], id="a word that rings"),
    ],
)
def test_a_bare_word_that_silences_a_shipped_rule_altogether_is_told(
    tmp_path: Path, rules: str, told: list[str]
) -> None:
    hushed = hushed_altogether(own_tripwires([_file(tmp_path, rules)]))
    assert [one.source for one in hushed] == told


def test_what_is_silenced_altogether_is_named_with_the_rule_as_it_is_written(
    tmp_path: Path,
) -> None:
    (one,) = hushed_altogether(own_tripwires([_file(tmp_path, "[never]\nmonoxide")]))
    assert (one.kind, one.rule) == ("danger to life", "carbon {monoxide}")
    assert str(one).startswith(
        'ours.txt:2: "monoxide" alone silences our rule [danger to life] carbon {monoxide}'
    )


def test_a_bare_word_is_told_with_how_many_rules_it_touches_and_what_rings_no_longer(
    tmp_path: Path,
) -> None:
    (one,) = hushed_altogether(own_tripwires([_file(tmp_path, "[never fire]\nfire")]))
    assert one.touched >= 5
    assert one.example == "my charger caught fire"
    assert f"touches {one.touched}" in str(one)
    assert '"my charger caught fire" rings no longer' in str(one)


@pytest.mark.parametrize(
    ("lang", "said"), [(lang, said) for lang, some in EVERYDAY.items() for said in some]
)
def test_what_is_given_as_an_everyday_example_rings_as_shipped(lang: str, said: str) -> None:
    assert SHIPPED.dangers_of(said, lang)
