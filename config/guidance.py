"""The user's own words for whoever is told of a sign of self-harm: helplines, and who helps."""

from pathlib import Path

MAX_BYTES = 8 * 1024  # it is read by somebody in a hurry
MAX_LINES = 60


class GuidanceRefused(ValueError):
    """The file cannot be shown to a person; the text says where and what to do."""


def read_guidance(path: Path) -> tuple[str, ...]:
    """The lines of a guidance file that say something. Raises GuidanceRefused."""
    try:
        if path.exists() and not path.is_file():
            raise GuidanceRefused(f"{path.name}:1: this is no file. Name a text file")
        with path.open("rb") as stream:
            found = stream.read(MAX_BYTES + 1)
        text = found.decode()
    except UnicodeDecodeError:
        raise GuidanceRefused(f"{path.name}:1: it is not UTF-8. Save it as UTF-8") from None
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
        raise GuidanceRefused(f"{path.name}:1: {what}. Check the path and its rights") from None
    if len(found) > MAX_BYTES:
        raise GuidanceRefused(f"{path.name}:1: it is larger than 8 kB. Shorten it")
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not lines or len(lines) > MAX_LINES:
        what = "it says nothing" if not lines else f"it has more than {MAX_LINES} lines"
        raise GuidanceRefused(f"{path.name}:1: {what}. Write a few lines")
    return lines
