"""How long a start takes to the first page, and what the process weighs then, against the bare imports of its libraries."""

import asyncio
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from tests.bench.rows import Row, at_most
from tests.bench.timing import Times

IMPORTS = "import discord, slack_bolt, sqlalchemy"
STARTS = 5
PATIENCE = 60


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Start in a fresh folder, start again in it, and import, in turn."""
    return await asyncio.to_thread(_measure, folder, 1 if quick else STARTS)


def _measure(folder: Path, count: int) -> list[Row]:
    fresh, again, bare = Times(), Times(), Times()
    heavy: list[float] = []
    light: list[float] = []
    for number in range(count):
        here = folder / str(number)
        here.mkdir()
        _start(here, fresh)
        _start(here, again)
        _imports(bare)
        light.append(_imported())
        _at_rest(here)  # a first start reads the whole bank, as later ones don't
        heavy.append(_at_rest(here))
    rows = []
    for name, times in (("start in a fresh folder", fresh), ("second start", again)):
        wall = Row(f"{name}: wall", times.wall_ms, "ms", bare.wall_ms, at_most(2))
        rows += [wall, Row(f"{name}: processor", times.processor_ms, "ms", bare.processor_ms)]
    return [
        *rows,
        Row("memory at rest, both clients, second start", median(heavy), "MiB", median(light), at_most(1.5)),
    ]


def _start(folder: Path, times: Times) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("studyhall")
    before = time.perf_counter()
    with _running([str(program), "run"], folder, STUDYHALL_PORT=str(port)) as process:
        _first_page(f"http://127.0.0.1:{port}/", process)
        times.wall.append(time.perf_counter() - before)
        times.processor.append(_processor(process.pid))


def _imports(times: Times) -> None:
    """The whole command, from its start to its end."""
    before, started = _of_children(), time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    times.wall.append(time.perf_counter() - started)
    times.processor.append(_of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _imported() -> float:
    with _running([sys.executable, "-c", f"{IMPORTS}; print(flush=True); input()"], Path.cwd()) as process:
        _line(process)
        return _mebibytes(process.pid)


def _at_rest(folder: Path) -> float:
    words = [sys.executable, "-m", "tests.bench.at_rest", str(folder / "at-rest")]
    with _running(words, Path.cwd()) as process:
        _first_page(_line(process), process)
        return _mebibytes(process.pid)


@contextmanager
def _running(words: list[str], folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # an installed program finds its bytecode, as its libraries' is found
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        words, cwd=folder, env=environ | settings, stdin=pipe, stdout=pipe, stderr=quiet, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _first_page(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"it ended with {process.returncode} before it served {url}"
        try:
            with urllib.request.urlopen(url) as page:
                assert page.status == 200
                page.read()
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, f"{url} was not served in {PATIENCE} s"
            time.sleep(0.005)
        else:
            return


def _processor(pid: int) -> float:
    """The seconds of the processor that a process has had."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _mebibytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    (kibibytes,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kibibytes) / 1024
