"""The daily round from end to end, on SQLite and on PostgreSQL."""

from bot.features.daily.tables import answers
from bot.features.points.tables import ledger
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, labels, local_group, words


async def test_a_question_is_posted_answered_voted_on_and_revealed(database_url: str) -> None:
    async with local_group(database_url) as v:
        (question,) = v.channel()
        assert card_of(question).title == "Monday's question"
        assert labels(question) == ["Answer", "Hint", "Pass"]
        for user in ("ada", "ben", "chi", "dee"):
            saved = await v.answer(
                user, f"What {user} thinks.", consent="named" if user == "ada" else "unnamed"
            )
            assert "Saved" in words(saved)
        await v.tick(days=1)
        monday, tuesday = v.channel()
        assert "Answers are closed" in words(monday)
        assert "Vote on Monday's" in labels(tuesday)
        for user in ("ada", "ben", "chi", "dee", "eve", ORGANISER):
            page = await v.press(user, tuesday, "Vote")
            while "ballot:" in card_of(page).title:
                helped = "What ada thinks." in words(page)
                page = await v.press(user, page, "It helped me" if helped else "Not this one")
            assert card_of(page).title == "Thank you: ballot finished"
        assert await v.rows(ledger) == []
        await v.tick(days=1)
        assert [c.title for c in v.channel()] == [
            "Monday's question",
            "Tuesday's question",
            "Monday's reveal",
            "Wednesday's question",
        ]
        reveal = v.channel()[2]
        assert "Ada · helped 5 of 5 readers" in words(reveal)
        assert "Read all 4" in labels(reveal)
        mine = await v.press("ada", reveal, "How did mine do?")
        assert "It helped 5 of 5 readers." in words(mine)
        assert "It earned you 21 points" in words(mine)
        board = await v.command("ada", "leaderboard")
        assert "21" in words(board)
        await v.restart()
        await v.tick()
        assert len(v.channel()) == 4
        assert len(await v.rows(answers)) == 4
        assert "Answer" in labels(v.channel()[3])
