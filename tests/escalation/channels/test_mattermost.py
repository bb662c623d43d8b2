"""Mattermost gets posts that call nobody but who is paged; reactions and words come back."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Secret
from escalation.buttons import ACK, HANDOFF, RESOLVE, button_of
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.mattermost import Mattermost, Settings
from escalation.channels.mattermost_heard import Me, heard
from escalation.channels.mattermost_post import NAMES, plain, post, sign_of
from escalation.channels.turns import AT_ONCE
from escalation.conversation import Answer
from tests.escalation.channels.fake_mattermost import (
    ADA,
    BEN,
    BOT,
    FOUND_BY_ITSELF,
    LEFT,
    ROOM,
    FakeMattermost,
    id_of,
)
from tests.escalation.channels.loopback_server import (
    WITHIN,
    Asked,
    Told,
    comes,
    listening,
    tools_for,
)
from tests.hostile import FILES, OWN, texts_of_file

TOKEN = "EXAMPLE-0123456789abcdefghi"
DIRECT = f"d{ADA}"[:26]
POST = id_of("post0")
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to=ADA,
    headline="Soon · Ada Lovelace · 3 posts: R&D at Acme",
    lines=("Next: acknowledge by 13:15", "Why now: third time asking"),
    verbatim=Verbatim("Charged *twice* @acme", "@ann", "x", 1200, "https://x.example/1"),
    mention=ADA,
    subject="case 17",
    buttons=(ACK, HANDOFF),
    token="0123456789abcdef0123456789abcdef",
    trail=("14:05 noted by Ada Lovelace (mattermost)",),
)


@pytest.fixture
def server() -> Iterator[FakeMattermost]:
    with FakeMattermost(TOKEN) as made:
        yield made


def mattermost(server: FakeMattermost, token: str = TOKEN, **more: Any) -> Mattermost:
    declared = Settings(name="chat", url=server.url, token=Secret(env="MM_TOKEN"), **more)
    return Mattermost(declared, tools_for(server, token))


# ---------------------------------------------------------------------------- what is said
def test_a_message_reads_like_this() -> None:
    made = post(MESSAGE, "ada")
    assert made["message"] == (
        "**Soon · Ada Lovelace · 3 posts: R&D at Acme**\n"
        "@ada\n"
        "Next: acknowledge by 13:15\n"
        "Why now: third time asking\n"
        "✅ Acknowledge · 🤝 Hand over …\n"
        "14:05 noted by Ada Lovelace \\(mattermost\\)\n"
        "case 17"
    )
    assert made["props"] == {
        "attachments": [
            {
                "fallback": "Soon · Ada Lovelace · 3 posts: R&D at Acme",
                "text": "Charged \\*twice\\* ＠acme\n＠ann on x, 1,200 followers",
                "title": "The customer's post",
                "title_link": "https://x.example/1",
            }
        ],
        "disable_group_highlight": True,
        "mentionHighlightDisabled": True,
    }


def test_a_link_that_could_lead_elsewhere_is_shown_as_text() -> None:
    for url in ("https://x.example/\u202egpj", "javascript:alert(1)"):
        made = post(replace(MESSAGE, verbatim=Verbatim("words", "@ann", "x", 1, url)))
        assert "title_link" not in made["props"]["attachments"][0], url


@pytest.mark.parametrize("name", ["own", *FILES])
def test_nothing_comes_out_of_a_post(name: str, request: pytest.FixtureRequest) -> None:
    texts = [*OWN.values(), "a" * 40_000, "*" * 40_000, "https://a.example/" * 3_000]
    if name != "own":
        folder: Path = request.getfixturevalue("shared")
        texts = list(texts_of_file(folder, name))
    for text in texts:
        made = post(
            replace(
                MESSAGE,
                headline=text,
                lines=(text,) * 5,
                trail=(text,),
                subject=text,
                buttons=(),
                verbatim=Verbatim(text, text, text, None, "javascript:alert(1)"),
            )
        )
        [attached] = made["props"]["attachments"]
        first, _, rest = made["message"].partition("\n")
        assert first.startswith("**")
        assert first.endswith("**")
        for said in (first[2:-2], rest, attached["text"], attached["fallback"], plain(text)):
            assert not (found := FOUND_BY_ITSELF.search(said)), (found, said)
        assert len(made["message"]) <= 4000
        assert json.dumps(made, ensure_ascii=False).encode("utf-8")


# ---------------------------------------------------------------------------- sending
@pytest.mark.parametrize("to", [ADA, "ada@acme.example"])
def test_a_page_goes_to_the_persons_direct_channel_with_its_reactions(
    server: FakeMattermost, to: str
) -> None:
    channel, message = mattermost(server), replace(MESSAGE, to=to, mention=to)
    ref = channel.deliver(message, deadline=5).ref
    assert (ref, server.reactions) == (POST, {}), "its receipt is to be kept before"
    channel.react(ref, message, deadline=5)
    assert server.posts[POST]["channel_id"] == DIRECT
    assert "@" not in server.posts[POST]["message"], "a direct channel calls by itself"
    assert server.reactions[POST] == [(BOT, "white_check_mark"), (BOT, "handshake")]


def test_a_card_goes_to_the_room_and_calls_nobody(server: FakeMattermost) -> None:
    card = replace(MESSAGE, to=ROOM, purpose=Purpose.CARD)
    mattermost(server).deliver(card, deadline=5)
    assert server.posts[POST]["channel_id"] == ROOM
    assert "@" not in server.posts[POST]["message"]


def test_a_reminder_stands_in_the_thread_and_calls_its_person(server: FakeMattermost) -> None:
    reminder = replace(MESSAGE, under=id_of("root"), buttons=())
    mattermost(server).deliver(reminder, deadline=5)
    assert server.posts[POST]["root_id"] == id_of("root")
    assert "\n@ada\n" in server.posts[POST]["message"]


def test_an_update_changes_the_post_and_takes_back_what_is_offered_no_more(
    server: FakeMattermost,
) -> None:
    channel = mattermost(server)
    receipt = channel.deliver(MESSAGE, deadline=5)
    channel.react(receipt.ref, MESSAGE, deadline=5)
    server.reactions[POST].append((BEN, "handshake"))
    changed = replace(MESSAGE, headline="Acknowledged", verbatim=None, buttons=(RESOLVE, ACK))
    assert channel.update(receipt.ref, changed, deadline=5) == receipt
    assert server.posts[POST]["message"].startswith("**Acknowledged**")
    assert server.posts[POST]["props"]["attachments"] == []
    assert server.reactions[POST] == [
        (BOT, "white_check_mark"),
        (BEN, "handshake"),
        (BOT, "checkered_flag"),
    ]


def test_reactions_that_cannot_be_added_are_left_out(server: FakeMattermost) -> None:
    server.faults.append(("/reactions", Told(500, b"")))
    channel = mattermost(server)
    channel.react(channel.deliver(MESSAGE, deadline=5).ref, MESSAGE, deadline=5)
    assert server.reactions == {}


def test_where_an_address_leads_is_asked_once(server: FakeMattermost) -> None:
    channel = mattermost(server)
    channel.deliver(replace(MESSAGE, buttons=()), deadline=5)
    asked = len(server.log)
    channel.deliver(replace(MESSAGE, buttons=()), deadline=5)
    assert [one.path for one in server.log[asked:]] == ["/api/v4/posts"]


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        pytest.param(
            FakeMattermost.error(429, "api.rate_limit", Retry_After="7"), 7.0, id="too many calls"
        ),
        pytest.param(
            FakeMattermost.error(429, "api.rate_limit", X_RateLimit_Reset="3"), 3.0, id="by reset"
        ),
        pytest.param(FakeMattermost.error(500, "app.insert_error"), None, id="their own error"),
        pytest.param(Told(502, b"<html>"), None, id="a gateway in between"),
        pytest.param(Told(302, b"", {"Location": "/login"}), None, id="a login page"),
        pytest.param(Told(201, b"<html>"), None, id="no JSON"),
        pytest.param(Told(201, b"[" * 100_000), None, id="deep nesting"),
        pytest.param(Told(201, {"id": ["x"]}), None, id="an odd id"),
        pytest.param(Told(201, {"id": "../x"}), None, id="an id that is none"),
    ],
)
def test_not_now(server: FakeMattermost, told: Told, wait: float | None) -> None:
    server.faults.append(("/posts", told))
    with pytest.raises(ChannelUnavailable) as caught:
        mattermost(server).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert TOKEN not in f"{caught.value!r}"


@pytest.mark.parametrize(
    ("part", "code", "id_", "said"),
    [
        ("/posts", 401, "api.context.session_expired.app_error", "make a new one for the bot"),
        ("/posts", 403, "api.context.permissions.app_error", "add it to the team"),
        ("/posts", 400, "api.post.create_post.can_not_post_to_deleted.error", "is archived"),
        ("/posts", 400, "api.post.create_post.root_id.app_error", "knows no such"),
        ("/posts", 413, "api.post", r"refused the message \(413\)"),
    ],
)
def test_never(server: FakeMattermost, part: str, code: int, id_: str, said: str) -> None:
    server.faults.append((part, FakeMattermost.error(code, id_)))
    with pytest.raises(ChannelRefused, match=said) as caught:
        mattermost(server).deliver(MESSAGE, deadline=5)
    assert TOKEN not in f"{caught.value!r}"


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (LEFT, "deactivated"),
        ("nobody@acme.example", "no such person"),
        ("@ada", "by mail address or id"),
        ("town-square", "by mail address or id"),
        (id_of("elsewhere"), "add it to the team"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    server: FakeMattermost, to: str, said: str
) -> None:
    with pytest.raises(ChannelRefused, match=said):
        mattermost(server).deliver(replace(MESSAGE, to=to), deadline=5)
    assert server.posts == {}


def test_a_post_that_is_gone_is_refused(server: FakeMattermost) -> None:
    with pytest.raises(ChannelRefused, match="knows no such person, channel or message"):
        mattermost(server).update(id_of("gone"), MESSAGE, deadline=5)


# ---------------------------------------------------------------------------- what comes back
def test_a_reaction_comes_back_and_is_answered_to_its_giver_alone(server: FakeMattermost) -> None:
    channel = mattermost(server)
    channel.deliver(replace(MESSAGE, to=ROOM, buttons=()), deadline=5)
    server.posts[id_of("theirs")] = {"user_id": BEN, "message": "", "props": {}}
    server.react(BOT, POST, "white_check_mark")
    server.react(ADA, POST, "tada")
    server.react(ADA, id_of("theirs"), "white_check_mark")
    server.react(ADA, POST, "white_check_mark")
    with listening(channel, lambda _: Answer("Case 17: yours now.")) as heard_here:
        *_, sent = comes(lambda: len(server.posts) == 3 and list(server.posts.values()))
    [one] = heard_here.incoming
    assert (one.who, one.sign, one.ref) == ((ADA,), "✅", POST)
    assert (sent["channel_id"], sent["message"]) == (DIRECT, "Case 17: yours now.")
    assert "root_id" not in sent


def test_a_reaction_in_the_direct_channel_is_answered_in_its_thread(
    server: FakeMattermost,
) -> None:
    channel = mattermost(server)
    channel.deliver(replace(MESSAGE, buttons=()), deadline=5)
    server.react(ADA, POST, "handshake", channel=DIRECT)
    with listening(channel, lambda _: Answer("To whom?")):
        _, sent = comes(lambda: len(server.posts) == 2 and list(server.posts.values()))
    assert (sent["channel_id"], sent["root_id"]) == (DIRECT, POST)


def test_a_reaction_given_anew_is_another_one_and_one_told_twice_is_not(
    server: FakeMattermost,
) -> None:
    channel = mattermost(server)
    channel.deliver(replace(MESSAGE, buttons=()), deadline=5)
    for at in (1, 1, 2):
        server.react(ADA, POST, "white_check_mark", at=at)
    with listening(channel) as heard_here:
        comes(lambda: len(heard_here.incoming) == 3)
    assert len({one.id for one in heard_here.incoming}) == 2


@pytest.mark.parametrize("sign", NAMES)
def test_every_sign_is_known_by_its_name_and_in_any_skin(sign: str) -> None:
    name = NAMES[sign]
    assert sign_of(name) == sign_of(f"{name}_medium_dark_skin_tone") == sign
    assert sign_of(f"{name}_light_skin_tone") == sign


def test_every_button_has_a_reaction() -> None:
    from escalation import buttons
    from escalation.channel import Button

    offered = tuple(one for one in vars(buttons).values() if isinstance(one, Button))
    assert offered
    assert all(button_of(sign_of(NAMES[one.sign]), (one,)) is one for one in offered)


def test_words_under_a_post_of_ours_are_about_it(server: FakeMattermost) -> None:
    channel = mattermost(server)
    ref = channel.deliver(replace(MESSAGE, to=ROOM, buttons=()), deadline=5).ref
    server.write(ADA, "ack", kind="O", root_id=ref)
    with listening(channel) as heard_here:
        comes(lambda: heard_here.incoming)
    assert (heard_here.incoming[0].text, heard_here.incoming[0].ref) == ("ack", ref)


@pytest.mark.parametrize(
    ("is_verified", "who"), [(True, (ADA, "ada@acme.example")), (False, (ADA,))]
)
def test_the_address_is_believed_only_where_the_server_answers_for_it(
    server: FakeMattermost, is_verified: bool, who: tuple[str, ...]
) -> None:
    server.write(ADA, "cases")
    with listening(mattermost(server, mail_is_verified=is_verified)) as heard_here:
        comes(lambda: heard_here.incoming)
    assert heard_here.incoming[0].who == who
    assert ("mail_is_verified" in heard_here.incoming[0].unvouched) is not is_verified


def posted(kind: str = "D", mentions: str = "", **more: Any) -> dict[str, Any]:
    found = {"id": POST, "user_id": ADA, "channel_id": ROOM, "message": "ack 17", "type": ""}
    data = {"post": json.dumps({**found, **more}), "channel_type": kind}
    return {"event": "posted", "data": data | ({"mentions": mentions} if mentions else {})}


ME = Me(BOT, "tocsin", lambda root: root == id_of("ours"))


@pytest.mark.parametrize(
    ("event", "text", "ref"),
    [
        pytest.param(posted(), "ack 17", "", id="words in the direct channel"),
        pytest.param(posted(root_id=id_of("ours")), "ack 17", id_of("ours"), id="in a thread"),
        pytest.param(posted("O", root_id=id_of("ours")), "ack 17", id_of("ours"), id="in a room"),
        pytest.param(
            posted("O", json.dumps([BOT]), message="@Tocsin cases"), "cases", "", id="by its name"
        ),
        pytest.param(posted("O", message="Tocsin: ack 6"), "ack 6", "", id="called as people do"),
    ],
)  # fmt: skip
def test_what_is_heard(event: dict[str, Any], text: str, ref: str) -> None:
    found = heard(event, ME)
    assert found is not None
    assert (found.incoming.text, found.incoming.ref) == (text, ref)


@pytest.mark.parametrize(("words", "is_sure"), [("tocsin cases", False), ("Tocsin, cases", True)])
def test_words_in_a_channel_that_begin_by_our_name_may_be_about_us(
    words: str, is_sure: bool
) -> None:
    found = heard(posted("O", message=words), ME)
    assert found is not None
    assert (found.incoming.text, found.incoming.overheard) == ("cases", not is_sure)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(posted("O"), id="people who talk to each other"),
        pytest.param(posted("O", message="our tocsin paged me"), id="who speak about us"),
        pytest.param(posted("O", root_id=id_of("theirs")), id="in a thread of theirs"),
        pytest.param(posted("O", json.dumps([ADA])), id="who call somebody else"),
        pytest.param(posted(user_id=BOT), id="what we wrote"),
        pytest.param(posted(props={"from_bot": "true"}), id="another bot"),
        pytest.param(posted(props={"from_webhook": "true"}), id="a webhook"),
        pytest.param(posted(type="system_join_channel"), id="the server itself"),
        pytest.param(posted(message=17), id="no words"),
        pytest.param(posted(user_id="../x"), id="no id"),
        pytest.param({"event": "posted", "data": {"post": "[" * 100_000}}, id="deep nesting"),
        pytest.param({"event": "posted", "data": {"post": "[]"}}, id="a list"),
        pytest.param({"event": "posted", "data": None}, id="no data"),
        pytest.param({"event": "reaction_added", "data": {"reaction": "{}"}}, id="no reaction"),
        pytest.param({"event": "typing"}, id="something else"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_is_left_out(event: dict[str, Any]) -> None:
    assert heard(event, ME) is None


def test_what_cannot_be_read_deafens_nobody(server: FakeMattermost) -> None:
    server.events.put({"event": ["posted"], "data": "nonsense"})
    server.tell("posted", {"post": "nonsense"})
    server.write(ADA, "cases")
    with listening(mattermost(server)) as heard_here:
        comes(lambda: heard_here.incoming)
    assert heard_here.ended is None


def test_a_lost_stream_goes_on_where_it_was(server: FakeMattermost) -> None:
    channel = mattermost(server)
    server.write(ADA, "cases")
    with listening(channel) as heard_here:
        comes(lambda: heard_here.incoming)
        server.events.put(None)
        assert isinstance(heard_here.until_it_ends(), ChannelUnavailable)
    server.write(ADA, "cases again")
    with listening(channel) as again:
        comes(lambda: again.incoming)
    assert [(one.get("connection_id"), one.get("sequence_number")) for one in server.opened] == [
        (None, None),
        ("c1", "2"),
    ]
    assert {one["authorization"] for one in server.opened} == {f"Bearer {TOKEN}"}


def test_what_is_known_waits_for_nothing_that_has_to_be_asked_about_strangers(
    server: FakeMattermost,
) -> None:
    channel, free, asked = mattermost(server), threading.Event(), []
    ref = channel.deliver(replace(MESSAGE, to=ROOM, buttons=()), deadline=5).ref

    def slow(request: Asked) -> Told:
        if request.method == "GET" and "/posts/" in request.path:
            asked.append(request.path)
            free.wait(WITHIN)
        return FakeMattermost.answer(server, request)

    server.answer = slow  # type: ignore[method-assign]
    for number in range(1_000):
        server.react(id_of(f"eve{number}x"), id_of(f"talk{number}x"), "white_check_mark")
    server.react(ADA, ref, "white_check_mark")
    with listening(channel) as heard_here:
        comes(lambda: heard_here.incoming)
        assert (heard_here.incoming[0].who, heard_here.incoming[0].ref) == ((ADA,), ref)
        assert len(asked) <= AT_ONCE, "the others are still being asked about"
        free.set()


def test_what_could_not_be_asked_about_is_heard_from_the_next_stream_and_the_rest_once(
    server: FakeMattermost,
) -> None:
    channel = mattermost(server)
    server.posts[POST] = {"user_id": BOT, "message": "", "props": {}}
    server.faults += [(f"/posts/{POST}", Told(503, b""))]
    server.react(ADA, POST, "white_check_mark")
    server.write(BEN, "cases")
    with listening(channel) as heard_here:
        assert isinstance(heard_here.until_it_ends(), ChannelUnavailable)
    server.events.put(None)
    server.seq = 1  # as a server does, it says again what came since
    server.react(ADA, POST, "white_check_mark")
    server.write(BEN, "cases")
    with listening(channel) as again:
        comes(lambda: len(heard_here.incoming + again.incoming) == 2)
    assert server.opened[-1]["sequence_number"] == "1"
    who = [one.who for one in heard_here.incoming + again.incoming]
    assert sorted(who) == sorted([(ADA,), (BEN,)])


def test_a_stream_that_does_not_accept_the_token_is_unavailable(server: FakeMattermost) -> None:
    channel = mattermost(server)
    server.faults += [("/users/me", Told(body=server.users[BOT]))]
    server.faults += [("/users/", Told(body=server.users[BOT]))]
    server.token = "another"
    with listening(channel) as heard_here:
        assert isinstance(heard_here.until_it_ends(), ChannelUnavailable)


def test_a_revoked_token_ends_it_for_good(server: FakeMattermost) -> None:
    server.token = "another"
    with listening(mattermost(server)) as heard_here:
        ended = heard_here.until_it_ends()
    assert isinstance(ended, ChannelRefused)
    assert "make a new one for the bot" in str(ended)


def test_an_answer_that_cannot_be_shown_deafens_nobody(server: FakeMattermost) -> None:
    server.faults += [("/channels/direct", Told(500, b"")), ("/channels/direct", Told(403, b"{}"))]
    for text in ("one", "two", "three"):
        server.write(ADA, text)
    with listening(mattermost(server), lambda _: Answer("Noted.")) as heard_here:
        comes(lambda: server.posts)
    assert [one.text for one in heard_here.incoming] == ["one", "two", "three"]
