"""The pages of X and Reddit: their examples are valid, and every setting is on them."""

import re
import tomllib
from pathlib import Path

import pytest

from listener.collectors import settings_of

PAGES = Path(__file__).parents[3] / "docs/sources"


@pytest.mark.parametrize("kind", ["x", "reddit"])
def test_the_example_on_the_page_is_valid(kind: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (PAGES / f"{kind}.md").read_text(), re.DOTALL)
    sources = [source for block in blocks for source in tomllib.loads(block)["sources"]]
    assert [settings_of(kind)(**source).kind for source in sources] == [kind]


@pytest.mark.parametrize("kind", ["x", "reddit"])
def test_every_setting_is_on_the_page(kind: str) -> None:
    page = (PAGES / f"{kind}.md").read_text()
    for name in set(settings_of(kind).model_fields) - {"kind", "name"}:
        assert f"`{name}`" in page, f"{name} is not explained in docs/sources/{kind}.md"
