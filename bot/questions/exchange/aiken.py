"""Aiken, as people write it: a question's lines, its options as A. A) a) or (A), "ANSWER: B", and perhaps why below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.questions.exchange.imported import NOWHERE, Imported, Problem, Reading
from bot.questions.model import Item, Kind, Option, SourcePlace, Status

_OPTION = re.compile(r"(?:([A-Za-z])[.)]|\(([A-Za-z])\))\s*(.*)")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
_LETTER = re.compile(r"\(?([A-Za-z])[.)]?")
_WHY = re.compile(r"(?:EXPLANATION|FEEDBACK|RATIONALE)\s*:\s*(.*)", re.IGNORECASE)


@dataclass(slots=True)
class _Question:
    """What has been read of a question: each text by its lines, and the first thing that is wrong with it."""

    line: int
    prompt: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    key: str | None = None
    key_line: int = 0
    why: list[str] | None = None
    flaw: Problem | None = None

    def wrong(self, line: int, message: str) -> None:
        self.flaw = self.flaw or Problem(line, message)


def read_aiken(text: str, name: str) -> Imported:
    """The questions with one right option each; feedback, topics and ids the format can't hold."""
    read = Reading()
    question: _Question | None = None
    after_blank = True
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line:
            if question is not None and _is_over(question, line, after_blank=after_blank):
                _give(question, read, name)
                question = None
            question = question or _Question(number)
            _add(question, line, number, after_blank=after_blank)
        after_blank = not line
    if question is not None:
        _give(question, read, name)
    return read.done()


def _is_over(question: _Question, line: str, *, after_blank: bool) -> bool:
    """Whether a line begins the next question."""
    if _WHY.fullmatch(line):
        return False
    if question.key is not None:
        return after_blank or question.why is None
    begins = not _OPTION.fullmatch(line) and not _ANSWER.fullmatch(line)
    return bool(question.options) and after_blank and begins


def _add(question: _Question, line: str, number: int, *, after_blank: bool) -> None:
    if why := _WHY.fullmatch(line):
        question.why = [why[1]]
        if question.key is None:
            question.wrong(number, "An explanation stands below “ANSWER: A”, not above it.")
    elif question.why is not None:
        question.why.append(line)
        if _OPTION.fullmatch(line):
            question.wrong(number, "Leave a blank line between an explanation and the next question.")
    elif answer := _ANSWER.fullmatch(line):
        question.key, question.key_line = answer[1], number
    elif option := _OPTION.fullmatch(line):
        letter, due = (option[1] or option[2]).upper(), chr(ord("A") + len(question.options))
        if letter == due and question.prompt:
            question.options.append([option[3]])
        elif question.options:
            question.wrong(
                number, f"Option {letter} stands here, and {due} is the next. Give each its own letter."
            )
        else:
            question.prompt.append(line)
    elif question.options and not after_blank:
        question.options[-1].append(line)
    else:
        question.prompt.append(line)


def _give(question: _Question, read: Reading, name: str) -> None:
    """Take the question, or refuse it."""
    if read.ends(question.line):
        return
    written = question.key or ""
    letter = _LETTER.fullmatch(written.strip())
    key = letter[1].upper() if letter else ""
    options = [" ".join(lines).strip() for lines in question.options]
    letters = [chr(ord("A") + place) for place in range(len(options))]
    if question.key is None:
        question.wrong(question.line, "This question has no line “ANSWER: A”. Add one below its options.")
    elif not question.prompt:
        question.wrong(
            question.key_line,
            "No question stands above it. Write the question, A. ..., B. ..., then ANSWER: A.",
        )
    elif key not in letters:
        what = f"No option {key}" if key else f"No option “{written[:40]}”"
        question.wrong(
            question.key_line,
            f"{what} stands above this answer. Name one right option by its letter: ANSWER: A.",
        )
    elif not all(options):
        question.wrong(question.line, f"Option {letters[options.index('')]} has no words.")
    if question.flaw:
        read.refuse(question.flaw)
        return
    choices = tuple(Option(words, mark == key, "") for words, mark in zip(options, letters, strict=True))
    read.take(
        Item(
            "",
            NOWHERE,
            Kind.SINGLE,
            "\n".join(question.prompt),
            SourcePlace(name, question.line),
            options=choices,
            explanation=" ".join(question.why or ()).strip(),
            status=Status.DRAFT,
        )
    )
