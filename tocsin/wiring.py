"""The house: every part put together, once for the daemon, a replay or a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from config import Settings
from escalation.channel import Channel
from escalation.desk import Happening
from escalation.engine import Engine
from listener.assess import Assessor
from listener.intake import Intake
from listener.learned import Learned
from listener.likeness import Descriptions, Leaning, LikenessMissing, load
from listener.ownwires import own_tripwires
from listener.safety import Tripwires
from tocsin.clock import Clock
from tocsin.delivery import Delivery
from tocsin.models import Models
from tocsin.names import Words, others_at
from tocsin.pipeline import Pipeline
from tocsin.presence import rules_of
from tocsin.randomness import Randomness
from tocsin.rounds import Rounds
from tocsin.store import KillPoint, Store, StoreBroken

Read = TypeVar("Read")


@dataclass(frozen=True)
class House:
    """The parts, wired. `store` is closed by whoever built the house.

    followed  by platform, the sources that look after their own kept posts.
    """

    settings: Settings
    clock: Clock
    randomness: Randomness
    store: Store
    engine: Engine
    pipeline: Pipeline
    rounds: Rounds
    delivery: Delivery
    followed: dict[str, set[str]] = field(default_factory=dict)


def never(point: str) -> None:
    """The kill points of ordinary running: nothing happens."""


def assessor_of(
    settings: Settings,
    learned: Learned | None = None,
    others: Words | None = None,
    tripwires: Tripwires | None = None,
) -> Assessor:
    """What judges posts, as the settings declare brands and teams, and as was learned.

    tripwires  where they were read already; None: read them. Raises TripwiresRefused.
    """
    leaning, described = _likeness(settings)
    return Assessor(
        settings.brands,
        settings.teams,
        settings.triage_team.name,
        learned,
        precision=settings.judging.precision if settings.judging else None,
        others=others,
        tripwires=tripwires or own_tripwires(settings.safety.tripwires),
        route_from=settings.route_from,
        leaning=leaning,
        described=described,
        block=settings.block,
    )


def _likeness(settings: Settings) -> tuple[Leaning | None, Descriptions | None]:
    """Likeness in meaning, as far as it is asked for; without the extra there is none, which every
    command that reads the configuration says."""
    asked = settings.embeddings
    if not (asked.judge or asked.route):
        return None, None
    try:
        vectors = load()
    except LikenessMissing:
        return None, None
    said = {team.name: team.description or "" for team in settings.teams}
    return (
        Leaning(vectors) if asked.judge else None,
        Descriptions(said, vectors) if asked.route else None,
    )


def learned_at(store: Path | None) -> Learned | None:
    """The model in force for a store. Raises StoreBroken where its file cannot be used."""
    stored = Models(store).accepted() if store is not None else None
    return None if stored is None else stored.learned


def _usable(
    read: Callable[[Path], Read],
    store: Path,
    instead: Read,
    forgiving: Callable[[str], None] | None,
) -> Read:
    try:
        return read(store)
    except StoreBroken as error:
        if forgiving is None:
            raise
        forgiving(str(error))
        return instead


def build(
    settings: Settings,
    database: Path | None,
    *,
    clock: Clock,
    randomness: Randomness,
    channels: Mapping[str, Channel],
    threaded: bool = False,
    durable: bool = True,
    exclusive: bool = False,
    models: Path | None = None,
    forgiving: Callable[[str], None] | None = None,
    kill: KillPoint = never,
    told: Callable[[Happening], None] = lambda happening: None,
) -> House:
    """Put the parts together. Raises StoreBusy or StoreBroken for the database.

    models     the store whose model judges; default: `database`, or where that is not there yet,
               as that of a replay, the settings' own.
    forgiving  is told of a learned file that cannot be used, which is left out; None: it raises.
    """
    kept = database if database is not None and database.exists() else settings.database
    nothing: Words = {}
    learned = _usable(learned_at, models or kept, None, forgiving)
    others = _usable(others_at, models or kept, nothing, forgiving)
    store = Store(
        database,
        randomness=randomness,
        threaded=threaded,
        durable=durable,
        exclusive=exclusive,
        kill=kill,
        told=told,
    )
    try:
        engine = Engine(rules_of(settings, store, clock.now()))
    except BaseException:
        store.close()
        raise
    pipeline = Pipeline(settings, Intake(assessor_of(settings, learned, others)), engine)
    return House(
        settings=settings,
        clock=clock,
        randomness=randomness,
        store=store,
        engine=engine,
        pipeline=pipeline,
        rounds=Rounds(store, engine, pipeline),
        delivery=Delivery(store, engine, channels, randomness, kill, clock.now),
    )
