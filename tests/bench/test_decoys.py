"""What the bench of decoys claims keeps standing, on a few dice."""

from random import Random

import pytest

from bench import decoys

SEEDS = (1, 2, 3)


def rings(rule: type[decoys.Rule], scenario: decoys.Scenario) -> int:
    since = decoys.begins(scenario)
    streams = [decoys.in_order(scenario(Random(seed))) for seed in SEEDS]
    return sum(decoys.told(rule(), each, since) for each in streams)


@pytest.mark.parametrize("scenario", decoys.MUST, ids=lambda each: each.__name__)
def test_a_true_storm_rings_in_spite_of_trouble(scenario: decoys.Scenario) -> None:
    assert rings(decoys.Ours, scenario) == len(SEEDS)


@pytest.mark.parametrize(
    "scenario",
    [decoys.fresh_accounts, decoys.out_of_order, decoys.wrong_clocks, decoys.one_a_week],
    ids=lambda each: each.__name__,
)
def test_a_decoy_does_not_ring(scenario: decoys.Scenario) -> None:
    assert rings(decoys.Ours, scenario) == 0


def test_a_common_rule_rings_at_an_orchestrated_outcry() -> None:
    assert rings(decoys.ThreeSigma, decoys.coordinated) == len(SEEDS)


def test_a_measure_stays_small_however_full_it_is() -> None:
    found = decoys.cost(posts=5_000, brands=3)
    assert found.stored < 24
    assert found.memory < 600
