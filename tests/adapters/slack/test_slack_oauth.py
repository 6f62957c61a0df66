"""Many workspaces: installing by OAuth, tokens that are renewed, leaving; two side by side never see each other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.oauth.installation_store.models.bot import Bot
from sqlalchemy import text as sql

from adapters.slack.http import MOST_BEGINNINGS, build_app, oauth_flow
from adapters.slack.installing.installs import ManyWorkspaces
from bot.chat.cards import Card
from bot.chat.platform import NoAccessError, NotSentError
from bot.chat.requests import Place
from bot.chat.serving import Door
from bot.database.engine import Database
from bot.database.installations import StoredInstallations
from tests.adapters.slack.support.driver import NOON, TEAM, SlackDriver, installed_app, words
from tests.adapters.slack.support.fake import serving
from tests.adapters.slack.support.world import Fault, World

pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning"
)  # slack_sdk's own

OTHER = "T0TWO"
CLIPPING = "Clipping bounds the norm of each step, so that one bad batch cannot ruin weeks of training."


@dataclass
class Site:
    """The app served over HTTP, and a browser."""

    driver: SlackDriver
    many: ManyWorkspaces
    running: Door
    browser: aiohttp.ClientSession
    page: str = ""

    async def begin(self) -> tuple[str, str]:
        """Open the page to install by; the state in its link, and the cookie that was set."""
        async with self.browser.get(f"{self.running.url}slack/install") as page:
            assert page.status == 200
            html = await page.text()
            cookie = page.headers["Set-Cookie"].partition(";")[0]
        link = html.partition('href="https://slack.com')[2].partition('"')[0].replace("&amp;", "&")
        return parse_qs(urlsplit(link).query)["state"][0], cookie

    async def end(self, state: str, cookie: str, code: str, **more: str) -> int:
        """Come back from Slack with a code; the answer's status. ``page`` is what it shows."""
        url = f"{self.running.url}slack/oauth_redirect"
        headers = {"Cookie": cookie} if cookie else {}
        async with self.browser.get(
            url, params={"state": state, "code": code, **more}, headers=headers
        ) as page:
            self.page = await page.text()
            return page.status

    async def install(self, team: str, *, rotating: bool = False) -> str:
        """Install the app in a workspace; its token."""
        self.driver.world.codes[f"code-{team}"] = f"{team}~" if rotating else team
        state, cookie = await self.begin()
        assert await self.end(state, cookie, f"code-{team}") == 200
        token = await self.many.token(team)
        assert token is not None
        return token


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with installed_app(tmp_path) as (driver, many):
        running = Door(build_app(driver.client.app, oauth_flow(many, "https://study.example.org")))
        await running.open("127.0.0.1", 0)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            yield Site(driver, many, running, browser)
        await running.stop()


async def test_a_workspace_installs_the_app_and_uses_it(site: Site) -> None:
    assert await site.many.token(TEAM) is None
    await site.install(TEAM)
    site.driver.world.channels[(TEAM, "C0STUDY")].bot_in = False
    await site.driver.set_up()
    assert "Monday's question" in words(site.driver.question()), "the public channel was joined"


async def test_a_workspace_of_an_organisation_installs_uses_and_leaves_like_any_other(site: Site) -> None:
    driver = site.driver
    driver.world.organisations[TEAM] = "E0ORG"
    token = await site.install(TEAM)
    driver.world.channels[(TEAM, "C0STUDY")].bot_in = False
    await driver.set_up()
    assert "Monday's question" in words(driver.question())
    driver.world.tokens[token].alive = False
    await driver.event({"type": "app_uninstalled"})
    assert await site.many.token(TEAM) is None


async def test_a_forged_a_used_and_another_browsers_state_are_refused(site: Site) -> None:
    site.driver.world.codes |= {"one": TEAM, "two": TEAM}
    state, cookie = await site.begin()
    assert await site.end("forged", cookie, "one") >= 400
    assert await site.end("forged", "slack-app-oauth-state=forged", "one") >= 400
    assert await site.end(state, "", "one") >= 400
    assert await site.many.token(TEAM) is None
    assert await site.end(state, cookie, "one") == 200
    assert await site.end(state, cookie, "two") >= 400, "a state is used once"


NOT_SLACKS = (
    ("application/json", "[" * 100_000),
    ("application/json", "[]"),
    ("application/json", "{"),
    ("application/json", '{"authorizations":{"a":1}}'),
    ("application/x-www-form-urlencoded", urlencode({"payload": '{"a":' * 40_000})),
    ("application/x-www-form-urlencoded", "payload=1"),
    ("application/x-www-form-urlencoded", "payload=%00"),
)
ODD = (
    "",
    "state=a&state=b&code=c&code=d",
    "error=%3Cscript%3E&state=a",
    "code[]=x&state[]=y",
    f"state={'x' * 5000}&code=%00",
    "state=%ED%A0%80&code=a",
)


async def test_what_slack_never_sends_is_refused_without_a_word_in_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for kind, body in NOT_SLACKS:
        url, headers = f"{site.running.url}slack/events", {"Content-Type": kind}
        async with site.browser.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400, body[:40]
    assert caplog.text == ""


async def test_a_page_to_install_by_that_is_asked_for_oddly_installs_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for query, cookie in product(ODD, ("", "slack-app-oauth-state=a", "=;;\"'")):
        url, headers = f"{site.running.url}slack/oauth_redirect?{query}", {"Cookie": cookie}
        async with site.browser.get(url, headers=headers) as answer:
            assert answer.status < 500
            page = await answer.text()
            assert "<script" not in page
            assert "is not installed" in page
    assert not any(record.exc_info for record in caplog.records)
    assert await site.many.token(TEAM) is None


async def test_a_flood_of_beginnings_is_kept_from_the_database(site: Site) -> None:
    url = f"{site.running.url}slack/install"
    for _ in range(MOST_BEGINNINGS):
        await site.begin()
    async with site.browser.get(url) as page:
        assert (page.status, page.headers["Retry-After"]) == (429, "60")
    count = sql("SELECT count(*) FROM beginnings")
    assert await site.driver.app.database.read(lambda tx: tx.scalar(count)) == MOST_BEGINNINGS


async def test_the_pages_that_end_an_installation_say_what_to_do_next(site: Site) -> None:
    await site.install(TEAM)
    assert "/study group setup" in site.page
    assert "/invite @Studyhall" in site.page
    state, cookie = await site.begin()
    assert await site.end(state, cookie, "", error="access_denied") == 200
    assert "cancelled" in site.page
    assert await site.end("forged<b>", cookie, "one") >= 400
    assert 'href="/slack/install"' in site.page
    assert "<b>" not in site.page.partition("</h1>")[2]


async def test_a_workspace_without_the_app_is_answered_nothing_of_the_others(site: Site) -> None:
    await site.install(TEAM)
    await site.driver.send(site.driver.typed("U0OLGA", "help", team=OTHER), command=True)
    await site.driver.client.settled()
    (only,) = site.driver.world.seen_by(OTHER, "U0OLGA")
    assert "not installed in this Slack workspace" in only.payload["text"]


async def test_two_installations_side_by_side_never_see_each_others_data_or_tokens(site: Site) -> None:
    one, two = await site.install(TEAM), await site.install(OTHER)
    assert one != two
    driver = site.driver
    await driver.set_up()
    await driver.at(OTHER).set_up()
    await driver.answer("U0ADA", CLIPPING)
    await driver.tick(days=1)
    await driver.tick(days=1)
    assert any(CLIPPING in words(m) for m in driver.world.in_channel(TEAM)), "it was revealed at home"
    theirs = [m for m in driver.world.messages if m.team == OTHER]
    assert theirs
    assert not any(CLIPPING in str(m.payload) for m in theirs)
    record = await driver.say("U0ADA", "my record", team=OTHER)
    assert "Answers you gave:  0" in words(record)
    at_home = await driver.say("U0ADA", "my record")
    assert "Answers you gave:  1" in words(at_home)
    posts = [given["token_used"] for method, given in driver.world.calls if method == "chat.postMessage"]
    assert set(posts) == {one, two}
    with pytest.raises(NoAccessError):
        await driver.slack.platform.post(Place("slack", "T0NOWHERE", "C0STUDY"), Card("Nowhere"), "k")


async def test_leaving_forgets_the_tokens_and_coming_back_goes_on(site: Site) -> None:
    token = await site.install(TEAM)
    driver = site.driver
    await driver.set_up()
    driver.world.tokens[token].alive = False
    for retry in range(3):
        await driver.event({"type": "app_uninstalled"}, retry=retry)
    assert await site.many.token(TEAM) is None
    count = sql("select count(*) from installations")
    assert await driver.app.database.read(lambda tx: tx.scalar(count)) == 0
    await driver.tick(days=1)
    await site.install(TEAM)
    await driver.tick(hours=2)
    await driver.tick(hours=2)
    heads = [words(m).split("\n")[0] for m in driver.world.in_channel(TEAM)]
    assert heads.count("Tuesday's question") == 1


async def test_a_notice_of_leaving_that_comes_late_does_not_end_a_new_installation(site: Site) -> None:
    await site.install(TEAM)
    await site.driver.event({"type": "app_uninstalled"}, retry=2)
    assert await site.many.token(TEAM) is not None


async def test_a_token_of_somebodys_own_takes_the_place_of_no_workspaces(site: Site) -> None:
    token = await site.install(TEAM)
    site.driver.world.codes["own"] = f"{TEAM}@"
    assert await site.end(*await site.begin(), "own") == 200
    assert await site.many.token(TEAM) == token


async def test_revoked_bot_tokens_are_forgotten(site: Site) -> None:
    token = await site.install(TEAM)
    site.driver.world.tokens[token].alive = False
    await site.driver.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}})
    assert await site.many.token(TEAM) is None


async def test_a_revoked_token_that_names_nobody_leaves_the_workspaces(site: Site) -> None:
    token = await site.install(TEAM)
    await site.driver.event({"type": "tokens_revoked", "tokens": {"oauth": [""], "bot": []}})
    assert await site.many.token(TEAM) == token


async def test_a_token_is_renewed_before_it_expires_also_for_what_is_posted_unasked(site: Site) -> None:
    driver = site.driver
    first = await site.install(TEAM, rotating=True)
    await expire_soon(site)
    posted = await driver.slack.platform.post(Place("slack", TEAM, "C0STUDY"), Card("Unasked"), "k1")
    assert posted.message
    second = await site.many.token(TEAM)
    assert second is not None
    assert second != first
    used = [given["token_used"] for method, given in driver.world.calls if method == "chat.postMessage"]
    assert used == [second]


async def test_an_installations_token_lives_by_our_clock_not_the_machines(site: Site) -> None:
    first = await site.install(TEAM, rotating=True)
    site.driver.world.move(timedelta(hours=9, minutes=59))
    assert await site.many.token(TEAM) == first
    site.driver.world.move(timedelta(minutes=2))
    second = await site.many.token(TEAM)
    assert second != first
    site.driver.world.move(timedelta(hours=9, minutes=59))
    assert await site.many.token(TEAM) == second


async def test_a_renewal_that_fails_keeps_the_old_token_while_it_lives(site: Site) -> None:
    first = await site.install(TEAM, rotating=True)
    await expire_soon(site)
    site.driver.world.faults.append(Fault("oauth.v2.access", "before"))
    assert await site.many.token(TEAM) == first


async def test_an_expired_token_that_cannot_be_renewed_puts_the_message_off(site: Site) -> None:
    await site.install(TEAM, rotating=True)
    await expire_soon(site, seconds=-60)
    site.driver.world.faults.append(Fault("oauth.v2.access", "before"))
    with pytest.raises(NotSentError):
        await site.many.token(TEAM)
    assert await site.many.token(TEAM) is not None


async def expire_soon(site: Site, seconds: float = 600) -> None:
    bot = await site.many.store.find_bot(TEAM)
    assert bot is not None
    bot.bot_token_expires_at = int(site.driver.world.now.timestamp() + seconds)
    await site.many.store.async_save_bot(bot)


async def test_tokens_are_kept_renewed_and_forgotten_on_both_databases(database: Database) -> None:
    world = World(NOON)
    world.workspace(TEAM)
    async with serving(world) as fake:
        many = ManyWorkspaces(
            StoredInstallations(database, lambda: world.now),
            client_id="client",
            client_secret="client-secret",
            clock=lambda: world.now,
            base_url=f"{fake.url}api/",
        )
        world.refreshes["xoxe-1"] = TEAM
        await many.store.async_save_bot(
            Bot(
                app_id="A0APP",
                team_id=TEAM,
                bot_token=f"xoxb-{TEAM}-1",
                bot_id="B0BOT",
                bot_user_id="U0BOT",
                bot_refresh_token="xoxe-1",
                bot_token_expires_at=int(world.now.timestamp() + 600),
                installed_at=world.now.timestamp(),
            )
        )
        both = await asyncio.gather(many.token(TEAM), many.token(TEAM))
        assert len(set(both)) == 1, "a renewal's token works once: who comes second waits for the first"
        assert both[0] != f"xoxb-{TEAM}-1"
        state = await many.states.async_issue()
        assert await many.states.async_consume(state)
        assert not await many.states.async_consume(state), "a state is used once"
        late = await many.states.async_issue()
        world.move(timedelta(minutes=10))
        assert not await many.states.async_consume(late), "and within ten minutes"
        world.tokens[str(both[0])].alive = False
        await many.left(TEAM)
        assert await many.token(TEAM) is None
