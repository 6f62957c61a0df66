"""What tests on Slack do again and again."""

from tests.adapters.slack.town import TEAM, Town, words
from tests.adapters.slack.world import Said


async def set_up(slack: Town, *, team: str = TEAM) -> None:
    """The workspace's admin sets the group up in #study, and the first question is posted."""
    card = await slack.say("U0OLGA", "group setup", team=team)
    await slack.press("U0OLGA", card, "Post the first question now")
    await slack.tick()


def asked(slack: Town, *, team: str = TEAM) -> Said:
    """The newest question in #study."""
    return [m for m in slack.world.in_channel(team) if "question" in words(m).split("\n")[0]][-1]


async def answered(slack: Town, user: str, said: str, *, team: str = TEAM) -> Said:
    """Somebody answers the open question; the card they get."""
    await slack.press(user, asked(slack, team=team), "Answer")
    shown = await slack.fill(user, team=team, answer=said)
    assert shown is not None
    return shown
