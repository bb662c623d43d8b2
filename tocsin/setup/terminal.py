"""The steps by which cards are printed where Tocsin runs."""

from escalation.channels.terminal import Settings

_STEPS = """\
1. Nothing is to be asked for and nothing to be installed: every message is printed as a card where
   `tocsin run` is running.
2. Each person's contact is any word; the card says for whom it is:
   contacts = [{{ channel = "{name}", to = "ada" }}]
3. It is for trying Tocsin out: nobody is woken by it, and what is printed cannot be taken back. Add
   a channel on which people are reached: {others}.
"""
OTHERS = "tocsin init mail, slack, matrix, telegram or ntfy"


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(name=settings.name, others=OTHERS)
