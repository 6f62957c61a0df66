"""Points: whatever is handed in again, the totals are what the ledger says."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.standings.ledger import Award, Total, award, recount, reverse, totals
from bot.store.database import Database
from bot.store.tables import groups, ledger, members, people

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TODAY = date(2026, 11, 25)


async def make_group(database: Database, size: int = 3) -> tuple[int, list[int]]:
    async def work(conn: AsyncConnection) -> tuple[int, list[int]]:
        values = {"name": "Study", "at_minute": 540, "weekdays": 31, "topics": [], "created_at": NOW}
        group_id = (await conn.execute(insert(groups).values(**values).returning(groups.c.id))).scalar_one()
        made: list[int] = []
        for _ in range(size):
            person = (
                await conn.execute(insert(people).values(created_at=NOW).returning(people.c.id))
            ).scalar_one()
            row = {"group_id": group_id, "person_id": person, "joined_at": NOW, "seen_at": NOW}
            made.append(
                (await conn.execute(insert(members).values(**row).returning(members.c.id))).scalar_one()
            )
        return group_id, made

    return await database.write(work)


def an_award(group_id: int, member_id: int, key: str = "round:1:answer", **changes: Any) -> Award:  # noqa: ANN401
    return replace(Award(key, group_id, member_id, "training", "answer", 5, TODAY, NOW), **changes)


async def give(database: Database, awards: list[Award]) -> int:
    return await database.write(partial(award, awards=awards))


async def take(database: Database, key: str, at: datetime = NOW) -> bool:
    return await database.write(partial(reverse, key=key, at=at, reason="removed"))


async def both(database: Database, group_id: int) -> tuple[Mapping[Total, int], Mapping[Total, int]]:
    async def read(conn: AsyncConnection) -> tuple[Mapping[Total, int], Mapping[Total, int]]:
        return await totals(conn, group_id), await recount(conn, group_id)

    return await database.read(read)


async def test_an_award_counts_for_its_topic_and_for_all_in_its_week_its_month_and_all_time(
    database: Database,
) -> None:
    group_id, (ann, *_) = await make_group(database)
    assert await give(database, [an_award(group_id, ann)]) == 1
    kept, _ = await both(database, group_id)
    spans = (("week", "2026-W48"), ("month", "2026-11"), ("all", ""))
    expected = {Total(group_id, "points", t, s, b, ann): 5 for t in ("", "training") for s, b in spans}
    assert kept == expected


async def test_an_award_without_a_topic_counts_once(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)
    await give(database, [an_award(group_id, ann, topic="")])
    kept, counted = await both(database, group_id)
    assert set(kept.values()) == {5}
    assert len(kept) == 3
    assert kept == counted


async def test_the_same_award_handed_in_again_changes_nothing(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)
    one = an_award(group_id, ann)
    assert await give(database, [one, one]) == 1
    before, _ = await both(database, group_id)
    assert await give(database, [replace(one, points=500)]) == 0
    assert (await both(database, group_id))[0] == before


async def test_a_reversal_takes_the_points_back_once_in_the_week_they_were_made(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)
    await give(database, [an_award(group_id, ann), an_award(group_id, ann, "other", points=2)])
    later = NOW + timedelta(days=30)
    assert await take(database, "other", later)
    assert not await take(database, "other", later)
    kept, counted = await both(database, group_id)
    assert set(kept.values()) == {5}
    assert kept == counted

    async def entries(conn: AsyncConnection) -> list[tuple[str, int]]:
        return [(r.key, r.points) for r in await conn.execute(select(ledger).order_by(ledger.c.id))]

    assert ("reverse:other", -2) in await database.read(entries)


@pytest.mark.parametrize("key", ["nobody:knows", "reverse:round:1:answer"])
async def test_what_was_never_awarded_and_what_is_a_reversal_cannot_be_reversed(
    database: Database, key: str
) -> None:
    group_id, (ann, *_) = await make_group(database)
    await give(database, [an_award(group_id, ann)])
    await take(database, "round:1:answer", NOW)
    before, _ = await both(database, group_id)
    assert not await take(database, key, NOW)
    assert (await both(database, group_id))[0] == before


async def test_an_award_that_came_back_after_its_reversal_stays_reversed(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)
    one = an_award(group_id, ann)
    await give(database, [one])
    await take(database, one.key, NOW)
    assert await give(database, [one]) == 0
    assert set((await both(database, group_id))[0].values()) == {0}


async def test_an_error_leaves_neither_an_entry_nor_a_total(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)

    async def fails(conn: AsyncConnection) -> None:
        await award(conn, [an_award(group_id, ann)])
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fails)
    assert await both(database, group_id) == ({}, {})


async def test_writers_that_award_the_same_things_at_once_give_them_once(database: Database) -> None:
    group_id, ids = await make_group(database)
    wanted = [an_award(group_id, m, f"round:{r}:{m}") for r in range(4) for m in ids]
    made = await asyncio.gather(*(give(database, wanted[::turn]) for turn in (1, -1, 1, -1)))
    assert sum(made) == len(wanted)
    kept, counted = await both(database, group_id)
    assert kept == counted
    assert kept[Total(group_id, "points", "", "all", "", ids[0])] == 20


steps = st.lists(
    st.one_of(
        st.lists(
            st.tuples(
                st.integers(0, 9),
                st.integers(0, 2),
                st.sampled_from(("", "training", "safety")),
                st.integers(-3, 9),
            ),
            min_size=1,
            max_size=5,
        ),
        st.integers(0, 9),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, days=st.lists(st.integers(0, 400), min_size=10, max_size=10))
async def test_after_any_sequence_with_redeliveries_the_totals_are_what_a_recount_gives(
    database: Database, steps: list[list[tuple[int, int, str, int]] | int], days: list[int]
) -> None:
    group_id, ids = await make_group(database)
    for _ in range(2):  # everything is delivered a second time
        for step in steps:
            if isinstance(step, int):
                await take(database, f"{group_id}:{step}", NOW)
                continue
            batch = [
                Award(
                    f"{group_id}:{n}",
                    group_id,
                    ids[who],
                    topic,
                    "test",
                    points,
                    TODAY + timedelta(days[n]),
                    NOW,
                )
                for n, who, topic, points in step
            ]
            await give(database, batch)
    kept, counted = await both(database, group_id)
    assert kept == counted
