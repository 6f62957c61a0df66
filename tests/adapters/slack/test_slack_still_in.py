"""Who was taken out of the channel, or whose account was deactivated, has nothing of the group elsewhere but their own."""

import pytest

from bot.chat.requests import Identity, Place
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Channel, Fault, User

NO_LONGER = "You are no longer in this group's channel"
UNKNOWN = "Could not check just now"
ADA = Identity("slack", TEAM, "U0ADA")
STUDY = (Place("slack", TEAM, "C0STUDY"),)


def privately(slack: SlackDriver, user: str) -> str:
    """The direct conversation with somebody."""
    made = Channel(f"D0{user}", "", "", bot_in=True, with_user=user)
    slack.world.channels.setdefault((TEAM, made.id), made)
    return made.id


async def title(slack: SlackDriver, user: str, line: str) -> str:
    """What somebody reads who types a line in their direct messages; its title."""
    return words(await slack.say(user, line, channel=privately(slack, user))).split("\n")[0]


async def test_who_was_removed_votes_and_organises_nothing_in_direct_messages(slack: SlackDriver) -> None:
    await slack.set_up()
    for user in ("U0ADA", "U0BEN", "U0OLGA"):
        await slack.answer(user, f"{user}: what I would say, in a sentence or two.")
    await slack.tick(days=1)
    slack.world.channels[(TEAM, "C0STUDY")].out = frozenset({"U0ADA", "U0OLGA"})
    assert await title(slack, "U0ADA", "vote") == NO_LONGER
    assert await title(slack, "U0OLGA", "round close") == NO_LONGER
    assert await title(slack, "U0ADA", "my record") != NO_LONGER
    assert (await title(slack, "U0BEN", "vote")).startswith("Monday's ballot")


async def test_who_leaves_is_asked_about_at_once_where_slack_tells_of_it(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "question today")
    assert await title(slack, "U0ADA", "question past") != NO_LONGER
    slack.world.channels[(TEAM, "C0STUDY")].out = frozenset({"U0ADA"})
    assert await title(slack, "U0ADA", "question past") != NO_LONGER, "it is remembered"
    await slack.event({"type": "member_left_channel", "user": "U0ADA", "channel": "C0STUDY", "team": TEAM})
    assert await title(slack, "U0ADA", "question past") == NO_LONGER


async def test_the_home_tab_stays_and_what_is_pressed_there_is_asked_about(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "my home")
    await slack.open_home("U0ADA")
    slack.world.channels[(TEAM, "C0STUDY")].out = frozenset({"U0ADA"})
    await slack.press_home("U0ADA", "Answer")
    assert not [view for view in slack.world.views if view.open], "no form opened"
    assert "study hall" in words(await slack.open_home("U0ADA")).lower()


@pytest.mark.parametrize("what", ["429", "before", "channel_not_found", "internal_error"])
async def test_where_slack_does_not_answer_others_answers_stay_unread(slack: SlackDriver, what: str) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "question today")
    slack.world.faults.append(Fault("conversations.members", what, times=5))
    assert await title(slack, "U0ADA", "question past") == UNKNOWN
    assert await title(slack, "U0ADA", "question today") not in (UNKNOWN, NO_LONGER)


async def test_a_deactivated_account_is_in_no_channel(slack: SlackDriver) -> None:
    assert await slack.slack.platform.still_in(ADA, STUDY) is True
    slack.world.users[(TEAM, "U0ADA")].deleted = True
    await slack.pass_time(minutes=11)
    assert await slack.slack.platform.still_in(ADA, STUDY) is False


async def test_a_large_channel_is_read_to_its_end_and_a_huge_one_is_not_known(slack: SlackDriver) -> None:
    users = slack.world.users
    ada = users.pop((TEAM, "U0ADA"))
    for n in range(2_500):
        users[(TEAM, f"U1{n}")] = User(f"U1{n}", f"u{n}", team=TEAM)
    users[(TEAM, "U0ADA")] = ada
    assert await slack.slack.platform.still_in(ADA, STUDY) is True
    pages = [given for method, given in slack.world.calls if method == "conversations.members"]
    assert len(pages) == 3
    for n in range(2_500, 20_500):
        users[(TEAM, f"U1{n}")] = User(f"U1{n}", f"u{n}", team=TEAM)
    del users[(TEAM, "U0ADA")]
    assert await slack.slack.platform.still_in(ADA, STUDY) is None


async def test_a_guest_of_another_workspace_is_found_and_is_not_taken_for_somebody_else(
    slack: SlackDriver,
) -> None:
    slack.world.guest(TEAM, User("U0EVE", "eve", team="T0TWO"))
    eve, not_ada = Identity("slack", "T0TWO", "U0EVE"), Identity("slack", "T0TWO", "U0ADA")
    assert await slack.slack.platform.still_in(eve, STUDY) is True
    assert await slack.slack.platform.still_in(not_ada, STUDY) is None
    slack.world.channels[(TEAM, "C0STUDY")].out = frozenset({"U0EVE"})
    assert await slack.slack.platform.still_in(eve, STUDY) is False
