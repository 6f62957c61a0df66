"""Voting: a private ballot, one answer a page or two side by side; a line to the author."""

from functools import partial

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request, Submit
from bot.daily import ballot_cards as cards
from bot.daily.actions import (
    EndBallot,
    Judge,
    LookAgain,
    OpenBallot,
    OpenNote,
    Prefer,
    ReadPair,
    SaveNote,
)
from bot.daily.ballots import (
    BallotKind,
    Exposure,
    in_second_stage,
    next_answer,
    next_pair,
    pairs_that_finish,
    pairs_to_finish,
    second_stage_pool,
)
from bot.daily.look import come_in, voting_for, welcomed
from bot.daily.model import Answer, AnswerState, Round, RoundState
from bot.daily.ranking import rank_pairs
from bot.daily.rules import clean, note_error
from bot.daily.store import (
    change_round,
    count_sealed,
    exposures_in,
    find_answer,
    load_answer,
    newest_open,
    oldest_voting,
)
from bot.daily.tour import is_touring, tour_moved
from bot.daily.votes import (
    Ballot,
    Seen,
    comparisons_of,
    find_ballot,
    finish_ballot,
    judge,
    keep_note,
    open_ballot,
    pairs_by,
    prefer,
    reported_by,
    seen_by,
    set_steps,
    show_page,
    show_pair,
)
from bot.groups.entry import enter
from bot.groups.model import Entry
from bot.groups.services import Services
from bot.standings.streak_rules import Act
from bot.standings.streaks import acted
from bot.store.transaction import Transaction


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        Command(
            ("vote",),
            "Read the others' answers, unnamed, and say what helped",
            partial(_vote, services),
            help="A private ballot of the oldest question that is being voted on. Nobody sees votes before the reveal.",
            example="/vote",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(OpenBallot, partial(_open, services)),
        Route(Judge, partial(_judge, services)),
        Route(LookAgain, partial(_look_again, services)),
        Route(Prefer, partial(_prefer, services)),
        Route(ReadPair, partial(_read_pair, services)),
        Route(EndBallot, partial(_end, services)),
        Route(OpenNote, partial(_open_note, services), opens_form=True),
        Route(SaveNote, partial(_save_note, services)),
    )


async def _vote(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        waiting = await voting_for(tx, entry.group.id, entry.member.id)
        round_ = waiting.round if waiting else await oldest_voting(tx, entry.group.id)
        if round_ is None:
            return Private(cards.nothing_to_vote_card(await newest_open(tx, entry.group.id)), "today")
        return Private(welcomed(entry, await _next(tx, entry, round_, request)), f"ballot:{round_.id}")

    return await services.database.write(work)


async def _open(services: Services, request: Request, action: OpenBallot) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        _must_vote(round_)
        return Private(welcomed(entry, await _next(tx, entry, round_, request)), f"ballot:{round_.id}")

    return await services.database.write(work)


def _must_vote(round_: Round) -> None:
    if round_.state is RoundState.OPEN:
        raise UserError("Voting has not begun", "The ballot opens when answers close.")
    if round_.state is RoundState.REVEALED:
        raise UserError(
            "This ballot has closed", "The reveal is out: you find it in the channel and by `/question past`."
        )
    if round_.state is RoundState.CANCELLED:
        raise UserError("This question was withdrawn", "`/question today` shows what is open now.")


async def _next(tx: Transaction, entry: Entry, round_: Round, request: Request) -> Card:
    ballot = await open_ballot(tx, round_.id, entry.member.id, request.at)
    sealed = await _readable(tx, entry, round_)
    if round_.ballot is BallotKind.PAIRS:
        card = await _next_pair(tx, entry, round_, sealed, request)
    else:
        card = await _next_page(tx, entry, round_, sealed, request)
    if card is None:
        await _finish(tx, entry, ballot, request, judged=ballot.steps > 0)
        card = await _finished(tx, entry, round_, request)
    return card


async def _finish(tx: Transaction, entry: Entry, ballot: Ballot, request: Request, *, judged: bool) -> None:
    await finish_ballot(tx, ballot, request.at)
    if judged and ballot.finished_at is None:
        await acted(tx, entry.group, entry.member.id, Act.BALLOT, request.at)
    await tour_moved(tx, entry.member, request.at)


async def _readable(tx: Transaction, entry: Entry, round_: Round) -> dict[int, Exposure]:
    reported = await reported_by(tx, round_.id, entry.member.id)
    return {e.answer_id: e for e in await exposures_in(tx, round_.id) if e.answer_id not in reported}


async def _text_of(tx: Transaction, answer_id: int) -> Answer:
    found = await load_answer(tx, answer_id)
    assert found is not None
    return found


async def _next_page(
    tx: Transaction,
    entry: Entry,
    round_: Round,
    sealed: dict[int, Exposure],
    request: Request,
) -> Card | None:
    seen = await seen_by(tx, round_.id, entry.member.id)
    decided = [s for s in seen if s.helped is not None]
    waiting = next((s for s in seen if s.helped is None and s.answer_id in sealed), None)
    judged = frozenset(s.answer_id for s in decided)
    chosen = (
        waiting.answer_id if waiting else next_answer(entry.member.id, sealed.values(), judged, round_.id)
    )
    if chosen is None:
        return None
    if waiting is None:
        await show_page(tx, round_.id, entry.member.id, chosen, request.at)
    total = sum(e.author_id != entry.member.id for e in sealed.values())
    number = min(sum(s.answer_id in sealed for s in decided) + 1, total)
    return cards.page_card(round_, await _text_of(tx, chosen), number, total, waiting)


async def _next_pair(
    tx: Transaction,
    entry: Entry,
    round_: Round,
    sealed: dict[int, Exposure],
    request: Request,
) -> Card | None:
    shown = await pairs_by(tx, round_.id, entry.member.id)
    done = [p for p in shown if p.winner_id is not None]
    waiting = next(
        (p for p in shown if p.winner_id is None and p.low_id in sealed and p.high_id in sealed), None
    )
    exclude = [(p.low_id, p.high_id) for p in shown if p is not waiting]
    enough = pairs_to_finish(entry.member.id, sealed.values())
    if waiting is not None:
        pair: tuple[int, int] | None = (waiting.low_id, waiting.high_id)
    else:
        pool = await _second_stage(tx, round_, sealed, request)
        pair = next_pair(entry.member.id, sealed.values(), exclude, round_.id, pool)
    if pair is None:
        return None
    if waiting is None:
        await show_pair(tx, round_.id, entry.member.id, pair, request.at)
    left, right = await _text_of(tx, pair[0]), await _text_of(tx, pair[1])
    return cards.pair_card(round_, left, right, len(done), enough)


async def _second_stage(
    tx: Transaction, round_: Round, sealed: dict[int, Exposure], request: Request
) -> frozenset[int] | None:
    assert round_.voting_at is not None
    assert round_.votes_close_at is not None
    if not in_second_stage(len(sealed), round_.voting_at, round_.votes_close_at, request.at):
        return None
    if round_.finalists is not None:
        return round_.finalists
    # Ranked once, when the stage begins: to rank two hundred answers anew for each page would keep readers waiting.
    everyone = [e.answer_id for e in await exposures_in(tx, round_.id)]
    compared = [comparison for _, comparison in await comparisons_of(tx, round_.id)]
    finalists = second_stage_pool(rank_pairs(everyone, compared, round_.id))
    await change_round(tx, round_.id, finalists=sorted(finalists))
    return finalists


async def _finished(tx: Transaction, entry: Entry, round_: Round, request: Request) -> Card:
    seen = await seen_by(tx, round_.id, entry.member.id)
    shown = await pairs_by(tx, round_.id, entry.member.id)
    pairs = sum(p.winner_id is not None for p in shown)
    sealed = await _readable(tx, entry, round_)
    if round_.ballot is BallotKind.PAIRS:
        done = [(p.low_id, p.high_id) for p in shown if p.winner_id is not None]
        pool = await _second_stage(tx, round_, sealed, request)
        left = int(next_pair(entry.member.id, sealed.values(), done, round_.id, pool) is not None)
    else:
        judged = {s.answer_id for s in seen if s.helped is not None}
        left = sum(e.answer_id not in judged and e.author_id != entry.member.id for e in sealed.values())
    open_round = await newest_open(tx, round_.group_id)
    if open_round is not None and await find_answer(tx, open_round.id, entry.member.id) is not None:
        open_round = None
    return cards.finished_card(round_, seen, pairs, left, open_round, touring=is_touring(entry.member))


async def _votable(tx: Transaction, entry: Entry, round_: Round, answer_id: int) -> Answer:
    _must_vote(round_)
    answer = await load_answer(tx, answer_id)
    if answer is None or answer.round_id != round_.id:
        raise UserError("This answer is gone", "`/vote` goes on with your ballot.")
    if answer.member_id == entry.member.id:
        raise UserError(
            "That one is yours", "Nobody votes on their own answer. `/vote` goes on with your ballot."
        )
    if not answer.text:
        raise UserError("This answer was taken back", "Its author did so. `/vote` goes on with your ballot.")
    if answer.state is not AnswerState.SEALED:
        raise UserError("This answer was taken out", "It was reported. `/vote` goes on with your ballot.")
    return answer


async def _judge(services: Services, request: Request, action: Judge) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await _votable(tx, entry, round_, action.answer_id)
        await _page_of(tx, entry, round_, answer)
        if round_.ballot is not BallotKind.APPROVAL:
            raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
        seen = await seen_by(tx, round_.id, entry.member.id)
        await judge(tx, entry.member.id, answer.id, helped=action.helped)
        ballot = await open_ballot(tx, round_.id, entry.member.id, request.at)
        decided = {s.answer_id for s in seen if s.helped is not None} | {answer.id}
        await set_steps(tx, ballot.id, len(decided))
        return Update(await _next(tx, entry, round_, request), f"ballot:{round_.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _look_again(services: Services, request: Request, action: LookAgain) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        known = chosen.isdecimal() and len(chosen) < 18
        answer = await _votable(tx, entry, round_, int(chosen) if known else 0)
        seen = [s for s in await seen_by(tx, round_.id, entry.member.id) if s.helped is not None]
        number = next((n for n, s in enumerate(seen, 1) if s.answer_id == answer.id), 0)
        if not number:
            raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
        card = cards.page_card(round_, answer, number, len(seen), seen[number - 1])
        return Update(card, f"ballot:{round_.id}")

    return await services.database.write(work)


async def _prefer(services: Services, request: Request, action: Prefer) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        winner = await _votable(tx, entry, round_, action.winner_id)
        loser = await _votable(tx, entry, round_, action.loser_id)
        if not await prefer(tx, entry.member.id, (winner.id, loser.id), winner.id):
            raise UserError("This pair is not on your ballot", "`/vote` goes on with your ballot.")
        ballot = await open_ballot(tx, round_.id, entry.member.id, request.at)
        done = sum(p.winner_id is not None for p in await pairs_by(tx, round_.id, entry.member.id))
        await set_steps(tx, ballot.id, done)
        enough = pairs_that_finish(await count_sealed(tx, round_.id, without=entry.member.id))
        if done >= enough and ballot.finished_at is None:
            await _finish(tx, entry, ballot, request, judged=True)
            return Update(await _finished(tx, entry, round_, request), f"ballot:{round_.id}")
        return Update(await _next(tx, entry, round_, request), f"ballot:{round_.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _read_pair(services: Services, request: Request, action: ReadPair) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        shown = {(p.low_id, p.high_id) for p in await pairs_by(tx, round_.id, entry.member.id)}
        pair = (min(action.left_id, action.right_id), max(action.left_id, action.right_id))
        if pair not in shown:
            raise UserError("This pair is not on your ballot", "`/vote` goes on with your ballot.")
        answer = await _votable(tx, entry, round_, action.right_id if action.shown else action.left_id)
        side = int(bool(action.shown))
        card = cards.pair_side_card(round_, answer, action.left_id, action.right_id, side)
        return Private(card, f"ballot:{round_.id}")

    return await services.database.write(work)


async def _end(services: Services, request: Request, action: EndBallot) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        _must_vote(round_)
        ballot = await find_ballot(tx, round_.id, entry.member.id)
        if ballot is not None:
            await _finish(tx, entry, ballot, request, judged=ballot.steps > 0)
        return Update(await _finished(tx, entry, round_, request), f"ballot:{round_.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _open_note(services: Services, request: Request, action: OpenNote) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await _votable(tx, entry, round_, action.answer_id)
        return Ask(cards.note_form(round_, answer.id, (await _page_of(tx, entry, round_, answer)).note))

    return await services.database.write(work)


async def _save_note(services: Services, request: Request, action: SaveNote) -> Reply:
    assert isinstance(request.what, Submit)
    raw = request.what.text("note")
    note = " ".join(clean(raw).split())

    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await _votable(tx, entry, round_, action.answer_id)
        await _page_of(tx, entry, round_, answer)
        written = next(
            (s.note for s in await seen_by(tx, round_.id, entry.member.id) if s.answer_id == answer.id), ""
        )
        error = note_error(note) if note or not written else None
        if error is not None:
            return Refuse({"note": error}, cards.note_form(round_, answer.id, raw))
        await keep_note(tx, round_.id, entry.member.id, answer.id, note)
        return Private(await _again(tx, entry, round_, answer, request), f"ballot:{round_.id}")

    return await services.database.write(work)


async def _page_of(tx: Transaction, entry: Entry, round_: Round, answer: Answer) -> Seen:
    seen = await seen_by(tx, round_.id, entry.member.id)
    page = next((s for s in seen if s.answer_id == answer.id), None)
    if page is None:
        raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
    return page


async def _again(tx: Transaction, entry: Entry, round_: Round, answer: Answer, request: Request) -> Card:
    seen = await seen_by(tx, round_.id, entry.member.id)
    current = next((s for s in seen if s.answer_id == answer.id), None)
    if round_.ballot is BallotKind.PAIRS or current is None or current.helped is None:
        return await _next(tx, entry, round_, request)
    decided = [s.answer_id for s in seen if s.helped is not None]
    return cards.page_card(round_, answer, decided.index(answer.id) + 1, len(decided), current)
