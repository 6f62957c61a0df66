"""Voting: a private ballot, one answer a page or two side by side; a line to the author."""

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Slot, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Submit
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
from bot.daily.look import IN_ROUND, round_of, voting_for, welcomed
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
from bot.groups.model import Entry
from bot.groups.services import RequestTransaction
from bot.groups.who import TAKES_PART
from bot.standings.streak_rules import Act
from bot.standings.streaks import acted
from bot.store.transaction import Transaction


async def _vote(tx: RequestTransaction, _options: Options) -> Reply:
    entry = tx.entry
    waiting = await voting_for(tx, entry.group.id, entry.member.id)
    round_ = waiting.round if waiting else await oldest_voting(tx, entry.group.id)
    if round_ is None:
        return Private(cards.nothing_to_vote_card(await newest_open(tx, entry.group.id)), Slot("today"))
    return Private(welcomed(entry, await _next(tx, entry, round_)), Slot("ballot", round_.id))


async def _open(tx: RequestTransaction, _action: OpenBallot) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    _must_vote(round_)
    return Private(welcomed(entry, await _next(tx, entry, round_)), Slot("ballot", round_.id))


def _must_vote(round_: Round) -> None:
    if round_.state is RoundState.OPEN:
        raise UserError("Voting has not begun", "The ballot opens when answers close.")
    if round_.state is RoundState.REVEALED:
        raise UserError(
            "This ballot has closed", "The reveal is out: you find it in the channel and by `/question past`."
        )
    if round_.state is RoundState.CANCELLED:
        raise UserError("This question was withdrawn", "`/question today` shows what is open now.")


async def _next(tx: RequestTransaction, entry: Entry, round_: Round) -> Card:
    ballot = await open_ballot(tx, round_.id, entry.member.id, tx.request.at)
    sealed = await _readable(tx, entry, round_)
    if round_.ballot is BallotKind.PAIRS:
        card = await _next_pair(tx, entry, round_, sealed)
    else:
        card = await _next_page(tx, entry, round_, sealed)
    if card is None:
        await _finish(tx, entry, ballot, judged=ballot.steps > 0)
        card = await _finished(tx, entry, round_)
    return card


async def _finish(tx: RequestTransaction, entry: Entry, ballot: Ballot, *, judged: bool) -> None:
    await finish_ballot(tx, ballot, tx.request.at)
    if judged and ballot.finished_at is None:
        await acted(tx, entry.group, entry.member.id, Act.BALLOT, tx.request.at)
    await tour_moved(tx, entry.member, tx.request.at)


async def _readable(tx: Transaction, entry: Entry, round_: Round) -> dict[int, Exposure]:
    reported = await reported_by(tx, round_.id, entry.member.id)
    return {e.answer_id: e for e in await exposures_in(tx, round_.id) if e.answer_id not in reported}


async def _text_of(tx: Transaction, answer_id: int) -> Answer:
    found = await load_answer(tx, answer_id)
    assert found is not None
    return found


async def _next_page(
    tx: RequestTransaction,
    entry: Entry,
    round_: Round,
    sealed: dict[int, Exposure],
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
        await show_page(tx, round_.id, entry.member.id, chosen, tx.request.at)
    total = sum(e.author_id != entry.member.id for e in sealed.values())
    number = min(sum(s.answer_id in sealed for s in decided) + 1, total)
    return cards.page_card(round_, await _text_of(tx, chosen), number, total, waiting)


async def _next_pair(
    tx: RequestTransaction,
    entry: Entry,
    round_: Round,
    sealed: dict[int, Exposure],
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
        pool = await _second_stage(tx, round_, sealed)
        pair = next_pair(entry.member.id, sealed.values(), exclude, round_.id, pool)
    if pair is None:
        return None
    if waiting is None:
        await show_pair(tx, round_.id, entry.member.id, pair, tx.request.at)
    left, right = await _text_of(tx, pair[0]), await _text_of(tx, pair[1])
    return cards.pair_card(round_, left, right, len(done), enough)


async def _second_stage(
    tx: RequestTransaction, round_: Round, sealed: dict[int, Exposure]
) -> frozenset[int] | None:
    assert round_.voting_at is not None
    assert round_.votes_close_at is not None
    if not in_second_stage(len(sealed), round_.voting_at, round_.votes_close_at, tx.request.at):
        return None
    if round_.finalists is not None:
        return round_.finalists
    # Ranked once, when the stage begins: to rank two hundred answers anew for each page would keep readers waiting.
    everyone = [e.answer_id for e in await exposures_in(tx, round_.id)]
    compared = [comparison for _, comparison in await comparisons_of(tx, round_.id)]
    finalists = second_stage_pool(rank_pairs(everyone, compared, round_.id))
    await change_round(tx, round_.id, finalists=sorted(finalists))
    return finalists


async def _finished(tx: RequestTransaction, entry: Entry, round_: Round) -> Card:
    seen = await seen_by(tx, round_.id, entry.member.id)
    shown = await pairs_by(tx, round_.id, entry.member.id)
    pairs = sum(p.winner_id is not None for p in shown)
    sealed = await _readable(tx, entry, round_)
    if round_.ballot is BallotKind.PAIRS:
        done = [(p.low_id, p.high_id) for p in shown if p.winner_id is not None]
        pool = await _second_stage(tx, round_, sealed)
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


async def _judge(tx: RequestTransaction, action: Judge) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    answer = await _votable(tx, entry, round_, action.answer_id)
    await _page_of(tx, entry, round_, answer)
    if round_.ballot is not BallotKind.APPROVAL:
        raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
    seen = await seen_by(tx, round_.id, entry.member.id)
    await judge(tx, entry.member.id, answer.id, helped=action.helped)
    ballot = await open_ballot(tx, round_.id, entry.member.id, tx.request.at)
    decided = {s.answer_id for s in seen if s.helped is not None} | {answer.id}
    await set_steps(tx, ballot.id, len(decided))
    tx.wake_after_commit()
    return Update(await _next(tx, entry, round_), Slot("ballot", round_.id))


async def _look_again(tx: RequestTransaction, _action: LookAgain) -> Reply:
    assert isinstance(tx.request.what, Press)
    chosen = tx.request.what.values[0] if tx.request.what.values else ""

    entry, round_ = tx.entry, round_of(tx)
    known = chosen.isdecimal() and len(chosen) < 18
    answer = await _votable(tx, entry, round_, int(chosen) if known else 0)
    seen = [s for s in await seen_by(tx, round_.id, entry.member.id) if s.helped is not None]
    number = next((n for n, s in enumerate(seen, 1) if s.answer_id == answer.id), 0)
    if not number:
        raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
    card = cards.page_card(round_, answer, number, len(seen), seen[number - 1])
    return Update(card, Slot("ballot", round_.id))


async def _prefer(tx: RequestTransaction, action: Prefer) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    winner = await _votable(tx, entry, round_, action.winner_id)
    loser = await _votable(tx, entry, round_, action.loser_id)
    if not await prefer(tx, entry.member.id, (winner.id, loser.id), winner.id):
        raise UserError("This pair is not on your ballot", "`/vote` goes on with your ballot.")
    ballot = await open_ballot(tx, round_.id, entry.member.id, tx.request.at)
    done = sum(p.winner_id is not None for p in await pairs_by(tx, round_.id, entry.member.id))
    await set_steps(tx, ballot.id, done)
    enough = pairs_that_finish(await count_sealed(tx, round_.id, without=entry.member.id))
    if done >= enough and ballot.finished_at is None:
        await _finish(tx, entry, ballot, judged=True)
        return Update(await _finished(tx, entry, round_), Slot("ballot", round_.id))
    tx.wake_after_commit()
    return Update(await _next(tx, entry, round_), Slot("ballot", round_.id))


async def _read_pair(tx: RequestTransaction, action: ReadPair) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    shown = {(p.low_id, p.high_id) for p in await pairs_by(tx, round_.id, entry.member.id)}
    pair = (min(action.left_id, action.right_id), max(action.left_id, action.right_id))
    if pair not in shown:
        raise UserError("This pair is not on your ballot", "`/vote` goes on with your ballot.")
    answer = await _votable(tx, entry, round_, action.right_id if action.shown else action.left_id)
    side = int(bool(action.shown))
    card = cards.pair_side_card(round_, answer, action.left_id, action.right_id, side)
    return Private(card, Slot("ballot", round_.id))


async def _end(tx: RequestTransaction, _action: EndBallot) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    _must_vote(round_)
    ballot = await find_ballot(tx, round_.id, entry.member.id)
    if ballot is not None:
        await _finish(tx, entry, ballot, judged=ballot.steps > 0)
    tx.wake_after_commit()
    return Update(await _finished(tx, entry, round_), Slot("ballot", round_.id))


async def _open_note(tx: RequestTransaction, action: OpenNote) -> Reply:
    entry, round_ = tx.entry, round_of(tx)
    answer = await _votable(tx, entry, round_, action.answer_id)
    return Ask(cards.note_form(round_, answer.id, (await _page_of(tx, entry, round_, answer)).note))


async def _save_note(tx: RequestTransaction, action: SaveNote) -> Reply:
    assert isinstance(tx.request.what, Submit)
    raw = tx.request.what.text("note")
    note = " ".join(clean(raw).split())

    entry, round_ = tx.entry, round_of(tx)
    answer = await _votable(tx, entry, round_, action.answer_id)
    await _page_of(tx, entry, round_, answer)
    written = next(
        (s.note for s in await seen_by(tx, round_.id, entry.member.id) if s.answer_id == answer.id), ""
    )
    error = note_error(note) if note or not written else None
    if error is not None:
        return Refuse({"note": error}, cards.note_form(round_, answer.id, raw))
    await keep_note(tx, round_.id, entry.member.id, answer.id, note)
    return Private(await _again(tx, entry, round_, answer), Slot("ballot", round_.id))


async def _page_of(tx: Transaction, entry: Entry, round_: Round, answer: Answer) -> Seen:
    seen = await seen_by(tx, round_.id, entry.member.id)
    page = next((s for s in seen if s.answer_id == answer.id), None)
    if page is None:
        raise UserError("This page is not on your ballot", "`/vote` goes on with your ballot.")
    return page


async def _again(tx: RequestTransaction, entry: Entry, round_: Round, answer: Answer) -> Card:
    seen = await seen_by(tx, round_.id, entry.member.id)
    current = next((s for s in seen if s.answer_id == answer.id), None)
    if round_.ballot is BallotKind.PAIRS or current is None or current.helped is None:
        return await _next(tx, entry, round_)
    decided = [s.answer_id for s in seen if s.helped is not None]
    return cards.page_card(round_, answer, decided.index(answer.id) + 1, len(decided), current)


COMMANDS = (
    Command(
        ("vote",),
        "Read the others' answers, unnamed, and say what helped",
        _vote,
        who=TAKES_PART,
        help="A private ballot of the oldest question that is being voted on. Nobody sees votes before the reveal.",
        example="/vote",
    ),
)


ROUTES = (
    Route(OpenBallot, _open, IN_ROUND),
    Route(Judge, _judge, IN_ROUND),
    Route(LookAgain, _look_again, IN_ROUND),
    Route(Prefer, _prefer, IN_ROUND),
    Route(ReadPair, _read_pair, IN_ROUND),
    Route(EndBallot, _end, IN_ROUND),
    Route(OpenNote, _open_note, IN_ROUND, opens_form=True),
    Route(SaveNote, _save_note, IN_ROUND),
)
