"""The digest as a message to a room or a person. Pure."""

from escalation import encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Purpose
from tocsin.digest import html
from tocsin.digest import wording as say
from tocsin.digest.data import BrandWeek, Decision, DigestData, without_words
from tocsin.digest.sentence import first_line

MAX_LINES = 5


def message(data: DigestData, *, key: str, to: str, may_quote: bool) -> Message:
    """Say what changed, what is asked, and carry the HTML form for channels that show it.

    key        the idempotency key; the same week to the same address should carry the same.
    may_quote  the channel's `capabilities.may_quote`: else no customer's words go along, because
               they could not be taken back.
    """
    shown = data if may_quote else without_words(data)
    asks = [_ask(one) for one in data.decisions]
    brands = [_brand(brand) for brand in data.brands]
    lines = [first_line(data), *asks[: MAX_LINES - 1 - min(1, len(brands))], *brands]
    return Message(
        key=key,
        purpose=Purpose.DIGEST,
        to=to,
        headline=encode.cut(f"Weekly digest {data.week}", MAX_HEADLINE),
        lines=tuple(lines[:MAX_LINES]),
        subject=f"digest {data.week}",
        html=html.render(shown),
    )


def _ask(one: Decision) -> str:
    return f"{one.owner}, by {say.day(one.due)}: {one.ask}"


def _brand(brand: BrandWeek) -> str:
    now = brand.figures
    return (
        f"{brand.brand}: complaints {say.share_of(now.share) if now.mentions else 'no data'}; "
        f"mood {say.mood_of(now.mood)}; answered in time {say.share_of(now.answered)}"
    )
