"""The weekly digest: when it comes, what it says, and whose names and words it never shows."""

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.features.group_settings.actions import Assign
from bot.membership.tables import groups
from tests.features.daily.acting import rounds_of, vote_all
from tests.features.daily.scenes import FOUR
from tests.features.quiz.group.together import be_called
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, local_app, local_group, words

WEEK = "Last week here"


async def _first_week(v: LocalDriver, consents: dict[str, str], tone: str = "friendly") -> None:
    """Monday's question is answered and voted on; the week goes by to its Friday."""
    await v.set_up(tone)
    for user, consent in consents.items():
        await v.answer(user, f"{user}: what I would say, at some length.", consent=consent)
    await v.tick(days=1)
    for voter in consents:
        await vote_all(v, voter, [user for user in ("ada", "ben") if user != voter])
    for _ in range(3):
        await v.tick(days=1)


async def _monday(v: LocalDriver) -> Card:
    """The reveal of the next Monday's morning."""
    await v.tick(days=3)
    return v.channel()[-2] if "reveal" in v.channel()[-2].title else v.channel()[-1]


async def _look_back(v: LocalDriver) -> str:
    """What the look back says on the next Monday, alone."""
    return words(await _monday(v)).partition(WEEK)[2]


def _reveals(v: LocalDriver) -> list[Card]:
    return [card for card in v.channel() if card.title.endswith("reveal")]


async def test_it_rides_on_the_first_reveal_of_a_week_and_on_no_other(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys(FOUR, "unnamed"))
        assert [WEEK in words(card) for card in _reveals(v)] == [False] * len(_reveals(v))
        await _monday(v)
        before = len(_reveals(v))
        assert [WEEK in words(card) for card in _reveals(v)] == [False] * (before - 1) + [True]
        for _ in range(3):
            await v.tick(days=1)
        assert sum(WEEK in words(card) for card in _reveals(v)) == 1


async def test_of_two_reveals_of_one_moment_only_the_first_has_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys(FOUR, "unnamed"))
        (open_round,) = [row for row in await rounds_of(v) if row.state == "open"]

        async def vote_at_once(tx: Transaction) -> None:
            ends = {"voting_at": v.clock(), "votes_close_at": v.clock(), "next_at": v.clock()}
            await tx.change(rounds, open_round.id, {"state": "voting", "ballot": "approval", **ends})

        await v.app.database.write(vote_at_once)
        before = len(_reveals(v))
        await v.tick(days=3)
        assert [WEEK in words(card) for card in _reveals(v)[before:]] == [True, False]


async def test_it_says_what_was_done_quotes_the_best_and_says_what_comes(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, {"ada": "named", "ben": "unnamed", "chi": "unnamed", "dee": "unnamed"})
        said = await _look_back(v)
        assert "4 people gave 4 answers to 3 questions and finished 4 ballots." in said
        assert "This week's goal: " in said
        assert "Ada" in said
        assert "ada: what I would say" in said
        assert "ben: what I would say" in said
        assert "helped 3 of 3" in said
        assert "Coming up: 5 questions a week, the next one " in said


async def test_an_answer_kept_out_of_the_channel_stays_out_of_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, {"ada": "out", "ben": "unnamed", "chi": "unnamed", "dee": "unnamed"})
        said = await _look_back(v)
        assert said
        assert "ada" not in said.lower()
        assert "ben: what I would say" in said


async def test_three_whose_answers_helped_are_named_only_if_they_wish(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys((*FOUR, "eve"), "unnamed"))
        await be_called(v, "ben", "pseudonym", "Owl")
        said = await _look_back(v)
        assert "Answers that helped came from Owl, among others." in said
        assert "Ada" not in said
        assert "Ben" not in said


async def test_a_calm_group_hears_of_no_points_and_no_names(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys((*FOUR, "eve"), "unnamed"), tone="calm")
        await be_called(v, "ben", "named")
        said = await _look_back(v)
        assert said
        assert "goal" not in said
        assert "came from" not in said


async def test_it_can_be_switched_off(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys(FOUR, "unnamed"))
        await v.act(ORGANISER, Assign(1, "digest"), "off")
        assert WEEK not in words(await _monday(v))
        assert (await v.rows(groups))[0].digest is False


async def test_a_week_in_which_nobody_did_anything_is_passed_over_in_silence(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for days in (1, 1, 1, 1, 3, 1, 1):
            await v.tick(days=days)
        assert all(WEEK not in words(card) for card in v.channel())


async def test_it_keeps_no_text_of_members(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _first_week(v, dict.fromkeys(FOUR, "unnamed"))
        await _monday(v)
        kept = [
            round_.result["digest"]
            for round_ in await rounds_of(v)
            if round_.result and "digest" in round_.result
        ]
        assert len(kept) == 1
        assert "what I would say" not in str(kept)
