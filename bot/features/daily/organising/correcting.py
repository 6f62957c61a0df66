"""A question of the group's own is corrected while it is out: its post is edited, and those who answered read what changed."""

from dataclasses import replace
from datetime import datetime

from bot.chat.cards import Block, Button, Card, text
from bot.database.transaction import Transaction
from bot.features.custom_questions.view import bank_of
from bot.features.daily.actions import OpenAnswer
from bot.features.daily.model import QUESTION_JSON, RUNNING, AnswerState, Question, Round, RoundState, ask
from bot.features.daily.queries import answers_in, change_round, load_round, rounds_in
from bot.features.daily.question_blocks import solution_blocks
from bot.features.daily.rounds import show_changes
from bot.membership.queries import identities_of_members
from bot.outbox.keeping import keep_for
from bot.outbox.queries import Delivery
from bot.services import Services

MENDED = "mended"
"""The kind of line: to everyone who answered a question that was corrected, with what of it ("mended:prompt")."""

_PROMPT, _POINTS = f"{MENDED}:prompt", f"{MENDED}:points"


async def correct_rounds(
    tx: Transaction, services: Services, group_id: int, item_id: str, now: datetime
) -> int:
    """Let running rounds ask a question of the group's own as it is now; how many were changed."""
    running = await rounds_in(tx, group_id, *RUNNING)
    changed = 0
    for round_ in [each for each in running if each.question.item_id == item_id]:
        bank, before = await bank_of(tx, services, group_id), round_.question
        asked = replace(ask(bank, bank.item(item_id)), was=before.was)
        if asked == before or asked.kind != before.kind:
            continue
        if asked.prompt != before.prompt:
            asked = replace(asked, was=before.prompt)
        await change_round(tx, round_.id, question=QUESTION_JSON.write(asked))
        await show_changes(tx, round_, now)
        await _keep_lines(tx, round_, asked, now)
        changed += 1
    return changed


async def _keep_lines(tx: Transaction, round_: Round, asked: Question, now: datetime) -> None:
    took_part = await answers_in(tx, round_.id, AnswerState.SEALED, AnswerState.PASSED, AnswerState.HIDDEN)
    concerned = {True: took_part, False: [each for each in took_part if each.compared]}
    reworded = asked.prompt != round_.question.prompt
    people = await identities_of_members(tx, frozenset(each.member_id for each in concerned[reworded]))
    await keep_for(tx, round_.subject, _PROMPT if reworded else _POINTS, people, now)


async def mended_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """What changed in a question that its reader had answered; None once it was withdrawn."""
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or round_.state is RoundState.CANCELLED:
        return None
    title, question = f"{round_.whose} question was corrected", round_.question
    if delivery.kind == _POINTS:
        words = "You had compared with its key points or its model answer. This is how they stand now."
        return Card(title, (text(words), *solution_blocks(question)))
    still = " You can edit yours until answers close." if round_.state is RoundState.OPEN else ""
    blocks: tuple[Block, ...] = (
        text(f"The organisers changed its words after you had answered. Your answer stands.{still}"),
        text(f"**Before**\n\n{question.was}"),
        text(f"**Now**\n\n{question.prompt}"),
    )
    row = (Button("Look at my answer", OpenAnswer(round_.id)),)
    return Card(title, blocks, (row,) if still else ())
