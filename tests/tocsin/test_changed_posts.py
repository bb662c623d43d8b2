"""A page for a case whose post was deleted or edited says so: to whoever it climbs, too."""

from datetime import timedelta

import pytest

from escalation.subject import Case, Ref
from listener.collector import Batch
from listener.mention import Kind
from tests.firm import OWNER, Firm, complain, new_firm, observed
from tocsin.cli.shown import readable, whole
from tocsin.store.posts import MOST_VERSIONS

MINUTE = timedelta(minutes=1)
DELETED, EDITED = "post was deleted by its author", "author edited the post: seen"


def take(firm: Firm, number: int, kind: Kind, words: str = "zzwords") -> None:
    seen = observed(number, f"author-{number}", firm.now, kind=kind, words=words)
    house = firm.house
    firm.write(lambda desk: house.pipeline.take(desk, "test", Batch((seen,)), firm.now))


def changed(kind: Kind, cases: int = 1) -> list[str]:
    """What whoever is climbed to reads of cases whose posts were changed after the first page."""
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", firm.now))
    for number in range(1, cases + 1):
        complain(firm, number, f"author-{number}")
    firm.settle()
    firm.passes(MINUTE)
    for number in range(1, cases + 1):
        take(firm, number, kind, "found it, thanks")
    before = len(firm.channels["chat"].taken)
    for _ in range(40):
        firm.passes(MINUTE)
    later = [m for _, m in firm.channels["chat"].taken[before:] if m.to != f"{OWNER}@chat"]
    pages = [m for m in later if m in firm.channels["chat"].pages(m.to)]
    assert pages, "it climbs all the same: a person closes it"
    return ["\n".join((m.headline, *m.lines)) for m in pages]


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.DELETE, DELETED), (Kind.EDIT, EDITED)], ids=["deleted", "edited"]
)
def test_a_page_that_climbs_says_what_became_of_the_post(kind: Kind, said: str) -> None:
    for page in changed(kind):
        assert said in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.DELETE, DELETED), (Kind.EDIT, "the author has edited it")],
    ids=["deleted", "edited"],
)
def test_in_a_message_of_several_each_row_says_it(kind: Kind, said: str) -> None:
    rows = [
        line for page in changed(kind, cases=8) for line in page.splitlines() if " · Now" in line
    ]
    assert rows
    assert any(said in row for row in rows)


def test_a_case_shows_when_its_post_was_edited_and_how_often() -> None:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", firm.now))
    number = complain(firm, 1, "author-1")
    said = shown(firm, number)
    assert not any("edited" in line for line in said), "a post that nobody touched"
    for words in ("still waiting", "found it, thanks"):
        firm.passes(MINUTE)
        take(firm, 1, Kind.EDIT, words)
    (told,) = (line for line in shown(firm, number) if "edited" in line)
    assert told.startswith("edited by its author: seen ")
    assert told.endswith(", 2 times by now; the newest words are shown")


def test_of_a_post_that_changes_without_end_the_first_and_the_newest_words_are_kept() -> None:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", firm.now))
    number = complain(firm, 1, "author-1")
    edits = 3 * MOST_VERSIONS
    for nth in range(1, edits + 1):
        take(firm, 1, Kind.EDIT, f"@Acme terrible, no reply, still waiting. {nth} comments")
    with firm.house.store.read() as desk:
        versions = [
            row[0]
            for row in desk.connection.execute("select version from post_versions order by version")
        ]
        judged = desk.connection.execute("select id from judgements order by id").fetchall()
    newest = list(range(edits - MOST_VERSIONS + 1, edits + 1))
    assert versions == [1, *newest]
    assert len(judged) == 1 + MOST_VERSIONS
    assert judged[0][0] == 1
    (told,) = (line for line in shown(firm, number) if "edited" in line)
    assert f", {edits} times by now" in told


def shown(firm: Firm, number: int) -> list[str]:
    with firm.house.store.read() as desk:
        case = desk.subject(Ref("case", number))
        assert isinstance(case, Case)
        found = whole(firm.house, desk, case, firm.now)
        return list(readable(firm.house, desk, case, found, firm.now))
