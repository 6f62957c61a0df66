"""A mock interview while it runs, and what is written after it."""

from bot.chat.cards import Ask, Private, Refuse, Reply, Update
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean, too_long
from bot.features.mock.actions import (
    AskStop,
    KeepGoing,
    NextPart,
    OpenForm,
    ReleaseMine,
    SendForm,
    ShowMock,
    ShowScores,
    SkipPart,
    StopMock,
)
from bot.features.mock.cards import stop_card
from bot.features.mock.form_cards import MOST, choice_card, result_card, scores_card, sheet_form
from bot.features.mock.model import OPEN, Mark, Mock, MockState
from bot.features.mock.moving import RESULT, card_of, end, move, release, send, to_forms
from bot.features.mock.queries import change_form, forms_of
from bot.features.mock.rules import lapses_at, missing
from bot.features.mock.starting import shown, slot_of
from bot.features.mock.subjects import IN_MOCK, READS_MOCK, mock_of
from bot.features.mock.tables import mock_forms
from bot.features.mock.view import see_own
from bot.services import RequestTransaction


async def _moved(tx: RequestTransaction, mock: Mock) -> Reply:
    tx.wake_after_commit()
    return await shown(tx, mock)


async def _go_on(tx: RequestTransaction, action: NextPart | SkipPart) -> Reply:
    mock, part, now = mock_of(tx), action.part, tx.request.at
    if tx.actor.member.id != (mock.interviewer_id or mock.candidate_id):
        raise UserError("The interviewer asks the parts", "The next question appears here when it is asked.")
    if mock.part != part or mock.state not in OPEN[1:]:
        return await _moved(tx, mock)
    left_out = (*mock.skipped, part) if isinstance(action, SkipPart) else mock.skipped
    if part and mock.is_last:
        mock = await to_forms(tx, tx.group, await move(tx, mock, now, skipped=left_out), now)
    else:
        values = {"state": MockState.RUNNING, "part": part + 1, "part_at": now, "skipped": left_out}
        mock = await move(tx, mock, now, **values)
    return await _moved(tx, mock)


async def _ask_stop(tx: RequestTransaction, _action: AskStop) -> Reply:
    mock = mock_of(tx)
    if mock.state is not MockState.RUNNING:
        return await _moved(tx, mock)
    return Update(stop_card(await see_own(tx, mock)), slot_of(mock))


async def _keep_going(tx: RequestTransaction, _action: KeepGoing) -> Reply:
    return await shown(tx, mock_of(tx))


async def _stop(tx: RequestTransaction, _action: StopMock) -> Reply:
    mock = mock_of(tx)
    if mock.state is MockState.RUNNING and tx.actor.member.id != mock.observer_id:
        mock = await end(tx, tx.group, mock, tx.request.at)
    return await _moved(tx, mock)


async def _open_form(tx: RequestTransaction, _action: OpenForm) -> Reply:
    mock, me = mock_of(tx), tx.actor.member.id
    if mock.state is not MockState.FORMS or me in await forms_of(tx, mock.id):
        return await shown(tx, mock)
    return Ask(sheet_form(mock, me))


async def _send_form(tx: RequestTransaction, _action: SendForm) -> Reply:
    mock, me, now = mock_of(tx), tx.actor.member.id, tx.request.at
    if mock.state is not MockState.FORMS or me in await forms_of(tx, mock.id):
        return await _moved(tx, mock)
    fields = tx.request.submitted.fields
    words = {name: clean(tx.request.submitted.text(name)) for name in ("first", "second")}
    marked = {mark: _numbers(fields.get(mark.value, ())) for mark in (Mark.SEEN, Mark.PART)}
    errors = {name: "A few words are enough." for name, said in words.items() if not said}
    errors |= {name: error for name, said in words.items() if (error := too_long(said, MOST))}
    if mock.scores(me) and marked[Mark.SEEN] & marked[Mark.PART]:
        errors[Mark.PART.value] = "A point is either seen, or seen in part."
    if errors:
        said: dict[str, str | frozenset[str]] = {
            **words,
            **{mark.value: values for mark, values in marked.items()},
        }
        return Refuse(errors, sheet_form(mock, me, said))
    values: dict[str, object] = {"mock_id": mock.id, "member_id": me, "sent_at": now, **words}
    if mock.scores(me):
        values["scores"] = [_mark(str(n), marked) for n, _ in enumerate(mock.known_script.rubric, 1)]
    await tx.insert_once(mock_forms, values)
    alone = missing(mock, await forms_of(tx, mock.id))
    return await _moved(tx, await (move if alone else release)(tx, mock, now))


def _numbers(given: object) -> frozenset[str]:
    return frozenset(map(str, given)) if isinstance(given, tuple) else frozenset()


def _mark(number: str, marked: dict[Mark, frozenset[str]]) -> str:
    return next((mark.value for mark, numbers in marked.items() if number in numbers), Mark.NO.value)


async def _release(tx: RequestTransaction, action: ReleaseMine) -> Reply:
    mock, me, now = mock_of(tx), tx.actor.member.id, tx.request.at
    form = (await forms_of(tx, mock.id)).get(me)
    lapses = lapses_at(mock)
    if form is not None and form.chosen_at is None and lapses is not None and lapses <= now:
        await change_form(tx, form.id, chosen_at=now, released_at=now if action.release else None)
        if action.release:
            await send(tx, mock.subject, RESULT, (each for each in mock.people if each != me), now)
            mock = await move(tx, mock, now)
        else:
            mock = await move(tx, mock, now, state=MockState.DONE)
    tx.wake_after_commit()
    return Update(choice_card(await see_own(tx, mock)), slot_of(mock))


async def _show_result(tx: RequestTransaction, _action: ShowMock) -> Reply:
    seen = await see_own(tx, mock_of(tx))
    shown = seen.mock.state in (MockState.FORMS, MockState.DONE) and seen.readable
    card = result_card(seen, tx.services.bank.references) if shown else card_of(seen)
    return Private(card, slot_of(seen.mock))


async def _show_scores(tx: RequestTransaction, _action: ShowScores) -> Reply:
    seen = await see_own(tx, mock_of(tx))
    if seen.mock.script is None:
        raise UserError("There is no score sheet yet", "`/mock` shows how it stands.")
    return Private(scores_card(seen), slot_of(seen.mock))


ROUTES = (
    Route(NextPart, _go_on, IN_MOCK),
    Route(SkipPart, _go_on, IN_MOCK),
    Route(AskStop, _ask_stop, IN_MOCK),
    Route(KeepGoing, _keep_going, IN_MOCK),
    Route(StopMock, _stop, IN_MOCK),
    Route(OpenForm, _open_form, IN_MOCK, reads=True, opens_form=True),
    Route(SendForm, _send_form, IN_MOCK),
    Route(ReleaseMine, _release, IN_MOCK),
    Route(ShowMock, _show_result, READS_MOCK, reads=True),
    Route(ShowScores, _show_scores, READS_MOCK, reads=True),
)
