"""What is where: `/` to write, `/reply` to read an answer, `/healthz` to see that it runs."""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.form import pages
from tocsin.form.counter import Desk, No, Refused, Taken
from tocsin.form.pages import Filled, Page
from tocsin.form.stamps import Bad
from tocsin.log import logger

BYTES_A_LETTER = 12  # of a form: four bytes of UTF-8, each as %XX
MOST_BESIDE = 4_096  # bytes of a form without its text
MOST_FIELDS = 10
SLOWEST = 10.0  # seconds in which a form must have come
FORM = "application/x-www-form-urlencoded"
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?")
_STYLE = b64encode(hashlib.sha256(pages.STYLE.encode()).digest()).decode()
# No script, picture or frame can be on a page; the one style is known by its digest (W3C, "Content
# Security Policy Level 3").
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SAID = {
    "Cache-Control": "no-store",
    "Connection": "close",  # one request a connection: nothing tells that two came together
    "Referrer-Policy": "same-origin",  # so that older browsers too say that a form is from here
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_Act = Callable[[Desk, Mapping[str, str]], Page]


class _Turned(Exception):
    """What was sent is no form of ours."""

    def __init__(self, why: No) -> None:
        super().__init__(why)
        self.why = why


def application(desk: Desk) -> ASGIApp:
    """The application, with what stands before it."""
    one_at_a_time = asyncio.Lock()

    async def write(request: Request) -> Response:
        if request.method != "POST":
            return _answer(_form(desk))
        return await sent(request, _write)

    async def reply(request: Request) -> Response:
        if request.method != "POST":
            return _answer(pages.ask_number(desk.settings.danger))
        return await sent(request, _reply)

    async def sent(request: Request, act: _Act) -> Response:
        try:
            fields = await _filled(request, desk)
            async with one_at_a_time:
                return _answer(await run_in_threadpool(act, desk, fields))
        except _Turned as turned:
            return _answer(pages.refusal(desk.turn_away(turned.why), desk.settings.danger))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001  the edge: what fails is told by its kind alone
            logger().error("the form failed", kind=type(error).__name__)
            return _answer(pages.refusal(desk.turn_away(No.BROKEN), desk.settings.danger))

    def healthz(request: Request) -> Response:
        well = desk.spool.takes
        return PlainTextResponse("ok\n" if well else "not ok\n", 200 if well else 503)

    async def nothing(request: Request, error: Exception) -> Response:
        return _answer(pages.nothing())

    app = Starlette(
        routes=[
            Route("/", write, methods=["GET", "POST"]),
            Route("/reply", reply, methods=["GET", "POST"]),
            Route("/healthz", healthz),
        ],
        exception_handlers={404: nothing, 405: nothing},
    )
    app.router.redirect_slashes = False
    return Door(app, desk.settings.addresses)


class Door:
    """Answers only under the names that were declared, and says what every answer says of itself.

    No header that would tell who asks is read: of all headers, those that say what is sent and
    from which page.
    """

    def __init__(self, app: ASGIApp, addresses: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = LOCAL | {_bracketed(urlsplit(one).hostname or "") for one in addresses}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # we speak nothing else: uvicorn closes what is not answered
        known = _host_of(Headers(scope=scope)) in self._hosts
        refusal = PlainTextResponse("There is nothing under this name here.\n", 421)
        await (self._app if known else refusal)(scope, receive, _saying(send))


def _form(desk: Desk, filled: Filled | None = None, refused: Refused | None = None) -> Page:
    given = desk.settings
    stamp = desk.stamps.fresh()
    return pages.form(desk.brands, given.longest, stamp, given.danger, filled, refused)


def _write(desk: Desk, fields: Mapping[str, str]) -> Page:
    brand, text = fields.get("brand", ""), fields.get("text", "")
    wants = fields.get("answer") == "yes"
    came = desk.send(fields.get("stamp", ""), brand, text, wants_answer=wants)
    if isinstance(came, Taken):
        return pages.thanks(came.number, desk.settings.danger)
    if came.why is Bad.USED:
        return pages.refusal(came, desk.settings.danger)
    return _form(desk, Filled(brand, text, wants), came)


def _reply(desk: Desk, fields: Mapping[str, str]) -> Page:
    number, text, given = fields.get("number", ""), fields.get("text", ""), desk.settings
    found = desk.look(number)
    if isinstance(found, Refused):
        return pages.ask_number(given.danger, found)
    if fields.get("do") != "add":
        stamp = desk.stamps.fresh()
        return pages.answers(found, number, given.longest, stamp, given.danger)
    came = desk.add(fields.get("stamp", ""), number, text)
    refused = None if isinstance(came, Taken) else came
    return pages.answers(
        found,
        number,
        given.longest,
        desk.stamps.fresh(),
        given.danger,
        text if refused else "",
        refused,
        added=refused is None,
    )


async def _filled(request: Request, desk: Desk) -> Mapping[str, str]:
    """The fields of a form. Raises _Turned for what no form of ours sends."""
    if not _is_from_here(request, desk.settings.addresses):
        raise _Turned(No.SITE)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise _Turned(No.FORM)
    try:
        async with asyncio.timeout(SLOWEST):
            body = await _body(request, desk.settings.longest * BYTES_A_LETTER + MOST_BESIDE)
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS,
            errors="replace",
        )  # fmt: skip
    except TimeoutError:
        raise _Turned(No.SLOW) from None
    except ValueError:
        raise _Turned(No.FORM) from None
    return dict(fields)


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise _Turned(No.LARGE)
    return bytes(body)


def _is_from_here(request: Request, addresses: tuple[str, ...]) -> bool:
    """Not where the browser says that another site's page sent it (W3C, "Fetch Metadata Request
    Headers"). One that says nothing is believed: it signs nobody in, so there is nothing that a
    stranger's page could borrow, and text browsers are to be let in."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin"):
        return False
    if origin is None or (origin == "null" and site is not None):
        return True
    return origin.lower() in _origins(request, addresses)


def _origins(request: Request, addresses: tuple[str, ...]) -> set[str]:
    found = set()
    for one in addresses:
        parts = urlsplit(one)
        usual = ":443" if parts.scheme == "https" else ":80"
        found.add(f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}")
    if _host_of(request.headers) in LOCAL:
        found.add(f"http://{request.headers['host'].lower()}")
    return found


def _host_of(headers: Headers) -> str:
    said = headers.getlist("host")
    found = _HOST.fullmatch(said[0].lower()) if len(said) == 1 else None
    return found[1] if found else ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _answer(page: Page) -> Response:
    later = {"Retry-After": str(page.wait)} if page.wait else None
    return HTMLResponse(page.html, page.status, later)


def _saying(send: Send) -> Send:
    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAID.items():
                headers[name] = value
        await send(message)

    return said
