"""What can still be looked at of a table in which something is wrong, so that a check tells all."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.problems import shown
from config.secrets import MissingSecret, Secret
from config.wording import model_at

Model = TypeVar("Model", bound=BaseModel)


def without_mistakes(
    model: type[Model], values: Mapping[str, object], errors: Sequence[ErrorDetails]
) -> Model | None:
    """The table as it would be without the keys that are wrong; None: it needs one of them."""
    wrong = {error["loc"][0] for error in errors if error["loc"]}
    try:
        return model.model_validate({key: values[key] for key in values if key not in wrong})
    except ValidationError:
        return None


def secrets_in(model: type[BaseModel], declared: object, folder: Path) -> dict[str, Secret]:
    """The secrets that a table names by itself, whatever else is wrong in it."""
    found = {}
    for key, value in declared.items() if isinstance(declared, Mapping) else ():
        if model_at(model, (key,)) is Secret:
            try:
                found[key] = beside(Secret.model_validate(value), folder)
            except ValidationError:  # said where the whole table is checked
                continue
    return found


def beside(value: Model, folder: Path) -> Model:
    """The value with each file that it names, its secrets' too, in the configuration's own folder
    where its path is relative."""
    if isinstance(value, Secret):
        path = None if value.file is None else folder.absolute() / _at_home(value.file)
        return value.model_copy(update={"file": path})
    moved: dict[str, object] = {}
    for name in type(value).model_fields:
        inner = getattr(value, name)
        if isinstance(inner, BaseModel):
            placed = beside(inner, folder)
            moved |= {} if placed == inner else {name: placed}
        elif isinstance(inner, Path):
            moved[name] = folder.absolute() / _at_home(inner)
    return value.model_copy(update=moved) if moved else value


def _at_home(file: Path) -> Path:
    """`~` as the folder it stands for; of somebody who is not there it stays as it is written."""
    try:
        return file.expanduser()
    except RuntimeError:
        return file


def missing(secret: Secret, error: MissingSecret) -> tuple[str, str]:
    """What is said of a secret that is not there, and the remedy."""
    place = secret.env or str(secret.file)
    if shown(place) is None and not _is_near(secret.file):
        # The secret itself may have been pasted where its place belongs.
        return "the secret is not there", "Write the NAME of a variable, or the path of a file"
    if secret.env is not None:
        return str(error), f"Set it (export {place}=…), or use {{ file = … }}"
    return str(error), "Put the secret, and nothing else, into that file"


def _is_near(file: Path | None) -> bool:
    """Whether a long path is one: its folder is there, and its last part is no secret's."""
    try:
        return file is not None and shown(file.name) is not None and file.parent.is_dir()
    except (OSError, ValueError):
        return False
