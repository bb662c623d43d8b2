"""The steps that make a Mattermost bot speak and listen for Tocsin."""

from escalation.channels.mattermost import Settings

_STEPS = """\
First, once: pip install 'tocsin[mattermost]'

1. As a system administrator open {url}, System Console > Integrations > Bot Accounts, and switch
   "Enable Bot Account Creation" on.
2. In the product menu choose Integrations > Bot Accounts > Add Bot Account: username tocsin,
   role Member. Leave the extra permissions unticked.
3. Copy the token it shows, once. It goes into the {token}.
4. Invite the bot to the team, and with /invite @tocsin to the channel that shows every case.
   {room}
5. Everyone who can be paged writes a direct message to @tocsin while `tocsin run` is running; it
   answers with the contact to declare, to six people a minute (whoever gets no answer writes again
   a minute later):
   contacts = [{{ channel = "{name}", to = "their id" }}]
6. Let them allow notifications of direct messages on their telephones.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = "Declare its id as `room`: in the channel, View Info, at the bottom."
    if settings.room:
        room += f' The room is "{settings.room}" now.'
    return _STEPS.format(name=settings.name, url=settings.url, token=settings.token, room=room)
