"""A mock interview on Slack: the interviewer presses, and the candidate's direct message shows the question."""

from tests.adapters.slack.support.driver import TEAM, SlackDriver, words

SCREEN = "process.rounds.recruiter-screen.q01"


async def test_the_candidates_message_is_edited_at_the_interviewers_press(slack: SlackDriver) -> None:
    await slack.set_up()
    for user in ("U0ADA", "U0BEN"):
        await slack.say(user, "question today")
    asked = await slack.say("U0ADA", f"mock script:{SCREEN} with:@Ben")
    assert words(asked).startswith("Asked")
    await slack.tick()
    (offer,) = slack.world.direct(TEAM, "U0BEN")
    await slack.press("U0BEN", offer, "I'll be interviewed")
    await slack.tick()
    (script,) = slack.world.direct(TEAM, "U0ADA")
    await slack.press("U0ADA", script, "Ask the first part")
    await slack.tick()
    first = slack.app.bank.item(SCREEN).rounds[0]
    (interviewers,), (candidates,) = (slack.world.direct(TEAM, user) for user in ("U0ADA", "U0BEN"))
    assert first.look_for[0] in words(interviewers)
    assert first.ask in words(candidates)
    assert "'type': 'date'" in str(candidates.blocks), "the time is shown in one's own zone"
    await slack.press("U0ADA", interviewers, "Skip this part")
    await slack.press("U0BEN", slack.world.direct(TEAM, "U0BEN")[0], "Stop here")
    await slack.press("U0BEN", slack.world.direct(TEAM, "U0BEN")[0], "Stop for both")
    await slack.tick()
    await slack.press("U0ADA", slack.world.direct(TEAM, "U0ADA")[0], "Fill in the sheet")
    await slack.fill("U0ADA", seen=("1",), part=("2",), first="Short.", second="Slower.")
    await slack.press("U0BEN", slack.world.direct(TEAM, "U0BEN")[0], "Say how it was")
    await slack.fill("U0BEN", first="Fine.", second="The pauses.")
    await slack.tick()
    for user in ("U0ADA", "U0BEN"):
        said = words(slack.world.direct(TEAM, user)[-1])
        assert "Short." in said
        assert "The pauses." in said
    result = slack.world.direct(TEAM, "U0BEN")[-1]
    assert "3.5 of 10" in words(await slack.press("U0BEN", result, "Show scores"))
    await slack.press("U0BEN", result, "Swap roles")
    await slack.tick()
    assert "interviews you" in words(slack.world.direct(TEAM, "U0ADA")[-1])
