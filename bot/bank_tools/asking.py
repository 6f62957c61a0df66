"""Rules on how a discussion item is put, as an interviewer would put it: each takes an item and yields its flaws.

Both count words and marks, so they see less than a reader does: a list of tasks after a colon is one task to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.questions.findings import Flaw, warning
from bot.questions.model import Item, Kind

MOST_TASKS = 2
_DISCUSSED = frozenset({Kind.OPEN, Kind.BEHAVIORAL, Kind.CODE})
_QUOTED = re.compile(
    r"```.*?```|`[^`]*`|\"[^\"]*\"|“[^”]*”|(?<!\w)['‘](?:[^'’]|['’](?=\w))*['’](?!\w)", re.DOTALL
)
_ORDERS = """
    answer argue assess build calculate choose compare compute consider contrast criticise critique decide defend define
    derive describe design discuss draft estimate explain find fix give identify illustrate judge justify list mark name
    offer outline pick plan predict prepare present propose prove rank report review rewrite say set show sketch
    state suggest summarise summarize take tell walk weigh write
"""
_VERB = rf"(?:{'|'.join(_ORDERS.split())})\b"
_ASKING = rf"(?:{_VERB}|(?:how|what|when|where|which|who|why)\b)"
_BEGINS = re.compile(rf"(?:(?:and|then|also|finally|first|now|please),?\s+)*{_VERB}", re.IGNORECASE)
_GOES_ON = re.compile(rf"(?:,|,? and(?: then)?|,? then)\s+{_ASKING}", re.IGNORECASE)

_NAME = re.compile(r"(?<=[\w,]\s)[A-Z][a-z]+\b")
_THE_ONE = re.compile(r"\bthe\s+([a-z]+)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|he|her|his|him)\b", re.IGNORECASE)
# What any story has, so that a probe may speak of it before it has heard one.
_COMMON = """
    answer best case change choice colleague cost data day days decision disagreement doubt effect end evidence
    experiment fact field first hardest last least most money month next number one other outcome people person point
    problem project reason reasons result rest rule same second side sign step story team time two way week weeks
    work worst year years
"""
_GENERAL = frozenset(_COMMON.split())
_CALENDAR = """
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
"""
_DATES = frozenset(_CALENDAR.split())


def asking(item: Item) -> Iterator[Flaw]:
    """All rules of this file on an item."""
    if item.kind in _DISCUSSED:
        yield from _one_task(item)
    if item.kind is Kind.BEHAVIORAL:
        yield from _address(item)


def tasks(prompt: str) -> int:
    """How many questions and orders a prompt holds; what it quotes asks nothing."""
    plain = _QUOTED.sub(lambda found: " x. " if found[0][-2:-1] in tuple(".?!") else " x ", prompt)
    count = 0
    for sentence in re.split(r"(?<=[.?!;:])\s+", plain):
        if sentence.endswith("?") or _BEGINS.match(sentence):
            count += 1 + len(_GOES_ON.findall(sentence))
    return count


def _one_task(item: Item) -> Iterator[Flaw]:
    count = tasks(item.prompt)
    if count > MOST_TASKS:
        message = f"The prompt sets {count} tasks. Ask one thing, and make the rest follow-ups."
        yield warning("one-task", message, "prompt")


def _address(item: Item) -> Iterator[Flaw]:
    """A follow-up speaks of somebody or something that stands in the model answer alone: an invented story."""
    story = _words(item.model_answer or "")
    known = _words(f"{item.prompt} {item.hint or ''}")
    for place, probe in enumerate(item.follow_ups):
        named = {name for name in _NAME.findall(probe) if name not in _DATES}
        things = {thing.casefold() for thing in _THE_ONE.findall(probe)} - _GENERAL
        foreign = sorted(word for word in named | things if _stem(word) in story - known)
        if not foreign and not _SHE.search(f"{item.prompt} {' '.join(item.follow_ups[:place])}"):
            foreign = [found[0] for found in [_SHE.search(probe)] if found]
        if foreign:
            message = (
                f"“{foreign[0]}” belongs to the story of the model answer. Ask what fits anybody's answer."
            )
            yield warning("follow-up-address", message, "follow_ups", place)
        known |= _words(probe)


def _words(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W\d_]+", text)}


def _stem(word: str) -> str:
    return word.casefold().removesuffix("s")
