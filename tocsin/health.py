"""Health: whether the house hears, decides and speaks; told in plain JSON. No secret, no name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalation.silences import Silence
from tocsin import __version__, deafness
from tocsin.clock import Jump
from tocsin.failing import failing_channels
from tocsin.missed import Missed, missed
from tocsin.store import Unit
from tocsin.store.listings import Deaf
from tocsin.store.sources import SourceState

PASS_TOO_OLD = timedelta(seconds=30)
PAGE_TOO_OLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class InForce:
    """How the house judges.

    number   of the learned model; None: as shipped.
    trouble  why a file of how it judges cannot be used, "" where all can.
    erased   labels that were erased since it was learned.
    notice   what was last learned anew for that reason.
    """

    number: int | None = None
    trouble: str = ""
    erased: int = 0
    notice: str = ""


@dataclass
class Pulse:
    """When the engine last made its pass, and what went wrong in it; written by the daemon."""

    started_at: datetime
    passed_at: datetime | None = None
    error: str | None = None
    poisoned: int = 0  # waits whose end cannot be handled
    ledger: Mapping[str, str] = field(default_factory=dict)  # chain → what is wrong with it
    invariants: Mapping[str, int] = field(default_factory=dict)  # rule → subjects that break it
    invariants_at: datetime | None = None
    clock_behind: timedelta = timedelta(0)  # the wall clock's, against the ledger's time
    clock_jumps: tuple[Jump, ...] = ()
    model: InForce = InForce()


@dataclass
class Trouble:
    """Since when the language model fails, and why; written by whoever asks it."""

    since: datetime | None = None
    why: str | None = None
    times: int = 0


def report(desk: Unit, pulse: Pulse, now: datetime, model: Trouble | None = None) -> dict[str, Any]:
    """How the house stands. `status` is "ok" or "failing", with `reasons`.

    model  how the language model does, where one is declared.
    """
    oldest = desk.oldest_unsent(now)
    next_timer = desk.next_timer()
    reasons = list(_reasons(pulse, oldest, now))
    lost = missed(desk, now)
    sources = [
        _source(state, now, lost.get(state.name), desk.failing_listings(state.name))
        for state in desk.sources()
    ]
    reasons += [_failing(one) for one in sources if one["failing_since"]]
    reasons += [f"channel {name} {why}" for name, why in failing_channels(desk, now).items()]
    reasons += [
        f"channel {name} still shows erased words in {len(places)} message(s); see the faults"
        for name, places in desk.words_left().items()
    ]
    asked = {} if model is None else {"language_model": _model(desk, model, now)}
    return {
        "status": "failing" if reasons else "ok",
        "reasons": reasons,
        "version": __version__,
        "now": _iso(now),
        "up_seconds": int((now - pulse.started_at).total_seconds()),
        "last_pass_seconds": _age(pulse.passed_at, now),
        "oldest_unsent_page_seconds": _age(oldest, now),
        "next_timer": _iso(next_timer),
        "ledger": dict(pulse.ledger) or "as written",
        "invariants": {
            "broken": dict(pulse.invariants),
            "checked_seconds": _age(pulse.invariants_at, now),
        },
        "clock": {
            "behind_seconds": int(pulse.clock_behind.total_seconds()),
            "jumps": [
                {"at": _iso(jump.at), "seconds": round(jump.size.total_seconds())}
                for jump in pulse.clock_jumps
            ],
        },
        "model": {
            "in_force": pulse.model.number or "as shipped",
            "labels_erased_since": pulse.model.erased,
            "notice": pulse.model.notice or None,
        },
        "open": {kind: desk.count_open(kind) for kind in ("case", "incident", "fault")},
        "silences": [_silence(desk, one) for one in desk.silences(now)],
        "sources": sources,
        **asked,
    }


def _model(desk: Unit, model: Trouble, now: datetime) -> dict[str, Any]:
    """What was asked today, in UTC, and what came of it. That it fails makes nothing else fail:
    the house hears and pages without it, and must not be restarted for its sake."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "asked_today": desk.questions_on(today.date()),
        "came_to": desk.opinions_since(today),
        "failing_since": _iso(model.since),
        "failure": model.why,
    }


def _reasons(pulse: Pulse, oldest: datetime | None, now: datetime) -> list[str]:
    reasons = []
    if pulse.passed_at is None or now - pulse.passed_at > PASS_TOO_OLD:
        reasons.append("the engine makes no pass")
    if pulse.error is not None:
        reasons.append(f"the engine's last pass failed: {pulse.error}")
    if oldest is not None and now - oldest > PAGE_TOO_OLD:
        reasons.append("a page has been waiting to leave for over 5 min")
    if pulse.poisoned:
        reasons.append(f"{pulse.poisoned} waits cannot end; see the faults")
    reasons += [
        f"the ledger {chain} does not verify: {what}" for chain, what in pulse.ledger.items()
    ]
    if pulse.model.trouble:
        how = "as shipped" if pulse.model.number is None else "as before"
        reasons.append(f"judging {how}: {pulse.model.trouble}")
    reasons += [f"invariant {rule} is broken by {n}" for rule, n in pulse.invariants.items()]
    return reasons


def _silence(desk: Unit, silence: Silence) -> dict[str, Any]:
    """A silence that runs, without its author and reason: silence must never look like calm."""
    scope = silence.scope
    return {
        "number": silence.number,
        "over": scope.spoken,
        "until": _iso(silence.until),
        "holds": desk.count_held(silence.number),
        "hidden": desk.count_hidden(silence.number),
    }


def _failing(source: Mapping[str, Any]) -> str:
    """A source that fails, as a reason; with what of it does, where that is not all of it."""
    parts = [one["listing"] for one in source["failing"]]
    where = f" at {deafness.names(parts)}" if all(parts) else ""
    return f"source {source['name']} is failing{where}"


def _source(
    state: SourceState, now: datetime, lost: Missed | None, failing: Sequence[Deaf]
) -> dict[str, Any]:
    return {
        "name": state.name,
        "age_seconds": _age(state.succeeded_at, now),
        "newest_post": _iso(state.newest_at),
        "failing_since": _iso(state.failing_since),
        "failure": state.failure,
        "failing": [
            {"listing": one.listing or None, "since": _iso(one.since), "failure": one.failure}
            for one in failing
        ],
        "dollars": round(state.dollars, 4),
        "malformed": state.malformed,
        "missed": None if lost is None else _missed(lost),
    }


def _missed(lost: Missed) -> dict[str, Any]:
    """Of the last seven days; what is lost is lost, so it makes nothing fail."""
    return {
        "stretches": lost.stretches,
        "seconds": int(lost.altogether.total_seconds()),
        "last": {
            "since": _iso(lost.since),
            "until": _iso(lost.until),
            "reason": lost.reason,
        },
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds")
