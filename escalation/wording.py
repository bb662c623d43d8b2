"""The small phrases that every channel says alike; plain text, not yet encoded."""

from escalation.channel import Message, Verbatim


def attribution(verbatim: Verbatim) -> str:
    """Say whose words they are: `@ann on x, 1,200 followers`."""
    who = verbatim.author or "somebody"
    place = f" on {verbatim.platform}" if verbatim.platform else ""
    reach = "reach unknown" if verbatim.reach is None else f"{verbatim.reach:,} followers"
    return f"{who}{place}, {reach}"


def footnote(message: Message) -> str:
    """Say what the message is about, and whether it may have come before."""
    parts = [message.subject] if message.subject else []
    if message.repeated:
        parts.append("may be a repeat: Tocsin was interrupted while sending it")
    return " · ".join(parts)
