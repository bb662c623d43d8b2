"""How soon a chat shows what was pressed: `python -m bench.chat`.

A whole daemon (store on disk, engine, delivery) against a chat of our own on loopback: what the
network and the platform add to it is not in these figures.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROUNDS = 20
BREATH = 4.0  # seconds between two cases: what a room takes in one, Slack's own limit decides
PROMISED = 1.0  # seconds from a click to the changed card


def main() -> int:
    """Print every figure; returns 1 where one is over what is promised."""
    over = False
    with silenced():
        for name, measure in CHATS.items():
            for what, taken, promised in measure():
                worst = max(taken)
                over = over or worst > promised
                print(
                    f"{name}: {what:<34} {statistics.median(taken) * 1000:7.0f} ms median, "
                    f"{worst * 1000:5.0f} ms worst of {len(taken)}, promised {promised * 1000:g} ms"
                )
    return int(over)


def slack() -> Iterator[tuple[str, list[float], float]]:
    """Slack: acknowledged to Slack, the button gone from the card, and a modal handed over."""
    from tests.escalation.channels.fake_slack import ADA
    from tests.tocsin.slack_house import SlackHouse

    acked: list[float] = []
    shown: list[float] = []
    asked: list[float] = []
    renewed: list[float] = []
    with tempfile.TemporaryDirectory() as folder, SlackHouse(Path(folder), durable=True) as desk:
        chat = desk.slack
        for number in range(1, ROUNDS + 1):
            time.sleep(BREATH)
            card, started = desk.complain(), time.perf_counter()
            [envelope] = chat.click(ADA, card, "Acknowledge")
            chat.ack(envelope)
            acked.append(time.perf_counter() - started)
            chat.until(lambda card=card: "Acknowledge" not in chat.labels(card), "the card")
            shown.append(time.perf_counter() - started)
            started = time.perf_counter()
            chat.click(ADA, card, "Hand over …")
            chat.until(lambda number=number: len(chat.views) == number, "the modal")
            asked.append(time.perf_counter() - started)
        for _ in range(ROUNDS // 4):
            chat.refresh(closes=False)
            started = time.perf_counter()
            [envelope] = chat.click(ADA, card, "Hand over …")
            chat.ack(envelope)
            renewed.append(time.perf_counter() - started)
    yield "click to acknowledged to Slack", acked, 3.0
    yield "click to card without its button", shown, PROMISED
    yield "click to modal handed over", asked, 3.0
    yield "acknowledged just after a renewal", renewed, 3.0


@contextmanager
def silenced() -> Iterator[None]:
    """The daemon's log does not stand among the figures."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


CHATS: dict[str, Callable[[], Iterator[tuple[str, list[float], float]]]] = {"slack": slack}

if __name__ == "__main__":
    raise SystemExit(main())
