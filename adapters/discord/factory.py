"""Discord as the app knows it. What takes discord.py is loaded when it is called for."""

from adapters.discord import command_line
from adapters.discord.settings import DiscordSettings
from adapters.discord.setup import WAYS
from bot.chat.factory import Core, OperatorTools, PlatformFactory, PreparedPlatform, Timing
from bot.chat.operators.checks import Check
from bot.chat.platform import Connection
from bot.chat.requests import Place


def prepare(settings: DiscordSettings, timing: Timing) -> PreparedPlatform:
    """Discord, with this process's shards."""
    from adapters.discord.client import StudyhallClient
    from adapters.discord.posting import DiscordPlatform
    from adapters.discord.running import RunningDiscord

    shards = settings.shards

    def new_client() -> StudyhallClient:
        return StudyhallClient(
            timing.clock,
            shard_ids=shards.ids if shards else None,
            shard_count=shards.count if shards else None,
        )

    platform = DiscordPlatform(new_client(), timing.clock)

    def connect(core: Core) -> Connection:
        client = new_client()
        client.serve(core.responder, core.facts)
        platform.use(client)
        return RunningDiscord(client, settings.token)

    return PreparedPlatform(platform, connect)


async def examine(
    settings: DiscordSettings, tools: OperatorTools, places: tuple[Place, ...]
) -> tuple[Check, ...]:
    """Look at the token, the application, its commands, and every place."""
    from adapters.discord import doctor
    from adapters.discord.commands import commands

    made = commands(await tools.registry())
    return await doctor.examine(settings, tools.clock, made=made, places=places)


FACTORY = PlatformFactory(
    name="discord",
    settings=DiscordSettings,
    prepare=prepare,
    examine=examine,
    ways=WAYS,
    about="commands and invitation on Discord",
    add_arguments=command_line.add_arguments,
    run_command=command_line.run,
    loggers=("discord",),
)
