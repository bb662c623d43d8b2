"""One demo's week for all tests of pictures."""

from pathlib import Path

import pytest

from tests.tocsin.pictures.curves import the_demos_store


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the demo's week; read it only."""
    return the_demos_store(tmp_path_factory.mktemp("pictures"))
