"""Loading `tocsin.toml`: every problem is named at once, each with its line and the remedy."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.document import ANY, ONE_OF, Document
from config.language_model import LanguageModel
from config.left import beside, missing, secrets_in, without_mistakes
from config.positions import Path as KeyPath
from config.problems import ConfigProblems, Problem, no_such, which
from config.reading import read
from config.references import references
from config.secrets import MissingSecret, Secret
from config.settings import ChannelSettings, Policy, Safety, Settings, SourceSettings
from config.shared import shared
from config.standing import unreached, warnings
from config.wording import explain

MAX_PROBLEMS = 500  # nobody reads further, and a hostile file must not cost minutes
KEYLESS_SOURCES = ("bluesky", "hackernews")  # used where the file declares no source


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds of source and channel that exist, and where each declares its settings."""

    sources: Mapping[str, Callable[[], type[SourceSettings]]]
    channels: Mapping[str, Callable[[], type[ChannelSettings]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings without a problem, and what should be known about them all the same."""

    settings: Settings
    warnings: tuple[Problem, ...]
    document: Document  # to say where in the file something else is to be mended


@dataclass
class _Found:
    """What is wrong with a document, gathered while it is checked."""

    document: Document
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    # Of tables in which something is wrong: the rest of each, and the secrets it names.
    rest: dict[KeyPath, BaseModel] = field(default_factory=dict)
    secrets: dict[KeyPath, Mapping[str, Secret]] = field(default_factory=dict)

    def add(self, path: KeyPath, what: str, remedy: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(self.document.problem(path, what, remedy))

    def report(self, parts: Mapping[KeyPath, BaseModel]) -> ConfigProblems:
        parts = {**parts, **self.rest}
        if len(self.problems) < MAX_PROBLEMS:
            return ConfigProblems(self.problems, self.document, parts)
        what = f"more than {MAX_PROBLEMS - 1} things are wrong, and not all are told"
        more = self.document.problem((), what, "Mend these, and check again")
        return ConfigProblems([*self.problems, more], self.document, parts)


def load(
    path: Path,
    catalogue: Catalogue,
    *,
    environ: Mapping[str, str] | None = None,
    secrets: bool = True,
    database: bool = True,
) -> Loaded:
    """Read and check a configuration file.

    environ   where secrets are looked for; default: the environment of this process.
    secrets   whether each secret must be there; a replay needs none.
    database  whether the database must be writable; not where it is put elsewhere.
    Relative paths are taken from the file's own folder. Raises ConfigProblems.
    """
    document = read(path)
    filled = _with_keyless_sources(document, catalogue)
    found = _Found(filled, path.parent, list(islice(references(filled), MAX_PROBLEMS)))
    channels = _integrations(found, "channels", catalogue.channels)
    sources = _integrations(found, "sources", catalogue.sources)
    settings = _settings(found, channels, sources)
    if settings is not None and not found.problems:
        found.problems += unreached(settings, document)
    if database:
        _check_database(found, path.parent)
    if secrets:
        whole = (*channels.items(), *sources.items(), *_asked(settings))
        for at, entry in (*whole, *found.secrets.items()):
            _look_for_secrets(found, at, entry, os.environ if environ is None else environ)
    told = (os.environ if environ is None else environ) if secrets else None
    for where, what, remedy in shared(channels, sources, told):
        found.add(where, what, remedy)
    if settings is None or found.problems:
        raise found.report(channels)
    standing = sorted(warnings(settings, document), key=lambda warning: warning.line)
    return Loaded(settings, tuple(standing), document)


def _asked(settings: Settings | None) -> Sequence[tuple[KeyPath, BaseModel]]:
    """The language model with its key, where one is declared."""
    model = settings.language_model if settings is not None else None
    return () if model is None else ((("language_model",), model),)


def _with_keyless_sources(document: Document, catalogue: Catalogue) -> Document:
    """A file that says nothing of sources hears those that ask for no key."""
    if "sources" in document.tree:
        return document
    sources = [{"kind": kind} for kind in KEYLESS_SOURCES if kind in catalogue.sources]
    return replace(document, tree={**document.tree, "sources": sources})


Model = TypeVar("Model", bound=BaseModel)
Integration = TypeVar("Integration", SourceSettings, ChannelSettings)
_Kinds = Mapping[str, Callable[[], type[Integration]]]
_Entries = dict[KeyPath, Integration]


def _integrations(found: _Found, table: str, kinds: _Kinds[Integration]) -> _Entries[Integration]:
    """Build each source or channel with the model of its own kind; the good ones are returned."""
    entries: _Entries[Integration] = {}
    for path, declared in found.document.find((table, ANY)):
        if isinstance(declared, Mapping):
            model = _model_of(found, path, declared, kinds)
            if model is not None:
                values = {"name": declared.get("kind"), **declared}
                entry = _validated(found, path, model, values)
                if entry is not None:
                    entries[path] = beside(entry, found.folder)
                else:
                    found.secrets[path] = secrets_in(model, declared, found.folder)
    return entries


def _model_of(
    found: _Found, path: KeyPath, declared: Mapping[str, object], kinds: _Kinds[Integration]
) -> type[Integration] | None:
    kind = declared.get("kind")
    label = f"kind of {ONE_OF[str(path[0])]}"
    if kind is None:
        found.add(path, '"kind" is missing', which("", kinds, most=len(kinds)))
    elif not isinstance(kind, str):
        found.add((*path, "kind"), "must be text", which("", kinds, most=len(kinds)))
    elif kind not in kinds:
        found.add((*path, "kind"), *no_such(label, kind, kinds, len(kinds)))
    else:
        try:
            return kinds[kind]()
        except ImportError:
            what = "what this kind needs is not installed"
            remedy = "Install the extra that docs/configuration.md names for it"
            found.add((*path, "kind"), what, remedy)
    return None


def _validated(
    found: _Found, path: KeyPath, model: type[Model], values: Mapping[str, object]
) -> Model | None:
    """Make a model of one table, or note each thing that is wrong with it."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        for one in islice(wrong, MAX_PROBLEMS):
            if not _is_echo(one):
                found.add(*explain(one, model, path))
    rest = without_mistakes(model, values, wrong) if path else None
    if rest is not None:
        found.rest[path] = beside(rest, found.folder)
    return None


def _is_echo(error: ErrorDetails) -> bool:
    """The validator calls a list too short as well when it has refused what is in it."""
    declared = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(declared, list | tuple)
        and len(declared) >= error["ctx"]["min_length"]
    )


# Stands in for an entry with a problem of its own, so that the rest is checked as well.
_CHANNEL = ChannelSettings(name="channel", kind="channel")
_SOURCE = SourceSettings(name="source", kind="source")


def _settings(
    found: _Found,
    channels: _Entries[ChannelSettings],
    sources: _Entries[SourceSettings],
) -> Settings | None:
    tree = found.document.tree
    values = {
        **tree,
        "channels": _replaced(found, "channels", channels, _CHANNEL),
        "sources": _replaced(found, "sources", sources, _SOURCE),
    }
    if "channels" not in tree:
        del values["channels"]
    policies = tree.get("policies")
    if isinstance(policies, list) and "default" not in found.document.names("policies"):
        values["policies"] = [*policies, Policy(name="default")]
    settings = _validated(found, (), Settings, values)
    if settings is None:
        asked = tree.get("language_model")
        found.secrets["language_model",] = secrets_in(LanguageModel, asked, found.folder)
        return None
    model, folder = settings.language_model, found.folder
    return settings.model_copy(
        update={
            "database": folder / settings.database,
            "safety": _rules_beside(settings.safety, folder),
            "language_model": None if model is None else beside(model, folder),
        }
    )


def _rules_beside(safety: Safety, folder: Path) -> Safety:
    """Files that are named without a folder lie beside the configuration."""
    guidance = None if safety.guidance is None else folder / safety.guidance
    tripwires = tuple(folder / path for path in safety.tripwires)
    return safety.model_copy(update={"tripwires": tripwires, "guidance": guidance})


def _replaced(
    found: _Found, table: str, entries: Mapping[KeyPath, Model], stand_in: Model
) -> object:
    """The table as declared, with its checked entries in the place of the raw ones."""
    declared = found.document.tree.get(table)
    if not isinstance(declared, list):
        return declared
    return [
        entries.get((table, index), stand_in) if isinstance(entry, Mapping) else entry
        for index, entry in enumerate(declared)
    ]


def _check_database(found: _Found, folder: Path) -> None:
    declared = found.document.tree.get("database", "tocsin.db")
    if isinstance(declared, str):
        try:
            wrong = _unwritable(folder / declared)
        except (OSError, ValueError):
            wrong = "this is no path", "Write a shorter and simpler one"
        if wrong:
            found.add(("database",), *wrong)


def _unwritable(database: Path) -> tuple[str, str] | None:
    if database.is_dir():
        return "this is a folder", "Add a file name, such as tocsin.db"
    if not database.parent.is_dir():
        return "its folder does not exist", "Make it with mkdir -p, or name another"
    if not os.access(database.parent, os.W_OK | os.X_OK):
        return "its folder cannot be written to", "Give the account that runs Tocsin the right to"
    if database.exists() and not os.access(database, os.R_OK | os.W_OK):
        return "the file cannot be written to", "Give the account that runs Tocsin the right to"
    return None


def _look_for_secrets(
    found: _Found, path: KeyPath, value: object, environ: Mapping[str, str]
) -> None:
    """Try each secret that a source or channel names; the values are not kept."""
    if isinstance(value, Secret):
        try:
            value.read(environ)
        except MissingSecret as error:
            found.add(path, *missing(value, error))
    elif isinstance(value, BaseModel):
        for name, information in type(value).model_fields.items():
            key = information.alias or name
            _look_for_secrets(found, (*path, key), getattr(value, name), environ)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _look_for_secrets(found, (*path, key), inner, environ)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _look_for_secrets(found, (*path, index), inner, environ)
