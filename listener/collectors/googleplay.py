"""Google Play reviews of the owner's own apps, by the Play Developer API: the last week's, no more.

Source of the interface: developers.google.com/android-publisher, "reviews.list" and "Reply to
Reviews"; of the key: "Using OAuth 2.0 for Server to Server Applications".
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from config import Brand, Duration, MissingSecret, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker
from listener.collector import AuthorisationLost, Collector, Malformed, SourceError
from listener.decoding import each, headed
from listener.facts import Facts, Gone, Proof
from listener.fields import MAX_HANDLE_CHARS, Raw, count, epoch_time, mapping, required_id, text
from listener.granted import Grant, Granted
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.owned import account_of, answered
from listener.rounds import Rounds, Shown
from listener.tools import Tools

PLATFORM = "googleplay"
API = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/{}/reviews"
TOKENS = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
PAGE = 100
REACH = timedelta(days=7)  # "created or modified within the last week"
MARGIN = timedelta(hours=1)  # of that week, which another clock measures
MAX_APPS = 50
ASSERTED_FOR = 3_600  # seconds; the longest that Google takes
ID = re.compile(r"[A-Za-z0-9:_.=-]{1,200}")
_DOCUMENTED = frozenset(  # of the two lists of reviews that Google answers with
    ("reviews", "pageInfo", "tokenPagination", "averageRating", "totalReviewCount", "nextPageToken")
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,100}@[A-Za-z0-9.-]{1,200}")

FACTS = Facts(
    platform=PLATFORM,
    title="Google Play reviews",
    keys="a service account of the app's owner, with the right to see reviews",
    limits="200 requests an hour an app; reviews with words, of the last week",
    costs="nothing",
    reach=REACH,
    gone=Gone.NEVER,
    duty="none stated beyond Google's terms for developers",
    unheard="",
    proof=Proof.DOCUMENTED,
)

Package = Annotated[
    str,
    Field(max_length=200),
    form(
        r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+",
        "is no name of an app's package",
        'Write for example "com.example.app", as behind id= in its address',
    ),
]


class Settings(SourceSettings):
    """Which apps of ours."""

    public: ClassVar[bool] = True

    kind: Literal["googleplay"] = "googleplay"
    account: Secret  # the service account's key, the whole JSON file
    # A term of the brand → the app. A review seldom names its app, so the term heads it.
    apps: Mapping[Annotated[str, Field(min_length=1, max_length=100)], Package] = Field(
        min_length=1, max_length=MAX_APPS
    )
    every: Duration = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one app. See `listener.rounds.Listing`.

    The order of the list is not documented, so each round reads the whole week.
    ours  the account under which our answers count; "": they are left out.
    """

    app: str
    package: str
    ours: str
    granted: Granted

    @property
    def key(self) -> str:
        return self.package

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        asked: dict[str, str | int] = {"maxResults": PAGE}
        if token:
            asked["token"] = token
        url = API.format(self.package)
        body = self.granted.get(url, asked, now=now, deadline=deadline)
        items = listed(body)
        body = mapping(body)
        read, malformed = each(items, lambda item: decode(item, self.app, self.package, now))
        answers, _ = each(items, lambda item: answer(item, self.package, self.ours, now))
        following = text(mapping(body.get("tokenPagination")).get("nextPageToken"), 2_000) or None
        # After a longer downtime there are reviews of which nobody is told any more.
        lost = following is None and since < now - REACH
        oldest = now - REACH + MARGIN if lost else None
        return Shown((*read, *answers), oldest, following, lost, malformed)


def listed(body: object) -> Sequence[object]:
    """The reviews that an answer lists. Raises Malformed.

    Google leaves out an empty list; but an answer of nothing that is documented is no quiet day.
    """
    items = body.get("reviews", []) if isinstance(body, dict) and "error" not in body else None
    if not isinstance(items, list) or (body and _DOCUMENTED.isdisjoint(mapping(body))):
        raise Malformed("the answer is no list of reviews")
    return items


def decode(item: object, app: str, package: str, now: datetime) -> Observation | None:
    """What a customer says in a review. Raises ValueError."""
    raw = mapping(item)
    said = _turn(raw, "userComment")
    if said is None:
        raise ValueError("a review without its author's words")
    title, tab, words = text(said.get("text")).partition("\t")  # "the title and body, by a tab"
    title, words = (title.strip(), words.strip()) if tab else ("", title.strip())
    if not (title or words):
        raise ValueError("a review has neither title nor text")
    own_id = required_id(raw, "reviewId", ID)
    version = text(said.get("appVersionName"), 20)
    name = text(raw.get("authorName"), MAX_HANDLE_CHARS)
    post = Post(
        platform=PLATFORM,
        id=f"{package}/{own_id}",
        text=words,
        title=headed(f"{app} {version}".rstrip(), title),
        created_at=min(_when(said), now),
        author=Author(id=own_id, handle=name, name=name),
        lang=text(said.get("reviewerLanguage"), 20).lower() or None,
        url=f"https://play.google.com/store/apps/details?id={package}&reviewId={own_id}",
        rating=_stars(said.get("starRating")),
        engagement=Engagement(likes=count(said.get("thumbsUpCount"))),
    )
    return Observation(Kind.POST, post, now)


def answer(item: object, package: str, ours: str, now: datetime) -> Observation | None:
    """What we answered to a review, as a post of our own account; None: nothing. Raises ValueError.

    There is one answer to a review: a later one takes its place.
    """
    raw = mapping(item)
    said = _turn(raw, "developerComment")
    if said is None or not ours:
        return None
    own = f"{package}/{required_id(raw, 'reviewId', ID)}"
    return answered(PLATFORM, own, text(said.get("text")), _when(said), ours, now)


def _turn(raw: Raw, name: str) -> Raw | None:
    turns = raw.get("comments")
    found = [mapping(one).get(name) for one in turns] if isinstance(turns, list) else []
    return next((one for one in reversed(found) if isinstance(one, dict)), None)


def _when(said: Raw) -> datetime:
    seconds = mapping(said.get("lastModified")).get("seconds")
    if isinstance(seconds, str) and seconds.isdecimal() and len(seconds) < 12:
        seconds = int(seconds)
    found = epoch_time(seconds)
    if found is None:
        raise ValueError("lastModified is no time")
    return found.astimezone(UTC)


def _stars(value: object) -> float | None:
    return float(value) if type(value) is int and 1 <= value <= 5 else None


def grant_of(account: str, source: str) -> Grant:
    """The exchange of a service account's key. Raises SourceError where it is none.

    Only the key and the address of the account are taken from the file, not where it says that
    tokens are granted.
    """
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise SourceError(
            f'source "{source}" needs cryptography: pip install "tocsin[googleplay]"'
        ) from None
    wrong = AuthorisationLost(f'source "{source}": account is no key of a service account')
    try:
        raw = mapping(json.loads(account))
        email, key = raw.get("client_email"), _key(str(raw.get("private_key")))
    except (ValueError, TypeError, RecursionError):
        raise wrong from None
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        raise wrong

    def form(now: datetime) -> Mapping[str, str]:
        kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return {"grant_type": kind, "assertion": _assertion(email, key, now)}

    return Grant(TOKENS, form, {})


def _key(pem: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except UnsupportedAlgorithm:
        raise ValueError("an odd key") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("no RSA key")
    return key


def _assertion(email: str, key: Any, now: datetime) -> str:
    """A JSON Web Token signed with RS256 (RFC 7515, 7519)."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    at = int(now.timestamp())
    claims = {"iss": email, "scope": SCOPE, "aud": TOKENS, "iat": at, "exp": at + ASSERTED_FOR}
    parts = [_coded(json.dumps(one).encode()) for one in ({"alg": "RS256", "typ": "JWT"}, claims)]
    signed = ".".join(parts)
    return f"{signed}.{_coded(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def _coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises SourceError where its library or key is missing."""
    assert isinstance(settings, Settings)
    try:
        account = tools.reveal(settings.account)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    granted = Granted(asker, grant_of(account, settings.name))
    listings = [
        Reviews(app, package, account_of(brands, app, PLATFORM), granted)
        for app, package in settings.apps.items()
    ]
    return Rounds(settings.name, listings, overlap=timedelta())
