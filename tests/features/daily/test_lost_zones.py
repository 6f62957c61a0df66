"""A time zone that leaves the tz database: the group goes on at the same hour, and its organisers hear of it once."""

from datetime import UTC, datetime

import pytest

from bot.chat.cards import Private
from bot.membership.queries import change_group
from bot.membership.tables import groups, people
from tests.features.daily.acting import rounds_of, title
from tests.features.daily.scenes import berlin, setting, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, local_group, words


async def loses(v: LocalDriver, zone: str) -> None:
    await v.app.database.write(lambda tx: change_group(tx, 1, zone=zone))


async def test_a_group_goes_on_at_its_hour_and_its_organisers_hear_of_it_once(database_url: str) -> None:
    async with local_group(database_url) as v:
        await loses(v, "Europe/Atlantis")
        await v.tick(days=1)
        await v.tick(days=1)
        assert titles(v)[-1] == "Wednesday's question"
        assert berlin((await rounds_of(v))[2].opened_at) == "Wed 09:00"
        assert (await v.rows(groups))[0].zone.startswith("Europe/")
        reply = await v.command(ORGANISER, "my home")
        assert isinstance(reply, Private)
        (told,) = [card for card in reply.also if "time zone" in card.title]
        assert "Europe/Atlantis" in words(told)


@pytest.mark.parametrize(
    "path", ["group settings", "group status", "question today", "my home", "round skip"]
)
async def test_what_shows_a_time_opens_without_an_error(sqlite_url: str, path: str) -> None:
    async with local_group(sqlite_url) as v:
        before = title(await v.command(ORGANISER, path))
        await loses(v, "../etc/passwd")
        assert title(await v.command(ORGANISER, path)) == before


async def test_another_zone_can_be_chosen_for_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await loses(v, "Europe/Atlantis")
        await setting(v, "zone", "Asia/Tokyo")
        assert (await v.rows(groups))[0].zone == "Asia/Tokyo"
        assert (await v.rows(groups))[0].next_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


async def test_nothing_is_counted_by_a_members_own_zone(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I would say.")
        row = (await v.rows(people))[-1]
        await v.app.database.write(lambda tx: tx.change(people, row.id, {"zone": "Europe/Atlantis"}))
        for path in ("my home", "my record", "my export", "question today"):
            shown = title(await v.command("ada", path))
            assert not any(wrong in shown for wrong in ("went wrong", "no such command"))
