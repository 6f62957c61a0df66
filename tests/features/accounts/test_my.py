"""What everyone decides for themselves."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.chat.actions import Action
from bot.chat.cards import Ask, Private, Refuse, TextField, Update
from bot.chat.requests import FieldValue, Value
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.accounts.actions import EndBreak, Leave, SaveName
from bot.features.daily.tables import answers, rounds
from bot.features.points.tables import breaks
from bot.membership.tables import members
from tests.support.room import HERE, WEDNESDAY_NOON, Room, button, card_of, fact, form_of, words


def form(
    naming: str = "pseudonym", pseudonym: str = "Night Owl", consent: str = "unnamed"
) -> dict[str, FieldValue]:
    return {"naming": naming, "pseudonym": pseudonym, "consent": consent}


async def own_row(room: Room, name: str) -> Any:  # noqa: ANN401  # a database row
    return next(m for m in await room.rows(members) if m.name == name)


async def test_a_name_is_chosen_in_a_form_that_starts_unnamed(database: Database) -> None:
    room = Room(database)
    group_id = await room.start_group()
    opened = await room.command("max", "my name")
    assert isinstance(opened, Ask)
    assert [getattr(f, "value", "") for f in opened.form.fields] == ["unnamed", "", "unnamed"]
    saved = await room.submit("max", SaveName(group_id), form("pseudonym", " Night\u200b  Owl ", "named"))
    assert isinstance(saved, Private)
    assert "Boards show you as Night Owl." in words(saved)
    row = await own_row(room, "Max")
    assert (row.naming, row.pseudonym, row.consent) == ("pseudonym", "Night Owl", "named")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (form(pseudonym=""), "pseudonym"),
        (form(pseudonym="\u200b\u202e"), "pseudonym"),
        (form(pseudonym="Olga"), "pseudonym"),
        (form(pseudonym="x" * 33), "pseudonym"),
        (form(naming="famous"), "naming"),
        (form(consent=""), "consent"),
        ({"naming": "named"}, "consent"),
    ],
)
async def test_a_name_that_cannot_be_used_comes_back_with_the_reason(
    sqlite_database: Database, fields: dict[str, FieldValue], field: str
) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.submit("max", SaveName(group_id), fields)
    assert isinstance(reply, Refuse)
    assert set(reply.errors) == {field}
    row = await own_row(room, "Max")
    assert (row.naming or "unnamed", row.pseudonym) == ("unnamed", "")


async def test_a_refused_form_keeps_what_was_typed(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.submit("max", SaveName(group_id), form(pseudonym="olga"))
    typed = form_of(reply).fields[1]
    assert isinstance(typed, TextField)
    assert typed.value == "olga"


async def test_one_may_keep_ones_own_pseudonym_and_nobody_elses(database: Database) -> None:
    room = Room(database)
    group_id = await room.start_group()
    assert isinstance(await room.submit("max", SaveName(group_id), form()), Private)
    assert isinstance(await room.submit("max", SaveName(group_id), form()), Private)
    taken = await room.submit("eve", SaveName(group_id), form(pseudonym="NIGHT OWL"))
    assert isinstance(taken, Refuse)
    assert "goes by that name" in taken.errors["pseudonym"]


async def test_a_form_that_comes_as_a_press_changes_nothing(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    assert "no longer works" in words(await room.press("olga", SaveName(group_id)))
    assert (await own_row(room, "Olga")).naming == ""


@pytest.mark.parametrize("on", [True, False])
async def test_reminders_are_turned_on_and_off(sqlite_database: Database, on: bool) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    reply = await room.command("max", "my remind", {"on": on})
    assert card_of(reply).title == f"Reminders are {'on' if on else 'off'}"
    assert (await own_row(room, "Max")).reminders is on


async def test_a_break_lasts_until_the_day_or_until_one_comes_back(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    reply = await room.command("max", "my break", {"until": "2026-12-07"})
    assert "Until Monday 7 December 2026 you get no reminders" in words(reply)
    assert (await own_row(room, "Max")).break_until == date(2026, 12, 7)
    back = await room.press("max", EndBreak(group_id))
    assert isinstance(back, Update)
    assert "Nothing is overdue." in words(back)
    assert (await own_row(room, "Max")).break_until is None


async def test_a_break_without_a_date_ends_it_or_says_that_there_is_none(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    none = await room.command("max", "my break")
    assert card_of(none).title == "You are not on a break"
    asked = await room.press("max", button(none, "Take a break").action)
    assert all(isinstance(each, TextField) and each.day for each in form_of(asked).fields)
    refused = await room.submit("max", form_of(asked).submit, {"until": "soon"})
    assert isinstance(refused, Refuse)
    taken = await room.submit("max", form_of(asked).submit, {"until": "in 2 weeks", "from": ""})
    assert "Until Wednesday 9 December 2026 you get no reminders" in words(taken)
    assert card_of(await room.command("max", "my break")).title == "Welcome back"


async def test_a_break_that_begins_later_holds_in_all_groups_and_can_be_called_off(
    database: Database,
) -> None:
    room = Room(database)
    await room.start_group()
    other = replace(HERE, channel="other", name="other")
    reply = await room.command("olga", "group setup", manages=True, zone="Pacific/Auckland", place=other)
    await room.press("olga", button(reply, "Start ").action, manages=True, place=other)
    await room.command("max", "group status")
    await room.command("max", "group status", place=other)
    planned = await room.command("max", "my break", {"until": "2027-01-08", "from": "2026-12-24"})
    assert "From Thursday 24 December 2026 until Friday 8 January 2027" in words(planned)
    spans = {(m.break_from, m.break_until) for m in await room.rows(members) if m.name == "Max"}
    assert spans == {(date(2026, 12, 24), date(2027, 1, 8))}
    kept = await room.rows(breaks)
    assert [(b.first_date, b.last_date) for b in kept] == [(date(2026, 12, 24), date(2027, 1, 8))] * 2
    shown = await room.command("max", "my settings", place=other)
    assert fact(shown, "Break").startswith("from Thursday 24 December")
    await room.press("max", button(shown, "Call off").action, place=other)
    assert {m.break_until for m in await room.rows(members)} == {None}
    assert await room.rows(breaks) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from": "2026-12-24"}, "Until when?"),
        ({"from": "2026-12-24", "until": "2026-12-24"}, "begins on Thursday 24 December"),
        ({"from": "2026-11-24", "until": "2026-12-24"}, "not in the future"),
        ({"from": "soon", "until": "2026-12-24"}, "Give the day like this"),
    ],
)
async def test_a_first_day_that_cannot_be_is_refused_kindly(
    sqlite_database: Database, options: dict[str, Value], said: str
) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    assert said in words(await room.command("max", "my break", options))
    assert await room.rows(breaks) == []


async def test_during_a_break_no_other_is_planned(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    await room.command("max", "my break", {"until": "2026-12-07"})
    said = await room.command("max", "my break", {"until": "2027-01-08", "from": "2026-12-24"})
    assert "You are on a break now" in words(said)
    assert [b.last_date for b in await room.rows(breaks)] == [date(2026, 12, 7)]


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-25", "Today is Wednesday 25 November 2026"),
        ("2020-01-01", "Choose a later day"),
        ("9999-12-31", "up to a year"),
        ("soon", "Give the day like this"),
        ("2026-02-30", "Give the day like this"),
    ],
)
async def test_a_day_that_cannot_end_a_break_is_refused_kindly(
    sqlite_database: Database, until: str, said: str
) -> None:
    room = Room(sqlite_database)
    await room.start_group()
    assert said in words(await room.command("max", "my break", {"until": until}))
    assert [m.break_until for m in await room.rows(members)] == [None]


async def test_leaving_is_explained_and_asked_once(database: Database) -> None:
    room = Room(database)
    await room.start_group()
    await room.command("max", "group status")
    asked = await room.command("max", "my leave")
    assert "stay in their rounds" in words(asked)
    assert (await own_row(room, "Max")).left_at is None
    stayed = await room.press("max", button(asked, "Stay").action)
    assert "Nothing was changed" in words(stayed)
    gone = await room.press("max", button(asked, "Leave").action)
    assert "You have left the group" in words(gone)
    assert (await own_row(room, "Max")).left_at == WEDNESDAY_NOON


async def test_a_second_press_on_leave_neither_fails_nor_brings_anyone_back(
    sqlite_database: Database,
) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    await room.command("max", "group status")
    await room.press("max", Leave(group_id, sure=True))
    room.now += timedelta(hours=1)
    again = await room.press("max", Leave(group_id, sure=True))
    assert "You have left the group" in words(again)
    assert (await own_row(room, "Max")).left_at == WEDNESDAY_NOON
    assert "not a member here" in words(await room.command("max", "my leave"))


async def test_anything_one_does_brings_one_back(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    await room.command("max", "my remind", {"on": True})
    await room.press("max", Leave(group_id, sure=True))
    await room.command("max", "group status")
    row = await own_row(room, "Max")
    assert row.left_at is None
    assert not row.reminders


async def test_the_only_organiser_is_told_so_before_leaving(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    assert "the only organiser" in words(await room.command("olga", "my leave"))
    await room.press("olga", Leave(group_id, sure=True))
    assert not (await own_row(room, "Olga")).organiser


async def test_sealed_answers_of_one_who_left_stay_unnamed_and_revealed_ones_as_they_were(
    database: Database,
) -> None:
    room = Room(database)
    group_id = await room.start_group()
    await room.command("max", "group status")
    member_id = (await own_row(room, "Max")).id

    async def answer(tx: Transaction) -> None:
        for slot, state, consent in ((0, "open", "named"), (1, "voting", "out"), (2, "revealed", "named")):
            values = {"group_id": group_id, "local_date": date(2026, 11, 24), "slot": slot, "question": {}}
            made = await tx.execute(
                insert(rounds).values(**values, state=state, opened_at=room.now).returning(rounds.c.id)
            )
            mine = {"round_id": made.scalar(), "member_id": member_id, "state": "sealed", "text": "mine"}
            await tx.execute(
                insert(answers).values(**mine, consent=consent, created_at=room.now, updated_at=room.now)
            )

    await database.write(answer)
    await room.press("max", Leave(group_id, sure=True))
    kept = await room.rows(answers)
    assert [a.consent for a in kept] == ["unnamed", "out", "named"]
    assert {(a.state, a.text) for a in kept} == {("sealed", "mine")}


@pytest.mark.parametrize("action", [SaveName, EndBreak, Leave])
async def test_who_is_in_no_group_and_none_of_its_places_changes_nothing(
    sqlite_database: Database, action: type[Action]
) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    before = await room.rows(members)
    for of_group in (group_id, 999):
        made = Leave(of_group, sure=True) if action is Leave else action(of_group)  # type: ignore[call-arg]
        if action is SaveName:
            reply = await room.submit("eve", made, form(), place=None)
        else:
            reply = await room.press("eve", made, place=None)
        assert isinstance(reply, Private)
        assert "went wrong" not in words(reply)
    assert await room.rows(members) == before


async def test_who_left_is_not_brought_back_by_an_old_card_elsewhere_and_is_in_the_channel(
    sqlite_database: Database,
) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    await room.command("max", "my break", {"until": "2026-12-07"})
    await room.press("max", Leave(group_id, sure=True))
    assert "not in" in words(await room.press("max", EndBreak(group_id), place=None))
    assert (await own_row(room, "Max")).left_at == WEDNESDAY_NOON
    assert isinstance(await room.press("max", EndBreak(group_id)), Update)
    assert (await own_row(room, "Max")).left_at is None


async def test_who_was_barred_neither_leaves_nor_renames_themselves(sqlite_database: Database) -> None:
    room = Room(sqlite_database)
    group_id = await room.start_group()
    await room.command("max", "my remind", {"on": True})
    row = await own_row(room, "Max")
    await sqlite_database.write(lambda tx: tx.change(members, row.id, {"barred_at": room.now}))
    before = await room.rows(members)
    for reply in (
        await room.command("max", "my leave"),
        await room.press("max", Leave(group_id, sure=True)),
        await room.submit("max", SaveName(group_id), form()),
        await room.command("max", "my break", {"until": "2026-12-07"}),
    ):
        assert "barred you" in words(reply)
    assert await room.rows(members) == before
