"""From a request to a reply: permission, handler, and kind words when something is wrong."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from traceback import format_tb
from typing import Any, TypeAlias

from bot.chat.actions import Action, ActionError, ActionTable
from bot.chat.cards import Accent, Card, Choice, Private, Reply, Verbatim, text
from bot.chat.commands import Registry, UnknownCommandError
from bot.chat.requests import Invoke, Press, Request, Submit

log = logging.getLogger(__name__)

Allow: TypeAlias = Callable[[Request], Awaitable[bool]]
ActionHandler: TypeAlias = Callable[[Request, Any], Awaitable[Reply]]
Last: TypeAlias = Callable[[Request, Reply], Awaitable[Reply]]
FormAgain: TypeAlias = Callable[[Request, Any, Mapping[str, str]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """Which handler an action goes to; ``organisers`` keeps it to those who may organise the group."""

    action: type[Action]
    handler: ActionHandler
    organisers: bool = False
    opens_form: bool = False


class UserError(Exception):
    """Something cannot be done, and this is the card that says why and what to do instead."""

    def __init__(self, title: str, *blocks: str, card: Card | None = None) -> None:
        super().__init__(title)
        self.card = card or Card(title, tuple(text(b) for b in blocks), accent=Accent.BAD)


class Dispatcher:
    """Routes requests. ``allow`` says whether the person may organise the group of the request's place.

    ``last`` may add to a reply before it goes out.
    """

    def __init__(
        self, registry: Registry, routes: tuple[Route, ...], allow: Allow, last: Last | None = None
    ) -> None:
        self.registry = registry
        self._last = last
        self._routes: dict[type[Action], Route] = {r.action: r for r in routes}
        if len(self._routes) != len(routes):
            raise ValueError("Two routes share an action.")
        self._actions = ActionTable(self._routes)
        self._allow = allow

    def route(self, made: str) -> Route:
        """The route of an action's id, for adapters that must know whether a form follows.

        Raises:
            ActionError: the id is not (or no longer) one of ours.
        """
        return self._routes[type(self._actions.decode(made))]

    async def may_organise(self, request: Request) -> bool:
        """Whether this person may use the organisers' commands here."""
        return await self._allow(request)

    async def handle(self, request: Request) -> Reply:
        """The reply to a request. Never raises: what went wrong becomes a private card."""
        reply = await self._safely(request)
        if self._last is None:
            return reply
        try:
            return await self._last(request, reply)
        except Exception as error:  # noqa: BLE001  # what is added must not cost the reply itself
            log.error("nothing was added to a reply: %s", trace_of(error))  # noqa: TRY400  # as below
            return reply

    async def _safely(self, request: Request) -> Reply:
        try:
            return await self._handle(request)
        except UserError as error:
            return Private(_with_what_was_typed(error.card, request))
        except (ActionError, UnknownCommandError) as error:
            log.info("stale or unknown request from %s: %s", request.who.platform, type(error).__name__)
            return Private(_with_what_was_typed(_unknown(error), request))
        except Exception as error:  # noqa: BLE001  # the last guard: a bug must not leave a member without an answer
            mark = blake2b(request.id.encode(), digest_size=4).hexdigest()
            log.error("request %s failed: %s", mark, trace_of(error))  # noqa: TRY400  # its words may quote a member
            return Private(_with_what_was_typed(_failed(mark, request), request))

    async def _handle(self, request: Request) -> Reply:
        what = request.what
        if isinstance(what, Invoke):
            command = self.registry.get(what.path)
            if command.organisers and not await self._allow(request):
                raise UserError("This one is for the organisers", ORGANISERS_ONLY)
            return await command.handler(request, what.options)
        action = self._actions.decode(what.action)
        route = self._routes[type(action)]
        if route.organisers and not await self._allow(request):
            raise UserError("This one is for the organisers", ORGANISERS_ONLY)
        return await route.handler(request, action)

    async def complete(self, request: Request, path: str, option: str, prefix: str) -> tuple[Choice, ...]:
        """Proposals for an option's value, at most 25; none rather than an error."""
        command = self.registry.get(path)
        found = command.option(option)
        if found is None or found.complete is None:
            return ()
        if command.organisers and not await self._allow(request):
            return ()
        return (await found.complete(request, prefix))[:25]


ORGANISERS_ONLY = (
    "Only those who set this group up, those they named, and whoever may manage the channel can do this. "
    "`/group status` says who that is."
)


def trace_of(error: BaseException) -> str:
    """What an error was and where it came from, without its words: they may quote what a member wrote."""
    return f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}"


def _unknown(error: Exception) -> Card:
    if isinstance(error, UnknownCommandError):
        hint = f"Did you mean `/{error.nearest}`?" if error.nearest else "`/help` shows all commands."
        return Card("There is no such command", (text(hint),), accent=Accent.BAD)
    words = "It belongs to an older message. `/question today` shows what is open now, and `/help` everything else."
    return Card("This button no longer works", (text(words),), accent=Accent.BAD)


def _failed(mark: str, request: Request) -> Card:
    lost = "What you typed stands below." if isinstance(request.what, Submit) else "Nothing was changed."
    again = "Please try again" if isinstance(request.what, Press | Submit) else "Please run it again"
    return Card(
        "That went wrong on our side",
        (text(f"{lost} {again} in a moment. If it keeps happening, tell an organiser this code: `{mark}`."),),
        accent=Accent.BAD,
    )


def _with_what_was_typed(card: Card, request: Request) -> Card:
    if not isinstance(request.what, Submit) or any(isinstance(b, Verbatim) for b in card.blocks):
        return card
    typed = tuple(v for v in request.what.fields.values() if isinstance(v, str) and len(v) > 40)
    kept = tuple(Verbatim(v, text("What you typed:")) for v in typed)
    return replace(card, blocks=(*card.blocks, *kept))
