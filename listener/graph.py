"""Meta's Graph API, as its sources need it: asking, and what its errors mean.

Source of the interface: developers.facebook.com/docs/graph-api, "Handle Errors", "Rate Limits"
and "Secure Graph API Calls". Its errors come with HTTP 400 and a code.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from config import Duration, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker, problem_of
from listener.boundary import USUAL_WAIT, fault_of
from listener.collector import (
    AuthorisationLost,
    Forbidden,
    Later,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.fields import Raw, count, mapping
from listener.owned import revealed
from listener.tools import Tools
from listener.wire import Reply

API = "https://graph.facebook.com"
ID = re.compile(r"[0-9]{1,30}(?:_[0-9]{1,30})?")
OwnId = form(r"[0-9]{1,30}", "is no id", "Write the digits alone that Meta names it by")
Version = form(r"v[0-9]{1,3}\.[0-9]", "is no version", 'Write for example "v24.0"')
_TIRED = {4, 17, 32, 613, *range(80_000, 80_015)}
_NO_RIGHT = {3, 10, *range(200, 300)}
_NOT_THERE = 33  # subcode of 100: no such object, or none that we may see


@dataclass(frozen=True, slots=True)
class Graph:
    """Asks the Graph API in the name of one source.

    proof  of the token, where the app demands one; "": it does not.
    """

    asker: Asker
    version: str
    proof: str = field(default="", repr=False)

    def get(
        self, path: str, asked: Mapping[str, str | int], *, now: datetime, deadline: float
    ) -> Raw:
        """The object at a path. Raises SourceError."""
        reply = self._reply(path, asked, now, deadline)
        if fault := self._fault(reply, now):
            raise fault
        body = self.asker.read(reply)
        if not isinstance(body, dict):
            raise Malformed(f'source "{self.asker.name}": the answer is no object')
        if "error" in body:
            raise Later(f'source "{self.asker.name}": an error in a good answer')
        return body

    def look(
        self, path: str, asked: Mapping[str, str | int], *, now: datetime, deadline: float
    ) -> Raw | None:
        """The object at a path; None where there is none, or none that we may see."""
        reply = self._reply(path, asked, now, deadline)
        if reply.status in (400, 404) and _error(reply).get("error_subcode") == _NOT_THERE:
            return None
        if fault := self._fault(reply, now):
            raise fault
        return mapping(self.asker.read(reply))

    def _reply(
        self, path: str, asked: Mapping[str, str | int], now: datetime, deadline: float
    ) -> Reply:
        proof = {"appsecret_proof": self.proof} if self.proof else {}
        url = f"{API}/{self.version}/{path}"
        return self.asker.answer(url, {**asked, **proof}, now=now, deadline=deadline)

    def _fault(self, reply: Reply, now: datetime) -> SourceError | None:
        """What an error means, by its code; its words are not repeated."""
        fault = fault_of(reply, source=self.asker.name, now=now)
        if fault is None or isinstance(fault, RateLimited) or reply.status >= 500:
            return fault
        code, said = count(_error(reply).get("code")), f'source "{self.asker.name}": Meta'
        if code in (102, 190, 463, 467):
            return AuthorisationLost(f"{said} refuses the token (code {code}); make a new one")
        if code in _TIRED:
            return RateLimited(f"{said} asks to wait (code {code})", now + USUAL_WAIT * 10)
        if code in _NO_RIGHT:
            return Forbidden(f"{said} says that the app lacks a permission (code {code})")
        if code in (1, 2):
            return Later(f"{said} is not available (code {code})")
        return fault


class GraphSettings(SourceSettings):
    """What every place of Meta's asks for.

    about  the term of whose brand the place is.
    posts  of the newest, whose comments are read.
    """

    public: ClassVar[bool] = True

    token: Secret
    app_secret: Secret | None = None  # where the app demands a proof with each call
    about: str = Field(min_length=1, max_length=100)
    posts: int = Field(default=25, ge=1, le=200)
    version: Annotated[str, Version] = "v24.0"
    every: Duration = timedelta(minutes=5)


def graph_of(settings: GraphSettings, tools: Tools) -> Graph:
    """The way to ask with these settings. Raises AuthorisationLost where a key is missing."""
    token = revealed(tools, settings.name, settings.token)
    secret = settings.app_secret
    proof = proof_of(token, revealed(tools, settings.name, secret)) if secret else ""
    headers = {"User-Agent": tools.user_agent, "Authorization": f"Bearer {token}"}
    return Graph(Asker(settings.name, tools.wire, headers), settings.version, proof)


def proof_of(token: str, secret: str) -> str:
    """The app's proof that a token is its own (`appsecret_proof`)."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _error(reply: Reply) -> Raw:
    return mapping(problem_of(reply).get("error"))
