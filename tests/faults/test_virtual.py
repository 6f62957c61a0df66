"""The time of the stories passes, whatever a process has left behind."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from tests.faults.virtual import Life, VirtualLoop


@pytest.mark.parametrize("ends", [Life.kill, Life.freeze])
def test_time_passes_though_a_process_has_ended_with_something_unread(ends: Callable[[Life], None]) -> None:
    ours, far = socket.socketpair()
    ours.setblocking(False)

    async def story() -> float:
        loop = asyncio.get_running_loop()
        life = Life(lambda: None)
        reads = life.spawn(loop.sock_recv(ours, 1))
        await asyncio.sleep(0.001)
        ends(life)
        far.send(b"x")
        await asyncio.sleep(0.001)
        life.go_on()
        reads.cancel()
        return loop.time()

    with ours, far, asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(story()) == 0.002
