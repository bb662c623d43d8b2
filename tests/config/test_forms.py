"""A text of the wrong form is answered in words, wherever it stands in a configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.load import load
from config.problems import ConfigProblems
from config.settings import Settings
from config.wording import model_at
from escalation import channels
from listener import collectors
from tests.small_firm import SMALL_FIRM
from tocsin.catalogue import catalogue

MODELS = [
    pytest.param(Settings, id="tocsin.toml"),
    *(pytest.param(collectors.settings_of(kind), id=kind) for kind in collectors.COLLECTORS),
    *(pytest.param(channels.settings_of(kind), id=f"{kind}_") for kind in channels.CHANNELS),
]


def patterns_in(schema: object) -> Iterator[str]:
    """Every pattern that the validator itself would check, and show."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for inner in schema.values():
            yield from patterns_in(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from patterns_in(inner)


@pytest.mark.parametrize("model", MODELS)
def test_no_field_has_a_pattern_without_words_of_its_own(model: type[BaseModel]) -> None:
    assert list(patterns_in(model.__pydantic_core_schema__)) == []


def told(folder: Path, text: str) -> str:
    path = folder / "tocsin.toml"
    path.write_text(text)
    with pytest.raises(ConfigProblems) as refused:
        load(path, catalogue(), secrets=False)
    return str(refused.value)


MAIL = '[[channels]]\nkind = "mail"\nhost = "{host}"\nsender = "{sender}"\n'


@pytest.mark.parametrize(
    ("host", "words"),
    [
        pytest.param(
            "https://smtp.example.com:587",
            'host: is no server\'s name. Write the name alone, "smtp.example.com", and the port in '
            "port = 587",
            id="a whole address",
        ),
        pytest.param(
            "smtp.example.com:587",
            'Write the name alone, "smtp.example.com", and the port in port = 587',
            id="a port behind it",
        ),
        pytest.param(
            "smtps://hunter2:secret@smtp.example.com",
            "host: is no server's name. Write its name alone, for example "
            '"mail.example.com"; the port stands in port',
            id="a password is not repeated",
        ),
        pytest.param("a server", "Write its name alone", id="words"),
    ],
)
def test_a_server_is_named_alone(tmp_path: Path, host: str, words: str) -> None:
    said = told(tmp_path, SMALL_FIRM + MAIL.format(host=host, sender="t@example.com"))
    assert words in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "host", ["smtp.example.com", "127.0.0.1", "::1", "mail_relay", "2001:db8::7"]
)
def test_names_and_numbers_of_servers_are_taken(host: str) -> None:
    made = channels.settings_of("mail").model_validate(
        {"name": "mail", "kind": "mail", "host": host, "sender": "t@example.com"}
    )
    assert getattr(made, "host", None) == host


def test_a_sender_is_a_plain_address(tmp_path: Path) -> None:
    said = told(tmp_path, SMALL_FIRM + MAIL.format(host="h", sender="Tocsin <t@x.example>"))
    assert "sender: is no plain mail address. Write the address alone, without a name" in said
    assert "^" not in said


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("hackernews", 'api = "ftp://x"'),
        ("webhook", 'name = "Ü"'),
        ("lemmy", 'instance = "a b"'),
        ("lemmy", 'communities = ["a b"]'),
        ("discourse", 'forum = "a b"'),
        ("feed", 'language = "english"'),
        ("imap", 'host = "imaps://x:993/y?z"'),
        ("googleplay", 'apps = { Acme = "one" }'),
        ("x", 'mentions_of = ["@acme"]'),
        ("discord", 'channels = ["#care"]'),
        ("telegram", 'chats = ["@care"]'),
        ("appstore", 'apps = { Acme = "acme" }'),
        ("facebook", 'page = "acme"'),
        ("instagram", 'version = "24"'),
        ("reddit", 'username = "u/ada"'),
        ("stackexchange", 'site = "A B"'),
        ("mastodon", 'instance = "a b"'),
        ("csv", 'platform = "My Survey"'),
        ("youtube", 'channels = ["@acme"]'),
        ("trustpilot", 'business = "acme.com"'),
        ("bluesky", 'languages = ["english"]'),
    ],
)
def test_a_source_says_what_to_write(tmp_path: Path, kind: str, field: str) -> None:
    """Two of what is wrong are said: the field's form, and perhaps what else is missing."""
    key = field.partition(" ")[0]
    said = told(tmp_path, f'{SMALL_FIRM}\n[[sources]]\nkind = "{kind}"\n{field}\n').splitlines()
    about = [one for one in said if f", {key}" in one and "unknown key" not in one]
    assert about, said
    assert all(sign not in about[0] for sign in ("^", "\\", "]{", "[A-Z")), about
    assert about[0].count(". ") >= 1


def test_the_model_of_a_path_is_found_through_what_checks_its_form() -> None:
    assert model_at(Settings, ("people", 0, "contacts", 0)).__name__ == "Contact"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            'quiet = "22:00-07:00"',
            'quiet: must be a table. Write { from = "22:00", to = "07:00" }',
            id="quiet hours as one text",
        ),
        pytest.param(
            'quiet = "9:00 – 17:00"',
            'quiet: must be a table. Write { from = "09:00", to = "17:00" }',
            id="with a dash of another kind",
        ),
        pytest.param(
            'quiet = "at night"',
            'must be a table. Write for example { from = "22:00", to = "07:00" }',
            id="quiet hours in words",
        ),
        pytest.param(
            'quiet = { from = "8:30" }',
            'from: must be a time of day. Write "08:30"',
            id="a time without its zero",
        ),
    ],
)
def test_times_are_answered_with_the_right_form(tmp_path: Path, text: str, words: str) -> None:
    assert words in told(tmp_path, SMALL_FIRM.replace('name = "ada"', f'name = "ada"\n{text}'))


@pytest.mark.parametrize(
    ("name", "curly"),
    [
        ("“care”", True),
        ("„care“", True),
        ("‘care’", True),
        ("«care»", True),
        ('"care”', True),
        ("care", False),
        ('"care', False),
    ],
)
def test_curly_quotes_are_called_by_their_name(tmp_path: Path, name: str, curly: bool) -> None:
    said = told(tmp_path, SMALL_FIRM.replace('name = "care"', f"name = {name}"))
    assert ("these are not the quotes it knows. Write straight ones" in said) is curly
    assert "tocsin.toml:11: " in said


def test_curly_quotes_within_a_text_are_words(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text(SMALL_FIRM.replace('"Acme Airways"', '"Acme"\nterms = ["“Acme” air"]'))
    assert load(path, catalogue(), secrets=False).settings.brands[0].terms == ("“Acme” air",)
