"""What the sources of a brand's own places have in common: their keys, and whose answers count."""

from collections.abc import Sequence
from datetime import datetime

from config import Brand, MissingSecret, Secret
from listener.collector import AuthorisationLost
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools


def revealed(tools: Tools, source: str, secret: Secret) -> str:
    """A secret's value, fit for a header. Raises AuthorisationLost where it is missing or not."""
    try:
        value = tools.reveal(secret)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{source}": {error}') from None
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise AuthorisationLost(f'source "{source}": {secret} holds no key, but other text')
    return value


def account_of(brands: Sequence[Brand], about: str, platform: str) -> str:
    """The account under which we answer where a platform says only that the owner did.

    about  a term of the brand. Without a declared account ("") such answers are left out: they
    could not be told from a customer's words.
    """
    wanted = about.casefold()
    for brand in brands:
        names = {brand.name.casefold(), *(term.casefold() for term in brand.all_terms)}
        if wanted in names and brand.accounts.get(platform):
            return brand.accounts[platform][0]
    return ""


def answered(
    platform: str, review: str, words: str, at: datetime, ours: str, now: datetime
) -> Observation:
    """What we answered to a review, which has one answer at the most, as our own account's post.

    review  its id there. at: when we did, at the latest now.
    """
    post = Post(
        platform=platform,
        id=f"{review}/answer",
        text=words,
        created_at=min(at, now),
        author=Author(id=ours, handle=ours),
        in_reply_to=review,
        conversation_id=review,
    )
    return Observation(Kind.POST, post, now)
