"""Reading on after a reveal: all answers, and how one's own did."""

from functools import partial

from bot.chat.cards import Private, Reply
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request
from bot.daily.actions import MyResult, ReadAnswers
from bot.daily.look import come_in, welcomed
from bot.daily.model import NOBODY, AnswerState, Round
from bot.daily.reveal_cards import Revealed, mine_card, read_card, revealed
from bot.daily.store import answers_in, earned_in, find_answer, find_own
from bot.daily.votes import notes_to
from bot.groups.services import Services
from bot.groups.store import load_group, members_by_id, ones_members
from bot.store.transaction import Transaction


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (Route(ReadAnswers, partial(_read, services)), Route(MyResult, partial(_mine, services)))


async def load_revealed(tx: Transaction, round_: Round) -> Revealed | None:
    """What may be shown of a revealed round; None before its reveal."""
    if round_.result is None:
        return None
    answers = await answers_in(tx, round_.id, AnswerState.SEALED)
    authors = await members_by_id(tx, frozenset(a.member_id for a in answers))
    keeps_score = (await load_group(tx, round_.group_id)).keeps_score
    return revealed(round_, round_.result, answers, authors, keeps_score=keeps_score)


async def _read(services: Services, request: Request, action: ReadAnswers) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        seen = await load_revealed(tx, round_)
        if seen is None:
            answer = await find_answer(tx, round_.id, entry.member.id)
            if answer is None or (answer.locked_at is None and answer.state is AnswerState.SEALED):
                raise UserError("Not revealed yet", "The answers and the model answer come with the reveal.")
            seen = Revealed(round_, NOBODY, (), {}, 0)
        index = max(0, min(action.page, len(seen.shown)))
        mine = await ones_members(tx, entry.member.id)
        own = index < len(seen.shown) and seen.shown[index].member_id in mine
        organiser = entry.member.organiser
        card = read_card(seen, action.page, organiser=organiser, own=own)
        return Private(welcomed(entry, card), f"read:{round_.id}")

    return await services.database.write(work)


async def _mine(services: Services, request: Request, action: MyResult) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        seen = await load_revealed(tx, round_)
        if seen is None:
            raise UserError("Not revealed yet", "How your answer did comes with the reveal.")
        answer = await find_own(tx, round_.id, entry.member.id)
        notes = await notes_to(tx, answer.id) if answer is not None else ()
        earned = await earned_in(tx, round_.id, entry.member.id)
        card = mine_card(seen, answer, notes, earned, keeps_score=entry.group.keeps_score)
        return Private(welcomed(entry, card), f"mine:{round_.id}")

    return await services.database.write(work)
