"""Reading on after a reveal: all answers, and how one's own did."""

from bot.access.greeting import welcomed
from bot.chat.cards import Private, Reply, Slot
from bot.chat.dispatch import Route, UserError
from bot.database.transaction import Transaction
from bot.features.daily.actions import MarkUseful, MyResult, ReadAnswers
from bot.features.daily.model import NOBODY, AnswerState, Round
from bot.features.daily.personal.queries import earned_in
from bot.features.daily.queries import answers_in, find_answer, find_own
from bot.features.daily.reveal.cards import Revealed, mine_card, read_card
from bot.features.daily.reveal.hearing import has_looked, received_by, thank
from bot.features.daily.rules import RANKED_FROM
from bot.features.daily.subjects import IN_ROUND, READS_ROUND, must_not_be_withdrawn, round_of
from bot.membership.model import Consent, Group
from bot.membership.queries import load_group, members_by_id, ones_members
from bot.questions.seeds import lot
from bot.services import RequestTransaction


async def load_revealed(tx: Transaction, round_: Round, group: Group | None = None) -> Revealed | None:
    """What may be shown of a revealed round, best first, few ones by lot; None before its reveal. ``group`` is its group, where that is known."""
    if round_.result is None:
        return None
    sealed = {a.id: a for a in await answers_in(tx, round_.id, AnswerState.SEALED)}
    authors = await members_by_id(tx, frozenset(a.member_id for a in sealed.values()))
    ordered = [sealed[o.answer_id] for o in round_.result.outcomes if o.answer_id in sealed]
    if len(round_.result.outcomes) < RANKED_FROM:
        ordered.sort(key=lambda a: lot(round_.id, "shown", a.id))
    shown = tuple(a for a in ordered if a.consent is not Consent.OUT)
    keeps_score = (group or await load_group(tx, round_.group_id)).keeps_score
    return Revealed(round_, round_.result, shown, authors, len(ordered) - len(shown), keeps_score)


async def _read(tx: RequestTransaction, action: ReadAnswers) -> Reply:
    member, round_ = tx.actor.member, round_of(tx)
    seen = await load_revealed(tx, round_, tx.group)
    if seen is None:
        must_not_be_withdrawn(round_)
        answer = await find_answer(tx, round_.id, member.id)
        if answer is None or (answer.locked_at is None and answer.state is AnswerState.SEALED):
            raise UserError("Not revealed yet", "The answers and the model answer come with the reveal.")
        seen = Revealed(round_, NOBODY, (), {}, 0, keeps_score=tx.group.keeps_score)
    page = max(0, min(action.page, len(seen.shown)))
    own = page < len(seen.shown) and seen.shown[page].member_id in await ones_members(tx, member.id)
    card = read_card(seen, page, organiser=member.organiser, own=own)
    return Private(welcomed(card, tx.actor), Slot("read", round_.id))


async def _mine(tx: RequestTransaction, _action: MyResult | MarkUseful) -> Reply:
    round_, member = round_of(tx), tx.actor.member
    seen = await load_revealed(tx, round_, tx.group)
    if seen is None:
        must_not_be_withdrawn(round_)
        raise UserError("Not revealed yet", "The reveal shows how your answer did.")
    answer = await find_own(tx, round_.id, member.id)
    lines = await received_by(tx, answer) if answer is not None else ()
    earned = await earned_in(tx, round_.id, member.id)
    if tx.kept:
        await has_looked(tx, round_, member.id)
    card = mine_card(seen, answer, lines, earned)
    return Private(welcomed(card, tx.actor), Slot("mine", round_.id))


async def _useful(tx: RequestTransaction, action: MarkUseful) -> Reply:
    round_ = round_of(tx)
    answer = await find_own(tx, round_.id, tx.actor.member.id) if round_.result is not None else None
    if answer is None or not await thank(tx, answer, action.line_id, tx.request.at):
        raise UserError("This line is gone", "Its writer took it back, or has left.")
    return await _mine(tx, action)


ROUTES = (
    Route(ReadAnswers, _read, READS_ROUND),
    Route(MyResult, _mine, IN_ROUND),
    Route(MarkUseful, _useful, IN_ROUND),
)
