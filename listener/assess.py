"""The whole understanding of a post: which brands it names, and what it says of each.

Pure and without waiting: no network, no clock, no file. One call costs well under a millisecond.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from listener.aspects import Aspect, Aspects
from listener.blocking import Blocking
from listener.complaint import MODEL_VERSION, Judgement, Verdict, judge
from listener.journey import Stage, stage_of
from listener.language import language_of, scored
from listener.learned import ComplaintModel, Learned, log_odds_of, logistic
from listener.likeness import VERSION, Descriptions, Leaning
from listener.matching import Matcher
from listener.mention import Post
from listener.names import NO_NAMES, Names
from listener.routing import Route, Router
from listener.safety import SHIPPED, Danger, Tripwires
from listener.sentiment import mood
from listener.severity import Severity, severity
from listener.thresholds import Thresholds, thresholds_for
from listener.wires import SELF_HARM
from listener.written import as_written, reason_as_written

if TYPE_CHECKING:
    from config import Block, Brand, Team

OWN_ACCOUNT = Judgement(0.0, Verdict.OTHER, ("written by the brand's own account",))
NO_SEVERITY = Severity(0.0, False, ())
MOST_NAMED = 16  # brands of one post that are judged by their names; it says the same of the rest
MANY_BRANDS = 32  # beyond it, only those that a post names are others to each other
DANGER_LOG_ODDS = 1.5  # that a danger which befell somebody adds, set by hand


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a post says of one brand.

    brand    its name; "" where a post was judged alone.
    own      one of the brand's own accounts wrote it: never a complaint.
    lang     primary language subtag, or "und".
    scored   whether the lexicons know the language; where not, the verdict is unsure.
    valence  how it sounds, -1.0 to 1.0; it means nothing where the language is not scored.
    route    who gets it; None where no team is declared.
    model    version of the rules that judged.
    bot      that own account answers by itself: what it says is no answer of ours.
    aspects  what is complained about; empty for what is no complaint, or does not tell.
    journey  at which stage of the customer's journey; None where the words do not tell.
    """

    brand: str
    own: bool
    lang: str
    scored: bool
    valence: float
    judgement: Judgement
    severity: Severity
    route: Route | None
    model: str = MODEL_VERSION
    bot: bool = False
    aspects: tuple[Aspect, ...] = ()
    journey: Stage | None = None

    @property
    def private(self) -> bool:
        """A sign of self-harm: it goes to one named person, and nobody else ever sees it."""
        return self.severity.private

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was judged so, each group once; they quote the post, treat them as text."""
        said = {why.partition(":")[0] for why in self.judgement.why}
        more = (why for why in self.severity.why if why.partition(":")[0] not in said)
        return (*self.judgement.why, *more)


class Assessor:
    """Judges posts for a configuration. Made once; safe to share between threads."""

    def __init__(
        self,
        brands: Sequence["Brand"] = (),
        teams: Sequence["Team"] = (),
        triage: str | None = None,
        learned: Learned | None = None,
        *,
        precision: float | None = None,
        others: Mapping[str, Sequence[str]] | None = None,
        tripwires: Tripwires = SHIPPED,
        route_from: float | None = None,
        leaning: Leaning | None = None,
        described: Descriptions | None = None,
        block: "Block | None" = None,
    ) -> None:
        """triage: the team of what nobody owns; default: the first. Without teams, no route.
        learned: what the user's own labels have taught; None: judge as shipped.
        precision: wanted of what is called a complaint, 0.0 to 1.0; None: as shipped or learned.
        others: by brand, learned words beside which its name is something else.
        tripwires: what is a danger; default: as shipped.
        route_from: the least probability of a route (`listener.routing`).
        leaning, described: likeness in meaning, where it is installed and asked for.
        block: who and what is never kept."""
        wanted = None if precision is None else thresholds_for(precision)
        self._thresholds = wanted or Thresholds()
        self._moved_by = _complaint_model(learned, wanted)
        self._tripwires = tripwires
        self._leaning = leaning
        self.model = MODEL_VERSION if learned is None else f"{MODEL_VERSION}+{learned.number}"
        self.model += f"+{VERSION}" if leaning is not None else ""
        self.matcher = Matcher(brands, others)
        self._blocking = Blocking(block)
        self._brands = {brand.name: brand for brand in brands}
        few = brands if len(brands) <= MANY_BRANDS else ()
        self._names = {brand.name: _names(brand, few) for brand in few}
        self._aspects = Aspects(teams)
        self._router: Router | None = None
        if teams:
            brand_teams = {brand.name: brand.team for brand in brands if brand.team}
            self._router = Router(
                teams,
                brand_teams,
                triage or teams[0].name,
                learned.route if learned else None,
                route_from,
                described,
            )

    def assess(self, post: Post, *, openly: bool = False) -> tuple[Assessment, ...]:
        """Return one assessment for each brand that the post names, in the brands' order.

        A reply by a brand's own account is of that brand whether it names it or not: few do.
        A repost is judged by its text like any other; whether it counts is the caller's to say.
        openly: a person has looked and found no sign of self-harm in it.
        Of more than MOST_NAMED brands the rest are judged as one, by what the post says of none.
        """
        brands = {match.brand: match.own for match in self.matcher.match(post)}
        if post.in_reply_to is not None:
            brands |= dict.fromkeys(self.matcher.own(post), True)
        if brands and self._blocking.why(post) is not None:
            brands = {brand: own for brand, own in brands.items() if own}
        if not brands:
            return ()
        named = [*brands][:MOST_NAMED]
        terms = (term for name in named for term in self._brands[name].all_terms)
        told = _Told(post, openly, tuple(terms))
        return tuple(
            self._of(told, brand, own, self._names_of(brand, named))
            for brand, own in brands.items()
        )

    def _names_of(self, brand: str, named: Sequence[str]) -> Names:
        """By which names a post speaks of a brand and of others: of many, those that it names."""
        if brand not in named:
            return NO_NAMES
        if brand in self._names:
            return self._names[brand]
        return _names(self._brands[brand], [self._brands[name] for name in named])

    @property
    def tripwires(self) -> Tripwires:
        """What it takes for a danger."""
        return self._tripwires

    def why_unnamed(self, post: Post) -> str:
        """Why a post was left out, for the tallies: "names no brand", another of that name, not
        what a brand's query asks for, or blocked."""
        if self.matcher.match(post):
            return self._blocking.why(post) or "names no brand"
        if self.matcher.unwanted(post):
            return "not asked for by the query"
        return "another of that name" if self.matcher.others(post) else "names no brand"

    def judge_alone(self, post: Post) -> Assessment:
        """Judge a post whatever it names; the brand is "" and the route that of no brand."""
        return self._of(_Told(post))

    def _of(
        self, told: "_Told", brand: str = "", own: bool = False, names: Names = NO_NAMES
    ) -> Assessment:
        """What a post says of the brand of these names, and who gets it."""
        said = (OWN_ACCOUNT, NO_SEVERITY) if own else self._judged(told, names)
        aspects, stage = ((), None) if own else self._about(told, *said)
        return Assessment(
            brand,
            own,
            told.lang,
            told.scored,
            told.valence,
            *said,
            self._router.route(told.text, brand, told.lang) if self._router else None,
            self.model,
            own and self.matcher.is_bot(told.post),
            aspects,
            stage,
        )

    def _judged(self, told: "_Told", names: Names) -> tuple[Judgement, Severity]:
        """What a post says of the brand of these names; without names, judged once."""
        if names:
            return self._read(told, names)
        if told.alone is None:
            told.alone = self._read(told, names)
        return told.alone

    def _about(
        self, told: "_Told", verdict: Judgement, grave: Severity
    ) -> tuple[tuple[Aspect, ...], Stage | None]:
        """What a post is about, whichever brand it names; nothing where it is harmless."""
        if verdict.verdict is Verdict.OTHER and not grave.safety:
            return (), None
        if grave.private:  # of what is private nothing is told: it would be counted
            return (), None
        if told.about is None:
            aspects = self._aspects.of(told.text, told.lang)
            told.about = aspects, stage_of(told.text, told.lang, aspects)
        return told.about

    def _read(self, told: "_Told", names: Names) -> tuple[Judgement, Severity]:
        """What a post says of the brand of these names, but for what it is about."""
        text, lang, knows, sound = told.text, told.lang, told.scored, told.valence
        verdict = judge(
            text,
            sound,
            scored=knows,
            directed=told.post.in_reply_to is not None,
            rating=told.post.rating,
            lang=lang,
            names=names,
            thresholds=self._thresholds,
        )
        verdict = self._moved(verdict, text) if knows else verdict
        dangers = told.dangers_by(self._tripwires)
        verdict = self._endangered(verdict, dangers) if knows else verdict
        graver = severity(text, verdict, lang, dangers)
        why = tuple(reason_as_written(one, text) for one in verdict.why)
        return replace(verdict, why=why), graver

    def _endangered(self, verdict: Judgement, dangers: Sequence[Danger]) -> Judgement:
        """The judgement, raised where a danger has befallen somebody; at least unsure then.

        Who tells it in so many words, without a reproach, is no less wronged.
        """
        fact = next((danger for danger in dangers if danger.befell), None)
        if fact is None:
            return verdict
        before = verdict.probability
        probability = logistic(log_odds_of(before) + DANGER_LOG_ODDS)
        limits = self._moved_by or self._thresholds
        certain = verdict.verdict is Verdict.COMPLAINT or probability >= limits.complaint_from
        kind = Verdict.COMPLAINT if certain else Verdict.UNSURE
        why = (*verdict.why[:5], f'danger: "{fact.words}"')
        return replace(verdict, probability=probability, verdict=kind, why=why)

    def _moved(self, verdict: Judgement, text: str) -> Judgement:
        """The judgement, moved by what the user's labels taught, and by likeness in meaning."""
        model = self._moved_by
        if model is not None:
            verdict = model.move(verdict, text)
        if self._leaning is None:
            return verdict
        threshold = (model or self._thresholds).complaint_from
        return self._leaning.move(verdict, text, threshold)


class _Told:
    """What a post says whichever brand it names: told once, however many it names."""

    def __init__(self, post: Post, openly: bool = False, terms: tuple[str, ...] = ()) -> None:
        self.post, self.openly, self.terms = post, openly, terms
        self.text, self.lang = text_of(post), language_of(post)
        self.scored, self.valence = scored(self.lang, self.text), mood(self.text, self.lang)
        self.alone: tuple[Judgement, Severity] | None = None  # judged for a brand of no name
        self.about: tuple[tuple[Aspect, ...], Stage | None] | None = None
        self.dangers: tuple[Danger, ...] | None = None

    def dangers_by(self, tripwires: Tripwires) -> tuple[Danger, ...]:
        """What endangers somebody; without a sign of self-harm where a person found none."""
        if self.dangers is None:
            found = tripwires.dangers_of(self.text, self.lang, self.terms)
            self.dangers = tuple(
                replace(one, words=as_written(one.words, self.text))
                for one in found
                if not (self.openly and one.kind == SELF_HARM)
            )
        return self.dangers


def _names(brand: "Brand", brands: Sequence["Brand"]) -> Names:
    """By which names posts speak of a brand, and of its competitors and the other brands."""
    others = (term for other in brands if other is not brand for term in other.all_terms)
    return Names.of(brand.all_terms, (*others, *brand.competitors))


def _complaint_model(learned: Learned | None, wanted: Thresholds | None) -> ComplaintModel | None:
    """What was learned of complaints, at the thresholds that are wanted."""
    model = learned.complaint if learned else None
    if model is None or wanted is None:
        return model
    return replace(model, complaint_from=wanted.complaint_from, unsure_from=wanted.unsure_from)


def text_of(post: Post) -> str:
    """Return what is judged of a post: its title, where it has one, and its text."""
    return f"{post.title}\n{post.text}" if post.title else post.text
