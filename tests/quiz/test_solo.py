"""One's own quizzes through the real app."""

import pytest

from bot.bank.model import Kind
from bot.chat.cards import Ask
from bot.quiz.store import load_quiz
from bot.store.tables import ledger, responses, reviews
from tests.village import Village, button, card_of, labels, village, words


async def _kind_of(v: Village, quiz_id: int):  # noqa: ANN202
    return await v.app.database.read(lambda conn: load_quiz(conn, quiz_id))


async def _answer_rightly(v: Village, user: str, card, quiz_id: int):  # noqa: ANN001, ANN202
    quiz = await _kind_of(v, quiz_id)
    q = quiz.question
    if q.kind is Kind.NUMERIC:
        return await v.fill(user, await v.press(user, card, "Type the number"), number=repr(q.value))
    if q.kind is Kind.TF_REASON:
        card = await v.press(user, card, "True" if q.statement_is else "False")
    for index in q.key:
        card = await v.press(user, card, "ABCDEFG"[index])
    if q.kind in (Kind.MULTI, Kind.ORDER, Kind.MATCH):
        card = await v.press(user, card, "Check")
    return card


async def test_a_quiz_of_twenty_goes_through_every_kind_to_a_result(database_url: str) -> None:
    async with village(database_url) as v:
        await v.set_up()
        card = await v.command("ada", "quiz start", count=20)
        kinds = set()
        for n in range(20):
            quiz = await _kind_of(v, 1)
            kinds.add(quiz.question.kind)
            assert f"Quiz: {n + 1} of 20" in words(card)
            card = await _answer_rightly(v, "ada", card, 1)
            assert card_of(card).title == "Right", (quiz.question, words(card))
            card = await v.press("ada", card, "See the result" if n == 19 else "Next question")
        assert card_of(card).title == "Quiz: 20 of 20 right"
        assert len(kinds) >= 4
        assert sum(r.points for r in await v.rows(ledger)) == 10
        assert len(await v.rows(reviews)) == 20
        assert all(r.correct for r in await v.rows(responses))
