"""An app on Slack for every test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.support.driver import SlackDriver, slack_app


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[SlackDriver]:
    async with slack_app(tmp_path) as made:
        yield made
