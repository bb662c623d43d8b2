"""What a digest says, as one frozen value that every form of it is made from.

Instants are aware UTC, waits are minutes, texts are raw: each form encodes them for itself.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from config import Band
from listener.backlash import COMPARED
from listener.silent_many import Standing
from tocsin.digest.pages import PageWeek, Tighten
from tocsin.digest.statistics import Interval, Mean, wilson
from tocsin.digest.week import Week

SMALL = 30  # fewer than this are shown as numbers, not as a percentage
MAX_DECISIONS = 5
MAX_VERBATIMS = 5
MAX_VERBATIM_CHARS = 400


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's interval at 95 %. `of` is never 0."""

    count: int
    of: int
    interval: Interval

    @property
    def value(self) -> float:
        return self.count / self.of

    @property
    def is_small(self) -> bool:
        """Whether a percentage would say more than is known."""
        return self.of < SMALL


def share(count: int, of: int) -> Share | None:
    """A share, or None of nothing: nothing of nothing is not 0 %."""
    return Share(count, of, wilson(count, of)) if of else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A brand's numbers of one week.

    authors     distinct authors; like `mood` they are of the UTC week of the same name.
    unnamed     posts of that week by people without a name, who are not among the authors: how many
                people they are nobody knows.
    complaints  mentions judged to be complaints; share: of all mentions, None without any.
    unsure      mentions that a person should look at; they paged nobody.
    mood        mean valence of scored mentions, -1.0 to 1.0, clustered by author; None where
                nothing was scored.
    cases       opened in the week; answered: of those due, how many we answered publicly in time.
    """

    mentions: int = 0
    authors: int = 0
    unnamed: int = 0
    complaints: int = 0
    share: Share | None = None
    unsure: int = 0
    mood: Mean | None = None
    cases: int = 0
    answered: Share | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something took, in minutes, for those that it happened to.

    happened      to so many of `of`. The others still stand in the percentiles, as longer than
                  any: so median is None where half or more of them wait, or waited in vain.
    """

    happened: int
    of: int
    median: float | None
    ninth: float | None  # 90th percentile


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team's cases that were opened in the week.

    dismissed     were no complaint, or spam, after all; the other numbers leave them out.
    answered      of those due: our first public reply came within its band's time.
    acknowledged  until somebody first took it on; in_time: of those due, within its band's time.
    replied       until our first public reply; resolved: until it was closed.
    """

    team: str
    cases: int
    dismissed: int
    answered: Share | None
    in_time: Share | None
    acknowledged: Wait
    replied: Wait
    resolved: Wait
    still_open: int


@dataclass(frozen=True, slots=True)
class TopicWeek:
    """Complaints by topic; "" where no topic claims them."""

    topic: str
    complaints: int
    before: int


@dataclass(frozen=True, slots=True)
class AboutWeek:
    """Complaints about one aspect, or at one stage of the journey; "" where that was not told.

    kind   "aspect" or "journey".
    share  of all complaints that were looked at so, 0 to 1 with its range; a post may complain
           about several aspects, so that these do not add up to 1.
    """

    kind: str
    name: str
    complaints: int
    share: Share | None
    before: int
    share_before: Share | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words, hostile text. `text` and `author` are "" where they may not be shown."""

    text: str
    author: str
    platform: str
    url: str
    topic: str
    severity: float
    reach: int | None  # followers


@dataclass(frozen=True, slots=True)
class Warned:
    """Warnings of one function, the team that had their subjects; nobody is named.

    kinds, done  what they were, and what was done about them since, in words.
    not_heeded   of how many nobody took notice.
    """

    function: str
    count: int
    first_at: datetime
    kinds: str
    done: str
    not_heeded: int


@dataclass(frozen=True, slots=True)
class Hushed:
    """A silence that held something back in the week. over: its scope, in words; until: its end,
    or when it was ended before that."""

    number: int
    over: str
    since: datetime
    until: datetime
    hidden: int


@dataclass(frozen=True, slots=True)
class StormWeek:
    """An incident that was open at some time of the week.

    level   what it came to: "storm" or "watch"; standing: where it stands now.
    usual   people expected in so many minutes; owner: shown name.
    behind  the customers that its people may stand for; None: nobody was counted.
    story   what it was about, for the most part, in the customers' own words; "": not known.
    """

    number: int
    topic: str
    level: str
    standing: str
    people: int
    posts: int
    minutes: int
    usual: float
    opened_at: datetime
    contained_at: datetime | None
    closed_at: datetime | None
    owner: str
    cause: str | None
    warnings: tuple[Warned, ...] = ()
    behind: Standing | None = None
    story: str = ""

    @property
    def is_measured(self) -> bool:
        """Was anything measured? Else a person declared it, and nobody was counted."""
        return self.people > 0


@dataclass(frozen=True, slots=True)
class CostWeek:
    """What the cases cost that were closed in the week and whose cause is this function: minutes
    of work and whole units of money, as far as somebody said."""

    function: str
    cases: int
    minutes: int
    money: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A case or incident of the week with pages that nobody answered in time."""

    subject: str  # "case 17"
    team: str
    band: Band
    pages: int
    owner: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class HiddenWeek:
    """What of ours was hidden, deleted or blocked in the week, of one kind (`what`): how often a
    second person has called it right, or not right, by the time of writing; of the rest nobody
    has."""

    what: str
    count: int
    confirmed: int
    refused: int

    @property
    def not_confirmed(self) -> int:
        return self.count - self.confirmed - self.refused


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed one way of acting, within 72 h of each time.

    posts     unhappy ones of others in the thread or in its words, in all; each: for one act.
    followed  acts that were followed by any; None of none.
    """

    acts: int
    posts: int
    followed: Share | None
    each: Mean | None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Backlash after words were taken away, against that after our replies; of the last year."""

    taken_away: Followed
    replied: Followed

    @property
    def is_enough(self) -> bool:
        """Are there enough of both to compare them?"""
        return min(self.taken_away.acts, self.replied.acts) >= COMPARED


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """Mentions whose mood could not be measured, by language ("und": unknown)."""

    lang: str
    mentions: int


@dataclass(frozen=True, slots=True)
class BrandWeek:
    """All about one brand."""

    brand: str
    figures: Figures
    before: Figures
    teams: tuple[TeamWeek, ...] = ()
    topics: tuple[TopicWeek, ...] = ()
    verbatims: tuple[Quote, ...] = ()
    storms: tuple[StormWeek, ...] = ()
    misses: tuple[Miss, ...] = ()
    warned: tuple[Warned, ...] = ()  # not heeded
    unscored: tuple[LanguageCount, ...] = ()
    costs: tuple[CostWeek, ...] = ()
    about: tuple[AboutWeek, ...] = ()
    hidden: tuple[HiddenWeek, ...] = ()
    aftermath: Aftermath | None = None
    pages: tuple[PageWeek, ...] = ()
    tighten: Tighten | None = None


@dataclass(frozen=True, slots=True)
class Deafness:
    """What a source could not hear in the week, for one reason; minutes count only once."""

    source: str
    reason: str
    minutes: float
    times: int


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that fails at the time of writing. owner: shown name of who owns the fault."""

    source: str
    since: datetime
    failure: str
    owner: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Things dropped, cut or refused in the week, by reason."""

    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What the numbers of the week know nothing of, for all brands together.

    started    whether any source had been started before the end of the week.
    not_begun  declared sources that never were.
    """

    started: bool = False
    gaps: tuple[Deafness, ...] = ()
    failing: tuple[Failing, ...] = ()
    not_begun: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What one named person is asked to do, by when, and why. Made by rules, from the numbers."""

    ask: str
    owner: str
    due: date
    why: str


@dataclass(frozen=True, slots=True)
class DigestData:
    """One week. `start` and `end` are Monday's midnights in `zone`; the end is outside."""

    week: Week
    zone: str
    start: datetime
    end: datetime
    generated_at: datetime
    brands: tuple[BrandWeek, ...]
    decisions: tuple[Decision, ...] = ()
    not_seen: NotSeen = NotSeen()
    hushed: tuple[Hushed, ...] = ()
    currency: str = "money"

    @property
    def is_over(self) -> bool:
        return self.end <= self.generated_at


def without_words(data: DigestData) -> DigestData:
    """The digest for a place where customers' words could not be taken back: links only."""
    brands = tuple(
        replace(
            brand,
            verbatims=tuple(replace(quote, text="", author="") for quote in brand.verbatims),
        )
        for brand in data.brands
    )
    return replace(data, brands=brands)
