"""After words were taken away, or left unanswered: the thread and the story are watched."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Incident, Level, Ref
from listener.backlash import PEOPLE, WATCHED_FOR, WHY
from listener.collector import Batch
from listener.mention import Author, Kind, Observation
from tests.firm import LEAD, OWNER, Firm, new_firm, observed
from tocsin import backlash
from tocsin.explain import UTC_ZONE, explained
from tocsin.store.labels import OURS
from tocsin.views import Views

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = "@Acme my parcel has been lost for weeks and nobody replies, third time asking, terrible"
OTHERS = ("bob", "cyd", "dan", "eve", "fay")
TRAPS = (  # posts that try to break what reads them
    "@Acme terrible' ; drop table backlashes; -- awful service, nobody replies",
    "@Acme \u202e\x00\ud800 terrible awful rude service \x1b[2J nobody replies",
    "@Acme " + "terrible awful service " * 2_000,
    "@Acme {0} %s {{}} <script>terrible</script> awful rude service, nobody replies",
)


@pytest.fixture
def firm() -> Firm:
    return started(new_firm())


def started(firm: Firm) -> Firm:
    firm.write(lambda desk: desk.start_source("test", firm.now))
    return firm


def said(
    firm: Firm, number: int, who: str, text: str = SAID, kind: Kind = Kind.POST, **changes: Any
) -> Observation:
    seen = observed(number, who, firm.now, kind=kind)
    return replace(seen, post=replace(seen.post, **{"text": text, "lang": "en", **changes}))


def hear(firm: Firm, *seen: Observation) -> None:
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", Batch(seen), firm.now))


def tell(firm: Firm, number: int, who: str, text: str = SAID, **changes: Any) -> None:
    """Somebody writes now."""
    hear(firm, said(firm, number, who, text, **changes))


def do(firm: Firm, verb: Verb, by: str = OWNER, **more: Any) -> str | None:
    action = Action(verb, by, **more)
    return firm.write(  # type: ignore[return-value]
        lambda desk: firm.house.engine.act(desk, Ref("case", 1), action, firm.now)
    )


def delete(firm: Firm, what: str = "deleted") -> None:
    """Staff record that something of case 1 was taken away."""
    reason = "https://example.com/p/1"
    assert do(firm, Verb.HID, to=LEAD, what=what, why="spam", reason=reason) is None


def complained_and_deleted(firm: Firm, what: str = "deleted", **changes: Any) -> None:
    tell(firm, 1, "ann", **changes)
    firm.clock.move_to(firm.now + HOUR)
    delete(firm, what)


def others_repeat(firm: Firm, people: tuple[str, ...] = OTHERS, **changes: Any) -> None:
    for number, author in enumerate(people, 100):
        firm.clock.move_to(firm.now + HOUR)
        tell(firm, number, author, f"{SAID}!!", **changes)


def incidents(firm: Firm) -> list[Incident]:
    with firm.house.store.read() as desk:
        found = desk.subjects("incident", only_open=False)
    return [one for one in found if isinstance(one, Incident)]


def told(firm: Firm, case: int = 1) -> list[str]:
    with firm.house.store.read() as desk:
        return list(backlash.lines(desk, case, firm.now, UTC_ZONE))


def rows(firm: Firm, query: str) -> list[tuple[Any, ...]]:
    with firm.house.store.read() as desk:
        return [tuple(row) for row in desk.connection.execute(query).fetchall()]


def watched(firm: Firm) -> list[str]:
    return [row[0] for row in rows(firm, "select why from backlashes order by id")]


# ------------------------------------------------------------------------ what it comes to
@pytest.mark.parametrize("what", ["hid", "deleted", "blocked"])
def test_five_who_repeat_what_was_deleted_are_a_watch(firm: Firm, what: str) -> None:
    complained_and_deleted(firm, what)
    others_repeat(firm)
    (incident,) = incidents(firm)
    assert incident.level is Level.WATCH
    assert f"backlash after {WHY[what]} (case 1)" in incident.sentence
    assert told(firm)[0].endswith("so far: 5 posts by 5 other people")


def test_it_rings_at_the_third_other_person_and_not_before(firm: Firm) -> None:
    complained_and_deleted(firm)
    others_repeat(firm, OTHERS[: PEOPLE - 1])
    assert incidents(firm) == []
    tell(firm, 200, "gus", f"{SAID}!")
    (incident,) = incidents(firm)
    assert (incident.people, incident.posts) == (PEOPLE, PEOPLE)
    assert "3 posts by 3 other people in its thread or its words within 2 h" in incident.sentence


def test_the_same_who_were_never_deleted_are_none(firm: Firm) -> None:
    tell(firm, 1, "ann")
    others_repeat(firm, OTHERS[:PEOPLE])
    assert incidents(firm) == []
    assert watched(firm) == []


def test_after_72_hours_nothing_is_watched(firm: Firm) -> None:
    tell(firm, 1, "ann")
    assert do(firm, Verb.REPLIED) is None
    delete(firm)
    firm.clock.move_to(firm.now + WATCHED_FOR)
    others_repeat(firm, OTHERS[:PEOPLE])
    assert incidents(firm) == []
    assert told(firm)[0].startswith("was watched for backlash until")
    assert told(firm)[0].endswith("nothing")


def test_one_who_writes_again_and_again_is_one_person(firm: Firm) -> None:
    complained_and_deleted(firm)
    others_repeat(firm, ("bob",) * 6)
    assert incidents(firm) == []
    assert told(firm)[0].endswith("6 posts by 1 other person")


def test_the_customers_own_repeats_are_posts_and_nobody_elses(firm: Firm) -> None:
    complained_and_deleted(firm)
    others_repeat(firm, ("ann",) * 4)
    assert incidents(firm) == []
    assert told(firm)[0].endswith("4 posts by 0 other people")


def test_machines_are_no_people(firm: Firm) -> None:
    complained_and_deleted(firm)
    for number, name in enumerate(OTHERS, 100):
        tell(firm, number, name, author=Author(id=f"id-{name}", bot=True))
    assert incidents(firm) == []


def test_others_words_elsewhere_are_none(firm: Firm) -> None:
    complained_and_deleted(firm)
    for number, name in enumerate(OTHERS, 100):
        words = f"@Acme the app of {name} crashes at every start, terrible, useless junk"
        tell(firm, number, name, words, conversation_id=f"thread-{name}")
    assert told(firm)[0].endswith("nothing")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"conversation_id": "talk"}, id="its conversation"),
        pytest.param({"in_reply_to": "native-1"}, id="an answer to it"),
        pytest.param({"repost_of": "native-1"}, id="passed on"),
    ],
)
@pytest.mark.parametrize("gone", [False, True], ids=["still there", "erased since"])
def test_its_thread_is_watched_whatever_the_words(
    firm: Firm, changes: dict[str, str], gone: bool
) -> None:
    complained_and_deleted(firm, conversation_id="talk")
    if gone:
        tell(firm, 1, "ann", kind=Kind.DELETE)
    for number, name in enumerate(OTHERS[:PEOPLE], 100):
        words = f"@Acme {name} says this is terrible, awful and rude, nobody answers me either"
        tell(firm, number, name, words, **changes)
    assert len(incidents(firm)) == 1


def test_praise_in_the_thread_is_no_backlash(firm: Firm) -> None:
    complained_and_deleted(firm, conversation_id="talk")
    for number, name in enumerate(OTHERS, 100):
        tell(firm, number, name, "@Acme great service, thank you so much!", conversation_id="talk")
    assert told(firm)[0].endswith("nothing")


def test_a_thread_that_was_as_loud_before_is_no_backlash(firm: Firm) -> None:
    words = "@Acme terrible awful rude service, nobody answers"
    for number in range(40):
        firm.clock.move_to(firm.now + HOUR / 4)
        tell(firm, 1_000 + number, f"early{number}", f"{words} {number}", conversation_id="talk")
    tell(firm, 1, "ann", conversation_id="talk")
    found = incidents(firm)
    firm.clock.move_to(firm.now + HOUR)
    delete(firm)
    for number in range(8):
        firm.clock.move_to(firm.now + HOUR / 4)
        tell(firm, 2_000 + number, f"late{number}", f"{words} {number}a", conversation_id="talk")
    assert not any("backlash" in one.sentence for one in (*found, *incidents(firm)))


# -------------------------------------------------------------------------- what starts it
def test_a_reply_of_ours_that_is_deleted_is_watched(firm: Firm) -> None:
    tell(firm, 1, "ann")
    ours = {"in_reply_to": "native-1", "author": Author(id="acme-help")}
    tell(firm, 2, "we", "We are sorry, please write to us.", **ours)
    assert watched(firm) == ["replied"]
    assert told(firm) == [], "a reply is counted to compare with, and is no reason to watch"
    tell(firm, 2, "we", kind=Kind.DELETE, **ours)
    assert watched(firm) == ["replied", "reply deleted"]
    others_repeat(firm)
    assert "our reply was deleted" in incidents(firm)[0].sentence


def test_after_a_reply_nothing_rings(firm: Firm) -> None:
    tell(firm, 1, "ann")
    tell(firm, 2, "we", "Sorry.", in_reply_to="native-1", author=Author(id="acme-help"))
    others_repeat(firm, OTHERS[:PEOPLE])
    assert incidents(firm) == []
    query = "select count(*) from backlash_posts"
    assert rows(firm, query) == [(PEOPLE,)], "but is counted"


def test_what_a_moderator_took_away_is_watched_though_it_is_gone(firm: Firm) -> None:
    tell(firm, 1, "ann", conversation_id="talk")
    firm.clock.move_to(firm.now + HOUR)
    hear(firm, replace(said(firm, 1, "ann", kind=Kind.DELETE), by_moderator=True))
    assert watched(firm) == ["removed"]
    others_answer(firm)
    assert "a moderator of the place where it stood took it away" in incidents(firm)[0].sentence


def test_what_is_recorded_once_the_post_is_gone_is_watched_by_its_thread(firm: Firm) -> None:
    tell(firm, 1, "ann", conversation_id="talk")
    tell(firm, 1, "ann", kind=Kind.DELETE)
    firm.clock.move_to(firm.now + HOUR)
    delete(firm)
    others_answer(firm)
    assert len(incidents(firm)) == 1


def others_answer(firm: Firm) -> None:
    """In the thread, in words of their own."""
    for number, name in enumerate(OTHERS[:PEOPLE], 100):
        words = f"@Acme {name} finds this terrible, awful and rude, you never answer {number}"
        tell(firm, number, name, words, conversation_id="talk")


def test_words_are_known_for_as_long_as_they_are_watched(firm: Firm) -> None:
    """84 hours after they were written; of other words it is forgotten who said them first."""
    tell(firm, 1, "ann")
    firm.clock.move_to(firm.now + DAY)
    tell(firm, 2, "zoe", "@Acme the app crashes at every start, terrible")
    assert watched(firm) == ["unanswered"]
    firm.clock.move_to(firm.now + 60 * HOUR)
    others_repeat(firm, OTHERS[:PEOPLE])
    assert any("it was left unanswered (case 1)" in one.sentence for one in incidents(firm))


def test_a_deletion_of_what_was_never_kept_is_no_reason(firm: Firm) -> None:
    tell(firm, 7, "ann", kind=Kind.DELETE)
    tell(firm, 8, "we", kind=Kind.DELETE, author=Author(id="acme-help"))
    assert watched(firm) == []


def test_what_a_customer_takes_back_is_no_reason(firm: Firm) -> None:
    tell(firm, 1, "ann")
    tell(firm, 1, "ann", kind=Kind.DELETE)
    assert watched(firm) == []


def test_what_stays_unanswered_for_a_day_is_watched_from_then_on(firm: Firm) -> None:
    tell(firm, 1, "ann")
    since = firm.now
    firm.passes(DAY - HOUR)
    assert watched(firm) == []
    firm.passes(HOUR + timedelta(minutes=2))
    assert watched(firm) == ["unanswered"]
    ((begun,),) = rows(firm, "select since from backlashes")
    assert begun == (since + DAY).timestamp() * 1000
    others_repeat(firm)
    assert any("it was left unanswered" in one.sentence for one in incidents(firm))


def test_what_was_answered_is_not_left_unanswered(firm: Firm) -> None:
    tell(firm, 1, "ann")
    tell(firm, 2, "we", "Sorry.", in_reply_to="native-1", author=Author(id="acme-help"))
    firm.passes(2 * DAY)
    assert watched(firm) == ["replied"]


def test_whoever_asks_again_has_waited_since_the_first_time(firm: Firm) -> None:
    tell(firm, 1, "ann")
    firm.clock.move_to(firm.now + 23 * HOUR)
    tell(firm, 2, "ann", f"{SAID} again")
    firm.clock.move_to(firm.now + 2 * HOUR)
    tell(firm, 3, "zoe", "@Acme the app crashes at every start, terrible")
    assert watched(firm) == ["unanswered"]


def test_what_has_waited_for_weeks_is_not_watched_anew(firm: Firm) -> None:
    tell(firm, 1, "ann")
    firm.clock.move_to(firm.now + DAY + WATCHED_FOR)
    tell(firm, 2, "zoe", "@Acme the app crashes at every start, terrible")
    assert watched(firm) == []


def test_what_nobody_said_in_public_has_no_thread(firm: Firm) -> None:
    tell(firm, 1, "ann", platform=OURS)
    delete(firm)
    assert watched(firm) == []


# -------------------------------------------------------------------------- said of silence
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        pytest.param("en", "@Acme you deleted my comment", id="English"),
        pytest.param("en", "Acme blocked me for complaining about a refund", id="blocked"),
        pytest.param("de", "@Acme ihr habt meinen Kommentar gelöscht", id="German"),
        pytest.param("es", "@Acme me han borrado el comentario", id="Spanish"),
        pytest.param("tr", "@Acme yorumumu sildiniz", id="Turkish"),
    ],
)
def test_one_who_was_silenced_is_a_watch_at_any_volume(firm: Firm, lang: str, words: str) -> None:
    tell(firm, 1, "ann", words, lang=lang)
    (incident,) = incidents(firm)
    assert incident.level is Level.WATCH
    assert incident.sentence == ("Acme: somebody says that they were deleted or blocked (case 1)")
    assert "because its author says that somebody was silenced" in told(firm)[0]


def test_an_accusation_in_a_watched_thread_rings_though_it_is_the_first(firm: Firm) -> None:
    complained_and_deleted(firm)
    tell(firm, 2, "bob", "@Acme why have you deleted my comment?", in_reply_to="native-1")
    (incident,) = incidents(firm)
    assert incident.people == 1
    assert "1 post by 1 other person" in incident.sentence
    assert incident.sentence.endswith("; silenced themselves, they say: 1 of them")


def test_the_same_person_who_says_it_again_opens_no_second_one(firm: Firm) -> None:
    tell(firm, 1, "ann", "@Acme you deleted my comment")
    tell(firm, 2, "ann", "@Acme you deleted my comment again, shame")
    assert len(incidents(firm)) == 1
    assert watched(firm) == ["accused"]


# ----------------------------------------------------------------------------- what is kept
def test_the_same_record_twice_is_one_watch_that_lasts_longer(firm: Firm) -> None:
    complained_and_deleted(firm)
    ((first,),) = rows(firm, "select until from backlashes")
    assert do(firm, Verb.CONFIRM_HID, LEAD) is None
    firm.clock.move_to(firm.now + HOUR)
    delete(firm)
    assert watched(firm) == ["deleted"]
    assert rows(firm, "select until from backlashes") == [(first + 3_600_000,)]


def test_one_post_read_twice_counts_once(firm: Firm) -> None:
    complained_and_deleted(firm)
    tell(firm, 2, "bob", f"{SAID}!")
    tell(firm, 2, "bob", f"{SAID}!")
    assert told(firm)[0].endswith("1 post by 1 other person")


def test_no_table_of_it_knows_a_person(firm: Firm) -> None:
    """It is the words that are watched: no row holds an author, a handle, a name or an id."""
    complained_and_deleted(firm, conversation_id="talk")
    others_repeat(firm, conversation_id="talk")
    for table in ("backlashes", "backlash_posts", "backlash_threads"):
        columns = [row[1] for row in rows(firm, f"pragma table_info({table})")]
        assert not {"author", "person", "handle", "name"} & set(columns)
        held = repr(rows(firm, f"select * from {table}"))
        assert held != "[]"
        for who in ("ann", *OTHERS):
            assert f"id-{who}" not in held
            assert f"handle-{who}" not in held
        assert "native-" not in held
        assert "talk" not in held
        assert "parcel" not in held


def test_what_its_author_writes_elsewhere_is_not_looked_at(firm: Firm) -> None:
    complained_and_deleted(firm)
    firm.clock.move_to(firm.now + HOUR)
    asked: list[str] = []
    with firm.house.store.borrow() as desk:
        desk.connection.set_trace_callback(asked.append)
    tell(firm, 2, "ann", "@Acme the app crashes at every start, terrible, useless")
    with firm.house.store.borrow() as desk:
        desk.connection.set_trace_callback(None)
    of_it = [one for one in asked if "backlash" in one]
    assert of_it, "or the proof is about nothing"
    for one in of_it:
        assert "author =" not in one.replace("k.author", "").replace("<>", "")
    assert told(firm)[0].endswith("nothing")


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a start"])
def test_of_an_erased_post_no_word_is_left_and_its_copies_lead_on(
    tmp_path: Path, restart: bool
) -> None:
    firm = started(new_firm(tmp_path / "house.db", durable=True))
    complained_and_deleted(firm)
    tell(firm, 2, "bob", f"{SAID}!")
    tell(firm, 1, "ann", kind=Kind.DELETE)
    tell(firm, 2, "bob", kind=Kind.DELETE)
    if restart:
        firm.house.store.close()
        firm = new_firm(tmp_path / "house.db", at=firm.now)
    firm.house.store.scrub()
    assert told(firm)[0].endswith("1 post by 1 other person"), "the count stays"
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"parcel" not in written
    firm.house.store.close()


def test_what_becomes_private_counts_nowhere(firm: Firm) -> None:
    complained_and_deleted(firm)
    tell(firm, 2, "bob", f"{SAID}!")
    tell(firm, 3, "cyd", f"{SAID}!")
    tell(firm, 2, "bob", f"{SAID} I want to kill myself tonight", kind=Kind.EDIT)
    tell(firm, 4, "dan", f"{SAID} I want to kill myself tonight")
    assert told(firm)[0].endswith("1 post by 1 other person")


def test_a_restart_goes_on_with_what_is_watched(tmp_path: Path) -> None:
    firm = started(new_firm(tmp_path / "house.db"))
    complained_and_deleted(firm)
    others_repeat(firm, OTHERS[: PEOPLE - 1])
    firm.house.store.close()
    later = new_firm(tmp_path / "house.db", at=firm.now + HOUR)
    tell(later, 300, "gus", f"{SAID}?")
    assert len(incidents(later)) == 1
    later.house.store.close()


def test_hashes_of_threads_go_when_nothing_watches_them_any_more(firm: Firm) -> None:
    complained_and_deleted(firm)
    assert rows(firm, "select count(*) from backlash_threads") != [(0,)]
    assert do(firm, Verb.REPLIED) is None
    firm.clock.move_to(firm.now + WATCHED_FOR + HOUR)
    tell(firm, 9, "zoe", "@Acme the app crashes at every start, terrible")
    assert rows(firm, "select count(*) from backlash_threads") == [(0,)]


@pytest.mark.parametrize("text", TRAPS)
def test_hostile_words_are_counted_like_any_others(firm: Firm, text: str) -> None:
    complained_and_deleted(firm, text=text, conversation_id="talk' or 1=1 --")
    for number, name in enumerate(OTHERS[:PEOPLE], 100):
        tell(firm, number, name, text, conversation_id="talk' or 1=1 --")
    assert len(incidents(firm)) == 1


def test_what_was_undone_was_never_watched(firm: Firm) -> None:
    tell(firm, 1, "ann")
    delete(firm)

    def undone(desk: Any) -> None:
        seen = [said(firm, n, name, f"{SAID}!") for n, name in enumerate(OTHERS, 100)]
        firm.house.pipeline.take(desk, "test", Batch(tuple(seen)), firm.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        firm.write(undone)
    assert told(firm)[0].endswith("nothing")
    others_repeat(firm, OTHERS[:PEOPLE])
    assert len(incidents(firm)) == 1


# ------------------------------------------------------------------------------- what is said
def until(firm: Firm) -> str:
    ((instant,),) = rows(firm, "select until from backlashes")
    return f"{datetime.fromtimestamp(instant / 1000, UTC_ZONE):%Y-%m-%d %H:%M}"


def test_the_card_and_explain_say_until_when_it_is_watched_and_why(firm: Firm) -> None:
    complained_and_deleted(firm)
    sentence = "watched for backlash until 2026-11-21 14:00 CET, because we deleted something of it"
    with firm.house.store.read() as desk:
        case = desk.subject(Ref("case", 1))
        assert sentence in str(Views(firm.house.engine).case(desk, case).why_now)  # type: ignore[arg-type]
        (row,) = explained(desk, "native-1", None, firm.house.engine.rules, firm.now)
    assert f"watched for backlash until {until(firm)} UTC" in row["backlash"][0]


def test_a_storm_that_rages_keeps_its_own_figures(firm: Firm) -> None:
    firm.write(
        lambda desk: firm.house.engine.declare(
            desk, "Acme", Action(Verb.DECLARE, OWNER, reason="it rages"), firm.now
        )
    )
    before = incidents(firm)
    complained_and_deleted(firm)
    others_repeat(firm)
    assert [one.sentence for one in incidents(firm)] == [one.sentence for one in before]


@pytest.fixture(autouse=True)
def _closed(firm: Firm) -> Iterator[None]:
    yield
    firm.house.store.close()
