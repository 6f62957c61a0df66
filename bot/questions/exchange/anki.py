"""Anki: items as cards of a deck per topic (.apkg), whose notes keep their places when a deck is imported again."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from bot.questions.exchange.imported import Exported
from bot.questions.formula import draws, evaluate
from bot.questions.kinds import SCRIPT_KINDS
from bot.questions.model import Bank, Item

if TYPE_CHECKING:
    import genanki

DECK = "Studyhall"
_MODEL_ID = 1_694_172_533  # any number, as long as it never changes: Anki knows the card's form by it
_MADE_AT = 1_700_000_000.0  # a fixed time gives the same numbers to the same cards
_LETTERS = "ABCDEFG"
_STYLE = """
.card { font: 17px/1.5 system-ui, sans-serif; max-width: 42em; margin: 0 auto; text-align: left; }
.right { font-weight: 600; }
.small { font-size: 14px; opacity: .75; }
"""


def write_anki(items: Iterable[Item], bank: Bank) -> Exported:
    """The items as an Anki package with a deck per root topic; a note's id is its item's, so nothing doubles.

    Mock scripts are left out; a seeded item becomes one example of its numbers.
    """
    import genanki

    model = genanki.Model(
        _MODEL_ID,
        f"{DECK} question",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Id"}],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}],
        css=_STYLE,
    )
    decks: dict[str, genanki.Deck] = {}
    losses = []
    written = 0
    for item in items:
        if item.kind in SCRIPT_KINDS:
            losses.append(f"{item.id}: left out; a mock script doesn't fit on a card.")
            continue
        if item.formula is not None:
            losses.append(f"{item.id}: as one example of its numbers.")
        title = f"{DECK}::{bank.root(item).title if item.topic in bank.topics else item.topic}"
        deck = decks.setdefault(title, genanki.Deck(_number(title), title))
        fields = ["<br>".join(_front(item)), "".join(_back(item, bank)), html.escape(item.id)]
        tags = [
            re.sub(r"\s+", "-", tag)
            for tag in (item.topic, item.kind.value, f"difficulty-{item.difficulty}", *item.tags)
        ]
        deck.add_note(genanki.Note(model=model, fields=fields, guid=item.id, tags=tags))
        written += 1
    out = io.BytesIO()
    genanki.Package(list(decks.values())).write_to_file(out, timestamp=_MADE_AT)
    return Exported(out.getvalue(), written, tuple(losses))


def _number(name: str) -> int:
    """A deck's number, always the same for its name, between 2^30 and 2^31 as Anki's own are."""
    digest = hashlib.blake2b(name.encode("utf-8"), digest_size=4).digest()
    return (1 << 30) + int.from_bytes(digest, "big") % (1 << 30)


def _text(words: str) -> str:
    """Escaped, with the small markup of the bank's texts as HTML."""
    safe = html.escape(words, quote=False)
    safe = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\*\*([^*\n]+)\*\*", r"<b>\1</b>", safe)
    return safe.replace("\n", "<br>")


def _example(item: Item) -> tuple[str, str]:
    """A seeded item's prompt with the first of its numbers, and the answer to them."""
    values = next(islice(draws(item.variables), 1), {})
    prompt = re.sub(r"\{(\w+)\}", lambda found: f"{values.get(found[1], 0):g}", item.prompt)
    return prompt, f"{evaluate(item.formula or '0', values):.6g}"


def _front(item: Item) -> Iterator[str]:
    yield _text(_example(item)[0] if item.formula is not None else item.prompt)
    if item.starter:
        yield f"<pre>{html.escape(item.starter)}</pre>"
    for letter, option in zip(_LETTERS, item.options, strict=False):
        yield f"{letter}. {_text(option.text)}"
    for step in sorted(item.sequence):
        yield f"• {_text(step)}"
    if item.pairs:
        yield "; ".join(_text(left) for left, _ in item.pairs)
        yield "<i>with</i> " + "; ".join(_text(right) for right in sorted(right for _, right in item.pairs))


def _back(item: Item, bank: Bank) -> Iterator[str]:
    for letter, option in zip(_LETTERS, item.options, strict=False):
        mark = ' class="right"' if option.correct else ""
        yield f"<p{mark}>{letter}. {_text(option.text)}</p><p class=small>{_text(option.feedback)}</p>"
    if item.sequence:
        yield "<ol>" + "".join(f"<li>{_text(step)}</li>" for step in item.sequence) + "</ol>"
    for left, right in item.pairs:
        yield f"<p>{_text(left)} → {_text(right)}</p>"
    if item.answer is not None:
        value = _example(item)[1] if item.formula is not None else f"{item.answer.value}"
        unit = f" {_text(item.answer.unit)}" if item.answer.unit else ""
        yield f"<p class=right>{value}{unit}</p>"
    if item.accepted:
        yield f"<p class=right>{_text(item.accepted[0])}</p>"
        yield "".join(f"<p>{_text(other)}</p>" for other in item.accepted[1:])
    if item.back:
        yield f"<p>{_text(item.back)}</p>"
    if item.rubric:
        yield "<ul>" + "".join(f"<li>{_text(point.point)}</li>" for point in item.rubric) + "</ul>"
    if item.model_answer:
        yield f"<p>{_text(item.model_answer)}</p>"
    if item.explanation:
        yield f"<p>{_text(item.explanation)}</p>"
    for cite in item.references:
        reference = bank.references.get(cite.key)
        where = f", {_text(cite.where)}" if cite.where else ""
        if reference is not None:
            link = html.escape(reference.url, quote=True)
            yield f'<p class=small><a href="{link}">{_text(reference.title)}</a>{where}</p>'
