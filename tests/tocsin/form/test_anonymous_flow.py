"""What came through the form goes the way of every post, is one voice together, and is nobody's."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.language_model import LanguageModel
from escalation.subject import Case, Incident, Level, Matter, Ref
from listener.collector import Batch
from listener.collectors import settings_of
from listener.collectors.form import FormSource
from listener.mention import Author, Kind, Observation, Post
from listener.spool import Spool
from listener.spooled import Turned, Word, hash_of, new_number
from listener.spread import Spread
from tests.firm import NOON, Firm, new_firm, settings
from tocsin.opinions.asking import consented
from tocsin.people import NoAccount, find, proposals

WORDS = "I was charged twice, third time asking, nobody replies, terrible service"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("door", NOON))
    return firm


def take(firm: Firm, batch: Batch) -> None:
    firm.write(lambda desk: firm.house.pipeline.take(desk, "door", batch, firm.now))


def said(number: int, text: str = WORDS, author: str = "") -> Observation:
    """A post to the firm's first brand, which no word of it names."""
    by = Author(author or f"a-{number:032x}")
    post = Post("anonymous", f"{number:032x}", text, NOON, by, title="Acme")
    return Observation(Kind.POST, post, NOON)


def cases(firm: Firm) -> list[Case]:
    with firm.house.store.read() as desk:
        return [one for one in desk.subjects("case", only_open=False) if isinstance(one, Case)]


def tallies(firm: Firm) -> dict[str, int]:
    day = timedelta(days=1)
    with firm.house.store.read() as desk:
        return desk.tallies(firm.now - day, firm.now + day)


def test_from_the_form_to_a_case_with_an_owner(firm: Firm, tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.prepare()
    spool.keep(Word("1" * 32, "a-" + "2" * 32, "Acme", WORDS, NOON))
    source = FormSource("door", spool, {"Acme"})
    batch = source.fetch(None, now=NOON + timedelta(minutes=1), deadline=5)
    take(firm, batch)
    take(firm, batch)  # read again after a crash
    (case,) = cases(firm)
    assert case.brand == "Acme"
    with firm.house.store.read() as desk:
        assert desk.account(case.author).platform == "anonymous"


def test_every_post_is_a_case_of_its_own_unless_a_reply_number_continues_it(firm: Firm) -> None:
    number = f"r-{hash_of(new_number())}"
    take(firm, Batch((said(1), said(2))))
    take(firm, Batch((said(3, author=number), said(4, author=number))))
    assert sorted(one.posts for one in cases(firm)) == [1, 1, 2]


def test_a_hundred_posts_without_a_name_are_one_voice_and_no_storm(firm: Firm) -> None:
    take(firm, Batch(tuple(said(number) for number in range(100))))
    rate = heard(firm).rate(NOON.timestamp())
    assert (rate.unhappy, rate.people, rate.posts) == (1, 1, 100)
    assert Level.STORM not in levels(firm)  # that there are very many cases is told all the same


def test_as_many_people_with_names_are_a_storm(firm: Firm) -> None:
    """As many posts on another platform: or the test before it would promise nothing. Too short
    to be copies of each other."""
    take(firm, by_people_with_names("Acme: terrible, still waiting"))
    assert Level.STORM in levels(firm)


def test_as_many_accounts_with_the_same_long_words_are_one_voice_and_no_storm(firm: Firm) -> None:
    """Each has its case all the same: what is counted once is their spread."""
    take(firm, by_people_with_names(f"Acme: {WORDS}"))
    assert Level.STORM not in levels(firm)
    assert len(cases(firm)) == 100


def by_people_with_names(words: str) -> Batch:
    return Batch(
        tuple(
            Observation(
                Kind.POST, Post("x", str(number), words, NOON, Author(f"id-{number}")), NOON
            )
            for number in range(100)
        )
    )


def heard(firm: Firm) -> Spread:
    """What the house has measured of the firm's first brand."""
    with firm.house.store.read() as desk:
        return Spread.load(str(desk.detector("Acme")))


def levels(firm: Firm) -> list[Level]:
    with firm.house.store.read() as desk:
        found = desk.subjects("incident", only_open=False)
    return [one.level for one in found if isinstance(one, Incident)]


def test_a_danger_is_a_matter_of_safety_here_too(firm: Firm) -> None:
    take(firm, Batch((said(1, "The charger exploded and my son was burned badly."),)))
    assert [case.safety for case in cases(firm)] == [True]


def test_a_sign_of_self_harm_is_kept_for_one_person_here_too(firm: Firm) -> None:
    take(firm, Batch((said(1, "I want to kill myself because of you, I can't go on."),)))
    assert cases(firm) == []
    with firm.house.store.read() as desk:
        assert isinstance(desk.subject(Ref("matter", 1)), Matter)


def test_who_wants_no_name_is_joined_to_nobody(firm: Firm) -> None:
    known = Post("bluesky", "b1", f"Acme {WORDS}", NOON, Author("id-ann", "ann.bsky.social"))
    claim = f"I'm @ann.bsky.social on Bluesky. {WORDS}"
    take(firm, Batch((Observation(Kind.POST, known, NOON), said(1, claim))))
    with firm.house.store.read() as desk:
        assert list(proposals(desk, firm.now)) == []
        with pytest.raises(NoAccount):
            find(desk, f"anonymous:a-{1:032x}")
        assert find(desk, "bluesky:@ann.bsky.social").platform == "bluesky"


def test_the_same_claim_by_somebody_with_a_name_is_proposed(firm: Firm) -> None:
    known = Post("bluesky", "b1", f"Acme {WORDS}", NOON, Author("id-ann", "ann.bsky.social"))
    claim = f"I'm @ann.bsky.social on Bluesky. Acme {WORDS}"
    named = Post("x", "x1", claim, NOON, Author("id-a", "ann"))
    take(firm, Batch(tuple(Observation(Kind.POST, one, NOON) for one in (known, named))))
    with firm.house.store.read() as desk:
        assert len(list(proposals(desk, firm.now))) == 1


def test_a_flood_is_a_fault_with_an_owner_until_it_is_over(firm: Firm) -> None:
    def open_faults() -> list[str]:
        with firm.house.store.read() as desk:
            return list(desk.open_faults(""))

    take(firm, Batch(turned_away=(("form: flood", 431),), trouble="431 posts turned away"))
    assert open_faults() == ["trouble:door"]
    take(firm, Batch())
    assert open_faults() == ["trouble:door"]
    take(firm, Batch(trouble=""))
    assert open_faults() == []
    assert tallies(firm)["turned away: form: flood"] == 431


def test_a_flood_makes_no_brand_deaf(firm: Firm, tmp_path: Path) -> None:
    """Or whoever floods the form could keep every storm open."""
    spool = Spool(tmp_path)
    spool.prepare()
    spool.beat(NOON)
    spool.keep_turned(Turned({"flood": 431}, NOON))
    batch = FormSource("door", spool, {"Acme"}).fetch(
        None, now=NOON + timedelta(minutes=1), deadline=5
    )
    assert batch.gaps == ()
    take(firm, batch)
    take(firm, Batch((said(1),)))
    assert heard(firm).calm(NOON.timestamp())


def test_no_time_finer_than_a_minute_is_kept_of_a_post(firm: Firm, tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.prepare()
    spool.keep(Word("1" * 32, "a-" + "2" * 32, "Acme", WORDS, NOON))
    now = NOON + timedelta(minutes=1, seconds=37, microseconds=5)
    take(firm, FormSource("door", spool, {"Acme"}).fetch(None, now=now, deadline=5))
    with firm.house.store.borrow() as desk:
        (row,) = desk.connection.execute("select created_at, seen_at from posts").fetchall()
    assert [at % 60_000 for at in row] == [0, 0]


@pytest.mark.parametrize("local", [True, False], ids=["a model here", "a model elsewhere"])
def test_no_language_model_is_shown_what_came_without_a_name(tmp_path: Path, local: bool) -> None:
    address = "http://127.0.0.1:11434/v1" if local else "https://models.example/v1"
    model = LanguageModel(address=address, model="m", local=local, sources=("door", "file"))
    sources = [
        settings_of(kind).model_validate({"kind": kind, "name": name, setting: tmp_path})
        for kind, name, setting in (("form", "door", "folder"), ("file", "file", "path"))
    ]
    declared = settings().model_copy(update={"language_model": model, "sources": tuple(sources)})
    assert consented(declared) == ["file"]
