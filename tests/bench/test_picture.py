"""The picture of docs/firestorm.md is that of the demo's storm as it is measured now."""

import re
from pathlib import Path
from xml.etree import ElementTree

from bench import picture
from tests.tocsin.pictures.curves import the_demos_store
from tocsin.pictures import alt

MAKEFILE = Path(__file__).parents[2] / "Makefile"


def test_the_page_shows_what_is_measured_now(tmp_path: Path) -> None:
    drawn = ElementTree.fromstring(picture.PAGE.read_text(encoding="utf-8"))
    assert drawn.get("aria-label") == alt(picture.curve_of(the_demos_store(tmp_path)))


def test_the_makefile_draws_it() -> None:
    assert re.search(r"^picture:.*\n\t.* bench\.picture$", MAKEFILE.read_text(), re.MULTILINE)
