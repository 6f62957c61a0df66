"""Work on what somebody handed in, done in a process of its own: it can be slow or large, and nobody else notices."""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from bot.chat.dispatch import trace_of

T = TypeVar("T")

SECONDS = 30
"""So long one work may take, from the start of its process on: a machine may be busy with others."""

PROCESSOR_SECONDS = 10
"""So much of a processor it may take, where the system can hold it to that: six times the worst megabyte that is known."""

MEMORY = 500_000_000
"""So many bytes of memory the process may ask for, where the system can hold it to that: eight times what it begins with."""

MOST_WAITING = 5
"""So many works may wait for the one that is done: the last of them waits minutes, not hours."""


class ApartError(Exception):
    """The work was not done; the message tells a member what to do."""


class Apart:
    """Does one work after the other, each in a process of its own that ends with it."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._turn = asyncio.Lock()
        self._asked = 0

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """What a module's function returns for these arguments. They and the result are pickled on their way.

        Raises:
            ApartError: it takes more time or memory than it may, or too many others wait.
            RuntimeError: the work failed; the message says where.
        """
        if self._asked > MOST_WAITING:
            raise ApartError("Other files are being read just now. Send this one again in a minute.")
        self._asked += 1
        try:
            async with self._turn:
                written = await self._written(pickle.dumps((work, args)))
        finally:
            self._asked -= 1
        if not written:
            raise ApartError("This takes too much time or memory to read. Split it into smaller files.")
        done, result = pickle.loads(written)  # noqa: S301  # our own process wrote it
        if not done:
            raise RuntimeError(result)
        found: T = result
        return found

    async def _written(self, asked: bytes) -> bytes:
        """What the process wrote before it ended; nothing where it was ended, or broke down."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            __name__,
            str(self._memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            async with asyncio.timeout(self._seconds):
                written, _ = await process.communicate(asked)
        except TimeoutError:
            return b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return written


def _bound(memory: int) -> None:
    """Take no more memory than that, and no processor without end; let the one that waits for this go first."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; that of time holds there too
        return
    os.nice(5)
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, PROCESSOR_SECONDS)):
        with suppress(ValueError, OSError):  # macOS knows the first and refuses it
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Do what is asked on the standard input, and write what came of it to the standard output."""
    _bound(int(sys.argv[1]))
    work, args = pickle.load(sys.stdin.buffer)  # noqa: S301  # the process that began this one wrote it
    try:
        said = (True, work(*args))
    except MemoryError:
        return
    except Exception as error:  # noqa: BLE001  # its words may quote a member
        said = (False, trace_of(error))
    sys.stdout.buffer.write(pickle.dumps(said))


if __name__ == "__main__":
    main()
