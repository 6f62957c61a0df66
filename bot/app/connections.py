"""The platforms of a process, each connected for itself: one that ends is taken up again while the others run on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.chat.dispatch import trace_of
from bot.chat.errors import OperatorError
from bot.chat.factory import Core, PreparedPlatform
from bot.chat.logged import Said
from bot.chat.platform import ConnectError, RefusedError

log = logging.getLogger(__name__)

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds before the next try to connect, doubled each time; a connection that lasted the longest pause starts over."""


class KeptConnection:
    """A platform's connection, replaced by a new one each time it ends, until the platform refuses it.

    ``timer`` gives seconds that never go back, ``sleep`` waits for so many. ``chance`` gives a number from 0 to 1: many
    processes that lost the same platform at once come back one after the other.
    """

    def __init__(
        self,
        platform: PreparedPlatform,
        core: Core,
        *,
        timer: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        chance: Callable[[], float],
    ) -> None:
        self._platform = platform
        self._core = core
        self._timer = timer
        self._sleep = sleep
        self._chance = chance
        self._connection = platform.connect(core)
        self._stands = False

    @property
    def name(self) -> Said:
        """The platform's name, as people read it."""
        return Said(self.platform.capitalize())

    @property
    def platform(self) -> str:
        """The platform's name, as it stands in Place and Identity."""
        return self._platform.platform.name

    async def stands(self) -> bool:
        """Whether the platform is connected at this moment."""
        return self._stands and await self._connection.stands()

    async def start(self) -> str:
        """Connect for the first time. A line for the operator.

        Raises:
            ConnectError: it can't be begun; unless it was refused, ``ended`` goes on trying.
        """
        said = await self._connection.start()
        self._stands = True
        return said

    async def ended(self) -> None:
        """Wait until it is stopped; what ends by itself is taken up again.

        Raises:
            RefusedError: the platform won't have it.
        """
        tries = 0
        while True:
            if self._stands:
                began = self._timer()
                if await self._went_well(self._connection.ended(), "the connection failed"):
                    return
                self._stands = False
                await self._connection.stop()
                if self._timer() - began >= LONGEST_PAUSE:
                    tries = 0
            pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE) * (1 + self._chance()) / 2
            tries += 1
            log.warning("%s: the next try to connect is in %.0f s", self.name, pause)
            await self._sleep(pause)
            self._connection = self._platform.connect(self._core)
            if await self._went_well(self.start(), "it can't be connected"):
                log.info("%s: connected again", self.name)

    async def stop(self) -> None:
        """Disconnect; what is under way is finished first."""
        await self._connection.stop()

    async def _went_well(self, step: Awaitable[object], failed: str) -> bool:
        """Whether a step ended without an error. Raises RefusedError alone: trying again would not help."""
        try:
            await step
        except RefusedError:
            raise
        except ConnectError as error:
            log.warning("%s", error)
        except Exception as error:  # noqa: BLE001  # an adapter's bug must not end the other platforms
            log.error("%s: %s: %s", self.name, Said(failed), trace_of(error))  # noqa: TRY400  # it may quote a name
        else:
            return True
        return False


async def begin(connections: Sequence[KeptConnection]) -> tuple[list[str], list[KeptConnection]]:
    """Connect all at once: the lines for the operator, and those that stand or go on trying.

    Raises:
        ConnectError: none could be connected.
    """
    results = await asyncio.gather(*(each.start() for each in connections), return_exceptions=True)
    said, kept, failed = [], [], []
    for each, result in zip(connections, results, strict=True):
        if isinstance(result, ConnectError):
            failed.append(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            said.append(result)
        if not isinstance(result, RefusedError):
            kept.append(each)
    if failed and not said:
        raise failed[0]
    for error in failed:
        _tell_of(error)
    return said, kept


async def until(stopping: asyncio.Event, connections: Sequence[KeptConnection]) -> None:
    """Wait until the process is to stop, or none of its platforms is left.

    Raises:
        RefusedError: the last one was refused.
    """
    stop = asyncio.create_task(stopping.wait())
    ends = {asyncio.create_task(each.ended()) for each in connections}
    try:
        while not stop.done():
            done, _ = await asyncio.wait({stop, *ends}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stop}:
                ends.discard(task)
                if not ends:
                    task.result()
                    return
                error = task.exception()
                if error is not None:
                    _tell_of(error)
    finally:
        for task in (stop, *ends):
            task.cancel()
        await asyncio.gather(stop, *ends, return_exceptions=True)


def _tell_of(error: BaseException) -> None:
    why = error if isinstance(error, OperatorError) else trace_of(error)
    log.error("%s The other platforms run on.", why)
