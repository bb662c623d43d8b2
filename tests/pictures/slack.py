"""Block Kit as HTML: an honest likeness of how Slack draws what we send, and nothing more.

It draws what it is given, reads the few marks that Slack reads, and knows no block we do not send.
"""

import html
import re
from typing import Any

STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1d1c1d;
       font: 15px/1.46 "DejaVu Sans", sans-serif; width: 660px; }
h2 { font-size: 13px; color: #616061; font-weight: normal; margin: 18px 0 6px; }
h2:first-child { margin-top: 0; }
.message { display: grid; grid-template-columns: 36px 1fr; gap: 8px; }
.icon { width: 36px; height: 36px; border-radius: 8px; background: #8a1c1c; color: #fff;
        text-align: center; line-height: 36px; font-weight: bold; }
.who b { font-weight: bold; } .who span { background: #e8e8e8; color: #616061; font-size: 10px;
        padding: 1px 3px; border-radius: 2px; }
.header { font-size: 18px; font-weight: bold; margin: 6px 0; }
.section { white-space: pre-wrap; margin: 6px 0; }
.context { font-size: 12px; color: #616061; white-space: pre-wrap; margin: 4px 0; }
.actions { margin: 8px 0; }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px;
          font-weight: bold; font-size: 13px; margin: 0 6px 6px 0; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.danger { color: #e01e5a; border-color: #e01e5a; }
.menu { border: 1px solid #ddd; border-radius: 6px; padding: 6px 0; display: inline-block;
        font-size: 14px; box-shadow: 0 2px 6px #0002; margin-left: 24px; }
.menu div { padding: 3px 16px; }
.modal { border: 1px solid #ddd; border-radius: 8px; padding: 16px; width: 480px;
         box-shadow: 0 4px 12px #0002; }
.title { font-size: 18px; font-weight: bold; margin-bottom: 10px; }
.label { font-weight: bold; margin-top: 10px; } .label span { color: #616061; font-weight: normal; }
.field { border: 1px solid #868686; border-radius: 4px; padding: 6px 10px; min-height: 20px;
         margin-top: 4px; color: #616061; }
.tall { min-height: 56px; }
.hint { font-size: 13px; color: #616061; }
.foot { text-align: right; margin-top: 14px; }
a { color: #1264a3; } .mention { color: #1264a3; background: #e8f5fa; }
"""
_MARK = re.compile(r"<([^<>]*)>")


def page(*parts: str) -> str:
    """A whole page of drawn parts."""
    body = "".join(parts)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{body}</body>"


def heading(words: str) -> str:
    """Our own words above a part."""
    return f"<h2>{html.escape(words)}</h2>"


def message(blocks: list[dict[str, Any]], at: str, *, is_open: bool = False) -> str:
    """A message of the app's. `is_open`: its menu is shown opened."""
    drawn = "".join(_block(block, is_open) for block in blocks)
    head = f"<div class=who><b>Tocsin</b> <span>APP</span> {html.escape(at)}</div>"
    return f"<div class=message><div class=icon>T</div><div>{head}{drawn}</div></div>"


def modal(view: dict[str, Any]) -> str:
    """A modal that asks."""
    fields = "".join(_asked(block) for block in view["blocks"])
    title, close, submit = (_text(view[name]) for name in ("title", "close", "submit"))
    foot = f"<span class=button>{close}</span><span class='button primary'>{submit}</span>"
    return (
        f"<div class=modal><div class=title>{title}</div>{fields}<div class=foot>{foot}</div></div>"
    )


def _block(block: dict[str, Any], is_open: bool) -> str:
    kind = block["type"]
    if kind in ("header", "section"):
        return f"<div class={kind}>{_text(block['text'])}</div>"
    if kind == "context":
        return "".join(f"<div class=context>{_text(one)}</div>" for one in block["elements"])
    assert kind == "actions", f"no block of type {kind} is ever sent"
    drawn = "".join(_element(one) for one in block["elements"])
    menus = [one for one in block["elements"] if one["type"] != "button"]
    return f"<div class=actions>{drawn}</div>" + "".join(_menu(one) for one in menus if is_open)


def _element(one: dict[str, Any]) -> str:
    if one["type"] == "button":
        return f"<span class='button {one.get('style', '')}'>{_text(one['text'])}</span>"
    label = _text(one["placeholder"]) + " ▾" if "placeholder" in one else "⋯"
    return f"<span class=button>{label}</span>"


def _menu(one: dict[str, Any]) -> str:
    options = "".join(f"<div>{_text(each['text'])}</div>" for each in one["options"])
    return f"<div class=menu>{options}</div>"


def _asked(block: dict[str, Any]) -> str:
    element = block["element"]
    known = element.get("initial_option", {}).get("text") or element.get("placeholder")
    stands = _text(known) if known else html.escape(element.get("initial_value", ""))
    optional = " <span>(optional)</span>" if block["optional"] else ""
    tall = " tall" if element.get("multiline") else ""
    arrow = " ▾" if element["type"] == "static_select" else ""
    hint = f"<div class=hint>{_text(block['hint'])}</div>" if "hint" in block else ""
    label = f"<div class=label>{_text(block['label'])}{optional}</div>"
    return f"{label}<div class='field{tall}'>{stands}{arrow}</div>{hint}"


def _text(text: dict[str, Any]) -> str:
    """As Slack reads it: its three entities everywhere, its marks in `mrkdwn` alone."""
    said = text["text"]
    if text["type"] == "plain_text":
        return html.escape(html.unescape(said))
    drawn, last = [], 0
    for found in _MARK.finditer(said):
        drawn += [html.escape(html.unescape(said[last : found.start()])), _marked(found[1])]
        last = found.end()
    return "".join(drawn) + html.escape(html.unescape(said[last:]))


def _marked(target: str) -> str:
    shown = html.escape(html.unescape(target))
    return f"<span class=mention>{shown}</span>" if target[:1] in "@#!" else f"<a>{shown}</a>"
