"""A mock interview on Discord: the interviewer presses, and the candidate's direct message shows the question."""

from typing import Any

import pytest

from tests.adapters.discord.support.driver import DiscordDriver

pytestmark = pytest.mark.slow

SCREEN = "process.rounds.recruiter-screen.q01"


async def press(guild: DiscordDriver, name: str, beginning: str) -> Any:  # noqa: ANN401  (what the simulation gives)
    """Press a button of the newest direct message."""
    newest = guild.private(name)[-1]
    (found,) = [b for b in guild.buttons(newest) if b["label"].startswith(beginning)]
    return await guild.user(name).click(newest, custom_id=found["custom_id"])


async def test_the_candidates_message_is_edited_at_the_interviewers_press(guild: DiscordDriver) -> None:
    await guild.set_up()
    for name in ("ada", "ben"):
        await guild.command(name, "question today")
    mention = f"<@{guild.person('ben').id}>"  # what Discord makes of a name that is chosen while one types
    asked = await guild.command("ada", "mock", script=SCREEN, **{"with": mention})
    assert guild.title(asked) == "Asked"
    await guild.tick()
    await press(guild, "ben", "I'll be interviewed")
    await guild.tick()
    await guild.restart()
    await press(guild, "ada", "Ask the first part")
    await guild.tick()
    first = guild.app.bank.item(SCREEN).rounds[0]
    (interviewers,), (candidates,) = guild.private("ada"), guild.private("ben")
    assert first.look_for[0] in guild.words(interviewers)
    assert first.ask in guild.words(candidates)
    assert "<t:" in guild.words(candidates), "the time is shown in one's own zone"
    assert guild.labels(candidates) == ["Stop here"]
    await press(guild, "ada", "Skip this part")
    await press(guild, "ben", "Stop here")
    await press(guild, "ben", "Stop for both")
    await guild.tick(seconds=6)  # a message is edited at most every five seconds
    sheet = await press(guild, "ada", "Fill in the sheet")
    await guild.fill("ada", sheet, seen=["1"], part=["2"], first="Short.", second="Slower.")
    felt = await press(guild, "ben", "Say how it was")
    await guild.fill("ben", felt, first="Fine.", second="The pauses.")
    await guild.tick()
    for name in ("ada", "ben"):
        result = guild.words(guild.private(name)[-1])
        assert "Short." in result
        assert "The pauses." in result
    assert "5 of 10" in guild.words(await press(guild, "ben", "Show scores"))
    await press(guild, "ben", "Swap roles")
    await guild.tick()
    assert "interviews you" in guild.words(guild.private("ada")[-1])
