"""A loop whose time passes only while nobody works, and in which processes can be frozen and killed between any two steps.

What belongs to a process is told by the context that its tasks run in. A killed process takes no further step: nothing of it is
cleaned up, as with SIGKILL. A frozen one takes its steps later, its timers among them, as with SIGSTOP and SIGCONT.
"""

import asyncio
import selectors
from asyncio.events import Handle
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")

STUCK_SECONDS, FROZEN_SECONDS = 5.0, 0.1
"""Real seconds for which a server may work on something; what it takes longer for waits for a lock, and for time to pass."""


class Killed(BaseException):
    """This process is no more."""


class Life:
    """How far a process is, and when it stands: after ``steps_left``, ``then`` happens. ``ended`` is called once, outside of it."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self.stands = False
        self.killed = False
        self.steps_left: int | None = None
        self.then: Callable[[], None] = self.kill
        self.held: list[Handle] = []
        self._unread: list[selectors.SelectorKey] = []
        self._ended = ended
        self._context = copy_context()
        self._context.run(_LIFE.set, self)

    def spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin a task of this process."""
        return asyncio.get_running_loop().create_task(work, context=self._context.copy())

    def does(self, work: Callable[[], object]) -> None:
        """Call something of this process soon."""
        asyncio.get_running_loop().call_soon(work, context=self._context)

    def kill(self) -> None:
        """Let it end here. A machine closes what its dead have opened: what nobody reads any more would keep time from passing."""
        if not self.killed:
            self.freeze()
            self.killed = True
            asyncio.get_running_loop().call_soon(self._ended, context=Context())

    def freeze(self) -> None:
        """Let it stand still. What comes for it meanwhile waits in its connections."""
        self.stands = True
        selector = _loop().selector
        for key in list(selector.get_map().values()):
            if any(each is not None and each._context.get(_LIFE) is self for each in key.data):
                selector.unregister(key.fileobj)
                self._unread.append(key)

    def go_on(self) -> None:
        """Let it take the steps that it was kept from; one that was killed takes them to be tidied away."""
        self.stands = False
        held, self.held = self.held, []
        unread, self._unread = self._unread, []
        for key in unread if not self.killed else ():
            _loop().selector.register(key.fileobj, key.events, key.data)
        _loop().again(held)

    def takes(self, handle: Handle) -> bool:
        """Whether it takes this step now."""
        if self.steps_left is not None and not self.stands:
            self.steps_left -= 1
            if self.steps_left <= 0:
                self.steps_left = None
                self.then()
        if self.stands:
            self.held.append(handle)
        return not self.stands


_LIFE: ContextVar[Life | None] = ContextVar("_LIFE", default=None)


class _Steps(deque[Handle]):
    """The loop's queue, which passes over the steps of those who stand."""

    def popleft(self) -> Handle:
        handle = super().popleft()
        life = handle._context.get(_LIFE)  # type: ignore[attr-defined]
        if handle._cancelled or life is None or life.takes(handle):
            return handle
        passed = Handle(print, (), asyncio.get_running_loop())
        passed._cancelled = True
        return passed


class _Selector(selectors.DefaultSelector):
    """Waits for what is really under way; else time passes."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> Any:  # noqa: ANN401  (as the standard library has it)
        if timeout is not None and timeout <= 0:
            return super().select(0)
        patience = self.loop.works()
        found = super().select(patience)
        if not found:
            if timeout is None:
                raise RuntimeError("Nothing will ever happen again.")
            self.loop.now += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its ``now`` are seconds since it began. ``works`` says for how long, in real seconds, to wait for what is under way."""

    def __init__(self) -> None:
        self.selector = _Selector()
        self.selector.loop = self
        super().__init__(self.selector)
        self._ready = _Steps()
        self.now = 0.0
        self.works: Callable[[], float] = lambda: 0.0

    def time(self) -> float:
        return self.now

    def again(self, steps: list[Handle]) -> None:
        """Take these steps after all."""
        self._ready.extend(steps)

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]  # noqa: ANN401  (as above)
        """At once, in this thread: what threads do is done in the same order each time."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever waits
            done.set_exception(error)
        return done


def _loop() -> VirtualLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


class AtOnce(Executor):
    """Does what it is given at once, in this thread."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":  # noqa: ANN401  (as above)
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done
