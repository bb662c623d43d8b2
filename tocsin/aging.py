"""What is not kept: posts that are older than declared, and what people typed about them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from escalation.subject import Case, Ref
from tocsin.store import Store, Unit

TALLIES_KEPT = timedelta(days=400)  # a year, and the weeks in which somebody looks back at it
_LOOKED_UNTIL = "typed_until"  # the row of the ledger up to which it was looked for


def age_out(
    store: Store,
    before: datetime,
    now: datetime,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Erase what is older than an instant, in small steps, so that nothing else waits for it.

    Returns how many posts were erased.
    """
    store.scrub()  # what was erased since is in no log any longer
    erased = 0
    while not is_stopping() and (more := store.write(lambda desk: desk.age_out(before, now))):
        erased += more
    while not is_stopping() and (
        more := store.write(lambda desk: desk.age_out_private(before, now))
    ):
        erased += more
    counted = now - TALLIES_KEPT
    while not is_stopping() and store.write(lambda desk: desk.age_out_tallies(counted)):
        pass
    store.write(lambda desk: _age_out_typed(desk, before, now))
    store.write(lambda desk: desk.forget_handles(now))
    return erased


def _age_out_typed(desk: Unit, before: datetime, now: datetime) -> None:
    """What was typed of a case after its last post was erased is taken off its messages, too.
    Whatever people do is an entry, so only what has been entered since is looked at."""
    looked_until, row = int(desk.kept(_LOOKED_UNTIL) or 0), desk.last_row()
    for subject in desk.subjects_since(looked_until):
        kind, _, number = subject.partition(":")
        if kind == Case.kind and desk.erase_typed_of_bereft(int(number)):
            desk.freshen(Ref(kind, int(number)), now)
    if row > looked_until:
        desk.keep(_LOOKED_UNTIL, str(row))
    for ref in desk.age_out_typed(before):
        desk.freshen(ref, now)
    desk.age_out_texts(before)
