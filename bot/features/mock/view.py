"""What one of its people sees of a mock interview."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.cards import Part, Person, Plain
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.features.mock.model import Form, Mock
from bot.features.mock.queries import forms_of
from bot.membership.queries import account_beside, load_group, members_by_id
from bot.services import RequestTransaction


@dataclass(frozen=True, slots=True)
class Seen:
    """A mock as member ``me`` sees it. ``names`` are of all its people; those ``gone`` are in the group no more.

    ``account`` is the other's where they have one beside whoever reads it.
    """

    mock: Mock
    me: int
    zone: str
    names: Mapping[int, str]
    gone: frozenset[int]
    forms: Mapping[int, Form]
    account: str = ""

    @property
    def other(self) -> str:
        """The name of whom they talk to."""
        return self.names[self.mock.other(self.me)]

    @property
    def whom(self) -> Part:
        """Whom they talk to: a press away where that can be."""
        return Person(self.account, self.other) if self.account else Plain(self.other)

    @property
    def left(self) -> str:
        """The name of somebody who takes part in it and has left the group, if any."""
        return next((self.names[i] for i in self.mock.people if i in self.gone and i != self.me), "")

    @property
    def asks(self) -> bool:
        """Whether they move it on: the interviewer, or whoever is alone."""
        return self.me == self.mock.interviewer_id or self.mock.alone

    @property
    def mine(self) -> Form | None:
        """What they wrote."""
        return self.forms.get(self.me)

    @property
    def readable(self) -> tuple[Form, ...]:
        """What they may read: what others released, and their own, which comes last."""
        found = [each for each in self.forms.values() if each.released_at or each.member_id == self.me]
        return tuple(sorted(found, key=lambda each: each.member_id == self.me))


async def see(tx: Transaction, mock: Mock, member_id: int, reader: Identity) -> Seen:
    """What a member sees of a mock that they take part in, on the account that they read it with."""
    members = await members_by_id(tx, frozenset(mock.people))
    return Seen(
        mock,
        member_id,
        (await load_group(tx, mock.group_id)).zone,
        {i: members[i].real_name or "Someone" for i in mock.people},
        frozenset(i for i, each in members.items() if each.left_at or each.barred_at),
        await forms_of(tx, mock.id),
        "" if mock.alone else await account_beside(tx, mock.other(member_id), reader),
    )


async def see_own(tx: RequestTransaction, mock: Mock) -> Seen:
    """What whoever asks sees of a mock that they take part in."""
    return await see(tx, mock, tx.actor.member.id, tx.request.who)
