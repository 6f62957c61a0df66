"""Taking one's data along, and deleting it. Neither makes a member of the one who asks.

Anyone may, since it is about the data of whoever asks and of nobody else: somebody who is in no group any more has it all
the same. Each handler begins with the person behind the asking account, and looks no further.
"""

import json

from sqlalchemy import func, select

from bot.access.who import ANYONE
from bot.chat.cards import Private, Reply, Slot, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, votes
from bot.features.privacy import cards
from bot.features.privacy.actions import ExportMine, ForgetMe
from bot.features.quiz.tables import responses
from bot.membership.personal_data.subjects import (
    DataSubject,
    data_subject,
    export_all,
    forget_all,
    person_behind,
)
from bot.membership.tables import groups, members
from bot.services import RequestTransaction

SLOT = Slot("my-data")

_MEMBERSHIPS = Statement(
    select(members, groups.c.name.label("group_name"))
    .join(groups, groups.c.id == members.c.group_id)
    .where(any_of(members.c.id, "mine"), members.c.canonical_id.is_(None))
    .order_by(members.c.id)
)
_ORGANISERS = Statement(
    select(members.c.id, members.c.group_id).where(
        any_of(members.c.group_id, "groups"),
        members.c.organiser,
        members.c.left_at.is_(None),
        members.c.canonical_id.is_(None),
    )
)
_HELD = Statement(
    select(
        select(func.count())
        .where(any_of(answers.c.member_id, "mine"), answers.c.text != "")
        .scalar_subquery()
        .label("answers"),
        select(func.count())
        .where(any_of(votes.c.member_id, "mine"), votes.c.note != "")
        .scalar_subquery()
        .label("lines"),
        select(func.count())
        .where(any_of(responses.c.person_id, "people"), responses.c.sealed)
        .scalar_subquery()
        .label("quizzed"),
    )
)


async def _export(tx: RequestTransaction, _about: Options | ExportMine) -> Reply:
    """Send everything about the one who asks, privately."""
    slot = Slot("my-export")
    person_id = await person_behind(tx, tx.request.who)
    if person_id is None:
        return Private(cards.nothing_card(), slot)
    subject = await data_subject(tx, person_id)
    found = await export_all(tx, tx.services.personal_data, subject, tx.request.at)
    return Private(cards.export_card(json.dumps(found, ensure_ascii=False, indent=2).encode()), slot)


async def _ask(tx: RequestTransaction, _options: Options) -> Reply:
    """Say what goes and what stays, and ask once more."""
    person_id = await person_behind(tx, tx.request.who)
    if person_id is None:
        return Private(cards.nothing_card(), SLOT)
    return Private(cards.ask_card(person_id, await _held(tx, await data_subject(tx, person_id))), SLOT)


async def _held(tx: Transaction, subject: DataSubject) -> cards.Held:
    memberships = (await tx.execute(_MEMBERSHIPS, mine=subject.members)).all()
    counts = (await tx.execute(_HELD, mine=subject.members, people=subject.people)).one()
    return cards.Held(
        tuple(row.group_name for row in memberships),
        counts.answers,
        counts.lines,
        counts.quizzed,
        await _organised_alone(tx, memberships),
        any(row.barred_at is not None for row in memberships),
    )


async def _organised_alone(tx: Transaction, memberships: list[Row]) -> tuple[str, ...]:
    """The names of the groups that nobody organises but these members."""
    organised = {row.group_id: row.group_name for row in memberships if row.organiser and row.left_at is None}
    if not organised:
        return ()
    mine = {row.id for row in memberships}
    found = await tx.execute(_ORGANISERS, groups=sorted(organised))
    shared = {row.group_id for row in found if row.id not in mine}
    return tuple(name for group_id, name in organised.items() if group_id not in shared)


async def _forget(tx: RequestTransaction, action: ForgetMe) -> Reply:
    """Delete, or keep. A second press, and one by anybody else, finds nothing to do."""
    person_id = await person_behind(tx, tx.request.who)
    if person_id is None:
        return Update(cards.nothing_card(), SLOT)
    if person_id != action.person_id:
        return Update(cards.old_button_card(), SLOT)
    if not action.sure:
        return Update(cards.kept_card(), SLOT)
    await forget_all(tx, tx.services.personal_data, await data_subject(tx, person_id), tx.request.at)
    tx.wake_after_commit()
    # No new face for what was pressed: where that is a private message, it is deleted with the others.
    return Private(cards.deleted_card(), SLOT)


COMMANDS = (
    Command(
        ("my", "export"),
        "Everything that is kept about you, as a file",
        _export,
        who=ANYONE,
        reads=True,
        help="A JSON file, privately: your accounts, settings, answers, votes, quizzes, points. Nothing about others.",
        example="/my export",
        also=("download", "data", "backup"),
    ),
    Command(
        ("my", "delete"),
        "Delete everything about you; you are asked to confirm",
        _ask,
        who=ANYONE,
        reads=True,
        help="First shows what goes and what stays. It applies to all your groups and cannot be undone.",
        example="/my delete",
        also=("erase", "forget me", "privacy"),
    ),
)

ROUTES = (
    Route(ExportMine, _export, ANYONE, reads=True),
    Route(ForgetMe, _forget, ANYONE),
)
