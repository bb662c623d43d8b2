"""Hears Matrix: a long poll of /sync, from now on; reactions and words become `Incoming`."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.matrix_answers import Misunderstood
from escalation.channels.matrix_calls import Errand, Homeserver, once
from escalation.channels.matrix_content import answer, replying, threaded
from escalation.channels.matrix_events import Heard, events
from escalation.channels.matrix_rooms import Rooms
from escalation.channels.turns import Turns
from escalation.conversation import Incoming, Take

POLL = 25.0  # seconds that the homeserver waits for something to happen
SLACK = 15.0  # seconds more for its answer
ERRAND = 20.0  # seconds for one answer of ours, or for what has to be asked about an event
LIMIT = 100  # events of one room in one answer
TRIES = 3  # of what one answer holds; then it is left out
LONGEST_WAIT = 10.0  # seconds until an answer of ours that was limited is tried once more
LOOK = 0.2  # seconds between two looks whether to stop
GAP = 0.1  # seconds after an answer that holds nothing: a homeserver that never waits is no loop
MISSED = timedelta(hours=1)  # so old it may be that is handed on though it was before we listened
_TYPES = ["m.room.message", "m.reaction", "m.room.encryption"]


class Ear:
    """One account's ears. What happens while it is disconnected is heard afterwards. Of what
    happened before the first time it listens, the last hour is handed on with when it was said:
    Tocsin may have been away."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._since = ""
        self._done: set[str] = set()  # of what came with the answer that is being handled
        self._failures = 0
        self._turns = Turns("answers Matrix")

    def listen(self, server: Homeserver, take: Take, stopping: threading.Event) -> None:
        """As `Hearing.listen`."""
        try:
            self._listen(server, take, stopping)
        finally:
            self._turns.finish()

    def _listen(self, server: Homeserver, take: Take, stopping: threading.Event) -> None:
        me = self._rooms.me(server.errand(ERRAND))
        while not stopping.is_set():
            found = _unless(stopping, lambda: self._sync(server, me))
            if found is None:
                return
            following = found.get("next_batch")
            if not isinstance(following, str) or not following:
                raise ChannelUnavailable(f"{server.name}: the homeserver's answer cannot be read")
            self._handle(server, me, found, take, stopping)
            if not stopping.is_set():
                self._since = following
                self._done.clear()
            if not found.get("rooms"):
                stopping.wait(GAP)

    def _sync(self, server: Homeserver, me: str) -> dict[str, Any]:
        asked = {"filter": _filter(me, LIMIT), "set_presence": "offline"}
        if self._since:
            asked |= {"since": self._since, "timeout": str(int(POLL * 1000))}
        else:
            # Synapse answers the same question for two minutes as it did the first time, and a
            # "now" before a restart is past; so it is another question each time.
            moment = server.now().microsecond // 1000
            asked |= {"filter": _filter(me, LIMIT + moment), "timeout": "0"}
        try:
            return server.errand(POLL + SLACK).get("v3", "sync", query=urlencode(asked))
        except Misunderstood as error:
            if not self._since:
                raise
            self._since = ""  # it does not know any more where we were: from now on, then
            raise ChannelUnavailable(str(error)) from None

    def _handle(
        self,
        server: Homeserver,
        me: str,
        found: dict[str, Any],
        take: Take,
        stopping: threading.Event,
    ) -> None:
        """Hand on all that one answer holds. What cannot be looked up now is tried again with the
        next connection, a few times."""
        try:
            # What has to be looked up comes last: whoever writes a lot holds up no acknowledgement.
            came = events(found, me, self._rooms.forget)
            came = came if self._since else _missed(came, server.now())
            for heard in sorted(came, key=self._is_unknown):
                if stopping.is_set():
                    return
                if heard.id not in self._done:
                    self._take(server, heard, take, stopping)
                    self._done.add(heard.id)
        except ChannelUnavailable:
            self._failures += 1
            if self._failures < TRIES:
                raise
        self._failures = 0

    def _take(
        self, server: Homeserver, heard: Heard, take: Take, stopping: threading.Event
    ) -> None:
        errand = server.errand(ERRAND)
        root = self._rooms.root(errand, heard.room, heard.about) if heard.about else None
        if root is None and (heard.sign or not self._is_to_us(errand, heard)):
            return
        ref = "" if root is None else f"{heard.room}|{heard.about if heard.sign else root}"
        who, room = (heard.sender,), heard.room  # questions are asked in the room, direct or not
        incoming = Incoming(
            heard.id,
            who,
            ref=ref,
            room=room,
            sign=heard.sign,
            text=heard.text,
            overheard=heard.perhaps and root is None and not self._is_direct(server, heard),
            said_at=None if self._since else datetime.fromtimestamp(heard.at / 1000, UTC),
        )
        said = take(incoming)
        if not said.text or said.unsaid:
            return
        made = answer(said.text, heard.sender)
        made = threaded(root, made) if root is not None else replying(heard.id, made)
        self._turns.soon(heard.sender, lambda: self._show(server, heard, made, stopping))

    def _is_unknown(self, heard: Heard) -> bool:
        return bool(heard.about) and not self._rooms.knows(heard.room, heard.about)

    def _is_to_us(self, errand: Errand, heard: Heard) -> bool:
        """People talk with each other in a room; only what is addressed to us is for us."""
        is_named = heard.called or heard.perhaps
        return is_named or self._rooms.is_direct(errand, heard.room)

    def _is_direct(self, server: Homeserver, heard: Heard) -> bool:
        return self._rooms.is_direct(server.errand(ERRAND), heard.room)

    def _show(
        self, server: Homeserver, heard: Heard, made: dict[str, Any], stopping: threading.Event
    ) -> None:
        """Send an answer; where that fails twice the card shows what was done."""
        place = ("v3", "rooms", heard.room, "send", "m.room.message", once("answer", heard.id))
        for _ in range(2):
            try:
                server.errand(ERRAND).put(*place, content=made)
            except ChannelUnavailable as error:
                if stopping.wait(min(error.retry_after or 1.0, LONGEST_WAIT)):
                    return
            except ChannelRefused:
                return
            else:
                return


def _missed(came: list[Heard], now: datetime) -> list[Heard]:
    """Of what stands in the rooms before we listened, what may still be meant for us."""
    until = now.timestamp() * 1000
    since = until - MISSED.total_seconds() * 1000
    return [one for one in came if since <= one.at <= until][-LIMIT:]


def _filter(me: str, limit: int) -> str:
    nothing: dict[str, Any] = {"types": []}
    timeline = {"types": _TYPES, "not_senders": [me], "limit": limit}
    room = {"timeline": timeline, "state": nothing, "ephemeral": nothing, "account_data": nothing}
    return json.dumps({"presence": nothing, "account_data": nothing, "room": room})


def _unless(stopping: threading.Event, call: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """What `call` returns or raises; None once `stopping` is set. A call that is left behind ends
    by its own deadline."""
    outcome: Future[dict[str, Any]] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001  handed to whoever waits for it
            outcome.set_exception(error)

    here = threading.Event()
    outcome.add_done_callback(lambda _: here.set())
    threading.Thread(target=run, daemon=True, name="hears Matrix").start()
    while not stopping.is_set():
        if here.wait(LOOK):
            return outcome.result()
    return None
