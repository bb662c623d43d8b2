"""A curve as a picture: Vega-Altair says what it looks like, vl-convert draws it, in this process.

Both are an optional extra. Neither a browser nor a network is used: fonts come with vl-convert,
and addresses in a picture are not followed.
"""

from datetime import datetime, timedelta, timezone
from typing import Any

from escalation import encode
from tocsin.pictures import words
from tocsin.pictures.curve import Curve, Kind, Mark
from tocsin.pictures.packing import repacked

MISSING = (
    "pictures need two more libraries: pip install 'tocsin[pictures]'. "
    "Everything else works without them"
)
PNG_WIDTH = 800  # pixels, axes and margins among them
WIDTH, HEIGHT = 745, 240  # pixels of the plot
MAX_BYTES = 100_000  # of an SVG, and of a PNG: mail programs and chats show those at once
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"  # the first comes with vl-convert
# Okabe and Ito, "Color Universal Design" (2008): told apart with any kind of colour vision.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#00785A", "#CC79A7"
INK, GREY, PALE = "#1B1B1B", "#6B6B6B", "#C4C4C4"
# Its own ground, so that it is read in a dark window as in a light one.
GROUND = "#FFFFFF"
_COLOURS = {Kind.ONSET: GREY, Kind.ALARM: ORANGE, Kind.DEED: GREEN}
_DASHES = {Kind.ONSET: [2, 3], Kind.ALARM: [1, 0], Kind.DEED: [6, 3]}
_CHAR, _ROW, _MOST_ROWS = 6.6, 14, 9  # pixels of a label's character and line; lines of labels
# Minutes that a picture is long, at most, and how its axis tells a time then (d3-time-format).
_FORMS = ((26 * 60, "%H:%M"), (72 * 60, "%-d %b %H:%M"), (1 << 30, "%-d %b"))
PEOPLE, USUAL, FORESEEN = "unhappy people", "usual (19 times of 20)", "forecast, as a mean"


class PicturesMissing(Exception):
    """The extra is not installed; the text says how to get it."""


def is_installed() -> bool:
    """Can pictures be drawn here?"""
    from importlib.util import find_spec

    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def svg(curve: Curve) -> str:
    """The picture for a page. Raises PicturesMissing."""
    _, convert = _libraries()
    drawn: str = convert.vegalite_to_svg(spec(curve), allowed_base_urls=[])
    head, _, rest = drawn.partition(">")
    alt_text = encode.html(words.alt(curve))
    return f'{head} role="img" aria-label="{alt_text}"><title>{alt_text}</title>{rest}'


def png(curve: Curve) -> bytes:
    """The picture for chat and mail, 800 pixels wide. Raises PicturesMissing."""
    _, convert = _libraries()
    drawn: bytes = convert.vegalite_to_png(spec(curve), allowed_base_urls=[])
    return repacked(drawn)


def _libraries() -> tuple[Any, Any]:
    try:
        import altair
        import vl_convert
    except ImportError:
        raise PicturesMissing(MISSING) from None
    return altair, vl_convert


def spec(curve: Curve) -> dict[str, Any]:
    """The picture as Vega-Lite. Raises PicturesMissing."""
    alt, _ = _libraries()
    clock = words.clock(curve)
    layers = [
        *_deaf(alt, curve, clock),
        *_forecasts(alt, curve, clock),
        _usual_band(alt, curve, clock),
        _people(alt, curve, clock),
        _usual_line(alt, curve, clock),
        *_marks(alt, curve, clock),
    ]
    chart = (
        alt.layer(*layers)
        .properties(
            width=PNG_WIDTH,
            height=HEIGHT,
            title=_title(alt, curve),
            background=GROUND,
            padding={"left": 8, "right": 20, "top": 10, "bottom": 8},
            autosize={"type": "fit-x", "contains": "padding"},
        )
        .configure(font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12)
    )
    made: dict[str, Any] = chart.to_dict(validate=False)
    return made


def _title(alt: Any, curve: Curve) -> Any:
    return alt.TitleParams(
        words.title(curve),
        subtitle=words.subtitle(curve),
        anchor="start",
        fontSize=16,
        subtitleFontSize=12,
        color=INK,
        subtitleColor=GREY,
        offset=10,
    )


def _wall(at: datetime, clock: timezone) -> str:
    """An instant as the picture's clock shows it. Vega is told that it is UTC, so that the zone of
    the machine that draws changes nothing."""
    return at.astimezone(clock).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(alt: Any, curve: Curve, field: str) -> Any:
    long = len(curve.cells) * curve.minutes
    form = next(form for most, form in _FORMS if long <= most)
    axis = alt.Axis(
        title=words.zone_told(curve), format=form, grid=False, labelOverlap=True, tickCount=8
    )
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), axis=axis)


def _series(alt: Any, name: str) -> Any:
    scale = alt.Scale(domain=[PEOPLE, USUAL, FORESEEN], range=[BLUE, GREY, PURPLE])
    legend = alt.Legend(
        title=None,
        orient="bottom",
        labelFontSize=12,
        labelColor=INK,
        symbolType="square",
        symbolOpacity=0.9,
        symbolStrokeWidth=0,
    )
    return alt.Color(datum=name, scale=scale, legend=legend)


def _cells(curve: Curve, clock: timezone) -> list[dict[str, Any]]:
    wide = timedelta(minutes=curve.minutes)
    return [
        {
            "from": _wall(cell.at, clock),
            "to": _wall(cell.at + wide, clock),
            "people": cell.people,
            "usual": round(cell.usual, 3),
            "low": round(cell.low, 3),
            "high": round(cell.high, 3),
        }
        for cell in curve.cells
    ]


def _people(alt: Any, curve: Curve, clock: timezone) -> Any:
    shown = [row for row in _cells(curve, clock) if row["people"]]
    axis = alt.Axis(title=None, tickMinStep=1, format=",d", gridColor="#E6E6E6", domain=False)
    return (
        alt.Chart(alt.Data(values=shown))
        .mark_rect(stroke=GROUND, strokeWidth=0.5)
        .encode(
            x=_time(alt, curve, "from"),
            x2="to:T",
            y=alt.Y("people:Q", axis=axis),
            y2=alt.datum(0),
            color=_series(alt, PEOPLE),
        )
    )


def _usual_band(alt: Any, curve: Curve, clock: timezone) -> Any:
    return (
        alt.Chart(alt.Data(values=_cells(curve, clock)))
        .mark_area(interpolate="step-after", opacity=0.35)
        .encode(x=_time(alt, curve, "from"), y="low:Q", y2="high:Q", color=_series(alt, USUAL))
    )


def _usual_line(alt: Any, curve: Curve, clock: timezone) -> Any:
    return (
        alt.Chart(alt.Data(values=_cells(curve, clock)))
        .mark_line(interpolate="step-after", color=INK, strokeWidth=1, strokeDash=[3, 2])
        .encode(x=_time(alt, curve, "from"), y="usual:Q")
    )


def _forecasts(alt: Any, curve: Curve, clock: timezone) -> list[Any]:
    """Ranges of posts for some hours, spread evenly over them: nobody can say more."""
    rows = []
    for one, until in curve.standing:
        many = (one.until - one.issued) / timedelta(minutes=curve.minutes)
        rows.append(
            {
                "from": _wall(one.issued, clock),
                "to": _wall(until, clock),
                "low": round(one.low / many, 2),
                "high": round(one.high / many, 2),
            }
        )
    if not rows:
        return []
    drawn = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(opacity=0.35)
        .encode(
            x=_time(alt, curve, "from"),
            x2="to:T",
            y="low:Q",
            y2="high:Q",
            color=_series(alt, FORESEEN),
        )
    )
    return [drawn]


def _deaf(alt: Any, curve: Curve, clock: timezone) -> list[Any]:
    if not curve.deaf:
        return []
    rows = [{"from": _wall(one, clock), "to": _wall(two, clock)} for one, two in curve.deaf]
    drawn = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(color=PALE, opacity=0.5)
        .encode(x=_time(alt, curve, "from"), x2="to:T")
    )
    return [drawn]


def _labels(curve: Curve) -> list[tuple[Mark, int, bool]]:
    """Each mark with the line its label stands on, above the plot, and whether it ends there.

    From right to left, each above all that begin within its width: so no label covers another, no
    line runs through one, and none leaves the picture.
    """
    if not curve.cells:
        return []
    since = curve.cells[0].at
    length = curve.cells[-1].at + timedelta(minutes=curve.minutes) - since
    taken: list[tuple[float, float, int]] = []
    placed = []
    for mark in reversed(curve.marks):
        x, wide = WIDTH * ((mark.at - since) / length), _CHAR * (len(mark.label) + 7)
        flips = x + wide > WIDTH
        left, right = (x - wide, x) if flips else (x, x + wide)
        row = max((row + 1 for one, end, row in taken if one <= right and end >= left), default=0)
        taken.append((left, right, row))
        placed.append((mark, min(row, _MOST_ROWS - 1), flips))
    return placed[::-1]


def _marks(alt: Any, curve: Curve, clock: timezone) -> list[Any]:
    drawn = []
    for mark, row, flips in _labels(curve):
        at = mark.at.astimezone(clock)
        base = alt.Chart(
            alt.Data(values=[{"at": _wall(mark.at, clock), "says": f"{mark.label} {at:%H:%M}"}])
        )
        above, colour = -6 - row * _ROW, _COLOURS[mark.kind]
        drawn.append(
            base.mark_rule(color=colour, strokeWidth=1.5, strokeDash=_DASHES[mark.kind]).encode(
                x=_time(alt, curve, "at"), y=alt.value(above), y2=alt.value(HEIGHT)
            )
        )
        drawn.append(
            base.mark_text(
                align="right" if flips else "left",
                dx=-3 if flips else 3,
                baseline="bottom",
                fontSize=12,
                color=INK if mark.kind is Kind.ONSET else colour,
            ).encode(x=_time(alt, curve, "at"), y=alt.value(above), text="says:N")
        )
    return drawn
