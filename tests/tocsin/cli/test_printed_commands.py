"""What a message prints to be pasted is a command that exists, with all that it needs."""

import re
import shlex
from datetime import timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.incidents import Spike
from escalation.subject import Ref
from tests.firm import EXECUTIVE, FIRST, LEAD, OWNER, PRESS, Firm, complain, new_firm
from tests.tocsin.cli.test_commands_page import COMMANDS, line_begins
from tocsin.cli.acting import action_of
from tocsin.deeds import DEEDS

SPIKE = Spike(storm=False, people=9, posts=9, minutes=60, usual=1.0, sentence="9 people in 1 h")
CASE, WATCH, FAULT = Ref("case", 1), Ref("incident", 1), Ref("fault", 1)


def act(firm: Firm, ref: Ref, verb: Verb, by: str, to: str | None = None, **more: object) -> None:
    action = Action(verb, by, to, **more)  # type: ignore[arg-type]
    assert firm.write(lambda d: firm.house.engine.act(d, ref, action, firm.now)) is None
    firm.passes(timedelta(minutes=2))


def offer(firm: Firm, ref: Ref, by: str, to: str) -> None:
    act(firm, ref, Verb.ACK, by)
    act(firm, ref, Verb.HANDOFF, by, to, reason="zz", told="zz")


@pytest.fixture
def firm() -> Firm:
    """One day with a case, a watch, a storm and a fault; each is paged, offered and asked for."""
    firm = new_firm()
    engine = firm.house.engine
    complain(firm, 1)
    firm.write(lambda desk: engine.spike(desk, "Acme", "billing", SPIKE, firm.now))
    firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", firm.now))
    firm.passes(timedelta(minutes=1))
    offer(firm, CASE, OWNER, LEAD)
    act(firm, CASE, Verb.DECLINE, LEAD)
    act(firm, CASE, Verb.PERMISSION, OWNER, reason="zz", money=90)
    offer(firm, WATCH, OWNER, LEAD)
    offer(firm, FAULT, FIRST, LEAD)
    storm = Action(Verb.DECLARE, PRESS, reason="it is on the news")
    firm.write(lambda desk: engine.declare(desk, "Bolt Works", storm, firm.now))
    firm.passes(timedelta(hours=8))
    return firm


def printed(firm: Firm) -> set[str]:
    lines = (line for one in firm.channels.values() for _, m in one.taken for line in m.lines)
    found = (re.findall(r"(tocsin [a-z]+ [a-z-]+ .*?)(?= · |$)", line) for line in lines)
    return {command for some in found for command in some}


def test_every_printed_command_can_be_pasted(firm: Firm) -> None:
    commands = printed(firm)
    for line in commands:
        words = shlex.split(line)
        name = max((known for known in COMMANDS if line_begins(words, known)), key=len)
        context = COMMANDS[name].make_context(name, words[len(name.split()) :])
        given = {key: value for key, value in context.params.items() if value is not None}
        _, kind, verb = name.split()
        deed = next((one for one in DEEDS[kind.removesuffix("s")] if one.name == verb), None)
        if deed is not None:
            named = {"by", *(option.field for option in deed.options)}
            action_of(deed, {key: value for key, value in given.items() if key in named})


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(f"tocsin cases decline 1 --as {LEAD}", id="an offered case is given back"),
        pytest.param(f"tocsin incidents decline 1 --as {LEAD}", id="an offered incident"),
        pytest.param(f"tocsin faults decline 1 --as {LEAD}", id="an offered fault"),
        pytest.param(f"tocsin faults ack 1 --as {FIRST}", id="a fault is acknowledged"),
        pytest.param(
            f'tocsin cases refuse 1 --reason "WHY" --as {EXECUTIVE}', id="permission is refused"
        ),
    ],
)
def test_what_can_be_done_is_printed(firm: Firm, command: str) -> None:
    assert command in printed(firm), sorted(printed(firm))


def test_a_storm_that_was_declared_by_hand_shows_who_and_why_and_no_zeros(firm: Firm) -> None:
    pages = [m for m in firm.channels["chat"].pages(f"{PRESS}@chat") if "Bolt" in m.headline]
    assert pages[0].headline == f"Storm · {PRESS} · declared by hand on Bolt Works"
    why = f"Why now: declared by hand by {PRESS}, because it is on the news"
    assert pages[0].lines[0] == why
    assert not any("0 unhappy" in line for page in pages for line in page.lines)
