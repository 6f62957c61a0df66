"""The Anki package: one note an item, known by the item's id, the same however often it is made."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.questions.exchange.anki import write_anki
from bot.questions.load import load_bank

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
