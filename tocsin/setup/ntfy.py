"""The steps that bring what Tocsin says to a phone, by ntfy."""

from escalation.channels.ntfy import Settings

_STEPS = """\
1. Install the ntfy app on each phone. The server is {server}.
2. Choose a topic for each person. On a server that is open to all, whoever knows a topic can read
   it: take a long random one, for example what `openssl rand -hex 16` prints.
3. In the app press +, write the topic{other}.
4. {token}
5. Write it as the person's contact: contacts = [{{ channel = "{name}", to = "the-topic" }}]
6. Let the app ring during *Do not disturb*: on Android for the priorities "high" and "max", on an
   iPhone in the settings for notifications.
7. Set `links` in tocsin.toml: the notification's button opens Tocsin's own page.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    public = settings.server == "https://ntfy.sh"
    other = "" if public else f", and under *Use another server* {settings.server}"
    token = (
        "No token is declared. Where topics are protected, make one and declare it as `token`."
        if settings.token is None
        else f"Make an access token that may write to them; put it into {settings.token}."
    )
    return _STEPS.format(server=settings.server, other=other, token=token, name=settings.name)
