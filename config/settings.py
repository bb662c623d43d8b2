"""The settings as frozen values. What may be declared, its defaults, and nothing about loading.

What a field means stands beside it; `docs/configuration.md` says the same at length.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from config.durations import Duration


class Declared(BaseModel):
    """One table of the user's file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Band(StrEnum):
    """How urgent a subject is; people see the label, never the code alone."""

    STORM = "storm"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def label(self) -> str:
        return _BAND_LABELS[self]


_BAND_LABELS = {
    Band.STORM: "Storm",
    Band.P1: "Now",
    Band.P2: "Soon",
    Band.P3: "Today",
    Band.P4: "This week",
}


class Role(StrEnum):
    """A rung of the ladder; it is resolved to a person at the instant it is used."""

    OWNER = "owner"  # whom routing found: the topic's own person, else the team's on-call
    ON_CALL = "on_call"
    LEAD = "lead"
    HEAD = "head"
    EXECUTIVE = "executive"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'no time zone "{name}". Write for example "Europe/Berlin"') from None
    return name


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _topics(value: object) -> object:
    """`owns = ["billing"]` means a topic whose only word is its own name."""
    if isinstance(value, list | tuple):
        return {topic: (topic,) for topic in value}
    return value


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$")]
Words = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_as_tuple)
]
Zone = Annotated[str, AfterValidator(_zone)]


class Brand(Declared):
    """A brand to listen for."""

    name: Name
    terms: Words = ()  # words, hashtags, handles or phrases; default: the brand's name
    exclude: Words = ()  # a post with one of these is about something else
    accounts: Mapping[str, Words] = {}  # platform → ids of our own accounts
    team: str | None = None  # who owns what no topic claims; default: the triage team

    @property
    def all_terms(self) -> tuple[str, ...]:
        return self.terms or (self.name,)


class Contact(Declared):
    """An address of a person on a channel: `{ channel = "slack", to = "U024BE7LH" }`."""

    channel: str
    to: str = Field(min_length=1, max_length=320)


class Person(Declared):
    """Somebody who can own a case."""

    name: Name
    full_name: str | None = Field(default=None, max_length=100)
    timezone: Zone | None = None  # default: the file's
    contacts: tuple[Contact, ...] = ()  # in the order they are tried
    active: bool = True  # false: left, or away until further notice

    @property
    def shown_name(self) -> str:
        return self.full_name or self.name


class Rota(Declared):
    """Who is on call, in turn: the first from `starts` on, the next after `every`, and so on."""

    people: Words = Field(min_length=1)
    starts: datetime = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001  local to the team's zone
    every: Duration = timedelta(days=7)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WorkingHours(Declared):
    """When business time runs, in the team's zone."""

    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    from_: time = Field(default=time(9), alias="from")
    to: time = time(17)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days or self.from_ >= self.to:
            raise ValueError('working hours need at least one day, and "from" before "to"')
        return self


class Team(Declared):
    """People who own a kind of complaint together; each case still has one owner."""

    name: Name
    members: Words = Field(min_length=1)
    on_call: Annotated[
        Rota | None, BeforeValidator(lambda v: {"people": v} if isinstance(v, list | str) else v)
    ] = None
    lead: str | None = None  # default: the first member
    head: str | None = None  # default: the lead
    owns: Annotated[Mapping[Name, Words], BeforeValidator(_topics)] = {}  # topic → its words
    owners: Mapping[str, str] = {}  # topic → the person who owns it; default: on call
    timezone: Zone | None = None
    hours: WorkingHours = WorkingHours()
    rooms: tuple[Contact, ...] = ()  # where its cases are shown; default: every channel's own room
    policy: str = "default"


class BandTimes(Declared):
    """How long each wait of one band is (the table of docs/ownership.md)."""

    ack: Duration
    first_reply: Duration
    next_reply: Duration
    resolved: Duration | None
    hold: Duration
    grace: Duration
    business: bool  # true: the clock runs in working hours only


def _m(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def _h(hours: float) -> timedelta:
    return timedelta(hours=hours)


DEFAULT_BANDS: Mapping[Band, BandTimes] = {
    Band.STORM: BandTimes(
        ack=_m(5),
        first_reply=_m(30),
        next_reply=_m(60),
        resolved=None,
        hold=_m(30),
        grace=_m(10),
        business=False,
    ),
    Band.P1: BandTimes(
        ack=_m(5),
        first_reply=_m(30),
        next_reply=_m(60),
        resolved=_h(24),
        hold=_m(30),
        grace=_m(10),
        business=False,
    ),
    Band.P2: BandTimes(
        ack=_m(15),
        first_reply=_h(2),
        next_reply=_h(4),
        resolved=_h(72),
        hold=_h(2),
        grace=_m(30),
        business=False,
    ),
    # In business time a day of "resolved" is one working day of eight hours.
    Band.P3: BandTimes(
        ack=_h(4),
        first_reply=_h(8),
        next_reply=_h(8),
        resolved=_h(40),
        hold=_h(8),
        grace=_h(4),
        business=True,
    ),
    Band.P4: BandTimes(
        ack=_h(8),
        first_reply=_h(8),
        next_reply=_h(8),
        resolved=_h(80),
        hold=_h(16),
        grace=_h(8),
        business=True,
    ),
}


class BandChange(Declared):
    """A policy's own durations for a band; what is not given keeps its default."""

    ack: Duration | None = None
    first_reply: Duration | None = None
    next_reply: Duration | None = None
    resolved: Duration | None = None
    hold: Duration | None = None
    grace: Duration | None = None
    business: bool | None = None


class Policy(Declared):
    """An escalation policy: who is paged, in turn, and how long each may take."""

    name: Name
    steps: tuple[Role, ...] = (Role.OWNER, Role.ON_CALL, Role.LEAD, Role.HEAD, Role.EXECUTIVE)
    bands: Mapping[Band, BandChange] = {}

    @model_validator(mode="after")
    def _ends_at_the_executive(self) -> Self:
        if not self.steps or self.steps[-1] is not Role.EXECUTIVE:
            raise ValueError(
                'the last step must be "executive": every ladder ends at a named person'
            )
        storm = self.bands.get(Band.STORM)
        if storm is not None and storm.business:
            raise ValueError("the clock of a storm always runs; remove its business = true")
        return self

    def times(self, band: Band) -> BandTimes:
        """The waits of a band under this policy."""
        change = self.bands.get(band)
        given = change.model_dump(exclude_none=True) if change else {}
        return DEFAULT_BANDS[band].model_copy(update=given)


class ChannelSettings(Declared):
    """What every channel declares; each kind adds its own fields in its own file."""

    name: Name
    kind: str
    room: str | None = Field(default=None, max_length=320)  # where cases are shown to everyone


class SourceSettings(Declared):
    """What every source declares; each kind adds its own fields in its own file."""

    name: Name
    kind: str
    every: Duration = timedelta(minutes=2)  # how often it is polled; at least 5 s

    @model_validator(mode="after")
    def _not_a_hot_loop(self) -> Self:
        if self.every < timedelta(seconds=5):
            raise ValueError('"every" must be at least "5s"')
        return self


class Digest(Declared):
    """When the weekly digest goes out, and to whom."""

    day: Day = "mon"
    at: time = time(8)
    to: tuple[Contact, ...] = ()


class Settings(Declared):
    """The whole of one `tocsin.toml`, checked: every name in it is known, nobody is ownerless."""

    fallback_executive: str  # the last step of every ladder; no default, on purpose
    database: Path = Path("tocsin.db")
    timezone: Zone = "UTC"
    listen: str = "127.0.0.1:8787"  # where /healthz answers; loopback only
    storm_room: Contact | None = None  # a channel's room where storms are shown as well
    triage: str | None = None  # the team that gets what nobody owns; default: the first
    communications: str | None = None  # the team that owns storms; default: the triage team
    brands: tuple[Brand, ...] = Field(min_length=1)
    people: tuple[Person, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    policies: tuple[Policy, ...] = (Policy(name="default"),)
    channels: tuple[ChannelSettings, ...] = Field(min_length=1)
    sources: tuple[SourceSettings, ...] = ()
    digest: Digest = Digest()

    def brand(self, name: str) -> Brand:
        return _named(self.brands, name)

    def person(self, name: str) -> Person:
        return _named(self.people, name)

    def team(self, name: str) -> Team:
        return _named(self.teams, name)

    def policy_of(self, team: Team) -> Policy:
        return _named(self.policies, team.policy)

    @property
    def triage_team(self) -> Team:
        return self.team(self.triage) if self.triage else self.teams[0]

    @property
    def communications_team(self) -> Team:
        return self.team(self.communications) if self.communications else self.triage_team

    def zone_of(self, person: Person) -> ZoneInfo:
        return ZoneInfo(person.timezone or self.timezone)

    def zone_of_team(self, team: Team) -> ZoneInfo:
        return ZoneInfo(team.timezone or self.timezone)


Named = TypeVar("Named", Brand, Person, Team, Policy)


def _named(values: tuple[Named, ...], name: str) -> Named:
    for value in values:
        if value.name == name:
            return value
    raise KeyError(name)
