"""A goal of one's own, and the days before an interview."""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import Reply, Style
from bot.features.home.actions import ChooseGoal, ClearInterview, ShowPlan
from bot.features.points.tables import breaks
from bot.features.quiz.tables import quizzes
from bot.membership.calendar.interview import EARLY, FINAL, MIDDLE, phase_of
from bot.membership.tables import people
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS
from tests.features.daily.acting import member_of
from tests.features.quiz.quizzing import go_through, start, whole
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, button, card_of, labels, lists, local_group, words

MONDAY = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")


async def plan(v: LocalDriver, **options: str) -> Reply:
    return await v.command("ada", "my interview", **options)


async def interview_kept(v: LocalDriver) -> date | None:
    person = (await member_of(v, "ada")).person_id
    kept: date | None = next(r.interview_date for r in await v.rows(people) if r.id == person)
    return kept


async def test_a_goal_is_three_days_until_one_sets_another(database_url: str) -> None:
    async with local_group(database_url) as v:
        shown = await v.command("ada", "my goal")
        assert "0 of 3 this week" in words(shown)
        assert "Your goal: 5 days a week" in words(await v.command("ada", "my goal", days=5))
        await v.answer("ada", "What I would say.")
        assert "1 of 5 this week" in words(await v.command("ada", "my goal"))
        chosen = await v.choose("ada", shown, "1")
        assert "You have reached it" in words(chosen)
        assert lists(chosen)[0].chosen == {"1"}
        assert "0 of 3 this week" in words(await v.command("ben", "my goal"))


async def test_a_goal_that_no_week_has_room_for_is_refused_kindly(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "my goal")
        for said in ("0", "8", "x", "", "७", "99999999999"):
            refused = await v.act("ada", ChooseGoal(1), said)
            assert card_of(refused).title == "A goal is 1 to 7 days a week", said
        assert (await member_of(v, "ada")).goal == 3


async def test_without_a_date_the_card_says_what_one_would_change(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert labels(await plan(v)) == ["Set the date"]
        assert words(await v.act("ada", ShowPlan(1))) == words(await plan(v))


async def test_nine_days_before_it_the_plan_says_what_is_due_and_its_buttons_do_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz, number = await start(v, count=8)
        await go_through(v, "ada", quiz, number)
        v.clock.move(days=30)
        on = v.clock().date() + timedelta(days=9)
        shown = await plan(v, date=on.isoformat())
        assert card_of(shown).title == "9 days to your interview"
        assert "Today: 8 due for review, 1 practice answer, final-weeks topics." in words(shown).replace(
            "**", ""
        )
        assert "Culture and behavioral" in words(shown)
        assert labels(shown)[:4] == [
            "Review what is due",
            "Practise an answer",
            "Start a quiz",
            "Change the date",
        ]
        assert button(shown, "Review").style is Style.PRIMARY
        assert card_of(await v.press("ada", shown, "Review")).title.startswith("Review: 1 of ")
        asked = await v.press("ada", await v.press("ada", shown, "Practise"), "Try it")
        await v.fill("ada", asked, answer="What I would say.")
        assert "your practice answer is done" in words(await v.act("ada", ShowPlan(1)))
        assert await interview_kept(v) == on


async def test_days_off_and_breaks_are_no_days_of_the_goal_or_the_plan(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "my goal", days=5)
        opened = await v.choose_change(await v.command(ORGANISER, "group settings"), "daysoff")
        asked = await v.press(ORGANISER, opened, "Add days off")
        await v.fill(ORGANISER, asked, first="2026-11-26", last="2026-11-29")  # Thursday to Sunday
        shown = await v.command("ada", "my goal")
        assert "0 of 3 this week" in words(shown)
        assert "Days off leave 3 of your 5." in words(shown)
        assert "0 of 3 days this week" in words(await v.command("ada", "my home"))
        await v.command("ada", "my break", until="2026-11-25")
        assert "This week is off" in words(await v.command("ada", "my goal"))
        assert "this week is off" in words(await v.command("ada", "my home"))
        assert "This week: off" in words(await v.command("ada", "my record"))
        planned = await plan(v, date="2026-12-02")
        assert card_of(planned).title == "2 study days to your interview"
        assert "7 days until then are off" in words(planned)
        assert "Today is a day off" in words(planned)
        assert (
            card_of(await v.command("ben", "my interview", date="2026-12-02")).title
            == "5 study days to your interview"
        )


async def test_the_date_is_cleared_by_a_word_or_a_button_and_others_have_none(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = await plan(v, date="2027-02-01")
        assert card_of(await v.press("ada", shown, "Clear the date")).title == "Cleared"
        assert await interview_kept(v) is None
        await plan(v, date="2027-02-01")
        await v.act("ben", ClearInterview(1))
        assert await interview_kept(v) == date(2027, 2, 1)
        assert card_of(await plan(v, date="None")).title == "Cleared"
        assert card_of(await plan(v)).title == "No interview date"


async def test_a_date_that_cannot_be_is_refused_kindly_and_the_old_one_stays(sqlite_url: str) -> None:
    refused = {
        "2026-11-22": "That day has passed",
        "1999-01-01": "That day has passed",
        "2036-01-01": "That is too far away",
        "soon": "Give the day like this: 2027-02-01",
        "2027-02-30": "Give the day like this: 2027-02-01",
        "<@everyone>": "Give the day like this: 2027-02-01",
    }
    async with local_group(sqlite_url) as v:
        await plan(v, date="2027-02-01")
        for said, title in refused.items():
            assert card_of(await plan(v, date=said)).title == title
            assert await interview_kept(v) == date(2027, 2, 1)


async def test_the_day_itself_asks_for_nothing_and_after_it_the_date_is_over(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert card_of(await plan(v, date=MONDAY.isoformat())).title == "Your interview"
        v.clock.move(days=1)
        over = await plan(v)
        assert card_of(over).title == "That day is over"
        assert labels(over) == ["New date", "Clear the date"]
        assert "My interview plan" not in labels(await v.command("ada", "my record"))


async def test_what_was_learned_comes_once_more_before_the_date_and_not_on_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        held = Counter(i.topic for i in v.app.bank.live() if i.kind in OBJECTIVE_KINDS)
        leaf, size = next((topic, n) for topic, n in sorted(held.items()) if n == 3)
        for _ in range(3):
            quiz, number = await start(v, count=size, topic=leaf)
            await go_through(v, "ada", quiz, number)
            v.clock.move(days=20)
        on = v.clock().date() + timedelta(days=3)
        assert "nothing due" in words(await plan(v, date=(on + timedelta(days=40)).isoformat()))
        assert "3 due" in words(await plan(v, date=on.isoformat()))
        await plan(v, date="none")
        assert card_of(await v.command("ada", "quiz review")).title == "Nothing to review"
        await plan(v, date=on.isoformat())
        assert card_of(await whole(v, "ada", "quiz review")).title.startswith(
            "Review: 4 of 4"
        )  # with a new one
        v.clock.move(days=3)
        assert card_of(await v.command("ada", "quiz review")).title == "Nothing to review"


async def test_practice_and_quizzes_lean_on_the_phase_of_preparation(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await plan(v, date="2026-12-02")
        page = await v.command("ada", "question practice")
        in_phase = [i.id for i in v.app.bank.live(DISCUSSION_KINDS) if i.phase == FINAL]
        seen = []
        for _ in range(len(in_phase) + 2):
            seen.append(str(getattr(button(page, "Try it").action, "item_id", "")))
            page = await v.press("ada", page, "Another one")
        assert {v.app.bank.item(i).phase for i in seen[: len(in_phase) - 1]} == {FINAL}
        assert v.app.bank.item(seen[-1]).phase != FINAL
        await start(v, count=4)
        asked = [q["item_id"] for q in (await v.rows(quizzes))[0].questions]
        assert len(asked) == len(set(asked)) == 4
        assert sum(v.app.bank.item(i).phase == FINAL for i in asked) >= 2


@given(days=st.integers(-400, 800))
def test_the_phase_follows_from_the_days_left(days: int) -> None:
    phase = phase_of(MONDAY + timedelta(days=days), MONDAY)
    assert phase == ("" if days < 0 else FINAL if days <= 21 else MIDDLE if days <= 75 else EARLY)
    assert phase_of(None, MONDAY) == ""


async def test_a_break_is_kept_and_its_early_end_trims_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "my break", until="2026-12-07")
        v.clock.move(days=2)
        away = await v.command("ada", "my break", until="2026-12-20")
        assert [(r.first_date, r.last_date) for r in await v.rows(breaks)] == [(MONDAY, date(2026, 12, 20))]
        v.clock.move(days=1)
        await v.press("ada", away, "End the break")
        assert [(r.first_date, r.last_date) for r in await v.rows(breaks)] == [(MONDAY, date(2026, 11, 26))]
        v.clock.move(days=1)
        await v.command("ada", "my break")
        await v.command("ada", "my break", until="2026-12-01")
        assert [r.last_date for r in await v.rows(breaks)] == [date(2026, 11, 26), date(2026, 12, 1)]


async def test_a_week_on_a_break_costs_no_freeze_and_a_week_without_one_ends_a_streak(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben"):
            await v.answer(user, "What I would say.")
        await v.command("ada", "my break", until="2026-11-30")
        for _ in range(7):
            await v.tick(days=1)
        assert "1 question day in a row.** 2 freezes in hand: each keeps your streak" in words(
            await v.command("ada", "my record")
        )
        assert "No streak right now.** " in words(await v.command("ben", "my record"))
        assert "Your best was 1 day." in words(await v.command("ben", "my record"))
