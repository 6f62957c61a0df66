"""Looks that several handlers share: the question a button means, who decides about it, and what can be typed for a topic."""

from bot.access.who import Found, asker, by_row, gate, read_found
from bot.chat.cards import Choice
from bot.chat.dispatch import UserError
from bot.features.custom_questions.model import Own
from bot.features.custom_questions.queries import read_own
from bot.features.custom_questions.tables import own_questions
from bot.membership.joining import join
from bot.membership.model import Actor
from bot.questions.topics import UnknownTopic
from bot.services import RequestTransaction

_BY_OWN = gate(*read_own.columns(own_questions, "own_"), joined=by_row(own_questions, "own_id"))


async def find_own(tx: RequestTransaction, own_id: int) -> tuple[Found, Own] | None:
    """One of a group's own questions, the group, and whoever asks in it; None where the question is gone."""
    row = (await tx.execute(_BY_OWN, own_id=own_id, **asker(tx.request))).first()
    if row is None:
        return None
    own = read_own(row, "own_")
    return read_found(row, own), own


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
