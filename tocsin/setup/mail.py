"""Setting up mail."""

from config import Settings

STEPS = """\
Mail: letters through your own mail server. About ten minutes.

1. Ask whoever runs your mail for a mailbox of Tocsin's own, the name of the outgoing server, and
   whether it speaks "starttls" (port 587) or "implicit" TLS (port 465).
2. Where accounts have a second factor, make an app password for that mailbox. An ordinary
   password will be refused there.
3. Put the password where the file below looks for it: into the environment of the service as
   MAIL_PASSWORD, or into a file that only the service can read, and then
   password = { file = "/run/secrets/tocsin-mail" }. It never stands in tocsin.toml.
4. Ask for SPF and DKIM for the sender's domain, or letters will end in the spam folder.
5. Paste this into tocsin.toml, with your own names:

[[channels]]
kind = "mail"
host = "smtp.example.com"
tls = "starttls"
username = "tocsin@example.com"
password = { env = "MAIL_PASSWORD" }
sender = "tocsin@example.com"

6. Write each person's address once, in [[people]]; the contact then needs none:

email = "ada@example.com"
contacts = [{ channel = "mail" }]

7. Have letters carry a link by which people act without a command: links, in docs/links.md.
8. Try it: tocsin check, then tocsin test-alert mail --person ada

More: docs/channels/mail.md
"""


def steps(settings: Settings | None) -> str:
    """What to do, in order."""
    return STEPS
