"""Running `studyhall` as its operators do: a process with an environment, a folder, and lines that it says."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which a process that says nothing counts as hanging."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code and all it said."""

    code: int
    out: str
    err: str


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(
    folder: Path, *arguments: str, program: Path = ROOT, **environment: object
) -> asyncio.subprocess.Process:
    """Start `studyhall` in a folder, with these settings (without their STUDYHALL_) and no others.

    ``program`` is the folder that holds its packages.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    given = {f"STUDYHALL_{name}": str(value) for name, value in environment.items()}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(program), **given},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def studyhall(folder: Path, *arguments: str, program: Path = ROOT, **environment: object) -> Ended:
    """Run `studyhall` to its end."""
    return await ended(await start(folder, *arguments, program=program, **environment))


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait until a process ends."""
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that serves its room at ``url``."""

    process: asyncio.subprocess.Process
    url: str

    async def stops(self, by: signal.Signals) -> Ended:
        """Send it a signal and wait until it has ended."""
        self.process.send_signal(by)
        return await ended(self.process)


@asynccontextmanager
async def serving(folder: Path, *, program: Path = ROOT, **environment: object) -> AsyncIterator[Serving]:
    """`studyhall run`, ready to be visited; gone at the end."""
    given = {"PORT": free_port(), "ADMIN_PORT": 0, **environment}
    process = await start(folder, "run", program=program, **given)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        if not line:
            raise AssertionError((await ended(process)).err)
        assert line.startswith("Studyhall is running at http://"), line
        yield Serving(process, line.split()[-1])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A page of a served room, used as one member."""

    http: ClientSession
    url: str
    user: str

    async def entries(self) -> list[dict[str, Any]]:
        """The cards that stand there."""
        async with self.http.get(f"{self.url}api/state", params={"member": self.user}) as said:
            assert said.status == 200
            found: list[dict[str, Any]] = (await said.json())["entries"]
            return found

    async def titles(self) -> list[str]:
        """Their titles."""
        return [entry["title"] for entry in await self.entries()]

    async def sees(self, title: str, after: int = 0) -> dict[str, Any]:
        """Wait until a card with this title stands there, below another, by the stream that pages listen to."""
        path, whose = f"{self.url}api/events", {"member": self.user}
        async with asyncio.timeout(PATIENCE), self.http.get(path, params=whose) as stream:
            while line := await stream.content.readline():
                if line.startswith(b"data: ["):
                    found = [e for e in json.loads(line[6:]) if e.get("title") == title and e["id"] > after]
                    if found:
                        entry: dict[str, Any] = found[-1]
                        return entry
        raise AssertionError(f"the stream ended before “{title}” came")

    async def does(self, what: str, **content: object) -> dict[str, Any]:
        """Press, submit or type something; what the page is told."""
        body = {"member": self.user, "id": str(uuid4()), "zone": "Europe/Berlin", **content}
        origin = {"Origin": self.url.rstrip("/")}
        async with self.http.post(f"{self.url}api/{what}", json=body, headers=origin) as said:
            found: dict[str, Any] = await said.json()
            assert said.status == 200, found
            return found

    async def presses(self, entry: dict[str, Any], label: str) -> dict[str, Any]:
        """Press the button of a card whose label begins so."""
        buttons = [c for row in entry["controls"] for c in row if c["kind"] == "button"]
        (button,) = [b for b in buttons if b["label"].startswith(label)]
        return await self.does("press", entry=entry["id"], action=button["action"])


@asynccontextmanager
async def visiting(url: str, user: str = "you") -> AsyncIterator[Visitor]:
    """A page on a served room."""
    async with ClientSession() as http:
        yield Visitor(http, url, user)
