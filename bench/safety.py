"""How well tripwires tell dangers, and how often they ring on ordinary posts, by language.

`python -m bench.safety [FOLDER]`; the folder of labelled sets, default ../shared/data. The card of
all accuracy calls `tripwires_by_language` and `self_harm`.
"""

import csv
import gzip
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from listener.safety import SHIPPED
from listener.wires import SELF_HARM

LISTS = Path(__file__).parents[1] / "tests" / "listener"
NAMES = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """How a language does: alarms on so many ordinary posts, dangers of its list that were told.

    private  of the ordinary posts, those taken for a sign of self-harm; not counted as alarms.
    """

    lang: str
    posts: int
    alarms: int
    private: int
    told: int
    dangers: int

    @property
    def per_thousand(self) -> float:
        return 1000 * self.alarms / self.posts if self.posts else 0.0


def tripwires_by_language(folder: Path) -> list[Rung]:
    """Alarms on the sentiment set, right or false, and recall on our own lists; no list for
    English, whose dangers stand in a test of their own."""
    counted: dict[str, list[int]] = {}
    for lang, text in _ordinary(folder):
        kinds = {one.kind for one in SHIPPED.dangers_of(text, lang)}
        row = counted.setdefault(lang, [0, 0, 0])
        row[0] += 1
        row[1] += bool(kinds - {SELF_HARM})
        row[2] += SELF_HARM in kinds
    listed = {path.stem for path in (LISTS / "tripwires").glob("*.txt")}
    return [
        Rung(lang, *counted.get(lang, [0, 0, 0]), *_told(LISTS / "tripwires" / f"{lang}.txt"))
        for lang in sorted(counted.keys() | listed)
    ]


def self_harm() -> list[tuple[str, int, int, int, int]]:
    """By language: signs told, signs, figures of speech taken for one, figures of speech."""
    found = []
    for path in sorted((LISTS / "self_harm").glob("*.txt")):
        told, signs = _told(path, kind=SELF_HARM)
        wrong, figures = _told(path, kind=SELF_HARM, mark="-")
        found.append((path.stem, told, signs, wrong, figures))
    return found


def first_met() -> list[tuple[str, int, int, int, int]]:
    """As `self_harm`, of lines written before the rules that should tell them: dangers, signs."""
    found = []
    for name, kind in (("dangers", ""), ("self_harm", SELF_HARM)):
        path = LISTS / "firstmet" / f"{name}.txt"
        told, signs = _told(path, kind=kind, lang="en")
        wrong, figures = _told(path, kind=kind, mark="-", lang="en")
        found.append((name, told, signs, wrong, figures))
    return found


def looked_at_since() -> list[tuple[str, str, int, int]]:
    """Lists of our own by which the rules have been widened since: name, language or `look-alikes`,
    how many are told as what they are (of look-alikes: that ring), and how many there are."""
    found: dict[tuple[str, str], list[int]] = {}
    for name in ("second", "third", "fourth"):
        for line in (LISTS / "firstmet" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            lang, kind, text = (part.strip() for part in line.split("|", 2))
            kinds = {one.kind for one in SHIPPED.dangers_of(text, lang)}
            group = {"-": "look-alikes", SELF_HARM: f"{lang} self-harm"}.get(kind, lang)
            row = found.setdefault((name, group), [0, 0])
            row[0] += bool(kinds) if kind == "-" else kind in kinds
            row[1] += 1
    return [(name, group, *row) for (name, group), row in sorted(found.items())]


def cost(folder: Path) -> float:
    """Microseconds that one ordinary post takes, in the languages of the sentiment set."""
    posts = list(_ordinary(folder))
    begin = time.perf_counter()
    for lang, text in posts:
        SHIPPED.dangers_of(text, lang)
    return 1e6 * (time.perf_counter() - begin) / max(1, len(posts))


def _told(path: Path, *, kind: str = "", mark: str = "!", lang: str = "") -> tuple[int, int]:
    if not path.exists():
        return 0, 0
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = [line[2:] for line in lines if line.startswith(mark)]
    kinds = [{one.kind for one in SHIPPED.dangers_of(text, lang or path.stem)} for text in texts]
    return sum(bool(found) if not kind else kind in found for found in kinds), len(texts)


def _ordinary(folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / "xlmt_sentiment.csv.gz"
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            yield NAMES.get(row["lang"].lower(), row["lang"]), row["text"]


def main() -> None:
    """Print all of it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data")
    print("lang   posts  alarms  per 1,000  private   told of our list")
    for one in tripwires_by_language(folder):
        print(
            f"{one.lang:4}{one.posts:>8}{one.alarms:>8}{one.per_thousand:>11.2f}{one.private:>9}"
            f"   {one.told} of {one.dangers}"
        )
    print("\nSigns of self-harm: told of our list, figures of speech taken for one")
    for lang, told, signs, wrong, figures in self_harm():
        print(f"{lang:4}{told:>5} of {signs:<5}{wrong:>5} of {figures}")
    print("\nWritten before the rules: told now, harmless that ring now")
    for name, told, signs, wrong, figures in first_met():
        print(f"{name:10}{told:>5} of {signs:<5}{wrong:>5} of {figures}")
    print(
        "\nWritten before the rules, looked at since: told as what they are; look-alikes that ring"
    )
    for name, group, told, lines in looked_at_since():
        print(f"{name:8}{group:14}{told:>5} of {lines}")
    print(f"\n{cost(folder):.0f} µs a post")


if __name__ == "__main__":
    main()
