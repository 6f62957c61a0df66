"""Ways back in after a while away: today's question, the week's best answers, a short review."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from bot.access.actions import ComeBack
from bot.access.greeting import welcomed
from bot.access.who import READS_OTHERS_IN_ITS_GROUP
from bot.chat.cards import Block, Button, Card, Private, Reply, Slot, text
from bot.chat.dispatch import Route
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.actions import ReadAnswers
from bot.features.daily.asking import today
from bot.features.daily.queries import load_round
from bot.features.daily.reveal.cards import Revealed, first_of
from bot.features.daily.reveal.handlers import load_revealed
from bot.features.daily.tables import rounds
from bot.features.quiz.actions import StartKind
from bot.features.quiz.starting import start_kind
from bot.services import RequestTransaction

QUICK = 3
"""Questions of a quiz that is offered while there is nothing else to read yet."""

A_WEEK = timedelta(days=7)
MOST = 5
"""So many rounds, the newest: as many as a card has buttons for, and as a week has question days."""

MOST_WORDS = 500
"""Characters of an answer; its button opens it in full."""


async def come_back(tx: RequestTransaction, action: ComeBack) -> Reply:
    """Go where a button of the welcome leads."""
    if action.to == "review":
        return await start_kind(tx, StartKind(action.group_id, "review"))
    if action.to == "quick":
        return await start_kind(tx, StartKind(action.group_id, "solo"), QUICK)
    if action.to == "best":
        found = await revealed_since(tx, tx.group.id, tx.request.at - A_WEEK)
        return Private(welcomed(best_card(tx.group.id, found), tx.actor), Slot("best", tx.group.id))
    return await today(tx)


_REVEALED = Statement(
    select(rounds.c.id)
    .where(
        rounds.c.group_id == bindparam("group_id"),
        rounds.c.state == "revealed",
        rounds.c.revealed_at >= bindparam("since", type_=rounds.c.revealed_at.type),
    )
    .order_by(rounds.c.revealed_at.desc(), rounds.c.id.desc())
)


async def revealed_since(tx: Transaction, group_id: int, since: datetime) -> tuple[Revealed, ...]:
    """The rounds revealed since an instant with an answer that may be shown, the newest MOST of them, oldest first."""
    found: list[Revealed] = []
    for round_id in (await tx.execute(_REVEALED, group_id=group_id, since=since)).scalars():
        round_ = await load_round(tx, round_id)
        seen = await load_revealed(tx, round_) if round_ is not None else None
        if seen is not None and first_of(seen, MOST_WORDS) is not None:
            found.append(seen)
        if len(found) == MOST:
            break
    return tuple(reversed(found))


def best_card(group_id: int, found: tuple[Revealed, ...]) -> Card:
    """The best answer of each round of the week, by consent; or what to do where there is none."""
    back = Button("Today's question", ComeBack(group_id, "today"))
    if not found:
        words = "No answers were revealed in the last seven days. The next ones come with the next reveal."
        return Card("Best of the week", (text(words),), ((back,),))
    blocks: list[Block] = []
    for seen in found:
        best = first_of(seen, MOST_WORDS)
        blocks.append(text(f"**{seen.round.whose} question:** {seen.round.question.prompt}"))
        blocks += [best] if best is not None else []
    row = tuple(Button(f"Read {seen.round.whose}", ReadAnswers(seen.round.id, 0)) for seen in found)
    return Card("Best of the week", tuple(blocks), (row,), read_all=ReadAnswers(found[-1].round.id, 0))


ROUTES = (Route(ComeBack, come_back, READS_OTHERS_IN_ITS_GROUP),)
