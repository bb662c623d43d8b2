"""The roster: every role means one active person or nobody, and somebody always owns."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import (
    Away,
    Brand,
    ChannelSettings,
    Override,
    Person,
    Role,
    Rota,
    Settings,
    Team,
)
from escalation.absences import Absence, Changes, Cover
from escalation.roster import LADDER, Rights, Roster, RosterRefused, Rung

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
EVERYBODY = ("ada", "ben", "cem", "dot", "eve", "fay")
WEEKLY = Rota(people=("ben", "cem"), starts=datetime(2026, 11, 16, 9))  # noqa: DTZ001


def settings(
    *teams: Team,
    away: str = "",
    executive: str = "eve",
    absences: dict[str, tuple[Away, ...]] | None = None,
    zones: dict[str, str] | None = None,
) -> Settings:
    return Settings(
        fallback_executive=executive,
        timezone="Europe/Berlin",
        brands=(Brand(name="Acme"),),
        people=tuple(
            Person(
                name=name,
                active=name not in away.split(),
                away=(absences or {}).get(name, ()),
                timezone=(zones or {}).get(name),
            )
            for name in EVERYBODY
        ),
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


def is_away(begins: str, until: str) -> tuple[Away, ...]:
    return (Away.model_validate({"from": begins, "until": until}),)


def override(person: str, begins: str, until: str) -> Override:
    return Override.model_validate({"person": person, "from": begins, "until": until})


def overridden(*overrides: Override) -> Team:
    rota = WEEKLY.model_copy(update={"overrides": overrides})
    return CARE.model_copy(update={"on_call": rota})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


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


# ----------------------------------------------------------------- absences and overrides
AWAY_A_WEEK = is_away("2026-11-18T13:00", "2026-11-24")  # Berlin; NOON is 13:00 there


@pytest.mark.parametrize(
    ("role", "now", "person"),
    [
        pytest.param(Role.ON_CALL, "2026-11-18T11:59:59Z", "ben", id="until it begins"),
        pytest.param(Role.ON_CALL, "2026-11-18T12:00Z", "cem", id="away: the next in turn"),
        pytest.param(Role.ON_CALL, "2026-11-23T08:00Z", "cem", id="whose own turn it is then"),
        pytest.param(Role.ON_CALL, "2026-11-24T22:59:59Z", "cem", id="all of the last day long"),
        pytest.param(Role.ON_CALL, "2026-12-01T12:00Z", "ben", id="back, and in turn again"),
    ],
)
def test_whoever_is_away_is_passed_over_for_as_long(role: Role, now: str, person: str) -> None:
    roster = Roster(settings(CARE, absences={"ben": AWAY_A_WEEK}))
    assert roster.resolve(role, "care", None, at(now)) == person


@pytest.mark.parametrize(
    ("who", "role", "person"),
    [
        pytest.param("ada", Role.OWNER, "ben", id="a topic's owner: whoever is on call"),
        pytest.param("dot", Role.LEAD, None, id="the lead: the step is empty"),
        pytest.param("fay", Role.HEAD, None, id="the head: the step is empty"),
        pytest.param("eve", Role.EXECUTIVE, "eve", id="the fallback executive is never away"),
    ],
)
def test_an_absence_empties_a_step_for_its_time(who: str, role: Role, person: str | None) -> None:
    roster = Roster(settings(CARE, absences={who: AWAY_A_WEEK}))
    assert roster.resolve(role, "care", "billing", NOON) == person
    before = Roster(settings(CARE)).resolve(role, "care", "billing", NOON)
    assert roster.resolve(role, "care", "billing", NOON + timedelta(days=30)) == (
        before if role is not Role.OWNER else "ada"
    )


def test_an_absence_is_in_the_persons_own_zone() -> None:
    new_year = is_away("2027-01-01", "2027-01-01")
    roster = Roster(
        settings(
            CARE,
            absences={"ben": new_year, "cem": new_year},
            zones={"ben": "Pacific/Kiritimati", "cem": "Pacific/Pago_Pago"},
        )
    )
    assert not roster.is_active("ben", at("2026-12-31T10:00Z"))
    assert roster.is_active("ben", at("2027-01-01T10:00Z"))
    assert roster.is_active("cem", at("2027-01-01T10:59:59Z"))
    assert not roster.is_active("cem", at("2027-01-02T10:59:59Z"))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        pytest.param(
            "Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z", id="23 hours"
        ),
        pytest.param(
            "Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z", id="25 hours"
        ),
        pytest.param(
            "America/New_York",
            "2026-11-01",
            "2026-11-01T04:00Z",
            "2026-11-02T05:00Z",
            id="25 hours in New York",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04",
            "2026-10-03T13:30Z",
            "2026-10-04T13:00Z",
            id="23 and a half hours on Lord Howe",
        ),
        pytest.param(
            "Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z", "2011-12-30T10:00Z", id="Thursday"
        ),
        pytest.param(
            "Europe/Berlin", "2028-02-29", "2028-02-28T23:00Z", "2028-02-29T23:00Z", id="leap day"
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2018-11-04",
            "2018-11-04T03:00Z",
            "2018-11-05T02:00Z",
            id="a day whose midnight is skipped",
        ),
    ],
)
def test_a_day_away_is_as_long_as_that_day_is(zone: str, day: str, begins: str, ends: str) -> None:
    roster = Roster(settings(CARE, absences={"ben": is_away(day, day)}, zones={"ben": zone}))
    moment = timedelta(microseconds=1)
    since, until = at(begins), at(ends)
    there = [roster.is_active("ben", now) for now in (since - moment, since, until - moment, until)]
    assert there == [True, False, False, True]
    assert roster.next_absence("ben", since - moment) == since
    assert roster.away_until("ben", since) == until


def test_a_day_that_never_came_is_no_absence() -> None:
    gone = {"ben": is_away("2011-12-30", "2011-12-30")}  # Samoa left this Friday out
    roster = Roster(settings(CARE, absences=gone, zones={"ben": "Pacific/Apia"}))
    assert roster.next_absence("ben", at("2011-12-01T00:00Z")) is None


@pytest.mark.parametrize(
    ("now", "person"),
    [
        pytest.param("2026-11-18T16:59:59Z", "ben", id="before it: the rota"),
        pytest.param("2026-11-18T17:00Z", "fay", id="from its beginning on"),
        pytest.param("2026-11-19T07:59:59Z", "fay", id="over the night"),
        pytest.param("2026-11-19T08:00Z", "ben", id="then the rota again"),
    ],
)
def test_an_override_takes_the_turn(now: str, person: str) -> None:
    team = overridden(override("fay", "2026-11-18T18:00", "2026-11-19T09:00"))
    assert Roster(settings(team)).resolve(Role.ON_CALL, "care", None, at(now)) == person


@pytest.mark.parametrize(
    ("zone", "begins", "until", "since", "ends"),
    [
        pytest.param(
            "Europe/Berlin",
            "2026-10-24T22:00",
            "2026-10-25T02:30",
            "2026-10-24T20:00Z",
            "2026-10-25T00:30Z",
            id="a time that comes twice ends it at its first coming",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-03-29T02:30",
            "2026-03-29T06:00",
            "2026-03-29T01:00Z",
            "2026-03-29T04:00Z",
            id="a skipped time begins it when it is skipped",
        ),
        pytest.param(
            "America/New_York",
            "2026-10-31T22:00",
            "2026-11-01T06:00",
            "2026-11-01T02:00Z",
            "2026-11-01T11:00Z",
            id="nine hours of a night in New York",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-04T22:00",
            "2026-04-05T06:00",
            "2026-04-04T11:00Z",
            "2026-04-04T19:30Z",
            id="eight and a half on Lord Howe",
        ),
    ],
)
def test_an_override_over_a_night_when_clocks_are_moved(
    zone: str, begins: str, until: str, since: str, ends: str
) -> None:
    team = overridden(override("fay", begins, until)).model_copy(update={"timezone": zone})
    rota = Rota.model_validate(
        {**WEEKLY.model_dump(by_alias=True), "starts": "2026-01-05T09:00", "overrides": ()}
    ).model_copy(update={"overrides": team.on_call.overrides if team.on_call else ()})
    roster = Roster(settings(team.model_copy(update={"on_call": rota})))
    moment = timedelta(microseconds=1)

    def covers(now: datetime) -> bool:
        return roster.resolve(Role.ON_CALL, "care", None, now) == "fay"

    found = [covers(one) for one in (at(since) - moment, at(since), at(ends) - moment, at(ends))]
    assert found == [False, True, True, False]


def by_hand(person: str, hours: tuple[float, float]) -> Cover:
    since, until = (NOON + timedelta(hours=hour) for hour in hours)
    return Cover("care", person, since, until)


@pytest.mark.parametrize(
    ("changes", "person"),
    [
        pytest.param(Changes(), "fay", id="the settings' override"),
        pytest.param(
            Changes(covers=(by_hand("ada", (-1, 1)),)),
            "ada",
            id="what was said counts first",
        ),
        pytest.param(
            Changes(
                absences=(Absence("ada", NOON, NOON + timedelta(hours=1)),),
                covers=(by_hand("ada", (-1, 1)),),
            ),
            "fay",
            id="unless they are away: then the override",
        ),
        pytest.param(
            Changes(absences=(Absence("fay", NOON, NOON + timedelta(hours=1)),)),
            "ben",
            id="its person away as well: then the rota",
        ),
        pytest.param(
            Changes(
                absences=tuple(
                    Absence(who, NOON, NOON + timedelta(hours=1)) for who in ("fay", "ben", "cem")
                )
            ),
            None,
            id="and everybody: a gap",
        ),
        pytest.param(
            Changes(covers=(by_hand("zoe", (-1, 1)),)), "fay", id="a cover by a stranger is none"
        ),
    ],
)
def test_cover_then_override_then_rota(changes: Changes, person: str | None) -> None:
    team = overridden(override("fay", "2026-11-18", "2026-11-18"))
    roster = Roster(settings(team), changes)
    assert roster.resolve(Role.ON_CALL, "care", None, NOON) == person


def test_the_fallback_executive_is_there_whatever_was_said() -> None:
    said = Changes(absences=(Absence("eve", NOON - timedelta(hours=1), NOON + timedelta(days=9)),))
    roster = Roster(settings(CARE), said)
    assert roster.is_active("eve", NOON)
    assert roster.may("eve", "care", NOON) is Rights.EXECUTIVE
    assert roster.next_change(NOON) == at("2026-11-23T08:00Z")  # the rota's next hand-over


def test_somebody_who_is_away_may_do_nothing_and_who_covers_is_of_the_team() -> None:
    later = NOON + timedelta(hours=1)
    said = Changes((Absence("dot", NOON, later),), (Cover("press", "cem", NOON, later),))
    roster = Roster(settings(CARE, OTHER), said)
    assert roster.may("dot", "care", NOON) is Rights.NONE
    assert roster.may("dot", "care", later) is Rights.LEAD
    assert roster.may("cem", "press", NOON) is Rights.MEMBER
    assert roster.may("cem", "press", later) is Rights.ROLE


@pytest.mark.parametrize(
    ("changes", "change"),
    [
        pytest.param(Changes(), "2026-11-23T08:00Z", id="the next hand-over"),
        pytest.param(
            Changes((Absence("fay", at("2026-11-20T00:00Z"), at("2026-11-21T00:00Z")),)),
            "2026-11-20T00:00Z",
            id="an absence of anybody begins",
        ),
        pytest.param(
            Changes((Absence("fay", at("2026-11-10T00:00Z"), at("2026-11-19T00:00Z")),)),
            "2026-11-19T00:00Z",
            id="an absence of anybody ends",
        ),
        pytest.param(
            Changes(covers=(by_hand("ada", (1, 2)),)), "2026-11-18T13:00Z", id="a cover begins"
        ),
        pytest.param(
            Changes(covers=(by_hand("ada", (-1, 2)),)), "2026-11-18T14:00Z", id="a cover ends"
        ),
    ],
)
def test_when_anybody_comes_or_goes_next(changes: Changes, change: str) -> None:
    assert Roster(settings(CARE), changes).next_change(NOON) == at(change)


def test_a_house_where_nobody_takes_turns_never_changes() -> None:
    alone = CARE.model_copy(update={"on_call": WEEKLY.model_copy(update={"people": ("ben",)})})
    assert Roster(settings(PLAIN)).next_change(NOON) is None
    assert Roster(settings(alone)).next_change(NOON) is None


@pytest.mark.parametrize(
    ("changes", "now", "meant"),
    [
        pytest.param(Changes(), "2026-11-18T12:00Z", "ben", id="the rota's person"),
        pytest.param(
            Changes((Absence("ben", NOON, NOON + timedelta(days=1)),)),
            "2026-11-18T12:00Z",
            "ben",
            id="there or not: that they come back is no hand-over",
        ),
        pytest.param(
            Changes(covers=(by_hand("ada", (0, 2)),)), "2026-11-18T12:00Z", "ada", id="a cover"
        ),
        pytest.param(Changes(), "2026-11-09T12:00Z", None, id="before the rota starts, nobody"),
    ],
)
def test_whose_turn_is_meant(changes: Changes, now: str, meant: str | None) -> None:
    assert Roster(settings(CARE), changes).meant("care", at(now)) == meant


@pytest.mark.parametrize(
    ("person", "takes"),
    [
        pytest.param("ben", True, id="on the rota"),
        pytest.param("dot", False, id="the lead"),
        pytest.param("ada", True, id="once covered"),
        pytest.param("fay", True, id="named by an override"),
        pytest.param("zoe", False, id="a stranger"),
    ],
)
def test_who_takes_turns(person: str, takes: bool) -> None:
    team = overridden(override("fay", "2027-01-01", "2027-01-01"))
    roster = Roster(settings(team), Changes(covers=(by_hand("ada", (-9, -8)),)))
    assert roster.takes_turns(person, "care") is takes


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        pytest.param(Changes(), False, id="a team without a rota has no turns"),
        pytest.param(Changes(covers=(by_hand("fay", (0, 1)),)), True, id="unless it is covered"),
    ],
)
def test_members_take_turns_with_who_covers(changes: Changes, takes: bool) -> None:
    assert Roster(settings(PLAIN), changes).takes_turns("ada", "care") is takes


@pytest.mark.parametrize(
    ("begins", "until"),
    [
        pytest.param("0001-01-01", "9999-12-30", id="for all of time"),
        pytest.param("9999-12-01", "9999-12-30", id="in the last days"),
    ],
)
def test_an_absence_at_the_ends_of_the_calendar_is_one(begins: str, until: str) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        gone = {"ben": is_away(begins, until)}
        roster = Roster(settings(CARE, absences=gone, zones={"ben": zone}))
        assert roster.is_active("ben", NOON) is (begins > "2026")


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
    every=st.integers(3_600, 40 * 86_400).map(lambda s: timedelta(seconds=s)),  # as declared
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


spans = st.tuples(known, instants, st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
said = st.builds(
    lambda absences, covers: Changes(
        tuple(Absence(who, since, since + length) for who, since, length in absences),
        tuple(Cover("care", who, since, since + length) for who, since, length in covers),
    ),
    st.lists(spans, max_size=5),
    st.lists(spans, max_size=3),
)


@given(teams, absences, said, topics, instants)
def test_whatever_was_said_somebody_active_owns_and_only_changes_change_who(
    team: Team, away: str, changes: Changes, topic: str | None, now: datetime
) -> None:
    roster = Roster(settings(team, away=away), changes)
    assert roster.is_active(roster.owner_of("care", topic, now), now)

    def answers(then: datetime) -> list[str | None]:
        return [roster.resolve(role, "care", topic, then) for role in Role]

    change = roster.next_change(now)
    end = change or now + timedelta(days=900)
    for part in (0.0, 0.3, 0.9, 0.999):
        then = min(now + (end - now) * part, end - timedelta(microseconds=1))
        assert answers(then) == answers(now)
    shift = roster.next_shift_change("care", now)
    assert shift is None or (change is not None and shift >= change)
    if shift is not None:
        on_call = roster.resolve(Role.ON_CALL, "care", None, now)
        assert roster.resolve(Role.ON_CALL, "care", None, shift) != on_call
        moment = shift - timedelta(microseconds=1)
        assert roster.resolve(Role.ON_CALL, "care", None, moment) == on_call
