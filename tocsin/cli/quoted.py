"""The customer's own words on a case's page, or why they are gone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from escalation import encode
from escalation.subject import Case
from tocsin.speaker import spoken
from tocsin.store.times import utc

if TYPE_CHECKING:
    from tocsin.store import Unit


def posts_of(desk: "Unit", case: Case) -> list[dict[str, Any]]:
    """What was said, a row a post, with why where its words are gone."""
    return [
        {
            "at": utc(post["created_at"]).isoformat(timespec="minutes"),
            "author": post["handle"],
            "text": _why_gone(post) or post["text"] or post["title"],
            "url": post["url"],
        }
        for post in desk.posts_of_case(case.number)
    ]


def _why_gone(post: Mapping[str, Any]) -> str:
    """Why a post has no words any more; "": it has them."""
    if post["deleted_at"] is None:
        return ""
    asked = post["forgotten_at"] is not None
    return "(erased by us, because its author asked for it)" if asked else "(deleted by its author)"


def words(said: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    """The same for a person; no control byte of a stranger's reaches the terminal."""
    if said:
        yield "said:"
    for post in said:
        who = f"@{str(post['author']).removeprefix('@')}" if post["author"] else "somebody"
        at = spoken(datetime.fromisoformat(post["at"]), zone)
        yield f"    {at}  {who}  {post['url']}".rstrip()
        yield from (
            f"        {line}" for line in encode.legible(post["text"], lines=True).split("\n")
        )
