"""The steps that make a space of Google Chat take what Tocsin says."""

from escalation.channels.googlechat import Settings

_STEPS = """\
1. In Google Chat open the space (a named one, not a direct message), its name, Apps & integrations,
   Webhooks, Add webhooks. Call it Tocsin. Webhooks are part of Google Workspace accounts only.
2. Copy the address that it shows. Whoever has it can write there, so it is a secret: put it into
   {url}.
3. Each person's contact is their user id, a number, by which they are called; whoever runs your
   Workspace finds it in the directory:
   contacts = [{{ channel = "{name}", to = "123456789012345678901" }}]
4. Set `links` in tocsin.toml (docs/links.md): a card has one button, which opens Tocsin's own page.
5. Let everyone set the space's notifications to "All".
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(url=settings.url, name=settings.name)
