"""What the board of votes received counts: every vote, at the reveal, once, and not those of a removed answer."""

import pytest

from bot.features.daily.actions import Moderate, RevealNow
from bot.features.points.tables import ledger
from bot.membership.tables import members
from tests.features.daily.acting import answer_of
from tests.features.daily.scenes import FOUR, revealed
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, local_app

HELPED = {
    "ada": ("ben", "chi"),
    "ben": ("ada",),
    "chi": ("ada", "ben"),
    **{f"reader{n}": ("ada",) for n in range(7)},
}


async def votes_of(v: LocalDriver) -> dict[str, int]:
    """Votes by member, as the ledger counts them."""
    names = {r.id: r.name.lower() for r in await v.rows(members)}
    found: dict[str, int] = {}
    for row in await v.rows(ledger):
        if row.board == "helped":
            found[names[row.member_id]] = found.get(names[row.member_id], 0) + row.points
    return found


@pytest.mark.parametrize("tone", ["calm", "friendly", "competitive"])
async def test_every_vote_counts_beyond_the_cap_of_its_points_in_every_tone(
    sqlite_url: str, tone: str
) -> None:
    async with local_app(sqlite_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), HELPED, tone)
        assert await votes_of(v) == {"ada": 9, "ben": 2, "chi": 1}
        assert bool(await v.points()) == (tone != "calm")


async def test_a_second_reveal_counts_nothing_again(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), HELPED)
        before = await votes_of(v)
        await v.act(ORGANISER, RevealNow(1))
        await v.tick()
        assert await votes_of(v) == before


async def test_the_votes_of_a_removed_answer_are_taken_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), HELPED)
        removed = await answer_of(v, "ada", 1)
        for _ in range(2):
            await v.act(ORGANISER, Moderate(1, removed.id, "remove"))
        assert await votes_of(v) == {"ada": 0, "ben": 2, "chi": 1}
        mine = [r for r in await v.points() if r.member_id == removed.member_id]
        assert sum(r.points for r in mine) == 3, "a finished ballot stays one"
