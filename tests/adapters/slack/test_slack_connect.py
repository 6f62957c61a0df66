"""Slack Connect: who comes from another workspace into a shared channel is one member, in whatever way they act."""

from bot.chat.cards import Card
from bot.chat.requests import Identity
from bot.membership.tables import identities
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Channel, User

OTHER = "T0TWO"
EVE = "U0EVE"
CLIPPING = "Clipping bounds the norm of each step, so that one bad batch cannot ruin weeks of training."
CURVES = "I would begin with the loss curves and look for spikes before I change anything at all."


def invite_eve(slack: SlackDriver, *, admin: bool = False) -> None:
    """Eve is a member of a workspace that has not installed the app."""
    slack.world.guest(TEAM, User(EVE, "eve", admin=admin, team=OTHER))


async def accounts(slack: SlackDriver) -> list[tuple[str, str]]:
    return sorted((row.tenant, row.user) for row in await slack.rows(identities) if row.user == EVE)


async def test_somebody_of_another_workspace_does_not_vote_on_their_own_answer(slack: SlackDriver) -> None:
    await slack.set_up()
    invite_eve(slack)
    shown = await slack.answer(EVE, CLIPPING)
    assert words(shown).startswith("Saved")
    await slack.answer("U0ADA", CURVES)
    await slack.tick(days=1)
    question = next(m for m in slack.world.in_channel(TEAM) if "question" in words(m).split("\n")[0])
    ballot = await slack.press(EVE, question, "Vote")
    assert CURVES in words(ballot)
    assert CLIPPING not in words(ballot), "nobody reads their own answer"


async def test_buttons_forms_and_the_home_page_know_the_same_member(slack: SlackDriver) -> None:
    await slack.set_up()
    invite_eve(slack)
    await slack.answer(EVE, CLIPPING)
    home = await slack.open_home(EVE)
    assert "(answered)" in words(home)
    assert await accounts(slack) == [(OTHER, EVE)]


async def test_the_same_member_types_commands_where_the_app_is_installed_at_home_too(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    invite_eve(slack)
    await slack.answer(EVE, CLIPPING)
    slack.world.workspace(OTHER)
    slack.world.guest(OTHER, slack.world.users[(TEAM, EVE)])
    slack.world.channels[(OTHER, "D0EVE")] = Channel("D0EVE", "", "", bot_in=True, with_user=EVE)
    assert "(answered)" in words(await slack.say(EVE, "my home", team=OTHER, channel="D0EVE"))
    assert "(answered)" in words(await slack.open_home(EVE, team=OTHER))
    assert await accounts(slack) == [(OTHER, EVE)]


async def test_the_admin_of_another_workspace_organises_nothing_here(slack: SlackDriver) -> None:
    invite_eve(slack, admin=True)
    await slack.set_up()
    settings = await slack.press(EVE, await slack.say("U0OLGA", "group settings"), "Pause")
    assert "organiser" in words(settings)
    assert "Paused" not in words(await slack.say("U0OLGA", "group status"))


async def test_private_messages_reach_somebody_of_another_workspace_through_the_one_they_share(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    invite_eve(slack)
    await slack.press(EVE, slack.question(), "Answer")
    await slack.slack.platform.post(Identity("slack", OTHER, EVE), Card("A reminder"), "k1")
    assert [words(m) for m in slack.world.direct(TEAM, EVE)] == ["A reminder"]
