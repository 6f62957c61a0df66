"""The app's manifest: what is pasted into Slack when the app is made, derived from the registry."""

from typing import Any

from adapters.slack.installing.scopes import SCOPES
from adapters.slack.rendering.limits import COMMAND
from bot.chat.commands import Registry
from bot.chat.words import cut

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

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
