"""SIGKILL at the worst moments, and a start on the same database: nothing is lost and nothing is said twice."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.daily.tables import answers, ballots, rounds, votes
from bot.features.points.ledger import recount, totals
from bot.features.points.tables import ledger
from bot.outbox.queries import LEASE
from tests.faults.leading import everything_stands_once, noted, working
from tests.support.local_driver import MONDAY_NINE, labels, words

pytestmark = pytest.mark.slow

TUESDAY_NINE = MONDAY_NINE + timedelta(days=1)
WEDNESDAY_NINE = MONDAY_NINE + timedelta(days=2)
PEOPLE = ("ada", "ben", "chi", "dee")


@pytest.fixture
def posted(tmp_path: Path) -> Path:
    """The file in which every post is noted."""
    return tmp_path / "posted"


def posts(posted: Path) -> int:
    """How many posts reached the room."""
    return len(posted.read_text().split())


async def monday(url: str, posted: Path, *people: str) -> None:
    """Set a group up and let these people answer its first question."""
    async with noted(url, posted) as v:
        await v.set_up()
        for user in people:
            await v.answer(user, f"What {user} thinks.")


async def tuesday(url: str, posted: Path) -> None:
    """Let four answer on Monday, and open their ballot on Tuesday."""
    await monday(url, posted, *PEOPLE)
    async with noted(url, posted, TUESDAY_NINE) as v:
        await v.tick()


@pytest.mark.parametrize("moment", ["before-post", "after-post"])
async def test_killed_around_a_post_the_question_stands_once(
    database_url: str, posted: Path, moment: str
) -> None:
    await monday(database_url, posted, *PEOPLE)
    async with working(database_url, posted, TUESDAY_NINE) as worker:
        assert await worker.dies_at(moment, "tick") == []
    noted_before = posts(posted)
    assert noted_before == {"before-post": 1, "after-post": 2}[moment]
    async with noted(database_url, posted, TUESDAY_NINE) as v:
        await v.tick()
        assert posts(posted) == noted_before, "the dead process's lease still holds"
        v.clock.now += LEASE
        await v.tick()
        await everything_stands_once(v)
        assert [r.state for r in await v.rows(rounds)] == ["voting", "open"]
        assert len(await v.rows(answers)) == 4


async def test_killed_between_the_close_and_the_posts_the_round_goes_on(
    sqlite_url: str, posted: Path
) -> None:
    await monday(sqlite_url, posted, *PEOPLE)
    async with working(sqlite_url, posted, TUESDAY_NINE) as worker:
        assert await worker.dies_at("after-reply", "move") == ["1"]
    async with noted(sqlite_url, posted, TUESDAY_NINE + timedelta(minutes=5)) as v:
        assert [r.state for r in await v.rows(rounds)] == ["voting", "open"]
        await v.tick()
        await everything_stands_once(v)
        (question,) = v.channel()
        assert "Vote on Monday's" in labels(question)
        await v.press("ada", await v.command("ada", "vote"), "It helped me")
        v.clock.now = WEDNESDAY_NINE
        await v.tick()
        await everything_stands_once(v)
        assert [r.state for r in await v.rows(rounds)] == ["revealed", "voting", "open"]


async def test_killed_between_the_reveal_and_its_post_points_come_once(sqlite_url: str, posted: Path) -> None:
    await tuesday(sqlite_url, posted)
    async with working(sqlite_url, posted, WEDNESDAY_NINE) as worker:
        assert await worker.dies_at("after-reply", "move") == ["1"]
    async with noted(sqlite_url, posted, WEDNESDAY_NINE) as v:
        await v.tick()
        await v.tick(hours=1)
        await everything_stands_once(v)
        entries = await v.rows(ledger)
        assert Counter(e.reason for e in entries)["answer"] == 4
        assert len({e.key for e in entries}) == len(entries)
        group_id = entries[0].group_id
        counted = await v.app.database.read(lambda c: recount(c, group_id))
        assert counted == await v.app.database.read(lambda c: totals(c, group_id))


async def test_killed_right_after_saying_saved_the_answer_is_there(sqlite_url: str, posted: Path) -> None:
    await monday(sqlite_url, posted)
    async with working(sqlite_url, posted, MONDAY_NINE + timedelta(hours=1)) as worker:
        assert await worker.dies_at("after-reply", "answer ada What Ada thinks.") == ["Saved"]
    async with noted(sqlite_url, posted, MONDAY_NINE + timedelta(hours=2)) as v:
        (answer,) = await v.rows(answers)
        assert (answer.state, answer.text) == ("sealed", "What Ada thinks.")
        assert "What Ada thinks." in words(await v.command("ada", "question today"))


async def test_killed_right_after_taking_a_vote_the_vote_counts(sqlite_url: str, posted: Path) -> None:
    await tuesday(sqlite_url, posted)
    async with working(sqlite_url, posted, TUESDAY_NINE + timedelta(hours=1)) as worker:
        (shown,) = await worker.dies_at("after-reply", "help eve")
        assert shown == "Monday's ballot: 2 of 4"
    async with noted(sqlite_url, posted, TUESDAY_NINE + timedelta(hours=2)) as v:
        (vote,) = [row for row in await v.rows(votes) if row.helped is not None]
        assert vote.helped is True
        (ballot,) = await v.rows(ballots)
        assert ballot.steps == 1
        assert words(await v.command("eve", "vote")).startswith("Monday's ballot: 2 of 4")
        await v.tick(days=1)
        result = (await v.rows(rounds))[0].result
        assert (result["voters"], [helped for _, _, _, helped, _ in result["outcomes"]]) == (1, [1, 0, 0, 0])
