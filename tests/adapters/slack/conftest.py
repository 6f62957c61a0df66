"""A town for every test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.support.town import Town, town


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made
