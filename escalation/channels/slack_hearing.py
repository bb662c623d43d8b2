"""Answers what people do in Slack: takes it within three seconds, hands it on, shows the answer."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from escalation import encode
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import slack_actions, slack_reading
from escalation.channels.slack_answers import TOKEN, SlackRefused
from escalation.channels.slack_calls import Calls
from escalation.channels.slack_people import People
from escalation.channels.slack_reading import Heard
from escalation.channels.turns import Turns
from escalation.conversation import Answer, Take
from listener.pool import Pool

# Slack waits three seconds for an acknowledgement and keeps a trigger as long (docs.slack.dev,
# "Handling user interaction"): who it was is asked for within the first, the rest is for us.
WHO_WITHIN = 1.0
ANSWER_WITHIN = 2.0
SHOWN_WITHIN = 4.0  # less than a daemon has to end
# What is taken at once of presses and words, and of modals: together what one lane takes.
MOST_AT_ONCE = 2
MOST_WAITING = 10  # modals whose answer is waited for at once
MOST_REMEMBERED = 1000  # ids of what came in; the same again is only acknowledged
MAX_TEXT = 3000  # characters of a section (docs.slack.dev, Block Kit)
TOO_BUSY = "Slack could not show the form in time. Nothing was done; press again."
UNCONFIRMED = "Slack has confirmed no mail address of yours in this workspace"
TOO_SLOW = "Slack did not say in time who you are: do it again"
_ELSEWHERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})

Ack = Callable[..., object]


class Talk:
    """Hands on what comes in during one connection, and answers it.

    team  our workspace or organisation; me: our own member id there.
    trouble  why nothing will be heard or said any more, as with a revoked token.
    """

    def __init__(self, calls: Calls, people: People, take: Take, team: str, me: str) -> None:
        self.trouble: ChannelRefused | None = None
        self._calls = calls
        self._people = people
        self._take = take
        self._team = team
        self._me = me
        self._pool = Pool(MOST_AT_ONCE, "slack modals")
        self._turns = Turns("slack takes", at_once=MOST_AT_ONCE)
        self._answers = Turns("slack answers")
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Take nothing more; what was acknowledged is still done, as long as the program runs."""
        self._pool.shutdown(wait=False)

    # ------------------------------------------------------------------------- what comes in
    def pressed(self, ack: Ack, body: dict[str, Any]) -> None:
        if self._hand_on(slack_reading.pressed(body)):
            ack()  # last: what could not be handed on is shown to have failed where it was pressed

    def written(self, body: dict[str, Any]) -> None:
        event, once = body.get("event"), body.get("event_id")
        if isinstance(event, dict):
            known = once if isinstance(once, str) else ""
            self._hand_on(slack_reading.written(event, known, self._me))

    def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """A modal closes unless it is answered with what is wrong, which Slack waits for. Where
        that takes too long it closes, and what is wrong is said instead."""
        heard = slack_reading.submitted(body)
        if heard is None:
            ack()
            return
        coming: Future[Answer] = self._pool.submit(self._answer, heard)
        try:
            answer = coming.result(ANSWER_WITHIN)
        except TimeoutError:
            ack()
            late = coming.result()
            self._show_soon(heard, late if late.form is None else _said(late))
            return
        if answer.form is None:
            ack()
            self._show_soon(heard, answer)
        elif answer.form.wrong:
            ack(response_action="errors", errors=slack_actions.wrong(answer.form))
        else:
            ack(response_action="update", view=_view(heard, answer))

    def _hand_on(self, heard: Heard | None) -> bool:
        """Take it in its sender's turn, so that nobody's press waits for what others send; False
        where too much waits already."""
        if heard is None or not self._is_new(heard):
            return True
        taken = self._turns.soon(heard.member, lambda: self._show_soon(heard, self._answer(heard)))
        if not taken:  # Slack sends it again, and then it is as new
            with self._lock:
                self._seen.pop(heard.incoming.id, None)
        return taken

    def _show_soon(self, heard: Heard, answer: Answer) -> None:
        """Apart from what is taken: no acknowledgement waits for an answer before it."""
        if not answer.unsaid:
            self._answers.soon(heard.member, lambda: self._show(heard, answer))

    def _is_new(self, heard: Heard) -> bool:
        with self._lock:
            is_new = heard.incoming.id not in self._seen
            self._seen[heard.incoming.id] = None
            while len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
        return is_new

    def _answer(self, heard: Heard) -> Answer:
        """What is answered, once it is known by what the sender may be declared."""
        member = heard.member
        try:
            who = self._calls.within(
                WHO_WITHIN,
                lambda: self._people.addresses(member, self._team, self._calls, WHO_WITHIN),
                lane="asks",
            )
            why, unsure = self._people.trouble or UNCONFIRMED, False
        except ChannelUnavailable:
            who, why, unsure = (member,), TOO_SLOW, True
        unvouched = why if len(who) == 1 else ""
        known = replace(heard.incoming, who=who, unvouched=unvouched, unsure=unsure)
        return self._take(known)

    # -------------------------------------------------------------------------- what is shown
    def _show(self, heard: Heard, answer: Answer) -> None:
        try:
            self._calls.within(SHOWN_WITHIN, lambda: self._shown(heard, answer), lane="answers")
        except ChannelUnavailable:
            return  # it was done or not, which the message itself shows
        except ChannelRefused as error:
            if isinstance(error, SlackRefused) and error.code in TOKEN:
                self.trouble = error

    def _shown(self, heard: Heard, answer: Answer) -> None:
        if answer.form is None:
            self._tell(heard, answer.text)
            return
        asked = {"trigger_id": heard.trigger, "view": _view(heard, answer)}
        try:
            self._calls.call("views.open", asked, SHOWN_WITHIN)
        except SlackRefused as error:
            if error.code in TOKEN:
                raise
            self._tell(heard, TOO_BUSY)
        except ChannelUnavailable:
            self._tell(heard, TOO_BUSY)

    def _tell(self, heard: Heard, text: str) -> None:
        """To the sender alone; in our direct messages words are answered by words that stay."""
        if not text:
            return
        said = {**content(text), "channel": heard.room}
        if heard.thread:
            said["thread_ts"] = heard.thread
        if heard.is_talk and heard.room.startswith("D"):
            self._calls.call("chat.postMessage", said, SHOWN_WITHIN)
            return
        try:
            self._calls.call("chat.postEphemeral", {**said, "user": heard.member}, SHOWN_WITHIN)
        except SlackRefused as error:
            if error.code not in _ELSEWHERE:
                raise
            alone = {**content(text), "channel": heard.member}
            self._calls.call("chat.postMessage", alone, SHOWN_WITHIN)


def content(text: str) -> dict[str, Any]:
    """An answer as Slack takes it: nothing of it is read as mark-up, nor unfurled."""
    shown = encode.cut(encode.slack_plain(text, lines=True).strip(), MAX_TEXT) or "…"
    section = {"type": "section", "text": {"type": "plain_text", "text": shown, "emoji": False}}
    return {
        "text": shown,
        "blocks": [section],
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _view(heard: Heard, answer: Answer) -> dict[str, Any]:
    form, incoming = answer.form, heard.incoming
    assert form is not None
    kept = slack_actions.kept(form.verb, incoming.token, incoming.ref, heard.thread)
    return slack_actions.view(form, kept)


def _said(answer: Answer) -> Answer:
    """What is wrong with a form, in words."""
    assert answer.form is not None
    why = "\n".join(f"{name}: {what}" for name, what in answer.form.wrong.items())
    return Answer(f"Nothing was done. {why or 'More has to be known; press again.'}")
