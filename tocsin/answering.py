"""What people press and write in a chat: who they are, what they mean, and what is answered.

Whoever is not declared can do nothing and is told so. A press is held against what its message
showed: the exact subjects, each in the round it was in. The same press that comes five times is
done once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from config import Person, parse_duration
from escalation import buttons, encode
from escalation.buttons import MEANS
from escalation.channel import Button, Capabilities
from escalation.conversation import MAX_WORDS, Answer, FieldKind, Form, FormField, Incoming
from escalation.decision import Action, Verb
from escalation.numbers import MOST_INTEGER
from escalation.subject import Matter, Subject
from tocsin import chat_words
from tocsin.confirming import confirmation
from tocsin.refusals import because
from tocsin.store import Unit
from tocsin.store.handles import Dialogue, Handle, Shown
from tocsin.store.ledger import MAX_NOTE_CHARS
from tocsin.strangers import Strangers
from tocsin.wiring import House

STRANGER = (
    "Tocsin does not know you here, so nothing was done. Ask whoever keeps tocsin.toml to add "
    "this contact to your name: {{ channel = {channel}, to = {to} }}"
)
TOO_OLD = "This message is older than what Tocsin remembers of it; nothing was done. {look}"
LOOK = "Write `cases` to see what is open with you."
_NUMBERS = ("cost", "money")


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
            return self._stranger(incoming.who, now)
        incoming = _bounded(incoming)
        return self.house.store.write(lambda desk: self._answer(desk, incoming, person, now))

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

    def _stranger(self, who: Sequence[str], now: datetime) -> Answer:
        """How to be declared, told seldom: whoever is declared waits for nobody else."""
        to = encode.cut(encode.one_line(who[0]), 100) if who else ""
        if not self.strangers.may_be_answered(to, now):
            return Answer(unsaid=True)
        return Answer(STRANGER.format(channel=_quoted(self.channel), to=_quoted(to)))

    # ------------------------------------------------------------------------------ reading
    def _answer(self, desk: Unit, incoming: Incoming, person: Person, now: datetime) -> Answer:
        if incoming.sign:
            return self._reaction(desk, incoming, person, now)
        if incoming.verb:
            handle = self._handle(desk, incoming)
            if handle is None:
                return Answer(TOO_OLD.format(look=LOOK))
            return self._press(desk, incoming, handle, person, now)
        return chat_words.answer(self, desk, incoming, person, now)

    def _handle(self, desk: Unit, incoming: Incoming) -> Handle | None:
        """What a press is about: by its token, which must have been shown on this channel."""
        if incoming.token:  # never what stands there by now: it may be more than was seen
            found = desk.handle(incoming.token)
        else:
            found = desk.handle_of(self.channel, incoming.ref) if incoming.ref else None
        return found if found is not None and found.channel == self.channel else None

    def _reaction(self, desk: Unit, incoming: Incoming, person: Person, now: datetime) -> Answer:
        """A reaction that stands for nothing we offer is only a reaction."""
        handle = desk.handle_of(self.channel, incoming.ref)
        if handle is None:
            return Answer()
        offered = self.offered(desk, handle)
        button = buttons.button_of(incoming.sign, offered)
        if button is None:
            return Answer()
        return self._press(desk, replace(incoming, verb=button.verb), handle, person, now)

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
        form = buttons.form(
            incoming.verb, incoming.token, shown[0], person.name, self.house.engine.rules, now
        )
        if form is not None and not incoming.is_filled:
            return self.ask(desk, form, handle.about, incoming, now)
        if form is not None and (wrong := _wrong(form, incoming.values)):
            known = _known(form, incoming.values)
            return self.ask(desk, replace(known, wrong=wrong), handle.about, incoming, now)
        return self.do(desk, incoming, handle.about, person, now)

    def ask(
        self, desk: Unit, form: Form, about: Sequence[Shown], incoming: Incoming, now: datetime
    ) -> Answer:
        """Show a form where a press can open one; else ask for it in words, one by one."""
        can = self.capabilities
        if can.forms and incoming.verb and len(form.fields) <= can.max_fields:
            return Answer(form=form)
        name, why = next(iter(form.wrong.items()), (form.fields[0].name, ""))
        said = {key: value for key, value in incoming.values.items() if key not in form.wrong}
        waiting = Dialogue(form.verb, tuple(about), said, name)
        desk.ask(self.channel, incoming.who[0], waiting, now)
        field = next(one for one in form.fields if one.name == name)
        return Answer(f"{why} {chat_words.question(field)}".strip(), asks=True)

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
        name = f"{shown.ref.spoken.capitalize()}"
        once = f"{self.channel}|{incoming.id}|{shown.ref}|{incoming.verb}" if incoming.id else None
        action = replace(action, round=shown.round, id=once)
        house = self.house
        why = house.engine.act(desk, shown.ref, action, now)
        after = desk.subject(shown.ref)
        if why is not None or after is None:
            said = because(house, after, action, why or "it is gone", desk)
            return f"{name}: nothing was done, because {said.removesuffix('.')}.", False
        return confirmation(house, desk, _command(incoming.verb), action, after), True

    def _action(self, incoming: Incoming, person: Person) -> Action:
        """A press and what was filled in, as an action. Raises ValueError for what cannot be."""
        verb, states = MEANS.get(incoming.verb, (incoming.verb, ""))
        values = {key: value.strip() for key, value in incoming.values.items() if value.strip()}
        reason = values.pop("reason", "") or states
        link = values.pop("link", "")
        wait = values.pop("wait", None)
        given: dict[str, object] = {
            key: _whole(key, value) if key in _NUMBERS else value for key, value in values.items()
        }
        return Action(
            Verb(verb.replace("-", "_")),
            person.name,
            reason=" ".join(filter(None, (reason, _address(link)))),
            wait=None if wait is None else parse_duration(wait),
            via=self.channel,
            **given,  # type: ignore[arg-type]
        )

    def subjects(self, desk: Unit, about: Sequence[Shown]) -> list[Subject]:
        found = (desk.subject(one.ref) for one in about)
        return [one for one in found if one is not None]


def _command(verb: str) -> str:
    """The name under which what was done is told."""
    if verb == "update":
        return verb
    return MEANS.get(verb, (verb, ""))[0].replace("_", "-")


def _bounded(incoming: Incoming) -> Incoming:
    """Nothing longer than can be kept, nothing that no store takes."""
    values = {
        key: encode.cut(encode.legible(value, lines=True), MAX_NOTE_CHARS)
        for key, value in incoming.values.items()
    }
    text = encode.cut(encode.legible(incoming.text, lines=True), MAX_WORDS)
    return replace(incoming, values=values, text=text)


def _wrong(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form as it was filled in, by field."""
    found = ((one.name, wrong_with(one, values.get(one.name, ""))) for one in form.fields)
    return {name: why for name, why in found if why}


def wrong_with(field: FormField, value: str) -> str:
    """What is wrong with one answer; "": nothing."""
    value = value.strip()
    if not value:
        return "An answer is needed." if field.needed else ""
    if len(value) > field.most:
        return f"At most {field.most} characters are kept."
    if field.kind is FieldKind.CHOICE and value not in {name for name, _ in field.choices}:
        names = ", ".join(name for name, _ in field.choices[:20])
        return f"Choose one of: {names}{f' ({field.hint})' if field.hint else ''}."
    try:
        if field.name == "wait":
            parse_duration(value)
        elif field.name == "link":
            _address(value)
        elif field.name in _NUMBERS:
            _whole(field.name, value)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:].removesuffix('.')}."
    return ""


def _known(form: Form, values: Mapping[str, str]) -> Form:
    fields = tuple(replace(one, known=values.get(one.name, one.known)) for one in form.fields)
    return replace(form, fields=fields)


def _whole(name: str, value: str) -> int:
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise ValueError("write a whole number, 0 or more")
    number = int(digits)
    if number > MOST_INTEGER:
        raise ValueError(f"that is too large; at most {MOST_INTEGER}")
    return number


def _address(value: str) -> str:
    if value and (not value.lower().startswith(("https://", "http://")) or len(value.split()) != 1):
        raise ValueError('that is no address; write for example "https://example.com/reply"')
    return value


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
