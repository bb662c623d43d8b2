"""What is a danger beside what we ship, and who alone hears of a sign of self-harm."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.fields import Declared, OneOrMore, ShortWait


class Safety(Declared):
    """Tripwires of the user's own, and the person for what is nobody else's to see."""

    tripwires: Annotated[tuple[Path, ...], OneOrMore, Field(max_length=10)] = ()
    person: str | None = None  # default: the triage team's lead
    deputy: str | None = None  # asked next; default: the triage team's head
    acknowledge_within: ShortWait = timedelta(minutes=15)  # else the next person is asked
    guidance: Path | None = None  # helplines by country and the like; ours names none
