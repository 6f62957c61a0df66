"""Who may: from what was asked to the group it is about, and to the member who asks.

    Route(Judge, judge, Who(Level.PARTICIPANT, of_round))

``load`` finds what an action is about, in one statement where it can: the group, the member whom this account is in it,
and whether the request comes from one of the group's places. What else it found waits in ``tx.subject``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.sql import Select

from bot.chat.access import Level
from bot.chat.dispatch import ORGANISERS_ONLY, UserError
from bot.chat.requests import Request
from bot.groups.choosing_cards import which_group_card
from bot.groups.entry import join
from bot.groups.model import Entry, Group, Member
from bot.groups.place_settings import holds_role
from bot.groups.services import RequestTransaction
from bot.groups.store import (
    change_member,
    chosen_group,
    group_of_place,
    groups_of_identity,
    load_member,
    read_group,
    read_member,
)
from bot.outbox.deliveries import DeliveryState
from bot.store.statements import Row, Statement
from bot.store.tables import deliveries, groups, identities, members, places

AWAY = timedelta(days=7)
"""Who did nothing for so long is welcomed back."""

SEEN_AGAIN = timedelta(minutes=1)
"""When somebody was last here is noted no more often than that."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked about: the group, who asks as its member (None: no member yet), whether they ask in its place.

    ``kept`` says that something waits for them that could not be told before. ``owners`` are the members whom a card
    belongs to. ``subject`` is what else was found.
    """

    group: Group
    member: Member | None
    meets_here: bool
    kept: bool = False
    owners: tuple[int, ...] = ()
    subject: Any = None


Load: TypeAlias = Callable[[RequestTransaction, Any], Awaitable[Found | None]]
"""From what was asked to what it is about; None where there is no such thing."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who may use a route or a command; ``load`` finds what it is about, and is not asked where anyone may."""

    level: Level
    load: Load | None = None

    async def admit(self, tx: RequestTransaction, about: object) -> None:
        """Check who asks, and keep what was found in ``tx.entry`` and ``tx.subject``.

        Raises:
            UserError: there is no such thing, or they may not.
        """
        if self.level is Level.ANYONE:
            return
        assert self.load is not None
        found = await self.load(tx, about)
        if found is None:
            raise UserError("This is gone", "`/question today` shows what is open now.")
        tx.subject = found.subject
        if self.level is Level.ORGANISER:
            await _admit_organiser(tx, found)
        elif self.level is Level.PARTICIPANT:
            await _admit_participant(tx, found)
        else:
            tx.entry = _present(found)
            if self.level is Level.OWNER and tx.entry.member.id not in found.owners:
                raise UserError("This card is somebody else's", "Your own cards are under `/my home`.")
        tx.kept = found.kept


ANYONE = Who(Level.ANYONE)


async def _admit_participant(tx: RequestTransaction, found: Found) -> None:
    if not tx.reads:
        tx.entry = await _take_part(tx, found)
    elif found.member is not None and found.member.left_at is None:
        tx.entry = _present(found)
    elif found.meets_here:
        tx.group = found.group
    else:
        raise not_a_member()


async def _take_part(tx: RequestTransaction, found: Found) -> Entry:
    request, member = tx.request, found.member
    if member is not None:
        _check_bar(member)
    if member is None or member.left_at is not None:
        if not found.meets_here:
            raise not_a_member()
        made, newcomer = await join(tx, found.group.id, request.who, request.at)
        _check_bar(made)
        return Entry(found.group, made, newcomer)
    was_away = request.at - member.seen_at >= AWAY
    name = request.who.name or member.name
    if request.at - member.seen_at > SEEN_AGAIN or name != member.name:
        await change_member(tx, member.id, seen_at=request.at, name=name)
        member = await load_member(tx, member.id)
    return Entry(found.group, member, newcomer=False, was_away=was_away)


def _present(found: Found) -> Entry:
    if found.member is not None:
        _check_bar(found.member)
    if found.member is None or found.member.left_at is not None:
        raise not_a_member()
    return Entry(found.group, found.member, newcomer=False)


async def _admit_organiser(tx: RequestTransaction, found: Found) -> None:
    member = found.member
    present = member is not None and member.left_at is None and member.barred_at is None
    if present:
        assert member is not None
        tx.entry = Entry(found.group, member, newcomer=False)
    tx.group = found.group
    organises = present and member is not None and member.organiser
    manages = tx.request.manages and found.meets_here
    if not (organises or manages or await holds_role(tx, tx.request, found.group.id)):
        raise UserError("This one is for the organisers", ORGANISERS_ONLY)


def _check_bar(member: Member) -> None:
    if member.barred_at is not None:
        raise UserError(
            "You can't take part here",
            "The organisers have barred you from this group. You can write to them about it.",
        )


def not_a_member() -> UserError:
    """What is said to somebody who is in no group that this belongs to."""
    return UserError(
        "This belongs to a group that you are not in",
        "Press a button or type a command in the group's channel first: that makes you a member.",
    )


# Finding the group -----------------------------------------------------------------------------------------------------


def gate(*more: Any, joined: Callable[[Select[Any]], Select[Any]]) -> Statement:  # noqa: ANN401  (columns)
    """The statement that finds a group, and in it whoever asks; ``joined`` narrows it down to one group.

    ``more`` are further columns. Its values are those of ``asker``, and whatever ``joined`` wants.
    """
    own = members.alias("own")
    canonical = members.alias("canonical")
    here = exists().where(
        places.c.group_id == groups.c.id,
        places.c.platform == bindparam("at_platform"),
        places.c.tenant == bindparam("at_tenant"),
        places.c.channel == bindparam("at_channel"),
    )
    others = identities.alias("others")
    waits = exists().where(
        others.c.person_id == identities.c.person_id,
        deliveries.c.identity_id == others.c.id,
        deliveries.c.state == DeliveryState.KEPT,
    )
    account = and_(
        identities.c.platform == bindparam("by_platform"),
        identities.c.tenant == bindparam("by_tenant"),
        identities.c.user == bindparam("by_user"),
    )
    query = (
        select(
            *(each.label(f"group_{each.name}") for each in groups.c),
            *(each.label(f"member_{each.name}") for each in canonical.c),
            here.label("meets_here"),
            waits.label("kept"),
            *more,
        )
        .select_from(groups)
        .outerjoin(identities, account)
        .outerjoin(own, and_(own.c.group_id == groups.c.id, own.c.person_id == identities.c.person_id))
        .outerjoin(canonical, canonical.c.id == func.coalesce(own.c.canonical_id, own.c.id))
    )
    return Statement(joined(query))


def asker(request: Request) -> dict[str, str]:
    """The values of ``gate`` that follow from a request."""
    place = request.place
    return {
        "by_platform": request.who.platform,
        "by_tenant": request.who.tenant,
        "by_user": request.who.user,
        "at_platform": place.platform if place else "",
        "at_tenant": place.tenant if place else "",
        "at_channel": place.channel if place else "",
    }


def read_found(row: Row, subject: object = None, owners: tuple[int, ...] = ()) -> Found:
    """What a row of ``gate`` says."""
    member = read_member(row, "member_") if row.member_id is not None else None
    group = read_group(row, "group_")
    return Found(group, member, bool(row.meets_here), bool(row.kept), owners, subject)


_BY_ID = gate(joined=lambda query: query.where(groups.c.id == bindparam("group_id")))


async def find_entry(
    tx: RequestTransaction, group_id: int, subject: object = None, owners: tuple[int, ...] = ()
) -> Found | None:
    """A group and whoever asks in it; None where there is no such group."""
    row = (await tx.execute(_BY_ID, group_id=group_id, **asker(tx.request))).first()
    return None if row is None else read_found(row, subject, owners)


async def of_group(tx: RequestTransaction, action: Any) -> Found | None:  # noqa: ANN401  (any action with a group_id)
    """The group of a card's ``group_id``."""
    return await find_entry(tx, action.group_id)


async def here(tx: RequestTransaction, _about: object) -> Found | None:
    """The group a request is about: its place's, or in private the person's only one, or the one they chose.

    Raises:
        UserError: there is no group here, or the person has several and is asked which.
    """
    group = await group_here(tx)
    return await find_entry(tx, group.id)


async def group_here(tx: RequestTransaction) -> Group:
    """The group a request is about; see ``here``."""
    request = tx.request
    if request.place is not None:
        found = await group_of_place(tx, request.place)
        if found is None:
            raise UserError(
                "No study group meets here yet", "Start one with `/group setup`. It takes a minute."
            )
        return found
    mine = await groups_of_identity(tx, request.who)
    if not mine:
        raise UserError(
            "You are not in a study group yet",
            "Press a button or type a command in your group's channel first.",
        )
    if len(mine) == 1:
        return mine[0]
    chosen = await chosen_group(tx, request.who, mine)
    if chosen is None:
        raise UserError("Which group?", card=which_group_card(mine))
    return chosen


TAKES_PART = Who(Level.PARTICIPANT, here)
"""Whoever may take part in the group of the place they ask in, or in private in theirs."""

PRESENT = Who(Level.MEMBER, here)
"""A present member of that group."""

ORGANISES = Who(Level.ORGANISER, here)
"""Who organises that group, or manages the place."""

TAKES_PART_IN_ITS_GROUP = Who(Level.PARTICIPANT, of_group)
"""Whoever may take part in the group of a card's ``group_id``."""

PRESENT_IN_ITS_GROUP = Who(Level.MEMBER, of_group)
"""A present member of the group of a card's ``group_id``."""

ORGANISES_ITS_GROUP = Who(Level.ORGANISER, of_group)
"""Who organises the group of a card's ``group_id``."""
