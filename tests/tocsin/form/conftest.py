"""A form with room for everybody, and its door open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tocsin.form.door import Form, running


@pytest.fixture
def form(tmp_path: Path) -> Iterator[Form]:
    with running(tmp_path / "form", per_minute=200, per_hour=2_000) as one:
        yield one
