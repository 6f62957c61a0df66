"""How long the words of those who left a group are kept."""

from datetime import UTC, datetime

import pytest

from bot.database.tables import requests
from bot.features.accounts.actions import Leave
from bot.features.daily.tables import answers
from bot.features.privacy.upkeep import Upkeep, next_night
from bot.membership.tables import groups, identities, members, people
from bot.outbox.tables import deliveries
from tests.features.daily.acting import member_of, vote_all
from tests.features.privacy.private_life import FOUR, call, drift, export_of, recorded, traces
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, lists, words

NO_LONGER = "The words of this answer are no longer kept: its author has left."


async def _keep_for(v: LocalDriver, value: str) -> None:
    await v.choose(
        ORGANISER, await v.choose_change(await v.command(ORGANISER, "group settings"), "retention"), value
    )


async def _revealed(v: LocalDriver) -> None:
    await v.set_up()
    for user in FOUR:
        await v.answer(user, f"marker-{user}: what I would say.", "named")
    await v.tick(days=1)
    for user in FOUR:
        await vote_all(v, user, ["marker-mira", "marker-tomas"])
    await v.tick(days=1)


async def _leave(v: LocalDriver, user: str) -> None:
    await v.act(user, Leave(1, sure=True))


@pytest.mark.parametrize("value", ["keep", "30", "90", "365"])
async def test_organisers_choose_how_long_words_are_kept(database_url: str, value: str) -> None:
    async with recorded(database_url) as v:
        await v.set_up()
        await _keep_for(v, value)
        assert (await v.rows(groups))[0].retention_days == (None if value == "keep" else int(value))
        shown = words(await v.command(ORGANISER, "group settings"))
        expected = (
            "kept until they delete them" if value == "keep" else f"deleted {value} days after they leave"
        )
        assert f"Words of former members: {expected}" in shown
        await v.command("mira", "group status")
        asked = words(await v.command("mira", "my leave"))
        assert ("This group deletes your words" in asked) is (value != "keep")


async def test_a_number_of_days_that_is_not_on_the_list_is_not_taken(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        for value in ("7", "-30", "x", "0"):
            shown = await v.choose_change(await v.command(ORGANISER, "group settings"), "retention")
            again = await v.act(ORGANISER, lists(shown)[-1].action, value)
            assert "no longer on the list" in words(again)
        assert (await v.rows(groups))[0].retention_days is None


async def test_words_are_blanked_after_the_time_and_the_rest_stays(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _revealed(v)
        await call(v, "mira", "pseudonym", "marker-owl")
        await _keep_for(v, "30")
        await _leave(v, "mira")
        await _leave(v, "kenji")
        await v.tick(days=29)
        assert (await v.rows(answers))[0].text == "marker-mira: what I would say."
        await v.tick(days=2)
        await v.tick()
        said = await traces(v, "marker-mira", "marker-owl")
        assert [t for t in said if not t.startswith("transcript")] == []
        reveal = next(c for c in v.channel() if c.title == "Monday's reveal")
        assert words(reveal).count(NO_LONGER) == 1
        assert "marker-tomas" in words(reveal)
        row = await member_of(v, "mira")
        assert (row.name, row.pseudonym) == ("", "")
        assert row.blanked_at == v.clock()
        assert [p.deleted_at for p in await v.rows(people)] == [None] * 5
        assert "mira" in [r.user for r in await v.rows(identities)]
        assert not await drift(v)


async def test_who_comes_back_in_time_keeps_their_words_and_who_is_late_their_points(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await _revealed(v)
        await _keep_for(v, "30")
        await _leave(v, "mira")
        await _leave(v, "tomas")
        await v.tick(days=20)
        await v.command("mira", "group status")
        await v.tick(days=20)
        kept = [a.text.partition(":")[0] for a in (await v.rows(answers))[:2]]
        assert kept == ["marker-mira", ""]
        back = await v.command("tomas", "group status")
        assert back is not None
        assert (await member_of(v, "tomas")).name == "Tomas"
        reveal = next(c for c in v.channel() if c.title == "Monday's reveal")
        mine = words(await v.press("tomas", reveal, "How did mine do?"))
        assert "were deleted: you took them back, or were away too long" in mine
        assert sum(p["points"] for p in (await export_of(v, "tomas"))["standings"]["points"]) > 0
        await v.command("tomas", "leaderboard")
        await _leave(v, "tomas")
        await v.tick(days=31)
        assert (await member_of(v, "tomas")).name == ""


async def test_without_a_time_nothing_is_ever_blanked(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await _revealed(v)
        await _leave(v, "mira")
        await v.tick(days=800)
        assert (await v.rows(answers))[0].text == "marker-mira: what I would say."
        assert all(m.blanked_at is None for m in await v.rows(members))


async def test_a_night_that_finds_nothing_new_edits_nothing(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await _revealed(v)
        await _keep_for(v, "30")
        await _leave(v, "mira")
        await v.tick(days=31)
        await v.tick()
        faces = [
            (d.id, d.revision)
            for d in await v.rows(deliveries)
            if (d.subject, d.kind) == ("round:1", "reveal")
        ]
        blanked = [m.blanked_at for m in await v.rows(members)]
        assert any(blanked)
        await v.tick(days=1)
        await v.tick(days=1)
        again = [
            (d.id, d.revision)
            for d in await v.rows(deliveries)
            if (d.subject, d.kind) == ("round:1", "reveal")
        ]
        assert again == faces
        assert [m.blanked_at for m in await v.rows(members)] == blanked


async def test_a_process_that_starts_again_leaves_a_night_that_is_done_alone(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _revealed(v)
        asked: list[str] = []
        upkeep = Upkeep(v.app.services)
        v.app.database.watcher = lambda sql, _values: asked.append(sql)
        assert await upkeep.advance(v.clock()) == 0
        assert len(asked) == 1
        assert await upkeep.advance(v.clock()) == 0
        assert len(asked) == 1
        v.app.database.watcher = None
        await _keep_for(v, "30")
        await _leave(v, "mira")
        assert await upkeep.advance(v.clock.move(days=31)) == 1


async def test_what_was_handled_is_remembered_for_a_day_alone(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "my remind", on=True)
        assert await v.rows(requests)
        await v.tick(days=2)
        assert await v.rows(requests) == []


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 11, 23, 2, 59, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)),
        (datetime(2026, 11, 23, 3, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 3, tzinfo=UTC)),
    ],
)
def test_the_night_comes_once_a_day(now: datetime, then: datetime) -> None:
    assert next_night(now) == then


async def test_what_was_handled_is_forgotten_the_night_after_a_day(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        row = {"key": "of a click", "at": v.clock()}
        await v.app.database.write(lambda tx: tx.insert(requests, row))
        await v.tick(hours=20)
        assert "of a click" in [each.key for each in await v.rows(requests)]
        await v.tick(days=1)
        assert "of a click" not in [each.key for each in await v.rows(requests)]
