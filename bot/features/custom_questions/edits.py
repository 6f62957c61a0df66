"""Editing a question that a group has: in the form of its kind, or as YAML where it holds more than that form has fields for."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from textwrap import dedent, indent
from typing import Any

from bot.chat.cards import OneOf, TextField
from bot.chat.requests import Submit
from bot.features.custom_questions.cards import LINK_FIELD, PROMPT_FIELD
from bot.features.custom_questions.intake import kept
from bot.features.custom_questions.model import Own
from bot.features.custom_questions.rules import Written, read_link
from bot.questions.bounds import PROMPT
from bot.questions.build import build_item, raw_item
from bot.questions.kinds import EDIT_FORMS
from bot.questions.kinds.kind import QuestionForm, UnfitError, bounded
from bot.questions.model import Item, SourcePlace
from bot.questions.topics import TopicTree

MOST_YAML = 3000
_STANDS = ("topic", "kind", "prompt")
"""What is no part of the YAML in a form."""
_NOT_SHOWN = ("- id:", "  status:", *(f"  {name}:" for name in _STANDS))
_YAML = TextField(
    "yaml", "Everything else, as YAML", long=True, most=MOST_YAML, help="As in a file for /bank import."
)


@dataclass(frozen=True, slots=True)
class Edited:
    """What was typed by field id, and what it makes."""

    typed: Mapping[str, str]
    written: Written


def fields_of(own: Own, typed: Mapping[str, str] | None = None) -> tuple[TextField | OneOf, ...]:
    """The fields in which a question is edited, holding what it says now, or what was typed.

    Raises:
        UnfitError: it is too long for a form.
    """
    form = _form_of(own)
    values = typed or {"prompt": own.prompt, **form.values(own.item), "link": own.source}
    if not typed and not _have_room(form, values):
        raise UnfitError("It is too long for a form.")
    fields = (replace(PROMPT_FIELD, help=""), *form.fields, LINK_FIELD)
    return tuple(replace(each, value=values.get(each.id, "")) for each in fields)


def read_edit(own: Own, sent: Submit, topics: TopicTree, references: Collection[str]) -> Edited:
    """The new version that a form's texts make, or everything that is wrong with them."""
    form, errors = _form_of(own), dict[str, str]()
    typed = {name: sent.text(name) for name in ("prompt", *(field.id for field in form.fields), "link")}
    prompt = bounded(typed, "prompt", PROMPT, errors)
    read = form.keeps(own.item, form.read(typed, errors))
    source = read_link(typed, errors)
    item: Mapping[str, Any] = {}
    if not errors:
        stands = {name: own.item[name] for name in _STANDS}
        try:
            item, losses = kept(_built({**read, **stands, "prompt": prompt}), topics, references, "")
            errors |= {"": " ".join(losses)} if losses else {}
        except UnfitError as error:
            errors[""] = str(error)
    return Edited(typed, Written(item, source, errors))


def _form_of(own: Own) -> QuestionForm:
    """The form of its kind where that gives the question back as it is, else its YAML."""
    form = EDIT_FORMS.get(own.kind)
    if form is not None:
        errors: dict[str, str] = {}
        values = form.values(own.item)
        back = form.keeps(own.item, form.read(values, errors))
        if not errors and _full(back) == _full(own.item) and _have_room(form, values):
            return form
    return _as_yaml(own.item)


def _have_room(form: QuestionForm, values: Mapping[str, str]) -> bool:
    return all(
        len(values.get(each.id, "")) <= each.most for each in form.fields if isinstance(each, TextField)
    )


def _full(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value not in (None, "", [], (), {})}


def _built(raw: Mapping[str, Any]) -> Item:
    return build_item({**_full(raw), "id": "own.0"}, SourcePlace("", 1))


def _as_yaml(item: Mapping[str, Any]) -> QuestionForm:
    """One field with all but the prompt, for a question that no form can hold."""
    # Hardly any edit needs it, and YAML's library is one of the larger ones.
    from bot.questions.exchange.yaml_ import read_yaml, write_yaml

    def read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
        above = "".join(
            f"{'- ' if name == 'topic' else '  '}{name}: {json.dumps(str(item[name]))}\n" for name in _STANDS
        )
        found = read_yaml(above + indent(said.get("yaml", ""), "  "), "")
        if len(found.items) == 1 and not found.errors:
            return raw_item(found.items[0])
        errors["yaml"] = " ".join(
            f"line {max(1, each.line - len(_STANDS))}: {each.message}" for each in found.errors[:3]
        )
        return {}

    def values(said: Mapping[str, Any]) -> dict[str, str]:
        lines = write_yaml([_built({**said, "prompt": "x"})]).content.decode().splitlines()
        left = [line for line in lines if not line.startswith(_NOT_SHOWN)]
        return {"yaml": dedent("\n".join(left))}

    return QuestionForm((_YAML,), read, values, lambda _before, after: dict(after))
