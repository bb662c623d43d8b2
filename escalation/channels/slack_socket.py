"""The connection on which Slack tells us what people do: Socket Mode, with Slack's own Bolt."""

import contextlib
import re
import socket
import threading
from concurrent.futures import Future, wait
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from config import Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.slack_actions import VIEW
from escalation.channels.slack_answers import SlackRefused
from escalation.channels.slack_calls import SILENT, Calls
from escalation.channels.slack_hearing import MOST_WAITING, Talk
from escalation.channels.slack_people import People
from escalation.conversation import Take
from listener.pool import Pool

CALL_WITHIN = 8.0  # seconds for each call that it takes to connect
CONNECT_WITHIN = 25.0  # for all of them
LOOK_EVERY = 0.1  # seconds between two looks at whether it is to end
CLOSE_WITHIN = 1.0
PING_EVERY = 5.0  # seconds; four of them unanswered, and the connection is given up
LOCAL = ("127.0.0.1", "::1", "localhost")
ANY = re.compile("")
LANE = "hears"


class Socket:
    """One connection. `trouble` says whether it still is one."""

    def __init__(self, calls: Calls, app_token: Secret, people: People, take: Take) -> None:
        """Connect. Raises ChannelUnavailable or ChannelRefused."""
        from slack_bolt.adapter.socket_mode import SocketModeHandler

        self._calls = calls
        self._app_token = app_token
        self._trouble: ChannelUnavailable | ChannelRefused | None = None
        self._closing = threading.Lock()
        self._workers = Pool(MOST_WAITING, "slack hears")
        me = calls.within(CALL_WITHIN, lambda: calls.call("auth.test", {}, CALL_WITHIN), lane=LANE)
        team = str(me.get("enterprise_id") or me.get("team_id") or "")
        self._talk = Talk(calls, people, take, team, str(me.get("user_id") or ""))
        handler: Any = SocketModeHandler
        self._handler = handler(
            self._app(me),
            calls.revealed(app_token),
            logger=SILENT,
            auto_reconnect_enabled=False,  # whoever listens connects anew, and knows of it
            ping_interval=PING_EVERY,
            receive_buffer_size=64 * 1024,
        )
        # The library's own threads would be waited for when the program ends.
        self._handler.client.message_workers.shutdown(wait=False)
        self._handler.client.message_workers = Pool(MOST_WAITING, "slack reads")
        # Slack announces when a connection is to be renewed; the library then asks for an address.
        self._handler.client.issue_new_wss_url = self._address
        try:
            self._handler.client.wss_uri = self._address()
            self._handler.connect()
            if not self._handler.client.is_connected():
                raise ChannelUnavailable(f"{calls.name}: the connection to Slack was not taken")
        except BaseException:
            self.close()
            raise

    @property
    def trouble(self) -> ChannelUnavailable | ChannelRefused | None:
        """Why nothing is heard any more; None: it is."""
        if self._talk.trouble is not None:
            return self._talk.trouble
        client = self._handler.client
        if not client.connect_operation_lock.acquire(timeout=LOOK_EVERY):
            return None  # it is being renewed
        try:
            if client.is_connected():
                return None
        finally:
            client.connect_operation_lock.release()
        lost = ChannelUnavailable(f"{self._calls.name}: the connection to Slack was lost")
        return self._trouble or lost

    def close(self) -> None:
        """End it, once; what is still being answered is given a second."""
        if not self._closing.acquire(blocking=False):
            return
        client = self._handler.client
        client.closed = True
        client.message_queue.put(None)  # wakes what waits for a message
        _hang_up(client.current_session)
        ending = threading.Thread(target=self._handler.close, daemon=True, name="slack closes")
        ending.start()
        ending.join(CLOSE_WITHIN)
        self._workers.shutdown(wait=False)
        self._talk.close()

    def _address(self) -> str:
        """A new address of the web socket. What is said there is private, so it must be a safe
        one."""
        calls, name = self._calls, "apps.connections.open"
        self._trouble = None
        old = self._handler.client.current_session
        if old is not None:  # nothing that comes on the new one is to wait until this one is silent
            old.close = partial(_let_go, old)
        try:
            told = calls.within(
                CALL_WITHIN,
                lambda: calls.call(name, {}, CALL_WITHIN, token=self._app_token),
                lane=LANE,
            )
            return self._checked(str(told.get("url", "")))
        except (ChannelUnavailable, ChannelRefused) as error:
            self._trouble = _of_app_token(error, calls.name)
            raise self._trouble from None

    def _checked(self, url: str) -> str:
        """The library speaks TLS on port 443 alone, whatever the address says."""
        try:
            parts, api = urlsplit(url), urlsplit(self._calls.api)
            port = parts.port
        except ValueError:
            port, parts, api = None, urlsplit(""), urlsplit("")
        is_local = parts.hostname in LOCAL and api.hostname in LOCAL
        is_private = parts.scheme == "wss" and port in (None, 443)
        if parts.hostname and (is_private or (parts.scheme == "ws" and is_local)):
            return url
        raise ChannelUnavailable(f"{self._calls.name}: Slack's answer names no safe address")

    def _app(self, me: dict[str, Any]) -> Any:
        """Bolt, which knows whom it speaks for already and so asks nothing by itself."""
        from slack_bolt import App
        from slack_bolt.authorization import AuthorizeResult

        client = self._calls.client(self._calls.token, CONNECT_WITHIN)
        known = AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_user_id=me.get("user_id"),
            bot_id=me.get("bot_id"),
            bot_token=client.token,
        )
        client.token = None
        app = App(
            name="tocsin",
            logger=SILENT,
            client=client,
            authorize=lambda: known,
            listener_executor=self._workers,
        )
        hears = self._talk
        app.action(ANY)(lambda ack, body: hears.pressed(ack, body))
        app.view(VIEW)(lambda ack, body: hears.submitted(ack, body))
        app.event("message")(lambda body: hears.written(body))
        app.event(re.compile(".+"))(lambda body: None)
        return app


def _let_go(session: Any) -> None:
    _hang_up(session)
    with contextlib.suppress(OSError, AttributeError):  # it may have ended by itself meanwhile
        session.disconnect()


def _hang_up(session: Any) -> None:
    """End a connection at once: the library would wait up to three seconds for its next word."""
    with contextlib.suppress(OSError, AttributeError):
        session.sock.shutdown(socket.SHUT_RDWR)


def listen(
    calls: Calls, app_token: Secret, people: People, take: Take, stopping: threading.Event
) -> None:
    """Hear until `stopping`; see `escalation.conversation.Hearing`."""
    connected = _opened(calls, app_token, people, take, stopping)
    if connected is None:
        return
    try:
        while not stopping.wait(LOOK_EVERY):
            if (trouble := connected.trouble) is not None:
                raise trouble
    finally:
        connected.close()


def _opened(
    calls: Calls, app_token: Secret, people: People, take: Take, stopping: threading.Event
) -> Socket | None:
    """A connection; None where it is to end before there is one. One that comes too late is closed
    by whoever made it."""
    opening: Future[Socket] = Future()

    def run() -> None:
        made, failed = None, None
        try:
            made = Socket(calls, app_token, people, take)
        except (ChannelUnavailable, ChannelRefused) as error:
            failed = error
        except Exception as error:  # noqa: BLE001  whatever the libraries trip over
            kind = type(error).__name__
            failed = ChannelUnavailable(f"{calls.name}: Slack cannot be heard ({kind})")
        is_awaited = opening.set_running_or_notify_cancel()
        if failed is not None and is_awaited:
            opening.set_exception(failed)
        elif made is not None and is_awaited:
            opening.set_result(made)
        elif made is not None:
            made.close()

    threading.Thread(target=run, daemon=True, name=f"connects {calls.name}").start()
    for _ in range(int(CONNECT_WITHIN / LOOK_EVERY)):
        if wait([opening], timeout=LOOK_EVERY).done or stopping.is_set():
            break
    if not opening.cancel():
        return opening.result()
    if stopping.is_set():
        return None
    raise ChannelUnavailable(f"{calls.name}: not connected to Slack within {CONNECT_WITHIN:g} s")


def _of_app_token(
    error: ChannelUnavailable | ChannelRefused, name: str
) -> ChannelUnavailable | ChannelRefused:
    """The app-level token is another one than the bot's, and made elsewhere."""
    if not isinstance(error, SlackRefused):
        return error
    return SlackRefused(
        f"{name}: Slack refused the app-level token ({error.code}): make one with the scope "
        "connections:write, put it where `app_token` points, and see that Socket Mode is on",
        error.code,
    )
