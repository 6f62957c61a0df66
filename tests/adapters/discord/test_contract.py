"""Discord keeps the platforms' promises."""

import pytest

from tests.adapters.discord.support.driver import DiscordDriver
from tests.adapters.discord.support.stage import DiscordStage
from tests.chat.platform_contract import PlatformContract, Stage


class TestDiscord(PlatformContract):
    @pytest.fixture
    def stage(self, guild: DiscordDriver) -> Stage:
        return DiscordStage.built(guild)
