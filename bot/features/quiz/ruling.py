"""An answer counts as right that the key doesn't hold: by one's own word alone, by an organiser's in a group quiz."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.dispatch import UserError
from bot.features.points.ledger import award, reinstate, reverse
from bot.features.quiz.model import GIVEN_JSON, Quiz, Response
from bot.features.quiz.queries import change_response, out_of_scoring
from bot.features.quiz.scoring import points_now, recount_reviews
from bot.services import RequestTransaction

RULED, TAKEN_BACK = "ruled", "ruledback"
"""The reasons in the ledger: it counts as right, and that was taken back."""


async def rule(
    tx: RequestTransaction, quiz: Quiz, given: Sequence[Response], *, right: bool
) -> tuple[Response, ...]:
    """Let graded responses to one question count as right, or as the key has them; those that were changed.

    What the key has as right stays so. Accuracy follows for the day of the answer, points come today, reviews are planned
    again. Doing it again changes nothing. Raises UserError where the question counts for nobody.
    """
    changed = [each for each in given if each.given.granted is not right and bool(each.correct) is not right]
    if not changed:
        return ()
    item_id = changed[0].item_id
    if item_id in await out_of_scoring(tx, tx.group.id):
        raise UserError(
            "This question was found wrong", "It counts for nobody, so nothing can count as right."
        )
    ruled = [replace(each, given=replace(each.given, granted=right)) for each in changed]
    for each in ruled:
        score = quiz.kind_of(each).grade(quiz.questions[each.position], each.given)
        kept = {"given": GIVEN_JSON.write(each.given), "score": score, "correct": score == 1}
        await change_response(tx, each.id, **kept)
        await (_count if right else _uncount)(tx, quiz, each)
    await recount_reviews(tx, item_id, {each.person_id for each in ruled})
    return tuple(replace(each, score=float(right), correct=right) for each in ruled)


async def _count(tx: RequestTransaction, quiz: Quiz, response: Response) -> None:
    now = tx.request.at
    wrong = await reverse(tx, [f"graded:{response.id}"], now, RULED)
    key = f"{RULED}:{response.id}"
    counted = [replace(each, key=key, reason="graded", points=1, out_of=1) for each in wrong]
    await award(tx, [*counted, *await points_now(tx, tx.group, quiz, response, now)])
    await reinstate(tx, [key, f"quiz:{response.id}"], now, TAKEN_BACK)


async def _uncount(tx: RequestTransaction, _quiz: Quiz, response: Response) -> None:
    await reverse(tx, [f"{RULED}:{response.id}", f"quiz:{response.id}"], tx.request.at, TAKEN_BACK)
    await reinstate(tx, [f"graded:{response.id}"], tx.request.at, RULED)
