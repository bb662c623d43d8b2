"""Setting up a webhook."""

from config import Settings

STEPS = """\
Webhook: each message as signed JSON to an address of your own. About ten minutes, and whoever
writes the program that receives it.

1. Have the receiver take a POST with JSON at an https:// address. What is in it and how its
   signature is checked stands in docs/channels/webhook.md.
2. Make the secret with which messages are signed, straight into a file that only the service can
   read, so that it is shown nowhere:

       umask 077; openssl rand -hex 32 > /run/secrets/tocsin-webhook

   The receiver needs the same. An environment variable does as well:
   secret = { env = "WEBHOOK_SECRET" }.
3. A receiver on a private network is reached only where the file allows it, above all tables:
   private_hosts = ["desk.internal:8443"]
4. Paste this into tocsin.toml, with your own address:

[[channels]]
kind = "webhook"
url = "https://desk.example/tocsin"
secret = { file = "/run/secrets/tocsin-webhook" }
room = "complaints"

5. Try it: tocsin check, then tocsin test-alert webhook

More: docs/channels/webhook.md
"""


def steps(settings: Settings | None) -> str:
    """What to do, in order."""
    return STEPS
