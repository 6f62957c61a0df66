"""From nothing to an installed app: what `studyhall setup` says and asks for Slack, one workspace or many."""

import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from bot.chat.commands import Registry
from bot.chat.operators.setup import Ask, Page, Step, Way

BOT_TOKEN = "STUDYHALL_SLACK_BOT_TOKEN"  # noqa: S105  # the variable's name
APP_TOKEN = "STUDYHALL_SLACK_APP_TOKEN"  # noqa: S105  # the variable's name
URL = "STUDYHALL_SLACK_URL"

_APPS = "https://api.slack.com/apps"


async def _new_app(registry: Callable[[], Awaitable[Registry]], given: Mapping[str, str]) -> Page:
    """The form for a new app, with the manifest in it.

    The address that fills it in: https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests (Sharing manifests).
    """
    from adapters.slack.installing.manifest import manifest

    made = manifest(await registry(), given.get(URL, ""))
    filled = f"{_APPS}?new_app=1&manifest_json={quote(json.dumps(made, separators=(',', ':')))}"
    return Page(_APPS, filled, json.dumps(made, ensure_ascii=False, indent=2))


_CREATE = Step(
    "Press Create New App, From a manifest, unless a form that is filled in stands there already (`studyhall slack manifest` "
    "prints what is in it). Choose your workspace, press Next and Create. Where apps need an admin's approval, the next step "
    "asks for it.",
    page=_new_app,
)

WAYS = (
    Way(
        "one workspace, your own, without an address on the internet",
        (
            _CREATE,
            Step(
                "In the list on the left choose Install App, press Install to Workspace and Allow, and copy the "
                "Bot User OAuth Token.",
                (Ask(BOT_TOKEN, "The bot token (xoxb-…)"),),
            ),
            Step(
                "Choose Basic Information. Under App-Level Tokens press Generate Token and Scopes, give it any name, "
                "add the scope connections:write, press Generate, and copy it.",
                (Ask(APP_TOKEN, "The app-level token (xapp-…)"),),
            ),
        ),
        "Once Studyhall runs, type /study group setup in the channel where the group should meet.",
    ),
    Way(
        "many workspaces, each of which installs it, at an address with HTTPS",
        (
            Step(
                "Slack sends everything to an address of yours. A web server with HTTPS there passes what is below /slack/ to "
                "http://127.0.0.1:3000; docs/operations has an example for Caddy and one for nginx.",
                (Ask(URL, "The address (https://…)", secret=False),),
            ),
            _CREATE,
            Step(
                "Choose Basic Information, and copy three things from App Credentials.",
                (
                    Ask("STUDYHALL_SLACK_CLIENT_ID", "Client ID", secret=False),
                    Ask("STUDYHALL_SLACK_CLIENT_SECRET", "Client Secret"),
                    Ask("STUDYHALL_SLACK_SIGNING_SECRET", "Signing Secret"),
                ),
            ),
        ),
        "Once Studyhall runs: if Slack says under Event Subscriptions that the address is not verified, press Retry. Then open "
        "/slack/install at your address, press Add to Slack and Allow, and type /study group setup in the group's channel.",
    ),
)
