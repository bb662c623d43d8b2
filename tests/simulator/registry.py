"""The registry of dialects: one line each."""

from collections.abc import Callable, Mapping

from tests.simulator.dialect import Dialect
from tests.simulator.dialects.feed import Feed
from tests.simulator.dialects.hackernews import HackerNews
from tests.simulator.dialects.jetstream import Jetstream
from tests.simulator.dialects.jetstream_v2 import JetstreamV2
from tests.simulator.dialects.mastodon import Mastodon
from tests.simulator.dialects.mastodon_stream import MastodonStream
from tests.simulator.dialects.reddit import Reddit
from tests.simulator.dialects.x import X
from tests.simulator.dialects.x_stream import XStream

DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "feed": Feed,
    "hackernews": HackerNews,
    "jetstream": Jetstream,
    "jetstream_v2": JetstreamV2,
    "mastodon": Mastodon,
    "mastodon_stream": MastodonStream,
    "reddit": Reddit,
    "x": X,
    "x_stream": XStream,
}
