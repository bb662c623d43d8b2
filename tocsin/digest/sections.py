"""From the numbers to blocks: what is said, in which order, and only where there is something."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from config import spell_duration
from listener.silent_many import sentence
from tocsin.defined import UNANSWERED
from tocsin.digest import aftermath, paged, unheeded
from tocsin.digest import wording as say
from tocsin.digest.blind_spots import not_seen
from tocsin.digest.data import (
    BrandWeek,
    DigestData,
    Quote,
    StormWeek,
    TeamWeek,
)
from tocsin.digest.outline import Block, Heading, Items, Limits, Paragraph, Row, Table, Words
from tocsin.digest.sentence import changed, first_line

NO_TOPIC = "no topic"
EVERYTHING = Limits()


def outline(data: DigestData, limits: Limits = EVERYTHING) -> tuple[Block, ...]:
    """The whole digest: first line, the week, then what is asked, then brands, then blind spots.

    With a single brand its three numbers come before what is asked.
    """
    shown = data.brands[: limits.brands]
    numbers = [block for brand in shown for block in _numbers(brand, several=len(data.brands) > 1)]
    details = [block for brand in shown for block in _details(brand, data, limits)]
    return (
        Heading(first_line(data), 1),
        Paragraph(_about(data)),
        *numbers,
        *_decisions(data),
        *details,
        *_brands_left_out(len(data.brands) - len(shown)),
        *unheeded.hushed(data.hushed, ZoneInfo(data.zone), limits),
        *not_seen(data.not_seen, ZoneInfo(data.zone), limits),
        Paragraph(_footnote(data)),
    )


def _about(data: DigestData) -> str:
    zone = ZoneInfo(data.zone)
    first, last = data.start.astimezone(zone), data.end.astimezone(zone) - timedelta(days=1)
    when = f"Week {data.week}, {say.day(first.date())} to {say.day(last.date())} ({data.zone})"
    written = say.moment(data.generated_at, zone)
    if data.is_over:
        return f"{when}. Written {written}."
    return f"{when}. The week is not over: this counts what was known on {written}."


def _brands_left_out(many: int) -> Iterator[Block]:
    if many > 0:
        yield Paragraph(f"{say.counted(many, 'more brand')} left out here for length; see the JSON")


# ------------------------------------------------------------------------------ three numbers
def _numbers(brand: BrandWeek, *, several: bool) -> Iterator[Block]:
    now, before = brand.figures, brand.before
    if several:
        yield Heading(brand.brand, 2)
        yield Paragraph(f"{_capitalised(changed(brand))}.")
    if not now.mentions:
        yield Paragraph(f"No data: no mention of {brand.brand} was heard in this week.")
    elif not now.complaints:
        heard = say.counted(now.mentions, "mention")
        yield Paragraph(f"No complaints: {heard} of {brand.brand}, and none was a complaint.")
    if not (now.mentions or before.mentions or now.cases or before.cases):
        return
    yield Table(("", "this week", "week before", "change"), _three(brand))
    yield Paragraph(_context(brand))


def _three(brand: BrandWeek) -> tuple[Row, ...]:
    now, before = brand.figures, brand.before
    answered = say.share_change(now.answered, before.answered, "more", "fewer")
    return (
        (
            "Complaints among mentions",
            say.share_of(now.share) if now.mentions else "no data",
            say.share_of(before.share) if before.mentions else "no data",
            say.complaints_change(now, before),
        ),
        (
            "Mood, −1 to +1",
            say.mood_of(now.mood),
            say.mood_of(before.mood),
            say.mood_change(now.mood, before.mood),
        ),
        (
            "Cases answered in time",
            say.share_of(now.answered),
            say.share_of(before.answered),
            answered,
        ),
    )


def _context(brand: BrandWeek) -> str:
    now, before = brand.figures, brand.before
    unnamed = f"and {say.counted(now.unnamed, 'post')} without a name " if now.unnamed else ""
    return (
        f"{say.counted(now.mentions, 'mention')} by {say.counted(now.authors, 'author')} {unnamed}"
        f"(week before: {before.mentions:,} by {before.authors:,}); "
        f"{now.unsure:,} unsure, to be looked at by a person (week before: {before.unsure:,}); "
        f"{say.counted(now.cases, 'case')} opened (week before: {before.cases:,})."
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------------------------- decisions
def _decisions(data: DigestData) -> Iterator[Block]:
    if data.decisions:
        yield Heading("Decisions asked", 2)
        yield Items(
            tuple(
                f"{one.owner}, by {say.day(one.due)}: {one.ask} ({one.why})."
                for one in data.decisions
            )
        )


# ------------------------------------------------------------------------------------ details
def _details(brand: BrandWeek, data: DigestData, limits: Limits) -> Iterator[Block]:
    prefix = f"{brand.brand}: " if len(data.brands) > 1 else ""
    zone = ZoneInfo(data.zone)
    yield from _storms(brand, prefix, zone, limits)
    yield from _topics(brand, prefix, limits)
    yield from _about_what(brand, prefix, limits)
    yield from _verbatims(brand.verbatims[: limits.verbatims], prefix)
    yield from _teams(brand, prefix, limits)
    yield from _costs(brand, prefix, data.currency, limits)
    yield from unheeded.hidden(brand.hidden, _section(prefix, "what we hid, deleted or blocked"))
    title = _section(prefix, "backlash after deletions and after replies")
    yield from aftermath.section(brand.aftermath, title)
    yield from _misses(brand, prefix, limits)
    yield from paged.pages(brand, _section(prefix, "pages"), limits)
    title = _section(prefix, "warnings that nobody heeded")
    yield from unheeded.not_heeded(brand.warned, title, zone)
    if brand.unscored:
        heard = [f"{one.lang} ({one.mentions:,})" for one in brand.unscored]
        yield _section(prefix, "mood not measured")
        yield Paragraph(f"Mentions by language: {_listed(heard, limits)}.")


def _section(prefix: str, title: str) -> Heading:
    """With several brands each section names its own."""
    return Heading(f"{prefix}{title}" if prefix else _capitalised(title), 2)


def _listed(items: Sequence[str], limits: Limits) -> str:
    more = len(items) - limits.rows
    return ", ".join(items[: limits.rows]) + (f" and {more} more" if more > 0 else "")


def _table(head: Row, rows: Sequence[Row], limits: Limits) -> Iterator[Block]:
    yield Table(head, tuple(rows[: limits.rows]))
    if len(rows) > limits.rows:
        yield Paragraph(f"And {len(rows) - limits.rows:,} more.")


def _storms(brand: BrandWeek, prefix: str, zone: ZoneInfo, limits: Limits) -> Iterator[Block]:
    if brand.storms:
        yield _section(prefix, "storms and watches")
        rows = [_storm(storm, zone) for storm in brand.storms]
        head = ("incident", "measured", "opened", "contained", "closed", "owner", "cause")
        yield from _table(head, rows, limits)
        yield from _silent_many(brand.storms[: limits.rows])
        yield from unheeded.before_storms(brand.storms[: limits.rows], zone, limits)


def _silent_many(storms: Sequence[StormWeek]) -> Iterator[Block]:
    """Whom each storm may stand for: a range, with its source."""
    told = [(storm.number, storm.behind) for storm in storms if storm.behind is not None]
    if told:
        yield Items(tuple(f"Incident {number}: {sentence(one)}." for number, one in told))


def _storm(storm: StormWeek, zone: ZoneInfo) -> Row:
    lasted = spell_duration(timedelta(minutes=storm.minutes))
    measured = f"{say.counted(storm.people, 'person', 'people')} in {lasted}"
    if not storm.is_measured:
        measured = "declared by hand"
    if storm.usual > 0:
        measured += f", usual {storm.usual:.1f}"
    ended = [
        say.moment(at, zone) if at is not None else say.NOTHING
        for at in (storm.contained_at, storm.closed_at)
    ]
    return (
        _called(storm),
        measured,
        say.moment(storm.opened_at, zone),
        *ended,
        storm.owner,
        storm.cause or "not named",
    )


def _called(storm: StormWeek) -> str:
    """Which incident it is, and what it was about."""
    topic = f", {storm.topic}" if storm.topic else ""
    story = f': "{storm.story}"' if storm.story else ""
    return f"{storm.level} {storm.number}{topic}{story}"


def _topics(brand: BrandWeek, prefix: str, limits: Limits) -> Iterator[Block]:
    if brand.topics:
        yield _section(prefix, "complaints by topic")
        rows = [
            (topic.topic or NO_TOPIC, say.number(topic.complaints), say.number(topic.before))
            for topic in brand.topics
        ]
        yield from _table(("topic", "this week", "week before"), rows, limits)


_CAUSES = {"aspect": "what is complained about", "journey": "stage of the journey"}


def _about_what(brand: BrandWeek, prefix: str, limits: Limits) -> Iterator[Block]:
    for kind, title in _CAUSES.items():
        rows = [
            (
                one.name or "not told",
                say.number(one.complaints),
                say.share_of(one.share),
                say.share_change(one.share, one.share_before, "more", "fewer"),
            )
            for one in brand.about
            if one.kind == kind
        ]
        if any(row[0] != "not told" for row in rows):
            yield _section(prefix, title)
            yield from _table((kind, "complaints", "share", "change"), rows, limits)


def _verbatims(quotes: Sequence[Quote], prefix: str) -> Iterator[Block]:
    if quotes:
        yield _section(prefix, "in their words")
        for quote in quotes:
            yield Words(quote.text, _by(quote), quote.url)


def _by(quote: Quote) -> str:
    topic = f", about {quote.topic}" if quote.topic else ""
    if not quote.text:
        return f"A complaint on {quote.platform}{topic}; its words are not shown here"
    reach = "reach unknown" if quote.reach is None else say.counted(quote.reach, "follower")
    return f"{quote.author or 'somebody'} on {quote.platform}, {reach}{topic}"


def _teams(brand: BrandWeek, prefix: str, limits: Limits) -> Iterator[Block]:
    if brand.teams:
        yield _section(prefix, "answers by team")
        head = (
            "team",
            "cases",
            "answered in time",
            "to acknowledgement",
            "to our reply",
            "to closing",
            "still open",
        )
        yield from _table(head, [_team(team) for team in brand.teams], limits)
        yield Paragraph("Waits are the median and the 90th percentile.")


def _team(team: TeamWeek) -> Row:
    dismissed = f" ({team.dismissed:,} dismissed)" if team.dismissed else ""
    return (
        team.team,
        f"{team.cases:,}{dismissed}",
        say.share_of(team.answered),
        say.both(team.acknowledged),
        say.both(team.replied),
        say.both(team.resolved),
        say.number(team.still_open),
    )


def _costs(brand: BrandWeek, prefix: str, currency: str, limits: Limits) -> Iterator[Block]:
    if brand.costs:
        yield _section(prefix, "what closed cases cost, by function")
        rows = [
            (one.function, say.number(one.cases), say.number(one.minutes), say.number(one.money))
            for one in brand.costs
        ]
        yield from _table(("function", "cases", "minutes of work", currency), rows, limits)


def _misses(brand: BrandWeek, prefix: str, limits: Limits) -> Iterator[Block]:
    if not brand.misses:
        return
    pages = sum(miss.pages for miss in brand.misses)
    yield _section(prefix, "pages that nobody answered in time")
    many = f"{say.counted(pages, 'page')} of {say.counted(len(brand.misses), 'subject')}"
    yield Paragraph(f"{many}. {UNANSWERED}")
    rows = [
        (
            miss.subject,
            miss.team,
            miss.band.label,
            say.number(miss.pages),
            miss.owner,
            "yes" if miss.acknowledged else "no",
        )
        for miss in brand.misses
    ]
    head = ("subject", "team", "band", "pages", "owner now", "taken on since")
    yield from _table(head, rows, limits)


def _footnote(data: DigestData) -> str:
    utc = "" if data.week.is_utc(ZoneInfo(data.zone)) else " Authors and mood are of the UTC week."
    return (
        "Ranges hold at 95 %; below 30 there are numbers instead of percentages, and a change is "
        f"named only where the ranges do not overlap.{utc}"
    )
