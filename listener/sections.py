"""How the lists beside the code are written: `[name]` above the lines that belong to it."""

from collections.abc import Iterator


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every section with its lines; comments and empty lines go.

    A line that begins with a blank goes on with the one before.
    """
    name, lines = "", list[str]()
    for line in text.splitlines():
        if line.startswith("["):
            if name:
                yield name, lines
            name, lines = line.strip("[] "), []
        elif line.startswith(" ") and lines:
            lines[-1] += " " + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    if name:
        yield name, lines
