"""The secret keys of an installation, made on first use."""

import hashlib
import hmac
import sqlite3

from tocsin.randomness import Randomness

ERASED_CLICKS = "clicks erased"  # the same, of posts that somebody said are not ours
ERASED_LABELS = "labels erased"  # the fact of how many went because their posts were to go


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

    def keyed_hash(self, key: str, *parts: str) -> bytes:
        """What stands for words that are kept nowhere, or only where they can be erased: by one
        of the installation's secret keys, so that nobody finds them by trying."""
        return hmac.digest(self.house_key(key), "\x00".join(parts).encode(), hashlib.sha256)

    def count_erased_labels(self, number: int, name: str = ERASED_LABELS) -> None:
        """Note that labels were erased, so that what was learned from them can be learned anew."""
        if number > 0:
            self.connection.execute(
                "insert into house (name, value) values (?, ?) on conflict (name) do update "
                "set value = cast(cast(value as integer) + excluded.value as text)",
                (name, str(number)),
            )

    def disguised(self, typed: str) -> str:
        """A typed word as the ledger may have it; the same word, the same disguise."""
        return f"hashed:{self.keyed_hash('typed_words', typed).hex()[:32]}"
