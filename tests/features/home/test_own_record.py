"""One's own record: what it counts, whom it is for, and what its picture says."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.chat.cards import Card, Picture, Private, Reply
from bot.features.daily.tables import answers
from bot.features.home.actions import ShowRecord
from bot.features.home.picture import MOST_TOPICS, WIDTH, record_alt, record_scene
from bot.features.home.rules import Known, Mastery, Quizzed, Record, active_days, first_day, level, mastery
from bot.features.points.streak_rules import Act, Streak
from bot.features.points.tables import activity
from bot.pictures.drawing import ACCENT, DENSITY, Box, paint
from bot.questions.kinds import OBJECTIVE_KINDS
from tests.features.daily.acting import vote_all
from tests.features.quiz.quizzing import RIGHT, WRONG, go_through, start, whole
from tests.support.local_driver import LocalDriver, card_of, labels, local_group, words

TODAY = date(2026, 11, 25)
PLAIN = Record(
    group_id=1,
    today=TODAY,
    days={TODAY: 1, TODAY - timedelta(days=400): 1},
    streak=Streak(12, 31),
    this_week=2,
    goal=3,
    topics=(Mastery("Safety", 2, 3, 5), Mastery("Coding", 0, 0, 4)),
    quizzed=Quizzed(43, 50, 3, 4),
    given=9,
    helped=1031,
    due=8,
    points=(12, 340),
    interview=None,
)
STRANGE = ("שלום", "مرحبا", "中文主题", "Z̷̢̛͓a̸̧̛l̵̢̛g̸̡̛o", "👩‍👩‍👧‍👦", "W" * 300, "<script>*_~`")


def picture_of(shown: Reply | Card) -> Picture:
    """The picture of a card."""
    return next(b for b in card_of(shown).blocks if isinstance(b, Picture))


async def test_a_newcomers_record_teaches_what_will_stand_there(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = await v.command("ada", "my record")
        assert isinstance(shown, Private)
        assert "No streak right now." in words(shown)
        assert "once you have taken a quiz" in words(shown)
        assert "This week: 0 of 3 days" in words(shown)
        assert labels(shown) == ["Start a quiz", "My quizzes", "Weekly goal", "Interview date"]
        assert Image.open(io.BytesIO(picture_of(shown).data)).width == WIDTH * DENSITY


async def test_a_record_counts_what_its_member_did_and_nothing_of_others(database_url: str) -> None:
    async with local_group(database_url) as v:
        for user in ("ada", "ben", "chi", "dee"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        before = words(await v.command("ada", "my record"))
        for voter in ("ben", "chi"):
            await vote_all(v, voter, ("ada",))
        assert "Helped others: 0 times" in words(await v.command("ada", "my record"))
        await v.tick(days=1)
        quiz, number = await start(v, count=4)
        await go_through(v, "ada", quiz, number, RIGHT)
        after = words(await v.command("ada", "my record"))
        assert "1 question day in a row" in before
        assert "Answers you gave: 1" in after
        assert "Helped others: 2 times" in after
        assert "Quiz answers: 4 of 4 right" in after
        assert "2 question days in a row" in after
        assert "This week: 2 of 3 days" in after
        assert "Helped others: 0 times" in words(await v.command("ben", "my record"))


async def test_what_was_right_is_remembered_until_its_review_is_due_and_what_was_wrong_is_not(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        bank = v.app.bank
        asked = sum(i.kind in OBJECTIVE_KINDS and bank.root(i).id == "safety" for i in bank.live())
        quiz, number = await start(v, count=2, topic="safety")
        await go_through(v, "ada", quiz, number, RIGHT)
        assert f"Safety research | 2 | 2 | {asked}" in words(await v.command("ada", "my record"))
        v.clock.move(days=30)
        late = await v.command("ada", "my record")
        assert f"Safety research | 0 | 2 | {asked}" in words(late)
        assert "Due for review: 2" in words(late)
        assert labels(late)[0] == "Review what is due"
        quiz, number = await start(v, user="ben", count=2, topic="safety")
        await go_through(v, "ben", quiz, number, WRONG)
        assert f"Safety research | 0 | 2 | {asked}" in words(await v.command("ben", "my record"))


async def test_a_calm_groups_record_knows_no_points(sqlite_url: str) -> None:
    async with local_group(sqlite_url, "calm") as v:
        await whole(v, "ada", "quiz start")
        shown = words(await v.command("ada", "my record"))
        assert "oints" not in shown
        assert "Your points" in words(await _friendly(v))


async def _friendly(v: LocalDriver) -> Reply:
    card = await v.command("olga", "group settings")
    await v.choose("olga", await v.choose_change(card, "tone"), "friendly")
    return await v.command("ada", "my record")


async def test_a_button_of_a_record_shows_only_ever_ones_own(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "What I would say.")
        assert "Answers you gave: 1" in words(await v.act("ada", ShowRecord(1)))
        assert "Answers you gave: 0" in words(await v.act("ben", ShowRecord(1)))
        assert card_of(await v.act("ben", ShowRecord(99))).title == "This group no longer exists"


async def test_every_way_of_recalling_something_is_noted_once_a_day(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.press("ada", await v.press("ada", v.channel()[0], "Pass"), "Pass")
        await whole(v, "ada", "quiz start")
        page = await v.command("ada", "question practice")
        await v.fill("ada", await v.press("ada", page, "Try it"), answer="What I would say.")
        for user in ("ben", "chi"):
            await v.answer(user, f"{user}: what I would say.")
        assert next(r.acts for r in await v.rows(activity)) == Act.PASSED | Act.QUIZ | Act.PRACTICE
        await v.tick(days=1)
        await vote_all(v, "ada")
        v.clock.move(days=30)
        await whole(v, "ada", "quiz review")
        own = [r.acts for r in await v.rows(activity) if r.member_id == (await v.rows(answers))[0].member_id]
        assert own == [Act.PASSED | Act.QUIZ | Act.PRACTICE, Act.BALLOT, Act.REVIEW]


def test_a_day_is_coloured_by_kinds_of_acts_and_never_beyond_the_scale() -> None:
    assert [level(acts) for acts in (0, 1, 33, 37, 61, 63)] == [0, 1, 2, 3, 4, 4]


def test_a_year_is_whole_weeks_that_end_with_this_one() -> None:
    assert first_day(TODAY).weekday() == 0
    assert first_day(TODAY) <= TODAY - timedelta(days=364)
    assert active_days(PLAIN.days, first_day(TODAY)) == 1


@given(
    items=st.lists(st.sampled_from("ab"), max_size=30),
    met=st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30),
)
def test_mastery_never_claims_more_than_was_met_nor_more_than_there_is(
    items: list[str], met: list[tuple[float, bool]]
) -> None:
    known = [Known(root, recall, owed) for root, (recall, owed) in zip(items, met, strict=False)]
    found = mastery((("a", "A"), ("b", "B"), ("c", "C")), items, known)
    assert {m.title for m in found} == {root.upper() for root in items}
    assert all(0 <= m.remembered <= m.met <= m.total for m in found)
    assert sum(m.remembered for m in found) == sum(r >= 0.9 and not o for _, r, o in map(_parts, known))


def _parts(known: Known) -> tuple[str, float, bool]:
    return known.root, known.recall, known.owed


def test_each_figure_stands_once_on_the_card_and_none_in_its_picture() -> None:
    drawn = record_scene(PLAIN).said
    assert "Your year" in drawn
    date = f"{PLAIN.today.day} {PLAIN.today:%B %Y}"
    assert [said for said in drawn if said != date and any(c.isdigit() for c in said)] == []
    assert record_alt(PLAIN).startswith("Your record. 1 active day in the past year.")
    assert "Safety 2 of 5" in record_alt(PLAIN)


def test_nothing_of_the_picture_stands_outside_of_it() -> None:
    many = replace(PLAIN, topics=tuple(Mastery(title * 9, 1, 2, 3) for title in STRANGE * 5))
    for record in (PLAIN, many, replace(PLAIN, topics=()), replace(PLAIN, streak=Streak(99999, 99999))):
        scene = record_scene(record)
        assert (
            sum(shape.fill == ACCENT for shape in scene.shapes if isinstance(shape, Box)) <= MOST_TOPICS + 1
        )
        image = Image.open(io.BytesIO(paint(scene))).convert("RGBA")
        assert image.size == (scene.width * DENSITY, scene.height * DENSITY)
        assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]  # RGBA gives four numbers
        for shape in scene.shapes:
            assert 0 <= shape.x <= scene.width
            assert 0 <= shape.y <= scene.height


@pytest.mark.parametrize("title", STRANGE)
def test_a_topic_that_the_font_cannot_draw_stands_in_the_table_alone(title: str) -> None:
    scene = record_scene(replace(PLAIN, topics=(Mastery(title, 1, 2, 3),)))
    drawn = [text for text in scene.said if text in title or text.rstrip("…") in title or "table" in text]
    assert len(drawn) == 1
    if not title.isascii():
        assert drawn == ["(see the table)"]
