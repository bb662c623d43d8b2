"""`tocsin doctor`: looks everything over and says in plain words what is wrong.

Nothing is changed and, unless it is asked for, nothing leaves this machine. Each part is examined
by itself, so that one that is broken, the configuration included, hides nothing of the others.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from config import Settings
from config.load import load
from config.problems import ConfigProblems
from tocsin import ahead
from tocsin.catalogue import catalogue
from tocsin.doctor import costs, declared, forms, kept, machine, online
from tocsin.doctor.finding import Finding, note, problem, sound
from tocsin.named_files import problems_in

Clock = Callable[[], datetime]


def examine(
    config_path: Path,
    db: Path | None,
    *,
    ask_sources: bool = False,
    now: Clock = lambda: datetime.now(UTC),
) -> list[Finding]:
    """Look at the machine, the configuration, the store, and what will not be heard.

    db           the store; default: the configuration's, or `tocsin.db` beside it.
    ask_sources  fetch once from each source, five seconds at most.
    """
    findings = list(_guarded("machine", machine.examine))
    settings, about_file = _configuration(config_path, now())
    findings += about_file
    database = db or (settings.database if settings else config_path.parent / "tocsin.db")
    if settings is not None:
        findings += _guarded("configuration", lambda: declared.examine(settings))
        findings += _guarded("files", lambda: declared.files(settings, now()))
        findings += _guarded("form", lambda: forms.examine(settings))
    findings += _guarded("store", lambda: kept.examine(database, settings, now()))
    if settings is not None:
        findings += _guarded("costs", lambda: costs.examine(settings, database, now()))
        if ask_sources:
            findings += _guarded("online", lambda: online.examine(settings, database, now()))
        findings += _guarded("not heard", lambda: declared.not_heard(settings))
    return findings


def _configuration(path: Path, now: datetime) -> tuple[Settings | None, list[Finding]]:
    """The settings where they can be read, and what is to be said about the file."""
    about = "configuration"
    try:
        loaded = load(path, catalogue(), secrets=False, database=False)
    except ConfigProblems as error:
        others = problems_in(error.document, path.parent) if error.document else ()
        return None, [problem(about, str(one)) for one in (*error.problems, *others)]
    except Exception as error:  # noqa: BLE001  whatever it is, the rest is still to be examined
        return None, [problem(about, f"{path} cannot be read: {type(error).__name__}.")]
    settings = loaded.settings
    found = [
        sound(
            about,
            f"{path} is right: {len(settings.brands)} brand(s), {len(settings.teams)} team(s), "
            f"{len(settings.people)} people.",
        )
    ]
    others = problems_in(loaded.document, path.parent)
    if others:
        found = [problem(about, str(one)) for one in others]
    standing = (*loaded.warnings, *ahead.warnings(loaded, now))
    return settings, found + [note(about, str(warning)) for warning in standing]


def _guarded(about: str, examine: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Findings of one part; a part that cannot be examined is itself a finding."""
    try:
        yield from examine()
    except Exception as error:  # noqa: BLE001  a broken house is what a doctor is called to
        yield problem(about, f"This could not be examined: {type(error).__name__}.")


__all__ = ["Finding", "examine"]
