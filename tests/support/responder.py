"""A product without a database: what an adapter takes requests to, in tests of the adapter alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.access import Level
from bot.chat.actions import Action, ActionError, ActionTable
from bot.chat.cards import Accent, Card, Choice, Private, Reply, text
from bot.chat.commands import Registry, UnknownCommandError
from bot.chat.dispatch import ORGANISERS_ONLY, Pin, Route, UserError
from bot.chat.requests import Invoke, Place, Request


@dataclass(frozen=True)
class Declared:
    """Who may, as a test's command declares it; the small responder asks ``allow`` where it is for organisers."""

    level: Level

    async def admit(self, tx: object, about: object) -> None:
        """Nobody asks this here."""


FOR_ORGANISERS = Declared(Level.ORGANISER)


class SmallResponder:
    """Handlers are ``(request, action or options) -> Reply``; ``allow`` says who organises.

    Commands for organisers ask it first. Errors become cards as they do in the product.
    """

    def __init__(
        self, registry: Registry, routes: tuple[Route, ...], allow: Callable[[Request], Awaitable[bool]]
    ) -> None:
        self.registry = registry
        self._routes = {r.action: r for r in routes}
        self._actions = ActionTable(self._routes)
        self._allow = allow
        self.was_left: list[Place] = []

    def opens_form(self, made: str) -> bool:
        return self._route(self._actions.decode(made)).opens_form

    def _route(self, action: Action) -> Route:
        return self._routes[type(action)]

    async def left(self, place: Place) -> None:
        self.was_left.append(place)

    async def may_organise(self, request: Request) -> bool:
        return await self._allow(request)

    async def pinned(self, request: Request) -> tuple[Pin, ...]:
        del request
        return ()

    async def handle(self, request: Request) -> Reply:
        try:
            return await self._handle(request)
        except UserError as error:
            return Private(error.card)
        except UnknownCommandError:
            return Private(Card("There is no such command", accent=Accent.BAD))
        except ActionError:
            return Private(Card("This button no longer works", accent=Accent.BAD))
        except Exception:  # noqa: BLE001  # as the product does
            words = "Nothing was changed. Please try again in a moment."
            return Private(Card("Something went wrong here", (text(words),), accent=Accent.BAD))

    async def _handle(self, request: Request) -> Reply:
        what = request.what
        if isinstance(what, Invoke):
            command = self.registry.get(what.path)
            if command.organisers and not await self._allow(request):
                raise UserError("Only organisers can do this", ORGANISERS_ONLY)
            return await command.handler(request, what.options)
        action = self._actions.decode(what.action)
        return await self._route(action).handler(request, action)

    async def complete(self, request: Request, path: str, option: str, prefix: str) -> tuple[Choice, ...]:
        command = self.registry.get(path)
        found = command.option(option)
        if found is None or found.complete is None or (command.organisers and not await self._allow(request)):
            return ()
        return tuple(await found.complete(request, prefix))[:25]
