"""Kept streaks: after anything a group and its members do, they are what a slow replay of all days gives."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.features.points.breaks import begin_break, end_break, today_of
from bot.features.points.streak_queries import streak_of
from bot.features.points.streak_rules import Act, Streak, in_order
from bot.features.points.streaks import (
    acted,
    days_this_week,
    move_activity,
    question_opened,
    question_withdrawn,
    rebuilt,
)
from bot.features.points.tables import activity, streaks
from bot.membership.queries import load_group
from bot.membership.tables import groups, members, people
from tests.features.points.test_streak_rules import reference

WEDNESDAY = datetime(2026, 11, 25, 8, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata")


@dataclass
class Life:
    """A group whose days go by, and what its members did, remembered apart from the database."""

    database: Database
    group_id: int
    members: list[int]
    now: datetime = WEDNESDAY
    zone: str = ZONES[0]
    opened: list[date] = field(default_factory=list)
    taken: set[date] = field(default_factory=set)
    active: dict[int, set[date]] = field(default_factory=dict)
    away: dict[int, set[date]] = field(default_factory=dict)

    @property
    def asked(self) -> list[date]:
        return list(in_order(self.opened))

    @property
    def local(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def today(self) -> date:
        return max([self.local, *self.asked[-1:]])

    async def open(self, later: int = 0, *, extra: bool = False) -> None:
        """Open a question: on a later date than any before, or an organiser's extra one on the date it is now."""
        self.now += timedelta(days=later)
        day = self.local if extra else max([self.local, *(d + timedelta(days=1) for d in self.asked[-1:])])
        slot = int(day in self.taken)
        self.taken.add(day)
        if day not in self.opened:
            self.opened.append(day)

        async def work(tx: Transaction) -> None:
            used = select(rounds.c.slot).where(rounds.c.group_id == self.group_id, rounds.c.local_date == day)
            number = len(list(await tx.execute(used))) if slot else 0
            values = {"group_id": self.group_id, "local_date": day, "slot": number, "question": {}}
            await tx.execute(insert(rounds).values(**values, state="open", opened_at=self.now))
            await question_opened(tx, self.group_id, day)

        await self.database.write(work)

    async def withdraw(self, back: int) -> None:
        """Withdraw all that was asked on the newest question day, or on one before it."""
        for day in self.asked[-back:][:1]:
            self.opened.remove(day)
            await self.database.write(partial(question_withdrawn, group_id=self.group_id, day=day))

    async def act(self, who: int, act: Act = Act.QUIZ, on: date | None = None) -> None:
        """Let a member do something now; an answer belongs to its question's day."""
        member = self.members[who]
        if act is not Act.BALLOT:
            self.active.setdefault(member, set()).add(on or self.local)

        async def work(tx: Transaction) -> None:
            await acted(tx, await load_group(tx, self.group_id), member, act, self.now, on=on)

        await self.database.write(work)

    async def answer(self, who: int, back: int = 1) -> None:
        """Answer the newest question, or one that has been open for longer."""
        if self.asked:
            await self.act(who, Act.ANSWERED, self.asked[max(-back, -len(self.asked))])

    async def leave_for(self, who: int, days: int) -> None:
        """Take a break until so many days from now, or end it with none."""
        member, today = self.members[who], self.today
        gone = self.away.setdefault(member, set())
        later = {d for d in gone if d > today}
        gone -= later
        if days:
            gone |= {today + timedelta(days=n) for n in range(days + 1)}

        async def work(tx: Transaction) -> None:
            known = await today_of(tx, await load_group(tx, self.group_id), self.now)
            assert known == today
            if days:
                await begin_break(tx, member, known, known + timedelta(days=days))
            else:
                await end_break(tx, member, known)

        await self.database.write(work)

    async def move_to(self, zone: str) -> None:
        """Move the group to another zone."""
        self.zone = zone
        change = update(groups).where(groups.c.id == self.group_id).values(zone=zone)
        await self.database.write(lambda tx: tx.execute(change))

    async def kept(self, who: int) -> Streak:
        """A member's streak as it is kept."""
        return await self.database.read(lambda tx: streak_of(tx, self.members[who]))

    def replayed(self, who: int) -> tuple[int, int, int]:
        """What going through all dates slowly gives: (current, best, freezes)."""
        member = self.members[who]
        away = [(d, d) for d in self.away.get(member, ())]
        return reference(self.asked, self.active.get(member, set()), away)

    async def agrees(self) -> None:
        """Check every member's kept streak against the replay."""
        for who in range(len(self.members)):
            kept = await self.kept(who)
            assert (kept.current, kept.best, kept.freezes) == self.replayed(who)


async def life(database: Database, size: int = 2) -> Life:
    async def work(tx: Transaction) -> tuple[int, list[int]]:
        values = {
            "zone": ZONES[0],
            "tone": "friendly",
            "state": "active",
            "topics": [],
            "created_at": WEDNESDAY,
        }
        made = insert(groups).values(name="Study", at_minute=540, weekdays=31, **values)
        group_id = (await tx.execute(made.returning(groups.c.id))).scalar()
        ids = []
        for _ in range(size):
            person = insert(people).values(created_at=WEDNESDAY).returning(people.c.id)
            row = {"group_id": group_id, "joined_at": WEDNESDAY, "seen_at": WEDNESDAY}
            row["person_id"] = (await tx.execute(person)).scalar()
            ids.append((await tx.execute(insert(members).values(**row).returning(members.c.id))).scalar())
        return group_id, ids

    return Life(database, *await database.write(work))


async def test_who_acts_on_every_question_day_has_a_streak_and_weekends_are_holidays(
    database: Database,
) -> None:
    v = await life(database)
    for later in (0, 1, 1, 3, 1):  # Wednesday to Friday, Monday, Tuesday
        await v.open(later)
        await v.answer(0)
    kept = await v.kept(0)
    assert (kept.current, kept.freezes) == (5, 2)
    assert (await v.kept(1)).current == 0


async def test_the_opening_of_the_next_question_settles_the_day_before_for_everyone(
    sqlite_database: Database,
) -> None:
    v = await life(sqlite_database)
    await v.open()
    await v.answer(0)
    await v.open(1)
    assert (await v.kept(0)).freezes == 2  # Thursday is not over
    await v.open(1)
    assert (await v.kept(0)).freezes == 1
    for _ in range(3):
        await v.open(1)
    assert (await v.kept(0)).current == 0
    assert (await v.kept(0)).best == 1


async def test_a_withdrawn_day_counts_for_nobody_and_gives_the_freeze_it_took_back(
    sqlite_database: Database,
) -> None:
    v = await life(sqlite_database)
    for later in (0, 1, 1):
        await v.open(later)
        await v.answer(1)
        if not later:
            await v.answer(0)
    assert (await v.kept(0)).freezes == 1
    await v.withdraw(1)
    assert (await v.kept(0)).freezes == 2  # Thursday is the newest again, and not over
    assert (await v.kept(1)).current == 2
    await v.agrees()


async def test_an_answer_on_the_next_morning_counts_for_its_questions_day(sqlite_database: Database) -> None:
    v = await life(sqlite_database)
    for _ in range(5):
        await v.open()
        v.now += timedelta(hours=23)
        await v.answer(0)
        v.now += timedelta(hours=1)
    assert (await v.kept(0)).current == 5


async def test_a_quiz_before_the_days_question_counts_once_the_question_comes(
    sqlite_database: Database,
) -> None:
    v = await life(sqlite_database)
    await v.open()
    await v.act(0)
    v.now += timedelta(hours=20)
    await v.act(0)
    assert (await v.kept(0)).current == 1
    v.now += timedelta(hours=4)
    await v.open()
    assert (await v.kept(0)).current == 2


async def test_the_same_act_twice_counts_once_and_votes_alone_keep_nothing(database: Database) -> None:
    v = await life(database)
    await v.open()
    for act in (Act.ANSWERED, Act.ANSWERED, Act.PRACTICE):
        await v.act(0, act)
    await v.act(1, Act.BALLOT)
    assert (await v.kept(0)).current == 1
    assert (await v.kept(1)).current == 0

    async def read(tx: Transaction) -> list[int]:
        return list((await tx.execute(select(activity.c.acts).order_by(activity.c.member_id))).scalars())

    assert await database.read(read) == [Act.ANSWERED | Act.PRACTICE, Act.BALLOT]


async def test_a_break_spends_no_freeze_and_can_be_ended_early(sqlite_database: Database) -> None:
    v = await life(sqlite_database)
    await v.open()
    await v.answer(0)
    await v.leave_for(0, 10)
    for _ in range(4):
        await v.open(1)
    assert ((await v.kept(0)).current, (await v.kept(0)).freezes) == (1, 2)
    await v.leave_for(0, 0)
    for _ in range(3):
        await v.open(1)
    assert ((await v.kept(0)).current, (await v.kept(0)).freezes) == (1, 0)
    await v.agrees()


async def test_a_move_far_west_turns_no_day_back(sqlite_database: Database) -> None:
    v = await life(sqlite_database)
    await v.move_to("Pacific/Auckland")
    await v.open()
    await v.answer(0)
    await v.open(1)
    await v.move_to("Pacific/Honolulu")
    assert v.local < v.asked[-1]
    await v.leave_for(0, 2)
    await v.act(1)  # on a date that is over already: it counts for that one
    await v.agrees()
    for _ in range(4):
        await v.open(1)
        await v.agrees()
    assert (await v.kept(0)).freezes == 1
    assert (await v.kept(1)).freezes == 0


async def test_the_weeks_goal_counts_days_of_this_week(sqlite_database: Database) -> None:
    v = await life(sqlite_database)
    for later in (0, 1, 4):  # Wednesday, Thursday, Monday
        await v.open(later)
        await v.answer(0)

    async def read(tx: Transaction) -> list[int]:
        group = await load_group(tx, v.group_id)
        return [await days_this_week(tx, group, v.members[0], v.now - timedelta(days=d)) for d in (0, 5)]

    assert await sqlite_database.read(read) == [1, 2]


async def test_members_who_act_at_once_are_all_counted(database: Database) -> None:
    v = await life(database, 8)
    await v.open()
    await asyncio.gather(*(v.answer(n) for n in range(8) for _ in range(2)))
    await v.open(1)
    await asyncio.gather(*(v.answer(n) for n in range(8)))
    assert [(await v.kept(n)).current for n in range(8)] == [2] * 8


async def test_two_acts_of_a_member_at_the_moment_a_question_opens_lose_nothing(
    sqlite_database: Database,
) -> None:
    v = await life(sqlite_database, 3)
    await v.open()
    await asyncio.gather(*(v.answer(n) for n in range(3)))
    for _ in range(4):
        v.now += timedelta(days=1)
        newest = v.asked[-1]
        for n in range(3):
            v.active[v.members[n]].add(newest)
        await asyncio.gather(
            *(v.act(n, Act.PRACTICE, newest) for n in range(3)),
            v.open(),
            *(v.act(n, Act.QUIZ, newest) for n in range(3)),
        )
    await v.agrees()


async def test_a_streak_that_was_lost_from_the_table_is_counted_anew(sqlite_database: Database) -> None:
    v = await life(sqlite_database)
    for _ in range(4):
        await v.open(1)
        await v.answer(0)
    before = await v.kept(0)
    await sqlite_database.write(lambda tx: tx.execute(streaks.delete()))
    assert await sqlite_database.write(lambda tx: rebuilt(tx, v.group_id, v.members[0])) == before
    assert await v.kept(0) == before


async def test_two_members_who_are_one_person_have_one_streak_of_all_their_days(
    sqlite_database: Database,
) -> None:
    v = await life(sqlite_database)
    for n in range(6):
        await v.open(1)
        await v.answer(n % 2)
    await v.act(0, Act.BALLOT)
    await v.leave_for(0, 3)
    first, second = v.members
    await sqlite_database.write(lambda tx: move_activity(tx, v.group_id, first, second))
    v.active[second] |= v.active.pop(first)
    v.away[second] = v.away.pop(first)
    await v.open(1)
    await v.agrees()
    assert (await v.kept(0)) == Streak()
    assert (await v.kept(1)).current == 6


steps = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.integers(1, 4)),
        st.tuples(st.just("extra"), st.integers(0, 1)),
        st.tuples(st.just("withdraw"), st.integers(1, 3)),
        st.tuples(st.just("act"), st.integers(0, 1), st.sampled_from(list(Act))),
        st.tuples(st.just("answer"), st.integers(0, 1), st.integers(1, 2)),
        st.tuples(st.just("break"), st.integers(0, 1), st.integers(0, 6)),
        st.tuples(st.just("zone"), st.sampled_from(ZONES)),
        st.tuples(st.just("hours"), st.integers(1, 40)),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_whatever_happens_a_kept_streak_equals_a_slow_replay_of_all_days(
    sqlite_database: Database,
    steps: list[tuple],  # type: ignore[type-arg]  # of several shapes
) -> None:
    v = await life(sqlite_database)
    for what, *more in steps:
        match what:
            case "open":
                await v.open(*more)
            case "extra":
                await v.open(*more, extra=True)
            case "withdraw":
                await v.withdraw(*more)
            case "act":
                await v.act(*more)
            case "answer":
                await v.answer(*more)
            case "break":
                await v.leave_for(*more)
            case "zone":
                await v.move_to(*more)
            case _:
                v.now += timedelta(hours=more[0])
        await v.agrees()
