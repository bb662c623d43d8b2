"""Every night a running daemon learns anew without what was erased, and goes on judging."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from apscheduler.job import Job

from listener.complaint import MODEL_VERSION
from tests.firm import Firm, new_firm, settings
from tests.tocsin.test_model_watch import accepted, erased, judged, taught
from tocsin.daemon import Daemon
from tocsin.models import Models

PATIENCE = 40.0  # seconds; only a failing test waits so long


class Night:
    """A daemon that runs in this process, so that its night can be made to come."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.daemon = Daemon(firm.house, {}, ())
        self._thread = Thread(target=self.daemon.run, kwargs={"signals": False})

    @property
    def job(self) -> Job:
        found = self.daemon._scheduler.get_job("models")
        assert found is not None
        return found

    def start(self) -> None:
        self._thread.start()
        until(lambda: self.health()["model"]["in_force"] == 1)

    def comes(self) -> None:
        self.job.modify(next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        self.daemon.stop()
        self._thread.join(PATIENCE)

    def health(self) -> dict[str, Any]:
        try:
            with urlopen(f"http://{self.firm.house.settings.listen}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {"model": {"in_force": None}}


def until(holds: Callable[[], object]) -> None:
    pause = Event()
    for _ in range(int(PATIENCE / 0.05)):
        if holds():
            return
        pause.wait(0.05)
    pytest.fail("it never came to hold")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    firm = new_firm(tmp_path / "firm.db", declared=settings().model_copy(update={"listen": listen}))
    taught(firm, 90)
    accepted(firm, Models(tmp_path / "firm.db"))
    night = Night(firm)
    yield night
    night.stop()


def test_it_learns_anew_at_half_past_three_by_the_clocks_of_the_firm(night: Night) -> None:
    night.start()
    for noon in (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)):
        fires = night.job.trigger.get_next_fire_time(None, noon)
        assert (fires.hour, fires.minute, str(fires.tzinfo)) == (3, 30, "Europe/Berlin")


def test_what_was_erased_by_day_is_unlearned_at_night_and_judging_goes_on(night: Night) -> None:
    night.start()
    erased(night.firm, 0, 1)
    until(lambda: night.health()["model"]["labels_erased_since"] == 2)
    assert night.health()["model"]["in_force"] == 1, "until the night it judges on, and says so"
    night.comes()
    until(lambda: night.health()["model"]["in_force"] == 2)
    told = night.health()["model"]
    assert (
        "2 labels of model 1 were erased; model 2 was learned from what is left" in told["notice"]
    )
    assert told["labels_erased_since"] == 0
    assert judged(night.firm, 1) == f"{MODEL_VERSION}+2"


def test_a_night_without_erasures_changes_nothing(night: Night) -> None:
    night.start()
    before = night.job.next_run_time
    night.comes()
    until(lambda: night.job.next_run_time >= before)
    night.stop()  # which waits for the job
    models = Models(night.firm.house.store.path or Path())
    assert [path.name for path in models._all()] == ["firm-1.json"]


def test_a_night_that_fails_is_logged_and_the_next_one_comes(
    night: Night, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    night.start()
    erased(night.firm, 0)
    models = night.daemon._models
    with monkeypatch.context() as patched:
        patched.setattr(models, "_learn_anew", lambda models: 1 / 0)
        night.comes()
        seen: list[str] = []
        until(lambda: seen.append(capfd.readouterr().out) or "job failed" in "".join(seen))
    assert night.health()["model"]["in_force"] == 1
    night.comes()
    until(lambda: night.health()["model"]["in_force"] == 2)
