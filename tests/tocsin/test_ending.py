"""A daemon's end: one deadline for all of it, and nothing that hangs is waited for any longer."""

import threading
from dataclasses import dataclass, field

from tocsin.ending import CLOSING, WITHIN, Ending, Part, apart

PATIENCE = 20.0  # seconds; only a failing test waits so long


@dataclass
class Hand:
    """Time that passes only while something is waited for."""

    at: float = 100.0
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    def part(self, name: str, takes: float) -> Part:
        def ends(timeout: float) -> bool:
            self.waited.append(timeout)
            self.at += min(takes, timeout)
            return takes <= timeout

        return name, ends


def test_however_many_hang_they_share_one_deadline() -> None:
    hand = Hand()
    ending = Ending(monotonic=hand)
    late = ending.waits_for([hand.part(f"part {number}", takes=60.0) for number in range(9)])
    assert late == [f"part {number}" for number in range(9)]
    assert hand.at - 100.0 <= WITHIN - CLOSING + 1e-9
    assert hand.waited[1:] == [0.0] * 8


def test_what_ends_in_time_leaves_its_time_to_the_others() -> None:
    hand = Hand()
    ending = Ending(monotonic=hand)
    parts = [hand.part("quick", 0.1), hand.part("slow", 1.0), hand.part("hangs", 60.0)]
    assert ending.waits_for(parts) == ["hangs"]


def test_time_is_kept_for_closing_the_store_and_no_more_than_is_left() -> None:
    hand = Hand()
    ending = Ending(monotonic=hand)
    ending.waits_for([hand.part("hangs", 60.0)])
    assert CLOSING - 1e-9 <= ending.left() <= CLOSING + 1e-9
    hand.at += 60.0
    assert ending.left() == 0.0


def test_the_last_thing_is_done_and_where_it_hangs_it_is_left() -> None:
    done, hold = threading.Event(), threading.Event()
    assert Ending(within=PATIENCE).does(done.set)
    assert done.is_set()
    assert not Ending(within=0.0).does(lambda: hold.wait(PATIENCE))
    hold.set()


def test_what_is_waited_for_apart_holds_no_program_back() -> None:
    hold, names = threading.Event(), set[str]()
    ends = apart(lambda: hold.wait(PATIENCE))
    names = {thread.name for thread in threading.enumerate() if not thread.daemon}
    assert "ends" not in names
    assert not ends(0.0)
    hold.set()
    assert ends(PATIENCE)
