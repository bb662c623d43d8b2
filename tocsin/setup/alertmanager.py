"""The steps that hand Tocsin's pages on to an Alertmanager."""

from escalation.channels.alertmanager import Settings

_STEPS = """\
1. Tocsin posts to {url}/api/v2/alerts.
   Of a cluster, each member is a channel of its own.
2. Where Alertmanager is on a private network, write its "host:port" into `private_hosts`.
3. {login}
4. In alertmanager.yml route what has the label alertname="TocsinPage" to a receiver. The labels
   `severity` (critical, error, warning, info) and `to` (the contact) tell them apart; group by
   `asking`.
5. A person's contact is what stands in the label `to`:
   contacts = [{{ channel = "{name}", to = "care" }}]
6. First among the person's contacts, it rings for every page; behind their chat, for what the
   chat does not take, in a storm and on the last step. What asks nothing never goes to a pager, so
   let the person have another channel as well.
7. Set `links` in tocsin.toml: the alert's source is a link to Tocsin's own page.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    login = (
        "No login is declared. Where it asks for one, declare `username` and `password`."
        if settings.password is None
        else f"Put the password of {settings.username} into {settings.password}."
    )
    return _STEPS.format(url=settings.url, login=login, name=settings.name)
