"""What was asked for beyond an owner's authority, and how it was answered: read from a history.

A case itself knows only the request that runs; what was permitted stands in the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from escalation.decision import ENGINE

PENDING, GRANTED, REFUSED, WITHDRAWN = "pending", "granted", "refused", "withdrawn"
_ANSWERS = {"permission_granted": GRANTED, "permission_refused": REFUSED}


@dataclass(frozen=True, slots=True)
class Permission:
    """One request.

    money    how much of it is money, in whole units of the currency; None: none.
    why      what it was asked for; said: what was typed with the answer.
    outcome  `pending`, `granted`, `refused`, or `withdrawn`: it was not needed any more.
    """

    asked_at: datetime
    asked_by: str
    money: int | None
    why: str
    outcome: str = PENDING
    answered_at: datetime | None = None
    answered_by: str | None = None
    said: str = ""


def permissions(history: Iterable[Mapping[str, Any]]) -> tuple[Permission, ...]:
    """All requests of a case, in order.

    history  its entries in order: `at`, `event`, `actor`, `facts`, `note`.
    """
    found: list[Permission] = []
    for entry in history:
        event, facts = entry["event"], entry["facts"]
        facts = facts if isinstance(facts, dict) else {}
        if event == "permission_asked" and entry["actor"] != ENGINE:
            money = facts.get("permission_money")
            found.append(Permission(entry["at"], entry["actor"], money, entry["note"]))
        elif found and found[-1].outcome == PENDING and facts.get("permission_of", "") is None:
            answered = event in _ANSWERS
            found[-1] = replace(
                found[-1],
                outcome=_ANSWERS.get(event, WITHDRAWN),
                answered_at=entry["at"],
                answered_by=entry["actor"],
                said=entry["note"] if answered else "",
            )
    return tuple(found)


def wanted(one: Permission, currency: str) -> str:
    """What was asked for, in words: `200 EUR`, `200 EUR (a refund)`, `a call back`."""
    if one.money is None:
        return one.why or "more than they may promise alone"
    amount = f"{one.money:,} {currency}"
    return f"{amount} ({one.why})" if one.why else amount
