"""Setting a group up, its settings, its channels, and what organisers hear of them."""

from bot.access.door import CROWD_CAME
from bot.features.group_settings import connecting, handlers, inviting, pausing, removing, trouble
from bot.services import Feature

FEATURE = Feature(
    "group settings",
    (*handlers.COMMANDS, *pausing.COMMANDS, *connecting.COMMANDS, *removing.COMMANDS),
    (
        *handlers.ROUTES,
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
)
