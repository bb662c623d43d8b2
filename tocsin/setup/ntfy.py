"""The steps that bring what Tocsin says to a phone, by ntfy."""

from escalation.channels.ntfy import Settings

_STEPS = """\
1. Install the ntfy app on each phone. The server is {server}.
2. Choose a topic for each person. On a server that is open to all, whoever knows a topic can read
   it: take a long random one, for example what `openssl rand -hex 16` prints.
3. In the app press +, write the topic{other}.
4. Write the topic as the person's contact: contacts = [{{ channel = "{name}", to = "the-topic" }}]
5. {token}
6. Let the app ring during *Do not disturb*: on Android for the priorities "high" and "max", on an
   iPhone in the settings for notifications.
7. Set `links` in tocsin.toml (docs/links.md): the notification's button opens Tocsin's own page.
"""
_OPEN = """Open topics, as on ntfy.sh without an account, need no token. Where they are protected,
   make an access token: {how}.
   Declare it as `token`; it never stands in tocsin.toml."""
_PROTECTED = """Make an access token that may write to the topics: {how}.
   Put it into {token}."""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    public = settings.server == "https://ntfy.sh"
    other = "" if public else f", and under *Use another server* {settings.server}"
    # docs.ntfy.sh, "Access tokens", for the web app and for one's own server.
    how = "in the web app, Account, Access tokens" if public else "on the server, ntfy token add"
    token = _OPEN if settings.token is None else _PROTECTED
    told = token.format(how=how, token=settings.token)
    return _STEPS.format(server=settings.server, other=other, token=told, name=settings.name)
