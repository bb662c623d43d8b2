"""Secrets live in the environment or in files; the configuration only says where."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

MAX_SECRET_BYTES = 65_536  # no token is longer; a wrong path to a large file must not be read whole


class MissingSecret(Exception):
    """A secret that the configuration names is not there. The message never holds its value."""


class Secret(BaseModel):
    """Where a secret is kept: `{ env = "SLACK_TOKEN" }` or `{ file = "/run/secrets/slack" }`.

    Only the place is held, so no dump of the settings can leak the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_literal(cls, value: object) -> object:
        if isinstance(value, str):
            # The text itself is not repeated: it may be the secret.
            raise ValueError(
                "a secret is never written in this file. Write where it is kept: "
                '{ env = "NAME" } or { file = "/path" }'
            )
        return value

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError('a secret is kept in one place. Give either "env" or "file"')
        return self

    def read(self, environ: Mapping[str, str] | None = None) -> str:
        """Return the secret. Raises MissingSecret, which says where it was looked for."""
        if self.env is not None:
            value = (os.environ if environ is None else environ).get(self.env, "").strip()
            if not value:
                raise MissingSecret(f"environment variable {self.env} is not set")
            return value
        assert self.file is not None
        return _read(self.file)

    def __str__(self) -> str:
        return f"environment variable {self.env}" if self.env else f"file {self.file}"


def _read(file: Path) -> str:
    try:
        if not file.is_file():
            # A pipe that nobody writes to would hold us up for good.
            reason = "it is not a file" if file.exists() else "there is no such file"
            raise MissingSecret(f"secret file {file} cannot be read: {reason}")
        with file.open("rb") as handle:
            raw = handle.read(MAX_SECRET_BYTES + 1)
        value = raw.decode().strip()
    except UnicodeDecodeError:
        raise MissingSecret(f"secret file {file} is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is no path"
        raise MissingSecret(f"secret file {file} cannot be read: {reason}") from None
    if not value or len(raw) > MAX_SECRET_BYTES:
        raise MissingSecret(f"secret file {file} is empty or too large")
    return value
