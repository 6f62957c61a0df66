"""Whoever names organisers can tell two members of one name apart: by their accounts, and by when they came."""

from bot.chat.cards import Choice
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, lists, local_group


async def listed(v: LocalDriver) -> list[Choice]:
    """The list to choose organisers from."""
    opened = await v.choose_change(await v.command(ORGANISER, "group settings"), "organisers")
    return list(lists(opened)[-1].options)


async def test_two_of_one_name_are_told_apart(database_url: str) -> None:
    async with local_group(database_url) as v:
        await v.command("bob", "question today")
        await v.pass_time(days=10)
        await v.command("BOB", "question today")
        bobs = [(each.label, each.note) for each in await listed(v) if each.label == "Bob"]
        assert sorted(bobs) == [("Bob", "BOB_1, since 3 Dec 2026"), ("Bob", "bob_1, since 23 Nov 2026")]


async def test_where_the_platform_is_silent_it_says_since_when(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        v.watched.silent = True
        assert [(each.label, each.note) for each in await listed(v)] == [("Olga", "since 23 Nov 2026")]
