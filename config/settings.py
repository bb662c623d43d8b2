"""The settings as frozen values. What may be declared, its defaults, and nothing about loading.

What a field means stands beside it; `docs/configuration.md` says the same at length.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from config.bands import DEFAULT_BANDS as DEFAULT_BANDS
from config.bands import Band as Band
from config.bands import BandChange as BandChange
from config.bands import BandTimes as BandTimes
from config.calendars import HolidayCode
from config.calm import Alerts as Alerts
from config.calm import Morning as Morning
from config.calm import Quiet as Quiet
from config.durations import Duration
from config.duties import Authority as Authority
from config.duties import Currency
from config.duties import ExecutiveClock as ExecutiveClock
from config.duties import Function as Function
from config.fields import (
    Asked,
    FirstTurn,
    LocalTime,
    Loopback,
    MailAddress,
    OneOrMore,
    PersonName,
    Turn,
    Wait,
    WebAddress,
    topics_from_names,
)
from config.fields import Declared as Declared
from config.fields import Name as Name
from config.fields import Words as Words
from config.fields import Zone as Zone
from config.judging import Judging as Judging
from config.language_model import LanguageModel as LanguageModel
from config.moments import Away as Away
from config.moments import CalendarDay
from config.moments import Override as Override
from config.safety import Safety as Safety
from config.silent_many import SilentMany as SilentMany


class Role(StrEnum):
    """A rung of the ladder; it is resolved to a person at the instant it is used."""

    OWNER = "owner"  # whom routing found: the topic's own person, else the team's on-call
    ON_CALL = "on_call"
    LEAD = "lead"
    HEAD = "head"
    EXECUTIVE = "executive"


class Brand(Declared):
    """A brand to listen for."""

    name: Name
    terms: Words = ()  # words, hashtags, handles or phrases; default: the brand's name
    exclude: Words = ()  # a post with one of these is about something else
    near: Words = ()  # of these one must stand beside a name that is an ordinary word
    not_near: Words = ()  # beside one of these that name is something else
    query: Asked | None = None  # of the posts that name it, those that are wanted; default: all
    competitors: Words = ()  # names whose faults are not this brand's
    accounts: Mapping[str, Words] = {}  # platform → ids of our own accounts
    bots: Mapping[str, Words] = {}  # of our own too, but nobody reads there: no answer
    team: str | None = None  # who owns what no topic claims; default: the triage team
    sensitivity: Literal["calm", "normal", "keen"] = "normal"  # how much proof a storm takes
    silent_many: SilentMany | None = None  # default: 26 to 100, told as the rule of thumb it is
    backlash_after: Duration = timedelta(hours=24)  # unanswered so long, a complaint is watched

    @model_validator(mode="after")
    def _not_before_anybody_could_answer(self) -> Self:
        if self.backlash_after < timedelta(hours=1):
            raise ValueError('"backlash_after" is too short. Make it at least "1h"')
        return self

    @property
    def all_terms(self) -> tuple[str, ...]:
        return self.terms or (self.name,)


class Block(Declared):
    """Posts that are never kept, whichever brand they name; our own accounts' always are."""

    authors: Words = ()  # handles or ids, on any platform
    sites: Words = ()  # hosts that a post links to, or where it stands, with all below them
    words: Words = ()  # words or phrases; a query is written for a brand


class Contact(Declared):
    """An address of a person on a channel: `{ channel = "slack", to = "U024BE7LH" }`."""

    channel: str
    to: str = Field(min_length=1, max_length=320)
    private: bool | None = None  # nobody but this person reads it; default: so for mail alone


class Person(Declared):
    """Somebody who can own a case."""

    name: PersonName
    full_name: str | None = Field(default=None, max_length=100)
    timezone: Zone | None = None  # default: the file's
    email: MailAddress | None = None  # by which they are found on every channel that can
    contacts: tuple[Contact, ...] = ()  # in the order they are tried
    active: bool = True  # false: left, or away until further notice
    away: tuple[Away, ...] = ()  # when they are not there, in their zone
    quiet: Quiet | None = None  # when nothing rings for them that can wait

    @model_validator(mode="before")
    @classmethod
    def _found_by_mail(cls, values: object) -> object:
        """A contact that names no address is reached by the person's mail address."""
        if not isinstance(values, Mapping) or not isinstance(values.get("email"), str):
            return values
        contacts = values.get("contacts")
        if not isinstance(contacts, list | tuple):
            return values
        by_mail = [
            {"to": values["email"], **one} if isinstance(one, Mapping) else one for one in contacts
        ]
        return {**values, "contacts": by_mail}

    @property
    def shown_name(self) -> str:
        return self.full_name or self.name


class Rota(Declared):
    """Who is on call, in turn: the first from `starts` on, the next after `every`, and so on."""

    people: Words = Field(min_length=1)
    starts: FirstTurn = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001  local to the team's zone
    every: Turn = timedelta(days=7)
    overrides: tuple[Override, ...] = ()  # who takes the turn for a while; no two at one time


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WorkingHours(Declared):
    """When business time runs, in the team's zone."""

    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    from_: LocalTime = Field(default=time(9), alias="from")
    to: LocalTime = time(17)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days or self.from_ >= self.to:
            raise ValueError(
                'working hours need at least one day, and "from" before "to". '
                'Write for example from = "09:00", to = "17:00"'
            )
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
    owns: Annotated[
        Mapping[Name, Words], BeforeValidator(topics_from_names)
    ] = {}  # topic → its words
    description: str | None = Field(default=None, max_length=1000)  # what it does, in plain words
    owners: Mapping[str, str] = {}  # topic → the person who owns it; default: on call
    causes: Mapping[str, str] = {}  # topic → the function that owns its fix; default: this team
    about: Mapping[str, Annotated[str, Field(max_length=1000)]] = {}  # topic → in plain words
    authority: tuple[Authority, ...] = ()  # what each role may promise without asking
    timezone: Zone | None = None
    hours: WorkingHours = WorkingHours()
    holidays: HolidayCode | None = None  # whose public holidays are no working days: "DE-BY"
    days_off: Annotated[tuple[CalendarDay, ...], OneOrMore] = ()  # further days that are none
    rooms: tuple[Contact, ...] = ()  # where its cases are shown; default: every channel's own room
    policy: str = "default"


class Policy(Declared):
    """An escalation policy: who is paged, in turn, and how long each may take."""

    name: Name
    steps: tuple[Role, ...] = (Role.OWNER, Role.ON_CALL, Role.LEAD, Role.HEAD, Role.EXECUTIVE)
    bands: Mapping[Band, BandChange] = {}

    @model_validator(mode="after")
    def _ends_at_the_executive(self) -> Self:
        if not self.steps or self.steps[-1] is not Role.EXECUTIVE:
            raise ValueError('every ladder ends at a named person. Make "executive" the last step')
        storm = self.bands.get(Band.STORM)
        if storm is not None and storm.business:
            raise ValueError("the clock of a storm always runs. Remove its business = true")
        return self

    def times(self, band: Band) -> BandTimes:
        """The waits of a band under this policy."""
        change = self.bands.get(band)
        given = change.model_dump(exclude_none=True) if change else {}
        return DEFAULT_BANDS[band].model_copy(update=given)


class ChannelSettings(Declared):
    """What every channel declares; each kind adds its own fields in its own file."""

    pages_only: ClassVar[bool] = False  # True: it rings, so nothing goes there that asks nothing

    name: Name
    kind: str
    room: str | None = Field(default=None, max_length=320)  # where cases are shown to everyone


class SourceSettings(Declared):
    """What every source declares; each kind adds its own fields in its own file."""

    public: ClassVar[bool] = False  # True: its posts are public, and may be shown to a third party
    own_secret: ClassVar[str] = ""  # the field of a key that nothing else may listen with

    name: Name
    kind: str
    every: Duration = timedelta(minutes=2)  # how often it is polled; at least 5 s

    @model_validator(mode="after")
    def _not_a_hot_loop(self) -> Self:
        if self.every < timedelta(seconds=5):
            raise ValueError('"every" is too short. Make it at least "5s"')
        return self


class Digest(Declared):
    """When the weekly digest goes out, and to whom."""

    day: Day = "mon"
    at: LocalTime = time(8)
    to: tuple[Contact, ...] = ()


class Embeddings(Declared):
    """What likeness in meaning is used for; both need the extra `tocsin[embeddings]`."""

    judge: bool = False  # whether an unsure post is a complaint
    route: bool = False  # whose description a post is like, where no word says it


class Settings(Declared):
    """The whole of one `tocsin.toml`, checked: every name in it is known, nobody is ownerless."""

    fallback_executive: str  # the last step of every ladder; no default, on purpose
    database: Path = Path("tocsin.db")
    timezone: Zone = "UTC"
    listen: Loopback = "127.0.0.1:8787"  # where /healthz answers; loopback only
    links: WebAddress | None = None  # how people reach `listen` from their mail: docs/links.md
    keep_text: Duration = timedelta(days=90)  # how long posts and authors are kept, at least 1 d
    private_hosts: Words = ()  # "host:port" on a private network that may be reached all the same
    storm_room: Contact | None = None  # a channel's room where storms are shown as well
    witness: Contact | None = None  # where the ledger's heads go once a day, to be kept
    triage: str | None = None  # the team that gets what nobody owns; default: the first
    route_from: Annotated[float, Field(ge=0, le=1)] | None = None  # docs/routing.md
    learn_from: Words = ()  # platforms that allow us to learn by an agreement of our own
    communications: str | None = None  # the team that owns storms; default: the triage team
    currency: Currency = "EUR"  # of refunds and costs
    executive_clock: ExecutiveClock = ExecutiveClock()
    safety: Safety = Safety()
    permission_within: Wait | None = None  # to answer a request; default: as to acknowledge
    brands: tuple[Brand, ...] = Field(min_length=1)
    block: Block = Block()
    people: tuple[Person, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    functions: tuple[Function, ...] = ()  # what can be the cause; default: the teams
    policies: tuple[Policy, ...] = (Policy(name="default"),)
    channels: tuple[SerializeAsAny[ChannelSettings], ...] = Field(min_length=1)
    sources: tuple[SerializeAsAny[SourceSettings], ...] = ()
    digest: Digest = Digest()
    morning: Morning | None = None  # default: no morning line
    alerts: Alerts = Alerts()
    embeddings: Embeddings = Embeddings()
    language_model: LanguageModel | None = None
    judging: Judging | None = None  # default: as shipped, or as learned from your labels

    @model_validator(mode="after")
    def _keeps_for_a_day(self) -> Self:
        if self.keep_text < timedelta(days=1):
            raise ValueError('keep_text must be at least a day. Write for example "90d"')
        return self

    def brand(self, name: str) -> Brand:
        return _named(self.brands, name)

    def person(self, name: str) -> Person:
        return _named(self.people, name)

    def team(self, name: str) -> Team:
        return _named(self.teams, name)

    def policy_of(self, team: Team) -> Policy:
        return _named(self.policies, team.policy)

    def rooms_of(self, team: Team) -> tuple[Contact, ...]:
        """Where a team's cases are shown: its rooms, else every channel's own."""
        return team.rooms or tuple(
            Contact(channel=channel.name, to=channel.room)
            for channel in self.channels
            if channel.room is not None
        )

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
