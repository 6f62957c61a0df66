"""Every sentence of a quiz question, and of what comes back on a response. Letters stand for the choices."""

from collections.abc import Mapping, Sequence

from bot.chat.actions import encode
from bot.chat.cards import MARKED, Accent, Block, Button, Card, Control, Form, Style, TextField, text
from bot.features.quiz.actions import (
    MineWasRight,
    Next,
    OpenChallenge,
    OwnUp,
    ReadWhole,
    SendChallenge,
    StartInstead,
    StopQuiz,
)
from bot.features.quiz.model import Quiz
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.asked import Given, Prepared
from bot.questions.kinds.presses import SayTruth, Tap
from bot.questions.literal import cited
from bot.questions.model import Reference

NAMES = {"solo": "Quiz", "review": "Review", "mistakes": "Mistakes", "group": "Group quiz"}


def named(quiz: Quiz, *, begins: bool = False) -> str:
    """Which quiz is meant, and where it stands: "your quiz on optics, at question 3 of 10"; ``begins`` a sentence."""
    whose = {"solo": "your quiz", "review": "your review", "mistakes": "the quiz of your mistakes"}
    about = f" on {quiz.topic}" if quiz.topic else ""
    at = "" if quiz.asked_at is None else f", at question {quiz.step}"
    words = f"{whose.get(quiz.mode.value, 'the group quiz')}{about}{at}"
    return words[:1].upper() + words[1:] if begins else words


def instead(
    quiz: Quiz, topics: Sequence[str], topic: str, count: int, difficulty: int | None
) -> Button | None:
    """Ends a quiz and starts what was asked for; none where the topics have no name that fits into a button."""
    action = StartInstead(quiz.id, topics[0] if len(topics) == 1 else topic, count, difficulty or 0)
    try:
        encode(action)
    except ValueError:
        return None
    return Button("End it and start this", action)


def prompt_blocks(question: Prepared, path: str, given: Given) -> tuple[Block, ...]:
    """Topic, prompt, and the choices with their letters; what was chosen is marked."""
    said = OBJECTIVE_KINDS[question.kind].prompt(question, given)
    return tuple(text(each) for each in (f"*{path}*", question.prompt, *said))


def question_card(quiz: Quiz, path: str, given: Given, right: int) -> Card:
    """The current question of one's own quiz."""
    question, kind = quiz.question, quiz.kind
    rows = kind.controls(quiz.at, question, given)
    stop = Button("Stop here", StopQuiz(quiz.id))
    lettered = all(isinstance(c, Button) and isinstance(c.action, Tap | SayTruth) for c in rows[-1])
    rows = (*rows, (stop,)) if lettered else (*rows[:-1], (*rows[-1], stop))
    so_far = f" So far {right} of {quiz.position} right." if quiz.position else ""
    return Card(
        f"{NAMES[quiz.mode.value]}: {quiz.step}",
        prompt_blocks(question, path, given),
        rows,
        text(kind.how + so_far),
    )


def feedback_card(
    quiz: Quiz,
    path: str,
    given: Given,
    references: Mapping[str, Reference],
    *,
    guessed: bool,
    challenged: bool,
) -> Card:
    """Right or wrong, why, and where to read on."""
    question, score = quiz.question, quiz.kind.grade(quiz.question, given)
    title, accent = verdict(score)
    onward = "See the result" if quiz.is_last else "Next question"
    row: list[Control] = [Button(onward, Next(*quiz.at), Style.PRIMARY)]
    if score == 1 and not guessed and not given.granted and quiz.kind.checked:
        row.append(Button("I guessed", OwnUp(*quiz.at)))
    if quiz.kind.alike is not None and (score < 1 or given.granted):
        words = "It was wrong after all" if given.granted else "Mine was right"
        row.append(Button(words, MineWasRight(*quiz.at, not given.granted)))
    if not challenged:
        row.append(Button("Challenge", OpenChallenge(*quiz.at)))
    if not quiz.is_last:
        row.append(Button("Stop here", StopQuiz(quiz.id)))
    notes = []
    if given.granted:
        notes.append("It counts as right because you said so.")
    if guessed:
        notes.append("Noted as a guess: it comes again sooner.")
    if challenged:
        notes.append("You challenged this question; you will hear what comes of it.")
    blocks = (
        text(f"*{path}*"),
        text(question.prompt),
        *said_blocks(question, given),
        *source_blocks(question, references),
    )
    whole = ReadWhole(*quiz.at, 0)
    return Card(title, blocks, (tuple(row),), text(" ".join(notes)) if notes else None, accent, whole)


def verdict(score: float) -> tuple[str, Accent]:
    """What a score from 0 to 1 is called, and its colour."""
    if score == 1:
        return "Right", Accent.GOOD
    if score > 0:
        return f"Partly right: {max(1, min(99, round(score * 100)))} %", Accent.GOLD
    return "Not this time", Accent.BAD


def said_blocks(question: Prepared, given: Given | None = None) -> tuple[Block, ...]:
    """What is right, and where a response is given what was chosen, with the reasons for both."""
    return tuple(map(text, OBJECTIVE_KINDS[question.kind].explained(question, given)))


def source_blocks(question: Prepared, references: Mapping[str, Reference]) -> tuple[Block, ...]:
    """Why it is so, and where to read on."""
    blocks: list[Block] = []
    if question.explanation:
        if question.redrawn:
            blocks.append(text("*What follows uses other numbers than yours; the method is the same.*"))
        blocks.append(text(question.explanation))
    lines = cited(question.references, references)
    if lines:
        blocks.append(text("**Further reading**\n\n" + "\n".join(lines)))
    return tuple(blocks)


def wrong_since(number: int) -> Block:
    """So many questions of a quiz count for nobody."""
    words = (
        "1 question has since been found wrong and counts"
        if number == 1
        else f"{number} questions have since been found wrong and count"
    )
    return text(f"{words} for nobody.")


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
        shown_as=MARKED,
    )
    return Form("Challenge this question", (field,), SendChallenge(quiz_id, position), "Challenge it")
