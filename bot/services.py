"""What every handler is handed: the transaction of its request, and the services, which outlive it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import randbits
from typing import Any, TypeAlias

from bot.chat.cards import Button, Card
from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.chat.platform import Platform
from bot.chat.requests import Request
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.membership.code_rules import BITS
from bot.membership.kept import GroupOf
from bot.membership.model import Actor, Group
from bot.membership.personal_data.subjects import PersonalData
from bot.outbox.queries import Delivery
from bot.outbox.scheduler import Advance
from bot.questions.exchange.apart import Apart
from bot.questions.model import Bank


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """One prepared answer of a demonstration: whose it is, whom of the other samples it helps, and a line one leaves."""

    user: str
    text: str
    consent: str
    helped: frozenset[str]
    note_from: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undoing:
    """How one kind of organisers' acts is undone, by the room that owns what they changed.

    ``in_the_way`` says why it can't be undone (any more), "" where it can; ``put_back`` undoes it and says so. Both are
    handed what was kept of the act, with ``tx.group`` as it is now. ``then`` is what may be looked at after that, for a group.
    """

    in_the_way: "Callable[[RequestTransaction, Mapping[str, Any]], Awaitable[str]]"
    put_back: "Callable[[RequestTransaction, Mapping[str, Any]], Awaitable[str]]"
    then: Callable[[int], Button] | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Made by the composition root; handlers find it as ``tx.services``.

    ``platforms`` are those of this process, by name. ``personal_data`` are all that keep something about people, in the
    order in which they forget. ``undoing`` is how organisers' acts are undone, by their kinds. ``samples`` are what a demonstration's sample members say to items, which come before all
    others. ``number`` gives 50 random bits, which nobody can guess. ``apart`` does what may be slow or large.
    """

    database: Database
    bank: Bank
    platforms: Mapping[str, Platform] = field(default_factory=dict)
    personal_data: tuple[PersonalData, ...] = ()
    undoing: Mapping[str, Undoing] = field(default_factory=dict)
    samples: Mapping[str, tuple[SampleAnswer, ...]] = field(default_factory=dict)
    number: Callable[[], int] = lambda: randbits(BITS)
    apart: Apart = field(default_factory=Apart)


FeatureCard: TypeAlias = Callable[[Services, Transaction, Delivery], Awaitable[Card | None]]
"""Makes a delivery's card from the state at that moment; None means that there is nothing to show any more."""


Addition: TypeAlias = Callable[[Services, Transaction, Delivery, Card], Awaitable[Card]]
"""Adds to the card of another feature's delivery what rides on it, instead of being a message of its own."""


@dataclass(frozen=True, slots=True)
class Feature:
    """What the composition root needs of a feature, as data.

    ``commands_of`` makes those commands whose choices depend on the bank. ``moves`` makes what moves the feature by the
    clock, ``resume`` is called once at the start of a process. ``cards`` makes the card of each of its kinds of delivery; those ``inside`` are the
    organisers', and for nobody who organises no more or is in none of their group's places any more, and somebody sits and waits for those
    ``waited_for``. Those ``threaded`` stand in a thread wherever one is offered. ``adds`` are what rides on other features' deliveries, by their kind. ``undoing`` is how each of its kinds
    of organisers' acts is undone.
    """

    name: str
    commands: tuple[Command, ...] = ()
    routes: tuple[Route, ...] = ()
    commands_of: Callable[[Bank], tuple[Command, ...]] = lambda _bank: ()
    moves: Callable[[Services], Advance] | None = None
    resume: Callable[[Services, datetime], Awaitable[None]] | None = None
    cards: Mapping[str, FeatureCard] = field(default_factory=dict)
    inside: Mapping[str, GroupOf] = field(default_factory=dict)
    waited_for: frozenset[str] = frozenset()
    threaded: frozenset[str] = frozenset()
    personal_data: PersonalData | None = None
    adds: Mapping[str, Addition] = field(default_factory=dict)
    undoing: Mapping[str, Undoing] = field(default_factory=dict)

    def all_commands(self, bank: Bank) -> tuple[Command, ...]:
        """Everything of it that can be typed."""
        return (*self.commands, *self.commands_of(bank))


KnownPresence: TypeAlias = Callable[[int, int], tuple[bool | None] | None]
"""From a group and a member to whether they are in one of its places; None where that is to be asked first."""


class RequestTransaction(Transaction):
    """The transaction of one request, as handlers are handed it.

    ``actor`` is who asks, as a member of the group in question, and ``group`` that group: as the route's ``who`` has
    found them. ``subject`` is what else it found, ``kept`` whether something waits for the one who asks. ``reads``: writing is
    refused; somebody whom a press would make a member is none yet, and has no ``actor``. ``presence`` says of a group's
    member what is known of their being in one of its places (None: nobody knows); nothing where it is to be asked first.
    ``still_in`` is the group of which it was asked, and they are.
    """

    __slots__ = (
        "_actor",
        "_group",
        "_outer",
        "kept",
        "presence",
        "reads",
        "request",
        "services",
        "still_in",
        "subject",
    )

    def __init__(
        self,
        tx: Transaction,
        request: Request,
        services: Services,
        *,
        reads: bool = False,
        presence: KnownPresence = lambda _group_id, _member_id: (None,),
    ) -> None:
        super().__init__(tx.driver)
        self._outer = tx
        self.reads = reads
        self.presence = presence
        self.request = request
        self.services = services
        self.subject: Any = None
        self.kept = False
        self.still_in: int | None = None
        self._actor: Actor | None = None
        self._group: Group | None = None

    def wake_after_commit(self) -> None:
        """Let what is due be moved and sent at once when this is committed, not at the next tick."""
        self._outer.wake_after_commit()

    @property
    def actor(self) -> Actor:
        """Who asks.

        Raises:
            LookupError: the route's ``who`` admits people who are no members.
        """
        if self._actor is None:
            raise LookupError("Whoever asks here need not be a member.")
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor, self._group = actor, actor.group

    @property
    def known_actor(self) -> Actor | None:
        """Who asks, None for somebody who is no member, or whom nobody has looked up."""
        return self._actor

    @property
    def group(self) -> Group:
        """The group in question.

        Raises:
            LookupError: the route's ``who`` looks for none.
        """
        if self._group is None:
            raise LookupError("This is about no group.")
        return self._group

    @group.setter
    def group(self, group: Group) -> None:
        self._group = group
