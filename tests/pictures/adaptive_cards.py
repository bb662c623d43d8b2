"""Draws an Adaptive Card as a page: as much of it as our cards use, and nothing that they do not.

It reads the very JSON that is sent. What it does not know it refuses, so that no picture shows less
than Teams would be given.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

Element = Mapping[str, Any]

SIZES = {"Default": 14, "Medium": 17}  # pixels
WEIGHTS = {"Default": 400, "Bolder": 600}
STYLES = {"default": "#fff", "attention": "#f9d9d9", "warning": "#fbeccd"}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0 }}
main {{ padding: 20px; background: #f5f5f5; color: #242424;
        font: 14px/20px "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif }}
.who {{ color: #616161; font-size: 12px; margin: 0 0 6px 2px }}
.card {{ background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; overflow: hidden;
         max-width: 640px; padding: 0 16px 16px }}
.bleed {{ margin: 0 -16px; padding: 12px 16px }}
.row {{ margin-top: 8px; overflow-wrap: anywhere }}
.bleed .row {{ margin: 0 }}
.call {{ color: #5b5fc7; font-weight: 600 }}
button {{ margin-top: 14px; padding: 6px 14px; border: 1px solid #d1d1d1; border-radius: 4px;
          background: #fff; font: 600 14px/20px inherit }}
</style><main><div class="who">{summary}</div><div class="card">{body}{actions}</div></main>"""


def drawn(request: Mapping[str, Any]) -> str:
    """The HTML of a request as it is posted to a workflow. Raises KeyError for what it cannot
    draw."""
    [attachment] = request["attachments"]
    card = attachment["content"]
    called = {one["text"] for one in card["msteams"].get("entities", ())}
    body = "".join(_element(one, called) for one in card["body"])
    actions = "".join(_action(one) for one in card.get("actions", ()))
    summary = f"Workflows · {escape(request['summary'])}"
    return PAGE.format(summary=summary, body=body, actions=actions)


def _element(element: Element, called: set[str]) -> str:
    return _ELEMENTS[element["type"]](element, called)


def _container(element: Element, called: set[str]) -> str:
    inside = "".join(_element(one, called) for one in element["items"])
    colour = STYLES[element.get("style", "default")]
    bleed = "bleed" if element.get("bleed") else ""
    return f'<div class="{bleed}" style="background:{colour}">{inside}</div>'


def _rich(element: Element, called: set[str]) -> str:
    """Text runs: no mark-up of any kind."""
    return f'<div class="row">{"".join(map(_run, element["inlines"]))}</div>'


def _run(run: Element) -> str:
    assert set(run) <= {"type", "text", "weight", "size"}
    size, weight = SIZES[run.get("size", "Default")], WEIGHTS[run.get("weight", "Default")]
    return f'<span style="font-size:{size}px;font-weight:{weight}">{escape(run["text"])}</span>'


def _block(element: Element, called: set[str]) -> str:
    """A text block is Markdown; ours is a mention and nothing else."""
    if element["text"] not in called:
        raise KeyError("a text block that is no mention")
    name = element["text"].removeprefix("<at>").removesuffix("</at>")
    return f'<div class="row call">{escape(name)}</div>'


def _action(action: Element) -> str:
    if action["type"] != "Action.OpenUrl":
        raise KeyError(action["type"])
    return f'<button title="{escape(action["url"])}">{escape(action["title"])}</button>'


_ELEMENTS: Mapping[str, Callable[[Element, set[str]], str]] = {
    "Container": _container,
    "RichTextBlock": _rich,
    "TextBlock": _block,
}
