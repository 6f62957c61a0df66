"""Points: whatever is handed in again, the totals are what the ledger says."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.points.ledger import (
    Award,
    Sum,
    Total,
    award,
    move,
    points_of,
    recount,
    reinstate,
    reverse,
    totals,
)
from bot.features.points.tables import ledger
from bot.membership.tables import groups, members, people

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TODAY = date(2026, 11, 25)


async def make_group(database: Database, size: int = 3) -> tuple[int, list[int]]:
    async def work(tx: Transaction) -> tuple[int, list[int]]:
        values = {"name": "Study", "at_minute": 540, "weekdays": 31, "topics": [], "created_at": NOW}
        group_id = (await tx.execute(insert(groups).values(**values).returning(groups.c.id))).scalar()
        made: list[int] = []
        for _ in range(size):
            person = (await tx.execute(insert(people).values(created_at=NOW).returning(people.c.id))).scalar()
            row = {"group_id": group_id, "person_id": person, "joined_at": NOW, "seen_at": NOW}
            made.append((await tx.execute(insert(members).values(**row).returning(members.c.id))).scalar())
        return group_id, made

    return await database.write(work)


def an_award(group_id: int, member_id: int, key: str = "round:1:answer", **changes: Any) -> Award:  # noqa: ANN401
    return replace(Award(key, group_id, member_id, "training", "answer", 5, TODAY, NOW), **changes)


async def give(database: Database, awards: list[Award]) -> int:
    return await database.write(partial(award, awards=awards))


async def take(database: Database, key: str, at: datetime = NOW) -> bool:
    return bool(await database.write(partial(reverse, keys=[key], at=at, reason="removed")))


async def both(database: Database, group_id: int) -> tuple[Mapping[Total, Sum], Mapping[Total, Sum]]:
    async def read(tx: Transaction) -> tuple[Mapping[Total, Sum], Mapping[Total, Sum]]:
        return await totals(tx, group_id), await recount(tx, group_id)

    return await database.read(read)


async def test_an_award_counts_for_its_topic_and_for_all_in_its_week_its_month_and_all_time(
    sqlite_database: Database,
) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    assert await give(sqlite_database, [an_award(group_id, ann)]) == 1
    kept, _ = await both(sqlite_database, group_id)
    spans = (("week", "2026-W48"), ("month", "2026-11"), ("all", ""))
    expected = {Total(group_id, "points", t, s, b, ann): Sum(5) for t in ("", "training") for s, b in spans}
    assert kept == expected


async def test_an_award_without_a_topic_counts_once(sqlite_database: Database) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann, topic="")])
    kept, counted = await both(sqlite_database, group_id)
    assert set(kept.values()) == {Sum(5)}
    assert len(kept) == 3
    assert kept == counted


async def test_the_same_award_handed_in_again_changes_nothing(sqlite_database: Database) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    one = an_award(group_id, ann)
    assert await give(sqlite_database, [one, one]) == 1
    before, _ = await both(sqlite_database, group_id)
    assert await give(sqlite_database, [replace(one, points=500)]) == 0
    assert (await both(sqlite_database, group_id))[0] == before


async def test_a_reversal_takes_the_points_back_once_in_the_week_they_were_made(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)
    await give(database, [an_award(group_id, ann), an_award(group_id, ann, "other", points=2)])
    later = NOW + timedelta(days=30)
    assert await take(database, "other", later)
    assert not await take(database, "other", later)
    kept, counted = await both(database, group_id)
    assert set(kept.values()) == {Sum(5)}
    assert kept == counted

    async def entries(tx: Transaction) -> list[tuple[str, int]]:
        return [(r.key, r.points) for r in await tx.execute(select(ledger).order_by(ledger.c.id))]

    assert ("reverse:other", -2) in await database.read(entries)


@pytest.mark.parametrize("key", ["nobody:knows", "reverse:round:1:answer"])
async def test_what_was_never_awarded_and_what_is_a_reversal_cannot_be_reversed(
    sqlite_database: Database, key: str
) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann)])
    await take(sqlite_database, "round:1:answer", NOW)
    before, _ = await both(sqlite_database, group_id)
    assert not await take(sqlite_database, key, NOW)
    assert (await both(sqlite_database, group_id))[0] == before


async def test_an_award_that_came_back_after_its_reversal_stays_reversed(sqlite_database: Database) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    one = an_award(group_id, ann)
    await give(sqlite_database, [one])
    await take(sqlite_database, one.key, NOW)
    assert await give(sqlite_database, [one]) == 0
    assert set((await both(sqlite_database, group_id))[0].values()) == {Sum(0)}


async def test_an_error_leaves_neither_an_entry_nor_a_total(database: Database) -> None:
    group_id, (ann, *_) = await make_group(database)

    async def fails(tx: Transaction) -> None:
        await award(tx, [an_award(group_id, ann)])
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
    assert kept[Total(group_id, "points", "", "all", "", ids[0])] == Sum(20)


async def test_votes_and_quiz_answers_stand_on_boards_of_their_own(sqlite_database: Database) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    await give(
        sqlite_database,
        [
            an_award(group_id, ann, "points"),
            an_award(group_id, ann, "votes", board="helped", points=14),
            an_award(group_id, ann, "right", board="quiz", points=1, out_of=1),
            an_award(group_id, ann, "wrong", board="quiz", points=0, out_of=1),
        ],
    )
    kept, counted = await both(sqlite_database, group_id)
    assert kept == counted
    found = {
        board: kept[Total(group_id, board, "", "all", "", ann)] for board in ("points", "helped", "quiz")
    }
    assert found == {"points": Sum(5), "helped": Sum(14), "quiz": Sum(1, 2)}


async def test_a_reversed_quiz_answer_is_neither_right_nor_asked(sqlite_database: Database) -> None:
    group_id, (ann, *_) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann, "right", board="quiz", points=1, out_of=1)])
    await take(sqlite_database, "right")
    kept, counted = await both(sqlite_database, group_id)
    assert set(kept.values()) == {Sum(0, 0)}
    assert kept == counted


async def test_what_was_taken_back_is_given_again_to_whom_it_went_and_taken_back_again(
    database: Database,
) -> None:
    group_id, (ann, ben, _) = await make_group(database)
    await give(database, [an_award(group_id, ann), an_award(group_id, ben, "other")])
    before, _ = await both(database, group_id)
    keys = ["round:1:answer", "other", "unknown"]

    def write(work: Callable[..., Awaitable[Any]], reason: str) -> Awaitable[Any]:
        return database.write(partial(work, keys=keys, at=NOW, reason=reason))

    for _ in range(3):
        assert len(await write(reverse, "wrong")) == 2
        assert await write(reverse, "wrong") == ()
        assert await database.read(partial(points_of, keys=keys)) == 0
        assert await database.read(partial(points_of, keys=keys, taken_back="wrong")) == 10
        assert await write(reinstate, "removed") == 0
        assert await write(reinstate, "wrong") == 2
        assert await write(reinstate, "wrong") == 0
        assert await both(database, group_id) == (before, before)
    await write(reverse, "wrong")
    await database.write(partial(move, from_member=ann, to_member=ben, at=NOW))
    joined = update(members).where(members.c.id == ann).values(canonical_id=ben)
    await database.write(lambda tx: tx.execute(joined))
    await write(reinstate, "wrong")
    kept, counted = await both(database, group_id)
    assert kept == counted
    assert sum(total.numerator for key, total in kept.items() if key.member_id == ann) == 0
    assert max(total.numerator for key, total in kept.items() if key.member_id == ben) == 10


# Moving to another member ---------------------------------------------------------------------------------------------


async def moved(database: Database, source: int, target: int) -> int:
    return await database.write(partial(move, from_member=source, to_member=target, at=NOW))


async def of_member(database: Database, group_id: int, member: int) -> Sum:
    kept, counted = await both(database, group_id)
    assert kept == counted
    return kept.get(Total(group_id, "points", "", "all", "", member), Sum(0))


async def test_what_a_member_earned_moves_to_another_and_the_ledger_tells_the_story(
    database: Database,
) -> None:
    group_id, (ann, bob, _) = await make_group(database)
    await give(database, [an_award(group_id, ann), an_award(group_id, bob, "bobs", points=2)])
    assert await moved(database, ann, bob) == 1
    assert await of_member(database, group_id, ann) == Sum(0)
    assert await of_member(database, group_id, bob) == Sum(7)

    async def entries(tx: Transaction) -> list[tuple[str, int, int]]:
        return [
            (r.key, r.member_id, r.points) for r in await tx.execute(select(ledger).order_by(ledger.c.id))
        ]

    assert await database.read(entries) == [
        ("bobs", bob, 2),
        ("round:1:answer", ann, 5),
        ("reverse:round:1:answer", ann, -5),
        ("move:round:1:answer", bob, 5),
    ]


async def test_moving_again_changes_nothing_and_what_came_since_follows(sqlite_database: Database) -> None:
    group_id, (ann, bob, _) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann)])
    assert [await moved(sqlite_database, ann, bob) for _ in range(2)] == [1, 0]
    await give(sqlite_database, [an_award(group_id, ann), an_award(group_id, ann, "later", points=1)])
    assert await moved(sqlite_database, ann, bob) == 1
    assert await of_member(sqlite_database, group_id, bob) == Sum(6)


async def test_what_was_moved_is_taken_back_where_it_went_even_after_two_moves(
    sqlite_database: Database,
) -> None:
    group_id, (ann, bob, cem) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann)])
    await moved(sqlite_database, ann, bob)
    await moved(sqlite_database, bob, cem)
    assert await take(sqlite_database, "round:1:answer")
    assert not await take(sqlite_database, "round:1:answer")
    assert [await of_member(sqlite_database, group_id, m) for m in (ann, bob, cem)] == [Sum(0)] * 3


async def test_what_moves_back_and_forth_is_counted_once(sqlite_database: Database) -> None:
    group_id, (ann, bob, _) = await make_group(sqlite_database)
    await give(sqlite_database, [an_award(group_id, ann)])
    for source, target in ((ann, bob), (bob, ann), (ann, bob)):
        assert await moved(sqlite_database, source, target) == 1
    assert [await of_member(sqlite_database, group_id, m) for m in (ann, bob)] == [Sum(0), Sum(5)]


async def test_points_move_only_within_a_group_and_to_somebody_else(sqlite_database: Database) -> None:
    _, (ann, *_) = await make_group(sqlite_database)
    _, (other, *_) = await make_group(sqlite_database)
    for target in (ann, other, 10**9):
        with pytest.raises(ValueError, match="two members of one group"):
            await moved(sqlite_database, ann, target)


async def test_two_who_move_the_same_at_once_move_it_once(database: Database) -> None:
    group_id, (ann, bob, _) = await make_group(database)
    await give(database, [an_award(group_id, ann, f"k{n}", points=1) for n in range(20)])
    made = await asyncio.gather(*(moved(database, ann, bob) for _ in range(3)))
    assert sum(made) == 20
    assert await of_member(database, group_id, bob) == Sum(20)
