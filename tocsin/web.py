"""The one web application of the house, on loopback. For now it answers /healthz."""

import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def application(report: Callable[[], dict[str, Any]]) -> Starlette:
    """The application. `report` tells how the house stands (see tocsin.health)."""

    def healthz(request: Request) -> JSONResponse:
        told = report()
        return JSONResponse(told, status_code=200 if told["status"] == "ok" else 503)

    return Starlette(routes=[Route("/healthz", healthz)])


class Server:
    """Serves the application in a thread of its own."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Stop serving; requests under way have a second."""
        self._server.should_exit = True
        self._thread.join(timeout)
