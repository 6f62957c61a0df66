"""Starting, stopping and looking back: /quiz start, stop, review, mistakes, history."""

from dataclasses import replace
from functools import partial

from bot.bank.topics import UnknownTopic
from bot.chat.cards import Card, Choice, Moment, Private, Reply, text
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request, Value
from bot.groups.entry import enter, welcomed
from bot.groups.model import Entry
from bot.groups.services import Services
from bot.quiz import solo_cards as cards
from bot.quiz.actions import PickSession, StartAgain, StartKind, StopQuiz
from bot.quiz.group import start_group, stop_group
from bot.quiz.making import asked_as, next_due, questions_for
from bot.quiz.model import Mode, Quiz, QuizState
from bot.quiz.seeds import lot
from bot.quiz.solo import current_card, finished, slot_of
from bot.quiz.store import (
    add_quiz,
    ended_sessions,
    load_quiz,
    quiz_of_request,
    responses_to,
    running_of,
    stop_running,
    unfinished,
)
from bot.store.transaction import Transaction

DEFAULT_COUNT = 10
MOST = 20
DIFFICULTIES = tuple(
    Choice(label, str(n)) for n, label in enumerate(("very easy", "easy", "medium", "hard", "very hard"), 1)
)
MODES = (Choice("Alone, privately", Mode.SOLO.value), Choice("Together, in the channel", Mode.GROUP.value))
MOST_SESSIONS = 10
GOES_ON = "You had not finished this one, so it goes on where you were. `/quiz stop` ends it."


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""

    async def topics(_request: Request, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(t.title, t.id, t.id) for t in services.bank.topics.search(prefix, 25))

    options = (
        Option("topic", "A topic at any level, such as rlhf or interpretability", complete=topics),
        Option(
            "count", "How many questions, 10 unless you say otherwise", OptionKind.INTEGER, least=1, most=MOST
        ),
        Option("difficulty", "How hard they are", choices=DIFFICULTIES),
        Option("mode", "Alone or together", choices=MODES),
    )
    return (
        Command(
            ("quiz", "start"),
            "A quiz, alone or with the group",
            partial(_start, services),
            options,
            help="Alone it is private, with the reason for every answer at once. Together everyone in the channel answers "
            "the same questions within a time, and sees the results after each. An unfinished quiz of yours is opened again.",
            example="/quiz start topic:rlhf count:5",
        ),
        Command(
            ("quiz", "stop"), "Stop the quiz you started", partial(_stop, services), example="/quiz stop"
        ),
        Command(
            ("quiz", "review"),
            "What is due: questions you are about to forget",
            partial(_kind, services, Mode.REVIEW),
            help="Every question you answered comes back shortly before you would forget it, ten at a time.",
            example="/quiz review",
        ),
        Command(
            ("quiz", "mistakes"),
            "What you missed, until you had it right twice",
            partial(_kind, services, Mode.MISTAKES),
            example="/quiz mistakes",
        ),
        Command(
            ("quiz", "history"),
            "Your last quizzes, and what to read again",
            partial(_history, services),
            example="/quiz history",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(StartKind, partial(start_kind, services)),
        Route(StartAgain, partial(_again, services)),
        Route(StopQuiz, partial(_press_stop, services)),
        Route(PickSession, partial(_session, services)),
    )


async def _start(services: Services, request: Request, options: Options) -> Reply:
    topics = _topics(services, str(options.get("topic", "")).strip())
    count = _count(options.get("count", DEFAULT_COUNT))
    level = _choice("difficulty", DIFFICULTIES, options.get("difficulty"))
    difficulty = int(level) if level else None
    if _choice("mode", MODES, options.get("mode")) == Mode.GROUP.value:
        reply = await start_group(services, request, topics, count, difficulty)
        services.wake()
        return reply

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        return await _begin(tx, services, request, entry, Mode.SOLO, topics, count, difficulty)

    return await services.database.write(work)


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


def _topics(services: Services, said: str) -> tuple[str, ...]:
    if not said:
        return ()
    try:
        return services.bank.topics.resolve(said)
    except UnknownTopic as error:
        hint = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
        raise UserError(
            f"There is no topic “{said[:40]}”", f"Start typing and choose from the list.{hint}"
        ) from None


async def _kind(services: Services, mode: Mode, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        return await _begin(tx, services, request, entry, mode, (), DEFAULT_COUNT, None)

    return await services.database.write(work)


async def start_kind(services: Services, request: Request, action: StartKind) -> Reply:
    """Start a quiz of one's own, or go on with the unfinished one of its mode."""

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, action.group_id)
        mode = Mode(action.mode) if action.mode in ("solo", "review", "mistakes") else Mode.SOLO
        return await _begin(tx, services, request, entry, mode, (), DEFAULT_COUNT, None)

    return await services.database.write(work)


async def _begin(
    tx: Transaction,
    services: Services,
    request: Request,
    entry: Entry,
    mode: Mode,
    topics: tuple[str, ...],
    count: int,
    difficulty: int | None,
) -> Reply:
    person = entry.member.person_id
    quiz = await quiz_of_request(tx, request.id)
    left = None if quiz else await unfinished(tx, entry.group.id, person, mode)
    if left is not None:
        card = await current_card(tx, services, left)
        return Private(replace(card, blocks=(text(GOES_ON), *card.blocks)), slot_of(left))
    if quiz is None:
        seed = lot(0, request.id) % 2**62
        questions = await questions_for(
            tx,
            services,
            entry,
            mode,
            topics=topics,
            count=count,
            difficulty=difficulty,
            seed=seed,
            now=request.at,
        )
        if not questions:
            return Private(await _nothing(tx, services, entry, mode), "quiz")
        values = {
            "group_id": entry.group.id,
            "member_id": entry.member.id,
            "person_id": person,
            "request": request.id,
            "mode": mode.value,
            "topic": asked_as(services.bank.topics, topics),
            "difficulty": difficulty,
            "seed": seed,
            "state": QuizState.ASKING.value,
            "created_at": request.at,
            "asked_at": request.at,
        }
        made = await add_quiz(tx, questions, values)
        quiz = await load_quiz(tx, made) if made else await quiz_of_request(tx, request.id)
    assert quiz is not None
    return Private(welcomed(await current_card(tx, services, quiz), entry), slot_of(quiz))


async def _nothing(tx: Transaction, services: Services, entry: Entry, mode: Mode) -> Card:
    if mode is Mode.MISTAKES:
        return cards.no_mistakes_card(entry.group.id)
    if mode is Mode.REVIEW:
        due = await next_due(tx, services, entry)
        return cards.nothing_due_card(entry.group.id, Moment(due, entry.group.zone) if due else None)
    raise UserError(
        "No questions here yet", "This topic has no quiz questions. Try a wider one, or none at all."
    )


async def _own(tx: Transaction, request: Request, quiz_id: int) -> tuple[Entry, Quiz]:
    quiz = await load_quiz(tx, quiz_id, lock=True)
    if quiz is None:
        raise UserError("This quiz is gone", "`/quiz start` begins another.")
    entry = await enter(tx, request, quiz.group_id)
    if entry.member.person_id != quiz.person_id:
        raise UserError("This one is not yours", "`/quiz start` begins one of your own.")
    return entry, quiz


async def _again(services: Services, request: Request, action: StartAgain) -> Reply:
    async def work(tx: Transaction) -> Reply:
        quiz = await load_quiz(tx, action.quiz_id)
        if quiz is not None and quiz.mode is Mode.GROUP:
            entry = await enter(tx, request, quiz.group_id)
        else:
            entry, quiz = await _own(tx, request, action.quiz_id)
            await stop_running(tx, quiz.id, request.at)
        topics = _topics(services, quiz.topic)
        mode = Mode.SOLO if quiz.mode is Mode.GROUP else quiz.mode
        return await _begin(tx, services, request, entry, mode, topics, len(quiz.questions), quiz.difficulty)

    return await services.database.write(work)


async def _stop(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        running = await running_of(tx, entry.group.id, entry.member.person_id)
        if not running:
            return await stop_group(tx, request, entry)
        if running[0].mode is Mode.GROUP:
            return await stop_group(tx, request, entry, running[0])
        await stop_running(tx, running[0].id, request.at)
        return Private(await finished(tx, services, running[0], entry), slot_of(running[0]))

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _press_stop(services: Services, request: Request, action: StopQuiz) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _own(tx, request, action.quiz_id)
        if quiz.mode is Mode.GROUP:
            return await stop_group(tx, request, entry, quiz)
        await stop_running(tx, quiz.id, request.at)
        return Private(await finished(tx, services, quiz, entry), slot_of(quiz))

    return await services.database.write(work)


async def _history(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        found = []
        for quiz in await ended_sessions(tx, entry.member.person_id, MOST_SESSIONS):
            mine = [
                r
                for r in await responses_to(tx, quiz.id)
                if r.person_id == entry.member.person_id and r.sealed
            ]
            found.append((quiz, sum(bool(r.correct) for r in mine), len(mine)))
        return Private(
            welcomed(cards.history_card(entry.group.id, found, entry.group.zone), entry), "quiz-history"
        )

    return await services.database.write(work)


async def _session(services: Services, request: Request, action: PickSession) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, action.group_id)
        quiz = await load_quiz(tx, int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0)
        mine = await responses_to(tx, quiz.id) if quiz else ()
        if quiz is None or all(r.person_id != entry.member.person_id for r in mine):
            raise UserError("This one is not yours", "`/quiz history` lists your own.")
        return Private(await finished(tx, services, quiz, entry), "quiz-past")

    return await services.database.write(work)
