"""Taking one's data along, and deleting it. Neither makes a member of the one who asks."""

import json
from functools import partial

from sqlalchemy import func, select

from bot.chat.cards import Card, Private, Reply, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request
from bot.groups import privacy_cards as cards
from bot.groups.actions import ExportMine, ForgetMe
from bot.groups.privacy import Whose, export_all, forget_all, person_behind, whose_is
from bot.groups.services import Services
from bot.groups.store import organisers_of_group
from bot.store.tables import answers, groups, members, responses, votes
from bot.store.transaction import Transaction

SLOT = "my-data"


async def export(services: Services, request: Request, _options: Options) -> Reply:
    """Send everything about the one who asks, privately."""
    return await _export(services, request)


async def press_export(services: Services, request: Request, _action: ExportMine) -> Reply:
    """The same, from the button before deleting."""
    return await _export(services, request)


async def _export(services: Services, request: Request) -> Reply:
    async def read(tx: Transaction) -> Card:
        person_id = await person_behind(tx, request.who)
        if person_id is None:
            return cards.nothing_card()
        whose = await whose_is(tx, person_id)
        found = await export_all(tx, services.keepers, whose, request.at)
        return cards.export_card(json.dumps(found, ensure_ascii=False, indent=2).encode())

    return Private(await services.database.read(read), "my-export")


async def ask(services: Services, request: Request, _options: Options) -> Reply:
    """Say what goes and what stays, and ask once more."""

    async def read(tx: Transaction) -> Card:
        person_id = await person_behind(tx, request.who)
        if person_id is None:
            return cards.nothing_card()
        return cards.ask_card(person_id, await _held(tx, await whose_is(tx, person_id)))

    return Private(await services.database.read(read), SLOT)


async def _held(tx: Transaction, whose: Whose) -> cards.Held:
    mine = members.c.id.in_(whose.members)
    rows = await tx.execute(
        select(members, groups.c.name.label("group_name"))
        .join(groups, groups.c.id == members.c.group_id)
        .where(mine, members.c.canonical_id.is_(None))
        .order_by(members.c.id)
    )
    memberships = list(rows)
    alone: list[str] = []
    for row in memberships:
        organisers = {m.id for m in await organisers_of_group(tx, row.group_id)}
        if organisers and organisers <= set(whose.members):
            alone.append(row.group_name)
    counts = [
        select(func.count()).where(answers.c.member_id.in_(whose.members), answers.c.text != ""),
        select(func.count()).where(votes.c.member_id.in_(whose.members), votes.c.note != ""),
        select(func.count()).where(responses.c.person_id.in_(whose.people), responses.c.sealed),
    ]
    given, lines, quizzed = [int((await tx.execute(query)).scalar_one()) for query in counts]
    names = tuple(row.group_name for row in memberships)
    barred = any(row.barred_at is not None for row in memberships)
    return cards.Held(names, given, lines, quizzed, tuple(alone), barred)


async def press_forget(services: Services, request: Request, action: ForgetMe) -> Reply:
    """Delete, or keep. A second press, and one by anybody else, finds nothing to do."""

    async def work(tx: Transaction) -> Card:
        person_id = await person_behind(tx, request.who)
        if person_id is None:
            return cards.nothing_card()
        if person_id != action.person_id:
            return cards.old_button_card()
        if not action.sure:
            return cards.kept_card()
        await forget_all(tx, services.keepers, await whose_is(tx, person_id), request.at)
        return cards.deleted_card()

    card = await services.database.write(work)
    services.wake()
    return Update(card, SLOT)


def commands(services: Services) -> tuple[Command, ...]:
    """`/my export` and `/my delete`."""
    return (
        Command(
            ("my", "export"),
            "Everything that is kept about you, as a file",
            partial(export, services),
            help="A JSON file, privately: your accounts, settings, answers, votes, quizzes, points. Nothing of others.",
            example="/my export",
        ),
        Command(
            ("my", "delete"),
            "Delete everything about you; you are asked once",
            partial(ask, services),
            help="Says what goes and what stays. It counts for all your groups and cannot be undone.",
            example="/my delete",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons of both."""
    return (
        Route(ExportMine, partial(press_export, services)),
        Route(ForgetMe, partial(press_forget, services)),
    )
