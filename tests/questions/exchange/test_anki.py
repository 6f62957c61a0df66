"""The Anki package: one note an item, known by the item's id, the same however often it is made."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import genanki

from bot.questions.exchange import read_file
from bot.questions.exchange.anki import write_anki
from bot.questions.load import load_bank
from bot.questions.model import Kind

Raw = dict[str, Any]


def notes(package: bytes, folder: Path) -> list[tuple[str, str]]:
    """Each note's id and fields."""
    database = folder / "collection.anki2"
    database.write_bytes(zipfile.ZipFile(io.BytesIO(package)).read("collection.anki2"))
    connection = sqlite3.connect(database)
    try:
        return connection.execute("select guid, flds from notes order by guid").fetchall()
    finally:
        connection.close()


def test_a_note_is_known_by_its_items_id_and_made_the_same_each_time(
    write_bank: Callable[..., Path], item: Callable[..., Raw], tmp_path: Path
) -> None:
    kinds = ["open", "single", "multi", "order", "match", "numeric", "mock"]
    raws = [item(kind, id=f"optics.lenses.q0{place}") for place, kind in enumerate(kinds, 1)]
    raws[0]["prompt"] = "Is 1 < 2 in a lens, and why does it matter?"
    bank = load_bank(write_bank(raws))
    exported = write_anki(bank.items, bank)
    found = notes(exported.content, tmp_path)
    assert [guid for guid, _ in found] == [item.id for item in bank.items[:6]]
    assert found == notes(write_anki(bank.items, bank).content, tmp_path)
    assert "1 &lt; 2" in found[0][1]
    assert "It is slower in glass than in air" in found[1][1]
    assert "lens of 1 dioptres" in found[5][1]
    assert ">100 cm<" in found[5][1]
    assert (exported.items, len(exported.losses)) == (6, 2)


def _made_by_anki() -> bytes:
    both_ways = genanki.Model(
        1,
        "Basic (and reversed card)",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[
            {
                "name": "1",
                "qfmt": "Say: {{Front}}{{type:Back}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            },
            {
                "name": "2",
                "qfmt": "{{#Back}}{{Back}}{{/Back}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Front}}",
            },
        ],
    )
    deck = genanki.Deck(2, "Physics::optics.lenses")
    for model, fields in (
        (both_ways, ["lens", "<i>Linse</i>"]),
        (genanki.CLOZE_MODEL, ["A {{c1::lens::of glass}} bends {{c2::light}}.", "Always."]),
        (genanki.BASIC_MODEL, ["<img src=a.png>", "a lens"]),
        (genanki.BASIC_MODEL, ["What stays dark?", "[sound:a.mp3]"]),
        (genanki.BASIC_MODEL, ["What stays bright?", "the moon <img src=b.png alt=full>"]),
    ):
        deck.add_note(genanki.Note(model=model, fields=fields, tags=["a::b"]))
    out = io.BytesIO()
    genanki.Package([deck]).write_to_file(out)
    return out.getvalue()


def test_each_card_of_ankis_notes_is_taken_or_refused() -> None:
    found = read_file(_made_by_anki(), "deck.apkg")
    assert [(one.kind.value, one.prompt, one.accepted, one.back) for one in found.items] == [
        ("recall", "Say: lens", (), "Linse"),
        ("recall", "Linse", (), "lens"),
        ("short", "A _____ bends light.", ("lens",), None),
        ("short", "A lens bends _____.", ("light",), None),
        ("recall", "What stays bright?", (), "the moon [picture: full]"),
    ]
    assert {(one.topic, one.tags) for one in found.items} == {("optics.lenses", ("a-b",))}
    assert (found.items[2].hint, found.items[2].explanation) == ("of glass", "Always.")
    assert [(error.line, error.message.split(": ")[1][:9]) for error in found.errors] == [
        (3, "It has a "),
        (4, "Its back "),
    ]
    assert (found.refused, found.unread, found.counts) == (2, 0, "note")
    assert [loss.line for loss in found.losses] == [5]


def test_our_own_package_comes_back_as_flash_cards_under_its_topics(
    write_bank: Callable[..., Path], item: Callable[..., Raw]
) -> None:
    bank = load_bank(
        write_bank([item("single", id="optics.lenses.q01"), item("numeric", id="optics.lenses.q02")])
    )
    bare = replace(bank.items[0], options=(), explanation="", references=())
    card = replace(
        bare, kind=Kind.RECALL, prompt="What does a **lens** do?", back="It bends `n`.\n\n- always"
    )
    found = read_file(write_anki((card, *bank.items), bank).content, "own.apkg")
    assert found.errors == ()
    assert [(one.kind, one.topic, one.difficulty) for one in found.items] == [
        (Kind.RECALL, one.topic, one.difficulty) for one in (card, *bank.items)
    ]
    assert (found.items[0].prompt, found.items[0].back) == (card.prompt, card.back)
