"""One question in full, with its answer: for organisers alone. Texts of members stand in it as words, never as markup."""

from collections.abc import Iterator

from bot.chat.cards import Block, Text, text
from bot.questions.kinds import KINDS
from bot.questions.kinds.numeric import prompt_as_written
from bot.questions.literal import cited, fenced, literal_line
from bot.questions.model import Bank, Item

PARTS = ("The question", "The answer", "The reasons")


def part_blocks(bank: Bank, item: Item, part: int) -> tuple[Block, ...]:
    """One of the three parts; a part that an item doesn't have says so."""
    found = (_question, _answer, _reasons)[part](bank, item)
    return tuple(found) or (text("This question doesn't have this part."),)


def item_blocks(bank: Bank, item: Item) -> tuple[Block, ...]:
    """All of an item."""
    return (*_question(bank, item), *_answer(bank, item), *_reasons(bank, item))


def _question(bank: Bank, item: Item) -> Iterator[Block]:
    path = bank.topics.path(item.topic)
    yield text(f"*{path}* · {KINDS[item.kind].name} · level {item.difficulty} of 5")
    yield text(prompt_as_written(item))
    if item.starter:
        yield text(fenced(item.starter))
    if item.hint:
        yield text(f"**Hint**\n\n{item.hint}")


def _answer(_bank: Bank, item: Item) -> Iterator[Text]:
    if item.statement_is is not None:
        yield text(f"The statement is **{'true' if item.statement_is else 'false'}**.")
    for option in item.options:
        why = f"\\\n{option.feedback}" if option.feedback else ""
        yield text(f"{'✓' if option.correct else '✗'} {option.text}{why}")
    if item.sequence:
        yield text("**The right order**\n\n" + "\n".join(f"- {step}" for step in item.sequence))
    if item.pairs:
        yield text("**What belongs together**\n\n" + "\n".join(f"- {a}: {b}" for a, b in item.pairs))
    if item.answer is not None and item.answer.value is not None:
        unit = f" {item.answer.unit}" if item.answer.unit else ""
        yield text(f"It is **{item.answer.value:g}{unit}**, give or take {item.answer.tolerance:g}.")
    if item.accepted:
        yield text("**Accepted answers**\n\n" + "\n".join(f"- {literal_line(one)}" for one in item.accepted))
    if item.back:
        yield text(f"**The back of the card**\n\n{item.back}")
    if item.formula:
        yield text(f"Its numbers change each time:\n\n{fenced(' '.join(item.formula.split()), '')}")
    if item.rubric:
        yield text("**Key points**\n\n" + "\n".join(f"- {point.point}" for point in item.rubric))


def _reasons(bank: Bank, item: Item) -> Iterator[Block]:
    if item.model_answer:
        yield text(f"**Model answer**\n\n{item.model_answer}")
    if item.follow_ups:
        yield text("**Follow-up questions**\n\n" + "\n".join(f"- {ask}" for ask in item.follow_ups))
    if item.explanation:
        yield text(item.explanation)
    lines = cited(item.references, bank.references)
    if lines:
        yield text("**Further reading**\n\n" + "\n".join(lines))
