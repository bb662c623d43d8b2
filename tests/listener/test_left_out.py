"""What is said of lines that could not be read."""

import pytest

from listener.left_out import kind_of


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("line 4711: this is no JSON", "this is no JSON"),
        ("line 3: line 3 is not utf-8; declare it", "is not utf-8; declare it"),
        (
            "line 8: it is not JSON: Expecting value at line 1, column 8",
            "it is not JSON: Expecting value",
        ),
        ("entry 12: it has no words", "it has no words"),
        ("https://example.org/feed: entry 12: it has no words", "it has no words"),
        ("https://example.org/feed: 12 entries over 500", "entries over 500"),
        ("posts.jsonl.20261121: its last line is not whole", "its last line is not whole"),
        ("item: selftext is no text", "item: selftext is no text"),
        ("line 9: longer than 1048576 bytes", "longer than 1048576 bytes"),
    ],
)
def test_where_it_was_is_no_part_of_why(reason: str, kind: str) -> None:
    assert kind_of(reason) == kind
