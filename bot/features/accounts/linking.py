"""Linking one's accounts: a code from one, entered on the other; both confirm; and unlinking."""

from bot.access.code_cards import code_form
from bot.access.codes import enter_code
from bot.access.who import ANYONE
from bot.chat.access import Level
from bot.chat.cards import Ask, Card, Private, Reply, Slot, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.database.transaction import Transaction
from bot.features.accounts import link_cards as cards
from bot.features.accounts.actions import AskLink, ConfirmLink, EnterLink, Unlink
from bot.features.daily.personal.queries import answered_twice
from bot.membership.code_rules import LASTS
from bot.membership.codes import Code, Purpose, make_code, use_code
from bot.membership.links import (
    Link,
    LinkState,
    Side,
    accounts_of,
    accounts_with,
    add_link,
    link_of_code,
    load_link,
    set_state,
    shared_groups,
)
from bot.membership.personal_data.merging import join_people, take_out
from bot.membership.queries import identity_of
from bot.outbox.queries import Delivery, refresh, to_person
from bot.services import RequestTransaction, Services

LINK, LINKED = "link", "linked"
"""The kinds of delivery: the question to the first account, and the news to the second one."""

SLOT = Slot("my-link")


class _OneOfTheTwo:
    """Whichever of a link's two accounts presses, in any group or none; ``tx.subject`` is the link."""

    level = Level.OWNER

    async def admit(self, tx: RequestTransaction, about: ConfirmLink) -> None:
        """Check who presses.

        Raises:
            UserError: there is no such link, or it is others'.
        """
        link = await load_link(tx, about.link_id, lock=not tx.reads)
        keys = {side.account.who.key for side in (link.first, link.second)} if link is not None else set()
        if tx.request.who.key not in keys:
            raise UserError(cards.gone_card())
        tx.subject = link


class _TheirOwn:
    """Who has the account that a card names among theirs; ``tx.subject`` is that account's side."""

    level = Level.OWNER

    async def admit(self, tx: RequestTransaction, about: Unlink) -> None:
        """Check who presses.

        Raises:
            UserError: it is not (or no longer) one of theirs.
        """
        mine = await accounts_with(tx, tx.request.who)
        tx.subject = next((side for side in mine if side.account.id == about.identity_id), None)
        if tx.subject is None:
            raise UserError("There is nothing to unlink", "That account is not one of yours.")


async def _link(tx: RequestTransaction, options: Options) -> Reply:
    """Make a code for one's other account, or enter one that the other one made."""
    if "code" in options:
        return await _enter(tx, str(options["code"]))
    now = tx.request.at
    identity_id, person_id = await identity_of(tx, tx.request.who, now)
    code = await make_code(tx, tx.services.number(), Purpose.LINK, identity_id, now)
    return Private(cards.link_code_card(code, now + LASTS, await accounts_of(tx, person_id)), SLOT)


async def _ask_code(_tx: RequestTransaction, _action: AskLink) -> Reply:
    """Open the form."""
    return Ask(code_form(EnterLink()))


async def _send_code(tx: RequestTransaction, _action: EnterLink) -> Reply:
    """The form was sent."""
    return await _enter(tx, tx.request.submitted.text("code"))


async def _enter(tx: RequestTransaction, typed: str) -> Reply:
    return await enter_code(tx, Purpose.LINK, typed, _used, ask=AskLink(), enter=EnterLink(), slot=SLOT)


async def _used(tx: RequestTransaction, code: Code) -> Card | None:
    """What came of a code that there is; None where it is spent or too old."""
    now = tx.request.at
    mine, _ = await identity_of(tx, tx.request.who, now)
    before = await link_of_code(tx, code.id, mine)
    if before is not None and before.waits(now):
        return await _question(tx, before)
    if not code.fresh:
        return None
    if code.identity_id == mine:
        return cards.own_code_card()
    made = await add_link(tx, code.id, code.identity_id, mine, now)
    await use_code(tx, code, now)
    if made.first.person_id == made.second.person_id:
        await set_state(tx, made.id, LinkState.REFUSED, now)
        return cards.one_already_card()
    return await _question(tx, made)


async def _question(tx: Transaction, link: Link) -> Card:
    both = (link.first.person_id, link.second.person_id)
    return cards.confirm_card(link, await shared_groups(tx, *both), await answered_twice(tx, *both))


async def _confirm(tx: RequestTransaction, action: ConfirmLink) -> Reply:
    """One of the two says yes or no; the first one's yes, after the second one's, joins them. Once is enough."""
    link = tx.subject
    assert isinstance(link, Link)
    return Update(await _said(tx, link, sure=action.sure), SLOT)


async def _said(tx: RequestTransaction, link: Link, *, sure: bool) -> Card:
    now = tx.request.at
    if not link.waits(now):
        return cards.settled_card(link)
    if not sure:
        await set_state(tx, link.id, LinkState.REFUSED, now)
        await refresh(tx, f"link:{link.id}", (LINK,), now)
        tx.wake_after_commit()
        return cards.still_apart_card()
    if tx.request.who.key == link.second.account.who.key:
        return await _accept(tx, link)
    if link.state is not LinkState.ACCEPTED:
        return cards.gone_card()
    return await _join(tx, link)


async def _accept(tx: RequestTransaction, link: Link) -> Card:
    if link.state is LinkState.ASKED:
        await set_state(tx, link.id, LinkState.ACCEPTED, tx.request.at)
        first = link.first.account
        await to_person(tx, f"link:{link.id}", LINK, first.id, first.who, tx.request.at)
        tx.wake_after_commit()
    return cards.waiting_card(link)


async def _join(tx: RequestTransaction, link: Link) -> Card:
    now = tx.request.at
    await join_people(tx, tx.services.personal_data, link.second.person_id, link.first.person_id, now)
    await set_state(tx, link.id, LinkState.JOINED, now)
    second = link.second.account
    await to_person(tx, f"link:{link.id}", LINKED, second.id, second.who, now)
    await refresh(tx, f"link:{link.id}", (LINK,), now)
    tx.wake_after_commit()
    return cards.joined_card(link)


async def link_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The question to the first account, or what became of it."""
    link = await load_link(tx, delivery.subject_id)
    if link is None:
        return None
    if link.state is LinkState.ACCEPTED:
        return await _question(tx, link)
    return cards.settled_card(link) if delivery.ref is not None else None


async def linked_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The news to the second account."""
    link = await load_link(tx, delivery.subject_id)
    return cards.joined_card(link) if link is not None and link.state is LinkState.JOINED else None


async def _unlink(tx: RequestTransaction, _options: Options) -> Reply:
    """Ask which account leaves, and say what that means."""
    accounts = await accounts_with(tx, tx.request.who)
    if len(accounts) < 2:
        return Private(cards.only_account_card(), SLOT)
    own = next(side.account.id for side in accounts if side.account.who.key == tx.request.who.key)
    return Private(cards.ask_unlink_card(accounts, own), SLOT)


async def _press_unlink(tx: RequestTransaction, action: Unlink) -> Reply:
    """Part an account, or keep all. A second press finds it done."""
    chosen = tx.subject
    assert isinstance(chosen, Side)
    if not action.sure:
        return Update(cards.still_linked_card(), SLOT)
    parted = await take_out(tx, chosen.account, tx.request.at)
    return Update(cards.unlinked_card(chosen) if parted else cards.only_account_card(), SLOT)


COMMANDS = (
    Command(
        ("my", "link"),
        "Link another account of yours, on any platform, to be one person",
        _link,
        (Option("code", "The code from your other account"),),
        who=ANYONE,
        help="Gives a code that is valid for ten minutes. Enter it on your other account; both accounts confirm. "
        "You see first what will happen.",
        example="/my link",
        also=("connect account", "merge"),
    ),
    Command(
        ("my", "unlink"),
        "Separate one of your linked accounts from the others",
        _unlink,
        who=ANYONE,
        reads=True,
        help="The account starts again; everything up to now stays with the others. You are asked to confirm.",
        example="/my unlink",
        moved_to="my settings",
    ),
)

ROUTES = (
    Route(AskLink, _ask_code, ANYONE, reads=True, opens_form=True),
    Route(EnterLink, _send_code, ANYONE),
    Route(ConfirmLink, _confirm, _OneOfTheTwo()),
    Route(Unlink, _press_unlink, _TheirOwn()),
)
