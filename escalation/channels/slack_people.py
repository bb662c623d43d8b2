"""Who is who in a workspace: a mail address's member, and a member's mail address."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.slack_answers import MEMBER, SlackRefused
from escalation.channels.slack_calls import Calls

KEPT = timedelta(hours=1)  # people change their address, or leave
KEPT_AFTER_REFUSAL = timedelta(minutes=1)  # a missing scope must not slow down every press
BELIEVED_WITHOUT_SLACK = timedelta(days=1)  # where it cannot say, what it said last still counts
NO_SCOPE = (
    "Slack tells the app no mail addresses: give it the scopes users:read and users:read.email, "
    "and install it again"
)
NO_ADDRESS = (
    "no address of Slack's; write a person's member id (U024BE7LH) or mail address, a room's id "
    "(C024BE91L) or #name"
)
_PLACE = re.compile(r"[CDG][A-Z0-9]{1,30}", re.ASCII)
# docs.slack.dev, conversations.create: small letters (of any script), digits, - and _, at most 80.
_ROOM_NAME = re.compile(r"#[\w-]{1,80}")
MOST = 10_000  # people remembered; more, and all are asked for anew


def wrong_address(to: str) -> str:
    """Why an address is that of no person and no room."""
    named = _ROOM_NAME.fullmatch(to) and to == to.lower()
    mail = "@" in to.strip("@") and not any(map(str.isspace, to))
    return "" if named or mail or MEMBER.fullmatch(to) or _PLACE.fullmatch(to) else NO_ADDRESS


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out, and until when it is believed."""

    found: str
    until: datetime


@dataclass(frozen=True, slots=True)
class People:
    """Remembers who is who for an hour, or a day while Slack does not say. One may be used by
    several threads."""

    _known: dict[str, Known] = field(default_factory=dict, repr=False)
    _trouble: list[str] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def member(self, address: str, calls: Calls, timeout: float) -> str:
        """The member id of a contact that is declared by id or by mail address; a room's id stays
        as it is. Raises ChannelRefused where nobody has that address."""
        if "@" not in address:
            return address

        def ask() -> tuple[str, timedelta]:
            data = calls.call("users.lookupByEmail", {"email": address}, timeout)
            user = _user(data)
            if not MEMBER.fullmatch(str(user.get("id"))):
                raise ChannelUnavailable(f"{calls.name}: Slack's answer names no member")
            if user.get("deleted") is True:
                raise SlackRefused(
                    f"{calls.name}: the person with this mail address has left", "user_disabled"
                )
            return str(user["id"]), KEPT

        return self._ask(f"member of {address.casefold()}", calls.now, ask)

    @property
    def trouble(self) -> str:
        """Why no mail address is told to the app, and what to do; "" where they are told."""
        return "".join(self._trouble)

    def forget(self, address: str) -> None:
        """What was known of an address turned out to be wrong."""
        with self._lock:
            self._known.pop(f"member of {address.casefold()}", None)

    def addresses(self, member: str, team: str, calls: Calls, timeout: float) -> tuple[str, ...]:
        """By what a member may be declared: their id, and the mail address that Slack vouches for.

        team  our own workspace or organisation: what another one says of its people proves nothing.
        Raises ChannelUnavailable where Slack cannot say.
        """

        def ask() -> tuple[str, timedelta]:
            try:
                user = _user(calls.call("users.info", {"user": member}, timeout))
            except ChannelRefused as error:
                if isinstance(error, SlackRefused) and error.code == "missing_scope":
                    self._trouble[:] = [NO_SCOPE]
                return "", KEPT_AFTER_REFUSAL
            if _is_a_colleague(user, team):  # of a guest from elsewhere nothing is told anyway
                profile = user.get("profile")
                is_told = isinstance(profile, dict) and "email" in profile
                self._trouble[:] = [] if is_told else [NO_SCOPE]
            return _vouched(user, team), KEPT

        mail = self._ask(f"mail of {member}", calls.now, ask)
        return (member, mail) if mail else (member,)

    def _ask(
        self, name: str, now: Callable[[], datetime], ask: Callable[[], tuple[str, timedelta]]
    ) -> str:
        with self._lock:
            known = self._known.get(name)
        if known is not None and now() < known.until:
            return known.found
        try:
            found, kept = ask()
        except ChannelUnavailable:
            if known is None or now() >= known.until + BELIEVED_WITHOUT_SLACK:
                raise
            return known.found
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[name] = Known(found, now() + kept)
        return found


def _user(data: dict[str, Any]) -> dict[str, Any]:
    user = data.get("user")
    return user if isinstance(user, dict) else {}


def _vouched(user: dict[str, Any], team: str) -> str:
    """A member's confirmed mail address (docs.slack.dev, "User type"); "": there is none."""
    profile = user.get("profile")
    mail = profile.get("email") if isinstance(profile, dict) else None
    is_confirmed = user.get("is_email_confirmed") is True
    is_known = _is_a_colleague(user, team) and is_confirmed and isinstance(mail, str)
    return str(mail) if is_known else ""


def _is_a_colleague(user: dict[str, Any], team: str) -> bool:
    """Is it a person of our own workspace who is there?"""
    enterprise = user.get("enterprise_user")
    homes = [user.get("team_id")]
    homes += [enterprise.get("enterprise_id")] if isinstance(enterprise, dict) else []
    is_ours = bool(team) and team in homes and user.get("is_stranger") is not True
    return is_ours and user.get("deleted") is not True and user.get("is_bot") is not True
