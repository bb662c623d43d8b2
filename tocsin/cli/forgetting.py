"""`tocsin forget`: an author asks to be erased, and is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    at_a_terminal,
    fail,
    opened,
    say,
    writable,
)

if TYPE_CHECKING:
    from escalation.subject import Ref
    from tocsin.store import Unit
    from tocsin.wiring import House


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(forget)


@dataclass(frozen=True, slots=True)
class Going:
    """What is erased with an author: accounts as rows of the store, posts, open cases; and which
    linked accounts stay, because nobody asked for them.

    private  posts that are kept privately; they are counted where whoever asks may know of them.
    """

    authors: tuple[tuple[int, str], ...]
    posts: int
    cases: tuple["Ref", ...]
    staying: tuple[str, ...] = ()
    private: int = 0

    @property
    def counted(self) -> str:
        accounts, many = max(1, len(self.authors)), self.posts + self.private
        return (
            f"{accounts} account{'' if accounts == 1 else 's'}, "
            f"{many} post{'' if many == 1 else 's'}"
        )


def forget(
    author: Annotated[str, typer.Argument(help="A handle such as @ann, or the platform's id.")],
    platform: Annotated[
        str | None, typer.Option("--platform", help="Only on this platform, such as x.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--as", help="Who does it, for the record: a name of [[people]].")
    ] = None,
    linked: Annotated[
        bool, typer.Option("--linked", help="Their other accounts too, as `tocsin people` shows.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Erase an author and everything they wrote, for good: a re-read brings nothing back."""
    name, only = writable(author), platform and writable(platform)
    with opened(config, db) as house:
        _must_be_somebody(house, by)
        with house.store.read() as desk:
            going = _going(house, desk, (name, only, linked), by)
        is_known = bool(going.authors or going.private)
        if is_known and not yes:
            _confirm(going)
        done = going
        if is_known or yes:  # what only some may know of goes all the same, and nobody is told
            done = house.store.write(lambda desk: _erase(house, desk, (name, only, linked), by))
            house.store.scrub()
    if not is_known:
        fail(f"No author {author} is known here{f' on {platform}' if platform else ''}.", 1)
    say(f"Forgotten: {done.counted}. Counts stay; it is not undone by a re-read.")


def _must_be_somebody(house: "House", by: str | None) -> None:
    known = [one.name for one in house.settings.people]
    if by is not None and by not in known:
        fail(f'--as "{by}" is none of [[people]]. Known: {", ".join(known)}.')


def _going(
    house: "House", desk: "Unit", asked: tuple[str, str | None, bool], by: str | None
) -> Going:
    from config.privacy import confidants

    name, platform, linked = asked
    named = [row["id"] for row in desk.authors_called(name, platform)]
    every = list(dict.fromkeys(each for one in named for each in desk.accounts_of(one)))
    ids = every if linked else named
    accounts = tuple((one, _called(desk, one)) for one in ids)
    staying = tuple(_called(desk, one) for one in every if one not in ids)
    cases = tuple(ref for one in ids for ref in desk.open_cases_of_author(one))
    posts = sum(desk.posts_of_author(one) for one in ids)
    may_know = by in confidants(house.settings)
    private = len(desk.private_posts_by(name, platform)) if may_know else 0
    return Going(accounts, posts, cases, staying, private)


def _called(desk: "Unit", author: int) -> str:
    account = desk.account(author)
    return f"{account.handle} on {account.platform}"


def _confirm(going: Going) -> None:
    """Nothing is erased by mistake: it takes --yes, or a person at a terminal who says so."""
    for line in _shown(going):
        say(line)
    if not at_a_terminal():
        fail("Nothing was erased. Say --yes to erase it.")
    if not typer.confirm("Erase it for good?", err=True):
        fail("Nothing was erased.", 1)


def _shown(going: Going) -> Iterator[str]:
    yield f"To be erased: {going.counted}."
    yield from (f"    {account}" for _, account in going.authors)
    if going.cases:
        numbers = ", ".join(str(ref.number) for ref in going.cases)
        yield f"    open cases that lose every word, and stay open: {numbers}"
    if going.staying:
        yield f"    linked accounts that stay, unless you say --linked: {', '.join(going.staying)}"


def _erase(
    house: "House", desk: "Unit", asked: tuple[str, str | None, bool], by: str | None
) -> Going:
    now = house.clock.now()
    going = _going(house, desk, asked, by)
    posts = [post for one, _ in going.authors for post in desk.forget_author(one, now)]
    name, platform, _ = asked
    desk.forget_privately(name, platform, now)
    house.pipeline.forgotten(desk, posts, now, by)
    return going
