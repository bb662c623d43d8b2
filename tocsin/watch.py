"""`tocsin watch "Brand"`: complaints from the keyless sources as they come. It keeps nothing."""

import contextlib
import queue
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NoReturn, TextIO

from pydantic import ValidationError

from config import Brand, Secret, SourceSettings
from listener import collectors as registry
from listener.assess import Assessor
from listener.collector import Collector, Gap, SourceError
from listener.tools import Tools
from tocsin.ear import Ear, Failed, Report
from tocsin.paper import ClosedPaper, Paper
from tocsin.sighting import Showing
from tocsin.unheard import unheard
from tocsin.wire import HttpWire

GIVE_UP_TRIES = 4  # failures of every source, none of which ever answered
GIVE_UP_SECONDS = 60.0  # the same, where a source neither answers nor fails
ENDING_SECONDS = 1.2  # what threads and sockets get; Ctrl-C promises two in all
STILL_HERE_SECONDS = 300.0  # of showing nothing, after which it says that it is listening
MAX_WAITING = 100  # batches between the sources' threads and the printing
LOOK_SECONDS = 0.1  # how long a stop may go unnoticed

# Kind, and what is declared of it: all else is its default.
KEYLESS: Sequence[tuple[str, Mapping[str, object]]] = (
    ("bluesky", {"name": "Bluesky"}),
    ("hackernews", {"name": "Hacker News", "every": "1m"}),
    ("feed", {"name": "Google News", "google_news": True}),
)

_BY_NAME = re.compile(r'^source "[^"]*": ')  # errors say whose they are; the line does already

Source = tuple[SourceSettings, Collector]


class NothingToWatch(ValueError):
    """What was asked for cannot be listened for; the text says why."""


def watch_brand(
    brand: str,
    *,
    everything: bool,
    as_json: bool,
    collectors: Sequence[Source] | None = None,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
    notes: TextIO | None = None,
    zone: tzinfo | None = None,
    wait: Callable[[float], object] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Listen until `stop` is set, Ctrl-C is pressed or nobody reads `out` any more.

    everything  every mention, not complaints alone.
    collectors  default: the keyless sources.
    out, notes  posts and everything else; default: standard output and standard error.
    zone        of the times that are shown; default: this machine's.
    wait        how a source waits between two fetches; default: until it is time, or over.
    Returns the exit code: 1 where no source could be reached at all. Raises NothingToWatch.
    """
    declared = _declared(brand)
    over = stop or threading.Event()
    paper = Paper(out or sys.stdout, notes or sys.stderr)
    showing = Showing(Assessor((declared,)), everything, as_json, zone, now())
    with contextlib.ExitStack() as closing:
        try:
            paper.note(f'Listening for "{declared.terms[0]}". Ctrl-C ends it.')
            wire = HttpWire()
            sources = keyless(declared, wire, paper) if collectors is None else collectors
            watch = Watch(sources, showing, paper, over, wait=wait, now=now)
            closing.callback(watch.end)
            closing.callback(wire.close)  # comes first: it ends what the sources are asking
            with _ended_by_ctrl_c(over):
                return watch.run()
        except KeyboardInterrupt:
            return 0
        except (BrokenPipeError, ClosedPaper):
            paper.let_go()
            return 0
        finally:
            over.set()


@contextlib.contextmanager
def _ended_by_ctrl_c(over: threading.Event) -> Iterator[None]:
    """Ctrl-C sets `over`; a second one interrupts as ever.

    An exception would be lost where it is raised while Python calls back on its own account, as
    it does for a module that is being imported.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT) or signal.default_int_handler

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        over.set()

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _declared(brand: str) -> Brand:
    term = brand.strip()
    try:
        # The name is our own word, because it may not hold everything that a brand may.
        declared = Brand(name="brand", terms=(term,))
    except ValidationError:
        raise NothingToWatch("A brand is a word or a phrase of 1 to 200 characters.") from None
    if not any(character.isalnum() for character in term):
        raise NothingToWatch("A brand has at least one letter or digit.")
    return declared


def keyless(brand: Brand, wire: HttpWire, paper: Paper) -> list[Source]:
    """The sources that ask for no key. One whose library is missing is told and left out."""
    from tocsin.live import USER_AGENT

    tools = Tools(wire, _no_secret, USER_AGENT)
    sources: list[Source] = []
    for kind, settings in KEYLESS:
        declared = registry.settings_of(kind).model_validate({"kind": kind, **settings})
        try:
            sources.append((declared, registry.build(declared, (brand,), tools)))
        except SourceError as error:
            paper.note(f"{declared.name} is left out: {error}.")
    return sources


def _no_secret(secret: Secret) -> NoReturn:
    raise AssertionError("a keyless source asked for a secret")


class Watch:
    """Starts an ear for each source and prints what they report, in the caller's thread."""

    def __init__(
        self,
        sources: Sequence[Source],
        showing: Showing,
        paper: Paper,
        over: threading.Event,
        *,
        wait: Callable[[float], object] | None,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._showing = showing
        self._paper = paper
        self._over = over
        self._monotonic = monotonic
        self._reports: queue.Queue[Report] = queue.Queue(MAX_WAITING)
        self._failing: dict[str, Failed] = {}
        self._answered: set[str] = set()
        self._kinds = [settings.kind for settings, _ in sources]
        self._ears = [
            Ear(
                settings.name,
                collector,
                every=settings.every.total_seconds(),
                told=self._take,
                over=over,
                wait=wait,
                now=now,
            )
            for settings, collector in sources
        ]

    def run(self) -> int:
        """Print until it is over; the exit code."""
        if self._ears:
            names = ", ".join(ear.name for ear in self._ears)
            self._paper.note(f"Opening {names}; what is older than now is marked (earlier).")
        for sentence in unheard(self._kinds):
            self._paper.note(sentence)
        for ear in self._ears:
            ear.start()
        return self._print_reports()

    def end(self) -> None:
        """Close every source; a thread that does not end in time is left to the process's end."""
        self._over.set()
        ends = self._monotonic() + ENDING_SECONDS
        closing = [threading.Thread(target=_close, args=[ear], daemon=True) for ear in self._ears]
        # A second Ctrl-C asks for what is being done.
        with contextlib.suppress(KeyboardInterrupt):
            for thread in closing:
                thread.start()
            for join in [*(thread.join for thread in closing), *(ear.join for ear in self._ears)]:
                join(max(0.0, ends - self._monotonic()))

    def _take(self, report: Report) -> None:
        """Called by the ears. A slow reader of ours holds them up rather than filling memory."""
        while not self._over.is_set():
            with contextlib.suppress(queue.Full):
                self._reports.put(report, timeout=LOOK_SECONDS)
                return

    def _print_reports(self) -> int:
        started = spoke = self._monotonic()
        while True:
            try:
                report = self._reports.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if self._over.is_set():
                    return 0
            else:
                if self._print(report):
                    spoke = self._monotonic()
            if self._is_hopeless(self._monotonic() - started):
                self._paper.note(self._nothing_reached())
                return 1
            if self._monotonic() - spoke >= STILL_HERE_SECONDS:
                spoke = self._monotonic()
                self._paper.note(self._still_here())

    def _print(self, report: Report) -> bool:
        """Print one report; whether there was anything to print."""
        if isinstance(report, Failed):
            return self._print_failure(report)
        self._print_answer(report.source)
        for gap in report.batch.gaps:
            self._paper.note(_missed(report.source, gap))
        chosen, left_out = self._showing.chosen(report.batch.observations)
        if left_out:
            self._paper.note(f"{report.source}: {left_out} more of the last 24 h are not shown.")
        for sighting in chosen:
            self._paper.show(self._showing.spelt(sighting))
        return bool(chosen)

    def _print_failure(self, failed: Failed) -> bool:
        first = failed.source not in self._failing
        self._failing[failed.source] = failed
        if first:
            reason = _BY_NAME.sub("", failed.reason).rstrip(".")
            self._paper.note(f"{failed.source} is not heard: {reason}. Trying again.")
        return first

    def _print_answer(self, source: str) -> None:
        if self._failing.pop(source, None):
            self._paper.note(f"{source} is heard again.")
        elif source not in self._answered:
            self._paper.note(f"{source} is heard.")
        self._answered.add(source)

    def _is_hopeless(self, seconds: float) -> bool:
        if self._answered:
            return False
        tried = [self._failing[e.name].failures for e in self._ears if e.name in self._failing]
        all_tried = len(tried) == len(self._ears) and all(n >= GIVE_UP_TRIES for n in tried)
        return all_tried or seconds >= GIVE_UP_SECONDS

    def _nothing_reached(self) -> str:
        if not self._ears:
            return "No source could be opened; install what the lines above name."
        return (
            "No source could be reached. Look at this machine's network (name lookup, firewall; "
            "proxies are not used), then try again."
        )

    def _still_here(self) -> str:
        deaf = ", ".join(sorted(self._failing))
        named = self._showing.mentions
        heard = f"{named} post{'' if named == 1 else 's'} named it so far"
        return f"Still listening; {heard}." + (f" Not heard: {deaf}." if deaf else "")


def _close(ear: Ear) -> None:
    with contextlib.suppress(Exception):
        ear.close()


def _missed(source: str, gap: Gap) -> str:
    return f"{source} was not heard from {gap.since:%H:%M} to {gap.until:%H:%M} UTC: {gap.reason}."
