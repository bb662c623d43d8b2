"""What a notice says: one sentence for each reason to tell somebody something."""

from collections.abc import Mapping

from escalation.alert import how_to
from escalation.alert_views import Reader
from escalation.subject import Case, Ref

# {who} is the shown name of the person whom the notice speaks of.
NOTICES: Mapping[str, str] = {
    "climbed": "Nobody acknowledged in time. {who} is being asked now.",
    "let_climb": "It was let climb before its time. {who} is being asked now.",
    "taken": "{who} has taken it. Nothing is left for you to do.",
    "closed": "{who} has closed it. Nothing is left for you to do.",
    "remind": "You acknowledged it and nothing has happened since. Reply, add a note, hand it "
    "over or resolve it; else the next step is asked.",
    "taken_back": "Nothing had happened since you acknowledged it, so the next step was asked.",
    "offered": "{who} offers it to you. Accept or decline; until then it stays where it is.",
    "accepted": "Your offer was accepted.",
    "offer_returned": "{who} did not take it over. It is yours.",
    "offer_not_taken": "{who} did not take it over. It stays with its owner.",
    "offer_withdrawn": "It is not on offer to you any more. Nothing is left for you to do.",
    "replied": "We have replied to the customer. Nothing is left for you to do.",
    "reply_deleted": "Our reply was deleted, and there is no other. The customer waits.",
    "merged": "It is part of another incident now. Nothing is left for you to do here.",
    "band_raised": "It has become more urgent.",
    "cause_wanted": "The customer has been quiet for three days. Say what caused it, to close it.",
    "withdrawn": "The author has deleted every post of it. It may be closed as withdrawn.",
    "erased": "Its author asked us to erase every post of it, and we did. It may be closed as "
    "withdrawn.",
    "breached_first_reply": "The time for a first reply is over. {who} owns it.",
    "breached_next_reply": "The time for the next reply is over. {who} owns it.",
    "breached_resolve": "The time to resolve it is over. {who} owns it.",
    "breached": "A time that the customer was promised is over, so the next step was asked: {who}.",
    "update_due": "A public update is due.",
    "update_missing": "No public update was posted in time. {who} owns it.",
    "contained": "The storm is contained. Its cases page for themselves again.",
    "cause_named": "{who} says that your function caused it: the fix is yours, the reply is not.",
    "permission_asked": "Your permission is asked: grant or refuse it.",
    "executive_told": "It is urgent and not resolved, so that you are told by rule.",
    "permission_climbed": "Nobody answered the request for permission in time. {who} is asked now.",
    "permission_granted": "{who} permits what was asked for.",
    "permission_refused": "{who} does not permit what was asked for.",
    "permission_withdrawn": "It is closed; the permission that was asked of you is not needed.",
    "hid": "{who} says that something of it was hidden, deleted or blocked.",
    "hid_asked": "Say whether it was right to hide it: confirm-hid or refuse-hid.",
    "hid_confirmed": "{who} confirms that it was right to hide it.",
    "hid_refused": "{who} says that it was not right to hide it. Show it again where you can.",
    "mended": "It works again.",
}

# What asks something else than to acknowledge: the commands that say yes and, with a reason, no.
ANSWERS: Mapping[str, tuple[str, str]] = {
    "hid_asked": ("confirm-hid", "refuse-hid"),
    "permission_asked": ("grant", "refuse"),
    "offered": ("accept", "decline"),
}

# Told even while a storm pages for the case: they answer what a person asked, name a duty, or say
# that what somebody works on is, or is about to be, another's.
ALWAYS_TOLD = frozenset(
    name
    for name in NOTICES
    if name.startswith(("permission_", "cause_named", "hid"))
    or name in ("remind", "taken_back", "breached")
)


def sentence(what: str, who: str) -> str:
    """The sentence of a notice. Raises KeyError for one that nobody wrote."""
    return NOTICES[what].format(who=who or "Somebody")


def how_to_answer(what: str, ref: Ref, reader: Reader, *, heard: bool) -> str:
    """Both commands of what asks something. heard: they can be written where it is read."""
    yes, no = ANSWERS[what]
    if heard:
        name = str(ref.number) if ref.kind == Case.kind else f"{ref.kind} {ref.number}"
        return f"Write: {yes} {name} · Or: {no} {name} WHY"
    command = f"tocsin {ref.kind}s"
    other = f'{command} {no} {ref.number} --reason "WHY"'
    return how_to(f"{command} {yes} {ref.number}", reader, other)
