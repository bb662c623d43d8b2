"""One thing that the doctor has to say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in a sentence.

    ok        False: a problem that somebody should mend.
    about     which part: "machine", "store", "source x", "channel slack" …
    standing  True: nothing is wrong, but it will disappoint whoever does not know it.
    """

    ok: bool
    about: str
    what: str
    standing: bool = False


def sound(about: str, what: str) -> Finding:
    """All is well there."""
    return Finding(True, about, what)


def note(about: str, what: str) -> Finding:
    """To be known; not to be mended."""
    return Finding(True, about, what, standing=True)


def problem(about: str, what: str) -> Finding:
    """To be mended."""
    return Finding(False, about, what)
