"""A problem is one line, and repeats only what a person may have meant as a name."""

import pytest

from config.problems import ConfigProblems, Problem, nearest, no_such, shown, which


def problem(line: int, what: str = "is wrong") -> Problem:
    return Problem("tocsin.toml", line, 'team "care", lead', what, "Mend it")


def test_a_problem_says_where_what_and_what_to_do() -> None:
    assert str(problem(12)) == 'tocsin.toml:12: team "care", lead: is wrong. Mend it'
    assert str(Problem("t.toml", 1, "", "no such file", "Make it")) == (
        "t.toml:1: no such file. Make it"
    )


def test_problems_are_told_in_the_order_of_their_lines() -> None:
    told = ConfigProblems([problem(9), problem(2), problem(10)])
    assert [one.line for one in told.problems] == [2, 9, 10]
    assert len(str(told).splitlines()) == 3


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b[2J", "\u2028", "\u202e", "\x00", "\x85"])
def test_no_text_forges_a_line_or_hides_another(mark: str) -> None:
    told = str(problem(1, f"a{mark}b"))
    assert told.isprintable()
    assert "a\\u{" in told


@pytest.mark.parametrize(
    ("value", "may"),
    [
        ("ada", True),
        ("customer-communications", True),
        ("José Núñez", True),
        ("#acme", True),
        ("/run/secrets/slack", True),
        ("SLACK_BOT_TOKEN", True),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", False),
        ("xoxb-17653672481-19874698323-pdFZKVeTuE", False),
        ("AKIAIOSFODNN7EXAMPLE", False),
        ("user:password", False),
        ("KEY=value", False),
        ("two\nlines", False),
        ("x" * 65, False),
        ("", False),
        (7, False),
    ],
)
def test_what_may_be_a_secret_is_not_repeated(value: object, may: bool) -> None:
    assert shown(value) == (value if may else None)


def test_an_unknown_name_is_answered_with_the_known_ones_and_the_nearest() -> None:
    assert no_such("person", "adda", ["bob", "ada"]) == (
        'no person named "adda"',
        'Known: ada, bob. Did you mean "ada"?',
    )


def test_a_secret_in_the_place_of_a_name_is_neither_repeated_nor_listed() -> None:
    token = "xoxb-17653672481-19874698323-pdFZKVeTuE"
    what, remedy = no_such("person", token, ["ada", token + "x"])
    assert token not in what + remedy


def test_where_nothing_is_known_that_is_said() -> None:
    assert no_such("team", "care", []) == ('no team named "care"', "No team is declared yet")


def test_a_long_list_is_cut() -> None:
    assert which("zzz", [f"p{n}" for n in range(100, 200)]).endswith("p110, p111 and more.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ADA", "ada"), ("Gracie", "grace"), ("zzz", None), ("", None), ("a" * 10_000_000, None)],
    ids=["another case", "a letter more", "nothing like it", "nothing", "ten megabytes"],
)
def test_the_nearest_name_is_found(typed: str, meant: str | None) -> None:
    assert nearest(typed, ["ada", "grace"]) == meant
