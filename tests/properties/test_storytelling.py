"""Whatever is said, erased and restarted, no batch is lost for its stories, and no name holds a
word that is erased."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from listener.collector import Batch
from listener.folding import fold
from listener.mention import Observation
from tests.firm import NOON, Firm, new_firm, observed
from tests.tocsin.erased import erase
from tocsin.store.stories import spoken

SYLLABLES = [consonant + vowel for consonant in "bcdfgklmnprstv" for vowel in "aeiou"]
Topic = tuple[str, list[str]]


class Town:
    """People who complain about a few things, in words of their own."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        words = ["".join(self.chance.choices(SYLLABLES, k=3)) for _ in range(60)]
        codes = [f"Z{self.chance.randint(100, 999)}" for _ in range(10)]
        self.topics = [(self.chance.choice(codes), self.chance.sample(words, 4)) for _ in range(7)]
        self.posts = 0

    def says(self, firm: Firm) -> Observation:
        chance = self.chance
        self.posts += 1
        told = [
            word
            for code, words in chance.sample(self.topics, chance.choice((1, 1, 1, 2)))
            for word in [*chance.sample(words, chance.randint(1, 4)), *chance.choices(("", code))]
        ]
        seen = observed(self.posts, f"a{chance.randint(1, 60)}", firm.now)
        earlier = f"native-{chance.randint(1, self.posts)}"
        text = f"@Acme {' '.join(told)} terrible, no reply, awful"
        more = chance.choice(({}, {}, {}, {"in_reply_to": earlier}, {"repost_of": earlier}))
        return replace(seen, post=replace(seen.post, lang="en", text=text, **more))


@pytest.mark.parametrize("seed", range(12))
def test_no_batch_is_lost_for_its_stories_and_no_name_outlives_its_words(seed: int) -> None:
    firm, town = new_firm(), Town(seed)
    firm.write(lambda desk: desk.start_source("test", NOON))
    for _ in range(30):
        firm.clock.move_to(firm.now + timedelta(minutes=town.chance.choice((5, 30, 240))))
        batch = Batch(tuple(town.says(firm) for _ in range(town.chance.choice((1, 2, 4, 6)))))
        pipeline = firm.house.pipeline
        firm.house.store.write(lambda desk: pipeline.take(desk, "test", batch, firm.now))  # noqa: B023
        assert not erased_words_in_names(firm)
        for _ in range(town.chance.choice((0, 0, 3, 9))):
            erase(firm, town.chance.randint(1, town.posts))
        if town.chance.random() < 0.2:
            pipeline.stories.forget()  # as after a restart
    firm.house.store.close()


def erased_words_in_names(firm: Firm) -> set[str]:
    with firm.house.store.read() as desk:
        names = desk.connection.execute("select name from stories where name <> ''").fetchall()
        texts = desk.connection.execute("select text from posts where deleted_at is null")
        living = fold(" ".join(text for (text,) in texts.fetchall()))
    return {word for (name,) in names for word in spoken(name) if word not in living}
