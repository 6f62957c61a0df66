"""The Platform port on Discord: posts with a nonce, edits, and reading back what became of a post in doubt.

Discord remembers a nonce for a few minutes and then answers a repeated post with the first message. Later, and in another
process, the message is found again by its mark (see ``sending``) among the bot's own recent ones.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import discord

from adapters.discord.access import is_still_in, problems_of
from adapters.discord.erasing import Eraser
from adapters.discord.errors import Means, meaning, told_plainly
from adapters.discord.rendering.limits import THREAD_NAME
from adapters.discord.sending import NAME, Mark, allowed, mark_in, mark_of, new_face, new_message
from bot.chat.cards import Card
from bot.chat.known import Posts, Recent
from bot.chat.platform import (
    NoAccessError,
    NotSentError,
    Pace,
    RateLimitedError,
    Threads,
    UnreachableError,
)
from bot.chat.rendering.labels import shown
from bot.chat.requests import Destination, Identity, MessageRef, Place

if TYPE_CHECKING:
    from adapters.discord.client import StudyhallClient

EDIT_PAUSE = timedelta(seconds=5)
"""At most one edit per message in this time: Discord's limits on edits are tight, and a reader follows no faster."""

NONCES = timedelta(minutes=2)
"""How long a nonce is surely remembered: of ``enforce_nonce`` Discord says "the past few minutes" (Create Message)."""

PACE = Pace(at_once=40, a_second=48)
"""Discord takes 50 requests a second of a bot (https://discord.com/developers/docs/topics/rate-limits#global-rate-limit)."""

REMEMBERED = 2000
_HEADERS_PRECISION = timedelta(seconds=1)
"""By so much more than its Date header says Discord's clock may be ahead."""

OPENING_PAUSE = timedelta(minutes=10)
"""No private channel is opened for so long once Discord said that too many are: each further try makes it worse."""

NOT_CONNECTED = "Studyhall is not connected to Discord right now. Try again in a minute."
FOREIGN = "This channel is on another platform: Discord cannot post there."


class DiscordPlatform:
    """Posts through a client that is logged in. ``clock`` gives the present instant, aware and in UTC."""

    name = NAME
    threads = Threads.OFFERED
    has_roles = True
    remembers = NONCES
    pace = PACE

    def __init__(self, client: "StudyhallClient", clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._posts = Posts()
        self._marks: Recent[str, Mark] = Recent(REMEMBERED)
        self._open_again: datetime | None = None
        self._direct: Recent[str, discord.DMChannel] = Recent(REMEMBERED)
        self._looked: Recent[tuple[int, Mark, datetime], int] = Recent(REMEMBERED)
        self._edits: Recent[str, tuple[datetime, str]] = Recent(REMEMBERED)
        self._eraser = Eraser()

    def use(self, client: "StudyhallClient") -> None:
        """Post through another client from now on: one that was closed can't be opened again, nor its channels."""
        self._client = client
        self._direct = Recent(REMEMBERED)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        """Send a card to a channel, to a message's thread, or to a person's direct messages.

        ``Place.thread`` is the id of the message whose thread is meant; it is opened where it does not exist. The
        reference's channel is then the thread.

        Raises:
            RateLimitedError, NotSentError, InDoubtError, NoAccessError, UnreachableError.
            GoneError: it was posted with this key, and is deleted since.
        """
        return await self._posts.once(destination, key, lambda: self._post(destination, card, key))

    async def _post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        mark = mark_of(key)
        with self._told_plainly(sends=True):
            channel = await self._channel(destination)
            try:
                sent = await self._send(channel, card, key, mark)
            except discord.HTTPException as error:
                if not isinstance(destination, Place) or not destination.thread:
                    raise
                sent = await self._send(await self._instead(destination, card, error), card, key, mark)
        ref = MessageRef(NAME, destination.tenant, str(sent.channel.id), str(sent.id))
        self._marks.put(ref.message, mark)
        return ref

    async def _send(
        self, channel: discord.PartialMessageable | discord.DMChannel, card: Card, key: str, mark: Mark
    ) -> discord.Message:
        return await channel.send(**new_message(card, mark, allowed(card)), nonce=key)

    @contextmanager
    def _told_plainly(self, *, sends: bool) -> Iterator[None]:
        """Raise the port's errors for Discord's, and slow down where it says that too many private channels are opened."""
        with told_plainly(sends=sends):
            try:
                yield
            except discord.HTTPException as error:
                if meaning(error) is Means.OPENS_TOO_MANY:
                    self._open_again = self._clock() + OPENING_PAUSE
                raise

    def _check_connected(self) -> None:
        if self._client.user is None or self._client.is_closed():
            raise NotSentError(NOT_CONNECTED)

    async def _channel(self, destination: Destination) -> discord.PartialMessageable | discord.DMChannel:
        self._check_connected()
        if destination.platform != NAME:
            raise NoAccessError(FOREIGN)
        if isinstance(destination, Identity):
            return await self._private_channel(destination.user)
        return self._messageable(destination, destination.thread or destination.channel)

    async def _private_channel(self, user: str) -> discord.DMChannel:
        known = self._direct.get(user)
        if known is not None:
            return known
        self._check_opening()
        opened = await self._client.create_dm(discord.Object(int(user)))
        self._direct.put(user, opened)
        return opened

    def _check_opening(self) -> None:
        now = self._clock()
        if self._open_again is not None and now < self._open_again:
            raise RateLimitedError((self._open_again - now).total_seconds())

    def _messageable(self, place: Place, channel: str) -> discord.PartialMessageable:
        try:
            return self._client.get_partial_messageable(int(channel), guild_id=int(place.tenant))
        except ValueError:
            raise NoAccessError(FOREIGN) from None

    async def _instead(
        self, place: Place, card: Card, error: discord.HTTPException
    ) -> discord.PartialMessageable:
        """Where a message goes whose thread was not there, or takes none: what holds it back must not be the thread."""
        means = meaning(error)
        if means is Means.CHANNEL_GONE:
            return await self._thread(place, card)
        if means in {Means.THREAD_ARCHIVED, Means.THREAD_LOCKED} or error.status == 403:
            return self._messageable(place, place.channel)
        raise error

    async def _thread(self, place: Place, card: Card) -> discord.PartialMessageable:
        """Open the thread of a message; the channel itself where none can be opened: what belongs there is read there."""
        assert place.thread is not None
        parent = self._messageable(place, place.channel)
        title = shown(card.title.partition(":")[0], THREAD_NAME)  # "Group quiz" of "Group quiz: 1 of 6"
        try:
            await parent.get_partial_message(int(place.thread)).create_thread(name=title)
        except discord.HTTPException as error:
            means = meaning(error)
            if means in {Means.MESSAGE_GONE, Means.NO_MORE_THREADS} or error.status == 403:
                return parent
            if means is not Means.THREAD_EXISTS:
                raise
        return self._messageable(place, place.thread)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Give a sent message a new face. A second one within five seconds is asked to come later, by its wait.

        Raises:
            GoneError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        made = new_face(card, self._marks.get(ref.message))
        face = _face(made["view"].to_components(), made["attachments"])
        last = self._edits.get(ref.message)
        if last is not None and last[1] == face:
            return
        now = self._clock()
        if last is not None and now < last[0] + EDIT_PAUSE:
            raise RateLimitedError((last[0] + EDIT_PAUSE - now).total_seconds())
        self._check_connected()
        message = self._client.get_partial_messageable(int(ref.channel)).get_partial_message(int(ref.message))
        with self._told_plainly(sends=True):
            try:
                await message.edit(**made)
            except discord.HTTPException as error:
                if meaning(error) is not Means.THREAD_ARCHIVED:
                    raise
                async with self._opened(ref):
                    await message.edit(
                        **new_face(card, self._marks.get(ref.message))
                    )  # files are sent only once
        self._edits.put(ref.message, (now, face))

    @asynccontextmanager
    async def _opened(self, ref: MessageRef) -> AsyncIterator[None]:
        """An archived thread, open meanwhile: Discord archives threads by itself, and changes nothing in one."""
        thread = await self._client.fetch_channel(int(ref.channel))
        assert isinstance(thread, discord.Thread)
        await thread.edit(archived=False)
        try:
            yield
        finally:
            # The message is what matters: a thread that stays open is archived by Discord after its time.
            with suppress(discord.HTTPException):
                await thread.edit(archived=True)

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        """The message that was sent with this key from ``since`` to ``until``, read back from the channel.

        Raises:
            RateLimitedError, NotSentError.
            NoAccessError: the bot may not read the channel, so that nobody can know.
        """
        mark = mark_of(key)
        try:
            with self._told_plainly(sends=False):
                found = await self._read_back(await self._channel(destination), mark, since, until)
        except NoAccessError:
            if not isinstance(destination, Place) or destination.thread is None:
                raise
            found = None
        if found is None and isinstance(destination, Place) and destination.thread is not None:
            # Its thread may not exist (yet), or it went to the channel because the thread's message was deleted.
            return await self.find(replace(destination, thread=None), key, since, until)
        if found is None:
            return None
        self._marks.put(str(found.id), mark)
        return MessageRef(NAME, destination.tenant, str(found.channel.id), str(found.id))

    async def _read_back(
        self,
        channel: discord.PartialMessageable | discord.DMChannel,
        mark: Mark,
        since: datetime,
        until: datetime | None,
    ) -> discord.Message | None:
        self._check_history(channel)
        assert self._client.user is not None
        search, there = (channel.id, mark, since), self._client.clocks.there
        # Of a datetime discord.py makes the end of its millisecond, and would miss what was sent within it.
        start = max(discord.utils.time_snowflake(there(since)) - 1, 0)
        end = discord.utils.time_snowflake(there(until or self._clock()) + _HEADERS_PRECISION)
        # Newest first, and once more from where a look that was cut off has come to.
        seen = channel.history(
            limit=None,
            after=discord.Object(start),
            before=discord.Object(self._looked.get(search) or end),
            oldest_first=False,
        )
        async for message in seen:
            if message.author.id == self._client.user.id and mark_in(message.components) == mark:
                return message
            self._looked.put(search, message.id)
        self._looked.drop(search)
        return None

    def _check_history(self, channel: discord.PartialMessageable | discord.DMChannel) -> None:
        # Without this permission Discord shows an empty channel instead of refusing.
        known = self._client.get_channel(channel.id)
        assert self._client.user is not None
        if not isinstance(known, discord.TextChannel | discord.Thread):
            return
        me = known.guild.get_member(self._client.user.id)
        if me is not None and not known.permissions_for(me).read_message_history:
            raise NoAccessError(
                "Studyhall needs “Read Message History” here, to see whether a message arrived."
            )

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        """What keeps the bot from posting there; whether a person takes private messages shows only when one is sent.

        Only people bring the bot into a server: ``enter`` changes nothing.
        """
        del enter
        if destination.platform != NAME:
            return (FOREIGN,)
        if self._client.user is None or self._client.is_closed():
            return (NOT_CONNECTED,)
        if isinstance(destination, Identity):
            return ()
        with self._told_plainly(sends=False):
            return await problems_of(self._client, destination)

    async def handle(self, account: Identity) -> str | None:
        """A user's name, which since 2023 no other user has; None for an account that was deleted.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        self._check_connected()
        with self._told_plainly(sends=False):
            try:
                user = int(account.user)
                return (self._client.get_user(user) or await self._client.fetch_user(user)).name
            except discord.NotFound:
                return None

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        """Whether an account is in the server of one of these channels, and may see the channel.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        self._check_connected()
        with self._told_plainly(sends=False):
            return await is_still_in(self._client, account, places)

    async def erase(self, account: Identity, before: datetime) -> bool:
        """Delete some of the bot's own direct messages to somebody; whether none is left.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
            UnreachableError: the account no longer exists.
        """
        self._check_connected()
        try:
            with self._told_plainly(sends=False):
                channel = await self._private_channel(account.user)
                return await self._eraser.erase(self._client, channel, before)
        except UnreachableError:
            self._check_opening()  # where too many were opened just now, it is the bot that waits
            raise


def _face(components: list[dict[str, object]], files: list[discord.File]) -> str:
    """A short text that differs when a reader would see a difference."""
    made = blake2b(json.dumps(components, sort_keys=True).encode(), digest_size=12)
    for each in files:
        made.update(each.fp.read())
        each.reset()
    return made.hexdigest()
