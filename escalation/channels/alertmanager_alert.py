"""What an alert of ours is at an Alertmanager: by which labels it is known, and what it says."""

import json

from escalation import encode
from escalation.channel import Message
from escalation.channels.pager import asking, is_asking, severity
from escalation.channels.short_text import lines, title

LABELS = ("alertname", "asking", "severity", "to")
MAX_LABEL = 200  # characters; ours
Labels = dict[str, str]


def labels_of(name: str, message: Message) -> Labels:
    """What an alert is known and routed by; none of it changes while it is asked."""
    to = encode.cut(encode.one_line(message.to), MAX_LABEL)
    return {
        "alertname": "TocsinPage",
        "asking": asking(name, message),
        "severity": severity(message),
        "to": to or "nobody",
    }


def notes_of(message: Message) -> dict[str, str]:
    """What is said of it: receivers put it into mark-up of their own."""
    text = "\n".join(lines(message, encode.inert))
    return {"summary": title(message, encode.inert), "description": text}


def read_labels(ref: str) -> Labels | None:
    """The labels that a receipt of ours holds; None: it is none of ours."""
    try:
        labels = json.loads(ref)
    except (ValueError, RecursionError):
        return None
    known = isinstance(labels, dict) and sorted(labels) == list(LABELS)
    if not known or not all(isinstance(value, str) for value in labels.values()):
        return None
    return labels if is_asking(labels["asking"]) else None
