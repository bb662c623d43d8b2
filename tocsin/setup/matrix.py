"""The steps that give Tocsin an account of its own on a Matrix homeserver."""

from escalation.channels.matrix import Settings

_STEPS = """\
1. Ask whoever runs {homeserver} for an account of Tocsin's own, for example @tocsin:example.org,
   display name Tocsin, and for its access token. (Or log in with Element as that account: All
   settings, Help & About, Access Token; then close the window and never log out there.)
2. Put the token into the {token}; it never stands in tocsin.toml.
3. Ask them to lift the limit on messages for that account, or a busy hour comes late. On Synapse:
   POST /_synapse/admin/v1/users/@tocsin:example.org/override_ratelimit
   with the body {{"messages_per_second": 0, "burst_count": 0}}
4. In Element make a private room for the team with "Enable end-to-end encryption" switched OFF
   (it cannot be switched off later), and invite Tocsin's account.
   {room}
5. Each person's contact is their Matrix id, from All settings, Account:
   contacts = [{{ channel = "{name}", to = "@ada:example.org" }}]
6. The first message to a person comes as an invitation to a direct room. Everyone who can be paged
   accepts it once, and allows notifications of direct messages on their telephone.
"""


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = (
        f'The room is "{settings.room}" now.'
        if settings.room
        else "Declare its id as `room`: in Room settings, Advanced, Internal room ID."
    )
    return _STEPS.format(
        homeserver=settings.homeserver, token=settings.token, name=settings.name, room=room
    )
