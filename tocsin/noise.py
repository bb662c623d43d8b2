"""Copies, crowds and machines among the mentions: what is heard now against what is kept."""

from dataclasses import replace
from datetime import datetime, timedelta

from listener.crowd import NO_NOISE, Crowd, Voiced
from listener.duplicates import WINDOW
from listener.intake import Mention
from tocsin.store import Unit

MOST_REMEMBERED = 5_000  # posts read again after a start, the newest; some tenths of a second


class Marking:
    """Marks mentions as they come. Its memory is of the last days, read from the store anew after
    a start, and where a transaction is undone."""

    def __init__(self) -> None:
        self._crowd: Crowd | None = None

    def forget(self) -> None:
        """What was heard may have been undone."""
        self._crowd = None

    def marked(self, desk: Unit, mention: Mention, now: datetime) -> Mention:
        """The mention with what was found of it, which is kept. An edit keeps what was found."""
        if mention.is_edit:
            return mention
        if self._crowd is None:
            self._crowd = self._remembered(desk, mention.kept.post, now)
        noise = self._crowd.hear(_voiced(mention))
        if noise == NO_NOISE:
            return mention
        desk.keep_noise(mention.kept.post, mention.assessment.brand, noise)
        return replace(mention, noise=noise)

    def _remembered(self, desk: Unit, before: int, now: datetime) -> Crowd:
        crowd = Crowd()
        since = now - timedelta(seconds=WINDOW)
        for voiced in desk.voiced_since(since, before, MOST_REMEMBERED):
            crowd.hear(voiced)
        return crowd


def _voiced(mention: Mention) -> Voiced:
    post = mention.post
    text = "" if post.repost_of is not None else f"{post.title} {post.text}".strip()
    at = mention.created_at.timestamp()
    return Voiced(mention.kept.post, mention.kept.author, text, at, post.author.bot)
