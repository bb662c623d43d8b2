"""Hears what is pressed and written to a Telegram bot, and shows each answer to its sender."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.telegram_heard import Heard, Me, heard
from escalation.channels.telegram_text import MAX_ANSWER, plain
from escalation.channels.turns import Turns
from escalation.conversation import Answer, Take

POLL = 25  # seconds that Telegram holds a request open until there is something to say
REPLY_DEADLINE = 5.0  # seconds for an answer
LOOK = 0.5  # seconds between two looks whether we are to stop
PAUSE = 0.2  # seconds after an empty answer: whoever stands between us may not hold requests open

Call = Callable[[str, dict[str, Any], float], Any]


class Listening:
    """Hears one bot.

    call   makes one request: a method, its fields, seconds. Raises as a channel does.
    place  where to go on, kept from one connection to the next.
    """

    def __init__(self, call: Call, name: str, place: dict[str, int]) -> None:
        self._call = call
        self._name = name
        self._place = place
        self._turns = Turns(f"answers {name}")

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Ask for updates, each request held open until there is one; take each in turn."""
        try:
            self._listen(take, stopping)
        finally:
            self._turns.finish()

    def _listen(self, take: Take, stopping: threading.Event) -> None:
        me = self._me()
        while not stopping.is_set():
            updates = self._updates(stopping)
            if not updates:
                stopping.wait(PAUSE)
            for update in updates:
                if stopping.is_set():
                    return  # it is not confirmed, so it comes again
                found = heard(update, me)
                if found is not None:
                    self._hand_on(found, take)
                self._confirm(update)

    def _me(self) -> Me:
        found = self._call("getMe", {}, REPLY_DEADLINE)
        if not isinstance(found, dict) or not isinstance(found.get("id"), int):
            raise ChannelUnavailable(f"{self._name}: Telegram does not say who we are")
        return Me(found["id"], str(found.get("username", "")))

    def _updates(self, stopping: threading.Event) -> list[Any]:
        """The next updates; none where we are to stop, which waits for no request."""
        asked = {
            "offset": self._place.get("next", 0),
            "timeout": POLL,
            "allowed_updates": ["message", "callback_query"],
        }
        coming: Future[Any] = Future()

        def poll() -> None:
            try:
                coming.set_result(self._call("getUpdates", asked, POLL + 10.0))
            except BaseException as error:  # noqa: BLE001  handed to who waits, whatever it is
                coming.set_exception(error)

        threading.Thread(target=poll, daemon=True, name=f"polls {self._name}").start()
        while not wait([coming], timeout=LOOK).done:
            if stopping.is_set():
                return []
        found = coming.result()
        return found if isinstance(found, list) else []

    def _confirm(self, update: Any) -> None:
        """What comes before the next offset is confirmed, and not sent again."""
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(number, int):
            raise ChannelUnavailable(f"{self._name}: Telegram's updates cannot be read")
        self._place["next"] = max(number + 1, self._place.get("next", 0))

    def _hand_on(self, found: Heard, take: Take) -> None:
        answer = take(found.incoming)
        if not answer.unsaid:
            self._turns.soon(str(found.sender), lambda: self._show(answer, found))

    def _show(self, answer: Answer, found: Heard) -> None:
        """Say it to the sender alone: over the chat, or in their private one; in the group only
        where they never wrote to the bot. An answer that cannot be shown is left."""
        text = plain(answer.text)
        with contextlib.suppress(ChannelRefused, ChannelUnavailable):
            if found.callback:
                self._close(answer, text, found)
            elif text and not self._say(text, found.sender, found):
                self._say(text, found.chat, found)

    def _close(self, answer: Answer, text: str, found: Heard) -> None:
        """End the press: what is done is said over the chat; a question and what is too long for
        that in a message, which can be read again and answered."""
        is_short = answer.done and len(text) <= MAX_ANSWER
        is_told = is_short or not text or self._say(text, found.sender, found)
        asked: dict[str, Any] = {"callback_query_id": found.callback}
        if is_short or not is_told:
            asked |= {"text": plain(answer.text, MAX_ANSWER), "show_alert": not is_told}
        self._call("answerCallbackQuery", asked, REPLY_DEADLINE)

    def _say(self, text: str, chat: int, found: Heard) -> bool:
        """Write a message; False where that chat will not take it."""
        asked: dict[str, Any] = {"chat_id": chat, "text": text}
        asked["link_preview_options"] = {"is_disabled": True}
        if chat == found.chat:
            asked["reply_parameters"] = under(found.message)
        try:
            self._call("sendMessage", asked, REPLY_DEADLINE)
        except ChannelRefused:
            return False
        return True


def under(message: int) -> dict[str, Any]:
    """Where a message belongs under another one of the same chat."""
    return {"message_id": message, "allow_sending_without_reply": True}
