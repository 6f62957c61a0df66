"""A corrected copy of what the bank has can replace it, and an import is looked at and taken back as one."""

from bot.chat.cards import Reply
from bot.features.custom_questions.actions import ListImports, Retire, TakeBackImport
from bot.features.quiz.tables import quizzes, responses
from tests.features.corrections.test_editing import edit, told
from tests.features.custom_questions.suggested import leaf, own_rows
from tests.features.quiz.test_challenges import standing_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, lists, local_group, words

FIRST = "Which of these shows use? {=Ablating ~Reading}\n\nWhat shows presence? {=Reading ~Ablating}\n"
COPY = (
    FIRST.replace("use? {=Ablating ~Reading}", "USE? {~Ablating =Reading}")
    + "\nWhat shows neither? {=Guessing ~Ablating}\n"
)


async def imported(v: LocalDriver, text: str, press: str = "Add") -> Reply:
    """Import a pasted text, and press this on its report."""
    shown = await v.fill(ORGANISER, await v.command(ORGANISER, "bank import"), text=text, topic=leaf(v))
    return await v.press(ORGANISER, shown, press)


async def bank(v: LocalDriver) -> dict[str, str]:
    """What is right in each own question that is asked, by its prompt."""
    return {
        row.item["prompt"]: next(o["text"] for o in row.item["options"] if o["correct"])
        for row in await own_rows(v)
        if row.state == "accepted"
    }


async def answered(v: LocalDriver, user: str, choice: str) -> None:
    """Answer the group's two questions with the same choice."""
    card = await v.command(user, "quiz start", topic=leaf(v), count=2)
    for number in range(2):
        question = (await v.rows(quizzes))[-1].questions[number]
        card = await v.press(user, card, "AB"[question["choices"].index(choice)])
        card = await v.press(user, card, labels(card)[0])


async def test_a_corrected_copy_replaces_what_the_bank_has_under_its_id(database_url: str) -> None:
    async with local_group(database_url) as v:
        await imported(v, FIRST)
        await answered(v, "mira", "Reading")
        ids, before = [row.id for row in await own_rows(v)], await standing_of(v)
        assert [row.correct for row in await v.rows(responses)].count(True) == 1
        asked = await v.fill(ORGANISER, await v.command(ORGANISER, "bank import"), text=COPY)
        assert "1 question is in your bank already with another answer or other words." in words(asked)
        assert "1 question is already in your bank, and left out." in words(asked)
        assert labels(asked) == ["Replace this one", "Leave it"]  # the new one names no topic
        asked = await v.fill(ORGANISER, await v.command(ORGANISER, "bank import"), text=COPY, topic=leaf(v))
        assert labels(asked) == ["Add this question", "Replace this one", "Don't add them"]
        done = await v.press(ORGANISER, asked, "Replace this one")
        assert "1 answer was graded again. 1 now counts differently" in words(done)
        assert [row.correct for row in await v.rows(responses)] == [True, True]
        assert "Your answer counts as right now" in (await told(v, "mira"))[0]
        added = await v.press(ORGANISER, done, "Add the new one")
        assert labels(added) == ["Look at it", "Take the import back"]
        assert await bank(v) == {
            "Which of these shows USE?": "Reading",
            "What shows presence?": "Reading",
            "What shows neither?": "Guessing",
        }
        again = await v.press(ORGANISER, asked, "Replace this one")
        assert card_of(again).title == "Replaced 1 question"
        back = await v.press(ORGANISER, added, "Take the import back")
        assert await standing_of(v) == before
        assert (await bank(v)).keys() == {"Which of these shows use?", "What shows presence?"}
        assert (await bank(v))["Which of these shows use?"] == "Ablating"
        await v.press(ORGANISER, back, "Put it back")
        assert (await bank(v))["Which of these shows USE?"] == "Reading"
        assert len(await bank(v)) == 3
        assert [row.id for row in await own_rows(v)][: len(ids)] == ids


async def test_an_import_is_looked_at_and_taken_back_as_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        added = await imported(v, FIRST)
        shown = await v.press(ORGANISER, added, "Look at them")
        assert "2 questions." in words(shown)
        assert len(lists(shown)[0].options) == 2
        listed = await v.act(ORGANISER, ListImports(1))
        assert [choice.label for choice in lists(listed)[0].options] == ["23 Nov · 2 questions"]
        one = await v.choose(ORGANISER, listed, lists(listed)[0].options[0].value)
        back = await v.press(ORGANISER, one, "Take it back")
        assert await bank(v) == {}
        await v.press(ORGANISER, one, "Take it back")
        assert "2 questions can be added" in words(
            await v.fill(ORGANISER, await v.command(ORGANISER, "bank import"), text=FIRST, topic=leaf(v))
        )
        again = await v.press(ORGANISER, back, "Put it back")
        assert len(await bank(v)) == 2
        log = await v.command(ORGANISER, "group log")
        assert words(log).count("Took an import back") == words(log).count("Put an import back") == 1
        (imported_,) = [c for c in lists(log)[0].options if c.label == "Imported 2 questions"]
        assert "Nobody is asked what it added" in words(await v.choose(ORGANISER, log, imported_.value))
        assert await bank(v) == {}
        again = await v.press(ORGANISER, back, "Put it back")
        await v.act(ORGANISER, Retire(1, away=True))
        await v.press(ORGANISER, again, "Take it back")
        assert [row.state for row in await own_rows(v)][:2] == ["retired", "taken_back"]
        assert (
            card_of(await v.act("mira", TakeBackImport(1, 1, away=False))).title
            == "Only organisers can do this"
        )
        assert (
            card_of(await v.act(ORGANISER, TakeBackImport(1, 99, away=True))).title == "This import is gone"
        )


async def test_what_was_edited_since_stays_when_an_import_is_taken_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await imported(v, FIRST)
        done = await imported(v, COPY, "Replace")
        await v.tick(minutes=1)
        await edit(v, "own.1", options="Ablating\nReading\n* Both")
        back = await v.press(ORGANISER, done, "Take the import back")
        assert "1 question was edited or taken out since, and left alone." in words(back)
        assert (await bank(v))["Which of these shows USE?"] == "Both"
