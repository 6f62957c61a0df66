"""Setting a group up: one card that is edited, until the group runs."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from bot.chat.actions import encode
from bot.chat.cards import Private, Update
from bot.chat.requests import Place
from bot.database.engine import Database
from bot.features.daily.tables import rounds
from bot.features.group_settings.actions import (
    Assign,
    Begin,
    Change,
    CheckAgain,
    OpenSettings,
    PickHour,
    UseZone,
)
from bot.membership.tables import groups, members, places
from tests.support.room import ROOTS, WEDNESDAY_NOON, Room, button, card_of, fact, lists, small_bank, words
from tests.support.two_platforms import Elsewhere


async def draft(room: Room) -> int:
    await room.command("olga", "group setup", manages=True, zone="Europe/Berlin")
    group_id: int = (await room.rows(groups))[0].id
    return group_id


async def test_whoever_manages_the_channel_gets_a_draft_with_the_defaults(database: Database) -> None:
    room = Room(database)
    reply = await room.command("olga", "group setup", manages=True, zone="Europe/Berlin")
    assert isinstance(reply, Private)
    assert fact(reply, "Where") == "study"
    assert fact(reply, "Time zone") == "Berlin (Wed 13:00 now)"
    assert fact(reply, "Time") == "09:00"
    assert fact(reply, "Days") == "Mon-Fri"
    assert fact(reply, "Topics") == "all"
    assert fact(reply, "Tone") == "Friendly"
    assert "96 questions: 19 weeks at 5 a week." in words(reply)
    assert [b.label for b in card_of(reply).buttons()] == [
        "Post the first question now",
        "Start tomorrow 09:00",
    ]
    (group,) = await room.rows(groups)
    assert (group.state, group.answer_limit, group.next_at) == ("draft", 2000, None)
    (member,) = await room.rows(members)
    assert member.organiser


async def test_a_member_who_does_not_manage_the_channel_cannot_set_up(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    reply = await room.command("max", "group setup")
    assert card_of(reply).title == "Only organisers can do this"
    assert await room.rows(groups) == []


async def test_who_might_manage_the_channel_is_told_that_it_could_not_be_checked(database: Database) -> None:
    room = Room(database)
    reply = await room.command("olga", "group setup", manages=None)
    assert card_of(reply).title == "Could not check just now"
    assert "Try again in a minute." in words(reply)
    assert await room.rows(groups) == []
    group_id = await room.start_group()
    for path in ("group setup", "group settings"):
        reply = await room.command("max", path, manages=None)
        assert card_of(reply).title == "Could not check just now"
    assert card_of(await room.command("olga", "group settings", manages=None)).title == "Group settings"
    elsewhere = await room.press("max", OpenSettings(group_id), manages=None, place=None)
    assert card_of(elsewhere).title == "Only organisers can do this", "there it decides nothing"


async def test_set_up_in_a_private_chat_says_where_to_do_it(sqlite_database: Database) -> None:
    reply = await Room(sqlite_database).command("olga", "group setup", manages=True, place=None)
    assert "needs a channel" in words(reply)


async def test_without_a_known_zone_the_card_asks_for_the_time_first(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    reply = await room.command("olga", "group setup", manages=True)
    assert "What time is it for you now?" in words(reply)
    hours = lists(reply)[1]
    assert len(hours.options) == 24


async def test_the_hour_leads_to_cities_and_a_city_to_its_zone(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.command("olga", "group setup", manages=True)
    group_id = (await room.rows(groups))[0].id
    room.now = WEDNESDAY_NOON + timedelta(minutes=10)
    reply = await room.press("olga", PickHour(group_id), ("17",), manages=True)
    cities = {o.value: o for o in lists(reply)[2].options}
    assert cities["Asia/Kolkata"].note == "Wed 17:40"
    reply = await room.press("olga", Assign(group_id, "zone"), ("Asia/Kolkata",), manages=True)
    assert isinstance(reply, Update)
    assert fact(reply, "Time zone").startswith("Bengaluru (Wed 17:40")
    assert (await room.rows(groups))[0].zone == "Asia/Kolkata"


async def test_the_platforms_zone_is_offered_as_a_button(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    reply = await room.press("olga", Change(group_id), ("zone",), manages=True, zone="Asia/Tokyo")
    assert button(reply, "Use Tokyo").label == "Use Tokyo (Wed 21:00)"
    await room.press("olga", UseZone(group_id, "Asia/Tokyo"), manages=True, zone="Asia/Tokyo")
    assert (await room.rows(groups))[0].zone == "Asia/Tokyo"


async def test_a_zone_that_was_never_offered_is_not_taken(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    for zone in ("Mars/Base", "../../etc/passwd", "", "posixrules"):
        reply = await room.press("olga", UseZone(group_id, zone), manages=True)
        assert "choose again" in words(reply)
    assert (await room.rows(groups))[0].zone == "Europe/Berlin"


async def test_every_setting_of_the_card_can_be_changed(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    for what, values in (
        ("days", ("0", "2", "5")),
        ("hour", ("18",)),
        ("minute", ("30",)),
        ("topics", (ROOTS[0], ROOTS[2])),
        ("tone", ("calm",)),
    ):
        opened = await room.press("olga", Change(group_id), ("time" if "ou" in what else what,), manages=True)
        assert len(card_of(opened).controls) <= 5
        reply = await room.press("olga", Assign(group_id, what), values, manages=True)
    assert fact(reply, "Days") == "Mon, Wed, Sat"
    assert fact(reply, "Time") == "18:30"
    assert fact(reply, "Topics") == "Process, Alignment"
    assert fact(reply, "Tone") == "Calm"
    assert button(reply, "Start").label == "Start today 18:30"


async def test_the_time_keeps_both_its_lists_open(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    reply = await room.press("olga", Assign(group_id, "hour"), ("7",), manages=True)
    assert [s.placeholder for s in lists(reply)] == ["Change ...", "The hour", "Minutes"]


async def test_a_list_of_several_stays_open_while_one_after_the_other_is_chosen(
    sqlite_database: Database,
) -> None:
    """Slack tells of each entry as it is chosen, so that the list is needed again for the next one."""
    room = Room(sqlite_database)
    group_id = await draft(room)
    for values in (("0",), ("0", "2")):
        reply = await room.press("olga", Assign(group_id, "days"), values, manages=True)
        assert lists(reply)[-1].chosen == frozenset(values)
    reply = await room.press("olga", Assign(group_id, "days"), (), manages=True)
    assert "At least one must be chosen" in words(reply)
    assert lists(reply)[-1].chosen == {"0", "2"}
    await room.press("olga", Assign(group_id, "topics"), (ROOTS[0],), manages=True)
    reply = await room.press("olga", Change(group_id), ("topics",), manages=True)
    cleared = await room.press("olga", button(reply, "Start from none").action, manages=True)
    assert (lists(cleared)[-1].chosen, fact(cleared, "Topics")) == (frozenset(), "Process")
    every = await room.press("olga", button(cleared, "All topics").action, manages=True)
    assert lists(every)[-1].chosen == frozenset(ROOTS)
    assert fact(every, "Topics") == "all"


async def test_the_first_question_can_come_at_once(database: Database) -> None:
    woken: list[bool] = []
    room = Room(database, wake=lambda: woken.append(True))
    group_id = await draft(room)
    reply = await room.press("olga", Begin(group_id, at_once=True), manages=True)
    assert "Ready: Mon-Fri 09:00 Berlin. Pause any time." in words(reply)
    assert "The first question is here. The next question comes 2026-11-26T08:00" in words(reply)
    (asked,) = await room.rows(rounds)
    assert (asked.group_id, asked.state, asked.opened_at) == (group_id, "open", WEDNESDAY_NOON)
    assert (await room.rows(groups))[0].state == "active"
    assert woken == [True]
    again = await room.press("olga", Begin(group_id, at_once=True), manages=True)
    assert "The next question comes" in words(again)
    assert await room.rows(rounds) == [asked]


async def test_the_first_question_can_wait_for_the_next_time(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    reply = await room.press("olga", Begin(group_id, at_once=False), manages=True)
    assert "2026-11-26T08:00:00+00:00" in words(reply)
    (group,) = await room.rows(groups)
    assert (group.last_date, group.next_at) == (date(2026, 11, 25), datetime(2026, 11, 26, 8, 0, tzinfo=UTC))


async def test_a_second_press_on_start_changes_nothing(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    await room.press("olga", Begin(group_id, at_once=False), manages=True)
    before = await room.rows(groups)
    again = await room.press("olga", Begin(group_id, at_once=True), manages=True)
    assert "Ready:" in words(again)
    assert await room.rows(groups) == before


async def test_what_the_bot_may_not_do_is_said_and_holds_the_start_back(sqlite_database: Database) -> None:
    platform = Elsewhere(faulty=("Let the bot post in #study.",))
    room = Room(sqlite_database, platform=platform)
    group_id = await draft(room)
    reply = await room.press("olga", Begin(group_id, at_once=True), manages=True)
    assert "Let the bot post in #study." in words(reply)
    assert button(reply, "Post").disabled_because == "What is missing is listed above."
    assert (await room.rows(groups))[0].state == "draft"
    platform.faulty = ()
    reply = await room.press("olga", CheckAgain(group_id), manages=True)
    assert button(reply, "Post").disabled_because is None


async def test_without_a_question_to_ask_nothing_starts(sqlite_database: Database) -> None:
    room = Room(sqlite_database, bank=small_bank(0))
    group_id = await draft(room)
    for at_once in (True, False):
        reply = await room.press("olga", Begin(group_id, at_once=at_once), manages=True)
        assert "Choose more topics." in words(reply)
        assert button(reply, "Start").disabled_because is not None
    assert (await room.rows(groups))[0].state == "draft"


async def test_two_organisers_setting_up_at_once_share_one_draft(database: Database) -> None:
    room = Room(database)
    replies = await asyncio.gather(
        *(
            room.command(user, "group setup", manages=True, zone="Europe/Berlin")
            for user in ("olga", "pia", "olga")
        )
    )
    assert {card_of(r).title for r in replies} == {"Set up your study group"}
    assert len(await room.rows(groups)) == len(await room.rows(places)) == 1
    assert [m.organiser for m in await room.rows(members)] == [True, True]


async def test_set_up_where_a_group_runs_shows_its_settings(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    reply = await room.command("pia", "group setup", manages=True)
    assert card_of(reply).title == "Group settings"
    assert "already has a study group" in words(reply)
    assert len(await room.rows(groups)) == 1


async def test_a_member_who_got_hold_of_the_card_cannot_use_it(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    before = await room.rows(groups)
    for action in (
        Begin(group_id, at_once=True),
        Change(group_id),
        Assign(group_id, "tone"),
        PickHour(group_id),
    ):
        reply = await room.press("max", action, ("calm",))
        assert card_of(reply).title == "Only organisers can do this", encode(action)
    assert await room.rows(groups) == before


async def test_someone_who_manages_another_channel_cannot_use_the_card_from_there(
    sqlite_database: Database,
) -> None:
    room = Room(sqlite_database)
    group_id = await draft(room)
    elsewhere = Place("test", "t1", "other", "other")
    reply = await room.press("eve", Begin(group_id, at_once=True), manages=True, place=elsewhere)
    assert card_of(reply).title == "Only organisers can do this"
    assert (await room.rows(groups))[0].state == "draft"


async def test_a_card_of_a_group_that_is_gone_says_so(sqlite_database: Database) -> None:
    reply = await Room(sqlite_database).press("olga", Change(999), ("zone",), manages=True)
    assert "no longer exists" in words(reply)
