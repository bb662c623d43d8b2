"""The weekly digest: one value is gathered from the store, and written in several forms."""

from collections.abc import Callable, Mapping

from tocsin.digest import as_csv, as_json, html, markdown, plain
from tocsin.digest.data import DigestData, without_words
from tocsin.digest.gather import gather
from tocsin.digest.sentence import first_line
from tocsin.digest.week import Week, last_full_week, parse_week

_FORMS: Mapping[str, Callable[[DigestData], str]] = {
    "html": html.render,
    "md": markdown.render,
    "txt": plain.render,
    "json": as_json.render,
    "csv": as_csv.render,
}
FORMATS = tuple(_FORMS)


def render(data: DigestData, format: str) -> str:  # noqa: A002  as the command line calls it
    """Write a digest in one of FORMATS. Raises ValueError for any other."""
    form = _FORMS.get(format)
    if form is None:
        raise ValueError(f'no digest is written as "{format[:40]}". Known: {", ".join(FORMATS)}')
    return form(data)


__all__ = [
    "FORMATS",
    "DigestData",
    "Week",
    "first_line",
    "gather",
    "last_full_week",
    "parse_week",
    "render",
    "without_words",
]
