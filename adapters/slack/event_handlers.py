"""What is done for each thing that Slack sends: a command, a press, a sent form."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from adapters.slack import commanding
from adapters.slack.api.web import Web
from adapters.slack.home import HomeTab
from adapters.slack.inbound import (
    RUN,
    Origin,
    fields_of,
    of_command,
    of_form,
    of_press,
    of_suggestion,
    press_of,
    request_of,
    team_of,
    written_in,
)
from adapters.slack.people import People
from adapters.slack.posting import NAME
from adapters.slack.rendering.forms import kept, render_form
from adapters.slack.responder import SlackResponder
from bot.chat.cards import Accent, Ask, Button, Card, Choice, Plain, Refuse, text
from bot.chat.commands import Command, buttons_for
from bot.chat.dispatch import Responder
from bot.chat.errors import NotKeptError
from bot.chat.platform import PlatformError
from bot.chat.requests import FieldValue, Invoke, Place, Request, Submit, Upload, What
from bot.chat.typed import LineError

log = logging.getLogger(__name__)

Json: TypeAlias = Mapping[str, Any]
Told: TypeAlias = "asyncio.Future[Json]"
"""What a form is answered with: errors, another form, or nothing, which closes it. Done already when Slack stopped waiting."""

MOST_BYTES = 5_000_000
_ERROR_SHOWN = 300


@dataclass(frozen=True, slots=True)
class EventHandlers:
    """Carries out what people did. ``clock`` gives aware UTC."""

    dispatcher: Responder
    people: People
    desk: SlackResponder
    web: Web
    clock: Callable[[], datetime]
    home: HomeTab

    async def command(self, body: Json) -> None:
        """A typed ``/study`` line: run, asked for what it lacks, or answered with what is wrong."""
        origin = of_command(body)
        said = str(body.get("text") or "")
        registry = self.dispatcher.registry
        if not commanding.clean_line(said):
            asking = await self._request(origin, Invoke("help", {}), origin.trigger)
            organiser = await self.dispatcher.may_organise(asking)
            await self.desk.tell(origin, commanding.menu(registry, organiser=organiser))
            return
        command = commanding.command_of(said, registry)
        try:
            what = commanding.read_line(said, registry)
        except LineError as error:
            if command is not None:
                await self._ask(origin, command, commanding.given_values(said, command), error.message)
                return
            buttons = buttons_for(error.nearest, registry)
            await self.desk.private(origin, _wrong_line(error.message, said, buttons))
            return
        request = await self._request(origin, what, origin.trigger)
        unknown = await self._unknown(request, what)
        if unknown and command is not None:
            await self._ask(origin, command, what.options, unknown)
            return
        await self._handle(request, origin)

    async def press(self, body: Json) -> None:
        """A pressed button or list; the menu's run commands."""
        origin = of_press(body)
        pressed = press_of(body)
        what: What = pressed
        if pressed.action.startswith(RUN):
            path = next(iter(pressed.values), pressed.action.removeprefix(RUN))
            registry = self.dispatcher.registry
            if registry.knows(path) and registry.get(path).needs_value:
                await self._ask(origin, registry.get(path), {}, "")
                return
            what = Invoke(path, {})
        made = f"{origin.trigger} {body['actions'][0].get('action_ts', '')}"
        await self._handle(await self._request(origin, what, made), origin)

    async def form(self, body: Json, told: Told) -> None:
        """A sent form: ``told`` gets what it is answered with, and the rest is shown after that."""
        origin = of_form(body)
        view = body["view"]
        fields, errors = await self._fields(origin, view)
        what: What
        callback = str(view.get("callback_id", ""))
        if callback.startswith(RUN):
            command = self.dispatcher.registry.get(callback.removeprefix(RUN))
            what, errors = commanding.invoke_of(command, fields)
        else:
            what = Submit(kept(str(view["private_metadata"]))[0], fields, written_in(view))
        if errors:
            _tell(told, {"response_action": "errors", "errors": errors})
            return
        request = await self._request(origin, what, f"{view['id']} {origin.trigger}")
        reply = await self.dispatcher.handle(request)
        if isinstance(reply, Refuse) and not told.done():
            _tell(told, {"response_action": "errors", "errors": _errors(reply, view)})
        elif isinstance(reply, Ask) and not told.done():
            _tell(told, {"response_action": "update", "view": render_form(reply.form, origin.keep())})
        else:
            _tell(told, {})
            await self.desk.show(reply, request, origin)
            if origin.home:
                await self.home.refresh(request, origin)

    async def left(self, body: Json) -> None:
        """Somebody left a channel, or was removed from it."""
        await self.dispatcher.left(Place(NAME, team_of(body), str(body["event"].get("channel", ""))))

    async def suggest(self, body: Json) -> tuple[Choice, ...]:
        """What completes a value that is being typed into a long list of a command's form."""
        path = str((body.get("view") or {}).get("callback_id", "")).removeprefix(RUN)
        asking = await self._request(of_suggestion(body), Invoke(path, {}), "asking")
        return await self.dispatcher.complete(
            asking, path, str(body.get("action_id", "")), str(body.get("value") or "")
        )

    async def _handle(self, request: Request, origin: Origin) -> None:
        reply = await self.dispatcher.handle(request)
        if origin.home and await self.home.took(reply, request, origin):
            return
        await self.desk.show(reply, request, origin)
        if origin.home and not isinstance(reply, Ask):
            await self.home.refresh(request, origin)

    async def _request(self, origin: Origin, what: What, made: str) -> Request:
        return await request_of(self.people, origin, what, made, self.clock())

    async def _ask(self, origin: Origin, command: Command, values: Mapping[str, Any], why: str) -> None:
        view = commanding.command_form(command, values, origin.keep(), why)
        await self.desk.open(origin, view)

    async def _unknown(self, request: Request, what: Invoke) -> str:
        """Why a value should be chosen from the list instead: nothing there is like it. "" where all are known."""
        command = self.dispatcher.registry.get(what.path)
        for each in command.options:
            said = what.options.get(each.name)
            if each.complete is None or not isinstance(said, str):
                continue
            with suppress(NotKeptError):  # whoever handles the request says so
                if await self.dispatcher.complete(request, what.path, each.name, said):
                    continue
                return f"There is no {each.name} “{said[:60]}”. Choose one from the list."
        return ""

    async def _fields(self, origin: Origin, view: Json) -> tuple[dict[str, FieldValue], dict[str, str]]:
        """The values of a form with its files read, and an error by field for those that cannot be."""
        fields: dict[str, FieldValue] = {}
        errors: dict[str, str] = {}
        for name, value in fields_of(view).items():
            if not isinstance(value, list):
                fields[name] = value
                continue
            for file in value[:1]:
                try:
                    data = await self.web.fetch(origin.team, str(file["url_private_download"]), MOST_BYTES)
                except PlatformError:
                    errors[name] = (
                        "This file could not be read, or is larger than 5 MB. Please choose it again."
                    )
                else:
                    fields[name] = Upload(str(file.get("name", "file"))[:255], data)
        return fields, errors


def _tell(told: Told, answer: Json) -> None:
    if not told.done():
        told.set_result(answer)


def _errors(reply: Refuse, view: Json) -> dict[str, str]:
    """The errors by block; those of the whole form stand at its first field."""
    blocks = [str(each["block_id"]) for each in view["blocks"] if each.get("type") == "input"]
    found: dict[str, str] = {}
    for name, said in reply.errors.items():
        at = name if name in blocks else blocks[0]
        found[at] = f"{found[at]} {said}" if at in found else said
    return {at: said[:_ERROR_SHOWN] for at, said in found.items()}


def _wrong_line(why: str, said: str, buttons: tuple[Button, ...]) -> Card:
    body = (text(Plain(why)), text("You typed: ", Plain(commanding.clean_line(said)[:200])))
    return Card("That was not understood", body, (buttons,) if buttons else (), accent=Accent.BAD)
