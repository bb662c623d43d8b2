"""The steps that make a Discord bot speak and listen for Tocsin."""

from escalation.channels.discord import Settings

# View channels, send messages, read their history: 1 << 10 | 1 << 11 | 1 << 16
# (docs.discord.com, "Permissions").
PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 16
_STEPS = """\
First, once: pip install 'tocsin[discord]'

1. Open Discord's developer portal (discord.com/developers/applications) and choose
   New Application: call it Tocsin.
2. Under Bot press Reset Token. It goes into the {token}. Switch "Public Bot" off, and
   leave the three privileged intents off: Tocsin needs none.
3. Under General Information leave "Interactions Endpoint URL" empty, or no press comes here.
4. Invite the bot to your server with this address, the number from General Information in place
   of APPLICATION_ID:
   https://discord.com/oauth2/authorize?client_id=APPLICATION_ID&scope=bot&permissions={permissions}
5. For a room that shows every case, let the bot's role see a channel, send messages and read the
   history there.
   In Discord's settings, Advanced, switch Developer Mode on; then right-click the channel,
   Copy Channel ID. {room}
6. Everyone who can be paged joins that server, and writes a direct message to the bot while
   `tocsin run` is running (until then give them a contact by mail or on the terminal, or it does
   not start). It answers with the contact to declare, to six people a minute
   (whoever gets no answer writes again a minute later):
   contacts = [{{ channel = "{name}", to = "123456789012345678" }}]
7. Let them allow notifications of direct messages, also in Do not disturb.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = f'The room is "{settings.room}" now.' if settings.room else "Declare it as `room`."
    return _STEPS.format(
        name=settings.name, token=settings.token, permissions=PERMISSIONS, room=room
    )
