"""Weeks of a group's life: each point counts on the day it comes, and every board, goal and look back agrees."""

import re
from collections import Counter
from random import Random

import pytest

from bot.features.daily.tables import ballots
from bot.features.points.tables import group_weeks, standings
from tests.features.daily.acting import vote_all
from tests.support.local_driver import LocalDriver, local_group, words

PEOPLE = ("ada", "ben", "chi", "dee")
WEEKS = 13


async def _live(v: LocalDriver, weeks: int, luck: Random) -> None:
    """Monday to Friday most people answer, and vote on what came to the vote; the weekend is quiet."""
    for _ in range(weeks):
        for day in range(5):
            for user in PEOPLE:
                if luck.random() < 0.85:
                    await v.answer(user, f"{user}: what I would say, at some length.")
                if luck.random() < 0.85:
                    await vote_all(v, user, luck.sample([u for u in PEOPLE if u != user], 2))
            await v.tick(days=3 if day == 4 else 1)


@pytest.mark.slow
async def test_weeks_add_up_to_the_ledger_and_a_steady_groups_goal_is_met_in_about_half_of_them(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await _live(v, WEEKS, Random(7))
        weeks = {row.bucket: row.points for row in await v.rows(group_weeks)}
        of_all = [row for row in await v.rows(standings) if (row.board, row.topic) == ("points", "")]
        whole = {row.member_id: row.score for row in of_all if row.span == "all"}
        for span in ("week", "month"):
            by_member = Counter[int]()
            for row in (each for each in of_all if each.span == span):
                by_member[row.member_id] += row.score
            assert by_member == whole
        assert sum(weeks.values()) == sum(row.points for row in await v.points()) == sum(whole.values())

        backs = [said for card in v.channel() if "Last week here" in (said := words(card))]
        assert len(backs) == WEEKS
        together = [re.search(r"Together ([\d,]+) points: the goal (of|was)", said) for said in backs]
        told = [(int(each[1].replace(",", "")), each[2] == "of") for each in together if each]
        # The first week has no week before it, and so no goal to be told with its points.
        assert [points for points, _ in told] == [weeks[each] for each in sorted(weeks)[1:-1]]
        assert 0.3 <= sum(met for _, met in told) / len(told) <= 0.7
        finished = sum(row.finished_at is not None for row in await v.rows(ballots))
        counted = sum(int(found[1]) for said in backs if (found := re.search(r"finished (\d+) ballot", said)))
        assert (
            0 <= finished - counted <= 2 * len(PEOPLE)
        )  # those of the last Monday, and of the round that is out


async def test_the_boards_of_last_week_and_last_month_show_what_came_then(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        people = (*PEOPLE, "eve")
        for user in people:
            await v.answer(user, f"{user}: what I would say, at some length.")
        await v.tick(days=1)
        for user in people:
            await vote_all(v, user, ("ada", "ben"))
        for days in (1, 1, 1, 3):
            await v.tick(days=days)
        for period, own in (("week", "no points yet"), ("lastweek", "you have"), ("month", "you have")):
            assert own in words(await v.command("ada", "leaderboard", period=period)), period
