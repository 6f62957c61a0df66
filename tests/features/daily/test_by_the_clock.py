"""Rounds by the clock: question moments, overlapping rounds, time asleep, and clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.chat.cards import Reply
from bot.chat.requests import Invoke
from bot.features.daily.advance import AT_ONCE, advance
from bot.features.group_settings.actions import Begin
from bot.features.points.tables import ledger
from bot.membership.model import GroupState
from bot.membership.queries import change_group
from bot.membership.tables import groups
from tests.database.rows import GROUP
from tests.features.daily.acting import changed, every_card_of, has_button, quoted, rounds_of, tables, title
from tests.features.daily.scenes import (
    DAY,
    HOUR,
    berlin,
    setting,
    states,
    titles,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import MONDAY_NINE, LocalDriver, button, labels, local_app, local_group, words

# By the clock ---------------------------------------------------------------------------------------------------------


async def test_one_moment_reveals_closes_and_asks_and_a_second_tick_adds_nothing(database_url: str) -> None:
    async with local_group(database_url) as v:
        for _ in range(3):
            await v.answer("ada", "ada: what I would say.")
            await v.tick(days=1)
            before = await tables(v)
            await v.tick()
            await v.tick(minutes=1)
            assert changed(before, await tables(v)) == set()
        assert await states(v) == ["revealed", "revealed", "voting", "open"]
        assert titles(v) == [
            "Monday's question",
            "Tuesday's question",
            "Monday's reveal",
            "Wednesday's question",
            "Tuesday's reveal",
            "Thursday's question",
        ]


async def test_nothing_comes_before_its_time(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        await v.tick(hours=23, minutes=59, seconds=59)
        only = "only the reminder's time was passed over, and the night's upkeep was noted"
        assert changed(before, await tables(v)) <= {"rounds", "facts"}, only
        assert await states(v) == ["open"]
        await v.tick(seconds=1)
        assert await states(v) == ["voting", "open"]


async def test_a_tick_with_nothing_due_asks_each_room_once_and_people_nothing(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I would say.")
        await v.tick(minutes=1)
        asked: list[str] = []
        v.app.database.watcher = lambda sql, _values: asked.append(sql)
        assert await advance(v.app.services, v.clock()) == 0
        assert len(asked) == 1
        asked.clear()
        await v.tick()
        v.app.database.watcher = None
        assert [sql for sql in asked if "FROM members" in sql or "FROM answers" in sql] == []


@pytest.mark.slow
async def test_as_many_groups_that_always_fail_as_one_tick_moves_hold_up_no_other(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        due = {"state": GroupState.ACTIVE, "next_at": v.clock()}  # they have no tone that is known
        broken = [GROUP | due for _ in range(AT_ONCE)]
        await v.app.database.write(lambda tx: tx.execute(insert(groups).values(broken)))
        ours = AT_ONCE + 1
        await v.handle(v.request(ORGANISER, Invoke("group setup", {})))
        await v.act(ORGANISER, Begin(ours, at_once=True))
        await v.tick(days=1)
        await v.tick(seconds=1)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


async def test_a_weekend_is_kept_free(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.move(days=4)
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        for _ in range(5):
            await v.tick(hours=12)
        assert titles(v) == ["Friday's question"]
        assert await states(v) == ["open"]
        await v.tick(hours=12)
        assert titles(v) == ["Friday's question", "Monday's question"]


async def test_three_rounds_can_be_open_at_once_and_each_ends_in_its_own_time(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await setting(v, "answers", "72")
        await setting(v, "votes", "48")
        await v.tick(days=1)
        await v.tick(days=1)
        assert await states(v) == ["open", "open", "open"]
        for n in (1, 2, 3):
            reply = await v.fill(
                "ada", await v.press("ada", v.channel()[n - 1], "Answer"), answer=f"ada: number {n}."
            )
            assert title(reply) == "Saved"
        assert "Wednesday's answer" in title_of_form(await v.command("ben", "answer"))
        await v.tick(days=1)
        assert await states(v) == ["voting", "open", "open", "open"]
        assert has_button(v.channel()[3], "Vote on Monday's")
        await v.tick(days=1)
        assert await states(v) == ["voting", "voting", "open", "open", "open"]
        assert labels(v.channel()[0]) == ["Vote"]
        assert labels(v.channel()[1]) == ["Vote"]
        assert "Nobody has answered" not in words(v.channel()[1])
        await v.tick(days=1)
        assert await states(v) == ["revealed", "voting", "voting", "open", "open"]
        assert quoted(next(c for c in v.channel() if c.title == "Monday's reveal")) == ["ada: number 1."]
        await v.tick(days=1)
        assert await states(v) == ["revealed", "revealed", "voting", "voting", "open"]


def title_of_form(reply: Reply) -> str:
    form = getattr(reply, "form", None)
    assert form is not None
    return str(form.title)


# Asleep ---------------------------------------------------------------------------------------------------------------


async def two_running(v: LocalDriver) -> None:
    """Tuesday at nine: Monday's question is being voted on, Tuesday's is open."""
    await v.set_up()
    await v.answer("ada", "ada: what I would say.")
    await v.tick(days=1)
    await v.answer("ben", "ben: what I would say.")


@pytest.mark.parametrize(
    ("asleep", "asked", "closes"),
    [
        (1 * HOUR, [], ""),
        (25 * HOUR, ["Wednesday's"], "Thu 09:00"),
        (DAY + 20 * HOUR, ["Wednesday's"], "Thu 09:00"),
        (DAY + 22 * HOUR, [], ""),
        (2 * DAY + 5 * HOUR, ["Thursday's"], "Fri 09:00"),
        (4 * DAY, ["Friday's"], "Mon 09:00"),
        (7 * DAY, ["Tuesday's"], "Wed 09:00"),
        (21 * DAY + 23 * HOUR, [], ""),
    ],
    ids=str,
)
async def test_after_a_sleep_one_late_question_comes_at_most_and_votes_get_their_time(
    sqlite_url: str, asleep: timedelta, asked: list[str], closes: str
) -> None:
    async with local_app(sqlite_url) as v:
        await two_running(v)
        v.clock.now += asleep
        await v.restart()
        before = len(v.channel())
        await v.tick()
        new = [c.title for c in v.channel()[before:]]
        questions = [t for t in new if t.endswith("question")]
        assert questions == [f"{day} question" for day in asked]
        overdue = asleep >= DAY
        assert new.count("Monday's reveal") == int(overdue)
        tuesday = (await rounds_of(v))[1]
        assert tuesday.state == ("voting" if overdue else "open")
        if overdue:
            assert tuesday.voting_at == v.clock()
            assert tuesday.votes_close_at - v.clock() >= 9 * HOUR
        if asked:
            assert berlin((await rounds_of(v))[2].closes_at) == closes
        done = await tables(v)
        await v.tick()
        await v.restart()
        await v.tick()
        assert changed(done, await tables(v)) == set(), "what was missed is caught up once"


async def test_after_a_night_asleep_the_missed_and_the_next_question_never_come_together(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await two_running(v)
        v.clock.move(hours=24 + 19)
        await v.tick()
        assert titles(v)[-1] == "Wednesday's question"
        assert await states(v) == ["revealed", "voting", "open"]
        await v.tick(hours=5)
        assert titles(v)[-1] == "Thursday's question"
        assert await states(v) == ["revealed", "voting", "voting", "open"]
        tuesday = (await rounds_of(v))[1]
        assert tuesday.votes_close_at == tuesday.voting_at + 9 * HOUR
        await v.tick(hours=4)
        assert titles(v)[-1] == "Tuesday's reveal"
        assert (
            has_button(
                next(c for c in v.channel() if c.title == "Thursday's question"), "Vote on Wednesday's"
            )
            is False
        )


async def test_an_answer_that_arrives_before_the_late_close_still_counts(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await two_running(v)
        v.clock.move(hours=26)
        await v.restart()
        assert title(await v.answer("chi", "chi: just in time.")) == "Saved"
        await v.tick()
        page = await v.act(
            "dee", button(next(c for c in v.channel() if c.title == "Tuesday's question"), "Vote").action
        )
        assert title(page) == "Tuesday's ballot: 1 of 2"


# Clocks that change ---------------------------------------------------------------------------------------------------


async def lived(v: LocalDriver, zone: str, days: int, hour: int, minute: int = 0) -> list[str]:
    """Local times of the questions of so many days, ticking each hour, or each half hour where it matters."""
    for what, value in (("zone", zone), ("hour", str(hour)), ("minute", str(minute))):
        await setting(v, what, value)
    await setting(v, "days", *"0123456")
    steps = 2 if minute or zone == "Australia/Adelaide" else 1
    for _ in range(days * 24 * steps):
        await v.tick(minutes=60 / steps)
    local = ZoneInfo(zone)
    opened = [(r.opened_at.astimezone(local), r.local_date) for r in await rounds_of(v)]
    assert all(at.date() == day for at, day in opened)
    return [f"{at:%d %H:%M}" for at, _ in opened[1:]]


async def test_berlins_spring_week_has_one_question_a_day_at_the_same_local_time(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.now = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 4, 9) == ["27 09:00", "28 09:00", "29 09:00", "30 09:00"]
        assert len([t for t in titles(v) if t.endswith("question")]) == 5


async def test_a_time_that_does_not_exist_moves_to_the_end_of_the_gap(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.now = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 3, 2, 30) == ["27 02:30", "28 03:00", "29 02:30"]


async def test_a_time_that_comes_twice_is_taken_the_first_time_and_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.now = datetime(2026, 10, 23, 7, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 3, 2, 30) == ["24 02:30", "25 02:30", "26 02:30"]
        sunday = next(r for r in await rounds_of(v) if r.local_date == date(2026, 10, 25))
        assert sunday.opened_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def test_a_zone_of_half_hours_keeps_its_time_through_its_own_change(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.now = datetime(2027, 4, 2, 1, 0, tzinfo=UTC)
        await v.set_up()
        times = await lived(v, "Australia/Adelaide", 4, 9)
        assert times == ["03 09:00", "04 09:00", "05 09:00", "06 09:00"]
        by_date = {r.local_date: r.opened_at for r in await rounds_of(v)}
        assert by_date[date(2027, 4, 3)] == datetime(2027, 4, 2, 22, 30, tzinfo=UTC)
        assert by_date[date(2027, 4, 5)] == datetime(2027, 4, 4, 23, 30, tzinfo=UTC)


# Everything at once ---------------------------------------------------------------------------------------------------


async def test_two_weeks_of_rounds_pay_each_answer_once_and_ask_nothing_twice(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for day in range(14):
            if v.clock().weekday() < 5:
                await v.answer("ada", f"ada: day {day}.")
            await v.tick(days=1)
        rows = await rounds_of(v)
        assert len(rows) == 11
        assert len({r.item_id for r in rows}) == 11
        assert [r.state for r in rows] == ["revealed"] * 9 + ["voting", "open"]
        assert sum(r.points for r in await v.rows(ledger)) == 9 * 5
        assert (v.clock() - MONDAY_NINE) == 14 * DAY
        shown = await every_card_of(v, "ada")
        assert any(card.title == "Past questions" for card in shown)


async def test_a_topic_that_left_the_bank_keeps_no_question_from_coming(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.app.database.write(lambda tx: change_group(tx, 1, topics=["gone", "rsp"]))
        await v.tick(days=1)
        asked = await rounds_of(v)
        assert [each.topic.split(".")[0] for each in asked][1:] == ["rsp"]
