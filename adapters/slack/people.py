"""Who people and channels are, asked of Slack and remembered for a while."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.api.refusals import Means, meaning, refusal
from adapters.slack.api.web import RefusedError, Web
from bot.chat.known import HURRY_SECONDS, Known, Recent
from bot.chat.platform import UnreachableError
from bot.chat.requests import Destination, Identity, Place
from bot.chat.zones import known_zone

_MOST = 20_000
_PAGE = 999
"""The most that conversations.members gives at once."""
_PAGES = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in a workspace. ``zone`` is an IANA zone, if known.

    ``manages`` is true of the workspace's admins and owners, None where Slack did not tell just now. ``deleted``: the
    account was deactivated. ``team`` is their own workspace,
    ``handle`` the name that no other has there.
    """

    name: str
    zone: str | None = None
    manages: bool | None = False
    deleted: bool = False
    team: str = ""
    handle: str = ""


class People:
    """People, channels' creators and direct conversations of every workspace. ``timer`` counts seconds."""

    def __init__(self, web: Web, timer: Callable[[], float], *, hurry_seconds: float = HURRY_SECONDS) -> None:
        self._web = web
        self._people = Known(self._ask_person, timer, hurry_seconds)
        self._creators = Known(self._ask_creator, timer, hurry_seconds)
        self._direct: dict[tuple[str, str], str] = {}
        self._guests: Recent[tuple[str, str], str] = Recent(_MOST)

    def met(self, team: str, who: Identity) -> None:
        """Somebody did something in a workspace; if it isn't their own, private messages reach them through it."""
        self._guests.drop((who.tenant, who.user))
        if who.tenant != team:
            self._guests.put((who.tenant, who.user), team)

    def team(self, destination: Destination) -> str:
        """The workspace whose installation reaches a place or a person."""
        if isinstance(destination, Place):
            return destination.tenant
        return self._guests.get((destination.tenant, destination.user)) or destination.tenant

    async def person(self, team: str, user: str, said: str = "") -> Person:
        """Someone; with the name ``said`` where Slack tells none, and nothing more where it tells nothing."""
        found = await self._people.get(team, user) or Person("", manages=None)
        return found if found.name else replace(found, name=said[:80])

    async def creator(self, team: str, channel: str) -> str | None:
        """Who made a channel, "" for none or where Slack does not say, and None where it did not answer just now."""
        return await self._creators.get(team, channel) if channel else ""

    async def _ask_person(self, team: str, user: str) -> Person:
        try:
            answer = await self._web.read(team, "users.info", user=user)
        except RefusedError as error:
            if meaning(error.code) is Means.PERSON_UNKNOWN:
                return Person("")
            raise
        return _person(answer.get("user", {}))

    async def _ask_creator(self, team: str, channel: str) -> str:
        try:
            answer = await self._web.read(team, "conversations.info", channel=channel)
        except RefusedError:
            return ""
        return str(answer.get("channel", {}).get("creator", ""))

    async def is_in(self, who: Identity, place: Place) -> bool | None:
        """Whether somebody is in a channel; None where Slack does not show its members, or too many, or whose they are.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        team = place.tenant
        person = await self.person(team, who.user)
        if person.deleted:
            return False
        cursor = ""
        for _ in range(_PAGES):
            try:
                answer = await self._web.read(
                    team, "conversations.members", channel=place.channel, limit=_PAGE, cursor=cursor or None
                )
            except RefusedError:
                return None
            if who.user in answer.get("members", ()):
                # A user's id is surely theirs only together with their workspace's.
                return True if who.tenant in (team, person.team) else None
            cursor = str(answer.get("response_metadata", {}).get("next_cursor", ""))
            if not cursor:
                return False
        return None

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
            found = refusal(error.code, private=True)
            raise (found if isinstance(found, UnreachableError) else error) from None
        channel = str(answer["channel"]["id"])
        while len(self._direct) >= _MOST:
            del self._direct[next(iter(self._direct))]
        self._direct[(team, user)] = channel
        return channel

    def forget(self, team: str) -> None:
        """Drop what is known of a workspace that uninstalled the app."""
        self._people.forget(team)
        self._creators.forget(team)
        for key in [key for key in self._direct if key[0] == team]:
            del self._direct[key]

    async def close(self) -> None:
        """Ask no longer."""
        await self._people.close()
        await self._creators.close()


def _person(found: Mapping[str, Any]) -> Person:
    profile = found.get("profile", {})
    names = (
        profile.get("display_name"),
        profile.get("real_name"),
        found.get("real_name"),
        found.get("name"),
    )
    name = next((str(each).strip() for each in names if each and str(each).strip()), "")
    manages = any(found.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))
    return Person(
        name[:80],
        known_zone(found.get("tz")),
        manages,
        bool(found.get("deleted")),
        str(found.get("team_id", "")),
        str(found.get("name", ""))[:80],
    )
