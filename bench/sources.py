"""What memory a source takes: `python -m bench.sources [KIND …]`.

Each in a fresh process: the daemon's house with everything that judges and stores posts in it, and
then what is resident more once the source has been made and has read some thousand posts, or all
that its platform shows.
"""

import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.firehose import words
from bench.source_worlds import PACE, SIMULATED, Granting, Pages, secret_of, world_of
from config import Brand, SourceSettings
from listener import collectors
from listener.collector import Batch, Collector
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools
from tests.contracts.collector_samples import SAMPLES, START
from tocsin.clock import VirtualClock
from tocsin.wiring import House

ROOT = Path(__file__).parents[1]
PROMISED = 50.0  # MB
ROUNDS = 8  # polls
PAUSE = 0.4  # seconds between two polls, so that a simulated platform goes on
GRANTED = ("googleplay", "googlebusiness")


def main(kinds: list[str] | None = None) -> int:
    """Print what each source adds; returns 1 where it is more than promised."""
    over = False
    for kind in kinds or sorted(collectors.COLLECTORS):
        try:
            most, posts = measured(kind)
        except KeyError:
            print(f"{kind:16}left out: bench/source_worlds.py does not know what to declare")
            continue
        over = over or most > PROMISED or not posts
        print(
            f"{kind:16}{most:5.1f} MB, {posts:6,} posts read; promised {PROMISED:g} MB", flush=True
        )
    return int(over)


def measured(kind: str) -> tuple[float, int]:
    """MB resident at the most beyond those without it, and posts that it read."""
    with world_of(kind) as told:
        ended = subprocess.run(
            [sys.executable, "-m", "bench.sources", "--one", kind, json.dumps(told)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": "a-token"},
            stdout=subprocess.PIPE,
            check=True,
        )
    most, posts = json.loads(ended.stdout)
    return most, posts


def one(kind: str, told: dict[str, Any]) -> tuple[float, int]:
    """The same, in this process, which has measured nothing before."""
    brand = Brand(name="Acme")
    clock = VirtualClock(START)
    with tempfile.TemporaryDirectory() as folder:
        house = _house(Path(folder) / "bench.db", brand, clock)
        _warm(house)
        settings = collectors.settings_of(kind)(kind=kind, name="it", **_own(told["declare"]))
        gc.collect()
        _forget_peak()
        before = _peak()
        posts = _read(house, settings, brand, told)
        most = _peak() - before
        house.store.close()
    return most, posts


def _own(declare: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in declare.items() if name not in ("kind", "name")}


def _house(database: Path, brand: Brand, clock: VirtualClock) -> House:
    import tocsin.daemon
    import tocsin.live  # noqa: F401  the daemon has loaded it all before there is a source
    from config.settings import ChannelSettings, Contact, Person, Settings, Team
    from tocsin.randomness import SystemRandomness
    from tocsin.wire import HttpWire
    from tocsin.wiring import build

    HttpWire()  # its TLS library
    settings = Settings(
        fallback_executive="ada",
        brands=(brand,),
        people=(Person(name="ada", contacts=(Contact(channel="chat", to="ada"),)),),
        teams=(Team(name="care", members=("ada",)),),
        channels=(ChannelSettings(name="chat", kind="terminal", room="room"),),
    )
    return build(
        settings, database, clock=clock, randomness=SystemRandomness(), channels={}, threaded=True
    )


def _warm(house: House) -> None:
    """Judge and store posts of no source, in many languages: whatever that loads is there."""
    texts = [(tag, text) for tag, some in sorted(words().items()) for text in some]
    seen = [
        Observation(
            Kind.POST,
            Post("warm", f"w{n}", f"{text} @Acme", START, Author(f"a{n}"), lang=tag),
            START,
        )
        for n, (tag, text) in enumerate(texts)
    ]
    house.store.write(lambda desk: desk.start_source("warm", START - timedelta(hours=1)))
    batch = Batch(tuple(seen), "c")
    house.store.write(lambda desk: house.pipeline.take(desk, "warm", batch, START))


def _read(house: House, settings: SourceSettings, brand: Brand, told: dict[str, Any]) -> int:
    from tocsin.sources import Reading, SourceWorker
    from tocsin.wire import HttpWire

    kind = settings.kind
    wire = HttpWire(allowed=[told["allowed"]] if "allowed" in told else ())
    pages = Granting() if kind in GRANTED else Pages(kind) if _is_paged(kind) else None
    secret = secret_of(kind)
    tools = Tools(pages or wire, lambda _: secret, "tocsin (bench)")
    collector = _collector(settings, brand, tools)
    worker = SourceWorker(Reading(settings, collector, wire.close), house)
    if kind == "bluesky":
        return _followed(house, worker, collector)
    house.store.write(lambda desk: desk.start_source("it", house.clock.now()))
    begun = time.monotonic() - 3_600 / told["pace"] * (kind in SIMULATED)
    posts = 0
    for number in range(ROUNDS):
        if pages is not None:
            pages.write()
        if kind == "form":
            _written(settings, number)
        _move(house, kind, number, begun)
        worker._wait_until = None
        worker._poll()
        posts = _kept(house)
        if kind in SIMULATED:
            time.sleep(PAUSE)
    worker.stop()
    return posts


def _is_paged(kind: str) -> bool:
    return kind in SAMPLES and kind not in SIMULATED


def _move(house: House, kind: str, number: int, begun: float) -> None:
    clock = house.clock
    assert isinstance(clock, VirtualClock)
    if kind in SIMULATED:
        from tests.simulator.script import START as OPENED

        clock.move_to(OPENED + timedelta(seconds=(time.monotonic() - begun) * PACE))
    else:
        clock.move_to(START + timedelta(hours=1 + number))


def _followed(house: House, worker: Any, collector: Collector) -> int:
    """A stream is followed for a while by its thread, as in the daemon."""
    worker.start()
    time.sleep(ROUNDS * 2)
    worker.stop()
    worker.join(10)
    return _kept(house)


def _collector(settings: SourceSettings, brand: Brand, tools: Tools) -> Collector:
    if settings.kind != "imap":
        return collectors.build(settings, [brand], tools)
    from listener.collectors.imap import ImapSource, Settings
    from listener.collectors.imap_answers import Bounded

    assert isinstance(settings, Settings)

    class Plain(Bounded):
        """Without TLS, to a server on loopback."""

    port = settings.port
    return ImapSource(settings, tools, lambda s: Plain("127.0.0.1", port, timeout=s))


def _written(settings: SourceSettings, number: int) -> None:
    """What people wrote into the form since the last poll."""
    from listener.collectors.form import Settings
    from listener.spool import Spool
    from listener.spooled import Word

    assert isinstance(settings, Settings)
    spool, minute = Spool(settings.folder), START + timedelta(hours=number)
    spool.prepare()
    spool.beat(minute)
    for n in range(number * 50, number * 50 + 50):
        text = f"Acme is late, and nobody answers: post-{n}."
        spool.keep(
            Word(id=f"{n:032x}", author=f"a-{n:032x}", brand="Acme", text=text, minute=minute)
        )


def _kept(house: House) -> int:
    with house.store.read() as desk:
        found = desk.connection.execute("select count(*) from posts where platform != 'warm'")
        return int(found.fetchone()[0])


def _forget_peak() -> None:
    """Count the peak from here on; where that is not allowed, from the start of the process."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # proc(5)


def _peak() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        from bench.chat import silenced

        with silenced():
            print(json.dumps(one(sys.argv[2], json.loads(sys.argv[3]))))
    else:
        raise SystemExit(main(sys.argv[1:]))
