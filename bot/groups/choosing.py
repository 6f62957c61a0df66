"""Which of one's groups a private chat is about: asked once, kept, and changed from `/group status`."""

from functools import partial

from sqlalchemy import select, update

from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Button,
    Card,
    Choice,
    Control,
    Plain,
    Reply,
    Select,
    Update,
    text,
)
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Identity, Press, Request
from bot.groups.actions import ChooseGroup, ComeBack
from bot.groups.model import Group
from bot.groups.privacy import person_behind
from bot.groups.services import Services
from bot.groups.store import groups_of_identity
from bot.store.tables import people
from bot.store.transaction import Transaction

MOST_BUTTONS = 4


async def chosen_group(tx: Transaction, who: Identity, mine: tuple[Group, ...]) -> Group | None:
    """The one of a person's groups that they chose for private chats, if they are still in it."""
    person_id = await person_behind(tx, who)
    query = select(people.c.group_id).where(people.c.id == person_id)
    chosen = (await tx.execute(query)).scalar_one_or_none()
    return next((group for group in mine if group.id == chosen), None)


def which_group_card(mine: tuple[Group, ...]) -> Card:
    """The question which group is meant."""
    words = (
        "You are in several groups. Choose the one this private chat is about, then do again what you did. "
        "`/group status` changes it any time; in a group's channel its own group is meant."
    )
    return Card("Which group?", (text(words),), (choices(mine),))


def choices(mine: tuple[Group, ...]) -> tuple[Control, ...]:
    """The groups to choose from: buttons for a few, a list for more."""
    named = [(group, group.name or f"Group {group.id}") for group in mine]
    if len(named) <= MOST_BUTTONS:
        return tuple(Button(name[:80], ChooseGroup(group.id)) for group, name in named)
    options = tuple(Choice(name[:80], str(group.id)) for group, name in named[:MAX_CHOICES])
    return (Select(ChooseGroup(0), options, "Choose a group"),)


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
        return _chosen_card(group)

    return Update(await services.database.write(work), "which-group")


def _chosen_card(group: Group) -> Card:
    row = (Button("Today's question", ComeBack(group.id, "today")),)
    name = Plain(group.name or f"Group {group.id}")
    said = text("This private chat is about **", name, "** now. Do again what you did, or begin here.")
    return Card("Chosen", (said,), (row,), accent=Accent.GOOD)


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons and the list."""
    return (Route(ChooseGroup, partial(choose, services)),)
