"""Looks at what stands on the simulated Discord, for tests of the small bot."""

from simcord.results import InteractionResult, ResponseMessage

from tests.adapters.discord.support.driver import walked
from tests.adapters.discord.support.small_bot import SmallBot


def said(shown: InteractionResult | ResponseMessage) -> str:
    """What a message says."""
    message = shown.response if isinstance(shown, InteractionResult) else shown
    assert message is not None, shown
    return "\n".join(each["content"] for each in walked(message.components) if each["type"] == 10)


async def press(bot: SmallBot, shown: InteractionResult, label: str) -> InteractionResult:
    """Press a button of what was shown."""
    assert shown.response is not None
    return await bot.ada.click(shown.response, label=label)


def standing(bot: SmallBot) -> list[str]:
    """What everything in the channel says, private messages too."""
    kept = sorted(bot.env.backend.messages[bot.here.id].values(), key=lambda m: m.id)
    return [said(ResponseMessage(bot.env, each)) for each in kept]
