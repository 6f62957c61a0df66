"""Setting a group up, its settings, its channels, and what organisers hear of them."""

from bot.access.door import CROWD_CAME
from bot.features.group_settings import connecting, handlers, inviting, pausing, removing, trouble
from bot.features.group_settings.days_off import handlers as days_off
from bot.features.group_settings.undoing import UNDOING
from bot.membership.kept import its_group
from bot.services import Feature

FEATURE = Feature(
    "group settings",
    (*handlers.COMMANDS, *pausing.COMMANDS, *connecting.COMMANDS, *removing.COMMANDS),
    (
        *handlers.ROUTES,
        *days_off.ROUTES,
        *pausing.ROUTES,
        *connecting.ROUTES,
        *removing.ROUTES,
        *inviting.ROUTES,
        *trouble.ROUTES,
    ),
    cards={
        CROWD_CAME: inviting.crowd_delivery,
        trouble.LOST: trouble.lost_delivery,
        trouble.DELETED: trouble.deleted_delivery,
        trouble.REFUSED: trouble.refused_delivery,
    },
    inside={
        CROWD_CAME: its_group,
        trouble.LOST: trouble.group_of_place,
        trouble.DELETED: trouble.group_of_message,
        trouble.REFUSED: trouble.group_of_place,
    },
    undoing={**UNDOING, **connecting.UNDOING, **removing.UNDOING},
)
