"""Aiken: a question's lines, its options as "A. ..." or "A) ...", and "ANSWER: B"."""

from __future__ import annotations

import re

from bot.questions.exchange.imported import NOWHERE, Imported, Problem, Reading
from bot.questions.model import Item, Kind, Option, SourcePlace, Status

_OPTION = re.compile(r"([A-Z])[.)]\s*(.*)")
_ANSWER = re.compile(r"ANSWER:\s*([A-Z])\s*", re.IGNORECASE)


def read_aiken(text: str, name: str) -> Imported:
    """The questions with one right option each; feedback, topics and ids the format can't hold."""
    read = Reading()
    prompt: list[str] = []
    options: dict[str, str] = {}
    start = 1
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line and read.ends(number):
            prompt = []
            break
        if answer := _ANSWER.fullmatch(line):
            key = answer[1].upper()
            if not prompt or key not in options:
                what = (
                    f"No option {key} stands above this answer" if prompt else "No question stands above it"
                )
                read.refuse(Problem(number, f"{what}. Write the question, A. ..., B. ..., then ANSWER: A."))
            else:
                choices = tuple(Option(words, letter == key, "") for letter, words in options.items())
                place = SourcePlace(name, start)
                item = Item(
                    "", NOWHERE, Kind.SINGLE, "\n".join(prompt), place, options=choices, status=Status.DRAFT
                )
                read.take(item)
            prompt, options = [], {}
        elif prompt and (option := _OPTION.fullmatch(line)):
            if option[1] in options:
                read.refuse(Problem(number, f"Option {option[1]} stands twice. Give each its own letter."))
            options[option[1]] = option[2].strip()
        elif line:
            if options:
                read.refuse(Problem(number, "An option or “ANSWER: A” was expected here."))
                prompt, options = [], {}
            start = start if prompt else number
            prompt.append(line)
    if prompt:
        read.refuse(Problem(start, "This question has no line “ANSWER: A”. Add one below its options."))
    return read.done()
