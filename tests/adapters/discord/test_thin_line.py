"""From the set-up to the reveal on Discord, with the process stopped and started in the middle."""

import pytest

from tests.adapters.discord.support.driver import DiscordDriver, message_of

FOUR = ("ada", "ben", "chi", "dee")


@pytest.mark.slow
async def test_a_round_goes_from_set_up_to_reveal_across_restarts(guild: DiscordDriver) -> None:
    await guild.set_up()
    assert len(guild.channel()) == 1
    for who in FOUR[:2]:
        saved = await guild.answer(who, f"{who}: what I would say, in a sentence or two.")
        assert saved.ephemeral
        assert guild.title(saved).startswith("Saved")
    await guild.restart()
    for who in FOUR[2:]:
        await guild.answer(who, f"{who}: what I would say, in a sentence or two.")
    await guild.tick(days=1)
    await guild.restart()
    page = await guild.command("ada", "vote")
    assert page.ephemeral
    voted = await guild.press("ada", page, "It helped me")
    assert message_of(voted).id == message_of(page).id
    await guild.tick(days=1)
    assert "Monday's reveal" in guild.titles()
