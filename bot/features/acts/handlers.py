"""/group log: organisers look at what was done in their group's name, and undo what nothing was built on."""

import re
from dataclasses import replace

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, Found, Who, asker, by_row, gate, read_found
from bot.chat.access import Level
from bot.chat.cards import Card, Private, Reply, Slot, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean_line, cut
from bot.features.acts import cards
from bot.features.acts.actions import Undo, UndoListed
from bot.features.acts.keeping import UNDO, Act, load_act, mark_undone, newest_acts, note_act
from bot.features.acts.tables import acts
from bot.membership.model import Group
from bot.membership.queries import lock_group, members_by_id
from bot.questions.kinds.numeric import prompt_as_written
from bot.questions.literal import plainly
from bot.questions.model import Bank
from bot.services import RequestTransaction

_ITEM_ID = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\.q\d+")
_PROMPT = 50  # characters

_BY_ACT = gate(joined=by_row(acts, "act_id"))


def _gone() -> UserError:
    return UserError("This is no longer in the log", "What organisers did is kept for 90 days: `/group log`.")


def slot_of(group_id: int) -> Slot:
    """The place of the card that lists a group's acts."""
    return Slot("log", group_id)


async def _of_act(tx: RequestTransaction, action: Undo) -> Found:
    row = (await tx.execute(_BY_ACT, act_id=action.act_id, **asker(tx.request))).first()
    if row is None:
        raise _gone()
    return read_found(row)


async def _log(tx: RequestTransaction, _options: Options) -> Reply:
    return Private(await _card(tx), slot_of(tx.group.id))


async def _card(tx: RequestTransaction, note: str = "") -> Card:
    group = tx.group
    newest = [_with_words(tx.services.bank, act) for act in await newest_acts(tx, group.id)]
    listed = [(act, await _in_the_way(tx, act)) for act in newest]
    who = await members_by_id(tx, frozenset(act.member_id for act, _ in listed if act.member_id is not None))
    return cards.log_card(group, listed, {i: member.real_name for i, member in who.items()}, note)


def _with_words(bank: Bank, act: Act) -> Act:
    """The act, with the first words of a question of the bank in place of its id; a group's own keeps its number."""

    def quoted(found: re.Match[str]) -> str:
        item = bank.find(found[0])
        return f"“{cut(clean_line(plainly(prompt_as_written(item))), _PROMPT)}”" if item else found[0]

    return replace(act, title=_ITEM_ID.sub(quoted, act.title))


async def _in_the_way(tx: RequestTransaction, act: Act) -> str:
    """Why an act can't be undone (any more), "" where it can, or was."""
    if act.undone_at is not None:
        return ""
    how = tx.services.undoing.get(act.kind)
    return "None of it can be undone." if how is None else await how.in_the_way(tx, act.back)


async def _undo(tx: RequestTransaction, action: Undo) -> Reply:
    act, words = await _undone(tx, action.act_id)
    then = tx.services.undoing[act.kind].then
    act = _with_words(tx.services.bank, act)
    return Update(cards.undone_card(act, words, then(act.group_id) if then else None), Slot("undone", act.id))


async def _undo_listed(tx: RequestTransaction, action: UndoListed) -> Reply:
    _, words = await _undone(tx, tx.request.pressed.number)
    return Update(await _card(tx, f"**Undone.** {words}"), slot_of(action.group_id))


async def _undone(tx: RequestTransaction, act_id: int) -> tuple[Act, str]:
    """The act that was undone now, and what was put back. Raises UserError where it is none of this group's, or can't be undone (again)."""
    group: Group = await lock_group(tx, tx.group.id)
    tx.group = group
    act = await load_act(tx, act_id)
    if act is None or act.group_id != group.id:
        raise _gone()
    if act.undone_at is not None:
        raise UserError("It was undone already", f"{act.title}: nothing more to undo. `/group log` lists it.")
    why = await _in_the_way(tx, act)
    if why:
        raise UserError("This can't be undone", why)
    words = await tx.services.undoing[act.kind].put_back(tx, act.back)
    await mark_undone(tx, act.id, tx.request.at)
    await note_act(tx, UNDO, f"Undid: {act.title[:1].lower()}{act.title[1:]}")
    tx.wake_after_commit()
    return act, words


COMMANDS = (
    Command(
        ("group", "log"),
        "See what organisers did lately, and undo it",
        _log,
        who=ORGANISES,
        reads=True,
        help="The last twenty actions, with who did them and when. What nothing later depends on can be undone: a skipped day, "
        "answers closed early, a removed answer, a changed setting and more. It never says whose answer it was.",
        example="/group log",
        also=("undo", "audit", "acts"),
    ),
)

ROUTES = (
    Route(Undo, _undo, Who(Level.ORGANISER, _of_act)),
    Route(UndoListed, _undo_listed, ORGANISES_ITS_GROUP),
)
