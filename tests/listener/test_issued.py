"""When a running storm stands so much otherwise that it is said anew."""

from dataclasses import replace

import pytest

from listener.issued import Figures, figures_of, is_news
from listener.storm import Signal

SAID = Figures("storm", 40, 60, 2.0, 0.7, 0.1, 1.8, 0.99, 2, None, 130, 1_300)


@pytest.mark.parametrize(
    ("change", "news"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"people": 45, "low": 140, "high": 1_400}, False, id="a little"),
        pytest.param({"people": 51}, True, id="a quarter more people"),
        pytest.param({"people": 31}, True, id="far fewer people"),
        pytest.param({"low": 90, "high": 900}, True, id="another forecast"),
        pytest.param({"low": None, "high": None}, True, id="no forecast any more"),
        pytest.param({"begets": 1.2}, False, id="it begets less, and still spreads"),
        pytest.param({"begets": 0.9}, True, id="it does not spread any more"),
        pytest.param({"platforms": 3}, True, id="another platform"),
        pytest.param({"level": "spreading"}, True, id="it is called spreading"),
    ],
)
def test_is_news(change: dict[str, object], news: bool) -> None:
    assert is_news(SAID, replace(SAID, **change)) is news  # type: ignore[arg-type]


def test_what_is_kept_of_a_signal_is_what_it_says() -> None:
    signal = Signal("storm", 40, 60, 2.0, 0.7, 0.1, 21.5, 1.8, 0.99, 2, None, (130, 1_300))
    assert figures_of(signal) == SAID
    assert figures_of(signal).likely == (130, 1_300)
    assert figures_of(replace(signal, likely=None)).likely is None
