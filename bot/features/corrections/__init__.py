"""A group's own questions, corrected in place: what was built on them follows."""

from bot.features.corrections import accepting, editing, imports
from bot.services import Feature

FEATURE = Feature(
    "corrections",
    routes=(*editing.ROUTES, *imports.ROUTES),
    undoing={**accepting.UNDOING, **imports.UNDOING, **editing.UNDOING},
)
