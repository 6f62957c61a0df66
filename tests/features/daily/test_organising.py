"""Running rounds by hand, through pauses and changed settings."""

from datetime import UTC, date, datetime

from bot.features.daily.actions import CloseNow, PostNow, RevealNow, SkipNext
from bot.membership.tables import groups
from tests.features.daily.acting import changed, has_button, rounds_of, tables, title, vote_all
from tests.features.daily.scenes import HOUR, berlin, running, setting, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, labels, local_app, local_group, words

# By hand --------------------------------------------------------------------------------------------------------------


async def test_a_question_now_does_all_that_a_question_moment_does(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I would say.")
        asked = await v.command(ORGANISER, "round now")
        assert "answers to Monday's question close and its ballot opens" in words(asked)
        assert titles(v) == ["Monday's question"]
        v.clock.move(hours=3)
        done = await v.press(ORGANISER, asked, "Post it now")
        assert title(done) == "Posted"
        await v.tick()
        assert titles(v) == ["Monday's question", "Monday's second question"]
        assert has_button(v.channel()[1], "Vote on Monday's")
        again = await v.press(ORGANISER, asked, "Post it now")
        assert title(again) == "That has already been done"
        await v.tick()
        assert await states(v) == ["voting", "open"]
        asked = await v.command(ORGANISER, "round now")
        assert "Monday's question is revealed" in words(asked)
        assert "answers to Monday's second question close and its ballot opens" in words(asked)
        await v.press(ORGANISER, asked, "Post it now")
        await v.tick()
        assert titles(v)[2:] == ["Monday's reveal", "Monday's third question"]
        assert await states(v) == ["revealed", "voting", "open"]


async def test_a_question_before_the_usual_time_stands_for_todays(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        v.clock.now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
        await v.tick()
        await running(v, "now", "Post it now")
        assert titles(v)[-1] == "Saturday's question"
        newest = (await rounds_of(v))[-1]
        assert berlin(newest.closes_at) == "Mon 09:00"


async def test_a_paused_group_can_ask_by_hand_and_stays_paused(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command(ORGANISER, "group pause")
        await running(v, "now", "Post it now")
        assert titles(v) == ["Monday's question", "Monday's second question"]
        (group,) = await v.rows(groups)
        assert (group.state, group.next_at) == ("paused", None)


async def test_a_group_that_is_not_set_up_has_nothing_to_run(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.command(ORGANISER, "group setup")
        before = await tables(v)
        refused = await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        assert title(refused) == "This group is not set up yet"
        assert title(await v.command(ORGANISER, "round skip")) == "This group is not set up yet"
        assert title(await v.command(ORGANISER, "round close")) == "No question is open"
        assert title(await v.command(ORGANISER, "round reveal")) == "No ballot is open"
        assert changed(before, await tables(v)) == set()


async def test_a_skipped_day_has_no_question_and_running_rounds_go_on(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I would say.")
        asked = await v.command(ORGANISER, "round skip")
        assert labels(asked) == ["Skip Tuesday"]
        done = await v.press(ORGANISER, asked, "Skip Tuesday")
        assert title(done) == "Tuesday is skipped"
        assert "Wednesday 25 November" in words(done)
        again = await v.press(ORGANISER, asked, "Skip Tuesday")
        assert title(again) == "That day is no longer the next one"
        assert labels(await v.command(ORGANISER, "round skip")) == ["Skip Wednesday"]
        await v.tick(days=1)
        assert titles(v) == ["Monday's question"]
        assert await states(v) == ["voting"]
        await v.tick(days=1)
        assert titles(v) == ["Monday's question", "Monday's reveal", "Wednesday's question"]


async def test_friday_can_be_skipped_and_the_week_begins_again_on_monday(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.clock.move(days=3)
        await v.set_up()
        done = await running(v, "skip", "Skip Friday")
        assert "Monday 30 November" in words(done)
        await v.tick(days=1)
        await v.tick(days=3)
        assert titles(v)[-1] == "Monday's question"
        assert len(await rounds_of(v)) == 2


async def test_a_preview_shows_the_question_that_comes_and_asks_nothing_yet(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        preview = await v.command(ORGANISER, "round preview")
        assert title(preview) == "The next question"
        assert words(await v.command(ORGANISER, "round preview")) == words(preview)
        assert changed(before, await tables(v)) == set()
        await v.tick(days=1)
        question = (await rounds_of(v))[1].question
        assert question["prompt"] in words(preview)
        assert question["model_answer"] not in words(preview), "organisers answer, too"


async def test_answers_can_be_closed_early_once(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
        assert labels(v.channel()[0]) == ["Vote"]
        before = await tables(v)
        assert title(await v.press(ORGANISER, asked, "Close answers")) == "Answers are already closed"
        assert title(await v.command(ORGANISER, "round close")) == "No question is open"
        assert changed(before, await tables(v)) == set()


async def test_answers_closed_shortly_before_the_next_question_still_get_nine_hours_of_votes(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben"):
            await v.answer(user, f"{user}: what I would say.")
        early = await v.act(ORGANISER, RevealNow(1))
        assert title(early) == "Answers are still open"
        assert "/round manage" in words(early)
        await v.tick(days=1)
        await vote_all(v, "ada")
        asked = await v.command(ORGANISER, "round reveal")
        assert "1 member has finished the ballot on Monday's question." in words(asked)
        assert "can't be undone" in words(asked)
        assert title(await v.press(ORGANISER, asked, "Reveal now")) == "Revealed"
        await v.tick()
        before = await tables(v)
        assert title(await v.press(ORGANISER, asked, "Reveal now")) == "It is already revealed"
        await v.tick()
        assert changed(before, await tables(v)) == set()
        assert titles(v).count("Monday's reveal") == 1


async def test_buttons_of_an_earlier_question_do_nothing_to_a_later_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        now = card_of(await v.command(ORGANISER, "round now")).buttons()[0].action
        skip = card_of(await v.command(ORGANISER, "round skip")).buttons()[0].action
        assert isinstance(now, PostNow)
        assert isinstance(skip, SkipNext)
        await v.tick(days=1)
        before = await tables(v)
        assert title(await v.act(ORGANISER, now)) == "That has already been done"
        assert title(await v.act(ORGANISER, skip)) == "That day is no longer the next one"
        assert title(await v.act(ORGANISER, CloseNow(1))) == "Answers are already closed"
        await v.tick()
        assert changed(before, await tables(v)) == set()


# Pausing and changing -------------------------------------------------------------------------------------------------


async def test_a_pause_lets_what_is_open_end_and_asks_nothing_new(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I would say.")
        await v.tick(days=1)
        await v.answer("ben", "ben: what I would say.")
        assert "What is open runs to its end" in words(await v.command(ORGANISER, "group pause"))
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
    async with local_group(sqlite_url) as v:
        for path in ("group pause", "group resume", "group pause", "group resume"):
            await v.command(ORGANISER, path)
            await v.tick(minutes=5)
        assert len(await rounds_of(v)) == 1
        (monday,) = await rounds_of(v)
        assert berlin(monday.closes_at) == "Tue 09:00"


async def test_a_later_time_moves_the_close_and_asks_no_second_question_that_day(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        await setting(v, "zone", "America/New_York")
        await v.tick()
        (monday,) = await rounds_of(v)
        assert monday.closes_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
        await v.tick(days=1)
        assert titles(v) == ["Monday's question"]
        await v.tick(hours=6)
        assert titles(v) == ["Monday's question", "Tuesday's question"]
