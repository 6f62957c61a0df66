"""What was a mistake is taken back: a question by the organisers, an answer or a ballot by whoever gave it."""

from collections.abc import Mapping
from functools import partial

import pytest

from bot.chat.actions import encode
from bot.chat.requests import Press
from bot.features.daily.actions import (
    AskPass,
    AskWithdraw,
    CloseNow,
    KeepLate,
    LockAnswer,
    MyResult,
    OpenAnswer,
    OpenBallot,
    Pass,
    ReadAnswers,
    RevealNow,
    ShowHint,
    ShowRound,
    Withdraw,
)
from bot.features.points.streaks import streak_of
from tests.features.daily.acting import (
    changed,
    member_id_of,
    quoted,
    rounds_of,
    send,
    submit,
    tables,
    title,
    vote_all,
)
from tests.features.daily.scenes import points_of, running, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, labels, local_app, words

GONE = "This question was withdrawn"
THEIRS = [
    OpenAnswer(1),
    LockAnswer(1),
    ShowHint(1),
    AskPass(1),
    Pass(1),
    OpenBallot(1),
    ShowRound(1),
    MyResult(1),
]


async def streaks(v: LocalDriver, *users: str) -> Mapping[str, int]:
    """How many question days in a row these members have."""
    found = {}
    for user in users:
        member = await member_id_of(v, user)
        found[user] = (await v.app.database.read(partial(streak_of, member_id=member))).current
    return found


# A question -----------------------------------------------------------------------------------------------------------


async def test_a_question_posted_by_mistake_is_withdrawn_and_nothing_of_it_counts(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        await v.answer("ada", "ada: what I would say.")
        manage = await v.command(ORGANISER, "round manage")
        asked = await v.press(ORGANISER, manage, "Withdraw Monday's")
        assert "1 member has answered Monday's question." in words(asked)
        assert await states(v) == ["open"]
        await v.restart()
        request = v.request(ORGANISER, Press(encode(Withdraw(1))))
        assert title(await v.app.dispatcher.handle(request)) == "Withdrawn"
        await v.tick()
        before = await tables(v)
        await v.app.dispatcher.handle(request)
        assert title(await v.press(ORGANISER, asked, "Withdraw it")) == GONE
        await v.tick()
        assert changed(before, await tables(v)) == set()
        (post,) = v.channel()
        assert "withdrew this question" in words(post)
        assert labels(post) == ["My answer"]
        assert quoted(await v.press("ada", post, "My answer")) == ["ada: what I would say."]
        for action in THEIRS:
            assert title(await v.act("ada", action)) == GONE, action
        for action in (CloseNow(1), RevealNow(1), AskWithdraw(1)):
            assert title(await v.act(ORGANISER, action)) == GONE, action
        assert title(await v.act("ben", ReadAnswers(1, 0))) == GONE
        late = await submit(v, "ben", 1, "ben: as good as sent.")
        assert (title(late), quoted(late)) == (GONE, ["ben: as good as sent."])
        kept = await v.act("ben", KeepLate(1))
        model_answer = (await rounds_of(v))[0].question["model_answer"]
        assert quoted(kept) == ["ben: as good as sent."]
        assert model_answer not in words(kept), "it may be asked again"
        await v.tick(days=2)
        assert await points_of(v) == {}
        assert titles(v) == ["Monday's question", "Wednesday's question"]


async def test_a_ballot_ends_with_its_question_and_its_day_is_no_question_day(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        for user in ("ada", "ben"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        await v.answer("ada", "ada: Tuesday.")
        page = await v.command("ada", "vote")
        await vote_all(v, "ben", ("ada",))
        assert await streaks(v, "ada", "ben") == {"ada": 2, "ben": 1}
        await v.act(ORGANISER, Withdraw(1))
        assert title(await v.press("ada", page, "It helped me")) == GONE
        assert await streaks(v, "ada", "ben") == {"ada": 1, "ben": 0}
        await v.tick(days=1)
        assert await states(v) == ["cancelled", "voting", "open"]
        assert not any("reveal" in each for each in titles(v))
        assert await points_of(v) == {}


async def test_another_question_stands_for_the_day_and_the_withdrawn_one_may_come_after_it(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await v.tick(days=1)
        await v.tick(days=1)
        await v.act(ORGANISER, Withdraw(3))
        await running(v, "now", "Post it now")
        await v.answer("ada", "ada: what I would say.")
        assert await streaks(v, "ada") == {"ada": 1}, "the day is a question day again"
        third, fourth = [r.item_id for r in await rounds_of(v)][2:]
        assert third != fourth
        await v.act(ORGANISER, Withdraw(4))
        assert await streaks(v, "ada") == {"ada": 0}


async def test_a_question_that_was_not_posted_yet_never_is_once_withdrawn(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        v.watched.closed = "archived"
        await v.tick(days=1)
        await v.act(ORGANISER, Withdraw(2))
        v.watched.closed = ""
        await v.tick(hours=2)
        assert titles(v) == ["Monday's question"]


@pytest.mark.parametrize("done", [RevealNow, Withdraw])
async def test_a_reveal_cannot_be_withdrawn_and_what_is_withdrawn_cannot_be_revealed(
    sqlite_url: str, done: type[RevealNow] | type[Withdraw]
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await v.act(ORGANISER, CloseNow(1))
        await v.act(ORGANISER, done(1))
        other = Withdraw(1) if done is RevealNow else RevealNow(1)
        refused = await send(v, ORGANISER, Press(encode(other)), HERE)
        assert title(refused) == ("It is already revealed" if done is RevealNow else GONE)
        assert await states(v) == ["revealed" if done is RevealNow else "cancelled"]
