"""Running rounds: by hand, by the clock, through pauses, changed settings, clock changes and time asleep."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat.cards import Reply
from bot.chat.typed import parse
from bot.daily.actions import CloseNow, PostNow, RevealNow, SkipNext
from bot.groups.actions import Assign
from bot.store.tables import deliveries, groups, ledger
from tests.daily.acting import (
    changed,
    every_card_of,
    has_button,
    quoted,
    rounds_of,
    tables,
    title,
    village,
    vote_all,
)
from tests.village import MONDAY_NINE, ORGANISER, Village, button, card_of, labels, words

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def titles(v: Village) -> list[str]:
    return [card.title for card in v.channel()]


async def running(v: Village, path: str, label: str) -> Reply:
    """An organiser's command with its one question answered, and what follows from it."""
    done = await v.press(ORGANISER, await v.command(ORGANISER, f"round {path}"), label)
    await v.tick()
    return done


async def states(v: Village) -> list[str]:
    return [r.state for r in await rounds_of(v)]


async def setting(v: Village, what: str, *values: str) -> Reply:
    return await v.act(ORGANISER, Assign(1, what), *values)


def berlin(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%a %H:%M}"


# By hand ------------------------------------------------------------------------------------------------------------


async def test_a_question_now_does_all_that_a_question_moment_does(database_url: str) -> None:
    async with village(database_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        asked = await v.command(ORGANISER, "round now")
        assert "closes Monday's answers and opens its ballot" in words(asked)
        assert titles(v) == ["Monday's question"]
        v.clock.move(hours=3)
        done = await v.press(ORGANISER, asked, "Post it now")
        assert title(done) == "Posted"
        await v.tick()
        assert titles(v) == ["Monday's question", "Monday's second question"]
        assert has_button(v.channel()[1], "Vote on Monday's: 1 to read")
        again = await v.press(ORGANISER, asked, "Post it now")
        assert title(again) == "That was done already"
        await v.tick()
        assert await states(v) == ["voting", "open"]
        asked = await v.command(ORGANISER, "round now")
        assert "reveals Monday's question" in words(asked)
        assert "closes Monday's second answers and opens its ballot" in words(asked)
        await v.press(ORGANISER, asked, "Post it now")
        await v.tick()
        assert titles(v)[2:] == ["Monday's reveal", "Monday's third question"]
        assert await states(v) == ["revealed", "voting", "open"]


async def test_a_question_before_the_usual_time_stands_for_todays(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        v.clock.move(hours=23)
        await running(v, "now", "Post it now")
        monday, tuesday = await rounds_of(v)
        assert (monday.state, tuesday.state) == ("voting", "open")
        assert tuesday.local_date == date(2026, 11, 24)
        for at in (monday.votes_close_at, tuesday.closes_at):
            assert berlin(at) == "Wed 09:00", "the one who was asked early is in no hurry"
        await v.tick(hours=1)
        assert titles(v) == ["Monday's question", "Tuesday's question"]
        await v.tick(days=1)
        assert titles(v)[2:] == ["Monday's reveal", "Wednesday's question"]


async def test_a_question_on_a_day_off_is_that_days_own(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        v.clock.now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
        await v.tick()
        await running(v, "now", "Post it now")
        assert titles(v)[-1] == "Saturday's question"
        newest = (await rounds_of(v))[-1]
        assert berlin(newest.closes_at) == "Mon 09:00"


async def test_a_paused_group_can_ask_by_hand_and_stays_paused(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.command(ORGANISER, "group pause")
        await running(v, "now", "Post it now")
        assert titles(v) == ["Monday's question", "Monday's second question"]
        (group,) = await v.rows(groups)
        assert (group.state, group.next_at) == ("paused", None)


async def test_a_group_that_is_not_set_up_has_nothing_to_run(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.command(ORGANISER, "group setup")
        before = await tables(v)
        refused = await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        assert title(refused) == "This group is not set up yet"
        assert title(await v.command(ORGANISER, "round skip")) == "This group is not set up yet"
        assert title(await v.command(ORGANISER, "round close")) == "No question is open"
        assert title(await v.command(ORGANISER, "round reveal")) == "No ballot is open"
        assert changed(before, await tables(v)) == set()


async def test_a_skipped_day_has_no_question_and_running_rounds_go_on(database_url: str) -> None:
    async with village(database_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        asked = await v.command(ORGANISER, "round skip")
        assert labels(asked) == ["Skip Tuesday"]
        done = await v.press(ORGANISER, asked, "Skip Tuesday")
        assert title(done) == "Tuesday is skipped"
        assert "Wednesday 25 November" in words(done)
        again = await v.press(ORGANISER, asked, "Skip Tuesday")
        assert title(again) == "That day is not the next one any more"
        assert labels(await v.command(ORGANISER, "round skip")) == ["Skip Wednesday"]
        await v.tick(days=1)
        assert titles(v) == ["Monday's question"]
        assert await states(v) == ["voting"]
        await v.tick(days=1)
        assert titles(v) == ["Monday's question", "Monday's reveal", "Wednesday's question"]


async def test_friday_can_be_skipped_and_the_week_begins_again_on_monday(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.move(days=3)
        await v.set_up()
        done = await running(v, "skip", "Skip Friday")
        assert "Monday 30 November" in words(done)
        await v.tick(days=1)
        await v.tick(days=3)
        assert titles(v)[-1] == "Monday's question"
        assert len(await rounds_of(v)) == 2


async def test_a_preview_shows_the_question_that_comes_and_asks_nothing_yet(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        preview = await v.command(ORGANISER, "round preview")
        assert title(preview) == "The next question"
        assert words(await v.command(ORGANISER, "round preview")) == words(preview)
        assert changed(before, await tables(v)) == set()
        await v.tick(days=1)
        question = (await rounds_of(v))[1].question
        assert question["prompt"] in words(preview)
        assert question["model_answer"] in words(preview)


async def test_answers_can_be_closed_early_once(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        asked = await v.command(ORGANISER, "round close")
        assert "1 member has answered Monday's question." in words(asked)
        v.clock.move(hours=2)
        assert title(await v.press(ORGANISER, asked, "Close answers")) == "Answers are closed"
        await v.tick()
        (monday,) = await rounds_of(v)
        assert monday.state == "voting"
        assert monday.closes_at == monday.voting_at == v.clock()
        assert berlin(monday.votes_close_at) == "Tue 09:00"
        assert labels(v.channel()[0]) == ["Vote: 1 to read"]
        before = await tables(v)
        assert title(await v.press(ORGANISER, asked, "Close answers")) == "Answers are closed already"
        assert title(await v.command(ORGANISER, "round close")) == "No question is open"
        assert changed(before, await tables(v)) == set()


async def test_answers_closed_shortly_before_the_next_question_still_get_nine_hours_of_votes(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        v.clock.move(hours=22)
        await running(v, "close", "Close answers")
        (monday,) = await rounds_of(v)
        assert monday.votes_close_at == v.clock() + 9 * HOUR
        await v.tick(hours=2)
        assert titles(v) == ["Monday's question", "Tuesday's question"]
        await v.tick(hours=7)
        assert titles(v) == ["Monday's question", "Tuesday's question", "Monday's reveal"]


async def test_a_ballot_can_be_ended_early_once(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in ("ada", "ben"):
            await v.answer(user, f"{user}: what I would say.")
        early = await v.act(ORGANISER, RevealNow(1))
        assert title(early) == "Answers are still open"
        assert "/round close" in words(early)
        await v.tick(days=1)
        await vote_all(v, "ada")
        asked = await v.command(ORGANISER, "round reveal")
        assert "1 member has finished the ballot on Monday's question." in words(asked)
        assert "can't be taken back" in words(asked)
        assert title(await v.press(ORGANISER, asked, "Reveal now")) == "Revealed"
        await v.tick()
        before = await tables(v)
        assert title(await v.press(ORGANISER, asked, "Reveal now")) == "It is revealed already"
        await v.tick()
        assert changed(before, await tables(v)) == set()
        assert titles(v).count("Monday's reveal") == 1


async def test_buttons_of_an_earlier_question_do_nothing_to_a_later_one(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        now = card_of(await v.command(ORGANISER, "round now")).buttons()[0].action
        skip = card_of(await v.command(ORGANISER, "round skip")).buttons()[0].action
        assert isinstance(now, PostNow)
        assert isinstance(skip, SkipNext)
        await v.tick(days=1)
        before = await tables(v)
        assert title(await v.act(ORGANISER, now)) == "That was done already"
        assert title(await v.act(ORGANISER, skip)) == "That day is not the next one any more"
        assert title(await v.act(ORGANISER, CloseNow(1))) == "Answers are closed already"
        await v.tick()
        assert changed(before, await tables(v)) == set()


# By the clock -------------------------------------------------------------------------------------------------------


async def test_one_moment_reveals_closes_and_asks_and_a_second_tick_adds_nothing(database_url: str) -> None:
    async with village(database_url) as v:
        await v.set_up()
        for _ in range(3):
            await v.answer("ada", "ada: what I would say.")
            await v.tick(days=1)
            before = await tables(v)
            await v.tick()
            await v.tick(minutes=1)
            assert changed(before, await tables(v)) == set()
        assert await states(v) == ["revealed", "revealed", "voting", "open"]
        assert titles(v) == [
            "Monday's question",
            "Tuesday's question",
            "Monday's reveal",
            "Wednesday's question",
            "Tuesday's reveal",
            "Thursday's question",
        ]


async def test_nothing_comes_before_its_time(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        await v.tick(hours=23, minutes=59, seconds=59)
        assert changed(before, await tables(v)) <= {"rounds"}, "only the reminder's time was passed over"
        assert await states(v) == ["open"]
        await v.tick(seconds=1)
        assert await states(v) == ["voting", "open"]


async def test_a_weekend_is_kept_free(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.move(days=4)
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        for _ in range(5):
            await v.tick(hours=12)
        assert titles(v) == ["Friday's question"]
        assert await states(v) == ["open"]
        await v.tick(hours=12)
        assert titles(v) == ["Friday's question", "Monday's question"]


async def test_three_rounds_can_be_open_at_once_and_each_ends_in_its_own_time(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await setting(v, "answers", "72")
        await setting(v, "votes", "48")
        await v.tick(days=1)
        await v.tick(days=1)
        assert await states(v) == ["open", "open", "open"]
        for n in (1, 2, 3):
            reply = await v.fill(
                "ada", await v.press("ada", v.channel()[n - 1], "Answer"), answer=f"ada: number {n}."
            )
            assert title(reply) == "Saved"
        assert "Wednesday's answer" in title_of_form(await v.command("ben", "answer"))
        await v.tick(days=1)
        assert await states(v) == ["voting", "open", "open", "open"]
        assert has_button(v.channel()[3], "Vote on Monday's: 1 to read")
        await v.tick(days=1)
        assert await states(v) == ["voting", "voting", "open", "open", "open"]
        assert labels(v.channel()[0]) == ["Vote: 1 to read"]
        assert labels(v.channel()[1]) == ["Vote: 1 to read"]
        assert "Nobody has answered" not in words(v.channel()[1])
        await v.tick(days=1)
        assert await states(v) == ["revealed", "voting", "voting", "open", "open"]
        assert quoted(next(c for c in v.channel() if c.title == "Monday's reveal")) == ["ada: number 1."]
        await v.tick(days=1)
        assert await states(v) == ["revealed", "revealed", "voting", "voting", "open"]


def title_of_form(reply: Reply) -> str:
    form = getattr(reply, "form", None)
    assert form is not None
    return str(form.title)


# Pausing and changing -----------------------------------------------------------------------------------------------


async def test_a_pause_lets_what_is_open_end_and_asks_nothing_new(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        await v.tick(days=1)
        await v.answer("ben", "ben: what I would say.")
        assert "What is open stays open to its end" in words(await v.command(ORGANISER, "group pause"))
        await v.tick(days=1)
        assert await states(v) == ["revealed", "voting"]
        await v.tick(days=1)
        assert await states(v) == ["revealed", "revealed"]
        assert titles(v) == ["Monday's question", "Tuesday's question", "Monday's reveal", "Tuesday's reveal"]
        await v.tick(days=4)
        v.clock.move(hours=2)
        resumed = await v.command(ORGANISER, "group resume")
        assert "Nothing is overdue" in words(resumed)
        await v.tick()
        assert len(await rounds_of(v)) == 2
        await v.tick(hours=22)
        assert titles(v)[-1] == "Tuesday's question"
        assert len(await rounds_of(v)) == 3


async def test_resuming_on_the_same_day_asks_no_second_question(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for path in ("group pause", "group resume", "group pause", "group resume"):
            await v.command(ORGANISER, path)
            await v.tick(minutes=5)
        assert len(await rounds_of(v)) == 1
        (monday,) = await rounds_of(v)
        assert berlin(monday.closes_at) == "Tue 09:00"


async def test_a_later_time_moves_the_close_and_asks_no_second_question_that_day(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        v.clock.move(hours=3)
        await setting(v, "hour", "18")
        await v.tick()
        (monday,) = await rounds_of(v)
        assert berlin(monday.closes_at) == "Tue 18:00"
        assert monday.closes_at.isoformat() in words(v.channel()[0])
        await v.tick(hours=7)
        assert titles(v) == ["Monday's question"]
        await v.tick(hours=23)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


async def test_an_earlier_time_brings_the_next_question_earlier_and_never_one_at_once(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        v.clock.move(hours=3)
        await setting(v, "hour", "7")
        await v.tick()
        assert titles(v) == ["Monday's question"]
        assert berlin((await rounds_of(v))[0].closes_at) == "Tue 07:00"
        await v.tick(hours=18)
        assert titles(v) == ["Monday's question"]
        await v.tick(hours=1)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


async def test_other_days_move_the_close_of_what_is_open(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        await v.tick(days=1)
        await setting(v, "days", "0", "3")
        monday, tuesday = await rounds_of(v)
        assert berlin(monday.votes_close_at) == berlin(tuesday.closes_at) == "Thu 09:00"
        await v.tick(days=1)
        assert await states(v) == ["voting", "open"]
        await v.tick(days=1)
        assert titles(v)[2:] == ["Monday's reveal", "Thursday's question"]


async def test_a_change_never_ends_a_ballot_before_nine_hours(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        await v.tick(days=1)
        await setting(v, "hour", "3")
        monday, tuesday = await rounds_of(v)
        assert monday.votes_close_at - monday.voting_at >= 9 * HOUR
        assert berlin(tuesday.closes_at) == "Wed 03:00"
        v.clock.move(hours=1)
        await setting(v, "hour", "12")
        monday, _ = await rounds_of(v)
        assert berlin(monday.votes_close_at) == "Wed 12:00"


async def test_another_zone_moves_the_next_question_with_it(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await setting(v, "zone", "America/New_York")
        await v.tick()
        (monday,) = await rounds_of(v)
        assert monday.closes_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
        await v.tick(days=1)
        assert titles(v) == ["Monday's question"]
        await v.tick(hours=6)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


# Asleep -------------------------------------------------------------------------------------------------------------


async def two_running(v: Village) -> None:
    """Tuesday at nine: Monday's question is being voted on, Tuesday's is open."""
    await v.set_up()
    await v.answer("ada", "ada: what I would say.")
    await v.tick(days=1)
    await v.answer("ben", "ben: what I would say.")


@pytest.mark.parametrize(
    ("asleep", "asked", "closes"),
    [
        (1 * HOUR, [], ""),
        (25 * HOUR, ["Wednesday's"], "Thu 09:00"),
        (DAY + 20 * HOUR, ["Wednesday's"], "Thu 09:00"),
        (DAY + 22 * HOUR, [], ""),
        (2 * DAY + 5 * HOUR, ["Thursday's"], "Fri 09:00"),
        (4 * DAY, ["Friday's"], "Mon 09:00"),
        (7 * DAY, ["Tuesday's"], "Wed 09:00"),
        (21 * DAY + 23 * HOUR, [], ""),
    ],
    ids=str,
)
async def test_after_a_sleep_one_late_question_comes_at_most_and_votes_get_their_time(
    sqlite_url: str, asleep: timedelta, asked: list[str], closes: str
) -> None:
    async with village(sqlite_url) as v:
        await two_running(v)
        v.clock.now += asleep
        await v.restart()
        before = len(v.channel())
        await v.tick()
        new = [c.title for c in v.channel()[before:]]
        questions = [t for t in new if t.endswith("question")]
        assert questions == [f"{day} question" for day in asked]
        overdue = asleep >= DAY
        assert new.count("Monday's reveal") == int(overdue)
        tuesday = (await rounds_of(v))[1]
        assert tuesday.state == ("voting" if overdue else "open")
        if overdue:
            assert tuesday.voting_at == v.clock()
            assert tuesday.votes_close_at - v.clock() >= 9 * HOUR
        if asked:
            assert berlin((await rounds_of(v))[2].closes_at) == closes
        done = await tables(v)
        await v.tick()
        await v.restart()
        await v.tick()
        assert changed(done, await tables(v)) == set(), "what was missed is caught up once"


async def test_after_a_night_asleep_the_missed_and_the_next_question_never_come_together(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await two_running(v)
        v.clock.move(hours=24 + 19)
        await v.tick()
        assert titles(v)[-1] == "Wednesday's question"
        assert await states(v) == ["revealed", "voting", "open"]
        await v.tick(hours=5)
        assert titles(v)[-1] == "Thursday's question"
        assert await states(v) == ["revealed", "voting", "voting", "open"]
        tuesday = (await rounds_of(v))[1]
        assert tuesday.votes_close_at == tuesday.voting_at + 9 * HOUR
        await v.tick(hours=4)
        assert titles(v)[-1] == "Tuesday's reveal"
        assert (
            has_button(
                next(c for c in v.channel() if c.title == "Thursday's question"), "Vote on Wednesday's"
            )
            is False
        )


async def test_an_answer_that_arrives_before_the_late_close_still_counts(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await two_running(v)
        v.clock.move(hours=26)
        await v.restart()
        assert title(await v.answer("chi", "chi: just in time.")) == "Saved"
        await v.tick()
        page = await v.act(
            "dee", button(next(c for c in v.channel() if c.title == "Tuesday's question"), "Vote").action
        )
        assert title(page) == "Tuesday's ballot: 1 of 2"


# Clocks that change -------------------------------------------------------------------------------------------------


async def lived(v: Village, zone: str, days: int, hour: int, minute: int = 0) -> list[str]:
    """Local times of the questions of so many days, ticking each hour, or each half hour where it matters."""
    for what, value in (("zone", zone), ("hour", str(hour)), ("minute", str(minute))):
        await setting(v, what, value)
    await setting(v, "days", *"0123456")
    steps = 2 if minute or zone == "Australia/Adelaide" else 1
    for _ in range(days * 24 * steps):
        await v.tick(minutes=60 / steps)
    local = ZoneInfo(zone)
    opened = [(r.opened_at.astimezone(local), r.local_date) for r in await rounds_of(v)]
    assert all(at.date() == day for at, day in opened)
    return [f"{at:%d %H:%M}" for at, _ in opened[1:]]


async def test_berlins_spring_week_has_one_question_a_day_at_the_same_local_time(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.now = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 4, 9) == ["27 09:00", "28 09:00", "29 09:00", "30 09:00"]
        assert len([t for t in titles(v) if t.endswith("question")]) == 5


async def test_a_time_that_does_not_exist_moves_to_the_end_of_the_gap(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.now = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 3, 2, 30) == ["27 02:30", "28 03:00", "29 02:30"]


async def test_a_time_that_comes_twice_is_taken_the_first_time_and_once(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.now = datetime(2026, 10, 23, 7, 0, tzinfo=UTC)
        await v.set_up()
        assert await lived(v, "Europe/Berlin", 3, 2, 30) == ["24 02:30", "25 02:30", "26 02:30"]
        sunday = next(r for r in await rounds_of(v) if r.local_date == date(2026, 10, 25))
        assert sunday.opened_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def test_a_zone_of_half_hours_keeps_its_time_through_its_own_change(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        v.clock.now = datetime(2027, 4, 2, 1, 0, tzinfo=UTC)
        await v.set_up()
        times = await lived(v, "Australia/Adelaide", 4, 9)
        assert times == ["03 09:00", "04 09:00", "05 09:00", "06 09:00"]
        by_date = {r.local_date: r.opened_at for r in await rounds_of(v)}
        assert by_date[date(2027, 4, 3)] == datetime(2027, 4, 2, 22, 30, tzinfo=UTC)
        assert by_date[date(2027, 4, 5)] == datetime(2027, 4, 4, 23, 30, tzinfo=UTC)


# Reminders ----------------------------------------------------------------------------------------------------------


async def reminders(v: Village) -> list[tuple[str, str]]:
    """(round, account) of every reminder that was asked for."""
    return [(r.subject, r.destination) for r in await v.rows(deliveries) if r.kind == "reminder"]


async def test_a_reminder_comes_once_two_hours_before_the_close_to_those_who_asked(database_url: str) -> None:
    async with village(database_url) as v:
        await v.set_up()
        for user in ("mira", "tomas", "amara", "kenji"):
            await v.command(user, "my remind", on=user != "kenji")
        await v.answer("tomas", "tomas: what I would say.")
        await v.press("amara", await v.press("amara", v.channel()[0], "Pass"), "Pass")
        await v.tick(hours=21, minutes=59)
        assert v.private("mira") == []
        await v.tick(minutes=1)
        (reminder,) = v.private("mira")
        assert title(reminder) == "Answers close soon"
        assert "`/my remind off` ends it" in words(reminder)
        assert parse("/my remind off", v.app.dispatcher.registry).options == {"on": False}
        assert has_button(reminder, "Answer")
        for _ in range(5):
            await v.tick(minutes=20)
        await v.restart()
        await v.tick()
        assert len(v.private("mira")) == 1
        assert [v.private(user) for user in ("tomas", "amara", "kenji")] == [[], [], []]
        assert len(await reminders(v)) == 1


async def test_a_reminders_button_leads_to_the_form(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "my remind", on=True)
        await v.tick(hours=22)
        saved = await v.fill(
            "mira", await v.press("mira", v.private("mira")[0], "Answer"), answer="mira: reminded."
        )
        assert title(saved) == "Saved"


async def test_no_reminder_comes_on_a_break_or_to_the_barred_or_after_leaving(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in ("mira", "tomas"):
            await v.command(user, "my remind", on=True)
        await v.command("mira", "my break", until="2026-12-01")
        await v.press("tomas", await v.command("tomas", "my leave"), "Leave")
        await v.tick(hours=22)
        assert await reminders(v) == []


async def test_each_round_reminds_in_its_own_time_however_many_are_open(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "my remind", on=True)
        await setting(v, "answers", "48")
        await v.tick(days=1)
        await v.tick(minutes=1)
        assert await reminders(v) == [], "Monday's answers stay open until Wednesday"
        await v.tick(hours=21, minutes=59)
        assert [subject for subject, _ in await reminders(v)] == ["round:1"]
        await v.tick(days=1)
        assert [subject for subject, _ in await reminders(v)] == ["round:1", "round:2"]


async def test_a_ballot_that_ends_in_between_reminds_nobody_early(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "my remind", on=True)
        await v.answer("mira", "mira: what I would say.")
        v.clock.move(hours=22)
        await running(v, "close", "Close answers")
        await v.tick(hours=2)
        await v.tick(hours=7)
        assert titles(v)[-1] == "Monday's reveal"
        assert await reminders(v) == []
        await v.tick(hours=15)
        assert [subject for subject, _ in await reminders(v)] == ["round:2"]


async def test_a_reminder_missed_while_asleep_comes_late_but_never_after_the_close(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "my remind", on=True)
        v.clock.move(hours=23, minutes=30)
        await v.restart()
        await v.tick()
        assert [subject for subject, _ in await reminders(v)] == ["round:1"]
        assert "Two hours" not in words(v.private("mira")[0])
        v.clock.move(hours=26)
        await v.restart()
        await v.tick()
        assert len(await reminders(v)) == 1


# Everything at once -------------------------------------------------------------------------------------------------


async def test_two_weeks_of_rounds_pay_each_answer_once_and_ask_nothing_twice(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for day in range(14):
            if v.clock().weekday() < 5:
                await v.answer("ada", f"ada: day {day}.")
            await v.tick(days=1)
        rows = await rounds_of(v)
        assert len(rows) == 11
        assert len({r.item_id for r in rows}) == 11
        assert [r.state for r in rows] == ["revealed"] * 9 + ["voting", "open"]
        assert sum(r.points for r in await v.rows(ledger)) == 9 * 5
        assert (v.clock() - MONDAY_NINE) == 14 * DAY
        shown = await every_card_of(v, "ada")
        assert any(card.title == "Past questions" for card in shown)
