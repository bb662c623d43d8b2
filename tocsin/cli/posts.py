"""Commands about posts: score, replay, explain, unsure."""

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
    from listener.assess import Assessment, Assessor
    from listener.mention import Observation


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
    every: Annotated[
        bool, typer.Option("--every", help="Each message, also those that only ask again.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Only what it came to, without what happened.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Run posts through the whole pipeline on a virtual clock. Needs no secrets."""
    if every and summary:
        fail("--every shows all that happens, --summary none of it. Choose one of them.")
    if history is not None:
        if every or summary:
            fail("--history compares, and tells no story: leave out --every and --summary.")
        if files or actions or until:
            fail("--history replays what is kept: leave out files, --actions and --until.")
        what_if(history, config, against, db, as_object=json_)
        return
    if against is not None:
        fail("--against says what --history compares with. Add for example --history 90d.")
    if not files:
        fail("Name a file of posts, or write --history 90d to replay your own past.")
    from tocsin.cli.replaying import Telling, replay_files

    telling = Telling(as_json=json_, every=every, summary=summary)
    replay_files(files, config, db, actions, until, telling)


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
        said_in = None if json_ else zone
        rules, now = house.engine.rules, house.clock.now()
        rows = list(explained(desk, writable(post_id), said_in, rules, now))
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
