"""The tables of the store as the first migration makes them; see schema.py."""
