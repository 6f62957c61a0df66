"""Scenes that several tests of the daily round begin with, and what they look at."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.cards import Card, Reply, Verbatim
from bot.features.group_settings.actions import Assign
from bot.membership.tables import members
from tests.features.daily.acting import crowd, rounds_of, vote_all
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver

FOUR = ("ada", "ben", "chi", "dee")
SEVEN = (*FOUR, "eve", "fay", "gus")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def four_answered(v: LocalDriver) -> None:
    """A group in which four members have answered Monday's question, which is still open."""
    await v.set_up()
    for user in FOUR:
        await v.answer(user, f"{user}: what I would say.")


async def ballot_of(v: LocalDriver, users: tuple[str, ...]) -> None:
    """A group in which these members have answered Monday's question, on Tuesday at nine."""
    await v.set_up()
    await crowd(v, 1, users)
    await v.tick(days=1)


async def compare(v: LocalDriver, user: str, page: Reply) -> Reply:
    """Choose the first of a pair."""
    return await v.press(user, page, "A helped me more")


async def revealed(
    v: LocalDriver,
    consents: Mapping[str, str],
    helped: Mapping[str, tuple[str, ...]] | None = None,
    tone: str = "friendly",
) -> Card:
    """Live a round: who answers with which consent, and whose answers help which voter; the reveal in the channel."""
    await v.set_up(tone)
    for user, consent in consents.items():
        await v.answer(user, f"{user}: what I would say.", consent=consent)
    await v.tick(days=1)
    for voter, marks in (helped or {}).items():
        await vote_all(v, voter, marks)
    await v.tick(days=1)
    found = [c for c in v.channel() if c.title == "Monday's reveal"]
    assert len(found) == 1
    return found[0]


def captions(card: Card) -> list[str]:
    """Our own words above what is quoted."""
    over = [b.caption for b in card.blocks if isinstance(b, Verbatim)]
    return ["".join(p for p in c.parts if isinstance(p, str)) if c else "" for c in over]


async def points_of(v: LocalDriver) -> dict[str, dict[str, int]]:
    """What the ledger holds, by member and reason; what was taken back is taken off."""
    names = {r.id: r.name.lower() for r in await v.rows(members)}
    found: dict[str, dict[str, int]] = {}
    reasons = {r.id: r.reason for r in await v.points()}
    for row in await v.points():
        mine = found.setdefault(names[row.member_id], {})
        reason = reasons.get(row.reverses, row.reason)
        mine[reason] = mine.get(reason, 0) + row.points
    return {user: {k: p for k, p in mine.items() if p} for user, mine in found.items() if any(mine.values())}


def titles(v: LocalDriver) -> list[str]:
    """The titles of what stands in the channel, oldest first."""
    return [card.title for card in v.channel()]


async def running(v: LocalDriver, path: str, label: str) -> Reply:
    """An organiser's command with its one question answered, and what follows from it."""
    done = await v.press(ORGANISER, await v.command(ORGANISER, f"round {path}"), label)
    await v.tick()
    return done


async def states(v: LocalDriver) -> list[str]:
    """The states of all rounds, oldest first."""
    return [r.state for r in await rounds_of(v)]


async def setting(v: LocalDriver, what: str, *values: str) -> Reply:
    """Change one setting of the running group."""
    return await v.act(ORGANISER, Assign(1, what), *values)


def berlin(at: datetime) -> str:
    """An instant as Berlin says it: "Tue 09:00"."""
    return f"{at.astimezone(BERLIN):%a %H:%M}"
