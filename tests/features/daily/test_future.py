"""A clock that was far ahead for a while: what its group did in the future is given back once the time is right."""

from datetime import timedelta

from bot.features.daily.mending.future import LOOK_AGAIN, SETTLED
from bot.features.points.tables import question_days
from bot.membership.tables import groups
from bot.outbox.queries import refresh
from bot.outbox.tables import deliveries
from tests.features.daily.acting import rounds_of, title
from tests.features.daily.scenes import DAY, berlin, running, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, labels, local_group, words

MONTH = timedelta(days=30)


async def wrong_for_a_tick(v: LocalDriver, ahead: timedelta = MONTH) -> None:
    """A tick by a clock that is far ahead, and the next one by the right time."""
    await v.tick(seconds=ahead.total_seconds())
    await v.tick(seconds=1 - ahead.total_seconds())


async def settle(v: LocalDriver) -> None:
    """Let the clock go on until it is trusted to be right."""
    for _ in range(3):
        await v.tick(seconds=SETTLED.total_seconds() / 2)


async def test_a_group_that_was_moved_a_month_ahead_asks_again_the_next_day(database_url: str) -> None:
    async with local_group(database_url) as v:
        await v.answer("ada", "ada: what I would say.")
        await wrong_for_a_tick(v)
        assert await states(v) == ["voting", "open"]
        await settle(v)
        monday, early = await rounds_of(v)
        assert (f"{early.local_date:%d %b}", early.slot) == ("23 Nov", 1)
        assert (berlin(early.closes_at), berlin(monday.votes_close_at)) == ("Tue 09:00", "Tue 09:00")
        assert early.opened_at <= v.clock()
        assert [f"{day.local_date:%d %b}" for day in await v.rows(question_days)] == ["23 Nov"]
        assert title(await v.answer("ben", "ben: to the second one.")) == "Saved"
        v.clock.now = v.clock.now.replace(hour=8, minute=0, second=0)
        await v.tick(days=1)
        assert titles(v)[-2:] == ["Monday's reveal", "Tuesday's question"]
        assert await states(v) == ["revealed", "voting", "open"]


async def test_what_was_put_off_while_the_clock_was_ahead_is_sent_though_nothing_was_moved_by_it(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await v.app.database.write(lambda tx: refresh(tx, "round:1", ("question",), v.clock()))
        v.watched.closed = "Let the bot in."
        v.clock.move(days=30)
        await v.app.scheduler._outbox.run()
        v.watched.closed = ""
        v.clock.move(days=-30)
        await settle(v)
        assert v.watched.edits == 1


async def test_what_was_put_off_in_the_future_is_sent(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.closed = "Let the bot in."
        await v.tick(seconds=MONTH.total_seconds())
        v.watched.closed = ""
        await v.tick(seconds=-MONTH.total_seconds())
        assert len(titles(v)) == 1
        await settle(v)
        assert len(titles(v)) == 2
        assert [r.next_at for r in await v.rows(deliveries) if r.kind == "question"] == [None, None]


async def test_status_shows_the_moment_and_resume_puts_it_right_at_once(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await wrong_for_a_tick(v)
        shown = await v.command(ORGANISER, "group status")
        assert "2026-12-24T08:00" in words(shown)
        resumed = await v.press(ORGANISER, shown, "Resume")
        assert "2026-11-24T08:00" in words(resumed)
        assert "Resume" not in labels(await v.command(ORGANISER, "group status"))
        assert [f"{r.local_date:%d %b}" for r in await rounds_of(v)] == ["23 Nov", "23 Nov"]
        await v.tick(days=1)
        assert titles(v)[-1] == "Tuesday's question"


async def test_a_paused_group_is_put_right_by_resume_as_well(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await wrong_for_a_tick(v)
        await v.command(ORGANISER, "group pause")
        await v.command(ORGANISER, "group resume")
        assert (await v.rows(groups))[0].next_at.day == 24
        early = (await rounds_of(v))[1]
        assert (f"{early.local_date:%d %b}", berlin(early.closes_at)) == ("23 Nov", "Tue 09:00")


async def test_a_clock_that_is_behind_for_a_moment_takes_nothing_for_the_future(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.tick(days=1)
        before = [(r.local_date, r.opened_at, r.closes_at) for r in await rounds_of(v)]
        await v.tick(seconds=-MONTH.total_seconds())
        await v.tick(minutes=4)
        await v.tick(seconds=MONTH.total_seconds())
        assert [(r.local_date, r.opened_at, r.closes_at) for r in await rounds_of(v)] == before
        await settle(v)
        await v.tick(seconds=LOOK_AGAIN.total_seconds())
        assert [(r.local_date, r.opened_at, r.closes_at) for r in await rounds_of(v)] == before


async def test_days_that_organisers_skipped_ahead_stay_skipped(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for day in ("Tuesday", "Wednesday", "Thursday"):
            await running(v, "skip", f"Skip {day}")
        await settle(v)
        await v.tick(seconds=LOOK_AGAIN.total_seconds())
        coming = (await v.rows(groups))[0].next_at
        assert coming - v.clock() > 3 * DAY
        assert berlin(coming) == "Fri 09:00"
