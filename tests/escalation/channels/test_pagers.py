"""A pager is told what is asked, that somebody has it, and that it is over: each once."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from config import Band, ChannelSettings, Secret
from escalation import channels
from escalation.channel import Channel, ChannelRefused, Message, Purpose, Standing, Stands
from escalation.channel import Pager as PagerChannel
from escalation.channels import alertmanager
from escalation.channels.alertmanager_alert import labels_of
from escalation.channels.pager import MAX_NAME, asking, is_asking, news
from tests.escalation.channels.one_way import KEY, LINK, MESSAGE, NOON, SOON, answering, tools

PAGERS = ("alertmanager", "goalert", "pagerduty")
PLACE = Secret(env="THE_KEY")
SUMMARY = MESSAGE.headline
LINES = ["Why now: third time asking", "Next: acknowledge by 14:05, else Grace Hopper is paged"]


def declared(kind: str, address: str) -> ChannelSettings:
    fields: dict[str, dict[str, Any]] = {
        "alertmanager": {"url": address, "username": "tocsin", "password": PLACE},
        "goalert": {"url": address, "key": PLACE},
        "pagerduty": {"api": address, "key": PLACE},
    }
    return channels.settings_of(kind).model_validate({"name": kind, "kind": kind, **fields[kind]})


class Pager:
    """A pager of a kind, and what it was told."""

    def __init__(self, kind: str) -> None:
        self.wire, given = answering(202)
        self.channel: Channel = channels.build(declared(kind, "https://pager.example"), given)

    @property
    def told(self) -> list[Any]:
        return [json.loads(asked["body"]) for asked in self.wire.asked if asked["body"]]


@pytest.fixture(params=PAGERS)
def pager(request: pytest.FixtureRequest) -> Pager:
    return Pager(request.param)


def standing(stands: Stands, asked: str = "case 17 round 1") -> Message:
    return replace(MESSAGE, standing=Standing(stands, Band.P1, asked))


# ------------------------------------------------------------------------------ of all of them
def test_what_is_still_asked_is_not_told_twice_nor_called_over(pager: Pager) -> None:
    ref = pager.channel.deliver(MESSAGE, deadline=SOON).ref
    before = len(pager.told)
    pager.channel.update(ref, standing(Stands.ASKED), deadline=SOON)
    again = pager.told[before:]
    assert not again or pager.channel.capabilities.again_after


def test_a_page_is_known_by_what_it_asks_also_where_its_receipt_was_lost(pager: Pager) -> None:
    known = pager.channel
    assert isinstance(known, PagerChannel)
    ref = known.known_as(MESSAGE)
    assert known.deliver(MESSAGE, deadline=SOON).ref == ref
    assert known.update(ref, standing(Stands.OVER), deadline=SOON).ref == ref


def test_everyone_who_is_paged_in_one_round_is_one_alert(pager: Pager) -> None:
    first = pager.channel.deliver(MESSAGE, deadline=SOON)
    lead = replace(MESSAGE, key="another page", headline="Now · Grace Hopper · 3 posts")
    assert pager.channel.deliver(lead, deadline=SOON) == first


def test_what_is_asked_anew_is_another_alert(pager: Pager) -> None:
    first = pager.channel.deliver(MESSAGE, deadline=SOON)
    anew = standing(Stands.ASKED, "case 17 round 2")
    assert pager.channel.deliver(anew, deadline=SOON) != first


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.PAGE])
def test_it_rings_for_pages_alone(purpose: Purpose, pager: Pager) -> None:
    with pytest.raises(ChannelRefused, match="takes pages alone"):
        pager.channel.deliver(replace(MESSAGE, purpose=purpose), deadline=SOON)
    assert not pager.told


def test_it_has_no_room_and_gets_no_words(pager: Pager) -> None:
    assert not pager.channel.capabilities.may_quote
    pager.channel.deliver(MESSAGE, deadline=SOON)
    assert "Charged" not in json.dumps(pager.told)
    assert "x.example" not in json.dumps(pager.told)


@pytest.mark.parametrize("kind", PAGERS)
def test_a_room_is_refused(kind: str) -> None:
    fields = declared(kind, "https://pager.example").model_dump()
    with pytest.raises(ValueError, match="room"):
        channels.settings_of(kind).model_validate({**fields, "room": "C1"})


@pytest.mark.parametrize(
    "ref", ["", "case 17", "tocsin ", "tocsin x\n", "{}", "[]", '"x"', "[" * 9_000, "\ud800",
            '{"alertname":1,"asking":2,"severity":3,"to":4}',
            '{"alertname":"a","asking":"b","severity":"c","to":"d"}']
)  # fmt: skip
def test_what_is_no_reference_of_ours_is_refused(ref: str, pager: Pager) -> None:
    with pytest.raises(ChannelRefused, match="has this reference"):
        pager.channel.update(ref, MESSAGE, deadline=SOON)
    assert not pager.wire.asked


@pytest.mark.parametrize(
    ("stands", "same", "told"),
    [
        pytest.param(Stands.ASKED, True, None, id="what is asked is known"),
        pytest.param(Stands.OWNED, True, Stands.OWNED, id="somebody has it"),
        pytest.param(Stands.OVER, True, Stands.OVER, id="it is over"),
        pytest.param(Stands.ASKED, False, Stands.OVER, id="asked anew, the old one is over"),
        pytest.param(Stands.OWNED, False, Stands.OVER, id="taken after it was asked anew"),
        pytest.param(Stands.OVER, False, Stands.OVER, id="over after it was asked anew"),
    ],
)
def test_news(stands: Stands, same: bool, told: Stands | None) -> None:
    now_asked = asking("pd", standing(stands))
    assert (
        news(now_asked if same else "tocsin pd: case 17 round 0", now_asked, standing(stands))
        is told
    )


@pytest.mark.parametrize("what", ["x" * 5000, "ключ", "two\nlines", "\ud800", " ", "a "])
def test_whatever_is_asked_has_a_short_plain_name_of_its_own(what: str) -> None:
    name = asking("pd", standing(Stands.ASKED, what))
    assert is_asking(name)
    assert len(name) <= MAX_NAME
    assert name != asking("pd", standing(Stands.ASKED, f"{what}!"))
    assert name != asking("another", standing(Stands.ASKED, what))


# ------------------------------------------------------------------------------ PagerDuty
def test_pagerduty_is_told_like_this() -> None:
    pager = Pager("pagerduty")
    ref = pager.channel.deliver(MESSAGE, deadline=SOON).ref
    pager.channel.update(ref, standing(Stands.OWNED), deadline=SOON)
    pager.channel.update(ref, standing(Stands.OVER), deadline=SOON)
    known = {"routing_key": KEY, "dedup_key": "tocsin pagerduty: case 17 round 1"}
    assert ref == known["dedup_key"]
    assert {asked["url"] for asked in pager.wire.asked} == {"https://pager.example/v2/enqueue"}
    assert pager.told == [
        {
            "event_action": "trigger",
            **known,
            "payload": {
                "summary": SUMMARY,
                "source": "Tocsin",
                "severity": "critical",
                "class": "case 17",
                "custom_details": {"what to know": [*LINES, "case 17"]},
            },
            "client": "Tocsin",
            "client_url": LINK,
            "links": [{"href": LINK, "text": "Open to act on it"}],
        },
        {"event_action": "acknowledge", **known},
        {"event_action": "resolve", **known},
    ]


def test_pagerduty_is_not_left_with_an_acknowledged_alert_that_would_not_ring() -> None:
    pager = Pager("pagerduty")
    old = pager.channel.deliver(MESSAGE, deadline=SOON).ref
    anew = standing(Stands.ASKED, "case 17 round 2")
    new = pager.channel.deliver(anew, deadline=SOON).ref
    pager.channel.update(old, anew, deadline=SOON)
    said = [(one["event_action"], one["dedup_key"]) for one in pager.told]
    assert said == [("trigger", old), ("trigger", new), ("resolve", old)]


@pytest.mark.parametrize(
    ("band", "severity"),
    [(Band.STORM, "critical"), (Band.P1, "critical"), (Band.P2, "error"), (Band.P3, "warning"),
     (Band.P4, "info"), (None, "error")],
)  # fmt: skip
def test_severity_follows_the_level(band: Band | None, severity: str) -> None:
    for kind in ("pagerduty", "alertmanager"):
        pager = Pager(kind)
        pager.channel.deliver(replace(MESSAGE, standing=Standing(band=band)), deadline=SOON)
        assert f'"{severity}"' in json.dumps(pager.told)


def test_a_page_without_a_link_links_nowhere() -> None:
    for kind in PAGERS:
        pager = Pager(kind)
        pager.channel.deliver(replace(MESSAGE, link=""), deadline=SOON)
        assert "http" not in json.dumps(pager.told)


# ------------------------------------------------------------------------------ GoAlert
def test_goalert_is_told_like_this() -> None:
    pager = Pager("goalert")
    ref = pager.channel.deliver(MESSAGE, deadline=SOON).ref
    pager.channel.update(ref, replace(standing(Stands.OWNED), link=""), deadline=SOON)
    [first, _] = pager.wire.asked
    assert first["url"] == "https://pager.example/api/v2/generic/incoming"
    assert first["headers"]["Authorization"] == f"Bearer {KEY}"
    details = "\n\n".join([*LINES, "case 17"])
    opened = {"summary": SUMMARY, "details": f"[Open to act on it]({LINK})\n\n{details}"}
    assert pager.told == [
        {"dedup": "tocsin goalert: case 17 round 1", **opened},
        {
            "dedup": "tocsin goalert: case 17 round 1",
            "action": "close",
            "summary": SUMMARY,
            "details": details,
        },
    ]


# ------------------------------------------------------------------------------ Alertmanager
def test_alertmanager_is_told_like_this() -> None:
    pager = Pager("alertmanager")
    channel = replace(pager.channel, now=lambda: NOON)  # type: ignore[type-var]
    ref = channel.deliver(MESSAGE, deadline=SOON).ref
    channel.update(ref, standing(Stands.OWNED), deadline=SOON)
    labels = {
        "alertname": "TocsinPage",
        "asking": "tocsin alertmanager: case 17 round 1",
        "severity": "critical",
        "to": "ada",
    }
    alert = {
        "labels": labels,
        "annotations": {"summary": SUMMARY, "description": "\n".join([*LINES, "case 17"])},
        "startsAt": "2026-11-21T12:00:00+00:00",
    }
    assert json.loads(ref) == labels
    assert pager.told == [
        [{**alert, "endsAt": "2026-11-22T12:00:00+00:00", "generatorURL": LINK}],
        [{**alert, "endsAt": "2026-11-21T12:00:00+00:00"}],
    ]
    assert pager.wire.asked[0]["headers"]["Authorization"].startswith("Basic ")


def known_there(labels: dict[str, str]) -> list[dict[str, Any]]:
    other = {**labels, "to": "grace"}
    return [
        {"labels": other, "generatorURL": "https://other.example"},
        {"labels": labels, "generatorURL": LINK},
    ]


@pytest.mark.parametrize(
    ("answer", "link"),
    [
        pytest.param("known", LINK, id="the link of the alert that stands there is kept"),
        pytest.param("[]", None, id="what was forgotten there comes back without one"),
        pytest.param('[{"labels": 1}]', None, id="a broken answer has none"),
        pytest.param("<html>", None, id="nor has what is no answer"),
    ],
)
def test_alertmanager_is_reminded_with_the_first_link(
    answer: str, link: str | None, httpserver: HTTPServer
) -> None:
    labels = labels_of("alertmanager", MESSAGE)
    text = json.dumps(known_there(labels)) if answer == "known" else answer
    where = {"filter": f'asking="{labels["asking"]}"'}
    httpserver.expect_request("/api/v2/alerts", method="GET", query_string=where).respond_with_data(
        text
    )
    httpserver.expect_request("/api/v2/alerts", method="POST").respond_with_data("")
    channel = channels.build(declared("alertmanager", httpserver.url_for("")), tools(httpserver))
    ref = json.dumps(labels)
    channel.update(ref, replace(standing(Stands.ASKED), link=""), deadline=SOON)
    [alert] = json.loads(httpserver.log[-1][0].get_data())
    assert alert.get("generatorURL") == link
    assert alert["labels"] == labels


def test_alertmanager_may_be_open_but_no_password_travels_in_clear() -> None:
    settings = alertmanager.Settings(name="am", url="http://alertmanager.internal:9093/")
    wire, given = answering(200)
    channels.build(settings, given).deliver(MESSAGE, deadline=SOON)
    assert "Authorization" not in wire.asked[0]["headers"]
    assert wire.asked[0]["url"] == "http://alertmanager.internal:9093/api/v2/alerts"
    for fields in ({"username": "a"}, {"username": "a", "password": PLACE}):
        with pytest.raises(ValueError, match=r"both|in clear"):
            alertmanager.Settings(name="am", url="http://alertmanager.internal:9093", **fields)


def test_alertmanager_hears_of_it_again_long_before_it_ends_by_itself() -> None:
    assert timedelta(seconds=alertmanager.AGAIN) * 10 < alertmanager.LASTS
