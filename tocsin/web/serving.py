"""Serves the application in a thread of its own."""

import threading

import uvicorn
from starlette.types import ASGIApp

from tocsin.web.patience import MOST_AT_ONCE, Patient

IDLE = 5  # seconds that a connection is kept for the next request


class Server:
    """One uvicorn on an address of this machine."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host.strip("[]"),
            port=port,
            http=Patient,
            log_config=None,
            access_log=False,  # the path of a link is its key
            lifespan="off",
            ws="none",
            proxy_headers=True,  # who asks, as the proxy in front says it, is only ever counted
            forwarded_allow_ips=["127.0.0.1", "::1"],
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def is_serving(self) -> bool:
        """Does it take connections yet?"""
        return self._server.started

    def stop(self) -> None:
        """Take no request more; those under way have a second."""
        self._server.should_exit = True

    def join(self, timeout: float = 2.0) -> bool:
        """Wait for its end; False where it did not end in time."""
        self._thread.join(timeout)
        return not self._thread.is_alive()
