"""The steps by which a program of one's own gets each message as JSON."""

from escalation.channels.webhook import Settings

_STEPS = """\
1. Have the receiver take a POST with JSON. What is in it, and how its signature is checked, stands
   in docs/channels/webhook.md. Its address is {url}.
2. Make the secret with which messages are signed without showing it: `openssl rand -hex 32` into a
   file that only the service can read (umask 077). It goes into the {secret};
   the receiver needs the same.
3. A receiver on a private network is reached only where tocsin.toml allows it, above all tables:
   private_hosts = ["desk.internal:8443"]
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(url=settings.url, secret=settings.secret)
