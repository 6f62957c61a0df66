"""The composition root: settings, database, bank, features, platforms and the scheduler, put together and taken apart."""

import asyncio
import gc
import logging
import os
import random
import socket
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from errno import EADDRINUSE
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tzlocal import get_localzone_name

from adapters.local import people
from adapters.local.room import LocalRoom, RoomMember
from adapters.local.server import serve
from bot.access.limits import Limits
from bot.access.presence import Presence
from bot.access.who import ANYONE, may_organise
from bot.app.backups import keep_backups
from bot.app.clock import utc_now
from bot.app.connections import KeptConnection, begin, until
from bot.app.dispatcher import Dispatcher
from bot.app.features import (
    FEATURES,
    INSIDE,
    REACH,
    THREADED,
    WAITED_FOR,
    cards_of,
    personal_data,
    routes,
    still_there,
    undoing,
)
from bot.app.platforms import PLATFORMS
from bot.app.settings import Settings
from bot.app.watching.admin import Watched
from bot.app.watching.admin import serve as serve_admin
from bot.app.watching.metrics import Metrics
from bot.chat.cards import Button, Private
from bot.chat.commands import Registry
from bot.chat.dispatch import trace_of
from bot.chat.errors import OperatorError
from bot.chat.factory import Core, PreparedPlatform, Timing
from bot.chat.help import help_command, help_routes
from bot.chat.logged import Said
from bot.chat.platform import Platform
from bot.chat.requests import Place
from bot.chat.serving import Door
from bot.database.engine import Database
from bot.database.facts import Facts
from bot.database.installations import StoredInstallations
from bot.database.transaction import Transaction
from bot.database.transcript import StoredTranscript
from bot.features.daily.actions import ShowRound
from bot.features.daily.demo.seeding import NEWCOMER, Demo, is_empty, load_demo, seed
from bot.features.home.actions import ShowHome
from bot.features.home.waiting import pinned
from bot.membership.kept import with_kept
from bot.membership.queries import group_of_place
from bot.outbox.scheduler import Scheduler
from bot.outbox.send import CardMaker, Outbox
from bot.questions.load import load_bank
from bot.questions.model import Bank
from bot.services import RequestTransaction, Services

log = logging.getLogger(__name__)

CONTENT = Path(__file__).resolve().parents[2] / "content"
"""The shipped question bank."""

MEMBERS = (("mira", "Mira"), ("tomas", "Tomas"), ("amara", "Amara"), ("kenji", "Kenji"))
"""Whom the room can be used as, beside its owner, where no demonstration names its own."""

STOP_SECONDS = 9.0
"""A process that is told to stop has ended after so long, whatever hangs: Docker waits ten seconds before it kills one."""

ROOM_PLACE = Place("local", "room", "study", "study")


class RoomError(OperatorError):
    """The room cannot be served."""


@dataclass(slots=True)
class App:
    """Everything of one running process. ``scheduler`` moves and sends what is due; ``room`` is the local platform.

    ``metrics`` count what is done. ``new`` tells that the demonstration was made just now.
    """

    settings: Settings
    database: Database
    bank: Bank
    services: Services
    dispatcher: Dispatcher
    scheduler: Scheduler
    room: LocalRoom
    presence: Presence
    metrics: Metrics
    new: bool = False
    served: Door | None = None

    @property
    def url(self) -> str:
        """The room's address, once it is served."""
        return self.served.url if self.served else ""

    async def start(self, *, ticking: bool = True) -> None:
        """Serve the room, and start the scheduler.

        Raises:
            RoomError: the port is taken, or the host is none of this machine's.
        """
        settings = self.settings
        try:
            self.served = await serve(
                self.room,
                self.dispatcher,
                host=settings.host,
                port=settings.port,
                allowed_hosts=settings.allowed_hosts,
                page=settings.room,
            )
        except OSError as error:
            raise _cannot_serve(settings, error) from None
        if ticking:
            await self.scheduler.start()

    async def stop(self, deadline: float | None = None) -> None:
        """Stop the scheduler, the room and the database, in that order; what is under way is finished first.

        What hangs is left behind at ``deadline``, in the loop's time; STOP_SECONDS from now where none is named.
        """
        deadline = deadline or asyncio.get_running_loop().time() + STOP_SECONDS
        await _ended("what was being moved and sent", self.scheduler.stop(deadline - 3), deadline - 2)
        if self.served is not None:
            await _ended("the room", self.served.stop(), deadline - 1)
            self.served = None
        await _ended("who is still there", self.presence.close(), deadline - 1)
        await _ended("the database", self.database.close(), deadline)


async def _ended(what: str, stop: Coroutine[Any, Any, None], deadline: float) -> None:
    """Wait until something has stopped, no longer than until ``deadline``, in the loop's time: a process ends, whatever hangs."""
    stopping = asyncio.create_task(stop)
    done, _ = await asyncio.wait({stopping}, timeout=max(deadline - asyncio.get_running_loop().time(), 0))
    if not done:
        log.warning("%s did not stop in time", Said(what))
        stopping.cancel()
    elif error := stopping.exception():
        log.error("%s did not stop well: %s", Said(what), trace_of(error))


def _cannot_serve(settings: Settings, error: OSError) -> RoomError:
    if isinstance(error, socket.gaierror):
        return RoomError(
            f"The host {settings.host} is not known.", "Set STUDYHALL_HOST to an address of this machine."
        )
    if error.errno == 98 or "in use" in str(error):
        return RoomError(
            f"Port {settings.port} is taken by another program.",
            f"Stop that one, or set STUDYHALL_PORT to another, such as {settings.port + 1}.",
        )
    return RoomError(
        f"The room cannot listen on {settings.host}:{settings.port} ({error.strerror}).",
        "Set STUDYHALL_HOST or STUDYHALL_PORT.",
    )


async def open_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    steady: Callable[[], float] = time.monotonic,
    wrap: Callable[[LocalRoom], Platform] = lambda room: room,
    bank: Bank | None = None,
    platforms: tuple[Platform, ...] = (),
    limits: Limits | None = None,
    timer: Callable[[], float] = time.monotonic,
) -> App:
    """Put a process together: the database is migrated, the bank loaded, an empty room filled with the demonstration.

    ``clock`` gives aware UTC, ``steady`` seconds that no setting of a clock changes. ``wrap`` puts something around the room as the outbox sees it. ``bank`` is one that was
    loaded before. ``platforms`` are those beside the room; whoever hands them in connects them to ``App.dispatcher``.
    ``limits`` is what one account may ask for in a minute. ``timer`` counts seconds.

    Raises:
        BankError, DatabaseError, DemoError: it cannot be put together.
    """
    content = settings.content or CONTENT
    demo = load_demo(content) if settings.demo else None
    database = await Database.open(settings.database_url)
    try:
        # Once the file is ours, so are its folder and what is kept beside it.
        bank = bank or load_bank(content, _beside(database))
        await database.migrate()
        facts = Facts(database, clock)
        kept = await facts.recall(people.FACT)
        room = LocalRoom(
            StoredTranscript(database),
            people.from_text(kept) if kept else _members(demo),
            clock=clock,
            title="Study group",
            remember=lambda members: facts.remember(people.FACT, people.to_text(members)),
        )
        platform = wrap(room)
        at = {each.name: each for each in (platform, *platforms)}
        services = Services(
            database, bank, at, personal_data(ROOM_PLACE.platform), undoing(), demo.answers if demo else {}
        )
        for feature in FEATURES:
            if feature.resume is not None:
                await feature.resume(services, clock())
        cards = cards_of(services)
        presence, metrics = Presence(database, at, timer), Metrics()
        dispatcher = _dispatcher(services, cards, limits, presence, metrics, timer)
        owner = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        there = still_there(database, presence)
        outbox = Outbox(
            database, at, cards, owner, clock, REACH, steady, there, metrics.send, WAITED_FOR, THREADED
        )
        scheduler = Scheduler(
            tuple(f.moves(services) for f in FEATURES if f.moves is not None), outbox, clock, steady
        )
        database.woken = scheduler.wake
        new = demo is not None and await _fill(services, room, clock())
    except BaseException:
        await database.close()
        if database.broken is not None:
            raise database.broken from None
        raise
    return App(settings, database, bank, services, dispatcher, scheduler, room, presence, metrics, new)


def _beside(database: Database) -> Path | None:
    """Where the bank is kept from start to start; on a server's database there is no place that is surely this process's."""
    if database.is_postgres or not database.url.database:
        return None
    file = Path(database.url.database)
    return file.with_name(f"{file.name}.bank")


def _members(demo: Demo | None) -> tuple[RoomMember, ...]:
    others = demo.members if demo else MEMBERS
    return (
        RoomMember(NEWCOMER, "Robin", organiser=True),
        *(RoomMember(user, name, sample=demo is not None) for user, name in others),
    )


def _dispatcher(
    services: Services,
    cards: Mapping[str, CardMaker],
    limits: Limits | None,
    presence: Presence,
    metrics: Metrics,
    timer: Callable[[], float],
) -> Dispatcher:
    def known() -> Registry:
        return registry

    async def later(tx: RequestTransaction, reply: Private) -> Private:
        request = tx.request
        here = await group_of_place(tx, request.place) if request.place is not None else None
        still_in = {each for each in (tx.still_in, here.id if here else None) if each is not None}
        return await with_kept(tx, cards, request.who, request.at, reply, inside=INSIDE, still_in=still_in)

    commands = tuple(each for feature in FEATURES for each in feature.all_commands(services.bank))
    registry = Registry((*commands, help_command(known, ANYONE, may_organise)))
    return Dispatcher(
        services,
        registry,
        (*routes(), *help_routes(known, ANYONE, may_organise)),
        later,
        _asked_again,
        limits,
        presence,
        metrics.request,
        timer,
        pinned,
    )


def _asked_again(about: object) -> tuple[Button, ...]:
    """The way to see how that stands which was done already."""
    round_id, group_id = getattr(about, "round_id", None), getattr(about, "group_id", None)
    if isinstance(round_id, int):
        return (Button("Show how it stands", ShowRound(round_id)),)
    return (Button("Show how it stands", ShowHome(group_id)),) if isinstance(group_id, int) else ()


async def _fill(services: Services, room: LocalRoom, now: datetime) -> bool:
    owner, *others = (room.identity(m) for m in room.members)

    async def work(tx: Transaction) -> bool:
        if not await is_empty(tx):
            return False
        return await seed(tx, services, room.place, owner, {who.user: who for who in others}, _zone(), now)

    return await services.database.write(work)


def _zone() -> str:
    try:
        return get_localzone_name() or "UTC"
    except Exception:  # noqa: BLE001  # a machine with an odd clock configuration still gets a room
        return "UTC"


async def _first_step(app: App, *, connected: bool) -> str:
    if connected or not app.settings.room:
        return "Type /group setup in a channel; groups that are set up go on."
    if await app.database.read(is_empty):
        return "Open it in a browser and type /group setup."
    if app.new:
        return "Open it in a browser and press Answer on the gold card."
    return "Open it in a browser: everything goes on where it stopped."


def _kept(database: Database) -> str:
    if database.is_postgres or not database.url.database:
        return "nothing is lost"
    return f"nothing is lost, the data are in {Path(database.url.database).absolute()}"


def steady_memory() -> None:
    """Keep garbage collection from pausing answers: what was loaded at start stays, so it is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def prepared(settings: Settings, clock: Callable[[], datetime]) -> tuple[PreparedPlatform, ...]:
    """The platforms that the settings name; only theirs is loaded. ``clock`` gives aware UTC."""
    timing = Timing(clock, time.monotonic, asyncio.sleep)
    found = ((each, settings.of(each)) for each in PLATFORMS)
    return tuple(each.prepare(its, timing) for each, its in found if its.is_set)


async def run(
    settings: Settings,
    stopping: asyncio.Event,
    tell: Callable[[str], None],
    others: Sequence[PreparedPlatform] | None = None,
) -> None:
    """Run a process until ``stopping`` is set; ``tell`` gets the lines for the operator.

    ``others`` are the platforms beside the room; without them those that the settings name.

    Raises:
        OperatorError: it cannot be put together or served, no platform is left that it is connected to, or nothing can be kept
            in the database's file any more.
    """
    others = prepared(settings, utc_now) if others is None else others
    app = await open_app(settings, platforms=tuple(each.platform for each in others), limits=Limits())
    app.database.broke = stopping.set
    steady_memory()
    backups = asyncio.create_task(keep_backups(app.database, settings.backups, utc_now, asyncio.sleep))
    core = Core(app.dispatcher, Facts(app.database, utc_now), StoredInstallations(app.database, utc_now))
    connections = [
        KeptConnection(each, core, timer=time.monotonic, sleep=asyncio.sleep, chance=random.random)
        for each in others
    ]
    admin, notes = None, list[str]()
    try:
        await app.start(ticking=False)
        admin = await _admin(app, connections, notes.append)
        said, kept = await begin(connections)
        await app.scheduler.start()
        tell(f"Studyhall is running at {app.url}")
        for line in (*said, *notes):
            tell(line)
        tell(f"{await _first_step(app, connected=bool(connections))} Ctrl-C stops; {_kept(app.database)}.")
        await until(stopping, kept)
    finally:
        backups.cancel()
        deadline = asyncio.get_running_loop().time() + STOP_SECONDS
        await asyncio.gather(*(_ended("a connection", each.stop(), deadline - 4) for each in connections))
        if admin is not None:
            await _ended("the admin port", admin.stop(), deadline - 4)
        await app.stop(deadline)
        if app.database.broken is not None:
            raise app.database.broken from None
    tell("Stopped. The next start goes on where this ended.")


async def _admin(app: App, connections: Sequence[KeptConnection], tell: Callable[[str], None]) -> Door | None:
    """The admin port, where one is set. A taken one keeps no process from running: several may share a machine."""
    port = app.settings.admin_port
    if port is None:
        return None
    watched = Watched(
        app.metrics, app.database, app.scheduler, tuple(app.services.platforms), connections, utc_now
    )
    try:
        return await serve_admin(watched, port)
    except OSError as error:
        why = "is taken" if error.errno == EADDRINUSE else f"cannot be used ({error.strerror})"
        tell(
            f"Port {port} {why}: this process serves no metrics. Set STUDYHALL_ADMIN_PORT to another, or to 0."
        )
        return None


async def registry_of(settings: Settings) -> Registry:
    """The commands of a process with these settings; its database is left alone.

    Raises:
        BankError: the question bank cannot be used.
    """
    with TemporaryDirectory(prefix="studyhall-") as folder:
        app = await open_app(replace(settings, database_url=f"sqlite:///{folder}/studyhall.db", demo=False))
        await app.stop()
    return app.dispatcher.registry
