"""A room of Matrix as HTML: the bytes as they were sent, in a plain likeness of a client.

What stands in a message is put into the page as it is, as a client does with what it has let pass:
the tags and attributes of the specification ("m.room.message msgtypes"), which it checks.
"""

import html
import re
from typing import Any

STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1b1d22;
       font: 15px/1.45 "DejaVu Sans", "Noto Color Emoji", sans-serif; width: 660px; }
h2 { font-size: 13px; color: #656d77; font-weight: normal; margin: 18px 0 6px; }
h2:first-child { margin-top: 0; }
.message { display: grid; grid-template-columns: 36px 1fr; gap: 10px; margin: 10px 0; }
.icon { width: 32px; height: 32px; border-radius: 16px; background: #8a1c1c; color: #fff;
        text-align: center; line-height: 32px; font-weight: bold; }
.who { font-weight: bold; font-size: 14px; } .who span { color: #656d77; font-weight: normal; }
p { margin: 6px 0; } blockquote { margin: 6px 0; padding-left: 10px; border-left: 3px solid #c1c6cd;
        color: #4c5056; } a { color: #0467dd; }
.edited { color: #656d77; font-size: 12px; }
.signs { margin-top: 6px; } .sign { display: inline-block; border: 1px solid #c1c6cd;
        border-radius: 10px; padding: 1px 8px; margin-right: 6px; font-size: 13px; }
.thread { border-left: 3px solid #e1e6ec; margin: 4px 0 0 46px; padding-left: 12px; }
.notice { color: #4c5056; } .plain { white-space: pre-wrap; }
"""
TAGS = frozenset({"p", "strong", "blockquote", "a", "br"})
_TAG = re.compile(r"</?([^\s>/]+)([^>]*)>")


def page(*parts: str) -> str:
    """A whole page of drawn parts."""
    body = "".join(parts)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{body}</body>"


def heading(words: str) -> str:
    """Our own words above a part."""
    return f"<h2>{html.escape(words)}</h2>"


def message(
    content: dict[str, Any], signs: dict[str, int], who: str, *, edited: bool = False
) -> str:
    """A message; signs: how many gave each reaction. Raises ValueError for what no client shows."""
    drawn = content.get("formatted_body")
    if drawn is None:
        drawn = f"<div class=plain>{html.escape(content['body'])}</div>"
    else:
        _check(drawn)
    notice = " class=notice" if content["msgtype"] == "m.notice" else ""
    drawn += "<span class=edited>(edited)</span>" if edited else ""
    given = "".join(f"<span class=sign>{html.escape(sign)} {n}</span>" for sign, n in signs.items())
    below = f"<div class=signs>{given}</div>" if given else ""
    head = f"<div class=who>{html.escape(who)}</div>"
    icon = f"<div class=icon>{html.escape(who[:1])}</div>"
    return f"<div class=message>{icon}<div>{head}<div{notice}>{drawn}</div>{below}</div></div>"


def thread(*messages: str) -> str:
    """Messages in the thread of the one before."""
    return f"<div class=thread>{''.join(messages)}</div>"


def _check(formatted: str) -> None:
    for name, attributes in _TAG.findall(formatted):
        if name not in TAGS or (attributes and name != "a"):
            raise ValueError(f"a client would leave out <{name}{attributes}>")
