"""A sign of self-harm reaches one person, privately, and is nowhere else: the whole way through."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load as load_file
from escalation.channel import Capabilities, Message
from escalation.conversation import Incoming
from escalation.decision import Action, Verb
from escalation.desk import Happening
from escalation.subject import Matter, Ref, State
from listener.mention import Author, Engagement, Kind, Observation, Post
from tocsin.actions import Scripted
from tocsin.answering import Answering
from tocsin.catalogue import catalogue
from tocsin.invariants import breaches
from tocsin.replay import Replay
from tocsin.store import Unit
from tocsin.store.handles import LINK as LINKED
from tocsin.store.handles import PRESS
from tocsin.web import Links

FIRM = """\
fallback_executive = "grace"
keep_text = "30d"

[safety]
person = "ada"
deputy = "bob"
guidance = "guidance.txt"

[[brands]]
name = "Acme"

[[people]]
name = "ada"
contacts = [{ channel = "chat", to = "U-ADA" }, { channel = "post", to = "ada@example.com" }]

[[people]]
name = "bob"
contacts = [{ channel = "chat", to = "U-BOB" }]

[[people]]
name = "grace"
contacts = [{ channel = "chat", to = "U-GRACE", private = true }]

[[people]]
name = "cleo"
contacts = [{ channel = "chat", to = "U-CLEO" }]

[[people]]
name = "dan"
contacts = [{ channel = "chat", to = "U-DAN" }]

[[teams]]
name = "care"
members = ["cleo", "dan"]
owns = ["billing"]

[[channels]]
name = "chat"
kind = "slack"
token = { env = "SLACK_BOT_TOKEN" }
room = "C-ROOM"

[[channels]]
name = "post"
kind = "mail"
host = "smtp.example.com"
sender = "tocsin@example.com"
"""
GUIDANCE = "Helpline of our country: see the card on the wall\n"
MORNING = datetime(2026, 11, 18, 9, tzinfo=UTC)
# Words that stand nowhere else in the house, so that each can be looked for in all of its output.
WORDS = ("quixotry", "zyzzyva")
HANDLE, AUTHOR, LINK, NATIVE = "xylograph", "u-wyvern", "https://x.example/vexillum", "p-kvetch"
TELLTALE = (*WORDS, HANDLE, AUTHOR, "vexillum", NATIVE, "kill myself", "self-harm", "suicid")
SIGN = f"Acme took my savings {WORDS[0]}. I want to kill myself {WORDS[1]}, nobody answers at Acme"
COMPLAINT = "Acme charged me twice, third time asking for a refund, no reply"


def seen(
    text: str, native: str = NATIVE, at: datetime = MORNING, author: str = AUTHOR, **more: object
) -> Observation:
    kind, backfill = more.pop("kind", Kind.POST), bool(more.pop("backfill", False))
    assert isinstance(kind, Kind)
    handle = HANDLE if author == AUTHOR else f"{author}-handle"
    post = Post(
        "x", native, text, at, Author(author, handle), url=LINK if native == NATIVE else "", **more
    )  # type: ignore[arg-type]
    return Observation(kind, post, at, backfill)


class House:
    """A replay of the firm, with all that leaves it."""

    def __init__(self, folder: Path, firm: str = FIRM) -> None:
        folder.mkdir(exist_ok=True)
        self.config, self.store = folder / "tocsin.toml", folder / "kept.db"
        self.config.write_text(firm, encoding="utf-8")
        (folder / "guidance.txt").write_text(GUIDANCE, encoding="utf-8")
        self.messages: list[Message] = []
        self.told: list[Happening] = []
        settings = load_file(self.config, catalogue(), secrets=False).settings
        self.replay = Replay(
            settings,
            start=MORNING,
            database=self.store,
            told=self.told.append,
            watcher=self.messages.append,
        )
        self.house = self.replay.house

    def runs(
        self,
        *posts: Observation,
        actions: tuple[Scripted, ...] = (),
        until: timedelta = timedelta(hours=2),
    ) -> "House":
        for _ in self.replay.run(posts, actions, MORNING + until):
            with self.house.store.read() as desk:
                assert not breaches(desk, self.house.engine.rules, self.replay.clock.now())
        return self

    def act(self, verb: Verb, by: str, number: int = 1) -> str | None:
        now = self.replay.clock.now()
        return self.house.store.write(
            lambda desk: self.house.engine.act(desk, Ref("matter", number), Action(verb, by), now)
        )

    def matter(self, number: int = 1) -> Matter:
        with self.house.store.read() as desk:
            found = desk.subject(Ref("matter", number))
        assert isinstance(found, Matter)
        return found

    def asked(self) -> list[tuple[str, int]]:
        """To whom pages of matters went, and minutes after the morning."""
        pages = [h for h in self.told if h.event == "page" and h.ref and h.ref.kind == "matter"]
        return [(h.to, round((h.at - MORNING).total_seconds() / 60)) for h in pages]


def tells(output: str) -> list[str]:
    """What of the post stands in an output, whatever the case."""
    return [word for word in TELLTALE if word.lower() in output.lower()]


@pytest.fixture
def a_house(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """Makes a house of a configuration, and closes it at the end."""
    made: list[House] = []

    def make(firm: str = FIRM) -> House:
        made.append(House(tmp_path / f"house-{len(made)}", firm))
        return made[-1]

    yield make
    for one in made:
        one.replay.close()


@pytest.fixture
def house(a_house: Callable[[str], House]) -> House:
    return a_house(FIRM)


# --------------------------------------------------------------------------- who is told
def test_the_named_person_is_asked_then_the_deputy_then_the_executive_again_and_again(
    house: House,
) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=70))
    assert house.asked() == [
        ("ada@example.com", 0),
        ("U-BOB", 15),
        ("U-GRACE", 30),
        ("U-GRACE", 45),
        ("U-GRACE", 55),
        ("U-GRACE", 65),
    ]


def test_a_page_has_the_link_and_what_to_do_and_no_word_of_the_post(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=1))
    (page,) = house.messages
    whole = "\n".join((page.headline, *page.lines))
    assert LINK in whole
    assert "Helpline of our country" in whole
    assert "tocsin private ack 1 --as ada" in whole
    assert page.verbatim is None
    assert tells(whole.replace(LINK, "")) == []


def test_no_link_stands_for_a_private_matter_even_where_letters_have_links(
    a_house: Callable[[str], House],
) -> None:
    house = a_house(f'links = "https://tocsin.example"\n{FIRM}').runs(seen(SIGN))
    assert {page.to for page in house.messages} == {"ada@example.com", "U-BOB", "U-GRACE"}
    for page in house.messages:
        assert page.link == ""
        assert any("tocsin private ack 1 --as" in line for line in page.lines)
    with house.house.store.borrow() as desk:
        forged = desk.offer(1, "post", "ada", LINKED, [house.matter()], "page", MORNING)
    assert Links(house.house).look(forged).status == 404


def test_where_others_may_read_along_it_is_only_said_that_something_waits(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=20))
    (page,) = (one for one in house.messages if one.to == "U-BOB")
    whole = "\n".join((page.headline, *page.lines))
    assert tells(whole) == []
    assert "harm" not in whole
    assert "Acme" not in whole


def test_who_shares_an_address_is_not_told_there(a_house: Callable[[str], House]) -> None:
    shared = FIRM.replace('to = "U-BOB"', 'to = "U-DAN"')
    house = a_house(shared).runs(seen(SIGN), until=timedelta(minutes=20))
    assert [to for to, _ in house.asked()] == ["ada@example.com", "U-GRACE"]


def test_a_room_is_no_private_address_whatever_is_declared(a_house: Callable[[str], House]) -> None:
    shared = FIRM.replace('to = "U-GRACE"', 'to = "C-ROOM"')
    house = a_house(shared).runs(seen(SIGN), until=timedelta(minutes=60))
    assert {to for to, _ in house.asked()} == {"ada@example.com", "U-BOB"}


def test_an_acknowledgement_ends_the_climb_for_two_hours(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=20))
    assert house.act(Verb.ACK, "bob") is None
    house.runs(until=timedelta(hours=2))
    assert [to for to, _ in house.asked()] == ["ada@example.com", "U-BOB"]
    assert (house.matter().owner, house.matter().acked_by) == ("bob", "bob")
    house.runs(until=timedelta(hours=2, minutes=21))
    assert house.asked()[-1] == ("U-BOB", 2 * 60 + 20)


def test_whoever_else_is_asked_may_take_it_over_and_the_other_is_told(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    assert house.act(Verb.ACK, "ada") is None
    assert house.act(Verb.ACK, "ada") == "ada has it"
    assert house.act(Verb.ACK, "grace") is None
    house.runs(until=timedelta(minutes=6))
    assert house.matter().owner == "grace"
    told = [h.to for h in house.told if h.event == "notice" and h.ref and h.ref.kind == "matter"]
    assert told == ["ada@example.com"]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Done the first call, I try again at noon", State.NEW),
        ("dismiss that thought, she needs help", State.NEW),
        ("resolve", State.NEW),
        ("close", State.NEW),
        ("note she did not answer", State.NEW),
        ("ack", State.OWNED),
    ],
)
def test_words_under_its_page_do_nothing_but_acknowledge(
    house: House, words: str, state: State
) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=1))
    store, now = house.house.store, house.replay.clock.now()

    def page(desk: Unit) -> tuple[str, str]:
        row = desk.connection.execute(
            "select id, channel, address from messages where kind = 'matter' and person = 'ada'"
        ).fetchone()
        desk.offer(row["id"], row["channel"], "ada", PRESS, [house.matter()], "page", now)
        desk.connection.execute("update messages set receipt = 'r' where id = ?", (row["id"],))
        return row["channel"], row["address"]

    channel, address = store.write(page)
    answering = Answering(house.house, channel, Capabilities(buttons=True, two_way=True))
    answering.take(Incoming("1", (address,), ref="r", text=words))
    assert house.matter().state is state


def test_what_is_closed_asks_nobody_any_more(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    assert house.act(Verb.RESOLVE, "ada") is None
    house.runs(until=timedelta(days=2))
    assert house.asked() == [("ada@example.com", 0)]
    assert (house.matter().state, house.matter().closed_by) == (State.CLOSED, "ada")


@pytest.mark.parametrize("verb", [Verb.ACK, Verb.RESOLVE, Verb.DISMISS])
def test_nobody_else_may_act_on_it(house: House, verb: Verb) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    assert house.act(verb, "cleo") == "it is not yours to see"
    assert house.matter().state is State.NEW


@pytest.mark.parametrize("verb", sorted(set(Verb) - {Verb.ACK, Verb.RESOLVE, Verb.DISMISS}))
def test_it_cannot_be_handed_about(house: House, verb: Verb) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    assert house.act(verb, "ada") is not None
    assert house.matter().owner == "ada"


def test_another_sign_of_the_same_author_asks_its_owner_anew(house: House) -> None:
    later = MORNING + timedelta(hours=1)
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    house.act(Verb.ACK, "ada")
    house.runs(seen(SIGN, "p-second", later), until=timedelta(hours=1, minutes=1))
    assert house.asked() == [("ada@example.com", 0), ("ada@example.com", 60)]
    assert house.matter().posts == 2


def test_without_a_named_person_the_triage_lead_is_told(a_house: Callable[[str], House]) -> None:
    unnamed = FIRM.replace('person = "ada"\ndeputy = "bob"\n', "")
    house = a_house(unnamed).runs(seen(SIGN), until=timedelta(minutes=20))
    assert [to for to, _ in house.asked()] == ["U-CLEO", "U-GRACE"]


def test_who_is_away_is_passed_over(a_house: Callable[[str], House]) -> None:
    away = FIRM.replace(
        'name = "ada"', 'name = "ada"\naway = [{ from = "2026-11-01", until = "2026-12-01" }]'
    )
    house = a_house(away).runs(seen(SIGN), until=timedelta(minutes=1))
    assert house.asked() == [("U-BOB", 0)]


# ------------------------------------------------------------------------ nowhere else
def test_nothing_of_it_leaves_the_house_but_to_its_person(house: House) -> None:
    house.runs(seen(COMPLAINT, "p-open", author="u-open"), seen(SIGN), until=timedelta(hours=30))
    others = [one for one in house.messages if one.to not in ("ada@example.com", "U-GRACE")]
    assert {one.to for one in others} >= {"C-ROOM", "U-BOB", "U-CLEO"}
    assert tells("\n".join(map(repr, others))) == []
    assert tells("\n".join(map(repr, house.told))) == []


def test_no_table_but_the_private_one_holds_anything_of_it(house: House) -> None:
    house.runs(seen(COMPLAINT, "p-open", author="u-open"), seen(SIGN), until=timedelta(hours=1))
    with house.house.store.read() as desk:
        tables = [
            row[0]
            for row in desk.connection.execute(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            ).fetchall()
        ]
        held = {}
        for table in tables:
            rows = desk.connection.execute(f"select * from {table}").fetchall()
            held[table] = tells("\n".join(repr(tuple(row)) for row in rows))
    assert [table for table, found in held.items() if found] == ["private_posts"]
    assert set(held["private_posts"]) >= {*WORDS, HANDLE, AUTHOR, NATIVE}


def test_it_counts_in_no_sum_and_trips_no_storm(house: House) -> None:
    def sums() -> tuple[int, ...]:
        with house.house.store.read() as desk:
            return tuple(
                desk.connection.execute(f"select count(*) from {table}").fetchone()[0]
                for table in ("posts", "authors", "mentions", "hours", "author_weeks", "incidents")
            )

    house.runs(seen(COMPLAINT, "p-open", author="u-open"), until=timedelta(minutes=1))
    before = sums()
    many = [seen(SIGN, f"p-{n}", MORNING + timedelta(minutes=2), f"u-{n}") for n in range(40)]
    house.runs(*many, until=timedelta(hours=1))
    assert sums() == before


# ------------------------------------------------------------------- edits and erasure
def test_a_mention_that_becomes_private_by_an_edit_is_erased_where_it_was_open(
    house: House,
) -> None:
    edited = seen(SIGN, at=MORNING + timedelta(minutes=5), kind=Kind.EDIT)
    house.runs(seen(COMPLAINT), edited, until=timedelta(minutes=10))
    with house.house.store.read() as desk:
        assert (
            tells(repr([tuple(row) for row in desk.connection.execute("select * from posts")]))
            == []
        )
        assert desk.posts_left(1) == 0
    assert house.matter().is_open


def test_what_was_private_stays_so_whatever_an_edit_says(house: House) -> None:
    edited = seen(COMPLAINT, at=MORNING + timedelta(minutes=5), kind=Kind.EDIT)
    house.runs(seen(SIGN), edited, until=timedelta(minutes=10))
    with house.house.store.read() as desk:
        assert desk.count_open("case") == 0
        assert desk.private_posts(1)[0]["text"] == COMPLAINT


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"repost_of": "p-other"}, id="a repost"),
        pytest.param({"backfill": True}, id="long before the first start"),
    ],
)
def test_what_is_no_sign_of_its_own_is_kept_nowhere(house: House, more: dict[str, object]) -> None:
    old = seen(SIGN, at=MORNING - timedelta(days=30), **more)
    house.runs(Observation(old.kind, old.post, MORNING, old.backfill))
    assert house.asked() == []
    assert tells(house.store.read_bytes().decode("latin-1")) == []


def test_a_deletion_erases_its_words_and_they_do_not_come_back(house: House) -> None:
    gone = seen("", at=MORNING + timedelta(minutes=5), kind=Kind.DELETE)
    again = seen(SIGN, at=MORNING)
    house.runs(seen(SIGN), gone, Observation(Kind.POST, again.post, MORNING + timedelta(hours=1)))
    with house.house.store.read() as desk:
        assert desk.private_posts(1) == []
        rows = desk.connection.execute("select * from private_posts").fetchall()
    assert tells(repr([tuple(row) for row in rows])) == []
    assert house.matter().is_open


def test_counts_of_a_private_post_are_nothing_to_the_house(house: House) -> None:
    counts = seen("", at=MORNING + timedelta(minutes=5), kind=Kind.COUNTS, engagement=Engagement(9))
    house.runs(seen(SIGN), counts)
    with house.house.store.read() as desk:
        assert desk.connection.execute("select count(*) from posts").fetchone()[0] == 0


def test_it_is_erased_by_age_once_it_is_closed(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=5))
    later = MORNING + timedelta(days=90)
    age = lambda: house.house.store.write(lambda desk: desk.age_out_private(later, later))  # noqa: E731
    assert age() == 0
    house.act(Verb.RESOLVE, "ada")
    assert age() == 1
    assert age() == 0


def test_what_is_no_sign_after_all_is_judged_like_any_other_post(house: House) -> None:
    house.runs(seen(f"{COMPLAINT}, it makes me want to kill myself"), until=timedelta(minutes=5))
    assert house.act(Verb.DISMISS, "ada") is None
    now = house.replay.clock.now()
    house.house.store.write(lambda desk: house.house.pipeline.give_back(desk, 1, now))
    with house.house.store.read() as desk:
        assert desk.count_open("case") == 1
        assert desk.private_posts(1) == []


# ----------------------------------------------------------------------- on record
def test_the_ledger_says_that_there_is_a_matter_and_not_what(house: House) -> None:
    house.runs(seen(SIGN), until=timedelta(minutes=20))
    house.act(Verb.ACK, "bob")
    house.act(Verb.RESOLVE, "bob")
    with house.house.store.read() as desk:
        history = desk.history("matter:1")
        entries = [tuple(row) for row in desk.connection.execute("select * from ledger")]
    assert [(one["event"], one["actor"]) for one in history] == [
        ("matter_opened", "engine"),
        ("escalated", "engine"),
        ("acknowledged", "bob"),
        ("matter_closed", "bob"),
    ]
    assert tells(json.dumps([str(entry) for entry in entries])) == []


# ------------------------------------------------------------------- whom no page reaches
def test_who_has_no_address_of_their_own_is_passed_over_at_once(
    a_house: Callable[[str], House],
) -> None:
    shared = FIRM.replace('to = "U-ADA"', 'to = "U-DAN"').replace('"ada@example.com"', '"U-CLEO"')
    house = a_house(shared.replace('"post", to = "U-CLEO"', '"chat", to = "U-CLEO"'))
    house.runs(seen(SIGN), until=timedelta(minutes=20))
    assert house.asked() == [("U-BOB", 0), ("U-GRACE", 15)]


def test_the_last_who_can_be_reached_is_asked_again_and_again(
    a_house: Callable[[str], House],
) -> None:
    house = a_house(FIRM.replace('to = "U-GRACE"', 'to = "C-ROOM"'))
    house.runs(seen(SIGN), until=timedelta(minutes=45))
    assert house.asked() == [("ada@example.com", 0), ("U-BOB", 15), ("U-BOB", 30), ("U-BOB", 40)]


def test_where_nobody_who_is_there_can_be_reached_a_fault_says_so_without_a_word_of_what(
    a_house: Callable[[str], House],
) -> None:
    away = '\naway = [{ from = "2026-11-01", until = "2026-12-01" }]'
    alone = FIRM.replace('to = "U-GRACE"', 'to = "C-ROOM"')
    for name in ("ada", "bob"):
        alone = alone.replace(f'name = "{name}"', f'name = "{name}"{away}')
    house = a_house(alone).runs(seen(SIGN), until=timedelta(minutes=5))
    with house.house.store.read() as desk:
        fault = desk.open_fault("contacts")
    assert fault is not None
    assert tells(repr(fault)) == []


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param('{ channel = "post", to = "Ada@Example.com" }', id="spelt otherwise"),
        pytest.param('{ channel = "post2", to = "ada@example.com" }', id="by another channel"),
    ],
)
def test_a_mailbox_that_two_people_read_is_private_to_neither(
    a_house: Callable[[str], House], shared: str
) -> None:
    second = FIRM[FIRM.index('[[channels]]\nname = "post"') :].replace('"post"', '"post2"')
    both = FIRM.replace('{ channel = "chat", to = "U-CLEO" }', shared) + "\n" + second
    house = a_house(both).runs(seen(SIGN), until=timedelta(minutes=1))
    assert house.asked() == [("U-ADA", 0)]
    assert tells("\n".join(house.messages[0].lines)) == []


def test_a_wait_that_cannot_end_is_a_fault_that_names_nothing_private(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a bug")

    house.runs(seen(SIGN), until=timedelta(minutes=5))
    monkeypatch.setattr(type(house.house.engine), "fire", breaks)
    house.house.rounds.run(MORNING + timedelta(minutes=16))
    with house.house.store.read() as desk:
        faults = [tuple(row) for row in desk.connection.execute("select about, detail from faults")]
    assert faults
    assert "matter" not in repr(faults)
