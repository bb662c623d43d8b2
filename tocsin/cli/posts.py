"""Commands about posts: score, replay, explain, unsure."""

import gc
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    load,
    must_be_a_store,
    opened,
    say,
    say_json,
    writable,
)
from tocsin.cli.plain_paths import PathsCommand
from tocsin.cli.what_if import what_if

if TYPE_CHECKING:
    from escalation.desk import Happening
    from listener.assess import Assessment, Assessor
    from listener.mention import Observation
    from tocsin.cli.replay_words import Tally


LONGEST_WAIT = timedelta(days=366)  # that a replay goes on after its last post


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(cls=PathsCommand)(score)
    app.command()(replay)
    app.command()(explain)
    app.command()(unsure)


def score(
    file: Annotated[
        Path | None, typer.Argument(help="Posts, one a line: JSON or plain text. Default: stdin.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Route by this configuration's teams.")
    ] = None,
    db: Annotated[
        Path | None, typer.Option("--db", help="Judge with what this store has learned.")
    ] = None,
) -> None:
    """Judge posts: one JSON object a line, in order, for each line that is read."""
    from listener.assess import Assessor
    from listener.postline import read_lines

    assessor = Assessor()
    if config is not None or db is not None:
        assessor = _taught(config, db)
    try:
        stream = sys.stdin.buffer if file is None else file.open("rb")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}. Give a file of posts, one a line.")
    now = datetime.now(UTC)
    with stream:
        for number, one in read_lines(stream, seen_at=now, plain=True):
            if isinstance(one, str):
                say_json({"line": number, "error": one})
            else:
                say_json(_scored(one, assessor))


def _taught(config: Path | None, db: Path | None) -> "Assessor":
    """What judges as a configuration declares, and as its store, or that of --db, has learned."""
    from listener.assess import Assessor
    from tocsin.names import others_at
    from tocsin.store import StoreBroken
    from tocsin.wiring import assessor_of, learned_at

    settings = load(config).settings if config is not None else None
    if db is not None:
        must_be_a_store(db)
    try:
        store = db or (settings.database if settings else None)
        learned, others = learned_at(store), others_at(store)
    except StoreBroken as error:
        fail(str(error))
    return assessor_of(settings, learned, others) if settings else Assessor(learned=learned)


def _scored(one: "Observation", assessor: "Assessor") -> dict[str, Any]:
    """What `score` says of a post. Where the configuration's brands are named, of the first."""
    assessments = assessor.assess(one.post)
    judged: Assessment = assessments[0] if assessments else assessor.judge_alone(one.post)
    return {
        "id": one.post.id,
        "lang": judged.lang,
        "valence": judged.valence,
        "complaint": round(judged.judgement.probability, 4),
        "verdict": str(judged.judgement.verdict),
        "severity": round(judged.severity.value, 4),
        "safety": judged.severity.safety,
        "private": judged.private,
        "team": judged.route.team if judged.route else None,
        "teams": [list(guess) for guess in judged.route.teams] if judged.route else [],
        "why": list(judged.reasons)[:8],
        "aspects": [aspect.spoken for aspect in judged.aspects],
        "journey": judged.journey.name if judged.journey else None,
    }


def replay(
    files: Annotated[list[Path] | None, typer.Argument(help="Posts as JSON Lines.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db",
            help="Keep the store here; default: a temporary one. With --history: the past is here.",
        ),
    ] = None,
    actions: Annotated[
        Path | None, typer.Option("--actions", help="What people do: at, actor, action, case…")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="End; default: 24 h after the last post.")
    ] = None,
    history: Annotated[
        str | None,
        typer.Option("--history", help="Instead of files: your own past, such as 90d, compared."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="The rules in force, for --history; default: tocsin.toml."),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Run posts through the whole pipeline on a virtual clock. Needs no secrets."""
    if history is not None:
        if files or actions or until:
            fail("--history replays what is kept: leave out files, --actions and --until.")
        what_if(history, config, against, db, as_object=json_)
        return
    if against is not None:
        fail("--against says what --history compares with. Add for example --history 90d.")
    if not files:
        fail("Name a file of posts, or write --history 90d to replay your own past.")
    _replay_files(files, config, db, actions, until, as_lines=json_)


def _replay_files(
    files: list[Path],
    config: Path,
    db: Path | None,
    actions: Path | None,
    until: str | None,
    *,
    as_lines: bool,
) -> None:
    from tocsin.cli.replay_words import Tally
    from tocsin.replay import (
        AFTER_LAST,
        Replay,
        ReplayRefused,
        read_actions,
        read_posts,
    )
    from tocsin.store import StoreBroken, StoreBusy

    settings, tally = load(config).settings, Tally()
    if db is not None and db.exists():
        fail(f"{db} exists. A replay writes a new store: name another file, or remove this one.")
    try:
        posts, misread = read_posts(files)
        script = read_actions(actions) if actions is not None else []
        for line in misread:
            typer.echo(f"{line.file}:{line.line}: {line.error}", err=True)
        if not posts:
            fail("There is no post in these files that could be replayed.", 1)
        end = posts[-1].seen_at + AFTER_LAST if until is None else _end(until, posts[-1].seen_at)
        running = Replay(
            settings, start=posts[0].seen_at, database=db, told=_teller(tally, as_lines)
        )
    except (ReplayRefused, StoreBroken, StoreBusy) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{db} cannot be made: {error.strerror}. Make its folder, or name another.")
    # What was read stays until the end, and next to nothing that a replay makes is circular:
    # looking for garbage at Python's pace takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    for _ in running.run(posts, script, end):
        pass
    with running.house.store.read() as desk:
        left = [one for one in desk.open_subjects() if one.kind != "matter"]
    running.close()
    if not as_lines:
        say("")
        for summed in tally.lines(left):
            say(summed)


def _teller(tally: "Tally", as_lines: bool) -> Any:
    from tocsin.replay import as_json

    def tell(happening: "Happening") -> None:
        is_private = happening.ref is not None and happening.ref.kind == "matter"
        if happening.event.endswith("_updated") or is_private:
            return
        tally.add(happening)
        if as_lines:
            say_json(as_json(happening))
        elif happening.event != "mention":
            row = as_json(happening)
            if happening.channel:  # of a message: whom it went to, whoever owns the case by then
                row = {"to" if key == "owner" else key: value for key, value in row.items()}
            rest = " ".join(f"{k}={v}" for k, v in row.items() if k not in ("at", "event"))
            say(f"{row['at']} {happening.event} {rest}")

    return tell


def _end(text: str, last: datetime) -> datetime:
    """When a replay ends. An open case pages for ever, so that a far end would never come."""
    end = _instant(text)
    if end > last + LONGEST_WAIT:
        fail(f"--until {text} is over {LONGEST_WAIT.days} days after the last post. Choose less.")
    return end


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        fail(f'--until {text!r} is no time with a zone. Write for example "2026-11-21T10:00:00Z".')
    return instant


def explain(
    post_id: Annotated[str, typer.Argument(help="The platform's id of the post.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Say why a post was judged, routed and paged as it was."""
    from zoneinfo import ZoneInfo

    from tocsin.cli.explaining import lines
    from tocsin.explain import explained

    with opened(config, db, judging=True) as house, house.store.read() as desk:
        zone = ZoneInfo(house.settings.timezone)
        rows = list(explained(desk, writable(post_id), None if json_ else zone))
    if not rows:
        fail(
            f"No post with the id {post_id} is kept: it named no brand, was erased, or is "
            "not for this list.",
            1,
        )
    for row in rows:
        if json_:
            say_json(row)
        else:
            for line in lines(row, zone):
                say(line)
            say("")


def unsure(
    days: Annotated[int, typer.Option("--days", help="How far back.", min=1, max=90)] = 7,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Posts that may be complaints: nobody was paged for them, a person should look."""
    from zoneinfo import ZoneInfo

    from tocsin.speaker import spoken

    with opened(config, db) as house, house.store.read() as desk:
        since = house.clock.now() - timedelta(days=days)
        rows, unscored = desk.unsure_posts(since), desk.not_scored(since)
    for row in rows:
        if json_:
            say_json(row)
        else:
            at = spoken(datetime.fromisoformat(row["at"]), ZoneInfo(house.settings.timezone))
            how = f"{row['complaint']:.2f}" if row["scored"] else f"not scored ({row['lang']})"
            say(f"{at}  {row['brand']}  {how}  {row['author']}")
            say(f"    {' '.join(row['text'].split())[:300]}")
            say(f"    {row['url'] or row['id']}")
    if not rows and not json_:
        say(f"No unsure posts in the last {days} days.")
    if unscored and not json_:
        say(f"Languages that are not scored: {', '.join(f'{lang} {n:,}' for lang, n in unscored)}.")
