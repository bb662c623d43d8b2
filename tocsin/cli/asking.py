"""What a terminal asks for before something is closed, so that closing takes one command."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from escalation.decision import Action
    from escalation.rules import Rules
    from escalation.subject import Subject


def complete(subject: "Subject | None", action: "Action", rules: "Rules") -> "Action":
    """Ask for what closing an urgent case or an incident should say, and was not given.

    Away from a terminal nothing is asked: the refusal says what is missing.
    """
    from escalation import account, functions
    from escalation.decision import Verb

    if action.verb is not Verb.RESOLVE or subject is None or not subject.is_open:
        return action
    if not account.is_asked_for(subject):
        return action
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return action
    typer.echo(f"{subject.ref.spoken.capitalize()}, to be closed. Enter takes what is in brackets.")
    prefilled = functions.function_of(subject, rules)
    return replace(
        action,
        cause=action.cause or _text("Which function caused it", prefilled),
        cost=_whole("Minutes of work it cost", action.cost, subject.cost),
        money=_whole("Money it cost, in whole units", action.money, subject.money),
        done=action.done or _text("What was done for this customer", subject.done),
        done_for_rest=action.done_for_rest
        or _text("What was done for everybody else it concerns", subject.done_for_rest),
        reason=action.reason or _review(subject),
    )


def _review(subject: "Subject") -> str:
    if subject.kind != "incident":
        return ""
    return _text("What happened, and what will be otherwise", "")


def _text(question: str, known: str) -> str:
    """One line; what is known already may be long or hostile and is shown short and legible."""
    from escalation.encode import cut, one_line
    from tocsin.cli.common import writable

    shown = f" [{cut(one_line(known), 60)}]" if known else ""
    answer = str(typer.prompt(f"{question}{shown}", default=known, show_default=False))
    return writable(answer).strip()


def _whole(question: str, given: int | None, known: int | None) -> int:
    if given is not None:
        return given
    while (answer := int(typer.prompt(question, default=known or 0, type=int))) < 0:
        typer.echo("A whole number, 0 or more.")
    return answer
