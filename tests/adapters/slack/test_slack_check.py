"""`studyhall slack check` has Slack look at every card and form of a demonstration, and posts nothing."""

import io
from argparse import Namespace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.checking import _refusals, check
from adapters.slack.command_line import run
from adapters.slack.settings import SlackSettings
from bot.app.cli.platforms import tools
from bot.app.samples import samples_of
from bot.app.settings import Settings
from bot.chat.cards import Card, Form, text
from bot.chat.errors import OperatorError
from tests.adapters.slack.support.driver import NOON, TEAM, SlackDriver
from tests.adapters.slack.support.world import Fault

TOKEN = f"xoxb-{TEAM}-1"


async def checked(slack: SlackDriver, *samples: Card | Form, token: str = TOKEN) -> tuple[bool, str]:
    out = io.StringIO()
    registry = slack.app.dispatcher.registry
    fine = await check(token, registry, samples, out, slack.timer.sleep, f"{slack.fake.url}api/")
    return fine, out.getvalue()


@pytest.mark.slow
async def test_slack_takes_every_card_and_form_of_the_demonstration(slack: SlackDriver) -> None:
    samples = await samples_of(Settings())
    titles = " ".join(each.title for each in samples)
    for shown in ("'s question", "'s answer", "'s ballot", "'s reveal", "Quiz: 1 of", "Group settings"):
        assert shown in titles
    fine, said = await checked(slack, *samples)
    assert fine, said
    assert "no faults" in said
    assert {method for method, _ in slack.world.calls} == {"blocks.validate"}, "nothing is posted"


async def test_what_slack_refuses_is_named_with_its_reason(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("blocks.validate", "invalid_message"))
    fine, said = await checked(slack, Card("Spoiled"), Card("Whole", (text("Words."),)))
    assert not fine
    assert "The card “Spoiled”: invalid_message" in said
    assert "Whole" not in said
    client = AsyncWebClient(token=TOKEN, base_url=f"{slack.fake.url}api/")
    header = {"message": {"text": "Title", "blocks": [{"type": "header"}]}}
    (reason,) = await _refusals(client, header, slack.timer.sleep)
    assert reason == "/blocks a header is no text object"


async def test_a_429_is_waited_for_and_nothing_left_out(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("blocks.validate", "429", retry_after=9))
    fine, _ = await checked(slack, Card("One"))
    assert fine
    assert slack.timer.slept == [9]


@pytest.mark.parametrize(("token", "fault"), [("xoxb-wrong", ""), (TOKEN, "page")])
async def test_without_an_answer_of_slacks_it_says_so_at_once(
    slack: SlackDriver, token: str, fault: str
) -> None:
    if fault:
        slack.world.faults.append(Fault("blocks.validate", fault))
    with pytest.raises(OperatorError, match="page instead" if fault else "invalid_auth"):
        await checked(slack, Card("One"), token=token)


async def test_it_asks_for_a_token() -> None:
    with pytest.raises(OperatorError, match="bot token"):
        await run(
            Namespace(slack_command="check"), SlackSettings(), tools(Settings(), lambda: NOON), io.StringIO()
        )
