"""One person over several accounts, as far as they or we were told; and what came before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escalation import encode
from listener.mention import ANONYMOUS
from listener.selves import claims
from tocsin.speaker import spoken
from tocsin.store import Unit
from tocsin.store.people import Account, Earlier, Linked, Remark

LOOKED_OVER = timedelta(days=90)


class NoAccount(ValueError):
    """An account was not found, or several were. The text says what to write."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An author says that another account, which has been heard here too, is theirs."""

    remark: Remark
    other: Account


def called(account: Account) -> str:
    """An account as it is written and read: `bluesky:@ann`."""
    return f"{account.platform}:@{encode.one_line(account.handle).removeprefix('@')}"


def find(desk: Unit, name: str) -> Account:
    """The account that is meant by `bluesky:@ann`, or by `@ann` where one platform has it. Raises
    NoAccount."""
    platform, colon, handle = name.partition(":")
    # A native id may hold a colon of its own, such as did:plc:…
    found = list(desk.authors_called(handle, platform.lower())) if colon and handle else []
    found = found or list(desk.authors_called(name, None))
    found = [row for row in found if desk.account(row["id"]).platform != ANONYMOUS]
    if not found:
        raise NoAccount(f"No account {name} is known here. Write for example bluesky:@ann.")
    if len(found) > 1:
        known = ", ".join(called(desk.account(row["id"])) for row in found[:10])
        raise NoAccount(f"{name} is more than one account: {known}. Name its platform.")
    return desk.account(found[0]["id"])


def proposals(desk: Unit, now: datetime) -> Iterator[Proposal]:
    """What people said of their own other accounts in the last 90 days, that is not kept yet."""
    seen = set()
    for remark in desk.remarks_since(now - LOOKED_OVER):
        if remark.author.platform == ANONYMOUS:
            continue  # who did not want to be known is joined to nobody, whatever they wrote
        for claim in claims(remark.text):
            for row in desk.authors_called(claim.handle, claim.platform):
                pair = (remark.author.id, row["id"])
                if pair in seen or row["id"] in desk.accounts_of(remark.author.id):
                    continue
                seen.add(pair)
                yield Proposal(remark, desk.account(row["id"]))


def link_row(one: Linked) -> dict[str, Any]:
    """A link as JSON."""
    return {
        "one": called(one.one),
        "other": called(one.other),
        "where": one.place,
        "when": one.at.isoformat(timespec="seconds"),
        "by": one.person,
    }


def link_said(one: Linked, zone: ZoneInfo) -> str:
    """A link as a person reads it."""
    where = encode.one_line(one.place)
    at = spoken(one.at, zone)
    return f"{called(one.one)} = {called(one.other)}: {where} (kept by {one.person}, {at})"


def earlier_row(one: Earlier) -> dict[str, Any]:
    """An earlier case as JSON."""
    return {
        "case": one.case,
        "brand": one.brand,
        "topic": one.topic,
        "opened_at": one.opened_at.isoformat(timespec="seconds"),
        "closed_at": one.closed_at and one.closed_at.isoformat(timespec="seconds"),
        "outcome": one.outcome,
        "replied": one.replied,
        "account": called(Account(0, one.platform, one.handle)),
    }


def earlier_said(found: Sequence[Earlier], zone: ZoneInfo) -> Iterator[str]:
    """Earlier complaints of the same person, and how they ended, for a person to read."""
    if found:
        yield "earlier complaints of this person:"
    for one in found:
        about = f"{one.brand}: {one.topic}" if one.topic else one.brand
        replied = "we replied" if one.replied else "no reply of ours"
        account = called(Account(0, one.platform, one.handle))
        yield (
            f"    case {one.case}  {spoken(one.opened_at, zone)}  {about}  "
            f"{one.outcome or 'still open'}, {replied}  {account}"
        )


def history_in_brief(found: Sequence[Earlier]) -> Iterator[str]:
    """The same in a few words for an alert; nothing where there is none."""
    if not found:
        return
    unanswered = sum(not one.replied for one in found)
    last = found[0]
    yield (
        f"{len(found)} earlier case{'' if len(found) == 1 else 's'} of this person, "
        f"{unanswered} without a reply of ours; the last, case {last.case}, "
        f"{last.outcome or 'is still open'}"
    )
