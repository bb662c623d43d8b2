"""The steps that make a Telegram bot speak and listen for Tocsin."""

from escalation.channels.telegram import Settings

_STEPS = """\
1. In Telegram open a chat with @BotFather, send /newbot and follow it: a name people will
   recognise, such as "Tocsin", and a username that ends in "bot". Use this bot for Tocsin alone.
2. @BotFather answers with the token. It goes into the {token}; nobody else needs it.
3. Leave "Group Privacy" on (/setprivacy): Tocsin hears its buttons, what is written under its
   messages and what calls it by name, and nothing else.
4. For a room that shows every case, make a group and add the bot. The group's id stands in the
   address of the group in Telegram's web version, after the #. {room}
5. Everyone who can be paged opens a chat with the bot and presses Start: until then Telegram
   lets no bot write to them. Tocsin answers with the contact to declare:
   contacts = [{{ channel = "{name}", to = "123456789" }}]
6. Let them set the chat's notifications to override *Do not disturb*.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = (
        f'The room is "{settings.room}" now.'
        if settings.room
        else "It begins with a minus sign; declare it as `room`."
    )
    return _STEPS.format(name=settings.name, token=settings.token, room=room)
