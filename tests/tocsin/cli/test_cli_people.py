"""`tocsin people` on a terminal: what is kept, shown and taken back, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.collector import Batch
from listener.mention import Author, Kind, Observation, Post
from tests.tocsin.cli.conftest import Tocsin
from tocsin.cli.common import opened
from tocsin.store import Unit

TOLD = ("--where", "told us on the phone", "--as", "ada")


@pytest.fixture
def linked(tocsin: Tocsin, store: Path) -> Path:
    """Ann and Dan of the store are one person."""
    ended = tocsin("people", "link", "x:@ann", "@dan", *TOLD, "--db", store)
    assert ended.code == 0
    assert "x:@ann and x:@dan are one person's" in ended.out
    return store


def test_a_person_is_shown_with_accounts_where_and_cases(tocsin: Tocsin, linked: Path) -> None:
    shown = tocsin("people", "show", "@dan", "--db", linked).out
    assert "accounts: x:@dan, x:@ann" in shown
    assert "x:@ann = x:@dan: told us on the phone (kept by ada" in shown
    assert "case 1" in shown
    assert "still open, no reply of ours" in shown


def test_a_person_as_json_has_links_and_cases(tocsin: Tocsin, linked: Path) -> None:
    (row,) = tocsin("people", "show", "@ann", "--json", "--db", linked).rows
    assert row["accounts"] == ["x:@ann", "x:@dan"]
    assert row["links"][0]["where"] == "told us on the phone"
    assert [case["case"] for case in row["cases"]] == [3, 1]


def test_a_case_shows_what_the_person_complained_of_before(tocsin: Tocsin, linked: Path) -> None:
    shown = tocsin("cases", "show", 3, "--db", linked).out
    assert "earlier complaints of this person:" in shown
    (row,) = tocsin("cases", "show", 3, "--json", "--db", linked).rows
    assert [one["case"] for one in row["earlier"]] == [1]
    assert row["copies"] == {"posts": 0, "people": 0, "marks": []}


def test_a_link_is_taken_back(tocsin: Tocsin, linked: Path) -> None:
    back = ("people", "unlink", "@ann", "@dan", "--as", "ada", "--db", linked)
    assert tocsin(*back).code == 0
    assert tocsin("people", "show", "@ann", "--db", linked).out.startswith("accounts: x:@ann\n")
    again = tocsin(*back)
    assert (again.code, again.err) == (1, "x:@ann and x:@dan are not linked to one another.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("@ann", "@dan", *TOLD), 1, "are linked already", id="linked already"),
        pytest.param(("@ann", "x:@ann", *TOLD), 2, "one account already", id="with itself"),
        pytest.param(("@ann", "@eve", *TOLD), 1, "No account @eve is known", id="unknown"),
        pytest.param(
            ("@ann", "@cara", "--where", " ", "--as", "ada"), 2, "--where says where", id="no place"
        ),
        pytest.param(
            ("@ann", "@cara", "--where", "mail", "--as", "eve"),
            2,
            "none of [[people]]",
            id="nobody",
        ),
    ],
)
def test_what_cannot_be_linked_is_refused(
    tocsin: Tocsin, linked: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended = tocsin("people", "link", *arguments, "--db", linked)
    assert ended.code == code
    assert says in ended.err


def test_without_a_claim_nothing_is_proposed(tocsin: Tocsin, store: Path) -> None:
    assert "Nobody whom we have heard" in tocsin("people", "proposals", "--db", store).out
    assert tocsin("people", "proposals", "--json", "--db", store).out == ""


def test_a_claim_is_shown_with_the_command_that_keeps_it(tocsin: Tocsin, store: Path) -> None:
    now = datetime.now(UTC)
    text = "Acme, it is late again. I'm @cara on X, same trouble there"
    where = "https://bluesky.example/9"
    post = Post("bluesky", "9", text, now, Author("u-c", "caraline"), url=where)
    with opened(store.parent / "tocsin.toml", store) as house:

        def take(desk: Unit) -> None:
            desk.start_source("test", now - timedelta(days=1))
            seen = Batch((Observation(Kind.POST, post, now),))
            house.pipeline.take(desk, "test", seen, now)

        house.store.write(take)
    shown = tocsin("people", "proposals", "--db", store).out
    assert f"bluesky:@caraline says that x:@cara is theirs: {text}" in shown
    assert f"people link bluesky:@caraline x:@cara --as NAME --where {where}" in shown
    (row,) = tocsin("people", "proposals", "--json", "--db", store).rows
    assert (row["one"], row["other"], row["where"]) == ("bluesky:@caraline", "x:@cara", where)


def test_forgetting_an_account_says_which_linked_ones_stay(tocsin: Tocsin, linked: Path) -> None:
    shown = tocsin("forget", "@ann", "--db", linked).out
    assert "To be erased: 1 account" in shown
    assert "linked accounts that stay, unless you say --linked: dan on x" in shown
    assert "Forgotten: 1 account," in tocsin("forget", "@ann", "--yes", "--db", linked).out
    assert tocsin("people", "show", "@dan", "--db", linked).out.startswith("accounts: x:@dan\n")


def test_linked_accounts_are_forgotten_where_that_is_asked_for(
    tocsin: Tocsin, linked: Path
) -> None:
    ended = tocsin("forget", "@ann", "--linked", "--yes", "--db", linked)
    assert "Forgotten: 2 accounts, 2 posts" in ended.out
    assert tocsin("people", "show", "@dan", "--db", linked).code == 1
