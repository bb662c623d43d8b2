"""Keeps a running house judging with the model in force: looked for at every pass.

A file that cannot be used is told, and judging goes on as shipped. What was learned from posts
that were deleted since is learned anew without them, once a day; the health page says all of it.
"""

from tocsin.health import InForce
from tocsin.log import logger
from tocsin.models import ModelBroken, Models, Stored
from tocsin.names import others_at
from tocsin.store import Unit
from tocsin.wiring import House, assessor_of

Signs = tuple[int, int, int] | None  # of a file: changed when, how large, which


class ModelWatch:
    """Looks after the model of one house. Not for several threads at a time."""

    def __init__(self, house: House) -> None:
        self._house = house
        path = house.store.path
        self._models = Models(path) if path is not None else None
        self._seen: Signs | bool = False  # nothing was looked at yet
        self._stored: Stored | None = None
        self._notice = ""
        self._trouble = ""

    def look(self) -> None:
        """Judge with what is in force now; nothing happens where nothing has changed."""
        if self._models is None or (signs := self._models.signs()) == self._seen:
            return
        self._seen = signs
        try:
            stored, trouble = self._models.accepted(), ""
        except ModelBroken as error:
            stored, trouble = None, str(error)
        if trouble and trouble != self._trouble:
            logger().error("the learned model cannot be used; judging as shipped", why=trouble)
        before = self._stored.learned.number if self._stored else None
        number = stored.learned.number if stored else None
        if number != before:
            logger().info("judging with another model", model=number or "as shipped")
        self._stored, self._trouble = stored, trouble
        learned, others = stored.learned if stored else None, others_at(self._house.store.path)
        self._house.pipeline.judge_with(assessor_of(self._house.settings, learned, others))

    def in_force(self, desk: Unit) -> InForce:
        """How the house judges."""
        number = self._stored.learned.number if self._stored else None
        return InForce(number, self._trouble, self._erased_since(desk), self._notice)

    def _erased_since(self, desk: Unit) -> int:
        """How many labels were erased since the model in force was learned."""
        if self._stored is None:
            return 0
        known = self._stored.origin.get("erased")
        return max(0, desk.labels_erased() - (known if isinstance(known, int) else 0))

    def sweep(self) -> None:
        """Learn anew where labels that the model came from were erased; where that gains nothing,
        judge as shipped. What was learned from what is gone is not kept."""
        self.look()
        with self._house.store.read() as desk:
            erased = self._erased_since(desk)
        if self._models is None or self._stored is None or not erased:
            return
        from tocsin.learning import lesson_of

        lesson = lesson_of(self._house)
        before = self._stored.learned.number
        if lesson.learned is None:
            self._models.drop()
            done = "judging as shipped, since what is left gains nothing"
        else:
            fresh = self._models.accept(lesson.learned, lesson.origin, alone=True)
            done = f"model {fresh.learned.number} was learned from what is left"
        when = self._house.clock.now().isoformat(timespec="minutes")
        self._notice = f"{when}: {erased} labels of model {before} were erased; {done}"
        logger().warning("learned anew after erasure", labels=erased, model=before, done=done)
        self.look()
