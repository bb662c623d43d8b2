"""A folder to write configuration files into, and two small fake kinds to declare in them."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import ConfigDict, Field, field_validator

from config import ChannelSettings, Secret, SourceSettings
from config.load import Catalogue, Loaded, load
from escalation import channels
from listener import collectors


class ChatSettings(ChannelSettings):
    """A channel with a secret and a choice of its own."""

    token: Secret | None = None
    size: int = Field(default=10, ge=1, le=50)


class StationSettings(SourceSettings):
    """A source with a required list and a validator that quotes what it refuses."""

    urls: tuple[str, ...] = Field(min_length=1)
    key: Secret | None = None

    @field_validator("urls")
    @classmethod
    def _web(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not url.startswith("https://"):
                raise ValueError(f"{url} is no web address. Begin it with https://")
        return urls


def _not_installed() -> type[SourceSettings]:
    raise ModuleNotFoundError("No module named 'carrier'")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(
        sources={
            "bluesky": lambda: SourceSettings,
            "hackernews": lambda: SourceSettings,
            "station": lambda: StationSettings,
            "pigeon": _not_installed,
        },
        channels={"slack": lambda: ChatSettings, "terminal": lambda: ChannelSettings},
    )


class AnySource(SourceSettings):
    model_config = ConfigDict(extra="allow")


class AnyChannel(ChannelSettings):
    model_config = ConfigDict(extra="allow")


@pytest.fixture(scope="session")
def every_kind() -> Catalogue:
    """The kinds of the registries; one whose module is not there takes any setting."""

    def model_of(
        modules: Mapping[str, str], settings_of: Callable[[str], type], stand_in: type
    ) -> Mapping[str, Callable[[], type]]:
        return {
            kind: partial(settings_of, kind) if find_spec(module) else lambda: stand_in
            for kind, module in modules.items()
        }

    return Catalogue(
        sources=model_of(collectors.COLLECTORS, collectors.settings_of, AnySource),
        channels=model_of(channels.CHANNELS, channels.settings_of, AnyChannel),
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Put a text into a `tocsin.toml` of its own."""

    def write_file(text: str | bytes) -> Path:
        path = tmp_path / "tocsin.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


@pytest.fixture
def loading(
    write: Callable[[str | bytes], Path], catalogue: Catalogue
) -> Callable[[str | bytes], Loaded]:
    """Load a text as if it were the user's file; the environment holds SLACK_BOT_TOKEN alone."""

    def load_text(text: str | bytes) -> Loaded:
        return load(write(text), catalogue, environ={"SLACK_BOT_TOKEN": "x" * 20})

    return load_text
