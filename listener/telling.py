"""What was told of a brand's unrest lately: not every sign of the same unrest is news."""

from listener.heard import CELLS_AN_HOUR
from listener.storm import Level

COOL_DOWN = CELLS_AN_HOUR  # cells before the same level is told again, if voices have doubled
EPISODE = 6 * CELLS_AN_HOUR  # cells without a sign of unrest, after which the next one is news
CLEAR_AFTER = 2 * CELLS_AN_HOUR  # cells for which nothing may spread before it is over
MOST_POSTS = 64  # that alone were told of, the newest
RANK: dict[Level | None, int] = {None: 0, "clear": 0, "watch": 1, "storm": 2, "spreading": 3}
MOST = 10**15


class Told:
    """The highest level that was told in this episode, and when.

    cell, people  when it was told, and how many were unhappy in the two hours before.
    unrest        cell of the newest sign of unrest.
    storm         cell in which a storm was first told that is not over; 0: none is on.
    looked        cell in which it was last looked whether the storm spreads.
    posts         those that alone were told of, by `heard.key_of`.
    """

    __slots__ = ("cell", "level", "looked", "people", "posts", "storm", "unrest")

    def __init__(self) -> None:
        self.level: Level | None = None
        self.cell = self.people = self.unrest = self.storm = self.looked = 0
        self.posts: list[int] = []

    def stirs(self, cell: int) -> None:
        """There is a sign of unrest; after a long time without one it is of another."""
        if cell - self.unrest > EPISODE:
            self.level = None
        self.unrest = cell

    def is_news(self, level: Level, cell: int, people: int) -> bool:
        """A rise is, and after the cool-down twice as many people at the same level."""
        if RANK[level] > RANK[self.level]:
            return True
        stormy = RANK[level] >= RANK["storm"]  # a storm that had been spreading is still that storm
        if level != self.level and not stormy:
            return False
        return cell - self.cell >= COOL_DOWN and people >= 2 * self.people

    def is_settled(self, cell: int, people: int) -> bool:
        """Whether nothing more can be told of a storm in these five minutes, whatever comes."""
        if self.storm == 0 or self.unrest != cell or RANK[self.level] < RANK["storm"]:
            return False
        if self.level == "storm" and self.looked != cell:
            return False
        return cell - self.cell < COOL_DOWN or people < 2 * self.people

    def may_look(self, cell: int) -> bool:
        """Whether a storm spreads is looked at once in five minutes: it takes long to say."""
        if self.level != "storm" or cell == self.looked:
            return False
        self.looked = cell
        return True

    def tell(self, level: Level, cell: int, people: int) -> None:
        """This was told."""
        if RANK[level] >= RANK["storm"] and not self.storm:
            self.storm = cell
        self.level = level if RANK[level] >= RANK[self.level] else self.level
        self.cell, self.people = cell, people

    def is_first(self, post: int) -> bool:
        """Whether this post was not told of by itself before; from now on it was."""
        if post in self.posts:
            return False
        self.posts = [*self.posts, post][-MOST_POSTS:]
        return True

    def clear(self) -> None:
        """It was told that it is over: the next sign of unrest is news."""
        self.level, self.storm = None, 0

    def dump(self) -> list[object]:
        """Plain JSON values."""
        return [self.level, self.cell, self.people, self.unrest, self.storm, self.posts]

    @classmethod
    def load(cls, told: list[object]) -> "Told":
        """What `dump` gave, or version 1's first four. Raises ValueError or TypeError for
        anything else."""
        new = cls()
        level, cell, people, unrest, *rest = told
        if level is not None and (level not in RANK or level == "clear"):
            raise ValueError(f"no level {level!r:.20}")
        new.level = level
        new.cell, new.people, new.unrest = (_whole(one) for one in (cell, people, unrest))
        if rest:
            storm, posts = rest
            if not isinstance(posts, list):
                raise ValueError("posts must be a list")
            new.storm, new.posts = _whole(storm), [_whole(post) for post in posts[-MOST_POSTS:]]
        elif level == "storm":
            new.storm = new.cell
        return new


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise ValueError(f"{value!r:.40} is not a whole number")
    return value
