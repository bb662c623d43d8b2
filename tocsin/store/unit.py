"""A unit of work: everything that can be asked of and done to the store inside a transaction."""

import sqlite3
from collections.abc import Callable

from escalation.desk import Happening
from tocsin.randomness import Randomness
from tocsin.store.backlashes import BacklashRows
from tocsin.store.contracts import ContractRows
from tocsin.store.handles import HandleRows
from tocsin.store.hidings import HidingRows
from tocsin.store.labels import LabelRows
from tocsin.store.ledger import LedgerRows
from tocsin.store.listings import ListingRows
from tocsin.store.looking import LookingRows
from tocsin.store.looks import LookRows
from tocsin.store.noises import NoiseRows
from tocsin.store.opinions import OpinionRows
from tocsin.store.outbox import OutboxRows
from tocsin.store.people import PeopleRows
from tocsin.store.priorities import PriorityRows
from tocsin.store.private import PrivateRows
from tocsin.store.said import SaidRows
from tocsin.store.silences import SilenceRows
from tocsin.store.sources import SourceRows
from tocsin.store.stories import StoryRows
from tocsin.store.storms import StormRows
from tocsin.store.sums import SumRows
from tocsin.store.threads import ThreadRows


class Unit(
    BacklashRows,
    ContractRows,
    HandleRows,
    HidingRows,
    SaidRows,
    LabelRows,
    LedgerRows,
    ListingRows,
    LookingRows,
    LookRows,
    NoiseRows,
    OpinionRows,
    PriorityRows,
    PrivateRows,
    SourceRows,
    SilenceRows,
    StormRows,
    StoryRows,
    SumRows,
    ThreadRows,
    OutboxRows,
    PeopleRows,
):
    """The verbs of one transaction, gathered from the tables' own files.

    It keeps escalation.desk.Desk and listener.intake.Shelf.
    """

    def __init__(self, connection: sqlite3.Connection, randomness: Randomness) -> None:
        self.connection = connection
        self.randomness = randomness
        self._happenings: list[Happening] = []
        self._undo: list[Callable[[], None]] = []
        self._to_send = False
        self._last_entries = {}
        self._staff_ids = {}
        self._running = None

    def begin(self) -> None:
        """A new transaction: what was remembered of the last may have been changed by others."""
        self.forget_read()
        self._undo.clear()

    def forget_read(self) -> None:
        """What was read and is remembered may have been changed: it is read again."""
        self._last_entries.clear()
        self._staff_ids.clear()
        self._running = None

    def if_undone(self, undo: Callable[[], None]) -> None:
        """Have something in memory undone too, where this transaction, or a part of it, is."""
        self._undo.append(undo)

    def something_to_send(self) -> None:
        """What leaves the house has changed: whoever sends is to look, once this has committed."""
        self._to_send = True

    def take_to_send(self) -> bool:
        """Has what leaves the house changed since the last call?"""
        taken, self._to_send = self._to_send, False
        return taken

    def tell(self, happening: Happening) -> None:
        """Hand on what happened, once the transaction has committed."""
        self._happenings.append(happening)

    def take_happenings(self) -> list[Happening]:
        """What happened since the last call."""
        taken, self._happenings = self._happenings, []
        return taken

    def forget(self) -> None:
        """What was done was rolled back: neither tell nor remember it."""
        self._happenings = []
        self.forget_read()
        for undo in self._undo:
            undo()
