"""Rules on mock interview scripts: parts with minutes that add up, follow-ups, what to look for, a score sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.bank_tools.flaws import Flaw, error, warning
from bot.questions.model import Item, Kind

SHORTEST, LONGEST = 15, 120
"""Minutes that a script may take as a whole."""
_STATED = re.compile(r"\b(\d{2,3})(?:[ -]|\s)minutes?\b")


def script(item: Item) -> Iterator[Flaw]:
    """All rules on a mock item; none on others."""
    if item.kind is not Kind.MOCK:
        return
    total = sum(one.minutes for one in item.rounds)
    if not SHORTEST <= total <= LONGEST:
        message = f"The parts take {total} minutes together; a script takes {SHORTEST} to {LONGEST}."
        yield error("mock", message, "rounds")
    stated = [int(number) for number in _STATED.findall(item.prompt)]
    if stated and total not in stated:
        message = f"The prompt says {stated[0]} minutes, but the parts add up to {total}. Make them agree."
        yield error("mock", message, "rounds")
    if len(item.rounds) < 2:
        yield error("mock", "A script has at least two parts. Add one, such as the feedback.", "rounds")
    for place, one in enumerate(item.rounds):
        where = ("rounds", place)
        if one.minutes < 1:
            yield error(
                "mock", f"Part {place + 1} takes {one.minutes} minutes. Give it at least one.", *where
            )
        if not one.follow_ups:
            yield warning("mock", f"Part {place + 1} has no follow-up question. Add one.", *where)
        if not one.look_for:
            yield error("mock", f"Part {place + 1} doesn't say what to look for. Add look_for.", *where)
    if not item.rubric:
        yield error("mock", "There is no rubric, so no score sheet. Add three to six weighted points.")
