"""An organiser corrects a question of the group's own in place, and what was built on it follows."""

from bot.chat.cards import Ask, Private, Refuse, Reply, text
from bot.features.corrections.editing import CHANGED_SINCE
from bot.features.custom_questions.actions import OpenCorrection, SayWrong
from bot.features.quiz.actions import OpenChallenge
from bot.features.quiz.tables import quizzes, responses, reviews
from tests.features.custom_questions.suggested import CHOICE, accepted, leaf, own_rows
from tests.features.quiz.test_challenges import standing_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, form_of, lists, local_group, words

RIGHT, OTHER = "Ablating it changes the output", "A probe can read it"


async def edit(v: LocalDriver, own: str, **fields: str) -> Reply:
    """Open the form of an own question, and send it with these fields changed."""
    asked = await v.act(ORGANISER, OpenCorrection(int(own.partition(".")[2]), sure=True))
    return await v.fill(ORGANISER, asked, **fields)


def starred(option: str) -> str:
    """The options of the choice with a star before this one."""
    lines = (line.removeprefix("* ") for line in CHOICE["options"].splitlines())
    return "\n".join(("* " if line == option else "") + line for line in lines)


async def choose(v: LocalDriver, user: str, option: str) -> None:
    """Answer the own choice in a quiz alone."""
    card = await v.command(user, "quiz start", topic=leaf(v), count=1)
    question = (await v.rows(quizzes))[-1].questions[0]
    card = await v.press(user, card, "ABC"[question["choices"].index(option)])
    await v.press(user, card, "See the result")


async def told(v: LocalDriver, user: str) -> list[str]:
    """What waits for somebody about answers that were corrected."""
    reply = await v.command(user, "my record")
    assert isinstance(reply, Private)
    return [words(card) for card in reply.also if card.title == "An answer was corrected"]


async def test_a_corrected_answer_counts_both_ways_and_those_concerned_read_one_line(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
        own = await accepted(v, "amara", kind="single")
        for user, option in (("mira", RIGHT), ("tomas", OTHER), ("dora", "It has a high norm")):
            await choose(v, user, option)
        before = await standing_of(v)
        assert {name: n for name, n in before[0].items() if n} == {
            "Mira points": 2,
            "Mira quiz": 2,
            "Tomas quiz": 1,
            "Dora quiz": 1,
        }
        saved = await edit(v, own, options=starred(OTHER))
        assert "3 answers were graded again. 2 now count differently" in words(saved)
        points, _ = await standing_of(v)
        assert {name: n for name, n in points.items() if n} == {
            "Tomas points": 2,
            "Tomas quiz": 2,
            "Mira quiz": 1,
            "Dora quiz": 1,
        }
        assert {row.owed for row in await v.rows(reviews)} == {0, 2}
        assert [row.correct for row in await v.rows(responses)] == [False, True, False]
        (line,) = await told(v, "mira")
        assert "Your answer counts as wrong now, and the 2 points that it brought you are taken back." in line
        assert OTHER in line
        (line,) = await told(v, "tomas")
        assert "Your answer counts as right now, and brings you 2 points." in line
        assert await told(v, "dora") == []
        for _ in range(2):
            log = await v.command(ORGANISER, "group log")
            undone = await v.choose(ORGANISER, log, lists(log)[0].options[0].value)
            assert "The question reads as it did before" in words(undone)
            assert await standing_of(v) == before
            await edit(v, own, options=starred(OTHER))
        await edit(v, own, options=starred(RIGHT))
        assert await standing_of(v) == before
        saved = await edit(v, own)
        assert "Nothing was changed" in words(saved)
        states = [row.state for row in await own_rows(v) if row.request == own]
        assert states == ["taken_back", "taken_back", "replaced", "replaced"]


async def test_a_question_is_corrected_while_it_is_out_of_scoring_or_still_to_be_answered(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, "amara", kind="single")
        for user, option in (("mira", RIGHT), ("tomas", OTHER)):
            await choose(v, user, option)
        asked = await v.command("dora", "quiz start", topic=leaf(v), count=1)
        doubted = await v.act(ORGANISER, SayWrong(1, own))
        out = await v.press(ORGANISER, doubted, "Take it out")
        await v.fill(ORGANISER, await v.press(ORGANISER, out, "Edit it"), options=starred(OTHER))
        assert (await standing_of(v))[1] == []
        assert not any(total for total in (await standing_of(v))[0].values())
        await v.press(ORGANISER, out, "Put it back")
        points, _ = await standing_of(v)
        assert {name: n for name, n in points.items() if n} == {
            "Tomas points": 2,
            "Tomas quiz": 2,
            "Mira quiz": 1,
        }
        question = (await v.rows(quizzes))[-1].questions[0]
        shown = await v.press("dora", asked, "ABC"[question["choices"].index(OTHER)])
        assert card_of(shown).title == "Right"


async def test_a_challenge_that_waits_is_answered_by_a_correction(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, "amara", kind="single")
        await choose(v, "mira", OTHER)
        await v.fill("mira", await v.act("mira", OpenChallenge(1, 0)), why="A probe shows it as well.")
        await edit(v, own, options=starred(OTHER))
        await v.tick()
        assert "An organiser corrected the question." in words(v.private("mira")[-1])


async def test_what_cannot_be_saved_comes_back_with_every_word(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, kind="single")
        first = await v.act(ORGANISER, OpenCorrection(1, sure=True))
        values = {f.id: getattr(f, "value", "") for f in form_of(first).fields}
        assert {**values, "link": ""} == {**CHOICE, "link": ""}
        refused = await v.fill(ORGANISER, first, options="* one\n* two", link="nowhere", prompt="Why so?")
        assert isinstance(refused, Refuse)
        assert refused.errors.keys() == {"options", "link"}
        assert [getattr(f, "value", "") for f in refused.form.fields][:2] == ["Why so?", "* one\n* two"]
        await edit(v, own, why="An intervention alone shows it.")
        late = await v.fill(ORGANISER, first, why="What another organiser wrote meanwhile.")
        assert isinstance(late, Ask)
        assert late.form.intro == text(CHANGED_SINCE)
        assert "An intervention alone shows it." in str((await own_rows(v))[0].item)
        await v.fill(ORGANISER, late)
        assert "What another organiser wrote meanwhile." in str((await own_rows(v))[0].item)
        for reply in (
            await v.act("mira", OpenCorrection(1, sure=True)),
            await v.fill("mira", first, why="Mine."),
        ):
            assert card_of(reply).title == "Only organisers can do this"


async def test_a_group_quiz_that_is_over_shows_its_places_by_the_corrected_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, "amara", kind="single")
        await v.command("mira", "quiz start", mode="group", topic=leaf(v), count=1)
        await v.tick()
        for user in ("tomas", "dora"):
            await v.press(user, v.channel()[-1], "I'm in")
        await v.tick(seconds=61)
        choices = (await v.rows(quizzes))[0].questions[0]["choices"]
        for user, option in (("mira", RIGHT), ("tomas", OTHER), ("dora", OTHER)):
            await v.press(user, v.channel()[-1], "ABC"[choices.index(option)])
        for _ in range(3):
            await v.tick(seconds=16)
        assert words(v.channel()[-1]).count("· 1 of 1") == 1
        await edit(v, own, options=starred(OTHER))
        await v.tick()
        assert words(v.channel()[-1]).count("· 1 of 1") == 2
