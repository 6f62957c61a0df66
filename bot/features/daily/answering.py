"""Answering: the form, saving, editing, locking, the hint, passing, and what comes too late."""

from dataclasses import replace

from bot.access.greeting import greeting, welcomed
from bot.access.who import TAKES_PART
from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Slot
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.features.daily import answer_cards, cards
from bot.features.daily.actions import (
    AskLock,
    AskPass,
    GetFiles,
    KeepLate,
    KeepSaved,
    LockAnswer,
    OpenAnswer,
    Pass,
    SaveAnswer,
    SaveUnseen,
    ShowHint,
)
from bot.features.daily.model import Answer, AnswerState, Round, RoundState, RoundView
from bot.features.daily.onboarding import first_answer, onboarding_moved
from bot.features.daily.queries import change_answer, find_answer, keep_out, open_to, save_answer, voting_for
from bot.features.daily.question_blocks import files_card
from bot.features.daily.rules import LATE_LIMIT, answer_error, answer_limit, clean, default_consent, mark_of
from bot.features.daily.subjects import ANSWERS, IN_ROUND, must_not_be_withdrawn, round_of, round_view
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.membership.drafts import draft_of, drop_draft, keep_draft
from bot.membership.model import Consent
from bot.membership.queries import change_member
from bot.questions.kinds import PERSONAL
from bot.services import RequestTransaction


async def _answer(tx: RequestTransaction, _options: Options) -> Reply:
    entry = tx.actor
    found = await open_to(tx, entry.group.id, entry.member.id)
    if found is None:
        voting = await voting_for(tx, entry.group.id, entry.member.id)
        return Private(welcomed(cards.nothing_open_card(entry.group, voting), entry), Slot("today"))
    draft = await draft_of(tx, entry.member.id, found.round.subject)
    return _form(tx, replace(found, draft=draft))


async def _open(tx: RequestTransaction, _action: OpenAnswer) -> Reply:
    return _form(tx, round_view(tx))


def _form(tx: RequestTransaction, view: RoundView) -> Reply:
    entry, round_, answer = tx.actor, view.round, view.answer
    if round_.state is not RoundState.OPEN:
        return Private(_over(view, view.draft), Slot("answer", round_.id))
    _may_edit(view)
    value = view.draft or (answer.text if answer else "")
    consent = answer.consent if answer else default_consent(round_.question.kind, entry.member.consent)
    limit = answer_limit(round_.question.kind, entry.group.answer_limit)
    seen = mark_of(answer.text if answer else "")
    return Ask(answer_cards.answer_form(round_, value, consent, limit, seen, greeting(entry)))


def _over(view: RoundView, typed: str = "") -> Card:
    round_, answer, keep = view.round, view.answer, _may_keep(view.answer, typed)
    if round_.state is RoundState.CANCELLED:
        return cards.withdrawn_card(round_, answer, typed, may_keep=keep)
    stands = answer is not None and answer.state is AnswerState.SEALED
    return answer_cards.closed_card(round_, typed, may_keep=keep, stands=stands, voting=view.voting)


def _may_keep(answer: Answer | None, typed: str) -> bool:
    return answer is None and answer_error(typed, LATE_LIMIT) is None


def _may_edit(view: RoundView) -> None:
    round_, answer = view.round, view.answer
    if answer is None:
        if view.peeked:
            raise UserError(answer_cards.peeked_card(round_))
        return
    if answer.state is AnswerState.PASSED:
        raise UserError(answer_cards.compared_already_card(round_, passed=True))
    if answer.state is AnswerState.REMOVED and not answer.text:
        raise UserError(
            "Your answer is no longer kept",
            "You were away too long, so it was deleted. The next question is open to you.",
        )
    if answer.state in (AnswerState.HIDDEN, AnswerState.REMOVED):
        raise UserError(
            "Your answer was taken out",
            "It was reported or removed. You can write to the organisers about it.",
        )
    if answer.locked_at is not None:
        raise UserError(answer_cards.compared_already_card(round_, passed=False))
    if view.peeked:
        raise UserError(
            "Your answer stays as it is",
            "You have read the model answer since, so it can't be edited any more. It stays in the round.",
        )


async def _save(tx: RequestTransaction, action: SaveAnswer | SaveUnseen) -> Reply:
    raw, said = tx.request.submitted.text("answer"), tx.request.submitted.text("consent")
    typed = clean(raw)
    entry, view, now = tx.actor, round_view(tx), tx.request.at
    round_, answer, member_id = view.round, view.answer, entry.member.id
    slot = Slot("answer", round_.id)
    if round_.state is not RoundState.OPEN:
        if _may_keep(answer, typed):
            await keep_draft(tx, member_id, round_.subject, typed, now)
        return Private(_over(view, typed), slot)
    _may_edit(view)
    seen = action.seen if isinstance(action, SaveAnswer) else -1
    before = answer.consent if answer else default_consent(round_.question.kind, entry.member.consent)
    consent = Consent(said) if said in set(Consent) else before
    limit = answer_limit(round_.question.kind, entry.group.answer_limit)
    error = answer_error(typed, limit)
    if error is not None:
        if typed:
            await keep_draft(tx, member_id, round_.subject, typed, now)
        form = answer_cards.answer_form(round_, raw, consent, limit, seen)
        return Refuse({"answer": error}, form)
    if answer is not None and typed != answer.text and seen not in (-1, mark_of(answer.text)):
        await keep_draft(tx, member_id, round_.subject, typed, now)
        return Private(answer_cards.saved_elsewhere_card(round_, answer, typed), slot)
    saved = await save_answer(tx, round_.id, member_id, text=typed, consent=consent, now=now)
    if saved is None:  # locked, passed or taken out a moment ago
        _may_edit(replace(view, answer=await find_answer(tx, round_.id, member_id)))
        raise UserError("This was not saved", "Your answer was changed elsewhere. Open the form again.")
    if view.draft:
        await drop_draft(tx, member_id, round_.subject)
    await _acted(tx, round_, Act.ANSWERED)
    kept = first_answer(entry.member)
    card = answer_cards.saved_card(round_, saved, view.voting, first=bool(kept), first_days=view.first_days)
    if round_.question.kind not in PERSONAL and consent is not entry.member.consent:
        kept["consent"] = consent.value
    if kept:
        await change_member(tx, member_id, **kept)
    await onboarding_moved(tx, entry.member, now)
    tx.wake_after_commit()
    return Private(welcomed(card, entry), slot)


async def _keep_saved(tx: RequestTransaction, _action: KeepSaved) -> Reply:
    entry, view = tx.actor, round_view(tx)
    slot = Slot("answer", view.round.id)
    await drop_draft(tx, entry.member.id, view.round.subject)
    if view.round.state is not RoundState.OPEN:
        return Private(_over(view), slot)
    _may_edit(view)
    if view.answer is None:  # taken back meanwhile
        return Private(answer_cards.today_card(view), slot)
    return Private(answer_cards.saved_card(view.round, view.answer, view.voting), slot)


async def _acted(tx: RequestTransaction, round_: Round, act: Act) -> None:
    # Who answers on the next morning, just before the close, answers that question's day.
    await acted(tx, tx.group, tx.actor.member.id, act, tx.request.at, on=round_.local_date)


async def _ask_lock(tx: RequestTransaction, action: AskLock) -> Reply:
    view = round_view(tx)
    round_, answer = view.round, view.answer
    sealed = answer is not None and answer.state is AnswerState.SEALED and answer.locked_at is None
    if not sealed or round_.state is not RoundState.OPEN:
        return await _lock(tx, LockAnswer(action.round_id))  # there is nothing to ask
    return Private(answer_cards.lock_question_card(round_), Slot("answer", round_.id))


async def _lock(tx: RequestTransaction, _action: LockAnswer) -> Reply:
    view = round_view(tx)
    round_, answer = view.round, view.answer
    must_not_be_withdrawn(round_)
    if answer is None or answer.state is not AnswerState.SEALED:
        raise UserError("There is nothing to lock", "Answer first; then you can lock it and compare.")
    if round_.state is RoundState.VOTING and answer.locked_at is None:
        raise UserError(_over(view))
    if round_.state is RoundState.OPEN and answer.locked_at is None:
        await change_answer(tx, answer.id, locked_at=tx.request.at)
    return Private(answer_cards.compare_card(round_, answer, view.voting), Slot("answer", round_.id))


async def _hint(tx: RequestTransaction, _action: ShowHint) -> Reply:
    round_ = round_of(tx)
    must_not_be_withdrawn(round_)
    return Private(welcomed(answer_cards.hint_card(round_), tx.actor), Slot("hint", round_.id))


async def _files(tx: RequestTransaction, _action: GetFiles) -> Reply:
    round_, answer = round_view(tx).round, round_view(tx).answer
    must_not_be_withdrawn(round_)
    solved = (answer is not None and answer.compared) or round_.state is RoundState.REVEALED
    return Private(welcomed(files_card(round_.question, solved=solved), tx.actor), Slot("files", round_.id))


async def _ask_pass(tx: RequestTransaction, _action: AskPass) -> Reply:
    view = round_view(tx)
    round_, answer = view.round, view.answer
    slot = Slot("answer", round_.id)
    must_not_be_withdrawn(round_)
    if answer is not None and (answer.locked_at is not None or answer.state is AnswerState.PASSED):
        return Private(answer_cards.compare_card(round_, answer, view.voting), slot)
    _may_pass(view)
    return Private(welcomed(answer_cards.pass_question_card(round_), tx.actor), slot)


async def _pass(tx: RequestTransaction, _action: Pass) -> Reply:
    entry, view = tx.actor, round_view(tx)
    round_, answer = view.round, view.answer
    must_not_be_withdrawn(round_)
    if answer is None or answer.state is not AnswerState.PASSED:
        _may_pass(view)
        answer = await keep_out(tx, round_.id, entry.member.id, AnswerState.PASSED, "", tx.request.at)
        if answer is None:  # answered a moment ago
            raise UserError(answer_cards.answered_already_card(round_))
        await _acted(tx, round_, Act.PASSED)
        await onboarding_moved(tx, entry.member, tx.request.at)
        tx.wake_after_commit()
    return Private(answer_cards.compare_card(round_, answer, view.voting), Slot("answer", round_.id))


def _may_pass(view: RoundView) -> None:
    if view.round.state is not RoundState.OPEN:
        raise UserError(_over(view))
    if view.answer is not None:
        raise UserError(answer_cards.answered_already_card(view.round))


async def _keep_late(tx: RequestTransaction, _action: KeepLate) -> Reply:
    entry, view, now = tx.actor, round_view(tx), tx.request.at
    round_, answer = view.round, view.answer
    if _may_keep(answer, view.draft) and round_.state is not RoundState.OPEN:
        answer = await keep_out(tx, round_.id, entry.member.id, AnswerState.LATE, view.draft, now)
        await drop_draft(tx, entry.member.id, round_.subject)
        await acted(tx, entry.group, entry.member.id, Act.ANSWERED, now)
    if answer is None:
        raise UserError("There is nothing to keep", "`/question today` shows what is open now.")
    if answer.state is not AnswerState.LATE:
        raise UserError("There is nothing to keep", "You have an answer to this question already.")
    return Private(answer_cards.late_card(round_, answer.text), Slot("answer", round_.id))


COMMANDS = (
    Command(
        ("answer",),
        "Answer the newest open question, privately",
        _answer,
        who=TAKES_PART,
        opens_form=True,
        help="Opens a form. Your answer stays private until the reveal, and you can edit it until answers close.",
        example="/answer",
        also=("reply", "respond", "write"),
    ),
)


ROUTES = (
    Route(OpenAnswer, _open, ANSWERS, opens_form=True),
    Route(SaveAnswer, _save, ANSWERS, weight=2),
    Route(SaveUnseen, _save, ANSWERS, weight=2),
    Route(KeepSaved, _keep_saved, ANSWERS),
    Route(AskLock, _ask_lock, ANSWERS),
    Route(LockAnswer, _lock, ANSWERS),
    Route(ShowHint, _hint, IN_ROUND),
    Route(GetFiles, _files, ANSWERS),
    Route(AskPass, _ask_pass, ANSWERS),
    Route(Pass, _pass, ANSWERS),
    Route(KeepLate, _keep_late, ANSWERS),
)
