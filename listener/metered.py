"""What a source declares that is charged for what it reads, and the purse that follows from it."""

from pydantic import Field

from config import SourceSettings
from listener.budget import Allowance, Use


class MeteredSettings(SourceSettings):
    """A source that costs money: what it may spend.

    dollars_per_day    from 00:00 to 24:00 UTC; 0 reads nothing.
    dollars_per_month  of the calendar, in UTC; None: the days alone are the limit.
    """

    dollars_per_day: float = Field(default=1.0, ge=0, le=100_000, allow_inf_nan=False)
    dollars_per_month: float | None = Field(default=None, ge=0, le=3_000_000, allow_inf_nan=False)

    @property
    def uses(self) -> tuple[Use, ...]:
        """What it spends money for; a part is kept for each."""
        return tuple(Use)


def purse_of(settings: SourceSettings) -> Allowance | None:
    """A new purse for a source that costs money; None for one that does not."""
    if not isinstance(settings, MeteredSettings):
        return None
    month = settings.dollars_per_month
    limit = float("inf") if month is None else month
    return Allowance(settings.dollars_per_day, limit, settings.uses)
