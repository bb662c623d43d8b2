"""How large a number may be. Imports nothing, so that `--help` stays quick."""

MOST_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, section 6)."""
