"""Buttons as reactions: ours stand under our message, so that one click on one of them acts."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from escalation.channel import Button, ChannelRefused, ChannelUnavailable
from escalation.channels.matrix_answers import Repeated
from escalation.channels.matrix_calls import Errand, once
from escalation.channels.matrix_edits import redact, related
from escalation.channels.matrix_events import relation_of

MOST = 6  # reactions under one message; each is an event, and homeservers count them
REST = 5.0  # seconds without reactions where a homeserver says no time


class Signs:
    """Puts our reactions under a message, and takes away those that mean nothing any more.

    A message is delivered whether or not they can be: its words say what each reaction means, and
    anybody may react with a sign that is not there yet.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rests_until = datetime.min.replace(tzinfo=UTC)

    def put(self, errand: Errand, room: str, event: str, signs: tuple[str, ...], seed: str) -> None:
        """Add them, in order; `seed` is the same where the same is done again."""
        if self._now() < self._rests_until:
            return
        for sign in signs:
            relation = {"rel_type": "m.annotation", "event_id": event, "key": sign}
            place = ("v3", "rooms", room, "send", "m.reaction", once(seed, event, sign))
            try:
                errand.put(*place, content={"m.relates_to": relation})
            except Repeated:
                continue
            except ChannelUnavailable as error:
                with self._lock:
                    wait = timedelta(seconds=error.retry_after or REST)
                    self._rests_until = self._now() + wait
                return
            except ChannelRefused:
                return

    def renew(
        self, errand: Errand, room: str, event: str, me: str, signs: tuple[str, ...], seed: str
    ) -> None:
        """Take away ours that are not among `signs`, and add those that are missing."""
        if self._now() < self._rests_until:
            return
        try:
            there = _ours(errand, room, event, me)
            for sign, reaction in there.items():
                if sign not in signs:
                    redact(errand, room, reaction)
        except (ChannelUnavailable, ChannelRefused):
            return
        self.put(errand, room, event, tuple(one for one in signs if one not in there), seed)


def signs_of(buttons: tuple[Button, ...]) -> tuple[str, ...]:
    """The reactions that stand for the likeliest buttons."""
    return tuple(dict.fromkeys(one.sign for one in buttons if one.sign))[:MOST]


def _ours(errand: Errand, room: str, event: str, me: str) -> dict[str, str]:
    """Our reactions under a message: the sign, and the event that put it there."""
    found = related(errand, room, event, me, "m.annotation", "m.reaction")
    return {str(relation_of(one).get("key")): one["event_id"] for one in found}
