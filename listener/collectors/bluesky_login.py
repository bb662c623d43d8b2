"""A session of a Bluesky account, by an app password, that is made as seldom as can be.

A server allows an account 300 new sessions a day and 30 in five minutes (Bluesky's documentation,
"rate limits"). A session is renewed instead, and kept in a file where one is declared.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from listener.asking import Asker
from listener.boundary import boundary, fault_of
from listener.collector import AuthorisationLost, BadRequest, Malformed, RateLimited
from listener.fields import iso_time, mapping, text
from listener.wire import Reply

MAX_LOGINS = 20  # a day, of the 300 that the server allows: the account has other uses
DAY = timedelta(days=1)
MAX_TOKEN_CHARS = 8_000
_STALE = {"ExpiredToken", "InvalidToken", "AuthenticationRequired", "AuthMissing"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives a request, and with a file also the process. logins: of the last day."""

    access: str = ""
    refresh: str = ""
    logins: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Kept(...)"  # a traceback must not show a token


class Login:
    """Asks in the name of an account. Raises SourceError and nothing else."""

    def __init__(
        self, asker: Asker, server: str, identifier: str, password: str, file: Path | None
    ) -> None:
        self._asker = asker
        self._server = f"{server.rstrip('/')}/xrpc/"
        self._who = {"identifier": identifier, "password": password}
        self._file = file
        self._kept: Kept | None = None

    def get(self, method: str, asked: Mapping[str, str], now: datetime, deadline: float) -> object:
        """The answer to a query. A session that has run out is renewed, once."""
        kept = self._kept or self._read()
        if not kept.access:
            kept = self._renewed(kept, now, deadline)
        reply = self._ask(method, asked, kept, now, deadline)
        if _is_stale(reply):
            kept = self._renewed(kept, now, deadline)
            reply = self._ask(method, asked, kept, now, deadline)
        if _is_stale(reply):
            raise AuthorisationLost(f'source "{self._asker.name}": the session is refused')
        if fault := fault_of(reply, source=self._asker.name, now=now):
            raise fault
        return self._asker.read(reply)

    def _ask(
        self, method: str, asked: Mapping[str, str], kept: Kept, now: datetime, deadline: float
    ) -> Reply:
        headers = {"Authorization": f"Bearer {kept.access}"}
        address = self._server + method
        return self._asker.answer(address, asked, now=now, deadline=deadline, headers=headers)

    def _renewed(self, kept: Kept, now: datetime, deadline: float) -> Kept:
        """The session made fresh; where it cannot be, a new one."""
        made: Kept | None = None
        if kept.refresh:
            headers = {"Authorization": f"Bearer {kept.refresh}"}
            reply = self._post("refreshSession", None, headers, now, deadline)
            made = _session(reply, kept) if reply.status == 200 else None
        if made is None:
            kept = self._may_log_in(kept, now)
            self._save(kept)  # counted before it is tried: a refusal counts as well
            reply = self._post("createSession", self._who, {}, now, deadline)
            if reply.status in (400, 401):
                raise AuthorisationLost(
                    f'source "{self._asker.name}": the app password is refused; renew it'
                )
            if fault := fault_of(reply, source=self._asker.name, now=now):
                raise fault
            made = _session(reply, kept)
        if made is None:
            raise Malformed(f'source "{self._asker.name}": the answer holds no session')
        self._save(made)
        return made

    def _may_log_in(self, kept: Kept, now: datetime) -> Kept:
        times = [when for when in map(iso_time, kept.logins) if when and now - when < DAY]
        if len(times) >= MAX_LOGINS:
            raise RateLimited(
                f'source "{self._asker.name}": it has logged in {MAX_LOGINS} times in a day',
                min(times) + DAY,
            )
        return Kept(logins=tuple(when.isoformat() for when in [*times, now]))

    def _post(
        self,
        method: str,
        body: Mapping[str, str] | None,
        headers: Mapping[str, str],
        now: datetime,
        deadline: float,
    ) -> Reply:
        kind = {"Content-Type": "application/json"} if body is not None else {}
        with boundary(self._asker.name, now):
            return self._asker.wire.request(
                "POST",
                f"{self._server}com.atproto.server.{method}",
                headers={"Accept": "application/json", **self._asker.headers, **kind, **headers},
                body=None if body is None else json.dumps(body).encode(),
                deadline=deadline,
                limit=self._asker.limit,
            )

    def _read(self) -> Kept:
        try:
            raw = mapping(json.loads(self._file.read_text())) if self._file else {}
        except (OSError, ValueError):
            raw = {}
        logins = raw.get("logins")
        return Kept(
            text(raw.get("access"), MAX_TOKEN_CHARS),
            text(raw.get("refresh"), MAX_TOKEN_CHARS),
            tuple(map(str, logins))[:MAX_LOGINS] if isinstance(logins, list) else (),
        )

    def _save(self, kept: Kept) -> None:
        """For this process, and in the file, which its owner alone may read."""
        self._kept = kept
        if self._file is None:
            return
        new = self._file.with_name(f"{self._file.name}.new")
        try:
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(asdict(kept), file)
            new.replace(self._file)
        except OSError as error:
            raise BadRequest(
                f'source "{self._asker.name}": session_file cannot be written '
                f"({error.strerror}). Name a file in a folder that exists"
            ) from None


def _is_stale(reply: Reply) -> bool:
    if reply.status not in (400, 401):
        return False
    try:
        return text(mapping(json.loads(reply.body)).get("error")) in _STALE
    except (ValueError, RecursionError):
        return reply.status == 401


def _session(reply: Reply, before: Kept) -> Kept | None:
    try:
        raw = mapping(json.loads(reply.body))
    except (ValueError, RecursionError):
        return None
    access = text(raw.get("accessJwt"), MAX_TOKEN_CHARS)
    refresh = text(raw.get("refreshJwt"), MAX_TOKEN_CHARS)
    return replace(before, access=access, refresh=refresh) if access and refresh else None
