"""Which of one's groups a private chat is about: asked once, kept, and changed from `/group status`."""

from bot.access.actions import ChooseGroup
from bot.access.choosing_cards import chosen_card
from bot.access.presence import Outside
from bot.access.who import Found, Who, find_actor
from bot.chat.access import Level
from bot.chat.cards import Reply, Slot, Update
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press
from bot.membership.queries import choose_group
from bot.services import RequestTransaction


async def _of_choice(tx: RequestTransaction, action: ChooseGroup) -> Found:
    """The group of a button, or the one that was chosen from the list, which is of no group."""
    what = tx.request.what
    value = what.values[0] if isinstance(what, Press) and what.values else ""
    known = value.isascii() and value.isdigit() and len(value) < 18
    found = await find_actor(tx, action.group_id or (int(value) if known else 0))
    if found is None or found.member is None or found.member.left_at is not None:
        raise UserError("You are not in that group", "Press a button or type a command in its channel first.")
    return found


async def _choose(tx: RequestTransaction, _action: ChooseGroup) -> Reply:
    """Keep what was chosen."""
    await choose_group(tx, tx.actor.member.person_id, tx.group.id)
    return Update(chosen_card(tx.group), Slot("which-group"))


ROUTES = (Route(ChooseGroup, _choose, Who(Level.MEMBER, _of_choice, Outside.NOTHING)),)
