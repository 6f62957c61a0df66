"""The room itself: the Platform port over a kept transcript, and the bell that wakes every open page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.local.render import Note, body_of
from bot.chat.cards import Card
from bot.chat.platform import (
    GoneError,
    NoAccessError,
    Pace,
    Threads,
    UnreachableError,
)
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.chat.transcript import Transcript, TranscriptEntry

BOT = "bot"
"""The author of what the bot says, as it stands in the transcript."""


@dataclass(frozen=True, slots=True)
class RoomMember:
    """Someone the room can be used as. ``organiser`` may manage the channel; ``sample`` members are made up."""

    user: str
    name: str
    organiser: bool = False
    sample: bool = False

    @property
    def label(self) -> str:
        """The name and what to know about it: "Robin (organiser)", "Mira (sample)"."""
        notes = [word for word, so in (("organiser", self.organiser), ("sample", self.sample)) if so]
        return f"{self.name} ({', '.join(notes)})" if notes else self.name


class LocalRoom:
    """One channel and its members. Implements the Platform port; private messages stand in the room, for one alone.

    ``clock`` gives the present instant, aware and in UTC. ``title`` is shown beside the channel's name. ``remember`` keeps who
    is in it when that changes.
    """

    name = "local"
    bot_name = "Studyhall"
    threads = Threads.NONE
    has_roles = False
    remembers = timedelta(0)  # looking a key up is the shortest way here
    pace = Pace(at_once=1)
    """What is said to all and what is said to one stand in one conversation, and so in the order in which they became due."""

    def __init__(
        self,
        transcript: Transcript,
        members: tuple[RoomMember, ...],
        *,
        clock: Callable[[], datetime],
        title: str = "",
        remember: Callable[[tuple[RoomMember, ...]], Awaitable[None]] | None = None,
    ) -> None:
        if not members or len({m.user for m in members}) != len(members):
            raise ValueError("A room needs members, each with a user of their own.")
        self.transcript = transcript
        self.members = members
        self.clock = clock
        self.title = title
        self.place = Place(self.name, "room", "study", name="study")
        self._remember = remember
        self._bells: set[asyncio.Event] = set()

    def member(self, user: str) -> RoomMember | None:
        """The member of this user id, if there is one."""
        return next((m for m in self.members if m.user == user), None)

    async def let_in(self, members: tuple[RoomMember, ...]) -> None:
        """Have these members from now on, who are remembered; whoever is none of them is in the room no more."""
        if self._remember is not None:
            await self._remember(members)
        self.members = members

    def identity(self, member: RoomMember) -> Identity:
        """The account the core knows a member by."""
        return Identity(self.name, self.place.tenant, member.user, member.name)

    def ref(self, entry: TranscriptEntry) -> MessageRef:
        """How the core refers to an entry."""
        return MessageRef(self.name, self.place.tenant, entry.channel, str(entry.id))

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        """Show a card to everyone in the room, or to one member alone.

        Raises:
            NoAccessError: the room has no such channel.
            UnreachableError: nobody of that name is in the room.
        """
        audience = self._audience(destination)
        return self.ref(await self.show(card, audience=audience, key=key))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Give a shown card a new face.

        Raises:
            GoneError: it is no longer there.
        """
        entry = await self.entry(ref.message)
        if entry is None or await self.redraw(entry, card) is None:
            raise GoneError(f"entry {ref.message[:20]} is gone")

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        """The message that was posted with this key from ``since`` to ``until``.

        Raises:
            NoAccessError: the room has no such channel.
        """
        if isinstance(destination, Place):
            self._audience(destination)
        entry = await self.transcript.by_key(key)
        if entry is None or entry.at < since or (until is not None and entry.at > until):
            return None
        return self.ref(entry)

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        """Nothing keeps the bot from posting here, unless the room has no such channel or member."""
        del enter
        try:
            self._audience(destination)
        except (NoAccessError, UnreachableError) as error:
            return (str(error),)
        return ()

    async def handle(self, account: Identity) -> str | None:
        """A member's user id."""
        return account.user if self.member(account.user) is not None else None

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        """Whether the room has this member, and is one of the places."""
        ours = (account.platform, account.tenant) == (self.name, self.place.tenant)
        here = any(place.key == self.place.key for place in places)
        return ours and here and self.member(account.user) is not None

    async def erase(self, account: Identity, before: datetime) -> bool:
        """Blank what only this member saw, all at once."""
        await self.transcript.forget(account.user, before, self.clock())
        self.ring()
        return True

    async def show(
        self,
        card: Card,
        *,
        audience: str | None,
        key: str | None = None,
        slot: str = "",
        note: Note | None = None,
    ) -> TranscriptEntry:
        """Add a card to the transcript and wake the open pages; with a known ``key``, the first entry comes back."""
        body = body_of(card, note or Note(by=self.bot_name))
        entry = await self.transcript.append(
            channel=self.place.channel,
            audience=audience,
            author=BOT,
            body=body,
            key=key,
            slot=slot,
            at=self.clock(),
        )
        self.ring()
        return entry

    async def redraw(self, entry: TranscriptEntry, card: Card) -> TranscriptEntry | None:
        """Give an entry a new face and wake the open pages; None when it is gone."""
        changed = await self.transcript.edit(entry.id, body_of(card, Note.of(entry.body)), self.clock())
        self.ring()
        return changed

    async def entry(self, made: str) -> TranscriptEntry | None:
        """The entry a reference's message id stands for; None when it is gone, elsewhere or no id at all."""
        if not (made.isascii() and made.isdigit() and len(made) <= 18):
            return None
        entry = await self.transcript.get(int(made))
        return entry if entry is not None and entry.body and entry.channel == self.place.channel else None

    @contextmanager
    def bell(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something may have changed; it is the listener who clears it."""
        event = asyncio.Event()
        self._bells.add(event)
        try:
            yield event
        finally:
            self._bells.discard(event)

    @property
    def listening(self) -> int:
        """How many listen for the bell."""
        return len(self._bells)

    def ring(self) -> None:
        """Wake every open page."""
        for event in self._bells:
            event.set()

    def _audience(self, destination: Destination) -> str | None:
        ours = (self.name, self.place.tenant)
        if (destination.platform, destination.tenant) != ours:
            raise NoAccessError("This channel is on another platform: the local room cannot post there.")
        if isinstance(destination, Place):
            if destination.channel != self.place.channel:
                raise NoAccessError(f"The local room has one channel, #{self.place.channel}.")
            return None
        if self.member(destination.user) is None:
            raise UnreachableError("Nobody by that name is in the local room.")
        return destination.user
