"""What a terminal asks for before something is closed, so that closing takes one command."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from escalation.decision import Action
    from escalation.rules import Rules
    from escalation.subject import Subject

Wrong = Callable[[str, Any], str | None]  # what is wrong with an answer, by the field it fills
NOTHING = 'or "nothing, because ..."'


def complete(subject: "Subject | None", action: "Action", rules: "Rules") -> "Action":
    """Ask for what closing an urgent case or an incident should say, and was not given.

    Each answer is checked where it is typed. Away from a terminal nothing is asked: the refusal
    says what is missing; and so it does of what was given and is wrong.
    """
    from escalation import account, functions
    from escalation.decision import Verb

    if action.verb is not Verb.RESOLVE or subject is None or not subject.is_open:
        return action
    if not account.is_asked_for(subject) or any(account.wrong(action, rules)):
        return action
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return action

    def wrong(field: str, answer: Any) -> str | None:
        given: Any = {field: answer}
        return next(account.wrong(replace(action, **_BLANK | given), rules), None)

    typer.echo(f"{subject.ref.spoken.capitalize()}, to be closed. Enter takes what is in brackets.")
    if not action.cause:
        typer.echo(f"Functions: {', '.join(functions.known(rules))}")
    prefilled = functions.function_of(subject, rules)
    ours, rest = "What was done for this customer", "What was done for everybody else it concerns"
    return replace(
        action,
        cause=action.cause or _text("cause", "Which function caused it", prefilled, wrong),
        cost=_whole("cost", "Minutes of work it cost", action.cost, subject.cost, wrong),
        money=_whole("money", "Money it cost, in whole units", action.money, subject.money, wrong),
        done=action.done or _text("done", f"{ours}, {NOTHING}", subject.done, wrong),
        done_for_rest=action.done_for_rest
        or _text("done_for_rest", f"{rest}, {NOTHING}", subject.done_for_rest, wrong),
        reason=action.reason or _review(subject, wrong),
    )


_BLANK: Any = {"cause": None, "cost": None, "money": None, "done": "", "done_for_rest": ""}


def _review(subject: "Subject", wrong: Wrong) -> str:
    if subject.kind != "incident":
        return ""
    return _text("reason", "What happened, and what will be otherwise", "", wrong)


def _text(field: str, question: str, known: str, wrong: Wrong) -> str:
    """One line; what is known already may be long or hostile and is shown short and legible."""
    from escalation.encode import cut, one_line
    from tocsin.cli.common import say, writable
    from tocsin.store.ledger import MAX_NOTE_CHARS

    shown = f" [{cut(one_line(known), 60)}]" if known else ""
    while True:
        typed = str(typer.prompt(f"{question}{shown}", default=known, show_default=False))
        answer = writable(typed).strip()
        why = wrong(field, answer) if answer else "it takes an answer in words"
        if why is None and len(answer) > MAX_NOTE_CHARS:
            why = f"at most {MAX_NOTE_CHARS} characters are kept"
        if why is None:
            return answer
        say(f"    {why.removesuffix('.')}.")


def _whole(field: str, question: str, given: int | None, known: int | None, wrong: Wrong) -> int:
    from tocsin.cli.common import say
    from tocsin.cli.numbers import whole

    if given is not None:
        return given
    while True:
        answer = whole(str(typer.prompt(question, default=str(known or 0))))
        why = "a whole number, 0 or more, without a sign" if answer is None else ""
        why = why or wrong(field, answer) or ""
        if answer is not None and not why:
            return answer
        say(f"    {why}.")
