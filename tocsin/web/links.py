"""What a link does that a letter carries: it shows one case, and does one thing with it, once.

Whoever has the link acts as the person to whom it was sent. It is of use as long as the round
runs in which it was sent. Fetching it changes nothing: mail scanners fetch every link there is.
"""

import hmac
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from config import Person
from escalation import buttons, encode, requested
from escalation.channel import Button, Capabilities, Weight
from escalation.conversation import Answer, FieldKind, Form, FormField, Incoming
from escalation.decision import Verb
from escalation.subject import Case, Matter, State, Subject
from tocsin.answering import Answering
from tocsin.questions import wrong_with
from tocsin.speaker import spoken
from tocsin.store import Unit
from tocsin.store.handles import LINK, Handle
from tocsin.trail import BY_LINK
from tocsin.web import pages
from tocsin.web.showing import Showing, goes_on, named
from tocsin.wiring import House

# What a link may do, as its buttons say it; all else, above all closing and money, asks who it is.
_LABELS = {"ack": "acknowledge", "accept": "accept", "decline": "decline", "snooze": "snooze"}
MAY = tuple(_LABELS)
CLOSE = "resolve"
SEEN_FOR = timedelta(hours=12)  # how long a page that was opened may be pressed
PRESSED_LATE = "This page was opened too long ago, or not here. Look at it as it is now."
NOT_OFFERED = "That cannot be done by this link. What can be done is below."
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SEAL = re.compile(r"([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)
COMMENT = FormField("comment", "Comment, if you like", FieldKind.TEXT, most=1000)
NOTE = Form(
    "note",
    "",
    "Comment only",
    (FormField("reason", "Comment", FieldKind.TEXT, needed=True, most=1000),),
)


@dataclass(frozen=True, slots=True)
class Open:
    """A link that may be used: what it is about, and as whom."""

    token: str
    handle: Handle
    person: Person
    subject: Subject


class _Undone(Exception):
    """Nothing of it was done; the text says why. tried: the form as it was filled in."""

    def __init__(self, why: str, tried: Form) -> None:
        super().__init__(why)
        self.tried = tried


class Links:
    """The links of one house. Several threads may use it."""

    def __init__(self, house: House) -> None:
        self.address = house.settings.links
        self._house = house
        self._showing = Showing(house.engine)
        self._answering = Answering(house, BY_LINK, Capabilities(forms=True))
        # Lost at a restart: then a page that is open is shown anew before it can be pressed.
        self._secret = bytes.fromhex(house.randomness.token(32))

    def look(self, token: str) -> pages.Page:
        """The page behind a link. Changes nothing."""
        now = self._house.clock.now()
        with self._house.store.read() as desk:
            found = self._find(desk, token, now, asked=200)
            return found if isinstance(found, pages.Page) else self._page(desk, found, now)

    def press(self, token: str, given: Mapping[str, str]) -> pages.Page:
        """Do what was filled in, once; returns the page that says what came of it."""
        now = self._house.clock.now()
        store = self._house.store
        try:
            return store.write(lambda desk: self._press(desk, token, given, now))
        except _Undone as undone:
            with store.read() as desk:
                found = self._find(desk, token, now, asked=409)
                if isinstance(found, pages.Page):
                    return found
                told, tried = str(undone), undone.tried
                return self._page(desk, found, now, status=409, told=told, tried=tried)

    # ------------------------------------------------------------------------------ finding
    def _find(self, desk: Unit, token: str, now: datetime, *, asked: int) -> Open | pages.Page:
        """What a link stands for, else the page that says why it is of no use.

        asked  status of a page that says that it was used.
        """
        handle = desk.handle(token, now) if _TOKEN.fullmatch(token) else None
        if handle is None or handle.way != LINK or not handle.about:
            return pages.unknown()
        person = self._person(handle)
        subject = desk.subject(handle.about[0].ref)
        if isinstance(subject, Matter):
            return pages.unknown()
        if handle.used_at is not None:
            return self._used(handle, subject, asked)
        is_over = subject is None or not subject.is_open or subject.round != handle.about[0].round
        if person is None or subject is None or is_over:
            return pages.expired()
        return Open(token, handle, person, subject)

    def _person(self, handle: Handle) -> Person | None:
        """Whose link it is; None: somebody who is not there any more."""
        people = self._house.settings.people
        return next((one for one in people if one.name == handle.person and one.active), None)

    def _used(self, handle: Handle, subject: Subject | None, status: int) -> pages.Page:
        assert handle.used_at is not None
        people = {one.name: one for one in self._house.settings.people}
        person = people.get(handle.used_by or "")
        zone = self._house.settings.zone_of(person or self._house.settings.people[0])
        return pages.used(
            who=person.shown_name if person else handle.used_by or "",
            at=spoken(handle.used_at, zone),
            did=handle.used_for or "",
            subject=handle.about[0].ref.spoken,
            status=status,
            named="" if subject is None else named(subject),
            commands=() if subject is None else goes_on(subject, handle.used_by or ""),
        )

    # ------------------------------------------------------------------------------ showing
    def _page(
        self,
        desk: Unit,
        found: Open,
        now: datetime,
        *,
        status: int = 200,
        told: str = "",
        tried: Form | None = None,
    ) -> pages.Page:
        """The case with what can be done. tried: a form with what is wrong with it."""
        subject, person = found.subject, found.person
        forms = (
            tried if tried is not None and tried.verb == one.verb else one
            for one in self._forms(desk, found, now)
        )
        return pages.subject(
            self._showing.message(desk, subject, person, found.handle.wanted, now),
            trail=self._showing.trail(desk, subject, person, now),
            forms=tuple(forms),
            seal=self._seal(found.token, now),
            acts_as=person.shown_name,
            elsewhere=_elsewhere(found, self._answering.offered(desk, found.handle)),
            told=told,
            status=status,
        )

    def _forms(self, desk: Unit, found: Open, now: datetime) -> tuple[Form, ...]:
        """What can be done by this link as its subject stands, the most likely first."""
        subject, name, seen = found.subject, found.person.name, found.handle.about[0].asked
        rules = self._house.engine.rules
        forms = []
        offered = self._answering.offered(desk, found.handle)
        if buttons.ACK in offered and isinstance(subject, Case):
            offered = (*offered, buttons.SNOOZE)  # a link works once: it does both
        for button in offered:
            if button.verb not in MAY or requested.is_another(subject, Verb(button.verb), seen):
                continue  # what the letter did not ask, as a later offer, is not answered by it
            if button != buttons.SNOOZE or _may_snooze(subject, name):
                asked = buttons.form(button.verb, "", subject, name, rules, now)
                fields = asked.fields if asked else (COMMENT,)
                title = " and ".join(_LABELS[verb] for verb in _steps(button.verb, subject))
                forms.append(Form(button.verb, "", title.capitalize(), fields))
        return (*forms, NOTE)

    # ------------------------------------------------------------------------------ pressing
    def _press(self, desk: Unit, token: str, given: Mapping[str, str], now: datetime) -> pages.Page:
        found = self._find(desk, token, now, asked=409)
        if isinstance(found, pages.Page):
            return found
        forms = {one.verb: one for one in self._forms(desk, found, now)}
        form = forms.get(given.get("do", ""))
        was_seen = self._was_seen(token, given.get("seen", ""), now)
        if form is None:
            status, told = (409, NOT_OFFERED) if was_seen else (403, PRESSED_LATE)
            return self._page(desk, found, now, status=status, told=told)
        values = {one.name: _read(given.get(one.name, "")) for one in form.fields}
        wrong = _wrong(form, values)
        tried = pages.filled(form, values, wrong)  # whatever comes of it, nothing typed is lost
        if not was_seen:
            return self._page(desk, found, now, status=403, told=PRESSED_LATE, tried=tried)
        if wrong:
            told = f"Nothing was done. {pages.reasons(tried)}"
            return self._page(desk, found, now, status=422, told=told, tried=tried)
        return self._do(desk, found, tried, values, now)

    def _do(
        self, desk: Unit, found: Open, form: Form, values: dict[str, str], now: datetime
    ) -> pages.Page:
        """Do it, and note that the link was used. Raises _Undone, which uses nothing up."""
        comment = values.pop("comment", "")
        said = [
            self._act(desk, found, form, verb, values if verb == form.verb else {}, now)
            for verb in _steps(form.verb, found.subject)
        ]
        if comment:  # one that was noted before is left out, and undoes nothing
            self._answer(desk, found, NOTE.verb, {"reason": comment}, now)
        desk.use(found.handle.hash, found.person.name, form.verb, now)
        commands = goes_on(found.subject, found.person.name)
        return pages.done(said[-1], named=named(found.subject), commands=commands)

    def _act(
        self,
        desk: Unit,
        found: Open,
        form: Form,
        verb: str,
        values: Mapping[str, str],
        now: datetime,
    ) -> str:
        answer = self._answer(desk, found, verb, values, now)
        if not answer.done:
            raise _Undone(answer.text, form)
        return answer.text

    def _answer(
        self, desk: Unit, found: Open, verb: str, values: Mapping[str, str], now: datetime
    ) -> Answer:
        """As if it were pressed in a chat: held against what the letter showed."""
        asked = Incoming("", (found.person.name,), verb=verb, values=values, is_filled=True)
        return self._answering.do(desk, asked, found.handle.about[:1], found.person, now)

    # ------------------------------------------------------------------------------ sealing
    def _seal(self, token: str, now: datetime) -> str:
        """Proof that a page was opened, when, and for which link."""
        at = int(now.timestamp())
        return f"{at}.{self._signed(at, token)}"

    def _was_seen(self, token: str, seal: str, now: datetime) -> bool:
        read = _SEAL.fullmatch(seal)
        if read is None:
            return False
        at = int(read[1])
        is_fresh = 0 <= now.timestamp() - at <= SEEN_FOR.total_seconds()
        return hmac.compare_digest(self._signed(at, token), read[2]) and is_fresh

    def _signed(self, at: int, token: str) -> str:
        return hmac.new(self._secret, f"{at}|{token}".encode(), sha256).hexdigest()


def _may_snooze(subject: Subject, name: str) -> bool:
    return not subject.safety and (subject.state is State.NEW or subject.owner == name)


def _steps(verb: str, subject: Subject) -> tuple[str, ...]:
    """What is done, in order: only what is acknowledged is put off, and a link works once."""
    both = verb == buttons.SNOOZE.verb and subject.state is State.NEW
    return (buttons.ACK.verb, verb) if both else (verb,)


def _read(value: str) -> str:
    """What was typed, as it may be kept: browsers send line ends as CR LF."""
    return encode.legible(value, lines=True).strip()


def _wrong(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    found = ((one.name, wrong_with(one, values[one.name])) for one in form.fields)
    return {name: why for name, why in found if why}


def _elsewhere(found: Open, offered: Sequence[Button]) -> tuple[str, ...]:
    """Commands for what a link may not do: to look, what the letter asks for, and to close."""
    asked = [one.verb for one in offered[:2]] if offered and _is_beyond(offered[0]) else []
    return tuple(_command(found.subject, verb, found.person) for verb in ("show", *asked, CLOSE))


def _is_beyond(button: Button) -> bool:
    return button.weight is Weight.MAIN and button.verb not in MAY


def _command(subject: Subject, verb: str, person: Person) -> str:
    who = "" if verb == "show" else f" --as {shlex.quote(person.name)}"
    return f"tocsin {subject.kind}s {verb} {subject.number}{who}"
