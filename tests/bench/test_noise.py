"""What the bench of noise and copies claims keeps standing, on our own texts."""

from random import Random

from bench import noise
from bench.noise_texts import SAID, WORDS
from listener.duplicates import LEAST_WORDS, words_of


def test_neighbours_tell_a_name_from_its_word() -> None:
    left_out, kept = noise.names(noise.DECLARED)
    assert left_out >= 0.9
    assert kept >= 0.95
    assert noise.names(noise.PLAIN) == (0.0, 1.0)


def test_every_kind_of_edited_copy_is_found_and_no_other_text_is() -> None:
    assert min(noise.recall(SAID).values()) >= 0.95
    assert min(noise.recall(WORDS).values()) >= 0.9
    assert noise.false_copies(SAID) == 0


def test_the_texts_are_long_enough_to_be_compared() -> None:
    assert all(len(words_of(text)) >= LEAST_WORDS + 1 for text in (*SAID, *WORDS))


def test_an_edit_is_another_text_unless_it_says_so() -> None:
    changed = dict(noise.edits(SAID[0], Random(1)))
    assert [edit for edit, text in changed.items() if text == SAID[0]] == ["word for word"]


def test_looking_up_finds_what_comparing_all_finds() -> None:
    chance = Random(3)
    texts = [*SAID, *(text for said in SAID for _, text in noise.edits(said, chance))]
    assert noise.looked_up(texts) == (len(texts) - len(SAID), len(texts) - len(SAID))


def test_learned_words_leave_out_what_they_were_learned_from() -> None:
    ours = [(f"acme parcel number {n} is late", True) for n in range(60)]
    theirs = [(f"the acme of climbing mount {n}", False) for n in range(20)]
    mixed = [*ours, *theirs]
    Random(5).shuffle(mixed)
    out, every, lost, kept = noise.learned("acme", mixed)
    assert (out, lost) == (every, 0)
    assert every > 0
    assert kept > 0


def test_a_missing_set_is_named(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    noise._real(tmp_path, "airline")
    assert "airline    left out" in capsys.readouterr().out
