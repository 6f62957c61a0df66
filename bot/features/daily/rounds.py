"""Moving rounds: open, close, reveal, withdraw, remind. Each move is idempotent and writes its deliveries with its state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import bindparam, exists, not_, or_, select

from bot.chat.requests import Place
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.coming.queries import drop_wish, forget_peeks, peeked, wishes_of
from bot.features.coming.rules import Wishes
from bot.features.custom_questions.model import is_own
from bot.features.custom_questions.view import bank_of
from bot.features.daily.ballots.queries import comparisons_of, finished_voters, judgements_of
from bot.features.daily.ballots.rules import ballot_kind
from bot.features.daily.demo.samples import answer_as_samples, vote_as_samples
from bot.features.daily.model import QUESTION_JSON, RUNNING, AnswerState, Round, RoundState, ask
from bot.features.daily.picking import Asked, Candidate, Pick, Runway, Why, is_easy, pick_wished, runway
from bot.features.daily.queries import (
    add_round,
    answers_in,
    asked_before,
    asked_on,
    change_round,
    count_sealed,
    next_free_slot,
    rounds_in,
)
from bot.features.daily.reveal.awarding import awards_of
from bot.features.daily.reveal.digest import take_digest
from bot.features.daily.reveal.hearing import keep_results
from bot.features.daily.rules import reminder_at, result_of
from bot.features.daily.tables import answers
from bot.features.points.ledger import award
from bot.features.points.streaks import question_opened, question_withdrawn
from bot.membership.calendar.schedule import answers_close, next_slot, voting_closes
from bot.membership.model import Group, GroupState
from bot.membership.organisers import tell_organisers
from bot.membership.queries import change_group, identities_of_members, places_of_group
from bot.membership.reach import out_of_reach
from bot.membership.tables import members
from bot.outbox.queries import refresh, to_person, to_place
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Bank, Item
from bot.services import Services

QUESTION, REVEAL, REMINDER, REPORTED, LOW = "question", "reveal", "reminder", "reported", "low"
"""The kinds of delivery of the daily round."""

LOW_AGAIN = timedelta(days=7)
"""Organisers are told at most this often that questions run low."""

_TO_REMIND = Statement(
    select(members.c.id).where(
        members.c.group_id == bindparam("group_id"),
        members.c.reminders,
        members.c.left_at.is_(None),
        members.c.barred_at.is_(None),
        members.c.canonical_id.is_(None),
        or_(
            members.c.break_until.is_(None),
            members.c.break_until < bindparam("day"),
            members.c.break_from > bindparam("day"),
        ),
        not_(
            exists().where(answers.c.round_id == bindparam("round_id"), answers.c.member_id == members.c.id)
        ),
        not_(peeked(members.c.id, bindparam("item_id"))),  # it counts as a pass for them
    )
)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What a group can be asked on a day: its bank, all questions and those in its topics, what was asked, what is wanted."""

    bank: Bank
    every: tuple[Candidate, ...]
    pool: tuple[Candidate, ...]
    asked: tuple[Asked, ...]
    wishes: Wishes


def candidates(bank: Bank, topics: tuple[str, ...]) -> tuple[Candidate, ...]:
    """The discussion items under these topics (all when there are none), as the picker wants them.

    A topic that is no longer in the bank has no items; a group may have chosen it before the bank was exchanged.
    """
    items = bank.under(t for t in topics if t in bank.topics) if topics else bank.items
    wanted = {item.id for item in bank.live(DISCUSSION_KINDS)}
    return tuple(
        Candidate(
            item.id,
            item.kind.value,
            bank.root(item).id,
            item.topic,
            is_own(item.id),
            is_easy(item.difficulty, item.prompt, _titles(bank, item)),
        )
        for item in items
        if item.id in wanted
    )


def _titles(bank: Bank, item: Item) -> Iterator[str]:
    """The titles of what an item cites."""
    return (bank.references[each.key].title for each in item.references if each.key in bank.references)


async def _stock_of(tx: Transaction, services: Services, group: Group, day: date) -> _Stock:
    bank = await bank_of(tx, services, group.id)
    # Without questions of its own, a group has the shipped bank's, as all others have that chose the same topics.
    find = _kept if bank is services.bank else candidates
    every, pool = find(bank, ()), find(bank, group.topics)
    return _Stock(bank, every, pool, await asked_before(tx, group.id), await wishes_of(tx, group.id, day))


_kept = lru_cache(maxsize=500)(candidates)
"""The candidates of a bank that many groups share, made once for each choice of topics."""


async def choose(
    tx: Transaction, services: Services, group: Group, day: date, others: int = 0
) -> tuple[Bank, Pick | None]:
    """The group's bank, and the question that is its turn on a local date; None when there is none.

    ``others`` gives the one that would come if so many before it could not. Repeated calls choose the same.
    """
    stock = await _stock_of(tx, services, group, day)
    found = _chosen(services, group, stock)
    for _ in range(others):
        if found is None:
            break
        never = stock.wishes.never | {found.item_id}
        stock = replace(stock, wishes=replace(stock.wishes, never=never))
        found = _chosen(services, group, stock)
    return stock.bank, found


def _chosen(services: Services, group: Group, stock: _Stock) -> Pick | None:
    seed = group.id * 1_000_003 + len(stock.asked)
    found = pick_wished(stock.every, stock.pool, stock.asked, stock.wishes, seed)
    if not services.samples or found is None or found.why is not Why.TURN:
        return found
    known = {asked.item_id for asked in stock.asked} | stock.wishes.never
    first = (i for i in services.samples if i not in known and any(c.item_id == i for c in stock.pool))
    return next((Pick(item_id, None) for item_id in first), found)


async def open_round(
    tx: Transaction, services: Services, group: Group, local_date: date, slot: int, now: datetime
) -> int | None:
    """Open the group's next question on a local date; None when that slot is taken or there is nothing to ask."""
    stock = await _stock_of(tx, services, group, local_date)
    found = _chosen(services, group, stock)
    if found is None:
        return None
    item = stock.bank.item(found.item_id)
    closes_at = answers_close(group.rhythm, now, next_slot(group.rhythm, local_date, now).at)
    made = await add_round(
        tx,
        {
            "group_id": group.id,
            "local_date": local_date,
            "slot": slot,
            "item_id": item.id,
            "kind": item.kind.value,
            "topic": item.topic,
            "root": services.bank.root(item).id,
            "question": QUESTION_JSON.write(ask(stock.bank, item)),
            "state": RoundState.OPEN.value,
            "opened_at": now,
            "closes_at": closes_at,
            "next_at": reminder_at(now, closes_at, None) or closes_at,
        },
    )
    if made is not None:
        await answer_as_samples(tx, group.id, made, services.samples.get(item.id, ()), now)
        if local_date not in group.rhythm.off:
            await question_opened(tx, group.id, local_date)
        if found.why is Why.QUEUE:
            await drop_wish(tx, group.id, item.id)
        for place_id, place in await places_of_group(tx, group.id):
            await to_place(tx, f"round:{made}", QUESTION, place_id, place, now)
        asked = (*stock.asked, Asked(item.id, local_date.toordinal()))
        await _warn_when_low(tx, group, replace(stock, asked=asked), now)
    return made


async def close_round(
    tx: Transaction, services: Services, group: Group, round_: Round, now: datetime
) -> None:
    """Close a round's answers and open its ballot. A round that is not open stays as it is."""
    if round_.state is not RoundState.OPEN:
        return
    coming = next_slot(group.rhythm, group.last_date, now).at
    votes_close_at = voting_closes(group.rhythm, now, coming)
    await change_round(
        tx,
        round_.id,
        state=RoundState.VOTING.value,
        closes_at=now,
        voting_at=now,
        votes_close_at=votes_close_at,
        next_at=votes_close_at,
        ballot=ballot_kind(await count_sealed(tx, round_.id)).value,
    )
    await vote_as_samples(tx, round_, services.samples.get(round_.question.item_id, ()), now)
    await show_changes(tx, round_, now)


async def reveal_round(tx: Transaction, group: Group, round_: Round, now: datetime) -> None:
    """Count the votes, award the points once, and post the reveal. Only a round in voting can be revealed.

    Of one that nobody could answer since the group can't be reached nothing is posted, not even later.
    """
    if round_.state is not RoundState.VOTING:
        return
    took_part = await answers_in(tx, round_.id, AnswerState.SEALED, AnswerState.PASSED)
    sealed = [a for a in took_part if a.state is AnswerState.SEALED]
    judgements = await judgements_of(tx, round_.id)
    compared = await comparisons_of(tx, round_.id)
    finished = await finished_voters(tx, round_.id)
    voters = frozenset(j.voter_id for j in judgements) | frozenset(voter for voter, _ in compared)
    result = result_of(
        sealed,
        judgements,
        [comparison for _, comparison in compared],
        kind=round_.ballot,
        voters=voters,
        others=frozenset(a.member_id for a in took_part if a.state is AnswerState.PASSED),
        seed=round_.id,
    )
    told = bool(took_part) or not await out_of_reach(tx, group.id)
    await change_round(
        tx,
        round_.id,
        state=RoundState.REVEALED.value,
        revealed_at=now,
        next_at=None,
        result=replace(result, digest=await take_digest(tx, group, now) if told else None).to_json(),
    )
    await award(tx, awards_of(group, round_, result, finished & voters, now))
    await keep_results(tx, round_, result, now)
    await forget_peeks(tx, group.id, round_.question.item_id)
    for place_id, place in await places_of_group(tx, group.id) if told else ():
        await to_place(tx, round_.subject, REVEAL, place_id, place, now, under=f"{round_.subject}|{QUESTION}")
    await show_changes(tx, round_, now)


async def withdraw_round(tx: Transaction, round_: Round, now: datetime) -> None:
    """End a running round without a reveal: nothing of it counts, answers are kept for their authors.

    Its day is no question day any more, unless something else was asked on it. One that runs no longer stays as it is.
    """
    if round_.state not in RUNNING:
        return
    await change_round(tx, round_.id, state=RoundState.CANCELLED.value, next_at=None)
    if not await asked_on(tx, round_.group_id, round_.local_date):
        await question_withdrawn(tx, round_.group_id, round_.local_date)
    await show_changes(tx, round_, now)


async def show_running(tx: Transaction, group: Group, place_id: int, place: Place, now: datetime) -> None:
    """Post what is open in a place that has just come to a group; where nothing is, what is being voted on."""
    running = await rounds_in(tx, group.id, *RUNNING)
    for round_ in [r for r in running if r.state is RoundState.OPEN] or running:
        await to_place(tx, round_.subject, QUESTION, place_id, place, now)


async def show_changes(tx: Transaction, round_: Round, now: datetime) -> None:
    """Let the channel show what changed in a round: on its own card, and on open ones, which carry the ballot's button."""
    for each in (round_, *await rounds_in(tx, round_.group_id, RoundState.OPEN)):
        await refresh(tx, each.subject, (QUESTION,), now)


async def remind(tx: Transaction, round_: Round, now: datetime) -> None:
    """Tell those who asked for it, privately and once, that answers close soon."""
    waiting = await tx.execute(
        _TO_REMIND,
        group_id=round_.group_id,
        day=round_.local_date,
        round_id=round_.id,
        item_id=round_.question.item_id,
    )
    for identity_id, who in await identities_of_members(tx, frozenset(waiting.scalars())):
        await to_person(tx, round_.subject, REMINDER, identity_id, who, now)
    await change_round(tx, round_.id, reminded_at=now, next_at=round_.closes_at)


async def replan(tx: Transaction, group: Group, now: datetime) -> None:
    """Move the ends of a group's running rounds after its rhythm changed; never into the past."""
    coming = next_slot(group.rhythm, group.last_date, now).at
    for round_ in await rounds_in(tx, group.id, *RUNNING):
        if round_.state is RoundState.OPEN:
            closes_at = max(answers_close(group.rhythm, round_.opened_at, coming), now)
            due = reminder_at(round_.opened_at, closes_at, round_.reminded_at)
            await change_round(tx, round_.id, closes_at=closes_at, next_at=due or closes_at)
        else:
            opened = round_.voting_at or round_.opened_at
            closes_at = max(voting_closes(group.rhythm, opened, coming), now)
            await change_round(tx, round_.id, votes_close_at=closes_at, next_at=closes_at)
        await refresh(tx, round_.subject, (QUESTION,), now)


async def pass_over(tx: Transaction, group: Group, last_date: date, now: datetime) -> Group:
    """Let a date's question have been asked, or never be; the group with its next moment, if it is active."""
    active = group.state is GroupState.ACTIVE
    next_at = next_slot(group.rhythm, last_date, now).at if active else group.next_at
    await change_group(tx, group.id, last_date=last_date, next_at=next_at)
    return replace(group, last_date=last_date, next_at=next_at)


async def post_now(tx: Transaction, services: Services, group: Group, now: datetime) -> None:
    """One question moment at once, on an organiser's word: reveal, close, open. It stands for today's own."""
    running = await rounds_in(tx, group.id, *RUNNING)
    for round_ in running:
        if round_.state is RoundState.VOTING:
            await reveal_round(tx, group, round_, now)
    today = now.astimezone(group.rhythm.tz).date()
    group = await pass_over(tx, group, max(group.last_date or today, today), now)
    for round_ in running:
        if round_.state is RoundState.OPEN:
            await close_round(tx, services, group, round_, now)
    slot = await next_free_slot(tx, group.id, today)
    await open_round(tx, services, group, today, slot, now)


async def runway_of(tx: Transaction, services: Services, group: Group) -> tuple[int, int]:
    """(questions not asked yet, whole weeks they last) for a group."""
    day = group.last_date or date.min  # whatever is planned for it
    left = _runway(group, await _stock_of(tx, services, group, day))
    return left.questions_left, left.weeks


def lasts(bank: Bank, weekdays: frozenset[int], topics: tuple[str, ...]) -> tuple[int, int]:
    """(questions, whole weeks they last) of a group that has these question days and topics and was asked nothing yet."""
    left = runway(candidates(bank, topics), (), per_week=len(weekdays))
    return left.questions_left, left.weeks


def _runway(group: Group, stock: _Stock) -> Runway:
    pool = (c for c in stock.pool if c.item_id not in stock.wishes.never)
    return runway(pool, stock.asked, per_week=len(group.weekdays))


async def _warn_when_low(tx: Transaction, group: Group, stock: _Stock, now: datetime) -> None:
    left = _runway(group, stock)
    if not left.is_short or (group.warned_at is not None and now - group.warned_at < LOW_AGAIN):
        return
    await change_group(tx, group.id, warned_at=now)
    await tell_organisers(tx, group.id, f"group:{group.id}", f"{LOW}:{now:%Y-%m-%d}", now)
