"""A secret is read from where it is kept, and only its place is ever told."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from config import MissingSecret, Secret
from config.secrets import MAX_SECRET_BYTES

VALUE = "s3cret-of-ours"


def test_a_secret_comes_from_the_environment_without_its_line_end() -> None:
    assert Secret(env="TOKEN").read({"TOKEN": VALUE + "\n"}) == VALUE


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(VALUE + "\n")
    assert Secret(file=tmp_path / "token").read({}) == VALUE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b" \n", id="a blank file"),
        pytest.param(b"x" * (MAX_SECRET_BYTES + 1), id="a large file"),
        pytest.param(VALUE.encode() + b"\xff", id="a file that is not text"),
    ],
)
def test_a_file_without_a_secret_is_named_but_not_quoted(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(MissingSecret, match=r"secret file .*token") as missing:
        Secret(file=tmp_path / "token").read({})
    assert VALUE not in str(missing.value)


def test_neither_a_folder_nor_a_pipe_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(MissingSecret, match="it is not a file"):
            Secret(file=place).read({})


@pytest.mark.parametrize("environ", [{}, {"TOKEN": ""}, {"TOKEN": " "}])
def test_a_variable_that_is_not_set_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(MissingSecret, match="environment variable TOKEN is not set"):
        Secret(env="TOKEN").read(environ)


@pytest.mark.parametrize(
    "declared",
    [VALUE, {}, {"env": "TOKEN", "file": "/token"}, {"env": "TOKEN", "value": VALUE}],
    ids=["the secret itself", "no place", "two places", "an unknown key"],
)
def test_a_secret_is_declared_by_one_place(declared: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Secret.model_validate(declared)
    assert VALUE not in str(refused.value)
