"""An item as a terminal shows it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.bank_tools.likeness import pairs_alike
from bot.questions.model import Bank, Cite, Item

WIDTH = 88
_FAR = 0.2
_LETTERS = "ABCDEFG"


def shown(item: Item, bank: Bank) -> str:
    """Everything about an item in lines of at most 88 characters (code keeps its own)."""
    return "\n".join(_lines(item, bank)).rstrip() + "\n"


def _lines(item: Item, bank: Bank) -> Iterator[str]:
    path = bank.topics.path(item.topic)
    yield item.id
    yield path
    facts = [item.kind.value, f"difficulty {item.difficulty}", item.phase or "any phase", item.status.value]
    yield " · ".join(facts)
    yield f"{item.place.file}:{item.place.line}"
    yield ""
    yield from _wrapped(item.prompt)
    if item.starter:
        yield from ("", *textwrap.indent(item.starter, "    ").split("\n"))
    yield from _parts(item)
    for name, text in (
        ("Hint", item.hint),
        ("Explanation", item.explanation),
        ("Model answer", item.model_answer),
    ):
        yield from _section(name, text)
    yield from _list("Key points", [f"({point.weight}) {point.point}" for point in item.rubric])
    yield from _list("Follow-up questions", item.follow_ups)
    yield from _script(item)
    for name, code in (("Tests", item.tests), ("Solution", item.solution)):
        if code:
            yield from ("", name, *textwrap.indent(code, "    ").split("\n"))
    yield from _list("References", [_cited(cite, bank) for cite in item.references])
    yield from _list("Record", list(_record(item)))
    yield from _list(
        "Nearest prompts",
        [f"{other.id} ({alike:.2f}): {other.prompt}" for other, alike in nearest(item, bank)],
    )


def nearest(item: Item, bank: Bank) -> tuple[tuple[Item, float], ...]:
    """The three items whose prompts are most like this one's, with the likeness (from 0.2), for a reader to compare."""
    found = [
        (other if one is item else one, likeness)
        for one, other, likeness in pairs_alike(bank.items, _FAR)
        if item is one or item is other
    ]
    return tuple(sorted(found, key=lambda pair: -pair[1])[:3])


def _parts(item: Item) -> Iterator[str]:
    """Options, steps, pairs or a number: what is right is marked with a tick."""
    if item.statement_is is not None:
        yield from ("", f"The statement is {'true' if item.statement_is else 'false'}.")
    for letter, option in zip(_LETTERS, item.options, strict=False):
        mark = "✓" if option.correct else " "
        yield ""
        yield from _wrapped(option.text, f"{mark} {letter}. ", "     ")
        yield from _wrapped(option.feedback, "     ", "     ")
        if option.misconception:
            yield from _wrapped(f"(misconception: {option.misconception})", "     ", "     ")
    yield from _list("In order", item.sequence)
    yield from _list("Accepted", item.accepted)
    yield from _section("Back", item.back)
    yield from _list("Pairs", [f"{left} → {right}" for left, right in item.pairs])
    if item.answer is not None:
        value = item.formula if item.formula is not None else item.answer.value
        within = f" ± {item.answer.tolerance:g}" if item.answer.tolerance else ""
        yield from ("", f"Answer: {value}{within} {item.answer.unit or ''}".rstrip())
    yield from _list(
        "Variables",
        [f"{one.name}: {', '.join(f'{value:g}' for value in one.values)}" for one in item.variables],
    )


def _script(item: Item) -> Iterator[str]:
    if item.rounds:
        yield from ("", f"Script, {sum(one.minutes for one in item.rounds)} minutes")
    for place, one in enumerate(item.rounds, 1):
        yield from _wrapped(one.ask, f"{place}. ({one.minutes} min) ", "   ")
        for ask in one.follow_ups:
            yield from _wrapped(ask, "   then: ", "         ")
        for sign in one.look_for:
            yield from _wrapped(sign, "   look for: ", "             ")


def _cited(cite: Cite, bank: Bank) -> str:
    reference = bank.references.get(cite.key)
    where = f", {cite.where}" if cite.where else ""
    if reference is None:
        return f"{cite.key}{where}"
    return f"{reference.title} ({reference.year}){where} <{reference.url}>"


def _record(item: Item) -> Iterator[str]:
    if item.author:
        yield f"by {item.author}"
    if item.reviewed_by:
        yield f"read by {', '.join(item.reviewed_by)}" + (f" on {item.reviewed}" if item.reviewed else "")
    if item.review_by:
        yield f"to be read again by {item.review_by}"
    if item.replaced_by:
        yield f"replaced by {item.replaced_by}"
    for excuse in item.lint_ok:
        yield f"{excuse.rule} is fine: {excuse.why}"


def _section(name: str, text: str | None) -> Iterator[str]:
    if text:
        yield from ("", name, *_wrapped(text, "  ", "  "))


def _list(name: str, entries: list[str] | tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield from ("", name)
        for entry in entries:
            yield from _wrapped(entry, "  - ", "    ")


def _wrapped(text: str, first: str = "", later: str = "") -> Iterator[str]:
    for place, paragraph in enumerate(text.split("\n")):
        lead = later if place else first
        yield from textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=lead,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
