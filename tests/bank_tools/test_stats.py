"""Counting a bank."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.bank_tools.stats import bank_stats, stats_lines
from bot.questions.load import load_bank

Raw = dict[str, Any]


def test_live_items_are_counted_by_topic_kind_difficulty_and_phase(
    write_bank: Callable[..., Path], item: Callable[..., Raw]
) -> None:
    raws = [
        item("open"),
        item("single", id="optics.lenses.q02", difficulty=4),
        item("order", id="optics.colours.q01", topic="optics.colours", phase="final-weeks"),
        item("open", id="optics.lenses.q03", status="draft"),
    ]
    stats = bank_stats(load_bank(write_bank(raws)))
    assert (stats.items, stats.live, stats.discussion, stats.objective, stats.mock) == (4, 3, 1, 2, 0)
    assert (stats.leaves, stats.leaves_covered, stats.uncovered) == (3, 2, ("news",))
    assert {kind: count for kind, count in stats.by_kind.items() if count} == {
        "open": 1,
        "single": 1,
        "order": 1,
    }
    assert stats.by_difficulty == {"1": 0, "2": 2, "3": 0, "4": 1, "5": 0}
    assert stats.by_phase == {"3plus-months": 2, "final-weeks": 1}
    assert stats.by_status == {"draft": 1, "live": 3}
    assert stats.by_leaf == {"optics.lenses": 2, "optics.colours": 1, "news": 0}
    probes = {guess.probe: guess for guess in stats.guessing}
    assert probes["longest"].items == 1
    assert probes["longest"].surplus == probes["longest"].right - 1 / 3
    optics = stats.by_topic[0]
    assert (optics.discussion, optics.objective, optics.planned) == (1, 2, 3)
    assert (optics.leaves, optics.leaves_covered) == (2, 2)


def test_the_report_is_a_table_that_a_terminal_shows(
    write_bank: Callable[..., Path], item: Callable[..., Raw]
) -> None:
    lines = stats_lines(bank_stats(load_bank(write_bank([item("open")]))))
    assert lines[0] == "1 live items of 1."
    assert "1 of 3 leaves have one." in lines
    assert any(line.startswith("Optics ") and line.endswith("1 of 2") for line in lines)
