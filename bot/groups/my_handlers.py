"""What everyone decides for themselves: their name, reminders, a break, leaving."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import and_, select, update

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit
from bot.groups import breaks, my_cards
from bot.groups.actions import EndBreak, Leave, SaveName
from bot.groups.entry import enter, group_of, known_group, welcomed
from bot.groups.model import Consent, Entry, Member, Naming
from bot.groups.naming_rules import LONGEST, clean_name, name_problem
from bot.groups.services import Services
from bot.groups.store import change_member, find_member, load_member, members_of_group, organisers_of_group
from bot.store.tables import answers, rounds
from bot.store.transaction import Transaction

LONGEST_BREAK = timedelta(days=366)


async def name(services: Services, request: Request, _options: Options) -> Reply:
    """Open the form about one's name."""
    entry = await services.database.write(partial(enter, request=request))
    return Ask(my_cards.name_form(entry.member))


async def save_name(services: Services, request: Request, action: SaveName) -> Reply:
    """Keep what the form says, or send it back with what is wrong."""
    assert isinstance(request.what, Submit)
    sent = request.what
    naming, consent, said = sent.text("naming"), sent.text("consent"), sent.text("pseudonym")
    pseudonym = clean_name(said)

    async def work(tx: Transaction) -> tuple[Entry, dict[str, str]]:
        await known_group(tx, action.group_id, lock=True)
        entry = await enter(tx, request, action.group_id)
        errors = _name_errors(
            entry.member, naming, consent, pseudonym, await members_of_group(tx, action.group_id)
        )
        if not errors:
            await change_member(tx, entry.member.id, naming=naming, consent=consent, pseudonym=pseudonym)
        return entry, errors

    entry, errors = await services.database.write(work)
    if errors:
        known_naming = naming if naming in set(Naming) else ""
        known_consent = consent if consent in set(Consent) else ""
        form = my_cards.name_form(entry.member, known_naming, said[:LONGEST], known_consent)
        return Refuse(errors, form)
    saved = await services.database.read(partial(load_member, member_id=entry.member.id))
    return Private(welcomed(my_cards.name_saved_card(saved), entry), _slot(saved))


def _name_errors(
    own: Member, naming: str, consent: str, pseudonym: str, group: tuple[Member, ...]
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if naming not in set(Naming):
        errors["naming"] = "Choose one of the four."
    if consent not in set(Consent):
        errors["consent"] = "Choose one of the three."
    if naming == Naming.PSEUDONYM and not pseudonym:
        errors["pseudonym"] = "Type the name you would like to go by."
    elif pseudonym:
        taken = [each for m in group if m.id != own.id for each in (m.name, m.pseudonym) if each]
        if problem := name_problem(pseudonym, taken):
            errors["pseudonym"] = problem
    return errors


async def remind(services: Services, request: Request, options: Options) -> Reply:
    """Turn reminders on or off."""
    on = bool(options["on"])

    async def work(tx: Transaction) -> Entry:
        entry = await enter(tx, request)
        await change_member(tx, entry.member.id, reminders=on)
        return entry

    entry = await services.database.write(work)
    return _card(my_cards.reminders_card(on=on), entry)


async def take_break(services: Services, request: Request, options: Options) -> Reply:
    """Begin a break, or end it when no date is given."""
    said = options.get("until")

    async def work(tx: Transaction) -> tuple[Entry, date | None]:
        entry = await enter(tx, request)
        until = None
        if said is not None:
            until = _break_end(str(said), _today(entry, request))
        await _keep_break(tx, entry, request, until)
        return entry, until

    entry, until = await services.database.write(work)
    if until is not None:
        return _card(my_cards.break_card(entry.member, until), entry)
    return _card(my_cards.back_card(was_away=_is_away(entry, request), today=_today(entry, request)), entry)


async def _keep_break(tx: Transaction, entry: Entry, request: Request, until: date | None) -> None:
    await change_member(tx, entry.member.id, break_until=until)
    today = await breaks.today_of(tx, entry.group, request.at)
    if until is None:
        await breaks.end_break(tx, entry.member.id, today)
    else:
        await breaks.begin_break(tx, entry.member.id, today, until)


def _today(entry: Entry, request: Request) -> date:
    return request.at.astimezone(entry.group.rhythm.tz).date()


def _break_end(said: str, today: date) -> date:
    try:
        until = date.fromisoformat(said)
    except ValueError:
        raise UserError(
            "Until when?", f"Give the day like this: `/my break until:{today + timedelta(days=14)}`."
        ) from None
    if until <= today:
        raise UserError(
            "That day is not ahead of us",
            f"Today is {my_cards.day_words(today)}. Choose a later day; without a date, `/my break` ends your break.",
        )
    if until - today > LONGEST_BREAK:
        raise UserError(
            "That is a long time", "A break lasts up to a year. You can lengthen it later, or `/my leave`."
        )
    return until


def _is_away(entry: Entry, request: Request) -> bool:
    until = entry.member.break_until
    return until is not None and until > request.at.astimezone(entry.group.rhythm.tz).date()


async def end_break(services: Services, request: Request, action: EndBreak) -> Reply:
    """Come back now."""

    async def work(tx: Transaction) -> Entry:
        await known_group(tx, action.group_id)
        entry = await enter(tx, request, action.group_id)
        await _keep_break(tx, entry, request, None)
        return entry

    entry = await services.database.write(work)
    return Update(my_cards.back_card(was_away=True, today=_today(entry, request)), _slot(entry.member))


async def ask_leave(services: Services, request: Request, _options: Options) -> Reply:
    """Say what leaving means, and ask once."""

    async def read(tx: Transaction) -> tuple[Member | None, bool, int | None]:
        group = await group_of(tx, request)
        member = await find_member(tx, group.id, request.who)
        organisers = await organisers_of_group(tx, group.id)
        only = member is not None and [o.id for o in organisers] == [member.id]
        return member, only, group.retention_days

    member, only_organiser, days = await services.database.read(read)
    if member is None or member.left_at is not None:
        raise UserError(
            "You are not a member here", "There is nothing to leave. Any button you press makes you one."
        )
    card = my_cards.leave_card(member, only_organiser=only_organiser, retention_days=days)
    return Private(card, _slot(member))


async def leave(services: Services, request: Request, action: Leave) -> Reply:
    """Leave, or stay. A second press finds it done."""

    async def work(tx: Transaction) -> Member | None:
        await known_group(tx, action.group_id)
        member = await find_member(tx, action.group_id, request.who)
        if member is None or member.left_at is not None or not action.sure:
            return member
        await change_member(
            tx, member.id, left_at=request.at, organiser=False, reminders=False, break_until=None
        )
        await _unname_sealed(tx, member.id)
        return await load_member(tx, member.id)

    member = await services.database.write(work)
    gone = member is None or member.left_at is not None
    card = my_cards.left_card() if gone else my_cards.stayed_card()
    return Update(card, _slot(member) if member else "")


async def _unname_sealed(tx: Transaction, member_id: int) -> None:
    # Nobody who left can be asked again: what is still sealed keeps taking part, but never under their name.
    running = select(rounds.c.id).where(rounds.c.state.in_(("open", "voting")))
    mine = and_(answers.c.member_id == member_id, answers.c.consent == Consent.NAMED.value)
    await tx.execute(
        update(answers).where(mine, answers.c.round_id.in_(running)).values(consent=Consent.UNNAMED.value)
    )


def _slot(member: Member) -> str:
    return f"my:{member.group_id}"


def _card(card: Card, entry: Entry) -> Reply:
    return Private(welcomed(card, entry), _slot(entry.member))


def commands(services: Services) -> tuple[Command, ...]:
    """`/my name`, `/my remind`, `/my break` and `/my leave`."""
    return (
        Command(
            ("my", "name"),
            "Choose how boards call you, and how your answers are shown",
            partial(name, services),
            opens_form=True,
            help="By your real name, by one of your choice, or not at all. You can change it any time.",
            example="/my name",
        ),
        Command(
            ("my", "remind"),
            "One private reminder before answers close",
            partial(remind, services),
            (Option("on", "yes or no", OptionKind.BOOLEAN, required=True),),
            help="It comes two hours before the close, and only if you have not answered.",
            example="/my remind on:yes",
        ),
        Command(
            ("my", "break"),
            "Take a break until a day, or end it",
            partial(take_break, services),
            (
                Option(
                    "until",
                    "The day you are back, like 2027-01-31; leave it out to end your break",
                    OptionKind.DATE,
                ),
            ),
            help="No reminders come while you are away, and nothing is overdue afterwards.",
            example="/my break until:2027-01-31",
        ),
        Command(
            ("my", "leave"),
            "Leave this group; you are asked once",
            partial(ask_leave, services),
            help="Answers you have given stay in their rounds, unnamed. Coming back is one press of any button.",
            example="/my leave",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The form about one's name, and the buttons of a break and of leaving."""
    return (
        Route(SaveName, partial(save_name, services)),
        Route(EndBreak, partial(end_break, services)),
        Route(Leave, partial(leave, services)),
    )
