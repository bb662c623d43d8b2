"""One SQLite file: its connection, its lock, its writer.

Every write is a function that gets a `Unit` and runs inside a transaction in its own savepoint.
One thread writes; functions that wait together commit together, so that under load the cost of a
sync is shared. `write` returns after the commit: what did not commit did not happen.
"""

import fcntl
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TypeVar, cast

from escalation.desk import Happening
from tocsin.randomness import Randomness
from tocsin.store.schema import migrations
from tocsin.store.unit import Unit

T = TypeVar("T")
KillPoint = Callable[[str], None]  # called with the point's name; a crash test kills there
MAX_BATCH = 1000  # functions in one transaction
BUSY_SECONDS = 10.0
SQLITE_MAGIC = b"SQLite format 3\0"  # how its files begin (SQLite, "Database File Format")


class StoreBusy(Exception):
    """Another daemon has this database."""


class StoreBroken(Exception):
    """The database cannot be opened or is damaged. The text says what to do."""


class _OtherShape(Exception):
    """The store has other tables than this version works with; the text says which."""


def _never(point: str) -> None:
    """The kill points of ordinary running: nothing happens."""


@dataclass(slots=True)
class _Job:
    """A function to be run in a transaction, and what came of it. done: set once it committed."""

    work: Callable[[Unit], Any]
    done: threading.Event | None
    answer: Any = None
    error: BaseException | None = None


class Store:
    """The store of one daemon, one command, or one replay.

    path       the file, or None for one in memory (a replay that nobody reads afterwards).
    threaded   True: a writer thread groups commits (the daemon). False: writes run where they are
               called (replay, commands).
    durable    False only for a replay's temporary file: no sync, several times faster.
    exclusive  takes the lock that allows one daemon per database.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        randomness: Randomness,
        threaded: bool = False,
        durable: bool = True,
        exclusive: bool = False,
        kill: KillPoint = _never,
        told: Callable[[Happening], None] = lambda happening: None,
    ) -> None:
        self.path = path
        self.told = told
        self.to_send: Callable[[], None] = lambda: None  # called after what leaves has changed
        self._kill = kill
        self._randomness = randomness
        if exclusive and path is not None:
            _may_be_a_store(path)
        self._lock_file = _lock(path) if exclusive and path is not None else None
        try:
            self._connection = _open(path, durable=durable)
        except StoreBroken:
            if self._lock_file is not None:
                self._lock_file.close()
            raise
        self._unit = Unit(self._connection, randomness)
        self._closed = False
        self._scrub_wanted = threading.Event()
        self._inline = threading.RLock()
        self._jobs: queue.SimpleQueue[_Job | None] | None
        self._jobs = queue.SimpleQueue() if threaded else None
        self._writer = threading.Thread(target=self._write_on, name="writer", daemon=True)
        if threaded:
            self._writer.start()

    # ------------------------------------------------------------------------- writing
    def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction and return its answer once that is committed.

        Whatever `work` raises is raised here, after its part was rolled back.
        """
        job = self._hand_over([work])[0]
        if job.error is not None:
            raise job.error
        return cast("T", job.answer)

    def write_each(self, works: Sequence[Callable[[Unit], None]]) -> list[BaseException | None]:
        """Run several, each in a part of its own; returns what each raised, None where it did
        not."""
        return [job.error for job in self._hand_over(works)]

    def _hand_over(self, works: Sequence[Callable[[Unit], Any]]) -> list["_Job"]:
        """Have jobs done, by the writer's thread where there is one; returns when they are."""
        if self._closed:
            raise StoreBroken("the store is closed")
        jobs = [_Job(work, threading.Event() if self._jobs else None) for work in works]
        if self._jobs is None:
            with self._inline:
                for start in range(0, len(jobs), MAX_BATCH):
                    self._commit(jobs[start : start + MAX_BATCH])
            return jobs
        for job in jobs:
            self._jobs.put(job)
        for job in jobs:
            assert job.done is not None
            job.done.wait()
        return jobs

    def _write_on(self) -> None:
        assert self._jobs is not None
        while (job := self._jobs.get()) is not None:
            jobs = [job]
            while len(jobs) < MAX_BATCH and not self._jobs.empty():
                more = self._jobs.get()
                if more is None:
                    self._jobs.put(None)
                    break
                jobs.append(more)
            self._commit(jobs)

    def _commit(self, jobs: Sequence["_Job"]) -> None:
        """Run jobs in one transaction, each in its savepoint; then let their callers go on."""
        happened: list[Happening] = []
        to_send = False
        try:
            self._connection.execute("begin immediate")
            self._unit.begin()
            for job in jobs:
                self._run(job, alone=len(jobs) == 1)
                happened.extend(self._unit.take_happenings())
            self._kill("before commit")
            self._connection.execute("commit")
            self._kill("after commit")
            to_send = self._unit.take_to_send()
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            self._unit.forget()
            happened = []
            for job in jobs:
                job.error = error
        if self._scrub_wanted.is_set():
            self._scrub_wanted.clear()
            self._connection.execute("pragma wal_checkpoint(truncate)")
        for job in jobs:
            if job.done is not None:
                job.done.set()
        for one in happened:
            self._tell(one)
        if to_send:
            self.to_send()

    def _tell(self, happening: Happening) -> None:
        """What a listener raises ends a replay or a command, but must never stop the writer."""
        try:
            self.told(happening)
        except Exception:
            if self._jobs is None:
                raise

    def _run(self, job: "_Job", *, alone: bool) -> None:
        """Run one job. A job that fails leaves nothing behind, and does not touch the others."""
        if not alone:
            self._connection.execute("savepoint job")
        try:
            job.answer = job.work(self._unit)
        except sqlite3.OperationalError:
            raise  # disk full, i/o error: nothing of this transaction may stand
        except Exception as error:  # noqa: BLE001  a job's edge: its caller gets the error
            job.error = error
            if alone:
                self._connection.execute("rollback")
                self._connection.execute("begin immediate")
            else:
                self._connection.execute("rollback to job")
                self._connection.execute("release job")
            self._unit.forget()
        else:
            if not alone:
                self._connection.execute("release job")

    # ------------------------------------------------------------------------- reading
    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A read-only view, with a connection of its own; every query sees one state.

        A store in memory has only the writer's connection, which is lent instead.
        """
        if self.path is None:
            with self.borrow() as unit:
                yield unit
            return
        connection = _open(self.path, read_only=True)
        try:
            connection.execute("begin")
            yield Unit(connection, self._randomness)
        finally:
            connection.close()

    @contextmanager
    def borrow(self) -> Iterator[Unit]:
        """The writer's own connection, for looking only, where no writer thread has it."""
        with self._inline:
            if not self._connection.in_transaction:
                self._unit.forget_read()
            yield self._unit

    def integrity(self) -> str:
        """SQLite's own quick check: "ok", or what is damaged."""
        return str(self._connection.execute("pragma quick_check").fetchone()[0])

    def scrub(self) -> None:
        """After an erasure: fold the write-ahead log, so that no copy of the text is left there.

        Free pages are overwritten at once (`secure_delete`).
        """
        if self.path is not None:
            self._scrub_wanted.set()
            self.write(lambda unit: None)

    def close(self) -> None:
        """Finish what is queued, fold the write-ahead log, let go of file and lock."""
        self._closed = True
        if self._jobs is not None and self._writer.is_alive():
            self._jobs.put(None)
            self._writer.join()
        with self._inline:
            if self.path is not None:
                self._connection.execute("pragma wal_checkpoint(truncate)")
            self._connection.close()
        if self._lock_file is not None:
            self._lock_file.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _may_be_a_store(path: Path) -> None:
    """Raises StoreBroken for a file of another sort, before anything is laid beside it."""
    try:
        with path.open("rb") as kept:
            begins = kept.read(len(SQLITE_MAGIC))
    except OSError:
        return  # it is not there yet, or cannot be read: whoever opens it says so
    if begins and begins != SQLITE_MAGIC:
        raise _broken(path, "file is not a database")


def _lock(path: Path) -> IO[str]:
    """An operating system lock: it goes with the process, however that ends."""
    lock_path = path.with_name(path.name + "-lock")
    try:
        handle = lock_path.open("a")
    except OSError as error:
        raise _broken(path, error.strerror) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise StoreBusy(
            f"{path} is in use by another Tocsin. Stop that one first, or give this one another "
            "database (--db)."
        ) from None
    return handle


def _open(
    path: Path | None, *, durable: bool = True, read_only: bool = False
) -> sqlite3.Connection:
    connection = None
    try:
        connection = _connect(path, read_only=read_only)
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma temp_store = memory")
        if read_only:
            connection.execute("pragma query_only = on")
        else:
            _prepare(connection, durable=durable)
    except (sqlite3.Error, _OtherShape) as error:
        if connection is not None:
            connection.close()
        refused = _of_another_version if isinstance(error, _OtherShape) else _broken
        raise refused(path, error) from None
    return connection


def _of_another_version(path: Path | None, why: object) -> StoreBroken:
    return StoreBroken(
        f"{path} was made by another version of Tocsin ({why}): open it with that version, "
        "or move it away and let this one begin a new one."
    )


def _broken(path: Path | None, why: object) -> StoreBroken:
    return StoreBroken(
        f"{path} cannot be opened as a database: {why}. Check that its folder exists and may be "
        "written; if the file is damaged, restore a backup or move it away."
    )


def _connect(path: Path | None, *, read_only: bool) -> sqlite3.Connection:
    if path is None:
        target, uri = ":memory:", False
    elif read_only:
        target, uri = f"{path.absolute().as_uri()}?mode=ro", True
    else:
        target, uri = str(path), False
    connection = sqlite3.connect(
        target,
        uri=uri,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _prepare(connection: sqlite3.Connection, *, durable: bool) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute(f"pragma synchronous = {'full' if durable else 'off'}")
    # Erased text must not live on in free pages.
    connection.execute(f"pragma secure_delete = {'on' if durable else 'off'}")
    from sqlite_utils import Database

    from tocsin.store import shape

    began_here = shape.is_new(connection)
    migrations.apply(Database(connection))
    if not began_here and (why := shape.difference(connection)) is not None:
        raise _OtherShape(why)


__all__ = ["KillPoint", "Store", "StoreBroken", "StoreBusy"]
