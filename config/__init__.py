"""What the team declared: settings as frozen values, and loading them with every problem named."""

from config.durations import Duration, parse_duration, spell_duration
from config.language_model import LanguageModel
from config.secrets import MissingSecret, Secret
from config.settings import (
    Band,
    BandTimes,
    Block,
    Brand,
    ChannelSettings,
    Contact,
    Digest,
    Person,
    Policy,
    Role,
    Safety,
    Settings,
    SourceSettings,
    Team,
    WorkingHours,
)

__all__ = [
    "Band",
    "BandTimes",
    "Block",
    "Brand",
    "ChannelSettings",
    "Contact",
    "Digest",
    "Duration",
    "LanguageModel",
    "MissingSecret",
    "Person",
    "Policy",
    "Role",
    "Safety",
    "Secret",
    "Settings",
    "SourceSettings",
    "Team",
    "WorkingHours",
    "parse_duration",
    "spell_duration",
]
