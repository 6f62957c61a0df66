"""What a platform delivers twice counts once, also when something newer came in between and the process was restarted."""

from dataclasses import replace

from bot.chat.actions import encode
from bot.chat.requests import Press, Request, Submit
from bot.features.daily.actions import SaveAnswer, ShowRound
from bot.features.daily.tables import answers
from bot.features.home.actions import ChooseGoal, ShowHome
from tests.support.local_driver import LocalDriver, card_of, local_group, words

A = "The first thing that I would say, and it is long enough to count."
B = "What I would rather say, after having slept over it for a night."


def saving(v: LocalDriver, text: str) -> Request:
    """A form with an answer, as it was sent."""
    return v.request("mira", Submit(encode(SaveAnswer(1)), {"answer": text, "consent": "unnamed"}))


async def test_an_answer_that_is_delivered_again_does_not_undo_the_newer_one(database_url: str) -> None:
    async with local_group(database_url) as v:
        first, second = saving(v, A), saving(v, B)
        for sent in (first, second):
            assert card_of(await v.handle(sent)).title == "Saved"
        await v.restart()
        again = card_of(await v.handle(replace(first, at=v.clock.move(minutes=5))))
        assert again.title == "Already done"
        assert [b.action for b in again.buttons()] == [ShowRound(1)]
        assert [row.text for row in await v.rows(answers)] == [B]
        shown = await v.act("mira", again.buttons()[0].action)
        assert B in words(shown)


async def test_where_no_round_is_meant_the_way_on_is_ones_home(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        press = v.request("mira", Press(encode(ChooseGoal(1)), ("5",)))
        await v.handle(press)
        again = card_of(await v.handle(press))
        assert [b.action for b in again.buttons()] == [ShowHome(1)]
