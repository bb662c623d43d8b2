"""Whether a CSV file has the columns that its settings name, told before the source is started."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from config.problems import which
from listener.collectors.csv_file import Settings, decoded, header_of, source_of
from listener.collectors.csv_records import fields_of, next_record
from listener.on_disk import Flaw, of_file, of_lines

DELIMITERS = (",", ";", "\t", "|")


def look(settings: Settings, now: datetime) -> Iterator[Flaw]:
    """Each column that is not there with those that are, a wrong delimiter or encoding, and the
    first record that would be left out, with its line. Of the file only names of columns are
    repeated."""
    path = settings.path.expanduser()
    found = list(of_file("path", path)) or list(_of_columns(settings))
    yield from found
    if not found and path.stat().st_size:
        source = source_of(settings)
        yield from of_lines("path", path, lambda: source.fetch(None, now=now, deadline=20.0))


def _of_columns(settings: Settings) -> Iterator[Flaw]:
    path = settings.path.expanduser()
    with path.open("rb") as handle:
        first = next_record(handle, settings.delimiter).raw
    if not first:
        return  # nothing is in it yet
    if not first.strip():
        yield Flaw("path", f"the first line of {path.name} is empty", "It has to name the columns")
        return
    try:
        text = decoded(first, settings, 1)
        names = [name.strip() for name in fields_of(text, settings.delimiter)]
    except ValueError as error:
        what, _, remedy = str(error).partition("; ")
        setting = "encoding" if remedy else "path"
        yield Flaw(setting, f"{path.name}: {what}", f"{remedy[:1].upper()}{remedy[1:]}")
        return
    missing = {what: name for what, name in header_of(settings).items() if name not in names}
    better = _better(text, settings, names) if missing else None
    if better is not None:
        what = f"the columns of {path.name} are divided by {_named(better)}"
        yield Flaw("delimiter", what, f"Write delimiter = {_named(better)}")
        return
    for setting, name in missing.items():
        known = which(name, names, "Its first line has") or "Its first line has to name the columns"
        yield Flaw(setting, f'{path.name} has no column "{name}"', known)


def _better(text: str, settings: Settings, names: Sequence[str]) -> str | None:
    """Another delimiter that finds more of the columns that are wanted."""
    wanted = set(header_of(settings).values())
    best, most = None, len(wanted & set(names))
    for delimiter in DELIMITERS:
        try:
            found = {name.strip() for name in fields_of(text, delimiter)} & wanted
        except ValueError:
            continue
        if len(found) > most:
            best, most = delimiter, len(found)
    return best


def _named(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'
