"""Taking one's data along, and deleting it. Neither makes a member of the one who asks."""

import json
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Private, Reply, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request
from bot.groups import privacy_cards as cards
from bot.groups.actions import ExportMine, ForgetMe
from bot.groups.house import House
from bot.groups.privacy import Whose, export_all, forget_all, person_behind, whose_is
from bot.groups.store import organisers_of_group
from bot.store.tables import answers, groups, members, responses, votes

SLOT = "my-data"


async def export(house: House, request: Request, _options: Options) -> Reply:
    """Send everything about the one who asks, privately."""
    return await _export(house, request)


async def press_export(house: House, request: Request, _action: ExportMine) -> Reply:
    """The same, from the button before deleting."""
    return await _export(house, request)


async def _export(house: House, request: Request) -> Reply:
    async def read(conn: AsyncConnection) -> Card:
        person_id = await person_behind(conn, request.who)
        if person_id is None:
            return cards.nothing_card()
        whose = await whose_is(conn, person_id)
        found = await export_all(conn, house.keepers, whose, request.at)
        return cards.export_card(json.dumps(found, ensure_ascii=False, indent=2).encode())

    return Private(await house.database.read(read), "my-export")


async def ask(house: House, request: Request, _options: Options) -> Reply:
    """Say what goes and what stays, and ask once more."""

    async def read(conn: AsyncConnection) -> Card:
        person_id = await person_behind(conn, request.who)
        if person_id is None:
            return cards.nothing_card()
        return cards.ask_card(person_id, await _held(conn, await whose_is(conn, person_id)))

    return Private(await house.database.read(read), SLOT)


async def _held(conn: AsyncConnection, whose: Whose) -> cards.Held:
    mine = members.c.id.in_(whose.members)
    rows = await conn.execute(
        select(members, groups.c.name.label("group_name"))
        .join(groups, groups.c.id == members.c.group_id)
        .where(mine, members.c.canonical_id.is_(None))
        .order_by(members.c.id)
    )
    memberships = list(rows)
    alone: list[str] = []
    for row in memberships:
        organisers = {m.id for m in await organisers_of_group(conn, row.group_id)}
        if organisers and organisers <= set(whose.members):
            alone.append(row.group_name)
    counts = [
        select(func.count()).where(answers.c.member_id.in_(whose.members), answers.c.text != ""),
        select(func.count()).where(votes.c.member_id.in_(whose.members), votes.c.note != ""),
        select(func.count()).where(responses.c.person_id.in_(whose.people), responses.c.sealed),
    ]
    given, lines, quizzed = [int((await conn.execute(query)).scalar_one()) for query in counts]
    names = tuple(row.group_name for row in memberships)
    barred = any(row.barred_at is not None for row in memberships)
    return cards.Held(names, given, lines, quizzed, tuple(alone), barred)


async def press_forget(house: House, request: Request, action: ForgetMe) -> Reply:
    """Delete, or keep. A second press, and one by anybody else, finds nothing to do."""

    async def work(conn: AsyncConnection) -> Card:
        person_id = await person_behind(conn, request.who)
        if person_id is None:
            return cards.nothing_card()
        if person_id != action.person_id:
            return cards.old_button_card()
        if not action.sure:
            return cards.kept_card()
        await forget_all(conn, house.keepers, await whose_is(conn, person_id), request.at)
        return cards.deleted_card()

    card = await house.database.write(work)
    house.wake()
    return Update(card, SLOT)


def commands(house: House) -> tuple[Command, ...]:
    """`/my export` and `/my delete`."""
    return (
        Command(
            ("my", "export"),
            "Everything that is kept about you, as a file",
            partial(export, house),
            help="A JSON file, privately: your accounts, settings, answers, votes, quizzes, points. Nothing of others.",
            example="/my export",
        ),
        Command(
            ("my", "delete"),
            "Delete everything about you; you are asked once",
            partial(ask, house),
            help="Says what goes and what stays. It counts for all your groups and cannot be undone.",
            example="/my delete",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """The buttons of both."""
    return (Route(ExportMine, partial(press_export, house)), Route(ForgetMe, partial(press_forget, house)))
