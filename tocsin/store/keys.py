"""The secret keys of an installation, made on first use."""

import sqlite3

from tocsin.randomness import Randomness


class KeyRows:
    """What other rows need to hash by."""

    connection: sqlite3.Connection
    randomness: Randomness

    def house_key(self, name: str) -> bytes:
        """A secret key of this installation, made on first use."""
        row = self.connection.execute("select value from house where name = ?", (name,)).fetchone()
        if row is not None:
            return bytes.fromhex(row[0])
        fresh = self.randomness.token(32)
        self.connection.execute("insert into house (name, value) values (?, ?)", (name, fresh))
        return bytes.fromhex(fresh)
