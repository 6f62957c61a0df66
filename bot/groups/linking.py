"""Linking one's accounts: a code from one, entered on the other; both confirm; and unlinking."""

from dataclasses import dataclass
from functools import partial

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request, Submit
from bot.groups import link_cards as cards
from bot.groups.actions import AskLink, ConfirmLink, EnterLink, Unlink
from bot.groups.code_rules import LASTS
from bot.groups.codes import Purpose, find_code, identity_of, make_code, may_try, note_wrong, use_code
from bot.groups.connect_cards import WRONG, blocked_card, code_form, wrong_card
from bot.groups.joining import join_people, take_out
from bot.groups.link_store import (
    Link,
    LinkState,
    accounts_of,
    add_link,
    answered_twice,
    link_of_code,
    load_link,
    set_state,
    shared_groups,
)
from bot.groups.privacy import person_behind
from bot.groups.services import Services
from bot.outbox.deliveries import Delivery, refresh, to_person
from bot.store.transaction import Transaction

LINK, LINKED = "link", "linked"
"""The kinds of delivery: the question to the first account, and the news to the second one."""

SLOT = "my-link"


@dataclass(frozen=True, slots=True)
class _Tried:
    """What entering a code came to; ``wrong`` says that it may be typed again."""

    card: Card
    wrong: bool = False


async def link(services: Services, request: Request, options: Options) -> Reply:
    """Make a code for one's other account, or enter one that the other one made."""
    if "code" in options:
        return await _enter(services, request, str(options["code"]))

    async def work(tx: Transaction) -> Card:
        identity_id, person_id = await identity_of(tx, request.who, request.at)
        code = await make_code(tx, services.number(), Purpose.LINK, identity_id, request.at)
        return cards.link_code_card(code, request.at + LASTS, await accounts_of(tx, person_id))

    return Private(await services.database.write(work), SLOT)


async def ask_code(_services: Services, _request: Request, _action: AskLink) -> Reply:
    """Open the form."""
    return Ask(code_form(EnterLink()))


async def send_code(services: Services, request: Request, _action: EnterLink) -> Reply:
    """The form was sent."""
    assert isinstance(request.what, Submit)
    return await _enter(services, request, request.what.text("code"))


async def _enter(services: Services, request: Request, typed: str) -> Reply:
    tried = await services.database.write(partial(_try, request, typed))
    if tried.wrong and isinstance(request.what, Submit):
        return Refuse({"code": WRONG}, code_form(EnterLink(), typed))
    return Private(tried.card, SLOT)


async def _try(request: Request, typed: str, tx: Transaction) -> _Tried:
    if not await may_try(tx, request):
        return _Tried(blocked_card())
    mine, _ = await identity_of(tx, request.who, request.at)
    code = await find_code(tx, typed, Purpose.LINK, request.at)
    before = await link_of_code(tx, code.id, mine) if code is not None else None
    if before is not None and before.waits(request.at):
        return _Tried(await _question(tx, before))
    if code is None or not code.fresh:
        await note_wrong(tx, request)
        return _Tried(wrong_card(link=True), wrong=True)
    if code.identity_id == mine:
        return _Tried(cards.own_code_card())
    made = await load_link(tx, await add_link(tx, code.id, code.identity_id, mine, request.at))
    assert made is not None
    await use_code(tx, code, request.at)
    if made.first.person_id == made.second.person_id:
        await set_state(tx, made.id, LinkState.REFUSED, request.at)
        return _Tried(cards.one_already_card())
    return _Tried(await _question(tx, made))


async def _question(tx: Transaction, link: Link) -> Card:
    both = (link.first.person_id, link.second.person_id)
    return cards.confirm_card(link, await shared_groups(tx, *both), await answered_twice(tx, *both))


async def confirm(services: Services, request: Request, action: ConfirmLink) -> Reply:
    """One of the two says yes or no; the first one's yes, after the second one's, joins them. Once is enough."""

    async def work(tx: Transaction) -> Card:
        link = await load_link(tx, action.link_id, lock=True)
        sides = {side.account.who.key: side for side in (link.first, link.second)} if link else {}
        if link is None or request.who.key not in sides:
            return cards.gone_card()
        if not link.waits(request.at):
            return cards.settled_card(link)
        if not action.sure:
            await set_state(tx, link.id, LinkState.REFUSED, request.at)
            await refresh(tx, f"link:{link.id}", (LINK,), request.at)
            return cards.still_apart_card()
        if sides[request.who.key] is link.second:
            return await _accept(tx, link, request)
        if link.state is not LinkState.ACCEPTED:
            return cards.gone_card()
        return await _join(tx, services, link, request)

    card = await services.database.write(work)
    services.wake()
    return Update(card, SLOT)


async def _accept(tx: Transaction, link: Link, request: Request) -> Card:
    if link.state is LinkState.ASKED:
        await set_state(tx, link.id, LinkState.ACCEPTED, request.at)
        first = link.first.account
        await to_person(tx, f"link:{link.id}", LINK, first.id, first.who, request.at)
    return cards.waiting_card(link)


async def _join(tx: Transaction, services: Services, link: Link, request: Request) -> Card:
    await join_people(tx, services.keepers, link.second.person_id, link.first.person_id, request.at)
    await set_state(tx, link.id, LinkState.JOINED, request.at)
    second = link.second.account
    await to_person(tx, f"link:{link.id}", LINKED, second.id, second.who, request.at)
    await refresh(tx, f"link:{link.id}", (LINK,), request.at)
    return cards.joined_card(link)


async def link_delivery(tx: Transaction, delivery: Delivery) -> Card | None:
    """The question to the first account, or what became of it."""
    link = await load_link(tx, delivery.subject_id)
    if link is None:
        return None
    if link.state is LinkState.ACCEPTED:
        return await _question(tx, link)
    return cards.settled_card(link) if delivery.ref is not None else None


async def linked_delivery(tx: Transaction, delivery: Delivery) -> Card | None:
    """The news to the second account."""
    link = await load_link(tx, delivery.subject_id)
    return cards.joined_card(link) if link is not None and link.state is LinkState.JOINED else None


async def unlink(services: Services, request: Request, _options: Options) -> Reply:
    """Ask which account leaves, and say what that means."""

    async def read(tx: Transaction) -> Card:
        person_id = await person_behind(tx, request.who)
        accounts = await accounts_of(tx, person_id) if person_id is not None else ()
        if len(accounts) < 2:
            return cards.only_account_card()
        own = next(side.account.id for side in accounts if side.account.who.key == request.who.key)
        return cards.ask_unlink_card(accounts, own)

    return Private(await services.database.read(read), SLOT)


async def press_unlink(services: Services, request: Request, action: Unlink) -> Reply:
    """Part an account, or keep all. A second press finds it done."""

    async def work(tx: Transaction) -> Card:
        person_id = await person_behind(tx, request.who)
        accounts = await accounts_of(tx, person_id) if person_id is not None else ()
        if not action.sure:
            return cards.still_linked_card()
        chosen = next((side for side in accounts if side.account.id == action.identity_id), None)
        if chosen is None or not await take_out(tx, chosen.account, request.at):
            return cards.only_account_card()
        return cards.unlinked_card(chosen)

    return Update(await services.database.write(work), SLOT)


def commands(services: Services) -> tuple[Command, ...]:
    """`/my link` and `/my unlink`."""
    return (
        Command(
            ("my", "link"),
            "Join another account of yours, on any platform, into one person",
            partial(link, services),
            (Option("code", "The code that /my link gave on your other account"),),
            help="Gives a code, good for ten minutes. Enter it on your other account; both accounts confirm. "
            "What will happen is said before.",
            example="/my link",
        ),
        Command(
            ("my", "unlink"),
            "Part one of your linked accounts from the others",
            partial(unlink, services),
            help="The account begins anew; everything up to now stays with the others. You are asked once.",
            example="/my unlink",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons and the form."""
    return (
        Route(AskLink, partial(ask_code, services), opens_form=True),
        Route(EnterLink, partial(send_code, services)),
        Route(ConfirmLink, partial(confirm, services)),
        Route(Unlink, partial(press_unlink, services)),
    )
