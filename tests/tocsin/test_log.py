"""The log: whoever speaks, one JSON object a line, and no text of a post."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
AS_ITS_OWN = "import logging, warnings\nfrom tocsin import log\nlog.configure()\n"


def logged(code: str) -> list[dict[str, Any]]:
    """What a process logs, line by line."""
    ended = subprocess.run(
        [sys.executable, "-c", AS_ITS_OWN + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in ended.stderr.splitlines()]


@pytest.mark.parametrize(
    ("code", "event"),
    [
        pytest.param(
            "logging.getLogger('uvicorn.error').error('%s failed\\ntwice', 'it')",
            "it failed\ntwice",
            id="a line break in a library's message",
        ),
        pytest.param(
            "logging.getLogger('apscheduler.scheduler').warning('%d', 'no number')",
            "%d",
            id="a library that gets its own message wrong",
        ),
        pytest.param("log.logger().info('running')", "running", id="ourselves"),
    ],
)
def test_every_line_is_one_json_object(code: str, event: str) -> None:
    (line,) = logged(code)
    assert line["event"] == event
    assert {"level", "timestamp"} <= line.keys()


def test_a_librarys_exception_is_told_by_kind_and_place_without_its_words() -> None:
    (line,) = logged(
        "try:\n    raise ValueError('my card number is 1')\n"
        "except ValueError:\n    logging.getLogger('asyncio').exception('it broke')"
    )
    assert (line["event"], line["kind"], line["at"]) == ("it broke", "ValueError", "<module>:5")
    assert "card" not in json.dumps(line)


def test_a_warning_of_python_is_such_a_line_as_well() -> None:
    (line,) = logged("warnings.warn('old', stacklevel=1)")
    assert line["logger"] == "py.warnings"
