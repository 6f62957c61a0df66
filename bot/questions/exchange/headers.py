r"""The words at the head of a table's columns: ours, and those that quiz makers' templates have for the same.

Sources: Kahoot's quiz template ("Question - max 120 characters", "Answer 1 - max 75 characters", "Correct answer(s) - choose
at least one"), Blooket's import template ("Question Text", "Answer 3\n(Optional)", "Correct Answer(s)\n(Only include Answer #)"),
Wayground's, formerly Quizizz's ("Question Text", "Question Type", "Option 1", "Correct Answer", "Answer explanation").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.questions.model import Kind

SLOTS = range(1, 8)
_BEGIN = "id topic kind difficulty phase prompt hint statement_is correct"
_END = """
    value tolerance unit answer_text variables formula accepted back starter tests solution model_answer follow_ups explanation references
    author reviewed_by reviewed review_by status replaced_by shuffle tags
"""
COLUMNS = (
    *_BEGIN.split(),
    *(f"{name}_{slot}" for slot in SLOTS for name in ("option", "match", "feedback", "misconception")),
    *(f"{name}_{slot}" for slot in SLOTS for name in ("point", "weight")),
    *_END.split(),
)
MOST_COLUMNS = 200

_LIMIT = r"(?:_max_\d+_characters|_optional)?"
_ALIASES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (rf"question(_?text|_title)?{_LIMIT}", "prompt"),
        ("key|(correct|right)_(answers?|options?|choices?)|answer_key", "key"),
        (r"correct_answer_s(_.*)?", "correct"),
        ("type|question_type", "kind"),
        ("category", "topic"),
        ("answer_explanation|rationale", "explanation"),
        ("front", "prompt"),
        ("accepted_answers?", "accepted"),
    )
)
_OPTION = re.compile(rf"(?:(?:option|answer|choice)_?)?(?:([1-9][0-9]?)|([a-g])){_LIMIT}")
_ANSWER = frozenset({"answer", "answers"})
_SAID_KINDS = {
    Kind.SINGLE: ("multiple choice", "single choice", "mc", "mcq", "quiz", "true/false", "true or false"),
    Kind.MULTI: ("checkbox", "checkboxes", "multiple select", "multi select", "multiple response"),
    Kind.SHORT: ("short answer", "fill-in-the-blank", "fill in the blank", "type answer"),
    Kind.RECALL: ("flash card", "flashcard"),
    Kind.OPEN: ("open-ended", "open ended", "essay", "paragraph", "long answer"),
}
_KIND_WORDS = {word: kind for kind, words in _SAID_KINDS.items() for word in words} | {
    kind.value: kind for kind in Kind
}


def kind_of(word: str) -> Kind | None:
    """The kind that a cell names, in our word or another maker's; None for one that is not asked here."""
    bare = " ".join(word.lower().replace("_", " ").split())
    return _KIND_WORDS.get(bare) or _KIND_WORDS.get(word.strip().lower())


def columns_of(cells: Sequence[str]) -> list[str]:
    """Our name for each header; one that isn't known stands as it is written, in small letters and underscores.

    "correct" holds numbers of options. "key" may hold their words too; "answer" is that where the table has options, and else a
    model answer.
    """
    found = [_column(cell) for cell in cells[: MOST_COLUMNS + 1]]
    while found and not found[-1]:
        found.pop()
    # A letter or a number alone is the head of an option where the next or the one before stands beside it.
    slots = {_slot(name) for name in found}
    named = [
        f"option_{slot}" if (slot := _slot(name)) and {slot - 1, slot + 1} & slots else name for name in found
    ]
    answer = "key" if "option_1" in named else "model_answer"
    return [answer if name in _ANSWER else name for name in named]


def signs_of(line: str) -> list[str]:
    """The signs that part a line into headers, one of which is the prompt's."""
    return [
        sign
        for sign in ",;\t"
        if sign in line and "prompt" in columns_of([cell.strip(" \"'") for cell in line.split(sign)])
    ]


def _column(cell: str) -> str:
    column = re.sub(r"\W+", "_", cell.replace("#", " number ").strip().lower()).strip("_")
    if column in COLUMNS:
        return column
    return next((name for pattern, name in _ALIASES if pattern.fullmatch(column)), column)


def _slot(name: str) -> int:
    """The number of an option's header, 0 for another column."""
    found = _OPTION.fullmatch(name)
    if found is None:
        return 0
    return int(found[1]) if found[1] else ord(found[2]) - ord("a") + 1


def flaw_of(header: Sequence[str], cells: Sequence[str]) -> str:
    """Why no row can be read under this header, "" where they can; ``cells`` are the headers as they are written."""
    return next((flaw for flaw in _flaws(header, cells) if flaw), "")


def _flaws(header: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    written = ", ".join(f"“{' '.join(cell.split())[:40]}”" for cell in cells[:20] if cell.strip())
    if len(header) > MOST_COLUMNS:
        yield f"There are {len(cells):,} columns; {MOST_COLUMNS} are the most."
    if "prompt" not in header and "timestamp" in header:
        yield "This table holds what people answered to a form, not its questions. Export those instead."
    if "prompt" not in header:
        yield f"The first row must name the columns; one of them is “prompt”. These are {written}."
    for twice in sorted({column for column in header if column and header.count(column) > 1}):
        yield f"The column “{twice}” stands twice. Keep one of them."
    if "correct" in header and "key" in header:
        yield "Two columns say which option is right. Keep one of them."
    if "option_1" in header and not {"correct", "key", "kind", "match_1"} & set(header):
        yield f"There are options, and no column says which is right. Name one “correct”. These are {written}."
