"""Alertmanager itself, as Debian ships it, takes our pages, shows them, and is told their end."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from config import Band
from escalation.channel import ChannelRefused, ChannelUnavailable, Standing, Stands
from escalation.channels.alertmanager import LASTS, Alertmanager, Settings, build
from escalation.decision import Verb
from listener.tools import Tools
from tests.escalation.channels.one_way import LINK, MESSAGE, SOON, free_port
from tests.firm import LEAD, OWNER
from tests.hostile import OWN
from tests.tocsin.ringing import DONE, Ringing
from tocsin.wire import HttpWire

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="left out: needs Alertmanager, which `make alertmanager` installs"
)
CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
PATIENCE = 30.0  # seconds until it must have begun to listen


@contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """An Alertmanager on loopback alone, ended by its own handle."""
    written = folder / "alertmanager.yml"
    written.write_text(CONFIGURATION)
    words = [
        str(PROGRAM),
        f"--config.file={written}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            yield
        finally:
            server.terminate()
            server.wait(PATIENCE)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "it ended by itself"
        try:
            if get(port, "/-/ready")[0] == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
    raise AssertionError("it never listened")


def get(port: int, path: str) -> tuple[int, str]:
    line = HTTPConnection("127.0.0.1", port, timeout=SOON)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def alerts(port: int) -> list[dict[str, Any]]:
    """What fires there."""
    status, text = get(port, "/api/v2/alerts?active=true")
    assert status == 200
    return list(json.loads(text))


def channel(port: int) -> Alertmanager:
    wire = HttpWire(allowed=[f"127.0.0.1:{port}"])
    settings = Settings(name="alertmanager", url=f"http://127.0.0.1:{port}")
    made = build(settings, Tools(wire, lambda _: "", "tocsin/test"))
    assert isinstance(made, Alertmanager)
    return made


def stands(how: Stands, **more: Any) -> Any:
    return replace(MESSAGE, standing=Standing(how, Band.P1, "case 17 round 1"), link="", **more)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    found = free_port()
    with running(tmp_path, found):
        yield found


def test_a_page_fires_with_its_labels_words_and_link(port: int) -> None:
    channel(port).deliver(MESSAGE, deadline=SOON)
    [alert] = alerts(port)
    assert alert["labels"] == {
        "alertname": "TocsinPage",
        "asking": "tocsin alertmanager: case 17 round 1",
        "severity": "critical",
        "to": "ada",
    }
    assert alert["annotations"]["summary"] == MESSAGE.headline
    assert "Why now: third time asking" in alert["annotations"]["description"]
    assert alert["generatorURL"] == LINK
    assert alert["status"]["state"] in ("active", "unprocessed")
    starts = datetime.fromisoformat(alert["startsAt"])
    assert starts <= datetime.now(UTC)
    ends = datetime.fromisoformat(alert["endsAt"])
    assert ends - datetime.now(UTC) > LASTS - timedelta(hours=1)


def test_the_same_page_twice_is_one_alert(port: int) -> None:
    page = channel(port)
    first = page.deliver(MESSAGE, deadline=SOON)
    assert page.deliver(replace(MESSAGE, repeated=True, key="again"), deadline=SOON) == first
    [alert] = alerts(port)
    assert "may be a repeat" in alert["annotations"]["description"]


def test_said_again_it_keeps_its_link_and_its_beginning(port: int) -> None:
    page = channel(port)
    ref = page.deliver(MESSAGE, deadline=SOON).ref
    [before] = alerts(port)
    page.update(ref, stands(Stands.ASKED, headline="Now · Grace Hopper"), deadline=SOON)
    [after] = alerts(port)
    assert after["annotations"]["summary"] == "Now · Grace Hopper"
    assert (after["generatorURL"], after["startsAt"]) == (LINK, before["startsAt"])


@pytest.mark.parametrize("how", [Stands.OWNED, Stands.OVER])
def test_it_ends_once_somebody_has_it(how: Stands, port: int) -> None:
    page = channel(port)
    ref = page.deliver(MESSAGE, deadline=SOON).ref
    page.deliver(replace(MESSAGE, standing=Standing(asking="case 18 round 1")), deadline=SOON)
    page.update(ref, stands(how), deadline=SOON)
    [left] = alerts(port)
    assert left["labels"]["asking"] == "tocsin alertmanager: case 18 round 1"


def test_what_it_forgot_when_it_was_restarted_comes_back(tmp_path: Path) -> None:
    port = free_port()
    page = channel(port)
    with running(tmp_path, port):
        ref = page.deliver(MESSAGE, deadline=SOON).ref
        assert alerts(port)
    with pytest.raises(ChannelUnavailable):
        page.update(ref, stands(Stands.ASKED), deadline=SOON)
    with running(tmp_path, port):
        assert not alerts(port)
        page.update(ref, stands(Stands.ASKED), deadline=SOON)
        [alert] = alerts(port)
    assert alert["labels"]["asking"] == "tocsin alertmanager: case 17 round 1"


def test_it_takes_whatever_strangers_write(port: int) -> None:
    page = channel(port)
    for number, text in enumerate(OWN.values()):
        asking = Standing(asking=f"case {number} round 1")
        said = replace(MESSAGE, headline=text, lines=(text,) * 5, to=text, standing=asking)
        ref = page.deliver(said, deadline=SOON).ref
        page.update(ref, replace(said, link=""), deadline=SOON)
    fired = alerts(port)
    assert len(fired) == len(OWN)
    assert all(one["generatorURL"] == LINK for one in fired)


def test_an_address_that_is_no_alertmanagers_is_refused(port: int) -> None:
    wire = HttpWire(allowed=[f"127.0.0.1:{port}"])
    settings = Settings(name="alertmanager", url=f"http://127.0.0.1:{port}/nowhere")
    elsewhere = build(settings, Tools(wire, lambda _: "", "tocsin/test"))
    with pytest.raises(ChannelRefused, match="no Alertmanager with API v2"):
        elsewhere.deliver(MESSAGE, deadline=SOON)


def test_a_case_of_the_house_fires_until_somebody_has_it_and_anew_when_it_was_forgotten(
    port: int,
) -> None:
    world = Ringing(real=channel(port), links="https://tocsin.acme.example")
    world.complain()
    [alert] = alerts(port)
    assert alert["labels"]["asking"] == "tocsin alertmanager: case 1 round 1"
    assert alert["generatorURL"].startswith("https://tocsin.acme.example/a/")
    world.do(Verb.ACK, OWNER, via="cli")
    assert not alerts(port)
    world.firm.passes(timedelta(hours=1))
    again = {one["labels"]["asking"] for one in alerts(port)}
    assert again == {"tocsin alertmanager: case 1 round 2"}
    world.do(Verb.RESOLVE, LEAD, cause="delivery", cost=5, money=0, **DONE)
    assert not alerts(port)
