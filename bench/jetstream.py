"""What it costs to follow all of Bluesky: `python -m bench.jetstream`.

One process, with the daemon's own source, thread, intake and store on disk, follows a firehose
that is replayed on loopback by another; its own processor time is counted, whoever else is busy.
"""

import gc
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.chat import silenced
from bench.firehose import firehose
from config import Brand
from config.settings import ChannelSettings, Contact, Person, Settings, Team
from listener import collectors
from listener.budget import Unlimited
from listener.collectors import bluesky
from listener.tools import Tools
from tocsin.clock import SteadyClock
from tocsin.randomness import SystemRandomness
from tocsin.sources import Reading, SourceWorker
from tocsin.wire import HttpWire
from tocsin.wiring import House, build

RATE = 3_000  # posts a second
SECONDS = 20.0
WARMING = 3.0  # seconds that are not counted: the first batch loads what judges posts
BRANDS, TERMS_EACH = 100, 10
PROMISED = 0.40  # of one core
PATIENCE = 30.0  # seconds for what is still on its way when the stream has ended


def main() -> int:
    """Print what a second of the stream costs; returns 1 where it is more than promised."""
    with silenced(), tempfile.TemporaryDirectory() as folder:
        share, late, kept, naming = followed(Path(folder))
    print(
        f"Jetstream, {RATE:,} posts a second against {BRANDS * TERMS_EACH:,} terms: "
        f"{100 * share:.0f} % of one core, promised {100 * PROMISED:g} %; "
        f"{kept} of {naming} posts that name a term are kept, the last {late:.1f} s after its end"
    )
    return int(share > PROMISED or kept != naming)


def followed(folder: Path) -> tuple[float, float, int, int]:
    """The share of a core; seconds until all was kept; posts kept, and posts that name a term."""
    names = brands(random.Random(3))
    terms = [term for brand in names for term in brand.terms]
    house = _house(folder / "bench.db", names)
    with firehose(RATE, SECONDS, terms) as source:
        worker = _worker(house, source.address, names)
        worker.start()
        time.sleep(WARMING)
        gc.collect()
        begun, used = time.perf_counter(), time.process_time()
        time.sleep(SECONDS - WARMING - 2.0)  # the warmth of the start and the end is not counted
        share = (time.process_time() - used) / (time.perf_counter() - begun)
        _, naming = source.told(60)
        ended = time.perf_counter()
        while (kept := _kept(house)) < naming and time.perf_counter() < ended + PATIENCE:
            time.sleep(0.1)
        late = time.perf_counter() - ended
        worker.stop()
        worker.join(10)
    house.store.close()
    return share, late, kept, naming


def brands(draw: random.Random) -> tuple[Brand, ...]:
    """Brands with made-up names that stand in no text by accident."""
    made = [_terms(draw) for _ in range(BRANDS)]
    return tuple(Brand(name=terms[0], terms=terms) for terms in made)


def _terms(draw: random.Random) -> tuple[str, ...]:
    """A name, its handles, and names of its services."""
    name = "".join(draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(4)).title()
    services = ("Air", "Mobile", "Bank", "Care", "Energy", "Plus", "Home")
    return (name, f"@{name}Help", f"#{name}Fail", *(f"{name} {one}" for one in services))


def _house(database: Path, names: Sequence[Brand]) -> House:
    settings = Settings(
        fallback_executive="ada",
        brands=tuple(names),
        people=(Person(name="ada", contacts=(Contact(channel="chat", to="ada"),)),),
        teams=(Team(name="care", members=("ada",)),),
        channels=(ChannelSettings(name="chat", kind="terminal", room="room"),),
    )
    return build(
        settings,
        database,
        clock=SteadyClock(),
        randomness=SystemRandomness(),
        channels={},
        threaded=True,
    )


def _worker(house: House, address: str, names: Sequence[Brand]) -> SourceWorker:
    settings = bluesky.Settings(name="sky", kind="bluesky", hosts=(address,))
    wire = HttpWire(allowed=[address.partition("://")[2]])
    tools = Tools(wire, lambda secret: "", "tocsin (bench)", Unlimited())
    collector = collectors.build(settings, names, tools)
    return SourceWorker(Reading(settings, collector, wire.close), house)


def _kept(house: House) -> int:
    with house.store.read() as desk:
        found = desk.connection.execute("select count(*) from posts").fetchone()
    return int(found[0])


if __name__ == "__main__":
    raise SystemExit(main())
