"""Are the kept totals what the ledger says? `studyhall standings check` and `rebuild` ask here."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, text

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.points.ledger import Sum, Total, as_row, misplaced, recount, together, totals, week_rows
from bot.features.points.rules import ALL_TOPICS, POINTS, WEEK
from bot.features.points.tables import group_weeks, standings
from bot.membership.tables import groups

NOTHING = Sum(0, 0)
EVERYONE = 0
"""Stands for the member in what a group has earned together."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A total that is not what the ledger says; ``misplaced`` where only the number it is ranked by is wrong."""

    total: Total
    kept: Sum
    counted: Sum
    misplaced: bool = False

    @property
    def line(self) -> str:
        """For the operator."""
        t = self.total
        who = "everyone together" if t.member_id == EVERYONE else f"member {t.member_id}"
        where = f"group {t.group_id}, {who}, {t.board}"
        which = f"{t.topic or 'all topics'}, {t.bucket or 'all time'}"
        if self.misplaced:
            return f"{where}, {which}: ranked by a number that does not belong to {_said(self.kept)}"
        return f"{where}, {which}: kept {_said(self.kept)}, the ledger says {_said(self.counted)}"


def _said(found: Sum) -> str:
    return f"{found.numerator} of {found.denominator}" if found.denominator else str(found.numerator)


_GROUPS = Statement(select(groups.c.id).order_by(groups.c.id))
_LOCK = Statement(text("LOCK TABLE ledger IN SHARE MODE"))
_WEEKS = Statement(select(group_weeks).where(group_weeks.c.group_id == bindparam("group_id")))
_DROP_WEEKS = Statement(delete(group_weeks).where(group_weeks.c.group_id == bindparam("group_id")))
_DROP = Statement(delete(standings).where(standings.c.group_id == bindparam("group_id")))


async def group_ids(tx: Transaction) -> tuple[int, ...]:
    """Every group, oldest first."""
    return tuple((await tx.execute(_GROUPS)).scalars())


async def drift(tx: Transaction, group_id: int) -> tuple[Drift, ...]:
    """Every total of a group that is not what the ledger says, in key order. A missing total counts as nothing."""
    return await _drift(tx, group_id, await recount(tx, group_id))


async def _drift(tx: Transaction, group_id: int, counted: Mapping[Total, Sum]) -> tuple[Drift, ...]:
    kept = await totals(tx, group_id)
    found = [
        Drift(key, kept.get(key, NOTHING), counted.get(key, NOTHING))
        for key in sorted({*kept, *counted})
        if kept.get(key, NOTHING) != counted.get(key, NOTHING)
    ]
    wrong = {each.total for each in found}
    found += [Drift(key, kept[key], kept[key], misplaced=True) for key in await misplaced(tx, group_id)]
    found += await _weeks_that_differ(tx, group_id, counted)
    return tuple(sorted((d for d in found if not (d.misplaced and d.total in wrong)), key=lambda d: d.total))


async def _weeks_that_differ(tx: Transaction, group_id: int, counted: Mapping[Total, Sum]) -> list[Drift]:
    """What a group earned in a week, as it is kept for the goal and as the ledger says; a week of nobody's in particular."""
    kept = {row.bucket: round(row.points) for row in await tx.execute(_WEEKS, group_id=group_id)}
    right = {week: round(points) for (_, week), points in together(counted).items()}
    return [
        Drift(
            Total(group_id, POINTS, ALL_TOPICS, WEEK, week, EVERYONE),
            Sum(kept.get(week, 0)),
            Sum(right.get(week, 0)),
        )
        for week in sorted({*kept, *right})
        if kept.get(week, 0) != right.get(week, 0)
    ]


async def rebuild(tx: Transaction, group_id: int) -> int:
    """Write a group's totals again from its ledger where they differ; how many did. Awards wait until it is done."""
    if tx.dialect == "postgresql":
        await tx.execute(_LOCK)
    counted = await recount(tx, group_id)
    wrong = await _drift(tx, group_id, counted)
    if not wrong:
        return 0
    await tx.execute(_DROP, group_id=group_id)
    await tx.insert_all(standings, [as_row(key, found) for key, found in sorted(counted.items())])
    await tx.execute(_DROP_WEEKS, group_id=group_id)
    await tx.insert_all(group_weeks, week_rows(counted))
    return len(wrong)
