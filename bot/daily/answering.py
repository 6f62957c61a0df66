"""Answering: the form, saving, editing, locking, the hint, passing, and what comes too late."""

from functools import partial

from bot.chat.cards import Ask, Card, Private, Refuse, Reply
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit
from bot.daily import cards
from bot.daily.actions import AskPass, KeepLate, LockAnswer, OpenAnswer, Pass, SaveAnswer, ShowHint
from bot.daily.cards import Voting
from bot.daily.look import come_in, voting_for, welcomed
from bot.daily.model import Answer, AnswerState, Round, RoundState
from bot.daily.rules import LATE_LIMIT, answer_error, clean, default_consent
from bot.daily.store import (
    change_answer,
    find_answer,
    newest_open,
    save_answer,
)
from bot.daily.tour import tour_moved
from bot.groups.drafts import draft_of, drop_draft, keep_draft
from bot.groups.entry import enter, greeting
from bot.groups.model import Consent, Entry
from bot.groups.services import Services
from bot.groups.store import change_member
from bot.standings.streak_rules import Act
from bot.standings.streaks import acted
from bot.store.transaction import Transaction


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        Command(
            ("answer",),
            "Answer the newest open question, privately",
            partial(_answer, services),
            opens_form=True,
            help="Opens a form. Your answer stays private until the reveal, and you can edit it until answers close.",
            example="/answer",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(OpenAnswer, partial(_open, services), opens_form=True),
        Route(SaveAnswer, partial(_save, services)),
        Route(LockAnswer, partial(_lock, services)),
        Route(ShowHint, partial(_hint, services)),
        Route(AskPass, partial(_ask_pass, services)),
        Route(Pass, partial(_pass, services)),
        Route(KeepLate, partial(_keep_late, services)),
    )


async def _answer(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        round_ = await newest_open(tx, entry.group.id)
        if round_ is None:
            voting = await voting_for(tx, entry.group.id, entry.member.id)
            return Private(welcomed(entry, cards.nothing_open_card(entry.group, voting)), "today")
        return await _form(tx, entry, round_)

    return await services.database.write(work)


async def _open(services: Services, request: Request, action: OpenAnswer) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        return await _form(tx, entry, round_)

    return await services.database.write(work)


async def _form(tx: Transaction, entry: Entry, round_: Round) -> Reply:
    answer = await find_answer(tx, round_.id, entry.member.id)
    if round_.state is not RoundState.OPEN:
        voting = await voting_for(tx, round_.group_id, entry.member.id)
        draft = await draft_of(tx, entry.member.id, round_.subject)
        return Private(_closed(round_, answer, draft, voting), f"answer:{round_.id}")
    _may_edit(round_, answer)
    value = await draft_of(tx, entry.member.id, round_.subject) or (answer.text if answer else "")
    consent = answer.consent if answer else default_consent(round_.question.kind, entry.member.consent)
    return Ask(cards.answer_form(round_, value, consent, entry.group.answer_limit, greeting(entry)))


def _closed(round_: Round, answer: Answer | None, typed: str, voting: Voting | None) -> Card:
    stands = answer is not None and answer.state is AnswerState.SEALED
    keep = _may_keep(answer, typed)
    return cards.closed_card(round_, typed, may_keep=keep, stands=stands, voting=voting)


def _may_keep(answer: Answer | None, typed: str) -> bool:
    return answer is None and answer_error(typed, LATE_LIMIT) is None


def _may_edit(round_: Round, answer: Answer | None) -> None:
    if answer is None:
        return
    if answer.state is AnswerState.PASSED:
        raise UserError("You passed this one", card=cards.compared_already_card(round_, passed=True))
    if answer.state is AnswerState.REMOVED and not answer.text:
        raise UserError(
            "Your answer is no longer kept", "You had left for so long. The next question is open to you."
        )
    if answer.state in (AnswerState.HIDDEN, AnswerState.REMOVED):
        raise UserError("Your answer was taken out", "An organiser has it. You can write to them about it.")
    if answer.locked_at is not None:
        raise UserError("Your answer is locked", card=cards.compared_already_card(round_, passed=False))


async def _save(services: Services, request: Request, action: SaveAnswer) -> Reply:
    assert isinstance(request.what, Submit)
    typed = clean(request.what.text("answer"))
    said = request.what.text("consent")

    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        voting = await voting_for(tx, round_.group_id, entry.member.id)
        slot = f"answer:{round_.id}"
        if round_.state is not RoundState.OPEN:
            if _may_keep(answer, typed):
                await keep_draft(tx, entry.member.id, round_.subject, typed, request.at)
            return Private(_closed(round_, answer, typed, voting), slot)
        _may_edit(round_, answer)
        before = answer.consent if answer else default_consent(round_.question.kind, entry.member.consent)
        consent = Consent(said) if said in set(Consent) else before
        error = answer_error(typed, entry.group.answer_limit)
        if error is not None:
            raw = request.what.text("answer") if isinstance(request.what, Submit) else typed
            if typed:
                await keep_draft(tx, entry.member.id, round_.subject, typed, request.at)
            return Refuse(
                {"answer": error}, cards.answer_form(round_, raw, consent, entry.group.answer_limit)
            )
        await save_answer(
            tx,
            round_.id,
            entry.member.id,
            state=AnswerState.SEALED,
            text=typed,
            consent=consent,
            now=request.at,
        )
        await drop_draft(tx, entry.member.id, round_.subject)
        await _acted(tx, entry, round_, Act.ANSWERED, request)
        if round_.question.kind != "behavioral":
            await change_member(tx, entry.member.id, consent=consent.value)
        await tour_moved(tx, entry.member, request.at)
        saved = await find_answer(tx, round_.id, entry.member.id)
        assert saved is not None
        return Private(welcomed(entry, cards.saved_card(round_, saved, voting)), slot)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _acted(tx: Transaction, entry: Entry, round_: Round, act: Act, request: Request) -> None:
    # Who answers on the next morning, just before the close, answers that question's day.
    await acted(tx, entry.group, entry.member.id, act, request.at, on=round_.local_date)


async def _lock(services: Services, request: Request, action: LockAnswer) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        if answer is None or answer.state is not AnswerState.SEALED:
            raise UserError("There is nothing to lock", "Answer first; then you can lock it and compare.")
        if round_.state is RoundState.VOTING and answer.locked_at is None:
            raise UserError(
                "Answers are closed", "Yours is in as it stood. The model answer comes with the reveal."
            )
        if round_.state is RoundState.OPEN and answer.locked_at is None:
            await change_answer(tx, answer.id, locked_at=request.at)
        voting = await voting_for(tx, round_.group_id, entry.member.id)
        return Private(cards.compare_card(round_, answer, voting), f"answer:{round_.id}")

    return await services.database.write(work)


async def _hint(services: Services, request: Request, action: ShowHint) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        return Private(welcomed(entry, cards.hint_card(round_)), f"hint:{round_.id}")

    return await services.database.write(work)


async def _ask_pass(services: Services, request: Request, action: AskPass) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        if answer is not None and (answer.locked_at is not None or answer.state is AnswerState.PASSED):
            voting = await voting_for(tx, round_.group_id, entry.member.id)
            return Private(cards.compare_card(round_, answer, voting), f"answer:{round_.id}")
        _may_pass(round_, answer)
        return Private(welcomed(entry, cards.pass_question_card(round_)), f"answer:{round_.id}")

    return await services.database.write(work)


async def _pass(services: Services, request: Request, action: Pass) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        if answer is None or answer.state is not AnswerState.PASSED:
            _may_pass(round_, answer)
            await save_answer(
                tx,
                round_.id,
                entry.member.id,
                state=AnswerState.PASSED,
                text="",
                consent=Consent.OUT,
                now=request.at,
            )
            await _acted(tx, entry, round_, Act.PASSED, request)
            await tour_moved(tx, entry.member, request.at)
            answer = await find_answer(tx, round_.id, entry.member.id)
        voting = await voting_for(tx, round_.group_id, entry.member.id)
        return Private(cards.compare_card(round_, answer, voting), f"answer:{round_.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


def _may_pass(round_: Round, answer: Answer | None) -> None:
    if round_.state is not RoundState.OPEN:
        raise UserError(
            "Answers are closed", "There is nothing to pass any more; the reveal brings the key points."
        )
    if answer is not None:
        raise UserError("You have answered already", card=cards.answered_already_card(round_))


async def _keep_late(services: Services, request: Request, action: KeepLate) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        draft = await draft_of(tx, entry.member.id, round_.subject)
        if _may_keep(answer, draft) and round_.state is not RoundState.OPEN:
            await save_answer(
                tx,
                round_.id,
                entry.member.id,
                state=AnswerState.LATE,
                text=draft,
                consent=Consent.OUT,
                now=request.at,
            )
            await drop_draft(tx, entry.member.id, round_.subject)
            await acted(tx, entry.group, entry.member.id, Act.ANSWERED, request.at)
            answer = await find_answer(tx, round_.id, entry.member.id)
        if answer is None:
            raise UserError("There is nothing to keep", "`/question today` shows what is open now.")
        if answer.state is not AnswerState.LATE:
            raise UserError("There is nothing to keep", "You have an answer to this question already.")
        return Private(cards.late_card(round_, answer.text), f"answer:{round_.id}")

    return await services.database.write(work)
