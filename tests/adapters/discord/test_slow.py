"""Slow replies are deferred in time and then stand where they belong."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NoReturn

import discord
import pytest
from simcord import Env
from simcord.results import InteractionResult

from adapters.discord.answering import Answer, Manner
from adapters.discord.client import StudyhallClient
from bot.chat.known import Recent
from tests.adapters.discord.support.looks import press, said, standing
from tests.adapters.discord.support.small_bot import SmallBot

FAR = 3600.0
"""Beyond what the simulation waits for by itself."""


@pytest.fixture
def corner_bot() -> SmallBot:
    return SmallBot()


@pytest.fixture
async def simcord_bot(corner_bot: SmallBot) -> StudyhallClient:
    return corner_bot.connect(patience=0, last_moment=FAR)


@pytest.fixture
def bot(corner_bot: SmallBot, simcord_env: Env) -> SmallBot:
    corner_bot.enter(simcord_env)
    return corner_bot


async def run(bot: SmallBot, path: str) -> InteractionResult:
    return await bot.ada.slash(bot.here, path)


async def test_a_slow_private_command_is_deferred_privately_at_once(bot: SmallBot) -> None:
    result = await run(bot, "slow private")
    assert result.deferred
    assert result.ephemeral
    await bot.open_gate()
    assert said(result) == "### Here at last"
    assert standing(bot) == ["### Here at last"]


async def test_a_slow_public_command_is_deferred_publicly(bot: SmallBot) -> None:
    result = await run(bot, "slow public")
    assert result.deferred
    await bot.open_gate()
    assert not result.ephemeral
    assert said(result) == "### For everyone"


async def test_a_private_reply_stays_private_though_the_command_is_public(bot: SmallBot) -> None:
    result = await run(bot, "slow mismatch")
    await bot.open_gate()
    assert [(said(each), each.ephemeral) for each in result.followups] == [("### Here at last", True)]
    assert standing(bot) == ["### Here at last"]


async def test_a_public_reply_is_public_though_the_command_is_private(bot: SmallBot) -> None:
    result = await run(bot, "slow turned")
    await bot.open_gate()
    assert [(said(each), each.ephemeral) for each in result.followups] == [("### For everyone", False)]
    assert standing(bot) == ["### For everyone"]


async def test_a_click_that_takes_long_is_deferred_and_changes_its_message_then(bot: SmallBot) -> None:
    shown = await run(bot, "face")
    result = await press(bot, shown, "slow")
    assert result.acknowledged
    assert standing(bot) == ["### Press something"]
    await bot.open_gate()
    assert standing(bot) == ["### Late face"]


async def test_before_a_form_nothing_is_deferred(bot: SmallBot) -> None:
    result = await run(bot, "slow form")
    assert not result.acknowledged
    await bot.open_gate()
    assert result.modal is not None


async def test_the_time_that_a_click_took_to_arrive_counts_towards_its_deferral(bot: SmallBot) -> None:
    env = bot.env
    await env.restart_bot(bot.connect(time=lambda: env.now() + timedelta(seconds=2.4)))
    before = env.now()
    result = await run(bot, "slow form")
    assert result.deferred
    assert env.now() - before < timedelta(seconds=1), "it waited as if it had just been made"
    await bot.open_gate()


async def test_a_form_that_is_ready_too_late_is_offered_by_a_button(bot: SmallBot) -> None:
    await bot.env.restart_bot(bot.connect(last_moment=0))
    result = await run(bot, "slow form")
    assert result.deferred
    assert result.ephemeral
    await bot.open_gate()
    opened = await press(bot, result, "Open the form")
    assert opened.modal is not None
    assert opened.modal["title"] == "Tell us"


async def test_a_late_form_of_a_button_is_offered_beside_the_message(bot: SmallBot) -> None:
    shown = await run(bot, "face")
    result = await press(bot, shown, "late form")
    await bot.open_gate()
    (offer,) = result.followups
    assert offer.ephemeral
    assert standing(bot)[0] == "### Press something"


async def test_a_failure_after_a_deferral_still_ends_in_words(bot: SmallBot) -> None:
    result = await run(bot, "slow broken")
    await bot.open_gate()
    assert any("could not be shown" in each for each in standing(bot)), result


async def test_an_answer_that_comes_too_late_is_let_go_quietly(
    bot: SmallBot, caplog: pytest.LogCaptureFixture
) -> None:
    result = await run(bot, "late")
    assert not result.acknowledged
    assert "ERROR" not in caplog.text


async def test_what_went_wrong_with_the_work_is_told_though_its_deferral_failed_as_well() -> None:
    async def refuse(**_: object) -> None:
        gone: Any = SimpleNamespace(status=404, reason="Not Found")
        raise discord.NotFound(gone, {"code": 10062, "message": "Unknown interaction"})

    async def work() -> NoReturn:
        raise LookupError("the file is gone")

    interaction: Any = SimpleNamespace(message=None, response=SimpleNamespace(defer=refuse))
    request: Any = None
    answer = Answer(interaction, request, Recent(1))
    with pytest.raises(LookupError):
        await answer.wait_for(work(), Manner(), None, lambda: None)
