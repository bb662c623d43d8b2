"""What goes into the thread of a card: a conversation about a case or an incident, one line for
each thing that happened. Pure.

A reply is queued with the decision that it tells of, and put into words when it is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from config import Contact
from escalation.channel import Purpose
from escalation.decision import ENGINE
from escalation.desk import Outgoing
from escalation.ledger import Entry
from escalation.subject import Incident, Ref

POST = "post"  # a further post of the customer; `Outgoing.about` is our id of it
MORE = "more"  # how many replies were left out; `Outgoing.nth` is their number
NOTED, COMMENTED = "noted", "commented"
TYPED = (NOTED, COMMENTED)  # whose words are shown
MOST = 30  # replies under one card within AN_HOUR; what comes on top is counted, in one line
AN_HOUR = timedelta(hours=1)
GATHER = timedelta(seconds=30)  # for what is too old to be told one by one, to be counted

# By the ledger's event. {who} did it, {owner} is the owner after it, {to} whom it was offered to.
_BY_HAND: Mapping[str, str] = {
    NOTED: "Note by {who}",
    COMMENTED: "Note by {who}",
    "brand_reply": "{who} says that we replied.",
    "offered": "{who} offers it to {to}.",
    "accepted": "{who} has taken it over.",
    "offer_returned": "{who} did not take it over.",
    "claimed": "{who} has taken it.",
    "assigned": "{who} gave it to {owner}.",
    "rerouted": "{who} gave it to another team: {owner} is asked.",
    "permission_granted": "{who} permits what was asked for.",
    "permission_refused": "{who} does not permit what was asked for.",
    "closed": "{who} closed it.",
    "reopened": "{who} reopened it.",
    "incident_storm": "{who} declared a storm.",
    "incident_contained": "{who} called it contained.",
    "incident_closed": "{who} closed it.",
    "incident_dismissed": "{who} dismissed it: there is nothing in it.",
    "incident_merged": "{who} merged it into another incident.",
}
_BY_ITSELF: Mapping[str, str] = {
    "brand_reply": "Our public reply was seen.",
    "brand_reply_deleted": "Our public reply was deleted.",
    "taken_back": "Nothing had happened: it was taken back, and {owner} is asked.",
    "offer_returned": "The offer was not answered in time; it stays with {owner}.",
    "returned_to_lead": "It went to and fro: {owner} is asked.",
    "closed": "The customer was quiet: it closed by itself.",
    "incident_storm": "It has become a storm.",
    "incident_contained": "It has calmed down: it is contained.",
}
_UPDATE = "Public update, says {who}"  # what a note of an incident is


def is_told(event: str, actor: str) -> bool:
    """Does an entry of the ledger go into the thread?"""
    return event in (_BY_ITSELF if actor == ENGINE else _BY_HAND)


def sentence(ref: Ref, event: str, actor: str, who: str, owner: str, to: str) -> str:
    """What is said of an entry. Raises KeyError for one that is not told."""
    words = (_BY_ITSELF if actor == ENGINE else _BY_HAND)[event]
    words = _UPDATE if (ref.kind, event) == (Incident.kind, NOTED) else words
    return words.format(who=who, owner=owner, to=to)


def about_entry(entry: Entry) -> str:
    """How a reply names the entry of the ledger that it tells of."""
    return f"{entry.chain} {entry.number}"


def entry_of(about: str) -> tuple[str, int]:
    """The chain and number of the entry that a reply tells of."""
    chain, _, number = about.rpartition(" ")
    return chain, int(number)


def replies(
    ref: Ref, rooms: Sequence[Contact], what: str, about: str, now: datetime
) -> Iterator[Outgoing]:
    """A reply under a card, for each room that has one; the same twice is one."""
    for room in rooms:
        yield Outgoing(
            key=f"reply|{ref}|{what}|{about}|{room.channel}|{room.to}",
            purpose=Purpose.REPLY,
            ref=ref,
            channel=room.channel,
            to=room.to,
            due=now,
            what=what,
            about=about,
        )
