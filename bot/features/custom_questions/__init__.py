"""Questions of a group's own: suggested, accepted, imported, browsed."""

from bot.features.custom_questions import browsing, importing, reading, reviewing, suggesting
from bot.features.custom_questions.notices import OUTCOME, SUGGESTED, outcome_delivery, suggested_delivery
from bot.features.custom_questions.personal_data import personal_data
from bot.features.custom_questions.undoing import UNDOING
from bot.membership.kept import its_group
from bot.services import Feature

FEATURE = Feature(
    "custom questions",
    (*suggesting.COMMANDS, *reviewing.COMMANDS, *importing.COMMANDS, *browsing.COMMANDS),
    (*suggesting.ROUTES, *reviewing.ROUTES, *importing.ROUTES, *browsing.ROUTES, *reading.ROUTES),
    cards={SUGGESTED: suggested_delivery, OUTCOME: outcome_delivery},
    inside={SUGGESTED: its_group},
    personal_data=personal_data(),
    undoing=UNDOING,
)
