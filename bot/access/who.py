"""Who may: from what was asked to the group it is about, and to the member who asks.

    Route(Judge, judge, Who(Level.PARTICIPANT, of_round))

``load`` finds what an action is about, in one statement where it can: the group, the member whom this account is in it,
and whether the request comes from one of the group's places. What else it found waits in ``tx.subject``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, TypeAlias

from sqlalchemy import ColumnElement, Exists, FromClause, Table, and_, bindparam, exists, false, func, select
from sqlalchemy.sql import Select

from bot.access.actions import OfGroup
from bot.access.choosing_cards import no_group_card, which_group_card
from bot.access.door import check_bar, check_door, come_in
from bot.access.presence import Outside, check_presence
from bot.chat.access import Level
from bot.chat.dispatch import ORGANISERS_ONLY, UserError
from bot.chat.requests import Request
from bot.database.statements import Row, Statement
from bot.membership.model import Actor, Group, Member
from bot.membership.place_settings import holds_role
from bot.membership.queries import (
    BY_ACCOUNT,
    at_place,
    by_account,
    change_member,
    is_at,
    read_group,
    read_member,
)
from bot.membership.tables import groups, identities, members, people, places
from bot.outbox.queries import DeliveryState
from bot.outbox.tables import deliveries
from bot.services import RequestTransaction

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
    """Who may use a route or a command; ``load`` finds what it is about, and is not asked where anyone may.

    ``outside`` says what must be known of a member who asks from outside the group's places.
    """

    level: Level
    load: Load | None = None
    outside: Outside = Outside.STILL_IN

    async def admit(self, tx: RequestTransaction, about: object) -> None:
        """Check who asks, and keep what was found in ``tx.actor`` and ``tx.subject``.

        Raises:
            UserError: there is no such thing, or they may not.
        """
        if self.level is Level.ANYONE:
            # What only reads and is about no group, such as help, asks the database nothing.
            tx.kept = not tx.reads and bool(await tx.scalar(_WAITS, by_account(tx.request.who)))
            return
        assert self.load is not None
        found = await self.load(tx, about)
        if found is None:
            raise UserError("This no longer exists", "`/question today` shows what is open now.")
        tx.subject = found.subject
        self._check_presence(tx, found)
        if self.level is Level.ORGANISER:
            await _admit_organiser(tx, found)
        elif self.level is Level.PARTICIPANT:
            await _admit_participant(tx, found)
        else:
            tx.actor = Actor(found.group, await _seen(tx, _present(found)), newcomer=False)
            if self.level is Level.OWNER and tx.actor.member.id not in found.owners:
                raise UserError("This card belongs to someone else", "Your own cards are under `/my home`.")
        tx.kept = found.kept

    def _check_presence(self, tx: RequestTransaction, found: Found) -> None:
        member = found.member
        if found.meets_here or member is None or member.left_at is not None:
            return
        if self.level is Level.ORGANISER and not member.organiser:
            return  # is refused anyway
        check_bar(member)
        check_presence(tx, found.group.id, member.id, self.outside)
        if self.outside is Outside.STILL_IN:
            tx.still_in = found.group.id


ANYONE = Who(Level.ANYONE)


@dataclass(frozen=True, slots=True)
class OrganisesPlace:
    """Who organises the group of the place they ask in, or manages it where no group meets yet.

    ``tx.subject`` is the group, None where there is none. ``elsewhere`` is what is said in a private chat.
    """

    elsewhere: tuple[str, str]
    level: ClassVar = Level.ORGANISER

    async def admit(self, tx: RequestTransaction, _about: object) -> None:
        """Check who asks, and keep what was found.

        Raises:
            UserError: they may not, or asked in a private chat.
        """
        if tx.request.place is None:
            raise UserError(*self.elsewhere)
        found = await _find_here(tx)
        if found is not None:
            await _admit_organiser(tx, found)
            tx.subject, tx.kept = found.group, found.kept
        elif not tx.request.manages:
            raise _no_organiser(tx.request.manages)


async def _admit_participant(tx: RequestTransaction, found: Found) -> None:
    request, member = tx.request, found.member
    if member is not None:
        check_bar(member)
    if member is not None and member.left_at is None:
        was_away = request.at - member.seen_at >= AWAY
        tx.actor = Actor(found.group, await _seen(tx, member), newcomer=False, was_away=was_away)
    elif not found.meets_here:
        raise not_a_member()
    else:
        await check_door(tx, found.group)
        if tx.reads:
            tx.group = found.group
        else:
            tx.actor = await come_in(tx, found.group)


async def _seen(tx: RequestTransaction, member: Member) -> Member:
    """The member, with when they were last here and what they are called there now; kept where that is news."""
    at, name = tx.request.at, tx.request.who.name or member.name
    if tx.reads or (at - member.seen_at <= SEEN_AGAIN and name == member.name):
        return member
    await change_member(tx, member.id, seen_at=at, name=name)
    return replace(member, seen_at=at, name=name)


def _present(found: Found) -> Member:
    if found.member is not None:
        check_bar(found.member)
    if found.member is None or found.member.left_at is not None:
        raise not_a_member()
    return found.member


async def _admit_organiser(tx: RequestTransaction, found: Found) -> None:
    member = found.member
    tx.group = found.group
    organises = bool(tx.request.manages) and found.meets_here
    if member is not None and member.left_at is None and member.barred_at is None:
        organises = organises or member.organiser
        tx.actor = Actor(found.group, member, newcomer=False)
    if not (organises or await holds_role(tx, tx.request, found.group.id)):
        raise _no_organiser(tx.request.manages if found.meets_here else False)
    if tx.known_actor is not None:
        tx.actor = replace(tx.actor, member=await _seen(tx, tx.actor.member))


def _no_organiser(manages: bool | None) -> UserError:
    return could_not_check() if manages is None else UserError("Only organisers can do this", ORGANISERS_ONLY)


def could_not_check() -> UserError:
    """What is said where the platform did not tell whether somebody manages the place that they ask in."""
    return UserError(
        "Could not check just now",
        "Whether you manage this channel could not be looked up. Nothing was changed. Try again in a minute.",
    )


def not_a_member() -> UserError:
    """What is said to somebody who is in no group that this belongs to."""
    return UserError(
        "This belongs to a group that you are not in",
        "Press a button or type a command in the group's channel first: that makes you a member.",
    )


# Finding the group -----------------------------------------------------------------------------------------------------

ASKS = members.alias("canonical")
"""Whoever asks, in the statement of ``gate``: for what is joined to it and to them. NULL where they are no member yet."""

_OWN = members.alias("own")
_ASKED_IN = places.alias("asked_in")


def _is_asked_in(table: FromClause) -> ColumnElement[bool]:
    return and_(table.c.group_id == groups.c.id, is_at(table))


def _kept() -> Exists:
    """Whether something waits for the person of an account, on whichever of their accounts."""
    others = identities.alias("others")
    return exists().where(
        others.c.person_id == identities.c.person_id,
        deliveries.c.identity_id == others.c.id,
        deliveries.c.state == DeliveryState.KEPT,
    )


_WAITS = Statement(select(_kept()).select_from(identities).where(BY_ACCOUNT))


def _found(member: FromClause, meets_here: ColumnElement[bool], *more: Any) -> Select[Any]:  # noqa: ANN401  (columns)
    return select(
        *(each.label(f"group_{each.name}") for each in groups.c),
        *(each.label(f"member_{each.name}") for each in member.c),
        meets_here.label("meets_here"),
        _kept().label("kept"),
        *more,
    )


def gated(*more: Any, joined: Callable[[Select[Any]], Select[Any]]) -> Select[Any]:  # noqa: ANN401  (columns)
    """The query that finds a group, and in it whoever asks; ``joined`` narrows it down to one group.

    ``more`` are further columns. Its values are those of ``asker``, and whatever ``joined`` wants.
    """
    return joined(
        _found(ASKS, exists().where(_is_asked_in(places)), *more)
        .select_from(groups)
        .outerjoin(identities, BY_ACCOUNT)
        .outerjoin(_OWN, and_(_OWN.c.group_id == groups.c.id, _OWN.c.person_id == identities.c.person_id))
        .outerjoin(ASKS, ASKS.c.id == func.coalesce(_OWN.c.canonical_id, _OWN.c.id))
    )


def gate(*more: Any, joined: Callable[[Select[Any]], Select[Any]]) -> Statement:  # noqa: ANN401  (columns)
    """The statement of ``gated``."""
    return Statement(partial(gated, *more, joined=joined))


def by_row(table: Table, its_id: str, *, lock: bool = False) -> Callable[[Select[Any]], Select[Any]]:
    """For ``gate``: the group of a table's row, whose id is the value ``its_id``; ``lock`` keeps the row from others."""

    def joined(query: Select[Any]) -> Select[Any]:
        found = query.join(table, table.c.group_id == groups.c.id).where(table.c.id == bindparam(its_id))
        return found.with_for_update(of=table) if lock else found

    return joined


def asker(request: Request) -> dict[str, str]:
    """The values of ``gate`` that follow from a request."""
    return by_account(request.who) | at_place(request.place)


def read_found(row: Row, subject: object = None, owners: tuple[int, ...] = ()) -> Found:
    """What a row of ``gate`` says."""
    group, member = read_group(row, "group_"), read_member.joined(row, "member_")
    return Found(group, member, bool(row.meets_here), bool(row.kept), owners, subject)


_BY_ID = gate(joined=lambda query: query.where(groups.c.id == bindparam("group_id")))
_BY_PLACE = gate(joined=lambda query: query.join(_ASKED_IN, _is_asked_in(_ASKED_IN)))
_MINE = Statement(
    lambda: (
        _found(_OWN, false(), people.c.group_id.label("chosen"))
        .select_from(identities)
        .join(people, people.c.id == identities.c.person_id)
        .join(_OWN, _OWN.c.person_id == identities.c.person_id)
        .join(groups, groups.c.id == _OWN.c.group_id)
        .where(BY_ACCOUNT, _OWN.c.left_at.is_(None), _OWN.c.canonical_id.is_(None))
        .order_by(_OWN.c.id)
    )
)


async def find_actor(tx: RequestTransaction, group_id: int) -> Found | None:
    """A group and whoever asks in it; None where there is no such group."""
    row = (await tx.execute(_BY_ID, group_id=group_id, **asker(tx.request))).first()
    return None if row is None else read_found(row)


async def of_group(tx: RequestTransaction, action: OfGroup) -> Found:
    """The group of a card's ``group_id``.

    Raises:
        UserError: it no longer exists.
    """
    found = await find_actor(tx, action.group_id)
    if found is None:
        raise group_is_gone()
    return found


def group_is_gone() -> UserError:
    """What is said of a card whose group there is no more."""
    return UserError("This group no longer exists", "Start a new one with `/group setup` in your channel.")


async def _find_here(tx: RequestTransaction) -> Found | None:
    """The group of the place that a request comes from, if one meets there."""
    row = (await tx.execute(_BY_PLACE, asker(tx.request))).first()
    return None if row is None else read_found(row)


async def here(tx: RequestTransaction, _about: object) -> Found:
    """The group a request is about: its place's, or in private the person's only one, or the one they chose.

    Raises:
        UserError: there is no group here, or the person has several and is asked which.
    """
    if tx.request.place is None:
        return await _find_in_private(tx)
    found = await _find_here(tx)
    if found is None:
        raise UserError(no_group_card(may_start=tx.request.manages is not False))
    return found


async def _find_in_private(tx: RequestTransaction) -> Found:
    rows = (await tx.execute(_MINE, by_account(tx.request.who))).all()
    if not rows:
        raise UserError(
            "You are not in a study group yet",
            "Press a button or type a command in your group's channel first.",
        )
    meant = rows[0] if len(rows) == 1 else next((r for r in rows if r.group_id == r.chosen), None)
    if meant is None:
        mine = tuple(read_group(row, "group_") for row in rows)
        raise UserError(which_group_card(mine))
    return read_found(meant)


async def may_organise(tx: RequestTransaction) -> bool:
    """Whether this person organises the group of the request's place, or may manage the place itself."""
    if tx.request.manages:
        return True
    try:
        await ORGANISES.admit(tx, None)
    except UserError:
        return False
    return True


TAKES_PART = Who(Level.PARTICIPANT, here, Outside.NOT_GONE)
"""Whoever may take part in the group of the place they ask in, or in private in theirs."""

READS_OTHERS = Who(Level.PARTICIPANT, here)
"""The same, for what others wrote there."""

OWN = Who(Level.PARTICIPANT, here, Outside.NOTHING)
"""The same, for what is one's own there: also once one is in none of its places any more."""

ORGANISES = Who(Level.ORGANISER, here)
"""Who organises that group, or manages the place."""

TAKES_PART_IN_ITS_GROUP = Who(Level.PARTICIPANT, of_group, Outside.NOT_GONE)
"""Whoever may take part in the group of a card's ``group_id``."""

READS_OTHERS_IN_ITS_GROUP = Who(Level.PARTICIPANT, of_group)
"""The same, for what others wrote there."""

OWN_IN_ITS_GROUP = Who(Level.PARTICIPANT, of_group, Outside.NOTHING)
"""The same, for what is one's own there: also once one is in none of its places any more."""

PRESENT_IN_ITS_GROUP = Who(Level.MEMBER, of_group, Outside.NOT_GONE)
"""A present member of the group of a card's ``group_id``."""

ORGANISES_ITS_GROUP = Who(Level.ORGANISER, of_group)
"""Who organises the group of a card's ``group_id``."""
