"""Serves the application in a thread of its own."""

import contextlib
import errno
import os
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from tocsin.web.patience import MOST_AT_ONCE, Patient

IDLE = 5  # seconds that a connection is kept for the next request
WAITING = 2048  # connections that wait to be taken; as many as uvicorn lets wait


class CannotListen(Exception):
    """An address cannot be had; says why."""


class Server:
    """One uvicorn on an address of this machine. `bind` may be called first, to learn whether the
    address can be had before anything else begins."""

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
        self._at = (config.host, port)
        self._sockets: list[socket.socket] = []
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def bind(self) -> None:
        """Take the address, so that nobody else can; who asks already waits until `start`.

        Raises CannotListen.
        """
        if not self._sockets:
            self._sockets = _listening(*self._at)

    def start(self) -> None:
        """Begin to answer. Raises CannotListen."""
        self.bind()
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

    def _run(self) -> None:
        self._server.run(self._sockets)


def _listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of the host's name; they listen at once, as two programs may hold
    one address as long as neither of them does."""
    made: list[socket.socket] = []
    why: OSError | None = None
    try:
        for family, kind, proto, _, at in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                made.append(_socket(family, kind, proto, at))
            except OSError as error:
                why = error
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise  # half a name would be ours, and half of it another program's
    except OSError as error:
        why = error
        for one in made:
            one.close()
        made = []
    if not made:
        raise CannotListen(_because(why)) from why
    return made


def _socket(family: int, kind: int, proto: int, at: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, kind, proto)
    try:
        if os.name == "posix":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # after a quick restart
        if family == socket.AF_INET6:
            with contextlib.suppress(OSError):
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(at)
        made.listen(WAITING)
    except BaseException:
        made.close()
        raise
    return made


def _because(error: OSError | None) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return "is in use by another program"
        case errno.EACCES:
            return "may not be opened by this user (ports below 1024 are the administrator's)"
        case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT:
            return "is no address of this machine"
        case _:
            return f"cannot be opened ({getattr(error, 'strerror', None) or 'unknown reason'})"
