"""`studyhall setup`: asks whoever runs Studyhall for what only they know, tries it, and writes it down."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from getpass import GetPassWarning, getpass
from pathlib import Path
from textwrap import fill
from typing import Any, TypeVar

from bot.app.cli.platforms import tools
from bot.app.platforms import PLATFORMS
from bot.app.settings import Settings, read_dotenv, write_dotenv
from bot.chat.errors import OperatorError
from bot.chat.factory import OperatorTools, PlatformFactory
from bot.chat.operators.checks import Check, lines_of
from bot.chat.operators.settings import SettingsError
from bot.chat.operators.setup import Ask, Page, Way

T = TypeVar("T")

WIDTH = 100
"""So many characters fit into a line of most terminals."""

NEW_FILE = {"COMPOSE_PROFILES": "single"}
"""What a new file says beside the answers: without it `docker compose up` starts nothing."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where somebody sits. ``say`` prints a line, ``ask`` reads one, ``ask_secret`` one that is not shown while it is typed.

    ``open_page`` opens an address in a browser; it is None where there is none.
    """

    say: Callable[[str], object]
    ask: Callable[[str], str]
    ask_secret: Callable[[str], str]
    open_page: Callable[[str], bool] | None = None

    def agrees(self, question: str, *, usual: bool) -> bool:
        """Whether the answer is yes; an empty one is the ``usual``."""
        while True:
            said = self.ask(f"{question} [{'Y/n' if usual else 'y/N'}] ").strip().lower()
            if said in {"", "y", "yes", "n", "no"}:
                return said[0] == "y" if said else usual
            self.say("Type y or n.")

    def choose(self, question: str, titles: tuple[str, ...]) -> int:
        """The number of one of the titles, counted from 0; not asked where there is only one."""
        if len(titles) == 1:
            return 0
        self.say(question)
        for number, title in enumerate(titles, 1):
            self.say(f"  {number}  {title}")
        while True:
            said = self.ask("Number: ").strip()
            if said.isascii() and said.isdecimal() and 1 <= int(said) <= len(titles):
                return int(said) - 1
            self.say(f"Type a number from 1 to {len(titles)}.")

    def show(self, page: Page) -> None:
        """Open a page where somebody wants that, and print what has to be pasted there by hand."""
        self.say(f"  {page.url}")
        asked = self.open_page is not None and self.agrees("Open it in the browser?", usual=True)
        opened = asked and self.open_page is not None and self.open_page(page.filled or page.url)
        if page.paste and not opened:
            self.say(f"This is to be pasted there:\n{page.paste}")


def this_terminal() -> Terminal:
    """The one in which the command runs.

    Raises:
        OperatorError: it runs in none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OperatorError(
            "`studyhall setup` asks questions, and there is no terminal to ask them in.",
            "Run it in one, or write the settings into .env yourself: README.md lists them.",
        )
    warnings.simplefilter("error", GetPassWarning)  # rather none than one that can be read over a shoulder
    return Terminal(print, input, getpass, _browser())


def _browser() -> Callable[[str], bool] | None:
    """What opens a page. Without a display that would be a program within this terminal, which nobody asked for."""
    if sys.platform.startswith("linux") and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return None
    import webbrowser

    return webbrowser.open


def run(
    terminal: Terminal,
    environ: Mapping[str, str],
    dotenv: Path,
    clock: Callable[[], datetime],
    platforms: tuple[PlatformFactory[Any], ...] = PLATFORMS,
) -> bool:
    """Ask for everything, try it, and write it to ``dotenv``; whether Studyhall is to be started now.

    Raises:
        OperatorError: it cannot be done, or was not answered to the end.
    """
    try:
        return _run(terminal, environ, dotenv, clock, platforms)
    except (EOFError, GetPassWarning):
        raise OperatorError(
            "The terminal gave no answer, so the set-up ends here.",
            "Run `studyhall setup` again: it says what is saved already.",
        ) from None


def _run(
    terminal: Terminal,
    environ: Mapping[str, str],
    dotenv: Path,
    clock: Callable[[], datetime],
    platforms: tuple[PlatformFactory[Any], ...],
) -> bool:
    terminal.say("Studyhall is set up here. Ctrl-C stops that; nothing is saved before the end.")
    room = "None of these: in a room on this machine, without an account"
    titles = (*(each.name.capitalize() for each in platforms), room)
    chosen = terminal.choose("Where does your group meet?", titles)
    if chosen == len(platforms):
        terminal.say("That needs no settings: Studyhall prints the room's address when it starts.")
        return terminal.agrees("Start it now?", usual=True)
    platform = platforms[chosen]
    in_file = read_dotenv(dotenv)
    environ = {name: value for name, value in environ.items() if value}  # an empty one counts as not set
    given = {**in_file, **environ}
    others = {name: value for name, value in given.items() if name not in platform.settings.READERS}
    settings = Settings.read(others, Path(os.devnull))
    way = platform.ways[terminal.choose("For whom is it?", tuple(each.title for each in platform.ways))]
    gone = frozenset().union(*(each.names for each in platform.ways)) - way.names
    gone &= {name for name, value in in_file.items() if value}
    if gone and not terminal.agrees(
        f"{dotenv} has {', '.join(sorted(gone))} for another way. Take that out?", usual=False
    ):
        raise OperatorError("Only one way can be set up, so nothing was changed.", "Choose the other way.")
    asked = _Asked(
        terminal, platform, way, dotenv, {n: v for n, v in given.items() if n not in gone}, environ
    )
    looked = asked.all(tools(settings, clock))
    write_dotenv(dotenv, asked.new if dotenv.exists() else NEW_FILE | asked.new, gone)
    terminal.say(f"Saved to {dotenv}, which only you can read.")
    terminal.say(fill(way.then, WIDTH))
    for each in looked:
        if each.page:
            terminal.show(Page(each.page))
    return terminal.agrees("Start Studyhall now?", usual=True)


@dataclass(slots=True)
class _Asked:
    """What was answered so far. ``given`` is all that is set, ``new`` what was typed of it."""

    terminal: Terminal
    platform: PlatformFactory[Any]
    way: Way
    dotenv: Path
    given: dict[str, str]
    environ: Mapping[str, str]
    new: dict[str, str] = field(default_factory=dict)

    def all(self, its: OperatorTools) -> tuple[Check, ...]:
        """Go through the steps, and try the answers until the platform finds nothing wrong, or it is to be saved as it is."""
        for number, step in enumerate(self.way.steps, 1):
            words = f"Step {number} of {len(self.way.steps)}. {step.words}"
            self.terminal.say("\n" + fill(words, WIDTH))
            if step.page is not None:
                self.terminal.show(asyncio.run(_made(step.page(its.registry, self.given))))
            for ask in step.asks:
                if self._is_wanted(ask):
                    self._answer(ask)
        while True:
            self.terminal.say("\nTrying it ...")
            settings = self.platform.settings.read(self.given)
            looked = asyncio.run(_made(self.platform.examine(settings, its, ())))
            later = "left to the first start"
            shown = [replace(each, found=later, remedy="") if each.at_start else each for each in looked]
            for line in lines_of(shown):
                self.terminal.say(line)
            faults = [each for each in shown if each.is_fault]
            if not faults:
                return looked
            wrong = {each.setting for each in faults}
            asks = [ask for step in self.way.steps for ask in step.asks if ask.name in wrong]
            for ask in asks:
                self._answer(ask, again=True)
            question = "When that is mended press Enter, and it is tried again. To save it as it is, type s: "
            if not asks and self.terminal.ask(question).strip().lower() == "s":
                return looked

    def _is_wanted(self, ask: Ask) -> bool:
        if ask.name in self.environ:
            self.terminal.say(f"{ask.name} is set in the environment, which wins over {self.dotenv}.")
            return False
        there = f"{ask.name} is in {self.dotenv} already. Replace it?"
        return not self.given.get(ask.name) or self.terminal.agrees(there, usual=False)

    def _answer(self, ask: Ask, *, again: bool = False) -> None:
        """Take an answer of the right form; again, an empty one leaves what was tried."""
        if ask.name in self.environ:
            raise OperatorError(
                f"{ask.name} is set in the environment.", "Correct it there, then run this again."
            )
        _, read = self.platform.settings.READERS[ask.name]
        words = ask.words + (", or Enter to try the same again" if again else "")
        shown = f"{words}{' (it is not shown)' if ask.secret else ''}: "
        while True:
            said = (self.terminal.ask_secret if ask.secret else self.terminal.ask)(shown).strip()
            if again and not said:
                return
            try:
                if said:
                    read(ask.name, said)
                    self.given[ask.name] = self.new[ask.name] = said
                    return
            except SettingsError as error:
                self.terminal.say(str(error))


async def _made(what: Awaitable[T]) -> T:
    return await what
