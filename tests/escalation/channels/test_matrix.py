"""Matrix gets valid, safe messages that can be taken back; its failures are told apart."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from linkify_it import LinkifyIt
from pydantic import ValidationError

from config import MissingSecret, Secret
from escalation.buttons import ACCEPT, ACK, DECLINE, HANDOFF, RESOLVE, SNOOZE
from escalation.channel import (
    Button,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Verbatim,
)
from escalation.channels.matrix import Matrix, Settings, build, matrix
from escalation.channels.matrix_content import answer, content
from escalation.channels.matrix_signs import MOST
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, TooLarge, Unreachable, WireError
from tests.escalation.channels.fake_matrix import (
    ADA,
    ALIAS,
    BOB,
    FORBIDDEN,
    ME,
    MISSING,
    ROOM,
    TOKEN,
    Answer,
    FakeMatrix,
)
from tests.hostile import FILES, OWN, lines_of, texts_of_file

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SETTINGS = Settings(
    name="chat", homeserver="https://matrix.acme.example", token=Secret(env="MATRIX_TOKEN")
)
URL = "https://x.example/1?a=1&b=2"
WORDS = Verbatim("Charged twice <b>and</b>\nnobody answers", "@ann", "x", 1200, URL)
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.CARD,
    to=ROOM,
    headline="Now · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Why now: third time asking", "Next: acknowledge by 14:05, else Grace Hopper is paged"),
    verbatim=WORDS,
    subject="case 17",
    buttons=(ACK, HANDOFF, SNOOZE),
    token="0123",
)


def channel(
    server: FakeMatrix,
    reveal: Callable[[Secret], str] = lambda _: TOKEN,
    now: Callable[[], datetime] = lambda: NOON,
) -> Matrix:
    return matrix(SETTINGS, Tools(server, reveal, "tocsin/test"), now)


def sent(server: FakeMatrix, message: Message) -> dict[str, Any]:
    """What a message looks like there, once it was delivered."""
    return server.shown(shown(channel(server), message).partition("|")[2])


def shown(here: Matrix, message: Message) -> str:
    """Deliver a message, then its words, with its reactions under it; returns its reference."""
    ref = here.deliver(message, deadline=5).ref
    if message.verbatim is None:
        here.react(ref, message, deadline=5)
        return ref
    return here.update(ref, message, deadline=5).ref


# ------------------------------------------------------------------------------ what is written
def test_a_card_says_level_owner_words_and_what_each_reaction_means() -> None:
    made = sent(FakeMatrix(), replace(MESSAGE, trail=("14:01 snoozed by Ada (chat)",)))
    assert made["msgtype"] == "m.text"
    assert made["format"] == "org.matrix.custom.html"
    assert made["formatted_body"] == (
        "<p><strong>Now · Ada Lovelace · 3 posts: billing at Acme</strong></p>"
        "<blockquote>Charged twice &lt;b&gt;and&lt;/b&gt;<br>nobody answers<br>"
        "@ann on x, 1,200 followers<br>"
        '<a href="https://x.example/1?a=1&amp;b=2">https://x.example/1?a=1&amp;b=2</a></blockquote>'
        "<p>Why now: third time asking<br>"
        "Next: acknowledge by 14:05, else Grace Hopper is paged</p>"
        "<p>14:01 snoozed by Ada (chat)</p>"
        "<p>React: ✅ Acknowledge · 🤝 Hand over · 💤 Snooze</p><p>case 17</p>"
    )
    assert made["body"].startswith("Now · Ada Lovelace · 3 posts: billing at Acme\n\nCharged twice")


def test_nobody_is_called_but_the_person_paged() -> None:
    assert sent(FakeMatrix(), MESSAGE)["m.mentions"] == {}
    server = FakeMatrix()
    page = sent(server, replace(MESSAGE, mention=ADA, purpose=Purpose.PAGE))
    assert page["m.mentions"] == {"user_ids": [ADA]}
    first, shown = server.messages()
    assert first["m.mentions"] == {"user_ids": [ADA]}
    assert shown["m.mentions"] == {}  # a replacement calls nobody a second time


@pytest.mark.parametrize("name", ["@room", "ada", "U024BE7LH", "@ada:acme.example@room", "", "@"])
def test_a_name_that_is_no_id_is_not_called(name: str) -> None:
    assert sent(FakeMatrix(), replace(MESSAGE, mention=name))["m.mentions"] == {}


def test_no_link_of_a_stranger_is_previewed() -> None:
    server = FakeMatrix()
    made = sent(server, MESSAGE)
    assert [one["com.beeper.linkpreviews"] for one in (*server.messages(), made)] == [[], [], []]
    # Element previews what is linked, but for what stands in a quotation.
    assert "href" not in re.sub("<blockquote>.*</blockquote>", "", made["formatted_body"])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://x.example/a b",
        'https://x.example/"onclick="x',
        "https://x.example/<script>",
        "https://matrix.to/#/@ada:acme.example",
        "https://app.element.io/#/room/!care:acme.example",
        "https://[::1",
        "https://",
        "mxc://acme.example/1",
        "https://x.example/" + "a" * 1_000,
        "https://x.example/\u202e",
    ],
)
def test_an_address_that_is_no_plain_page_is_shown_and_not_linked(url: str) -> None:
    made = sent(FakeMatrix(), replace(MESSAGE, verbatim=replace(WORDS, url=url)))
    assert "href" not in made["formatted_body"]


def test_what_quotes_strangers_stands_in_replacements_alone_because_they_can_be_taken_back() -> (
    None
):
    server = FakeMatrix()
    here = channel(server)
    ref = here.deliver(MESSAGE, deadline=5).ref
    [first] = server.messages()
    here.update(ref, MESSAGE, deadline=5)
    shown = server.messages()[-1]
    assert first["body"] == "Now · Ada Lovelace · 3 posts: billing at Acme\n\ncase 17"
    assert "Charged" not in json.dumps(first)
    assert shown["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$event0"}
    assert shown["body"] == "* Now · Ada Lovelace · 3 posts: billing at Acme"
    assert "Charged twice" in shown["m.new_content"]["body"]


def test_the_longest_message_still_fits_into_an_event() -> None:
    text = "😀&\"'<" * 20_000
    words = Verbatim(text, text, text, None, f"https://x.example/{text}")
    buttons = tuple(Button(str(n), text[:24], sign=f"{n}😀") for n in range(9))
    big = replace(MESSAGE, headline=text, lines=(text,) * 9, verbatim=words, buttons=buttons)
    server = FakeMatrix()
    sent(server, replace(big, trail=(text,) * 4, subject=text))
    made = server.messages()[-1]["m.new_content"]
    assert len(json.dumps(made, ensure_ascii=False).encode()) > 20_000  # and little was left out


# ------------------------------------------------------------------------------------ hostile
class Markup(HTMLParser):
    """The tags and the text that a client shows, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.free: list[str] = []  # text in no link
        self._linked = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._linked = tag == "a"
        assert tag == "a" or not attrs
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._linked = self._linked and tag != "a"

    def handle_data(self, data: str) -> None:
        if not self._linked:
            self.free.append(data)


LINKS = LinkifyIt(options={"fuzzy_ip": True})
LINKS.tlds(["example", "invalid", "test", "zip"], keep_old=True)
# What Element's shared component `linkify` takes for an id or for everybody in the room.
_ID = re.compile(r"[@#!][^\s:]+:[^\s:]|@room", re.IGNORECASE)


def hostile_lines(shared: Path) -> Iterator[str]:
    yield from OWN.values()
    for name in FILES:
        yield from lines_of(shared, name)
        yield from texts_of_file(shared, name)


def check_is_harmless(made: dict[str, Any]) -> None:
    assert made["m.mentions"] == {}
    found = Markup(made.get("formatted_body", ""))
    assert found.tags <= {"p", "strong", "blockquote", "a", "br"}
    assert all(re.match("https?://", link) for link in found.links)
    for text in ("\n".join(found.free), made["body"]):
        assert not LINKS.match(text)
        assert not _ID.search(text)
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text
        )


def test_nothing_in_a_strangers_words_links_calls_or_marks_up(shared: Path) -> None:
    texts = sorted({one[:1_000] for one in hostile_lines(shared)})
    for text in texts[::5]:  # all of them are in the next test, through the same encoder
        words = Verbatim(text, text[:100], "x", None, text)
        check_is_harmless(content(replace(MESSAGE, lines=(text,), verbatim=words)))


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_nothing_in_any_part_of_a_message_links_calls_or_marks_up(text: str) -> None:
    words = Verbatim(text, text, text, None, text)
    parts = replace(MESSAGE, headline=text, lines=(text,), trail=(text,), subject=text)
    check_is_harmless(content(replace(parts, verbatim=words)))


def test_nothing_in_an_answer_links_calls_or_marks_up(shared: Path) -> None:
    for text in {one[:1_000] for one in hostile_lines(shared)}:
        check_is_harmless(answer(text, ""))


def test_a_link_would_be_found_if_there_were_one() -> None:
    made = content(MESSAGE)
    for text in ("https://evil.example", "evil.example/x", "@room", "@ada:acme.example", "1.2.3.4"):
        with pytest.raises(AssertionError):
            check_is_harmless({**made, "body": f"see {text} now"})


@pytest.mark.parametrize("text", [*OWN.values(), "a" * 40_000], ids=[*OWN, "forty thousand"])
def test_whatever_a_text_holds_it_is_delivered(text: str) -> None:
    message = replace(MESSAGE, key=text, headline=text, lines=(text,) * 5, subject=text)
    assert channel(FakeMatrix()).deliver(message, deadline=5).ref


# ------------------------------------------------------------------------------ where it goes
def test_the_same_message_twice_is_one_message() -> None:
    server = FakeMatrix()
    first = shown(channel(server), MESSAGE)
    again = shown(channel(server), replace(MESSAGE, repeated=True))
    assert again == first
    stands = [one for one in server.messages() if one]
    assert len(stands) == 2  # the headline, and the words in its place
    assert "Charged twice" in server.shown("$event0")["body"]
    assert server.signs("$event0") == ["✅", "🤝", "💤"]


def test_a_page_goes_to_a_direct_room_that_is_opened_once() -> None:
    server = FakeMatrix()
    first = channel(server).deliver(replace(MESSAGE, to=ADA, key="1"), deadline=5).ref
    again = channel(server).deliver(replace(MESSAGE, to=ADA, key="2"), deadline=5).ref
    room = first.partition("|")[0]
    assert again.partition("|")[0] == room
    assert server.direct == {ADA: [room]}
    [asked] = [given for method, path, given in server.asked if path.endswith("createRoom")]
    assert asked == {"is_direct": True, "preset": "private_chat", "invite": [ADA]}


def test_a_direct_room_of_another_person_stays_listed() -> None:
    server = FakeMatrix(direct={BOB: ["!old:acme.example"]})
    channel(server).deliver(replace(MESSAGE, to=ADA), deadline=5)
    assert server.direct[BOB] == ["!old:acme.example"]
    assert ADA in server.direct


def test_whoever_left_the_direct_room_is_asked_back() -> None:
    server = FakeMatrix()
    room = channel(server).deliver(replace(MESSAGE, to=ADA), deadline=5).ref.partition("|")[0]
    server.members[room][ADA] = "leave"
    again = channel(server).deliver(replace(MESSAGE, to=ADA, key="2"), deadline=5)
    assert again.ref.startswith(f"{room}|")
    assert server.members[room][ADA] == "invite"


def test_whoever_cannot_be_asked_back_is_said() -> None:
    server = FakeMatrix()
    room = channel(server).deliver(replace(MESSAGE, to=ADA), deadline=5).ref.partition("|")[0]
    server.members[room][ADA] = "ban"
    server.faults["POST .*/invite"] = FORBIDDEN
    with pytest.raises(ChannelRefused, match="has left the direct room"):
        channel(server).deliver(replace(MESSAGE, to=ADA, key="2"), deadline=5)


def test_a_direct_room_that_we_left_ourselves_is_opened_anew() -> None:
    server = FakeMatrix(direct={ADA: ["!old:acme.example"]})
    ref = channel(server).deliver(replace(MESSAGE, to=ADA), deadline=5).ref
    assert server.direct[ADA] == ["!old:acme.example", ref.partition("|")[0]]


def test_a_room_is_entered_by_its_address_once() -> None:
    server, here = FakeMatrix(), None
    here = channel(server)
    for number in range(3):
        ref = here.deliver(replace(MESSAGE, to=ALIAS, key=str(number)), deadline=5).ref
        assert ref.startswith(f"{ROOM}|")
    assert [path for _, path, _ in server.asked if "/join/" in path] == [
        f"/_matrix/client/v3/join/{ALIAS}"
    ]


def test_a_room_that_threw_us_out_is_entered_anew_the_next_time() -> None:
    server = FakeMatrix()
    here = channel(server)
    here.deliver(MESSAGE, deadline=5)
    server.members[ROOM][ME] = "leave"
    with pytest.raises(ChannelRefused, match="invite Tocsin's account"):
        here.deliver(replace(MESSAGE, key="2"), deadline=5)
    assert here.deliver(replace(MESSAGE, key="3"), deadline=5).ref


def test_an_encrypted_room_is_refused_and_nothing_is_written_there() -> None:
    server = FakeMatrix(encrypted={ROOM})
    with pytest.raises(ChannelRefused, match="the room is encrypted, and Tocsin does not encrypt"):
        channel(server).deliver(MESSAGE, deadline=5)
    assert not server.messages()


def test_a_homeserver_that_encrypts_every_direct_room_is_refused_and_no_rooms_pile_up() -> None:
    server = FakeMatrix(encrypts_new_rooms=True)
    for number in range(3):
        with pytest.raises(ChannelRefused, match=r"with @ada:acme\.example is encrypted"):
            channel(server).deliver(replace(MESSAGE, to=ADA, key=str(number)), deadline=5)
    assert len(server.direct[ADA]) == 1
    assert not server.messages()


@pytest.mark.parametrize(
    "to",
    ["ada", "ada@acme.example", "@ada", "C024BE91L", "", "#", "!", "@a b:acme.example", "\ud800"],
)
def test_what_is_no_address_of_matrix_is_refused_with_how_one_looks(to: str) -> None:
    with pytest.raises(
        ChannelRefused, match=r"write @ada:example\.org, !room:example\.org or #room"
    ):
        channel(FakeMatrix()).deliver(replace(MESSAGE, to=to), deadline=5)


@pytest.mark.parametrize("room", ["care", "C024BE91L", "@ada:acme.example", "!", "#care"])
def test_a_room_that_is_none_is_found_when_the_file_is_checked(room: str) -> None:
    with pytest.raises(ValidationError, match='"room" is an id'):
        Settings(name="chat", homeserver=SETTINGS.homeserver, token=Secret(env="X"), room=room)


@pytest.mark.parametrize(
    ("to", "said"),
    [("#nowhere:acme.example", "there is no such room"), ("!shut:acme.example", "invite Tocsin's")],
)
def test_a_room_that_is_not_there_or_not_open_to_us_is_said(to: str, said: str) -> None:
    with pytest.raises(ChannelRefused, match=said):
        channel(FakeMatrix()).deliver(replace(MESSAGE, to=to), deadline=5)


def test_a_reminder_stands_in_the_thread_of_its_first_page() -> None:
    server = FakeMatrix()
    here = channel(server)
    root = here.deliver(replace(MESSAGE, to=ADA), deadline=5).ref
    reminder = replace(MESSAGE, to=ADA, key="2", under=root, verbatim=None, mention=ADA, buttons=())
    event = here.deliver(reminder, deadline=5).ref.partition("|")[2]
    relation = server.events[event]["content"]["m.relates_to"]
    assert relation["rel_type"] == "m.thread"
    assert relation["event_id"] == root.partition("|")[2]


@pytest.mark.parametrize("under", ["", "at 1", "!other:acme.example|$1", "\ud800"])
def test_a_thread_that_is_not_in_this_room_is_none(under: str) -> None:
    made = sent(FakeMatrix(), replace(MESSAGE, under=under, verbatim=None))
    assert "m.relates_to" not in made


# ------------------------------------------------------------------------------------- update
def test_an_update_shows_what_stands_now_and_takes_back_what_stood_there() -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = shown(here, MESSAGE)
    assert "Charged" in json.dumps(list(server.events.values()))
    erased = replace(MESSAGE, verbatim=None, lines=("The author deleted the post",))
    assert here.update(ref, erased, deadline=5).ref == ref
    assert server.shown("$event0")["body"].count("The author deleted the post") == 1
    assert "Charged" not in json.dumps(list(server.events.values()))
    assert "@ann" not in json.dumps(list(server.events.values()))


def test_an_update_that_broke_off_is_completed_and_not_doubled() -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = shown(here, MESSAGE)
    server.faults["PUT .*/redact/"] = (503, {})
    erased = replace(MESSAGE, verbatim=None)
    with pytest.raises(ChannelUnavailable):
        here.update(ref, erased, deadline=5)
    server.faults.clear()
    before = len(server.messages())
    here.update(ref, erased, deadline=5)
    assert len(server.messages()) == before
    assert "Charged" not in json.dumps(list(server.events.values()))


def test_what_is_shown_may_come_back_to_what_it_was() -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = here.deliver(MESSAGE, deadline=5).ref
    for headline in ("owned", "new", "owned", "new"):
        here.update(ref, replace(MESSAGE, headline=headline), deadline=5)
        assert server.shown("$event0")["body"].startswith(headline)


def test_reactions_are_what_is_offered_now_and_those_of_people_stay() -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = shown(here, replace(MESSAGE, buttons=(ACK, SNOOZE)))
    theirs = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$event0", "key": "✅"}}
    server.put(ROOM, "m.reaction", theirs, ADA)
    here.update(ref, replace(MESSAGE, buttons=(RESOLVE, SNOOZE)), deadline=5)
    assert server.signs("$event0") == ["💤", "✅", "🏁"]
    here.update(ref, replace(MESSAGE, buttons=(ACK, SNOOZE)), deadline=5)
    assert sorted(server.signs("$event0")) == sorted(["💤", "✅", "✅"])


def test_at_most_six_reactions_are_added_and_the_words_name_all() -> None:
    buttons = tuple(Button(f"verb{n}", f"Button {n}", sign=chr(0x1F600 + n)) for n in range(9))
    server = FakeMatrix()
    made = sent(server, replace(MESSAGE, buttons=buttons))
    assert server.signs("$event0") == [one.sign for one in buttons[:MOST]]
    assert all(f"{one.sign} {one.label}" in made["body"] for one in buttons)


@pytest.mark.parametrize(
    "fault",
    [(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9000}), FORBIDDEN, Unreachable("x")],
)
def test_reactions_that_cannot_be_added_are_left_out(
    fault: Answer | WireError,
) -> None:
    server = FakeMatrix(faults={"PUT .*/m.reaction/": fault})
    here = channel(server)
    ref = shown(here, MESSAGE)
    assert here.update(ref, replace(MESSAGE, buttons=(ACCEPT, DECLINE)), deadline=5).ref == ref


def test_limited_reactions_rest_as_long_as_the_homeserver_says_so_that_pages_are_not_held_up() -> (
    None
):
    limited = (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9000})
    server, time = FakeMatrix(faults={"PUT .*/m.reaction/": limited}), [NOON]
    here = channel(server, now=lambda: time[0])

    def tried() -> int:
        time[0] += timedelta(seconds=4)
        before = len(server.asked)
        shown(here, replace(MESSAGE, key=str(time[0])))
        return sum("/m.reaction/" in path for _, path, _ in server.asked[before:])

    assert [tried() for _ in range(5)] == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("gone", ["never", "redacted", "another's", "room"])
def test_a_message_that_is_gone_or_not_ours_is_refused_and_no_stray_one_appears(gone: str) -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = here.deliver(MESSAGE, deadline=5).ref
    if gone == "never":
        ref = f"{ROOM}|$nothing"
    elif gone == "redacted":
        server.events["$event0"]["content"] = {}
    elif gone == "another's":
        server.events["$event0"]["sender"] = BOB
    else:
        server.members.clear()
    before = len(server.messages())
    with pytest.raises(ChannelRefused, match="taken back in the room, or is another account's"):
        here.update(ref, MESSAGE, deadline=5)
    assert len(server.messages()) == before


# ------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        pytest.param((429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}), 2.5, id="ms"),
        pytest.param((429, {"errcode": "M_LIMIT_EXCEEDED"}), None, id="limited, no time"),
        pytest.param((429, {"retry_after_ms": 10**12}), 3600.0, id="a very long time"),
        pytest.param((429, {"retry_after_ms": "soon"}), None, id="a time that is none"),
        pytest.param((429, {"retry_after_ms": -1}), None, id="a time that is past"),
        pytest.param((502, {}), None, id="a gateway's"),
        pytest.param(Unreachable(TOKEN), None, id="nobody there"),
        pytest.param(DeadlinePassed(TOKEN), None, id="no answer"),
        pytest.param(TooLarge(TOKEN), None, id="a huge answer"),
    ],
)
def test_not_now(fault: Answer | WireError, wait: float | None) -> None:
    with pytest.raises(ChannelUnavailable) as caught:
        channel(FakeMatrix(faults={"PUT .*/send/": fault})).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert is_discreet(caught.value)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((401, {"errcode": "M_UNKNOWN_TOKEN"}), r"refused the token \(M_UNKNOWN_TOKEN\): make a"),
        ((401, {"errcode": "M_MISSING_TOKEN"}), "make a new one and put it where `token` points"),
        ((401, {"errcode": "M_USER_LOCKED"}), "refused the token"),
        (FORBIDDEN, "invite Tocsin's account to the room, and let its power level"),
        (MISSING, "there is no such room, person or message"),
        ((403, {"errcode": "M_USER_DEACTIVATED"}), "the account is closed"),
        ((403, {"errcode": "M_CONSENT_NOT_GIVEN"}), "accept the homeserver's terms"),
        ((413, {"errcode": "M_TOO_LARGE"}), "too long"),
        ((404, {"errcode": "M_UNRECOGNIZED"}), "is \"homeserver\" its own address"),
        ((400, {"errcode": "M_BAD_JSON"}), "does not understand"),
        ((404, {}), "no Matrix homeserver answers there"),
        ((302, {}), 'put the address of its client-server API into "homeserver"'),
        ((418, {"errcode": "secret words of the server"}), "status 418"),
        ((200, {"event_id": "none"}), "names no message"),
        (AddressRefused(TOKEN), '"homeserver" is an address that may not be reached'),
    ],
)  # fmt: skip
def test_never(fault: Answer | WireError, said: str) -> None:
    with pytest.raises(ChannelRefused, match=said) as caught:
        channel(FakeMatrix(faults={"PUT .*/send/": fault})).deliver(MESSAGE, deadline=5)
    assert is_discreet(caught.value)


def is_discreet(error: Exception) -> bool:
    """Neither the token nor the homeserver's own words."""
    told = f"{error} {error!r} {error.__cause__!r}"
    return not any(word in told for word in (TOKEN, "secret words", "Charged"))


def test_a_renewed_token_is_used_without_a_restart() -> None:
    server, tokens = FakeMatrix(token="new"), ["old"]
    here = channel(server, reveal=lambda _: tokens[-1])
    with pytest.raises(ChannelRefused, match="refused the token"):
        here.deliver(MESSAGE, deadline=5)
    tokens.append("new")
    assert here.deliver(MESSAGE, deadline=5).ref


def test_a_token_that_is_missing_or_none_is_said() -> None:
    def missing(secret: Secret) -> str:
        raise MissingSecret(secret, "is not set")

    tools = Tools(FakeMatrix(), missing, "tocsin/test")
    with pytest.raises(ChannelRefused, match="MATRIX_TOKEN"):
        build(SETTINGS, tools)
    with pytest.raises(ChannelRefused, match="is no Matrix token"):
        channel(FakeMatrix(), reveal=lambda _: "two words").deliver(MESSAGE, deadline=5)


@pytest.mark.parametrize(
    "address", ["http://matrix.acme.example", "matrix.acme.example", "ftp://x"]
)
def test_a_token_does_not_travel_in_clear(address: str) -> None:
    with pytest.raises(ValidationError, match="must begin with https://"):
        Settings(name="chat", homeserver=address, token=Secret(env="MATRIX_TOKEN"))


@pytest.mark.parametrize("junk", [{}, {"chunk": 7}, {"chunk": [7, {}, {"sender": ME}]}])
def test_an_answer_of_junk_breaks_nothing(junk: Any) -> None:
    server = FakeMatrix()
    here = channel(server)
    ref = here.deliver(MESSAGE, deadline=5).ref
    server.faults["GET .*/relations/"] = (200, junk)
    assert here.update(ref, replace(MESSAGE, headline="Soon"), deadline=5).ref == ref
    assert server.shown("$event0")["body"].startswith("Soon")


@pytest.mark.parametrize("junk", [None, [], 7, "[" * 10_000])
def test_an_answer_that_is_no_object_may_be_one_the_next_time(junk: Any) -> None:
    server = FakeMatrix()
    server.faults["PUT .*/send/"] = (200, junk)
    with pytest.raises(ChannelUnavailable, match="cannot be read"):
        channel(server).deliver(MESSAGE, deadline=5)
