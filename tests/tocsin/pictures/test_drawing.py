"""A picture says what it shows, is small, and no name can do anything in it."""

import struct
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from tests.tocsin.pictures.curves import HOUR, NOON, a_curve
from tocsin.pictures import Curve, PicturesMissing, alt, drawing, is_installed, png, svg
from tocsin.pictures.curve import Cell
from tocsin.pictures.packing import repacked

HOSTILE = '</title><script>alert("x")</script>\n\u202e\x1b[31m{"signal": "x"} & \'$@'
SVG = "{http://www.w3.org/2000/svg}"


def size_of(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def long() -> Curve:
    """The longest there is: two weeks in hours, every one of them full."""
    cells = tuple(Cell(NOON + n * HOUR, n % 97, 3.0, 0.5, 6.0) for n in range(14 * 24))
    return a_curve(minutes=60, cells=cells)


@pytest.mark.parametrize("curve", [a_curve(), long()], ids=["four hours", "two weeks"])
def test_a_picture_is_small_enough_for_mail_and_chat(curve: Curve) -> None:
    picture = png(curve)
    assert size_of(picture)[0] == 800
    assert len(picture) < drawing.MAX_BYTES
    assert len(svg(curve).encode()) < drawing.MAX_BYTES


def test_the_svg_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(svg(a_curve()))
    assert root.get("role") == "img"
    assert root.get("aria-label") == alt(a_curve())
    assert root.findtext(f"{SVG}title") == alt(a_curve())


def test_the_words_name_the_incident_its_height_what_happened_and_the_forecast() -> None:
    said = alt(a_curve())
    assert said.startswith("Incident 7: Acme. Unhappy people in each 5 min from 13:00 on 14 Nov")
    assert "at most 6 from 13:30 on 14 Nov, where 0.5 are usual" in said
    assert "storm at 14:00 on 14 Nov, acknowledged at 14:02 on 14 Nov" in said
    assert "Forecast of 14:00 on 14 Nov: 12 to 111 more unhappy posts by 18:00 on 14 Nov" in said


def test_the_words_say_what_is_missing() -> None:
    said = alt(a_curve(deaf=((NOON, NOON + HOUR),), erased=3, declared=True, marks=()))
    assert "A source was deaf in one stretch of it" in said
    assert "3 of its posts have been erased and are counted as before" in said
    assert "a person declared it" in said


def test_the_axis_says_its_zone() -> None:
    texts = {one.text for one in ElementTree.fromstring(svg(a_curve())).iter(f"{SVG}text")}
    assert "Europe/Oslo, UTC+01:00" in texts
    assert "Incident 7: Acme" in texts


def test_times_are_those_of_the_zone_whatever_the_machines_is() -> None:
    texts = [one.text for one in ElementTree.fromstring(svg(a_curve())).iter(f"{SVG}text")]
    assert "storm 14:00" in texts
    assert "13:00" in texts


def test_a_hostile_name_stays_text() -> None:
    drawn = svg(a_curve(name=HOSTILE))
    root = ElementTree.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in drawn
    assert not {"\u202e", "\x1b"} & set(drawn)
    assert png(a_curve(name=HOSTILE)).startswith(b"\x89PNG")


def test_a_long_name_is_cut() -> None:
    assert len(alt(a_curve(name="x" * 5_000))) < 900


def test_no_label_covers_another_or_leaves_the_picture() -> None:
    at = timedelta(minutes=1)
    marks = tuple(replace(one, at=NOON + n * at) for n, one in enumerate(a_curve().marks))
    placed = drawing._labels(a_curve(marks=marks))
    assert [row for _, row, _ in placed] == [3, 2, 1, 0]
    assert not any(flips for _, _, flips in placed)
    ((_, _, flips),) = drawing._labels(a_curve(marks=a_curve().marks[-1:]))
    assert flips


def test_a_storm_without_a_post_can_be_drawn() -> None:
    empty = a_curve(cells=(Cell(NOON, 0, 0.0, 0.0, 0.0),), marks=(), forecasts=())
    assert png(empty).startswith(b"\x89PNG")


def test_the_same_pixels_are_in_a_packed_picture() -> None:
    altair, convert = drawing._libraries()
    assert altair
    plain = convert.vegalite_to_png(drawing.spec(a_curve()), allowed_base_urls=[])
    packed = repacked(plain)
    assert len(packed) < len(plain)
    assert repacked(packed) == packed
    assert size_of(packed) == size_of(plain)


def test_what_is_no_picture_is_not_packed() -> None:
    with pytest.raises(ValueError, match="no PNG"):
        repacked(b"<svg/>")


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(PicturesMissing, match=r"pip install 'tocsin\[pictures\]'"):
        png(a_curve())


def test_the_libraries_are_loaded_only_to_draw() -> None:
    asked = "import sys, tocsin.pictures, tocsin.cli; print('altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert is_installed()
