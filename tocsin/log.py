"""Logs: one event with its fields for each unit of work, as JSON lines on standard error.

No post text, name, handle or secret is ever given to a logger: subjects and sources by their ids.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

import structlog

from escalation.desk import Happening
from escalation.subject import PRIVATE

# Libraries that print headers, addresses or bodies when they are let.
_TALKATIVE = (
    "tweepy",
    "praw",
    "prawcore",
    "httpx2",
    "httpcore2",
    "urllib3",
    "requests",
    "websockets",
    "slack_sdk",
    "apscheduler",
    "uvicorn",
    "asyncio",
)


def configure(level: str = "INFO") -> None:
    """Set up logging for the process; libraries are held to warnings, whatever the level."""
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(_OneLine())
    logging.basicConfig(handlers=[told], level=logging.WARNING)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


class _OneLine(logging.Formatter):
    """What a library says, as one JSON object as well. Of an exception the kind and the places in
    the code are told, not its message: that may quote a post."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"event": _said(record), "logger": record.name, "level": record.levelname.lower()}
        told["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            told["kind"] = kind.__name__
            frames = traceback.extract_tb(trace)
            told["at"] = " < ".join(f"{one.name}:{one.lineno}" for one in reversed(frames))
        return json.dumps(told)


def _said(record: logging.LogRecord) -> str:
    """Its words; a library may have got its own arguments wrong."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  a log line must not end what is logged
        return str(record.msg)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The logger of the process."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log


def log_happening(happening: Happening) -> None:
    """One log line for each thing that happened; staff and customers are not named."""
    is_private = happening.ref is not None and happening.ref.kind == PRIVATE
    told_of = happening.event == "not_delivered" or not is_private
    if happening.event in ("mention", "card_updated") or not told_of:
        return
    facts = {
        "subject": happening.ref.outside if happening.ref else "",
        "step": happening.step,
        "band": happening.band,
        "channel": happening.channel,
        "reason": happening.text if happening.event == "not_delivered" else "",
    }
    log = logger().warning if happening.event == "not_delivered" else logger().info
    log(happening.event, **{k: v for k, v in facts.items() if v not in ("", None)})
