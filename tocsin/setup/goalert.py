"""The steps that hand Tocsin's pages on to a service of GoAlert."""

from escalation.channels.goalert import Settings

_STEPS = """\
1. In GoAlert open Services, the service that is to ring, Integration Keys, Create integration key,
   and choose "Generic API".
2. It shows an address. What follows `token=` is the key, a secret: put it into
   {key}.
   What stands before /api is `url`, here {url}.
3. Where GoAlert is on a private network, write its "host:port" into `private_hosts`.
4. Give the service an escalation policy. Whom it calls GoAlert alone decides; a person's contact
   says only that their pages go there too:
   contacts = [{{ channel = "{name}", to = "care" }}]
5. First among the person's contacts, it rings for every page; behind their chat, for what the
   chat does not take, in a storm and on the last step. What asks nothing never goes to a pager, so
   let the person have another channel as well.
6. Set `links` in tocsin.toml: the alert links to Tocsin's own page, where it is acknowledged.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(key=settings.key, url=settings.url, name=settings.name)
