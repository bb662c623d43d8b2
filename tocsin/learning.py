"""From the labels of a store to a model that may be accepted, and what it would change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zlib import crc32

from config import Settings
from listener.assess import Assessment, Assessor, text_of
from listener.grams import grams
from listener.learned import Example, Learned, log_odds_of
from listener.mention import Post
from listener.ownwires import own_tripwires
from listener.route_fitting import MOST as MOST_CONFIRMED
from listener.route_fitting import Confirmed, RouteValidated, validate_routes
from listener.routing import Router
from listener.safety import Tripwires
from listener.validating import MOST as MOST_EXAMPLES
from listener.validating import Validated, validate
from tocsin.store import Unit
from tocsin.store.labels import Label
from tocsin.wiring import House

COMPARED_OVER = timedelta(days=90)
MOST_COMPARED = 20_000  # posts; more take minutes
EXAMPLES = 10

# Platforms whose posts may be judged but nothing learned from them, unless `learn_from` says that
# there is another agreement. docs/learning.md says more.
NO_TRAINING: Mapping[str, str] = {
    "reddit": "its terms for developers forbid training models on what people post there",
    "x": "its developer agreement forbids using its content to train models",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the labels came to.

    labels    how many were learned from.  unscored  in languages that are not scored.
    erased    how many had been erased in the life of the store by then.
    left_out  by platform, how many may not be learned from.
    """

    labels: int
    unscored: int
    left_out: Mapping[str, int]
    complaint: Validated
    route: RouteValidated
    at: datetime
    erased: int = 0

    @property
    def learned(self) -> Learned | None:
        """What gained, not yet numbered; None where nothing did."""
        if self.complaint.model is None and self.route.model is None:
            return None
        return Learned(0, self.complaint.model, self.route.model)

    @property
    def origin(self) -> dict[str, Any]:
        """What is kept with the model: counts, date and figures; nobody's words."""
        figures = self.route.figures
        return {
            "learned_at": self.at.isoformat(timespec="seconds"),
            "labels": self.labels,
            "erased": self.erased,
            "left_out": dict(self.left_out),
            "unscored": self.unscored,
            "complaint": self.complaint.why,
            "levels": [
                {
                    "level": one.level,
                    "log_loss": round(one.log_loss, 4),
                    "macro_f1": round(one.macro_f1, 4),
                    "gain": round(one.gain, 4),
                    "noise": round(one.noise, 4),
                    "sure": round(one.sure, 4),
                }
                for one in self.complaint.figures
            ],
            "routing": self.route.why,
            "routes_right": figures
            and {
                "declared": round(figures.declared, 4),
                "learned": round(figures.learned, 4),
                "declared_two": round(figures.declared_two, 4),
                "learned_two": round(figures.learned_two, 4),
                "gain": round(figures.gain, 4),
                "noise": round(figures.noise, 4),
                "examples": figures.examples,
            },
        }


def lesson_of(house: House) -> Lesson:
    """What all labels of a house come to."""
    with house.store.read() as desk:
        kept, cases, erased = list(desk.labels_kept()), desk.cases_of_teams(), desk.labels_erased()
    wires = house.pipeline.tripwires  # its files may be broken just now: unlearning waits for none
    return learn(house.settings, kept, cases, house.clock.now(), erased, wires)


def is_teachable(judged: Assessment) -> bool:
    """Whether anything may be learned from a post at all. This is the one place to say so: never
    from what only one person reads, such as words of somebody who may harm themselves."""
    return not judged.private


def learn(
    settings: Settings,
    labels: Iterable[Label],
    cases: Mapping[str, int],
    now: datetime,
    erased: int = 0,
    tripwires: Tripwires | None = None,
) -> Lesson:
    """Learn from labels what gains. Pure but for its time: some seconds for thousands.

    cases      how many each team has had.
    erased     how many labels have been erased in the store's life.
    tripwires  what is a danger; None: as the settings' files say. Raises TripwiresRefused.
    """
    forbidden = NO_TRAINING.keys() - settings.learn_from
    left_out: Counter[str] = Counter()
    examples, confirmed, unscored, used = [], [], 0, 0
    shipped = Assessor(tripwires=tripwires or own_tripwires(settings.safety.tripwires))
    for label in labels:
        if label.post.platform in forbidden:
            left_out[label.post.platform] += 1
            continue
        judged = shipped.judge_alone(label.post)
        if not is_teachable(judged):
            continue
        used += 1
        if label.team is not None:
            confirmed.append(Confirmed(text_of(label.post), label.team, judged.lang))
        if label.complaint is not None:
            example = example_of(judged, label.post, label.complaint)
            examples += [example] if example else []
            unscored += example is None
    counts = cases if sum(cases.values()) >= MANY_CASES else {}
    brands = {brand.name: brand.team for brand in settings.brands if brand.team}
    router = Router(settings.teams, brands, settings.triage_team.name)
    return Lesson(
        used,
        unscored,
        left_out,
        validate(_shuffled(examples[-MOST_EXAMPLES:])),
        validate_routes(router, _shuffled(confirmed[-MOST_CONFIRMED:]), counts),
        now,
        erased,
    )


Taught = TypeVar("Taught", Example, Confirmed)


def _shuffled(newest: list[Taught]) -> list[Taught]:
    """The labels in an order that hangs on what they say and not on when it was said:
    the same labels give the same model, however often and in whatever order they are brought."""
    return sorted(newest, key=lambda one: (crc32(repr(one).encode("utf-8", "replace")), repr(one)))


MANY_CASES = 100  # from which they tell better than the labels how often a team is meant


def example_of(judged: Assessment, post: Post, complaint: bool) -> Example | None:
    """A labelled post as numbers; None where its language is not scored."""
    if not judged.scored:
        return None
    return Example(
        log_odds_of(judged.judgement.probability),
        grams(text_of(post)),
        complaint,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A post that would be judged or routed otherwise: what it says, before and after."""

    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a model would change on posts that are kept.

    before, after  how many posts have which verdict, without it and with it.
    """

    posts: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    verdicts: int
    routes: int
    examples: tuple[Change, ...]


def changes(desk: Unit, before: Assessor, after: Assessor, now: datetime) -> Changes:
    """Judge the last 90 days of posts both ways."""
    posts = verdicts = routes = 0
    counted: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    examples: list[Change] = []
    for _, post in desk.posts_since(now - COMPARED_OVER, MOST_COMPARED):
        posts += 1
        then, would = before.judge_alone(post), after.judge_alone(post)
        other_verdict = then.judgement.verdict is not would.judgement.verdict
        other_route = then.route is not None and would.route is not None
        other_route = other_route and then.route.team != would.route.team  # type: ignore[union-attr]
        counted[False][str(then.judgement.verdict)] += 1
        counted[True][str(would.judgement.verdict)] += 1
        verdicts += other_verdict
        routes += other_route
        if (other_verdict or other_route) and len(examples) < EXAMPLES:
            examples.append(Change(post.text, _told(then), _told(would)))
    return Changes(posts, counted[False], counted[True], verdicts, routes, tuple(examples))


def _told(judged: Assessment) -> str:
    team = f", {judged.route.team}" if judged.route else ""
    return f"{judged.judgement.verdict} {judged.judgement.probability:.2f}{team}"


def said_of(lesson: Lesson) -> Iterator[str]:
    """What was learned, or why not, in sentences."""
    yield f"{lesson.labels} labels can be learned from."
    for platform, number in sorted(lesson.left_out.items()):
        yield (
            f"{number} of {platform} are left out: {NO_TRAINING[platform]}. Where you have another "
            f'agreement, write learn_from = ["{platform}"].'
        )
    if lesson.unscored:
        yield f"{lesson.unscored} are in languages that are not scored, and are left out."
    yield f"Complaints: {lesson.complaint.why}."
    for one in lesson.complaint.figures:
        sure = f" ({min(99, int(100 * one.sure))} in 100 sure)" if one.gain > 0.0 else ""
        gain = f", gain {one.gain:+.3f} ± {one.noise:.3f} nats{sure}"
        gain = "" if one.level == "shipped" else gain
        yield f"    {one.level}: log-loss {one.log_loss:.3f}{gain}, macro F1 {one.macro_f1:.3f}"
    yield f"Routing: {lesson.route.why}."
    if lesson.route.figures is not None:
        found = lesson.route.figures
        yield (
            f"    right team {found.declared:.3f} as declared, {found.learned:.3f} with what was "
            f"learned; among the first two {found.declared_two:.3f}, {found.learned_two:.3f}; "
            f"gain {found.gain:+.3f} ± {found.noise:.3f}, {found.examples} examples"
        )
