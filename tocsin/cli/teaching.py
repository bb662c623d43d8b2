"""Commands that learn: labels import, labels export, labels forget, learn."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
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
    store_at,
)

if TYPE_CHECKING:
    from tocsin.learning import Changes, Lesson
    from tocsin.models import Models, Stored
    from tocsin.store import Store
    from tocsin.wiring import House

labels = typer.Typer(
    help="What people said of posts: import, export, forget.", no_args_is_help=True
)

MAX_NAMED = 50  # bad lines that are named one by one


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(labels, name="labels")
    app.command()(learn)


@labels.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON Lines: text, complaint and/or team.")],
    no_learn: Annotated[
        bool, typer.Option("--no-learn", help="Keep the labels, and change no judgement.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Keep labels, then learn from all that are kept where that gains, and say what changed."""
    with opened(config, db, judging=True) as house:
        _keep(house, file)
        if not no_learn:
            lesson = _lesson(house)
            _say_lesson(lesson)
            _accept(house, lesson)


@labels.command("export")
def export(config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None) -> None:
    """Print every label as JSON Lines, as `labels import` reads them."""
    from tocsin.labelling import write_label

    with store_at(db, config) as store, store.read() as desk:
        for label in desk.labels_kept():
            typer.echo(write_label(label))


@labels.command("forget")
def forget(
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Erase imported texts that are no posts of the store. Labels of posts go with their posts."""
    with store_at(db, config) as store:
        if not yes and not (at_a_terminal() and typer.confirm("Erase them for good?", err=True)):
            fail("Nothing was erased. Say --yes to erase every imported text.")
        number = store.write(lambda desk: desk.forget_texts())
        store.scrub()
    say(f"Erased: {number} imported texts. `tocsin learn --off` drops what was learned from them.")


def learn(
    accept: Annotated[bool, typer.Option("--accept", help="Put it in force, unasked.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Back to the model before.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Judge as shipped.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Learn from all labels, show what would change on the last 90 days, and ask."""
    if accept + back + off > 1:
        fail("--accept, --back and --off exclude one another.")
    if back or off:
        with store_at(db, config) as store:
            _put_back(store, to_shipped=off)
        return
    with opened(config, db, judging=True) as house:
        lesson = _lesson(house)
        _say_lesson(lesson)
        if lesson.learned is None or _is_known(house, lesson):
            return
        _say_changes(_changes(house, lesson))
        if not accept and not at_a_terminal():
            say("Nothing was changed. `tocsin learn --accept` puts it in force.")
        elif accept or typer.confirm("Put it in force?", err=True):
            _accept(house, lesson, shown=True)


def _keep(house: "House", file: Path) -> None:
    from listener.ownwires import own_tripwires
    from tocsin.labelling import read_labels

    tripwires = own_tripwires(house.settings.safety.tripwires)
    now, teams = house.clock.now(), [team.name for team in house.settings.teams]
    try:
        stream = file.open("rb")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}. Give a file of labels, one a line.")
    with stream:
        read = list(read_labels(stream, teams, now, tripwires))
    good = [one for _, one in read if not isinstance(one, str)]
    bad = [(number, one) for number, one in read if isinstance(one, str)]
    for number, wrong in bad[:MAX_NAMED]:
        typer.echo(f"{file.name}:{number}: {wrong}", err=True)
    if len(bad) > MAX_NAMED:
        typer.echo(f"{len(bad) - MAX_NAMED} more lines could not be read.", err=True)
    kept = house.store.write(lambda desk: Counter(desk.keep_label(one, now) for one in good))
    say(
        f"Kept: {kept['post']} labels of posts in the store, {kept['text']} of other texts. "
        f"Left out: {len(bad)} lines that cannot be read, {kept['gone']} of deleted posts."
    )
    if not good:
        fail("There is no label in this file.", 1)


def _lesson(house: "House") -> "Lesson":
    from tocsin.learning import lesson_of

    return lesson_of(house)


def _models(store: "Store") -> "Models":
    from tocsin.models import Models

    assert store.path is not None  # a command's store is a file
    return Models(store.path)


def _say_lesson(lesson: "Lesson") -> None:
    from tocsin.learning import said_of

    for line in said_of(lesson):
        say(line)


def _accept(house: "House", lesson: "Lesson", *, shown: bool = False) -> None:
    from tocsin.store import StoreBroken

    if lesson.learned is None:
        say("Nothing was changed.")
        return
    if _is_known(house, lesson):
        return
    if not shown:
        _say_changes(_changes(house, lesson))
    try:
        stored = _models(house.store).accept(lesson.learned, lesson.origin)
    except StoreBroken as error:
        fail(str(error))
    say(
        f"IN FORCE NOW: model {stored.learned.number}, of {lesson.labels} labels. It judges every "
        "post from here on, in a running daemon from its next pass.\n"
        f"To take it back: `tocsin learn --back` goes back to {_called(stored.before)}; "
        "`labels import --no-learn` only keeps labels."
    )


def _is_known(house: "House", lesson: "Lesson") -> bool:
    """Is this what judges already? Says so."""
    from tocsin.store import StoreBroken

    try:
        now = _models(house.store).accepted()
    except StoreBroken as error:
        fail(str(error))
    if now is None or lesson.learned is None or now.erased < lesson.erased:
        return False
    number = now.learned.number
    if replace(lesson.learned, number=number) != now.learned:
        return False
    say(f"Nothing was changed: these labels teach what model {number} knows, which is in force.")
    return True


def _called(number: int | None) -> str:
    return "judging as shipped" if number is None else f"model {number}"


def _changes(house: "House", lesson: "Lesson") -> "Changes":
    from tocsin.learning import changes
    from tocsin.wiring import assessor_of, learned_at

    now = learned_at(house.store.path)
    with house.store.read() as desk:
        return changes(
            desk,
            assessor_of(house.settings, now),
            assessor_of(house.settings, lesson.learned),
            house.clock.now(),
        )


def _say_changes(found: "Changes") -> None:
    say(
        f"Of {found.posts} posts of the last 90 days it changes the verdict of {found.verdicts} "
        f"and the team of {found.routes}."
    )
    kinds = sorted({*found.before, *found.after})
    told = (f"{kind} {found.before.get(kind, 0)} → {found.after.get(kind, 0)}" for kind in kinds)
    if kinds:
        say(f"Before and after: {', '.join(told)}.")
    for one in found.examples:
        say(f"    {one.before} → {one.after}: {' '.join(one.text.split())[:120]}")


def _put_back(store: "Store", *, to_shipped: bool) -> None:
    """There is no way back to what was learned from labels that were erased since."""
    from tocsin.store import StoreBroken

    models = _models(store)
    with store.read() as desk:
        erased = desk.labels_erased()
    models.keep_none_of(erased)
    now: Stored | None = None
    try:
        now = models.accepted()
    except StoreBroken as error:
        if not to_shipped:
            fail(str(error))
    else:
        if now is None:
            fail("No learned model is in force.", 1)
    to = None if to_shipped or now is None else now.before
    models.put(to)
    models.keep_none_of(erased)
    say(f"In force: {_called(to)}, for a running daemon from its next pass.")
