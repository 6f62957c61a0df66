"""What one sees of one's meeting; beginning it, and what follows where the other one does not come."""

from datetime import datetime

from bot.chat.cards import Card, Private, Reply, Slot
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.features.mock.model import Mock, MockState, script_of
from bot.features.mock.moving import MOCK, card_of, move, send
from bot.features.mock.pairing.actions import BeginMeeting, NotHere, ShowMeeting
from bot.features.mock.pairing.cards import View, both_wait_card, too_early, waiting_card, week_card
from bot.features.mock.pairing.making import still_here
from bot.features.mock.pairing.model import (
    AGAIN,
    PAIRED,
    PATIENCE,
    WAITS_FOR,
    Meeting,
    MeetingState,
    SignUp,
    Week,
)
from bot.features.mock.pairing.queries import (
    change_meeting,
    drop_meeting,
    load_sign_up,
    locked_week,
    meeting_of,
    note_missed,
    signed_up,
    waiting,
)
from bot.features.mock.pairing.subjects import ITS_MEMBER, sign_up_of
from bot.features.mock.queries import load_mock
from bot.features.mock.starting import begin, script_for
from bot.features.mock.starting import slot_of as mock_slot
from bot.features.mock.view import see_own
from bot.membership.calendar.zones import zones_of
from bot.membership.queries import account_beside, members_by_id
from bot.outbox.queries import Delivery, refresh
from bot.services import RequestTransaction, Services


async def week_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """Who one meets, as it stands; None for who is in the group no more."""
    sign_up = await load_sign_up(tx, delivery.subject_id)
    if sign_up is None or not await still_here(tx, (sign_up,)):
        return None
    assert isinstance(delivery.destination, Identity)
    return week_card(await _see(tx, services, sign_up, delivery.destination))


async def _view(tx: RequestTransaction, sign_up: SignUp) -> View:
    return await _see(tx, tx.services, sign_up, tx.request.who)


async def _see(tx: Transaction, services: Services, sign_up: SignUp, reader: Identity) -> View:
    meeting = await meeting_of(tx, sign_up)
    if meeting is None:
        return View(sign_up)
    other = meeting.other(sign_up.member_id)
    ids = frozenset(i for i in (*meeting.two, meeting.observer_id, sign_up.member_id) if i is not None)
    members = await members_by_id(tx, ids)
    names = {i: each.real_name or "Someone" for i, each in members.items()}
    zones = await zones_of(tx, ids)
    mock = await _mock_of(tx, meeting)
    item = await script_for(tx, services.bank, *meeting.two) if mock is None else None
    script = mock.script if mock else script_of(item, services.bank) if item else None
    watched = sign_up.member_id == meeting.observer_id
    return View(
        sign_up,
        meeting,
        f"{names[meeting.interviewer_id]} and {names[meeting.candidate_id]}" if watched else names[other],
        "" if watched else await account_beside(tx, other, reader),
        not watched and (members[other].left_at or members[other].barred_at) is not None,
        names.get(meeting.observer_id or 0, ""),
        (zones[sign_up.member_id], zones[other]),
        script,
        mock.item_id if mock else item.id if item else "",
        mock is not None and mock.state is MockState.READY,
    )


def slot_of(sign_up: SignUp) -> Slot:
    """Where the card of a week stands, for who is in it."""
    return Slot("mock-signup", sign_up.id)


async def _show(tx: RequestTransaction, _action: ShowMeeting) -> Reply:
    sign_up = sign_up_of(tx)
    return Private(week_card(await _view(tx, sign_up)), slot_of(sign_up))


async def _locked(tx: RequestTransaction) -> tuple[Week, Meeting]:
    """The week and the meeting of who presses, kept from others until the transaction ends. Raises UserError where it is over."""
    sign_up = sign_up_of(tx)
    week = await locked_week(tx, sign_up.group_id, sign_up.week)
    meeting = await meeting_of(tx, sign_up)
    if week is None or meeting is None:
        raise UserError("This meeting is over", "`/mock` asks somebody for another, or takes a script alone.")
    return week, meeting


async def _begin(tx: RequestTransaction, _action: BeginMeeting) -> Reply:
    """Send both the cards of a mock that is agreed on; an interviewer who presses again is shown the script at once."""
    sign_up, now = sign_up_of(tx), tx.request.at
    me = sign_up.member_id
    week, meeting = await _locked(tx)
    mock = await _mock_of(tx, meeting)
    if now >= meeting.at:  # whoever was late has come
        await _nobody_waits(tx, meeting)
        for member_id in meeting.two:
            await note_missed(tx, week, member_id, missed=False)
    if mock is None:
        item = await script_for(tx, tx.services.bank, *meeting.two)
        mock = await begin(tx, me, meeting.candidate_id, meeting.interviewer_id, item, MockState.READY)
        mock = await move(tx, mock, now, observer_id=meeting.observer_id)
        await change_meeting(tx, meeting.id, mock_id=mock.id)
        await send(tx, mock.subject, MOCK, mock.people, now)
        tx.wake_after_commit()
        return Private(week_card(await _view(tx, sign_up)), slot_of(sign_up))
    return Private(card_of(await see_own(tx, mock)), mock_slot(mock))


async def _mock_of(tx: Transaction, meeting: Meeting) -> Mock | None:
    return None if meeting.mock_id is None else await load_mock(tx, meeting.mock_id)


# The other one does not come ------------------------------------------------------------------------------------------


async def _not_here(tx: RequestTransaction, _action: NotHere) -> Reply:
    """Pair who waits with the observer, or with somebody who waits as well; else they can take the script alone."""
    sign_up, now = sign_up_of(tx), tx.request.at
    week, meeting = await _locked(tx)
    me, other, since = sign_up.member_id, meeting.other(sign_up.member_id), now - WAITS_FOR
    await _check_waiting(tx, meeting, me)
    await note_missed(tx, week, me, missed=False)
    theirs = meeting.waits_at(other)
    if theirs is not None and theirs >= since:
        await _nobody_waits(tx, meeting)
        return Private(both_wait_card(await _view(tx, sign_up)), slot_of(sign_up))
    await note_missed(tx, week, other, missed=True)
    partner, lost = await _somebody_else(tx, week, meeting, since)
    if partner is None:
        role = "candidate" if me == meeting.candidate_id else "interviewer"
        waits = {f"{role}_waits_at": now, "state": MeetingState.MISSED.value}
        await change_meeting(tx, meeting.id, **waits)
        return Private(waiting_card(await _view(tx, sign_up), now + WAITS_FOR), slot_of(sign_up))
    await _give_place(tx, meeting, me, partner, now)
    if lost is not None:
        await _stop(tx, lost, now)
        await drop_meeting(tx, lost.id)
    await _show_again(tx, week, {me, other, *(lost.two if lost else (partner,))}, partner, now)
    tx.wake_after_commit()
    return Private(week_card(await _view(tx, sign_up)), slot_of(sign_up))


async def _nobody_waits(tx: Transaction, meeting: Meeting) -> None:
    values = dict.fromkeys(("interviewer_waits_at", "candidate_waits_at"))
    await change_meeting(tx, meeting.id, state=MeetingState.MADE.value, **values)


async def _check_waiting(tx: RequestTransaction, meeting: Meeting, me: int) -> None:
    """Raises UserError for who does not wait: an observer, one whose mock has begun, and one who presses too early."""
    mock = await _mock_of(tx, meeting)
    if me not in meeting.two or (mock is not None and mock.state is not MockState.READY):
        raise UserError("This mock interview has begun", "`/mock` shows how it stands.")
    if tx.request.at < meeting.at + PATIENCE:
        zones = await zones_of(tx, frozenset({me}))
        raise UserError(*too_early(meeting.at, zones[me]))


async def _somebody_else(
    tx: Transaction, week: Week, meeting: Meeting, since: datetime
) -> tuple[int | None, Meeting | None]:
    """(who is there, and can take the place of a partner who is not; the meeting in which they wait, if any)."""
    if meeting.observer_id is not None:
        return meeting.observer_id, None
    for each in await waiting(tx, week, since):
        there = [i for i in each.two if (waits := each.waits_at(i)) is not None and waits >= since]
        if each.id != meeting.id and len(there) == 1:
            return there[0], each
    return None, None


async def _give_place(tx: Transaction, meeting: Meeting, me: int, partner: int, now: datetime) -> None:
    """Let somebody have the place, and the role, of who did not come."""
    await _stop(tx, meeting, now)
    both = (partner, me) if me == meeting.candidate_id else (me, partner)
    values = dict.fromkeys(("observer_id", "mock_id", "interviewer_waits_at", "candidate_waits_at"))
    values |= {"interviewer_id": both[0], "candidate_id": both[1], "state": MeetingState.MADE.value}
    await change_meeting(tx, meeting.id, **values, swap=False, at=now)


async def _stop(tx: Transaction, meeting: Meeting, now: datetime) -> None:
    """What was agreed on with who did not come is over."""
    mock = await _mock_of(tx, meeting)
    if mock is not None:
        await move(tx, mock, now, state=MockState.STOPPED, ended_at=now)


async def _show_again(tx: Transaction, week: Week, changed: set[int], partner: int, now: datetime) -> None:
    """Let the cards of the week show the new pair; who waited for it is sent a new one."""
    for each in await signed_up(tx, week.group_id, week.week):
        if each.member_id in changed:
            await refresh(tx, each.subject, (PAIRED, AGAIN), now)
        if each.member_id == partner:
            await send(tx, each.subject, AGAIN, (partner,), now)


ROUTES = (
    Route(ShowMeeting, _show, ITS_MEMBER, reads=True),
    Route(BeginMeeting, _begin, ITS_MEMBER),
    Route(NotHere, _not_here, ITS_MEMBER),
)
