"""Where the labelled sets come from, and how the half that is measured is made of a download.

Figures are made on one half of each set. A row is in it when the SHA-1 of its text is even, the
text without case, links, mentions, digits and punctuation; rows that are equal then are kept once.
The rule knows nothing of the set, so a text that occurs in two sets is on the same side in both.
"""

import csv
import gzip
import hashlib
import io
import re
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.sets import Row

PUBLIC = "https://raw.githubusercontent.com"
MAX_BYTES = 40_000_000  # ten times the largest of them
DEADLINE = 30.0  # seconds of silence after which an origin is unreachable

_LINK = re.compile(r"http\S+|www\.\S+")
_MENTION = re.compile(r"@\w+")
_NO_LETTER = re.compile(r"[\W\d_]+")


class Origin(NamedTuple):
    """A public set.

    file     its name among ours.
    of, at   the repository, and the commit that is read: an address that names a commit stays
             what it is.
    paths    its files there; `rows` makes rows of ours of their texts.
    sha256   of those files; "" where nobody has taken it yet. It is printed at each download.
    half     SHA-256 of the half as it was measured for the page.
    """

    file: str
    of: str
    at: str
    paths: tuple[str, ...]
    rows: Callable[..., Iterator[Row]]
    half: str
    sha256: tuple[str, ...] = ()

    def addresses(self, base: str = PUBLIC) -> list[str]:
        """Where its files are."""
        return [f"{base}/{self.of}/{self.at}/{quote(path)}" for path in self.paths]


class NotTaken(Exception):
    """A set could not be had, or is not what it should be; the text says which and why."""


def fetch(folder: Path, base: str = PUBLIC) -> Iterator[str]:
    """Download the sets that a folder lacks; yields a line for each, those left out included."""
    folder.mkdir(parents=True, exist_ok=True)
    for origin in ORIGINS:
        path = folder / f"{origin.file}.csv.gz"
        if path.is_file():
            yield f"{origin.file}: there already"
            continue
        try:
            rows = take(origin, base)
        except NotTaken as error:
            yield f"{origin.file}: left out, {error}"
            continue
        _keep(path, rows)
        yield f"{origin.file}: {len(rows)} rows of {origin.of}"


def take(origin: Origin, base: str = PUBLIC) -> list[Row]:
    """Download a set, and keep the half that is measured. Raises NotTaken."""
    files = [_download(address) for address in origin.addresses(base)]
    found = tuple(hashlib.sha256(one).hexdigest() for one in files)
    if origin.sha256 and found != origin.sha256:
        raise NotTaken(f"its SHA-256 is {', '.join(found)}, not {', '.join(origin.sha256)}")
    try:
        rows = list(measured_half(origin.rows(*(one.decode("utf-8", "replace") for one in files))))
    except (LookupError, ValueError, csv.Error) as error:
        raise NotTaken(f"it cannot be read: {error!r}") from None
    if not rows:
        raise NotTaken("it holds no row")
    return rows


def _download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=DEADLINE) as reply:
            found: bytes = reply.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NotTaken(f"{address} is unreachable: {error}") from None
    if len(found) > MAX_BYTES:
        raise NotTaken(f"{address} is larger than {MAX_BYTES} bytes")
    return found


def _keep(path: Path, rows: list[Row]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


# --- the rule of the halves ---


def measured_half(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that are measured, each text once."""
    met: set[str] = set()
    for row in rows:
        key = key_of(row["text"])
        if key not in met:
            met.add(key)
            if is_measured(key):
                yield row


def key_of(text: str) -> str:
    """What the rule sees of a text; of one that holds no letter, all of it."""
    bare = _MENTION.sub(" ", _LINK.sub(" ", text.lower()))
    return _NO_LETTER.sub(" ", bare).strip() or text


def is_measured(key: str) -> bool:
    """Which half a text is in."""
    return int(hashlib.sha1(key.encode("utf-8", "replace")).hexdigest(), 16) % 2 == 0


# --- the files ---


def _table(text: str) -> Iterator[Row]:
    return csv.DictReader(io.StringIO(text, newline=""))


def _acl19(text: str) -> Iterator[Row]:
    for _, said, complaint, domain in csv.reader(io.StringIO(text, newline="")):
        yield {"text": said, "complaint": complaint, "domain": domain}


def _airline(text: str) -> Iterator[Row]:
    for row in _table(text):
        negative = row["airline_sentiment"] == "negative"
        yield {
            "text": row["text"],
            "sentiment": row["airline_sentiment"],
            "reason": row["negativereason"] if negative else "",
            "reason_confidence": row["negativereason_confidence"] if negative else "",
            "airline": row["airline"],
        }


def _fincorp(text: str) -> Iterator[Row]:
    for row in _table(text):
        yield {
            "text": row["Complaint/ Opinion"],
            "complaint": row["Complaint Label"],
            "severity": row["Severity level"],
            "domain": row["Domain"],
        }


def _cesamard(text: str) -> Iterator[Row]:
    for row in _table(text):
        yield {
            "text": row["Review_S"],
            "title": row["Title"],
            "complaint": row["Complaint"],
            "severity": row["Severity"],
            "sarcastic": row["Sarcastic"],
            "domain": row["Domain"],
        }


def _sanders(text: str) -> Iterator[Row]:
    for row in _table(text):
        yield {"text": row["TweetText"], "sentiment": row["Sentiment"], "brand": row["Topic"]}


def _tweeteval(*texts: str) -> Iterator[Row]:
    labels = ("negative", "neutral", "positive")
    for said, marks in zip(texts[::2], texts[1::2], strict=True):
        for text, mark in zip(said.splitlines(), marks.split(), strict=True):
            yield {"text": text, "label": labels[int(mark)]}


ORIGINS = (
    Origin(
        "complaints_acl19",
        "danielpreotiuc/complaints-social-media",
        "baec7154669fb51a7a7e0f74a2eff1ce565982d3",
        ("complaints-data.csv",),
        _acl19,
        "1727074103d62f0f6317c24e44b93701f82a93e415909c3e5a2d8e61486c7abf",
    ),
    Origin(
        "airline",
        "AyushDhatwalia/Twitter-Airline-Sentiment",
        "9bb398288512b2114f61e1e34b83d50efc990c66",
        ("Tweets.csv",),
        _airline,
        "e8c8c201d455287fe61b2ef03948f2c639972ce6223321baae0284667f28c5eb",
    ),
    Origin(
        "fincorp",
        "RohanBh23/FINCORP",
        "8b168f8dab3c27c3238f135c420087a5c61de8f4",
        ("Database/FINCORP.csv",),
        _fincorp,
        "0ad454b66e3d7d545f0d403441c2df4f66976757c90e190e5940e5256a6067a6",
    ),
    Origin(
        "cesamard",
        "appy1608/ECIR2023_Complaint-Detection",
        "3908143a2942d10a71bca220e01811176006ead7",
        ("CESAMARD-Aspect_Dataset.csv",),
        _cesamard,
        "600241628d709acbbfdb1a8b2ff84e4b8ddb6a50f1e05eef7fde65d4a06c5199",
    ),
    Origin(
        "sanders",
        "zfz/twitter_corpus",
        "77c6194a9b06c6b1fa1f37f355cdd39819560a08",
        ("full-corpus.csv",),
        _sanders,
        "0718d28161c1b9eb4490ffe5c1d512b274bcb750fa1b0e91db23f9462f39beab",
    ),
    Origin(
        "tweeteval_sentiment",
        "cardiffnlp/tweeteval",
        "3eb5e91dd5070b5a5931df4e70cbab5978e3c50c",
        tuple(
            f"datasets/sentiment/{part}_{kind}.txt"
            for part in ("val", "test")
            for kind in ("text", "labels")
        ),
        _tweeteval,
        "9d75171791086a8d833d4274224045ac4a023817e459781fd57e05ea830f424e",
    ),
)
