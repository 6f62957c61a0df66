"""Every sentence of a group quiz: the lobby, the question, its result, the podium, and one's own part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.actions import Action
from bot.chat.cards import Accent, Block, Button, Card, Moment, Part, Plain, Slot, Style, Table, text
from bot.chat.words import counted, cut, listed
from bot.features.quiz.actions import (
    BeginQuiz,
    ChangeOwn,
    FollowOwn,
    GoOn,
    JoinQuiz,
    LeaveQuiz,
    MyQuizResult,
    OpenOwn,
    ReadWhole,
)
from bot.features.quiz.group.pace import times_of
from bot.features.quiz.model import Quiz, QuizState, Response
from bot.features.quiz.question_cards import (
    named,
    prompt_blocks,
    said_blocks,
    source_blocks,
    verdict,
    wrong_since,
)
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.asked import Given
from bot.questions.kinds.kind import HandIn
from bot.questions.kinds.presses import AskTyped, Rows, taps
from bot.questions.model import Reference

MOST_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a player stands: rank as in sport, right answers, and the name by which others may be told of them."""

    rank: int
    right: int
    name: str


def lobby_card(quiz: Quiz, joined: int, zone: str, seconds: int, *, keeps_score: bool) -> Card:
    """Before it begins: who is in."""
    assert quiz.next_at is not None
    about = f" on {quiz.topic}" if quiz.topic else ""
    count = len(quiz.questions)
    words = (
        f"{counted(count, 'question')}{about}, {times_of(quiz, seconds)}. Answers are private until the "
        "time is up; you can change each once."
    )
    if keeps_score:
        words += " Accuracy counts; speed only breaks ties."
    who = "Nobody is in yet." if joined == 0 else f"{counted(joined, 'is', 'are')} in."
    return Card(
        "Group quiz",
        (text(words), text(who)),
        ((Button("I'm in", JoinQuiz(quiz.id), Style.PRIMARY),),),
        text("It begins ", Moment(quiz.next_at, zone, "countdown"), "."),
    )


def begun_card(quiz: Quiz) -> Card:
    """What the lobby becomes where each question is a message of its own."""
    about = f" on {quiz.topic}" if quiz.topic else ""
    what = f"{counted(len(quiz.questions), 'question')}{about}."
    if quiz.state is QuizState.FINISHED:
        return Card("Group quiz", (text(f"{what} It is over: the final result has a message of its own."),))
    words = f"{what} It has begun: each question is a new message. Answers are private until the time is up."
    return Card("Group quiz", (text(words),), ((Button("I'm in", JoinQuiz(quiz.id)),),))


def opened_card(quiz_id: int) -> Card:
    """To whoever opened a lobby: nobody else but an organiser can begin it early."""
    words = "It begins by itself in a minute; you can start it as soon as everyone is in."
    return Card(
        "The lobby is open in the channel",
        (text(words),),
        ((Button("Start now", BeginQuiz(quiz_id), Style.PRIMARY),),),
        accent=Accent.GOOD,
    )


def asking_card(quiz: Quiz, path: str, answered: int, players: int, zone: str) -> Card:
    """A question that runs. Nothing on it tells what anybody chose."""
    assert quiz.deadline_at is not None
    answer = Button("Answer", OpenOwn(quiz.id, quiz.position), Style.PRIMARY)
    rows = _at_a_press(quiz, Given()) or ((answer,),)
    footer = text(
        f"{quiz.kind.how} {answered} of {players} have answered. It ends ",
        Moment(quiz.deadline_at, zone, "countdown"),
        ", or when everyone has answered.",
    )
    title = f"Group quiz: {quiz.step}"
    leave = (Button("Leave the quiz", LeaveQuiz(quiz.id)),)
    blocks = prompt_blocks(quiz.question, path, Given())
    return Card(title, blocks, (*rows, leave), footer, renews=_own_part(quiz))


def _own_part(quiz: Quiz) -> tuple[Slot, Action]:
    """The private card of whoever takes part, and what lets it follow."""
    return Slot("quiz", quiz.id), FollowOwn(*quiz.at)


def _at_a_press(quiz: Quiz, given: Given) -> Rows:
    """The choices that are an answer as soon as they are pressed, without the given ones; none where it takes more."""
    question = quiz.question
    if OBJECTIVE_KINDS[question.kind].hand_in is not HandIn.EVERY_PRESS:
        return ()
    return taps(quiz.at, (i for i in range(len(question.choices)) if i not in given.picks))


def shown_card(
    quiz: Quiz,
    path: str,
    responses: Sequence[Response],
    top: Sequence[Place],
    references: Mapping[str, Reference],
    zone: str,
) -> Card:
    """What came of a question: the distribution, the reason, and the running top three where the group keeps score."""
    question = quiz.question
    done = [r for r in responses if r.sealed]
    right = sum(bool(r.correct) for r in done)
    tally = quiz.kind.tally(question, tuple(r.given for r in done), right)
    came = tally if done else "Nobody answered in time."
    blocks: list[Block] = [text(f"*{path}*"), text(question.prompt), text(came)]
    blocks += [*said_blocks(question), *source_blocks(question, references)]
    if top:
        blocks.append(_standing(top))
    assert quiz.next_at is not None
    footer: list[Part] = [f"{_following(quiz)} ", Moment(quiz.next_at, zone, "countdown"), "."]
    if quiz.kind.alike is not None and right < len(done):
        footer.append(" An organiser can accept other answers at the end, under “My result”.")
    title = f"Group quiz: {quiz.step}, the answer"
    whole = ReadWhole(quiz.id, quiz.position, 0)
    own = _own_part(quiz)
    go_on = ((Button("Next", GoOn(*quiz.at)),),)
    return Card(title, tuple(blocks), go_on, text(*footer), Accent.GOOD, whole, renews=own)


def _following(quiz: Quiz) -> str:
    return "The result follows" if quiz.is_last else "The next question follows"


def past_card(quiz: Quiz, responses: Sequence[Response]) -> Card:
    """What is left of a question's own message once the quiz has gone on, or was stopped there: its result."""
    done = [r for r in responses if r.sealed]
    right = sum(bool(r.correct) for r in done)
    came = f"{right} of {len(done)} got it all right." if done else "Nobody answered in time."
    blocks = (text(quiz.question.prompt), text("**Right**: ", Plain(_right(quiz))), text(came))
    stopped = quiz.state is QuizState.STOPPED
    title = f"Group quiz: {quiz.step}, {'stopped' if stopped else 'the result'}"
    accent = Accent.NEUTRAL if stopped else Accent.GOOD
    own = _own_part(quiz) if stopped else None
    return Card(title, blocks, ((_read_answer(quiz),),), accent=accent, renews=own)


def _right(quiz: Quiz) -> str:
    return cut(listed(quiz.kind.key_words(quiz.question)), 300)


def _read_answer(quiz: Quiz) -> Button:
    return Button("Read the answer", ReadWhole(quiz.id, quiz.position, 1))


def _standing(top: Sequence[Place]) -> Block:
    rows = tuple((str(p.rank), p.name, str(p.right)) for p in top)
    return Table(("", "So far", "Right"), rows, frozenset({0, 2}))


def podium_card(quiz: Quiz, top: Sequence[Place], players: int, count: int, *, keeps_score: bool) -> Card:
    """The end. ``count`` are the questions that count: one that was found wrong does so for nobody."""
    if players == 0:
        nobody = text("Nobody answered this time.")
        return Card("Group quiz: final result", (nobody,), renews=_own_part(quiz))
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
    wrong = len(quiz.questions) - count
    if wrong:
        blocks.append(wrong_since(wrong))
    row = (Button("My result", MyQuizResult(quiz.id), Style.PRIMARY),)
    own = _own_part(quiz)
    return Card("Group quiz: final result", tuple(blocks), (row,), accent=Accent.GOLD, renews=own)


def lobby_open_card(lobby: Quiz, wanted: Button | None) -> Card:
    """To whoever wanted to open a lobby where one is open: go there, or ``wanted`` instead of it."""
    words = f"{named(lobby, begins=True)} has not begun yet."
    if wanted is None:
        words += " Whoever opened it, or an organiser, ends it with `/quiz stop`."
    join = Button("I'm in", JoinQuiz(lobby.id), Style.PRIMARY)
    return Card("A lobby is already open here", (text(words),), ((join, wanted) if wanted else (join,),))


def stopped_group_card(which: str = "") -> Card:
    """It was stopped; to whoever did, only ``which`` one: the rest stands in the channel."""
    kept = "What was answered before that is kept. `/quiz start mode:group` begins another."
    return Card("Group quiz stopped", (text(f"This was {which}." if which else kept),))


def own_card(quiz: Quiz, path: str, response: Response | None, zone: str) -> Card:
    """One member's part in a question that runs: putting an answer together, or having handed it in."""
    question, kind = quiz.question, quiz.kind
    given = response.given if response else Given()
    title = f"Group quiz: {quiz.step}, your answer"
    assert quiz.deadline_at is not None
    ends = Moment(quiz.deadline_at, zone, "countdown")
    if response is None or not response.sealed:
        how = kind.how
        in_parts = kind.hand_in is not HandIn.EVERY_PRESS and not (response and response.changes)
        if response and response.changes:
            how += " Your first answer counts until you submit the new one."
        return Card(
            title,
            prompt_blocks(question, path, given),
            kind.controls(quiz.at, question, given),
            text(f"{how} It ends ", ends, "; what you have entered by then counts." if in_parts else "."),
        )
    words = f"You said: **{kind.said(given)}**. "
    controls: Rows = ()
    go_on = Button("Go on", OpenOwn(*quiz.at))
    if response.changes:
        words += "You have changed it once, so it stays."
    else:
        words += "You can change it once until the time is up."
        controls = _at_a_press(quiz, given)
        if controls:
            words += " Change it to:"
        else:
            press = ChangeOwn if kind.typing is None else AskTyped
            controls = ((Button("Change it", press(*quiz.at)),),)
    if len(controls) == 1 and len(controls[0]) < MOST_IN_A_ROW:
        controls = ((*controls[0], go_on),)
    else:
        controls = (*controls, (go_on,))
    return Card(
        title,
        (text(words),),
        controls,
        text("The answer comes ", ends, ", or when everyone is done."),
        Accent.GOOD,
    )


def own_at_a_press(quiz: Quiz) -> Card | None:
    """One member's part in a question that is answered by one press, where the question itself stands above it."""
    rows = _at_a_press(quiz, Given())
    title = f"Group quiz: {quiz.step}, your answer"
    return Card(title, (text("Press your answer here, or on the question."),), rows) if rows else None


def came_card(quiz: Quiz, response: Response | None, zone: str) -> Card:
    """What came of a question for one member, until the next one is asked."""
    go_on = Button("See my result" if quiz.is_last else "Next question", OpenOwn(*quiz.at), Style.PRIMARY)
    controls = ((go_on, _read_answer(quiz)),)
    assert quiz.next_at is not None
    footer = text(f"{_following(quiz)} ", Moment(quiz.next_at, zone, "countdown"), ".")
    if response is None or response.score is None:
        said = text("You gave no answer in time. **Right**: ", Plain(_right(quiz)))
        return Card("No answer", (said,), controls, footer)
    title, accent = verdict(response.score)
    said = text(f"You said: **{quiz.kind.said(response.given)}**. **Right**: ", Plain(_right(quiz)))
    return Card(title, (said,), controls, footer, accent)


def in_card(*, new: bool) -> Card:
    """To someone who joined."""
    words = (
        "Each question comes as a new message. Only you see what you choose."
        if new
        else "You are already in."
    )
    return Card("You're in", (text(words),), accent=Accent.GOOD)


def not_in_card() -> Card:
    """To an organiser who took no part, and may look at what was typed."""
    return Card("You were not in this one", (text("As an organiser you can look at what was typed in it."),))


def over_card() -> Card:
    """To someone who was in it, and answered nothing."""
    return Card("The quiz is over", (text("You gave no answer this time. `/quiz start` begins one alone."),))


def left_card() -> Card:
    """To someone who left."""
    return Card("You left the quiz", (text("Nobody will wait for you. Press an answer to come back."),))
