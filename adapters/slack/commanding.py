"""``/study`` and what stands behind it: the line, the menu, and a form where a value is missing or unknown."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.inbound import RUN
from adapters.slack.rendering.controls import option
from adapters.slack.rendering.forms import block, modal
from adapters.slack.rendering.limits import COMMAND, OPTION, VIEW_TITLE
from adapters.slack.rendering.mrkdwn import Object, plain
from adapters.slack.rendering.render import render
from bot.chat.cards import Card, Choice, OneOf, Plain, TextField, text
from bot.chat.commands import Command, Option, OptionKind, Registry, buttons_for
from bot.chat.rendering.labels import shown
from bot.chat.requests import FieldValue, Invoke, Value
from bot.chat.typed import LineError, Word, parse, read_value, split

MENU = f"{RUN}menu"
"""The action of the menu's list of commands."""
_QUOTES = str.maketrans("“”„«»", '"""""')
_PROMINENT = 5
_MOST_CHOICES = 100


def read_line(said: str, registry: Registry) -> Invoke:
    """What a line after ``/study`` asks for.

    Raises:
        LineError: naming the wrong word and the nearest right one.
    """
    return parse(f"/{clean_line(said)}", registry, f"{COMMAND} ")


def clean_line(said: str) -> str:
    """The line as it was meant: plain quotation marks, no first slash, and Slack's three escapes taken back."""
    plain_words = said.translate(_QUOTES).strip().removeprefix(COMMAND).strip().removeprefix("/")
    return plain_words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def command_of(said: str, registry: Registry) -> Command | None:
    """The command a line begins with, though the rest of it cannot be read; only one that takes options."""
    heads = clean_line(said).lower().split()
    names = (" ".join(heads[:2]), " ".join(heads[:1]))
    found = next((registry.get(name) for name in names if registry.knows(name)), None)
    return found if found is not None and found.options else None


def given_values(said: str, command: Command) -> dict[str, Value]:
    """The values of a line that can be read: those with their option's name, and single words in order."""
    try:
        words = split(clean_line(said))[len(command.path) :]
    except LineError:
        return {}
    values: dict[str, Value] = {}
    loose: list[Word] = []
    for word in words:
        named = command.option(word.name) if word.name else None
        if named is None:
            loose.append(word)
        else:
            _take(values, named, word)
    for each in command.options:
        if each.name not in values and loose:
            _take(values, each, loose.pop(0))
    return values


def _take(values: dict[str, Value], each: Option, word: Word) -> None:
    try:
        values[each.name] = read_value(each, word)
    except LineError:
        return


def invoke_of(command: Command, fields: Mapping[str, FieldValue]) -> tuple[Invoke, dict[str, str]]:
    """What a sent command form asks for, and an error by field for what cannot be read."""
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for each in command.options:
        said = fields.get(each.name, "")
        said = said if isinstance(said, str) else ""
        if not said.strip():
            if each.required:
                errors[each.name] = "Please fill this in."
            continue
        try:
            values[each.name] = read_value(each, Word(said, 0, len(said)))
        except LineError as error:
            errors[each.name] = error.message
    return Invoke(command.name, values), errors


def command_form(command: Command, values: Mapping[str, Value], keep: Mapping[str, Any], why: str) -> Object:
    """The modal that asks for a command's values, with those filled in that are known; ``why`` stands above."""
    whole = f"{COMMAND} {command.name}"
    fields = [_field(each, values.get(each.name)) for each in command.options]
    head: list[Object] = [{"type": "section", "text": plain(why)}] if why else []
    title = whole if len(whole) <= VIEW_TITLE else command.name
    return modal(title, f"{RUN}{command.name}", keep, "Go", [*head, *fields])


def _field(each: Option, value: Value | None) -> Object:
    said = "" if value is None else str(value)
    label, required, name = each.name.capitalize(), each.required, each.name
    choices = each.choices
    if each.kind is OptionKind.BOOLEAN:
        choices = (Choice("Yes", "yes"), Choice("No", "no"))
        said = "" if value is None else "yes" if value else "no"
    if choices:
        return block(OneOf(name, label, choices, said, required, each.description))
    day = each.kind is OptionKind.DATE
    field = TextField(name, label, value=said, required=required, most=200, help=each.description, day=day)
    made = block(field)
    if each.complete is not None and not day:
        made["element"] = {
            "type": "external_select",
            "action_id": name,
            "placeholder": plain("Type to search"),
            "min_query_length": 0,
        }
        if said:
            made["element"]["initial_option"] = {"text": plain(shown(said, OPTION)), "value": said[:100]}
    return made


def menu(registry: Registry, *, organiser: bool) -> Object:
    """What ``/study`` alone shows: the commands one needs most as buttons, and all of them in a list."""
    known = [c for c in registry if organiser or not c.organisers]
    first: dict[str, str] = {}
    for each in known:
        if not each.organisers and not each.needs_value and each.path != ("help",):
            first.setdefault(each.path[0], each.name)
    said = f"Choose what to do, or type it after {COMMAND}: for example {COMMAND} help."
    buttons = buttons_for(list(first.values())[:_PROMINENT], registry)
    made: Object = render(Card("What would you like to do?", (text(Plain(said)),), (buttons,))).payload
    listed = {
        "type": "static_select",
        "action_id": MENU,
        "placeholder": plain("Everything else ..."),
        "options": [option(Choice(f"{COMMAND} {c.name}", c.name, c.description)) for c in known][
            :_MOST_CHOICES
        ],
    }
    made["blocks"].append({"type": "actions", "elements": [listed]})
    return made
