"""Everything that is set for a group and its places, so that it can be set back: a column of a setting counts as soon as it is there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, Table, Text, bindparam, select

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.queries import place_rows
from bot.membership.tables import groups, places


def _settings(table: Table, *but: str) -> tuple[Column[Any], ...]:
    # Dates and instants move by themselves, and ids stay.
    kinds = (Text, Integer, Boolean, JSON)
    return tuple(
        c for c in table.columns if isinstance(c.type, kinds) and not c.foreign_keys and c.name not in but
    )


_OF_GROUP = _settings(groups, "id", "name", "state", "digest_week")
_OF_PLACE = _settings(places, "id", "platform", "tenant", "channel", "name", "paused_because")
_GROUP = Statement(select(*_OF_GROUP).where(groups.c.id == bindparam("group_id")))


async def all_set(tx: Transaction, group_id: int) -> dict[str, Any]:
    """What is set, as JSON can hold it, by "group zone" and "place 3 threads"."""
    row = (await tx.execute(_GROUP, group_id=group_id)).one()
    found = {f"group {c.name}": getattr(row, c.name) for c in _OF_GROUP}
    for place in await place_rows(tx, group_id):
        found |= {f"place {place.id} {c.name}": getattr(place, c.name) for c in _OF_PLACE}
    return found


async def set_back(tx: Transaction, group_id: int, values: Mapping[str, Any]) -> frozenset[str]:
    """Set values as ``all_set`` has said them; the columns of the group that were set."""
    own = {key.removeprefix("group "): value for key, value in values.items() if key.startswith("group ")}
    if own:
        await tx.change(groups, group_id, own)
    for key, value in values.items():
        if key.startswith("place "):
            _, place_id, name = key.split(" ")
            await tx.change(places, int(place_id), {name: value})
    return frozenset(own)
