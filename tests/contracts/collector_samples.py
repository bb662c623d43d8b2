"""A polled source as its contract needs to know it: how it is declared, and how its platform pages.

To put a source under the contract in `test_collectors.py`, add one row to `SAMPLES`:

    "kind": Sample(
        declare={...},     # its settings, without kind and name; secrets as {"env": "TOKEN"}
        item=...,          # (n, at) → the n-th post as the platform spells it, written at `at`,
                           # with `words(n)` in its text
        page=...,          # (url, items) → the body that the platform answers the url with; items
                           # come newest first, and it pages as the platform does
        size=...,          # posts of one page
    )

and, only where they differ: `broken` (an item that is not as documented), `needs` (a library),
`refused` (what a 401 and a 403 become), `content_type`, `most` (posts that the platform shows at
all; of what is older it says nothing), `secret` (from the tests' secret, what stands where the
token is kept, for a source that wants one of a form) and `granted` (the address where a token is
asked for first; it is granted to whoever asks).
A source that the contract cannot be put on has its reason in `LEFT_OUT`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from listener.collector import AuthorisationLost, Forbidden, SourceError

Item = Any
START = datetime(2026, 11, 2, 12, tzinfo=UTC)

LEFT_OUT: Mapping[str, str] = {
    "bluesky": "it is a stream, not polled",
    "csv": "it asks nobody: it reads a file",
    "file": "it asks nobody: it reads a file",
    "form": "it asks nobody: it reads a folder",
    "imap": "it speaks IMAP; test_imap_source.py",
    "reddit": "praw speaks for it; test_x_and_reddit_under_faults.py",
    "webhook": "it asks nobody: it reads a spool",
    "x": "tweepy speaks for it, and it costs money; test_x_and_reddit_under_faults.py",
}


def words(n: int) -> str:
    """What the n-th post says."""
    return f"Acme is late, and nobody answers: post-{n}."


def number_of(text: str) -> int:
    """Which post says so."""
    found = re.search(r"post-(\d+)", text)
    assert found, text
    return int(found[1])


@dataclass(frozen=True)
class Sample:
    """One source; see the head of this file."""

    declare: Mapping[str, Any]
    item: Callable[[int, datetime], Item]
    page: Callable[[str, Sequence[Item]], bytes]
    size: int
    broken: Item = field(default_factory=lambda: {"id": None})
    refused: tuple[type[SourceError], ...] = (AuthorisationLost, Forbidden)
    needs: str | None = None
    content_type: str = "application/json"
    most: int = 10_000
    secret: Callable[[str], str] = str
    granted: str = ""


def asked_of(url: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def dumped(body: object) -> bytes:
    return json.dumps(body).encode()


# ------------------------------------------------------------------------------------ App Store
def _review(n: int, at: datetime) -> Item:
    told = {
        "id": str(10_000 + n),
        "title": "Crashes",
        "content": words(n),
        "im:rating": "1",
        "im:version": "4.2",
        "im:voteSum": "3",
        "updated": iso(at),
    }
    author = {"name": {"label": f"ann{n}"}, "uri": {"label": f"https://x.example/us/reviews/id{n}"}}
    return {"author": author, **{name: {"label": value} for name, value in told.items()}}


def _reviews(url: str, items: Sequence[Item]) -> bytes:
    found = re.search(r"/page=(\d+)/", url)
    at = int(found[1]) if found else 1
    shown = list(items[(at - 1) * 50 : at * 50])
    feed: dict[str, Any] = {"id": {"label": url}}
    if len(shown) == 1:
        feed["entry"] = shown[0]
    elif shown:
        feed["entry"] = shown
    return dumped({"feed": feed})


# -------------------------------------------------------------------------------------- Discord
def _message(n: int, at: datetime) -> Item:
    return {
        "id": str(((round(at.timestamp() * 1000) - 1_420_070_400_000) << 22) + n),
        "type": 0,
        "content": words(n),
        "timestamp": iso(at),
        "author": {"id": str(10**17 + n), "username": f"ann{n}"},
    }


def _messages(url: str, items: Sequence[Item]) -> bytes:
    after = int(asked_of(url).get("after", "0"))
    odd = [one for one in items if not one.get("id")]
    newer = [one for one in items if one.get("id") and int(one["id"]) > after]
    return dumped([*newer[-100:], *odd])


# ------------------------------------------------------------------------------------ Discourse
def _forum_post(n: int, at: datetime) -> Item:
    return {
        "id": 1_000 + n,
        "username": f"ann{n}",
        "user_id": 7 + n,
        "created_at": iso(at),
        "cooked": f"<p>{words(n)}</p>",
        "raw": words(n),
        "post_number": 2,
        "post_type": 1,
        "topic_id": 11,
        "topic_title": "Help",
        "version": 1,
    }


def _forum(url: str, items: Sequence[Item]) -> bytes:
    before = int(asked_of(url).get("before", 10**9))
    shown = [one for one in items if not isinstance(one.get("id"), int) or one["id"] <= before]
    return dumped({"latest_posts": shown[:50]})


# ------------------------------------------------------------------------ Facebook and Instagram
def _comment(n: int, at: datetime) -> Item:
    return {
        "id": f"55_{n}",
        "message": words(n),
        "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "from": {"id": str(900 + n), "name": f"Ann {n}"},
    }


def _photo_comment(n: int, at: datetime) -> Item:
    return {
        "id": str(1_000 + n),
        "text": words(n),
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "from": {"id": str(900 + n), "username": f"ann{n}"},
    }


def _under_a_post(url: str, items: Sequence[Item]) -> bytes:
    """A cursor marks an item (developers.facebook.com, "Paginated Results")."""
    after = asked_of(url).get("after")
    at = next((n for n, one in enumerate(items, 1) if one.get("id") == after), 0) if after else 0
    shown = list(items[at : at + 50])
    comments: dict[str, Any] = {"data": shown}
    if at + 50 < len(items):
        cursor = next((one["id"] for one in reversed(shown) if one.get("id")), "")
        comments["paging"] = {"cursors": {"after": cursor}, "next": "https://x.example"}
    if "/comments" in url:
        return dumped(comments)
    return dumped({"data": [{"id": "7_55", "from": {"id": "7"}, "comments": comments}]})


# ----------------------------------------------------------------------------- Google Business
PLACE = "accounts/12/locations/34"


def _place_review(n: int, at: datetime) -> Item:
    return {
        "name": f"{PLACE}/reviews/r{n}",
        "reviewer": {"displayName": f"Ann {n}"},
        "starRating": "ONE",
        "comment": words(n),
        "createTime": iso(at),
        "updateTime": iso(at),
    }


def _place_reviews(url: str, items: Sequence[Item]) -> bytes:
    at = int(asked_of(url).get("pageToken", "0"))
    body: dict[str, Any] = {"reviews": list(items[at : at + 50])}
    if at + 50 < len(items):
        body["nextPageToken"] = str(at + 50)
    return dumped(body)


# ---------------------------------------------------------------------------------- Google Play
def _app_review(n: int, at: datetime) -> Item:
    said = {
        "text": f"Crashes\t{words(n)}",
        "lastModified": {"seconds": str(int(at.timestamp()))},
        "starRating": 1,
    }
    return {"reviewId": f"gp:r{n}", "authorName": "Ann", "comments": [{"userComment": said}]}


def _app_reviews(url: str, items: Sequence[Item]) -> bytes:
    at = int(asked_of(url).get("token", "0"))
    body: dict[str, Any] = {"reviews": list(items[at : at + 100])}
    if at + 100 < len(items):
        body["tokenPagination"] = {"nextPageToken": str(at + 100)}
    return dumped(body)


@cache
def _service_account(secret: str) -> str:
    """A service account's key, made here and of use nowhere, that the tests' secret is part of.

    A short one: it is checked whenever a source is built, which takes ten times as long at 2048
    bits. A key as Google gives them is in test_reviews_of_the_owners.py.
    """
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    key = generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    )
    told = {"client_email": "reader@acme.iam.example", "private_key": key.decode()}
    return json.dumps({**told, "private_key_id": secret})


# ---------------------------------------------------------------------------------- Hacker News
def _hit(n: int, at: datetime) -> Item:
    return {
        "objectID": str(1_000 + n),
        "created_at_i": int(at.timestamp()),
        "author": f"ann{n}",
        "comment_text": words(n),
        "story_id": 5,
        "parent_id": 5,
    }


def _hits(url: str, items: Sequence[Item]) -> bytes:
    shown = list(items)
    for sign, bound in re.findall(r"created_at_i([<>])=(\d+)", unquote(url)):
        least = sign == ">"
        shown = [
            one
            for one in shown
            if "created_at_i" not in one
            or (one["created_at_i"] >= int(bound) if least else one["created_at_i"] <= int(bound))
        ]
    return dumped({"hits": shown[:1_000]})


# ---------------------------------------------------------------------------------------- Lemmy
def _link_post(n: int, at: datetime) -> Item:
    return {
        "post": {
            "id": 1_000 + n,
            "name": "Help",
            "body": words(n),
            "ap_id": f"https://there.example/post/{n}",
            "published": iso(at),
            "deleted": False,
            "removed": False,
        },
        "creator": {"name": f"ann{n}", "actor_id": f"https://there.example/u/ann{n}"},
        "counts": {"upvotes": 3, "comments": 1},
    }


def _search(url: str, items: Sequence[Item]) -> bytes:
    asked = asked_of(url)
    at = int(asked.get("page", "1"))
    posts = list(items[(at - 1) * 50 : at * 50]) if asked.get("type_") == "Posts" else []
    return dumped({"type_": asked.get("type_"), "posts": posts, "comments": []})


# ------------------------------------------------------------------------------------- Mastodon
def _status(n: int, at: datetime) -> Item:
    number = str((int(at.timestamp() * 1000) << 16) + n)
    return {
        "id": number,
        "created_at": iso(at),
        "uri": f"https://there.example/{n}",
        "content": f"<p>{words(n)}</p>",
        "account": {"acct": f"ann{n}@there.example"},
    }


def _timeline(url: str, items: Sequence[Item]) -> bytes:
    asked = asked_of(url)
    good = [one for one in items if one.get("id")]
    odd = [one for one in items if not one.get("id")]
    if "min_id" in asked:
        newer = [one for one in good if int(one["id"]) > int(asked["min_id"])]
        return dumped([*newer[-40:], *odd])
    older = [one for one in good if int(one["id"]) < int(asked.get("max_id", 10**30))]
    return dumped([*older[:40], *odd])


# -------------------------------------------------------------------------------- Stack Exchange
def _question(n: int, at: datetime) -> Item:
    return {
        "question_id": 1_000 + n,
        "creation_date": int(at.timestamp()),
        "title": "Acme &quot;help&quot;",
        "body": f"<p>{words(n)}</p>",
        "tags": ["acme"],
        "link": f"https://stackoverflow.com/questions/{n}",
        "owner": {"user_id": 70 + n, "display_name": f"ann{n}"},
        "score": 1,
    }


def _questions(url: str, items: Sequence[Item]) -> bytes:
    asked = asked_of(url)
    at, since = int(asked.get("page", "1")), int(asked.get("fromdate", "0"))
    until = int(asked.get("todate", str(2**40)))
    found = [one for one in items if since <= one.get("creation_date", since) <= until]
    shown = found[(at - 1) * 100 : at * 100]
    return dumped({"items": shown, "has_more": at * 100 < len(found), "quota_remaining": 250})


# ------------------------------------------------------------------------------------- Telegram
def _update(n: int, at: datetime) -> Item:
    message = {
        "message_id": n,
        "date": int(at.timestamp()),
        "chat": {"id": -1007},
        "from": {"id": 70 + n, "first_name": f"Ann {n}"},
        "text": words(n),
    }
    return {"update_id": n, "message": message}


def _updates(url: str, items: Sequence[Item]) -> bytes:
    offset = int(asked_of(url).get("offset", "0"))
    waiting = [one for one in reversed(items) if one["update_id"] >= offset]
    return dumped({"ok": True, "result": waiting[:100]})


# ------------------------------------------------------------------------------------ Trustpilot
def _service_review(n: int, at: datetime) -> Item:
    return {
        "id": f"{n:024x}",
        "stars": 1,
        "title": "Never again",
        "text": words(n),
        "language": "en",
        "createdAt": iso(at),
        "consumer": {"id": f"{900 + n:024x}", "displayName": f"Ann {n}"},
    }


def _service_reviews(url: str, items: Sequence[Item]) -> bytes:
    at = int(asked_of(url).get("page", "1"))
    return dumped({"reviews": list(items[(at - 1) * 100 : at * 100])})


# -------------------------------------------------------------------------------------- YouTube
def _thread(n: int, at: datetime) -> Item:
    comment = {
        "id": f"Ugx{n:06}",
        "snippet": {
            "videoId": "JE8xdDp5B8Q",
            "authorDisplayName": f"@ann{n}",
            "textDisplay": words(n),
            "publishedAt": iso(at),
            "likeCount": 1,
        },
    }
    snippet = {"videoId": "JE8xdDp5B8Q", "topLevelComment": comment, "totalReplyCount": 0}
    return {"id": comment["id"], "snippet": snippet}


def _threads(url: str, items: Sequence[Item]) -> bytes:
    at = int(asked_of(url).get("pageToken", "0"))
    body: dict[str, Any] = {"items": list(items[at : at + 100])}
    if at + 100 < len(items):
        body["nextPageToken"] = str(at + 100)
    return dumped(body)


# ----------------------------------------------------------------------------------------- feeds
def _entry(n: int, at: datetime) -> Item:
    return {"guid": f"g{n}", "text": words(n), "at": format_datetime(at)}


def _rss(url: str, items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<item><guid>{one['guid']}</guid><title>{escape(one['text'])}</title>"
        f"<pubDate>{one['at']}</pubDate></item>"
        if "guid" in one
        else "<item></item>"
        for one in items
    )
    return f'<rss version="2.0"><channel><title>t</title>{entries}</channel></rss>'.encode()


SAMPLES: Mapping[str, Sample] = {
    "appstore": Sample({"apps": {"Acme Air": 123456789}}, _review, _reviews, 50),
    "discord": Sample(
        {"token": {"env": "TOKEN"}, "server": "1" * 18, "channels": ["2" * 18]},
        _message,
        _messages,
        100,
        broken={"id": None, "type": 0},
    ),
    "discourse": Sample({"forum": "forum.example"}, _forum_post, _forum, 50),
    "facebook": Sample(
        {"page": "7", "token": {"env": "TOKEN"}, "about": "Acme"}, _comment, _under_a_post, 50
    ),
    "feed": Sample(
        {"urls": ["https://news.example/feed.xml"]},
        _entry,
        _rss,
        40,
        needs="feedparser",
        most=400,
        content_type="application/rss+xml",
    ),
    "googlebusiness": Sample(
        {
            **{key: {"env": "TOKEN"} for key in ("client_id", "client_secret", "refresh_token")},
            "locations": [PLACE],
            "about": "Acme",
        },
        _place_review,
        _place_reviews,
        50,
        granted="https://oauth2.googleapis.com/token",
    ),
    "googleplay": Sample(
        {"account": {"env": "TOKEN"}, "apps": {"Acme Air": "com.example.acmeair"}},
        _app_review,
        _app_reviews,
        100,
        needs="cryptography",
        secret=_service_account,
        granted="https://oauth2.googleapis.com/token",
    ),
    "hackernews": Sample({}, _hit, _hits, 1_000),
    "instagram": Sample(
        {"account": "7", "token": {"env": "TOKEN"}, "about": "Acme"},
        _photo_comment,
        _under_a_post,
        50,
    ),
    "lemmy": Sample({"instance": "lemmy.example"}, _link_post, _search, 50),
    "mastodon": Sample({"instance": "here.example"}, _status, _timeline, 40),
    "stackexchange": Sample({"key": {"env": "TOKEN"}}, _question, _questions, 100),
    "telegram": Sample(
        {"token": {"env": "TOKEN"}, "chats": [-1007]},
        _update,
        _updates,
        100,
        broken={"update_id": 0, "message": {"chat": {"id": -1007}, "text": "no number"}},
    ),
    "trustpilot": Sample(
        {"api_key": {"env": "TOKEN"}, "business": "a" * 24, "about": "Acme"},
        _service_review,
        _service_reviews,
        100,
    ),
    "youtube": Sample(
        {"key": {"env": "TOKEN"}, "channels": ["UC" + "a" * 22]}, _thread, _threads, 100
    ),
}


def spread(count: int, first: datetime, gap: timedelta = timedelta(seconds=1)) -> list[datetime]:
    """Instants, one post each."""
    return [first + n * gap for n in range(count)]
