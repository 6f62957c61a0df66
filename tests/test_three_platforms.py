"""One group on Discord, on Slack and in the local room: one round, one reveal, one board, and a person with two accounts."""

import re
from collections.abc import AsyncIterator

import pytest
from simcord import Env, InteractionResult

from adapters.discord.client import StudyhallClient
from adapters.discord.posting import DiscordPlatform
from adapters.slack.app import Slack
from bot.app.run import open_app
from bot.chat.cards import Private
from bot.chat.factory import Timing
from bot.database.facts import Facts
from bot.features.acts.tables import acts
from bot.features.daily.tables import answers, rounds, votes
from bot.membership.tables import groups, identities, members
from tests.adapters.discord.support.driver import MONDAY, DiscordDriver
from tests.adapters.slack.support.driver import SECRET, TEAM, SlackDriver, Timer, Tokens
from tests.adapters.slack.support.driver import words as slack_words
from tests.adapters.slack.support.fake import serving
from tests.adapters.slack.support.world import World
from tests.features.daily.acting import vote_all
from tests.features.privacy.private_life import drift
from tests.support.driver import ORGANISER, read_bank
from tests.support.local_driver import LocalDriver, card_of, words

pytestmark = pytest.mark.slow


class Three(DiscordDriver):
    """The Discord server with the other two beside it, in one app and on one clock."""

    def __init__(self, url: str, slack_url: str, world: World) -> None:
        super().__init__(url)
        self.local = LocalDriver(url)
        self.local.clock = self.clock  # type: ignore[assignment]  # Discord's time is everyone's
        self.timer = Timer()
        timing = Timing(self.clock, self.timer, self.timer.sleep)
        self.slack = Slack(Tokens(world), timing, f"{slack_url}api/")
        self.slack_driver: SlackDriver

    async def open(self) -> None:
        self.client = StudyhallClient(self.clock, shard_count=1)
        self.platform = DiscordPlatform(self.client, self.clock)

        self.app = await open_app(
            self.settings,
            clock=self.clock,
            steady=lambda: self.clock().timestamp(),
            wrap=self.local.wrap,
            bank=read_bank(),
            platforms=(self.platform, self.slack.platform),
        )
        self.local.app = self.app
        self.client.serve(self.app.dispatcher, Facts(self.app.database, self.clock))

    async def pass_time(self, **later: float) -> None:
        await self.slack_driver.pass_time(**later)
        await super().pass_time(**later)


@pytest.fixture
async def unconnected(sqlite_url: str) -> AsyncIterator[Three]:
    """The app with its platforms, before Discord is connected."""
    world = World(MONDAY)
    world.workspace(TEAM)
    async with serving(world) as fake:
        made = Three(sqlite_url, fake.url, world)
        await made.open()
        client = made.slack.connect(made.app.dispatcher, signing_secret=SECRET)
        made.slack_driver = SlackDriver(world, fake, made.app, made.slack, client, made.timer)
        yield made
        await made.slack.close()
        await made.app.stop()


@pytest.fixture
def simcord_bot(unconnected: Three) -> StudyhallClient:
    """The client, for the simulation to connect."""
    return unconnected.client


@pytest.fixture
async def three(unconnected: Three, simcord_env: Env) -> Three:
    """All three, on Monday at nine."""
    await unconnected.enter(simcord_env)
    return unconnected


def code_in(said: str) -> str:
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", said)
    assert found, said
    return found[0]


def first_lines(three: Three) -> tuple[list[str], list[str], list[str]]:
    """The titles that stand in the three channels."""
    there = [slack_words(m).split("\n")[0] for m in three.slack_driver.world.in_channel(TEAM)]
    return three.titles(), there, [c.title for c in three.local.channel()]


async def connect(three: Three) -> None:
    """Join the Slack channel and the room to the group on Discord."""
    code = code_in(three.words(await three.command(ORGANISER, "group connect")))
    shown = await three.slack_driver.say("U0OLGA", f"group connect code:{code}")
    assert slack_words(shown).startswith("Connected")
    code = code_in(three.words(await three.command(ORGANISER, "group connect")))
    reply = await three.local.command(ORGANISER, "group connect", code=code)
    assert card_of(reply).title == "Connected"
    await three.tick()


async def everyone_answers(three: Three) -> None:
    for name in ("ada", "ben"):
        await three.answer(name, f"What {name} on Discord would say of it.")
    for user in ("U0ADA", "U0BEN"):
        (question,) = [
            m
            for m in three.slack_driver.world.in_channel(TEAM)
            if "question" in slack_words(m).split("\n")[0]
        ]
        await three.slack_driver.press(user, question, "Answer")
        await three.slack_driver.fill(user, answer=f"What {user} on Slack would say of it.")
    await three.local.answer("mira", "What mira in the room would say of it.")


async def everyone_votes(three: Three) -> set[str]:
    """Everyone reads all there is and finds it helpful; what somebody on Slack read."""
    for name in ("ada", "ben"):
        page = await three.command(name, "vote")
        while "It helped me" in three.labels(page):
            page = await three.press(name, page, "It helped me")
        assert "ballot finished" in three.title(page)
    read = set()
    for user in ("U0ADA", "U0BEN"):
        shown = await three.slack_driver.say(user, "vote")
        while "It helped me" in str(shown and shown.blocks):
            read |= set(re.findall(r"What \w+ (on Discord|on Slack|in the room)", slack_words(shown)))
            shown = await three.slack_driver.press(user, shown, "It helped me")
        assert "ballot finished" in slack_words(shown)
    await vote_all(three.local, "mira", ["What"])
    return read


async def test_one_round_runs_on_three_platforms_and_a_person_links_two_accounts(three: Three) -> None:
    await three.set_up()
    await connect(three)
    assert first_lines(three)[0] == first_lines(three)[1] == first_lines(three)[2]
    assert len(first_lines(three)[0]) == 1
    await everyone_answers(three)
    assert (len(await three.rows(groups)), len(await three.rows(rounds))) == (1, 1)
    assert len(await three.rows(answers)) == 5

    await three.tick(days=1)
    assert await everyone_votes(three) == {"on Discord", "on Slack", "in the room"}
    assert len(await three.rows(votes)) == 5 * 4
    await three.tick(days=1)
    await three.tick()
    for titles in first_lines(three):
        assert sum("Monday's reveal" in title for title in titles) == 1, titles
    reveals = (
        three.words(three.standing("Monday's reveal")),
        next(
            slack_words(m)
            for m in three.slack_driver.world.in_channel(TEAM)
            if "Monday's reveal" in slack_words(m)
        ),
        words(next(c for c in three.local.channel() if c.title == "Monday's reveal")),
    )
    assert all("5 people took part" in said for said in reveals), reveals
    assert not await drift(three.local)
    in_the_room = await three.local.command("mira", "my home")
    assert isinstance(in_the_room, Private)
    heard = (
        *(three.words(each.message) for each in (await three.command("ada", "my home")).followups),
        slack_words(await three.slack_driver.say("U0ADA", "my home")),
        *(words(each) for each in in_the_room.also),
    )
    assert len(heard) == 3
    for said in heard:
        assert "Monday's answer helped 4 of 4 readers." in said, said
    boards = (
        three.words(await three.command("ada", "leaderboard", period="all")),
        slack_words(await three.slack_driver.say("U0ADA", "leaderboard period:all")),
        words(await three.local.command("mira", "leaderboard", period="all")),
    )
    for board in boards:
        assert "you have 19, rank 1" in board, board

    await link(three)
    people = {(r.platform, r.user): r.person_id for r in await three.rows(identities)}
    mine = ("discord", str(three.person("ada").id))
    assert people[mine] == people[("slack", "U0ADA")]
    kept = [m for m in await three.rows(members) if m.person_id == people[mine] and m.canonical_id is None]
    assert len(kept) == 1
    assert not await drift(three.local)
    joined = (
        three.words(await three.command("ada", "leaderboard", period="all")),
        slack_words(await three.slack_driver.say("U0ADA", "leaderboard period:all")),
    )
    # Both accounts had answered and voted alike: that counts once.
    assert all("you have 19, rank 1" in board for board in joined), joined


async def withdrawn(three: Three) -> InteractionResult:
    """The organiser on Discord withdraws the question; the card that confirms it."""
    asked = await three.press(ORGANISER, await three.command(ORGANISER, "round manage"), "Withdraw")
    return await three.press(ORGANISER, asked, "Withdraw it")


async def test_what_is_done_on_one_platform_is_undone_there_and_on_another(three: Three) -> None:
    await three.set_up()
    await connect(three)
    assert three.title(await three.press(ORGANISER, await withdrawn(three), "Undo")) == "Undone"
    await withdrawn(three)
    listed = await three.command(ORGANISER, "group log")
    there = await three.slack_driver.say("U0OLGA", "group log")
    for said in (three.words(listed), slack_words(there)):
        assert "Withdrew Monday's question" in said
        assert "Undid: withdrew Monday's question" in said
    newest = max(row.id for row in await three.rows(acts))
    undone = await three.slack_driver.press("U0OLGA", there, "Undo ...", str(newest))
    assert "Monday's question runs again" in slack_words(undone)
    assert "It was undone already" in three.words(await three.choose(ORGANISER, listed, str(newest)))
    assert [row.state for row in await three.rows(rounds)] == ["open"]


async def link(three: Three) -> None:
    """Ada's account on Discord makes the code; both of hers say yes."""
    code = code_in(three.words(await three.command("ada", "my link")))
    asked = await three.slack_driver.say("U0ADA", f"my link code:{code}")
    assert "Discord: " in slack_words(asked)
    await three.slack_driver.press("U0ADA", asked, "Join the accounts")
    await three.tick()
    told = three.private("ada")[-1]
    (yes,) = [b for b in three.buttons(told) if b["label"] == "Join the accounts"]
    done = await three.user("ada").click(told, custom_id=yes["custom_id"])
    assert "now" in three.words(done)
