"""From the store's sums and subjects to the numbers of a week. Reads only.

Mentions are counted from the hourly sums, so that a digest over millions is as quick as over
hundreds: an hour belongs to the week in which it starts. Where a zone is half an hour off UTC,
the half hour before Monday's midnight therefore counts with the week that ends then, and the half
hour after it too. Authors and mood come from the weekly sums, which are of UTC weeks.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config import Settings
from escalation.rules import Rules
from listener.complaint import Verdict
from listener.mention import ANONYMOUS
from listener.silent_many import ratio_of
from tocsin.digest import (
    aftermath,
    causes,
    decisions,
    incidents,
    pages,
    responses,
    unseen,
    verbatims,
    warned,
)
from tocsin.digest.data import (
    BrandWeek,
    DigestData,
    Figures,
    LanguageCount,
    TeamWeek,
    TopicWeek,
    share,
)
from tocsin.digest.statistics import Interval, Mean, clustered_mean
from tocsin.digest.week import Week
from tocsin.store.times import HOUR_MS, ms


@dataclass(frozen=True, slots=True)
class _Span:
    """A week as the queries need it."""

    week: Week
    start: datetime
    end: datetime

    @property
    def hours(self) -> tuple[int, int]:
        """The hours that start in it, the second outside."""
        return -(-ms(self.start) // HOUR_MS), -(-ms(self.end) // HOUR_MS)


def gather(
    connection: sqlite3.Connection, settings: Settings, week: Week, now: datetime
) -> DigestData:
    """Read one week of every declared brand.

    connection  a Unit's, with rows by name; read inside one transaction for one state of things.
    now         the instant of writing (aware UTC): what is open, late or failing is so then.
    """
    zone = ZoneInfo(settings.timezone)
    span, before = (_Span(one, *one.span(zone)) for one in (week, week.before))
    rules, shown = Rules(settings), _namer(settings)
    not_seen = unseen.not_seen(connection, settings, span.start, span.end, shown)
    brands = tuple(
        _brand(connection, brand.name, span, before, rules, now, shown) for brand in settings.brands
    )
    open_ones = incidents.unanswered(connection, span.end, shown)
    asked = decisions.decide(
        brands, open_ones, not_seen.failing, rules, now.astimezone(zone).date(), now, shown
    )
    return DigestData(
        week=week,
        zone=settings.timezone,
        start=span.start,
        end=span.end,
        generated_at=now,
        brands=brands,
        decisions=asked,
        not_seen=not_seen,
        hushed=warned.hushed(connection, span.start, span.end),
        currency=settings.currency,
    )


def _namer(settings: Settings) -> Callable[[str], str]:
    """People as they are called; a name that is no longer declared stays as it is."""
    names = {person.name: person.shown_name for person in settings.people}
    return lambda name: names.get(name, name)


def _brand(
    connection: sqlite3.Connection,
    brand: str,
    span: _Span,
    before: _Span,
    rules: Rules,
    now: datetime,
    shown: Callable[[str], str],
) -> BrandWeek:
    teams = responses.teams(connection, rules, brand, span.start, span.end, now)
    earlier = responses.teams(connection, rules, brand, before.start, before.end, now)
    paged, tighten = pages.of_week(connection, brand, span.start, span.end)
    return BrandWeek(
        pages=paged,
        tighten=tighten,
        brand=brand,
        figures=_with_cases(_figures(connection, brand, span), teams),
        before=_with_cases(_figures(connection, brand, before), earlier),
        teams=teams,
        topics=_topics(connection, brand, span, before),
        verbatims=verbatims.worst(connection, brand, span.start, span.end),
        storms=incidents.storms(
            connection, brand, span.start, span.end, shown, ratio_of(rules.settings.brand(brand))
        ),
        misses=incidents.misses(connection, brand, span.start, span.end, shown),
        warned=warned.not_heeded(connection, brand, span.start, span.end),
        costs=responses.costs(connection, brand, span.start, span.end),
        hidden=responses.hidden(connection, brand, span.start, span.end),
        aftermath=aftermath.of_brand(connection, brand, min(span.end, now)),
        unscored=_unscored(connection, brand, span),
        about=causes.about(connection, brand, span.hours, before.hours),
    )


def mentions_by_verdict(
    connection: sqlite3.Connection, brand: str, hours: tuple[int, int]
) -> dict[str, int]:
    """A brand's mentions of some hours, the second outside, by what they were judged to be."""
    rows = connection.execute(
        "select verdict, sum(mentions) from hours where brand = ? and hour >= ? and hour < ? "
        "group by verdict",
        (brand, *hours),
    ).fetchall()
    return dict(map(tuple, rows))


def _figures(connection: sqlite3.Connection, brand: str, span: _Span) -> Figures:
    by_verdict = mentions_by_verdict(connection, brand, span.hours)
    mentions = sum(by_verdict.values())
    complaints = by_verdict.get(Verdict.COMPLAINT, 0)
    authors, unnamed, mood = _people(connection, brand, span.week)
    return Figures(
        mentions=mentions,
        authors=authors,
        unnamed=unnamed,
        complaints=complaints,
        share=share(complaints, mentions),
        unsure=by_verdict.get(Verdict.UNSURE, 0),
        mood=mood,
    )


def _people(connection: sqlite3.Connection, brand: str, week: Week) -> tuple[int, int, Mean | None]:
    """Distinct authors of the UTC week, posts without a name, and the mean valence clustered by
    author. Once authors are erased, nobody tells any more who had a name."""
    rows = connection.execute(
        "select w.valence_sum, w.scored, w.mentions, a.platform from author_weeks w "
        "left join authors a on a.id = w.author where w.brand = ? and w.week = ?",
        (brand, week.stored_as),
    ).fetchall()
    unnamed = [row[2] for row in rows if row[3] == ANONYMOUS]
    mood = clustered_mean((row[0], row[1]) for row in rows)
    return len(rows) - len(unnamed), sum(unnamed), mood and _within_scale(mood)


def _within_scale(mood: Mean) -> Mean:
    """Valence ends at -1 and 1; an interval over few people may reach further."""
    if mood.interval is None:
        return mood
    low, high = max(-1.0, mood.interval.low), min(1.0, mood.interval.high)
    return replace(mood, interval=Interval(low, high))


def _with_cases(figures: Figures, teams: Sequence[TeamWeek]) -> Figures:
    answered = [team.answered for team in teams if team.answered is not None]
    in_time = share(sum(one.count for one in answered), sum(one.of for one in answered))
    return replace(figures, cases=sum(team.cases for team in teams), answered=in_time)


def _topics(
    connection: sqlite3.Connection, brand: str, span: _Span, before: _Span
) -> tuple[TopicWeek, ...]:
    """Topics that were complained of in either week, the most frequent first."""
    counts = [_complaints_by_topic(connection, brand, one) for one in (span, before)]
    names = sorted(counts[0].keys() | counts[1].keys())
    topics = [TopicWeek(name, counts[0].get(name, 0), counts[1].get(name, 0)) for name in names]
    return tuple(sorted(topics, key=lambda topic: (-topic.complaints, -topic.before)))


def _complaints_by_topic(connection: sqlite3.Connection, brand: str, span: _Span) -> dict[str, int]:
    rows = connection.execute(
        "select topic, sum(mentions) from hours where brand = ? and hour >= ? and hour < ? "
        "and verdict = ? group by topic",
        (brand, *span.hours, Verdict.COMPLAINT),
    )
    return dict(map(tuple, rows.fetchall()))


def _unscored(connection: sqlite3.Connection, brand: str, span: _Span) -> tuple[LanguageCount, ...]:
    rows = connection.execute(
        "select lang, sum(mentions - scored) as missed from hours where brand = ? and hour >= ? "
        "and hour < ? group by lang having missed > 0 order by missed desc, lang",
        (brand, *span.hours),
    )
    return tuple(LanguageCount(*row) for row in rows.fetchall())
