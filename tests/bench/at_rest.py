"""The app with both platforms' clients, none of them connected, serving the room until its input ends: to be weighed.

python -m tests.bench.at_rest FOLDER        prints the room's address
"""

import asyncio
import sys
import time
from pathlib import Path

from adapters.discord.client import StudyhallClient
from adapters.discord.posting import DiscordPlatform
from adapters.slack.app import Slack
from adapters.slack.installing.installs import OneWorkspace
from bot.app.clock import utc_now
from bot.app.run import open_app, steady_memory
from bot.app.settings import Settings
from bot.chat.factory import Timing


async def main(folder: Path) -> None:
    discord = StudyhallClient(utc_now, shard_count=1)
    slack = Slack(OneWorkspace("xoxb-none"), Timing(utc_now, time.monotonic, asyncio.sleep))
    settings = Settings(port=0, database_url=f"sqlite:///{folder}/studyhall.db", demo=False)
    app = await open_app(settings, platforms=(DiscordPlatform(discord, utc_now), slack.platform))
    steady_memory()
    discord.serve(app.dispatcher)
    slack.connect(app.dispatcher)
    await app.start()
    print(app.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await slack.close()
    await discord.close()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
