"""One's home page: what is open, what waits, what was done; and where its buttons lead."""

from bot.chat.cards import Ask, Private
from bot.features.home.home import RECEIPTS
from tests.features.daily.acting import vote_all
from tests.support.local_driver import LocalDriver, labels, local_app, words


async def _home(v: LocalDriver, user: str) -> str:
    return words(await v.command(user, "my home"))


async def test_it_leads_through_the_day(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        first = await v.command("ada", "my home")
        assert isinstance(first, Private)
        assert "Monday's question** (not answered yet)" in words(first)
        assert "nothing due for review" in words(first)
        assert labels(first) == ["Answer", "My record", "Refresh"]
        assert isinstance(await v.press("ada", first, "Answer"), Ask)
        await v.answer("ada", "What I would say.")
        then = await v.command("ada", "my home")
        assert "(answered)" in words(then)
        assert "Answer saved, Monday's question" in words(then)
        assert "What I would say." not in words(then)
        assert labels(then)[0] == "Edit my answer"


async def test_it_shows_the_ballot_a_running_quiz_and_what_was_finished(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        for user in ("ada", "ben", "chi"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        shown = await v.command("ada", "my home")
        assert "Monday's ballot**: 2 to read." in words(shown)
        assert "Vote on Monday's: 2 to read" in labels(shown)
        await vote_all(v, "ada", ["ben"])
        assert "Ballot finished, Monday's answers" in await _home(v, "ada")
        quiz = await v.command("ada", "quiz start", count=3)
        again = await v.command("ada", "my home")
        assert "A quiz is open**: question 1 of 3." in words(again)
        assert (
            words(await v.press("ada", again, "Continue the quiz")).splitlines()[0]
            == words(quiz).splitlines()[0]
        )


async def test_no_more_than_the_last_ten_steps_are_listed(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        for _ in range(RECEIPTS + 3):
            await v.answer("ada", "What I would say.")
            await v.tick(days=1)
        assert (await _home(v, "ada")).count("Answer saved") == RECEIPTS


async def test_nobody_sees_anothers_steps(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "What I would say.")
        assert "Answer saved" not in await _home(v, "ben")
