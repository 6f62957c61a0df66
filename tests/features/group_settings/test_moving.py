"""A group that has lost its channels goes on in another one of the same workspace."""

from dataclasses import replace

from bot.chat.actions import encode
from bot.chat.cards import Reply
from bot.chat.requests import Invoke, Place, Press
from bot.database.transaction import Transaction
from bot.features.group_settings.actions import MoveHere
from bot.membership.queries import change_member
from bot.membership.reach import pause_place
from bot.membership.tables import groups, members, places
from tests.features.daily.acting import title
from tests.support.local_driver import labels
from tests.support.two_platforms import KEEPER, THIRD, TwoPlatformDriver, two_platforms

MOVE = Press(encode(MoveHere(1)))


async def lose(v: TwoPlatformDriver, *ids: int) -> None:
    async def work(tx: Transaction) -> None:
        for each in ids:
            await pause_place(tx, each, "It was deleted.", v.clock())

    await v.app.database.write(work)


async def organise(v: TwoPlatformDriver, name: str) -> None:
    (member,) = [row for row in await v.rows(members) if row.name == name]
    await v.app.database.write(lambda tx: change_member(tx, member.id, organiser=True))


async def in_third(v: TwoPlatformDriver, user: str, what: Invoke | Press, place: Place = THIRD) -> Reply:
    return await v.handle(v.at(user, what, place))


async def test_its_organiser_moves_it_with_all_it_has_and_nobody_else_does(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await v.set_up()
        await v.connect()
        await v.command(f"{KEEPER}*", "question today")
        await organise(v, "Keeper There")
        await v.answer("mira*", "mira: what I would say.")
        assert title(await in_third(v, f"{KEEPER}*", MOVE)) == "This group has a channel"
        await lose(v, 1)
        assert title(await in_third(v, f"{KEEPER}*", MOVE)) == "This group has a channel"  # one is left
        await lose(v, 2)
        assert title(await in_third(v, "mira*", MOVE)) == "Only organisers can do this"
        stranger = replace(v.at("zoe*", MOVE, THIRD), manages=True)
        assert title(await v.handle(stranger)) == "This group has a channel"
        offered = await in_third(v, f"{KEEPER}*", Invoke("group connect", {}))
        assert any(label.startswith("Move ") for label in labels(offered)), labels(offered)
        for _ in range(2):
            assert title(await in_third(v, f"{KEEPER}*", MOVE)) == "Connected"
        assert {p.channel: p.group_id for p in await v.rows(places)} == {
            "study": None,
            "square": None,
            "tower": 1,
        }
        assert len(await v.rows(groups)) == 1
        await v.tick()
        assert [card.title for card in v.there(THIRD)] == ["Monday's question"]
        await v.tick(days=1)
        await v.tick(days=1)
        assert "Monday's reveal" in [card.title for card in v.there(THIRD)]
