"""The store: one SQLite file, one writer, and a transaction that holds all or nothing."""

from tocsin.store.sqlite import KillPoint, Store, StoreBroken, StoreBusy
from tocsin.store.unit import Unit

__all__ = ["KillPoint", "Store", "StoreBroken", "StoreBusy", "Unit"]
