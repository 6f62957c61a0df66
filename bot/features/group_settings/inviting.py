"""What organisers have to do with who joins: they invite, and hear of a crowd."""

from datetime import datetime

from bot.access.door import CROWD
from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Accent, Card, Moment, Private, Reply, text
from bot.chat.dispatch import Route, UserError
from bot.database.transaction import Transaction
from bot.features.group_settings.actions import Invite
from bot.features.group_settings.list_settings import BY_NAME, DOOR
from bot.membership.code_rules import LASTS
from bot.membership.codes import Purpose, make_code
from bot.membership.model import Group
from bot.membership.queries import identity_of, load_group
from bot.outbox.queries import Delivery
from bot.services import RequestTransaction, Services


async def _invite(tx: RequestTransaction, _action: Invite) -> Reply:
    """Make a code for one person."""
    group, now = tx.group, tx.request.at
    if not group.invited_only:
        raise UserError(
            "Nobody needs an invitation", "Anyone in the group's channel may join by pressing a button there."
        )
    identity_id, _ = await identity_of(tx, tx.request.who, now)
    code = await make_code(tx, tx.services.number(), Purpose.INVITE, identity_id, now, group_id=group.id)
    return Private(invitation_card(code, now + LASTS, group.zone))


async def crowd_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That many joined at once."""
    return crowd_card(await load_group(tx, delivery.subject_id))


def invitation_card(code: str, until: datetime, zone: str) -> Card:
    """A fresh code for one person."""
    words = (
        "Send it privately to the person you invite. They press any button in the group's channel, then **Enter the "
        "code**. For somebody else, press **Invite somebody** again."
    )
    return Card(
        "Invite somebody",
        (text(f"**Code: `{code}`**"), text(words)),
        footer=text("For one person, until ", Moment(until, zone, "time"), "."),
    )


def crowd_card(group: Group) -> Card:
    """Many joined at once, and what can be done about it."""
    words = (
        f"At least {CROWD} newcomers joined within an hour. If you expected them, there is nothing to do. If not, let "
        "newcomers in by invitation only; `/group remove` takes out whoever should not be here."
    )
    return Card(
        "Many people are joining your group",
        (text(words),),
        ((BY_NAME[DOOR].select(group),),),
        accent=Accent.BAD,
    )


ROUTES = (Route(Invite, _invite, ORGANISES_ITS_GROUP),)
