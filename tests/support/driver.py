"""What a test does with the app in the same words on every platform. A driver of one platform says how it is done there."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Table as SqlTable

from bot.app.run import CONTENT, App
from bot.questions.load import load_bank
from bot.questions.model import Bank
from tests.support.databases import rows_of

ORGANISER = "olga"
GUIDE = CONTENT / "examples" / "statistics"
"""A small bank of ours, where it is of no matter which: the shipped one takes long to read."""

Shown = TypeVar("Shown")
AnyDriver = TypeVar("AnyDriver", bound="AppDriver[Any]")


class AppDriver(ABC, Generic[Shown]):
    """People who act on the app, and what is shown to them: ``Shown`` is a message as their platform has it."""

    app: App
    organiser = ORGANISER

    async def open(self) -> None:
        """Start the app."""
        raise NotImplementedError

    @abstractmethod
    async def command(self, who: str, path: str, /, **options: Any) -> Shown:  # noqa: ANN401  (each platform's own values)
        """Run a command in the channel."""

    @abstractmethod
    async def press(self, who: str, shown: Any, beginning: str, /) -> Shown:  # noqa: ANN401  (whatever has buttons)
        """Press the button whose label begins so."""

    @abstractmethod
    async def answer(self, who: str, words: str, consent: str = "unnamed") -> Shown:
        """Answer the open question."""

    @abstractmethod
    async def pass_time(self, **later: float) -> None:
        """Let the platform's time pass, and the app's with it."""

    async def settle(self) -> None:
        """Wait until the platform has shown what it was sent."""

    async def choose_tone(self, card: Shown, tone: str) -> Shown:
        """Choose a tone on the set-up card; the card with it."""
        raise NotImplementedError

    async def tick(self, **later: float) -> None:
        """Let time pass, then let everything that is due happen."""
        if later:
            await self.pass_time(**later)
        await self.app.scheduler.once()
        await self.settle()

    async def set_up(self, tone: str = "friendly") -> None:
        """Let the organiser set the group up and post the first question."""
        card = await self.command(self.organiser, "group setup")
        if tone != "friendly":
            card = await self.choose_tone(card, tone)
        await self.press(self.organiser, card, "Post the first question now")
        await self.tick()

    async def rows(self, table: SqlTable) -> list[Any]:
        """Every row of a table, by its key."""
        return await rows_of(self.app.database, table)


@asynccontextmanager
async def running(driver: AnyDriver) -> AsyncIterator[AnyDriver]:
    """The driver with its app started, stopped at the end."""
    await driver.open()
    try:
        yield driver
    finally:
        await driver.app.stop()


_BANKS: dict[tuple[tuple[str, bytes], ...], Bank] = {}


@cache
def _shipped() -> Bank:
    return load_bank(CONTENT)


def read_bank(content: Path | None = None) -> Bank:
    """The bank of a folder, else the shipped one; those that tests write are mostly the same, each in its own folder."""
    if content is None:
        return _shipped()
    files = sorted(path for path in content.rglob("*") if path.is_file())
    holds = tuple((path.relative_to(content).as_posix(), path.read_bytes()) for path in files)
    if holds not in _BANKS:
        _BANKS[holds] = load_bank(content)
    return _BANKS[holds]
