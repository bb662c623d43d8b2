"""What `tocsin init SOURCE` prints of each source, made from its page in docs/sources.

`python -m tests.source_table` writes it to tocsin/setup/sources.toml, with the table of sources.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from listener import collectors

ROOT = Path(__file__).parents[1]
FILE = ROOT / "tocsin" / "setup" / "sources.toml"
HEAD = """\
# Made from docs/sources by python -m tests.source_table; `tocsin init SOURCE` prints it.
"""
_ITEM = re.compile(r"(?:\* |\d+\. )")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_STRESS = re.compile(r"(\*\*?)(?=\S)(.+?)(?<=\S)\1")


def made() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(_of(kind) for kind in collectors.COLLECTORS)])


def _of(kind: str) -> str:
    page = (ROOT / "docs" / "sources" / f"{kind}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    piece = next(block for block in blocks if "[[sources]]" in block)
    lists = {"keys": _section(page, "Keys"), "unheard": _section(page, "What it will not hear")}
    told = [f"{name} = [\n{_lines(texts)}]\n" for name, texts in lists.items()]
    return f"[{kind}]\npiece = '''\n{piece}'''\n{''.join(told)}"


def _lines(texts: Iterator[str]) -> str:
    return "".join(f"    {json.dumps(text, ensure_ascii=False)},\n" for text in texts)


def _section(page: str, title: str) -> Iterator[str]:
    """The paragraphs and items of a section as plain text, one line each; blocks as they stand."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    if found is None:  # a source that asks for no key may say nothing of keys
        return
    for number, part in enumerate(re.split(r"```\w*\n(.*?)```", found[1], flags=re.DOTALL)):
        if number % 2:  # between fences: what is to be copied as it stands
            yield part.strip()
            continue
        for paragraph in re.split(r"\n\s*\n", part.strip()):
            yield from _items(paragraph.splitlines())


def _items(lines: list[str]) -> Iterator[str]:
    """Lines that belong together, joined: a new item begins a new one."""
    joined: list[str] = []
    for line in lines:
        if _ITEM.match(line) and joined:
            yield _plain(" ".join(joined))
            joined = []
        joined.append(line.strip())
    if joined:
        yield _plain(" ".join(joined))


def _plain(text: str) -> str:
    text = _LINK.sub(lambda found: _linked(found[1], found[2]), text.removeprefix("* "))
    return _STRESS.sub(r"\2", text)


def _linked(text: str, target: str) -> str:
    if target.startswith("https://"):
        return f"{text} ({target})"
    path, _, _ = target.partition("#")
    there = (ROOT / "docs" / "sources" / path).resolve()
    return f"{text} ({there.relative_to(ROOT)})" if path else text
