"""Every sentence around one's own quizzes: results, history, nothing to do."""

from collections.abc import Collection, Mapping, Sequence

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Moment,
    Part,
    Plain,
    Select,
    Style,
    text,
)
from bot.chat.commands import RunCommand
from bot.chat.words import bullets, clean_line, counted, cut, short_day
from bot.features.quiz.actions import PickSession, Reread, StartAgain, StartKind
from bot.features.quiz.model import Mode, Quiz, QuizState, Response, Session
from bot.features.quiz.question_cards import NAMES, named, wrong_since
from bot.questions.literal import cited, plainly
from bot.questions.model import Reference

HISTORY = Button("My quizzes", RunCommand("quiz history", ""))


def result_card(
    quiz: Quiz,
    responses: Sequence[Response],
    titles: Mapping[str, str],
    references: Mapping[str, Reference],
    points: int,
    gone: Collection[str],
) -> Card:
    """How a session went, by topic, with what to read again. ``titles`` are the readable topics by leaf.

    ``gone`` are the items that count for nobody.
    """
    handed_in = [r for r in responses if r.sealed]
    done = [r for r in handed_in if r.item_id not in gone]
    right = sum(bool(r.correct) for r in done)
    blocks: list[Block] = [
        text(_summary(quiz, done, right) if done or not handed_in else "Nothing is counted.")
    ]
    if len(handed_in) > len(done):
        blocks.append(wrong_since(len(handed_in) - len(done)))
    by_topic = _by_topic(quiz, done, titles)
    recap = _recapped(quiz, responses)
    if len(recap) > 1:
        lines: list[Part] = []
        for position, mark, prompt in recap:
            lines += ["\n\n" if lines else "", f"{mark} {position + 1}. ", Plain(prompt)]
        blocks.append(text(*lines))
    if len(by_topic) > 1:
        blocks.append(text(bullets(f"{title}: {good} of {all_}" for title, (good, all_) in by_topic.items())))
    again = _read_again(quiz, done, references)
    if again:
        blocks.append(text("**Read again**\n\n" + "\n".join(again)))
    if points:
        blocks.append(text(f"You earned {counted(points, 'point')}."))
    row: list[Control] = [Button("Another quiz", StartAgain(quiz.id), Style.PRIMARY)]
    if right < len(done):
        row.append(Button("My mistakes", StartKind(quiz.group_id, Mode.MISTAKES.value)))
    row += [Button("Review what is due", StartKind(quiz.group_id, Mode.REVIEW.value)), HISTORY]
    accent = Accent.GOOD if done and right == len(done) else Accent.NEUTRAL
    title = (
        f"{NAMES[quiz.mode.value]}: {right} of {len(done)} right"
        if done
        else f"{NAMES[quiz.mode.value]} stopped"
    )
    rows: list[tuple[Control, ...]] = [tuple(row)]
    if recap:
        options = tuple(Choice(cut(f"{mark} {n + 1}. {prompt}", 90), str(n)) for n, mark, prompt in recap)
        rows.append((Select(Reread(quiz.id), options, "Read a question again"),))
    return Card(title, tuple(blocks), tuple(rows), accent=accent)


def _recapped(quiz: Quiz, responses: Sequence[Response]) -> list[tuple[int, str, str]]:
    """Every question of an ended quiz that may be read: its position, how it was answered as a mark, and its first words."""
    given = {r.position: r for r in responses if r.sealed}
    together = quiz.mode is Mode.GROUP
    asked = [n for n in range(len(quiz.questions)) if n in given or (together and n <= quiz.position)]
    return [(n, _mark(given.get(n)), cut(clean_line(plainly(quiz.questions[n].prompt)), 60)) for n in asked]


def _mark(response: Response | None) -> str:
    if response is None:
        return "–"
    return "✓" if response.correct else "½" if (response.score or 0) > 0 else "✗"


def _summary(quiz: Quiz, done: Sequence[Response], right: int) -> str:
    if not done:
        return "You stopped before the first answer. Nothing is counted."
    partly = sum(1 for r in done if not r.correct and (r.score or 0) > 0)
    words = f"You got {right} of {len(done)} right" + (f", and {partly} partly." if partly else ".")
    own = sum(1 for r in done if r.given.granted)
    if own and quiz.mode is not Mode.GROUP:
        words += f" {counted(own, 'answer counts', 'answers count')} as right because you said so."
    if quiz.state is QuizState.STOPPED:
        words += f" You stopped after {len(done)} of {len(quiz.questions)}."
    back = (
        "It comes back when you are about to forget it"
        if len(done) == 1
        else "All come back when you are about to forget them"
    )
    return f"{words} {back}: `/quiz review` shows what is due."


def _by_topic(quiz: Quiz, done: Sequence[Response], titles: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for each in done:
        title = titles.get(quiz.questions[each.position].topic, "")
        good, all_ = found.get(title, (0, 0))
        found[title] = (good + bool(each.correct), all_ + 1)
    return found


def _read_again(quiz: Quiz, done: Sequence[Response], references: Mapping[str, Reference]) -> list[str]:
    missed = [quiz.questions[each.position] for each in done if not each.correct]
    first = [cite for question in missed for cite in question.references[:1]]
    return list(dict.fromkeys(cited(first, references)))[:6]


def history_card(group_id: int, sessions: Sequence[Session], zone: str) -> Card:
    """One's own ended sessions."""
    if not sessions:
        start = Button("Start a quiz", StartKind(group_id, Mode.SOLO.value), Style.PRIMARY)
        return Card(
            "Your quizzes",
            (text("You have not finished one yet. Ten questions take about five minutes."),),
            ((start,),),
        )
    lines: list[Block] = []
    options = []
    for each in sessions:
        about = f" on {each.topic}" if each.topic else ""
        what = f"{NAMES[each.mode.value]}{about}: {each.right} of {each.answered} right"
        lines.append(text(Moment(each.ended_at, zone, "date"), f" · {what}"))
        options.append(Choice(what[:90], str(each.quiz_id), short_day(each.ended_at)))
    pick = Select(PickSession(group_id), tuple(options), "Open one to see what to read again")
    return Card("Your quizzes", tuple(lines), ((pick,),))


def in_the_way_card(quiz: Quiz, wanted: Button | None) -> Card:
    """To whoever asked for another quiz than the unfinished one."""
    go_on = Button("Go on with it", StartKind(quiz.group_id, quiz.mode.value), Style.PRIMARY)
    words = f"It is {named(quiz)}. What you answered in it is kept when it ends."
    return Card(
        "You have another quiz unfinished", (text(words),), ((go_on, wanted) if wanted else (go_on,),)
    )


def nothing_due_card(group_id: int, next_due: Moment | None) -> Card:
    """No review is due."""
    words = (
        text("Nothing is due. The next one is ", next_due, ".")
        if next_due
        else text("Nothing is due yet: what you answer in a quiz comes back here before you forget it.")
    )
    start = Button("Start a quiz", StartKind(group_id, Mode.SOLO.value), Style.PRIMARY)
    mistakes = Button("My mistakes", StartKind(group_id, Mode.MISTAKES.value))
    return Card("Nothing to review", (words,), ((start, mistakes, HISTORY),), accent=Accent.GOOD)


def no_mistakes_card(group_id: int) -> Card:
    """No mistake is open."""
    start = Button("Start a quiz", StartKind(group_id, Mode.SOLO.value), Style.PRIMARY)
    words = "You have no open mistakes. One that you make stays here until you get it right twice."
    return Card("No mistakes left", (text(words),), ((start,),), accent=Accent.GOOD)


def stopped_card() -> Card:
    """No quiz runs."""
    return Card("No quiz is running", (text("`/quiz start` begins one."),))
