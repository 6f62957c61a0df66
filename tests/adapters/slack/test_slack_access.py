"""Which channels the bot enters by itself: those where an organiser sets a group up, and no other."""

import re

import pytest

from bot.chat.cards import Card
from bot.chat.platform import NoAccessError
from bot.chat.requests import Place
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Channel

CODE = re.compile(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b")
INVITE = "Type /invite @Studyhall there."


def channel(slack: SlackDriver, id_: str = "C0STUDY") -> Channel:
    return slack.world.channels[(TEAM, id_)]


def questions(slack: SlackDriver) -> list[str]:
    return [t for m in slack.world.in_channel(TEAM) if "question" in (t := words(m).split("\n")[0])]


def joins(slack: SlackDriver) -> int:
    return sum(method == "conversations.join" for method, _ in slack.world.calls)


async def test_a_bot_that_was_removed_stays_out_tells_the_organisers_and_goes_on_once_it_is_invited(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    channel(slack).bot_in = False
    await slack.tick(days=1)
    assert questions(slack) == ["Monday's question"]
    told = slack.world.direct(TEAM, "U0OLGA")
    assert INVITE in words(told[-1])
    settings = await slack.say("U0OLGA", "group settings")
    assert INVITE in words(settings)
    assert INVITE in words(await slack.press("U0OLGA", settings, "Check again"))
    for _ in range(3):
        await slack.tick(hours=2)
    assert joins(slack) == 0
    assert not channel(slack).bot_in
    assert len(slack.world.direct(TEAM, "U0OLGA")) == len(told), "it is told once"
    channel(slack).bot_in = True
    for _ in range(2):
        await slack.tick(hours=2)
    assert questions(slack) == ["Monday's question", "Tuesday's question"]


async def test_a_post_into_a_channel_that_the_bot_is_not_in_is_refused(slack: SlackDriver) -> None:
    for thread in (None, "1.000001"):
        with pytest.raises(NoAccessError, match="/invite"):
            await slack.slack.platform.post(
                Place("slack", TEAM, "C0OTHER", "other", thread), Card("One"), "k1"
            )
    assert joins(slack) == 0


async def test_a_public_channel_is_entered_where_a_group_is_set_up_in_it(slack: SlackDriver) -> None:
    card = await slack.say("U0OLGA", "group setup", channel="C0OTHER")
    assert channel(slack, "C0OTHER").bot_in
    assert "/invite" not in words(card)


async def test_set_up_once_more_brings_a_removed_bot_back_to_that_channel_alone(slack: SlackDriver) -> None:
    await slack.set_up()
    code = CODE.search(words(await slack.say("U0OLGA", "group connect")))
    assert code is not None
    await slack.say("U0OLGA", f"group connect code:{code[0]}", channel="C0OTHER")
    assert channel(slack, "C0OTHER").bot_in, "a channel that is being connected is entered"
    for each in ("C0STUDY", "C0OTHER"):
        channel(slack, each).bot_in = False
    await slack.say("U0BEN", "group setup")
    assert not channel(slack).bot_in, "only organisers bring it back"
    await slack.say("U0OLGA", "group setup")
    assert channel(slack).bot_in
    assert not channel(slack, "C0OTHER").bot_in


async def test_a_draft_whose_channel_could_not_be_entered_enters_it_when_it_is_looked_at_again(
    slack: SlackDriver,
) -> None:
    channel(slack, "C0OTHER").archived = True
    card = await slack.say("U0OLGA", "group setup", channel="C0OTHER")
    assert "archived" in words(card)
    channel(slack, "C0OTHER").archived = False
    checked = await slack.press("U0OLGA", card, "Check again")
    assert channel(slack, "C0OTHER").bot_in
    assert "archived" not in words(checked)
