"""What a user's own labels are worth: an airline's posts, on which nothing was trained.

    python -m bench.learning [FOLDER]

For each of 20 seeds 50 or 200 posts are drawn as the user's labels; the rest is judged. FOLDER as
for `bench.accuracy`. Which prior and which step of the descent are best was looked at on these
posts too: the figures are not those of a set never seen.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import fmean

from bench.accuracy import SURE_LABEL, TEAMS, _read, calibration_error, macro_f1
from config import Team
from listener.complaint import COMPLAINT_FROM, judge
from listener.fitting import fit
from listener.grams import grams
from listener.learned import Example, RouteModel, log_odds_of
from listener.route_fitting import Confirmed, validate_routes
from listener.routing import Router
from listener.sentiment import valence
from listener.validating import validate

SEEDS = 20
JUDGED = 2_000  # of the rest, to keep the bench short
ROUTED = 1_000
ROUTE_SEEDS = 8  # each takes half a minute with 50 examples a team

DESCRIPTIONS = {
    "luggage": "Lost, delayed, missing or damaged bags, baggage claim, carry-on and checked "
    "luggage, luggage fees, items left on board, baggage tracing.",
    "crew": "How our people behave: flight attendants, gate agents, pilots, ground staff who were "
    "rude, unprofessional, unhelpful, yelled or had an attitude.",
    "cancellations": "Flights that were cancelled, rebooking after a cancellation, stranded "
    "overnight, hotel after a cancelled flight, next available flight.",
    "cabin": "On board: seats, upgrade, assigned seat, first class, wifi, food and drinks, "
    "entertainment, screens, temperature, cleanliness, smell, old planes.",
    "booking": "Website, app and bookings: reserve a ticket, change a flight online, check in, "
    "boarding pass, points, miles, vouchers, companion pass, error on the site, log in.",
    "punctuality": "Delayed and late flights, waiting on the plane or at the gate, missed "
    "connections, no pilot, no crew, mechanical problem, sitting on the runway.",
    "service": "Customer service: on hold for hours, nobody answers the phone, no reply to "
    "messages, refunds, compensation, apology, poor or worst service, long lines.",
}


def main() -> None:
    """Print both tables."""
    given = sys.argv[1] if len(sys.argv) > 1 else None
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    folder = Path(given or Path(shared) / "data")
    complaints(folder)
    routes(folder)


def complaints(folder: Path) -> None:
    """Calibration and verdicts after 0, 50 and 200 own labels; means over the seeds."""
    examples = [_example(row["text"], row["sentiment"]) for row in _read(folder, "airline", "")]
    if not examples:
        return
    print("Own labels, airline: means of 20 seeds")
    print(f"{'labels':>8}{'':14}{'calib. err':>12}{'macro F1':>10}{'switched on':>13}{'local':>7}")
    for labels, local in ((0, False), (50, False), (200, False), (200, True)):
        found = [_once(examples, seed, labels, local) for seed in range(SEEDS)]
        kind = "local, always" if local else "scale, always"
        print(f"{labels:>8}{kind:>14}{_means(found)}")
    for labels in (50, 200):
        found = [_validated(examples, seed, labels) for seed in range(SEEDS)]
        on = fmean(one[2] > 0.0 for one in found)
        whole = fmean(one[2] > 1.0 for one in found)
        print(f"{labels:>8}{'as validated':>14}{_means(found)}{on:>13.2f}{whole:>7.2f}")


def _means(found: list[tuple[float, float, float]]) -> str:
    return f"{fmean(one[0] for one in found):>12.3f}{fmean(one[1] for one in found):>10.3f}"


def _example(text: str, sentiment: str) -> Example:
    mood = valence(text)
    odds = log_odds_of(judge(text, mood).probability)
    return Example(odds, grams(text), sentiment == "negative")


def _drawn(examples: list[Example], seed: int, labels: int) -> tuple[list[Example], list[Example]]:
    drawn = examples.copy()
    Random(seed).shuffle(drawn)
    return drawn[:labels], drawn[200 : 200 + JUDGED]


def _once(
    examples: list[Example], seed: int, labels: int, local: bool
) -> tuple[float, float, float]:
    own, rest = _drawn(examples, seed, labels)
    model = fit(own, local=local)
    return (*_measured([model.probability(one) for one in rest], rest, COMPLAINT_FROM), 1.0)


def _validated(examples: list[Example], seed: int, labels: int) -> tuple[float, float, float]:
    own, rest = _drawn(examples, seed, labels)
    model = validate(own).model
    if model is None:
        shipped = fit([], local=False)
        said = [shipped.probability(one) for one in rest]
        return (*_measured(said, rest, COMPLAINT_FROM), 0.0)
    said = [model.probability(one) for one in rest]
    return (*_measured(said, rest, model.complaint_from), 1.0 if model.local is None else 2.0)


def _measured(said: list[float], rest: list[Example], level: float) -> tuple[float, float]:
    right = [one.complaint for one in rest]
    return calibration_error(said, right), macro_f1([one >= level for one in said], right)


def routes(folder: Path) -> None:
    """The right team, with and without descriptions and examples."""
    right_of = {label: team for team, (_, labels) in TEAMS.items() for label in labels}
    posts = [
        Confirmed(row["text"], right_of[row["reason"]])
        for row in _read(folder, "airline", "")
        if row["reason"] in right_of and float(row["reason_confidence"] or 0) >= SURE_LABEL
    ]
    if not posts:
        return
    print("\nRouting, seven airline teams: share of right teams, and right one among the first two")
    for words, described in ((True, False), (False, True), (True, True)):
        told = " and ".join(("words",) * words + ("descriptions",) * described)
        _say(f"0 examples, {told}", _right(_router(described=described, words=words), posts))
    for number in (20, 50):
        for with_cases in (False, True):
            found = [_routed(posts, n, number, with_cases=with_cases) for n in range(ROUTE_SEEDS)]
            told = f"{number} examples a team" + ", shares known" * with_cases
            _say(told, (fmean(one[0] for one in found), fmean(one[1] for one in found)))
    _say("every other post", _halved(posts))


def _say(told: str, right: tuple[float, float]) -> None:
    print(f"{told:36}{right[0]:.3f}  {right[1]:.3f}")


def _router(*, described: bool, words: bool = True, model: RouteModel | None = None) -> Router:
    teams = [
        Team(
            name=name,
            members=("ada",),
            owns={name: tuple(said.split(", "))} if words else {},
            description=DESCRIPTIONS[name] if described else None,
        )
        for name, (said, _) in TEAMS.items()
    ]
    return Router(teams, {}, "service", model)


def _routed(
    posts: list[Confirmed], seed: int, number: int, *, with_cases: bool
) -> tuple[float, float]:
    """As the folds decide, and where cases say how often each team is meant at all, with them."""
    drawn, counted = posts.copy(), Counter[str]()
    Random(seed).shuffle(drawn)
    own, rest = [], []
    for one in drawn:
        (own if counted[one.team] < number else rest).append(one)
        counted[one.team] += 1
    model = validate_routes(_router(described=True), own, counted if with_cases else {}).model
    Random(-1 - seed).shuffle(rest)  # the first are of the busy teams: theirs were drawn sooner
    return _right(_router(described=True, model=model), rest[:ROUTED])


def _halved(posts: list[Confirmed]) -> tuple[float, float]:
    """Learned from every other post, and measured on the rest."""
    model = validate_routes(_router(described=True), posts[::2], {}).model
    return _right(_router(described=True, model=model), posts[1::2])


def _right(router: Router, posts: list[Confirmed]) -> tuple[float, float]:
    routes = [(router.route(one.text, ""), one.team) for one in posts]
    first = fmean(route.team == team for route, team in routes)
    return first, fmean(team in [name for name, _ in route.teams] for route, team in routes)


if __name__ == "__main__":
    main()
