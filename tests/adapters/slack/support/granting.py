"""Slack's side of installing by OAuth: what a code and a renewal are granted."""

from datetime import timedelta

from tests.adapters.slack.support.refusing import Json, Refused
from tests.adapters.slack.support.world import Token, World


def access(world: World, given: Json) -> Json:
    """Installing with a code, and renewing a token; tokens here live twelve hours where they are renewed."""
    if given.get("grant_type") == "refresh_token":
        team = world.refreshes.pop(str(given.get("refresh_token")), None)
        if team is None:
            raise Refused("invalid_refresh_token")
        return granted(world, team, rotating=True)
    team = world.codes.pop(str(given.get("code")), None)
    if team is None:
        raise Refused("invalid_code")
    if team.endswith("@"):
        return own(team.removesuffix("@"))
    return granted(world, team.removesuffix("~"), rotating=team.endswith("~"))


def own(team: str) -> Json:
    """What is granted for user scopes alone (https://docs.slack.dev/reference/methods/oauth.v2.access): no bot's token."""
    mine = {"id": "U0OLGA", "scope": "users:read", "access_token": "xoxp-1", "token_type": "user"}
    return {"app_id": "A0APP", "authed_user": mine, "team": {"id": team}, "enterprise": None}


def granted(world: World, team: str, *, rotating: bool) -> Json:
    number = world.number()
    token = f"xoxb-{team}-granted-{number}"
    world.tokens[token] = Token(team)
    answer: Json = {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(sorted(world.tokens[token].scopes)),
        "bot_user_id": "U0BOT",
        "app_id": "A0APP",
        "team": {"id": team, "name": team},
        "authed_user": {"id": "U0OLGA"},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if team in world.organisations:
        answer["enterprise"] = {"id": world.organisations[team], "name": "Organisation"}
    if rotating:
        answer |= {"refresh_token": f"xoxe-{number}", "expires_in": 43_200}
        world.refreshes[f"xoxe-{number}"] = team
        world.tokens[token].expires = world.now + timedelta(hours=12)
    return answer
