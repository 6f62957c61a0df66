"""Socket Mode on loopback: requests come in, connections end and heal, dead tickets are thrown away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.installing.installs import OneWorkspace
from adapters.slack.socket import SlackSocket
from bot.chat.platform import ConnectError, RefusedError
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.fake import APP_TOKEN
from tests.adapters.slack.support.world import Fault


class Never:
    """A sleep that lasts until the test is over: the watchdog looks only when it is told to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.Event().wait()


@pytest.fixture
async def socket(slack: SlackDriver) -> AsyncIterator[SlackSocket]:
    made = SlackSocket(
        slack.client.app, APP_TOKEN, base_url=f"{slack.fake.url}api/", sleep=Never(), ping_seconds=0.05
    )
    yield made
    await made.stop()


async def begun(slack: SlackDriver, socket: SlackSocket) -> None:
    await socket.start()
    await slack.fake.sockets.until(lambda: slack.fake.sockets.standing == 1)


async def test_a_command_comes_in_over_the_socket_and_is_acknowledged(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    await begun(slack, socket)
    sockets = slack.fake.sockets
    envelope = await sockets.send("slash_commands", slack.typed("U0OLGA", "help"))
    await sockets.until(lambda: envelope in sockets.acks)
    await slack.client.settled()
    assert "What you can do" in words(slack.newest("U0OLGA"))


async def test_a_forms_errors_go_back_with_the_acknowledgement(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    await slack.set_up()
    await slack.press("U0ADA", slack.question(), "Answer")
    await begun(slack, socket)
    sockets = slack.fake.sockets
    wrong = slack.filled("U0ADA", slack.world.modal(TEAM, "U0ADA"), answer=" ")
    envelope = await sockets.send("interactive", wrong)
    await sockets.until(lambda: envelope in sockets.acks)
    assert list(sockets.acks[envelope]["payload"]["errors"]) == ["answer"]


async def test_an_envelope_delivered_three_times_has_one_effect(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    await begun(slack, socket)
    sockets = slack.fake.sockets
    typed = slack.typed("U0OLGA", "help")
    envelopes = [await sockets.send("slash_commands", typed, f"again-{n}") for n in range(3)]
    await sockets.until(lambda: set(envelopes) <= set(sockets.acks))
    await slack.client.settled()
    assert len(slack.world.alone(TEAM, "U0OLGA")) == 1


async def test_a_disconnect_envelope_brings_a_new_connection_and_loses_nothing(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    await begun(slack, socket)
    sockets = slack.fake.sockets
    await sockets.disconnect()
    await sockets.until(lambda: sockets.handed == 2 and sockets.standing == 1)
    envelope = await sockets.send("slash_commands", slack.typed("U0OLGA", "help"))
    await sockets.until(lambda: envelope in sockets.acks)


async def test_a_connection_that_ends_without_a_word_is_opened_again(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    await begun(slack, socket)
    sockets = slack.fake.sockets
    await sockets.drop()
    await sockets.until(lambda: sockets.handed >= 2 and sockets.standing >= 1)
    envelope = await sockets.send("slash_commands", slack.typed("U0OLGA", "help"))
    await sockets.until(lambda: envelope in sockets.acks)
    assert await socket.check()


async def test_a_dead_ticket_is_thrown_away_after_three_failed_checks(
    slack: SlackDriver, socket: SlackSocket
) -> None:
    sockets = slack.fake.sockets
    sockets.dead = 1
    await socket.start()
    await sockets.until(lambda: sockets.tried >= 3)
    assert sockets.handed == 1, "the SDK tries the dead one for ever"
    assert [await socket.check() for _ in range(3)] == [False] * 3
    await sockets.until(lambda: sockets.standing == 1)
    assert sockets.handed == 2
    envelope = await sockets.send("slash_commands", slack.typed("U0OLGA", "help"))
    await sockets.until(lambda: envelope in sockets.acks)
    assert await socket.check()


async def test_a_wrong_app_token_is_told_at_once(slack: SlackDriver) -> None:
    socket = SlackSocket(slack.client.app, "xapp-wrong", base_url=f"{slack.fake.url}api/")
    with pytest.raises(RefusedError, match="xapp-"):
        await socket.start()
    await socket.stop()


async def test_a_bot_token_names_its_workspace_and_serves_no_other(slack: SlackDriver) -> None:
    base = f"{slack.fake.url}api/"
    one = OneWorkspace(f"xoxb-{TEAM}-1", base)
    await one.begin()
    assert await one.token(TEAM) == f"xoxb-{TEAM}-1"
    assert await one.token("T0OTHER") is None
    with pytest.raises(RefusedError, match="xoxb-"):
        await OneWorkspace("xoxb-wrong", base).begin()


async def test_a_proxys_page_is_no_wrong_token(slack: SlackDriver) -> None:
    base = f"{slack.fake.url}api/"
    slack.world.faults += [Fault("auth.test", "page"), Fault("apps.connections.open", "page")]
    with pytest.raises(ConnectError, match="a page instead of Slack's answer"):
        await OneWorkspace(f"xoxb-{TEAM}-1", base).begin()
    socket = SlackSocket(slack.client.app, "xapp-1", base_url=base)
    with pytest.raises(ConnectError, match="a page instead of Slack's answer") as caught:
        await socket.start()
    assert not isinstance(caught.value, RefusedError), "it is tried again"
