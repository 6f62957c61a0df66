"""A demonstration: a group whose sample members, marked as such, answer and vote, so that one person can see a round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.chat.errors import OperatorError
from bot.chat.requests import Identity, Place
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.onboarding import begin_onboarding
from bot.features.daily.queries import change_round, load_round
from bot.features.daily.rounds import close_round, open_round
from bot.membership.calendar.schedule import next_slot
from bot.membership.joining import join
from bot.membership.model import Consent, GroupState, Naming, Tone
from bot.membership.queries import (
    attach_place,
    change_group,
    change_member,
    create_group,
    drop_empty_group,
    group_of_place,
    identities_of_members,
    load_group,
    places_of_group,
    weekday_bits,
)
from bot.membership.tables import groups
from bot.services import SampleAnswer, Services

NEWCOMER = "you"
"""The user that whoever opens the room for the first time is."""

WEEKDAYS = frozenset(range(5))
NINE = 9 * 60

_ANY_GROUP = Statement(select(groups.c.id).limit(1))


class DemoError(OperatorError):
    """The demonstration's file is not what it should be."""

    def __init__(self, said: str) -> None:
        super().__init__(said, "Correct it, or set STUDYHALL_DEMO=0.")


@dataclass(frozen=True, slots=True)
class Demo:
    """Sample members as (user, name), and their answers by item id in the order the questions are asked."""

    members: tuple[tuple[str, str], ...]
    answers: Mapping[str, tuple[SampleAnswer, ...]]


def load_demo(content: Path) -> Demo | None:
    """The demonstration in a bank's ``demo.yaml``; None where it has none. Raises DemoError where the file is not what it should be."""
    from bot.questions.yaml_core import parse_yaml  # a process without a demonstration reads no YAML

    file = content / "demo.yaml"
    if not file.is_file():
        return None
    try:
        read: Any = parse_yaml(file.read_bytes()).value
        members = tuple((str(m["user"]), str(m["name"])) for m in read["members"])
        answers = {q["item"]: tuple(_answer(a) for a in q["answers"]) for q in read["questions"]}
    except KeyError as error:
        raise DemoError(f"{file} is not a demonstration: {error} is missing.") from None
    except (OSError, TypeError, AttributeError, ValueError) as error:
        raise DemoError(f"{file} is not a demonstration: {error}.") from None
    users = [NEWCOMER, *(user for user, _ in members)]
    if len(set(users)) < len(users):
        raise DemoError(f"{file}: each member needs a user of their own, and “{NEWCOMER}” is taken.")
    return Demo(members, answers)


def _answer(read: Mapping[str, Any]) -> SampleAnswer:
    note = read.get("note") or {}
    return SampleAnswer(
        user=read["user"],
        text=read["text"],
        consent=Consent(read["consent"]).value,
        helped=frozenset(read.get("helped", ())),
        note_from=note.get("from", ""),
        note=note.get("text", ""),
    )


async def is_empty(tx: Transaction) -> bool:
    """Whether nobody has set up anything yet."""
    return await tx.scalar(_ANY_GROUP) is None


async def seed(
    tx: Transaction,
    services: Services,
    place: Place,
    newcomer: Identity,
    samples: Mapping[str, Identity],
    zone: str,
    now: datetime,
) -> bool:
    """Make the demonstration group in a place: one round in voting, one open, and the newcomer's first steps.

    False where the place has a group already (another process was faster).
    """
    if await group_of_place(tx, place) is not None:
        return False
    group_id = await create_group(
        tx,
        {
            "name": "Demo group",
            "zone": zone,
            "at_minute": NINE,
            "weekdays": weekday_bits(WEEKDAYS),
            "tone": Tone.FRIENDLY.value,
            "topics": [],
            "state": GroupState.ACTIVE.value,
            "created_at": now,
        },
    )
    await attach_place(tx, group_id, place, now)
    if not await places_of_group(tx, group_id):
        await drop_empty_group(tx, group_id)
        return False
    for who in samples.values():
        member, _ = await join(tx, group_id, who, now)
        await change_member(tx, member.id, sample=True, naming=Naming.NAMED.value)
    me, _ = await join(tx, group_id, newcomer, now)
    await change_member(tx, me.id, organiser=True)
    await _two_rounds(tx, services, group_id, now)
    ((identity_id, who),) = await identities_of_members(tx, frozenset({me.id}))
    await begin_onboarding(tx, me.id, identity_id, who, now)
    return True


async def _two_rounds(tx: Transaction, services: Services, group_id: int, now: datetime) -> None:
    group = await load_group(tx, group_id)
    today = now.astimezone(group.rhythm.tz).date()
    first = await open_round(tx, services, group, _question_day_before(today), 0, now)
    if first is not None:
        before = await load_round(tx, first)
        assert before is not None
        await change_round(tx, first, opened_at=now - timedelta(days=1))
        await close_round(tx, services, group, before, now)
    await open_round(tx, services, group, today, 0, now)
    await change_group(tx, group_id, last_date=today, next_at=next_slot(group.rhythm, today, now).at)


def _question_day_before(today: date) -> date:
    day = today - timedelta(days=1)
    while day.weekday() not in WEEKDAYS:
        day -= timedelta(days=1)
    return day
