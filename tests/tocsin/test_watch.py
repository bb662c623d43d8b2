"""`tocsin watch`: what is heard is printed once, and silence never looks like calm."""

import io
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from config import Brand, SourceSettings
from listener.collector import Batch, Collector, Forbidden, Gap, Later, RateLimited
from listener.collectors import build, settings_of
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools
from tocsin.ear import DEADLINE, FIRST_DEADLINE, Ear, Failed, Heard, Report
from tocsin.paper import Paper
from tocsin.randomness import SeededRandomness
from tocsin.sighting import MAX_EARLIER
from tocsin.watch import GIVE_UP_TRIES, NothingToWatch, watch_brand
from tocsin.wire import HttpWire

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COMPLAINT = "Still waiting for my refund from Acme, third time asking, nobody answers."
PRAISE = "Acme is lovely today"


def seen(
    native_id: str = "1",
    text: str = COMPLAINT,
    *,
    at: datetime = NOON + timedelta(seconds=5),
    kind: Kind = Kind.POST,
    platform: str = "bluesky",
    handle: str = "ann",
    repost_of: str | None = None,
) -> Observation:
    url = f"https://social.example/{native_id}"
    author = Author(id=f"id-{handle}", handle=handle)
    post = Post(platform, native_id, text, at, author, url=url, repost_of=repost_of)
    return Observation(kind, post, NOON + timedelta(seconds=10))


def batch(*observations: Observation, gaps: Sequence[Gap] = ()) -> Batch:
    return Batch(observations, cursor="c", gaps=tuple(gaps))


Step = Batch | Exception


@dataclass
class Scripted:
    """A source that answers as its script says; then it ends the listening or rests for good."""

    steps: list[Step]
    over: threading.Event
    ends: bool = True
    closed: bool = False
    asked: list[tuple[str | None, float]] = field(default_factory=list)

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        self.asked.append((cursor, deadline))
        if not self.steps:
            if self.ends:
                self.over.set()
            else:
                self.over.wait(30)
            return Batch()
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed = True


@dataclass
class Watched:
    """What a watch printed."""

    code: int
    out: str
    notes: str


def watched(
    *scripts: list[Step], everything: bool = False, as_json: bool = False, brand: str = "Acme"
) -> Watched:
    """Watch sources "one", "two" …; the first ends the listening when its script is done."""
    over = threading.Event()
    out, notes = io.StringIO(), io.StringIO()
    names = ("one", "two", "three")
    collectors: list[tuple[SourceSettings, Collector]] = [
        (SourceSettings(name=name, kind=name), Scripted(list(script), over, ends=not index))
        for index, (name, script) in enumerate(zip(names, scripts, strict=False))
    ]
    code = watch_brand(
        brand,
        everything=everything,
        as_json=as_json,
        collectors=collectors,
        out=out,
        notes=notes,
        stop=over,
        zone=UTC,
        wait=lambda seconds: None,
        now=lambda: NOON,
    )
    return Watched(code, out.getvalue(), notes.getvalue())


def test_a_complaint_is_shown_with_time_platform_author_likelihood_reasons_and_link() -> None:
    shown = watched([batch(seen())]).out
    head, text, *why, link, _ = shown.splitlines()
    assert head.startswith("2026-11-21 12:00  bluesky  ann  complaint 0.")
    assert text == f"    {COMPLAINT}"
    assert 'no reply: "nobody answers"' in " ".join(why)
    assert link == "    https://social.example/1"


@pytest.mark.parametrize(
    ("observation", "everything", "count"),
    [
        pytest.param(seen(text=PRAISE), False, 0, id="praise is not shown"),
        pytest.param(seen(text=PRAISE), True, 1, id="with --all every mention is"),
        pytest.param(seen(text="Refund, now!"), True, 0, id="what names no brand never is"),
        pytest.param(seen(kind=Kind.DELETE), True, 0, id="a deletion is nothing to show"),
        pytest.param(seen(kind=Kind.EDIT), False, 1, id="a post first seen as an edit is shown"),
        pytest.param(seen(repost_of="0"), False, 0, id="a repost is no complaint of its own"),
        pytest.param(
            seen(at=NOON - timedelta(hours=25)), True, 0, id="older than a day is no news"
        ),
    ],
)
def test_what_is_shown(observation: Observation, everything: bool, count: int) -> None:
    shown = watched([batch(observation)], everything=everything, as_json=True).out
    assert len(shown.splitlines()) == count


def test_what_was_written_before_the_start_is_marked_as_earlier() -> None:
    earlier = seen("old", at=NOON - timedelta(hours=2))
    shown = watched([batch(seen("new"), earlier)]).out
    first, second = (line for line in shown.splitlines() if "bluesky" in line)
    assert first.startswith("2026-11-21 10:00")
    assert [first.endswith("(earlier)"), second.endswith("(earlier)")] == [True, False]


def test_of_a_long_backlog_the_newest_are_shown_and_the_rest_is_counted() -> None:
    backlog = [seen(str(n), at=NOON - timedelta(minutes=n)) for n in range(1, MAX_EARLIER + 4)]
    told = watched([batch(*backlog)])
    assert told.out.count("(earlier)") == MAX_EARLIER
    assert "11:59" in told.out
    assert "one: 3 more of the last 24 h are not shown." in told.notes


def test_a_post_is_shown_once_whoever_brings_it_and_however_often() -> None:
    assert watched([batch(seen(), seen()), batch(seen())]).out.count("complaint 0.") == 1


def test_the_same_id_on_two_platforms_is_two_posts() -> None:
    both = batch(seen(), seen(platform="mastodon"))
    assert watched([both]).out.count("complaint 0.") == 2


HOSTILE = "\x1b]0;owned\x07\x1b[2J \u202eAcme refund third time asking, no reply \x9b31m\r\nfake"


def test_no_control_byte_of_a_stranger_reaches_the_terminal() -> None:
    shown = watched([batch(seen(text=HOSTILE, handle="\x1b[31mann\x07\n\nfake"))]).out
    assert shown.count("complaint 0.") == 1
    assert all(character == "\n" or character.isprintable() for character in shown)


def test_json_is_one_ascii_line_with_the_post_and_its_judgement() -> None:
    shown = watched([batch(seen(text=HOSTILE))], as_json=True).out
    assert shown.isascii()
    assert shown.count("\n") == 1
    row = json.loads(shown)
    assert (row["platform"], row["id"], row["text"]) == ("bluesky", "1", HOSTILE)
    assert row["verdict"] == "complaint"
    assert row["complaint"] >= 0.5
    assert row["why"]
    assert row["earlier"] is False


def test_a_post_dated_in_the_future_is_taken_as_of_now() -> None:
    far = datetime.max.replace(tzinfo=UTC)
    assert watched([batch(seen(at=far))]).out.startswith("2026-11-21 12:00")


def test_at_the_start_it_says_what_is_opened_and_what_will_not_be_heard() -> None:
    notes = watched([batch()], [batch()]).notes
    assert 'Listening for "Acme"' in notes
    assert "Opening one, two" in notes
    for missed in ("X", "Reddit"):
        assert f"Complaints on {missed} are not heard" in notes


def test_a_failure_is_told_when_it_begins_and_when_it_ends_not_at_each_try() -> None:
    later = Later('source "one": HTTP 503')
    notes = watched([batch(), later, later, later, batch(seen())]).notes
    assert notes.count("one is heard.") == 1
    assert notes.count("one is not heard: HTTP 503. Trying again.") == 1
    assert notes.count("one is heard again.") == 1


def test_a_stretch_that_was_not_heard_is_told() -> None:
    gap = Gap(NOON - timedelta(hours=1), NOON, "the stream no longer had this stretch of time")
    notes = watched([batch(gaps=[gap])]).notes
    assert "one was not heard from 11:00 to 12:00 UTC: the stream no longer" in notes


def test_a_source_that_fails_or_hangs_does_not_starve_the_others() -> None:
    failing: list[Step] = [Later("no")] * 50
    shown = watched([batch(seen(str(n))) for n in range(20)], failing, []).out
    assert shown.count("complaint 0.") == 20


def test_a_bug_in_a_source_is_told_by_its_kind_alone() -> None:
    notes = watched([ValueError("a stranger's words"), batch()]).notes
    assert "unexpected ValueError" in notes
    assert "stranger" not in notes


def test_where_nothing_can_be_reached_it_ends_with_one_sentence_and_exit_code_1() -> None:
    nowhere: list[Step] = [Later("the name cannot be looked up")] * 100_000
    told = watched(nowhere, nowhere)
    assert told.code == 1
    assert told.notes.splitlines()[-1].startswith("No source could be reached.")
    assert told.out == ""


def test_one_source_that_answers_is_enough_to_go_on() -> None:
    late: list[Step] = [*[Later("no")] * (GIVE_UP_TRIES - 1), batch(seen())]
    told = watched(late, [Forbidden("no")] * GIVE_UP_TRIES)
    assert told.code == 0
    assert "complaint 0." in told.out


def test_without_any_source_it_says_so_and_ends() -> None:
    over = threading.Event()
    notes = io.StringIO()
    arguments = {"everything": False, "as_json": False, "collectors": [], "stop": over}
    code = watch_brand("Acme", out=io.StringIO(), notes=notes, **arguments)  # type: ignore[arg-type]
    assert code == 1
    assert "No source could be opened" in notes.getvalue()


class Closed(io.StringIO):
    """A pipe whose reader has gone."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(BrokenPipeError(), id="the pipe is broken"),
        pytest.param(ValueError("I/O operation on closed file"), id="the stream is closed"),
    ],
)
def test_a_reader_who_leaves_ends_it_quietly(error: Exception) -> None:
    over = threading.Event()
    source = Scripted([batch(seen())], over, ends=False)
    notes = io.StringIO()
    code = watch_brand(
        "Acme",
        everything=True,
        as_json=True,
        collectors=[(SourceSettings(name="one", kind="one"), source)],
        out=Closed(error),
        notes=notes,
        stop=over,
        now=lambda: NOON,
    )
    assert code == 0
    assert [over.is_set(), source.closed] == [True, True]
    assert "error" not in notes.getvalue().lower()


def test_ctrl_c_ends_it_quietly_and_closes_every_source() -> None:
    over = threading.Event()
    source = Scripted([batch(seen())], over, ends=False)
    code = watch_brand(
        "Acme",
        everything=True,
        as_json=False,
        collectors=[(SourceSettings(name="one", kind="one"), source)],
        out=Closed(KeyboardInterrupt()),  # type: ignore[arg-type]
        notes=io.StringIO(),
        stop=over,
        now=lambda: NOON,
    )
    assert code == 0
    assert [over.is_set(), source.closed] == [True, True]


@pytest.mark.parametrize(
    "brand",
    [
        pytest.param("", id="nothing"),
        pytest.param("  ", id="blanks"),
        pytest.param('"', id="only a quote"),
        pytest.param("x" * 201, id="too long"),
    ],
)
def test_what_cannot_be_listened_for_is_refused(brand: str) -> None:
    with pytest.raises(NothingToWatch):
        watched([batch()], brand=brand)


@pytest.mark.parametrize(
    "brand", ["Müller & Söhne", "#acme", "@acme", "アクメ", "3M", "a(b", "C++"]
)
def test_a_brand_may_be_any_word(brand: str) -> None:
    text = f"Third time asking {brand} for a refund, still no reply"
    assert watched([batch(seen(text=text))], brand=brand).out


def test_a_stream_that_cannot_show_a_letter_shows_a_question_mark() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Paper(out, out).show("Müller 😡")
    out.seek(0)
    assert out.read() == "M?ller ?"


# ------------------------------------------------------------------------------------ one ear
def ear(
    script: list[Step], wait: Callable[[float], object] | None = None
) -> tuple[Ear, Scripted, list[Report]]:
    over = threading.Event()
    source = Scripted(script, over)
    told: list[Report] = []
    return (
        Ear(
            "one",
            source,
            every=60.0,
            told=told.append,
            over=over,
            wait=wait or (lambda seconds: None),
            now=lambda: NOON,
            randomness=SeededRandomness(),
        ),
        source,
        told,
    )


def test_failures_back_off_and_an_answer_brings_the_usual_rhythm_back() -> None:
    waits: list[float] = []
    one, _, _ = ear([Later("no")] * 4 + [batch()], waits.append)
    one.listen()
    *failing, usual = waits
    assert failing == sorted(failing)
    assert failing[-1] >= 4 * failing[0] > 0
    assert usual == 60.0


def test_a_wait_that_the_platform_asks_for_is_kept() -> None:
    waits: list[float] = []
    one, _, _ = ear([RateLimited("wait", NOON + timedelta(minutes=7))], waits.append)
    one.listen()
    assert waits == [420.0]


def test_a_source_that_has_more_is_asked_again_at_once() -> None:
    waits: list[float] = []
    one, _, _ = ear([Batch(cursor="a", more=True), Batch(more=True)], waits.append)
    one.listen()
    assert waits == []


def test_the_place_is_handed_on_and_kept_where_a_batch_gives_none() -> None:
    one, source, _ = ear([Batch(cursor="a"), Batch(cursor=None), Later("no")])
    one.listen()
    assert [cursor for cursor, _ in source.asked] == [None, "a", "a", "a"]


def test_the_first_fetch_is_short_so_that_one_knows_soon() -> None:
    one, source, _ = ear([batch()])
    one.listen()
    assert [deadline for _, deadline in source.asked] == [FIRST_DEADLINE, DEADLINE]


def test_what_fails_because_it_was_ended_is_no_failure() -> None:
    one, source, told = ear([])

    def broken(cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        source.over.set()
        raise Later("closed under us")

    source.fetch = broken  # type: ignore[method-assign]
    one.listen()
    assert told == []


def test_each_failure_is_counted_and_an_answer_starts_anew() -> None:
    one, _, told = ear([Later("a"), Later("b"), batch(), Later("c")])
    one.listen()
    counts = [each.failures if isinstance(each, Failed) else 0 for each in told]
    assert counts[:4] == [1, 2, 0, 1]
    assert isinstance(told[2], Heard)


# --------------------------------------------------------------------- over real connections
def rss(*titles: str) -> str:
    items = "".join(
        f"<item><guid>{n}</guid><title>{title}</title><link>https://news.example/{n}</link>"
        "<pubDate>Sat, 21 Nov 2026 11:00:00 GMT</pubDate></item>"
        for n, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>news</title>{items}</channel></rss>'


def test_a_real_feed_over_loopback_is_heard(httpserver: HTTPServer) -> None:
    over = threading.Event()
    titles = ("Still no refund from Acme, third time asking, nobody answers", "Weather is fine")
    httpserver.expect_request("/feed").respond_with_data(
        rss(*titles), content_type="application/rss+xml"
    )
    settings = settings_of("feed").model_validate(
        {"kind": "feed", "name": "news", "urls": [httpserver.url_for("/feed")]}
    )
    wire = HttpWire(allowed={f"localhost:{httpserver.port}"})
    tools = Tools(wire, lambda secret: "", "tocsin/0")
    out, notes = io.StringIO(), io.StringIO()
    code = watch_brand(
        "Acme",
        everything=False,
        as_json=True,
        collectors=[(settings, build(settings, (Brand(name="Acme"),), tools))],
        out=out,
        notes=notes,
        stop=over,
        wait=lambda seconds: over.set(),
        now=lambda: NOON,
    )
    wire.close()
    assert code == 0
    (row,) = map(json.loads, out.getvalue().splitlines())
    assert row["url"] == "https://news.example/0"
    assert row["earlier"] is True
    assert "news is heard." in notes.getvalue()
