"""Hears what is pressed, filled in and written to a Discord bot; answers each person alone."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from escalation.channel import ChannelUnavailable
from escalation.channels.discord_calls import Calls, is_gateway
from escalation.channels.discord_deferring import Deferred
from escalation.channels.discord_forms import again, modal
from escalation.channels.discord_gateway import Gateway
from escalation.channels.discord_heard import Heard, heard
from escalation.channels.discord_text import EPHEMERAL, said
from escalation.channels.turns import Turns
from escalation.conversation import Answer, Form, Take
from escalation.retry_after import MAX_WAIT

DEADLINE = 5.0  # seconds for an answer
PAUSE = 1.0  # seconds before connecting anew where Discord asks for it
MOST_DRAFTS = 200  # forms as they were filled in, kept until they are opened again
MESSAGE, LATER, SHOW_FORM, NOTHING = 4, 5, 9, 6  # docs.discord.com, interaction callback types
# To be said where words alone are not heard: a bot reads only what calls it.
HOW_TO_ANSWER = "Answer in a direct message to me, or here, beginning with @ and my name."
SLOW = "That took a moment."


class Listening:
    """Hears one bot.

    calls  makes calls that end within so many seconds.
    place  kept from one connection to the next: where the gateway may go on from.
    """

    def __init__(
        self,
        api: str,
        calls: Callable[[float], Calls],
        gateway: Callable[[], Gateway],
        place: dict[str, str],
    ) -> None:
        self._api = api
        self._calls = calls
        self._gateway = gateway
        self._place = place
        self._drafts: dict[tuple[str, str, str], Form] = {}
        self._turns = Turns("answers Discord")

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set."""
        try:
            self._listen(take, stopping)
        finally:
            self._turns.finish()

    def _listen(self, take: Take, stopping: threading.Event) -> None:
        while not stopping.is_set():
            gateway = self._gateway()
            for kind, event in gateway.events(self._url(), stopping):
                found = heard(kind, event, gateway.me)
                if found is not None:
                    self._handle(take, found)
            stopping.wait(PAUSE)

    def _url(self) -> str:
        """Where the gateway is: of the session that goes on, else as Discord says now."""
        calls = self._calls(DEADLINE)
        told = calls.ask("GET", "/gateway/bot")  # finds out as well whether the token is good
        url = self._place.get("url") or told.get("url")
        if not is_gateway(url, self._api):
            self._place.pop("url", None)
            raise ChannelUnavailable(f"{calls.name}: Discord names no gateway of its own")
        limit = told.get("session_start_limit")
        if isinstance(limit, dict) and limit.get("remaining") == 0:
            left = limit.get("reset_after")
            wait = min(left / 1000, MAX_WAIT) if isinstance(left, int) and left > 0 else None
            raise ChannelUnavailable(f"{calls.name}: Discord takes no new session yet", wait)
        return str(url)

    def _handle(self, take: Take, found: Heard) -> None:
        """Hand one thing on, show its answer. What cannot be shown is left."""
        if not found.callback:
            answer = take(found.incoming)
            if not answer.unsaid:
                self._turns.soon(found.sender, lambda: self._reply(answer, found))
            return
        slow = Deferred(lambda: self._respond(found, LATER, {"flags": EPHEMERAL}))
        answer = take(found.incoming)
        if answer.unsaid or not self._turns.soon(
            found.sender, lambda: self._show(answer, found, slow)
        ):
            slow.stop()

    def _show(self, answer: Answer, found: Heard, slow: Deferred) -> None:
        """Answer a press in the form that Discord still takes."""
        if slow.stop():
            self._follow_up(self._in_words(answer, found, SLOW), found)
        else:
            self._respond(found, *self._first(answer, found))

    # ------------------------------------------------------------------------------ answers
    def _first(self, answer: Answer, found: Heard) -> tuple[int, dict[str, Any]]:
        """What a press is answered with: a window, words to its sender alone, or nothing."""
        if answer.form is not None and not found.incoming.is_filled:
            form = answer.form
            draft = self._drafts.pop((found.sender, form.verb, form.token), None)
            return SHOW_FORM, modal(draft or form)
        if answer.form is None and not answer.text:
            return NOTHING, {}
        made = self._in_words(answer, found)
        return MESSAGE, made | {"flags": made["flags"] | EPHEMERAL}

    def _in_words(self, answer: Answer, found: Heard, why: str = "") -> dict[str, Any]:
        """An answer as a message. A window opens only at a press, so a form is a button again."""
        if answer.form is None:
            hint = HOW_TO_ANSWER if answer.asks and found.in_room else ""
            return said("\n".join(part for part in (answer.text, hint) if part) or SLOW)
        form = answer.form
        if len(self._drafts) >= MOST_DRAFTS:
            self._drafts.clear()
        self._drafts[found.sender, form.verb, form.token] = replace(form, wrong={})
        return again(form, why)

    def _respond(self, found: Heard, kind: int, data: dict[str, Any]) -> None:
        body = {"type": kind, "data": data} if data else {"type": kind}
        self._calls(DEADLINE).ask("POST", f"/interactions/{found.callback}/callback", body)

    def _follow_up(self, made: dict[str, Any], found: Heard) -> None:
        _, _, token = found.callback.partition("/")
        path = f"/webhooks/{found.application}/{token}/messages/@original"
        del made["flags"]  # stays as it was deferred: to the sender alone
        self._calls(DEADLINE).ask("PATCH", path, made)

    def _reply(self, answer: Answer, found: Heard) -> None:
        """Words are answered in the sender's direct messages."""
        if not answer.text:
            return
        calls, made = self._calls(DEADLINE), said(answer.text)
        channel = calls.direct(found.sender) if found.in_room else found.channel
        if not found.in_room:
            made["message_reference"] = {"message_id": found.message, "fail_if_not_exists": False}
        calls.ask("POST", f"/channels/{channel}/messages", made)
