"""What people can do to cases, incidents and faults from the command line: one table.

Each row is a command. Its options are built from the row, so that all three groups share one
implementation and `--help` is whole.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Given:
    """An option of a command.

    field   what it fills of escalation.decision.Action; `link` is added to the reason.
    whole   a whole number from `least` on, else text.
    needed  the command is not tried without it.
    """

    field: str
    flag: str
    says: str
    whole: bool = False
    least: int = 0
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A command that acts: its name, the verb of escalation.decision.Verb, and its options."""

    name: str
    verb: str
    says: str
    options: tuple[Given, ...] = ()

    @property
    def kinds(self) -> bool:
        """Does it say of which kind it is?"""
        return KIND in self.options


def needed(option: Given) -> Given:
    """The same option, which cannot be left out."""
    return replace(option, needed=True)


REASON = Given("reason", "--reason", "Why, in a few words.")
KIND = Given("kind", "--kind", "What it is: not-a-complaint, not-us, spam or withdrawn.")
TO = Given("to", "--to", "To whom: a name of [[people]].", needed=True)
TO_TEAM = Given("to", "--to", "To which team.", needed=True)
TOPIC = Given("topic", "--topic", "What it is about in truth; default: as it was.")
TOLD = Given("told", "--told", "What the customer was already told.")
FOR = Given("wait", "--for", 'How long, such as "2h".', needed=True)
LINK = Given("link", "--link", "Where the reply can be read.")
CAUSE = Given("cause", "--cause", "The function that caused it and owns the fix.")
COST = Given("cost", "--cost", "Minutes of work it cost.", whole=True)
MONEY = Given("money", "--money", "Money it cost, in whole units of the currency.", whole=True)
DONE = Given("done", "--done", "What was done for this customer.")
REST = Given("done_for_rest", "--rest", "What was done for everybody else whom it concerns.")
WHAT = Given("what", "--what", "What was done: hid, deleted or blocked.", needed=True)
WHY = Given(
    "why",
    "--why",
    "Why: spam, personal-data, illegal, hate, impersonation or court-order.",
    needed=True,
)
WHERE = replace(LINK, says="Where it was: the link of what was hidden.", needed=True)
SECOND = Given("to", "--second", "Who confirms it: of the team or above.", needed=True)
INTO = Given(
    "into", "--into", "The number of the incident that goes on.", whole=True, least=1, needed=True
)
CLOSING = (CAUSE, COST, MONEY, DONE, REST, REASON)

# What all three share, in the order in which it is needed.
_OWNING = (
    Deed("ack", "ack", "Acknowledge: you own it from now on."),
    Deed("claim", "claim", "Raise a hand: take it, whoever has it."),
    Deed("assign", "assign", "Make somebody the owner (lead or above).", (TO, REASON)),
    Deed(
        "handoff", "handoff", "Offer it to somebody; yours until they accept.", (TO, REASON, TOLD)
    ),
    Deed("accept", "accept", "Take over what was offered to you."),
    Deed("decline", "decline", "Give back what was offered to you.", (REASON,)),
    Deed("escalate", "escalate", "Let it climb at once.", (REASON,)),
    Deed("note", "note", "Add a note; it counts as progress.", (needed(REASON),)),
)
_SNOOZE = Deed(
    "snooze",
    "snooze",
    "Put it off: at most 8 h for Now and Soon, else 7 d.",
    (FOR, needed(REASON)),
)
_REROUTE = Deed(
    "reroute", "reroute", "Wrong team: give it to another one.", (TO_TEAM, needed(REASON), TOLD)
)
_CAUSE = Deed("cause", "cause", "Say which function owns the fix.", (needed(CAUSE), REASON))
_WONT_ACT = Deed("wont-act", "wont_act", "Close it: nothing will be done.", (needed(REASON), CAUSE))
DEEDS: dict[str, tuple[Deed, ...]] = {
    "case": (
        *_OWNING,
        _SNOOZE,
        replace(_REROUTE, options=(*_REROUTE.options, TOPIC)),
        Deed("replied", "replied", "We replied, where Tocsin cannot see it.", (LINK, REASON)),
        _CAUSE,
        Deed(
            "permission",
            "permission",
            "Ask for what you may not promise alone.",
            (
                replace(MONEY, says="How much of it is money, in whole units of the currency."),
                REASON,
            ),
        ),
        Deed("grant", "grant", "Give the permission that was asked for.", (REASON,)),
        Deed("refuse", "refuse", "Refuse the permission that was asked for.", (needed(REASON),)),
        Deed("resolve", "resolve", "Close it: done. On a terminal it asks.", CLOSING),
        _WONT_ACT,
        Deed("dismiss", "dismiss", "Close it: not a complaint, not us, or spam.", (KIND, REASON)),
        Deed("hid", "hid", "We hid, deleted or blocked something.", (WHAT, WHY, WHERE, SECOND)),
        Deed("confirm-hid", "confirm_hid", "Confirm that it was right to hide it.", (REASON,)),
        Deed("refuse-hid", "refuse_hid", "It was not right to hide it.", (needed(REASON),)),
        Deed("reopen", "reopen", "Open a closed case again.", (needed(REASON),)),
    ),
    "incident": (
        *(one for one in _OWNING if one.name != "note"),
        Deed("note", "comment", "Add a note; it is no public update.", (needed(REASON),)),
        replace(_SNOOZE, says="Put a watch off; a storm cannot be."),
        _REROUTE,
        Deed("update", "note", "A public update was posted.", (LINK, needed(REASON))),
        Deed(
            "contain",
            "contain",
            "The storm is contained; its cases page again.",
            (REASON,),
        ),
        Deed("merge", "merge", "Give its cases to another incident; it ends.", (INTO, REASON)),
        _CAUSE,
        _WONT_ACT,
        Deed(
            "dismiss",
            "dismiss",
            "Nothing in it: a watch, or a storm declared by mistake.",
            (needed(REASON),),
        ),
        Deed("resolve", "resolve", "Close it with its review. On a terminal it asks.", CLOSING),
    ),
    "fault": (
        *_OWNING,
        Deed("resolve", "resolve", "Close it; most close by themselves once mended.", (REASON,)),
    ),
}
