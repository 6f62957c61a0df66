"""Coming into a group that is by invitation only, with an organiser's one-time code."""

from bot.access.actions import AskJoin, EnterJoin
from bot.access.code_cards import code_form
from bot.access.codes import enter_code
from bot.access.door import check_bar, come_in
from bot.access.who import not_a_member, of_group
from bot.chat.access import Level
from bot.chat.cards import Accent, Ask, Card, Private, Reply, Slot, text
from bot.chat.dispatch import Route
from bot.membership.codes import Code, Purpose, use_code
from bot.membership.model import Actor
from bot.services import RequestTransaction

SLOT = Slot("join")


class _AtTheDoor:
    """Whoever asks in one of the group's places, member or not; nobody becomes one by asking."""

    level = Level.PARTICIPANT

    async def admit(self, tx: RequestTransaction, action: AskJoin | EnterJoin) -> None:
        """Check who asks, and keep the group, and the member where they are one already.

        Raises:
            UserError: they ask from elsewhere, or were barred.
        """
        found = await of_group(tx, action)
        tx.group = found.group
        if found.member is not None:
            check_bar(found.member)
        if found.member is not None and found.member.left_at is None:
            tx.actor = Actor(found.group, found.member, newcomer=False)
        elif not found.meets_here:
            raise not_a_member()


async def _ask(_tx: RequestTransaction, action: AskJoin) -> Reply:
    """Open the form."""
    return Ask(code_form(EnterJoin(action.group_id)))


async def _enter(tx: RequestTransaction, action: EnterJoin) -> Reply:
    """Let in whoever sent a good code; a wrong one counts for them alone."""
    if tx.known_actor is not None:
        return Private(_inside_card(), SLOT)
    typed, ask = tx.request.submitted.text("code"), AskJoin(action.group_id)
    return await enter_code(tx, Purpose.INVITE, typed, _let_in, ask=ask, enter=action, slot=SLOT)


async def _let_in(tx: RequestTransaction, code: Code) -> Card | None:
    if not code.fresh or code.group_id != tx.group.id:
        return None
    await use_code(tx, code, tx.request.at)
    tx.actor = await come_in(tx, tx.group)
    return _inside_card()


def _inside_card() -> Card:
    """They are a member."""
    words = "`/question today` shows what is open, and `/help` everything else."
    return Card("You are in the group", (text(words),), accent=Accent.GOOD)


ROUTES = (
    Route(AskJoin, _ask, _AtTheDoor(), reads=True, opens_form=True),
    Route(EnterJoin, _enter, _AtTheDoor()),
)
