"""Lines come out as they were written, however their bytes were cut."""

from hypothesis import given
from hypothesis import strategies as st

from listener.lines import Lines

_LINES = st.lists(st.binary(max_size=12).map(lambda raw: raw.translate(None, b"\r\n")))


@given(_LINES, st.lists(st.integers(1, 9), min_size=1))
def test_lines_come_out_as_they_went_in_whatever_the_cuts(
    lines: list[bytes], sizes: list[int]
) -> None:
    raw, found, cutter = b"".join(line + b"\r\n" for line in lines), [], Lines()
    turn = 0
    while raw:
        size = sizes[turn % len(sizes)]
        found += cutter.feed(raw[:size])
        raw, turn = raw[size:], turn + 1
    assert found == lines
    assert not cutter.has_part


def test_a_line_over_the_limit_is_told_and_costs_no_other() -> None:
    cutter = Lines(limit=4)
    assert cutter.feed(b"1234\n12345\n") == [b"1234", None]
    assert cutter.feed(b"123") == []
    assert cutter.feed(b"45") == []
    assert cutter.has_part
    assert cutter.feed(b"67\nok\n\n") == [None, b"ok", b""]


def test_no_more_than_the_limit_is_held() -> None:
    cutter = Lines(limit=1_000)
    for _ in range(100):
        cutter.feed(b"x" * 1_000)
    assert len(cutter._part) <= 1_000


def test_a_part_is_no_line() -> None:
    cutter = Lines()
    assert cutter.feed(b"half a l") == []
    assert cutter.has_part
    assert cutter.feed(b"ine\n") == [b"half a line"]
