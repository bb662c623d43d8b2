"""What is counted when storms are laid into a stream, and that nothing is given away."""

from random import Random

from bench.storm_names import LEAST_PEOPLE, WINDOW, measured, quiet, storm, without_accounts

USUAL = ("my bag is late", "rude crew again", "no refund yet", "the website crashed", "seat broke")
LINE = [(600.0 * n, USUAL[n % len(USUAL)]) for n in range(1_200)]  # eight days
ALIKE = [f"{how}ly" for how in "abcdefghijklmnopqr"]
STORY = [f"turnstiles {word} dead" for word in ALIKE]


def test_accounts_and_the_firms_called_by_them_are_taken_out() -> None:
    texts = [
        "@GrandMarlow_help cold food",
        "the Grand Marlow's food is cold",
        "hi @else #grandmarlow",
    ]
    assert without_accounts(texts) == ["cold food", "the  food is cold", "hi"]


def test_a_window_ends_with_the_sixth_who_tells_it() -> None:
    window = storm(LINE, STORY[:6], Random(0), whole=False)
    assert sum(text in window.story for text in window.posts) == LEAST_PEOPLE
    assert window.before
    assert not set(window.before) & window.story


def test_a_window_is_two_hours_long() -> None:
    window = storm(LINE, STORY, Random(0), whole=True)
    usual = [text for text in window.posts if text not in window.story]
    assert abs(len(usual) - WINDOW / 600.0) <= 1


def test_a_quiet_window_has_as_many_posts_as_asked() -> None:
    for drawn in (False, True):
        window = quiet(LINE, 17, Random(0), drawn=drawn)
        assert len(window.posts) == 17
        assert not window.story


def test_the_figures_count_what_they_say() -> None:
    found, sizes = measured({"Dead turnstiles": STORY}, [LINE], whole=True)
    assert found == (1.0, 1.0, 1.0, 1.0)
    assert all(size > LEAST_PEOPLE for size in sizes)
    lost, _ = measured({"Something else": list(USUAL) * 3}, [LINE], whole=False)
    assert lost.named == 0.0
