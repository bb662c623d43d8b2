"""The steps that make a workflow of Teams post what Tocsin says."""

from escalation.channels.teams import Settings

_STEPS = """\
1. In Teams open the channel or chat that Tocsin is to write to, then ⋯, Workflows.
2. Choose the template "Send webhook alerts to a channel" (older: "Post to a channel when a webhook
   request is received"). Call it Tocsin, sign in, choose the team and channel, and add it.
3. Copy the address that it shows. Whoever has it can write there, so it is a secret: put it into
   {url}.
4. If your administrators let only your own people trigger workflows, open the workflow's trigger
   and let "Anyone" trigger it: the address holds a signature of its own.
5. Each person's contact is the name with which they sign in; they are called by it:
   contacts = [{{ channel = "{name}", to = "ada@acme.example" }}]
6. Set `links` in tocsin.toml (docs/links.md): a card has one button, which opens Tocsin's own page.
7. Who made the workflow owns it: when they leave, it stops. Share it with a second owner.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(url=settings.url, name=settings.name)
