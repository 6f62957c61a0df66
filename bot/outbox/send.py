"""Sending what is due: claim, look up what is in doubt, post or edit, record."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.chat.cards import Card
from bot.chat.dispatch import log_failure
from bot.chat.logged import Observe, Said, name_of, unobserved
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    Platform,
    PlatformError,
    RateLimitedError,
    Threads,
    UnreachableError,
)
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.outbox.erasing import BETWEEN, ERASE, erase_if_forgotten
from bot.outbox.queries import (
    GONE,
    LEASE,
    NO_ACCESS,
    SEND_TIMEOUT,
    WAITS,
    Delivery,
    DeliveryState,
    Reach,
    begin_again,
    claim,
    claiming,
    drop_claimed,
    put_back,
    record_sent,
)
from bot.outbox.sender import Sender

log = logging.getLogger(__name__)

CardMaker: TypeAlias = Callable[[Transaction, Delivery], Awaitable[Card | None]]

StillThere: TypeAlias = Callable[[Delivery], Awaitable[bool | None]]
"""Whether a message may still go to its person; None where nobody knows just now."""

MAX_PAUSE = timedelta(minutes=10)
"""The longest pause between two tries of one delivery."""

ATTEMPTS_BEFORE_RARELY = 6
RARELY = timedelta(hours=1)

SENT, EDITED, FOUND, NOTHING, IN_DOUBT = "sent", "edited", "found", "nothing to show", "in doubt"
UNREACHABLE, RATE_LIMITED, REFUSED, NOT_SENT = "unreachable", "rate limited", "refused", "not sent"
LATE, NOT_THERE, ERASED = "the batch was slow", "not there", "erased"

# Waiting when asked to is how a busy day goes, no fault: an edit is often put off by seconds.
_LEVELS = {RATE_LIMITED: logging.DEBUG} | dict.fromkeys(
    (SENT, EDITED, FOUND, NOTHING, NOT_THERE, ERASED), logging.INFO
)

CLOCKS_DIFFER = timedelta(minutes=2)
"""A message in doubt is looked for so long before and after the minutes in which it may have been sent: clocks differ."""

_DOUBTS = 1000
"""So many doubts of its own a process remembers the beginning of."""


async def _everybody_is(_delivery: Delivery) -> bool:
    return True


class _LateError(Exception):
    """Its lease could end before it is sent: those before it took too long, or the process stood still."""


class Outbox:
    """Sends due deliveries to the platforms of this process, as ``owner``, a name no other process has.

    ``clock`` gives aware UTC, ``timer`` seconds that never go back. ``still_there`` is asked before a message goes out, ``observe``
    hears of each try. Kinds that are ``waited_for`` need not wait behind all that was due before; those that are ``threaded`` stand
    in a thread wherever one is offered, unless the place wants none.
    """

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        cards: Mapping[str, CardMaker],
        owner: str,
        clock: Callable[[], datetime],
        reach: Reach,
        timer: Callable[[], float],
        still_there: StillThere = _everybody_is,
        observe: Observe = unobserved,
        waited_for: frozenset[str] = frozenset(),
        threaded: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._reach = reach
        self._due = claiming(reach, waited_for)
        self._platforms = platforms
        self._cards = cards
        self._owner = owner
        self._clock = clock
        self._timer = timer
        self._still_there = still_there
        self._observe = observe
        self._threaded = threaded
        self._doubts: dict[tuple[int, datetime], float] = {}
        self._erasing: set[str] = set()
        self._senders = {
            name: Sender(each.pace, partial(self._claim, name), self._try, self._give_back, clock, timer)
            for name, each in platforms.items()
        }

    async def run(self, limit: int = 20) -> int:
        """Send some of what is due on each platform, as fast as it goes; how many deliveries were claimed."""
        return sum(await asyncio.gather(*(each.send_some(limit) for each in self._senders.values())))

    def start(self) -> None:
        """Begin to send what is due, each platform by itself, on every wake."""
        for each in self._senders.values():
            each.start()

    def wake(self) -> None:
        """Something may be due."""
        for each in self._senders.values():
            each.wake()

    async def stop(self, deadline: float) -> None:
        """Stop sending; what hangs at ``deadline``, in the loop's time, is cut off and in doubt until its lease ends."""
        await asyncio.gather(*(each.stop(deadline) for each in self._senders.values()))

    async def _claim(
        self, platform: str, limit: int, lanes: int, busy: frozenset[str]
    ) -> tuple[Delivery, ...]:
        now, claimed = self._clock(), self._timer()
        batch = await self._database.write(
            lambda tx: claim(tx, self._due, platform, self._owner, now, limit, busy, lanes), later=True
        )
        return tuple(replace(each, claimed=claimed) for each in batch)

    async def _try(self, delivery: Delivery) -> None:
        began, outcome = self._timer(), "failed"
        try:
            outcome = await self._deliver(delivery)
        except Exception as error:  # noqa: BLE001  # it holds up no other: it is in doubt until its lease ends
            _log_bug("is in doubt until its lease ends", delivery, error)
        seconds = self._timer() - began
        said = {
            "delivery": delivery.id,
            "kind": Said(delivery.card_kind),
            "attempt": delivery.attempt,
            "platform": Said(delivery.destination.platform),
            "outcome": Said(outcome),
            "ms": round(seconds * 1000, 1),
        }
        log.log(_LEVELS.get(outcome, logging.WARNING), "send", extra=said)
        self._observe(delivery.destination.platform, outcome, seconds)

    async def _give_back(self, delivery: Delivery, at: datetime) -> None:
        try:
            await self._put_back(delivery, _again(delivery), at, WAITS)
        except Exception as error:  # noqa: BLE001  # as above
            _log_bug("is in doubt until its lease ends", delivery, error)

    async def _deliver(self, delivery: Delivery) -> str:
        if delivery.kind == ERASE:
            return await self._erase(delivery)
        try:
            card = await self._card(delivery)
            there = card is None or await self._still_there(delivery)
        except Exception as error:  # noqa: BLE001  # nothing was sent; a later state of the data may be better
            _log_bug("has no card", delivery, error)
            next_at = self._clock() + _pause(delivery.attempt)
            await self._put_back(delivery, _again(delivery), next_at, f"no card: {type(error).__name__}")
            return "no card"
        if card is None:
            settled = DeliveryState.SENT if delivery.ref else DeliveryState.DROPPED
            await self._put_back(delivery, settled, None, "")
            return NOTHING
        if not there:
            await self._not_there(delivery, known=there is False)
            return NOT_THERE
        try:
            return await self._send(self._platforms[delivery.destination.platform], delivery, card)
        except _LateError:
            await self._put_back(delivery, _again(delivery), self._clock(), LATE)
            return LATE

    async def _not_there(self, delivery: Delivery, *, known: bool) -> None:
        """Keep a message for when its person is known to be there; where nobody knows, that is asked a few times more."""
        if known or delivery.attempt >= ATTEMPTS_BEFORE_RARELY:
            settled = DeliveryState.SENT if delivery.ref else DeliveryState.KEPT
            await self._put_back(delivery, settled, None, NOT_THERE)
        else:
            again = self._clock() + _pause(delivery.attempt)
            await self._put_back(delivery, _again(delivery), again, "not known to be there")

    async def _card(self, delivery: Delivery) -> Card | None:
        maker = self._cards[delivery.card_kind]
        return await self._database.read(lambda tx: maker(tx, delivery))

    async def _send(self, platform: Platform, delivery: Delivery, card: Card) -> str:
        ref, found = delivery.ref, None
        try:
            async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                if ref is None and delivery.in_doubt and not self._remembered(platform, delivery):
                    found = await self._found(platform, delivery, CLOCKS_DIFFER + self._step(delivery))
                    delivery = delivery if found else await self._surely_not_sent(delivery)
                if found is None:
                    self._check_lease(delivery)
                if ref is not None:
                    await platform.edit(ref, card)
                ref = ref or found or await platform.post(self._where(platform, delivery), card, delivery.key)
        except (PlatformError, TimeoutError) as error:
            if isinstance(error, InDoubtError | TimeoutError):
                self._doubt(delivery)
            return await self._failed(delivery, error)
        try:
            # Nobody knows which face a found message has: any that was asked for since its first try makes an edit.
            await self._record(replace(delivery, wanted_revision=0) if found else delivery, ref)
        except Exception:
            self._doubt(delivery)
            raise
        return EDITED if delivery.ref is not None else FOUND if found else SENT

    async def _erase(self, delivery: Delivery) -> str:
        """Delete some of what somebody was told privately; the rest a moment later. One person's at a time on each platform.

        However often it starts over, it comes to the same end. What a platform says will never go is given up.
        """
        who, done, wait, outcome = delivery.destination, False, BETWEEN, ERASED
        assert isinstance(who, Identity)
        if who.platform not in self._erasing:
            self._erasing.add(who.platform)
            try:
                async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                    done = await self._platforms[who.platform].erase(who, delivery.asked_at)
            except (NoAccessError, UnreachableError) as error:
                log.warning("delivery %d: nothing more can be erased: %s", delivery.id, name_of(error))
                done = True
            except RateLimitedError as error:
                wait, outcome = timedelta(seconds=max(error.retry_after, 1)), RATE_LIMITED
            except (PlatformError, TimeoutError) as error:
                log.warning("delivery %d is erased later: %s", delivery.id, name_of(error))
                wait, outcome = _pause(delivery.attempt), NOT_SENT
            finally:
                self._erasing.discard(who.platform)
        if done:
            await self._database.write(lambda tx: drop_claimed(tx, delivery, self._owner))
        else:
            await self._put_back(delivery, DeliveryState.WAITING, self._clock() + wait, "")
        return outcome

    def _doubt(self, delivery: Delivery) -> None:
        """Remember when this process began what it does not know the end of, or could not record."""
        self._doubts.setdefault((delivery.id, delivery.first_try_at), delivery.claimed)
        while len(self._doubts) > _DOUBTS:
            del self._doubts[next(iter(self._doubts))]

    def _check_lease(self, delivery: Delivery) -> None:
        # Asked right before the wire: by the time it arrives, another process might send it too.
        if self._passed(delivery.claimed, delivery.lease_until - LEASE) + SEND_TIMEOUT > LEASE:
            raise _LateError

    def _passed(self, then: float, at: datetime) -> timedelta:
        """The time since an instant, by the timer and by the clock: whichever says more.

        A clock can be put back, and the timer stands still while the machine sleeps.
        """
        return max(timedelta(seconds=self._timer() - then), self._clock() - at)

    def _remembered(self, platform: Platform, delivery: Delivery) -> bool:
        """Whether the platform surely knows its key still: then it is posted again, and stands once.

        Not what follows another message: whether it stands in a thread may be another matter by now.
        """
        began = self._doubts.get((delivery.id, delivery.first_try_at))
        if began is None or delivery.root is not None:
            return False
        return self._passed(began, delivery.first_try_at) + SEND_TIMEOUT <= platform.remembers

    def _step(self, delivery: Delivery) -> timedelta:
        """How far our clock was put forward or back since the first try, in whole minutes; none where nobody knows."""
        now = self._clock()
        began = self._doubts.get((delivery.id, delivery.first_try_at))
        if began is None:
            return timedelta(0)
        drift = now - delivery.first_try_at - timedelta(seconds=self._timer() - began)
        return timedelta(minutes=round(abs(drift) / timedelta(minutes=1)))

    async def _surely_not_sent(self, delivery: Delivery) -> Delivery:
        """What was looked for in vain: from now on only this try can have sent it, which is recorded before it does."""
        now = self._clock()
        if not await self._database.write(lambda tx: begin_again(tx, delivery, self._owner, now)):
            raise _LateError
        return replace(delivery, in_doubt=False, first_try_at=now)

    async def _record(self, delivery: Delivery, ref: MessageRef) -> None:
        now = self._clock()

        async def work(tx: Transaction) -> bool:
            if delivery.paused and delivery.place_id is not None:
                await self._reach.again(tx, delivery.place_id, now)
            kept = await record_sent(tx, delivery, self._owner, ref, now)
            if not kept:
                await erase_if_forgotten(tx, delivery, now)
            return kept

        kept = await self._database.write(work)
        if not kept:
            log.warning("delivery %d was sent, but its lease had passed on", delivery.id)

    async def _failed(self, delivery: Delivery, error: Exception) -> str:
        now = self._clock()
        again, outcome = _again(delivery), IN_DOUBT
        match error:
            case GoneError():
                outcome = GONE
                await self._put_back(delivery, DeliveryState.SENT, None, GONE)
                await self._database.write(lambda tx: self._reach.deleted(tx, delivery, now))
            case UnreachableError():
                outcome = UNREACHABLE
                await self._put_back(delivery, DeliveryState.KEPT, None, UNREACHABLE)
            case NoAccessError():
                outcome = NO_ACCESS
                await self._put_back(delivery, again, now + _closed(delivery.attempt), NO_ACCESS)
                if delivery.ref is None:  # one message that can't be changed says nothing about the next one
                    await self._database.write(lambda tx: self._reach.lost(tx, delivery, str(error), now))
            case RateLimitedError():
                outcome = RATE_LIMITED
                wait = timedelta(seconds=max(error.retry_after, 1))
                if error.everywhere or delivery.ref is None:  # of an edit, it may be about that message alone
                    at = None if error.everywhere else delivery.destination.key
                    self._senders[delivery.destination.platform].hold(wait, at)
                await self._put_back(delivery, again, now + wait, RATE_LIMITED)
            case NotTakenError():
                outcome = REFUSED
                log.warning("delivery %d is not taken: %s", delivery.id, error)
                await self._put_back(delivery, again, now + _closed(delivery.attempt), REFUSED)
                await self._database.write(lambda tx: self._reach.refused(tx, delivery, now))
            case NotSentError():
                outcome = NOT_SENT
                await self._put_back(delivery, again, now + _pause(delivery.attempt), NOT_SENT)
            case _:
                log.warning("delivery %d is in doubt until its lease ends: %s", delivery.id, name_of(error))
        return outcome

    def _where(self, platform: Platform, delivery: Delivery) -> Destination:
        """Where it goes: the place, or the thread of the message it follows."""
        there, root = delivery.destination, delivery.root
        wanted = delivery.threads
        if wanted is None:
            wanted = platform.threads is Threads.PREFERRED or delivery.card_kind in self._threaded
        if root is None or not wanted or platform.threads is Threads.NONE or not isinstance(there, Place):
            return there
        return replace(there, thread=root.message)

    async def _found(self, platform: Platform, delivery: Delivery, spare: timedelta) -> MessageRef | None:
        """The message an earlier try may have sent, in the thread or beside it: the setting may have changed meanwhile."""
        since = delivery.first_try_at - spare
        until = delivery.first_try_at + max(LEASE, platform.remembers) + spare
        there = self._where(platform, delivery)
        found = await platform.find(there, delivery.key, since, until)
        if found is not None or delivery.root is None or not isinstance(there, Place):
            return found
        if platform.threads is Threads.NONE:
            return None
        other = replace(there, thread=None if there.thread else delivery.root.message)
        return await platform.find(other, delivery.key, since, until)

    async def _put_back(
        self, delivery: Delivery, state: DeliveryState, next_at: datetime | None, error: str
    ) -> None:
        await self._database.write(
            lambda tx: put_back(tx, delivery, self._owner, state=state, next_at=next_at, error=error)
        )


def _again(delivery: Delivery) -> DeliveryState:
    """The state to try again from; what is in doubt stays so, or it would be sent without being looked for."""
    if delivery.ref is not None:
        return DeliveryState.SENT
    return DeliveryState.SENDING if delivery.in_doubt else DeliveryState.WAITING


def _closed(attempt: int) -> timedelta:
    """How long to leave a place alone that the bot may not write to: longer once it was tried for an hour."""
    return MAX_PAUSE if attempt < ATTEMPTS_BEFORE_RARELY else RARELY


def _pause(attempt: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempt, 16)), MAX_PAUSE)


def _log_bug(what: str, delivery: Delivery, error: Exception) -> None:
    log_failure(log, error, "delivery %d (%s) %s", delivery.id, delivery.kind, what)
