"""Scripts of mock interviews: parts with minutes that add up, follow-ups, what to look for, a score sheet."""

import re
from collections.abc import Iterator

from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds.kind import Script, UnfitError
from bot.questions.model import Item

SHORTEST, LONGEST = 15, 120
"""Minutes that a script may take as a whole."""
_STATED = re.compile(r"\b(\d{2,3})(?:[ -]|\s)minutes?\b")


def _fits(_item: Item) -> None:
    raise UnfitError("Scripts of mock interviews can't be asked in a group.")


def _flaws(item: Item) -> Iterator[Flaw]:
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
        where, part = ("rounds", place), f"Part {place + 1}"
        if one.minutes < 1:
            yield error("mock", f"{part} takes {one.minutes} minutes. Give it at least one.", *where)
        if not one.follow_ups:
            yield warning("mock", f"{part} has no follow-up question. Add one.", *where)
        if not one.look_for:
            yield error("mock", f"{part} doesn't say what to look for. Add look_for.", *where)
    if not item.rubric:
        yield error("mock", "There is no rubric, so no score sheet. Add three to six weighted points.")


MOCK = Script(name="mock interview", holds="rounds", fits=_fits, flaws=_flaws)
