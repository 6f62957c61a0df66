"""Changing a group that runs, pausing it, resuming it, and asking how it stands."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from bot.access.greeting import WELCOME
from bot.chat.cards import Private
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.features.group_settings.actions import Assign, Change, OrganiseToo, Pause, Resume
from bot.membership.tables import groups, members
from tests.support.room import Room, button, card_of, fact, lists, words

TOMORROW_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


async def test_a_new_time_moves_the_next_question_and_the_running_rounds(database: Database) -> None:
    room = Room(database)
    group_id = await room.start_group(button_of="Post ")
    (asked,) = await room.rows(rounds)
    assert asked.closes_at == TOMORROW_NINE
    reply = await room.press("olga", Assign(group_id, "hour"), ("18",))
    evening = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert fact(reply, "Next question") == evening.isoformat()
    assert (await room.rows(groups))[0].next_at == evening
    assert (await room.rows(rounds))[0].closes_at == evening


async def test_a_new_tone_moves_nothing(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.press("olga", Assign(group_id, "tone"), ("competitive",))
    assert fact(reply, "Tone") == "Competitive"
    assert (await room.rows(groups))[0].next_at == TOMORROW_NINE


async def test_the_limit_and_the_windows_are_settings(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    for what, value in (("limit", "3000"), ("answers", "48"), ("votes", "24")):
        opened = await room.press("olga", Change(group_id), (what,))
        assert value in {o.value for o in lists(opened)[1].options}
        reply = await room.press("olga", Assign(group_id, what), (value,))
    assert fact(reply, "Answers") == "up to 3,000 characters"
    assert fact(reply, "Answers stay open") == "48 hours"
    assert fact(reply, "Votes stay open") == "24 hours"
    (group,) = await room.rows(groups)
    assert (group.answer_limit, group.answers_minutes, group.votes_minutes) == (3000, 2880, 1440)
    reply = await room.press("olga", Assign(group_id, "answers"), ("next",))
    assert fact(reply, "Answers stay open") == "until the next question"


async def test_settings_open_in_a_private_chat_for_the_organiser_of_one_group(
    sqlite_database: Database,
) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    reply = await room.command("olga", "group settings", place=None)
    assert card_of(reply).title == "Group settings"
    refused = await room.command("max", "group settings")
    assert card_of(refused).title == "Only organisers can do this"


async def test_an_organiser_names_another_and_one_always_stays(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    await room.command("max", "group status")
    opened = await room.press("olga", Change(group_id), ("organisers",))
    choices = {o.label: o.value for o in lists(opened)[1].options}
    assert list(choices) == ["Olga", "Max"]
    both = await room.press("olga", Assign(group_id, "organisers"), tuple(choices.values()))
    assert fact(both, "Organisers") == "Olga, Max"
    none = await room.press("olga", Assign(group_id, "organisers"), ())
    assert "At least one must be chosen" in words(none)
    await room.press("max", Assign(group_id, "organisers"), (choices["Max"],))
    assert [m.organiser for m in await room.rows(members)] == [False, True]


async def test_a_stranger_to_the_group_cannot_be_named(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.press("olga", Assign(group_id, "organisers"), ("1", "4711"))
    assert "choose again" in words(reply)
    assert [m.organiser for m in await room.rows(members)] == [True]


async def test_who_manages_the_channel_may_become_an_organiser_too(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.command("pia", "group settings", manages=True)
    assert button(reply, "Make me").label == "Make me an organiser too"
    reply = await room.press("pia", OrganiseToo(group_id), manages=True)
    assert fact(reply, "Organisers") == "Olga, Pia"
    assert not [b for b in card_of(reply).buttons() if b.label.startswith("Make me")]
    refused = await room.press("max", OrganiseToo(group_id))
    assert card_of(refused).title == "Only organisers can do this"


async def test_a_paused_group_has_no_next_question_until_it_is_resumed(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.command("olga", "group pause")
    assert isinstance(reply, Private)
    (group,) = await room.rows(groups)
    assert (group.state, group.next_at) == ("paused", None)
    assert fact(await room.command("max", "group status"), "Next question") == "paused"
    room.now += timedelta(days=14)
    again = await room.press("olga", Resume(group_id))
    assert "Nothing is overdue." in words(again)
    (group,) = await room.rows(groups)
    assert (group.state, group.last_date) == ("active", date(2026, 12, 9))
    assert group.next_at == datetime(2026, 12, 10, 8, 0, tzinfo=UTC)


async def test_pausing_and_resuming_twice_is_once(database: Database) -> None:
    room = Room(database)
    group_id = await room.start_group()
    for action in (Pause(group_id), Pause(group_id)):
        reply = await room.press("olga", action)
        assert button(reply, "Resume").disabled_because is None
    await room.press("olga", Resume(group_id))
    before = await room.rows(groups)
    room.now += timedelta(days=1)
    await room.command("olga", "group resume")
    assert await room.rows(groups) == before


async def test_pausing_is_for_organisers_and_for_groups_that_run(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.command("olga", "group setup", manages=True)
    assert "not started yet" in words(await room.command("olga", "group pause"))
    assert "Only organisers" in words(await room.command("max", "group pause"))
    assert (await room.rows(groups))[0].state == "draft"


async def test_the_status_tells_everyone_how_the_group_stands(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    reply = await room.command("max", "group status")
    assert isinstance(reply, Private)
    assert WELCOME in words(reply)
    assert fact(reply, "Questions") == "Mon-Fri 09:00 Berlin"
    assert fact(reply, "Next question") == TOMORROW_NINE.isoformat()
    assert fact(reply, "Tone").startswith("Friendly.")
    assert fact(reply, "Active in the last 14 days") == "2 members"
    assert fact(reply, "Organisers") == "Olga"
    assert card_of(reply).buttons() == ()
    assert button(await room.command("olga", "group status"), "Settings").label == "Settings"
    assert WELCOME not in words(await room.command("max", "group status"))


async def test_the_status_of_a_draft_says_that_it_is_being_set_up(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.command("olga", "group setup", manages=True)
    reply = await room.command("max", "group status")
    assert "being set up" in words(reply)
    assert card_of(reply).buttons() == ()


async def test_without_a_group_the_status_says_how_to_start_one(sqlite_database: Database) -> None:
    assert "/group setup" in words(await Room(sqlite_database).command("max", "group status"))


async def test_a_card_that_outlived_the_bank_still_opens(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.start_group()

    async def narrow(tx: Transaction) -> None:
        await tx.execute(update(groups).values(topics=["gone", "training"]))

    await sqlite_database.write(narrow)
    assert fact(await room.command("olga", "group settings"), "Topics") == "Training"
