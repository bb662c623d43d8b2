"""How each source stands is told from what is declared and kept: where it listens, its state."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from config import Brand, SourceSettings
from listener import collectors
from listener.collector import Batch, Gap, RateLimited
from tests.firm import Firm, new_firm, observed
from tocsin import deafness, listening
from tocsin.listening import Standing, State, hears
from tocsin.sources import Reading, SourceWorker

HOUR = timedelta(hours=1)


@pytest.fixture
def firm() -> Iterator[Firm]:
    firm = new_firm(None)
    yield firm
    firm.house.store.close()


class Silent:
    """A source that answers with what it is given, or raises it."""

    def __init__(self, *answers: Batch | Exception) -> None:
        self.answers = list(answers)

    def fetch(self, cursor: str | None, *, now: Any, deadline: float) -> Batch:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        pass


SOURCE = SourceSettings(name="it", kind="hackernews")


def first(firm: Firm) -> Standing:
    with firm.house.store.borrow() as desk:
        declared = firm.house.settings.model_copy(update={"sources": (SOURCE,)})
        return next(listening.standings(declared, desk, firm.now))


def worker(firm: Firm, *answers: Batch | Exception) -> SourceWorker:
    one = SourceWorker(Reading(SOURCE, Silent(*answers)), firm.house)
    one._thread.run = lambda: None  # type: ignore[method-assign]
    one.start()
    return one


def test_a_source_that_no_daemon_has_run_with_was_never_started(firm: Firm) -> None:
    assert first(firm).state is State.NEVER_STARTED


def test_a_source_that_was_started_alone_was_never_heard(firm: Firm) -> None:
    worker(firm)
    assert (first(firm).state, first(firm).last_heard) == (State.NEVER_HEARD, None)


def test_a_source_that_is_heard_is_learning_until_its_silences_are_known(firm: Firm) -> None:
    posts = [
        Batch((observed(n, "ann", firm.now + n * timedelta(days=1), words="Acme"),))
        for n in range(9)
    ]
    one = worker(firm, *posts)
    one._poll()
    assert (first(firm).state, first(firm).posts) == (State.LEARNING, 1)
    for _ in range(8):
        firm.passes(timedelta(days=1))
        one._poll()
    told = first(firm)
    assert (told.state, told.learned, told.last_heard) == (State.WORKS, 7, firm.now)
    assert told.posts == 2, "what came a day ago counts still"


def test_a_source_that_fails_says_since_when_why_and_until_when_it_rests(firm: Firm) -> None:
    until = firm.now + 3 * HOUR
    one = worker(firm, Batch(), RateLimited("asked to wait", until), Batch())
    one._poll()
    one._poll()
    told = first(firm)
    assert (told.state, told.since, told.why) == (State.FAILS, firm.now, "asked to wait")
    assert told.rests == until
    firm.passes(4 * HOUR)
    assert first(firm).rests is None
    one._poll()
    assert first(firm).state is State.LEARNING


def test_a_source_that_is_heard_after_a_new_start_rests_no_more(firm: Firm) -> None:
    one = worker(firm, RateLimited("asked to wait", firm.now + 3 * HOUR))
    one._poll()
    assert first(firm).rests is not None
    firm.passes(timedelta(minutes=1))
    worker(firm, Batch())._poll()
    assert first(firm).rests is None


def test_a_source_with_a_fault_that_is_heard_all_the_same_is_in_trouble(firm: Firm) -> None:
    one = worker(firm, Batch(trouble="line 3 was left out"))
    one._poll()
    told = first(firm)
    assert (told.state, told.why) == (State.TROUBLED, "line 3 was left out")


def test_what_could_not_be_heard_lately_is_told(firm: Firm) -> None:
    gap = Gap(firm.now - 2 * HOUR, firm.now - HOUR, "the stream ended")
    worker(firm, Batch(gaps=(gap,)))._poll()
    lost = first(firm).missed
    assert lost is not None
    assert (lost.stretches, lost.altogether) == (1, HOUR)


@pytest.mark.parametrize("name_of", listening.FAULTS)
def test_every_fault_of_a_source_is_looked_for(firm: Firm, name_of: Callable[[str], str]) -> None:
    worker(firm, Batch())._poll()
    about = name_of(SOURCE.name)
    firm.write(lambda d: deafness.tell(d, firm.house.engine, about, "it is so", firm.now))
    assert first(firm).why == "it is so"


@pytest.mark.parametrize(
    ("kind", "declared", "places"),
    [
        ("hackernews", {}, ("what names Acme",)),
        ("bluesky", {}, ("what names Acme",)),
        ("file", {"path": "/a/b.jsonl"}, ("/a/b.jsonl",)),
        ("mastodon", {"instance": "m.example", "tags": ["acme"]}, ("m.example", "#acme")),
        (
            "lemmy",
            {"instance": "l.example", "communities": ["acme"]},
            ("l.example", "acme", "what names Acme"),
        ),
        (
            "feed",
            {"urls": ["https://a.example/f"], "google_news": True},
            ("https://a.example/f", "what names Acme"),
        ),
        ("appstore", {"apps": {"Acme": "284882215"}}, ("app Acme",)),
        (
            "discord",
            {"token": {"env": "T"}, "server": "80351110224678912", "channels": ["803511102246789"]},
            ("server 80351110224678912", "channel 803511102246789"),
        ),
    ],
)
def test_where_a_source_listens_is_said_in_words_of_its_settings(
    firm: Firm, kind: str, declared: dict[str, Any], places: tuple[str, ...]
) -> None:
    settings = firm.house.settings.model_copy(update={"brands": (Brand(name="Acme"),)})
    source = collectors.settings_of(kind).model_validate({"name": kind, "kind": kind, **declared})
    assert hears(source, settings) == places


@pytest.mark.parametrize("kind", sorted(collectors.COLLECTORS))
def test_of_no_kind_a_secret_is_shown_as_a_place(kind: str) -> None:
    fields = collectors.settings_of(kind).model_fields
    shown = listening._PLACES_OF.get(kind, tuple(listening._PLACES))
    for name in shown:
        if name in fields:
            assert "Secret" not in str(fields[name].annotation)
