"""What a message looks like in Slack: Block Kit, every text of it encoded and within its limit."""

import re
from typing import Any

from escalation import encode
from escalation.channel import Message, Verbatim
from escalation.channels.slack_actions import actions
from escalation.channels.slack_answers import MEMBER
from escalation.wording import attribution, footnote

# docs.slack.dev, Block Kit: header 150, text of a section or context 3,000 characters.
MAX_HEADER = 150
MAX_TEXT = 3000
MAX_LINE = 500  # ours: five such lines and a mention fit into one section
MAX_URL = 1000  # ours
MAX_TRAIL = 1000  # ours
MAX_KEY = 500  # characters of a message's key that Slack keeps as metadata
# Only what cannot end the link early or name another target; anything else is shown as text.
_LINKABLE = re.compile(r"https?://[!-;=?-{}~]+", re.ASCII)

Block = dict[str, Any]


def content(message: Message) -> dict[str, Any]:
    """What stands in a message, quoted or unfurled by nobody."""
    return {
        "text": fallback(message),
        "blocks": blocks(message),
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {
            "event_type": "tocsin_message",
            "event_payload": {"key": encode.cut(encode.one_line(message.key), MAX_KEY)},
        },
    }


def fallback(message: Message) -> str:
    """What a notification shows, and clients without blocks."""
    headline = encode.slack_plain(encode.one_line(message.headline))
    return encode.cut(headline, MAX_HEADER) or "Tocsin"


def blocks(message: Message) -> list[Block]:
    """At most seven blocks: headline, words, source, what to know and do, buttons, who did what,
    footnote."""
    made: list[Block] = [{"type": "header", "text": _plain(fallback(message))}]
    if message.verbatim is not None:
        made += _words(message.verbatim)
    lines = [encode.cut(encode.slack_mrkdwn(line), MAX_LINE) for line in message.lines]
    if message.mention is not None and MEMBER.fullmatch(message.mention):
        lines.insert(0, f"<@{message.mention}>")
    if message.link:
        lines.append(f"Act on it here: {_link(message.link)}")
    text = encode.cut("\n".join(line for line in lines if line), MAX_TEXT)
    if text:
        made.append({"type": "section", "text": _mrkdwn(text)})
    made += actions(message.buttons, message.token)
    done = encode.cut("\n".join(encode.slack_plain(step) for step in message.trail), MAX_TRAIL)
    if done:
        made.append({"type": "context", "elements": [_plain(done)]})
    note = encode.cut(encode.slack_plain(footnote(message)), MAX_LINE)
    if note:
        made.append({"type": "context", "elements": [_plain(note)]})
    return made


def _words(verbatim: Verbatim) -> list[Block]:
    text = encode.slack_plain(verbatim.text, lines=True).strip()
    source = encode.cut(encode.slack_mrkdwn(attribution(verbatim)), MAX_LINE)
    link = _link(verbatim.url)
    made: list[Block] = []
    if text:
        made.append({"type": "section", "text": _plain(encode.cut(text, MAX_TEXT))})
    context = " · ".join(part for part in (source, link) if part)
    made.append({"type": "context", "elements": [_mrkdwn(context)]})
    return made


def _link(url: str) -> str:
    """A link that shows where it leads; no label, so that none can be forged."""
    if len(url) <= MAX_URL and _LINKABLE.fullmatch(url):
        return f"<{url.replace('&', '&amp;')}>"
    return encode.cut(encode.slack_mrkdwn(encode.one_line(url)), MAX_URL)


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
