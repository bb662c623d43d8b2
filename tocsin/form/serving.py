"""Runs the form: one uvicorn on an address of this machine, and a thread that says it is there."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from listener.collectors.form import Settings
from listener.spool import Spool
from tocsin.form.counter import Desk
from tocsin.form.routes import application

MOST_AT_ONCE = 100  # connections; more are answered 503 at once
LONGEST = 30.0  # seconds of a connection, so that slow ones cannot hold all of them
TELL_EVERY = 60.0  # seconds
SWEEP_EVERY = 60  # times of telling


class _Short(H11Protocol):
    """A connection with an end, however slowly it speaks."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = self.loop.call_later(LONGEST, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)


class FormServer:
    """The form's process, or in tests its thread."""

    def __init__(
        self,
        settings: Settings,
        brands: tuple[str, ...],
        *,
        seconds: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        spool = Spool(settings.folder)
        spool.prepare()
        self.desk = Desk(settings, settings.brands or brands, spool, seconds, now)
        self._server = uvicorn.Server(_config(application(self.desk), settings.listen))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="form", daemon=True)

    @property
    def is_serving(self) -> bool:
        """Does it take connections yet?"""
        return self._server.started

    @property
    def port(self) -> int:
        """Where it listens, once it does."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def run(self) -> None:
        """Serve until it is told to stop (SIGTERM, Ctrl-C)."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # a traceback quotes posts
        self.desk.tell()
        self._thread.start()
        try:
            self._server.run()
        finally:
            self._over.set()
            self.desk.tell()

    def stop(self) -> None:
        """Stop soon. May be called from another thread."""
        self._server.should_exit = True

    def _tell(self) -> None:
        times = 0
        while not self._over.wait(TELL_EVERY):
            self.desk.tell()
            times += 1
            if times % SWEEP_EVERY == 0:
                self.desk.sweep()


def _config(app: ASGIApp, listen: str) -> uvicorn.Config:
    host, _, port = listen.rpartition(":")
    return uvicorn.Config(
        app,
        host=host.strip("[]"),
        port=int(port),
        http=_Short,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # who asks is nobody's business
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
