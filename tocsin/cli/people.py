"""`tocsin people`: accounts that are one person's, because they or we were told so."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    opened,
    say,
    say_json,
    writable,
)

if TYPE_CHECKING:
    from tocsin.store import Unit
    from tocsin.store.people import Account
    from tocsin.wiring import House

people = typer.Typer(help="Accounts that are one person's, as they told us.", no_args_is_help=True)
AnAccount = Annotated[str, typer.Argument(help="Such as bluesky:@ann, or @ann.")]
By = Annotated[str, typer.Option("--as", help="Who does it: a name of [[people]].")]
MAX_PLACE = 500  # characters


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(people, name="people")


@people.command()
def show(
    account: AnAccount,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """A person's accounts, where we were told that they are theirs, and their cases."""
    from zoneinfo import ZoneInfo

    from tocsin.people import called, earlier_row, earlier_said, link_row, link_said

    with opened(config, db) as house, house.store.read() as desk:
        zone = ZoneInfo(house.settings.timezone)
        one = _account(desk, account)
        accounts = [called(desk.account(each)) for each in desk.accounts_of(one.id)]
        links, cases = desk.links_of(one.id), desk.earlier_cases(one.id)
    if json_:
        rows = {"links": [link_row(each) for each in links]}
        say_json({"accounts": accounts, **rows, "cases": [earlier_row(each) for each in cases]})
        return
    say(f"accounts: {', '.join(accounts)}")
    for link_ in links:
        say(f"    {link_said(link_, zone)}")
    for line in earlier_said(cases, zone):
        say(line)


@people.command()
def link(
    one: AnAccount,
    other: AnAccount,
    where: Annotated[
        str, typer.Option("--where", help="Where they told us: an address, or a few words.")
    ],
    by: By,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Keep that two accounts are one person's, because they say so or told us."""
    from tocsin.people import called

    place = writable(where).strip()
    if not 0 < len(place) <= MAX_PLACE:
        fail(f"--where says where they told us, in 1 to {MAX_PLACE} characters.")
    with opened(config, db) as house:
        _must_be_somebody(house, by)
        with house.store.read() as desk:
            first, second = _account(desk, one), _account(desk, other)
            own = desk.post_at(place, (first.id, second.id))
        if first.id == second.id:
            fail("These are one account already.")
        now = house.clock.now()
        done = house.store.write(lambda desk: desk.link(first.id, second.id, place, own, by, now))
    if not done:
        fail(f"{called(first)} and {called(second)} are linked already.", 1)
    say(f"Kept: {called(first)} and {called(second)} are one person's.")


@people.command()
def unlink(
    one: AnAccount,
    other: AnAccount,
    by: By,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Take back that two accounts are one person's; where and when goes with it."""
    from tocsin.people import called

    with opened(config, db) as house:
        _must_be_somebody(house, by)
        with house.store.read() as desk:
            first, second = _account(desk, one), _account(desk, other)
        done = house.store.write(lambda desk: desk.unlink(first.id, second.id))
        house.store.scrub()
    if not done:
        fail(f"{called(first)} and {called(second)} are not linked to one another.", 1)
    say(f"Taken back: {called(first)} and {called(second)}.")


@people.command()
def proposals(
    config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None, json_: JsonOption = False
) -> None:
    """Posts in which authors say of another account that it is theirs. A person must confirm."""
    from tocsin.people import called
    from tocsin.people import proposals as proposed

    with opened(config, db) as house, house.store.read() as desk:
        found = list(proposed(desk, house.clock.now()))
    for each in found:
        one, other = called(each.remark.author), called(each.other)
        if json_:
            at = each.remark.at.isoformat(timespec="seconds")
            said = {"where": each.remark.url, "text": each.remark.text, "when": at}
            say_json({"one": one, "other": other, **said})
            continue
        words = " ".join(each.remark.text.split())[:300]
        say(f"{one} says that {other} is theirs: {words}")
        where = each.remark.url or "…"
        say(f"    tocsin people link {one} {other} --as NAME --where {where}")
    if not found and not json_:
        say("Nobody whom we have heard has said so of another account that we have heard.")


def _account(desk: "Unit", name: str) -> "Account":
    from tocsin.people import NoAccount, find

    try:
        return find(desk, writable(name))
    except NoAccount as error:
        fail(str(error), 1)


def _must_be_somebody(house: "House", by: str) -> None:
    known = [one.name for one in house.settings.people]
    if by not in known:
        fail(f'--as "{by}" is none of [[people]]. Known: {", ".join(known)}.')
