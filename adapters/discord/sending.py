"""What discord.py is handed to send: our payloads in its own coats, and marks by which a message is known again.

A mark is kept in the ids of the container and of its first component (Component Reference: 32 bits, ours to choose).
It survives a restart, nobody sees it, and it comes back with every click and with every message that is read back.
"""

import io
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import discord

from adapters.discord.rendering.controls import Component
from adapters.discord.rendering.render import render
from bot.chat.cards import Card

Mark: TypeAlias = tuple[int, int]

NAME = "discord"
NOBODY = discord.AllowedMentions.none()
"""Whatever stands in a message of ours, it notifies nobody but whom its card says."""


class Layout(discord.ui.LayoutView):
    """A rendered card, as discord.py sends it. It is finished from the start: clicks come in by their custom ids alone."""

    def __init__(self, components: list[Component]) -> None:
        super().__init__(timeout=None)
        self._made = components
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        """The components as they were rendered."""
        return self._made

    def has_components_v2(self) -> bool:
        """Always: without the flag Discord refuses a container."""
        return True


class SentForm(discord.ui.Modal):
    """A rendered form, as discord.py sends it; like ``Layout`` it keeps nothing in memory."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(title=payload["title"], custom_id=payload["custom_id"], timeout=None)
        self._made = payload
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        """The form as it was rendered."""
        return self._made


def mark_of(said: str) -> Mark:
    """The mark of a key or a slot: two different positive numbers, far from those that Discord counts up itself."""
    made = int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big")
    return (made >> 32) % 2**30 + 2**30, made % 2**29 + 2**29


def _dressed(card: Card, mark: Mark | None) -> tuple[Layout, list[discord.File]]:
    message = render(card)
    container = message.payload["components"][0]
    if mark is not None:
        container["id"], container["components"][0]["id"] = mark
    files = [
        discord.File(io.BytesIO(each.data), filename=each.name, description=each.description or None)
        for each in message.files
    ]
    return Layout(message.payload["components"]), files


def new_message(
    card: Card, mark: Mark | None = None, notifies: discord.AllowedMentions = NOBODY
) -> dict[str, Any]:
    """What discord.py is told to send of a card; errors as those of ``new_face``."""
    view, files = _dressed(card, mark)
    return {"view": view, "files": files, "allowed_mentions": notifies}


def new_face(card: Card, mark: Mark | None = None) -> dict[str, Any]:
    """What discord.py is told to show instead of what a message shows.

    Raises:
        ValueError: the card holds a link that is no web address.
        MarkdownError: a text uses an element that cards do not have.
    """
    view, files = _dressed(card, mark)
    return {"view": view, "attachments": files, "allowed_mentions": NOBODY}


async def say(
    interaction: discord.Interaction[Any], card: Card, mark: Mark | None = None, *, private: bool = True
) -> None:
    """Answer an interaction by a message of its own, also after its first response.

    Raises:
        discord.HTTPException: Discord did not take it.
    """
    made = new_message(card, mark)
    if interaction.response.is_done():
        await interaction.followup.send(**made, ephemeral=private)
    else:
        await interaction.response.send_message(**made, ephemeral=private)


def allowed(card: Card) -> discord.AllowedMentions:
    """Whom a card may notify when it is posted: exactly its mention, whatever else stands in it (Allowed Mentions Object)."""
    if card.mention is None:
        return NOBODY
    if not card.mention.role:
        return discord.AllowedMentions(everyone=True, users=False, roles=False, replied_user=False)
    role = discord.Object(int(card.mention.role))
    return discord.AllowedMentions(everyone=False, users=False, roles=[role], replied_user=False)


def mark_in(components: Sequence[discord.components.Component]) -> Mark | None:
    """The mark that a message carries, if it is one of ours that has one."""
    container = components[0] if components else None
    if not isinstance(container, discord.components.Container) or not container.children:
        return None
    first = getattr(container.children[0], "id", None)
    return (container.id, first) if container.id and first else None
