"""What every source of several listings promises: one that fails is named, and costs no other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest

from config import Brand
from escalation.subject import Fault
from listener import collectors
from listener.collector import Listed
from listener.collectors.mastodon_stream import STREAM
from listener.tools import Tools
from listener.wire import Reply
from tests.contracts.collector_samples import SAMPLES
from tests.firm import Firm, new_firm
from tests.simulator.house import _Silent, constants
from tocsin.sources import Reading, SourceWorker

SECRET = "s3cret-token"
STEP = timedelta(minutes=20)  # longer than any source rests of itself
SECRETS = {"env": "TOKEN"}


@dataclass(frozen=True)
class Two:
    """A source with two listings or more.

    declare  its settings. sick: what the addresses of the one that fails have in them. named: what
             its name has in it. needs: a library.
    """

    declare: Mapping[str, Any]
    sick: str
    named: str
    needs: str | None = None
    good: bytes = b""


EMPTY_LISTING = json.dumps({"kind": "Listing", "data": {"after": None, "children": []}}).encode()
KINDS: Mapping[str, Two] = {
    "appstore": Two(
        {"apps": {"Acme Air": 123456789, "Acme Sea": 987654321}}, "987654321", "us/987654321"
    ),
    "discord": Two(
        {**SAMPLES["discord"].declare, "channels": ["2" * 18, "3" * 18]}, "3" * 18, "3" * 18
    ),
    "feed": Two(
        {"urls": ["https://a.example/feed", "https://b.example/feed"]},
        "b.example",
        "b.example/feed",
        "feedparser",
    ),
    "hackernews": Two({}, "Bolt", "Bolt"),
    "lemmy": Two({"instance": "lemmy.example"}, "q=Acme&type_=Comments", "q=Acme&type_=Comments"),
    "mastodon": Two(
        {"instance": "here.example", "token": SECRETS}, "/notifications", "/notifications"
    ),
    "reddit": Two(
        {
            **dict.fromkeys(("client_id", "client_secret"), SECRETS),
            "username": "acme_care",
            "subreddits": ["acme"],
            "search": False,
        },
        "r/acme/comments",
        "r/acme/comments",
        "praw",
        EMPTY_LISTING,
    ),
    "stackexchange": Two({"key": SECRETS}, "Bolt", "Bolt"),
    "x": Two(
        {"bearer_token": SECRETS, "mentions_of": ["42"], "dollars_per_day": 100.0},
        "/users/42/mentions",
        "mentions:42",
        "tweepy",
        b'{"meta":{"result_count":0}}',
    ),
    "youtube": Two(
        {"key": SECRETS, "channels": ["UC" + "a" * 22, "UC" + "b" * 22]}, "b" * 22, "b" * 22
    ),
}


@dataclass
class Wire:
    """A platform without posts, one listing of which answers otherwise."""

    kind: str
    instead: Reply | None = None
    asked: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, **asked: Any) -> Reply:
        if method == "POST":
            granted = {"access_token": SECRET, "token_type": "bearer", "expires_in": 99_999}
            return Reply(200, {}, json.dumps({**granted, "scope": "*"}).encode())
        self.asked.append(url)
        if self.instead is not None and KINDS[self.kind].sick in url:
            return self.instead
        sample = SAMPLES.get(self.kind)
        good = sample.page(url, []) if sample is not None else KINDS[self.kind].good
        return Reply(200, {"content-type": sample.content_type} if sample else {}, good)

    def sick(self) -> int:
        return sum(KINDS[self.kind].sick in url for url in self.asked)


@dataclass
class World:
    """A source of several listings in a house."""

    wire: Wire
    firm: Firm
    worker: SourceWorker

    def poll(self, times: int) -> None:
        with constants({"tocsin.sources.logger": _Silent}):
            for _ in range(times):
                self.firm.passes(STEP)
                if not self.worker._is_waiting():
                    self.worker._poll()

    def faults(self, *, only_open: bool = True) -> list[Fault]:
        with self.firm.house.store.borrow() as desk:
            found = desk.subjects("fault", only_open=only_open)
        return [one for one in found if isinstance(one, Fault)]


@pytest.fixture(params=sorted(KINDS))
def world(request: pytest.FixtureRequest) -> World:
    kind, two = request.param, KINDS[request.param]
    if two.needs and find_spec(two.needs) is None:
        pytest.skip(f"left out: {two.needs} is not installed")
    declared = collectors.settings_of(kind)(kind=kind, name="it", **two.declare)
    wire, firm = Wire(kind), new_firm(None)
    tools = Tools(wire, lambda secret: SECRET, "tocsin/0 (+https://tocsin.example)")
    source = collectors.build(declared, [Brand(name="Acme", terms=("Acme", "Bolt"))], tools)
    firm.write(lambda desk: desk.start_source("it", firm.now))
    return World(wire, firm, SourceWorker(Reading(declared, source), firm.house))


def test_it_says_of_each_batch_which_listings_it_read(world: World) -> None:
    source, cursor, read = world.worker._collector, None, set()
    assert isinstance(source, Listed)
    assert len(set(source.listings)) == len(source.listings) > 1
    for _ in source.listings:
        batch = source.fetch(cursor, now=world.firm.now, deadline=20.0)
        cursor = batch.cursor or cursor
        assert batch.listings is not None
        read |= set(batch.listings)
        if not batch.more:
            break
    assert read | {STREAM} == {*source.listings, STREAM}


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_listing_that_is_dead_is_one_fault_that_names_it_until_it_is_heard(
    world: World, status: int
) -> None:
    world.wire.instead = Reply(status, {}, b"{}")
    world.poll(4)
    (told,) = world.faults()
    assert told.detail.startswith("source it cannot be heard at ")
    assert KINDS[world.wire.kind].named in told.detail
    well, sick = len(world.wire.asked) - world.wire.sick(), world.wire.sick()
    assert sick >= 3
    assert well >= 4, "the others are read at each poll"
    world.wire.instead = None
    world.poll(2)
    assert world.faults() == []
    assert len(world.faults(only_open=False)) == 1, "it does not flap"


def test_a_listing_whose_token_is_refused_is_told_once(world: World) -> None:
    world.wire.instead = Reply(401, {}, b"{}")
    world.poll(9)
    assert len(world.faults()) == len(world.faults(only_open=False)) == 1
    assert SECRET not in world.faults()[0].detail


def test_a_listing_that_rests_is_not_asked_for(world: World) -> None:
    source = world.worker._collector
    assert isinstance(source, Listed)
    (sick,) = [name for name in source.listings if KINDS[world.wire.kind].named in name]
    source.rest(sick, world.firm.now + 3 * STEP)
    world.poll(2)
    assert world.wire.sick() == 0
    assert world.wire.asked
    world.poll(1)
    assert world.wire.sick()


def test_a_limit_lets_rest_what_the_platform_counts_together(world: World) -> None:
    """X counts each address, and feeds are of different servers; the others count the whole app."""
    until = str(int((world.firm.now + STEP + timedelta(minutes=50)).timestamp()))
    limited = {"x-rate-limit-reset": until, "x-ratelimit-reset": until, "retry-after": "3000"}
    world.wire.instead = Reply(429, limited, b"{}")
    world.poll(1)
    well, sick = len(world.wire.asked) - world.wire.sick(), world.wire.sick()
    assert sick == 1
    world.poll(2)
    assert world.wire.sick() == 1, "not before it may be asked"
    others = len(world.wire.asked) - 1 - well
    assert (others > 0) is (world.wire.kind in {"x", "feed"})
    world.poll(2)
    assert world.wire.sick() > 1
