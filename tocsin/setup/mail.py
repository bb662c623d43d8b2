"""The steps by which letters go out through one's own mail server."""

from escalation.channels.mail import Settings

_STEPS = """\
1. Ask whoever runs your mail for a mailbox of Tocsin's own, the name of the outgoing server, and
   whether it speaks "starttls" (port 587) or "implicit" TLS (port 465).
2. Where accounts have a second factor, make an app password for that mailbox. An ordinary
   password will be refused there.
3. {password}
4. Ask for SPF and DKIM for the sender's domain, or letters will end in the spam folder.
5. A letter carries a link by which people act without a command where `links` is set
   (docs/links.md).
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    password = (
        "No password is declared: the server must take letters without one."
        if settings.password is None
        else f"Put the password into the {settings.password}; it never stands in tocsin.toml."
    )
    return _STEPS.format(password=password)
