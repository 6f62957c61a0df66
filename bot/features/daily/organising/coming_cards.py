"""Every sentence an organiser reads about what comes next: the preview, the queue, the plan, what is never asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Moment,
    OneOf,
    Plain,
    Select,
    Style,
    Text,
    TextField,
    text,
)
from bot.chat.commands import RunCommand
from bot.chat.words import clean_line, counted, cut
from bot.features.coming.rules import Wanted, Wishes, day_words, wanted_words
from bot.features.custom_questions.actions import ReadItem, ShowAnswer
from bot.features.daily.actions import (
    Another,
    AskAgain,
    AskNext,
    MoveQueued,
    NeverAsk,
    OpenPlan,
    PickQueued,
    SavePlan,
    ShowComing,
)
from bot.features.daily.model import Question
from bot.features.daily.picking import Pick, Why
from bot.features.daily.question_blocks import prompt_blocks
from bot.questions.kinds import KINDS
from bot.questions.literal import plainly
from bot.questions.model import Bank, Item
from bot.questions.topics import TopicTree


@dataclass(frozen=True, slots=True)
class Coming:
    """What an organiser previews: the question, why it comes, and when; ``others`` could not come before it.

    ``peeked``: whoever asks has read its answer.
    """

    group_id: int
    question: Question
    pick: Pick
    wishes: Wishes
    at: Moment | None
    others: int
    peeked: bool


def nothing_card(group_id: int) -> Card:
    """There is no question left to preview."""
    words = (
        "The chosen topics have no discussion questions that may be asked. Choose more with `/group settings`, or "
        "allow some that are never asked."
    )
    row = (Button("Queue and plan", ShowComing(group_id)),)
    return Card("Nothing to preview", (text(words),), (row,), accent=Accent.BAD)


def preview_card(coming: Coming, topics: TopicTree, never: Item | None = None) -> Card:
    """The question that would come next, or another one; without its answer, since organisers answer too.

    ``never`` is what was just said never to be asked.
    """
    group_id, item_id = coming.group_id, coming.question.item_id
    row: list[Control] = [Button("Another one", Another(group_id, coming.others + 1))]
    if coming.others:
        row.append(Button("Ask this next", AskNext(group_id, item_id), Style.PRIMARY))
    row += [
        Button("Never ask this", NeverAsk(group_id, item_id)),
        Button("Show the answer", ShowAnswer(group_id, item_id, sure=False)),
    ]
    if not coming.others:
        row.append(Button("Queue and plan", ShowComing(group_id)))
        # After that, what undoes it stands in this place: five buttons are enough.
        row += (Button("Skip this day", RunCommand("round skip", "")),) if coming.at and never is None else ()
    else:
        row.append(Button("Back", Another(group_id, 0)))
    blocks: list[Block] = [*prompt_blocks(coming.question)]
    said = _reasons(coming, topics)
    if said:
        blocks.append(text(" ".join(said)))
    if never is not None:
        blocks.append(
            text("“", Plain(_short(never, 60)), "” is never asked now. The queue and plan list it.")
        )
    return Card(
        "Another question" if coming.others else "The next question",
        tuple(blocks),
        (tuple(row),),
        _when(coming),
        read_all=ReadItem(group_id, item_id, 0),
    )


def _when(coming: Coming) -> Text:
    if coming.others:
        return text("It would come if those before it could not. Nothing has changed yet.")
    if coming.at is None:
        return text("The group is paused.")
    return text("It comes ", coming.at, ", unless somebody posts one sooner.")


def _reasons(coming: Coming, topics: TopicTree) -> list[str]:
    plans = {
        Why.WEEK: ("the week's plan", coming.wishes.week),
        Why.WEEKDAY: ("the weekday's plan", coming.wishes.weekday),
    }
    said = []
    if not coming.others:
        for why in coming.pick.spent:
            name, wanted = plans[why]
            said.append(f"{name.capitalize()}, {wanted_words(topics, wanted)}, has nothing new left.")
        if coming.pick.why is Why.TURN and coming.pick.spent:
            said.append("The usual order goes on.")
        elif coming.pick.why in plans:
            name, wanted = plans[coming.pick.why]
            said.append(f"It follows {name}: {wanted_words(topics, wanted)}.")
        elif coming.pick.why is Why.QUEUE:
            behind = len(coming.wishes.queue) - 1
            waiting = f" Behind it {counted(behind, 'more waits', 'more wait')}." if behind else ""
            said.append(f"It is first in the queue.{waiting}")
    if coming.pick.last_asked is not None:
        said.append("Your group has been asked it before.")
    if coming.peeked:
        said.append("You have read its answer, so it counts as a pass for you.")
    return said


def coming_card(
    group_id: int,
    bank: Bank,
    places: tuple[Sequence[Item], Sequence[Item]],
    plans: Mapping[str, tuple[Wanted, int]],
    chosen: Item | None = None,
) -> Card:
    """The queue and what is never asked (``places``), and the plans with how many new questions each has left."""
    queue, never = places
    blocks: list[Block] = [text("**The queue**")]
    blocks += [text(*_queued(n, item, chosen)) for n, item in enumerate(queue, 1)]
    if not queue:
        blocks.append(text("Nothing is queued. Preview another question, or find one with `/bank browse`."))
    blocks.append(text("**The plan**"))
    blocks += [text(_planned(bank.topics, key, *plan)) for key, plan in plans.items()]
    if not plans:
        blocks.append(text("Nothing is planned: kinds and topics take turns."))
    if never:
        blocks.append(text(f"**Never asked**\n\n{counted(len(never), 'question')}"))
    rows: list[tuple[Control, ...]] = []
    if queue:
        rows.append((Select(PickQueued(group_id), _choices(queue), "Move or remove a queued one"),))
    if never:
        rows.append((Select(AskAgain(group_id), _choices(never[:25]), "Let one be asked again"),))
    row: list[Control] = []
    if chosen is not None and chosen in queue:
        at = list(queue).index(chosen)
        row += (Button("Up", MoveQueued(group_id, chosen.id, at - 1)),) if at else ()
        row += (Button("Down", MoveQueued(group_id, chosen.id, at + 1)),) if at < len(queue) - 1 else ()
        row.append(Button("Remove", MoveQueued(group_id, chosen.id, -1)))
    row += [Button("Change the plan", OpenPlan(group_id)), Button("Preview", RunCommand("round next", ""))]
    footer = "The queue comes first, then the week's plan, then the weekday's, then the usual order."
    return Card("What comes next", tuple(blocks), (*rows, tuple(row)), text(footer))


def _queued(number: int, item: Item, chosen: Item | None) -> tuple[str | Plain, ...]:
    mark = "**chosen** · " if item is chosen else ""
    retired = "" if item.is_live else " · retired, so it is passed over"
    return (Plain(f"{number}. {_short(item, 60)}"), f"\\\n{mark}{KINDS[item.kind].name}{retired}")


def _planned(topics: TopicTree, key: str, wanted: Wanted, left: int) -> str:
    return f"{day_words(key)}: {cut(wanted_words(topics, wanted), 80)} ({left or 'none'} not asked yet)"


def _choices(items: Sequence[Item]) -> tuple[Choice, ...]:
    return tuple(Choice(_short(item, 75) or item.id, item.id, KINDS[item.kind].name) for item in items)


def _short(item: Item, most: int) -> str:
    return cut(clean_line(plainly(item.prompt)), most)


def plan_form(group_id: int, days: Sequence[Choice], day: str = "", topic: str = "") -> Form:
    """The form that plans a weekday or a week."""
    return Form(
        "Plan what comes",
        (
            OneOf("day", "When", tuple(days), day),
            TextField(
                "topic",
                "What is asked then",
                value=topic,
                required=False,
                placeholder="A topic or a kind: coding, behavioral, constitutional AI",
                help="Leave it empty to plan nothing.",
                most=80,
            ),
        ),
        SavePlan(group_id),
    )
