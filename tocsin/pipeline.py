"""The way of a batch through the house: intake, engine, spread measure, cursor; one transaction."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config import Band, Settings, spell_duration
from escalation.decision import ENGINE
from escalation.desk import Happening
from escalation.engine import Complaint, Engine
from escalation.erasure import erased
from escalation.incidents import Spike
from escalation.ownership import Weighed
from escalation.priority import Priority, settle
from escalation.subject import Case, Level, Ref, State
from escalation.weighing import weigh, weigh_again
from listener.assess import Assessor
from listener.backlash import REMOVED, REPLY_DELETED
from listener.collector import Batch
from listener.complaint import Verdict
from listener.intake import (
    CLOCK_SKEW,
    Counted,
    Gone,
    Intake,
    Mention,
    Private,
    Result,
    Reworded,
)
from listener.left_out import kind_of
from listener.mention import ANONYMOUS, Observation
from listener.opinion import Opinion, raised, severity_of_complaint
from listener.safety import Tripwires
from listener.spread import Signal, Spread, Voice, sentence
from tocsin import deafness, storm_record
from tocsin.backlash import Watching
from tocsin.noise import Marking
from tocsin.store import Unit
from tocsin.store.opinions import Waiting
from tocsin.storytelling import Storytelling

READINGS_SINCE = timedelta(hours=24)  # how a post went on earlier says nothing of how fast it goes


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to, for the log: how many of each."""

    mentions: int = 0
    complaints: int = 0
    backfill: int = 0  # mentions from before the source's first start: kept, and page nobody


class Pipeline:
    """Takes batches in. Used from one thread at a time: that of the store's writer.

    The spread measures live in memory and are written with the cursor of the batch that moved
    them; where a transaction is undone they are read again from the store.
    """

    def __init__(self, settings: Settings, intake: Intake, engine: Engine) -> None:
        self._settings = settings
        self._intake = intake
        self._engine = engine
        self._spreads: dict[str, Spread] = {}
        self._marking = Marking()
        self.stories = Storytelling(settings)
        self._backlash = Watching(settings, engine)

    def judge_with(self, assessor: Assessor) -> None:
        """Judge with another assessor from the next post on."""
        self._intake.judge_with(assessor)

    @property
    def tripwires(self) -> Tripwires:
        """What is taken for a danger just now: the user's files as they last could be read."""
        return self._intake.tripwires

    def take(
        self, desk: Unit, source: str, batch: Batch, now: datetime, *, keep_spread: bool = True
    ) -> Taken:
        """Take a batch in and save its cursor. All of it stands, or none.

        keep_spread  False leaves the measures in memory only, for a replay, which writes them
                     once at its end with `keep`.
        """
        desk.if_undone(self._spreads.clear)
        desk.if_undone(self._marking.forget)
        desk.if_undone(self.stories.forget)
        desk.if_undone(self._backlash.forget)
        return self._take(desk, source, batch, now, keep_spread)

    def _take(
        self, desk: Unit, source: str, batch: Batch, now: datetime, keep_spread: bool
    ) -> Taken:
        self._backlash.look(desk, now)
        for gap in batch.gaps:  # before the posts: what comes late must not look like a storm
            self._deaf(desk, gap.since, gap.until)
        silent_since = desk.silent_since(source, batch.listings)
        if silent_since is not None:
            self._deaf(desk, silent_since, now)
        taken = self._observe(desk, source, batch, now)
        desk.keep_gaps(source, batch.gaps, now)
        newest = max((o.post.created_at for o in batch.observations), default=None)
        before = desk.source(source)
        desk.save_cursor(
            source,
            batch.cursor,
            newest_at=newest,
            malformed=len(batch.malformed),
            now=now,
            heard=batch.listings != (),
        )
        failed_since = deafness.heard(desk, self._engine, source, batch.listings, now)
        desk.charge(source, batch.use, batch.dollars, now)
        self._heed(desk, source, batch, now)
        unheard = [(gap.since, gap.until) for gap in batch.gaps]
        if failed_since is not None:
            unheard.append((failed_since, now))
        if batch.unpaid and before is not None and before.succeeded_at is not None:
            unheard.append((before.succeeded_at, now))
        if keep_spread:  # a past that is replayed is silent at its own pace
            self._listen(desk, source, batch, now, unheard)
        if keep_spread and (taken.mentions or unheard):
            self.keep(desk)
        return taken

    def _heed(self, desk: Unit, source: str, batch: Batch, now: datetime) -> None:
        """Count what the source did not let in, and tell an owner of its trouble."""
        for reason, many in batch.turned_away:
            desk.tally(f"turned away: {reason}", now, many)
        if batch.trouble:
            deafness.tell(desk, self._engine, trouble_name(source), batch.trouble, now)
        elif batch.trouble is not None:
            self._engine.mended(desk, trouble_name(source), now)

    def _listen(
        self,
        desk: Unit,
        source: str,
        batch: Batch,
        now: datetime,
        unheard: Sequence[tuple[datetime, datetime]],
    ) -> None:
        """Learn how long the source is silent, and tell an owner where it is so for too long.

        unheard  stretches of time that could not be heard; they are no silence, and end none.
        """
        written = [one.post.created_at for one in batch.observations if not one.backfill]
        before = rhythm = desk.rhythm(source)
        for since, until in sorted(unheard):
            rhythm = rhythm.skip(since, min(until, now))
        if written:
            rhythm = rhythm.hear(min(max(written), now))
        if rhythm != before:
            desk.save_rhythm(source, rhythm)
        if rhythm.newest != before.newest:
            self._engine.mended(desk, silence_name(source), now)
        silence, usual = rhythm.too_long(now), rhythm.usual()
        if silence is not None and usual is not None:
            detail = (
                f"source {source} answers, but has shown nothing new for "
                f"{spell_duration(silence)}; on usual days it is silent for at most "
                f"{spell_duration(usual)}. It may be deaf: look at the platform itself"
            )
            self._engine.fault(desk, silence_name(source), detail, now)

    def follow_up(
        self, desk: Unit, source: str, observations: Sequence[Observation], now: datetime
    ) -> None:
        """Take in how kept posts stand now. It says nothing of how well the source is heard."""
        desk.if_undone(self._spreads.clear)
        desk.if_undone(self._marking.forget)
        desk.if_undone(self.stories.forget)
        desk.if_undone(self._backlash.forget)
        for observation in observations:
            for result in self._intake.take(desk, observation, source, now):
                self._follow(desk, result, now)

    def look_back(self, desk: Unit, source: str, batch: Batch, now: datetime) -> Taken:
        """Take in a part of what was written before the first start, which alarms nobody. The
        source's own cursor and health are not touched."""
        desk.if_undone(self._spreads.clear)
        desk.if_undone(self._marking.forget)
        desk.if_undone(self.stories.forget)
        desk.if_undone(self._backlash.forget)
        taken = self._observe(desk, source, batch, now)
        desk.keep_gaps(source, batch.gaps, now)  # what was never heard is not what was quiet
        desk.charge(source, batch.use, batch.dollars, now)
        return taken

    def _observe(self, desk: Unit, source: str, batch: Batch, now: datetime) -> Taken:
        mentions = complaints = backfill = 0
        for observation in batch.observations:
            results = self._intake.take(desk, observation, source, now)
            for result in results:
                self._follow(desk, result, now)
            mentions += sum(isinstance(result, Mention) for result in results)
            complaints += sum(isinstance(r, Mention) and r.is_complaint for r in results)
            backfill += sum(isinstance(r, Mention) and r.backfill for r in results)
        for reason, times in Counter(map(kind_of, batch.malformed)).items():
            desk.tally(f"malformed: {reason}", now, times)
        return Taken(mentions, complaints, backfill)

    def give_back(self, desk: Unit, matter: int, now: datetime) -> None:
        """A person has found no sign of self-harm in a matter's posts: they are judged openly."""
        for observation, source in desk.give_back(matter):
            for result in self._intake.take(desk, observation, source, now, openly=True):
                self._follow(desk, result, now)

    def keep(self, desk: Unit) -> None:
        """Write the spread measures down."""
        for brand, spread in self._spreads.items():
            desk.save_detector(brand, spread.dump())

    def may_be_shown(self, one: Waiting) -> bool:
        """By the rules of now, which may be others than those that judged it: what is a matter of
        safety, private or of no brand is shown to no language model."""
        judged = self._intake.again(one.post, one.brand)
        return judged is not None and not (judged.severity.safety or judged.private)

    def raise_up(
        self, desk: Unit, one: Waiting, opinion: Opinion, model: str, now: datetime
    ) -> bool:
        """A language model takes an unsure mention for a complaint, and it is heard as one. False
        where it was deleted, edited or judged otherwise meanwhile: then nothing changes."""
        openly = desk.is_private(one.post) is False
        assessment = self._intake.again(one.post, one.brand, openly=openly)
        if assessment is None or assessment.own or not desk.still_waiting(one):
            return False
        if assessment.judgement.verdict is not Verdict.UNSURE or assessment.severity.safety:
            return False
        grave = severity_of_complaint(one.post, assessment)
        mention = Mention(
            one.kept,
            one.post,
            raised(assessment, grave, opinion, model),
            min(one.post.created_at, one.seen_at + CLOCK_SKEW),
            one.seen_at,
            backfill=False,
        )
        desk.keep_mention(one.kept, mention.assessment, now)
        if one.version == 1:  # the sums are of the words that were heard first
            desk.roll_over(mention, one.source)
        desk.tell(_said("complaint", mention, now))
        self._complaint(desk, mention, now)
        return True

    def was_down(self, desk: Unit, now: datetime) -> None:
        """The house was not listening since its sources were last read: that was no silence."""
        heard = [state.succeeded_at for state in desk.sources() if state.succeeded_at is not None]
        for state in desk.sources():
            since = state.succeeded_at or now
            desk.save_rhythm(state.name, desk.rhythm(state.name).skip(since, now))
        if heard:
            desk.if_undone(self._spreads.clear)
            self._deaf(desk, max(heard), now)
            self.keep(desk)

    def _deaf(self, desk: Unit, since: datetime, until: datetime) -> None:
        """Time in which a source was not heard teaches no brand what is usual."""
        for brand in self._settings.brands:
            self._spread(desk, brand.name).outage(since.timestamp(), until.timestamp())

    def settle(self, desk: Unit, now: datetime) -> None:
        """Contain storms whose rate has stayed low, and note where one that is contained stirs;
        begin to watch what was left unanswered."""
        desk.if_undone(self._spreads.clear)
        self._backlash.look(desk, now)
        for brand, level in desk.storming():
            spread = self._spread(desk, brand)
            self._clear(desk, brand, spread.clear(now.timestamp()), now)
            self._renew(desk, brand, spread, now)
            calm = spread.calm(now.timestamp())
            if calm and level is Level.STORM:
                self._engine.calm(desk, brand, now)
            elif not calm and level is Level.CONTAINED:
                self._engine.stirred(desk, brand, now)

    def _clear(self, desk: Unit, brand: str, signal: Signal | None, now: datetime) -> None:
        if signal is not None:
            said = sentence(signal, brand)
            self._engine.all_clear(desk, brand, said, now)
            storm_record.keep(desk, desk.open_incident(brand, None), signal, said, now)
            self.keep(desk)

    def _renew(self, desk: Unit, brand: str, spread: Spread, now: datetime) -> None:
        """Say a storm anew where it stands otherwise, and keep its curve."""
        known = desk.open_incident(brand, None)
        if known is not None:
            storm_record.keep_curve(desk, known, spread, now)
            signal = storm_record.news(desk, known, spread, now)
            if signal is not None:
                spike = self._spike(signal, brand, spread, now)
                self._engine.renewed(desk, known, spike, now)
                storm_record.keep(desk, known, signal, spike.sentence, now)

    # ------------------------------------------------------------------------- one result
    def _follow(self, desk: Unit, result: Result, now: datetime) -> None:
        if isinstance(result, Gone):
            self._erased(desk, result, now)
        elif isinstance(result, Private):
            if result.erased is not None:
                self._left(desk, result.erased, now)
            self._engine.confide(desk, result.post, now, edited=result.edited)
        elif isinstance(result, Counted):
            self._counted(desk, result, now)
        elif isinstance(result, Reworded):
            self._reworded(desk, result.post, now)
        elif not result.assessment.own:
            self._heard(desk, self._marking.marked(desk, result, now), now)
        elif not result.assessment.bot:
            self._answered(desk, result, now)

    def erased(self, desk: Unit, post: int, now: datetime) -> None:
        """A post has been erased: what was said of it is said anew, its owners are told."""
        self._backlash.forget()
        desk.freshen_post(post, now)
        for number in desk.cases_of_post(post):
            case = _case(desk, number)
            desk.freshen(case.ref, now)
            self._engine.post_deleted(desk, case, desk.posts_left(number), now)

    def _reworded(self, desk: Unit, post: int, now: datetime) -> None:
        """What was said of it quotes words that are no longer there."""
        self._backlash.forget()
        desk.freshen_post(post, now)
        for number in desk.cases_of_post(post):
            desk.freshen(_case(desk, number).ref, now)

    def _left(self, desk: Unit, post: int, now: datetime) -> None:
        """A post has become private: what was said of it is said anew, and its case ends with it
        where it has no other."""
        self._backlash.forget()
        desk.uncount_backlash(post)
        desk.freshen_post(post, now)
        for number in desk.cases_of_post(post):
            case = _case(desk, number)
            desk.freshen(case.ref, now)
            self._engine.left(desk, case, desk.posts_left(number), now)

    def forgotten(self, desk: Unit, posts: Sequence[int], now: datetime, by: str | None) -> None:
        """Posts were erased because their author asked for it. `by`: who did so, where known."""
        self._backlash.forget()
        for post in posts:
            desk.freshen_post(post, now)
        numbers = sorted({number for post in posts for number in desk.cases_of_post(post)})
        for number in numbers:
            case = _case(desk, number)
            desk.freshen(case.ref, now)
            at = self._engine.situation(desk, case, now)
            self._engine.apply(desk, case, erased(case, by or ENGINE, at), at)

    def _erased(self, desk: Unit, gone: Gone, now: datetime) -> None:
        self.erased(desk, gone.post, now)
        for number in desk.cases_left_unanswered(gone.post) if gone.own else ():
            self._engine.reply_deleted(desk, _case(desk, number), now)
            self._backlash.taken_away(desk, number, REPLY_DELETED, now)
        for number in desk.cases_of_post(gone.post) if gone.by_moderator else ():
            self._backlash.taken_away(desk, number, REMOVED, now)

    def _answered(self, desk: Unit, mention: Mention, now: datetime) -> None:
        for number in desk.cases_answered_by(mention.post, mention.assessment.brand):
            desk.keep_reply(number, mention.kept.post)
            self._engine.brand_replied(desk, _case(desk, number), mention.created_at, now)
            if not mention.backfill:
                self._backlash.replied(desk, number, now)

    def _heard(self, desk: Unit, mention: Mention, now: datetime) -> None:
        verdict = mention.assessment.judgement.verdict
        desk.tell(_said("mention", mention, now))
        if mention.is_complaint and mention.post.repost_of is None:
            desk.tell(_said("complaint", mention, now))
            self._complaint(desk, mention, now)
        elif verdict is Verdict.COMPLAINT:
            desk.tally(
                "complaint from before the first start"
                if mention.backfill
                else ("repost of a complaint, counted as spread"),
                now,
            )
        if not mention.backfill:
            self._measure(desk, mention, now)
            self._backlash.hear(desk, mention, now)

    def _complaint(self, desk: Unit, mention: Mention, now: datetime) -> None:
        brand, author = mention.assessment.brand, mention.kept.author
        route = mention.assessment.route
        assert route is not None
        known = self._engine.case_of(desk, brand, author, mention.created_at)
        before = desk.priority(known.number) if known and known.is_open else None
        priority = self._weigh(desk, mention, route.team, known, before, now)
        complaint = Complaint(
            post=mention.kept.post,
            author=author,
            brand=brand,
            team=route.team,
            topic=route.topic,
            band=priority.band,
            score=priority.score,
            safety=mention.assessment.severity.safety,
            created_at=mention.created_at,
        )
        cases = desk.cases_of_post(mention.kept.post) if mention.is_edit else []
        for number in cases:
            weighed = Weighed(mention.created_at, priority.band, priority.score, complaint.safety)
            self._engine.weighed_again(desk, _case(desk, number), weighed, now)
        if not cases:
            case = self._engine.hear(desk, complaint, now)
            self._answered_before(desk, case, mention, now)
            cases = [case.number]
        for number in cases if priority != before else ():
            desk.keep_priority(number, priority, now)

    def _weigh(
        self,
        desk: Unit,
        mention: Mention,
        team: str,
        known: Case | None,
        before: Priority | None,
        now: datetime,
    ) -> Priority:
        brand, author = mention.assessment.brand, mention.kept.author
        found = weigh(
            mention,
            usual=desk.usual(brand),
            unresolved=desk.unresolved_contacts(brand, author),
            reopened=known.reopened + (not known.is_open) if known else 0,
            times=self._settings.policy_of(self._settings.team(team)).times(Band.P4),
            now=now,
            before=before,
        )
        # A further complaint never makes a case less urgent.
        return found if before is None else settle(before, found, acknowledged=False)

    def _counted(self, desk: Unit, counted: Counted, now: datetime) -> None:
        """A post goes further, or faster: its cases are weighed anew."""
        desk.learn_usual(counted.post)
        for number in desk.cases_of_post(counted.post):
            case, before = _case(desk, number), desk.priority(number)
            if case.is_open and before is not None:
                self._weigh_again(desk, case, before, now)
                self._goes_far(desk, case, now)

    def _weigh_again(self, desk: Unit, case: Case, before: Priority, now: datetime) -> None:
        rate, views = desk.spread_of_case(case.number, now - READINGS_SINCE)
        found = weigh_again(
            before,
            rate=rate,
            views=views,
            usual=desk.usual(case.brand),
            safety=case.safety,
            reopened=case.reopened,
        )
        settled = settle(before, found, acknowledged=case.state is not State.NEW)
        if settled == before:
            return
        weighed = Weighed(case.complained_at, settled.band, settled.score, case.safety)
        self._engine.weighed_again(desk, case, weighed, now)
        desk.keep_priority(case.number, settled, now)

    def _answered_before(self, desk: Unit, case: Case, mention: Mention, now: datetime) -> None:
        """A reply of ours to a complaint may be heard before the complaint itself."""
        for reply, written in desk.own_replies_to(mention.post, mention.assessment.brand):
            desk.keep_reply(case.number, reply)
            self._engine.brand_replied(desk, _case(desk, case.number), written, now)

    # ------------------------------------------------------------------------------ spread
    def _measure(self, desk: Unit, mention: Mention, now: datetime) -> None:
        brand = mention.assessment.brand
        post = mention.post
        nobody = post.platform == ANONYMOUS  # a hundred such posts may be one person's
        voice = Voice(
            at=mention.created_at.timestamp(),
            author=ANONYMOUS if nobody else str(mention.kept.author),
            unhappy=mention.is_unhappy,
            root=mention.tree,
            platform=post.platform,
            followers=post.author.followers,
            marks=() if nobody else mention.noise.marks,
            words=mention.noise.copy_of,
        )
        self.stories.hear(desk, mention, now)
        self._tell(desk, brand, self._spread(desk, brand).hear(voice, now.timestamp()), now)

    def _tell(self, desk: Unit, brand: str, signal: Signal | None, now: datetime) -> None:
        if signal is not None:
            spread = self._spread(desk, brand)
            spike = self._spike(signal, brand, spread, now)
            known = self._engine.spike(desk, brand, None, spike, now)
            storm_record.keep(desk, known, signal, spike.sentence, now)
            storm_record.keep_curve(desk, known, spread, now)
            self.stories.about(desk, brand, known, now)

    def _spike(self, signal: Signal, brand: str, spread: Spread, now: datetime) -> Spike:
        local = now.astimezone(ZoneInfo(self._settings.timezone))
        return Spike(
            storm=signal.is_storm,
            people=signal.people,
            posts=spread.posts(signal.minutes, now.timestamp()),
            minutes=signal.minutes,
            usual=signal.usual,
            sentence=sentence(signal, brand, local),
        )

    def _goes_far(self, desk: Unit, case: Case, now: datetime) -> None:
        """One post that goes far beyond the brand's usual is worth a look by itself."""
        rate, views = desk.spread_of_case(case.number, now - READINGS_SINCE)
        usual, spread = desk.usual(case.brand), self._spread(desk, case.brand)
        for reach, due in ((views, usual.views), (rate, usual.rate)):
            self._tell(desk, case.brand, spread.goes_far(str(case.ref), reach, due), now)

    def _spread(self, desk: Unit, brand: str) -> Spread:
        if brand not in self._spreads:
            stored = desk.detector(brand)
            declared = {one.name: one.sensitivity for one in self._settings.brands}
            sensitivity = declared.get(brand, "normal")  # its storm may outlast its declaration
            fresh = Spread(sensitivity)
            if stored is not None:
                # A state of another version is no reason to stand still: it learns anew.
                with contextlib.suppress(ValueError):
                    fresh = Spread.load(stored, sensitivity)
            self._spreads[brand] = fresh
        return self._spreads[brand]


def silence_name(source: str) -> str:
    """What the fault of a source that is silent for too long is about."""
    return f"silent:{source}"[:64]


def trouble_name(source: str) -> str:
    """What the fault of a source is about that can be read, and has some other trouble."""
    return f"trouble:{source}"[:64]


def _said(event: str, mention: Mention, now: datetime) -> Happening:
    return Happening(
        at=now,
        event=event,
        brand=mention.assessment.brand,
        platform=mention.post.platform,
        post=mention.post.id,
        actor=ENGINE,
    )


def _case(desk: Unit, number: int) -> Case:
    found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found
