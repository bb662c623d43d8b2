"""Whoever reads that nothing was reached reads where, and how it failed; never a key."""

import socket
import ssl
from smtplib import SMTPDataError, SMTPServerDisconnected
from urllib.error import URLError

import pytest

from escalation.channels.mail_answers import reading
from escalation.channels.unreached import place_of, said_of, unreached
from listener.wire import NobodyListens, TooLarge, UnknownName, Unreachable

KEY = "kept-secret"
AT = "ntfy.example:443"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(NobodyListens(KEY), f"{AT} refuses connections", id="nothing listens"),
        pytest.param(ConnectionRefusedError(111, KEY), f"{AT} refuses connections", id="the same"),
        pytest.param(
            URLError(ConnectionRefusedError(111, KEY)),
            f"{AT} refuses connections",
            id="as a library wraps it",
        ),
        pytest.param(UnknownName(KEY), f"the name in {AT} is unknown here", id="no such name"),
        pytest.param(
            socket.gaierror(-2, KEY), f"the name in {AT} is unknown here", id="the same of mail"
        ),
        pytest.param(TooLarge(KEY), f"{AT} answers with more than is read", id="too much"),
        pytest.param(TimeoutError(KEY), f"{AT} does not answer in time", id="silence"),
        pytest.param(SMTPServerDisconnected(KEY), f"{AT} hung up", id="it hung up"),
        pytest.param(
            ssl.SSLError(1, KEY), f"{AT} does not speak TLS as it is asked to", id="no TLS"
        ),
        pytest.param(OSError(113, KEY), f"no way leads to {AT} from here", id="no route"),
        pytest.param(Unreachable(KEY), f"the connection to {AT} failed", id="anything else"),
    ],
)
def test_what_failed_is_said_by_its_kind_and_place_alone(error: Exception, said: str) -> None:
    assert unreached(f"https://bot:{KEY}@ntfy.example/{KEY}", error) == said
    assert said_of(AT, error) == said


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:18080/hook", "127.0.0.1:18080"),
        ("https://[::1]/x", "[::1]:443"),
        ("http://ntfy.example", "ntfy.example:80"),
        ("http://host:notaport/", "it"),
        ("nothing", "it"),
    ],
)
def test_of_an_address_host_and_port_are_told(url: str, place: str) -> None:
    assert place_of(url) == place


def test_a_mail_server_that_is_busy_is_told_apart_from_one_that_is_not_there() -> None:
    busy = reading("mail", SMTPDataError(451, KEY.encode()), "smtp.example:587")
    assert str(busy) == "mail: the mail server smtp.example:587 is busy (451)"
    gone = reading("mail", ConnectionRefusedError(), "smtp.example:587")
    assert str(gone) == (
        "mail: the mail server cannot be reached: smtp.example:587 refuses connections"
    )
