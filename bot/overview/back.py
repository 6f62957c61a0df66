"""Ways back in after a while away: today's question, the week's best answers, a short review."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from bot.chat.cards import Block, Button, Card, Private, Reply, text
from bot.chat.dispatch import Route
from bot.chat.requests import Request
from bot.daily.actions import ReadAnswers
from bot.daily.asking import today
from bot.daily.model import RoundState
from bot.daily.reading import load_revealed
from bot.daily.reveal_cards import Revealed, first_of
from bot.daily.store import load_round
from bot.groups.actions import ComeBack
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.services import RequestTransaction, Services
from bot.quiz.actions import StartKind
from bot.quiz.starting import start_kind
from bot.store.tables import rounds
from bot.store.transaction import Transaction

A_WEEK = timedelta(days=7)
MOST = 5
"""So many rounds, the newest: as many as a card has buttons for, and as a week has question days."""

MOST_WORDS = 500
"""Characters of an answer; its button opens it in full."""


async def come_back(services: Services, request: Request, action: ComeBack) -> Reply:
    """Go where a button of the welcome leads."""
    if action.to == "review":
        return await _review(services, request, action.group_id)
    if action.to == "best":
        return await _best(services, request, action.group_id)
    return await today(services, request, action.group_id)


async def _review(services: Services, request: Request, group_id: int) -> Reply:
    async def work(tx: Transaction) -> Reply:
        mine = RequestTransaction(tx, request, services)
        mine.entry = await enter(tx, request, group_id)
        return await start_kind(mine, StartKind(group_id, "review"))

    return await services.database.write(work)


async def _best(services: Services, request: Request, group_id: int) -> Reply:
    async def work(tx: Transaction) -> Reply:
        await known_group(tx, group_id)
        entry = await enter(tx, request, group_id)
        found = await revealed_since(tx, group_id, request.at - A_WEEK)
        return Private(welcomed(best_card(group_id, found), entry), f"best:{group_id}")

    return await services.database.write(work)


async def revealed_since(tx: Transaction, group_id: int, since: datetime) -> tuple[Revealed, ...]:
    """The rounds revealed since an instant with an answer that may be shown, the newest MOST of them, oldest first."""
    query = (
        select(rounds.c.id)
        .where(
            rounds.c.group_id == group_id,
            rounds.c.state == RoundState.REVEALED.value,
            rounds.c.revealed_at >= since,
        )
        .order_by(rounds.c.revealed_at.desc(), rounds.c.id.desc())
    )
    found: list[Revealed] = []
    for round_id in (await tx.execute(query)).scalars():
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
    row = tuple(Button(f"Read {seen.round.local_date:%A}'s", ReadAnswers(seen.round.id, 0)) for seen in found)
    return Card("Best of the week", tuple(blocks), (row,), read_all=ReadAnswers(found[-1].round.id, 0))


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons of the welcome."""
    return (Route(ComeBack, partial(come_back, services)),)
