"""A signature is believed when it is genuine and fresh, and never otherwise."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.signature import WINDOW, sign, verify

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "s3cret"
BODY = b'{"key": "k"}'
GOOD = sign(SECRET, BODY, NOON)


@pytest.mark.parametrize(
    ("secret", "header", "body", "after", "believed"),
    [
        pytest.param(SECRET, GOOD, BODY, 0, True, id="genuine and fresh"),
        pytest.param(SECRET, GOOD, BODY, WINDOW, True, id="still fresh at the end of the window"),
        pytest.param(SECRET, GOOD, BODY, WINDOW + 1, False, id="too old"),
        pytest.param(SECRET, GOOD, BODY, -WINDOW - 1, False, id="from the future"),
        pytest.param("other", GOOD, BODY, 0, False, id="another secret"),
        pytest.param("", sign("", BODY, NOON), BODY, 0, False, id="no secret is no proof"),
        pytest.param(SECRET, GOOD, BODY + b" ", 0, False, id="a changed body"),
        pytest.param(SECRET, GOOD[:-1], BODY, 0, False, id="cut short"),
        pytest.param(SECRET, GOOD.upper(), BODY, 0, False, id="other capitals"),
        pytest.param(SECRET, GOOD.replace("v1", "v0"), BODY, 0, False, id="another version"),
        pytest.param(SECRET, GOOD + "\n", BODY, 0, False, id="something behind it"),
        pytest.param(SECRET, "", BODY, 0, False, id="nothing"),
        pytest.param(SECRET, GOOD.replace("t=1", "t=１"), BODY, 0, False, id="digits of elsewhere"),
        pytest.param(SECRET, f"{GOOD},v1={'0' * 64}", BODY, 0, True, id="a second key's beside it"),
        pytest.param(SECRET, GOOD + f",v1={'0' * 64}" * 4, BODY, 0, False, id="too many"),
    ],
)
def test_verify(secret: str, header: str, body: bytes, after: int, believed: bool) -> None:
    assert verify(secret, header, body, NOON + timedelta(seconds=after)) is believed


def test_the_recorded_cases_are_judged_as_expected(shared: Path) -> None:
    lines = (shared / "data" / "hostile" / "webhook_signatures.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["scheme"] == "hmac-t-v1"]
    assert rows
    for row in rows:
        now = datetime.fromtimestamp(row["clock"], UTC)
        body = base64.b64decode(row["body_b64"])
        believed = verify(row["secret"], row["headers"]["Signature"], body, now)
        assert believed is (row["expect"] == "accept"), row["why"]


@settings(deadline=None)  # a busy machine is no failure
@given(header=st.text() | st.from_regex(r"t=\d{1,40}(,v1=[0-9a-f]{64})*", fullmatch=True))
def test_no_invented_header_is_believed_or_breaks_anything(header: str) -> None:
    assert not verify(SECRET, header, BODY, NOON)
