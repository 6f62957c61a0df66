"""`studyhall content usage`: what the answers in a database say of each quiz question, without anybody's name."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

# This module is loaded at every start; what it does is rare.
if TYPE_CHECKING:
    from bot.database.transaction import Transaction
    from bot.features.quiz.usage.rules import Usage
    from bot.questions.model import Bank

FEWEST_FOR_UNUSED = 40
"""An option that nobody has taken in so many answers is no distractor (Tarrant and others 2009 speak of one in twenty)."""

_HEAD = f"{'id':44} answers  right  chall.  discr.  seconds  level"


@dataclass(frozen=True, slots=True)
class ItemUsage:
    """A quiz question's usage, as printed: ``challenged`` is a share of its answers, ``unused`` are texts of options."""

    usage: Usage
    shipped_level: int
    challenged: float
    unused: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        more = {"challenged": self.challenged, "unused": self.unused, "doubtful": self.usage.doubtful}
        return {**asdict(self.usage), "shipped_level": self.shipped_level, **more}

    @property
    def line(self) -> str:
        """For a terminal."""
        found = self.usage
        discrimination = "-" if found.discrimination is None else f"{found.discrimination:+.2f}"
        seconds = "-" if found.seconds is None else f"{found.seconds:.0f}"
        level = f"{self.shipped_level}" + (f" -> {found.level}" if found.level else "")
        return (
            f"{found.item_id:44} {found.answers:7,}  {found.right:5.0%}  {self.challenged:6.1%}  {discrimination:>6}  "
            f"{seconds:>7}  {level}{'  look at its key' if found.doubtful else ''}"
        )


async def run(args: argparse.Namespace, url: str, folder: Path, out: TextIO) -> int:
    """Print the usage of each item that was answered, doubtful ones first, then the most answered; the exit code is 0.

    Raises:
        BankError: the bank cannot be read.
        DatabaseError: the database cannot be used.
    """
    from functools import partial

    from bot.database.engine import Database
    from bot.questions.load import load_bank

    bank = load_bank(args.bank or folder)
    database = await Database.open(url, beside=True)
    try:
        await database.migrate()
        found = await database.read(partial(_found, bank=bank), later=True)
    finally:
        await database.close()
    if args.json:
        print(json.dumps([each.as_dict() for each in found], indent=2, ensure_ascii=False), file=out)
        return 0
    if not found:
        print("No quiz question of this bank has been answered yet.", file=out)
        return 0
    print(_HEAD, file=out)
    for each in found:
        print(each.line, file=out)
        for words in each.unused:
            print(f"    nobody takes: {words}", file=out)
    return 0


async def _found(tx: Transaction, bank: Bank) -> tuple[ItemUsage, ...]:
    from bot.features.quiz.usage.learning import shipped
    from bot.features.quiz.usage.reading import challenged, outcomes, taken
    from bot.features.quiz.usage.rules import usages

    known = shipped(bank)
    options = await taken(tx, {item_id: bank.item(item_id) for item_id in known})
    challenges = await challenged(tx)
    found = [
        ItemUsage(
            usage,
            known[usage.item_id].level,
            min(1.0, challenges.get(usage.item_id, 0) / usage.answers),
            _unused(bank, usage, options),
        )
        for usage in usages(await outcomes(tx), known)
    ]
    return tuple(
        sorted(found, key=lambda one: (not one.usage.doubtful, -one.usage.answers, one.usage.item_id))
    )


def _unused(bank: Bank, usage: Usage, options: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    if usage.item_id not in options or usage.answers < FEWEST_FOR_UNUSED:
        return ()
    offered = (option.text for option in bank.item(usage.item_id).options if not option.correct)
    return tuple(words for words in offered if words not in options[usage.item_id])
