"""What is set for a place and not for the group: whose roles organise and join there, where reveals and quizzes go, whom questions notify."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select, update

from bot.chat.cards import Mention
from bot.chat.requests import Place, Request
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.queries import AT_PLACE, at_place, place_rows, read_place
from bot.membership.rules import WrongChoiceError
from bot.membership.tables import places

THREADS, ROLE, NO_ROLE, DOOR_ROLE = "threads", "role", "norole", "doorrole"
PING, PING_ROLE = "ping", "pingrole"
AT_HAND = frozenset({ROLE, NO_ROLE, DOOR_ROLE, PING, PING_ROLE})
"""What is set for one place: that where the settings are open, or the only one."""

NOBODY, ONLINE = "nobody", "here"
"""Whom a question may notify without a role."""


_WHERE = {"usual": None, "channel": False, "thread": True}


@dataclass(frozen=True, slots=True)
class PlaceSetting:
    """A place with what is set for it; ``threads`` is None where the platform's custom is followed."""

    id: int
    place: Place
    threads: bool | None
    role: str
    door_role: str = ""
    pinged: str = ""

    @property
    def mention(self) -> Mention | None:
        """Whom a question that is posted there notifies."""
        return _mention(self.pinged)


def _mention(pinged: str) -> Mention | None:
    return Mention("" if pinged == ONLINE else pinged) if pinged else None


async def settings_of(tx: Transaction, group_id: int) -> tuple[PlaceSetting, ...]:
    """The settings of each of a group's places, oldest first."""
    return tuple(
        PlaceSetting(row.id, read_place(row), row.threads, row.organiser_role, row.door_role, row.pinged)
        for row in await place_rows(tx, group_id)
    )


def at_hand(request: Request, found: tuple[PlaceSetting, ...]) -> PlaceSetting | None:
    """The place a role is chosen for: the one where the settings are open, or the only one, of the same server.

    None elsewhere: the platform shows the roles of where somebody is.
    """
    there = request.place
    if there is None:
        return None
    here = [f for f in found if f.place.key == there.key]
    same = [f for f in found if (f.place.platform, f.place.tenant) == (there.platform, there.tenant)]
    return next(iter(here), same[0] if len(found) == len(same) == 1 else None)


_SET_THREADS = Statement(
    update(places).where(places.c.group_id == bindparam("its_group")).values(threads=bindparam("threads"))
)


async def set_threads(tx: Transaction, group_id: int, value: str) -> None:
    """Set where reveals go, in all of the group's places; those without threads have only the channel.

    Raises:
        WrongChoiceError: the value is none of the list's.
    """
    if value not in _WHERE:
        raise WrongChoiceError(THREADS)
    await tx.execute(_SET_THREADS, its_group=group_id, threads=_WHERE[value])


async def change_place(tx: Transaction, place_id: int, **values: object) -> None:
    """Set columns of a place."""
    await tx.change(places, place_id, values)


_PINGED = Statement(select(places.c.pinged).where(places.c.id == bindparam("id")))


async def mention_in(tx: Transaction, place_id: int | None) -> Mention | None:
    """Whom a question notifies in a place of this id; nobody unless an organiser chose so, and in no private chat."""
    return _mention(await tx.scalar(_PINGED, id=place_id) or "") if place_id is not None else None


_HOLDS_ROLE = Statement(
    select(places.c.group_id).where(
        AT_PLACE, places.c.organiser_role != "", any_of(places.c.organiser_role, "roles")
    )
)


async def holds_role(tx: Transaction, request: Request, group_id: int | None = None) -> bool:
    """Whether the one who asks holds the organisers' role of the place they ask in (which must be this group's)."""
    here = request.place
    if here is None or not request.roles:
        return False
    found = await tx.scalar(_HOLDS_ROLE, {**at_place(here), "roles": request.roles})
    return found is not None and group_id in (None, found)


_ON_SERVER = and_(
    places.c.group_id == bindparam("its_group"),
    places.c.platform == bindparam("its_platform"),
    places.c.tenant == bindparam("its_tenant"),
)
_SET_DOOR_ROLE = Statement(update(places).where(_ON_SERVER).values(door_role=bindparam("role")))
_CLEAR_DOOR_ROLES = Statement(
    update(places).where(places.c.group_id == bindparam("its_group")).values(door_role="")
)
_DOOR_ROLE = Statement(select(places.c.door_role).where(_ON_SERVER, places.c.door_role != "").limit(1))


async def set_door_role(tx: Transaction, group_id: int, place: Place, role: str) -> None:
    """Set whose role lets them join in all of the group's places of this server, by the platform's id."""
    await tx.execute(_SET_DOOR_ROLE, role=role, **_on_server(group_id, place))


async def clear_door_roles(tx: Transaction, group_id: int) -> None:
    """Let no role count for who may join a group."""
    await tx.execute(_CLEAR_DOOR_ROLES, its_group=group_id)


async def door_role(tx: Transaction, group_id: int, place: Place) -> str:
    """The role whose holders may join a group in a place, also in one that was connected later; "" for none."""
    return str(await tx.scalar(_DOOR_ROLE, _on_server(group_id, place)) or "")


def _on_server(group_id: int, place: Place) -> dict[str, object]:
    return {"its_group": group_id, "its_platform": place.platform, "its_tenant": place.tenant}
