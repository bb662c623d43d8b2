"""What makes an app in Slack speak and listen for Tocsin: its manifest, and the steps around it."""

import json

from escalation.channels.slack import Settings

# What each is for stands in docs/channels/slack.md.
SCOPES = (
    "channels:history",
    "chat:write",
    "groups:history",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
EVENTS = ("message.channels", "message.groups", "message.im")
# docs.slack.dev, "App manifest reference".
_MANIFEST = {
    "display_information": {
        "name": "Tocsin",
        "description": "Public complaints, each with one owner, ringing until somebody answers",
    },
    "features": {
        "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Tocsin", "always_online": True},
    },
    "oauth_config": {"scopes": {"bot": list(SCOPES)}},
    "settings": {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}
_STEPS = """\
First, once: pip install 'tocsin[slack]'

1. Open https://api.slack.com/apps, choose Create New App, then "From a manifest", choose your
   workspace, and paste this where it asks for JSON:

{manifest}

2. Press "Install to Workspace" and allow it. Under "OAuth & Permissions" copy the Bot User OAuth
   Token, which begins with xoxb-.
   Put it into the {token}.
3. Under "Basic Information", "App-Level Tokens", press "Generate Token and Scopes", add
   connections:write and copy the token, which begins with xapp-.
   {app_token}
4. In the room that shows every case type /invite @Tocsin. Its id stands at the bottom of the
   room's "About" window and begins with C. {room}
5. Each person's contact is their mail address in Slack, or their member id (profile, ⋮, Copy
   member ID):
   contacts = [{{ channel = "{name}", to = "ada@acme.example" }}]
6. Let everyone who can be paged allow notifications from Tocsin during Do not disturb.
"""


def manifest() -> str:
    """The app as Slack makes it from one paste: JSON, with Socket Mode and interactivity on."""
    return json.dumps(_MANIFEST, indent=2)


def steps(settings: Settings) -> str:
    """What to do, in order, for a channel as it is declared."""
    room = f'The room is "{settings.room}" now.' if settings.room else "Declare it as `room`."
    app_token = (
        f"Put it into the {settings.app_token}."
        if settings.app_token
        else "Without it there are no buttons and nothing is heard: declare it as `app_token`."
    )
    return _STEPS.format(
        manifest=manifest(),
        token=settings.token,
        app_token=app_token,
        room=room,
        name=settings.name,
    )
