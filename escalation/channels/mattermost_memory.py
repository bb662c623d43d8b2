"""What is remembered of Mattermost's people and posts, so that little has to be asked twice."""

import contextlib
import threading
import time
from collections import OrderedDict
from typing import TypeVar

from escalation.channel import ChannelRefused
from escalation.channels import rest
from escalation.channels.mattermost_calls import Calls

MOST = 2_000  # of each: people, posts, events
KEPT = 600.0  # seconds that an address is believed; people change theirs
Value = TypeVar("Value")


class NotKnown(Exception):
    """It has to be asked first."""


class Memory:
    """Lives as long as its channel; several threads may use it.

    Where `calls` is None nothing is asked: NotKnown is raised for what is not remembered. Asking
    raises ChannelUnavailable, and ChannelRefused where the token is revoked.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mails: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._ours: OrderedDict[str, bool] = OrderedDict()
        self._heard: OrderedDict[str, None] = OrderedDict()

    def wrote(self, post: str) -> None:
        """We wrote a post."""
        self._keep(self._ours, post, True)

    def is_ours(self, post: str, calls: Calls | None) -> bool:
        """Is a post one of our own?"""
        with self._lock:
            if post in self._ours:
                return self._ours[post]
        if calls is None:
            raise NotKnown
        try:
            found = rest.found_in(calls.ask("GET", f"/posts/{post}").body)
        except ChannelRefused:
            return False
        ours = found.get("user_id") == calls.me()
        self._keep(self._ours, post, ours)
        return ours

    def who(self, sender: str, calls: Calls | None) -> tuple[str, ...]:
        """A sender's id, and the mail address that the server has for them."""
        with self._lock:
            mail, until = self._mails.get(sender, ("", 0.0))
        if time.monotonic() >= until:
            if calls is None:
                raise NotKnown
            mail = _mail(sender, calls)
            self._keep(self._mails, sender, (mail, time.monotonic() + KEPT))
        return (sender, mail) if mail else (sender,)

    def is_new(self, place: str) -> bool:
        """Has what stands at a place of the stream not been handed on?"""
        with self._lock:
            return not place or place not in self._heard

    def heard(self, place: str) -> None:
        """It was handed on."""
        self._keep(self._heard, place, None)

    def _keep(self, where: OrderedDict[str, Value], name: str, value: Value) -> None:
        with self._lock:
            where[name] = value
            where.move_to_end(name)
            while len(where) > MOST:
                where.popitem(last=False)


def _mail(sender: str, calls: Calls) -> str:
    found = None
    with contextlib.suppress(ChannelRefused):
        found = calls.user(sender).get("email")
    return found if isinstance(found, str) and "@" in found else ""
