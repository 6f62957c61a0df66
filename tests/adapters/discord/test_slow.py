"""Slow replies are deferred in time and then stand where they belong."""

import pytest
from simcord import Env
from simcord.results import InteractionResult

from adapters.discord.client import StudyhallClient
from tests.adapters.discord.support.corner import Corner
from tests.adapters.discord.support.looks import press, said, standing

FAR = 3600.0
"""Beyond what the simulation waits for by itself."""


@pytest.fixture
def corner_bot() -> Corner:
    return Corner()


@pytest.fixture
async def simcord_bot(corner_bot: Corner) -> StudyhallClient:
    return corner_bot.connect(patience=0, last_moment=FAR)


@pytest.fixture
def corner(corner_bot: Corner, simcord_env: Env) -> Corner:
    corner_bot.enter(simcord_env)
    return corner_bot


async def run(corner: Corner, path: str) -> InteractionResult:
    return await corner.ada.slash(corner.here, path)


async def test_a_slow_private_command_is_deferred_privately_at_once(corner: Corner) -> None:
    result = await run(corner, "slow private")
    assert result.deferred
    assert result.ephemeral
    await corner.open_gate()
    assert said(result) == "### Here at last"
    assert standing(corner) == ["### Here at last"]


async def test_a_slow_public_command_is_deferred_publicly(corner: Corner) -> None:
    result = await run(corner, "slow public")
    assert result.deferred
    await corner.open_gate()
    assert not result.ephemeral
    assert said(result) == "### For everyone"


async def test_a_private_reply_stays_private_though_the_command_is_public(corner: Corner) -> None:
    result = await run(corner, "slow mismatch")
    await corner.open_gate()
    assert [(said(each), each.ephemeral) for each in result.followups] == [("### Here at last", True)]
    assert standing(corner) == ["### Here at last"]


async def test_a_public_reply_is_public_though_the_command_is_private(corner: Corner) -> None:
    result = await run(corner, "slow turned")
    await corner.open_gate()
    assert [(said(each), each.ephemeral) for each in result.followups] == [("### For everyone", False)]
    assert standing(corner) == ["### For everyone"]


async def test_a_click_that_takes_long_is_deferred_and_changes_its_message_then(corner: Corner) -> None:
    shown = await run(corner, "face")
    result = await press(corner, shown, "slow")
    assert result.acknowledged
    assert standing(corner) == ["### Press something"]
    await corner.open_gate()
    assert standing(corner) == ["### Late face"]


async def test_before_a_form_nothing_is_deferred(corner: Corner) -> None:
    result = await run(corner, "slow form")
    assert not result.acknowledged
    await corner.open_gate()
    assert result.modal is not None


async def test_a_form_that_is_ready_too_late_is_offered_by_a_button(corner: Corner) -> None:
    await corner.env.restart_bot(corner.connect(last_moment=0))
    result = await run(corner, "slow form")
    assert result.deferred
    assert result.ephemeral
    await corner.open_gate()
    opened = await press(corner, result, "Open the form")
    assert opened.modal is not None
    assert opened.modal["title"] == "Tell us"


async def test_a_late_form_of_a_button_is_offered_beside_the_message(corner: Corner) -> None:
    shown = await run(corner, "face")
    result = await press(corner, shown, "late form")
    await corner.open_gate()
    (offer,) = result.followups
    assert offer.ephemeral
    assert standing(corner)[0] == "### Press something"


async def test_a_failure_after_a_deferral_still_ends_in_words(corner: Corner) -> None:
    result = await run(corner, "slow broken")
    await corner.open_gate()
    assert any("could not be shown" in each for each in standing(corner)), result


async def test_an_answer_that_comes_too_late_is_let_go_quietly(
    corner: Corner, caplog: pytest.LogCaptureFixture
) -> None:
    result = await run(corner, "late")
    assert not result.acknowledged
    assert "ERROR" not in caplog.text
