"""Commands that are given paths and nothing else, and start a tenth of a second sooner for it."""

from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from tocsin.cli.one_sentence import in_one_sentence


class PathsCommand(TyperCommand):
    """A command that takes each of its values for a path, as it was written.

    Typer asks pydantic, which takes 50 ms and 11 MB to load and has nothing to say of a path that
    need not be there: the command itself tells which cannot be read, and why.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, its `--help` too, as click asks for them."""
        return [_as_written(param) for param in super().get_params(ctx)]


class PathsGroup(TyperGroup):
    """The group of all commands, of which nothing but `--help` is asked."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, its `--help` too, as click asks for them."""
        return [_as_written(param) for param in super().get_params(ctx)]

    def make_context(self, *args: Any, **more: Any) -> Any:
        """What was typed, taken apart; a slip is answered in a sentence."""
        with in_one_sentence():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """The same of the groups and commands below it."""
        with in_one_sentence():
            return super().invoke(ctx)


def _as_written(param: Any) -> Any:
    # A typer that does not ask for it never sees it, and is only slower.
    param.get_runtime_param = _AsWritten
    return param


class _AsWritten:
    """What turns values into what a command takes."""

    def coerce(self, value: str | None, **_: object) -> Path | None:
        return None if value is None else Path(value)
