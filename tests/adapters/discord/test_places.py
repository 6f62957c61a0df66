"""A channel on Discord: lost and found again, its organisers' role, and the question's thread."""

import pytest
from simcord.builders import RoleHandle
from simcord.results import InteractionResult

from bot.membership.tables import members, places
from bot.outbox.tables import deliveries
from tests.adapters.discord.support.driver import DiscordDriver
from tests.support.driver import ORGANISER

FOUR = ("ada", "ben", "chi", "dee")


async def set_for_place(guild: DiscordDriver, what: str, value: str) -> InteractionResult:
    opened = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), what, which=0)
    return await guild.choose(ORGANISER, opened, value)


@pytest.mark.slow
async def test_reveals_go_into_the_questions_thread_where_the_place_wants_it(guild: DiscordDriver) -> None:
    await guild.set_up()
    await set_for_place(guild, "threads", "thread")
    for who in FOUR:
        await guild.answer(who, f"{who}: what I would say, in a sentence or two.")
    monday = guild.question()
    await guild.tick(days=1)
    await guild.restart()
    await guild.tick(days=1)
    (thread,) = guild.here.threads
    assert thread.id == monday.id
    reveal = guild.channel(thread)[-1]
    assert guild.title(reveal) == "Monday's reveal"
    assert "Monday's reveal" not in guild.titles()
    mine = await guild.press("ada", reveal, "How did mine do?")
    assert mine.ephemeral
    assert "went wrong" not in guild.words(mine)


async def choose_role(guild: DiscordDriver, role: RoleHandle) -> InteractionResult:
    opened = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), "role", which=0)
    return await guild.choose_role(ORGANISER, opened, role)


@pytest.mark.slow
async def test_any_of_sixty_roles_makes_organisers(guild: DiscordDriver) -> None:
    await guild.set_up()
    tutors, *_ = [guild.server.create_role(f"Role {number}") for number in range(60)]
    await guild.env.settle()
    tea = guild.server.add_member(guild.env.create_user("tea"), roles=[tutors])
    refused = await tea.slash(guild.here, "group settings")
    assert guild.title(refused) == "Only organisers can do this"
    await choose_role(guild, tutors)
    taken = await tea.slash(guild.here, "group settings")
    assert guild.title(taken) == "Group settings"
    opened = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), "role", which=0)
    (shown,) = [each for each in guild.parts(opened) if each["type"] == 6]
    assert shown["default_values"] == [{"id": str(tutors.id), "type": "role"}]
    await guild.press(ORGANISER, opened, "No role")
    assert guild.title(await tea.slash(guild.here, "group settings")) == "Only organisers can do this"


@pytest.mark.slow
async def test_a_question_notifies_the_role_that_was_chosen_for_its_channel(guild: DiscordDriver) -> None:
    await guild.set_up()
    students = guild.server.create_role("Students", mentionable=True)
    await guild.env.settle()
    opened = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), "ping", which=0)
    chosen = await guild.choose_role(ORGANISER, opened, students)
    assert f"the role <@&{students.id}>" in guild.words(chosen)
    await guild.tick(days=1)
    sent = guild.env.backend.messages[guild.here.id].values()
    assert [each.ping_role_ids for each in sent if "question" in str(each.components)][-1] == [students.id]
    assert not any(each.mention_everyone for each in sent)


async def test_a_role_that_this_process_has_not_heard_of_makes_organisers_too(guild: DiscordDriver) -> None:
    await guild.set_up()
    tutors = guild.server.create_role("Tutors")
    tea = guild.server.add_member(guild.env.create_user("tea"), roles=[tutors])
    await guild.env.settle()
    server = guild.client.get_guild(guild.server.id)
    assert server is not None
    server._roles.pop(tutors.id)  # as after a restart, until the server has been sent
    await choose_role(guild, tutors)
    assert guild.title(await tea.slash(guild.here, "group settings")) == "Group settings"


async def test_who_lacks_the_role_to_join_reads_its_name_and_who_has_it_joins(guild: DiscordDriver) -> None:
    await guild.set_up()
    students = guild.server.create_role("Students")
    await guild.env.settle()
    opened = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), "door", which=0)
    await guild.choose_role(ORGANISER, opened, students)
    refused = await guild.command("ada", "question today")
    assert f"Members with the role <@&{students.id}> may join" in guild.words(refused)
    sam = guild.server.add_member(guild.env.create_user("sam"), roles=[students])
    await sam.slash(guild.here, "question today")
    assert {row.name for row in await guild.rows(members)} == {"Olga", "sam"}


async def test_the_role_of_everyone_is_refused(guild: DiscordDriver) -> None:
    await guild.set_up()
    refused = await choose_role(guild, guild.server.default_role)
    assert "Nobody can be given that role" in guild.words(refused)
    assert [row.organiser_role for row in await guild.rows(places)] == [""]


async def test_a_lost_permission_is_told_once_and_nothing_is_lost_when_it_returns(
    guild: DiscordDriver,
) -> None:
    await guild.set_up()
    path = f"/channels/{guild.here.id}/messages"
    guild.env.inject_error("POST", path, status=403, code=50013, times=None)
    await guild.tick(days=1)
    await guild.restart()
    await guild.tick(minutes=30)
    told = [each for each in guild.private(ORGANISER) if "can't post in this channel" in guild.words(each)]
    assert len(told) == 1
    assert [bool(row.paused_because) for row in await guild.rows(places)] == [True]
    guild.env.backend.faults.clear()
    await guild.tick(hours=1)
    assert [row.paused_because for row in await guild.rows(places)] == [""]
    sent = [row for row in await guild.rows(deliveries) if row.kind == "question"]
    assert [row.state for row in sent] == ["sent", "sent"]
    assert len(guild.channel()) == 2


async def test_who_takes_no_messages_hears_of_it_with_the_next_private_reply(guild: DiscordDriver) -> None:
    await guild.set_up()
    path = f"/channels/{guild.here.id}/messages"
    guild.env.inject_error("POST", path, status=403, code=50013, times=None)
    guild.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    await guild.tick(days=1)
    assert guild.private(ORGANISER) == []
    reply = await guild.command(ORGANISER, "my home")
    (told,) = reply.followups
    assert told.ephemeral
    assert "can't post in this channel" in guild.words(told)


@pytest.mark.slow
async def test_a_deleted_question_is_told_and_its_round_goes_on(guild: DiscordDriver) -> None:
    await guild.set_up()
    for who in FOUR:
        await guild.answer(who, f"{who}: what I would say, in a sentence or two.")
    guild.env.backend.delete_message(guild.here.id, guild.question().id)
    await guild.tick(days=1)
    assert guild.title(await guild.command("ada", "vote")).startswith("Monday's ballot")
    await guild.tick(days=1)
    assert "Monday's reveal" in guild.titles()
