"""/bank browse: organisers read the questions their group can be asked, and retire its own. It would give away what comes."""

from functools import partial

from bot.bank.literal import plainly
from bot.bank.model import Bank, Item, UnknownItem, UnknownTopic
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
    Style,
    Update,
    text,
)
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.chat.words import clean_line, cut
from bot.groups.entry import enter, group_of, known_group, require_organiser
from bot.groups.model import Group
from bot.groups.services import Services
from bot.shelf.actions import Browse, OpenItem, ReadItem, Retire
from bot.shelf.item_cards import NAMES, PARTS, item_blocks, part_blocks
from bot.shelf.model import OwnState, as_asked, is_own, own_number
from bot.shelf.store import load_own, move
from bot.shelf.view import bank_of, bank_with
from bot.store.transaction import Transaction

PAGE = 10
_TOPICS = 60  # characters: they travel in a button's id
GONE = "This question is gone"


def slot_of(group_id: int) -> str:
    """The place of the card on which a group's bank is read."""
    return f"bank-browse:{group_id}"


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""

    async def topics(_request: Request, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(t.title, t.id, t.id) for t in services.bank.topics.search(prefix, 25))

    return (
        Command(
            ("bank", "browse"),
            "Read the questions your group can be asked",
            partial(_browse, services),
            (Option("topic", "A topic at any level, such as rlhf or interpretability", complete=topics),),
            organisers=True,
            help="Your own questions come first. Open one to read it with its answer; one of your own can be retired. "
            "Mind that you see what is coming.",
            example="/bank browse topic:interpretability",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(Browse, partial(_page, services)),
        Route(OpenItem, partial(_open, services)),
        Route(ReadItem, partial(_read, services)),
        Route(Retire, partial(_retire, services)),
    )


async def _browse(services: Services, request: Request, options: Options) -> Reply:
    said = str(options.get("topic", "")).strip()
    topics: tuple[str, ...] = ()
    if said:
        try:
            topics = services.bank.topics.resolve(said)
        except UnknownTopic as error:
            near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
            raise UserError(
                f"There is no topic “{said[:40]}”", f"Start typing and choose from the list.{near}"
            ) from None
    several = ",".join(topics)
    topic = several if len(several) <= _TOPICS else topics[0]

    async def work(tx: Transaction) -> Reply:
        group = await group_of(tx, request)
        await require_organiser(tx, request, group)
        return Private(_list(await bank_of(tx, services, group.id), group, topic, 0), slot_of(group.id))

    return await services.database.read(work)


async def _page(services: Services, request: Request, action: Browse) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request, action.group_id)
        bank = await bank_of(tx, services, group.id)
        return Update(_list(bank, group, action.topic, action.page), slot_of(group.id))

    return await services.database.read(work)


async def _organised(tx: Transaction, request: Request, group_id: int) -> Group:
    group = await known_group(tx, group_id)
    await require_organiser(tx, request, group)
    return group


def _list(bank: Bank, group: Group, topic: str, page: int) -> Card:
    topics = [t for t in topic.split(",") if t in bank.topics]
    found = [i for i in (bank.under(topics) if topics else bank.items) if i.is_live or is_own(i.id)]
    title = f"The bank: {bank.topics.get(topics[0]).title}" if topics else "The bank"
    if not found:
        return Card(
            title, (text("There is no question here yet. `/bank import` and `/question suggest` add some."),)
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
    count = (
        f"{len(found)} {'question' if len(found) == 1 else 'questions'}, {own or 'none'} of them your own."
    )
    return Card(
        cut(title, 80),
        (text(count), *(text(*_line(item)) for item in shown)),
        (*rows, *((tuple(turns),) if turns else ())),
        text(f"Page {page + 1} of {last + 1}. Only organisers see this."),
    )


def _line(item: Item) -> tuple[Part, ...]:
    state = "" if item.is_live else " · retired"
    first = cut(clean_line(plainly(item.prompt)), 90)
    return (f"`{item.id}` · {NAMES[item.kind]} · level {item.difficulty}{state}\\\n", Plain(first))


def _picker(group_id: int, topic: str, page: int, shown: list[Item]) -> Select:
    options = tuple(
        Choice(
            cut(clean_line(plainly(item.prompt)), 75) or item.id,
            item.id,
            f"{NAMES[item.kind]} · level {item.difficulty}",
        )
        for item in shown
    )
    return Select(OpenItem(group_id, topic, page), options, "Open one, with its answer")


async def _open(services: Services, request: Request, action: OpenItem) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request, action.group_id)
        bank = await bank_of(tx, services, group.id)
        card = _item_card(bank, group, _known(bank, chosen), Browse(group.id, action.topic, action.page))
        return Update(card, slot_of(group.id))

    return await services.database.read(work)


def _known(bank: Bank, item_id: str) -> Item:
    try:
        return bank.item(item_id)
    except UnknownItem:
        raise UserError(GONE, "`/bank browse` shows the bank as it is now.") from None


def _item_card(bank: Bank, group: Group, item: Item, back: Browse) -> Card:
    row: list[Control] = []
    number = own_number(item.id)
    if number is not None and item.is_live:
        row.append(Button("Retire it", Retire(number, away=True), Style.DANGER))
    elif number is not None:
        row.append(Button("Ask it again", Retire(number, away=False)))
    row.append(Button("Back to the list", back))
    whole = "One of your own: no other group is asked it." if number is not None else "Of the shipped bank."
    retired = "" if item.is_live else " It is retired: nobody is asked it."
    return Card(
        item.id,
        item_blocks(bank, item),
        (tuple(row),),
        text(whole + retired),
        read_all=ReadItem(group.id, item.id, 0),
    )


async def _read(services: Services, request: Request, action: ReadItem) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request, action.group_id)
        number = own_number(action.item_id)
        if number is not None:
            own = await load_own(tx, number)
            if own is None or own.group_id != group.id:
                raise UserError(GONE, "`/bank browse` shows the bank as it is now.")
            bank, item = bank_with(services.bank, own), as_asked(own)
        else:
            bank = services.bank
            item = _known(bank, action.item_id)
        part = min(max(0, action.part), len(PARTS) - 1)
        steps = tuple(
            Button(PARTS[other], ReadItem(group.id, item.id, other))
            for other in range(len(PARTS))
            if other != part
        )
        return Private(
            Card(f"{item.id}: {PARTS[part].lower()}", part_blocks(bank, item, part), (steps,)), "bank-whole"
        )

    return await services.database.read(work)


async def _retire(services: Services, request: Request, action: Retire) -> Reply:
    async def work(tx: Transaction) -> Reply:
        own = await load_own(tx, action.own_id)
        if own is None:
            raise UserError(GONE, "`/bank browse` shows the bank as it is now.")
        group = await _organised(tx, request, own.group_id)
        await enter(tx, request, group.id)
        states = (OwnState.ACCEPTED, OwnState.RETIRED)
        await move(tx, own.id, *(states if action.away else states[::-1]), decided_at=request.at)
        bank = await bank_of(tx, services, group.id)
        return Update(
            _item_card(bank, group, _known(bank, own.item_id), Browse(group.id, "", 0)), slot_of(group.id)
        )

    return await services.database.write(work)
