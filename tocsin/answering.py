"""What people press and write in a chat: who they are, what they mean, and what is answered.

Whoever is not declared can do nothing and is told so. A press is held against what its message
showed: the exact subjects, each in the round it was in. The same press that comes five times is
done once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from config import Person, parse_duration
from escalation import buttons, encode
from escalation.buttons import MEANS
from escalation.channel import Button, Capabilities
from escalation.conversation import MAX_WORDS, Answer, Form, Incoming
from escalation.copyable import as_meant
from escalation.decision import Action, Verb
from escalation.subject import Case, Incident, Matter, State, Subject
from tocsin import chat_words, dialogues, late
from tocsin.abilities import known_by_mail
from tocsin.chat_reading import is_thumb
from tocsin.checking import refusal
from tocsin.confirming import confirmation, in_full
from tocsin.in_chat import in_chat
from tocsin.questions import NUMBERS, address, asked_again, named, question, whole, wrong_with
from tocsin.refusals import because
from tocsin.store import Unit
from tocsin.store.handles import Handle, Shown
from tocsin.store.ledger import MAX_NOTE_CHARS
from tocsin.strangers import Strangers
from tocsin.waits import following
from tocsin.wiring import House

STRANGER = (
    "Tocsin does not know you here, so nothing was done. Ask whoever keeps tocsin.toml to add "
    "this contact to your name: {{ channel = {channel}, to = {to} }}"
)
UNSURE = "It could not be told in time who you are, so nothing was done. Please do it again."
BY_MAIL = " Mail addresses that are declared for people do not count here now, because {why}."
RACE = timedelta(minutes=10)  # after somebody has taken it, a tick is one that came too late
TOO_OLD = "This message is older than what Tocsin remembers of it; nothing was done. {look}"
NOTED = "{}: noted."
LOOK = "Write `cases` to see what is open with you."


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers what comes in on one channel."""

    house: House
    channel: str
    capabilities: Capabilities
    strangers: Strangers = field(default_factory=Strangers, compare=False)

    def take(self, incoming: Incoming) -> Answer:
        """Do what was asked, once; say what came of it. Raises nothing but what the store does."""
        person = self._person(incoming.who)
        now = self.house.clock.now()
        if person is None:
            if incoming.overheard or incoming.said_at is not None:
                return Answer(unsaid=True)
            return self._stranger(incoming, now)
        incoming = _bounded(incoming)
        answer = self.answer if incoming.said_at is None else partial(late.answer, self)
        return self.house.store.write(lambda desk: answer(desk, incoming, person, now))

    def _person(self, who: Sequence[str]) -> Person | None:
        """The one person who is declared under one of these addresses. Two who share an address
        are nobody: it could not be said who acted."""
        addresses = {one.casefold() for one in who if one}
        found = [
            person
            for person in self.house.settings.people
            if any(
                one.channel == self.channel and one.to.casefold() in addresses
                for one in person.contacts
            )
        ]
        return found[0] if len(found) == 1 else None

    def _stranger(self, incoming: Incoming, now: datetime) -> Answer:
        """How to be declared, told seldom: whoever is declared waits for nobody else. A click is
        not answered where everybody reads along."""
        to = encode.cut(encode.one_line(incoming.who[0]), 100) if incoming.who else ""
        if incoming.sign and incoming.room and self.capabilities.aloud:
            self.strangers.passes_over()
            return Answer(unsaid=True)
        by_mail = known_by_mail(self.house.settings, self.channel)
        if incoming.unsure and by_mail:  # perhaps one of ours: told each time that it was not done
            return Answer(UNSURE)
        if not self.strangers.may_be_answered(to, now):
            return Answer(unsaid=True)
        said = STRANGER.format(channel=_quoted(self.channel), to=_quoted(to))
        if incoming.unvouched and by_mail:
            said += BY_MAIL.format(why=incoming.unvouched)
        return Answer(said)

    # ------------------------------------------------------------------------------ reading
    def answer(self, desk: Unit, incoming: Incoming, person: Person, now: datetime) -> Answer:
        """What comes of something that a declared person said; in one transaction."""
        if incoming.sign:
            return self._reaction(desk, incoming, person, now)
        if incoming.verb:
            handle = self._handle(desk, incoming, now)
            if handle is None:
                return Answer(TOO_OLD.format(look=LOOK))
            return self._press(desk, incoming, handle, person, now)
        return chat_words.answer(self, desk, incoming, person, now)

    def _handle(self, desk: Unit, incoming: Incoming, now: datetime) -> Handle | None:
        """What a press is about: by its token, which must have been shown on this channel."""
        if incoming.token:  # never what stands there by now: it may be more than was seen
            found = desk.handle(incoming.token, now)
        else:
            found = desk.handle_of(self.channel, incoming.ref, now) if incoming.ref else None
        return found if found is not None and found.channel == self.channel else None

    def _reaction(self, desk: Unit, incoming: Incoming, person: Person, now: datetime) -> Answer:
        """A reaction that stands for nothing we offer is only a reaction."""
        handle = desk.handle_of(self.channel, incoming.ref, now)
        if handle is None:
            return Answer()
        offered = self.offered(desk, handle)
        button = buttons.button_of(incoming.sign, offered)
        if button is None and is_thumb(incoming.sign) and handle.person == person.name:
            button = next((one for one in offered if one.verb in ("ack", "accept")), None)
        if button is None and self._lost_a_race(desk, incoming.sign, handle, person, now):
            button = buttons.ACK  # it is refused, and that says who has it
        if button is None:
            return Answer()
        return self._press(desk, replace(incoming, verb=button.verb), handle, person, now)

    def _lost_a_race(
        self, desk: Unit, sign: str, handle: Handle, person: Person, now: datetime
    ) -> bool:
        """Did somebody mean to acknowledge what another has just taken? They are told at once; a
        reaction that comes much later is only a reaction."""
        if buttons.button_of(sign, (buttons.ACK,)) is None:
            return False
        shown = self.subjects(desk, handle.about)
        return len(shown) == 1 and any(
            at is not None and now - at <= RACE and by != person.name
            for at, by in (
                (shown[0].acked_at, shown[0].acked_by),
                (shown[0].closed_at, shown[0].closed_by),
            )
        )

    def offered(self, desk: Unit, handle: Handle) -> tuple[Button, ...]:
        """What the message of a handle offers as its subjects stand now."""
        shown = self.subjects(desk, handle.about)
        if len(shown) != 1:
            return (buttons.ACK_ALL,) if shown else ()
        return buttons.buttons(shown[0], handle.person, wanted=handle.wanted)

    # ------------------------------------------------------------------------------ pressing
    def _press(
        self, desk: Unit, incoming: Incoming, handle: Handle, person: Person, now: datetime
    ) -> Answer:
        """Something was pressed: ask for what it takes, else do it to all that was shown."""
        shown = self.subjects(desk, handle.about)
        if not shown:
            return Answer(TOO_OLD.format(look=LOOK))
        if any(isinstance(one, Matter) for one in shown) and handle.person != person.name:
            return Answer(TOO_OLD.format(look=LOOK))
        form = self._form(incoming, shown[0], person, now)
        if form is not None and not incoming.is_filled:
            if self._can_show(form):
                why = refusal(self, desk, form, handle.about, incoming, {}, person, now)
                return Answer(form=form) if why is None else Answer(why[1])
            return dialogues.pressed(self, desk, form, handle.about, incoming, person, now)
        if form is not None and (wrong := _wrong(form, incoming.values)):
            known = _known(form, incoming.values)
            return self.ask(desk, replace(known, wrong=wrong), handle.about, incoming, now)
        if form is not None and (again := self._refused(desk, form, handle, incoming, person, now)):
            return again
        return self.do(desk, incoming, handle.about, person, now)

    def _refused(
        self,
        desk: Unit,
        form: Form,
        handle: Handle,
        incoming: Incoming,
        person: Person,
        now: datetime,
    ) -> Answer | None:
        """The form again where one answer of it would be refused, so that the others are kept."""
        found = refusal(self, desk, form, handle.about, incoming, incoming.values, person, now)
        if found is None or not found[0]:
            return None  # what is refused whatever is answered says so when it is tried
        known = _known(form, incoming.values)
        return self.ask(
            desk, replace(known, wrong={found[0]: found[1]}), handle.about, incoming, now
        )

    def _form(
        self, incoming: Incoming, subject: Subject, person: Person, now: datetime
    ) -> Form | None:
        """What is asked before it is done: what it takes, or whether it is meant."""
        verb, token, rules = incoming.verb, incoming.token, self.house.engine.rules
        found = buttons.form(verb, token, subject, person.name, rules, now)
        if found is not None or self.capabilities.confirms:
            return found
        return buttons.sure(verb, token)

    def _can_show(self, form: Form) -> bool:
        return self.capabilities.forms and len(form.fields) <= self.capabilities.max_fields

    def ask(
        self, desk: Unit, form: Form, about: Sequence[Shown], incoming: Incoming, now: datetime
    ) -> Answer:
        """Show a form again that was filled in with mistakes; where none can be shown, ask in words
        for what is wrong."""
        if self._can_show(form):
            return Answer(form=form)
        name, why = next(iter(form.wrong.items()))
        said = {key: value for key, value in incoming.values.items() if key not in form.wrong}
        field = next(one for one in form.fields if one.name == name)
        asked = dialogues.begin(self, desk, incoming, form, about, said, field, now)
        dropped, _, _ = asked.text.partition(question(field, named(form, about)))
        return replace(asked, text=f"{dropped}{asked_again(field, why, named(form, about))}")

    def do(
        self,
        desk: Unit,
        incoming: Incoming,
        about: Sequence[Shown],
        person: Person,
        now: datetime,
    ) -> Answer:
        """Do it to each subject as it was shown; says what came of each."""
        try:
            action = self._action(incoming, person)
        except ValueError as error:
            return Answer(f"Nothing was done: {error}.")
        told = [self._do(desk, one, action, incoming, now) for one in about]
        return Answer("\n".join(text for text, _ in told), done=any(done for _, done in told))

    def _do(
        self, desk: Unit, shown: Shown, action: Action, incoming: Incoming, now: datetime
    ) -> tuple[str, bool]:
        once = f"{self.channel}|{incoming.id}|{shown.ref}|{incoming.verb}" if incoming.id else None
        action = replace(_as_shown(action, shown, incoming.verb), id=once)
        house = self.house
        why = house.engine.act(desk, shown.ref, action, now)
        after = desk.subject(shown.ref)
        if why is not None or after is None:
            return self._why(desk, shown, action, why or "it is gone"), False
        if incoming.verb in ("note", "comment") and self._is_read_there(desk, incoming, now):
            desk.said_already(shown.ref, self.channel, incoming.ref)
            if after.state is not State.NEW:
                return NOTED.format(shown.ref.spoken.capitalize()), True
        if incoming.verb == "note" and after.state is State.NEW:
            return self._not_acknowledged(desk, after, now), True
        return confirmation(house, desk, _command(incoming.verb), action, after), True

    def _is_read_there(self, desk: Unit, incoming: Incoming, now: datetime) -> bool:
        """Were the words written under a card in a room, where everybody reads them as they are?"""
        if not (incoming.text and incoming.ref and incoming.room):
            return False
        handle = desk.handle_of(self.channel, incoming.ref, now)
        return handle is not None and handle.person is None

    def _not_acknowledged(self, desk: Unit, after: Subject, now: datetime) -> str:
        """A note is no yes, and whoever writes one may think that it is."""
        ref = after.ref
        which = f"ack {ref.number}" if ref.kind == Case.kind else f"ack {ref.spoken}"
        waits = following(after, desk, self.house.engine.rules, now)
        comes = f" Next, {waits[0][0]}: {waits[0][1]}." if waits else ""
        said = f"not acknowledged yet: write `{which}`. Your words are kept as a note."
        return f"{ref.spoken.capitalize()}: {said}{comes}"

    def would_say(
        self,
        desk: Unit,
        shown: Shown,
        verb: str,
        values: Mapping[str, str],
        incoming: Incoming,
        person: Person,
        now: datetime,
    ) -> str:
        """Why nothing would be done, as it is answered; "": it would be."""
        tried = replace(incoming, verb=verb, values=values, is_filled=True)
        try:
            action = self._action(tried, person)
        except ValueError:
            return ""  # what was typed wrong is said of its field
        action = _as_shown(action, shown, verb)
        why = self.house.engine.why_not(desk, shown.ref, action, now)
        return "" if why is None else self._why(desk, shown, action, why)

    def _why(self, desk: Unit, shown: Shown, action: Action, why: str) -> str:
        subject = desk.subject(shown.ref)
        said = in_chat(because(self.house, subject, action, why, desk))
        said = in_full(self.house.settings, said, subject, action)
        name = shown.ref.spoken.capitalize()
        return f"{name}: nothing was done, because {said.removesuffix('.')}."

    def _action(self, incoming: Incoming, person: Person) -> Action:
        """A press and what was filled in, as an action. Raises ValueError for what cannot be."""
        verb, states = MEANS.get(incoming.verb, (incoming.verb, ""))
        values = {key: value.strip() for key, value in incoming.values.items() if value.strip()}
        reason = values.pop("reason", "")
        reason = ": ".join(filter(None, (states, reason)))
        link = values.pop("link", "")
        values.pop(buttons.SURE, None)
        wait = values.pop("wait", None)
        given: dict[str, object] = {
            key: whole(key, value) if key in NUMBERS else value for key, value in values.items()
        }
        return Action(
            Verb(verb.replace("-", "_")),
            person.name,
            reason=" ".join(filter(None, (reason, address(link)))),
            wait=None if wait is None else parse_duration(wait),
            via=self.channel,
            **given,  # type: ignore[arg-type]
        )

    def subjects(self, desk: Unit, about: Sequence[Shown]) -> list[Subject]:
        found = (desk.subject(one.ref) for one in about)
        return [one for one in found if one is not None]


def _as_shown(action: Action, shown: Shown, verb: str) -> Action:
    """An action on a subject as a message showed it."""
    if verb == "note" and shown.ref.kind == Incident.kind:
        # Who talks there has told the public nothing.
        action = replace(action, verb=Verb.COMMENT)
    return replace(action, round=shown.round, seen=shown.asked)


def _command(verb: str) -> str:
    """The name under which what was done is told."""
    if verb == "update":
        return verb
    return MEANS.get(verb, (verb, ""))[0].replace("_", "-")


def _bounded(incoming: Incoming) -> Incoming:
    """Nothing longer than can be kept, nothing that no store takes; what was copied from a message
    of ours, as it was meant there."""
    values = {
        key: encode.cut(as_meant(encode.legible(value, lines=True)), MAX_NOTE_CHARS)
        for key, value in incoming.values.items()
    }
    text = encode.cut(as_meant(encode.legible(incoming.text, lines=True)), MAX_WORDS)
    return replace(incoming, values=values, text=text)


def _wrong(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form as it was filled in, by field."""
    found = ((one.name, wrong_with(one, values.get(one.name, ""))) for one in form.fields)
    return {name: why for name, why in found if why}


def _known(form: Form, values: Mapping[str, str]) -> Form:
    fields = tuple(replace(one, known=values.get(one.name, one.known)) for one in form.fields)
    return replace(form, fields=fields)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
