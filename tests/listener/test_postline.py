"""One post, one line: what is read, what is refused and in which words, and the way back."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.mention import MAX_TEXT_CHARS, Author, Engagement, Kind, Observation, Post
from listener.postline import MAX_COUNT, MAX_LINE_BYTES, read_line, read_lines, write_line

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEAST = {"platform": "x", "id": "1", "text": "refund please"}


def line(**changes: object) -> str:
    return json.dumps({**LEAST, **changes})


def read(**changes: object) -> Observation:
    return read_line(line(**changes), seen_at=NOON)


def test_the_documented_example_is_read() -> None:
    text = (
        '{"platform":"x","id":"123","text":"…","created_at":"2026-11-21T10:00:00Z","lang":"en",'
        '"url":"https://x.example/123","author":{"id":"u1","handle":"ann","name":"Ann",'
        '"followers":120},"in_reply_to":"122","conversation_id":"120","repost_of":null,'
        '"engagement":{"likes":0,"reposts":1,"replies":0,"quotes":0,"views":0}}'
    )
    assert read_line(text, seen_at=NOON) == Observation(
        Kind.POST,
        Post(
            platform="x",
            id="123",
            text="…",
            created_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
            author=Author("u1", "ann", "Ann", 120),
            lang="en",
            url="https://x.example/123",
            in_reply_to="122",
            conversation_id="120",
            engagement=Engagement(0, 1, 0, 0, 0),
        ),
        NOON,
    )


def test_only_three_keys_are_required() -> None:
    post = read().post
    assert (post.created_at, post.author, post.engagement) == (
        NOON,
        Author("record:1"),
        Engagement(),
    )


@pytest.mark.parametrize("author", [None, {}, {"name": "Ann"}, {"id": "", "handle": ""}])
def test_posts_that_name_no_author_are_somebody_elses_each_time(author: object) -> None:
    """A name alone is no identity: there are many Anns."""
    first, second = read(id="1", author=author), read(id="2", author=author)
    edited = read(id="9", edit_of="1", author=author)
    assert first.post.author.id != second.post.author.id
    assert first.post.author == read(id="1", author=author).post.author == edited.post.author


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        pytest.param({"id": 123}, "id", "123", id="a number is an id"),
        pytest.param({"platform": " X "}, "platform", "x", id="a platform in capitals"),
        pytest.param({"in_reply_to": 7}, "in_reply_to", "7", id="a number is a reference"),
        pytest.param({"in_reply_to": ""}, "in_reply_to", None, id="an empty reference is none"),
        pytest.param({"lang": "EN-gb"}, "lang", "en-gb", id="a language in capitals"),
        pytest.param({"text": "a\x00b\ud83dc"}, "text", "a\ufffdb\ufffdc", id="unstorable text"),
        pytest.param({"text": "x" * 30_000}, "text", "x" * MAX_TEXT_CHARS, id="a long text is cut"),
        pytest.param({"url": "javascript:alert(1)"}, "url", "", id="an address that is a script"),
        pytest.param({"url": None, "lang": None}, "url", "", id="null is not given"),
        pytest.param({"rating": 1}, "rating", 1.0, id="stars"),
        pytest.param({"aliases": ["2", 3]}, "aliases", ("2", "3"), id="aliases"),
        pytest.param({"mood": [1, {"a": 2}]}, "id", "1", id="unknown keys are ignored"),
        pytest.param(
            {"engagement": {"likes": 3.0}}, "engagement", Engagement(likes=3), id="3.0 is whole"
        ),
        pytest.param(
            {"created_at": "2026-11-21T10:00:00+02:00"},
            "created_at",
            datetime(2026, 11, 21, 8, tzinfo=UTC),
            id="a zone of one's own",
        ),
        pytest.param({"author": {"handle": "ann"}}, "author", Author("ann", "ann"), id="a handle"),
    ],
)
def test_what_is_understood(changes: dict[str, object], field: str, value: object) -> None:
    assert getattr(read(**changes).post, field) == value


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("{oops", "not JSON", id="not JSON"),
        pytest.param("[1, 2]", "the line is a list; a post is an object", id="not an object"),
        pytest.param('"words"', "the line is a text; a post is an object", id="a bare text"),
        pytest.param(line(text=None), '"text" is missing', id="no text"),
        pytest.param(line(id=None), '"id" is missing', id="no id"),
        pytest.param(line(id=" "), '"id" is missing', id="a blank id"),
        pytest.param(line(platform=None), '"platform" is missing', id="no platform"),
        pytest.param(line(platform="x\ny"), '"platform" must be a short word', id="odd platform"),
        pytest.param(line(text=5), '"text" is a number; it must be a text', id="text is a number"),
        pytest.param(line(id=1.5), "an id is a text or a whole number", id="id is a fraction"),
        pytest.param(line(id=True), "an id is a text or a whole number", id="id is a truth"),
        pytest.param(line(id="i" * 2000), '"id" is longer than 1000', id="an endless id"),
        pytest.param(
            line(created_at="2026-11-21T10:00:00"), "says no time zone; write", id="no zone"
        ),
        pytest.param(line(created_at="yesterday"), '"created_at" is no time', id="not a time"),
        pytest.param(line(created_at=1700000000), "is a number; write ISO 8601", id="epoch"),
        pytest.param(line(created_at="0001-01-01T00:00:00Z"), "not between 1970", id="year one"),
        pytest.param(line(seen_at="9999-12-31T23:59:59-23:00"), "not between", id="year 9999"),
        pytest.param(line(kind="poke"), '"kind" must be one of post, edit', id="unknown kind"),
        pytest.param(line(kind=["post"]), '"kind" is a list', id="a list of kinds"),
        pytest.param(line(author="ann"), '"author" is a text; it must be an object', id="author"),
        pytest.param(
            line(author={"id": "a", "followers": True}),
            '"author.followers" is true or false; it must be a whole number',
            id="followers are a truth",
        ),
        pytest.param(
            line(engagement={"likes": -1}),
            f'"engagement.likes" must be between 0 and {MAX_COUNT}',
            id="fewer than no likes",
        ),
        pytest.param(
            line(engagement={"views": 1e300}), '"engagement.views" must be between', id="huge"
        ),
        pytest.param(
            line(engagement={"likes": 0.5}), '"engagement.likes" is a number', id="half a like"
        ),
        pytest.param(
            '{"platform":"x","id":"1","text":"t","engagement":{"likes":NaN}}',
            "NaN is no number",
            id="not a number",
        ),
        pytest.param(line(rating=6), '"rating" must be a number of stars', id="six stars"),
        pytest.param(
            '{"platform":"x","id":"1","text":"t","rating":1e999}',
            '"rating" must be a number of stars',
            id="infinitely many stars",
        ),
        pytest.param(line(rating="5"), '"rating" is a text; stars are', id="stars in words"),
        pytest.param(line(aliases="2"), '"aliases" is a text', id="aliases in words"),
        pytest.param(line(backfill=1), '"backfill" is a number', id="backfill is a number"),
        pytest.param(line(more=json.loads("[" * 70 + "]" * 70)), "deeper than 64", id="too deep"),
        pytest.param("x" * (MAX_LINE_BYTES + 1), "longer than", id="too long"),
    ],
)
def test_what_is_refused_and_why(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint.replace("(", r"\(")) as caught:
        read_line(text, seen_at=NOON)
    assert "refund" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "kind", "post_id", "aliases"),
    [
        pytest.param({}, Kind.POST, "1", (), id="a post is the default"),
        pytest.param({"kind": "edit"}, Kind.EDIT, "1", (), id="an edit in place"),
        pytest.param({"edit_of": "0"}, Kind.EDIT, "0", ("1",), id="an edit under a new id"),
        pytest.param({"kind": "delete", "text": None}, Kind.DELETE, "1", (), id="a bare delete"),
        pytest.param({"kind": "counts", "text": None}, Kind.COUNTS, "1", (), id="bare counts"),
    ],
)
def test_kinds(
    changes: dict[str, object], kind: Kind, post_id: str, aliases: tuple[str, ...]
) -> None:
    seen = read(**changes)
    assert (seen.kind, seen.post.id, seen.post.aliases) == (kind, post_id, aliases)


def test_seen_at_of_the_line_wins_and_dates_an_undated_post() -> None:
    seen = read(seen_at="2026-11-20T09:00:00Z")
    assert seen.seen_at == seen.post.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("where is my parcel?", "where is my parcel?", id="words"),
        pytest.param("  [update] still nothing ", "[update] still nothing", id="a bracket"),
        pytest.param("42", "42", id="a number is words too"),
    ],
)
def test_plain_text_is_a_post_where_it_is_allowed(text: str, shown: str) -> None:
    post = read_line(text, seen_at=NOON, plain_id="line-7").post
    assert (post.platform, post.id, post.text, post.created_at) == ("text", "line-7", shown, NOON)


def test_a_broken_object_is_never_taken_for_plain_text() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        read_line('{"platform": "x"', seen_at=NOON, plain_id="line-1")


# --- the way back -----------------------------------------------------------------------------

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
ids = words.map(str.strip).filter(bool)
counts = st.none() | st.integers(0, MAX_COUNT)
moments = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
posts = st.builds(
    Post,
    platform=st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,20}", fullmatch=True),
    id=ids,
    text=words,
    created_at=moments,
    author=st.builds(Author, id=ids, handle=words, name=words, followers=counts),
    title=words,
    lang=st.none() | st.sampled_from(["en", "pt-br"]),
    url=st.just("") | st.just("https://example.org/a?b=c"),
    in_reply_to=st.none() | ids,
    conversation_id=st.none() | ids,
    repost_of=st.none() | ids,
    rating=st.none() | st.floats(1, 5),
    engagement=st.builds(Engagement, counts, counts, counts, counts, counts),
    aliases=st.lists(ids, max_size=3).map(tuple),
)
observations = st.builds(
    Observation, kind=st.sampled_from(Kind), post=posts, seen_at=moments, backfill=st.booleans()
)


@given(observations)
def test_what_is_written_is_read_back(seen: Observation) -> None:
    text = write_line(seen)
    assert text.isascii()
    assert "\n" not in text
    assert read_line(text, seen_at=NOON) == seen


def outcome(raw: bytes | str) -> Observation | str:
    try:
        return read_line(raw, seen_at=NOON)
    except ValueError as error:
        return str(error)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_post_or_a_plain_refusal(raw: bytes) -> None:
    assert outcome(raw)


keys = st.sampled_from([*LEAST, "author", "kind", "rating", "created_at", "aliases", "engagement"])
scalars = st.none() | st.booleans() | st.floats() | st.integers() | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=4
)


@given(st.dictionaries(keys, values))
def test_any_types_are_a_post_or_a_plain_refusal(row: dict[str, object]) -> None:
    seen = outcome(json.dumps({**LEAST, **row}))
    assert seen
    if isinstance(seen, Observation):
        assert read_line(write_line(seen), seen_at=NOON) == seen


def test_naughty_strings_come_back(shared: Path) -> None:
    lines = (shared / "data" / "hostile" / "naughty_strings.jsonl").read_text().splitlines()
    for text in map(json.loads, lines):
        stored = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        seen = read(text=text, author={"id": "1", "name": text})
        assert seen.post.text.encode()
        if stored == text:
            assert (seen.post.text, seen.post.author.name) == (text, text)
            assert read_line(write_line(seen), seen_at=NOON) == seen


def test_times_of_any_zone_are_written_in_utc() -> None:
    seen = read()
    east = replace(seen, seen_at=NOON.astimezone(timezone(timedelta(hours=5))))
    assert '"seen_at":"2026-11-21T12:00:00Z"' in write_line(east)


# --- streams ------------------------------------------------------------------------------------


def numbered(raw: bytes, **options: bool | int) -> list[tuple[int, str]]:
    found = read_lines(io.BytesIO(raw), seen_at=NOON, **options)  # type: ignore[arg-type]
    return [(n, seen if isinstance(seen, str) else seen.post.id) for n, seen in found]


def test_blank_lines_are_skipped_but_counted_and_line_ends_do_not_matter() -> None:
    raw = "\ufeff".encode() + f"{line(id=1)}\r\n\r\n \n{line(id=2)}\n\n{line(id=3)}".encode()
    assert numbered(raw) == [(1, "1"), (4, "2"), (6, "3")]


def test_one_bad_line_costs_that_line_alone() -> None:
    raw = f"{line(id=1)}\nnonsense\n{line(id=3)}\n".encode()
    first, bad, last = numbered(raw)
    assert (first, last) == ((1, "1"), (3, "3"))
    assert bad[0] == 2
    assert "not JSON" in bad[1]


def test_plain_lines_are_named_by_their_number() -> None:
    assert numbered(b"late again\n\nstill late\n", plain=True) == [(1, "line-1"), (3, "line-3")]


class Endless(io.RawIOBase):
    """A line of `size` bytes that is made as it is read; notes the most that was asked at once."""

    def __init__(self, size: int) -> None:
        self.left, self.most = size, 0

    def readline(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0
        self.most = max(self.most, size)
        given_, self.left = min(size, self.left), self.left - min(size, self.left)
        return b"x" * given_


def test_an_over_long_line_is_passed_over_without_reading_it_whole() -> None:
    stream = Endless(50_000_000)
    found = list(read_lines(stream, seen_at=NOON, max_line_bytes=1000))  # type: ignore[arg-type]
    assert found == [(1, "the line is longer than 1000 bytes")]
    assert stream.most <= 1001


def test_the_line_after_an_over_long_one_is_read() -> None:
    raw = b"x" * 5000 + b"\n" + line(id=2).encode() + b"\n"
    assert numbered(raw, max_line_bytes=1000)[1] == (2, "2")
