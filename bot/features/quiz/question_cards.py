"""Every sentence of a quiz question, and of what comes back on a response. Letters stand for the choices."""

from collections.abc import Mapping, Sequence

from bot.chat.cards import Accent, Block, Button, Card, Control, Form, Style, TextField, text
from bot.chat.words import counted
from bot.features.quiz.actions import (
    AskNumber,
    Next,
    OpenChallenge,
    OwnUp,
    ReadWhole,
    SayTruth,
    Seal,
    SendChallenge,
    SendNumber,
    StopQuiz,
    Tap,
    Undo,
)
from bot.features.quiz.grading import Given, Grade, complete, next_left
from bot.features.quiz.model import Quiz
from bot.features.quiz.prepare import Prepared
from bot.questions.literal import cited, plainly
from bot.questions.model import Kind, Reference

LETTERS = "ABCDEFG"

HOW = {
    Kind.SINGLE: "Choose one.",
    Kind.MULTI: "Choose every one that is right, then check. A wrong one takes away what a right one gives.",
    Kind.TF_REASON: "True or false? Then choose the reason.",
    Kind.ORDER: "Tap the steps in the right order.",
    Kind.MATCH: "Choose what belongs to each.",
    Kind.NUMERIC: "Work it out, then type the number.",
}


def number_words(value: float) -> str:
    """A number as people write it: no trailing zeros, no exponent for everyday sizes."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.6g}" if 1e-4 <= abs(value) < 1e9 else f"{value:.6g}"


def prompt_blocks(question: Prepared, path: str, given: Given) -> tuple[Block, ...]:
    """Topic, prompt, and the choices with their letters; what was chosen is marked."""
    blocks: list[Block] = [text(f"*{path}*"), text(question.prompt)]
    if question.kind is Kind.NUMERIC:
        blocks.append(text(_number_hint(question)))
    elif question.kind is Kind.MATCH:
        blocks.append(text(_matching(question, given)))
        blocks.append(text(_lettered(question, ())))
    elif question.kind is not Kind.TF_REASON or given.truth is not None:
        if question.kind is Kind.TF_REASON:
            blocks.append(text(f"You say it is **{'true' if given.truth else 'false'}**. Because:"))
        blocks.append(text(_lettered(question, given.picks if question.kind is not Kind.ORDER else ())))
    if question.kind is Kind.ORDER and given.picks:
        order = " → ".join(LETTERS[i] for i in given.picks)
        blocks.append(text(f"Your order so far: **{order}**"))
    return tuple(blocks)


def _number_hint(question: Prepared) -> str:
    unit = f" in {question.unit}" if question.unit else ""
    near = f" An answer within {number_words(question.tolerance)} counts." if question.tolerance else ""
    return f"Give a number{unit}.{near}"


def _lettered(question: Prepared, picks: Sequence[int]) -> str:
    marks = dict.fromkeys(picks, " ✓")
    return "\n\n".join(
        f"**{LETTERS[i]}**  {words}{marks.get(i, '')}" for i, words in enumerate(question.choices)
    )


def _matching(question: Prepared, given: Given) -> str:
    current = next_left(question, given)
    lines = []
    for i, left in enumerate(question.lefts):
        if i < len(given.picks):
            lines.append(f"- {left}: **{LETTERS[given.picks[i]]}**")
        else:
            lines.append(f"- **{left}: ?**" if i == current else f"- {left}")
    return "\n".join(lines)


def choice_rows(
    quiz_id: int, position: int, question: Prepared, given: Given
) -> tuple[tuple[Control, ...], ...]:
    """The controls that put a response together."""
    if question.kind is Kind.NUMERIC:
        return ((Button("Type the number", AskNumber(quiz_id, position), Style.PRIMARY),),)
    if question.kind is Kind.TF_REASON and given.truth is None:
        return (
            (
                Button("True", SayTruth(quiz_id, position, truth=True)),
                Button("False", SayTruth(quiz_id, position, truth=False)),
            ),
        )
    placed = given.picks if question.kind in (Kind.ORDER, Kind.MATCH) else ()
    left = [i for i in range(len(question.choices)) if i not in placed]
    taps = [_tap(quiz_id, position, question, given, i) for i in left]
    rows: list[tuple[Control, ...]] = [tuple(taps[i : i + 5]) for i in range(0, len(taps), 5)]
    last: list[Control] = []
    if question.kind is Kind.MULTI:
        reason = None if complete(question, given) else "Choose at least one first."
        last.append(Button("Check", Seal(quiz_id, position), Style.PRIMARY, reason))
    if question.kind in (Kind.ORDER, Kind.MATCH, Kind.TF_REASON):
        if complete(question, given) and question.kind is not Kind.TF_REASON:
            rows = []
            last.append(Button("Check", Seal(quiz_id, position), Style.PRIMARY))
        if given.picks or given.truth is not None:
            last.append(Button("Undo", Undo(quiz_id, position, max(0, len(given.picks) - 1))))
    if last:
        rows.append(tuple(last))
    return tuple(rows)


def _tap(quiz_id: int, position: int, question: Prepared, given: Given, index: int) -> Button:
    marked = question.kind is Kind.MULTI and index in given.picks
    label = f"{LETTERS[index]} ✓" if marked else LETTERS[index]
    return Button(label, Tap(quiz_id, position, index, not marked))


def question_card(quiz: Quiz, path: str, given: Given, right: int) -> Card:
    """The current question of one's own quiz."""
    question = quiz.question
    rows = choice_rows(quiz.id, quiz.position, question, given)
    stop = Button("Stop here", StopQuiz(quiz.id))
    lettered = all(isinstance(c, Button) and isinstance(c.action, Tap | SayTruth) for c in rows[-1])
    rows = (*rows, (stop,)) if lettered else (*rows[:-1], (*rows[-1], stop))
    so_far = f" So far {right} of {quiz.position} right." if quiz.position else ""
    return Card(
        f"{NAMES[quiz.mode.value]}: {quiz.position + 1} of {len(quiz.questions)}",
        prompt_blocks(question, path, given),
        rows,
        text(HOW[question.kind] + so_far),
    )


NAMES = {"solo": "Quiz", "review": "Review", "mistakes": "Mistakes", "group": "Group quiz"}


def number_form(quiz_id: int, position: int, question: Prepared, value: str) -> Form:
    """The form for a number."""
    label = f"Your answer in {question.unit}" if question.unit else "Your answer"
    field = TextField(
        "number",
        label,
        value=value,
        placeholder="such as 1.5 or 2e9",
        most=40,
        help=_number_hint(question),
    )
    return Form("A number", (field,), SendNumber(quiz_id, position), "Check", text(question.prompt))


def feedback_card(
    quiz: Quiz,
    path: str,
    given: Given,
    grade: Grade,
    references: Mapping[str, Reference],
    *,
    guessed: bool,
    challenged: bool,
) -> Card:
    """Right or wrong, why, and where to read on."""
    question = quiz.question
    title, accent = _verdict(grade)
    row: list[Control] = [
        Button(
            "See the result" if quiz.is_last else "Next question", Next(quiz.id, quiz.position), Style.PRIMARY
        )
    ]
    if grade.right and not guessed:
        row.append(Button("I guessed", OwnUp(quiz.id, quiz.position)))
    if not challenged:
        row.append(Button("Challenge", OpenChallenge(quiz.id, quiz.position)))
    notes = []
    if guessed:
        notes.append("Noted as a guess: it comes again sooner.")
    if challenged:
        notes.append("You challenged this question; you will hear what comes of it.")
    blocks = (text(f"*{path}*"), text(question.prompt), *reason_blocks(question, given, grade, references))
    whole = ReadWhole(quiz.id, quiz.position, 0)
    return Card(title, blocks, (tuple(row),), text(" ".join(notes)) if notes else None, accent, whole)


def _verdict(grade: Grade) -> tuple[str, Accent]:
    if grade.right:
        return "Right", Accent.GOOD
    if grade.score > 0:
        return f"Partly right: {max(1, min(99, round(grade.score * 100)))} %", Accent.GOLD
    return "Not this time", Accent.BAD


def reason_blocks(
    question: Prepared, given: Given, grade: Grade, references: Mapping[str, Reference]
) -> tuple[Block, ...]:
    """What was chosen, what is right, the reasons for both, and the sources."""
    return (*said_blocks(question, given, grade), *source_blocks(question, references))


def right_blocks(question: Prepared, references: Mapping[str, Reference]) -> tuple[Block, ...]:
    """What is right and why, for everyone, and the sources."""
    return (*said_blocks(question, None, None), *source_blocks(question, references))


def said_blocks(question: Prepared, given: Given | None, grade: Grade | None) -> tuple[Block, ...]:
    """What is right, and where a response is given what was chosen, with the reasons for both."""
    lines = _explained(question, given, grade) if given and grade else _right(question)
    return tuple(text(line) for line in lines if line)


def source_blocks(question: Prepared, references: Mapping[str, Reference]) -> tuple[Block, ...]:
    """Why it is so, and where to read on."""
    blocks: list[Block] = []
    if question.explanation:
        if question.redrawn:
            blocks.append(text("*What follows works with other numbers than yours; the way is the same.*"))
        blocks.append(text(question.explanation))
    lines = cited(question.references, references)
    if lines:
        blocks.append(text("**Read on**\n\n" + "\n".join(lines)))
    return tuple(blocks)


def _right(question: Prepared) -> list[str]:
    kind = question.kind
    if kind is Kind.NUMERIC:
        return _explained(question, Given(), Grade(0.0, False, ()))
    if kind is Kind.ORDER:
        return ["**The right order**\n\n" + "\n".join(f"- {question.choices[i]}" for i in question.key)]
    if kind is Kind.MATCH:
        pairs = zip(question.lefts, question.key, strict=True)
        return [
            "**What belongs together**\n\n"
            + "\n".join(f"- {left}: {question.choices[i]}" for left, i in pairs)
        ]
    truth = f"The statement is **{'true' if question.statement_is else 'false'}**."
    said = [truth] if kind is Kind.TF_REASON else []
    return [*said, *(_with_reason(question, i, "Right is") for i in question.key)]


def key_words(question: Prepared) -> str:
    """The right answer in plain words, a line for each part of it."""
    if question.kind is Kind.NUMERIC:
        assert question.value is not None
        return f"{number_words(question.value)} {question.unit}".strip()
    right = [plainly(question.choices[i]) for i in question.key]
    if question.kind is Kind.MATCH:
        lefts = map(plainly, question.lefts)
        return "\n".join(f"{left}: {choice}" for left, choice in zip(lefts, right, strict=True))
    if question.kind is Kind.ORDER:
        return "\n".join(f"{n}. {step}" for n, step in enumerate(right, 1))
    if question.kind is Kind.TF_REASON:
        return "\n".join(["True." if question.statement_is else "False.", *right])
    return "\n".join(right)


def _explained(question: Prepared, given: Given, grade: Grade) -> list[str]:
    kind = question.kind
    if kind is Kind.NUMERIC:
        unit = f" {question.unit}" if question.unit else ""
        own = "" if given.number is None else f"You said **{number_words(given.number)}{unit}**. "
        assert question.value is not None
        return [f"{own}It is **{number_words(question.value)}{unit}**."]
    if kind is Kind.ORDER:
        own = " → ".join(LETTERS[i] for i in given.picks)
        right = "\n".join(f"- **{LETTERS[i]}**  {question.choices[i]}" for i in question.key)
        return [f"Your order: {own}", f"**The right order**\n\n{right}"]
    if kind is Kind.MATCH:
        lines = []
        for i, left in enumerate(question.lefts):
            good = i < len(grade.parts) and grade.parts[i]
            own = (
                f" (you chose: {question.choices[given.picks[i]]})"
                if i < len(given.picks) and not good
                else ""
            )
            lines.append(f"- {'✓' if good else '✗'} {left}: {question.choices[question.key[i]]}{own}")
        return ["**What belongs together**\n\n" + "\n".join(lines)]
    said: list[str] = []
    if kind is Kind.TF_REASON:
        truth = "true" if question.statement_is else "false"
        said.append(f"The statement is **{truth}**; you said {'true' if given.truth else 'false'}.")
    if kind is Kind.MULTI and not grade.right:
        hits = len(set(given.picks) & set(question.key))
        wrong = len(given.picks) - hits
        also = f", and chose {counted(wrong, 'that is', 'that are')} not right" if wrong else ""
        said.append(f"You found {hits} of the {len(question.key)} right ones{also}.")
    chosen = [_with_reason(question, i, "You chose") for i in given.picks]
    missed = [_with_reason(question, i, "Right is") for i in question.key if i not in given.picks]
    return [*said, *chosen, *missed]


def _with_reason(question: Prepared, index: int, lead: str) -> str:
    mark = "✓" if index in question.key else "✗"
    why = f"\\\n{question.feedback[index]}" if question.feedback[index] else ""
    return f"{mark} {lead} **{LETTERS[index]}**: {question.choices[index]}{why}"


def challenge_form(quiz_id: int, position: int, value: str) -> Form:
    """Says what is wrong with a question."""
    field = TextField(
        "why",
        "What is wrong with it?",
        long=True,
        value=value,
        placeholder="Say what you think is right, and where it stands.",
        most=500,
        help="The organisers read it. You will hear what comes of it.",
    )
    return Form("Challenge this question", (field,), SendChallenge(quiz_id, position), "Challenge it")
