"""Anki's notes, as text or as a package (.apkg): each of a note's cards becomes a flash card, and one with a gap a short answer.

Sources: Anki's manual on text files, on card templates and on cloze deletion; the tables of its collection (rslib, schema11).
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.chat.words import typed
from bot.questions.bounds import ACCEPTED
from bot.questions.exchange.answers import Texts, UnreadableError, slugs, take_or_refuse, topic_of
from bot.questions.exchange.csv_ import rows
from bot.questions.exchange.html_text import words_of
from bot.questions.exchange.imported import ITEM_ID, NOWHERE, Imported, Problem, Reading
from bot.questions.exchange.zipped import PackedError, member, opened
from bot.questions.kinds import KINDS
from bot.questions.model import Item, Kind, SourcePlace, Status

_NEWER = (
    "It is in a format that only newer versions of Anki read. Export the deck again, and tick “Support older Anki "
    "versions” there."
)
_GAP = re.compile(r"\{\{c(\d{1,9})::((?:[^{}]|\{(?!\{)|\}(?!\})|\}(?=\}\}))*+)\}\}")
"""A gap with its number, and what belongs in it, perhaps with a hint after "::"."""
_FIELD = re.compile(r"\{\{([^{}]+)\}\}")
_PART = re.compile(r"\{\{([#^])([^{}]+)\}\}(.*?)\{\{/\2\}\}", re.DOTALL)
_TYPED = re.compile(r"\{\{type:[^{}]*\}\}")
"""A field to type the answer in, which on the front must not show it."""
_SOUND = re.compile(r"\[sound:[^\[\]]*\]")
_LATEX = re.compile(r"\[(\$\$?|latex)\]((?:(?!\[(?:\$|latex)).)*?)\[/\1\]", re.DOTALL)
_HTML = re.compile(
    r"</?(?:br|div|span|p|b|i|u|img|ul|ol|li|code|pre|sub|sup|a)\b[^<>]*>|&(?:nbsp|lt|gt|amp);"
)
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "\t": "\t", ",": ",", ";": ";"}
_MOST_TEMPLATE = 20_000
_MOST_GAPS = 50
_BASIC = ("{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}")
_CLOZE = ("{{cloze:Front}}", "{{cloze:Front}}<br>{{Back}}")


@dataclass(frozen=True, slots=True)
class _Note:
    """A note: its place among all, its fields by name as HTML, its cards' fronts and backs, and where it belongs."""

    place: SourcePlace
    fields: Mapping[str, str]
    templates: tuple[tuple[str, str], ...]
    topic: str = NOWHERE
    tags: tuple[str, ...] = ()


def read_notes(text: str, name: str) -> Imported:
    """The notes of a text as Anki exports them: a line each, below lines that begin with # and say how it is written."""
    read, lines = Reading(), text.split("\n")
    said: dict[str, str] = {}
    for number, line in enumerate(lines):
        found = re.match(r"#([a-z ]+):(.*)", line)
        if found is None:
            break
        said[found[1]] = found[2].strip() or found[2]
        lines[number] = ""
    sign = _SEPARATORS.get(said.get("separator", "tab").lower())
    if sign is None:
        read.fault(1, "Its cells are separated by something other than a tab, a comma or a semicolon.")
        return read.done()
    columns = {
        int(said[f"{what} column"]) - 1: what
        for what in ("guid", "notetype", "deck", "tags")
        if said.get(f"{what} column", "").isdecimal()
    }
    is_html = said.get("html", str(bool(_HTML.search(text))).lower()) == "true"
    for row in rows("\n".join(lines), sign):
        if not (row.flaw or row.filled) or read.ends(row.line):
            continue
        cells = [
            cell if is_html else html.escape(cell, quote=False).replace("\n", "<br>") for cell in row.cells
        ]
        front, *backs = [cell for at, cell in enumerate(cells) if at not in columns] or [""]
        own = said | {what: row.cells[at] for at, what in columns.items() if at < len(row.cells)}
        note = _Note(
            SourcePlace(name, row.line),
            {"Front": front, "Back": "<br>".join(filter(None, backs))},
            (_CLOZE if _GAP.search(front) else _BASIC,),
            topic_of(own.get("deck", "").replace("::", "/")),
            tuple(own.get("tags", "").split()),
        )
        if row.flaw:
            read.refuse(Problem(row.line, row.flaw))
        else:
            _take(read, note)
    return read.done()


def read_deck(data: bytes, name: str) -> Imported:
    """The notes of a package. Never raises."""
    read = Reading()
    try:
        for note in _notes(data, name):
            if not read.ends(note.place.line):
                first = words_of(next(iter(note.fields.values()), "")).text.split("\n")[0]
                read.inside = f"“{first[:40]}”"
                _take(read, note)
                read.inside = ""
    except PackedError as error:
        read.fault(1, f"This is an Anki package. {error}")
    return replace(read.done(), counts="note")


def _notes(data: bytes, name: str) -> Iterator[_Note]:
    """The notes of a package. Raises PackedError."""
    packed = opened(data)
    names = packed.namelist()
    if "collection.anki21b" in names:
        raise PackedError(_NEWER)
    # Where both are there, the older one holds a note that asks for a newer Anki, and nothing else.
    inside = next((each for each in ("collection.anki21", "collection.anki2") if each in names), "")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "collection")
        file.write_bytes(member(packed, inside))
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as collection:
                yield from _rows(collection, name)
        except PackedError:
            raise
        except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError):
            raise PackedError("It is damaged. Export the deck once more.") from None


def _rows(collection: sqlite3.Connection, name: str) -> Iterator[_Note]:
    collection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    collection.execute("PRAGMA trusted_schema = OFF")
    real = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('col', 'notes', 'cards')"
    if collection.execute(real).fetchone() != (3,):
        raise PackedError("It holds no notes.")
    (models, decks) = map(json.loads, collection.execute("SELECT models, decks FROM col").fetchone())
    asked = (
        "SELECT mid, flds, tags, (SELECT did FROM cards WHERE nid = notes.id LIMIT 1) FROM notes ORDER BY id"
    )
    for number, (model_id, written, tags, deck_id) in enumerate(collection.execute(asked), 1):
        model = models[str(model_id)]
        names = [each["name"] for each in sorted(model["flds"], key=lambda each: each["ord"])]
        fields = dict(zip(names, written.split("\x1f"), strict=False))
        deck = decks.get(str(deck_id), {}).get("name", "")
        own_id = fields.get("Id", "")
        topic = own_id.rpartition(".")[0] if ITEM_ID.fullmatch(own_id) else topic_of(deck.replace("::", "/"))
        yield _Note(
            SourcePlace(name, number),
            {key: typed(value) for key, value in fields.items()},
            tuple((each["qfmt"], each["afmt"]) for each in model["tmpls"]),
            topic,
            tuple(tag for tag in tags.split() if tag not in {topic, *KINDS}),
        )


def _take(read: Reading, note: _Note) -> None:
    """Take or refuse each of a note's cards."""
    cards = list(_cards(note))
    if not cards:
        read.refuse(
            Problem(
                note.place.line, f"It has no card: its front is empty, or has more than {_MOST_GAPS} gaps."
            )
        )
    for front, back, gap in cards:
        if read.ends(note.place.line):
            continue
        take_or_refuse(read, note.place.line, partial(_item, note, front, back, gap))


def _cards(note: _Note) -> Iterator[tuple[str, str, int]]:
    """The front and back of each of a note's cards, and the number of its gap, 0 where it has none."""
    for asked, back in note.templates:
        front = _TYPED.sub("", asked)
        if len(front) + len(back) > _MOST_TEMPLATE:
            continue
        holed = [each for each in _FIELD.findall(front) if each.startswith("cloze:")]
        if holed:
            texts = "".join(note.fields.get(each.rpartition(":")[2].strip(), "") for each in holed)
            numbers = sorted({int(found[1]) for found in _GAP.finditer(texts)})
            for number in numbers if len(numbers) <= _MOST_GAPS else ():
                yield _filled(front, note.fields, number), _filled(_below(back), note.fields, -1), number
        elif (shown := _filled(front, note.fields)) != _filled(front, {}):
            yield shown, _filled(_below(back), note.fields), 0


def _below(back: str) -> str:
    """What the back of a card says beyond its front."""
    return re.split(r"<hr[^>]*\bid=[\"']?answer\b[^>]*>", back)[-1]


def _filled(template: str, fields: Mapping[str, str], gap: int = 0) -> str:
    """A template with a note's fields in it: gaps stand open in the field that has them, and -1 leaves that field out."""

    def part(found: re.Match[str]) -> str:
        return found[3] if bool(fields.get(found[2].strip())) is (found[1] == "#") else ""

    def field(found: re.Match[str]) -> str:
        *filters, name = (word.strip() for word in found[1].split(":"))
        value = fields.get(name, "")
        if "cloze" in filters:
            return (
                ""
                if gap < 0
                else _GAP.sub(
                    lambda each: "_____" if int(each[1]) == gap else each[2].partition("::")[0], value
                )
            )
        return "" if "hint" in filters or any(each.startswith("tts") for each in filters) else value

    for _ in range(3):
        template = _PART.sub(part, template)
    return _FIELD.sub(field, template)


def _item(note: _Note, front: str, back: str, gap: int, texts: Texts) -> Item:
    """The item of a card. Raises UnreadableError."""
    prompt = texts.asked(_plain(front))
    if not prompt:
        raise UnreadableError("Its front is empty.")
    below = words_of(_plain(back))
    if below.missing:
        texts.lose("A picture or sound on its back is missing.")
    grades = [tag.removeprefix("difficulty-") for tag in note.tags if tag.startswith("difficulty-")]
    item = Item(
        "",
        note.topic,
        Kind.RECALL,
        prompt,
        note.place,
        difficulty=int(grades[0]) if grades and grades[0] in set("12345") else 3,
        back=below.text,
        status=Status.DRAFT,
        tags=slugs(tag for tag in note.tags if not tag.startswith("difficulty-")),
    )
    if gap:
        return _with_gap(item, note, gap)
    if not re.sub(r"\[(?:picture|sound|video|page|formula)(?:: [^\]]*)?\]", "", below.text).strip():
        raise UnreadableError("Its back has no words.")
    return item


def _with_gap(item: Item, note: _Note, gap: int) -> Item:
    found = [each for each in _GAP.finditer("\n".join(note.fields.values())) if int(each[1]) == gap]
    parts = [each[2].partition("::") for each in found]
    answers = [words_of(_plain(answer)) for answer, _, _ in parts]
    hint = words_of(parts[0][2]).text
    if any(answer.missing or not answer.text for answer in answers):
        raise UnreadableError("What belongs in its gap has no words.")
    fields: dict[str, Any] = {"hint": hint or None, "explanation": item.back or "", "back": None}
    (answer, *others) = [answer.text for answer in answers]
    if others or len(answer) > ACCEPTED or "\n" in answer:
        return replace(item, **fields | {"back": ", ".join([answer, *others])})
    return replace(item, **fields | {"kind": Kind.SHORT, "accepted": (answer,)})


def _plain(field: str) -> str:
    """A field's HTML, in which a sound is an element, and a formula is written as everywhere else."""
    field = _SOUND.sub("<audio></audio>", field)
    return _LATEX.sub(lambda found: rf"\({found[2].strip('$ ')}\)", field)
