"""What sounds like a reproach and is the matter of a plain question, or of a job on offer."""

from collections.abc import Mapping

from listener.cues import Cue
from listener.cues_voices import JOBS, is_clear

ASKED_WEIGHT = -0.3  # log-odds, set by hand, of a question without what was looked for in vain
REPROACH = 0.9  # weight from which a group is a reproach and no mere trouble

Places = Mapping[str, tuple[int, int]]  # phrase → where it stands first, as characters

_NOT_FOUND = frozenset((" cant find ", " couldnt find ", " unable to find "))
_SOMEBODY = frozenset(("anyone", "anybody", "someone", "somebody", "a", "any", "my", "our"))
# Who offers a job tells neither of themselves nor of what they were refused.
_APPLICANT = frozenset(("own trouble", "no reply", "repeat contact", "accusation"))


def looked_for(groups: Mapping[Cue, Places], words: str) -> Mapping[Cue, Places] | None:
    """Return the groups of a question without what was looked for in vain, where nothing worse
    goes with it: "how do I cancel? can't find it". None: there is something worse.

    words  of the text: "can't find anyone who answers" is no question.
    """
    reproaches = [cue for cue in groups if cue.weight >= REPROACH and cue.shown]
    if len(reproaches) != 1 or not _NOT_FOUND.issuperset(groups[reproaches[0]]):
        return None
    ends = (end for _, end in groups[reproaches[0]].values())
    if any(words[end:].split(" ", 1)[0] in _SOMEBODY for end in ends):
        return None
    return {cue: places for cue, places in groups.items() if cue is not reproaches[0]}


def offers_a_job(groups: Mapping[Cue, Places]) -> bool:
    """Whether a text in a language other than English offers a job; its tasks are the complaints
    of others."""
    offers = [places for cue, places in groups.items() if cue.name == JOBS.name]
    if not offers or not is_clear(offers[0]):
        return False
    return _APPLICANT.isdisjoint(cue.name for cue in groups)
