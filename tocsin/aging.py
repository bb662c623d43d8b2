"""What is not kept: posts that are older than declared, and what people typed about them."""

from collections.abc import Callable
from datetime import datetime

from escalation.subject import Ref
from tocsin.store import Store, Unit


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
    store.write(lambda desk: _age_out_typed(desk, before, now))
    return erased


def _age_out_typed(desk: Unit, before: datetime, now: datetime) -> None:
    """What was typed of a case after its last post was erased is taken off its messages, too."""
    for case in desk.age_out_typed(before):
        desk.freshen(Ref("case", case), now)
