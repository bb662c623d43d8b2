"""What an incident is about is said in the customers' words, and goes when these are erased."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.incidents import Spike
from escalation.subject import Incident
from listener.collector import Batch
from listener.mention import Kind, Observation
from listener.stories import Changes
from tests.firm import NOON, Firm, new_firm, observed
from tests.tocsin.erased import erase
from tocsin.store.stories import Told

LISBON = (
    "@Acme my bags were left in Lisbon, no reply, terrible",
    "@Acme still waiting: you left our bags in Lisbon and nobody answers",
    "@Acme bags left in Lisbon again, worst airline, still waiting",
    "@Acme no bags. left in Lisbon they say. third time asking, awful",
    "@Acme terrible service, our bags are still in Lisbon, no reply",
)
OTHERS = (
    "@Acme your app crashed again and charged me twice, terrible",
    "@Acme rude staff at the gate in Oslo, no apology, awful",
)


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def said(number: int, text: str, **changes: object) -> Observation:
    seen = observed(number, f"a{number}", NOON + timedelta(minutes=number), words=text)
    return replace(seen, post=replace(seen.post, **{"lang": "en", "text": text, **changes}))


def hear(firm: Firm, *seen: Observation) -> None:
    house = firm.house
    house.store.write(lambda desk: house.pipeline.take(desk, "test", Batch(seen), firm.now))


def hear_all(firm: Firm, texts: Sequence[str] = (*OTHERS, *LISBON)) -> None:
    firm.passes(timedelta(minutes=len(texts) + 1))
    hear(firm, *(said(number, text) for number, text in enumerate(texts, 1)))


def storm(firm: Firm, people: int = 5) -> Incident:
    """The detector rings."""
    spike = Spike(storm=True, people=people, posts=people, minutes=60, usual=0.5, sentence="many")
    pipeline, now = firm.house.pipeline, firm.now

    def ring(desk: object) -> Incident:
        incident = firm.house.engine.spike(desk, "Acme", None, spike, now)  # type: ignore[arg-type]
        pipeline.stories.about(desk, "Acme", incident, now)  # type: ignore[arg-type]
        return incident

    return firm.house.store.write(ring)


def told(firm: Firm, incident: Incident) -> Told | None:
    return firm.house.store.write(lambda desk: desk.story_of_incident(incident.number))


def cards(firm: Firm) -> list[str]:
    """What the room shows of its messages now."""
    chat = firm.channels["chat"]
    shown = {message.key: message for message in [m for _, m in chat.taken] + chat.updated}
    return [message.headline for message in shown.values()]


def headlines(firm: Firm) -> list[str]:
    firm.settle()
    return [message.headline for one in firm.channels.values() for _, message in one.taken]


def restarted(firm: Firm) -> None:
    firm.house.pipeline.stories.forget()  # all that is lost with the process


def test_an_incident_says_what_it_is_about(firm: Firm) -> None:
    hear_all(firm)
    story = told(firm, storm(firm))
    assert story is not None
    assert "Lisbon" in story.name
    assert "bags" in story.name
    assert (story.people, story.posts) == (5, 5)
    assert any(f'on Acme: "{story.name}"' in headline for headline in headlines(firm))


def test_what_few_of_its_people_tell_is_not_what_it_is_about(firm: Firm) -> None:
    hear_all(firm)
    assert told(firm, storm(firm, people=40)) is None


def test_a_repost_is_counted_as_passed_on_and_not_as_a_person(firm: Firm) -> None:
    hear_all(firm)
    firm.passes(timedelta(minutes=9))
    hear(firm, said(12, f"RT {LISBON[0]}", repost_of="native-3"))
    story = told(firm, storm(firm))
    assert story is not None
    assert (story.people, story.reposts) == (5, 1)


def test_a_story_goes_on_after_a_restart(firm: Firm) -> None:
    hear_all(firm)
    before = told(firm, storm(firm))
    restarted(firm)
    firm.passes(timedelta(minutes=9))
    hear(firm, said(12, "@Acme my bags are in Lisbon too, no reply, terrible"))
    after = told(firm, storm(firm))
    assert before is not None
    assert after is not None
    assert (after.number, after.people) == (before.number, before.people + 1)


def test_a_name_of_erased_words_is_given_up_and_does_not_come_back(firm: Firm) -> None:
    hear_all(firm)
    incident = storm(firm)
    for post in (3, 4, 5, 6):
        erase(firm, post)
    story = told(firm, incident)
    assert story is not None
    assert (story.name, story.people) == ("", 1)
    firm.passes(timedelta(minutes=9))
    hear(firm, said(12, "@Acme my suitcase went missing on the way to Porto, no reply, terrible"))
    storm(firm)
    after = told(firm, incident)
    assert after is None or "Lisbon" not in after.name


def test_an_edit_stays_in_its_story(firm: Firm) -> None:
    hear_all(firm)
    edited = said(3, "@Acme bags now found in Lisbon, no thanks to you, terrible service")
    hear(firm, replace(edited, kind=Kind.EDIT))
    story = told(firm, storm(firm))
    assert story is not None
    assert story.people == 5


def test_a_name_of_erased_words_leaves_the_room_as_well(firm: Firm) -> None:
    hear_all(firm)
    storm(firm)
    firm.settle()
    for post in range(3, 8):
        erase(firm, post)
    firm.settle()
    assert not [line for line in cards(firm) if "Lisbon" in line]


def test_no_post_brings_an_erased_name_back(firm: Firm) -> None:
    hear_all(firm)
    incident = storm(firm)
    for post in (3, 4, 5, 6):
        erase(firm, post)
    firm.passes(timedelta(minutes=9))
    hear(firm, said(12, "@Acme our suitcase was left in Lisbon, no reply, terrible"))
    story = told(firm, incident)
    assert story is None or "bags" not in story.name


def test_two_stories_that_one_kept_story_was_go_on_as_one(firm: Firm) -> None:
    """After a start the measure may know two where the store has one; then they unite."""
    hear_all(firm)
    stories = firm.house.pipeline.stories
    measured = stories._brands["Acme"]
    number, kept = next(iter(measured.numbers.items()))
    measured.numbers[99], measured.numbers[100] = (
        kept,
        firm.house.store.write(lambda desk: desk.begin_story("Acme")),
    )
    united = Changes((), ((99, 100),))
    firm.house.store.write(lambda desk: stories._keep(desk, "Acme", measured, united))
    assert measured.numbers[number] == measured.numbers[100]
    firm.passes(timedelta(minutes=9))
    hear(firm, said(12, "@Acme my bags are in Lisbon too, no reply, terrible"))
    story = told(firm, storm(firm))
    assert story is not None
    assert story.people == 6
