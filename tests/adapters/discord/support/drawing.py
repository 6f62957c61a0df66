"""Draws what stands on the simulated Discord, from the very components that were sent: for eyes, and for the docs.

``python -m tests.adapters.discord.support.drawing FOLDER`` plays a few days and writes a picture of each card, as wide as a
desktop's and as a phone's window, and the two sheets of docs/discord.md. It needs Chromium and what ``simcord[preview]``
installs.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import simcord
from PIL import Image
from playwright.async_api import async_playwright
from simcord.preview import Preview
from simcord.results import InteractionResult

from tests.adapters.discord.support.driver import DiscordDriver, Shown, message_of
from tests.support.driver import ORGANISER

WIDTHS = {"desktop": (760, 1400), "phone": (360, 1600)}
ANSWERS = {
    "ada": "I would first ask what the reader already knows, then give the claim, the evidence, and what would change my "
    "mind, in that order. If a result is a surprise I say so before I explain it.",
    "ben": "Start with the failure case. A model that looks aligned on the training distribution can still have learned "
    "a proxy, and the only way to notice is to test where the two come apart.",
    "chi": "Two sentences for the idea, one number for the size of the effect, and one honest caveat. Then I stop and wait "
    "for questions, because that is where the interview happens.",
    "dee": "I would draw it: inputs on the left, what we can observe on the right, and in between the part we only infer.",
    "eve": "Name the assumption everyone shares, then ask what follows if it is false.",
}


class Drawer:
    """Takes pictures of messages, each in every width."""

    def __init__(self, guild: DiscordDriver, preview: Preview, folder: Path) -> None:
        self._guild = guild
        self._preview = preview
        self._folder = folder

    async def draw(self, name: str, who: str, shown: Shown) -> None:
        """Write what somebody sees of a message, cut to the message."""
        for width, viewport in WIDTHS.items():
            await self._preview.screenshot(
                self._folder / f"{name}-{width}.png",
                viewer=self._guild.person(who),
                target=message_of(shown),
                viewport=viewport,
                allow_incomplete=True,
            )


async def voted(guild: DiscordDriver, who: str, page: InteractionResult) -> InteractionResult:
    """Go through a ballot; everyone is helped by Ben's answer, some by Ada's."""
    while "It helped me" in guild.labels(page):
        helped = "failure case" in guild.words(page) or (who > "c" and "first ask" in guild.words(page))
        page = await guild.press(who, page, "It helped me" if helped else "Not this one")
    return page


async def play(guild: DiscordDriver, drawer: Drawer) -> None:
    """The days that are drawn."""
    await drawer.draw("setup", ORGANISER, await guild.command(ORGANISER, "group setup"))
    await guild.set_up("competitive")
    await drawer.draw("question", "ada", guild.question())
    for who, words in ANSWERS.items():
        saved = await guild.answer(who, words, "named" if who == "ada" else "unnamed")
    await drawer.draw("saved", "eve", saved)
    await guild.tick(days=1)
    for who in (*ANSWERS, "zoe"):
        form = await guild.press(who, await guild.command(who, "my settings"), "Name")
        await guild.fill(who, form, naming="named")
    page = await guild.command("zoe", "vote")
    await drawer.draw("ballot", "zoe", page)
    page = await voted(guild, "zoe", page)
    await drawer.draw("ballot-done", "zoe", page)
    for who in ("ada", "chi", "dee", "eve"):
        await voted(guild, who, await guild.command(who, "vote"))
    await guild.tick(days=1)
    await drawer.draw("reveal", "ada", guild.standing("Monday's reveal"))
    quiz = await guild.command("ada", "quiz start", topic="rlhf", count=3)
    await drawer.draw("quiz", "ada", quiz)
    first = [each for each in guild.labels(quiz) if len(each) == 1][:1] or guild.labels(quiz)[:1]
    await drawer.draw("quiz-answered", "ada", await guild.press("ada", quiz, first[0]))
    board = await guild.command("ada", "leaderboard")
    await drawer.draw("board", "ada", board)
    await drawer.draw("board-shared", "ada", await guild.press("ada", board, "Share"))
    await drawer.draw("record", "ada", await guild.command("ada", "my record"))
    await drawer.draw("settings", ORGANISER, await guild.command(ORGANISER, "group settings"))
    await drawer.draw("help", "ada", await guild.command("ada", "help"))


SHEETS = {
    "discord-round.png": ("question-desktop", "reveal-desktop"),
    "discord-phone.png": ("ballot-phone", "quiz-phone", "board-shared-phone"),
}
TALLEST = 900
SPACE = 16
GROUND = (49, 51, 56)


def compose(folder: Path) -> None:
    """Put pictures beside each other, their tops in a line; what is too tall ends in the middle of the card."""
    for name, parts in SHEETS.items():
        drawn = [Image.open(folder / f"{each}.png").convert("RGB") for each in parts]
        drawn = [each.crop((0, 0, each.width, min(each.height, TALLEST))) for each in drawn]
        wide = sum(each.width for each in drawn) + SPACE * (len(drawn) + 1)
        sheet = Image.new("RGB", (wide, max(each.height for each in drawn) + 2 * SPACE), GROUND)
        left = SPACE
        for each in drawn:
            sheet.paste(each, (left, SPACE))
            left += each.width + SPACE
        sheet.quantize(128).save(folder / name, optimize=True)


async def draw_all(folder: Path) -> None:
    """Play and draw."""
    with tempfile.TemporaryDirectory() as data:
        guild = DiscordDriver(f"sqlite:///{data}/drawing.db")
        await guild.open()
        simulation = simcord.run(guild.client)
        simulation._env.backend.bot_user.name = "Studyhall"
        async with simulation as env, async_playwright() as playwright:
            await guild.enter(env)
            viewers: list[Any] = [guild.person(n) for n in (ORGANISER, "zoe", *ANSWERS)]
            async with env.preview(guild.here, viewers=viewers) as preview:
                preview._capture_manager._browser = await playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
                )
                await play(guild, Drawer(guild, preview, folder))
        await guild.app.stop()


if __name__ == "__main__":
    asyncio.run(draw_all(Path(sys.argv[1])))
    compose(Path(sys.argv[1]))
