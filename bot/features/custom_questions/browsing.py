"""/bank browse: organisers read the questions their group can be asked, and retire its own. It would give away what comes."""

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, Found, Who
from bot.chat.access import Level
from bot.chat.cards import (
    Button,
    Card,
    Choice,
    Control,
    Part,
    Plain,
    Private,
    Reply,
    Select,
    Slot,
    Style,
    Update,
    text,
)
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean_line, counted, cut
from bot.features.custom_questions.actions import Browse, OpenItem, ReadItem, Retire, SayWrong
from bot.features.custom_questions.item_cards import PARTS, item_blocks, part_blocks
from bot.features.custom_questions.model import OwnState, as_asked, is_own, own_number
from bot.features.custom_questions.queries import load_own, move
from bot.features.custom_questions.subjects import come_in, find_own, own_of_card, propose_topics, topics_of
from bot.features.custom_questions.view import bank_of, bank_with
from bot.membership.model import Group
from bot.questions.kinds import KINDS, OBJECTIVE_KINDS
from bot.questions.literal import plainly
from bot.questions.model import Bank, Item, UnknownItem
from bot.services import RequestTransaction

PAGE = 10
_TOPICS = 60  # characters: they travel in a button's id
GONE, SEE_THE_BANK = "This question is gone", "`/bank browse` shows the bank as it is now."


def slot_of(group_id: int) -> Slot:
    """The place of the card on which a group's bank is read."""
    return Slot("bank-browse", group_id)


async def _of_question(tx: RequestTransaction, action: Retire) -> Found:
    found = await find_own(tx, action.own_id)
    if found is None:
        raise UserError(GONE, SEE_THE_BANK)
    return found[0]


async def _browse(tx: RequestTransaction, options: Options) -> Reply:
    said = str(options.get("topic", "")).strip()
    topics = topics_of(tx, said) if said else ()
    several = ",".join(topics)
    topic = several if len(several) <= _TOPICS else topics[0]
    bank = await bank_of(tx, tx.services, tx.group.id)
    return Private(_list(bank, tx.group, topic, 0), slot_of(tx.group.id))


async def _page(tx: RequestTransaction, action: Browse) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    return Update(_list(bank, tx.group, action.topic, action.page), slot_of(tx.group.id))


def _list(bank: Bank, group: Group, topic: str, page: int) -> Card:
    topics = [t for t in topic.split(",") if t in bank.topics]
    found = [i for i in (bank.under(topics) if topics else bank.items) if i.is_live or is_own(i.id)]
    title = f"The bank: {bank.topics.get(topics[0]).title}" if topics else "The bank"
    if not found:
        return Card(
            title,
            (text("No questions here yet. `/bank import` and `/question suggest` add some."),),
        )
    last = (len(found) - 1) // PAGE
    page = min(max(0, page), last)
    shown = found[page * PAGE : (page + 1) * PAGE]
    rows: list[tuple[Control, ...]] = [(_picker(group.id, topic, page, shown),)]
    turns = [
        Button(label, Browse(group.id, topic, to))
        for label, to in (("Previous page", page - 1), ("Next page", page + 1))
        if 0 <= to <= last
    ]
    own = sum(is_own(item.id) for item in found)
    count = f"{counted(len(found), 'question')}, {own or 'none'} of them your own."
    return Card(
        cut(title, 80),
        (text(count), *(text(*_line(item)) for item in shown)),
        (*rows, *((tuple(turns),) if turns else ())),
        text(f"Page {page + 1} of {last + 1}. Only organisers see this."),
    )


def _line(item: Item) -> tuple[Part, ...]:
    state = "" if item.is_live else " · retired"
    first = cut(clean_line(plainly(item.prompt)), 90)
    return (f"`{item.id}` · {KINDS[item.kind].name} · level {item.difficulty}{state}\\\n", Plain(first))


def _picker(group_id: int, topic: str, page: int, shown: list[Item]) -> Select:
    options = tuple(
        Choice(
            cut(clean_line(plainly(item.prompt)), 75) or item.id,
            item.id,
            f"{KINDS[item.kind].name} · level {item.difficulty}",
        )
        for item in shown
    )
    return Select(OpenItem(group_id, topic, page), options, "Open one, with its answer")


async def _open(tx: RequestTransaction, action: OpenItem) -> Reply:
    chosen = tx.request.pressed.values[0] if tx.request.pressed.values else ""
    bank = await bank_of(tx, tx.services, tx.group.id)
    card = _item_card(bank, tx.group, _known(bank, chosen), Browse(tx.group.id, action.topic, action.page))
    return Update(card, slot_of(tx.group.id))


def _known(bank: Bank, item_id: str) -> Item:
    try:
        return bank.item(item_id)
    except UnknownItem:
        raise UserError(GONE, SEE_THE_BANK) from None


def _item_card(bank: Bank, group: Group, item: Item, back: Browse) -> Card:
    row: list[Control] = []
    number = own_number(item.id)
    if number is not None and item.is_live:
        row.append(Button("Retire it", Retire(number, away=True), Style.DANGER))
    elif number is not None:
        row.append(Button("Ask it again", Retire(number, away=False)))
    if item.kind in OBJECTIVE_KINDS:
        row.append(Button("Its answer is wrong", SayWrong(group.id, item.id)))
    row.append(Button("Back to the list", back))
    whole = "One of your own: no other group is asked it." if number is not None else "A built-in question."
    retired = "" if item.is_live else " It is retired: nobody is asked it."
    return Card(
        item.id,
        item_blocks(bank, item),
        (tuple(row),),
        text(whole + retired),
        read_all=ReadItem(group.id, item.id, 0),
    )


async def _read(tx: RequestTransaction, action: ReadItem) -> Reply:
    group, bank = tx.group, tx.services.bank
    number = own_number(action.item_id)
    if number is not None:
        own = await load_own(tx, number)
        if own is None or own.group_id != group.id:
            raise UserError(GONE, SEE_THE_BANK)
        bank, item = bank_with(bank, own), as_asked(own)
    else:
        item = _known(bank, action.item_id)
    part = min(max(0, action.part), len(PARTS) - 1)
    steps = tuple(
        Button(PARTS[other], ReadItem(group.id, item.id, other))
        for other in range(len(PARTS))
        if other != part
    )
    card = Card(f"{item.id}: {PARTS[part].lower()}", part_blocks(bank, item, part), (steps,))
    return Private(card, Slot("bank-whole"))


async def _retire(tx: RequestTransaction, action: Retire) -> Reply:
    own, group = own_of_card(tx), tx.group
    await come_in(tx)
    states = (OwnState.ACCEPTED, OwnState.RETIRED)
    await move(tx, own.id, *(states if action.away else states[::-1]), tx.request.at)
    bank = await bank_of(tx, tx.services, group.id)
    return Update(
        _item_card(bank, group, _known(bank, own.item_id), Browse(group.id, "", 0)), slot_of(group.id)
    )


COMMANDS = (
    Command(
        ("bank", "browse"),
        "Read the questions your group can be asked",
        _browse,
        (Option("topic", "A topic at any level, such as rlhf or interpretability", complete=propose_topics),),
        who=ORGANISES,
        reads=True,
        help="Your own questions come first. Open one to read it with its answer; one of your own can be retired, and a quiz "
        "question whose answer is wrong taken out with what it brought. "
        "Note that you will see what is coming.",
        example="/bank browse topic:interpretability",
    ),
)


ROUTES = (
    Route(Browse, _page, ORGANISES_ITS_GROUP, reads=True),
    Route(OpenItem, _open, ORGANISES_ITS_GROUP, reads=True),
    Route(ReadItem, _read, ORGANISES_ITS_GROUP, reads=True),
    Route(Retire, _retire, Who(Level.ORGANISER, _of_question)),
)
