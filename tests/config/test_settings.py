"""Settings as values: made directly as well as from a file, frozen, and sensible by default."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from config import (
    Band,
    Brand,
    ChannelSettings,
    Contact,
    Person,
    Policy,
    Role,
    Settings,
    SourceSettings,
    Team,
)
from config.bands import DEFAULT_BANDS, BandChange


class Loud(ChannelSettings):
    volume: int = 3


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "fallback_executive": "grace",
        "brands": (Brand(name="Acme"),),
        "people": (
            Person(name="ada", timezone="Europe/Berlin"),
            Person(name="grace", contacts=(Contact(channel="terminal", to="grace"),)),
        ),
        "teams": (Team(name="care", members=("ada",)), Team(name="press", members="grace")),
        "channels": (ChannelSettings(name="terminal", kind="terminal"),),
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


def test_settings_are_made_without_a_file() -> None:
    made = settings()
    assert made.channels == (ChannelSettings(name="terminal", kind="terminal"),)
    assert made.triage_team is made.communications_team is made.team("care")
    assert made.team("press").members == ("grace",)
    assert [str(made.zone_of(person)) for person in made.people] == ["Europe/Berlin", "UTC"]
    assert settings(triage="press").communications_team.name == "press"


def test_a_channel_keeps_its_own_kind_and_shows_it_in_a_dump() -> None:
    made = settings(
        channels=(Loud(name="horn", kind="horn", volume=11),),
        sources=(SourceSettings(name="bluesky", kind="bluesky"),),
    )
    assert isinstance(made.channels[0], Loud)
    assert made.model_dump()["channels"][0]["volume"] == 11


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        settings().timezone = "Europe/Berlin"  # type: ignore[misc]


@pytest.mark.parametrize("listen", ["127.0.0.1:8787", "127.9.9.9:1", "localhost:0", "[::1]:65535"])
def test_an_address_of_this_machine_is_listened_on(listen: str) -> None:
    assert settings(listen=listen).listen == listen


@pytest.mark.parametrize(
    "listen",
    [
        *("", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:٣"),
        *("0.0.0.0:80", "10.0.0.1:80", "example.com:80", "::1:80", "[::]:80", "[localhost:80"),
        *("127.0.0.1:80\n", "127.0.0.1 :80", "http://127.0.0.1:80", "127.0.0.1.evil.example:80"),
    ],
)
def test_any_other_address_is_refused(listen: str) -> None:
    with pytest.raises(ValidationError, match="an address and a port of this machine"):
        settings(listen=listen)


def test_a_policy_changes_only_the_durations_that_it_names() -> None:
    policy = Policy(name="calm", bands={Band.P2: BandChange(ack=timedelta(minutes=30))})
    changed = policy.times(Band.P2)
    assert changed.ack == timedelta(minutes=30)
    assert changed.model_copy(update={"ack": DEFAULT_BANDS[Band.P2].ack}) == DEFAULT_BANDS[Band.P2]
    assert policy.times(Band.STORM) == DEFAULT_BANDS[Band.STORM]
    assert policy.steps[-1] is Role.EXECUTIVE


def test_the_clock_of_a_storm_always_runs() -> None:
    assert not DEFAULT_BANDS[Band.STORM].business
    with pytest.raises(ValidationError, match="always runs"):
        Policy(name="calm", bands={Band.STORM: BandChange(business=True)})


# ------------------------------------------------------------------------- people by mail
def test_a_contact_without_an_address_is_reached_by_the_persons_mail_address() -> None:
    ada = Person.model_validate(
        {
            "name": "ada",
            "email": "ada@acme.example",
            "contacts": [{"channel": "slack"}, {"channel": "mail", "to": "a@acme.example"}],
        }
    )
    assert [one.to for one in ada.contacts] == ["ada@acme.example", "a@acme.example"]


def test_without_a_mail_address_every_contact_names_one() -> None:
    with pytest.raises(ValidationError, match="to"):
        Person.model_validate({"name": "ada", "contacts": [{"channel": "slack"}]})


@pytest.mark.parametrize(
    "wrong",
    ["ada", "ada@", "@acme.example", "a b@acme.example", "Ada <a@b.example>", "a@b, c@d", "a@b@c"],
)
def test_only_one_plain_mail_address_is_taken(wrong: str) -> None:
    with pytest.raises(ValidationError, match="one mail address"):
        Person.model_validate({"name": "ada", "email": wrong})


def test_nobody_is_called_silent_within_the_first_hour() -> None:
    assert Brand(name="Acme").backlash_after == timedelta(hours=24)
    assert Brand(name="Acme", backlash_after="1h").backlash_after == timedelta(hours=1)
    with pytest.raises(ValidationError, match="too short"):
        Brand(name="Acme", backlash_after="59m")
