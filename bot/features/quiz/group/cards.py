"""Every sentence of a group quiz: the lobby, the question, its result, the podium, and one's own part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.cards import Accent, Block, Button, Card, Control, Moment, Part, Plain, Style, Table, text
from bot.chat.words import counted
from bot.features.quiz.actions import (
    AskNumber,
    BeginQuiz,
    ChangeOwn,
    JoinQuiz,
    LeaveQuiz,
    MyQuizResult,
    OpenOwn,
    ReadWhole,
    Tap,
)
from bot.features.quiz.grading import Given
from bot.features.quiz.model import Quiz, Response
from bot.features.quiz.prepare import Prepared
from bot.features.quiz.question_cards import (
    HOW,
    LETTERS,
    choice_rows,
    number_words,
    prompt_blocks,
    right_blocks,
)
from bot.questions.model import Kind, Reference


@dataclass(frozen=True, slots=True)
class Place:
    """Where a player stands: rank as in sport, right answers, and the name by which others may be told of them."""

    member_id: int
    rank: int
    right: int
    took_ms: int
    name: str


def lobby_card(quiz: Quiz, joined: int, zone: str, seconds: int, *, keeps_score: bool) -> Card:
    """Before it begins: who is in."""
    assert quiz.next_at is not None
    about = f" on {quiz.topic}" if quiz.topic else ""
    count = len(quiz.questions)
    words = (
        f"{counted(count, 'question')}{about}, {seconds} seconds each. Answers are private until the "
        "time is up; you can change each once."
    )
    if keeps_score:
        words += " Accuracy counts; speed only breaks ties."
    who = "Nobody is in yet." if joined == 0 else f"{counted(joined, 'is', 'are')} in."
    row = (Button("I'm in", JoinQuiz(quiz.id), Style.PRIMARY), Button("Start now", BeginQuiz(quiz.id)))
    return Card(
        "Group quiz",
        (text(words), text(who)),
        (row,),
        text("It begins at ", Moment(quiz.next_at, zone, "time"), "."),
    )


def asking_card(quiz: Quiz, path: str, answered: int, players: int, zone: str, seconds: int) -> Card:
    """A question that runs. Nothing on it tells what anybody chose."""
    assert quiz.deadline_at is not None
    question = quiz.question
    shown = Given(truth=None) if question.kind is Kind.TF_REASON else Given()
    blocks: tuple[Block, ...] = prompt_blocks(question, path, shown)
    if question.kind is Kind.SINGLE:
        taps = [
            Button(LETTERS[i], Tap(quiz.id, quiz.position, i, True)) for i in range(len(question.choices))
        ]
        rows: list[tuple[Control, ...]] = [tuple(taps)]
    else:
        rows = [(Button("Answer", OpenOwn(quiz.id, quiz.position), Style.PRIMARY),)]
    rows.append((Button("Leave the quiz", LeaveQuiz(quiz.id)),))
    footer = text(
        f"{HOW[question.kind]} {answered} of {players} have answered. It ends after {seconds} seconds, at ",
        Moment(quiz.deadline_at, zone, "time"),
        ", or when all have.",
    )
    return Card(f"Group quiz: {quiz.position + 1} of {len(quiz.questions)}", blocks, tuple(rows), footer)


def shown_card(
    quiz: Quiz,
    path: str,
    responses: Sequence[Response],
    top: Sequence[Place],
    references: Mapping[str, Reference],
) -> Card:
    """What came of a question: the distribution, the reason, and the running top three where the group keeps score."""
    question = quiz.question
    blocks: list[Block] = [text(f"*{path}*"), text(question.prompt), text(distribution(question, responses))]
    blocks.extend(right_blocks(question, references))
    if top:
        blocks.append(_standing(top))
    last = quiz.is_last
    words = "The result follows." if last else "The next question follows."
    title = f"Group quiz: {quiz.position + 1} of {len(quiz.questions)}, the answer"
    whole = ReadWhole(quiz.id, quiz.position, 0)
    return Card(title, tuple(blocks), footer=text(words), accent=Accent.GOOD, read_all=whole)


def distribution(question: Prepared, responses: Sequence[Response]) -> str:
    """How many chose what."""
    done = [r for r in responses if r.sealed]
    if not done:
        return "Nobody answered in time."
    right = sum(bool(r.correct) for r in done)
    if question.kind in (Kind.SINGLE, Kind.MULTI, Kind.TF_REASON):
        lines = []
        for i, words in enumerate(question.choices):
            count = sum(i in r.given.picks for r in done)
            mark = " ✓" if i in question.key else ""
            lines.append(f"- **{LETTERS[i]}**{mark} · {count} · {words}")
        return "\n".join(lines)
    if question.kind is Kind.NUMERIC:
        said = sorted(r.given.number for r in done if r.given.number is not None)
        shown = ", ".join(number_words(n) for n in said[:12])
        return f"{right} of {len(done)} had it right. Said: {shown}."
    return f"{right} of {len(done)} had it all right."


def _standing(top: Sequence[Place]) -> Block:
    rows = tuple((str(p.rank), p.name, str(p.right)) for p in top)
    return Table(("", "So far", "Right"), rows, frozenset({0, 2}))


def podium_card(quiz: Quiz, top: Sequence[Place], players: int, *, keeps_score: bool) -> Card:
    """The end."""
    count = len(quiz.questions)
    if players == 0:
        return Card("Group quiz: the end", (text("Nobody took part this time."),))
    blocks: list[Block] = [text(f"{counted(players, 'member')}, {counted(count, 'question')}.")]
    if keeps_score and top:
        parts: list[Part] = []
        for place in top:
            medal = f"**{place.rank}.**"
            parts += [
                f"{medal} " if not parts else f"\n\n{medal} ",
                Plain(place.name),
                f" · {place.right} of {count}",
            ]
        blocks.append(text(*parts))
    row = (Button("My result", MyQuizResult(quiz.id), Style.PRIMARY),)
    return Card("Group quiz: the end", tuple(blocks), (row,), accent=Accent.GOLD)


def stopped_group_card() -> Card:
    """It was stopped."""
    return Card(
        "Group quiz stopped",
        (text("What was answered until then is kept. `/quiz start mode:group` begins another."),),
    )


def own_card(quiz: Quiz, path: str, response: Response | None, zone: str) -> Card:
    """One member's part in a question that runs: putting an answer together, or having handed it in."""
    question = quiz.question
    given = response.given if response else Given()
    title = f"Group quiz: {quiz.position + 1} of {len(quiz.questions)}, your answer"
    assert quiz.deadline_at is not None
    ends = Moment(quiz.deadline_at, zone, "time")
    if response is None or not response.sealed:
        rows = choice_rows(quiz.id, quiz.position, question, given)
        stands = (
            " Your first answer counts until you hand in the new one."
            if response and response.changes
            else ""
        )
        return Card(
            title,
            prompt_blocks(question, path, given),
            rows,
            text(HOW[question.kind] + stands + " It ends at ", ends, "."),
        )
    words = f"You said: **{said(question, given)}**. "
    controls: tuple[tuple[Control, ...], ...] = ()
    if response.changes == 0:
        words += "You can change it once until the time is up."
        if question.kind is not Kind.SINGLE:
            press = AskNumber if question.kind is Kind.NUMERIC else ChangeOwn
            controls = ((Button("Change it", press(quiz.id, quiz.position)),),)
        else:
            taps = tuple(
                Button(LETTERS[i], Tap(quiz.id, quiz.position, i, True))
                for i in range(len(question.choices))
                if i not in given.picks
            )
            controls = (taps,)
            words += " Change it to:"
    else:
        words += "You have changed it once, so it stays."
    return Card(
        title,
        (text(words),),
        controls,
        text("The answer comes at ", ends, ", or when all are done."),
        Accent.GOOD,
    )


def said(question: Prepared, given: Given) -> str:
    """A response in few words."""
    if question.kind is Kind.NUMERIC:
        return number_words(given.number) if given.number is not None else "nothing"
    letters = ", ".join(LETTERS[i] for i in given.picks) or "nothing"
    if question.kind is Kind.TF_REASON:
        return f"{'true' if given.truth else 'false'}, because of {letters}"
    return letters


def in_card(*, new: bool) -> Card:
    """To someone who joined."""
    words = (
        "The questions come in the channel. Only you see what you choose." if new else "You were in already."
    )
    return Card("You're in", (text(words),), accent=Accent.GOOD)


def left_card() -> Card:
    """To someone who left."""
    return Card("You left the quiz", (text("Nobody waits for you. Pressing an answer brings you back."),))
