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
5. A mail address is enough to page somebody (see below). {known}
   Who is known by their id writes a direct message to @tocsin while `tocsin run` is running (until
   then give them a contact by mail or on the terminal, or it does not start). It answers
   with the contact to declare, to six people a minute (whoever gets no answer writes again a
   minute later):
   contacts = [{{ channel = "{name}", to = "their id" }}]
6. Let them allow notifications of direct messages on their telephones.
"""
_KNOWN = """By it they are also
   recognised when they react, since mail_is_verified = true."""
_UNKNOWN = """But who reacts or
   writes is recognised by their id alone, unless nobody there can take an address that is not
   theirs, and you say so: mail_is_verified = true."""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = "Declare its id as `room`: in the channel, View Info, at the bottom."
    if settings.room:
        room += f' The room is "{settings.room}" now.'
    known = _KNOWN if settings.mail_is_verified else _UNKNOWN
    return _STEPS.format(
        name=settings.name, url=settings.url, token=settings.token, room=room, known=known
    )
