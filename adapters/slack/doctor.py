"""What an operator wants to know when something does not work: Slack asked for what the one workspace's tokens may do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.answers import ERRORS, code_of, trouble
from adapters.slack.api.library import BASE_URL, web_client
from adapters.slack.api.refusals import INVITE
from adapters.slack.installing.manifest import SCOPES
from adapters.slack.installing.setup import APP_TOKEN, BOT_TOKEN
from adapters.slack.settings import SlackSettings
from bot.chat.operators.checks import Check, clock_check
from bot.chat.requests import Place

MOST_PLACES = 100


async def examine(
    settings: SlackSettings,
    clock: Callable[[], datetime],
    *,
    places: tuple[Place, ...],
    base_url: str = BASE_URL,
) -> tuple[Check, ...]:
    """Look at both tokens, the scopes, every place and the clock. Never raises for what Slack answers; changes nothing there.

    Over HTTP there is nothing to be asked: the workspaces' tokens stand in the database. ``clock`` gives aware UTC; ``places`` are the channels in which groups meet.
    """
    if settings.over_http:
        said = f"set up over HTTP at {settings.url}; each workspace has a token of its own"
        return (Check("Slack", said),)
    client = web_client(base_url, settings.bot_token)
    try:
        answer = await client.auth_test()
    except ERRORS as error:
        remedy = f"Copy it again from the app's page, under Install App, into {BOT_TOKEN}."
        check = _fault("Slack's bot token", "not accepted", error, remedy, BOT_TOKEN)
        return (check if check.setting else replace(check, what="Slack"),)
    team = str(answer["team_id"])
    headers = {name.lower(): value for name, value in answer.headers.items()}
    found = [Check("Slack's bot token", f"accepted by the workspace {answer.get('team', team)}")]
    found.append(_scopes(headers))
    found.append(await _app_token(client, settings.app_token))
    there = [each for each in places if each.tenant == team]
    found += [await _place(client, each) for each in there[:MOST_PLACES]]
    if len(places) > len(there):
        found.append(Check("Slack's channels", f"{len(places) - len(there)} belong to other workspaces"))
    ahead = clock() - parsedate_to_datetime(headers["date"]) if "date" in headers else None
    return (*found, *clock_check("Slack", ahead))


def _fault(what: str, refused: str, error: Exception, remedy: str, setting: str = "") -> Check:
    """What Slack refused, with the ``remedy`` for that, and the ``setting`` that is to blame; or what came instead of its answer."""
    if instead := trouble(error):
        return Check(what, *instead)
    return Check(what, f"{refused} ({code_of(error)})", remedy, setting)


def _scopes(headers: Mapping[str, Any]) -> Check:
    granted = {each.strip() for each in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(SCOPES.keys() - granted)
    if not missing:
        return Check("Slack's scopes", f"all {len(SCOPES)} are granted")
    remedy = "Paste `studyhall slack manifest` on the app's page, under App Manifest, then reinstall it under Install App."
    return Check("Slack's scopes", f"missing: {', '.join(missing)}", remedy)


async def _app_token(client: AsyncWebClient, app_token: str) -> Check:
    what = "Slack's app-level token"
    try:
        await client.apps_connections_open(app_token=app_token)
    except ERRORS as error:
        remedy = "Make one with connections:write under Basic Information, App-Level Tokens; Socket Mode must be on."
        return _fault(what, "not accepted", error, remedy, APP_TOKEN)
    return Check(what, "accepted; Socket Mode is on")


async def _place(client: AsyncWebClient, place: Place) -> Check:
    what = f"Slack's channel #{place.name or place.channel}"
    try:
        about = (await client.conversations_info(channel=place.channel)).get("channel") or {}
    except ERRORS as error:
        return _fault(what, "cannot be looked at", error, INVITE)
    if about.get("is_archived"):
        return Check(what, "archived", "Unarchive it, or set the group up in another one.")
    if not about.get("is_member"):
        return Check(what, "Studyhall is not in it", INVITE)
    return Check(what, "Studyhall is in it")
