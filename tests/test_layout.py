"""config ← listener ← escalation ← tocsin: the folders tell the story, imports point one way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ("config", "listener", "escalation", "tocsin")


def imported_packages(path: Path) -> set[str]:
    """Top-level names of ours that a file imports, by either form and at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found & {*ORDER, "tests"}


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_one_way(package: str) -> None:
    allowed = set(ORDER[: ORDER.index(package) + 1])
    against = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported_packages(path) - allowed
    }
    assert not against


def test_the_top_level_is_what_was_asked_for() -> None:
    wanted = {"listener", "escalation", "config", "tests", "pyproject.toml", "README.md"}
    assert wanted <= {path.name for path in ROOT.iterdir()}


def test_no_package_markers_below_tests() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
