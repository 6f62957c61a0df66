"""How many statements the commonest presses run: each of them is time that whoever presses waits."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.chat.actions import Action, encode
from bot.chat.cards import Ask, Reply
from bot.chat.requests import Invoke, Press, Submit
from bot.features.daily.actions import Judge, OpenAnswer, OpenBallot, Prefer, SaveAnswer
from tests.features.daily.acting import quoted, title
from tests.features.daily.scenes import FOUR, SEVEN, ballot_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, button, card_of, local_app, local_group


class Counted:
    """The statements that ran while it was open."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, sql: str, _values: Sequence[Any]) -> None:
        self.seen.append(sql)

    def __str__(self) -> str:
        return "\n\n".join(f"{n}. {' '.join(sql.split())[:300]}" for n, sql in enumerate(self.seen, 1))


@asynccontextmanager
async def counted(v: LocalDriver) -> AsyncIterator[Counted]:
    """Count the statements of what is done inside."""
    counts = Counted()
    v.app.database.watcher = counts
    try:
        yield counts
    finally:
        v.app.database.watcher = None


async def press(v: LocalDriver, user: str, action: Action) -> tuple[Reply, Counted]:
    """Press something, and count."""
    async with counted(v) as counts:
        reply = await v.handle(v.request(user, Press(encode(action))))
    return reply, counts


async def known(v: LocalDriver, *users: str) -> None:
    """Let these be members who were here a moment ago."""
    for user in users:
        await v.command(user, "question today")


async def test_opening_a_ballot_takes_six_statements_and_opening_it_again_three(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await known(v, "eve")
        page, counts = await press(v, "eve", OpenBallot(1))
        assert title(page) == "Monday's ballot: 1 of 4"
        assert len(counts.seen) == 6, counts
        again, counts = await press(v, "eve", OpenBallot(1))
        assert quoted(again) == quoted(page)
        assert len(counts.seen) == 3, counts


async def test_a_vote_takes_seven_statements_the_first_and_the_last_as_well(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await known(v, "eve")
        page = await v.act("eve", OpenBallot(1))
        for number in (1, 2, 3, 4):
            assert title(page) == f"Monday's ballot: {number} of 4"
            page, counts = await press(v, "eve", button(page, "It helped me").action)
            assert len(counts.seen) == 7, counts
        assert title(page) == "Thank you: ballot finished"


async def test_a_vote_that_is_changed_takes_four_statements(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await known(v, "eve")
        page = await v.act("eve", OpenBallot(1))
        judged = button(page, "It helped me").action
        assert isinstance(judged, Judge)
        await v.act("eve", judged)
        _, counts = await press(v, "eve", Judge(1, judged.answer_id, helped=False))
        assert len(counts.seen) == 4, counts


async def test_a_pair_takes_ten_statements(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        await known(v, "kim")
        page, counts = await press(v, "kim", OpenBallot(1))
        assert len(quoted(page)) == 2
        assert len(counts.seen) == 9, counts
        chosen = button(page, "A helped me more").action
        assert isinstance(chosen, Prefer)
        page, counts = await press(v, "kim", chosen)
        assert len(quoted(page)) == 2
        assert len(counts.seen) == 10, counts


async def test_the_form_takes_two_statements_and_saving_eight_at_most(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await known(v, "ada")
        form, counts = await press(v, "ada", OpenAnswer(1))
        assert isinstance(form, Ask)
        assert len(counts.seen) == 2, counts

        async def save(words: str, round_id: int) -> Counted:
            fields = {"answer": words, "consent": "named"}
            async with counted(v) as counts:
                saved = await v.handle(v.request("ada", Submit(encode(SaveAnswer(round_id)), fields)))
            assert title(saved) == "Saved"
            return counts

        first = await save("What I would say.", 1)
        assert len(first.seen) == 8, first
        edited = await save("What I would say now.", 1)
        assert len(edited.seen) == 4, edited
        await v.tick(days=1)
        await known(v, "ada")
        with_the_same_choice = await save("And on Tuesday.", 2)
        assert len(with_the_same_choice.seen) == 7, with_the_same_choice


async def test_past_questions_are_read_in_one_statement_beside_the_gate(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await v.tick(days=1)
        await known(v, ORGANISER)
        async with counted(v) as counts:
            past = await v.handle(v.request(ORGANISER, Invoke("question past", {})))
        assert card_of(past).title == "Past questions"
        assert len([sql for sql in counts.seen if "FROM rounds" in sql]) == 1, counts
        assert "LIMIT" in counts.seen[-1]
