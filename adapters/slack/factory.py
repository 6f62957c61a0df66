"""Slack as the app knows it. What takes Slack's libraries is loaded when it is called for."""

from adapters.slack import command_line
from adapters.slack.installing.setup import WAYS
from adapters.slack.settings import SlackSettings
from bot.chat.factory import OperatorTools, PlatformFactory, PreparedPlatform, Timing
from bot.chat.operators.checks import Check
from bot.chat.requests import Place


def prepare(settings: SlackSettings, timing: Timing, base_url: str | None = None) -> PreparedPlatform:
    """Slack: one workspace over a socket, or every one that installs the app over HTTP. ``base_url`` is where its API stands."""
    from adapters.slack.api.library import BASE_URL
    from adapters.slack.running import RunningSlack

    running = RunningSlack(settings, timing, base_url or BASE_URL)
    return PreparedPlatform(running.platform, running.connect)


async def examine(
    settings: SlackSettings, tools: OperatorTools, places: tuple[Place, ...]
) -> tuple[Check, ...]:
    """Look at the tokens of the one workspace, and every place in it."""
    from adapters.slack import doctor

    return await doctor.examine(settings, tools.clock, places=places)


FACTORY = PlatformFactory(
    name="slack",
    settings=SlackSettings,
    prepare=prepare,
    examine=examine,
    ways=WAYS,
    about="the app's manifest for Slack, and what Slack says of the cards",
    add_arguments=command_line.add_arguments,
    run_command=command_line.run,
    loggers=("slack_sdk", "slack_bolt"),
)
