"""An author deletes a post, and what was kept of it goes."""

from tests.firm import Firm
from tocsin.store import Unit


def erase(firm: Firm, post: int = 1) -> None:
    """Its words go from the store; what shows them is to be said anew."""

    def work(desk: Unit) -> None:
        desk.erase_post(post, firm.now)
        firm.house.pipeline.erased(desk, post, firm.now)
        desk.freshen_post(post, firm.now)

    firm.write(work)
