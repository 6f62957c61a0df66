"""/bank browse: organisers find the questions their group can be asked, queue some, and retire its own.

It shows no answers, since organisers answer too.
"""

from collections.abc import Mapping
from urllib.parse import quote

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, Who
from bot.chat.access import Level
from bot.chat.cards import (
    Ask,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Part,
    Plain,
    Private,
    Refuse,
    Reply,
    Select,
    Slot,
    Style,
    TextField,
    Update,
    text,
)
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.finding import search
from bot.chat.words import clean_line, counted, cut, ordinal
from bot.features.acts.keeping import note_act
from bot.features.coming.queries import drop_wish, wish_places
from bot.features.coming.queueing import askable, can_be_asked, put_into_queue, take_out_of_queue
from bot.features.coming.rules import queue_in
from bot.features.coming.undoing import never_by
from bot.features.custom_questions.actions import (
    Browse,
    ListImports,
    OpenCorrection,
    OpenItem,
    OpenSearch,
    ReadItem,
    Retire,
    Search,
    ShowAnswer,
    Wish,
)
from bot.features.custom_questions.item_cards import part_blocks
from bot.features.custom_questions.model import IMPORT, OwnState, is_own, own_number
from bot.features.custom_questions.queries import move, of_one_import
from bot.features.custom_questions.subjects import come_in, of_own, own_of_card, propose_topics, topics_of
from bot.features.custom_questions.undoing import MOVED, about
from bot.features.custom_questions.view import bank_of
from bot.questions.kinds import KINDS
from bot.questions.kinds.numeric import prompt_as_written
from bot.questions.literal import plainly
from bot.questions.model import Bank, Item, UnknownItem
from bot.services import RequestTransaction

PAGE = 10
_VIEW = 60  # characters: what is shown travels in a button's id
GONE, SEE_THE_BANK = "This question is gone", "`/bank browse` shows the bank as it is now."


def slot_of(group_id: int) -> Slot:
    """The place of the card on which a group's bank is read."""
    return Slot("bank-browse", group_id)


ORGANISES_QUESTION = Who(Level.ORGANISER, of_own((GONE, SEE_THE_BANK)))
"""Who organises the group whose own question it is."""


async def _browse(tx: RequestTransaction, options: Options) -> Reply:
    said, word = str(options.get("topic", "")).strip(), clean_line(str(options.get("word", "")))
    topics = topics_of(tx, said) if said else ()
    several = ",".join(topics)
    topic = several if len(several) <= _VIEW else topics[0]
    if word and topic and not _fits(f"{topic}?{word}"):
        topic = topics[0].partition(".")[0]
    if word and not _fits(f"{topic}?{word}"):
        raise UserError("Too many words to search for", "Fewer words find more questions.")
    view = f"{topic}?{word}" if word else topic
    return Private(await _list(tx, view, 0), slot_of(tx.group.id))


def _fits(view: str) -> bool:
    return len(quote(view)) <= _VIEW


async def _page(tx: RequestTransaction, action: Browse) -> Reply:
    return Update(await _list(tx, action.topic, action.page), slot_of(tx.group.id))


async def _open_search(tx: RequestTransaction, _action: OpenSearch) -> Reply:
    return Ask(_search_form(tx.group.id, ""))


async def _search(tx: RequestTransaction, _action: Search) -> Reply:
    word = clean_line(tx.request.submitted.text("word"))
    if not word or not _fits(f"?{word}"):
        error = "Fewer words find more questions." if word else "Say what to search for."
        return Refuse({"word": error}, _search_form(tx.group.id, word))
    return Private(await _list(tx, f"?{word}", 0), slot_of(tx.group.id))


def _search_form(group_id: int, word: str) -> Form:
    words = TextField(
        "word",
        "Words in the question or its topic",
        value=word,
        placeholder="For example: probe features",
        most=_VIEW,
    )
    return Form("Search the bank", (words,), Search(group_id), "Search")


def _found(bank: Bank, view: str) -> tuple[list[str], str, list[Item]]:
    """What a view of the bank shows: the topics, the words that were searched for, and the items."""
    under, _, word = view.partition("?")
    topics = [t for t in under.split(",") if t in bank.topics]
    items = [i for i in (bank.under(topics) if topics else bank.items) if i.is_live or is_own(i.id)]
    if word:
        word, ids = search(word, {i.id: _searched(bank, i) for i in bank.items})
        items = [i for i in items if i.id in ids]
    return topics, word, items


def _searched(bank: Bank, item: Item) -> str:
    return f"{plainly(prompt_as_written(item))}\n{bank.topics.path(item.topic)}\n{item.id}"


async def _list(tx: RequestTransaction, view: str, page: int) -> Card:
    group, bank = tx.group, await bank_of(tx, tx.services, tx.group.id)
    topics, word, found = _found(bank, view)
    number = view.removeprefix(IMPORT) if view.startswith(IMPORT) else ""
    if number.isdigit():
        ids = {own.item_id for own in await of_one_import(tx, group.id, int(number[:17]))}
        found = [item for item in found if item.id in ids]
    title = (
        "An import" if number else f"The bank: {bank.topics.get(topics[0]).title}" if topics else "The bank"
    )
    search = Button("Search", OpenSearch(group.id))
    whole = (Button("Show all", Browse(group.id, "", 0)),) if view else ()
    imports = (Button("Imports", ListImports(group.id)),)
    if not found:
        nothing = text("No question here has “", Plain(word), "” in its text or topic.")
        words = (
            nothing
            if word
            else text("No questions here yet. `/bank import` and `/question suggest` add some.")
        )
        return Card(cut(title, 80), (words,), ((search, *whole),))
    last = (len(found) - 1) // PAGE
    page = min(max(0, page), last)
    shown = found[page * PAGE : (page + 1) * PAGE]
    turns = [
        Button(label, Browse(group.id, view, to))
        for label, to in (("Previous page", page - 1), ("Next page", page + 1))
        if 0 <= to <= last
    ]
    own = sum(is_own(item.id) for item in found)
    count = text(
        f"{counted(len(found), 'question')}",
        *((" with “", Plain(word), "”") if word else ()),
        "." if number else f", {own or 'none'} of them your own.",
    )
    places = await wish_places(tx, group.id)
    return Card(
        cut(title, 80),
        (count, *(text(*_line(item, places)) for item in shown)),
        ((_picker(group.id, view, page, shown),), (*turns, search, *(whole or imports))),
        text(f"Page {page + 1} of {last + 1}. Only organisers see this."),
    )


def _line(item: Item, places: Mapping[str, int]) -> tuple[Part, ...]:
    wished = wish_words(item, places)
    state = "" if item.is_live else " · retired"
    first = cut(clean_line(plainly(prompt_as_written(item))), 90)
    about = f"{KINDS[item.kind].name} · level {item.difficulty}{state}{f' · {wished}' if wished else ''}"
    return (Plain(first), f"\\\n{about} · `{item.id}`")


def wish_words(item: Item, places: Mapping[str, int]) -> str:
    """What organisers want of a question: "2nd in the queue", "never asked", or nothing."""
    if item.id not in places:
        return ""
    if not places[item.id]:
        return "never asked"
    return f"{ordinal(queue_in(places).index(item.id) + 1)} in the queue"


def _picker(group_id: int, view: str, page: int, shown: list[Item]) -> Select:
    options = tuple(
        Choice(
            cut(clean_line(plainly(prompt_as_written(item))), 75) or item.id,
            item.id,
            f"{KINDS[item.kind].name} · level {item.difficulty}",
        )
        for item in shown
    )
    return Select(OpenItem(group_id, view, page), options, "Open one")


async def _open(tx: RequestTransaction, action: OpenItem) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    return await _item(tx, bank, tx.request.pressed.value, action.topic, action.page)


async def _item(tx: RequestTransaction, bank: Bank, item_id: str, view: str = "", page: int = 0) -> Reply:
    """An item of the bank, with the way back to a page of the list."""
    back = Browse(tx.group.id, view, page)
    return Update(await item_card(tx, bank, known_item(bank, item_id), back), slot_of(tx.group.id))


def known_item(bank: Bank, item_id: str) -> Item:
    """An item of a group's bank, whatever its state.

    Raises:
        UserError: there is none.
    """
    try:
        return bank.item(item_id)
    except UnknownItem:
        raise UserError(GONE, SEE_THE_BANK) from None


async def item_card(tx: RequestTransaction, bank: Bank, item: Item, back: Browse, *notes: str) -> Card:
    """One question without its answer, and what can be done with it; ``notes`` say what was done."""
    group, number = tx.group, own_number(item.id)
    places = await wish_places(tx, group.id)
    wished = wish_words(item, places)
    row: list[Control] = []
    if can_be_asked(item) and not wished:
        row.append(Button("Add to the queue", Wish(group.id, item.id, "queue")))
        row += () if number is not None else (Button("Never ask this", Wish(group.id, item.id, "never")),)
    elif wished and item.is_live:
        label = "Take it out of the queue" if places[item.id] else "Ask it again"
        row.append(Button(label, Wish(group.id, item.id, "drop")))
    row.append(Button("Show the answer", ShowAnswer(group.id, item.id, sure=False)))
    if number is not None:
        row.append(Button("Edit it", OpenCorrection(number, sure=False)))
    if number is not None and item.is_live:
        row.append(Button("Retire it", Retire(number, away=True), Style.DANGER))
    elif number is not None:
        row.append(Button("Ask it again", Retire(number, away=False)))
    row.append(Button("Back to the list", back))
    alone = "Only this group is asked it. " if number is not None else ""
    retired = "" if item.is_live else "It is retired: nobody is asked it. "
    state = f"It is {wished}. " if wished else ""
    return Card(
        "A built-in question" if number is None else "One of your own",
        (*map(text, notes), *part_blocks(bank, item, 0)),
        (tuple(row),),
        text(f"{alone}{retired}{state}Its id is `{item.id}`."),
        read_all=ReadItem(group.id, item.id, 0),
    )


async def _wish(tx: RequestTransaction, action: Wish) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    item = known_item(bank, action.item_id)
    if action.what == "queue":
        await put_into_queue(tx, askable(bank, item.id), first=False)
    elif action.what == "never":
        await never_by(tx, askable(bank, item.id).id)
    elif await take_out_of_queue(tx, item.id) is None:
        await drop_wish(tx, tx.group.id, item.id)
    return await _item(tx, bank, item.id)


async def _retire(tx: RequestTransaction, action: Retire) -> Reply:
    own = own_of_card(tx)
    await come_in(tx)
    states = (OwnState.ACCEPTED, OwnState.RETIRED)
    if await move(tx, own.id, *(states if action.away else states[::-1]), tx.request.at):
        did = "Retired" if action.away else "Brought back"
        await note_act(tx, MOVED, f"{did} the question {own.item_id}", about(own))
    return await _item(tx, await bank_of(tx, tx.services, tx.group.id), own.item_id)


COMMANDS = (
    Command(
        ("bank", "browse"),
        "Read the questions your group can be asked",
        _browse,
        (
            Option(
                "topic", "A topic at any level, such as rlhf or interpretability", complete=propose_topics
            ),
            Option("word", "Words in the question or its topic"),
        ),
        who=ORGANISES,
        reads=True,
        help="Your own questions come first. Open one to queue it, or to keep it from being asked; one of your own can be "
        "edited or retired, and a quiz question whose answer is wrong can be taken out with its points. Answers are shown on request, "
        "and what you have read counts as a pass for you.",
        example="/bank browse topic:interpretability",
        also=("questions", "list"),
    ),
)


ROUTES = (
    Route(Browse, _page, ORGANISES_ITS_GROUP, reads=True),
    Route(OpenItem, _open, ORGANISES_ITS_GROUP, reads=True),
    Route(OpenSearch, _open_search, ORGANISES_ITS_GROUP, reads=True, opens_form=True),
    Route(Search, _search, ORGANISES_ITS_GROUP, reads=True),
    Route(Wish, _wish, ORGANISES_ITS_GROUP),
    Route(Retire, _retire, ORGANISES_QUESTION),
)
