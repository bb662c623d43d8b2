"""Every key that tomllib sees has a line, and it is the line where a reader finds it."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.positions import MAX_DEPTH, MAX_VALUES, Path, TooComplex, positions


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    if at:
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*at, index))


TRICKY = '''\
# [not.a.table]
a = "one # no comment"  # a comment
"quoted \\"key\\"" = 1
'literal.key' = 2
b.c . "d e" = [ 1, # first ]
  [ "x]", '}' ],
  { y = 2, z.q = 3 },
]
m = """
[fake]
k = 1 \\""" still """""
l = \'\'\'
[[fake]] \'\'\'
when = 1979-05-27 07:32:00Z

[t]
u = { v = { w = [] }, "x y" = {} }
[t.s.r]
n = -inf

[[p]]
name = "ada"
[[p.c]]
to = 1
[[p.c]]
to = 2
[[p]]
name = "bob"
[p.c]
to = 3
[ p . "d" ]
e = 0x1F
'''

TRICKY_LINES: dict[Path, int] = {
    ("a",): 2,
    ('quoted "key"',): 3,
    ("literal.key",): 4,
    ("b",): 5,
    ("b", "c"): 5,
    ("b", "c", "d e"): 5,
    ("b", "c", "d e", 0): 5,
    ("b", "c", "d e", 1): 6,
    ("b", "c", "d e", 1, 0): 6,
    ("b", "c", "d e", 1, 1): 6,
    ("b", "c", "d e", 2): 7,
    ("b", "c", "d e", 2, "y"): 7,
    ("b", "c", "d e", 2, "z"): 7,
    ("b", "c", "d e", 2, "z", "q"): 7,
    ("m",): 9,
    ("l",): 12,
    ("when",): 14,
    ("t",): 16,
    ("t", "u"): 17,
    ("t", "u", "v"): 17,
    ("t", "u", "v", "w"): 17,
    ("t", "u", "x y"): 17,
    ("t", "s"): 18,
    ("t", "s", "r"): 18,
    ("t", "s", "r", "n"): 19,
    ("p",): 21,
    ("p", 0): 21,
    ("p", 0, "name"): 22,
    ("p", 0, "c"): 23,
    ("p", 0, "c", 0): 23,
    ("p", 0, "c", 0, "to"): 24,
    ("p", 0, "c", 1): 25,
    ("p", 0, "c", 1, "to"): 26,
    ("p", 1): 27,
    ("p", 1, "name"): 28,
    ("p", 1, "c"): 29,
    ("p", 1, "c", "to"): 30,
    ("p", 1, "d"): 31,
    ("p", 1, "d", "e"): 32,
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["Unix line ends", "Windows line ends"])
def test_every_kind_of_key_stands_where_a_reader_finds_it(ending: str) -> None:
    text = TRICKY.replace("\n", ending)
    assert positions(text) == TRICKY_LINES
    assert set(paths(tomllib.loads(text))) == set(TRICKY_LINES)


def quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in plain) + '"'


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
bare_keys = st.text("abcXYZ019_-", min_size=1, max_size=5)
keys = bare_keys | any_text.map(quoted) | bare_keys.map("'{}'".format)
blanks = st.sampled_from(["", " ", "\t "])
breaks = st.sampled_from(["", " ", "\n", "\n  # no ] or } here\n"])
multiline = any_text.map(lambda t: '"""\n[a]\n' + quoted(t)[1:-1] + '\nb = 1"""')
literal = st.sampled_from(["'''it's\n[x]'''", "''", "'a#b'", "''''quoted''''"])
scalars = (
    st.integers().map(str)
    | st.booleans().map(lambda b: str(b).lower())
    | st.sampled_from(["1979-05-27", "07:32:00", "1979-05-27 07:32:00.5", "1e-3", "nan", "0b1"])
    | any_text.map(quoted)
    | multiline
    | literal
)


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    element = st.tuples(breaks, inner, breaks).map("".join)
    tail = st.sampled_from(["", ",", ",\n"])
    return st.tuples(st.lists(element, min_size=1, max_size=3).map(",".join), tail).map(
        lambda parts: f"[{parts[0]}{parts[1]}]"
    ) | breaks.map("[{}]".format)


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(keys, max_size=3))
    pairs = [f"{draw(blanks)}{name}{draw(blanks)}={draw(blanks)}{draw(inner)}" for name in names]
    return "{" + ",".join(pairs) + draw(blanks) + "}"


values = st.recursive(scalars, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)
dotted = st.lists(keys, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([".", " . "]).map(lambda dot: dot.join(parts))
)
pair_lines = st.tuples(dotted, values).map(" = ".join)
headers = st.tuples(dotted, st.booleans()).map(lambda h: f"[[{h[0]}]]" if h[1] else f"[{h[0]}]")
documents = st.lists(headers | pair_lines | st.sampled_from(["", "# [c]"]), max_size=8)


def longest_valid(lines: list[str]) -> str:
    """Leave out each statement that makes the document wrong (a key given twice, and so on)."""
    kept = ""
    for line in lines:
        try:
            tomllib.loads(kept + line + "\n")
        except tomllib.TOMLDecodeError:
            continue
        kept += line + "\n"
    return kept


@given(documents.map(longest_valid))
def test_what_tomllib_sees_and_what_has_a_line_are_the_same(text: str) -> None:
    assert set(positions(text)) == set(paths(tomllib.loads(text)))


@given(documents.map(longest_valid))
def test_the_line_contains_the_key(text: str) -> None:
    lines = text.split("\n")
    for path, line in positions(text).items():
        key = path[-1]
        if isinstance(key, str):
            assert key in lines[line - 1] or quoted(key)[1:-1] in lines[line - 1]


@given(st.text("[]{}=\"'\\.#,a1 \n\r\t", max_size=60))
def test_no_text_at_all_crashes_it(text: str) -> None:
    total = text.count("\n") + 1
    assert all(1 <= line <= total for line in positions(text).values())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a = 1\nb = " + "[" * 500_000, 2, id="half a million open brackets"),
        pytest.param("a = " + "{a=" * 300_000, 1, id="inline tables within each other"),
        pytest.param("\n" + "a." * 500_000 + "a = 1", 2, id="a key of half a million parts"),
        pytest.param("\n\n[" + "a." * 500_000 + "a]", 3, id="a header of half a million parts"),
        pytest.param("a = " + "9" * 5000, 1, id="a number that Python refuses to read"),
        pytest.param("a = [" + "1," * 500_000 + "]", 1, id="half a million values"),
    ],
)
def test_what_would_take_minutes_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TooComplex) as refused:
        positions(text)
    assert refused.value.line == line


def test_what_is_just_within_the_limits_is_read() -> None:
    deep = "a = " + "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert len(positions(deep)) == MAX_DEPTH
    wide = "a = [" + "1," * (MAX_VALUES - 1) + "]"
    assert len(positions(wide)) == MAX_VALUES
