"""What is said to the one person who is told of a sign of self-harm. Pure: values in, words out.

A page never holds the post's words: it may lie on a lock screen. Where others might read along it
says that something waits, and nothing of what.
"""

from collections.abc import Sequence

GUIDANCE = (
    "Write to them yourself, soon, and in private where the platform allows it: say who you are, "
    "that you have read what they wrote and that you take it seriously",
    "Ask plainly whether they are safe right now, and listen. Do not argue, judge, or speak of the "
    "complaint first",
    'Do not promise what you cannot keep: no secrecy, no refund, no "all will be well". Do not '
    "send a template, and do not leave the answer to a machine",
    "If they are in danger now, or do not answer, use the platform's own form for it and your "
    "country's emergency number; name a helpline of their country",
    "You are not their therapist and not alone with it: tell the deputy when you hand it on, and "
    "take a break afterwards",
)
"""Ours, and short. Helplines are the user's to name: we invent no numbers."""

HEADLINE = "A person may be in danger"
DISCREET_HEADLINE = "Something waits for you alone"
SEVERAL = "People may be in danger. The newest may be the one to begin with. Only you are told"
TELL_OTHERS = 'tocsin private pass-on {} --to TEAM --what "..."'


def page_lines(
    *, url: str, number: int, follows: str, how: str, guidance: Sequence[str], others: str = ""
) -> tuple[str, ...]:
    """The lines of a page where nobody else reads.

    others    what is said of other dangers that it tells of, by `others_line`; "": it tells none.
    guidance  the user's own lines; the first is shown, all of them by `tocsin private show`.
    """
    where = f"The post: {url}" if url else "The post has no link"
    return (
        "A post may be from somebody who thinks of harming themselves. Only you are told",
        *((others,) if others else ()),
        f"{where}. Its words and what to do: tocsin private show {number}",
        f"{GUIDANCE[0]}. {GUIDANCE[1].partition('.')[0]}",
        *(f"From your guidance: {line}" for line in guidance[:1]),
        f"{follows}. {how}",
    )


def others_line(kinds: str, number: int, passed_on: int, who: str) -> str:
    """That others may be in danger too, and how that is passed on.

    kinds      of danger; passed_on: how often that was done; who: reads this.
    """
    how = f"{TELL_OTHERS.format(number)} --as {who}"
    if passed_on:
        return f"It also tells of: {kinds}. That was passed on already. What is new: {how}"
    told = f"It also tells of: {kinds}. Nobody else is told of that"
    return f"{told}. Pass it on now, in your own words: {how}"


def several_line(numbers: Sequence[int]) -> str:
    """Of several that wait: which of them tell of a danger to others that nobody was told of."""
    named = ", ".join(map(str, numbers))
    return f"Others may be in danger by what is told in {named}: begin there, and pass it on"


def discreet_lines(*, follows: str, how: str) -> tuple[str, ...]:
    """The same where others might read along: nothing of what it is."""
    return (f"{follows}. {how}",)
