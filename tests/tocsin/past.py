"""A small firm's past for the tests of what-if: its settings, its posts, what its people did."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Settings
from config.settings import (
    Band,
    BandChange,
    Brand,
    ChannelSettings,
    Contact,
    Person,
    Policy,
    Role,
    Rota,
    Team,
)
from escalation.decision import Action, Verb
from listener.mention import Author, Kind, Observation, Post
from tocsin.actions import Scripted
from tocsin.replay import Replay
from tocsin.whatif import Difference, compare, open_history, run_both

MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = ("ada", "bea", "lea", "tom", "grace")
# A third time of asking is urgent (P2 at least), and its clock runs day and night.
URGENT = "@Acme charged me twice, third time asking for a refund, no reply, unacceptable"
DANGER = "@Acme your charger caught fire and burnt my daughter's hand"
CARE = Team(
    name="care",
    members=("ada", "bea"),
    on_call=Rota(people=("ada",)),
    lead="lea",
    owns={"billing": ("refund", "charged")},
)


def firm(**changes: object) -> Settings:
    """The firm as it is, or with other settings."""
    declared = Settings(
        fallback_executive="grace",
        timezone="UTC",
        brands=(Brand(name="Acme", accounts={"x": ("acme-help",)}),),
        people=tuple(
            Person(name=name, contacts=(Contact(channel="chat", to=name),)) for name in PEOPLE
        ),
        teams=(CARE,),
        policies=(policy(),),
        channels=(ChannelSettings(name="chat", kind="console"),),
    )
    return declared.model_copy(update=changes)


def policy(ack: timedelta = 15 * MINUTE) -> Policy:
    """The firm's ladder: on call, lead, executive, each asked for so long."""
    steps = (Role.ON_CALL, Role.LEAD, Role.EXECUTIVE)
    bands = {band: BandChange(ack=ack) for band in (Band.P1, Band.P2)}
    return Policy(name="default", steps=steps, bands=bands)


def wrote(
    number: int,
    author: str = "jo",
    words: str = URGENT,
    *,
    at: datetime = MONDAY,
    kind: Kind = Kind.POST,
    in_reply_to: str | None = None,
) -> Observation:
    """A post, seen as it was written."""
    post = Post(
        platform="x",
        id=str(number),
        text=words,
        created_at=at,
        author=Author(author, author, author, 10),
        lang="en",
        in_reply_to=in_reply_to,
    )
    return Observation(kind, post, at)


def did(at: datetime, by: str, verb: Verb, post: int = 1, **more: object) -> Scripted:
    """Something a person did to the case of a post."""
    return Scripted(at, Action(verb, by, **more), post=str(post))  # type: ignore[arg-type]


def lived(
    store: Path,
    posts: Sequence[Observation],
    deeds: Sequence[Scripted] = (),
    *,
    until: datetime = MONDAY + 6 * HOUR,
    settings: Settings | None = None,
) -> Path:
    """A store in which this has happened."""
    replay = Replay(settings or firm(), start=MONDAY, database=store, told=lambda happening: None)
    for _ in replay.run(posts, deeds, until):
        pass
    replay.close()
    return store


def what_if(store: Path, new: Settings, *, old: Settings | None = None) -> Difference:
    """How the past of a store would differ."""
    with open_history(store, timedelta(days=90)) as history:
        return compare(*run_both(history, old or firm(), new))


def without_turns(*people: str) -> Team:
    """The team with others on call."""
    return CARE.model_copy(update={"on_call": Rota(people=people)})


def edited(seen: Observation, words: str, at: datetime) -> Observation:
    """The same post with other words, seen later."""
    return Observation(Kind.EDIT, replace(seen.post, text=words), at)


def end_at_once(*arguments: object) -> None:
    """Instead of a process that replays: one that the system has killed."""
    os._exit(9)
