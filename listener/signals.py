"""What moves a judgement, and how it is told."""

from typing import NamedTuple

from listener.cuetext import CueText


class Signal(NamedTuple):
    """Something that moves the judgement; without a reason where it is too small to tell."""

    weight: float
    reason: str = ""
    group: str = ""
    small: bool = False  # a word that every long text has
    told: bool = False  # a reason whatever it weighs
    place: tuple[int, int] | None = None  # in the text's words: quoted behind the reason

    def spoken(self, text: CueText) -> str:
        """Its reason as it is shown: most are not, and are never put into words."""
        return f'{self.reason}: "{text.quote(*self.place)}"' if self.place else self.reason
