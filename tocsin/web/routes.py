"""What is where: `/healthz` for this machine, `/a/TOKEN` for whoever has the link, and `/in/NAME`
for whoever signs what they send."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from listener.collectors.webhook import MAX_DELIVERY
from tocsin.log import logger
from tocsin.offering import LINK_PATH
from tocsin.web import pages
from tocsin.web.door import HEALTH, Door, is_from_here, is_same_origin
from tocsin.web.inlets import NOT_KEPT, Inlets
from tocsin.web.inlets import PATH as INLET_PATH
from tocsin.web.limits import Limit
from tocsin.web.links import Links

MOST_BODY = 16_384  # bytes of a form that was filled in; the largest comment takes 12,000
MOST_FIELDS = 20
SLOWEST = 10.0  # seconds in which it must have come
FORM = "application/x-www-form-urlencoded"


class _Refused(Exception):
    """What was sent is not taken. status: of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def application(
    report: Callable[[], dict[str, Any]],
    links: Links | None = None,
    limit: Limit | None = None,
    inlets: Inlets | None = None,
) -> ASGIApp:
    """The application.

    report  tells how the house stands (see tocsin.health).
    links   None: the house has no address that its people could open.
    inlets  where webhook sources are sent to; None: there are none.
    """

    def healthz(request: Request) -> Response:
        if not is_from_here(request):
            return _answer(pages.unknown())
        told = report()
        return JSONResponse(told, status_code=200 if told["status"] == "ok" else 503)

    async def link(request: Request) -> Response:
        assert links is not None
        try:
            return _answer(await _link(links, request))
        except _Refused as refused:
            return _answer(pages.refused(refused.status))
        except Exception as error:  # noqa: BLE001  the edge: what fails is told by its kind alone
            logger().error("a link failed", kind=type(error).__name__)
            return _answer(pages.broken())

    async def inlet(request: Request) -> Response:
        assert inlets is not None
        return await _inlet(inlets, request)

    async def nothing(request: Request, error: Exception) -> Response:
        return _answer(pages.unknown())

    routes = [Route(HEALTH, healthz)]
    if links is not None:
        routes.append(Route(f"{LINK_PATH}{{token}}", link, methods=["GET", "POST"]))
    if inlets:
        routes.append(Route(f"{INLET_PATH}{{name}}", inlet, methods=["POST"]))
    app = Starlette(routes=routes, exception_handlers={404: nothing})
    # A redirect to the path with one slash more or less would repeat what was asked.
    app.router.redirect_slashes = False
    return Door(app, links.address if links else None, limit or Limit(time.monotonic))


async def _link(links: Links, request: Request) -> pages.Page:
    token = request.path_params["token"]
    if request.method != "POST":
        return await run_in_threadpool(links.look, token)
    if not is_same_origin(request, links.address):
        raise _Refused(403)
    return await run_in_threadpool(links.press, token, await _filled(request))


async def _inlet(inlets: Inlets, request: Request) -> Response:
    """Take a delivery of a webhook source."""
    name = request.path_params["name"]
    if name not in inlets:
        return _answer(pages.unknown())
    try:
        body = await _delivery(request)
        said = await run_in_threadpool(inlets.take, name, request.headers, body)
    except _Refused as refused:
        return PlainTextResponse("it is no delivery\n", refused.status)
    except Exception as error:  # noqa: BLE001  the edge: what fails is told by its kind alone
        logger().error("a webhook failed", kind=type(error).__name__)
        said = NOT_KEPT
    return PlainTextResponse(said.text, said.status)


async def _delivery(request: Request) -> bytes:
    try:
        async with asyncio.timeout(SLOWEST):
            return await _body(request, MAX_DELIVERY)
    except TimeoutError:
        raise _Refused(408) from None
    except ClientDisconnect:
        raise _Refused(400) from None


async def _filled(request: Request) -> Mapping[str, str]:
    """The fields of a form. Raises _Refused for what no form of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise _Refused(415)
    try:
        async with asyncio.timeout(SLOWEST):
            body = await _body(request)
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS,
            errors="replace",
        )  # fmt: skip
    except TimeoutError:
        raise _Refused(408) from None
    except (ValueError, ClientDisconnect):
        raise _Refused(400) from None
    return dict(fields)


async def _body(request: Request, most: int = MOST_BODY) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise _Refused(413)
    return bytes(body)


def _answer(page: pages.Page) -> Response:
    return HTMLResponse(page.html, page.status)
