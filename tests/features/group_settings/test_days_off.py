"""Days off: typed or read from a calendar file, without a question, and nothing that counts days counts them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.chat.cards import Refuse
from bot.chat.requests import Upload
from bot.features.group_settings.actions import Assign
from bot.features.group_settings.days_off.actions import SaveDaysOff
from bot.features.group_settings.days_off.calendar_files import OFTEN, TIMED, UNCLEAR, read_calendar
from bot.features.points.tables import question_days, streaks
from bot.membership.calendar.days_off import (
    MOST,
    DayOff,
    added,
    dates_of,
    kept_days_off,
    named,
    read_days_off,
    without,
)
from bot.membership.tables import groups
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, lists, local_app, local_group, words

TODAY = date(2026, 11, 30)
CHRISTMAS = DayOff(date(2026, 12, 24), date(2026, 12, 26), "Christmas")


def calendar(*events: Sequence[str]) -> bytes:
    """A file as calendars export it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def days(first: str, last: str = "", name: str = "") -> DayOff:
    return DayOff(date.fromisoformat(first), date.fromisoformat(last or first), name)


@pytest.mark.parametrize(
    ("event", "spans"),
    [
        (["DTSTART;VALUE=DATE:20261224", "SUMMARY:Eve"], [days("2026-12-24", name="Eve")]),
        (["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"], [days("2026-12-24", "2026-12-26")]),
        (["DTSTART;VALUE=DATE:20270104", "DURATION:P5D"], [days("2027-01-04", "2027-01-08")]),
        (["DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261202"], [days("2026-11-20", "2026-12-01")]),
        (["DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:20200102"], []),
        (["DTSTART;VALUE=DATE:20271224", "STATUS:CANCELLED"], []),
        (["DTSTART;VALUE=DATE:20991224"], []),
        (
            ["DTSTART;VALUE=DATE:20201003", "RRULE:FREQ=YEARLY;UNTIL=20281231T000000Z", "SUMMARY:Unity"],
            [days("2027-10-03", name="Unity"), days("2028-10-03", name="Unity")],
        ),
        (
            ["DTSTART;VALUE=DATE:20251127", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"],
            [days("2027-11-25"), days("2028-11-23"), days("2029-11-22")],
        ),
        (
            ["DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY;COUNT=8", "EXDATE;VALUE=DATE:20261225"],
            [days("2027-12-25")],
        ),
    ],
)
def test_an_all_day_event_is_what_is_off_from_today_on(event: list[str], spans: list[DayOff]) -> None:
    read = read_calendar(calendar(event), TODAY)
    assert list(read.spans) == spans
    assert (read.events, read.over, read.refused) == (1, int(not spans), ())


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (["DTSTART:20261224T180000"], TIMED),
        (["DTSTART;TZID=Europe/Berlin:20261224T180000", "DTEND:20261224T190000Z"], TIMED),
        (["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY"], OFTEN),
        (["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE"], OFTEN),
        (["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY;BYHOUR=1,2"], OFTEN),
        (["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY;INTERVAL=0"], UNCLEAR),
        (["DTSTART;VALUE=DATE:20261301"], UNCLEAR),
        (["SUMMARY:No day at all"], UNCLEAR),
    ],
)
def test_what_is_no_holiday_is_refused_with_its_reason(event: list[str], why: str) -> None:
    read = read_calendar(calendar(event, ["DTSTART;VALUE=DATE:20261224"]), TODAY)
    assert (read.spans, read.refused) == ((days("2026-12-24"),), ((why, 1),))


@pytest.mark.parametrize("data", [b"", b"GIF89a\x00", b"Question,A,B\n1,2,3\n", calendar()])
def test_a_file_of_another_kind_is_named_as_such(data: bytes) -> None:
    assert read_calendar(data, TODAY).error


def test_days_off_are_kept_as_they_are_and_each_once() -> None:
    spans, new, left = added((), [CHRISTMAS, named(TODAY - timedelta(days=9), TODAY, "a\nb")], TODAY)
    assert spans == (DayOff(TODAY, TODAY, "a b"), CHRISTMAS)
    assert (new, left) == (2, 0)
    assert read_days_off(kept_days_off(spans)) == spans
    assert added(spans, [days("2026-12-25"), days("2020-01-01"), days("2090-01-01")], TODAY) == (spans, 0, 0)
    many = [days(str(TODAY + timedelta(days=2 * n))) for n in range(1, MOST + 3)]
    assert [len(added((), many, TODAY)[0]), added((), many, TODAY)[2]] == [MOST, 2]
    assert dates_of(without(spans, CHRISTMAS, date(2026, 12, 25))) == {TODAY, date(2026, 12, 24)}


async def _add(v: LocalDriver, **fields: str | Upload) -> str:
    opened = await v.choose_change(await v.command(ORGANISER, "group settings"), "daysoff")
    reply = await v.fill(ORGANISER, await v.press(ORGANISER, opened, "Add days off"), **fields)
    return "|".join(reply.errors.values()) if isinstance(reply, Refuse) else words(reply)


async def test_no_question_comes_on_a_day_off_and_no_streak_breaks_over_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()  # on Monday 23 November
        await v.answer("ada", "On Monday.")
        said = await _add(v, first="2026-11-24", last="2026-11-26", name="Thanksgiving")
        assert "1 span of days off added" in said
        assert "Thanksgiving" in said
        for _ in range(3):
            await v.tick(days=1)
        assert [card.title for card in v.channel()] == ["Monday's question"]
        await v.tick(days=1)
        assert [card.title for card in v.channel()][1:] == ["Friday's question"]
        await v.answer("ada", "On Friday.")
        assert [row.current for row in await v.rows(streaks)] == [2]


async def test_a_day_that_is_off_after_its_question_came_costs_nobody_a_streak(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await _add(v, first="2026-11-23")
        assert await v.rows(question_days) == []
        await v.press(ORGANISER, v.replies[-1], "Undo")
        assert [row.local_date for row in await v.rows(question_days)] == [date(2026, 11, 23)]
        await _add(v, first="2026-11-23")
        shown = await v.choose_change(await v.command(ORGANISER, "group settings"), "daysoff")
        await v.choose(ORGANISER, shown, lists(shown)[-1].options[0].value)
        assert [row.local_date for row in await v.rows(question_days)] == [date(2026, 11, 23)]
        assert (await v.rows(groups))[0].days_off == ""


async def test_days_off_that_are_none_come_back_with_the_reason(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for fields, said in (
            ({"first": "24.13."}, "like this: 2027-02-01"),
            ({"first": "2026-11-22"}, "are over"),
            ({"first": "2026-12-24", "last": "2026-12-23"}, "before the first"),
            ({"last": "2026-12-23"}, "the first day, too"),
            ({"first": "2031-01-01"}, "three years"),
            ({"first": "2026-12-24", "last": "2028-12-23"}, "at most 366"),
            ({}, "attach a calendar file"),
            ({"file": Upload("a.ics", b"x" * 1_000_001)}, "larger than 1 MB"),
        ):
            assert said in await _add(v, **fields)
        refused = await v.act("ada", SaveDaysOff(1))
        assert "organisers" in words(refused).casefold()


@pytest.mark.slow
async def test_a_calendar_file_is_read_in_its_own_process_and_counted(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        events = (
            ["DTSTART;VALUE=DATE:20261124", "SUMMARY:A day"],
            ["DTSTART:20261125T100000Z"],
            ["DTSTART;VALUE=DATE:20201125"],
        )
        said = await _add(v, file=Upload("holidays.ics", calendar(*events)))
        assert all(each in said for each in ("1 span of days off added", "taken", TIMED, "A day"))
        await v.tick(days=1)
        assert [card.title for card in v.channel()] == ["Monday's question"]
        assert "no calendar file" in await _add(v, file=Upload("a.ics", b"GIF89a"))


async def test_a_pause_until_a_date_ends_by_itself_and_says_so(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert "not in the future" in words(await v.command(ORGANISER, "group pause", until="2026-11-23"))
        await v.command(ORGANISER, "group pause", until="2026-11-28")  # a Saturday
        assert "paused until" in words(await v.command("ada", "group status"))
        for _ in range(6):
            await v.tick(days=1)
        assert "question" not in [card.title for card in v.channel()][-1], "what was open came to its end"
        await v.tick(days=1)
        assert [card.title for card in v.channel()][-2:] == ["The pause is over", "Monday's question"]
        await v.tick(days=1)
        assert card_of(await v.command("ada", "question today")).title == "Tuesday's question"


async def test_a_pause_with_a_new_end_or_none_follows_the_form_and_the_groups_new_time(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        paused = await v.press(ORGANISER, await v.command(ORGANISER, "group settings"), "Pause")
        refused = await v.fill(ORGANISER, await v.press(ORGANISER, paused, "Set an end"), until="soon")
        assert isinstance(refused, Refuse)
        await v.fill(ORGANISER, refused, until="2026-11-26")
        await v.act(ORGANISER, Assign(1, "hour"), "18")
        (group,) = await v.rows(groups)
        assert (group.state, group.next_at) == ("paused", datetime(2026, 11, 26, 17, tzinfo=UTC))
        again = await v.command(ORGANISER, "group pause")
        await v.fill(ORGANISER, await v.press(ORGANISER, again, "Another day"), until="")
        (group,) = await v.rows(groups)
        assert (group.state, group.next_at) == ("paused", None)


@pytest.mark.parametrize(("what", "value"), [("hour", "8"), ("days", "2")])
async def test_a_change_says_when_the_next_question_comes_and_drops_todays_with_a_word_and_a_way_to_ask_it(
    sqlite_url: str, what: str, value: str
) -> None:
    async with local_group(sqlite_url) as v:
        shown = await v.act(ORGANISER, Assign(1, "hour"), "18")
        assert "The next question comes" in words(shown)
        assert "no longer comes" not in words(shown)
        await v.tick(days=1)  # Tuesday, 09:00: its question comes at 18:00
        shown = await v.act(ORGANISER, Assign(1, what), value)
        assert "The next question comes" in words(shown)
        assert "no longer comes by itself" in words(shown)
        await v.press(ORGANISER, await v.press(ORGANISER, shown, "Post today's question now"), "Post")
        await v.tick()
        assert [card.title for card in v.channel()][-1] == "Tuesday's question"
