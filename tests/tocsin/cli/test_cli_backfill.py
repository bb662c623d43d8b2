"""`tocsin backfill` as its users meet it."""

from pathlib import Path

import pytest

from listener import collectors
from listener.collector import Batch, Forbidden
from tests.firm import observed
from tests.tocsin.cli.conftest import Tocsin

CONFIG = """
fallback_executive = "ada"
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{ channel = "desk", to = "ada" }]
[[teams]]
name = "care"
members = ["ada"]
[[channels]]
kind = "terminal"
name = "desk"
[[sources]]
kind = "hackernews"
name = "hn"
[[sources]]
kind = "feed"
name = "press"
urls = ["https://news.example/feed"]
"""


class Past:
    """A source with one page of the past."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def look_back(self, cursor, *, since, now, deadline):  # type: ignore[no-untyped-def]
        if self.fault:
            raise self.fault
        return Batch((observed(1, "jo", now, words="Acme is late again, no reply"),))

    def close(self) -> None:
        pass


@pytest.fixture
def declared(tocsin: Tocsin, tmp_path: Path) -> Tocsin:
    (tmp_path / "tocsin.toml").write_text(CONFIG)
    (tmp_path / "posts.jsonl").write_text(
        '{"platform":"x","id":"9","text":"Acme","created_at":"2026-11-01T08:00:00Z"}\n'
    )
    made = tocsin("replay", "posts.jsonl", "--config", "tocsin.toml", "--db", "tocsin.db")
    assert made.code == 0, made.err
    return tocsin


def test_what_was_read_is_said_in_a_sentence(
    declared: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors, "build", lambda *_: Past())
    ended = declared("backfill", "hn", "--since", "7d")
    assert ended.code == 0, ended.err
    assert ended.out == "Read back: 1 post, 1 of them new mentions. Nobody was paged.\n"
    (row,) = declared("backfill", "hn", "--since", "7d", "--json").rows
    assert (row["posts"], row["mentions"], row["done"]) == (1, 0, True)


def test_what_ends_it_is_said_and_what_was_read_is_kept(
    declared: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors, "build", lambda *_: Past(Forbidden("not for you")))
    ended = declared("backfill", "hn", "--since", "7d")
    assert (ended.code, ended.err) == (
        1,
        "not for you. What was read is kept; the same command goes on from there.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nix", "--since", "7d"), 2, 'There is no source "nix". Declared: hn, press.'),
        (("hn", "--since", "soon"), 2, '"soon" is no time. Write "7d" or 2026-11-01.'),
        (("hn", "--since", "2999-01-01"), 2, "is not in the past"),
        (("press", "--since", "7d"), 1, "shows only what is new: it cannot be read back."),
    ],
)
def test_what_cannot_be_is_said_plainly(
    declared: Tocsin, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = declared("backfill", *arguments)
    assert ended.code == code
    assert said in ended.err


def test_a_query_is_tried_on_what_is_kept(declared: Tocsin) -> None:
    ended = declared("preview", "acme -gas", "--since", "90d", "--listen", "0s")
    assert ended.code == 0, ended.err
    assert "  x: 1 of 1 posts" in ended.out
    (row,) = declared("preview", "gas", "--since", "90d", "--listen", "0s", "--json").rows
    assert (row["source"], row["seen"], row["matched"]) == ("x", 1, 0)


def test_a_query_that_cannot_be_read_is_refused_with_its_place(tocsin: Tocsin) -> None:
    ended = tocsin("preview", "acme or late", "--listen", "0s")
    assert ended.code == 2
    assert ended.err == 'write OR, or "or" for the word itself (at character 6).\n'


def test_a_query_without_a_word_has_no_live_sources(tocsin: Tocsin) -> None:
    ended = tocsin("preview", "lang:de")
    assert (ended.code, ended.out) == (0, "")
    assert "names no word that every wanted post has" in ended.err


def test_of_a_file_it_is_said_that_it_is_read_whole_and_what_to_do(
    declared: Tocsin, tmp_path: Path
) -> None:
    with (tmp_path / "tocsin.toml").open("a") as file:
        file.write('[[sources]]\nkind = "csv"\nname = "survey"\npath = "s.csv"\ntext = "t"\n')
    ended = declared("backfill", "survey", "--since", "7d")
    assert ended.code == 1
    assert f'"survey" is a file: {tmp_path / "s.csv"} is read whole, from its begin' in ended.err
    assert "declare that as one more source" in ended.err
    assert "only what is new" not in ended.err
