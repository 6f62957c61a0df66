"""One's home page: what is open, what waits, what was done; where its buttons lead, and that what is pinned has the same ones."""

from bot.chat.cards import Ask, Private
from bot.features.daily.actions import LockAnswer, Pass
from bot.features.home.home import RECEIPTS
from tests.features.daily.acting import vote_all
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, local_app, local_group, words


async def _home(v: LocalDriver, user: str) -> str:
    return words(await v.command(user, "my home"))


async def test_it_leads_through_the_day(database_url: str) -> None:
    async with local_app(database_url) as v:
        assert await v.pinned("ada") == {}, "there is no group yet"
        await v.set_up()
        until = "until 2026-11-24T08:00:00+00:00"
        assert list(await v.pinned("ada")) == [f"Answer {until}"], "to who is no member yet, too"
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
        assert list(await v.pinned("ada")) == [f"Edit my answer {until}"]
        await v.act("ada", LockAnswer(1))
        assert list(await v.pinned("ada")) == ["See my answer locked"]
        await v.act("ben", Pass(1))
        assert list(await v.pinned("ben")) == ["See the question passed"]


async def test_it_shows_the_ballot_a_running_quiz_and_what_was_finished(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben", "chi"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        shown = await v.command("ada", "my home")
        assert "Monday's ballot**: 2 to read." in words(shown)
        pins = await v.pinned("ada")
        assert [said.partition(" until")[0] for said in pins] == ["Answer", "Vote 2 to read"]
        assert list(pins.values()) == list(card_of(shown).buttons())[:2]
        await vote_all(v, "ada", ["ben"])
        assert len(await v.pinned("ada")) == 1
        assert "Ballot finished, Monday's answers" in await _home(v, "ada")
        quiz = await v.command("ada", "quiz start", count=3)
        assert "Continue the quiz 1 of 3" in await v.pinned("ada")
        again = await v.command("ada", "my home")
        assert "A quiz is open**: question 1 of 3." in words(again)
        assert (
            words(await v.press("ada", again, "Continue the quiz")).splitlines()[0]
            == words(quiz).splitlines()[0]
        )


async def test_no_more_than_the_last_ten_steps_are_listed(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for _ in range(RECEIPTS + 4):
            await v.answer("ada", "What I would say.")
            await v.tick(days=1)
        await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        await v.tick()
        await v.answer("ada", "What I would say.")
        said = await _home(v, "ada")
        assert said.count("Answer saved") == RECEIPTS
        assert "Answer saved, Monday's second question" in said


async def test_nobody_sees_anothers_steps(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "What I would say.")
        assert "Answer saved" not in await _home(v, "ben")
