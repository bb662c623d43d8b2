"""A mention as `tocsin watch` shows it: a few lines for a person, or one line of JSON."""

import json
import textwrap
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from escalation.encode import cut, one_line
from listener.assess import Assessment, Assessor, text_of
from listener.complaint import Verdict
from listener.mention import Kind, Observation
from listener.postline import write_line

WIDTH = 88  # columns
TEXT_LINES = 2
MOST_REASONS = 3
MAX_AUTHOR_CHARS = 60
MAX_URL_CHARS = 400
BACKLOG = timedelta(hours=24)  # how far back is shown, so that there is something to see at once
MAX_EARLIER = 20  # posts of a source's backlog, the newest; a large brand has hundreds
MAX_KNOWN = 100_000  # posts remembered so that none is shown twice
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Sighting:
    """A post that names the brand, and what was thought of it.

    earlier  written before listening began.
    """

    observation: Observation
    assessment: Assessment
    earlier: bool


def as_lines(sighting: Sighting, zone: tzinfo | None = None) -> str:
    """For a person: when, where, who, how sure; the text in two lines; why; the link.

    zone  whose times are shown; None: this machine's. Every text of a stranger is encoded.
    """
    post, judged = sighting.observation.post, sighting.assessment.judgement
    author = cut(one_line(post.author.handle or post.author.name or "somebody"), MAX_AUTHOR_CHARS)
    when = f"{post.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
    earlier = "  (earlier)" if sighting.earlier else ""
    sure = f"{judged.verdict} {judged.probability:.2f}"
    rows = [f"{when}  {one_line(post.platform)}  {author}  {sure}{earlier}"]
    rows += _wrapped(text_of(post))
    if judged.why:
        rows += _wrapped(f"why: {'; '.join(judged.why[:MOST_REASONS])}")
    if post.url:
        rows.append(f"{_INDENT}{cut(one_line(post.url), MAX_URL_CHARS)}")
    return "\n".join(rows) + "\n\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        max_lines=TEXT_LINES,
        placeholder=" …",
        break_on_hyphens=False,
    )


def as_json(sighting: Sighting) -> str:
    """The post as docs/sources/file.md describes it, and the judgement; one line of ASCII."""
    assessment, judged = sighting.assessment, sighting.assessment.judgement
    row = json.loads(write_line(sighting.observation))
    row |= {
        "earlier": sighting.earlier,
        "judged_lang": assessment.lang,
        "valence": assessment.valence,
        "complaint": round(judged.probability, 4),
        "verdict": str(judged.verdict),
        "severity": round(assessment.severity.value, 4),
        "safety": assessment.severity.safety,
        "why": list(judged.why),
    }
    return json.dumps(row, ensure_ascii=True) + "\n"


class _Known:
    """Posts that were seen already, by platform and id; the oldest are forgotten."""

    def __init__(self) -> None:
        self._ids: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_new(self, platform: str, native_id: str) -> bool:
        if (platform, native_id) in self._ids:
            return False
        self._ids[platform, native_id] = None
        if len(self._ids) > MAX_KNOWN:
            self._ids.popitem(last=False)
        return True


@dataclass
class Showing:
    """Which posts of a batch are shown, and how."""

    assessor: Assessor
    everything: bool
    json: bool
    zone: tzinfo | None
    started: datetime
    mentions: int = 0
    known: _Known = field(default_factory=_Known)

    def chosen(self, observations: Sequence[Observation]) -> tuple[list[Sighting], int]:
        """What is to be shown of a batch, the oldest first, and how many of it are left out."""
        seen = [one for each in observations if (one := self._sighting(each))]
        self.mentions += len(seen)
        wanted = [one for one in seen if self.everything or _complains(one)]
        wanted.sort(key=lambda one: one.observation.post.created_at)
        earlier = [one for one in wanted if one.earlier]
        if self.json or len(earlier) <= MAX_EARLIER:
            return wanted, 0
        left_out = len(earlier) - MAX_EARLIER
        return wanted[left_out:], left_out

    def _sighting(self, observation: Observation) -> Sighting | None:
        post = observation.post
        if observation.kind not in (Kind.POST, Kind.EDIT):
            return None
        # A post dated ahead of its sight is taken as of now: platforms repeat what authors claim.
        written = min(post.created_at, observation.seen_at)
        if written < self.started - BACKLOG:
            return None
        assessments = self.assessor.assess(post)
        if any(one.private for one in assessments):
            return None  # a sign of self-harm is shown to nobody who only watches
        if not assessments or not self.known.is_new(post.platform, post.id):
            return None
        dated = replace(observation, post=replace(post, created_at=written))
        return Sighting(dated, assessments[0], earlier=written < self.started)

    def spelt(self, sighting: Sighting) -> str:
        return as_json(sighting) if self.json else as_lines(sighting, self.zone)


def _complains(sighting: Sighting) -> bool:
    complaint = sighting.assessment.judgement.verdict is Verdict.COMPLAINT
    return complaint and sighting.observation.post.repost_of is None
