"""Stands before the application: who may ask, how often, and what every answer says of itself."""

import hashlib
import math
import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.web.limits import Limit
from tocsin.web.pages import STYLE

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEALTH = "/healthz"
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?")
_STYLE = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# No script, picture or frame can be on a page of ours; the one style is known by its digest
# (W3C, "Content Security Policy Level 3").
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SAID = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # else the post's site would learn the link
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Door:
    """An ASGI application around another one.

    links  the address under which people reach us; None: only this machine asks.
    """

    def __init__(self, app: ASGIApp, links: str | None, limit: Limit) -> None:
        host = (urlsplit(links).hostname or "") if links else ""
        host = f"[{host}]" if ":" in host else host
        self._app = app
        self._hosts = LOCAL | ({host} if host else set())
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # we speak nothing else: uvicorn closes what is not answered
        client = scope.get("client")
        address = client[0] if client else ""
        refusal = self._refusal(scope, address)
        if refusal is not None or scope["path"] == HEALTH:
            await (refusal or self._app)(scope, receive, _saying(send))
            return
        with self._limit.together(address) as may:
            await (self._app if may else _often(1.0))(scope, receive, _saying(send))

    def _refusal(self, scope: Scope, address: str) -> Response | None:
        if host_of(Headers(scope=scope)) not in self._hosts:
            return PlainTextResponse("There is nothing under this name here.\n", 421)
        if scope["path"] == HEALTH:
            return None
        wait = self._limit.wait(address)
        return None if wait <= 0 else _often(wait)


def host_of(headers: Headers) -> str:
    """The host that was asked, without its port; "" where it is not said once and plainly."""
    said = headers.getlist("host")
    found = _HOST.fullmatch(said[0].lower()) if len(said) == 1 else None
    return found[1] if found else ""


def _often(wait: float) -> Response:
    later = {"Retry-After": str(math.ceil(wait))}
    return PlainTextResponse("That was often. Try again in a minute.\n", 429, later)


def is_from_here(request: Request) -> bool:
    """Was it asked by this machine for itself, and not through a proxy for somebody else?"""
    through = ("x-forwarded-for", "forwarded", "via")
    return host_of(request.headers) in LOCAL and not any(one in request.headers for one in through)


def is_same_origin(request: Request, links: str | None) -> bool:
    """Was a form sent by a page of ours?

    Browsers say it in `Sec-Fetch-Site` (W3C, "Fetch Metadata Request Headers"). One that is too old
    for that names the page's origin, or "null" because our pages send no referrer: then it cannot
    be told from a stranger's.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = origin is not None and origin.lower() in _origins(request, links)
    if site is not None:
        return site == "same-origin" and (ours or origin in (None, "null"))
    return ours


def _origins(request: Request, links: str | None) -> Iterator[str]:
    parts = urlsplit(links or "")
    if parts.hostname:
        netloc, usual = parts.netloc.lower(), ":443" if parts.scheme == "https" else ":80"
        yield f"{parts.scheme}://{netloc.removesuffix(usual)}"
    if host_of(request.headers) in LOCAL:
        yield f"http://{request.headers['host'].lower()}"


def _saying(send: Send) -> Send:
    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAID.items():
                headers[name] = value
        await send(message)

    return said
