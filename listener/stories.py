"""Complaints with one cause are one story: a stream of a brand's posts in, story numbers out.

A post belongs to a story when what is particular about it (`listener.particulars`), weighed
against what is common in posts about this brand (`listener.background`), is better explained by
the story than by chance (`listener.story_fit`). Links, quoted posts and threads are particulars;
copies and reposts go where their first went. A sudden word makes a story of posts heard before
(`listener.story_rush`). Bounded, plain, survives a restart, never looks ahead; the clock is the
posts'.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from listener.background import Background
from listener.particulars import LINK_SHARE, NEVER_SAID, Token, handles, key_of, links, tokens
from listener.story import Draft, Lately, Story, Term
from listener.story_fit import ACCOUNT, IN_STORY, OURS, WORD, Fit, gain
from listener.story_rush import CERTAIN, RUSH, Pace, is_another, rushing
from listener.story_shelf import GATHERING, MOST_MERGES, MOST_TERMS, Shelf

__all__ = ["Changes", "Said", "Stories", "Story"]

VERSION = 2
LAST_TIME = 4_102_444_800.0  # the year 2100; a later post is nonsense
MOST_POSTS = 4_000  # whose story is known, for reposts, copies and answers
MOST_MERGED = 2_000  # numbers of stories that became part of an older one
MOST_HANDLES = 500  # remembered, so that none becomes a name
PARTICULAR = 0.07  # a term that more posts have is not particular to anything
MOST_DUMP_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint about the brand, as the measure needs it. All ids are the caller's numbers.

    at       Unix seconds at which it was written.
    text     its words; "" or the original's for a plain repost.
    root     the post that this one reposts, at the tree's root; None for words of its own.
    copy_of  the first post with (nearly) these words, as `listener.duplicates` finds it.
    quoted   the post that this one quotes.
    thread   the post at the head of the thread that it is part of.
    """

    post: int
    author: int
    at: float
    text: str
    root: int | None = None
    copy_of: int | None = None
    quoted: int | None = None
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of posts and stories since it was last asked.

    joined  posts, each with the number of the story that it tells by now, in the order heard.
    merged  numbers of stories that are part of another now, each with that one's.
    """

    joined: tuple[tuple[int, int], ...]
    merged: tuple[tuple[int, int], ...]


class Stories:
    """Listens to a brand's complaints and says which of them are about one thing.

    own  the brand's own names, which are particular to nothing here.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = {token.key for name in own for token in tokens(name)} - {0}
        self._handles: dict[int, None] = {}  # the last that were addressed: in nobody's name
        self._background = Background()
        self._shelf = Shelf(self._background, self._own, self._handles)
        self._pace = Pace()
        self._posts: OrderedDict[int, int] = OrderedDict()  # post: its story
        self._merged: OrderedDict[int, int] = OrderedDict()  # number: the older one's
        self._next = 1
        self._joined: dict[int, None] = {}  # posts, since it was last asked
        self._united: list[tuple[int, int]] = []

    def hear(self, said: Said, now: float | None = None) -> int | None:
        """The number of the story that a post belongs to, once two people tell it. Never raises.

        now  the caller's clock in Unix seconds; a post ahead of it counts at `now`.
        None for a post that says nothing particular, and for the first of its kind: `of_post`
        says later of what story it became, also where a rush turned out to be another story.
        """
        if not 0.0 <= said.at < LAST_TIME:  # nor not-a-number
            return None
        if now is not None and said.at > now:
            said = replace(said, at=now)
        self._shelf.newest = max(self._shelf.newest, said.at)
        self._shelf.forget()
        number = self._passed_on(said) if said.root is not None else self._told(said)
        if number is None:
            return None
        self._posts[said.post] = number
        self._note(said.post, number)
        if len(self._posts) > MOST_POSTS:
            self._posts.popitem(last=False)
        return number if self._shelf.drafts[number].voices > 1 else None

    def changes(self) -> Changes:
        """What has changed since this was last asked; posts of which one person tells are left
        out until a second one does."""
        joined = [(post, self.of_post(post)) for post in self._joined]
        merged, self._united = tuple(self._united), []
        self._joined.clear()
        return Changes(tuple((post, n) for post, n in joined if n is not None), merged)

    def keep_words(self, number: int, words: Set[str]) -> None:
        """Of what a story may be called by, keep these words, folded: others were erased."""
        now = self.now_called(number)
        if now is not None:
            self._shelf.drafts[now].naming.keep_only(words)

    def now_called(self, number: int) -> int | None:
        """The number by which a story goes now: its own, or that of the one it became part of."""
        number = self._merged.get(number, number)
        return number if number in self._shelf.drafts else None

    def of_post(self, post: int) -> int | None:
        """The story that a post is part of as known by now; None where two people tell none."""
        number = self._of_post(post)
        return number if number is not None and self._shelf.drafts[number].voices > 1 else None

    def story(self, number: int) -> Story | None:
        """A story as it stands, by any of its numbers; None once it is forgotten."""
        now = self.now_called(number)
        return None if now is None else self._shelf.drafts[now].told(self._handles)

    def stories(self, people: int = 2) -> list[Story]:
        """All stories that at least so many people tell, those of most people first."""
        grown = [draft for draft in self._shelf.drafts.values() if draft.voices >= max(2, people)]
        return [
            draft.told(self._handles)
            for draft in sorted(grown, key=lambda d: (-d.voices, d.number))
        ]

    def _passed_on(self, said: Said) -> int | None:
        """A repost spreads its root's story and adds no voice."""
        number = self._of_post(said.root)
        if number is not None:
            self._shelf.drafts[number].pass_on(max(said.at, self._shelf.drafts[number].at))
            self._shelf.drafts.move_to_end(number)
        return number

    def _note(self, post: int, number: int) -> None:
        """A post has joined; with the second person so have those that only one had told."""
        draft = self._shelf.drafts[number]
        if draft.voices > 1:
            self._joined.update(
                dict.fromkeys((*draft.began, post) if draft.voices == 2 else [post])
            )

    def _of_post(self, post: int | None) -> int | None:
        number = self._posts.get(post) if post is not None else None
        return None if number is None else self.now_called(number)

    def _told(self, said: Said) -> int | None:
        read = tokens(said.text)
        addressed = handles(said.text)
        self._address(addressed)
        terms = self._particulars(said, read, addressed)
        first = (self._of_post(post) for post in (said.copy_of, said.quoted, said.thread))
        known = next((number for number in first if number is not None), None)
        likely = self._shelf.likeliest(terms) if known is None and terms else []
        if known is None and not likely:
            number = self._begin(said, terms, read)
        else:
            number = self._belong(said, terms, read, known, likely)
        self._pace.hear(said.at)
        in_story = number is not None and self._shelf.drafts[number].voices > 2
        self._background.learn([key for key, *_ in terms], IN_STORY if in_story else 1.0)
        return number

    def _belong(
        self,
        said: Said,
        terms: list[Term],
        read: list[Token],
        known: int | None,
        likely: list[tuple[int, Fit]],
    ) -> int:
        """Let a post join the story that it is known or likely to be of; where it ended up."""
        number = likely[0][0] if known is None else known
        by_account = known is None and likely[0][1].account
        words = likely[0][1].words if by_account else CERTAIN
        self._join(number, said, terms, read, words)
        if by_account and is_another(self._shelf.drafts[number]):
            return self._part(number)
        for other, _ in likely[1 : MOST_MERGES + 1]:
            number = self._merge(number, other)
        return self._gather(number) if self._shelf.drafts[number].voices in GATHERING else number

    def _part(self, number: int) -> int:
        """Take the last rush of a story's posts for another story."""
        new, self._next = self._next, self._next + 1
        other = self._shelf.drafts[number].part(new, RUSH)
        self._shelf.add(other)
        self._posts.update((one.post, new) for one in other.lately)
        self._joined.update((one.post, None) for one in other.lately)
        return new

    def _address(self, addressed: Iterable[int]) -> None:
        """Whoever is addressed by a handle is in no story's name, however often."""
        for key in addressed:
            self._handles.pop(key, None)
            self._handles[key] = None
            if len(self._handles) > MOST_HANDLES:
                del self._handles[next(iter(self._handles))]

    def _particulars(self, said: Said, read: list[Token], addressed: Iterable[int]) -> list[Term]:
        """The post's terms, the most telling first, and then whom it is sent to."""
        own = self._own
        found = {t.key: t.share for t in read if t.key and t.key not in own}
        told = ("post", said.quoted), ("post", said.thread)
        found.update((key_of(kind, post), LINK_SHARE) for kind, post in told if post is not None)
        found.update((key, LINK_SHARE) for key in links(said.text))
        share = self._background.share
        weighed = sorted((share(key, prior), key, prior) for key, prior in found.items())
        terms = [(key, p, WORD) for common, key, p in weighed[:MOST_TERMS] if common < PARTICULAR]
        sent = dict.fromkeys(key for key in addressed if key not in found)
        return terms + [(key, NEVER_SAID, OURS if key in own else ACCOUNT) for key in sent]

    def _begin(self, said: Said, terms: list[Term], read: list[Token]) -> int | None:
        """A story of one voice, if there is anything to know it by again."""
        if all(prior > NEVER_SAID or kind == OURS for _, prior, kind in terms):
            return None  # everyday words alone, or none
        number, self._next = self._next, self._next + 1
        self._shelf.add(Draft.begin(number, said.post, said.author, said.at, terms))
        alone = rushing(self._shelf, terms, self._background, self._pace)
        if not alone:
            return number
        first = min(alone)
        for other in sorted(alone)[1:]:
            self._merge(first, other, surely=True)
        self._name(first, read)
        return self._gather(first)

    def _join(
        self, number: int, said: Said, terms: list[Term], read: list[Token], words: float
    ) -> None:
        draft = self._shelf.drafts[number]
        first = (draft.at, draft.began[0], next(iter(draft.authors)), tuple(draft.terms), CERTAIN)
        lately = [Lately(*first)] if draft.voices == 1 else []
        if draft.hear(said.post, said.author, said.at, terms):
            keys = tuple(key for key, *_ in terms)
            self._shelf.note(draft, self._shelf.indexed(terms))
            lately.append(Lately(said.at, said.post, said.author, keys, words))
            draft.remember(lately if draft.voices > 1 else [])
            self._name(number, read)
        self._shelf.drafts.move_to_end(number)

    def _name(self, number: int, read: list[Token]) -> None:
        """Let a post's words have a say in what its story is called."""
        draft, never = self._shelf.drafts[number], self._own | self._handles.keys()
        worth = partial(gain, draft, self._background)
        draft.naming.hear(read, draft.terms, draft.weight, worth, never)

    def _merge(self, one: int, other: int, *, surely: bool = False) -> int:
        """Make two stories one where their words say so; the number that stays, the older."""
        older, newer = min(one, other), max(one, other)
        if older == newer or not self._shelf.unite(older, newer, surely=surely):
            return one
        self._rename(newer, older)
        return older

    def _gather(self, number: int) -> int:
        """Look among the other stories for what a story that has grown turns out to be about."""
        near = self._shelf.like(number)
        for other in sorted(near):
            number = self._merge(number, other)
        return number

    def _rename(self, newer: int, older: int) -> None:
        for number, now in self._merged.items():
            if now == newer:
                self._merged[number] = older
        self._merged[newer] = older
        self._united.append((newer, older))
        self._joined.update(dict.fromkeys(self._shelf.drafts[older].began))
        if len(self._merged) > MOST_MERGED:
            self._merged.popitem(last=False)

    def dump(self) -> str:
        """All that was learned and heard, as compact JSON of at most some 600 KB.

        Of words it holds only those of names, which several people used.
        """
        state = {
            "version": VERSION,
            "newest": self._shelf.newest,
            "next": self._next,
            "pace": [self._pace.posts, self._pace.at],
            "background": self._background.dump(),
            "stories": [draft.dump() for draft in self._shelf.drafts.values()],
            "posts": list(self._posts.items()),
            "merged": list(self._merged.items()),
            "handles": list(self._handles),
        }
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def load(cls, text: str, own: Iterable[str] = ()) -> "Stories":
        """Go on from a dump. Raises ValueError for a text that `dump` did not write."""
        if len(text) > MOST_DUMP_CHARS:
            raise ValueError("not a dump of the story measure: too long")
        stories = cls(own)
        try:
            stories._restore(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a dump of the story measure: {error!r:.200}") from error
        return stories

    def _restore(self, state: dict[str, Any]) -> None:
        if state["version"] != VERSION:
            raise ValueError(f"version {state['version']!r:.20}, not {VERSION}")
        self._background = Background.load(state["background"])
        self._handles = {int(key): None for key in state["handles"][-MOST_HANDLES:]}
        self._shelf = Shelf(self._background, self._own, self._handles)
        self._pace = Pace(*map(float, state["pace"]))
        self._shelf.newest, self._next = float(state["newest"]), int(state["next"])
        if not 0.0 <= self._shelf.newest < LAST_TIME:
            raise ValueError("no time")
        for told in state["stories"]:
            self._shelf.add(Draft.load(told))
        numbers = ((int(post), int(number)) for post, number in state["posts"])
        self._posts.update(list(numbers)[-MOST_POSTS:])
        merged = ((int(newer), int(older)) for newer, older in state["merged"])
        self._merged.update((n, o) for n, o in list(merged)[-MOST_MERGED:] if o < n)
        if any(number >= self._next for number in self._shelf.drafts):
            raise ValueError("a number that was not given yet")
