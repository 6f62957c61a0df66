"""Starting, stopping and looking back: /quiz start, stop, review, mistakes, history."""

from dataclasses import replace
from functools import partial

from bot.access.greeting import welcomed
from bot.access.who import PRESENT_IN_ITS_GROUP, TAKES_PART, TAKES_PART_IN_ITS_GROUP
from bot.chat.cards import Card, Choice, Moment, Private, Reply, Slot, text
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Value
from bot.features.custom_questions.subjects import propose_topics, topics_of
from bot.features.quiz.actions import PickSession, StartAgain, StartInstead, StartKind, StopQuiz
from bot.features.quiz.group.handlers import start_group, stop_group
from bot.features.quiz.making import asked_as, begin_quiz, next_due, nothing_to_ask, questions_for
from bot.features.quiz.model import RUNNING, Mode, Quiz, QuizState
from bot.features.quiz.queries import ended_sessions, load_quiz, responses_of, running_of, stop_running
from bot.features.quiz.question_cards import instead, named
from bot.features.quiz.solo import cards
from bot.features.quiz.solo.handlers import card_of, current_card, finished, slot_of
from bot.features.quiz.subjects import IN_QUIZ, STARTED_IT, quiz_of
from bot.membership.model import Actor
from bot.services import RequestTransaction

DEFAULT_COUNT = 10
MOST = 20
DIFFICULTIES = tuple(
    Choice(label, str(n)) for n, label in enumerate(("very easy", "easy", "medium", "hard", "very hard"), 1)
)
MODES = (Choice("Alone, privately", Mode.SOLO.value), Choice("Together, in the channel", Mode.GROUP.value))
MOST_SESSIONS = 10
GOES_ON = "You had not finished this one, so it continues where you were. `/quiz stop` ends it."


async def _start(tx: RequestTransaction, options: Options) -> Reply:
    said = str(options.get("topic", "")).strip()
    topics = topics_of(tx, said) if said else ()
    count = _count(options.get("count", DEFAULT_COUNT))
    level = _choice("difficulty", DIFFICULTIES, options.get("difficulty"))
    difficulty = int(level) if level else None
    if _choice("mode", MODES, options.get("mode")) == Mode.GROUP.value:
        return await start_group(tx, topics, count, difficulty)
    named_any = not options.keys().isdisjoint(("topic", "count", "difficulty"))
    return await _begin(tx, Mode.SOLO, topics, count, difficulty, goes_on=not named_any)


def _count(said: Value) -> int:
    written = str(said).strip()
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:6]) <= MOST):
        raise UserError(f"A quiz has 1 to {MOST} questions", "`/quiz start count:5` takes five.")
    return int(written)


def _choice(name: str, choices: tuple[Choice, ...], said: Value | None) -> str:
    """The value that was meant, by value or label; "" where nothing was said."""
    written = str(said or "").strip().casefold()
    if not written:
        return ""
    for each in choices:
        if written in (each.value.casefold(), each.label.casefold()):
            return each.value
    known = ", ".join(f"{each.value} ({each.label})" for each in choices)
    raise UserError(f"There is no {name} “{str(said)[:40]}”", f"You can choose {known}.")


async def _kind(tx: RequestTransaction, _options: Options, *, mode: Mode) -> Reply:
    return await _begin(tx, mode, (), DEFAULT_COUNT, None)


async def start_kind(tx: RequestTransaction, action: StartKind, count: int = DEFAULT_COUNT) -> Reply:
    """Start a quiz of one's own, or go on with the unfinished one of its mode."""
    mode = Mode(action.mode) if action.mode in ("solo", "review", "mistakes") else Mode.SOLO
    return await _begin(tx, mode, (), count, None)


async def _begin(
    tx: RequestTransaction,
    mode: Mode,
    topics: tuple[str, ...],
    count: int,
    difficulty: int | None,
    *,
    goes_on: bool = True,
) -> Reply:
    """A new quiz, or the unfinished one; where that isn't what was asked for (``goes_on``), it is asked about first."""
    entry = tx.actor
    running = await running_of(tx, entry.group.id, entry.member.person_id)
    left = next((each for each in running if each.mode is mode), None)
    topic = asked_as(tx.services.bank.topics, topics)
    like = (left.topic, len(left.questions), left.difficulty) if left is not None else None
    if left is not None and not goes_on and like != (topic, count, difficulty):
        return Private(
            cards.in_the_way_card(left, instead(left, topics, topic, count, difficulty)), slot_of(left)
        )
    if left is not None:
        card = await current_card(tx, left)
        return Private(replace(card, blocks=(text(GOES_ON), *card.blocks)), slot_of(left))
    questions = await questions_for(tx, mode, topics, count, difficulty)
    if not questions:
        return Private(await _nothing(tx, entry, mode), Slot("quiz"))
    state = {"state": QuizState.ASKING.value, "asked_at": tx.request.at}
    made = await begin_quiz(tx, mode, topic, questions, difficulty=difficulty, **state)
    quiz = await load_quiz(tx, made) if made is not None else None
    if quiz is None:
        raise UserError("This quiz was already started", "`/quiz start` begins another.")
    return Private(welcomed(await card_of(tx, quiz, None), entry), slot_of(quiz))


async def _instead(tx: RequestTransaction, action: StartInstead) -> Reply:
    quiz = quiz_of(tx)
    topics = topics_of(tx, action.topic) if action.topic else ()
    difficulty, count = action.difficulty or None, min(max(action.count, 1), MOST)
    if quiz.mode is Mode.GROUP:
        if quiz.state in RUNNING:
            await stop_group(tx, quiz if quiz.member_id == tx.actor.member.id else None)
        return await start_group(tx, topics, count, difficulty)
    await stop_running(tx, quiz.id, tx.request.at)
    return await _begin(tx, quiz.mode, topics, count, difficulty)


async def _nothing(tx: RequestTransaction, entry: Actor, mode: Mode) -> Card:
    if mode is Mode.MISTAKES:
        return cards.no_mistakes_card(entry.group.id)
    if mode is Mode.REVIEW:
        due = await next_due(tx)
        return cards.nothing_due_card(entry.group.id, Moment(due, entry.group.zone) if due else None)
    raise nothing_to_ask()


async def _again(tx: RequestTransaction, _action: StartAgain) -> Reply:
    quiz = quiz_of(tx)
    if quiz.mode is not Mode.GROUP:
        await stop_running(tx, quiz.id, tx.request.at)
    topics = topics_of(tx, quiz.topic) if quiz.topic else ()
    mode = Mode.SOLO if quiz.mode is Mode.GROUP else quiz.mode
    return await _begin(tx, mode, topics, len(quiz.questions), quiz.difficulty)


async def _stop(tx: RequestTransaction, _options: Options) -> Reply:
    entry = tx.actor
    running = await running_of(tx, entry.group.id, entry.member.person_id)
    tx.wake_after_commit()
    if not running:
        return await stop_group(tx)
    reply = await _stop_one(tx, running[0])
    assert isinstance(reply, Private)
    stopped = f"Stopped: {named(running[0])}. " if running[0].mode is not Mode.GROUP else ""
    said = [
        text(f"{stopped}Still running: {named(each)}. `/quiz stop` ends it, too.") for each in running[1:2]
    ]
    return replace(reply, card=replace(reply.card, blocks=(*said, *reply.card.blocks)))


async def _press_stop(tx: RequestTransaction, _action: StopQuiz) -> Reply:
    return await _stop_one(tx, quiz_of(tx))


async def _stop_one(tx: RequestTransaction, quiz: Quiz) -> Reply:
    if quiz.mode is Mode.GROUP:
        return await stop_group(tx, quiz)
    if quiz.state in RUNNING:
        await stop_running(tx, quiz.id, tx.request.at)
        quiz = replace(quiz, state=QuizState.STOPPED)
    return Private(await finished(tx, quiz), slot_of(quiz))


async def _history(tx: RequestTransaction, _options: Options) -> Reply:
    entry = tx.actor
    found = await ended_sessions(tx, entry.member.person_id, MOST_SESSIONS)
    card = cards.history_card(entry.group.id, found, entry.group.zone)
    return Private(welcomed(card, entry), Slot("quiz-history"))


async def _session(tx: RequestTransaction, _action: PickSession) -> Reply:
    entry = tx.actor
    quiz = await load_quiz(tx, tx.request.pressed.number)
    mine = await responses_of(tx, quiz.id, entry.member.person_id) if quiz else ()
    if quiz is None or not mine or quiz.state in RUNNING:
        raise UserError("This quiz is not yours", "`/my record` leads to your own.")
    return Private(await finished(tx, quiz), Slot("quiz-past"))


COMMANDS = (
    Command(
        ("quiz", "start"),
        "A quiz, alone or with the group",
        _start,
        (
            Option(
                "topic", "A topic at any level, such as rlhf or interpretability", complete=propose_topics
            ),
            Option(
                "count",
                "How many questions, 10 unless you say otherwise",
                OptionKind.INTEGER,
                least=1,
                most=MOST,
            ),
            Option("difficulty", "How hard they are", choices=DIFFICULTIES),
            Option("mode", "Alone or together", choices=MODES),
        ),
        who=TAKES_PART,
        help="Alone, it is private, and each answer brings its reason at once. Together, everyone in the channel answers "
        "the same questions against the clock and sees the results after each. Without a topic they are mixed. An unfinished quiz "
        "of yours is opened again, or ended, as you choose.",
        example="/quiz start topic:rlhf count:5",
        also=("start", "play", "test"),
    ),
    Command(
        ("quiz", "stop"),
        "Stop the quiz you started",
        _stop,
        who=TAKES_PART,
        example="/quiz stop",
        also=("cancel", "end"),
    ),
    Command(
        ("quiz", "review"),
        "What is due: questions you are about to forget",
        partial(_kind, mode=Mode.REVIEW),
        who=TAKES_PART,
        help="Every question you answered comes back shortly before you would forget it, ten at a time. Where nothing is due, "
        "its card leads to your mistakes and to your last quizzes.",
        example="/quiz review",
        also=("review", "repeat", "due", "mistakes", "history", "flashcards"),
    ),
    Command(
        ("quiz", "mistakes"),
        "What you got wrong, until you get it right twice",
        partial(_kind, mode=Mode.MISTAKES),
        who=TAKES_PART,
        example="/quiz mistakes",
        moved_to="quiz review",
    ),
    Command(
        ("quiz", "history"),
        "Your last quizzes, and what to read again",
        _history,
        who=TAKES_PART,
        example="/quiz history",
        moved_to="quiz review",
    ),
)


ROUTES = (
    Route(StartKind, start_kind, TAKES_PART_IN_ITS_GROUP),
    Route(StartAgain, _again, IN_QUIZ),
    Route(StartInstead, _instead, IN_QUIZ),
    Route(StopQuiz, _press_stop, STARTED_IT),
    Route(PickSession, _session, PRESENT_IN_ITS_GROUP, reads=True),
)
