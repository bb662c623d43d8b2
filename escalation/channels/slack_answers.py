"""What Slack's answers mean: a receipt, "not now" or "never"."""

import re
from datetime import datetime
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable, Receipt
from escalation.retry_after import stated_wait

# Slack's side fails and may recover (docs.slack.dev, errors of chat.postMessage).
TRANSIENT = frozenset(
    {
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_GONE = "the person has left this workspace; remove the contact, or give them another"
REMEDIES = {
    "missing_scope": "give the app the scopes that docs/channels/slack.md lists, install it again",
    "not_in_channel": "invite the app to the room: /invite @Tocsin",
    "channel_not_found": "no such room or person; use the id (C… or U…) and invite the app",
    "user_not_found": "no such person; use the member id (U…) from their profile",
    "user_disabled": _GONE,
    "users_not_found": "nobody here has this mail address; use the member id (U…)",
    "is_archived": "the room is archived; choose another",
    "restricted_action": "an administrator of the workspace has restricted posting there",
    "message_not_found": "the message was deleted there; nothing is left to be changed",
    "cant_update_message": "another app or token wrote it; it is left as it is",
    "cant_delete_message": "the workspace does not let it be deleted; somebody there must",
    "compliance_exports_prevent_deletion": "the workspace keeps every message; ask its owner",
    "edit_window_closed": "the workspace forbids changing messages; an administrator can allow it",
}
# Of a message under another one that is gone (docs.slack.dev, errors of chat.postMessage).
NO_THREAD = frozenset({"cannot_reply_to_message", "message_not_found", "thread_not_found"})
MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
REF = re.compile(r"([A-Z0-9]{2,30}):(\d{1,20}\.\d{1,10})", re.ASCII)
_CODE = re.compile(r"[a-z_]{1,60}")


class SlackRefused(ChannelRefused):
    """Slack said no, with one of its codes."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def receipt(name: str, data: dict[str, Any]) -> Receipt:
    """The receipt that an answer holds."""
    ref = f"{data.get('channel')}:{data.get('ts')}"
    if not REF.fullmatch(ref):
        raise ChannelUnavailable(f"{name}: Slack's answer names no message")
    return Receipt(ref=ref)


def reading(name: str, answer: Any, now: datetime) -> ChannelUnavailable | ChannelRefused:
    """What an answer other than "ok" means. Nothing of it but Slack's error code is repeated."""
    status, data = answer.status_code, answer.data
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or status >= 500 or code in TRANSIENT or not _CODE.fullmatch(code):
        headers = {key.lower(): value for key, value in answer.headers.items()}
        shown = code if _CODE.fullmatch(code) else f"status {status}"
        wait = stated_wait(headers.get("retry-after"), now)
        return ChannelUnavailable(f"{name}: Slack is not available ({shown})", wait)
    if code in TOKEN:
        return SlackRefused(
            f"{name}: Slack refused the token ({code}): "
            "make a new one and put it where `token` points",
            code,
        )
    remedy = REMEDIES.get(code)
    shown = f"{name}: Slack refused ({code})" + (f": {remedy}" if remedy else "")
    return SlackRefused(shown, code)
