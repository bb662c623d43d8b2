"""A line to a Slack of our own, for the tests of what is heard there."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def slack() -> Iterator[Any]:
    from tests.escalation.channels.fake_slack import FakeSlack

    with FakeSlack() as running:
        yield running


@pytest.fixture
def line(slack: Any) -> Iterator[Any]:
    """Somebody takes what a channel hears there, until the test is over."""
    from tests.escalation.channels.fake_slack import PATIENCE
    from tests.escalation.channels.slack_line import Desk, Line, channel

    made = Line(slack, channel(slack.api), Desk())
    yield made
    made.stopping.set()
    made.thread.join(PATIENCE)
    assert not made.thread.is_alive()
