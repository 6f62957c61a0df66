"""What was a mistake is taken back: a question by the organisers, an answer or a ballot by whoever gave it."""

from collections.abc import Mapping
from functools import partial

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Reply
from bot.chat.requests import Press
from bot.features.daily.actions import (
    AskPass,
    AskWithdraw,
    CloseNow,
    EndBallot,
    GetFiles,
    KeepLate,
    LockAnswer,
    Moderate,
    MyResult,
    OpenAnswer,
    OpenBallot,
    Pass,
    ReadAnswers,
    RevealNow,
    ShowHint,
    ShowRound,
    TakeBack,
    Unvote,
    Withdraw,
)
from bot.features.daily.tables import answers, ballots, comparisons, votes
from bot.features.points.streak_queries import streak_of
from tests.features.daily.acting import (
    changed,
    form_text,
    has_button,
    member_id_of,
    quoted,
    rounds_of,
    send,
    submit,
    tables,
    title,
    vote_all,
)
from tests.features.daily.scenes import FOUR, SEVEN, ballot_of, points_of, revealed, running, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, labels, local_app, local_group, words

GONE = "This question was withdrawn"
THEIRS = [
    OpenAnswer(1),
    LockAnswer(1),
    ShowHint(1),
    GetFiles(1),
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
    async with local_group(database_url) as v:
        await v.answer("ada", "ada: what I would say.")
        manage = await v.command(ORGANISER, "round manage")
        asked = await v.press(ORGANISER, manage, "Withdraw")
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


async def test_a_ballot_ends_with_its_question_and_its_day_is_no_question_day(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        await v.answer("ada", "ada: Tuesday.")
        page = await v.command("ada", "vote")
        await vote_all(v, "ben", ("ada",))
        asked = await v.press(ORGANISER, await v.command(ORGANISER, "round manage"), "Withdraw")
        assert title(asked) == "Withdraw Tuesday's question?"
        asked = await v.press(ORGANISER, asked, "Monday's instead")
        assert await streaks(v, "ada", "ben") == {"ada": 2, "ben": 1}
        await v.press(ORGANISER, asked, "Withdraw it")
        assert title(await v.press("ada", page, "It helped me")) == GONE
        assert await streaks(v, "ada", "ben") == {"ada": 1, "ben": 0}
        await v.tick(days=1)
        assert await states(v) == ["cancelled", "voting", "open"]
        assert not any("reveal" in each for each in titles(v))
        assert await points_of(v) == {}


async def test_another_question_stands_for_the_day_and_the_withdrawn_one_may_come_after_it(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        await v.act(ORGANISER, CloseNow(1))
        await v.act(ORGANISER, done(1))
        other = Withdraw(1) if done is RevealNow else RevealNow(1)
        refused = await send(v, ORGANISER, Press(encode(other)), HERE)
        assert title(refused) == ("It is already revealed" if done is RevealNow else GONE)
        assert await states(v) == ["revealed" if done is RevealNow else "cancelled"]


# One's own answer -----------------------------------------------------------------------------------------------------


async def taken_back(v: LocalDriver, user: str, shown: Reply) -> Reply:
    """Take an answer back from a card that offers it, which asks once; pressed twice it happens once."""
    asked = await v.press(user, shown, "Take my answer back")
    assert title(asked) == "Take your answer back?"
    done = await v.press(user, asked, "Take it back")
    assert title(done) == "Taken back"
    before = await tables(v)
    assert title(await v.press(user, asked, "Take it back")) == "There is nothing to take back"
    assert changed(before, await tables(v)) == set()
    await v.tick()
    return done


async def test_an_answer_can_be_taken_back_and_given_anew_until_answers_close(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        done = await taken_back(v, "ada", await v.answer("ada", "ada: what I regret."))
        assert await v.rows(answers) == []
        assert form_text(await v.press("ada", done, "Answer again")) == ""
        await v.answer("ada", "ada: what I would say.")
        assert [r.text for r in await v.rows(answers)] == ["ada: what I would say."]


async def test_who_has_seen_the_key_points_takes_an_answer_back_as_a_pass(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "ada: what I regret.")
        done = await taken_back(v, "ada", await v.act("ada", LockAnswer(1)))
        assert not has_button(done, "Answer again")
        assert title(await v.command("ada", "answer")) == "You passed this one"
        (kept,) = await v.rows(answers)
        assert (kept.state, kept.text) == ("passed", "")


async def test_an_answer_leaves_the_ballot_and_brings_nothing(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben"):
            saved = await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        page = await v.command("ada", "vote")
        await taken_back(v, "ben", saved)
        assert title(await v.press("ada", page, "It helped me")) == "This answer was withdrawn"
        await v.tick(days=1)
        assert await points_of(v) == {"ada": {"answer": 5}}
        assert "ben" not in " ".join(words(card) for card in v.channel())


async def test_an_answer_leaves_a_reveal_and_its_points_stay(database_url: str) -> None:
    async with local_app(database_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "named"), {"ben": ("ada",), "chi": ("ada",)})
        before = await points_of(v)
        mine = await v.act("ada", MyResult(1))
        await v.restart()
        await taken_back(v, "ada", mine)
        reveal = next(card for card in v.channel() if card.title == "Monday's reveal")
        assert "This answer was withdrawn by its author." in words(reveal)
        assert "ada: what I would say." not in words(reveal)
        assert await points_of(v) == before
        assert "you took them back" in words(await v.act("ada", MyResult(1)))


async def test_what_organisers_took_out_stays_with_them(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        saved = await v.answer("ada", "ada: what I would say.")
        await v.tick(days=1)
        await v.act(ORGANISER, Moderate(1, 1, "remove"))
        assert title(await v.press("ada", saved, "Take my answer back")) == "Your answer was taken out"
        assert title(await v.act("ben", TakeBack(1))) == "There is nothing to take back"


# One's own votes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("users", "label"), [(FOUR, "It helped me"), (SEVEN, "A helped me more")])
async def test_votes_are_taken_back_and_the_ballot_begins_anew(
    sqlite_url: str, users: tuple[str, ...], label: str
) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, users)
        before = [r.looks for r in await v.rows(answers)]
        page = await v.command("zoe", "vote")
        for _ in range(6):
            page = await v.press("zoe", page, label) if has_button(page, label) else page
        page = await v.act("zoe", EndBallot(1))
        asked = await v.press("zoe", page, "Take my votes back")
        done = await v.press("zoe", asked, "Take them back")
        assert title(done) == "Votes taken back"
        assert title(await v.press("zoe", asked, "Take them back")) == "There is nothing to take back"
        for table in (votes, comparisons, ballots):
            assert await v.rows(table) == []
        assert [r.looks for r in await v.rows(answers)] == before
        assert has_button(await v.press("zoe", done, "Begin it again"), label)
        await v.act("zoe", Unvote(1))
        await v.tick(days=1)
        assert "zoe" not in await points_of(v)
        assert title(await v.press("zoe", asked, "Take them back")) == "This ballot has closed"
