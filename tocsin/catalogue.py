"""Every kind of source and channel there is, for loading a configuration."""

from functools import partial

from config.load import Catalogue
from escalation import channels
from listener import collectors


def catalogue() -> Catalogue:
    """Where each kind declares its settings; a kind's file is imported when it is used."""
    return Catalogue(
        sources={kind: partial(collectors.settings_of, kind) for kind in collectors.COLLECTORS},
        channels={kind: partial(channels.settings_of, kind) for kind in channels.CHANNELS},
    )
