"""Thirty of the stories that `make faults` tells."""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.story import fill, live
from tests.support.databases import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A story is full of errors."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", [0, 10, 20])
def test_after_all_that_can_go_wrong_nothing_is_lost_doubled_or_drifted(first: int, tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    asyncio.run(fill(f"sqlite:///{template}"))
    found = []
    for seed in range(first, min(first + 10, 29)):
        shutil.copyfile(template, tmp_path / f"{seed}.db")
        lived = live(f"sqlite:///{tmp_path}/{seed}.db?synchronous=off", seed)
        found += [(seed, fault) for fault in lived.faults]
        assert lived.answers + lived.votes > 0
    assert found == []


@pytest.mark.postgres
def test_nor_with_two_processes_on_a_server(postgres_server: PostgresServer) -> None:
    url = asyncio.run(postgres_server.create("template"))
    asyncio.run(fill(url))
    assert live(url, 29).faults == ()
