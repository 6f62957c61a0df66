"""The first steps: one private card that ticks itself off while its owner lives a whole round."""

from dataclasses import dataclass
from datetime import datetime

from bot.chat.cards import Accent, Button, Card, Style, text
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.features.daily.actions import OpenAnswer, OpenBallot, PostNow, RevealNow
from bot.features.daily.ballots.queries import find_ballot
from bot.features.daily.model import Round, RoundState
from bot.features.daily.queries import count_sealed, find_answer, first_rounds
from bot.membership.model import Member
from bot.membership.queries import change_member, identities_of_members, load_member
from bot.outbox.queries import Delivery, refresh, to_person
from bot.services import Services

ONBOARDING = "tour"

_RUNNING, _DONE = 1, 2


async def begin_onboarding(
    tx: Transaction, member_id: int, identity_id: int, who: Identity, now: datetime
) -> None:
    """Send a member the card of the first steps. Its group has a round in voting and, after it, an open one."""
    await change_member(tx, member_id, onboarded=_RUNNING)
    await to_person(tx, f"member:{member_id}", ONBOARDING, identity_id, who, now)


def is_onboarding(member: Member) -> bool:
    """Whether a member is living through their first round, with the organiser's buttons in reach."""
    return member.onboarded == _RUNNING and member.organiser


def first_answer(member: Member) -> dict[str, object]:
    """What to keep of a member once their first answer is saved, whose card shows how a round works; nothing later on."""
    return {"onboarded": _DONE} if not member.onboarded else {}


async def onboarding_moved(tx: Transaction, member: Member, now: datetime) -> None:
    """Let the card come back into view at each step: a new one with the next step, where the one before says that it is done."""
    if not is_onboarding(member):
        return
    steps = await _steps(tx, member)
    if steps is None:
        return
    subject = f"member:{member.id}"
    await refresh(tx, subject, (ONBOARDING, *(f"{ONBOARDING}:{n}" for n in range(1, len(steps.done)))), now)
    if steps.number:
        for identity_id, who in await identities_of_members(tx, frozenset({member.id})):
            await to_person(tx, subject, f"{ONBOARDING}:{steps.number}", identity_id, who, now)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The two rounds of the first steps, and which of the steps are done."""

    first: Round
    second: Round
    done: tuple[bool, bool, bool, bool]

    @property
    def number(self) -> int:
        return sum(self.done)


async def _steps(tx: Transaction, member: Member) -> _Steps | None:
    began = await first_rounds(tx, member.group_id, 3)
    if len(began) < 2:
        return None
    first, second = began[:2]
    ballot = await find_ballot(tx, first.id, member.id)
    done = (
        await find_answer(tx, second.id, member.id) is not None or second.state is not RoundState.OPEN,
        (ballot is not None and ballot.finished_at is not None) or first.state is not RoundState.VOTING,
        first.state is not RoundState.VOTING,
        len(began) > 2,
    )
    return _Steps(first, second, done)


async def onboarding_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The card as things stand; None where there are no two rounds to live through."""
    member = await load_member(tx, delivery.subject_id)
    steps = await _steps(tx, member)
    if steps is None:
        return None
    shown_at = int(delivery.kind.partition(":")[2] or 0)
    if shown_at < steps.number:
        return past_step_card(shown_at + 1, len(steps.done))
    to_read = await count_sealed(tx, steps.first.id, without=member.id)
    others = await count_sealed(tx, steps.second.id, without=member.id)
    return tour_card(steps.first, steps.second, steps.done, to_read, others)


def past_step_card(number: int, steps: int) -> Card:
    """What is left of the card once its step is done and the next one stands further down."""
    words = text("What comes next is further down.")
    return Card(f"A whole round: {number} of {steps} done", (words,), accent=Accent.GOOD)


def tour_card(
    first: Round, second: Round, done: tuple[bool, bool, bool, bool], to_read: int, others: int
) -> Card:
    """The steps with their ticks; the first one that is open is the one to press."""
    lines = (
        f"Answer {second.whose} question, privately: two sentences are enough",
        f"Vote on {first.whose}: {to_read} answers to read, all unnamed",
        "Reveal it: see what helped, with the model answer",
        f"Next question: your answer and {others} others then go to the vote",
    )
    marks = "\\\n".join(
        f"{'✓' if ok else '○'} {n}. {line}" for n, (ok, line) in enumerate(zip(done, lines, strict=True), 1)
    )
    if all(done):
        words = (
            "That was a whole round. From now on it runs by itself: each question day brings one question and one reveal at the "
            "same time, and nothing else.\n\n`/group settings` changes the time, days, topics and tone; "
            "`/leaderboard` shows the points; `/help` shows everything."
        )
        return Card("That's how it works", (text(marks), text(words)), accent=Accent.GOOD)
    buttons = (
        Button("Answer", OpenAnswer(second.id)),
        Button(f"Vote: {to_read} to read", OpenBallot(first.id)),
        Button("Reveal now", RevealNow(first.id)),
        Button("Next question", PostNow(second.group_id, second.id)),
    )
    current = done.index(False)
    row = tuple(
        Button(b.label, b.action, Style.PRIMARY if n == current else Style.NORMAL)
        for n, b in enumerate(buttons)
        if not done[n] and (n < 3 or current == 3)
    )
    words = "The other members here are samples, so that you can see a round from every side."
    return Card("A whole round in two minutes", (text(words), text(marks)), (row,), accent=Accent.GOLD)
