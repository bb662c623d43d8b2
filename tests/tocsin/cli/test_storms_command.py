"""`tocsin storms`: a picture as a file, and when it would have rung."""

import sys
from pathlib import Path

import pytest

from tests.tocsin.cli.conftest import Tocsin


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's week, kept."""
    from tocsin.demo import playing

    keep = tmp_path_factory.mktemp("storms") / "demo"
    playing._prepare(keep)
    for _ in playing.play(keep=keep):
        pass
    return keep / playing.CONFIG


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<svg"), ("A.PNG", b"\x89PNG")])
def test_a_storm_is_drawn_into_a_file(
    tocsin: Tocsin, kept: Path, tmp_path: Path, name: str, start: bytes
) -> None:
    ended = tocsin("storms", "picture", 1, "--out", name, "--config", kept)
    assert ended.code == 0, ended.err
    assert (tmp_path / name).read_bytes().startswith(start)
    assert f"{name}: Incident 1: Mokkelby. Unhappy people in each 5 min" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, "--out", "a.jpg"), "ends in .svg or .png"),
        ((9, "--out", "a.svg"), "There is no incident 9"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    tocsin: Tocsin, kept: Path, arguments: tuple[object, ...], said: str
) -> None:
    ended = tocsin("storms", "picture", *arguments, "--config", kept)
    assert ended.code in (1, 2)
    assert said in ended.err


def test_without_the_extra_it_says_how_to_get_it(
    tocsin: Tocsin, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ended = tocsin("storms", "picture", 1, "--out", "a.svg", "--config", kept)
    assert ended.code == 1
    assert "pip install 'tocsin[pictures]'" in ended.err


def test_a_backtest_needs_no_extra(
    tocsin: Tocsin, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    ended = tocsin("storms", "backtest", "--sensitivity", "normal", "--config", kept)
    assert ended.code == 0, ended.err
    assert "normal: 1 alarm" in ended.out
    assert "calm:" not in ended.out


def test_a_backtest_is_one_object_a_brand(tocsin: Tocsin, kept: Path) -> None:
    (row,) = tocsin("storms", "backtest", "--since", "30d", "--json", "--config", kept).rows
    assert row["brand"] == "Mokkelby"
    assert [one["sensitivity"] for one in row["sensitivities"]] == ["calm", "normal", "keen"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--brand", "Nobody"), "There is no brand 'Nobody'. Known: Mokkelby"),
        (("--sensitivity", "loud"), "Known: calm, normal, keen"),
        (("--since", "0"), "is no duration"),
        (("--since", "0d"), "--since 0d is no past"),
        (("--since", "often"), "--since"),
    ],
)
def test_what_cannot_be_backtested_is_said(
    tocsin: Tocsin, kept: Path, arguments: tuple[str, str], said: str
) -> None:
    ended = tocsin("storms", "backtest", *arguments, "--config", kept)
    assert ended.code == 2
    assert said in ended.err
