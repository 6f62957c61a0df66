"""From a request to a reply: who may, one transaction, the handler, and kind words when something is wrong.

The reply goes out after the commit. Whether something was changed is known, and said: what fails within the transaction is
undone; what fails later (a picture that cannot be drawn) costs the reply its picture and nothing else.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

from bot.access.limits import Limits
from bot.access.presence import Presence, PresenceUnknownError
from bot.access.who import may_organise
from bot.chat.access import Level
from bot.chat.actions import Action, ActionError, ActionTable
from bot.chat.cards import Accent, Button, Card, Choice, Picture, Private, Public, Reply, Update, text
from bot.chat.commands import Command, Registry, RunCommand, UnknownCommandError, buttons_for
from bot.chat.dispatch import Pin, Route, UserError, log_failure, not_kept, trace_of, with_what_was_typed
from bot.chat.errors import NotKeptError
from bot.chat.logged import Observe, Said, unobserved
from bot.chat.requests import Invoke, Place, Press, Request, Submit
from bot.database.errors import CommitInDoubtError
from bot.database.request_log import is_first
from bot.database.transaction import Transaction
from bot.pictures.drawing import draw
from bot.services import KnownPresence, RequestTransaction, Services

log = logging.getLogger(__name__)

T = TypeVar("T")

Later: TypeAlias = Callable[[RequestTransaction, Private], Awaitable[Private]]
"""Adds to a private reply what could not be told this person before."""

Pinned: TypeAlias = Callable[[RequestTransaction], Awaitable[tuple[Pin, ...]]]
"""What waits for this person."""

AskedAgain: TypeAlias = Callable[[object], tuple[Button, ...]]
"""The buttons that show how something stands that was done already, for the action or the options that came again."""


_IDS = ("group_id", "round_id", "quiz_id")
"""Of an action a log names these: with an answer's id it would tell who is voted for."""


class _AlreadyDoneError(Exception):
    """This request was handled before."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request with what it goes to: a command or a route, and its options or action."""

    goes_to: Command | Route
    about: Any


@dataclass(frozen=True, slots=True)
class _Done:
    """What a handler replied, whether something waits for whoever asked, and which group they were found to be in still."""

    reply: Reply
    waits: bool
    still_in: int | None


class Dispatcher:
    """Routes requests; a ``bot.chat.dispatch.Responder``. ``routes`` are all there are, by their actions.

    ``later`` adds what waits for somebody to their private replies, ``asked_again`` gives the buttons for a request that
    was delivered twice, ``pinned`` what waits for whoever looks. ``limits`` is what one account may ask for; without it, anything. ``presence`` tells whether members who
    ask from elsewhere are still in a place; without it nobody knows. ``observe`` hears of each request; ``timer`` counts seconds.
    """

    def __init__(
        self,
        services: Services,
        registry: Registry,
        routes: tuple[Route, ...],
        later: Later | None = None,
        asked_again: AskedAgain = lambda _about: (),
        limits: Limits | None = None,
        presence: Presence | None = None,
        observe: Observe = unobserved,
        timer: Callable[[], float] = lambda: 0.0,
        pinned: Pinned | None = None,
    ) -> None:
        self.registry = registry
        self._services = services
        self.routes: Mapping[type[Action], Route] = {r.action: r for r in routes}
        if len(self.routes) != len(routes):
            raise ValueError("Two routes share an action.")
        self._actions = ActionTable((*self.routes, RunCommand))
        self._later = later
        self._asked_again = asked_again
        self._limits = limits
        self._presence = presence
        self._observe = observe
        self._timer = timer
        self._pinned = pinned

    def opens_form(self, made: str) -> bool:
        """Whether a form may follow the press of an action of this id.

        Raises:
            ActionError: the id is not (or no longer) one of ours.
        """
        action = self._actions.decode(made)
        if isinstance(action, RunCommand):
            return self.registry.knows(action.name) and self.registry.get(action.name).opens_form
        return self.routes[type(action)].opens_form

    async def may_organise(self, request: Request) -> bool:
        """Whether this person may use the organisers' commands here; no where that cannot be looked up."""
        try:
            return await self._look(request, may_organise)
        except NotKeptError:
            return False

    async def pinned(self, request: Request) -> tuple[Pin, ...]:
        """What waits for this person here, what is most pressing first.

        Raises:
            NotKeptError: it cannot be read just now.
        """
        return () if self._pinned is None else await self._look(request, self._pinned)

    async def left(self, place: Place) -> None:
        """Somebody has left a channel: what is remembered of who is in it counts no longer."""
        if self._presence is not None:
            await self._presence.left(place)

    async def complete(self, request: Request, path: str, option: str, prefix: str) -> tuple[Choice, ...]:
        """Proposals for an option's value, at most 25; none rather than an error."""
        command = self.registry.get(path)
        found = command.option(option)
        if found is None or found.complete is None:
            return ()
        who, propose = command.who, found.complete
        if who is None:
            return ()

        async def proposed(mine: RequestTransaction) -> tuple[Choice, ...]:
            try:
                await who.admit(mine, {})
            except UserError:
                return ()
            return tuple(await propose(mine, prefix))[:25]

        return await self._look(request, proposed)

    async def _look(self, request: Request, find: Callable[[RequestTransaction], Awaitable[T]]) -> T:
        async def run(presence: KnownPresence) -> T:
            async def work(tx: Transaction) -> T:
                return await find(self._for(tx, request, presence))

            return await self._services.database.read(work)

        return await self._knowing_presence(run)

    def _for(
        self, tx: Transaction, request: Request, presence: KnownPresence, *, reads: bool = True
    ) -> RequestTransaction:
        return RequestTransaction(tx, request, self._services, reads=reads, presence=presence)

    async def _knowing_presence(self, run: Callable[[KnownPresence], Awaitable[T]]) -> T:
        """Do something. Where it must first be known whether a member is still in a place, ask, and start over."""
        if self._presence is None:
            return await run(lambda _group_id, _member_id: (None,))
        try:
            return await run(self._presence.remembered)
        except PresenceUnknownError as needed:
            known = {needed.of: await self._presence.get(*needed.of)}
        return await run(lambda *of: (known.get(of),))

    async def handle(self, request: Request) -> Reply:
        """The reply to a request. Never raises: what went wrong becomes a private card."""
        began, asked = self._timer(), None
        mark = Said(blake2b(request.id.encode(), digest_size=4).hexdigest())
        try:
            asked = self._asked(request)
            if self._limits is not None:
                weight = asked.goes_to.weight if isinstance(asked.goes_to, Route) else 1
                self._limits.take(request.who.key, request.at, weight)
            reply = await self._knowing_presence(partial(self._handled, request, asked))
            reply, outcome = await _with_pictures(reply), "done"
        except UserError as error:
            reply, outcome = Private(with_what_was_typed(error.card, request)), "refused"
        except (ActionError, UnknownCommandError) as error:
            reply, outcome = Private(with_what_was_typed(_unknown(error, self.registry), request)), "unknown"
        except _AlreadyDoneError:
            reply = Private(_already_done(self._asked_again(asked.about if asked else None)))
            outcome = "repeated"
        except Exception as error:  # noqa: BLE001  # the last guard: a bug must not leave a member without an answer
            in_doubt = isinstance(error, CommitInDoubtError)
            if isinstance(error, NotKeptError) and not in_doubt:
                reply, outcome = not_kept(request), "not saved"
            else:
                log.error("request %s failed: %s", mark, trace_of(error))  # noqa: TRY400  # its words may quote a member
                card = with_what_was_typed(_sorry(mark, request, in_doubt=in_doubt), request)
                reply, outcome = Private(card, unkept=in_doubt), "failed"
        self._note(request, mark, asked, outcome, self._timer() - began)
        return reply

    def _note(self, request: Request, mark: str, asked: _Asked | None, outcome: str, seconds: float) -> None:
        platform = request.who.platform
        said: dict[str, object] = {
            "request": mark,
            "platform": Said(platform),
            "outcome": Said(outcome),
            "ms": round(seconds * 1000, 1),
        }
        if asked is not None:
            goes_to = asked.goes_to
            said["asked"] = Said(goes_to.action.__name__ if isinstance(goes_to, Route) else goes_to.name)
            said |= {name: found for name in _IDS if (found := getattr(asked.about, name, None)) is not None}
        log.info("request", extra=said)
        self._observe(platform, outcome, seconds)

    def _asked(self, request: Request) -> _Asked:
        what = request.what
        if isinstance(what, Invoke):
            return _Asked(self.registry.get(what.path), what.options)
        action = self._actions.decode(what.action)
        if isinstance(action, RunCommand):
            command = self.registry.get(action.name)
            return _Asked(command, action.options_of(command))
        return _Asked(self.routes[type(action)], action)

    async def _handled(self, request: Request, asked: _Asked, presence: KnownPresence) -> Reply:
        goes_to, database = asked.goes_to, self._services.database
        if goes_to.who is None:
            raise UserError("Nobody may do this", "It does not declare who may.")
        prepared: tuple[Any, ...] = ()
        if goes_to.prepare is not None:
            if goes_to.who.level is not Level.ANYONE:
                await database.read(partial(self._admitted, request=request, asked=asked, presence=presence))
            prepared = (await goes_to.prepare(self._services, request, asked.about),)
        work = partial(self._work, request=request, asked=asked, prepared=prepared, presence=presence)
        done = await (database.read if goes_to.reads else database.write)(work)
        return await self._with_what_waits(request, done)

    async def _with_what_waits(self, request: Request, done: _Done) -> Reply:
        reply, later = done.reply, self._later
        if later is None or not done.waits or not isinstance(reply, Private):
            return reply

        async def work(tx: Transaction) -> Private:
            mine = RequestTransaction(tx, request, self._services)
            mine.still_in = done.still_in
            return await later(mine, reply)

        try:
            return await self._services.database.write(work)
        except Exception as error:  # noqa: BLE001  # what is added must not cost the reply itself
            log_failure(log, error, "nothing was added to a reply")
            return reply

    async def _admitted(
        self, tx: Transaction, request: Request, asked: _Asked, presence: KnownPresence
    ) -> None:
        assert asked.goes_to.who is not None
        await asked.goes_to.who.admit(self._for(tx, request, presence), asked.about)

    async def _work(
        self,
        tx: Transaction,
        request: Request,
        asked: _Asked,
        prepared: tuple[Any, ...],
        presence: KnownPresence,
    ) -> _Done:
        mine = self._for(tx, request, presence, reads=asked.goes_to.reads)
        goes_to = asked.goes_to
        assert goes_to.who is not None
        if not goes_to.reads and not await is_first(tx, request):
            raise _AlreadyDoneError
        await goes_to.who.admit(mine, asked.about)
        return _Done(
            await goes_to.handler(mine, asked.about, *prepared), waits=mine.kept, still_in=mine.still_in
        )


async def _with_pictures(reply: Reply) -> Reply:
    if not isinstance(reply, Private | Public | Update):
        return reply
    if not any(isinstance(each, Picture) and each.layout is not None for each in reply.card.blocks):
        return reply
    blocks: list[Any] = []
    for each in reply.card.blocks:
        if isinstance(each, Picture) and each.layout is not None:
            try:
                blocks.append(Picture(each.name, await draw(each.layout), each.alt))
            except Exception as error:  # noqa: BLE001  # its words stand in the card
                log_failure(log, error, "a picture was not drawn")
        else:
            blocks.append(each)
    return replace(reply, card=replace(reply.card, blocks=tuple(blocks)))


def _already_done(buttons: tuple[Button, ...]) -> Card:
    words = "This arrived twice and was counted once. Nothing else was changed."
    return Card("Already done", (text(words),), (buttons,) if buttons else ())


def _unknown(error: Exception, registry: Registry) -> Card:
    if isinstance(error, UnknownCommandError):
        hint = " or ".join(f"`/{name}`" for name in error.nearest)
        said = f"Did you mean {hint}?" if hint else "`/help` shows all commands."
        row = buttons_for(error.nearest, registry)
        return Card("There is no such command", (text(said),), (row,) if row else (), accent=Accent.BAD)
    words = "It belongs to an older message. `/question today` shows what is open now, and `/help` everything else."
    return Card("This button no longer works", (text(words),), accent=Accent.BAD)


def _sorry(mark: str, request: Request, *, in_doubt: bool) -> Card:
    kept = "Nothing was changed."
    if in_doubt:
        kept = "It is not known whether this was saved. Check before you do it again."
    elif isinstance(request.what, Submit) and request.what.typed:
        kept += " What you typed is below."
    again = "Please try again" if isinstance(request.what, Press | Submit) else "Please run it again"
    words = f"{kept} {again} in a moment. If it keeps happening, give an organiser this code: `{mark}`."
    return Card("Something went wrong here", (text(words),), accent=Accent.BAD)
