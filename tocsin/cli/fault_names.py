"""The names that a fault can have: of what the configuration declares, whether it fails or not."""

from typing import TYPE_CHECKING

from tocsin.cli.common import nearest

if TYPE_CHECKING:
    from config import Settings
    from tocsin.wiring import House

LONGEST = 64  # as the ledger takes a word


def fault_names(settings: "Settings") -> list[str]:
    """What can fail of what is declared: sources, channels, chains of the ledger."""
    from escalation.record import HOUSE, token
    from listener.metered import purse_of

    named = [f"source:{source.name}" for source in settings.sources]
    named += [f"money:{one.name}" for one in settings.sources if purse_of(one) is not None]
    named += [f"channel:{channel.name}" for channel in settings.channels]
    named += [f"words:{channel.name}" for channel in settings.channels]
    chains = [*(token(brand.name) for brand in settings.brands), HOUSE]
    named += [f"ledger:{chain}" for chain in chains]
    return [name[:LONGEST] for name in named]


def unknown_fault(house: "House", about: str | None) -> str | None:
    """Why there is nothing to silence under a fault's name; None: it is known, or none is meant.

    What is open is known too, whatever it is about.
    """
    if about is None:
        return None
    with house.store.read() as desk:
        known = list(dict.fromkeys([*fault_names(house.settings), *desk.open_faults("")]))
    if about in known:
        return None
    near = nearest(about, known)
    meant = f" Did you mean {near}?" if near else ""
    return f'There is no fault "{about}". Known: {", ".join(known)}.{meant}'
