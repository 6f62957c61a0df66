"""`studyhall standings check` and `rebuild`: drift is found, told, and mended from the ledger."""

import argparse
import io
from functools import partial

from sqlalchemy import delete, insert, update

from bot.app.cli import standings as cli_standings
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.points.ledger import award
from bot.features.points.tables import group_weeks, standings
from bot.features.points.upkeep import drift, rebuild
from tests.features.points.test_ledger import an_award, both, give, make_group
from tests.support.databases import opened

BELONGS = "ranked by a number that does not belong to"


async def a_group(database: Database) -> tuple[int, int, int]:
    """A group of two with a week's ledger; its id and theirs."""
    group_id, (ann, bob, _) = await make_group(database)
    await give(
        database,
        [
            an_award(group_id, ann),
            an_award(group_id, bob, "bobs", points=2),
            *(an_award(group_id, ann, f"q{n}", board="quiz", points=n % 2, out_of=1) for n in range(24)),
        ],
    )
    return group_id, ann, bob


async def lines(database: Database, group_id: int) -> list[str]:
    return [d.line for d in await database.read(partial(drift, group_id=group_id))]


async def test_a_sound_group_has_no_drift_and_a_rebuild_changes_nothing(sqlite_database: Database) -> None:
    group_id, *_ = await a_group(sqlite_database)
    assert await lines(sqlite_database, group_id) == []
    assert await sqlite_database.write(partial(rebuild, group_id=group_id)) == 0


async def test_each_wrong_missing_and_invented_total_is_told_and_mended(database: Database) -> None:
    group_id, ann, bob = await a_group(database)
    week = standings.c.span == "week"
    whole = (standings.c.topic == "") & (standings.c.board == "points")

    async def harm(tx: Transaction) -> None:
        mine = standings.c.member_id == ann
        await tx.execute(update(standings).where(mine, week, whole).values(numerator=9, score=9))
        await tx.execute(delete(standings).where(standings.c.member_id == bob, week, whole))
        invented = {"group_id": group_id, "board": "helped", "topic": "", "span": "all", "bucket": ""}
        await tx.execute(insert(standings).values(**invented, member_id=bob, numerator=3, score=3))
        accuracy = (standings.c.board == "quiz") & (standings.c.span == "all") & (standings.c.topic == "")
        await tx.execute(update(standings).where(mine, accuracy).values(score=1))

    await database.write(harm)
    assert await lines(database, group_id) == [
        f"group {group_id}, member {bob}, helped, all topics, all time: kept 3, the ledger says 0",
        f"group {group_id}, member {ann}, points, all topics, 2026-W48: kept 9, the ledger says 5",
        f"group {group_id}, member {bob}, points, all topics, 2026-W48: kept 0, the ledger says 2",
        f"group {group_id}, member {ann}, quiz, all topics, all time: {BELONGS} 12 of 24",
    ]
    assert await database.write(partial(rebuild, group_id=group_id)) == 4
    assert await lines(database, group_id) == []
    kept, counted = await both(database, group_id)
    assert kept == counted


async def test_what_a_group_earned_in_a_week_is_told_and_mended_too(database: Database) -> None:
    group_id, *_ = await a_group(database)
    await database.write(lambda tx: tx.execute(update(group_weeks).values(points=99)))
    together = (
        f"group {group_id}, everyone together, points, all topics, 2026-W48: kept 99, the ledger says 7"
    )
    assert await lines(database, group_id) == [together]
    assert await database.write(partial(rebuild, group_id=group_id)) == 1
    assert await lines(database, group_id) == []


async def test_a_rebuild_leaves_other_groups_alone(sqlite_database: Database) -> None:
    sound, *_ = await a_group(sqlite_database)
    broken, (cem, *_) = await make_group(sqlite_database)
    await sqlite_database.write(partial(award, awards=[an_award(broken, cem, "cems")]))
    await sqlite_database.write(lambda c: c.execute(delete(standings).where(standings.c.group_id == broken)))
    before, _ = await both(sqlite_database, sound)
    assert await sqlite_database.write(partial(rebuild, group_id=broken)) == 6
    assert (await both(sqlite_database, sound))[0] == before


async def test_the_command_tells_each_drift_with_exit_code_1_and_rebuild_mends_it(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        group_id, ann, _ = await a_group(database)
        await database.write(
            lambda c: c.execute(
                update(standings)
                .where(standings.c.member_id == ann, standings.c.span == "month")
                .values(numerator=1)
            )
        )

    async def run(command: str) -> tuple[int, list[str]]:
        out = io.StringIO()
        code = await cli_standings.run(argparse.Namespace(standings_command=command), sqlite_url, out)
        return code, out.getvalue().splitlines()

    code, said = await run("check")
    assert code == 1
    assert said[0].startswith(f"group {group_id}, member {ann}, points, all topics, 2026-11: kept 1, ")
    assert said[-1] == "4 totals differ. `studyhall standings rebuild` mends this."
    assert await run("rebuild") == (0, ["4 totals mended, from the ledger of 1 group."])
    assert await run("check") == (0, ["The boards of 1 group agree with the ledger."])
