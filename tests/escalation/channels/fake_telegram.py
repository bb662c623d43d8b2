"""As much of Telegram's Bot API as Tocsin uses, in the shapes of core.telegram.org/bots/api."""

import re
import time
from typing import Any

from tests.escalation.channels.loopback_server import Asked, LoopbackServer, Told

BOT = {"id": 7000001, "is_bot": True, "first_name": "Tocsin", "username": "tocsin_bot"}
HOLD = 0.1  # seconds that a request for updates is held open; Telegram holds it for as asked
# What Telegram finds in plain text by itself and makes more of than text.
FOUND_BY_ITSELF = re.compile(
    r"""(?<!\w)@\w{2,32} | (?<!\w)[#$][^\W\d]\w* | (?<![\w/])/[A-Za-z0-9_]{1,64}
      | [a-z]+:// | (?<![\w.])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,} | \b\d{1,3}(?:\.\d{1,3}){3}\b
      | \+\d{5,}""",
    re.VERBOSE | re.IGNORECASE,
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class FakeTelegram(LoopbackServer):
    """Keeps messages and hands out updates, each until it is confirmed."""

    def __init__(self, token: str, chats: set[int] | None = None) -> None:
        super().__init__()
        self.token = token
        self.chats = chats  # None: every chat is there
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.updates: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []  # answers to presses
        self.webhook = False
        self.old: set[tuple[int, int]] = set()  # sent more than 48 hours ago
        self._made = 0

    # ------------------------------------------------------------------- what people do
    def update(self, **what: Any) -> dict[str, Any]:
        number = 870000 + self._next()
        made = {"update_id": number, **what}
        self.updates.append(made)  # whoever listens may take it at once
        return made

    def press(self, sender: int, chat: int, message: int, data: str) -> None:
        shown = {"message_id": message, "chat": {"id": chat, "type": "private"}, "date": 1}
        who = {"id": sender, "is_bot": False, "first_name": "Ada", "username": "grace"}
        self.update(
            callback_query={"id": f"q{self._next()}", "from": who, "message": shown, "data": data}
        )

    def write(self, sender: int, text: str, **more: Any) -> None:
        who = {"id": sender, "is_bot": False, "first_name": "Ada", "username": "grace"}
        said = {"message_id": 500 + self._next(), "from": who, "date": 1, "text": text}
        self.update(message={**said, "chat": {"id": sender, "type": "private"}, **more})

    def _next(self) -> int:
        self._made += 1
        return self._made

    # ------------------------------------------------------------------- what the bot asks
    def answer(self, asked: Asked) -> Told:
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", asked.path)
        if found is None or found[1] != self.token:
            return self.error(401, "Unauthorized")
        made = getattr(self, f"on_{found[2]}")(asked.body)
        return made if isinstance(made, Told) else Told(body={"ok": True, "result": made})

    @staticmethod
    def error(code: int, description: str, **parameters: Any) -> Told:
        told = {"ok": False, "error_code": code, "description": description}
        return Told(code, told | ({"parameters": parameters} if parameters else {}))

    def on_getMe(self, asked: Any) -> Any:
        return BOT

    def on_getUpdates(self, asked: Any) -> Any:
        if self.webhook:
            return self.error(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self.updates = [one for one in self.updates if one["update_id"] >= asked["offset"]]
        if not self.updates:
            time.sleep(HOLD)
        return self.updates[:100]

    def on_sendMessage(self, asked: Any) -> Any:
        if self.chats is not None and asked["chat_id"] not in self.chats:
            return self.error(400, "Bad Request: chat not found")
        number = self._next()
        return self._kept(asked, number)

    def on_editMessageText(self, asked: Any) -> Any:
        place = (asked["chat_id"], asked["message_id"])
        if place not in self.messages:
            return self.error(400, "Bad Request: message to edit not found")
        if self.messages[place] == asked:
            return self.error(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        return self._kept(asked, asked["message_id"])

    def on_deleteMessage(self, asked: Any) -> Any:
        place = (asked["chat_id"], asked["message_id"])
        if place in self.old:
            return self.error(400, "Bad Request: message can't be deleted for everyone")
        if self.messages.pop(place, None) is None:
            return self.error(400, "Bad Request: message to delete not found")
        return True

    def on_answerCallbackQuery(self, asked: Any) -> Any:
        if len(asked.get("text", "")) > 200:
            return self.error(400, "Bad Request: MESSAGE_TOO_LONG")
        self.told.append(asked)
        return True

    def _kept(self, asked: dict[str, Any], number: int) -> Any:
        if not 1 <= units(asked["text"]) <= 4096:
            return self.error(400, "Bad Request: message is too long")
        for entity in asked.get("entities", []):
            if entity["offset"] + entity["length"] > units(asked["text"]):
                return self.error(400, "Bad Request: entity ends after the end of the text")
        for row in asked.get("reply_markup", {}).get("inline_keyboard", []):
            if any(not 1 <= len(one["callback_data"].encode()) <= 64 for one in row):
                return self.error(400, "Bad Request: BUTTON_DATA_INVALID")
        self.messages[asked["chat_id"], number] = asked
        return {
            "message_id": number,
            "from": BOT,
            "chat": {"id": asked["chat_id"], "type": "private"},
            "date": 1700000000,
            "text": asked["text"],
        }
