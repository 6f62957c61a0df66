"""What waits for a member: the open question, the ballot, reviews, a mock interview; and the buttons that lead there."""

from dataclasses import dataclass

from bot.access.who import OWN
from bot.chat.actions import Action
from bot.chat.cards import Button, Moment, Part, Style, text
from bot.chat.dispatch import Pin, UserError
from bot.features.daily.actions import OpenAnswer, OpenBallot, ShowRound
from bot.features.daily.model import Answer, AnswerState, Round, Voting
from bot.features.daily.queries import newest_open, open_to, voting_for
from bot.features.mock.actions import ShowMock
from bot.features.mock.model import MockState
from bot.features.mock.pairing.actions import ShowMeeting
from bot.features.mock.pairing.queries import next_meeting
from bot.features.mock.queries import open_of
from bot.features.quiz.actions import StartKind
from bot.features.quiz.making import due_now
from bot.features.quiz.model import Mode, Quiz
from bot.features.quiz.queries import running_of
from bot.membership.model import Group
from bot.services import RequestTransaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a member of a group. ``due`` counts reviews; ``mock`` is already as it is shown.

    ``peeked``: they have read the open question's answer beforehand, so that they can't answer it.
    """

    group: Group
    open: Round | None = None
    answer: Answer | None = None
    peeked: bool = False
    voting: Voting | None = None
    quiz: Quiz | None = None
    due: int = 0
    mock: Pin | None = None


async def read_waiting(tx: RequestTransaction) -> Waiting:
    """Look up what waits for whoever asks."""
    group, member = tx.group, tx.actor.member
    newest = await open_to(tx, group.id, member.id)
    own = [q for q in await running_of(tx, group.id, member.person_id) if q.mode is not Mode.GROUP]
    return Waiting(
        group,
        open=newest.round if newest else None,
        answer=newest.answer if newest else None,
        peeked=newest is not None and newest.peeked,
        voting=await voting_for(tx, group.id, member.id),
        quiz=own[0] if own else None,
        due=await due_now(tx),
        mock=await _mock(tx),
    )


async def _mock(tx: RequestTransaction) -> Pin | None:
    me = tx.actor.member.id
    mock = await open_of(tx, me)
    if mock is None or mock.state is MockState.READY:
        meeting = await next_meeting(tx, me, tx.request.at)
        if meeting is not None:
            at, signup_id = meeting
            return _about_mock(ShowMeeting(signup_id), Moment(at, tx.group.zone))
    if mock is None:
        return None
    if mock.state is MockState.ASKED:
        words = "you are asked" if mock.is_asked(me) else "not answered yet"
    else:
        words = "under way" if mock.state is MockState.RUNNING else "ready"
    return _about_mock(ShowMock(mock.id), words)


def _about_mock(action: Action, note: Part) -> Pin:
    return Pin(Button("Mock interview", action), text(note))


async def pinned(tx: RequestTransaction) -> tuple[Pin, ...]:
    """What waits for whoever looks at a group's channel; nothing where they can't take part there."""
    try:
        await OWN.admit(tx, None)
    except UserError:
        return ()
    if tx.known_actor is None:
        return pins_of(Waiting(tx.group, open=await newest_open(tx, tx.group.id)))
    return pins_of(await read_waiting(tx))


def pins_of(found: Waiting) -> tuple[Pin, ...]:
    """What waits, what is most pressing first; one of the buttons is primary, where something is to be done."""
    pins: list[Pin] = []
    if found.open is not None:
        pins.append(_question(found, found.open))
    if found.voting is not None and found.voting.left:
        style = Style.NORMAL if pins and pins[0].button.style is Style.PRIMARY else Style.PRIMARY
        pins.append(Pin(Button("Vote", OpenBallot(found.voting.round.id), style), text(found.voting.left)))
    if found.quiz is not None:
        button = Button("Continue the quiz", StartKind(found.group.id, found.quiz.mode.value))
        pins.append(Pin(button, text(found.quiz.step)))
    elif found.due:
        pins.append(
            Pin(Button("Review", StartKind(found.group.id, Mode.REVIEW.value)), text(f"{found.due} due"))
        )
    if found.mock is not None:
        pins.append(found.mock)
    return tuple(pins)


def _question(found: Waiting, round_: Round) -> Pin:
    until = text("until ", Moment(round_.closes_at, round_.zone)) if round_.closes_at else text("open")
    match standing(found):
        case "not answered yet":
            return Pin(Button("Answer", OpenAnswer(round_.id), Style.PRIMARY), until)
        case "answered":
            return Pin(Button("Edit my answer", OpenAnswer(round_.id)), until)
        case "answered and locked":
            return Pin(Button("See my answer", ShowRound(round_.id)), text("locked"))
        case closed:
            return Pin(Button("See the question", ShowRound(round_.id)), text(closed))


def standing(found: Waiting) -> str:
    """Where a member stands with the open question."""
    answer = found.answer
    if answer is None:
        return "closed for you" if found.peeked else "not answered yet"
    if answer.state is AnswerState.SEALED:
        return "answered and locked" if answer.locked_at else "answered"
    return "passed" if answer.state is AnswerState.PASSED else "closed for you"
