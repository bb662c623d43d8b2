"""An RSS feed of a paper: its last few entries, with an ETag and 304.

Source: the RSS 2.0 specification; RFC 9110 for the validators.
"""

import hashlib
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from listener.collectors.feed import Settings
from tests.simulator.dialect import Bounds, Places, Request
from tests.simulator.faults import COMMON, HUGE_CHARS, Answer, Fault, spoiled
from tests.simulator.timeline import Entry, Timeline

SHOWN = 10  # entries; what is older has scrolled out
_SITE = "https://paper.example/"
_RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{}</channel></rss>'


class Feed:
    platform = "feed"
    bounds = Bounds(
        faults=COMMON | {Fault.ODD, Fault.EMPTY},
        requests=1,
        shrunk={"listener.collectors.feed.MIN_SECONDS": 0.05},
    )

    def settings(self, places: Places) -> Settings:
        return Settings(name="paper", kind="feed", urls=(f"http://{places.http}/rss",))

    def answer(self, request: Request, timeline: Timeline, now: datetime) -> Answer:
        entries = [] if request.fault is Fault.EMPTY else timeline.visible(now)[:SHOWN]
        items = spoiled(request.fault, [_item(entry, now) for entry in entries], _enlarged)
        body = _RSS.format("".join(_xml(item, request.fault) for item in items)).encode()
        headers = {
            "content-type": "application/rss+xml",
            "etag": f'"{hashlib.md5(body).hexdigest()}"',
        }
        if request.headers.get("if-none-match") == headers["etag"]:
            return Answer(304, headers)
        return Answer(200, headers, body)

    def number(self, native_id: str) -> int:
        return int(native_id.removeprefix(_SITE))

    def native_id(self, entry: Entry) -> str:
        return f"{_SITE}{entry.number}"


def _item(entry: Entry, now: datetime) -> dict[str, str]:
    return {
        "guid": f"{_SITE}{entry.number}",
        "title": "About Acme",
        "description": entry.words(now),
        "author": entry.author,
        "pubDate": f"{entry.at:%a, %d %b %Y %H:%M:%S} GMT",
    }


def _xml(item: Any, fault: Fault | None) -> str:
    """One entry; of what is none, an entry that says nothing, with a date that is none."""
    shown = item if isinstance(item, dict) and "guid" in item else {"pubDate": "soon"}
    odd = "<rating>many</rating><media:x>&nbsp;</media:x>" if fault is Fault.ODD else ""
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in shown.items())
    return f"<item>{inside}{odd}</item>"


def _enlarged(item: dict[str, str]) -> dict[str, str]:
    return {**item, "description": item["description"] + " x" * (HUGE_CHARS // 2)}
