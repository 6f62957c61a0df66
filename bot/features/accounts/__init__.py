"""One's own name, breaks and reminders, and several accounts of one person."""

from bot.features.accounts import handlers, linking
from bot.services import Feature

FEATURE = Feature(
    "accounts",
    (*handlers.COMMANDS, *linking.COMMANDS),
    (*handlers.ROUTES, *linking.ROUTES),
    cards={linking.LINK: linking.link_delivery, linking.LINKED: linking.linked_delivery},
    waited_for=frozenset({linking.LINK, linking.LINKED}),
)
