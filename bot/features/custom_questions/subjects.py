"""Looks that several handlers share: the question a button means, who decides about it, and what can be typed for a topic."""

from collections.abc import Callable

from bot.access.who import Found, Load, asker, by_row, gate, read_found
from bot.chat.cards import Choice
from bot.chat.dispatch import UserError
from bot.features.custom_questions.actions import OfOwn
from bot.features.custom_questions.model import Own
from bot.features.custom_questions.queries import read_own
from bot.features.custom_questions.tables import own_questions
from bot.membership.joining import join
from bot.membership.model import Actor
from bot.questions.topics import UnknownTopic
from bot.services import RequestTransaction

_BY_OWN = gate(*read_own.columns(own_questions, "own_"), joined=by_row(own_questions, "own_id"))


def of_own(gone: tuple[str, str], is_gone: Callable[[Own], bool] = lambda _own: False) -> Load:
    """Finds the question that a press is about, which its author owns; ``gone`` says that it isn't there, or ``is_gone``."""

    async def load(tx: RequestTransaction, action: OfOwn) -> Found:
        row = (await tx.execute(_BY_OWN, own_id=action.own_id, **asker(tx.request))).first()
        if row is None or is_gone(own := read_own(row, "own_")):
            raise UserError(*gone)
        return read_found(row, own, () if own.member_id is None else (own.member_id,))

    return load


def own_of_card(tx: RequestTransaction) -> Own:
    """The question that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, Own)
    return tx.subject


async def come_in(tx: RequestTransaction) -> Actor:
    """Who decides, as a member: whoever only manages the channel becomes one by acting in it."""
    if tx.known_actor is None:
        member, newcomer = await join(tx, tx.group.id, tx.request.who, tx.request.at)
        tx.actor = Actor(tx.group, member, newcomer)
    return tx.actor


async def propose_topics(tx: RequestTransaction, prefix: str) -> tuple[Choice, ...]:
    """The topics that may be meant by what was typed so far."""
    return tuple(Choice(t.title, t.id, t.id) for t in tx.services.bank.topics.search(prefix, 25))


def topics_of(tx: RequestTransaction, said: str) -> tuple[str, ...]:
    """The topics that a typed name means.

    Raises:
        UserError: there is none of this name.
    """
    try:
        return tx.services.bank.topics.resolve(said)
    except UnknownTopic as error:
        near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
        raise UserError(
            f"There is no topic “{said[:40]}”", f"Start typing and choose from the list.{near}"
        ) from None
