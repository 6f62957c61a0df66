"""/question practice: a discussion question for oneself, outside the round.

What was written is not kept; that something was tried counts as a day of study.
"""

from dataclasses import replace

from bot.access.greeting import welcomed
from bot.access.who import TAKES_PART
from bot.chat.cards import (
    Accent,
    Ask,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Private,
    Refuse,
    Reply,
    Slot,
    Style,
    TextField,
    Verbatim,
    text,
)
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.features.coming.queries import has_peeked, wish_places
from bot.features.custom_questions.subjects import propose_topics
from bot.features.custom_questions.view import bank_of
from bot.features.daily.actions import Practise, PractiseAnswer, Practised, PractiseSave, PractiseShow
from bot.features.daily.model import RUNNING, Question, ask
from bot.features.daily.queries import rounds_in
from bot.features.daily.question_blocks import (
    MARKS,
    answered,
    files_buttons,
    files_card,
    prompt_blocks,
    solution_blocks,
)
from bot.features.daily.rounds import choose
from bot.features.daily.rules import answer_error, clean
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.membership.calendar.interview import EARLY, FINAL, MIDDLE, interview_of, phase_of
from bot.membership.calendar.schedule import next_slot
from bot.questions.kinds import DISCUSSION_KINDS, IN_CODE
from bot.questions.model import Bank, Item
from bot.questions.seeds import lot
from bot.questions.topics import UnknownTopic
from bot.services import RequestTransaction

PHASES = (
    Choice("Three months or more", EARLY),
    Choice("One to two months", MIDDLE),
    Choice("The final weeks", FINAL),
)
SLOT, FILES = Slot("practice"), Slot("practice-files")
MOST = 3000
MOST_TOPICS = 70


async def _practice(tx: RequestTransaction, options: Options) -> Reply:
    topic, phase = str(options.get("topic", "")), str(options.get("phase", ""))
    if topic:
        try:
            topic = _joined(tx.services.bank.topics.resolve(topic))
        except UnknownTopic as error:
            near = " or ".join(f"“{name}”" for name in error.nearest)
            near = f" Did you mean {near}?" if near else ""
            raise UserError(
                f"There is no topic “{topic[:40]}”", f"Start typing and choose from the list.{near}"
            ) from None
    return await _another(tx, Practise(topic, phase, 0))


def _joined(topics: tuple[str, ...]) -> str:
    # The topics travel in a button's id, which has room for two long names.
    return ",".join(topics[: 2 if len(",".join(topics[:2])) <= MOST_TOPICS else 1])


async def _another(tx: RequestTransaction, action: Practise) -> Reply:
    entry, now = tx.actor, tx.request.at
    bank = await bank_of(tx, tx.services, entry.group.id)
    leaning = phase_of(
        await interview_of(tx, entry.member.person_id), now.astimezone(entry.group.rhythm.tz).date()
    )
    found = _found(bank, action, await _running(tx))
    day, person = now.date().toordinal(), entry.member.person_id
    first = action.phase or leaning
    found.sort(key=lambda i: (i.phase != first, lot(person, "practice", day, i.id)))
    item = found[action.number % len(found)]
    card = _card(bank, item, replace(action, number=action.number + 1))
    return Private(welcomed(card, entry), SLOT)


async def _running(tx: RequestTransaction) -> frozenset[str]:
    running = await rounds_in(tx, tx.group.id, *RUNNING)
    return frozenset(each.question.item_id for each in running)


def _found(bank: Bank, action: Practise, running: frozenset[str]) -> list[Item]:
    topics = tuple(t for t in action.topic.split(",") if t)
    wanted = {i.id for i in bank.live(DISCUSSION_KINDS)} - running
    try:
        under = bank.under(topics) if topics else bank.items
    except UnknownTopic:
        raise UserError(
            "This topic is no longer in the bank", "`/question practice` brings a question."
        ) from None
    found = [i for i in under if i.id in wanted]
    if action.phase:
        found = [i for i in found if i.phase == action.phase] or found
    if not found and not topics:
        raise UserError(
            "Every question is in use", "Your group has them right now; practise again after the reveal."
        )
    if not found:
        raise UserError("No practice questions here yet", "Try a wider topic, or none: `/question practice`.")
    return found


def _card(bank: Bank, item: Item, another: Practise) -> Card:
    question = ask(bank, item)
    after = _after(bank, item, another)
    row: list[Control] = [Button("Try it", PractiseAnswer(item.id, *after), Style.PRIMARY)]
    if question.hint:
        row.append(Button("Hint", PractiseShow(item.id, "hint", *after)))
    row += files_buttons(question, PractiseShow(item.id, "files", *after))
    row += [
        Button("Show the model answer", PractiseShow(item.id, "answer", *after)),
        Button("Another one", another),
    ]
    return Card(
        "Practice",
        prompt_blocks(question),
        (tuple(row),),
        text("Only you see this, and your words are not kept. Trying one counts as a day of study."),
    )


_PHASES = ("", *(choice.value for choice in PHASES))


def _after(bank: Bank, item: Item, another: Practise) -> tuple[int, int, int]:
    """What comes after an item, as its buttons carry it: depth of the topic, number of the phase, number."""
    topics = another.topic.split(",")
    above = [t.id for t in bank.topics.lineage(item.topic)]
    depth = max((above.index(t) + 1 for t in topics if t in above), default=0)
    return depth, _PHASES.index(another.phase) if another.phase in _PHASES else 0, another.number


def _next(bank: Bank, item: Item, after: Practised | PractiseShow) -> Practise:
    above = bank.topics.lineage(item.topic)
    topic = above[min(after.depth, len(above)) - 1].id if after.depth > 0 else ""
    phase = _PHASES[after.phase] if 0 <= after.phase < len(_PHASES) else ""
    return Practise(topic, phase, after.number)


async def _item(tx: RequestTransaction, item_id: str) -> tuple[Bank, Item]:
    bank = await bank_of(tx, tx.services, tx.group.id)
    found = next((i for i in bank.live(DISCUSSION_KINDS) if i.id == item_id), None)
    if found is None:
        raise UserError("This question is no longer in the bank", "`/question practice` brings another.")
    return bank, found


def _practice_form(item: Item, action: Practised, value: str) -> Form:
    field = TextField(
        "answer",
        "Your code" if item.kind in IN_CODE else "Your answer",
        long=True,
        value=value,
        placeholder="As you'd say it in two minutes.",
        most=MOST,
        help=MARKS,
        shown_as=Verbatim("", code=item.kind in IN_CODE, marked=True),
    )
    submit = PractiseSave(item.id, action.depth, action.phase, action.number)
    return Form("Practice", (field,), submit, "Compare", text(item.prompt))


async def _form(tx: RequestTransaction, action: PractiseAnswer) -> Reply:
    _, item = await _item(tx, action.item_id)
    return Ask(_practice_form(item, action, ""))


async def _save(tx: RequestTransaction, action: PractiseSave) -> Reply:
    bank, item = await _item(tx, action.item_id)
    raw = tx.request.submitted.text("answer")
    typed = clean(raw)
    error = answer_error(typed, MOST)
    await _check_not_running(tx, item)
    if error is not None:
        return Refuse({"answer": error}, _practice_form(item, action, raw))
    await acted(tx, tx.group, tx.actor.member.id, Act.PRACTICE, tx.request.at)
    card = _solution(ask(bank, item), typed, _next(bank, item, action))
    return Private(welcomed(card, tx.actor), SLOT)


async def _show(tx: RequestTransaction, action: PractiseShow) -> Reply:
    bank, item = await _item(tx, action.item_id)
    if action.what == "hint":
        again = PractiseAnswer(item.id, action.depth, action.phase, action.number)
        row = (Button("Try it", again, Style.PRIMARY),)
        card = Card("Hint", (text(item.prompt), text(item.hint or "This one has no hint.")), (row,))
        return Private(card, SLOT)
    if action.what == "files":
        return Private(files_card(ask(bank, item), solved=False), FILES)
    await _check_not_running(tx, item)
    if action.what == "solution":
        return Private(files_card(ask(bank, item), solved=True), FILES)
    card = _solution(ask(bank, item), "", _next(bank, item, action))
    return Private(welcomed(card, tx.actor), SLOT)


async def _check_not_running(tx: RequestTransaction, item: Item) -> None:
    if item.id in await _running(tx):
        raise UserError("Your group has this question right now", "Its model answer comes with the reveal.")
    if await _organiser_knows(tx, item) and not await has_peeked(tx, tx.actor.member.id, item.id):
        raise UserError(
            "This question comes next in your group",
            "`/round next` and `/bank browse` show its answer. Reading it there counts as a pass.",
        )


async def _organiser_knows(tx: RequestTransaction, item: Item) -> bool:
    """Whether whoever asks organises the group, and can see that this is queued or comes next."""
    if not (tx.actor.member.organiser or tx.request.manages):
        return False
    if (await wish_places(tx, tx.group.id)).get(item.id):
        return True
    day = next_slot(tx.group.rhythm, tx.group.last_date, tx.request.at).local_date
    _, found = await choose(tx, tx.services, tx.group, day)
    return found is not None and found.item_id == item.id


def _solution(question: Question, typed: str, another: Practise) -> Card:
    blocks: list[Block] = [text(question.prompt)]
    if typed:
        blocks.append(answered(question, typed, text("Your answer:")))
    files = files_buttons(question, PractiseShow(question.item_id, "solution"))
    row = (Button("Another one", another), *files)
    return Card("Compare", (*blocks, *solution_blocks(question)), (row,), accent=Accent.GOOD)


COMMANDS = (
    Command(
        ("question", "practice"),
        "A question to practise on your own, with its model answer",
        _practice,
        (
            Option("topic", "A topic, such as rlhf or interpretability", complete=propose_topics),
            Option("phase", "How far away your interview is", choices=PHASES),
        ),
        who=TAKES_PART,
        help="Private, and outside the group's round: nobody sees it, and your words are not kept. Trying one counts "
        "for your streak. Before an interview, questions for that phase come first.",
        example="/question practice topic:rlhf",
        also=("practise", "exercise", "train"),
    ),
)


ROUTES = (
    Route(Practise, _another, TAKES_PART),
    Route(PractiseAnswer, _form, TAKES_PART, opens_form=True),
    Route(PractiseSave, _save, TAKES_PART),
    Route(PractiseShow, _show, TAKES_PART),
)
