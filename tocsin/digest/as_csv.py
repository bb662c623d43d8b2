"""The digest as CSV, one number or text a row, for spreadsheets. Pure."""

import csv
import io
from collections.abc import Iterator

from escalation import encode
from tocsin.digest.data import BrandWeek, DigestData, Figures, NotSeen, Share, TeamWeek, Wait
from tocsin.digest.statistics import Mean

HEAD = ("week", "brand", "section", "item", "measure", "value")
Value = str | float | None
Row = tuple[str, str, str, str, Value]  # brand, section, item, measure, value


def render(data: DigestData) -> str:
    """Write it. An empty value means: not known.

    No cell is taken for a formula, and none holds a control character.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in _rows(data):
        writer.writerow([_cell(value) for value in (str(data.week), *row)])
    return out.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return encode.csv_cell(encode.one_line(value))
    return "" if value is None else f"{value:.10g}"


def _rows(data: DigestData) -> Iterator[Row]:
    for brand in data.brands:
        for section, item, measure, value in _brand(brand):
            yield brand.brand, section, item, measure, value
    for number, one in enumerate(data.decisions, 1):
        for measure, text in (
            ("ask", one.ask),
            ("owner", one.owner),
            ("due", one.due.isoformat()),
            ("why", one.why),
        ):
            yield "", "decision", str(number), measure, text
    for silence in data.hushed:
        item = f"silence {silence.number}"
        yield "", "silenced", item, "over", silence.over
        yield "", "silenced", item, "since", silence.since.isoformat()
        yield "", "silenced", item, "until", silence.until.isoformat()
        yield "", "silenced", item, "hidden", silence.hidden
    yield from _not_seen(data.not_seen)


Part = tuple[str, str, str, Value]  # section, item, measure, value


def _brand(brand: BrandWeek) -> Iterator[Part]:
    for item, figures in (("this week", brand.figures), ("week before", brand.before)):
        for measure, value in _figures(figures):
            yield "figures", item, measure, value
    for team in brand.teams:
        for measure, value in _team(team):
            yield "team", team.team, measure, value
    for topic in brand.topics:
        yield "topic", topic.topic, "complaints", topic.complaints
        yield "topic", topic.topic, "complaints_before", topic.before
    for one in brand.about:
        yield one.kind, one.name, "complaints", one.complaints
        yield one.kind, one.name, "complaints_before", one.before
    for cost in brand.costs:
        yield "cost", cost.function, "cases", cost.cases
        yield "cost", cost.function, "minutes", cost.minutes
        yield "cost", cost.function, "money", cost.money
    yield from _hidden(brand)
    yield from _pages(brand)
    yield from _words(brand)
    yield from _incidents(brand)
    for lang in brand.unscored:
        yield "not scored", lang.lang, "mentions", lang.mentions


def _hidden(brand: BrandWeek) -> Iterator[Part]:
    for kind in brand.hidden:
        yield "hidden", kind.what, "posts", kind.count
        yield "hidden", kind.what, "confirmed", kind.confirmed
        yield "hidden", kind.what, "called_not_right", kind.refused
        yield "hidden", kind.what, "not_confirmed", kind.not_confirmed
    if brand.aftermath is not None:
        after = brand.aftermath
        for item, one in (("taken away", after.taken_away), ("replied", after.replied)):
            yield "backlash", item, "acts", one.acts
            yield "backlash", item, "followed", one.followed.count if one.followed else 0
            yield "backlash", item, "posts", one.posts


def _pages(brand: BrandWeek) -> Iterator[Part]:
    for paged in brand.pages:
        for measure in ("pages", "useful", "false", "ignored", "waiting"):
            yield "pages", paged.team, measure, getattr(paged, measure)
    if brand.tighten is not None:
        one_rule = brand.tighten
        yield "false pages", one_rule.topic, "pages", one_rule.false
        yield "false pages", one_rule.topic, "words", one_rule.group
        yield "false pages", one_rule.topic, "setting", one_rule.setting


def _words(brand: BrandWeek) -> Iterator[Part]:
    for number, quote in enumerate(brand.verbatims, 1):
        item = str(number)
        yield "verbatim", item, "text", quote.text
        yield "verbatim", item, "author", quote.author
        yield "verbatim", item, "platform", quote.platform
        yield "verbatim", item, "url", quote.url
        yield "verbatim", item, "topic", quote.topic
        yield "verbatim", item, "severity", quote.severity
        yield "verbatim", item, "followers", quote.reach


def _incidents(brand: BrandWeek) -> Iterator[Part]:
    for storm in brand.storms:
        item = f"incident {storm.number}"
        yield "incident", item, "level", storm.level
        yield "incident", item, "topic", storm.topic
        yield "incident", item, "people", storm.people
        yield "incident", item, "posts", storm.posts
        yield "incident", item, "minutes", storm.minutes
        yield "incident", item, "usual_people", storm.usual
        if storm.behind is not None:
            yield "incident", item, "silent_many_low", storm.behind.low
            yield "incident", item, "silent_many_high", storm.behind.high
            yield "incident", item, "silent_many_source", storm.behind.ratio.source
        yield "incident", item, "opened_at", storm.opened_at.isoformat()
        contained, closed = storm.contained_at, storm.closed_at
        yield "incident", item, "contained_at", contained.isoformat() if contained else None
        yield "incident", item, "closed_at", closed.isoformat() if closed else None
        yield "incident", item, "owner", storm.owner
        yield "incident", item, "cause", storm.cause
        yield "incident", item, "warnings", sum(one.count for one in storm.warnings)
    for miss in brand.misses:
        yield "missed pages", miss.subject, "pages", miss.pages
        yield "missed pages", miss.subject, "owner", miss.owner
    for one in brand.warned:
        yield "not heeded", one.function, "warnings", one.count
        yield "not heeded", one.function, "first_at", one.first_at.isoformat()
        yield "not heeded", one.function, "which", one.kinds


def _figures(figures: Figures) -> Iterator[tuple[str, Value]]:
    yield "mentions", figures.mentions
    yield "authors", figures.authors
    yield "unnamed", figures.unnamed
    yield "complaints", figures.complaints
    yield from _share("complaint_share", figures.share)
    yield "unsure", figures.unsure
    yield from _mean("mood", figures.mood)
    yield "cases", figures.cases
    yield from _share("answered_in_time", figures.answered)


def _team(team: TeamWeek) -> Iterator[tuple[str, Value]]:
    yield "cases", team.cases
    yield "dismissed", team.dismissed
    yield "still_open", team.still_open
    yield from _share("answered_in_time", team.answered)
    yield from _share("acknowledged_in_time", team.in_time)
    yield from _wait("acknowledged", team.acknowledged)
    yield from _wait("replied", team.replied)
    yield from _wait("closed", team.resolved)


def _share(name: str, share: Share | None) -> Iterator[tuple[str, Value]]:
    yield f"{name}_count", share.count if share else None
    yield f"{name}_of", share.of if share else None
    yield f"{name}_low", share.interval.low if share else None
    yield f"{name}_high", share.interval.high if share else None


def _mean(name: str, mean: Mean | None) -> Iterator[tuple[str, Value]]:
    interval = mean.interval if mean else None
    yield name, mean.value if mean else None
    yield f"{name}_low", interval.low if interval else None
    yield f"{name}_high", interval.high if interval else None
    yield f"{name}_scored", mean.items if mean else 0
    yield f"{name}_authors", mean.clusters if mean else 0


def _wait(name: str, wait: Wait) -> Iterator[tuple[str, Value]]:
    yield f"{name}_count", wait.happened
    yield f"{name}_median_minutes", wait.median
    yield f"{name}_90th_minutes", wait.ninth


def _not_seen(unseen: NotSeen) -> Iterator[Row]:
    for gap in unseen.gaps:
        yield "", "gap", gap.source, gap.reason, gap.minutes
    for failing in unseen.failing:
        yield "", "failing", failing.source, failing.failure, failing.since.isoformat()
    for name in unseen.not_begun:
        yield "", "never started", name, "", None
    for left_out in unseen.left_out:
        yield "", "left out", left_out.reason, "times", left_out.times
