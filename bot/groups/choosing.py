"""Which of one's groups a private chat is about: asked once, kept, and changed from `/group status`."""

from functools import partial

from sqlalchemy import update

from bot.chat.cards import (
    Card,
    Reply,
    Update,
)
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.groups.actions import ChooseGroup
from bot.groups.choosing_cards import chosen_card
from bot.groups.privacy import person_behind
from bot.groups.services import Services
from bot.groups.store import groups_of_identity
from bot.store.tables import people
from bot.store.transaction import Transaction


async def choose(services: Services, request: Request, action: ChooseGroup) -> Reply:
    """Keep what was chosen."""
    assert isinstance(request.what, Press)
    value = request.what.values[0] if request.what.values else ""
    wanted = int(value) if value.isascii() and value.isdigit() and len(value) < 18 else action.group_id

    async def work(tx: Transaction) -> Card:
        group = next((g for g in await groups_of_identity(tx, request.who) if g.id == wanted), None)
        if group is None:
            raise UserError(
                "You are not in that group", "Press a button or type a command in its channel first."
            )
        person_id = await person_behind(tx, request.who)
        await tx.execute(update(people).where(people.c.id == person_id).values(group_id=group.id))
        return chosen_card(group)

    return Update(await services.database.write(work), "which-group")


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons and the list."""
    return (Route(ChooseGroup, partial(choose, services)),)
