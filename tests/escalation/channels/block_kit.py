"""What Slack takes of messages and modals, and what it would refuse (docs.slack.dev, Block Kit)."""

from typing import Any

LIMITS = {"header": 150, "section": 3000, "context": 3000, "button": 75, "option": 75}


def problems(blocks: Any) -> list[str]:
    """What Slack would refuse of a message's blocks; nothing of it: an empty list."""
    found = ["more than 50 blocks"] if len(blocks) > 50 else []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["a block_id twice"] if len(ids) != len(set(ids)) else []
    for block in blocks:
        kind = block["type"]
        if kind in ("header", "section"):
            found += _text_problems(block["text"], LIMITS[kind], kind)
        elif kind == "context":
            found += ["elements"] if not 1 <= len(block["elements"]) <= 10 else []
            for element in block["elements"]:
                found += _text_problems(element, LIMITS[kind], kind)
        elif kind == "actions":
            found += _action_problems(block)
        else:
            found.append(f"a block of type {kind}")
    return found


def _action_problems(block: dict[str, Any]) -> list[str]:
    elements = block["elements"]
    found = [] if 1 <= len(elements) <= 25 else ["number of elements"]
    found += [] if 1 <= len(block["block_id"]) <= 255 else ["block_id"]
    names = [element["action_id"] for element in elements]
    found += ["an action_id twice"] if len(names) != len(set(names)) else []
    for element in elements:
        if element["type"] == "button":
            found += _text_problems(element["text"], LIMITS["button"], "button")
            found += _confirm_problems(element.get("confirm"))
        else:
            most = 5 if element["type"] == "overflow" else 100
            found += _option_problems(element["options"], most)
    return found


def _confirm_problems(made: dict[str, Any] | None) -> list[str]:
    if made is None:
        return []
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    return [one for name, most in limits.items() for one in _text_problems(made[name], most, name)]


def _option_problems(options: list[dict[str, Any]], most: int) -> list[str]:
    found = [] if 1 <= len(options) <= most else ["number of options"]
    for one in options:
        found += _text_problems(one["text"], LIMITS["option"], "option")
        found += [] if 1 <= len(one["value"]) <= 150 else ["an option's value"]
    return found


def _text_problems(made: dict[str, Any], most: int, where: str) -> list[str]:
    return [] if 1 <= len(made["text"]) <= most else [f"{where}: {len(made['text'])} characters"]


def view_problems(view: dict[str, Any]) -> list[str]:
    """What Slack would refuse of a modal."""
    found = [one for name in ("title", "submit", "close") for one in
             _text_problems(view[name], 24, name)]  # fmt: skip
    found += ["private_metadata"] if len(view["private_metadata"]) > 3000 else []
    found += [] if 1 <= len(view["blocks"]) <= 100 else ["number of blocks"]
    for block in view["blocks"]:
        element = block["element"]
        found += _text_problems(block["label"], 2000, "label")
        found += _text_problems(block["hint"], 2000, "hint") if "hint" in block else []
        if element["type"] == "static_select":
            found += _option_problems(element["options"], 100)
            first = element.get("initial_option")
            found += ["initial_option"] if first and first not in element["options"] else []
        else:
            most = element["max_length"]
            found += [] if 1 <= most <= 3000 else ["max_length"]
            found += ["initial_value"] if len(element.get("initial_value", "")) > most else []
    return found
