"""The store: whether it is there, sound and in use, and what it says of sources and messages.

It is only read: nothing is made, changed or migrated.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from config import Settings, SourceSettings, spell_duration
from config.problems import counted
from escalation.encode import one_line
from escalation.ledger import FirstBad, verify
from tocsin.deafness import DEAF_AFTER, names
from tocsin.doctor.finding import Finding, note, problem, sound
from tocsin.failing import CHANNEL, failing_channels, open_faults
from tocsin.health import PAGE_TOO_OLD
from tocsin.missed import missed
from tocsin.randomness import SystemRandomness
from tocsin.store import Unit
from tocsin.store.listings import Deaf
from tocsin.store.schema import migrations
from tocsin.store.sources import SourceState

ABOUT = "store"
LITTLE_SPACE = 200 * 1024 * 1024  # bytes; a week of a large brand, with room for a copy
CLOCK_SLIP = timedelta(minutes=1)  # behind the ledger's last time: the clock was set back
_MIB = 1024 * 1024


def examine(path: Path, settings: Settings | None, now: datetime) -> Iterator[Finding]:
    """The file first; what is in it only where it is sound."""
    if not path.exists():
        yield note(ABOUT, f"There is none at {path} yet: `tocsin run` makes it.")
        yield from _space(path)
        return
    try:
        with closing(open_to_look(path)) as connection:
            broken = _broken(connection, path)
            if broken is not None:
                yield broken
                return
            size = path.stat().st_size / _MIB
            yield sound(ABOUT, f"{path} opens and passes SQLite's quick check; {_size(size)}.")
            yield from _space(path)
            desk = Unit(connection, SystemRandomness())
            is_running = daemon_is_running(path)
            yield _daemon(is_running)
            yield from _contents(desk, now)
            yield from _erased(desk)
            yield from _faults(desk, now)
            if settings is not None:
                for source in settings.sources:
                    yield from _source(source, desk, now, is_running=is_running)
    except (sqlite3.Error, OSError) as error:
        yield problem(ABOUT, f"{path} cannot be read: {error}. Check its rights, or restore it.")


def _size(size: float) -> str:
    """In whole MiB, so that a small store does not tell by its size what else is in it."""
    return f"{size:.0f} MiB" if size >= 1 else "under 1 MiB"


def open_to_look(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing, and sees one state all along.

    It may write where it can: else SQLite's own files beside the store could not be tidied away.
    """
    mode = "rw" if os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK) else "ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5.0
    )
    connection.row_factory = sqlite3.Row
    connection.execute("pragma query_only = on")
    connection.execute("begin")
    return connection


def _broken(connection: sqlite3.Connection, path: Path) -> Finding | None:
    damage = str(connection.execute("pragma quick_check(1)").fetchone()[0])
    if damage != "ok":
        remedy = "Stop Tocsin, keep a copy, and restore a backup."
        return problem(ABOUT, f"{path} is damaged ({one_line(damage)}). {remedy}")
    database = Database(connection)
    waiting = [migration.name for migration in migrations.pending(database)]
    if not migrations.applied(database):
        return problem(ABOUT, f"{path} is a database, but not one of Tocsin's. Name another.")
    if waiting:
        return note(ABOUT, f"{path} is of an older version; the next `tocsin run` brings it up.")
    return None


def _space(path: Path) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(path.absolute().parent).free
    except OSError:
        yield problem(ABOUT, f"The folder of {path} does not exist. Make it with mkdir -p.")
        return
    if free < LITTLE_SPACE:
        left = f"{free / _MIB:.0f} MiB are left on its disk"
        yield problem(ABOUT, f"{left}; what cannot be written is not paged. Make room.")


def daemon_is_running(path: Path) -> bool:
    """Whether a daemon holds the store's lock. The lock is asked for shared, for an instant."""
    try:
        with path.with_name(f"{path.name}-lock").open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _daemon(is_running: bool) -> Finding:
    if is_running:
        return sound("daemon", "It is running on this store.")
    return problem("daemon", "None is running on this store: nobody is paged. Start `tocsin run`.")


def _contents(desk: Unit, now: datetime) -> Iterator[Finding]:
    yield from _ledger(desk)
    last = desk.last_ledger_time()
    if last is not None and now < last - CLOCK_SLIP:
        behind = spell_duration(last - now)
        yield problem("clock", f"It is {behind} behind the ledger's last entry. Set it right.")
    else:
        yield sound(
            "clock", f"It says {now:%Y-%m-%d %H:%M} UTC, not before the ledger's last entry."
        )
    yield _pages(desk, now)


def _pages(desk: Unit, now: datetime) -> Finding:
    oldest, failing = desk.oldest_unsent(now), desk.pages_that_fail()
    if oldest is None:
        return sound("pages", "None is waiting to be sent.")
    waiting = f"The oldest unsent one has been waiting for {spell_duration(now - oldest)}."
    if failing:
        return problem("pages", f"{failing} could not be sent, and will be tried again. {waiting}")
    return problem("pages", waiting) if now - oldest > PAGE_TOO_OLD else sound("pages", waiting)


def _faults(desk: Unit, now: datetime) -> Iterator[Finding]:
    """What the daemon has found to fail; and channels that do, though it is no fault yet."""
    faults = open_faults(desk)
    for fault in faults:
        remedy = f"See `tocsin faults show {fault.number}`"
        what = f"Fault {fault.number} is open: {fault.detail.rstrip('.')}"
        yield problem(fault.about.replace(":", " ", 1), f"{what}. {remedy}.")
    told = {fault.about for fault in faults}
    for name, why in failing_channels(desk, now).items():
        if f"{CHANNEL}{name}"[:64] not in told:
            yield problem(f"channel {name}", f"It {why.rstrip('.')}.")


def _erased(desk: Unit) -> Iterator[Finding]:
    """Words of erased posts that a person must delete, each place of a channel named."""
    for name, places in desk.words_left().items():
        what = "These messages still show words that were erased; delete them there by hand"
        yield problem(f"channel {name}", f"{what}: {', '.join(places)}.")


def _ledger(desk: Unit) -> Iterator[Finding]:
    entries = 0
    for chain in desk.chains():
        outcome = verify(desk.entries(chain))
        if isinstance(outcome, FirstBad):
            what = f"The chain {chain} is not as written, from entry {outcome.number} on"
            yield problem("ledger", f"{what}: {outcome.what}.")
        else:
            entries += outcome.head.number
    yield sound("ledger", f"{entries} entries are as they were written.")


def _source(
    source: SourceSettings, desk: Unit, now: datetime, *, is_running: bool
) -> Iterator[Finding]:
    about = f"source {source.name}"
    state = desk.source(source.name)
    if state is None:
        yield note(about, "It was never started on this store.")
        return
    failing = desk.failing_listings(source.name)
    yield _last_success(about, source, state, failing, now, is_running=is_running)
    if state.dollars:
        yield note(about, f"It has cost ${state.dollars:.2f} so far.")
    if state.malformed:
        what = f"{counted(state.malformed, 'item')} could not be read since its first start"
        yield note(about, f"{what}, and left out; the log says why (`left out`).")
    lost = missed(desk, now).get(source.name)
    if lost:
        count = f"{lost.stretches} stretch{'' if lost.stretches == 1 else 'es'} of the last 7 days"
        what = f"{count} could not be heard, {spell_duration(lost.altogether)} in all"
        yield note(about, f"{what}; the last: {lost.reason}.")


def _last_success(
    about: str,
    source: SourceSettings,
    state: SourceState,
    failing: Sequence[Deaf],
    now: datetime,
    *,
    is_running: bool,
) -> Finding:
    if state.failing_since is not None:
        waited = spell_duration(now - state.failing_since)
        parts = [one.listing for one in failing]
        where = f" at {names(parts)}" if parts and all(parts) else ""
        return problem(about, f"It has been failing{where} for {waited}: {state.failure}")
    if state.succeeded_at is None:
        return note(about, "It has been started, and not been heard yet.")
    age = now - state.succeeded_at
    heard = f"It was last heard {spell_duration(age)} ago."
    if is_running and age > max(DEAF_AFTER, source.every * 3):
        return problem(about, heard)
    return sound(about, heard)
