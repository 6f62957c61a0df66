"""Who people and channels are, asked of Slack and remembered for a while."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from adapters.slack.api.web import RefusedError, Web
from bot.chat.platform import PlatformError, UnreachableError

REMEMBERED_SECONDS = 600.0
HURRY_SECONDS = 1.0
"""A form must open within three seconds of the click: who is not known by then is taken as somebody without rights."""
_MOST = 20_000

_OUT_OF_REACH = frozenset(
    {
        "user_not_found",
        "users_not_found",
        "user_disabled",
        "user_not_visible",
        "cannot_dm_bot",
        "channel_not_found",
    }
    | {
        "invalid_user_combination",
        "not_allowed",
        "user_is_restricted",
        "restricted_action",
        "cannot_message_self",
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in a workspace. ``manages`` is true of its admins and owners; ``zone`` is an IANA zone, if known."""

    name: str
    zone: str | None = None
    manages: bool = False


class People:
    """People, channels' creators and direct conversations of every workspace. ``timer`` counts seconds."""

    def __init__(self, web: Web, timer: Callable[[], float]) -> None:
        self._web = web
        self._timer = timer
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}
        self._creators: dict[tuple[str, str], tuple[float, str]] = {}
        self._direct: dict[tuple[str, str], str] = {}

    async def person(self, team: str, user: str, said: str = "") -> Person:
        """Someone; with the name ``said``, and nothing more, where Slack does not tell."""
        known = self._people.get((team, user))
        if known is not None and known[0] > self._timer():
            return known[1]
        try:
            async with asyncio.timeout(HURRY_SECONDS):
                answer = await self._web.read(team, "users.info", user=user)
        except (PlatformError, TimeoutError):
            return known[1] if known is not None else Person(said[:80])
        person = _person(answer.get("user", {}), said)
        _keep(self._people, (team, user), (self._timer() + REMEMBERED_SECONDS, person))
        return person

    async def creator(self, team: str, channel: str) -> str:
        """Who made a channel, "" where Slack does not tell."""
        known = self._creators.get((team, channel))
        if known is not None and known[0] > self._timer():
            return known[1]
        try:
            async with asyncio.timeout(HURRY_SECONDS):
                answer = await self._web.read(team, "conversations.info", channel=channel)
        except RefusedError:
            answer = {}
        except (PlatformError, TimeoutError):
            return known[1] if known is not None else ""
        creator = str(answer.get("channel", {}).get("creator", ""))
        _keep(self._creators, (team, channel), (self._timer() + REMEMBERED_SECONDS, creator))
        return creator

    async def direct(self, team: str, user: str) -> str:
        """The direct conversation with somebody.

        Raises:
            UnreachableError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        known = self._direct.get((team, user))
        if known is not None:
            return known
        try:
            answer = await self._web.call(team, "conversations.open", users=user)
        except RefusedError as error:
            if error.code in _OUT_OF_REACH:
                raise UnreachableError(f"Slack answered {error.code}") from None
            raise
        channel = str(answer["channel"]["id"])
        _keep(self._direct, (team, user), channel)
        return channel

    def forget(self, team: str) -> None:
        """Drop what is known of a workspace that uninstalled the app."""
        for known in (self._people, self._creators, self._direct):
            for key in [key for key in known if key[0] == team]:
                del known[key]


def _keep(known: dict[tuple[str, str], Any], key: tuple[str, str], value: object) -> None:
    while len(known) >= _MOST:
        del known[next(iter(known))]
    known[key] = value


def _person(found: Mapping[str, Any], said: str) -> Person:
    profile = found.get("profile", {})
    names = (
        profile.get("display_name"),
        profile.get("real_name"),
        found.get("real_name"),
        found.get("name"),
        said,
    )
    name = next((str(each).strip() for each in names if each and str(each).strip()), "")
    manages = any(found.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))
    return Person(name[:80], _zone(found.get("tz")), bool(manages))


def _zone(made: object) -> str | None:
    if not isinstance(made, str) or not 0 < len(made) <= 64:
        return None
    try:
        return ZoneInfo(made).key
    except (ValueError, OSError, KeyError):
        return None
