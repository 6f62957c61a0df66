"""What is set for a place and not for the group: whose role organises there, and where reveals and quizzes go."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from bot.chat.requests import Place, Request
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.queries import AT_PLACE, key_of, place_rows, read_place
from bot.membership.rules import WrongChoiceError
from bot.membership.tables import places

THREADS, ROLE, NO_ROLE = "threads", "role", "norole"


_WHERE = {"usual": None, "channel": False, "thread": True}


@dataclass(frozen=True, slots=True)
class PlaceSetting:
    """A place with what is set for it; ``threads`` is None where the platform's custom is followed."""

    id: int
    place: Place
    threads: bool | None
    role: str


async def settings_of(tx: Transaction, group_id: int) -> tuple[PlaceSetting, ...]:
    """The settings of each of a group's places, oldest first."""
    return tuple(
        PlaceSetting(row.id, read_place(row), row.threads, row.organiser_role)
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


async def set_role(tx: Transaction, here: PlaceSetting | None, role: str) -> None:
    """Set the organisers' role of one place, by the platform's id; "" for none.

    Raises:
        WrongChoiceError: no role can be chosen where this was asked.
    """
    if here is None:
        raise WrongChoiceError(ROLE)
    await tx.change(places, here.id, {"organiser_role": role})


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
    found = await tx.scalar(_HOLDS_ROLE, {**key_of(here), "roles": request.roles})
    return found is not None and group_id in (None, found)
