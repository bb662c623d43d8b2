"""What works, and will disappoint, is said each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import Catalogue, Loaded, load
from config.problems import ConfigProblems

Loading = Callable[[str | bytes], Loaded]

SOUND = """\
fallback_executive = "grace"
[[brands]]
name = "Acme Airways"
[[people]]
name = "ada"
contacts = [{ channel = "slack", to = "U1", private = true }]
[[people]]
name = "grace"
contacts = [{ channel = "slack", to = "U2", private = true }, { channel = "terminal", to = "grace" }]
[[teams]]
name = "care"
members = ["ada", "grace"]
[[channels]]
kind = "slack"
[[channels]]
kind = "terminal"
[[sources]]
kind = "hackernews"
[safety]
person = "ada"
"""  # noqa: E501


def told(loading: Loading, text: str) -> list[str]:
    return [f"{w.line}: {w.where}: {w.what}. {w.remedy}" for w in loading(text).warnings]


def test_a_sound_file_is_not_warned_of(loading: Loading) -> None:
    assert told(loading, SOUND) == []


def brand(lines: str) -> tuple[str, str]:
    return 'name = "Acme Airways"\n', lines


MATCHES = "Much else will match; use a phrase, a hashtag or exclude = [...]"


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        pytest.param(
            ', { channel = "terminal", to = "grace" }]',
            "]",
            "1: fallback_executive: fewer than two channels reach this person. "
            "When the one fails nobody is told; add a contact on another channel",
            id="one channel is not enough for the last of every ladder",
        ),
        pytest.param(
            ', { channel = "terminal", to = "grace" }]',
            ', { channel = "slack", to = "U3" }]',
            "1: fallback_executive: fewer than two channels reach this person. "
            "When the one fails nobody is told; add a contact on another channel",
            id="two addresses on one channel are one channel",
        ),
        pytest.param(
            'members = ["ada", "grace"]',
            'members = "ada"',
            '12: team "care", members: only one active person. '
            "When they are away every case climbs; add a second",
            id="a team of one",
        ),
        pytest.param(
            'name = "ada"\n',
            'name = "ada"\nactive = false\n',
            '13: team "care", members: only one active person. '
            "When they are away every case climbs; add a second",
            id="a team of two of whom one has left",
        ),
        pytest.param(
            *brand('name = "O2"\n'),
            f'3: brand "O2", name: this term is very short. {MATCHES}',
            id="a brand whose name is short",
        ),
        pytest.param(
            *brand('name = "Acme"\nterms = ["acme air", "Target"]\n'),
            f'4: brand "Acme", terms 2: this term is an everyday word. {MATCHES}',
            id="an everyday word",
        ),
        pytest.param(
            *brand('name = "Acme"\ncompetitors = ["Globex", "3"]\n'),
            '4: brand "Acme", competitors 2: this name has no letters, so it is not looked for. '
            'Write it as people spell it, such as "Three"',
            id="another whose name is a number",
        ),
        pytest.param(
            'kind = "hackernews"\n',
            'kind = "bluesky"\n[block]\nauthors = ["ann", "spam.bsky.social", "did:plc:abc"]\n',
            "20: block.authors: spam.bsky.social looks like a handle of Bluesky, whose stream "
            "tells none. Write the account's DID instead: did:plc:…, as its posts' links here "
            "have it",
            id="an author blocked by a handle that the stream does not tell",
        ),
        pytest.param(
            *brand(
                'name = "Acme"\nquery = "late -author:acme.example"\n'
                '[[sources]]\nkind = "bluesky"\n'
            ),
            '4: brand "Acme", query: acme.example looks like a handle of Bluesky, whose stream '
            "tells none. Write the account's DID instead: did:plc:…, as its posts' links here "
            "have it",
            id="an author left out by such a handle",
        ),
    ],
)
def test_what_will_disappoint_is_said(old: str, new: str, warning: str, loading: Loading) -> None:
    assert old in SOUND
    assert told(loading, SOUND.replace(old, new)) == [warning]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param('name = "Target"\nterms = "target store"\n', id="a phrase"),
        pytest.param('name = "Target"\nterms = ["#target", "@target"]\n', id="hashtag and handle"),
        pytest.param('name = "Target"\nexclude = "on target"\n', id="an exclusion"),
        pytest.param('name = "Target"\nnear = ["store", "order"]\n', id="words beside it"),
    ],
)
def test_what_tells_the_brand_from_the_word_is_enough(lines: str, loading: Loading) -> None:
    assert told(loading, SOUND.replace(*brand(lines))) == []


def test_sources_that_nobody_declared_are_named(loading: Loading) -> None:
    (warning,) = told(loading, SOUND.replace('[[sources]]\nkind = "hackernews"\n', ""))
    assert warning == (
        "1: : no source is declared, so bluesky, hackernews are used. Add [[sources]]"
    )


def test_a_file_that_hears_nothing_is_warned_of(loading: Loading) -> None:
    deaf = "sources = []\n" + SOUND.replace('[[sources]]\nkind = "hackernews"\n', "")
    (warning,) = told(loading, deaf)
    assert warning.startswith("1: sources: nothing is listened to")


def test_nobody_named_for_what_is_private_is_told_with_whom_it_is_instead(
    loading: Loading,
) -> None:
    (warning,) = told(loading, SOUND.replace('[safety]\nperson = "ada"\n', ""))
    assert "nobody is named for signs of self-harm, so ada is told of them" in warning


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(", private = true", "", id="an address that is not said to be private"),
        pytest.param('kind = "slack"\n', 'kind = "slack"\nroom = "U1"\n', id="a room"),
        pytest.param(
            '"slack", to = "U2"', '"slack", to = "u1 "', id="an address of somebody else's too"
        ),
    ],
)
def test_whoever_is_told_of_what_is_private_needs_an_address_of_their_own(
    old: str, new: str, loading: Loading
) -> None:
    warned = told(loading, SOUND.replace(old, new, 1))
    assert any("safety.person: no private address reaches ada" in one for one in warned)


def test_everybody_who_is_asked_for_what_is_private_needs_such_an_address(
    loading: Loading,
) -> None:
    (warning,) = told(loading, SOUND.replace('"U2", private = true', '"U2"'))
    assert "no private address reaches grace" in warning


def test_where_no_page_of_what_is_private_could_reach_anybody_the_file_is_refused(
    loading: Loading,
) -> None:
    shared = SOUND.replace('"U2"', '"U1"').replace(', { channel = "terminal", to = "grace" }', "")
    with pytest.raises(ConfigProblems, match="nobody would be told of signs of self-harm"):
        loading(shared)


def test_that_is_told_together_with_a_secret_that_is_missing(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    shared = SOUND.replace('"U2"', '"U1"').replace(', { channel = "terminal", to = "grace" }', "")
    shared = shared.replace('kind = "slack"', 'kind = "slack"\ntoken = { env = "SLACK_BOT_TOKEN" }')
    (tmp_path / "tocsin.toml").write_text(shared)
    with pytest.raises(ConfigProblems) as raised:
        load(tmp_path / "tocsin.toml", catalogue, environ={})
    told = [problem.what for problem in raised.value.problems]
    assert any(one.startswith("nobody would be told of signs of self-harm") for one in told)
    assert any("SLACK_BOT_TOKEN" in one for one in told)


def test_the_wait_for_who_is_told_of_what_is_private_is_an_hour_at_most(loading: Loading) -> None:
    loading(f'{SOUND}acknowledge_within = "1h"\n')
    with pytest.raises(ConfigProblems, match="it must be one hour at most"):
        loading(f'{SOUND}acknowledge_within = "2h"\n')


def test_the_person_for_what_is_private_must_be_known_and_reachable(loading: Loading) -> None:
    with pytest.raises(ConfigProblems, match='no person named "adda"'):
        loading(SOUND.replace('person = "ada"', 'person = "adda"'))


def test_a_morning_line_that_goes_nowhere_is_told(loading: Loading) -> None:
    (warning,) = told(loading, f'{SOUND}[morning]\nat = "08:30"\n')
    assert "team care has no room, so its morning line goes nowhere" in warning
    room = SOUND.replace('kind = "slack"\n', 'kind = "slack"\nroom = "C1"\n')
    assert told(loading, f'{room}[morning]\nat = "08:30"\n') == []
