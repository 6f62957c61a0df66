"""Sending what is due: claim, look up what is in doubt, post or edit, record."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    Platform,
    PlatformError,
    RateLimitedError,
    UnreachableError,
)
from bot.chat.requests import MessageRef
from bot.outbox.deliveries import SEND_TIMEOUT, Delivery, claim, put_back, record_sent
from bot.store.database import Database

log = logging.getLogger(__name__)

CardMaker: TypeAlias = Callable[[AsyncConnection, Delivery], Awaitable[Card | None]]

MAX_PAUSE = timedelta(minutes=10)
"""The longest pause between two tries of one delivery."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a feature owes the world.

    ``advance`` moves what is due by ``now`` (its state, its next instant and its deliveries in one transaction each) and
    says how much it moved. ``cards`` makes the card of each of its kinds of delivery from the state at that moment; None
    means that there is nothing to show any more.
    """

    name: str
    advance: Callable[[datetime], Awaitable[int]]
    cards: Mapping[str, CardMaker]


class Outbox:
    """Sends due deliveries to the platforms of this process, as ``owner``, a name no other process has."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        cards: Mapping[str, CardMaker],
        owner: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._cards = cards
        self._owner = owner
        self._clock = clock

    async def run(self, limit: int = 20) -> int:
        """Send one batch of what is due; how many deliveries were claimed."""
        names = frozenset(self._platforms)
        now = self._clock()
        batch = await self._database.write(lambda conn: claim(conn, names, self._owner, now, limit))
        for delivery in batch:
            await self._deliver(delivery)
        return len(batch)

    async def _deliver(self, delivery: Delivery) -> None:
        platform = self._platforms[delivery.destination.platform]
        card = await self._database.read(
            lambda conn: self._cards[delivery.kind.partition(":")[0]](conn, delivery)
        )
        if card is None:
            await self._put_back(delivery, "sent" if delivery.ref else "dropped", None, "")
            return
        try:
            async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                ref = await self._send(platform, delivery, card)
        except (PlatformError, TimeoutError) as error:
            await self._failed(delivery, error)
            return
        now = self._clock()
        kept = await self._database.write(lambda conn: record_sent(conn, delivery, self._owner, ref, now))
        if not kept:
            log.warning("delivery %d was sent, but its lease had passed on", delivery.id)

    async def _send(self, platform: Platform, delivery: Delivery, card: Card) -> MessageRef:
        if delivery.ref is not None:
            await platform.edit(delivery.ref, card)
            return delivery.ref
        if delivery.in_doubt:
            found = await platform.find(delivery.destination, delivery.key, delivery.first_try_at)
            if found is not None:
                return found
        return await platform.post(delivery.destination, card, delivery.key)

    async def _failed(self, delivery: Delivery, error: Exception) -> None:
        now = self._clock()
        log.warning(
            "delivery %d (%s), try %d: %s", delivery.id, delivery.kind, delivery.attempt, type(error).__name__
        )
        again = "sent" if delivery.ref else "waiting"
        match error:
            case GoneError():
                await self._put_back(delivery, "sent", None, "gone")
            case UnreachableError():
                await self._put_back(delivery, "kept", None, "unreachable")
            case NoAccessError():
                await self._put_back(delivery, again, now + MAX_PAUSE, f"no access: {error}")
            case RateLimitedError():
                await self._put_back(
                    delivery, again, now + timedelta(seconds=error.retry_after), "rate limited"
                )
            case NotSentError():
                await self._put_back(delivery, again, now + _pause(delivery.attempt), "not sent")
            case InDoubtError() | TimeoutError():
                log.info("delivery %d is in doubt until its lease ends", delivery.id)
            case _:
                await self._put_back(delivery, again, now + _pause(delivery.attempt), type(error).__name__)

    async def _put_back(self, delivery: Delivery, state: str, next_at: datetime | None, error: str) -> None:
        await self._database.write(
            lambda conn: put_back(conn, delivery, self._owner, state=state, next_at=next_at, error=error)
        )


def _pause(attempt: int) -> timedelta:
    return min(timedelta(seconds=2**attempt), MAX_PAUSE)
