"""The whole understanding of a post: which brands it names, and what it says of each.

Pure and without waiting: no network, no clock, no file. One call costs well under a millisecond.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config import Brand, Team
from listener.complaint import MODEL_VERSION, Judgement, Verdict, judge
from listener.language import language_of, scored
from listener.learned import ComplaintModel, Learned
from listener.matching import Matcher
from listener.mention import Post
from listener.names import NO_NAMES, Names
from listener.routing import Route, Router
from listener.sentiment import mood
from listener.severity import Severity, severity
from listener.thresholds import SHIPPED, Thresholds, thresholds_for

OWN_ACCOUNT = Judgement(0.0, Verdict.OTHER, ("written by the brand's own account",))
NO_SEVERITY = Severity(0.0, False, ())


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

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was judged so, each reason once; they quote the post, treat them as text."""
        said = " ".join(self.judgement.why)
        more = (why for why in self.severity.why if why not in said)
        return (*self.judgement.why, *more)


class Assessor:
    """Judges posts for a configuration. Made once; safe to share between threads."""

    def __init__(
        self,
        brands: Sequence[Brand] = (),
        teams: Sequence[Team] = (),
        triage: str | None = None,
        learned: Learned | None = None,
        precision: float | None = None,
    ) -> None:
        """triage: the team of what nobody owns; default: the first. Without teams, no route.
        learned: what the user's own labels have taught; None: judge as shipped.
        precision: wanted of what is called a complaint, 0.0 to 1.0; None: as shipped or learned."""
        self._thresholds = None if precision is None else thresholds_for(precision)
        self._learned = learned
        self.model = MODEL_VERSION if learned is None else f"{MODEL_VERSION}+{learned.number}"
        self.matcher = Matcher(brands)
        self._names = {brand.name: _names(brand, brands) for brand in brands}
        self._router: Router | None = None
        if teams:
            brand_teams = {brand.name: brand.team for brand in brands if brand.team}
            self._router = Router(
                teams, brand_teams, triage or teams[0].name, learned.route if learned else None
            )

    def assess(self, post: Post) -> tuple[Assessment, ...]:
        """Return one assessment for each brand that the post names, in the brands' order.

        A reply by a brand's own account is of that brand whether it names it or not: few do.
        A repost is judged by its text like any other; whether it counts is the caller's to say.
        """
        brands = {match.brand: match.own for match in self.matcher.match(post)}
        if post.in_reply_to is not None:
            brands |= dict.fromkeys(self.matcher.own(post), True)
        if not brands:
            return ()
        return tuple(
            self._for_brand(self._judged(post, self._names[brand]), post, brand, own)
            for brand, own in brands.items()
        )

    def judge_alone(self, post: Post) -> Assessment:
        """Judge a post whatever it names; the brand is "" and the route that of no brand."""
        return self._for_brand(self._judged(post), post, "", own=False)

    def _for_brand(self, judged: Assessment, post: Post, brand: str, own: bool) -> Assessment:
        return replace(
            judged,
            brand=brand,
            own=own,
            bot=own and self.matcher.is_bot(post),
            judgement=OWN_ACCOUNT if own else judged.judgement,
            severity=NO_SEVERITY if own else judged.severity,
            route=self._router.route(text_of(post), brand) if self._router else None,
        )

    def _judged(self, post: Post, names: Names = NO_NAMES) -> Assessment:
        """What a post says, as shipped or as learned."""
        model = self._learned.complaint if self._learned else None
        if model is not None and (own := self._thresholds) is not None:
            model = replace(model, complaint_from=own.complaint_from, unsure_from=own.unsure_from)
        judged = _judged(post, names, self._thresholds or SHIPPED, model)
        return replace(judged, model=self.model) if self._learned else judged


def _names(brand: Brand, brands: Sequence[Brand]) -> Names:
    """By which names posts speak of a brand, and of its competitors and the other brands."""
    others = (term for other in brands if other is not brand for term in other.all_terms)
    return Names.of(brand.all_terms, (*others, *brand.competitors))


def _judged(
    post: Post, names: Names, thresholds: Thresholds, model: ComplaintModel | None
) -> Assessment:
    """What a post says of the brand of these names; not yet routed."""
    text = text_of(post)
    lang = language_of(post)
    knows = scored(lang, text)
    sound = mood(text, lang)
    verdict = judge(
        text,
        sound,
        scored=knows,
        directed=post.in_reply_to is not None,
        rating=post.rating,
        lang=lang,
        names=names,
        thresholds=thresholds,
    )
    if model is not None and knows:
        verdict = model.move(verdict, text)
    grave = severity(text, verdict, sound, lang)
    return Assessment("", False, lang, knows, sound, verdict, grave, None)


def text_of(post: Post) -> str:
    """Return what is judged of a post: its title, where it has one, and its text."""
    return f"{post.title}\n{post.text}" if post.title else post.text
