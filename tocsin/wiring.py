"""The house: every part put together, once for the daemon, a replay or a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from escalation.channel import Channel
from escalation.desk import Happening
from escalation.engine import Engine
from listener.assess import Assessor
from listener.intake import Intake
from listener.learned import Learned
from tocsin.clock import Clock
from tocsin.delivery import Delivery
from tocsin.models import Models
from tocsin.pipeline import Pipeline
from tocsin.presence import rules_of
from tocsin.randomness import Randomness
from tocsin.rounds import Rounds
from tocsin.store import KillPoint, Store


@dataclass(frozen=True)
class House:
    """The parts, wired. `store` is closed by whoever built the house."""

    settings: Settings
    clock: Clock
    randomness: Randomness
    store: Store
    engine: Engine
    pipeline: Pipeline
    rounds: Rounds
    delivery: Delivery


def never(point: str) -> None:
    """The kill points of ordinary running: nothing happens."""


def assessor_of(settings: Settings, learned: Learned | None = None) -> Assessor:
    """What judges posts, as the settings declare brands and teams, and as was learned."""
    precision = settings.judging.precision if settings.judging else None
    triage = settings.triage_team.name
    return Assessor(settings.brands, settings.teams, triage, learned, precision)


def learned_at(store: Path | None) -> Learned | None:
    """The model in force for a store. Raises StoreBroken where its file cannot be used."""
    stored = Models(store).accepted() if store is not None else None
    return None if stored is None else stored.learned


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
    kill: KillPoint = never,
    told: Callable[[Happening], None] = lambda happening: None,
) -> House:
    """Put the parts together. Raises StoreBusy or StoreBroken for the database.

    A store that is not there yet, as that of a replay, judges with the model of the settings' own.
    """
    kept = database if database is not None and database.exists() else settings.database
    learned = learned_at(kept)
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
    pipeline = Pipeline(settings, Intake(assessor_of(settings, learned)), engine)
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
