"""What every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.new_stores import tables_copied

settings.register_profile("ours", deadline=None)  # how long a case takes is the machine's affair
settings.load_profile("ours")


@pytest.fixture(scope="session", autouse=True)
def _tables_are_made_once() -> Iterator[None]:
    with tables_copied():
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recorded data kept beside the project; tests that need it say so where it is missing."""
    folder = Path(os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip(f"left out: needs the recorded data in {folder}")
    return folder
