"""The one door for everything people do on Discord: commands, what they type into options, buttons, lists and forms.

All of it comes through ``on_interaction``. A button is known by its custom id alone, and so is a form: both work for ever,
in whatever process they arrive, and a click that nothing understands is answered like every other.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import discord
from discord import InteractionType, app_commands

from adapters.discord.answering import LAST_MOMENT, PATIENCE, Answer, Interaction, Manner
from adapters.discord.commands import proposals
from adapters.discord.errors import Means, meaning
from adapters.discord.inbound import (
    TooLargeError,
    invoke_of,
    press_of,
    request_of,
    submit_of,
    typing_of,
    uploads_of,
)
from adapters.discord.own_cards import FORGOTTEN, REMEMBERED, SORRY, OpenAgain, too_large_card
from adapters.discord.sending import say
from adapters.discord.timing.turns import Since, Turn, Turns
from bot.chat.actions import ActionError, ActionTable
from bot.chat.cards import Form, Private, Reply
from bot.chat.commands import UnknownCommandError, Visibility
from bot.chat.dispatch import Responder, trace_of
from bot.chat.known import Recent
from bot.chat.logged import name_of
from bot.chat.requests import Invoke, Press, Request, What

log = logging.getLogger(__name__)

SEEN = 4000
"""How many interactions are remembered: one that arrives again after a reconnection is left to its first arrival."""

_OURS = ActionTable((OpenAgain,))


class InteractionHandler:
    """Takes interactions to the dispatcher and its replies back. ``patience`` and ``last_moment`` are in seconds.

    ``turns`` bounds how many the dispatcher works on at once.
    """

    def __init__(
        self,
        dispatcher: Responder,
        clock: Callable[[], datetime],
        *,
        patience: float = PATIENCE,
        last_moment: float = LAST_MOMENT,
        turns: Turns | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._patience = patience
        self._last_moment = last_moment
        self._since = Since(clock)
        self._turns = turns or Turns()
        self._seen: Recent[int, None] = Recent(SEEN)
        self._forms: Recent[str, Form] = Recent(REMEMBERED)

    async def take(self, interaction: Interaction) -> None:
        """Answer an interaction. Never raises: the last thing shown is an apology."""
        if interaction.id in self._seen:
            return
        self._seen.put(interaction.id, None)
        try:
            await self._take(interaction)
        except discord.HTTPException as error:
            if meaning(error) is Means.INTERACTION_OVER:
                log.info("an interaction was answered too late, or elsewhere (%d)", error.code)
                return
            log.error("Discord did not take an answer (%d, %d)", error.status, error.code)  # noqa: TRY400  # below
            await self._apologise(interaction)
        except Exception as error:  # noqa: BLE001  # the last guard: a bug must not leave a click without an answer
            log.error("an interaction failed: %s", trace_of(error))  # noqa: TRY400  # its words may quote a member
            await self._apologise(interaction)

    async def _take(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        registry = self._dispatcher.registry
        match interaction.type:
            case InteractionType.application_command:
                invoke = invoke_of(data, registry)
                await self._answer(interaction, invoke, self._manner_of_command(invoke.path))
            case InteractionType.autocomplete:
                await self._propose(interaction, data)
            case InteractionType.component:
                await self._press(interaction, press_of(data, interaction.guild_id))
            case InteractionType.modal_submit:
                await self._submit(interaction, data)
            case _:
                return

    async def _press(self, interaction: Interaction, press: Press) -> None:
        again = _open_again(press)
        if again is None:
            await self._answer(interaction, press, self._manner_of_press(press))
            return
        answer = Answer(interaction, self._request(interaction, press), self._forms)
        form = self._forms.get(again.form)
        if form is None:
            await answer.show(Private(FORGOTTEN))
        else:
            await answer.open(form)

    async def _submit(self, interaction: Interaction, data: Any) -> None:  # noqa: ANN401  # as it came
        submit = submit_of(data)
        request = self._request(interaction, submit)

        async def work(turn: Turn) -> Reply:
            try:
                files = await uploads_of(data, interaction.client)
            except TooLargeError as error:
                return Private(too_large_card(str(error)))
            whole = replace(request, what=replace(submit, fields={**submit.fields, **files}))
            return await self._handled(whole, turn)

        await self._show(interaction, request, work, Manner())

    async def _answer(self, interaction: Interaction, what: What, manner: Manner) -> None:
        request = self._request(interaction, what)
        await self._show(interaction, request, partial(self._handled, request), manner)

    async def _handled(self, request: Request, turn: Turn) -> Reply:
        return await self._turns.run(turn, partial(self._dispatcher.handle, request))

    async def _show(
        self,
        interaction: Interaction,
        request: Request,
        work: Callable[[Turn], Coroutine[Any, Any, Reply]],
        manner: Manner,
    ) -> None:
        at_once = manner.at_once or self._turns.is_full
        turn = Turn(interaction.id, put_off=at_once)
        waits = self._last_moment if manner.may_ask else self._patience
        left = None if at_once else max(waits - self._since(interaction.created_at), 0)
        answer = Answer(interaction, request, self._forms)
        reply = await answer.wait_for(work(turn), manner, left, lambda: self._turns.put_off(turn))
        await answer.show(reply)

    def _request(self, interaction: Interaction, what: What) -> Request:
        return request_of(interaction, what, self._clock())

    def _manner_of_command(self, path: str) -> Manner:
        try:
            command = self._dispatcher.registry.get(path)
        except UnknownCommandError:
            return Manner()
        return Manner(
            public=command.visibility is Visibility.PUBLIC,
            at_once=command.slow and not command.opens_form,
            may_ask=command.opens_form,
        )

    def _manner_of_press(self, press: Press) -> Manner:
        try:
            return Manner(may_ask=self._dispatcher.opens_form(press.action))
        except ActionError:
            return Manner()

    async def _propose(self, interaction: Interaction, data: Any) -> None:  # noqa: ANN401  # as it came
        typing = typing_of(data, self._dispatcher.registry)
        choices: list[app_commands.Choice[str | int | float]] = []
        if typing is not None and not self._turns.anyone_waits:
            try:
                request = self._request(interaction, Invoke(typing.path, typing.options))
                propose = partial(
                    self._dispatcher.complete, request, typing.path, typing.option, typing.prefix
                )
                found = await self._turns.run(Turn(interaction.id), propose)
                choices = [app_commands.Choice(**each) for each in proposals(found, whole=typing.whole)]
            except Exception as error:  # noqa: BLE001  # no proposals rather than an error beneath the typing
                log.warning("no proposals: %s", name_of(error))
        await interaction.response.autocomplete(choices)

    async def _apologise(self, interaction: Interaction) -> None:
        if interaction.type is InteractionType.autocomplete:
            return
        try:
            await say(interaction, SORRY)
        except Exception as error:  # noqa: BLE001  # Discord cannot be reached, or waits no longer
            log.warning("nothing could be said about it: %s", name_of(error))


def _open_again(press: Press) -> OpenAgain | None:
    if not press.action.startswith(OpenAgain.tag):
        return None
    try:
        made = _OURS.decode(press.action)
    except ActionError:
        return None
    return made if isinstance(made, OpenAgain) else None
