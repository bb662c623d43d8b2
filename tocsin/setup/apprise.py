"""The steps that make Apprise notify a service for Tocsin."""

from escalation.channels.apprise import Settings

_STEPS = """\
1. Install the library once: pip install 'tocsin[apprise]'
2. Find the service's address in Apprise's list of services, and make it with your own keys. Try it:
   apprise -b "a test from Tocsin" "the address"
3. It holds the service's keys, so it is a secret: put it into
   {url}.
   One channel is one address; declare another channel for another service.
4. A person's contact says whom it is for; where it goes the address alone decides:
   contacts = [{{ channel = "{name}", to = "ada" }}]
5. Set `links` in tocsin.toml: the first line of a page is a link to Tocsin's own page.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(url=settings.url, name=settings.name)
