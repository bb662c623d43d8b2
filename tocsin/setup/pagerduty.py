"""The steps that hand Tocsin's pages on to a service of PagerDuty."""

from escalation.channels.pagerduty import Settings

_STEPS = """\
1. In PagerDuty open Services, the service that is to ring (or a new one), Integrations, Add
   integration, and choose "Events API V2".
2. Copy the integration key. It is a secret: put it into
   {key}.
3. Events go to {api}.
   For an account in the EU it is https://events.eu.pagerduty.com.
4. Give the service an escalation policy. Whom it calls PagerDuty alone decides; a person's contact
   says only that their pages go there too:
   contacts = [{{ channel = "{name}", to = "care" }}]
5. First among the person's contacts, it rings for every page; behind their chat, for what the
   chat does not take, in a storm and on the last step. What asks nothing never goes to a pager, so
   let the person have another channel as well.
6. Set `links` in tocsin.toml: the alert links to Tocsin's own page. Acknowledging in PagerDuty
   quiets PagerDuty and does not acknowledge in Tocsin.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    return _STEPS.format(key=settings.key, api=settings.api, name=settings.name)
