"""The app's manifest: what is pasted into Slack when the app is made, derived from the registry."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.rendering.limits import COMMAND
from bot.chat.commands import Registry
from bot.chat.words import cut

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

SCOPES: Mapping[str, str] = {
    "commands": "the /study command",
    "chat:write": "questions, reveals and private answers",
    "channels:join": "entering a public channel in which a group is set up or connected",
    "channels:read": "who made a channel, and whether the bot may post there",
    "groups:read": "the same in private channels it was invited to",
    "channels:history": "finding its own message again when a connection broke",
    "groups:history": "the same in private channels it was invited to",
    "im:history": "the same in its direct messages, and deleting them when somebody deletes their data",
    "im:write": "reminders, pictures and files for one person",
    "users:read": "display names, time zones, and who manages the workspace",
    "files:read": "reading a file that was sent with a form",
    "files:write": "pictures of boards, and files to download",
}
"""What the app asks a workspace for: each permission with the reason for it, and no other."""

NAME = "Studyhall"
_DESCRIPTION = (
    "One question a day for your study group: answer in private, vote blind, learn from the reveal."
)
_LONG = (
    "Studyhall asks your study group one question a day. Everybody answers in private, reads the others' answers without "
    "names, says which helped, and sees the best ones with a model answer when the round is revealed. Quizzes, spaced "
    "review and friendly boards keep it going. It reads no messages: answers are given in forms."
)
_USAGE_HINT = 1000
_EVENTS = ("app_home_opened", "member_left_channel")


def manifest(registry: Registry, url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or with the ``url`` at which Slack finds us for HTTP, with installing in many workspaces."""
    base = url.rstrip("/") if url else None
    at = {"url": f"{base}{EVENTS_PATH}"} if base else {}
    command = {
        "command": COMMAND,
        "description": "Today's question, answers, votes, quizzes and boards",
        "usage_hint": cut(" | ".join(registry.heads), _USAGE_HINT),
        "should_escape": False,
    }
    settings: dict[str, Any] = {
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": base is None,
        "token_rotation_enabled": base is not None,
        "event_subscriptions": {"bot_events": [*_EVENTS]},
    }
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    if base:
        settings["interactivity"] |= {"request_url": f"{base}{EVENTS_PATH}"}
        settings["interactivity"] |= {"message_menu_options_url": f"{base}{EVENTS_PATH}"}
        settings["event_subscriptions"] = {
            "request_url": f"{base}{EVENTS_PATH}",
            "bot_events": [*_EVENTS, "app_uninstalled", "tokens_revoked"],
        }
        oauth["redirect_urls"] = [f"{base}{REDIRECT_PATH}"]
    return {
        "display_information": {
            "name": NAME,
            "description": _DESCRIPTION,
            "long_description": _LONG,
            "background_color": "#2f4858",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                # Private cards name commands to type: a tab that is only read would have no line to type them in.
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [command | at],
        },
        "oauth_config": oauth,
        "settings": settings,
    }
