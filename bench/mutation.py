"""How well the tests notice a change: `python -m bench.mutation` (an hour on two cores).

Each line of the decisions is changed in turn (mutmut); a change that no test notices survives.
Printed for each file: how many were noticed. Every function with survivors is read by a person and
named, with the reason, in tests/survivors.txt; one that is not there is printed as unread.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
READ = ROOT / "tests" / "survivors.txt"
PROMISED = 0.85  # of all changes are noticed
NOTICED = ("killed", "timeout", "segfault")
# A function `cut` is named `x_cut`, a method `xǁTurnsǁat`.
_LINE = re.compile(r"\s*(?P<module>[\w.]+)\.x[_ǁ](?P<function>.+)__mutmut_\d+: (?P<outcome>.+)")


def main() -> int:
    """Change, test, count; returns 1 where too few were noticed or a survivor is unread."""
    command = [sys.executable, "-m", "mutmut"]
    subprocess.run([*command, "run"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    said = subprocess.run(
        [*command, "results", "--all", "true"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return report(said.stdout)


def report(results: str) -> int:
    """Print what came of each file, and the functions whose survivors nobody has read."""
    made, noticed, survived = Counter[str](), Counter[str](), Counter[str]()
    for found in map(_LINE.match, results.splitlines()):
        if found is None:
            continue
        module, outcome = found["module"], found["outcome"]
        made[module] += 1
        noticed[module] += outcome in NOTICED
        function = found["function"].replace("ǁ", ".")
        survived[f"{module}.{function}"] += outcome not in NOTICED
    for module in sorted(made):
        share = noticed[module] / made[module]
        print(f"{module:<28} {noticed[module]:5} of {made[module]:5} noticed  {share:6.1%}")
    whole = noticed.total() / made.total() if made else 0.0
    print(f"{'all':<28} {noticed.total():5} of {made.total():5} noticed  {whole:6.1%}")
    unread = sorted(name for name, n in survived.items() if n and name not in _read())
    for name in unread:
        print(f"unread: {survived[name]} in {name}")
    return int(whole < PROMISED or bool(unread))


def _read() -> frozenset[str]:
    """The functions whose survivors were read; a line each, `escalation.ladder.ask: why`."""
    lines = READ.read_text(encoding="utf-8").splitlines() if READ.is_file() else []
    return frozenset(line.split(":", 1)[0] for line in lines if line and line[0] != "#")


if __name__ == "__main__":
    raise SystemExit(main())
