"""Ctrl-C while `studyhall` is still starting: one calm line, whatever was under way."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.faults.serving import ROOT, Ended, ended, free_port

pytestmark = pytest.mark.slow

INTERRUPTED_AT = """
import signal, sys

waiting = [sys.argv[1]]

def watch(event, details):
    if waiting and " ".join((event, *(str(d) for d in details[:1] if event == "import"))) == waiting[0]:
        waiting.clear()
        signal.raise_signal(signal.SIGINT)

sys.addaudithook(watch)
from bot.app.cli.main import main
sys.exit(main(["run"]))
"""
"""Starts `studyhall run`, with a Ctrl-C in the moment when the named thing is first done."""


async def interrupted_at(moment: str, folder: Path) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", INTERRUPTED_AT, moment),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STUDYHALL_PORT": str(free_port())},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return await ended(process)


@pytest.mark.parametrize("module", ["bot.app.settings", "aiohttp.web"])
async def test_an_interruption_while_libraries_are_read_is_one_calm_line(tmp_path: Path, module: str) -> None:
    run = await interrupted_at(f"import {module}", tmp_path)
    assert run == Ended(130, "", "studyhall: stopped; nothing is lost.\n")
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # nothing was begun


async def test_an_interruption_while_the_loop_starts_is_one_calm_line(tmp_path: Path) -> None:
    run = await interrupted_at("socket.__new__", tmp_path)
    assert run == Ended(130, "", "studyhall: stopped; nothing is lost.\n")


async def test_an_interruption_while_the_database_is_made_lets_it_be_finished(tmp_path: Path) -> None:
    run = await interrupted_at("sqlite3.connect", tmp_path)
    assert run.code == 0
    # What was begun is finished: the first question may go out before the stop is heard.
    assert [line for line in run.err.splitlines() if '"level": "info"' not in line] == []
    assert run.out.endswith("Stopped. The next start goes on where this ended.\n")
