"""What an alert says of duties: who owns the fix, what its reader may do, what is asked of them.

Pure, like alert: values in, words out.
"""

from escalation import encode
from escalation.alert_views import CaseView, Demand
from escalation.authority import Card

MAX_CARD = 180  # characters, so that the rest of its line is not cut off


def cause(function: str, head: str | None) -> str:
    """The function that owns the fix, with who answers for it: `logistics, Ben`."""
    return f"{function}, {head}" if head else function


def authority(card: Card, who: str, currency: str, above: str) -> str:
    """What somebody may do without asking, and whom to ask beyond it.

    who  `You`, or the shown name of whoever owns the case, where several people read.
    """
    if card.refund is None:
        return f"{who} may: whatever it takes"
    may = [f"refund up to {card.refund:,} {currency}"] if card.refund else []
    if card.promise:
        may.append("promise " + " / ".join(card.promise))
    if not may:
        return f"{who} may promise nothing alone: ask {above}"
    listed = encode.cut(encode.one_line("; ".join(may)), MAX_CARD)
    return f"{who} may: {listed}. Above it ask {above}"


def account(case_cause: str, cost: int | None, money: int | None, currency: str) -> str:
    """What a closed case has cost: `cause logistics, 20 min, 50 EUR`."""
    parts = [f"cause {case_cause}" if case_cause else ""]
    parts += [f"{cost:,} min"] if cost is not None else []
    parts += [f"{money:,} {currency}"] if money is not None else []
    return ", ".join(part for part in parts if part)


def permission(case: CaseView, money: str, reason: str, by: str, follows: str) -> Demand:
    """Permission is asked of the reader: how much, what for, by when, and who is asked then."""
    for_what = f" What for: {reason}" if reason else ""
    much = f" to give up to {money}." if money else "."
    return Demand(
        why=f"{case.owner} asks your permission{much}{for_what}",
        follows=f"Next: grant or refuse{by}, else {follows}",
        command=f"tocsin cases grant {case.number}",
        other=f'tocsin cases refuse {case.number} --reason "WHY"',
    )


def hiding(case: CaseView, who: str, done: str, why: str, where: str) -> Demand:
    """The reader is asked whether it was right to hide something, and may refuse."""
    return Demand(
        why=f"{who} says that we have {done}: {why}.{f' Where: {where}' if where else ''}",
        follows="Next: say whether it was right; until you do it counts as not confirmed",
        command=f"tocsin cases confirm-hid {case.number}",
        other=f'tocsin cases refuse-hid {case.number} --reason "WHY"',
    )


def executive(case: CaseView, since: str, is_owner: bool) -> Demand:
    """The reader hears by rule of what is urgent and not resolved."""
    verb = "claim" if not is_owner else "ack" if case.state == "new" else "resolve"
    return Demand(
        why=f"Urgent since {since} and not resolved: you are told by rule",
        follows="",
        command=f"tocsin cases {verb} {case.number}",
    )
