"""docs/configuration.md names every setting with its true default, and what it shows loads."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from config import Band, ChannelSettings, Secret, Settings, SourceSettings
from config.bands import DEFAULT_BANDS, BandChange, BandTimes
from config.load import Catalogue, load
from config.positions import MAX_DEPTH, MAX_VALUES
from config.reading import MAX_BYTES

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
MINIMAL, *PIECES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all that its fields are made of, read from their types."""
    yield model
    for field in model.model_fields.values():
        for inner in (field.annotation, *arguments(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from models(inner)


def arguments(annotation: Any) -> Iterator[Any]:
    for argument in get_args(annotation):
        yield argument
        yield from arguments(argument)


MODELS = sorted({*models(Settings), Secret}, key=lambda model: model.__name__)


def rows(model: type[BaseModel]) -> dict[str, list[str]]:
    """The documented table of a model: key → its other cells."""
    _, _, section = PAGE.partition(f"<!-- {model.__name__} -->\n")
    table = section.partition("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    return {key.strip("`"): rest for key, *rest in cells}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_setting_is_documented_and_no_other(model: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert rows(model).keys() == keys


def spelt(default: object) -> str | None:
    """A default as the page writes it, or None where it says it in words."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, timedelta):
        days, seconds = default.days, default.seconds
        if seconds % 3600 == 0 and seconds:
            return f'"{seconds // 3600}h"'
        if seconds % 60:
            return f'"{seconds}s"'
        return f'"{days}d"' if days else f'"{seconds // 60}m"'
    if isinstance(default, time):
        return f'"{default:%H:%M}"'
    return f'"{default}"' if isinstance(default, str | Path) else None


# The loader names a source or channel after its kind.
NAMED_BY_KIND = ((SourceSettings, "name"), (ChannelSettings, "name"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_default_is_the_true_one(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        documented = rows(model)[field.alias or name][0]
        if field.is_required() and (model, name) not in NAMED_BY_KIND:
            assert documented in ("none, it must be given", "at least one")
        wanted = spelt(field.default)
        if wanted is not None:
            assert documented == f"`{wanted}`"


def minutes(text: str) -> timedelta | bool | None:
    if text in ("true", "false"):
        return text == "true"
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
    return None if text == "–" else int(text[:-1]) * units[text[-1]]


def test_the_durations_of_every_band_are_the_true_ones() -> None:
    for key, (_, *cells) in rows(BandChange).items():
        true = [getattr(DEFAULT_BANDS[band], key) for band in Band]
        assert [minutes(cell) for cell in cells] == true
    assert BandChange.model_fields.keys() == BandTimes.model_fields.keys()


def test_the_limits_are_the_true_ones() -> None:
    limits = PAGE.partition("## Limits")[2]
    assert MAX_BYTES == 1024**2
    assert "1 MiB" in limits
    assert f"{MAX_VALUES:,} keys and values" in limits
    assert f"nested at most {MAX_DEPTH} deep" in limits


@pytest.mark.parametrize("piece", [MINIMAL, *PIECES], ids=lambda piece: piece.split("\n")[0])
def test_every_block_is_toml(piece: str) -> None:
    assert tomllib.loads(piece)


@pytest.mark.parametrize("text", [MINIMAL, "\n".join(PIECES)], ids=["the smallest", "the whole"])
def test_what_the_page_shows_loads(
    text: str, write: Callable[[str | bytes], Path], every_kind: Catalogue
) -> None:
    assert load(write(text), every_kind, secrets=False).settings.people


def test_the_whole_of_the_page_shows_every_kind(every_kind: Catalogue) -> None:
    shown = "\n".join(PIECES)
    for kind in {*every_kind.channels, *every_kind.sources} - {"file"}:
        assert f'kind = "{kind}"' in shown
    for kind in (*every_kind.channels, *every_kind.sources):
        assert f"`{kind}`" in PAGE
