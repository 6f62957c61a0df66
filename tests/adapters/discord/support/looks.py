"""Looks at what stands on the simulated Discord, for tests of the small bot."""

from simcord.results import InteractionResult, ResponseMessage

from tests.adapters.discord.support.corner import Corner
from tests.adapters.discord.support.guild import walked


def said(shown: InteractionResult | ResponseMessage) -> str:
    """What a message says."""
    message = shown.response if isinstance(shown, InteractionResult) else shown
    assert message is not None, shown
    return "\n".join(each["content"] for each in walked(message.components) if each["type"] == 10)


async def press(corner: Corner, shown: InteractionResult, label: str) -> InteractionResult:
    """Press a button of what was shown."""
    assert shown.response is not None
    return await corner.ada.click(shown.response, label=label)


def standing(corner: Corner) -> list[str]:
    """What everything in the channel says, private messages too."""
    kept = sorted(corner.env.backend.messages[corner.here.id].values(), key=lambda m: m.id)
    return [said(ResponseMessage(corner.env, each)) for each in kept]
