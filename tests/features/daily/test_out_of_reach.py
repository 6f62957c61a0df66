"""A group whose channel is closed for a while: no question is lost to it, and its return brings no flood."""

from datetime import timedelta

import pytest

from bot.chat.requests import Place
from bot.features.points.streak_rules import FREEZES_AT_FIRST
from bot.features.points.tables import streaks
from bot.membership.queries import attach_place
from bot.outbox.tables import deliveries
from tests.features.daily.acting import rounds_of, title
from tests.features.daily.scenes import DAY, HOUR, berlin, setting, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, local_group

LOST = "Let the bot write in #study again."


async def away(v: LocalDriver, days: int, step: timedelta = HOUR) -> list[str]:
    """Live so many days, tick by tick; the titles of what came into the channel."""
    before = len(v.channel())
    for _ in range(int(days * DAY / step)):
        await v.tick(seconds=step.total_seconds())
    return titles(v)[before:]


async def test_a_month_without_access_uses_up_one_question_and_the_return_brings_that_one_and_what_was_answered(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
        await v.answer("ada", "ada: what I would say.")
        v.watched.closed = LOST
        assert await away(v, 30, 6 * HOUR) == []
        assert await states(v) == ["revealed", "open"], "Monday's that was answered, and the one that waits"
        v.watched.closed = ""
        back = await away(v, 1, HOUR / 2)
        assert back == ["Wednesday's question", "Monday's reveal", "Thursday's question"]
        late = (await rounds_of(v))[1]
        assert (f"{late.opened_at:%d %b}", berlin(late.closes_at)) == ("23 Dec", "Thu 09:00")


async def test_a_round_that_nobody_could_answer_ends_without_a_word(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.closed = LOST
        await away(v, 8)
        assert await states(v) == ["revealed", "open"]
        v.watched.closed = ""
        assert await away(v, 1) == ["Tuesday's question", "Wednesday's question"]
        assert [r.kind for r in await v.rows(deliveries) if r.kind == "reveal"] == []


async def test_what_waits_is_answered_and_revealed_like_any_other_once_it_is_posted(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.closed = LOST
        await away(v, 3)
        v.watched.closed = ""
        await v.tick(hours=1)
        assert titles(v)[-1] == "Thursday's question"
        assert title(await v.answer("ben", "ben: at last.")) == "Saved"
        await away(v, 4)
        assert titles(v)[-2:] == ["Thursday's reveal", "Monday's question"]
        assert (await v.points())[0].local_date.strftime("%A") == "Monday"


@pytest.mark.slow
@pytest.mark.parametrize("answers", ["24", "72"])
async def test_a_window_of_its_own_ends_no_question_that_nobody_has_seen(
    sqlite_url: str, answers: str
) -> None:
    async with local_group(sqlite_url) as v:
        await setting(v, "answers", answers)
        v.watched.closed = LOST
        await away(v, 16)
        assert (await states(v)).count("open") == 1
        assert len(await rounds_of(v)) == 2


async def test_a_paused_group_keeps_the_question_that_waits(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.closed = LOST
        await away(v, 1)
        await v.command(ORGANISER, "group pause")
        await away(v, 5)
        v.watched.closed = ""
        assert await away(v, 1) == ["Tuesday's question"]


@pytest.mark.slow
async def test_days_without_a_question_end_no_streak(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for _ in range(4):
            await v.answer("ada", "ada: what I would say.")
            await v.tick(days=1)
        v.watched.closed = LOST
        await v.answer("ada", "ada: what I would say.")
        await away(v, 30, 6 * HOUR)
        v.watched.closed = ""
        await v.tick(hours=1)
        await v.answer("ada", "ada: what I would say.")
        (kept,) = await v.rows(streaks)
        assert (kept.current, kept.freezes) == (6, FREEZES_AT_FIRST), "no freeze was spent"


async def test_an_organiser_who_wants_a_question_now_learns_that_one_is_waiting(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.closed = LOST
        await away(v, 1)
        told = await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        assert title(told) == "A question is waiting already"
        assert len(await rounds_of(v)) == 2


async def test_one_of_two_channels_that_comes_back_gets_no_reveal_of_what_it_never_saw(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        other = Place("local", "room", "hall", "hall")
        await v.app.database.write(lambda tx: attach_place(tx, 1, other, v.clock()))
        v.watched.closed, v.watched.closed_in = LOST, frozenset({"hall"})
        for day in range(15):
            await v.answer("ada", f"ada: day {day}.")
            await v.tick(days=1)
        for _ in range(4):
            await v.tick(hours=1)
        assert len(await rounds_of(v)) == 12, "the group goes on in its other channel"
        waits = [r for r in await v.rows(deliveries) if "hall" in r.destination and r.next_at is not None]
        assert [(r.subject, r.kind) for r in waits] == [("round:11", "question"), ("round:12", "question")]
