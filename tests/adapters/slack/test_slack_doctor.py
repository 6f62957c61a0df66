"""The doctor asks Slack, finds each fault that keeps the app from working, says what to do, and changes nothing."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from adapters.slack.doctor import examine
from adapters.slack.settings import SlackSettings
from bot.chat.operators.checks import Check
from bot.chat.requests import Place
from tests.adapters.slack.support.driver import NOON, TEAM
from tests.adapters.slack.support.fake import APP_TOKEN, FakeSlack, serving
from tests.adapters.slack.support.world import EVERY_SCOPE, Fault, World

TOKEN = f"xoxb-{TEAM}-1"
STUDY = Place("slack", TEAM, "C0STUDY", "study")


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    world = World(NOON)
    world.workspace(TEAM)
    async with serving(world) as made:
        yield made


async def examined(
    fake: FakeSlack,
    *,
    bot: str = TOKEN,
    app: str = APP_TOKEN,
    places: tuple[Place, ...] = (STUDY,),
    clock: Callable[[], datetime] = lambda: NOON,
) -> tuple[Check, ...]:
    return await examine(SlackSettings(bot, app), clock, places=places, base_url=f"{fake.url}api/")


def faults(checks: tuple[Check, ...]) -> dict[str, str]:
    return {each.what: f"{each.found}. {each.remedy}" for each in checks if each.is_fault}


async def test_where_all_is_well_each_thing_is_said_and_nothing_is_changed(fake: FakeSlack) -> None:
    found = await examined(fake)
    assert faults(found) == {}
    assert len(found) == 5
    called = {method for method, _ in fake.world.calls}
    assert called == {"auth.test", "apps.connections.open", "conversations.info"}


@pytest.mark.parametrize(
    ("given", "what", "said"),
    [
        ({"bot": "xoxb-wr0ng"}, "Slack's bot token", "Install App"),
        ({"app": "xapp-wr0ng"}, "Slack's app-level token", "connections:write"),
        ({"places": (Place("slack", TEAM, "C0OTHER", "other"),)}, "Slack's channel #other", "/invite"),
        ({"places": (Place("slack", TEAM, "G0ATTIC", "attic"),)}, "Slack's channel #attic", "/invite"),
        ({"clock": lambda: NOON + timedelta(minutes=2)}, "This machine's clock", "ahead of Slack's"),
    ],
)
async def test_each_fault_is_told_with_what_to_do(
    fake: FakeSlack, given: dict[str, object], what: str, said: str
) -> None:
    found = faults(await examined(fake, **given))  # type: ignore[arg-type]
    assert list(found) == [what]
    assert said in found[what]
    assert "wr0ng" not in str(found)


async def test_a_scope_that_was_not_granted_is_named(fake: FakeSlack) -> None:
    fake.world.tokens[TOKEN].scopes = EVERY_SCOPE - {"files:write", "channels:join"}
    assert "missing: channels:join, files:write" in faults(await examined(fake))["Slack's scopes"]


async def test_an_archived_channel_is_told(fake: FakeSlack) -> None:
    fake.world.channels[(TEAM, "C0STUDY")].archived = True
    assert "Unarchive it" in faults(await examined(fake))["Slack's channel #study"]


async def test_a_proxys_page_is_told_apart_from_a_token_that_is_refused(fake: FakeSlack) -> None:
    fake.world.faults.append(Fault("auth.test", "page"))
    found = faults(await examined(fake))
    assert list(found) == ["Slack"]
    assert "a page instead of Slack's answer" in found["Slack"]
    assert "proxy" in found["Slack"]
    fake.world.faults.append(Fault("apps.connections.open", "page"))
    assert "proxy" in faults(await examined(fake))["Slack's app-level token"]
    fake.world.faults.append(Fault("auth.test", "429"))
    assert "busy" in faults(await examined(fake))["Slack"]


async def test_an_unreachable_slack_is_told() -> None:
    found = faults(
        await examine(
            SlackSettings(TOKEN, APP_TOKEN), lambda: NOON, places=(), base_url="http://127.0.0.1:1/api/"
        )
    )
    assert "no answer" in found["Slack"]
