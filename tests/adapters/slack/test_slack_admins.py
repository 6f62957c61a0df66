"""Who manages a channel is asked of Slack: what is said while it does not answer, and how often it is asked."""

import asyncio

import pytest

from adapters.slack.people import People
from tests.adapters.slack.support.driver import SECRET, TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Fault, Gate, Said

UNKNOWN = "Could not check just now"
CHANNEL = "C0OTHER"
"""Ada made it; Olga is an admin of the workspace."""


async def set_up(slack: SlackDriver, who: str = "U0OLGA") -> str:
    """What somebody is told who sets up a group in #other; its title."""
    return words(await slack.say(who, "group setup", channel=CHANNEL)).split("\n")[0]


def asked(slack: SlackDriver) -> int:
    return sum(called == "users.info" for called, _ in slack.world.calls)


@pytest.mark.parametrize("what", ["429", "before", "after", "internal_error"])
@pytest.mark.parametrize(("who", "method"), [("U0OLGA", "users.info"), ("U0ADA", "conversations.info")])
async def test_who_could_not_be_looked_up_is_told_so_and_let_in_a_minute_later(
    slack: SlackDriver, what: str, who: str, method: str
) -> None:
    slack.world.faults.append(Fault(method, what))
    assert await set_up(slack, who) == UNKNOWN
    await slack.pass_time(minutes=1)
    assert await set_up(slack, who) == "Set up your study group"


async def test_a_flood_of_presses_does_not_ask_again_for_a_few_seconds(slack: SlackDriver) -> None:
    fault = Fault("users.info", "429", times=50)
    slack.world.faults.append(fault)
    for _ in range(5):
        assert await set_up(slack) == UNKNOWN
        await slack.pass_time(seconds=0.5)
    assert fault.times == 49
    await slack.pass_time(seconds=5)
    assert await set_up(slack) == UNKNOWN
    assert fault.times == 48


async def test_presses_of_one_person_at_once_share_one_question(slack: SlackDriver) -> None:
    gate = slack.world.gates["users.info"] = Gate()
    for _ in range(5):
        await slack.send(slack.typed("U0OLGA", "group setup", channel=CHANNEL), command=True)
    await gate.reached.wait()
    gate.opened.set()
    await slack.client.settled()
    assert asked(slack) == 1
    assert [_title(m) for m in slack.world.alone(TEAM, "U0OLGA")] == ["Set up your study group"] * 5


@pytest.mark.slow
async def test_an_answer_that_is_slow_is_not_waited_for_and_counts_when_it_comes(slack: SlackDriver) -> None:
    slack.slack.people = People(slack.slack.web, slack.timer, hurry_seconds=0.5)
    slack.client = slack.slack.connect(slack.app.dispatcher, signing_secret=SECRET)
    gate = slack.world.gates["users.info"] = Gate()
    assert await set_up(slack) == UNKNOWN
    assert await set_up(slack) == UNKNOWN
    await slack.pass_time(minutes=1)
    later = asyncio.create_task(set_up(slack))
    gate.opened.set()
    assert await later == "Set up your study group"
    assert asked(slack) == 1


async def test_who_is_none_of_the_workspaces_people_manages_nothing(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("users.info", "user_not_visible"))
    assert await set_up(slack, "U0BEN") == "Only organisers can do this"
    assert await set_up(slack, "U0BEN") == "Only organisers can do this"
    assert asked(slack) == 0, "that was an answer, and is remembered"


async def test_members_and_organisers_are_not_kept_waiting_by_it(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.pass_time(minutes=11)
    slack.world.faults.append(Fault("users.info", "429", times=50))
    assert words(await slack.say("U0OLGA", "group settings")).startswith("Group settings")
    saved = await slack.answer(
        "U0ADA", "Clipping bounds the norm of each step, so one bad batch ruins nothing."
    )
    assert words(saved).startswith("Saved")


def _title(message: Said) -> str:
    return words(message).split("\n")[0]
