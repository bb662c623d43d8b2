"""The steps for Matrix fit the channel as it is declared, and say no secret."""

import pytest

from config import Secret
from escalation.channels.matrix import Settings
from tocsin.setup.matrix import steps

SETTINGS = Settings(
    name="chat", homeserver="https://matrix.acme.example", token=Secret(env="MATRIX_TOKEN")
)


def test_the_steps_name_what_is_declared() -> None:
    told = steps(SETTINGS)
    for part in ("https://matrix.acme.example", "MATRIX_TOKEN", 'channel = "chat"'):
        assert part in told


@pytest.mark.parametrize(
    ("room", "said"),
    [
        ("!care:acme.example", 'The room is "!care:acme.example"'),
        (None, "Declare its id as `room`"),
    ],
)
def test_the_steps_say_which_room_it_is_or_how_to_find_its_id(room: str | None, said: str) -> None:
    assert said in steps(SETTINGS.model_copy(update={"room": room}))


def test_the_steps_say_that_the_room_must_not_be_encrypted_and_the_limit_be_lifted() -> None:
    told = steps(SETTINGS)
    assert 'encryption" switched OFF' in told
    assert '{"messages_per_second": 0, "burst_count": 0}' in told
