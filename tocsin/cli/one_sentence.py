"""What was typed wrongly is answered in one sentence: what it is, and what to write instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Around what reads the command line. Typer's own three lines begin with how every command is
    written; a page of help, asked for by typing no command, stays one."""
    try:
        yield
    except Exception as error:
        is_slip = hasattr(error, "format_message") and hasattr(error, "ctx")
        if is_slip and type(error).__name__ != "NoArgsIsHelpError":
            error.show = partial(_show, error)  # type: ignore[attr-defined]
        raise


def _show(error: Any, file: object = None) -> None:
    import typer

    from escalation.encode import terminal

    typer.echo(terminal(sentence(error)), err=True)


def sentence(error: Any) -> str:
    """The refusal of a command line: of what is missing with the command as it is written."""
    said = error.format_message().rstrip(".?!")
    mark = "?" if error.format_message().endswith("?") else "."
    context = error.ctx
    if context is None:
        return f"{said}{mark}"
    if getattr(error, "param", None) in context.command.params and said.startswith("Missing"):
        return f"{said}{mark} Write: {_written(context)}"
    return f"{said}{mark} How it is written: {context.command_path} --help"


def _written(context: Any) -> str:
    """A command with everything it needs: `tocsin cases ack NUMBERS --as NAME`."""
    words = [context.command_path]
    for param in context.command.params:
        if param.required:
            known = "name" if "--as" in param.opts else param.opts[0].lstrip("-")
            value = (param.metavar or known).strip("{}.[]").upper()
            is_option = param.param_type_name == "option"
            words.append(f"{param.opts[0]} {value}" if is_option else value)
    return " ".join(words)
