"""The hourly and weekly sums, and what is usual for a brand."""

import math
import sqlite3
from datetime import datetime

from listener.assess import Assessment
from listener.complaint import Verdict
from listener.intake import Mention
from tocsin.store.times import hour_of, ms, week_of


class SumRows:
    """What stays of mentions once they are erased."""

    connection: sqlite3.Connection

    def not_scored(self, since: datetime) -> list[tuple[str, int]]:
        """Languages that are not scored with their mentions, the most first. Counted by whole
        hours, so that some are told that were heard a little before."""
        rows = self.connection.execute(
            "select lang, sum(mentions - scored) as missed from hours where hour >= ? "
            "group by lang having missed > 0 order by missed desc, lang",
            (hour_of(ms(since)),),
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def roll_up(self, mention: Mention, source: str) -> None:
        """Add a new mention to the hourly and weekly sums. Our own posts are not counted."""
        assessment = mention.assessment
        if assessment.own:
            return
        created = ms(mention.created_at)
        verdict = assessment.judgement.verdict
        if assessment.severity.safety:  # it has a case and pages, whatever else it says
            verdict = Verdict.COMPLAINT
        scored = int(assessment.scored)
        valence = assessment.valence * scored
        topic = (assessment.route.topic if assessment.route else None) or ""
        self.connection.execute(
            "insert into hours values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?) on conflict do update set "
            "mentions = mentions + 1, scored = scored + excluded.scored, "
            "valence_sum = valence_sum + excluded.valence_sum, "
            "valence_squares = valence_squares + excluded.valence_squares",
            (
                assessment.brand,
                hour_of(created),
                source,
                assessment.lang,
                topic,
                verdict,
                scored,
                valence,
                valence * valence,
            ),
        )
        self.connection.execute(
            "insert into author_weeks values (?, ?, ?, 1, ?, ?, ?) on conflict do update set "
            "mentions = mentions + 1, complaints = complaints + excluded.complaints, "
            "scored = scored + excluded.scored, valence_sum = valence_sum + excluded.valence_sum",
            (
                assessment.brand,
                week_of(created),
                mention.kept.author,
                int(verdict is Verdict.COMPLAINT),
                scored,
                valence,
            ),
        )
        if verdict is Verdict.COMPLAINT:
            self._count_about(assessment, hour_of(created))
        followers = mention.post.author.followers
        if followers is not None and followers >= 0:
            self.connection.execute(
                "insert into brand_usual (brand, authors, log_followers) values (?, 1, ?) "
                "on conflict do update set "
                "authors = authors + 1, log_followers = log_followers + excluded.log_followers",
                (assessment.brand, math.log1p(followers)),
            )

    def roll_over(self, mention: Mention, source: str) -> None:
        """A mention that was summed up as unsure is a complaint after all."""
        assessment = mention.assessment
        created, scored = ms(mention.created_at), int(assessment.scored)
        valence = assessment.valence * scored
        topic = (assessment.route.topic if assessment.route else None) or ""
        cell = (assessment.brand, hour_of(created), source, assessment.lang, topic)
        moved = self.connection.execute(
            "update hours set mentions = mentions - 1, scored = scored - ?, "
            "valence_sum = valence_sum - ?, valence_squares = valence_squares - ? "
            "where (brand, hour, source, lang, topic) = (?, ?, ?, ?, ?) and verdict = ? "
            "and mentions > 0",
            (scored, valence, valence * valence, *cell, Verdict.UNSURE),
        )
        if not moved.rowcount:
            return  # another configuration summed it up elsewhere
        self.connection.execute(
            "insert into hours values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?) on conflict do update set "
            "mentions = mentions + 1, scored = scored + excluded.scored, "
            "valence_sum = valence_sum + excluded.valence_sum, "
            "valence_squares = valence_squares + excluded.valence_squares",
            (*cell, Verdict.COMPLAINT, scored, valence, valence * valence),
        )
        self.connection.execute(
            "update author_weeks set complaints = complaints + 1 "
            "where brand = ? and week = ? and author = ?",
            (assessment.brand, week_of(created), mention.kept.author),
        )
        self._count_about(assessment, hour_of(created))

    def _count_about(self, assessment: Assessment, hour: int) -> None:
        """What a complaint is about, and at which stage, by name alone: no word of the post."""
        stage = assessment.journey.name if assessment.journey else ""
        names = [("journey", stage), *(("aspect", one.name) for one in assessment.aspects)]
        if not assessment.aspects:
            names.append(("aspect", ""))
        self.connection.executemany(
            "insert into hours_about values (?, ?, ?, ?, 1) on conflict do update set "
            "complaints = complaints + 1",
            [(assessment.brand, hour, *name) for name in names],
        )
