"""From Discord's interactions to the core's requests.

An account is one person in every server and in direct messages: its Identity has no tenant. A place's tenant is the server.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import discord

from adapters.discord.rendering.forms import field_id
from adapters.discord.sending import NAME
from bot.chat.commands import OptionKind, Registry, UnknownCommandError
from bot.chat.rendering.labels import action_id
from bot.chat.requests import (
    FieldValue,
    Identity,
    Invoke,
    MessageRef,
    Place,
    Press,
    Request,
    Submit,
    Upload,
    Value,
    What,
)

Json: TypeAlias = Mapping[str, Any]

MOST_BYTES = 8_000_000
"""The most of one file that is fetched; the fields say less themselves."""

_TEXT_INPUT = 4
_SELECT = 3
_ROLE_SELECT = 6
_FILES = 19
_INTEGER = 4
_SUBCOMMANDS = frozenset({1, 2})


class TooLargeError(Exception):
    """A file that came with a form is too large to be fetched; ``args[0]`` is its name."""


@dataclass(frozen=True, slots=True)
class Typing:
    """What somebody is typing into an option that proposes values; ``whole`` where these are whole numbers."""

    path: str
    option: str
    prefix: str
    options: Mapping[str, Value]
    whole: bool = False


def identity_of(user: discord.User | discord.Member) -> Identity:
    """The account, by the name that others see in this server."""
    return Identity(NAME, "", str(user.id), user.display_name[:80])


def place_of(interaction: discord.Interaction[Any]) -> Place | None:
    """The channel, of which a thread is a part; None in direct messages."""
    channel = interaction.channel
    if interaction.guild_id is None or channel is None:
        return None
    tenant = str(interaction.guild_id)
    if isinstance(channel, discord.Thread):
        name = channel.parent.name if channel.parent is not None else channel.name
        return Place(NAME, tenant, str(channel.parent_id), name, thread=str(channel.id))
    return Place(NAME, tenant, str(channel.id), getattr(channel, "name", None) or "")


def request_of(interaction: discord.Interaction[Any], what: What, at: datetime) -> Request:
    """The request of an interaction. Its id is the interaction's: the same when Discord delivers it again."""
    place = place_of(interaction)
    user = interaction.user
    # As they came with the interaction: ``Member.roles`` leaves out those that the cache of roles hasn't heard of.
    roles = user._roles if place is not None and isinstance(user, discord.Member) else ()  # noqa: SLF001
    may = interaction.permissions
    return Request(
        id=str(interaction.id),
        at=at,
        who=identity_of(user),
        place=place,
        what=what,
        manages=place is not None and (may.manage_guild or may.administrator),
        message=_message_of(interaction),
        roles=frozenset(map(str, roles)),
    )


def _message_of(interaction: discord.Interaction[Any]) -> MessageRef | None:
    message = interaction.message
    if message is None:
        return None
    tenant = "" if interaction.guild_id is None else str(interaction.guild_id)
    return MessageRef(NAME, tenant, str(message.channel.id), str(message.id))


def invoke_of(data: Json, registry: Registry) -> Invoke:
    """A slash command as it was sent; options nobody declared (any more) are left out."""
    path, given = _walk(data)
    return Invoke(path, dict(_values(path, given, registry)))


def typing_of(data: Json, registry: Registry) -> Typing | None:
    """What is being typed into a command's option, None where nothing is."""
    path, given = _walk(data)
    focused = next((each for each in given if each.get("focused")), None)
    if focused is None:
        return None
    others = [each for each in given if not each.get("focused")]
    return Typing(
        path,
        str(focused["name"]),
        str(focused.get("value", "")),
        dict(_values(path, others, registry)),
        whole=focused.get("type") == _INTEGER,
    )


def _walk(data: Json) -> tuple[str, list[Json]]:
    path, given = [str(data["name"])], list(data.get("options", ()))
    while given and given[0].get("type") in _SUBCOMMANDS:
        path.append(str(given[0]["name"]))
        given = list(given[0].get("options", ()))
    return " ".join(path), given


def _values(path: str, given: list[Json], registry: Registry) -> Iterator[tuple[str, Value]]:
    try:
        command = registry.get(path)
    except UnknownCommandError:
        return
    for each in given:
        option = command.option(str(each["name"]))
        if option is not None:
            yield option.name, _value(option.kind, each["value"])


def _value(kind: OptionKind, value: object) -> Value:
    if kind is OptionKind.INTEGER and isinstance(value, int | float):
        return int(value)
    if kind is OptionKind.BOOLEAN:
        return bool(value)
    return str(value)


def press_of(data: Json, server: int | None = None) -> Press:
    """A pressed button or a list that was chosen from, in this server."""
    values = tuple(str(each) for each in data.get("values", ()))
    if data.get("component_type") == _ROLE_SELECT:
        found = data.get("resolved", {}).get("roles", {})
        values = tuple(each for each in values if each != str(server) and _can_be_given(found.get(each)))
    return Press(action_id(str(data["custom_id"])), values)


def _can_be_given(role: Json | None) -> bool:
    """Whether a role of a server is one for people, and no app's own (Role Tags Structure)."""
    return role is not None and "bot_id" not in (role.get("tags") or {})


def submit_of(data: Json) -> Submit:
    """A form that was sent, without its files: those have to be fetched."""
    fields: dict[str, FieldValue] = {}
    written: set[str] = set()
    for each in _inputs(data.get("components", ())):
        name, several = field_id(str(each["custom_id"]))
        if each["type"] == _TEXT_INPUT:
            written.add(name)
            fields[name] = str(each.get("value") or "").replace("\r\n", "\n")
        elif each["type"] == _SELECT:
            values = tuple(str(value) for value in each.get("values", ()))
            fields[name] = values if several else next(iter(values), "")
    return Submit(action_id(str(data["custom_id"])), fields, frozenset(written))


async def uploads_of(data: Json, client: discord.Client) -> dict[str, FieldValue]:
    """The files that came with a form, fetched, by field.

    Raises:
        TooLargeError: a file is larger than is ever asked for.
        discord.HTTPException: a file cannot be fetched.
    """
    resolved = data.get("resolved", {}).get("attachments", {})
    inputs = [
        each for each in _inputs(data.get("components", ())) if each["type"] == _FILES and each.get("values")
    ]
    return {
        str(each["custom_id"]): await _fetched(resolved[str(each["values"][0])], client) for each in inputs
    }


def _inputs(components: Any) -> Iterator[Json]:  # noqa: ANN401  # as it came
    for each in components:
        if "component" in each:
            yield each["component"]
        elif "components" in each:
            yield from _inputs(each["components"])
        elif "custom_id" in each:
            yield each


async def _fetched(found: Json, client: discord.Client) -> Upload:
    if int(found.get("size", 0)) > MOST_BYTES:
        raise TooLargeError(str(found["filename"]))
    return Upload(str(found["filename"])[:255], await client.http.get_from_cdn(str(found["url"])))
