"""X: posts that name a brand, and mentions of its own accounts. Every post read costs money.

Through tweepy, as a caller of X's API only: the library never waits, retries or opens a socket of
its own. This is what is declared, and how it is made; `x_reading` reads a page a fetch, where it
stopped is in the cursor, and what it cost is told. The filtered stream is in `x_streamed`.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from config import Brand, MissingSecret, Secret
from config.forms import HttpAddress, form
from listener.budget import Use
from listener.collector import AuthorisationLost, BadRequest, SourceError
from listener.collectors import x_cost
from listener.collectors.x_asking import OWN_MENTION_PRICE, POST_PRICE, Asking, Listing
from listener.collectors.x_posts import decode
from listener.collectors.x_queries import MAX_QUERIES, MAX_QUERY_CHARS, queries_for
from listener.collectors.x_reading import XCollector
from listener.facts import Cost, Facts, Gone, Measured, Proof
from listener.metered import MeteredSettings
from listener.tools import Tools

__all__ = ["Settings", "XCollector", "build", "decode", "queries_for"]

LIBRARY_BASE = "https://api.twitter.com"  # a literal inside tweepy

FACTS = Facts(
    platform="x",
    title="X",
    keys="a developer account with paid credits",
    limits="450 searches in 15 minutes or one stream; queries of 512 characters; seven days back",
    costs="$0.005 a post read, $0.001 a mention of your own account, $0.010 an author",
    reach=timedelta(days=7),
    gone=Gone.ASKED,
    duty="what is deleted, protected or withheld there is deleted here within 24 hours",
    unheard="Complaints on X are not heard: its search is paid with credits, about $0.005 a post.",
    proof=Proof.SIMULATED,
)

_ACCOUNT = form(
    r"[0-9]{1,19}", "is no id of an account", "Write its digits, which stay the same; no @handle"
)


class Settings(MeteredSettings):
    """What a source of kind "x" declares."""

    public: ClassVar[bool] = True

    kind: Literal["x"] = "x"
    bearer_token: Secret
    query: str | None = Field(default=None, min_length=1, max_length=MAX_QUERY_CHARS)
    mentions_of: tuple[Annotated[str, _ACCOUNT], ...] = ()
    stream: bool = False  # hear posts within seconds, by X's filtered stream
    backfill_minutes: int = Field(default=0, ge=0, le=5)  # of the stream; where the access has it
    authors: bool = True  # names and followers; twice the price of the posts themselves
    api: Annotated[str, HttpAddress] = "https://api.x.com"

    @property
    def uses(self) -> tuple[Use, ...]:
        """Nothing is kept for mentions where nobody's are read."""
        return tuple(use for use in Use if use is not Use.MENTIONS or self.mentions_of)


def cost_of(settings: Settings, brands: Sequence[Brand], measured: Measured) -> Cost:
    """What it will cost a month, and how much of X's limits it takes."""
    return x_cost.cost_of(
        settings,
        measured,
        authors=settings.authors,
        queries=len(_queries(settings, brands)),
        mentions=len(settings.mentions_of),
    )


def _queries(settings: Settings, brands: Sequence[Brand]) -> tuple[str, ...]:
    if settings.query:
        return (settings.query,)
    return queries_for([term for brand in brands for term in brand.all_terms])


def build(settings: Settings, brands: Sequence[Brand], tools: Tools) -> XCollector:
    """Make the collector. Raises SourceError where tweepy or the key is missing."""
    try:
        import tweepy

        from listener.wire_adapter import WireAdapter
    except ImportError:
        raise SourceError(
            f'source "{settings.name}" needs tweepy: pip install "tocsin[x]"'
        ) from None
    # At DEBUG tweepy writes the bearer token into the log.
    logging.getLogger("tweepy").setLevel(logging.INFO)
    queries = _queries(settings, brands)
    if len(queries) > MAX_QUERIES:
        raise BadRequest(
            f'source "{settings.name}": the brands\' terms need {len(queries)} searches, at most '
            f"{MAX_QUERIES} are made. Declare fewer terms, or a query of your own"
        )
    try:
        token = tools.reveal(settings.bearer_token)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    adapter = WireAdapter(
        tools.wire,
        source=settings.name,
        base_from=LIBRARY_BASE,
        base_to=settings.api,
        counts_apart=True,
    )
    client = tweepy.Client(bearer_token=token, return_type=dict, wait_on_rate_limit=False)
    client.user_agent = tools.user_agent
    client.session.trust_env = False  # no proxy and no netrc: the wire decides
    client.session.mount("https://", adapter)
    client.session.mount("http://", adapter)
    listings = [Listing("mentions", user, OWN_MENTION_PRICE) for user in settings.mentions_of]
    listings += [Listing("search", query, POST_PRICE) for query in queries]
    asking = Asking(client, tools.purse, authors=settings.authors)
    if not settings.stream or not queries:
        return XCollector(settings.name, listings, asking, adapter)
    from listener.collectors.x_stream import stream_of
    from listener.collectors.x_streamed import StreamedX

    stream = stream_of(settings, queries, asking, tools, token)
    made = (settings.name, listings, asking, adapter)
    return StreamedX(*made, stream=stream, every=settings.every)
