"""Whatever strangers write, each post is judged: no error, and every value in its range."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import redos
from config import Brand, Team
from listener.assess import Assessment, Assessor
from listener.mention import Author, Post
from listener.safety import SHIPPED
from listener.wires import LANGUAGES
from tests import hostile

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TEAMS = (Team(name="care", members=("ada",), owns={"billing": ("refund", "charged")}),)


def post(text: str, lang: str | None = None) -> Post:
    author = Author(id=text[:20], handle=text[:20], name=text[:20])
    return Post("x", "1", text, NOW, author, lang=lang, title=text[:200])


def is_whole(judged: Assessment) -> bool:
    """Every value in its range, and every reason a text."""
    in_range = (
        -1.0 <= judged.valence <= 1.0
        and 0.0 <= judged.judgement.probability <= 1.0
        and 0.0 <= judged.severity.value <= 1.0
    )
    return in_range and all(isinstance(why, str) and why for why in judged.reasons)


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor((Brand(name="Acme", terms=("acme",)),), TEAMS)


@pytest.mark.parametrize("lang", [None, "en", "de", "es", "fr", "zz", "qme", "🙂"])
@pytest.mark.parametrize("text", hostile.OWN.values(), ids=hostile.OWN)
def test_whatever_is_written_is_judged(assessor: Assessor, text: str, lang: str | None) -> None:
    assert is_whole(assessor.judge_alone(post(text, lang)))
    assert all(map(is_whole, assessor.assess(post(f"acme {text}", lang))))


@pytest.mark.parametrize("text", hostile.OWN.values(), ids=hostile.OWN)
def test_the_same_text_is_judged_the_same_by_another_assessor(text: str) -> None:
    first, second = (Assessor((), TEAMS).judge_alone(post(text)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", hostile.FILES)
def test_every_hostile_text_is_judged(shared: Path, assessor: Assessor, name: str) -> None:
    lines = hostile.lines_of(shared, name)
    texts = [text for line in lines for text in hostile.texts_of(line)]
    assert len(texts) >= len(lines)
    for text in set(texts):
        assert is_whole(assessor.judge_alone(post(text)))


def test_a_term_that_is_a_pattern_is_looked_for_letter_by_letter(shared: Path) -> None:
    """A brand's terms are words: none of them is ever run as a pattern."""
    for line in hostile.lines_of(shared, "redos_patterns"):
        row = json.loads(line)
        if not row.get("pattern"):
            continue
        attacked, *_ = hostile.texts_of(line)
        assessor = Assessor((Brand(name="Acme", terms=(row["pattern"],)),))
        assert is_whole(assessor.judge_alone(post(attacked)))


def test_patterns_are_found_wherever_the_listener_keeps_them() -> None:
    found = list(redos.patterns_of(redos.listener))
    modules, patterns = {one.module for one in found}, {one.pattern.pattern for one in found}
    assert {"listener.cuetext", "listener.language", "listener.jsontext"} <= modules
    assert "listener.collectors.feed_document" in modules  # loaded late
    for lang in LANGUAGES:  # read when they are met
        assert {rule.pattern.pattern for rule in SHIPPED.of(lang).rules} <= patterns


def test_each_pattern_reads_lone_surrogates() -> None:
    for found in redos.patterns_of(redos.listener):
        for text in ("\ud800", "refund \udfff\ud800 no reply", "@\udc00 #\ud83d https://\ude21"):
            matches = found.pattern.finditer(text)
            assert all(text[one.start() : one.end()] == one.group() for one in matches)


def test_what_is_repeated_in_a_pattern_is_repeated_against_it() -> None:
    slow = redos.Found("here", redos.re.compile(r"(?:ab+)+c"))
    assert {"b", "ab", "abc"} <= set(redos.pumps_of(slow.pattern))
    assert all(len(text) == 100 for _, text in redos.attacks_on(slow.pattern, 100))


@pytest.mark.parametrize(
    ("of_length", "longest", "seconds"),
    [
        pytest.param(lambda n: 1e-8 * n, 2_500, 1e-4, id="a quarter tells that it is fast"),
        pytest.param(lambda n: 4e-10 * n**2, 10_000, 0.04, id="what may grow is tried whole"),
        pytest.param(lambda n: 1e-9 * n**2, 2_500, 0.00625, id="a quarter is slow already"),
        pytest.param(lambda n: 2.0**n, 25, 2.0**25, id="what never ends is tried no further"),
    ],
)
def test_a_pattern_is_fed_as_much_as_tells_how_slow_it_is(
    of_length: Callable[[int], float],
    longest: int,
    seconds: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed: list[int] = []

    def once(pattern: object, text: str) -> float:
        fed.append(len(text))
        return of_length(len(text))

    monkeypatch.setattr(redos, "_once", once)
    slowest = redos.slowest_of(redos.Found("here", redos.re.compile("ab+c")))
    assert max(fed) == longest
    assert slowest.seconds == pytest.approx(seconds)


SLOWEST = 0.05  # seconds: ten times what is promised, for a machine that does other things


@pytest.mark.prove
def test_no_text_keeps_a_pattern() -> None:
    slowest = [redos.slowest_of(found) for found in redos.patterns_of(redos.listener)]
    assert [one for one in slowest if one.seconds > SLOWEST] == []


@pytest.mark.prove
def test_no_text_keeps_the_judgement() -> None:
    assert [one for one in redos.slowest_posts() if one.seconds > 2 * SLOWEST] == []


@pytest.mark.prove
def test_a_pattern_that_is_slow_is_noticed() -> None:
    slow = redos.Found("here", redos.re.compile(r"(?:a+)+$"))
    assert redos.slowest_of(slow, size=24, rounds=1).seconds > SLOWEST
