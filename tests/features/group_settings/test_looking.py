"""What the platform says of a group's channel is asked before anything is changed; where it fails, the card says so."""

import asyncio

import pytest

from bot.chat.platform import NotSentError
from bot.chat.requests import Destination
from bot.database.engine import Database
from bot.features.group_settings.actions import Assign, Begin, Change, CheckAgain, OrganiseToo
from bot.membership.tables import groups, members
from tests.support.room import Room, button, card_of, fact, words
from tests.support.two_platforms import Elsewhere

FAULTS = (NotSentError("no answer"), RuntimeError("a bug of the adapter"))
NOT_NOW = "could not be checked"


class Faulty(Elsewhere):
    """A platform whose look-ups answer until ``fault`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self.looks = 0
        self.entered: list[bool] = []

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        await self._look()
        self.entered.append(enter)
        return ()

    async def _look(self) -> None:
        self.looks += 1
        await asyncio.sleep(0)  # as a network would: a transaction does not wait for it
        if self.fault is not None:
            raise self.fault


async def running(database: Database, platform: Faulty) -> tuple[Room, int]:
    """A room with a group that runs, on this platform."""
    room = Room(database, platform=platform)
    return room, await room.start_group()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: type(each).__name__)
async def test_a_tone_is_changed_while_the_platforms_look_ups_fail_and_the_card_says_what_is_true(
    database: Database, fault: Exception
) -> None:
    platform = Faulty()
    room, group_id = await running(database, platform)
    platform.fault = fault
    reply = await room.press("olga", Assign(group_id, "tone"), ("competitive",))
    assert (await room.rows(groups))[0].tone == "competitive"
    assert fact(reply, "Tone") == "Competitive"
    assert NOT_NOW in words(reply)
    platform.fault = None
    assert NOT_NOW not in words(await room.command("olga", "group settings"))


async def test_a_group_does_not_start_where_the_channel_could_not_be_looked_at(database: Database) -> None:
    platform = Faulty()
    room = Room(database, platform=platform)
    platform.fault = FAULTS[0]
    reply = await room.command("olga", "group setup", manages=True, zone="Europe/Berlin")
    assert card_of(reply).title == "Set up your study group"
    assert NOT_NOW in words(reply)
    group_id = (await room.rows(groups))[0].id
    held = await room.press("olga", Begin(group_id, at_once=True), manages=True)
    assert button(held, "Check again").action is not None
    assert (await room.rows(groups))[0].state == "draft"
    platform.fault = None
    begun = await room.press("olga", Begin(group_id, at_once=False), manages=True)
    assert card_of(begun).title == "Your study group is ready"


async def test_a_channel_is_entered_while_it_is_set_up_and_never_from_the_settings_of_a_group_that_runs(
    database: Database,
) -> None:
    platform = Faulty()
    room, group_id = await running(database, platform)
    assert platform.entered
    assert all(platform.entered)
    platform.entered.clear()
    await room.command("olga", "group settings")
    for action in (Assign(group_id, "tone"), CheckAgain(group_id), Change(group_id)):
        await room.press("olga", action, ("calm",))
    assert platform.entered == [False] * 4
    await room.command("olga", "group setup", manages=True)
    assert platform.entered[4:] == [True], "who sets it up asks for it"


async def test_who_may_not_organise_makes_nobody_look(sqlite_database: Database) -> None:
    platform = Faulty()
    room, group_id = await running(sqlite_database, platform)
    before = platform.looks
    for reply in (
        await room.press("max", Assign(group_id, "tone"), ("calm",)),
        await room.press("max", OrganiseToo(group_id)),
        await room.command("max", "group settings"),
    ):
        assert card_of(reply).title == "Only organisers can do this"
    assert platform.looks == before
    assert len(await room.rows(members)) == 1
