"""A language model is off unless declared, and what may be declared of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.load import Catalogue, Loaded, load
from config.problems import ConfigProblems

FILE = """\
fallback_executive = "grace"
[[brands]]
name = "Acme Airways"
[[people]]
name = "grace"
contacts = [{ channel = "terminal", to = "grace" }]
[[channels]]
kind = "terminal"
[[teams]]
name = "care"
members = ["grace"]
"""
REMOTE = 'address = "https://models.example.com/v1"\nmodel = "small"\n'
LOCAL = 'address = "http://127.0.0.1:11434/v1"\nmodel = "small"\nlocal = true\n'

Loads = Callable[[str], Loaded]


@pytest.fixture
def loads(write: Callable[[str | bytes], Path], every_kind: Catalogue) -> Loads:
    def load_text(table: str, sources: str = "") -> Loaded:
        text = f"{FILE}{sources}\n[language_model]\n{table}"
        return load(write(text), every_kind, environ={"MODEL_KEY": "secret-key"})

    return load_text


def test_without_the_table_there_is_none(
    write: Callable[[str | bytes], Path], every_kind: Catalogue
) -> None:
    assert load(write(FILE), every_kind).settings.language_model is None


def test_a_local_one_has_a_default_for_everything_else(loads: Loads) -> None:
    declared = loads(LOCAL).settings.language_model
    assert declared is not None
    assert (declared.timeout, declared.daily) == (timedelta(seconds=20), 500)
    assert (declared.host_and_port, declared.key) == ("127.0.0.1:11434", None)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        pytest.param(
            REMOTE.replace("https", "http"),
            "leaves it sealed",
            id="a remote one without a seal",
        ),
        pytest.param(
            LOCAL.replace("local = true", "").replace("http", "https"),
            "Add local = true",
            id="this machine, not said to be local",
        ),
        pytest.param(
            LOCAL.replace("local = true", "")
            .replace("http", "https")
            .replace("127.0.0.1", "[::1]"),
            "Add local = true",
            id="this machine in another spelling",
        ),
        pytest.param(
            LOCAL.replace("127.0.0.1", "93.184.216.34"),
            "Remove local = true",
            id="a public address that is said to be local",
        ),
        pytest.param(
            REMOTE.replace("models.", "me:pw@models."), "user name", id="a password in the address"
        ),
        pytest.param(REMOTE.replace("/v1", "/v1?key=abc"), "?", id="a key in the address"),
        pytest.param(
            'address = "ftp://x.example"\nmodel = "m"', "web address", id="another scheme"
        ),
        pytest.param('address = "https://[::1"\nmodel = "m"', "web address", id="half an address"),
        pytest.param(REMOTE + 'key = "sk-123"', "never written in this file", id="the key itself"),
        pytest.param(REMOTE + 'key = { env = "OTHER" }', "OTHER is not set", id="a missing key"),
        pytest.param(REMOTE + 'sources = ["nope"]', "nope", id="consent for an unknown source"),
        pytest.param(REMOTE + 'timeout = "1h"', '"1s" to "2m"', id="an answer awaited for an hour"),
        pytest.param(REMOTE + "daily = 0", "at least", id="no question a day"),
        pytest.param(
            'address = "https://x.example"\nmodel = "a\\nb"', "", id="a name of two lines"
        ),
    ],
)
def test_what_is_refused_is_named_with_its_remedy(loads: Loads, table: str, said: str) -> None:
    with pytest.raises(ConfigProblems) as refused:
        loads(table)
    assert said in str(refused.value)
    assert "sk-123" not in str(refused.value)


def test_a_source_may_be_named_that_is_used_because_none_is_declared(loads: Loads) -> None:
    declared = loads(REMOTE + 'sources = ["hackernews"]').settings.language_model
    assert declared is not None
    assert declared.sources == ("hackernews",)


def test_a_remote_one_that_no_source_consents_to_is_warned_of(loads: Loads) -> None:
    warned = [str(one) for one in loads(REMOTE).warnings]
    assert any("never asked" in one for one in warned)


def test_the_key_is_in_no_dump_of_the_settings(loads: Loads) -> None:
    declared = loads(REMOTE + 'key = { env = "MODEL_KEY" }').settings
    assert "secret-key" not in repr(declared) + declared.model_dump_json()
