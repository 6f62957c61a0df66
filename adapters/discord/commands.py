"""The registry's commands as Discord's application commands."""

import hashlib
import json
from typing import Any, TypeAlias

from adapters.discord.rendering.limits import (
    CHOICE_TEXT,
    COMMAND_OPTIONS,
    COMMAND_TEXT,
    COMMANDS,
    DESCRIPTION,
)
from bot.chat.cards import MAX_CHOICES, Choice
from bot.chat.commands import Command, Option, OptionKind, Registry
from bot.chat.rendering.labels import shown
from bot.chat.words import cut, utf16

Payload: TypeAlias = dict[str, Any]

_SUBCOMMAND = 1
_KINDS = {OptionKind.TEXT: 3, OptionKind.DATE: 3, OptionKind.INTEGER: 4, OptionKind.BOOLEAN: 5}
_CHAT_INPUT = 1
_IN_SERVERS = 0
_WITH_THE_BOT = 1
_LONGEST_TEXT = 6000


def commands(registry: Registry) -> tuple[Payload, ...]:
    """What is sent to Discord to declare every command, in the registry's order.

    ``default_member_permissions`` is left alone: it would hide organisers' commands from organisers by role, and the
    core checks who may use them.

    Raises:
        ValueError: more than Discord takes (100 commands, 25 subcommands, 8000 characters in a command).
    """
    made = tuple(_command(head, registry.under(head)) for head in registry.heads)
    if len(made) > COMMANDS:
        raise ValueError(f"Discord takes {COMMANDS} commands, not {len(made)}.")
    for each in made:
        if len(each["options"]) > COMMAND_OPTIONS:
            raise ValueError(f"/{each['name']} has more than {COMMAND_OPTIONS} subcommands.")
        if text_length(each) > COMMAND_TEXT:
            raise ValueError(f"/{each['name']} has more than {COMMAND_TEXT} characters in all its texts.")
    return made


def fingerprint(payloads: tuple[Payload, ...]) -> str:
    """A short text that differs when the commands do: they are sent again only then (200 creations a day)."""
    said = json.dumps(payloads, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


_COMPARED = (
    *("type", "name", "description", "required", "autocomplete", "choices", "value"),
    *("contexts", "integration_types", "default_member_permissions", "nsfw", "channel_types"),
    *("min_value", "max_value", "min_length", "max_length"),
    *("name_localizations", "description_localizations"),
)


def differing(ours: tuple[Payload, ...], theirs: tuple[Payload, ...]) -> tuple[str, ...]:
    """The commands, as they are typed, of which what is registered is not what is declared, by name.

    ``theirs`` are as Discord gives them back: it adds fields of its own, and leaves out what is false or writes null
    (Application Commands).
    """
    here, there = _definitions(ours), _definitions(theirs)
    return tuple(sorted(name for name in {*here, *there} if here.get(name) != there.get(name)))


def _definitions(payloads: tuple[Payload, ...]) -> dict[str, Payload]:
    found: dict[str, Payload] = {}
    for each in payloads:
        under = [option for option in each.get("options") or () if option["type"] == _SUBCOMMAND]
        found |= {f"{each['name']} {option['name']}": _definition(option) for option in under}
        rest = [option for option in each.get("options") or () if option["type"] != _SUBCOMMAND]
        found[str(each["name"])] = _definition(each | {"options": rest})
    return found


def _definition(payload: Payload) -> Payload:
    kept = {name: payload[name] for name in _COMPARED if _says(payload.get(name))}
    for name in ("options", "choices"):
        if payload.get(name):
            kept[name] = [_definition(each) for each in payload[name]]
    for name in ("contexts", "integration_types"):
        if name in kept:
            kept[name] = sorted(kept[name])
    return kept


def _says(value: object) -> bool:
    return value is not None and value is not False and value not in ([], {})


def text_length(payload: Payload) -> int:
    """All names, descriptions and values of a command, its options and choices, in UTF-16 units."""
    own = sum(utf16(str(payload.get(key, ""))) for key in ("name", "description", "value"))
    below = (*payload.get("options", ()), *payload.get("choices", ()))
    return own + sum(text_length(each) for each in below)


def proposals(found: tuple[Choice, ...], *, whole: bool) -> list[Payload]:
    """Proposed values as Discord takes them, at most 25; ``whole`` makes their values whole numbers."""
    kept = [each for each in found if not whole or each.value.removeprefix("-").isdigit()]
    return [
        {"name": shown(each.label, CHOICE_TEXT), "value": int(each.value) if whole else each.value}
        for each in kept[:MAX_CHOICES]
    ]


def _command(head: str, under: tuple[Command, ...]) -> Payload:
    alone = len(under[0].path) == 1
    if alone:
        description = under[0].description
        below = [_option(each) for each in under[0].options]
    else:
        description = cut(", ".join(each.path[1] for each in under), DESCRIPTION)
        below = [_subcommand(each) for each in under]
    anywhere = any(each.anywhere for each in under)
    return {
        "type": _CHAT_INPUT,
        "name": head,
        "description": description,
        "options": below,
        "integration_types": [0],
        "contexts": [_IN_SERVERS, _WITH_THE_BOT] if anywhere else [_IN_SERVERS],
    }


def _subcommand(command: Command) -> Payload:
    return {
        "type": _SUBCOMMAND,
        "name": command.path[1],
        "description": command.description,
        "options": [_option(each) for each in command.options],
    }


def _option(option: Option) -> Payload:
    made: Payload = {
        "type": _KINDS[option.kind],
        "name": option.name,
        "description": option.description,
        "required": option.required,
    }
    if option.choices:
        made["choices"] = [
            {
                "name": cut(choice.label, 100, utf16),
                "value": int(choice.value) if option.kind is OptionKind.INTEGER else choice.value,
            }
            for choice in option.choices
        ]
    elif option.complete is not None and option.kind is not OptionKind.BOOLEAN:
        made["autocomplete"] = True
    if option.kind is OptionKind.INTEGER and not option.choices:
        made |= _bounds("value", option.least, option.most)
    if option.kind is OptionKind.TEXT and not option.choices:
        most = None if option.most is None else min(max(option.most, 1), _LONGEST_TEXT)
        made |= _bounds("length", option.least, most)
    return made


def _bounds(what: str, least: int | None, most: int | None) -> Payload:
    bounds = {f"min_{what}": least, f"max_{what}": most}
    return {name: bound for name, bound in bounds.items() if bound is not None}
