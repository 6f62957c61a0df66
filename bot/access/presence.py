"""Whether somebody who asks from elsewhere is still in one of a group's places: asked of the platforms, and remembered."""

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial

from sqlalchemy import select

from bot.chat.dispatch import UserError
from bot.chat.known import Known
from bot.chat.platform import NotSentError, Platform, PlatformError
from bot.chat.requests import Identity, Place
from bot.database.engine import Database
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.queries import group_of_place, ones_members, places_of_group, read_identity
from bot.membership.tables import identities, members
from bot.services import RequestTransaction

REMEMBERED_SECONDS = 180.0
"""So long an answer holds: who was removed is out, and who was added back is in, no later than that."""


class Outside(StrEnum):
    """What must be known of a member who asks from outside the group's places, such as in a private chat.

    NOTHING: it is about what is their own. NOT_GONE: no platform may say that they are in none of the places any more.
    STILL_IN: a platform must say that they are in one: it shows what others wrote, or is the organisers'.
    """

    NOTHING = "nothing"
    NOT_GONE = "not gone"
    STILL_IN = "still in"


_ACCOUNTS = Statement(
    select(identities)
    .join(members, members.c.person_id == identities.c.person_id)
    .where(any_of(members.c.id, "ids"))
    .order_by(identities.c.id)
)


class PresenceUnknownError(Exception):
    """It must first be asked, outside of the transaction, whether a member is still there; then the request starts over."""

    def __init__(self, group_id: int, member_id: int) -> None:
        super().__init__(f"group {group_id}, member {member_id}")
        self.of = (group_id, member_id)


class Presence(Known[int, bool]):
    """Whether a member, by whichever of their accounts, is in one of a group's places; None where nobody knows.

    Asks the ``platforms`` of this process, by name. ``timer`` counts seconds; answers hold for a few minutes.
    """

    def __init__(
        self, database: Database, platforms: Mapping[str, Platform], timer: Callable[[], float]
    ) -> None:
        super().__init__(self._is_there, timer, remembered_seconds=REMEMBERED_SECONDS, outlives=False)
        self._database = database
        self._platforms = platforms

    async def left(self, place: Place) -> None:
        """Somebody has left a place: ask again of the members of the group that meets there."""
        group = await self._database.read(partial(group_of_place, place=place))
        if group is not None:
            self.forget(group.id)

    async def _is_there(self, group_id: int, member_id: int) -> bool:
        async def work(tx: Transaction) -> tuple[tuple[Identity, ...], tuple[Place, ...]]:
            rows = await tx.execute(_ACCOUNTS, ids=await ones_members(tx, member_id))
            places = tuple(place for _, place in await places_of_group(tx, group_id))
            return tuple(read_identity(row) for row in rows), places

        accounts, places = await self._database.read(work)
        if not places:
            return True  # a group that meets nowhere has removed nobody
        found = await asyncio.gather(*(self._still_in(account, places) for account in accounts))
        if True not in found and None in found:
            raise NotSentError("no platform could say")
        return True in found

    async def _still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        there = tuple(place for place in places if place.platform == account.platform)
        if not there:
            return False
        platform = self._platforms.get(account.platform)
        try:
            return await platform.still_in(account, there) if platform is not None else None
        except PlatformError:
            return None


def check_presence(tx: RequestTransaction, group_id: int, member_id: int, outside: Outside) -> None:
    """Check of a member who asks from elsewhere that they are still in one of the group's places.

    Raises:
        UserError: they are not, or nobody knows where it must be known.
        PresenceUnknownError: it is to be asked first.
    """
    if outside is Outside.NOTHING:
        return
    known = tx.presence(group_id, member_id)
    if known is None:
        raise PresenceUnknownError(group_id, member_id)
    if known[0] is False:
        raise UserError(
            "You are no longer in this group's channel",
            "Ask an organiser to add you back to the channel; then press a button or type a command there. "
            "What is your own stays yours: `/my home` shows it, `/my export` takes it along, `/my delete` deletes it.",
        )
    if known[0] is None and outside is Outside.STILL_IN:
        raise UserError(
            "Could not check just now",
            "Whether you are still in the group's channel could not be looked up. Nothing was changed. Try again in a minute, "
            "or in the channel itself.",
        )
