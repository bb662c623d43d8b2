"""The roster: every role means one active person or nobody, and somebody always owns."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Brand, ChannelSettings, Person, Role, Rota, Settings, Team
from escalation.roster import LADDER, Rights, Roster, RosterRefused, Rung

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
EVERYBODY = ("ada", "ben", "cem", "dot", "eve", "fay")
WEEKLY = Rota(people=("ben", "cem"), starts=datetime(2026, 11, 16, 9))  # noqa: DTZ001


def settings(*teams: Team, away: str = "", executive: str = "eve") -> Settings:
    return Settings(
        fallback_executive=executive,
        timezone="Europe/Berlin",
        brands=(Brand(name="Acme"),),
        people=tuple(Person(name=name, active=name not in away.split()) for name in EVERYBODY),
        teams=teams,
        channels=(ChannelSettings(name="chat", kind="console"),),
    )


CARE = Team(
    name="care",
    members=("ada", "ben", "cem"),
    on_call=WEEKLY,
    lead="dot",
    head="fay",
    owners={"billing": "ada"},
)
PLAIN = Team(name="care", members=("ada", "ben"))


@dataclass(frozen=True)
class Asked:
    """One question to a roster: who has this role in the team care?"""

    role: Role
    team: Team = CARE
    away: str = ""
    topic: str | None = "billing"
    now: datetime = NOON


@pytest.mark.parametrize(
    ("asked", "person"),
    [
        pytest.param(Asked(Role.OWNER), "ada", id="a topic has its own owner"),
        pytest.param(Asked(Role.OWNER, topic="parcels"), "ben", id="else who is on call"),
        pytest.param(Asked(Role.OWNER, topic=None), "ben", id="no topic: who is on call"),
        pytest.param(Asked(Role.OWNER, away="ada"), "ben", id="owner away: who is on call"),
        pytest.param(Asked(Role.OWNER, team=PLAIN), "ada", id="no owners, no rota: first member"),
        pytest.param(Asked(Role.ON_CALL), "ben", id="the rota's first"),
        pytest.param(
            Asked(Role.ON_CALL, now=NOON + timedelta(days=7)), "cem", id="a week later the second"
        ),
        pytest.param(
            Asked(Role.ON_CALL, now=NOON + timedelta(days=14)), "ben", id="then the first again"
        ),
        pytest.param(
            Asked(Role.ON_CALL, now=NOON - timedelta(days=7)), "ada", id="not yet: first member"
        ),
        pytest.param(Asked(Role.ON_CALL, away="ben"), "cem", id="away: the next in turn"),
        pytest.param(Asked(Role.ON_CALL, away="ben cem"), None, id="all of the rota away: a gap"),
        pytest.param(
            Asked(Role.ON_CALL, team=PLAIN, away="ada"), "ben", id="no rota: first who is there"
        ),
        pytest.param(Asked(Role.ON_CALL, team=PLAIN, away="ada ben"), None, id="nobody is there"),
        pytest.param(Asked(Role.LEAD), "dot", id="the lead"),
        pytest.param(Asked(Role.LEAD, away="dot"), None, id="the lead is away"),
        pytest.param(Asked(Role.LEAD, team=PLAIN), "ada", id="no lead: first member"),
        pytest.param(
            Asked(Role.LEAD, team=PLAIN, away="ada"), "ben", id="no lead: first who is there"
        ),
        pytest.param(Asked(Role.HEAD), "fay", id="the head"),
        pytest.param(Asked(Role.HEAD, away="fay"), None, id="the head is away"),
        pytest.param(
            Asked(Role.HEAD, team=CARE.model_copy(update={"head": None})), "dot", id="no head: lead"
        ),
        pytest.param(Asked(Role.HEAD, team=PLAIN), "ada", id="neither: first member"),
        pytest.param(Asked(Role.EXECUTIVE), "eve", id="the fallback executive"),
    ],
)
def test_whom_a_role_means(asked: Asked, person: str | None) -> None:
    roster = Roster(settings(asked.team, away=asked.away))
    assert roster.resolve(asked.role, "care", asked.topic, asked.now) == person


@pytest.mark.parametrize(
    ("away", "topic", "owner"),
    [
        pytest.param("", "billing", "ada", id="named owner"),
        pytest.param("ada", "billing", "ben", id="else on call"),
        pytest.param("ada ben cem", "billing", "dot", id="else lead"),
        pytest.param("ada ben cem dot", "billing", "fay", id="else head"),
        pytest.param("ada ben cem dot fay", "billing", "eve", id="else the fallback executive"),
    ],
)
def test_somebody_always_owns(away: str, topic: str, owner: str) -> None:
    assert Roster(settings(CARE, away=away)).owner_of("care", topic, NOON) == owner


@pytest.mark.parametrize(
    ("above", "asked", "away", "rung"),
    [
        pytest.param(-1, "", "", Rung(0, Role.OWNER, "ada"), id="a round begins with the owner"),
        pytest.param(0, "ada", "", Rung(1, Role.ON_CALL, "ben"), id="then who is on call"),
        pytest.param(1, "ada ben", "", Rung(2, Role.LEAD, "dot"), id="then the lead"),
        pytest.param(2, "ada ben dot", "", Rung(3, Role.HEAD, "fay"), id="then the head"),
        pytest.param(
            3, "ada ben dot fay", "", Rung(4, Role.EXECUTIVE, "eve"), id="then the executive"
        ),
        pytest.param(
            4,
            "ada ben dot fay eve",
            "",
            Rung(4, Role.EXECUTIVE, "eve"),
            id="who is asked again for as long as it takes",
        ),
        pytest.param(0, "ada", "ben cem", Rung(2, Role.LEAD, "dot"), id="an empty step is skipped"),
        pytest.param(0, "ada ben", "", Rung(2, Role.LEAD, "dot"), id="who was asked is skipped"),
        pytest.param(
            -1, "", "ada ben cem dot fay", Rung(4, Role.EXECUTIVE, "eve"), id="all but one away"
        ),
        pytest.param(
            -1, "ada ben dot fay eve", "", Rung(4, Role.EXECUTIVE, "eve"), id="all were asked"
        ),
    ],
)
def test_who_is_asked_next(above: int, asked: str, away: str, rung: Rung) -> None:
    roster = Roster(settings(CARE, away=away))
    assert roster.ladder("care", "billing", NOON, frozenset(asked.split()), above=above) == rung


def test_one_person_on_all_steps_is_asked_at_the_first_and_at_the_last() -> None:
    roster = Roster(settings(Team(name="care", members=("eve",))))
    first = roster.ladder("care", None, NOON, frozenset())
    assert first == Rung(0, Role.OWNER, "eve")
    again = roster.ladder("care", None, NOON, frozenset({"eve"}), above=first.step)
    assert again == Rung(4, Role.EXECUTIVE, "eve")


@pytest.mark.parametrize(
    ("person", "step"),
    [
        pytest.param("ada", 0, id="the topic's owner"),
        pytest.param("ben", 1, id="on call"),
        pytest.param("dot", 2, id="the lead"),
        pytest.param("eve", 4, id="the executive"),
        pytest.param("cem", 1, id="a helper stands at the second step"),
    ],
)
def test_where_an_owner_stands_on_the_ladder(person: str, step: int) -> None:
    assert Roster(settings(CARE)).step_of(person, "care", "billing", NOON) == step


def test_a_short_ladder_has_no_second_step_to_stand_on() -> None:
    assert Roster(settings(CARE)).step_of("cem", "care", None, NOON, (Role.EXECUTIVE,)) == 0


@pytest.mark.parametrize(
    ("team", "away", "now", "change"),
    [
        pytest.param(CARE, "", NOON, "2026-11-23T08:00Z", id="the next hand-over"),
        pytest.param(
            CARE, "", NOON - timedelta(days=7), "2026-11-16T08:00Z", id="the start of the rota"
        ),
        pytest.param(CARE, "ben", NOON, None, id="one left, who relieves nobody"),
        pytest.param(CARE, "ben cem", NOON, None, id="nobody left"),
        pytest.param(PLAIN, "", NOON, None, id="no rota"),
        pytest.param(
            CARE.model_copy(
                update={"on_call": WEEKLY.model_copy(update={"people": ("ben", "ben", "ada")})}
            ),
            "",
            NOON,
            "2026-11-30T08:00Z",
            id="a hand-over to oneself is none",
        ),
    ],
)
def test_when_the_next_shift_begins(
    team: Team, away: str, now: datetime, change: str | None
) -> None:
    found = Roster(settings(team, away=away)).next_shift_change("care", now)
    assert found == (datetime.fromisoformat(change) if change else None)


OTHER = Team(name="press", members=("fay", "ben"))


@pytest.mark.parametrize(
    ("person", "rights"),
    [
        pytest.param("cem", Rights.MEMBER, id="a member"),
        pytest.param("dot", Rights.LEAD, id="the lead"),
        pytest.param("fay", Rights.HEAD, id="the head"),
        pytest.param("eve", Rights.EXECUTIVE, id="the fallback executive, of every team"),
        pytest.param("ben", Rights.NONE, id="a member who is away"),
        pytest.param("zoe", Rights.NONE, id="a stranger"),
    ],
)
def test_what_a_person_may_do(person: str, rights: Rights) -> None:
    assert Roster(settings(CARE, OTHER, away="ben")).may(person, "care", NOON) is rights


@pytest.mark.parametrize(
    ("person", "rights"),
    [
        pytest.param("fay", Rights.HEAD, id="the first member leads a team without a lead"),
        pytest.param("ben", Rights.MEMBER, id="the second is a member"),
        pytest.param("dot", Rights.ROLE, id="a lead of another team has a role"),
    ],
)
def test_what_a_person_may_do_in_another_team(person: str, rights: Rights) -> None:
    assert Roster(settings(CARE, OTHER)).may(person, "press", NOON) is rights


def test_somebody_without_any_role_may_do_nothing() -> None:
    assert Roster(settings(PLAIN)).may("fay", "care", NOON) is Rights.NONE


@pytest.mark.parametrize(("executive", "away"), [("zoe", ""), ("eve", "eve")])
def test_a_fallback_executive_who_is_not_there_is_refused(executive: str, away: str) -> None:
    with pytest.raises(RosterRefused, match="no active person"):
        Roster(settings(CARE, executive=executive, away=away))


known = st.sampled_from(EVERYBODY)
maybe = st.none() | known
some = st.lists(known, min_size=1, max_size=4).map(tuple)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001
    lambda wall: wall.replace(tzinfo=UTC)
)
rotas = st.builds(
    Rota,
    people=some,
    starts=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
    every=st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
)
teams = st.builds(
    Team,
    name=st.just("care"),
    members=some,
    on_call=st.none() | rotas,
    lead=maybe,
    head=maybe,
    owners=st.dictionaries(st.sampled_from(["billing", "parcels"]), known),
    timezone=st.sampled_from(["Europe/Berlin", "Pacific/Apia", "America/St_Johns"]),
)
absences = st.sets(known.filter(lambda name: name != "eve")).map(" ".join)
topics = st.sampled_from([None, "billing", "parcels", "unheard of"])
policies = st.lists(st.sampled_from(LADDER), max_size=6).map(lambda steps: (*steps, Role.EXECUTIVE))


@given(teams, absences, topics, instants)
def test_any_team_has_an_active_owner_for_anything_at_any_instant(
    team: Team, away: str, topic: str | None, now: datetime
) -> None:
    roster = Roster(settings(team, away=away))
    present = set(EVERYBODY) - set(away.split())
    assert roster.owner_of("care", topic, now) in present
    for role in Role:
        assert roster.resolve(role, "care", topic, now) in present | {None}


@given(teams, absences, topics, policies, st.lists(instants, min_size=9, max_size=9))
def test_every_ladder_ends_at_the_executive_and_asks_nobody_twice_on_the_way(
    team: Team, away: str, topic: str | None, steps: tuple[Role, ...], times: list[datetime]
) -> None:
    roster = Roster(settings(team, away=away))
    asked: list[str] = []
    above = -1
    for now in times:  # the roster may hand over between two steps
        rung = roster.ladder("care", topic, now, frozenset(asked), steps, above=above)
        last = rung.step == len(steps) - 1
        assert rung.step > above or last
        assert rung.person not in away.split()
        assert rung.person not in asked or last
        assert rung.role is steps[rung.step]
        asked.append(rung.person)
        above = rung.step
    assert above == len(steps) - 1
    assert asked[-1] == "eve"


@given(teams, absences, instants)
def test_nobody_else_is_on_call_until_the_next_shift_change(
    team: Team, away: str, now: datetime
) -> None:
    roster = Roster(settings(team, away=away))
    present = roster.resolve(Role.ON_CALL, "care", None, now)
    change = roster.next_shift_change("care", now)
    if change is None:
        later = [now + timedelta(days=n) for n in (1, 30, 200)]
        assert {roster.resolve(Role.ON_CALL, "care", None, then) for then in later} <= {present}
        return
    assert change > now
    assert roster.resolve(Role.ON_CALL, "care", None, change) != present
    for part in (0.0, 0.3, 0.9, 0.999):
        then = now + (change - now) * part
        assert roster.resolve(Role.ON_CALL, "care", None, then) == present
