"""Voting: a private ballot, one answer a page or two side by side; a line to the author."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.access.greeting import welcomed
from bot.access.who import READS_OTHERS
from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Slot, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.features.daily.actions import (
    EndBallot,
    Judge,
    LookAgain,
    LookBack,
    OpenBallot,
    OpenNote,
    Prefer,
    ReadPair,
    SaveNote,
)
from bot.features.daily.ballots import cards
from bot.features.daily.ballots.queries import (
    Ballot,
    Page,
    Pair,
    comparisons_of,
    exposures_for,
    find_ballot,
    judge,
    keep_ballot,
    keep_note,
    open_ballot,
    pages_of,
    pairs_by,
    prefer,
    show_page,
    show_pair,
    some_pages,
)
from bot.features.daily.ballots.ranking import rank_pairs
from bot.features.daily.ballots.rules import (
    BallotKind,
    Exposure,
    in_second_stage,
    next_answer,
    next_pair,
    pairs_that_finish,
    pairs_to_finish,
    second_stage_pool,
    sides,
)
from bot.features.daily.cards import revealed_already_card
from bot.features.daily.model import AnswerState, Round, RoundState
from bot.features.daily.onboarding import is_onboarding, onboarding_moved
from bot.features.daily.queries import change_round, newest_open, oldest_voting, open_to, voting_for
from bot.features.daily.rules import clean, note_error
from bot.features.daily.subjects import VOTES, ballot_of, must_not_be_withdrawn, round_of
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.services import RequestTransaction

NOT_ON_BALLOT = ("This page is not on your ballot", "`/vote` continues your ballot.")
NO_PAIR = ("This pair is not on your ballot", "`/vote` continues your ballot.")


async def _vote(tx: RequestTransaction, _options: Options) -> Reply:
    entry = tx.actor
    waiting = await voting_for(tx, entry.group.id, entry.member.id)
    round_ = waiting.round if waiting else await oldest_voting(tx, entry.group.id)
    if round_ is None:
        return Private(cards.nothing_to_vote_card(await newest_open(tx, entry.group.id)), Slot("today"))
    ballot = await find_ballot(tx, round_.id, entry.member.id)
    return Private(welcomed(await _next(tx, round_, ballot), entry), Slot("ballot", round_.id))


async def _open(tx: RequestTransaction, _action: OpenBallot) -> Reply:
    round_ = round_of(tx)
    must_vote(round_)
    return Private(welcomed(await _next(tx, round_, ballot_of(tx)), tx.actor), Slot("ballot", round_.id))


def must_vote(round_: Round) -> None:
    """Refuse what can be done only while a ballot is open. Raises UserError where it is not."""
    if round_.state is RoundState.OPEN:
        raise UserError("Voting has not begun", "The ballot opens when answers close.")
    if round_.state is RoundState.REVEALED:
        raise UserError(revealed_already_card("This ballot has closed", round_))
    must_not_be_withdrawn(round_)


async def _next(tx: RequestTransaction, round_: Round, ballot: Ballot | None) -> Card:
    """The page or pair that comes next, or what is said when there is none."""
    member_id = tx.actor.member.id
    ballot = ballot or await open_ballot(tx, round_.id, member_id, tx.request.at)
    if round_.ballot is BallotKind.PAIRS:
        shown = await pairs_by(tx, round_.id, member_id)
        _, sealed = await exposures_for(tx, round_.id, member_id)
        return await _next_pair(tx, round_, ballot, shown, sealed)
    return await _next_page(tx, round_, ballot, await pages_of(tx, round_.id, member_id))


async def _finish(tx: RequestTransaction, ballot: Ballot, steps: int) -> None:
    """Finish a ballot of so many steps; it counts as activity the first time, where anything was decided."""
    entry, now = tx.actor, tx.request.at
    if ballot.finished_at is None or steps != ballot.steps:
        await keep_ballot(tx, ballot, steps, now)
    if steps and ballot.finished_at is None:
        await acted(tx, entry.group, entry.member.id, Act.BALLOT, now)
    await onboarding_moved(tx, entry.member, now)


# One answer a page ----------------------------------------------------------------------------------------------------


def _decided(pages: Iterable[Page]) -> list[Page]:
    """The pages a voter decided, in the order they were shown."""
    return sorted((p for p in pages if p.helped is not None), key=lambda p: p.place or 0)


async def _next_page(
    tx: RequestTransaction, round_: Round, ballot: Ballot, pages: Sequence[Page], steps: int | None = None
) -> Card:
    """The page that comes next; ``steps`` are the decided ones, where that number has just changed."""
    entry, decided = tx.actor, _decided(pages)
    voter = entry.member.id
    readable = {p.answer_id: p for p in pages if p.readable}
    waiting = min(
        (p for p in readable.values() if p.place is not None and p.helped is None),
        key=lambda p: p.place or 0,
        default=None,
    )
    judged = frozenset(p.answer_id for p in decided)
    exposures = (p.exposure for p in readable.values())
    chosen = waiting.answer_id if waiting else next_answer(voter, exposures, judged, round_.id)
    if chosen is None:
        await _finish(tx, ballot, ballot.steps if steps is None else steps)
        return await _finished(tx, round_, pages)
    if steps is not None and steps != ballot.steps:
        await keep_ballot(tx, ballot, steps)
    if waiting is None:
        await show_page(tx, round_.id, voter, chosen, tx.request.at)
    return _page_card(round_, voter, readable[chosen], pages, len(decided))


def _page_card(round_: Round, voter: int, page: Page, pages: Sequence[Page], index: int) -> Card:
    """A page below so many decided ones, counted among all that stand on the ballot."""
    decided = _decided(pages)
    total = max(sum(p.readable and p.author_id != voter for p in pages), 1)
    number = min(sum(p.readable for p in decided[:index]) + 1, total)
    return cards.page_card(round_, page, number, total, _before(decided, index))


def _before(decided: Sequence[Page], index: int) -> int | None:
    """The answer of the last page before an index that can still be read."""
    return next((p.answer_id for p in reversed(decided[:index]) if p.readable), None)


async def _judge(tx: RequestTransaction, action: Judge) -> Reply:
    entry, round_ = tx.actor, round_of(tx)
    pages, page = await _with_votable(tx, round_, action.answer_id)
    if page.place is None or round_.ballot is not BallotKind.APPROVAL:
        raise UserError(*NOT_ON_BALLOT)
    await judge(tx, entry.member.id, page.answer_id, helped=action.helped)
    judged = replace(page, helped=action.helped)
    pages = tuple(judged if p is page else p for p in pages)
    ballot = ballot_of(tx) or await open_ballot(tx, round_.id, entry.member.id, tx.request.at)
    card = await _next_page(tx, round_, ballot, pages, len(_decided(pages)))
    tx.wake_after_commit()
    return Update(card, Slot("ballot", round_.id))


async def _with_votable(
    tx: RequestTransaction, round_: Round, answer_id: int
) -> tuple[tuple[Page, ...], Page]:
    pages = await pages_of(tx, round_.id, tx.actor.member.id)
    page = next((p for p in pages if p.answer_id == answer_id), None)
    return pages, await _votable(tx, round_, answer_id, page)


async def _votable(tx: RequestTransaction, round_: Round, answer_id: int, found: Page | None = None) -> Page:
    """An answer to vote on; ``found`` is what was read of it. Raises UserError for one's own, and one that is gone or off the ballot."""
    must_vote(round_)
    member_id = tx.actor.member.id
    if found is None:
        found = (await some_pages(tx, round_.id, member_id, [answer_id])).get(answer_id)
    if found is None:
        raise UserError("This answer is gone", "`/vote` continues your ballot.")
    if found.author_id == member_id:
        raise UserError(
            "That one is yours", "Nobody votes on their own answer. `/vote` continues your ballot."
        )
    if not found.text:
        raise UserError("This answer was withdrawn", "Its author did so. `/vote` continues your ballot.")
    if found.state is not AnswerState.SEALED:
        raise UserError("This answer was taken out", "It was reported. `/vote` continues your ballot.")
    return found


async def _look_again(tx: RequestTransaction, _action: LookAgain) -> Reply:
    return await _decided_page(tx, tx.request.pressed.number)


async def _look_back(tx: RequestTransaction, action: LookBack) -> Reply:
    if round_of(tx).ballot is BallotKind.PAIRS:
        return await _decided_pair(tx, (action.answer_id, action.other_id))
    return await _decided_page(tx, action.answer_id)


async def _decided_page(tx: RequestTransaction, answer_id: int) -> Reply:
    round_ = round_of(tx)
    pages, page = await _with_votable(tx, round_, answer_id)
    return Update(_decided_card(tx, page, pages), Slot("ballot", round_.id))


def _decided_card(tx: RequestTransaction, page: Page, pages: Sequence[Page]) -> Card:
    decided = _decided(pages)
    if page not in decided:
        raise UserError(*NOT_ON_BALLOT)
    return _page_card(round_of(tx), tx.actor.member.id, page, pages, decided.index(page))


# Two side by side -----------------------------------------------------------------------------------------------------


async def _next_pair(
    tx: RequestTransaction,
    round_: Round,
    ballot: Ballot,
    shown: Sequence[Pair],
    sealed: dict[int, Exposure],
) -> Card:
    voter = tx.actor.member.id
    decided = [p for p in shown if p.winner_id is not None]
    waiting = next(
        (p for p in shown if p.winner_id is None and p.low_id in sealed and p.high_id in sealed), None
    )
    if waiting is not None:
        pair: tuple[int, int] | None = sides(voter, waiting.low_id, waiting.high_id, round_.id)
    else:
        exclude = [(p.low_id, p.high_id) for p in shown]
        pool = await _second_stage(tx, round_, sealed)
        pair = next_pair(voter, sealed.values(), exclude, round_.id, pool)
    if pair is None:
        await _finish(tx, ballot, ballot.steps)
        return await _finished_pairs(tx, round_, shown, sealed)
    if waiting is None:
        await show_pair(tx, round_.id, voter, pair, tx.request.at)
    return await _pair_card(tx, round_, pair, sealed, decided)


async def _pair_card(
    tx: RequestTransaction,
    round_: Round,
    pair: tuple[int, int],
    sealed: dict[int, Exposure],
    before: Sequence[Pair],
    chosen: int | None = None,
) -> Card:
    """A pair after those that were decided before it; ``chosen`` is the answer that was preferred here already."""
    voter = tx.actor.member.id
    pages = await some_pages(tx, round_.id, voter, pair)
    left, right = (pages[each] for each in pair)
    enough, last = pairs_to_finish(voter, sealed.values()), _pair_before(before, sealed)
    return cards.pair_card(round_, left, right, len(before), enough, before=last, chosen=chosen)


def _pair_before(decided: Sequence[Pair], sealed: Collection[int]) -> Pair | None:
    """The last of these pairs whose answers can both still be read."""
    return next((p for p in reversed(decided) if p.low_id in sealed and p.high_id in sealed), None)


async def _decided_pair(tx: RequestTransaction, wanted: tuple[int, int]) -> Reply:
    round_, voter = round_of(tx), tx.actor.member.id
    must_vote(round_)
    decided = [p for p in await pairs_by(tx, round_.id, voter) if p.winner_id is not None]
    place = next((n for n, p in enumerate(decided) if (p.low_id, p.high_id) == wanted), None)
    _, sealed = await exposures_for(tx, round_.id, voter)
    if place is None or _pair_before(decided[place : place + 1], sealed) is None:
        raise UserError(*NO_PAIR)
    pair = sides(voter, *wanted, round_.id)
    card = await _pair_card(tx, round_, pair, sealed, decided[:place], decided[place].winner_id)
    return Update(card, Slot("ballot", round_.id))


async def _second_stage(
    tx: RequestTransaction, round_: Round, sealed: dict[int, Exposure]
) -> frozenset[int] | None:
    assert round_.voting_at is not None
    assert round_.votes_close_at is not None
    if not in_second_stage(len(sealed), round_.voting_at, round_.votes_close_at, tx.request.at):
        return None
    if round_.finalists is not None:
        return round_.finalists
    # Ranked once, when the stage begins: to rank two hundred answers again for each page would keep readers waiting.
    everyone, _ = await exposures_for(tx, round_.id, tx.actor.member.id)
    compared = [comparison for _, comparison in await comparisons_of(tx, round_.id)]
    finalists = second_stage_pool(rank_pairs(everyone, compared, round_.id))
    await change_round(tx, round_.id, finalists=sorted(finalists))
    return finalists


async def _prefer(tx: RequestTransaction, action: Prefer) -> Reply:
    round_, voter = round_of(tx), tx.actor.member.id
    must_vote(round_)
    low, high = sorted((action.winner_id, action.loser_id))
    everyone, sealed = await exposures_for(tx, round_.id, voter)
    on_ballot = {e.answer_id for e in everyone.values() if e.author_id != voter}
    for answer_id in (action.winner_id, action.loser_id):
        if answer_id not in on_ballot:
            await _votable(tx, round_, answer_id)
            raise UserError(*NO_PAIR)
    if not await prefer(tx, voter, (low, high), action.winner_id):
        raise UserError(*NO_PAIR)
    shown = await pairs_by(tx, round_.id, voter)
    ballot = ballot_of(tx) or await open_ballot(tx, round_.id, voter, tx.request.at)
    done = sum(p.winner_id is not None for p in shown)
    if done >= pairs_that_finish(len(on_ballot)) and ballot.finished_at is None:
        await _finish(tx, ballot, done)
        card = await _finished_pairs(tx, round_, shown, sealed)
    else:
        if done != ballot.steps:
            await keep_ballot(tx, ballot, done)
        card = await _next_pair(tx, round_, replace(ballot, steps=done), shown, sealed)
    tx.wake_after_commit()
    return Update(card, Slot("ballot", round_.id))


async def _read_pair(tx: RequestTransaction, action: ReadPair) -> Reply:
    round_ = round_of(tx)
    shown = {(p.low_id, p.high_id) for p in await pairs_by(tx, round_.id, tx.actor.member.id)}
    pair = (min(action.left_id, action.right_id), max(action.left_id, action.right_id))
    if pair not in shown:
        raise UserError(*NO_PAIR)
    page = await _votable(tx, round_, action.right_id if action.shown else action.left_id)
    side = int(bool(action.shown))
    card = cards.pair_side_card(round_, page, action.left_id, action.right_id, side)
    return Private(card, Slot("ballot", round_.id))


# The end --------------------------------------------------------------------------------------------------------------


async def _end(tx: RequestTransaction, _action: EndBallot) -> Reply:
    round_, ballot, voter = round_of(tx), ballot_of(tx), tx.actor.member.id
    must_vote(round_)
    if ballot is not None:
        await _finish(tx, ballot, ballot.steps)
    if round_.ballot is BallotKind.PAIRS:
        _, sealed = await exposures_for(tx, round_.id, voter)
        card = await _finished_pairs(tx, round_, await pairs_by(tx, round_.id, voter), sealed)
    else:
        card = await _finished(tx, round_, await pages_of(tx, round_.id, voter))
    tx.wake_after_commit()
    return Update(card, Slot("ballot", round_.id))


async def _finished(tx: RequestTransaction, round_: Round, pages: Sequence[Page]) -> Card:
    voter = tx.actor.member.id
    left = sum(p.readable and p.helped is None and p.author_id != voter for p in pages)
    return await _thanks(tx, round_, _decided(pages), 0, left)


async def _finished_pairs(
    tx: RequestTransaction, round_: Round, shown: Sequence[Pair], sealed: dict[int, Exposure]
) -> Card:
    decided = [p for p in shown if p.winner_id is not None]
    done = [(p.low_id, p.high_id) for p in decided]
    pool = await _second_stage(tx, round_, sealed)
    left = next_pair(tx.actor.member.id, sealed.values(), done, round_.id, pool)
    last = _pair_before(decided, sealed)
    return await _thanks(tx, round_, (), len(done), int(left is not None), last)


async def _thanks(
    tx: RequestTransaction,
    round_: Round,
    judged: Sequence[Page],
    pairs: int,
    left: int,
    last: Pair | None = None,
) -> Card:
    member = tx.actor.member
    newest = await open_to(tx, round_.group_id, member.id)
    open_round = newest.round if newest is not None and newest.answer is None else None
    return cards.finished_card(
        round_, judged, pairs, left, open_round, touring=is_onboarding(member), last=last
    )


# A line to the author -------------------------------------------------------------------------------------------------


async def _open_note(tx: RequestTransaction, action: OpenNote) -> Reply:
    round_ = round_of(tx)
    page = _shown(await _votable(tx, round_, action.answer_id))
    return Ask(cards.note_form(round_, page.answer_id, page.note))


async def _save_note(tx: RequestTransaction, action: SaveNote) -> Reply:
    raw = tx.request.submitted.text("note")
    note = " ".join(clean(raw).split())
    round_ = round_of(tx)
    page = _shown(await _votable(tx, round_, action.answer_id))
    error = note_error(note) if note or not page.note else None
    if error is not None:
        return Refuse({"note": error}, cards.note_form(round_, page.answer_id, raw))
    await keep_note(tx, round_.id, tx.actor.member.id, page.answer_id, note)
    return Private(await _again(tx, round_, replace(page, note=note)), Slot("ballot", round_.id))


def _shown(page: Page) -> Page:
    if page.place is None:
        raise UserError(*NOT_ON_BALLOT)
    return page


async def _again(tx: RequestTransaction, round_: Round, page: Page) -> Card:
    """The page that a line was written on, or the ballot as it goes on where that one is not decided yet."""
    if round_.ballot is BallotKind.PAIRS or page.helped is None:
        return await _next(tx, round_, ballot_of(tx))
    return _decided_card(tx, page, await pages_of(tx, round_.id, tx.actor.member.id))


COMMANDS = (
    Command(
        ("vote",),
        "Read the others' answers, unnamed, and say what helped",
        _vote,
        who=READS_OTHERS,
        help="A private ballot on the oldest question that is being voted on. Nobody sees votes before the reveal.",
        example="/vote",
        also=("ballot", "rate"),
    ),
)


ROUTES = (
    Route(OpenBallot, _open, VOTES),
    Route(Judge, _judge, VOTES, weight=2),
    Route(LookAgain, _look_again, VOTES),
    Route(LookBack, _look_back, VOTES),
    Route(Prefer, _prefer, VOTES, weight=2),
    Route(ReadPair, _read_pair, VOTES),
    Route(EndBallot, _end, VOTES),
    Route(OpenNote, _open_note, VOTES, opens_form=True),
    Route(SaveNote, _save_note, VOTES, weight=2),
)
