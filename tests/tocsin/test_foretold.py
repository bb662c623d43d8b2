"""What a paid source would find is counted by its platform, before anything is read."""

import re
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from config.example import write_example
from tocsin.cli import app

PAID = """
[[sources]]
kind = "x"
name = "x"
bearer_token = {{ env = "X_TEST_TOKEN" }}
api = "http://{place}"
dollars_per_day = {dollars}
"""


@pytest.fixture
def counted(httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("X_TEST_TOKEN", "hunter2")
    place = f"localhost:{httpserver.port}"

    def run(query: str, sources: str = PAID, dollars: float = 1.0, *more: str) -> str:
        config = tmp_path / "tocsin.toml"
        config.unlink(missing_ok=True)
        write_example(config)
        declared = sources.format(place=place, dollars=dollars)
        config.write_text(f'private_hosts = ["{place}"]\n{config.read_text()}{declared}')
        given = ["preview", query, "--counts", "--listen", "0s", "--config", str(config), *more]
        result = CliRunner().invoke(app, given)
        assert "hunter2" not in result.output
        return re.sub(r"\s+", " ", result.output)

    return run


def counting(httpserver: HTTPServer, posts: int) -> None:
    httpserver.expect_request("/2/tweets/counts/recent").respond_with_json(
        {"meta": {"total_tweet_count": posts}}
    )


def test_a_query_is_counted_and_priced_before_it_is_declared(httpserver, counted) -> None:
    counting(httpserver, 1_400)
    said = counted("acme")
    assert "Counted, x: 1400 posts in 7 days: about $30.00 in 30 days" in said
    assert "at most $90.00 with authors. Counting cost $0.005." in said
    ((asked, _),) = httpserver.log
    assert asked.args["query"] == '("acme") -is:retweet'


def test_programs_get_it_as_figures(httpserver, counted) -> None:
    counting(httpserver, 7)
    said = counted("acme", PAID, 1.0, "--json")
    assert '"where": "counted"' in said
    assert '"posts": 7' in said


def test_without_money_nobody_is_asked(httpserver, counted) -> None:
    assert "Counted, x: the money for search is spent" in counted("acme", PAID, 0.0)
    assert httpserver.log == []


def test_an_answer_that_fails_is_said_and_not_taken_for_nothing(httpserver, counted) -> None:
    httpserver.expect_request("/2/tweets/counts/recent").respond_with_data("", status=503)
    assert 'Counted, x: source "x": HTTP 503 Service Unavailable' in counted("acme")


def test_where_nothing_costs_money_it_says_so(counted) -> None:
    assert "no source is declared that costs money" in counted("acme", "")
