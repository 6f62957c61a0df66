"""Cards and forms as plain JSON for the page: safe HTML pieces, and controls with their action ids."""

import base64
import json
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, TypeAlias

from adapters.local.markup import html_of, html_of_tree, safe_url, short_html_of
from bot.chat.actions import encode
from bot.chat.cards import (
    Block,
    Button,
    Card,
    Choice,
    Control,
    Divider,
    Field,
    Fields,
    File,
    FileField,
    Form,
    Link,
    OneOf,
    Picture,
    RoleSelect,
    Select,
    SomeOf,
    Table,
    Text,
    TextField,
    Verbatim,
)
from bot.chat.dispatch import Pin
from bot.chat.rendering.markdown import CodeBlock
from bot.chat.rendering.said import tree
from bot.chat.words import clean, clean_line

View: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What stands around a card: who speaks, and the typed line it answers ("" for none)."""

    by: str
    asked: str = ""

    @classmethod
    def of(cls, body: str) -> "Note":
        """The note of a body that was made before."""
        view = json.loads(body)
        return cls(view["by"], view["asked"])


def body_of(card: Card, note: Note) -> str:
    """The body a transcript keeps of a card: its view as JSON, with the files it carries."""
    return json.dumps({**asdict(note), **card_view(card)}, ensure_ascii=False)


def card_view(card: Card) -> View:
    """A card as the page shows it. ``files`` holds what pictures and downloads need, in the order of their numbers."""
    files: list[View] = []
    return {
        "title": clean_line(card.title),
        "accent": card.accent.value,
        "blocks": [*_above(card), *(_block(block, files) for block in card.blocks)],
        "controls": [[_control(control) for control in row] for row in card.controls],
        "footer": html_of(card.footer) if card.footer else "",
        "renews": _renews(card),
        "files": files,
    }


def _renews(card: Card) -> View | None:
    if card.renews is None:
        return None
    slot, action = card.renews
    return {"slot": slot.key, "action": encode(action)}


def _above(card: Card) -> list[str]:
    # Nobody can be notified here, and there are no roles: it is a word alone.
    return ['<div class="text"><p>@here</p></div>'] if card.mention is not None else []


def _block(block: Block, files: list[View]) -> str:  # noqa: PLR0911  # one return for each kind
    match block:
        case Text():
            return f'<div class="text">{html_of(block)}</div>'
        case Verbatim():
            return verbatim_html(block)
        case Fields():
            rows = (
                f"<div><dt>{escape(name)}</dt><dd>{short_html_of(value)}</dd></div>"
                for name, value in block.rows
            )
            return f'<dl class="facts">{"".join(rows)}</dl>'
        case Table():
            return _table(block)
        case Picture():
            number = _keep(files, block.name, "image/png", block.data)
            return f'<img class="picture" data-file="{number}" alt="{escape(block.alt)}">'
        case File():
            number = _keep(files, block.name, block.media_type, block.data)
            name = f"<bdi>{escape(clean_line(block.name))}</bdi>"
            return (
                f'<a class="file" data-file="{number}" download>{name} <small>{_size(block.data)}</small></a>'
            )
        case Divider():
            return "<hr>"


def verbatim_html(block: Verbatim) -> str:
    """Somebody's words as they stand in a card."""
    caption = f"<figcaption>{short_html_of(block.caption)}</figcaption>" if block.caption else ""
    nodes = tree(block)
    kind, direction, said = "said", "auto", html_of_tree(nodes) if block.marked else escape(clean(block.text))
    if block.code and len(nodes) == 1 and isinstance(nodes[0], CodeBlock):
        kind, direction, said = "said code", "ltr", escape(nodes[0].text)
    elif block.marked:
        kind = "said marked"
    return f'<figure class="{kind}">{caption}<blockquote dir="{direction}">{said}</blockquote></figure>'


def _table(table: Table) -> str:
    def line(row: tuple[str, ...], tag: str, scope: str = "") -> str:
        cells = (
            f"<{tag}{scope}{' class=right' if i in table.right else ''}><bdi>{escape(clean_line(cell))}</bdi></{tag}>"
            for i, cell in enumerate(row)
        )
        return f"<tr>{''.join(cells)}</tr>"

    head = line(table.head, "th", ' scope="col"')
    body = "".join(line(row, "td") for row in table.rows)
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _keep(files: list[View], name: str, media_type: str, data: bytes) -> int:
    files.append({"name": name, "type": media_type, "data": base64.b64encode(data).decode()})
    return len(files) - 1


def _size(data: bytes) -> str:
    return f"{len(data)} bytes" if len(data) < 1000 else f"{len(data) / 1000:.0f} kB"


def _control(control: Control) -> View:
    match control:
        case Button():
            return {
                "kind": "button",
                "label": clean_line(control.label),
                "action": encode(control.action),
                "style": control.style.value,
                "why": control.disabled_because,
            }
        case Link():
            return {"kind": "link", "label": control.label, "url": safe_url(control.url)}
        case Select():
            return {
                "kind": "select",
                "action": encode(control.action),
                "placeholder": control.placeholder,
                "options": _choices(control.options),
                "chosen": sorted(control.chosen),
                "least": control.least,
                "most": control.most,
            }
        case RoleSelect():
            raise ValueError("The room has no roles to choose from.")


def pin_view(pin: Pin) -> View:
    """What waits for somebody, as the strip shows it."""
    return {"button": _control(pin.button), "note": short_html_of(pin.note)}


def form_view(form: Form) -> View:
    """A form as the page shows it; ``id`` is its submit action, under which half-typed text is kept."""
    return {
        "id": encode(form.submit),
        "title": form.title,
        "intro": html_of(form.intro) if form.intro else "",
        "submit_label": form.submit_label,
        "fields": [_field(field) for field in form.fields],
    }


def _field(field: Field) -> View:
    common = {"id": field.id, "label": field.label, "required": field.required, "help": field.help}
    match field:
        case TextField():
            return {
                **common,
                "kind": "day" if field.day else "long" if field.long else "short",
                "value": field.value,
                "placeholder": field.placeholder,
                "least": field.least,
                "most": field.most,
                "preview": None if field.shown_as is None else "code" if field.shown_as.code else "words",
            }
        case OneOf():
            return {**common, "kind": "one", "options": _choices(field.options), "value": field.value}
        case SomeOf():
            chosen = sorted(field.values)
            return {**common, "kind": "some", "options": _choices(field.options), "value": chosen}
        case FileField():
            return {
                **common,
                "kind": "file",
                "endings": list(field.endings),
                "most_bytes": field.most_bytes,
                "value": "",
            }


def _choices(options: tuple[Choice, ...]) -> list[View]:
    return [{"label": o.label, "value": o.value, "note": o.note} for o in options]
