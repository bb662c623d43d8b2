"""The made-up firehose is Jetstream's wire, so that what following it costs means something."""

import random
from datetime import UTC, datetime

import pytest

from bench.firehose import DELETED, NAMING, _frames, records
from bench.jetstream import brands
from listener.collectors.bluesky import concerning
from listener.collectors.jetstream import Event, read_frame
from listener.mention import Kind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMES = brands(random.Random(3))
POSTS = 1_000


@pytest.fixture(scope="module")
def events() -> list[Event]:
    terms = [term for brand in NAMES for term in brand.terms]
    bodies = records(terms, random.Random(7))[:POSTS]
    draw = random.Random(11)
    frames = [
        frame for number, one in enumerate(bodies, 1) for frame in _frames(number, *one[:1], draw)
    ]
    return [read_frame(frame, NOW) for frame in frames]


def test_every_frame_is_read_and_has_its_place(events: list[Event]) -> None:
    assert all(event.position is not None for event in events)
    kinds = [event.seen.kind for event in events if event.seen]
    assert kinds.count(Kind.POST) == POSTS
    assert kinds.count(Kind.DELETE) == POSTS // DELETED


def test_just_the_posts_that_were_meant_to_name_a_brand_do(events: list[Event]) -> None:
    keep = concerning(NAMES)
    posts = [event.seen.post for event in events if event.seen and event.seen.kind is Kind.POST]
    assert sum(map(keep, posts)) == POSTS // NAMING


def test_its_posts_are_as_many_tongues_as_the_shares_say(events: list[Event]) -> None:
    posts = [event.seen.post for event in events if event.seen and event.seen.kind is Kind.POST]
    assert {"en", "ja", "pt", "de", "ko", "ar"} <= {post.lang for post in posts}
