"""A question of the bank in full, for organisers: its answer is shown on request, and then counts as a pass for who reads it."""

from dataclasses import replace

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.actions import Action
from bot.chat.cards import Button, Card, Private, Reply, Slot, Style, Text, Update, text
from bot.chat.dispatch import Route, UserError
from bot.features.coming.queries import has_peeked, keep_peek
from bot.features.custom_questions.actions import ReadItem, SayWrong, ShowAnswer
from bot.features.custom_questions.browsing import GONE, SEE_THE_BANK, known_item
from bot.features.custom_questions.item_cards import PARTS, item_blocks, part_blocks
from bot.features.custom_questions.model import as_asked, own_number
from bot.features.custom_questions.queries import IN_THE_BANK, load_own
from bot.features.custom_questions.subjects import come_in
from bot.features.custom_questions.view import bank_of, bank_with
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS, SCRIPT_KINDS
from bot.questions.model import Item
from bot.services import RequestTransaction

SLOT, ANSWER = Slot("bank-whole"), Slot("bank-answer")


async def _read(tx: RequestTransaction, action: ReadItem) -> Reply:
    group, bank = tx.group, tx.services.bank
    number, suggested = own_number(action.item_id), False
    if number is not None:
        own = await load_own(tx, number)
        if own is None or own.group_id != group.id:
            raise UserError(GONE, SEE_THE_BANK)
        bank, item, suggested = bank_with(bank, own), as_asked(own), own.state not in IN_THE_BANK
    else:
        item = known_item(bank, action.item_id)
    part = min(max(0, action.part), len(PARTS) - 1)
    # Whoever decides on a suggestion has to read its answer.
    if part and not suggested and await must_be_warned(tx, item):
        return Private(warning_card(item, ShowAnswer(group.id, item.id, sure=True)), ANSWER)
    steps = tuple(
        Button(PARTS[other], ReadItem(group.id, item.id, other))
        for other in range(len(PARTS))
        if other != part
    )
    return Private(Card(PARTS[part], part_blocks(bank, item, part), (steps,)), SLOT)


async def must_be_warned(tx: RequestTransaction, item: Item) -> bool:
    """Whether the organiser who asks loses something by reading an answer that they haven't read yet."""
    if item.kind in SCRIPT_KINDS:  # nobody earns anything for one
        return False
    return tx.known_actor is None or not await has_peeked(tx, tx.actor.member.id, item.id)


async def read_it(tx: RequestTransaction, item: Item) -> None:
    """Note that the organiser who asks reads a question's answer."""
    await keep_peek(tx, (await come_in(tx)).member.id, item.id, tx.request.at)


async def _show(tx: RequestTransaction, action: ShowAnswer) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    item = known_item(bank, action.item_id)
    warn = await must_be_warned(tx, item)
    if warn and not action.sure:
        return Private(warning_card(item, replace(action, sure=True)), ANSWER)
    if warn:
        await read_it(tx, item)
    whole = ReadItem(tx.group.id, item.id, 1)
    wrong = Button("Its answer is wrong", SayWrong(tx.group.id, item.id))
    rows = ((wrong,),) if item.kind in OBJECTIVE_KINDS else ()
    card = Card("With its answer", item_blocks(bank, item), rows, _counts(item), read_all=whole)
    return Update(card, ANSWER) if action.sure else Private(card, ANSWER)


def _counts(item: Item) -> Text | None:
    if item.kind in SCRIPT_KINDS:
        return None
    if item.kind in DISCUSSION_KINDS:
        return text("It counts as a pass for you when it is asked.")
    return text("It brings you no points in quizzes for 30 days.")


def warning_card(item: Item, show: Action) -> Card:
    """Asks once before an organiser reads an answer; ``show`` shows it."""
    words = "Once you have read it, this question brings you no points in quizzes for 30 days."
    if item.kind in DISCUSSION_KINDS:
        words = (
            "Once you have read it, this question counts as a pass for you: you can't answer it when it is asked, and earn "
            "nothing for it. An answer that you have given already stays as it is."
        )
    row = (Button("Show it", show, Style.DANGER),)
    return Card("Show the answer?", (text(words),), (row,))


ROUTES = (
    Route(ReadItem, _read, ORGANISES_ITS_GROUP, reads=True),
    Route(ShowAnswer, _show, ORGANISES_ITS_GROUP),
)
