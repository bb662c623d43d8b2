"""Keeps a running house judging with the model in force: looked for at every pass.

A file that cannot be used is told, and judging goes on without it. What was learned from posts
that were deleted since is learned anew without them, once a day; the health page says all of it.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from listener.ownwires import TripwiresRefused, own_tripwires
from listener.safety import Tripwires
from tocsin.health import InForce
from tocsin.log import logger
from tocsin.models import ModelBroken, Models, Signs, Stored
from tocsin.names import Names, NamesBroken, Words, others_at, shown
from tocsin.store import Unit
from tocsin.wiring import House, assessor_of

HALF_WRITTEN = timedelta(hours=1)  # what nobody has written to for so long, a crash has left


@dataclass(frozen=True, slots=True)
class _Judging:
    """What judges just now, and what is to be told of it."""

    stored: Stored | None = None
    trouble: str = ""
    notice: str = ""


class ModelWatch:
    """Looks after the model of one house. Safe to share between threads: one works at a time, the
    others go on with what is in force."""

    def __init__(self, house: House) -> None:
        self._house = house
        path = house.store.path
        self._models = Models(path) if path is not None else None
        self._working = Lock()
        self._seen: Signs | None = None  # None: look again
        self._unread = ""  # why the user's tripwires cannot be read; "" where they can
        self._others: Words = {}  # the last that could be read
        self._now = _Judging()  # replaced whole, so that whoever reads it needs no lock
        if self._models is not None:
            with suppress(OSError):
                self._models.tidy(house.clock.now() - HALF_WRITTEN)

    def look(self) -> None:
        """Judge with what is in force now; nothing happens where nothing has changed. Never waits:
        where another thread is at it, the next pass sees what came of it."""
        if not self._working.acquire(blocking=False):
            return
        try:
            self._look()
        finally:
            self._working.release()

    def _look(self) -> None:
        if self._models is None:
            return
        signs = self._models.signs()
        if signs == self._seen and not self._unread:
            return
        tripwires, unread = self._tripwires()
        if (signs, unread) == (self._seen, self._unread):
            return
        self._unread, troubles = unread, [unread]
        stored = None
        try:
            stored = self._models.accepted()
        except ModelBroken as error:
            troubles.append(str(error))
        try:
            self._others = others_at(self._house.store.path)
        except NamesBroken as error:
            troubles.append(str(error))
        learned = stored.learned if stored else None
        self._house.pipeline.judge_with(
            assessor_of(self._house.settings, learned, self._others, tripwires)
        )
        self._tell(replace(self._now, stored=stored, trouble=" ".join(filter(None, troubles))))
        self._seen = signs

    def _tripwires(self) -> tuple[Tripwires, str]:
        """The user's tripwires, or where their files are broken those in force, and why. What was
        learned is put in force and taken back all the same; the files are tried at every pass."""
        try:
            return own_tripwires(self._house.settings.safety.tripwires), ""
        except TripwiresRefused as error:
            return self._house.pipeline.tripwires, str(error)

    def _tell(self, now: _Judging) -> None:
        before, self._now = self._now, now
        if now.trouble and now.trouble != before.trouble:
            logger().error("what was learned cannot be used", why=now.trouble)
        number = _number_of(now)
        if number != _number_of(before):
            logger().info("judging with another model", model=number or "as shipped")

    def in_force(self, desk: Unit) -> InForce:
        """How the house judges."""
        now = self._now
        return InForce(_number_of(now), now.trouble, _erased_since(desk, now.stored), now.notice)

    def sweep(self) -> None:
        """Learn anew where labels that the model came from were erased; where that gains nothing,
        judge as shipped. What was learned from what is gone is not kept."""
        with self._working:
            self._look()
            if self._models is not None:
                self._sweep(self._models)

    def _sweep(self, models: Models) -> None:
        stored = self._now.stored
        self._unlearn_words()
        with self._house.store.read() as desk:
            erased, ever = _erased_since(desk, stored), desk.labels_erased()
        models.keep_none_of(ever)
        if stored is None or not erased:
            return
        done = self._learn_anew(models)
        when = self._house.clock.now().isoformat(timespec="minutes")
        number = stored.learned.number
        notice = f"{when}: {erased} labels of model {number} were erased; {done}"
        logger().warning("learned anew after erasure", labels=erased, model=number, done=done)
        self._now = replace(self._now, notice=notice)
        self._look()

    def _unlearn_words(self) -> None:
        house = self._house
        if house.store.path is None:
            return
        settings, now = house.settings, house.clock.now()
        with house.store.read() as desk, suppress(NamesBroken):  # which the look has told
            found = shown(desk, settings.brands, now, settings.learn_from)
            Names(house.store.path).unlearn(found, desk.clicks_erased())
        self._look()

    def _learn_anew(self, models: Models) -> str:
        from tocsin.learning import lesson_of

        lesson = lesson_of(self._house)
        if lesson.learned is None:
            models.drop()
            return "judging as shipped, since what is left gains nothing"
        fresh = models.accept(lesson.learned, lesson.origin, alone=True)
        return f"model {fresh.learned.number} was learned from what is left"


def _number_of(now: _Judging) -> int | None:
    return now.stored.learned.number if now.stored else None


def _erased_since(desk: Unit, stored: Stored | None) -> int:
    """How many labels were erased since the model in force was learned."""
    return 0 if stored is None else max(0, desk.labels_erased() - stored.erased)
