"""A week of pairing, from the line on its first reveal to who did not come, as its people see it."""

from datetime import datetime

import pytest

from bot.chat.cards import Card, File
from bot.database.transaction import Transaction
from bot.features.group_settings.actions import Assign
from bot.features.mock.pairing.making import FEW
from bot.features.mock.tables import mock_pairs, mock_signups, mock_weeks, mocks
from bot.membership.personal_data.subjects import Merge
from bot.membership.tables import members, people
from tests.features.mock.interviewing import met, pinned
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, lists, local_app, words

FOUR = ("mira", "tomas", "amara", "kenji")
ASKS = "In for a mock interview this week?"


async def _first_reveal(v: LocalDriver, *users: str) -> Card:
    """The first reveal of a group that pairs its members: on Wednesday at nine."""
    await met(v, *users)
    await v.act(ORGANISER, Assign(1, "mocks"), "on")
    await v.tick(days=1)
    await v.tick(days=1)
    return _reveals(v)[-1]


def _reveals(v: LocalDriver) -> list[Card]:
    return [card for card in v.channel() if card.title.endswith("reveal")]


async def _be_in(v: LocalDriver, user: str, hours: str = "Weekday evenings") -> Card:
    """Sign up, as somebody who was in before or who is new."""
    shown = await v.press(user, _reveals(v)[-1], "In, as last week")
    return card_of(await v.press(user, shown, hours) if hours in labels(shown) else shown)


async def _paired(v: LocalDriver, *users: str) -> list[str]:
    """They are in, and their pairs are made; the users as interviewer, candidate, and so on by pair."""
    await _first_reveal(v, *users)
    for user in users:
        await _be_in(v, user)
    await v.tick(days=1)
    return await _roles(v)


async def _roles(v: LocalDriver) -> list[str]:
    names = {row.id: row.name.lower() for row in await v.rows(members)}
    return [names[i] for row in await v.rows(mock_pairs) for i in (row.interviewer_id, row.candidate_id)]


async def _ten_past(v: LocalDriver) -> datetime:
    """Ten minutes after the suggested time."""
    at: datetime = (await v.rows(mock_pairs))[0].at
    v.clock.now = at
    await v.tick(minutes=10)
    return at


async def test_a_week_from_its_first_reveal_to_a_mock_with_restarts_between(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await _first_reveal(v, "mira", "tomas")
        assert ASKS in words(reveal)
        messages = len(v.channel())
        assert labels(await v.press("mira", reveal, "In, as last week"))[:3] == [
            "Weekday evenings",
            "Weekends",
            "Weekday evenings and weekends",
        ]
        assert "weekday evenings, in Berlin" in words(await _be_in(v, "mira"))
        await _be_in(v, "tomas")
        assert "Not this week" in words(await v.press("amara", reveal, "Not this week"))
        await v.restart()
        await v.tick(hours=23, minutes=59)
        assert not v.private("mira")
        assert not [card for card in v.channel()[messages:] if ASKS in words(card)]
        await v.tick(minutes=1)
        asks, answers = await _roles(v)
        for user, other, role in ((asks, answers, "Interviewer"), (answers, asks, "Candidate")):
            (card,) = v.private(user)
            assert f"You meet **{other.capitalize()}**" in words(card)
            assert f"Your role: {role}" in words(card)
            assert "Script: " in words(card)
            assert "Suggested time: 2026-11-26T17:00:00+00:00" in words(card)
            (file,) = (block for block in card.blocks if isinstance(block, File))
            assert b"DTSTART:20261126T170000Z" in file.data
            assert await pinned(v, user) == ("2026-11-26T17:00:00+00:00", "Your mock interview this week")
        assert not v.private("amara")
        assert "Nobody can be paired" in words(await v.press("amara", reveal, "In, as last week"))  # too late
        await v.restart()
        week = await v.press(asks, v.private(asks)[-1], "Read the script")
        assert "The script is in a message of its own" in words(week)
        await v.tick()
        assert labels(v.private(asks)[-1]) == ["Ask the first part", "Not now"]
        again = await v.press(asks, week, "Read the script")
        assert labels(again) == ["Ask the first part", "Not now"], (
            "who can't get private messages reads it so"
        )
        assert f"{asks.capitalize()} interviews you" in words(v.private(answers)[-1])
        assert await pinned(v, answers) == ("2026-11-26T17:00:00+00:00", "Your mock interview this week")
        await v.press(answers, v.private(answers)[-1], "Not now")
        await v.tick()
        assert await pinned(v, answers) is None
        assert words(v.private(asks)[-1]).startswith("This mock interview"), (
            "the interviewer's card says that it is over"
        )
        assert [row.mock_id for row in await v.rows(mock_pairs)] == [row.id for row in await v.rows(mocks)]


async def test_the_second_reveal_of_a_week_and_a_group_that_pairs_nobody_do_not_ask(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_reveal(v, "mira")
        await v.tick(days=1)
        assert [ASKS in words(card) for card in _reveals(v)] == [True, False]
        await v.act(ORGANISER, Assign(1, "mocks"), "off")
        await v.tick(days=4)
        assert [ASKS in words(card) for card in _reveals(v)][-1:] == [False]


async def test_nobody_is_paired_whose_hours_never_meet_and_they_come_first_next_week(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_reveal(v, "mira", "tomas")
        await _be_in(v, "mira")
        await _be_in(v, "tomas", "Weekends")
        await v.tick(days=1)
        for user in ("mira", "tomas"):
            assert "You come first next week" in words(v.private(user)[-1])
        assert not await v.rows(mock_pairs)


async def test_the_odd_one_watches_and_takes_the_place_of_who_does_not_come(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        asks, answers = await _paired(v, "mira", "tomas", "amara")
        (watches,) = {"mira", "tomas", "amara"} - {asks, answers}
        assert "Your role: Observer" in words(v.private(watches)[-1])
        assert not labels(v.private(watches)[-1])
        await _ten_past(v)
        shown = await v.press(asks, v.private(asks)[-1], "They're not here")
        assert f"You meet **{watches.capitalize()}**" in words(shown)
        await v.tick()
        assert "Your role: Candidate" in words(v.private(watches)[-1])
        assert "went on without you" in words(v.private(answers)[-1])


async def test_two_who_wait_meet_each_other_and_who_waits_alone_is_offered_the_script(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        one, _gone, other, gone = await _paired(v, *FOUR)
        at = await _ten_past(v)
        shown = await v.press(one, v.private(one)[-1], "They're not here")
        assert labels(shown) == ["Take it alone"]
        assert [await pinned(v, user) is None for user in (one, _gone)] == [False, True], (
            "who missed it is not led there"
        )
        await v.restart()
        await v.tick(minutes=5)
        there, late = (other, gone)
        shown = await v.press(there, v.private(there)[-1], "They're not here")
        assert f"You meet **{one.capitalize()}**" in words(shown)
        assert len(v.private(one)) == 1
        await v.tick()
        assert f"You meet **{there.capitalize()}**" in words(v.private(one)[-1])
        assert len(v.private(one)) == 2
        (row,) = await v.rows(mock_pairs)
        assert row.at > at
        assert sum(each.missed for each in await v.rows(mock_signups)) == 2
        assert "went on without you" in words(v.private(late)[-1])
        await v.tick(hours=2)
        assert await pinned(v, one) is None, "its time is long past"


async def test_too_early_and_where_both_wait_nobody_is_missing(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        one, other = await _paired(v, "mira", "tomas")
        card = v.private(one)[-1]
        assert "Give them ten minutes" in words(await v.press(one, card, "They're not here"))
        await _ten_past(v)
        await v.press(one, card, "They're not here")
        assert [each.missed for each in await v.rows(mock_signups)].count(True) == 1
        assert "is waiting, too" in words(await v.press(other, v.private(other)[-1], "They're not here"))
        assert not any(each.missed for each in await v.rows(mock_signups))
        (row,) = await v.rows(mock_pairs)
        assert row.interviewer_waits_at is row.candidate_waits_at is None, "nobody else can have them"


async def test_who_missed_two_weeks_is_asked_once_more_whether_they_want_to_be_in(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_reveal(v, "mira", "tomas")
        for _ in range(2):
            await _be_in(v, "mira")
            assert "You're in" in words(await _be_in(v, "tomas"))
            await v.tick(days=1)
            v.clock.now = (await v.rows(mock_pairs))[-1].at
            await v.tick(minutes=10)
            await v.press("mira", v.private("mira")[-1], "They're not here")
            v.clock.now = v.clock().replace(hour=8, minute=0)
            await v.tick(days=7 - v.clock().weekday())
        shown = await _be_in(v, "tomas")
        assert "Do you want to be in" in words(shown)
        assert "You're in" in words(await v.press("tomas", shown, "Yes, I'm in"))


async def test_a_partner_can_be_found_from_the_menu_while_sign_up_is_open(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await met(v, "mira")
        assert "Find me a partner" not in labels(await v.command("mira", "mock"))
        await v.act(ORGANISER, Assign(1, "mocks"), "on")
        menu = await v.command("mira", "mock")
        assert "Nobody can be paired just now" in words(await v.press("mira", menu, "Find me"))
        await v.tick(days=1)
        await v.tick(days=1)
        shown = await v.press("mira", menu, "Find me")
        assert "You're in" in words(await v.press("mira", shown, "Weekends"))
        assert "You're in" in words(await v.press("mira", menu, "Find me")), "what was said counts again"


async def test_two_accounts_of_one_person_are_not_paired_with_each_other(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _paired(v, "mira", "tomas")
        one, other = (row.member_id for row in await v.rows(mock_signups))
        join = next(each.join for each in v.app.services.personal_data if "mock_pairs" in each.tables)
        both = Merge(2, 1, ((other, one),))
        await v.app.database.write(lambda tx: join(tx, both, v.clock()))
        assert not await v.rows(mock_pairs)
        assert [row.member_id for row in await v.rows(mock_signups)] == [one]


@pytest.mark.slow
async def test_many_are_paired_in_a_process_of_their_own(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_reveal(v, "mira")
        await _be_in(v, "mira")
        (week,), now = await v.rows(mock_weeks), v.clock()

        async def sign_up(tx: Transaction) -> None:
            for _ in range(FEW + 1):
                person = await tx.insert(people, {"created_at": now})
                there = {"group_id": 1, "person_id": person, "joined_at": now, "seen_at": now}
                member = await tx.insert(members, there)
                said = {"group_id": 1, "week": week.week, "member_id": member, "wanted": True}
                await tx.insert(mock_signups, said | {"evenings": True, "at": now})

        await v.app.database.write(sign_up)
        await v.tick(days=1)
        assert len(await v.rows(mock_pairs)) == (FEW + 2) // 2


async def test_one_can_say_where_ones_clock_is(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await _first_reveal(v, "mira")
        shown = await v.press("mira", reveal, "In, change")
        shown = await v.act("mira", lists(shown)[0].action, str((v.clock().hour - 5) % 24))
        shown = await v.choose("mira", shown, "America/New_York")
        assert "in New York" in words(shown)
        assert "in New York" in words(await v.press("mira", shown, "Weekends"))


async def test_the_partner_of_one_who_is_deleted_is_told_without_a_name(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _paired(v, "mira", "tomas")
        assert "Tomas" in words(v.private("mira")[-1])
        await v.press("tomas", await v.command("tomas", "my delete"), "Delete everything")
        await v.tick()
        card = v.private("mira")[-1]
        assert "no longer in the group" in words(card)
        assert "Tomas" not in words(card)
        assert b"Tomas" not in next(block.data for block in card.blocks if isinstance(block, File))
