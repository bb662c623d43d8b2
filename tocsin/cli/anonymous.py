"""`tocsin form` and `tocsin anonymous`: the door for people without a name, and our answers."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.acting import VIA, act, typed
from tocsin.cli.common import DEFAULT_CONFIG, ConfigOption, DbOption, fail, load, opened, say
from tocsin.cli.numbers import subject_number

if TYPE_CHECKING:
    from config import Settings
    from listener.collectors.form import Settings as FormSettings
    from tocsin.wiring import House


def register(app: typer.Typer) -> None:
    """Add the command and the group."""
    app.command()(form)
    group = typer.Typer(help="People without a name.", no_args_is_help=True)
    group.command("reply")(reply)
    app.add_typer(group, name="anonymous")


def form(
    source: Annotated[
        str | None, typer.Option("--source", help="Which of [[sources]]; default: the only form.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Run the anonymous form until it is told to stop. It never opens the store."""
    import signal

    from tocsin import log
    from tocsin.form.serving import FormServer

    settings = load(config).settings
    declared = _chosen(settings, source)
    log.configure()
    brands = tuple(brand.name for brand in settings.brands)
    try:
        server = FormServer(declared, brands)
    except OSError as error:
        fail(f"{declared.folder} cannot be used: {error.strerror}.")
    say(f"The form answers on http://{declared.listen}/ and writes to {declared.folder}.")
    for one in (signal.SIGTERM, signal.SIGINT):  # so that what was counted last is written down
        signal.signal(one, lambda *_: server.stop())
    try:
        server.run()
    except SystemExit:
        fail(f"{declared.listen} cannot be opened: something else listens there.")


def reply(
    case: Annotated[
        int, typer.Argument(parser=subject_number, metavar="CASE", help="As the alerts show it.")
    ],
    text: Annotated[str, typer.Argument(help="What the sender is to read.")],
    by: Annotated[str, typer.Option("--as", help="Who answers: a name of [[people]].")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Answer somebody without a name, where their reply number shows it."""
    from escalation.decision import Action, Verb

    said = typed("TEXT", "reason", text)
    if not said:
        fail("TEXT is blank. Say what the sender is to read.")
    with opened(config, db) as house:
        if not house.engine.rules.is_active(by, house.clock.now()):
            fail(f"{by} is no active person.", 1)
        _answer(house, case, said)
    say(f"Answered: whoever has the reply number of case {case} can read it now.")
    act("case", "replied", [case], Action(Verb.REPLIED, by, reason=said, via=VIA), config, db)


def _answer(house: "House", number: int, text: str) -> None:
    """Put it where the form shows it; ends the command where it cannot be shown."""
    from escalation.subject import Case, Ref
    from listener.collectors.form import forms_of
    from listener.mention import ANONYMOUS
    from listener.spool import Spool

    with house.store.read() as desk:
        case = desk.subject(Ref("case", number))
        account = desk.account(case.author) if isinstance(case, Case) else None
    if account is None:
        fail(f"There is no case {number}.", 1)
    if account.platform != ANONYMOUS:
        fail(f"Case {number} is of {account.platform}: answer there.", 1)
    mark, _, hashed = account.handle.partition("-")
    if mark != "r":
        fail(f"Whoever wrote case {number} asked for no answer, or is forgotten.", 1)
    try:
        for declared in forms_of(house.settings.sources):
            if Spool(declared.folder).answer(hashed, text, house.clock.now()):
                return
    except ValueError as error:
        fail(f"{error}.", 1)
    fail(f"The reply number of case {number} is over: nobody could read it.", 1)


def _chosen(settings: "Settings", name: str | None) -> "FormSettings":
    from listener.collectors.form import forms_of

    forms = forms_of(settings.sources)
    found = [one for one in forms if name in (None, one.name)]
    if not forms:
        fail('No form is declared. Add [[sources]] with kind = "form": docs/anonymous.md.')
    if len(found) != 1:
        fail(f"--source: name one of {', '.join(one.name for one in forms)}.")
    return found[0]
