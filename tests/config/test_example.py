"""The file that `tocsin init` writes is right as it stands, whoever the brand and people are."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from config import ChannelSettings, SourceSettings
from config.example import write_example
from config.load import Catalogue, Loaded, load

EXAMPLE = Path(__file__).parents[2] / "config" / "example.toml"


class FeedSettings(SourceSettings):
    urls: tuple[str, ...] = Field(default=())
    google_news: bool = False


KEYLESS = Catalogue(
    sources={
        "bluesky": lambda: SourceSettings,
        "hackernews": lambda: SourceSettings,
        "feed": lambda: FeedSettings,
    },
    channels={"terminal": lambda: ChannelSettings},
)


def written(path: Path, **answers: str) -> Loaded:
    write_example(path, **answers)
    return load(path, KEYLESS, environ={})


def test_the_example_is_accepted_without_any_secret(tmp_path: Path) -> None:
    loaded = written(tmp_path / "tocsin.toml")
    assert [brand.all_terms for brand in loaded.settings.brands] == [("Acme",)]
    assert len(loaded.settings.people) == 2
    assert 2 <= len(loaded.settings.teams[0].owns) <= 3
    assert {source.kind for source in loaded.settings.sources} == set(KEYLESS.sources)
    assert [warning.where for warning in loaded.warnings] == [
        "",  # the executive is told of what is private, too
        "fallback_executive",
        "safety.person",
    ]


def test_the_answers_are_taken(tmp_path: Path) -> None:
    found = written(
        tmp_path / "tocsin.toml", brand="L'Oréal", owner="José Núñez", executive="Grace"
    ).settings
    assert (found.brands[0].name, found.brands[0].all_terms) == ("LOreal", ("L'Oréal",))
    assert [(p.name, p.shown_name) for p in found.people] == [
        ("Jose Nunez", "José Núñez"),
        ("Grace", "Grace"),
    ]
    assert found.fallback_executive == "Grace"
    assert found.teams[0].owners == {"billing": "Jose Nunez"}


def test_an_answer_is_never_taken_for_a_place_to_fill(tmp_path: Path) -> None:
    found = written(tmp_path / "tocsin.toml", brand="ada", owner="grace", executive="Acme").settings
    assert [p.name for p in found.people] == ["grace", "Acme"]
    assert (found.brands[0].all_terms, found.fallback_executive) == (("ada",), "Acme")


def test_people_without_a_plain_letter_are_told_apart(tmp_path: Path) -> None:
    found = written(tmp_path / "tocsin.toml", brand="東京", owner="李", executive="王").settings
    assert [(p.name, p.full_name) for p in found.people] == [("owner", "李"), ("executive", "王")]
    found = written(tmp_path / "b.toml", owner="José", executive="Jose").settings
    assert [p.name for p in found.people] == ["Jose", "Jose 2"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(brand=st.text(max_size=30), owner=st.text(max_size=30), executive=st.text(max_size=30))
def test_any_answers_give_a_right_file_or_are_refused(
    brand: str, owner: str, executive: str, tmp_path: Path
) -> None:
    path = tmp_path / "tocsin.toml"
    path.unlink(missing_ok=True)
    try:
        write_example(path, brand=brand, owner=owner, executive=executive)
    except ValueError:
        assert not path.exists()
        return
    loaded = load(path, KEYLESS, environ={}).settings
    assert loaded.brands[0].all_terms == (brand.strip(),)
    assert [p.shown_name for p in loaded.people] == [owner.strip(), executive.strip()]


def test_hostile_answers_stay_answers(tmp_path: Path, shared: Path) -> None:
    lines = (shared / "data/hostile/field_injection.jsonl").read_text().splitlines()
    names = tomllib.loads(EXAMPLE.read_text()).keys()
    for number, value in enumerate(sorted({json.loads(line)["value"] for line in lines})):
        path = tmp_path / f"{number}.toml"
        try:
            write_example(path, brand=value, owner=value, executive="somebody else")
        except ValueError:
            continue
        assert tomllib.loads(path.read_text()).keys() == names
        assert load(path, KEYLESS, environ={}).settings.brands[0].all_terms == (value.strip(),)


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"brand": " "}, "brand must have 1 to 200 characters"),
        ({"brand": "x" * 201}, "brand must have 1 to 200 characters"),
        ({"owner": "a\nb"}, "owner must be one line without control characters"),
        ({"executive": "x" * 101}, "executive must have 1 to 100 characters"),
        ({"owner": "Grace"}, "owner and executive must be two people"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(
    answers: dict[str, str], refusal: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=refusal):
        write_example(tmp_path / "tocsin.toml", **answers)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_example(path)
    assert path.read_text() == "mine"


def all_of_it() -> str:
    """The example with every commented-out table and setting switched on."""
    setting = re.compile(r"^# (\[\[?[\w.]+\]\]?|\w+ = .*)$", re.MULTILINE)
    return setting.sub(r"\1", EXAMPLE.read_text(encoding="utf-8"))


def test_what_is_commented_out_is_right_as_well(tmp_path: Path, every_kind: Catalogue) -> None:
    (tmp_path / "tocsin.toml").write_text(all_of_it())
    found = load(tmp_path / "tocsin.toml", every_kind, secrets=False).settings
    assert {source.kind for source in found.sources} > {"x", "reddit"}
    assert {channel.kind for channel in found.channels} == {"terminal", "slack", "mail"}
    assert found.teams[0].causes == {"delivery": "logistics"}
    assert found.teams[0].authority[0].refund == 50
