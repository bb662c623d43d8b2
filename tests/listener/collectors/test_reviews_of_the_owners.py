"""Reviews that a platform shows to the owner of an app, a place, a business. Bodies are written
from the documented fields."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Brand, MissingSecret, Secret
from listener.collector import (
    AuthorisationLost,
    Batch,
    Collector,
    Gap,
    Known,
    Later,
    Malformed,
    Refreshes,
    SourceError,
)
from listener.collectors import googlebusiness, googleplay, trustpilot
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import Reply
from tests.listener.collectors.granting import Granting, told

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
APP = "com.example.acmeair"
PLACE = "accounts/12/locations/34"
OURS = Brand(
    name="Acme",
    terms=("Acme", "Acme Air"),
    accounts={"googleplay": ("acme",), "googlebusiness": ("acme",), "trustpilot": ("acme",)},
)


def tools(wire: Any, secret: str = "hunter2") -> Tools:
    return Tools(wire, lambda place: secret, "tocsin/0")


def posts(batch: Batch) -> dict[str, Any]:
    return {one.post.id: one.post for one in batch.observations}


def read(source: Collector, cursor: str | None = None, hours: float = 0.0) -> Batch:
    """A whole round, as one batch."""
    seen: list[Observation] = []
    gaps: list[Gap] = []
    malformed: list[str] = []
    while True:
        batch = source.fetch(cursor, now=START + timedelta(hours=hours), deadline=20.0)
        cursor = batch.cursor
        seen += batch.observations
        gaps += batch.gaps
        malformed += batch.malformed
        if not batch.more:
            return Batch(tuple(seen), cursor, False, tuple(gaps), tuple(malformed))


# ---------------------------------------------------------------------------------- Google Play
@pytest.fixture(scope="module")
def account() -> str:
    """A service account's key, made here and of use nowhere."""
    rsa = pytest.importorskip(
        "cryptography.hazmat.primitives.asymmetric.rsa", reason="cryptography is not installed"
    )
    from cryptography.hazmat.primitives import serialization as forms

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    ).decode()
    told = {"client_email": "reader@acme.iam.example", "private_key": pem}
    return json.dumps({**told, "token_uri": "https://evil.example/token"})


def app_review(number: int, hours: float = -1.0, **changed: Any) -> dict[str, Any]:
    at = START + timedelta(hours=hours)
    said = {
        "text": "Crashes\tIt crashes each morning.",
        "lastModified": {"seconds": str(int(at.timestamp())), "nanos": 0},
        "starRating": 1,
        "reviewerLanguage": "en_GB",
        "appVersionName": "4.2",
        "thumbsUpCount": 3,
        **changed,
    }
    return {"reviewId": f"gp:r{number}", "authorName": "Ann", "comments": [{"userComment": said}]}


def answered(review: dict[str, Any]) -> dict[str, Any]:
    said = {"text": "Sorry! Please write to us.", "lastModified": {"seconds": "1793606400"}}
    return {**review, "comments": [*review["comments"], {"developerComment": said}]}


class Store:
    """The list of a week's reviews, in pages."""

    def __init__(self, reviews: Sequence[Any], size: int = 100) -> None:
        self.reviews = list(reviews)
        self.size = size

    def __call__(self, url: str) -> Reply:
        at = int(parse_qs(urlsplit(url).query).get("token", ["0"])[0])
        body: dict[str, Any] = {}
        if self.reviews:
            body["reviews"] = self.reviews[at : at + self.size]
        if at + self.size < len(self.reviews):
            body["tokenPagination"] = {"nextPageToken": str(at + self.size)}
        return told(body)


def play(wire: Any, account: str, brand: Brand = OURS) -> Collector:
    settings = googleplay.Settings(
        name="play", kind="googleplay", account=Secret(env="A"), apps={"Acme Air": APP}
    )
    return googleplay.build(settings, [brand], tools(wire, account))


def test_an_apps_review_is_read_with_its_stars(account: str) -> None:
    wire = Granting(Store([app_review(1)]))
    (post,) = posts(read(play(wire, account))).values()
    assert (post.platform, post.id) == ("googleplay", f"{APP}/gp:r1")
    assert (post.title, post.text) == ("Acme Air 4.2: Crashes", "It crashes each morning.")
    assert (post.rating, post.engagement.likes, post.lang) == (1.0, 3, "en_gb")
    assert post.created_at == START - timedelta(hours=1)


def test_the_developers_answer_is_ours(account: str) -> None:
    found = posts(read(play(Granting(Store([answered(app_review(1))])), account)))
    answer = found[f"{APP}/gp:r1/answer"]
    assert (answer.author.id, answer.in_reply_to) == ("acme", f"{APP}/gp:r1")
    assert answer.text == "Sorry! Please write to us."


def test_without_a_declared_account_answers_are_left_out(account: str) -> None:
    wire = Granting(Store([answered(app_review(1))]))
    assert list(posts(read(play(wire, account, Brand(name="Acme Air"))))) == [f"{APP}/gp:r1"]


def test_all_pages_of_the_week_are_read(account: str) -> None:
    wire = Granting(Store([app_review(n) for n in range(25)], size=10))
    assert len(posts(read(play(wire, account)))) == 25
    assert len(wire.forms) == 1  # one token for all of them


def test_a_downtime_of_more_than_a_week_is_a_gap(account: str) -> None:
    source = play(Granting(Store([app_review(1)])), account)
    first = read(source)
    assert read(source, first.cursor, hours=160).gaps == ()
    (gap,) = read(source, first.cursor, hours=240).gaps
    assert (gap.since, gap.until) == (START, START + timedelta(hours=240 - 7 * 24 + 1))


def test_a_malformed_review_costs_only_itself(account: str) -> None:
    broken = [7, {}, app_review(2, lastModified=None), app_review(3, text="")]
    batch = read(play(Granting(Store([*broken, app_review(1)])), account))
    assert list(posts(batch)) == [f"{APP}/gp:r1"]
    assert len(batch.malformed) == 4


def test_the_token_is_asked_for_at_google_alone_and_signed(account: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    wire = Granting(Store([]))
    read(play(wire, account))
    (form,) = wire.forms
    assert form["url"] == "https://oauth2.googleapis.com/token"
    head, claims, signature = form["assertion"].split(".")
    decoded = json.loads(urlsafe_b64decode(claims + "=="))
    assert decoded["iss"] == "reader@acme.iam.example"
    assert decoded["exp"] - decoded["iat"] == 3600
    key: Any = load_pem_private_key(json.loads(account)["private_key"].encode(), None)
    signed = f"{head}.{claims}".encode()
    raw = urlsafe_b64decode(signature + "==")
    key.public_key().verify(raw, signed, PKCS1v15(), SHA256())  # raises where it is not


@pytest.mark.parametrize("key", ["", "[]", "{}", '{"client_email": "a@b.example"}', "[" * 9_000])
def test_what_is_no_key_of_an_account_is_refused(key: str) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    with pytest.raises(AuthorisationLost, match="no key of a service account"):
        play(Granting(Store([])), key)


# ------------------------------------------------------------------------------ tokens in general
def test_a_token_is_renewed_before_it_ends_and_when_it_is_refused(account: str) -> None:
    wire = Granting(Store([app_review(1)]))
    source = play(wire, account)
    read(source)
    read(source, hours=0.5)
    assert len(wire.forms) == 1
    read(source, hours=1)
    assert len(wire.forms) == 2
    wire.revoked.add("token-2")
    read(source, hours=1.2)
    assert len(wire.forms) == 3


@pytest.mark.parametrize(
    ("grant", "kind"),
    [
        pytest.param(told({"error": "invalid_grant"}, 400), AuthorisationLost, id="revoked"),
        pytest.param(Reply(503, {}, b""), Later, id="down"),
        pytest.param(told({"access_token": "a b\r\n"}), Malformed, id="no token for a header"),
        pytest.param(told({}), Malformed, id="none"),
        pytest.param(Reply(200, {}, b"<html>"), Malformed, id="a page"),
    ],
)
def test_a_token_that_is_not_granted_is_named(
    account: str, grant: Reply, kind: type[SourceError]
) -> None:
    wire = Granting(Store([]), grant=grant)
    with pytest.raises(kind, match="play") as caught:
        read(play(wire, account))
    assert "PRIVATE KEY" not in str(caught.value)
    assert wire.asked == []


# ------------------------------------------------------------------------------ Google Business
def place_review(number: int, hours: float = -1.0, **changed: Any) -> dict[str, Any]:
    at = (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    return {
        "name": f"{PLACE}/reviews/r{number}",
        "reviewId": f"r{number}",
        "reviewer": {"displayName": "Ann"},
        "starRating": "ONE",
        "comment": "Nobody at the desk.",
        "createTime": at,
        "updateTime": at,
        **changed,
    }


class Map:
    """The reviews of a place, by their last change."""

    def __init__(self, *reviews: Any) -> None:
        self.reviews = {one["name"]: one for one in reviews}
        self.closed = False

    def __call__(self, url: str) -> Reply:
        path = urlsplit(url).path.removeprefix("/v4/")
        if path == f"{PLACE}/reviews":
            return told({}, 403) if self.closed else told(self._list())
        found = None if self.closed else self.reviews.get(path)
        return told(found) if found else told({"error": {"code": 404}}, 404)

    def _list(self) -> dict[str, Any]:
        return {"reviews": list(self.reviews.values())} if self.reviews else {}


def business(wire: Any) -> googlebusiness.BusinessSource:
    secrets = {name: Secret(env="S") for name in ("client_id", "client_secret", "refresh_token")}
    settings = googlebusiness.Settings(
        name="shops", kind="googlebusiness", locations=(PLACE,), about="Acme", **secrets
    )
    source = googlebusiness.build(settings, [OURS], tools(wire))
    assert isinstance(source, googlebusiness.BusinessSource)
    return source


def test_a_places_review_and_our_answer_are_read() -> None:
    reply = {"comment": "We are sorry.", "updateTime": "2026-11-02T07:30:00Z"}
    found = posts(read(business(Granting(Map(place_review(1, reviewReply=reply))))))
    post, answer = (found[f"{PLACE}/reviews/r1{end}"] for end in ("", "/answer"))
    assert (post.title, post.text, post.rating) == ("Acme", "Nobody at the desk.", 1.0)
    assert (answer.author.id, answer.in_reply_to) == ("acme", post.id)


def test_stars_alone_are_no_post_and_no_fault() -> None:
    batch = read(business(Granting(Map(place_review(1, comment=None), place_review(2)))))
    assert list(posts(batch)) == [f"{PLACE}/reviews/r2"]
    assert batch.malformed == ()


def test_a_place_without_reviews_is_quiet() -> None:
    assert read(business(Granting(Map()))).observations == ()


def test_an_old_review_that_was_edited_shows_as_it_is_now() -> None:
    shown = Map(place_review(1))
    source = business(Granting(shown))
    first = read(source)
    edited = place_review(1, comment="It is worse.", updateTime="2026-11-02T09:00:00Z")
    shown.reviews[edited["name"]] = edited
    assert [one.text for one in posts(read(source, first.cursor, hours=2)).values()] == [
        "It is worse."
    ]


def test_a_review_that_is_not_found_is_absent_while_its_place_is_there() -> None:
    shown = Map(place_review(1))
    source = business(Granting(shown))
    assert isinstance(source, Refreshes)
    kept = [Known(f"{PLACE}/reviews/r{n}") for n in (1, 2)]
    found = source.refresh(kept, now=START, deadline=20.0)
    assert [(one.kind, one.post.id[-2:]) for one in found.observations] == [
        (Kind.POST, "r1"),
    ]
    assert found.absent == (f"{PLACE}/reviews/r2",)
    shown.closed = True
    found = source.refresh(kept, now=START, deadline=20.0)
    assert (found.observations, found.absent) == ((), ())


def test_another_accounts_review_is_not_asked_for() -> None:
    wire = Granting(Map())
    strange = [Known("accounts/9/locations/9/reviews/r1"), Known("../../x")]
    assert set(business(wire).refresh(strange, now=START, deadline=20.0).unknown) == {
        one.id for one in strange
    }
    assert wire.asked == []


def test_a_missing_key_is_told_when_it_is_built() -> None:
    def missing(secret: Secret) -> str:
        raise MissingSecret("environment variable S is not set")

    settings = googlebusiness.Settings(
        name="shops", kind="googlebusiness", locations=(PLACE,), about="Acme",
        client_id=Secret(env="S"), client_secret=Secret(env="S"), refresh_token=Secret(env="S"),
    )  # fmt: skip
    with pytest.raises(AuthorisationLost, match="S is not set"):
        googlebusiness.build(settings, [], Tools(Granting(Map()), missing, "t"))


# ----------------------------------------------------------------------------------- Trustpilot
def own(number: int) -> str:
    return f"{number:024x}"


def service_review(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": own(number),
        "stars": 2,
        "title": "Never again",
        "text": "Charged twice.",
        "language": "en",
        "createdAt": "2026-11-02T07:00:00",
        "consumer": {"id": "5" * 24, "displayName": "Ann"},
        **changed,
    }


class Pilot:
    """The reviews of a business, listed and one by one."""

    def __init__(self, *reviews: Any) -> None:
        self.reviews = {one["id"]: one for one in reviews}
        self.closed = False

    def __call__(self, url: str) -> Reply:
        path = urlsplit(url).path
        if path.endswith("/reviews"):
            return told({}, 403) if self.closed else told({"reviews": list(self.reviews.values())})
        found = None if self.closed else self.reviews.get(path.rpartition("/")[2])
        return told(found) if found else told({}, 404)


Wired = Callable[..., Any]


def pilot(wire: Any, **more: Any) -> trustpilot.TrustpilotSource:
    settings = trustpilot.Settings(
        name="trust", kind="trustpilot", api_key=Secret(env="K"), business="a" * 24, about="Acme",
        **more,
    )  # fmt: skip
    source = trustpilot.build(settings, [OURS], tools(wire))
    assert isinstance(source, trustpilot.TrustpilotSource)
    return source


def test_a_service_review_and_our_answer_are_read(wire_of: Wired) -> None:
    reply = {"text": "We are sorry.", "createdAt": "2026-11-02T07:30:00Z"}
    wire = wire_of(Pilot(service_review(1, companyReply=reply)))
    found = posts(read(pilot(wire)))
    post, answer = found[own(1)], found[f"{own(1)}/answer"]
    assert (post.title, post.text, post.rating) == ("Acme: Never again", "Charged twice.", 2.0)
    assert post.created_at == START - timedelta(hours=1)  # a time without a zone is UTC
    assert (answer.author.id, answer.in_reply_to) == ("acme", own(1))
    assert wire.asked[0].headers["apikey"] == "hunter2"
    assert "hunter2" not in wire.asked[0].url


def test_with_the_keys_secret_the_private_methods_are_asked() -> None:
    wire = Granting(Pilot(service_review(1)))
    assert list(posts(read(pilot(wire, api_secret=Secret(env="X"))))) == [own(1)]
    assert all("/v1/private/" in url for url in wire.asked)
    assert wire.forms[0]["grant_type"] == "client_credentials"
    assert wire.headers[0]["Authorization"].startswith("Basic ")


def test_a_review_that_is_not_found_is_absent_while_the_business_is_there(wire_of: Wired) -> None:
    shown = Pilot(service_review(1))
    source = pilot(wire_of(shown))
    kept = [Known(own(1)), Known(own(2))]
    found = source.refresh(kept, now=START, deadline=20.0)
    assert [(one.kind, one.post.id) for one in found.observations] == [
        (Kind.POST, own(1)),
    ]
    assert found.absent == (own(2),)
    shown.closed = True
    found = source.refresh(kept, now=START, deadline=20.0)
    assert (found.observations, found.absent) == ((), ())
