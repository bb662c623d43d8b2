"""What a case's alert and page say of duties: who owns the fix, who may do what, who is asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from config import spell_duration
from escalation import alert_duties, authority, clocks, functions, hiding, permission
from escalation.alert_views import CaseView, Demand, Reader, clock
from escalation.decision import TimerKind
from escalation.rules import Rules
from escalation.subject import Case
from tocsin.store import Unit


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of one case, at one instant. `shown`: a person's name as people call them."""

    case: Case
    rules: Rules
    shown: Callable[[str], str]
    now: datetime

    def on(self, view: CaseView, reader: Reader) -> CaseView:
        """A view with both duties, and what the reader may do; in a room, what the owner may."""
        return replace(
            view,
            cause=self.cause,
            authority=self.authority(reader.name),
            waits=self._waits(reader),
            account=self._account,
        )

    @property
    def cause(self) -> str:
        """Which function owns the fix, and who answers for it."""
        function = functions.function_of(self.case, self.rules)
        head = functions.head_of(function, self.rules, self.now)
        name = functions.shown_name(function, self.rules)
        return alert_duties.cause(name, head and self.shown(head))

    def authority(self, reader: str | None) -> str:
        """What a reader may do without asking, None: the owner; "" where the team has not said."""
        case, rules = self.case, self.rules
        if not case.is_open or not authority.are_declared(case, rules):
            return ""
        person = reader or case.owner
        card = authority.card_of(person, case, rules, self.now)
        beyond = None if card.refund is None else card.refund + 1
        above = authority.above(replace(case, owner=person), beyond, rules, self.now)[0]
        who = "You" if reader else self.shown(person)
        return alert_duties.authority(card, who, rules.settings.currency, self.shown(above))

    def demand(self, desk: Unit, view: CaseView, what: str, reader: Reader) -> Demand | None:
        """What a page asks of its reader, where that is not to acknowledge.

        what was typed with it is shown where the customer's words may be, and nowhere else.
        """
        case = self.case
        if what == permission.ASKED and case.permission_of is not None:
            reason = desk.last_note(str(case.ref), "permission_asked") if view.verbatim else ""
            due = desk.dues(case.ref).get(TimerKind.PERMISSION)
            by = f" by {clock(due, reader, self.now)}" if due else ""
            following = permission.following(case, self.rules, self.now)
            again = following == case.permission_of
            follows = "you are asked again" if again else f"{self.shown(following)} is asked"
            return alert_duties.permission(view, self._money, reason, by, follows)
        if what == hiding.ASKED and case.hid_of == reader.name:
            who, done = self.shown(str(case.hid_by)), hiding.WHAT.get(case.hid_what or "", "hidden")
            where = desk.last_note(str(case.ref), "hid") if view.verbatim else ""
            why = hiding.WHY.get(case.hid_why or "", "")
            return alert_duties.hiding(view, who, done, why, where)
        if what == clocks.TOLD and case.urgent_since is not None:
            since = clock(case.urgent_since, reader, self.now)
            return alert_duties.executive(view, since, reader.name == case.owner)
        return None

    @property
    def rows(self) -> dict[str, Any]:
        """What a case's page says of duties, beside its own fields."""
        waited = permission.waited(self.case, self.now)
        return {
            "owner_of_the_reply": self.shown(self.case.owner),
            "owner_of_the_fix": self.cause,
            "owner_may": self.authority(None),
            "waited_for_permission": spell_duration(waited) if waited else "",
        }

    def _waits(self, reader: Reader) -> str:
        said = (self._permission(reader), self._hidden)
        return ". ".join(one for one in said if one)

    def _permission(self, reader: Reader) -> str:
        case = self.case
        waited = permission.waited(case, self.now)
        if case.permission_of is not None and case.permission_at is not None:
            since = clock(case.permission_at, reader, self.now)
            return f"Waits for permission of {self.shown(case.permission_of)} since {since}"
        return f"Waited {spell_duration(waited)} for permission" if waited else ""

    @property
    def _hidden(self) -> str:
        case = self.case
        if case.hid_of is None:
            return ""
        what = hiding.WHAT.get(case.hid_what or "", "hidden").capitalize()
        return f"{what} by {self.shown(str(case.hid_by))}, not confirmed by anybody else yet"

    @property
    def _account(self) -> str:
        case = self.case
        if case.is_open or case.cause is None:
            return ""
        function = functions.shown_name(case.cause, self.rules)
        currency = self.rules.settings.currency
        return alert_duties.account(function, case.cost, case.money, currency)

    @property
    def _money(self) -> str:
        money = self.case.permission_money
        return f"{money:,} {self.rules.settings.currency}" if money else ""
