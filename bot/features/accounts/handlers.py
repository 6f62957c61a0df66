"""What everyone decides for themselves: their name, reminders, a break, leaving."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from bot.access.greeting import welcomed
from bot.access.presence import Outside
from bot.access.who import OWN, OWN_IN_ITS_GROUP, Found, Who, here, of_group
from bot.chat.access import Level
from bot.chat.cards import Ask, Card, Day, Private, Refuse, Reply, Slot, Update, text
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.days import day_ahead, propose_days, read_day
from bot.chat.dispatch import Route, UserError
from bot.database.statements import Statement
from bot.features.accounts import cards as my_cards
from bot.features.accounts.actions import AskBreak, EndBreak, Leave, SaveBreak, SaveName
from bot.features.accounts.naming_rules import LONGEST, clean_name, name_problem
from bot.features.daily.personal.queries import unname_sealed
from bot.features.points import breaks
from bot.membership.calendar.breaks import keep_break
from bot.membership.joining import leave
from bot.membership.links import accounts_of
from bot.membership.model import Actor, Consent, Member, Naming
from bot.membership.queries import change_member, load_group, organisers_of_group
from bot.membership.tables import groups, members
from bot.services import RequestTransaction

LONGEST_BREAK = timedelta(days=366)

_LOCK = Statement(select(groups.c.id).where(groups.c.id == bindparam("group_id")).with_for_update())
_OTHERS = Statement(
    select(members.c.name, members.c.pseudonym).where(
        members.c.group_id == bindparam("group_id"),
        members.c.id != bindparam("member_id"),
        members.c.left_at.is_(None),
        members.c.canonical_id.is_(None),
    )
)


async def _name(tx: RequestTransaction, _options: Options) -> Reply:
    return Ask(my_cards.name_form(tx.actor.member))


async def _alone_in_its_group(tx: RequestTransaction, action: SaveName) -> Found:
    """The group of the form, locked: of two who choose one name at once the later one finds it taken."""
    await tx.execute(_LOCK, group_id=action.group_id)
    return await of_group(tx, action)


async def _save_name(tx: RequestTransaction, _action: SaveName) -> Reply:
    sent, own = tx.request.submitted, tx.actor.member
    naming, consent, said = sent.text("naming"), sent.text("consent"), sent.text("pseudonym")
    pseudonym = clean_name(said)
    errors = await _name_errors(tx, naming, consent, pseudonym)
    if errors:
        known_naming = naming if naming in set(Naming) else ""
        known_consent = consent if consent in set(Consent) else ""
        return Refuse(errors, my_cards.name_form(own, known_naming, said[:LONGEST], known_consent))
    await change_member(tx, own.id, naming=naming, consent=consent, pseudonym=pseudonym)
    saved = replace(own, naming=Naming(naming), consent=Consent(consent), pseudonym=pseudonym)
    return _card(my_cards.name_saved_card(saved), tx.actor)


async def _name_errors(tx: RequestTransaction, naming: str, consent: str, pseudonym: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if naming not in set(Naming):
        errors["naming"] = "Choose one of the four."
    if consent not in set(Consent):
        errors["consent"] = "Choose one of the three."
    if naming == Naming.PSEUDONYM and not pseudonym:
        errors["pseudonym"] = "Type the name you would like to go by."
    elif pseudonym and (problem := name_problem(pseudonym, await _taken(tx))):
        errors["pseudonym"] = problem
    return errors


async def _taken(tx: RequestTransaction) -> list[str]:
    others = await tx.execute(_OTHERS, group_id=tx.group.id, member_id=tx.actor.member.id)
    return [each for row in others for each in row if each]


async def _remind(tx: RequestTransaction, options: Options) -> Reply:
    on = bool(options["on"])
    await change_member(tx, tx.actor.member.id, reminders=on)
    return _card(my_cards.reminders_card(on=on), tx.actor)


async def _settings(tx: RequestTransaction, _options: Options) -> Reply:
    """Show what one has decided for oneself here."""
    member = tx.actor.member
    linked = len(await accounts_of(tx, member.person_id)) > 1
    return _card(my_cards.settings_card(member, _today(tx), linked=linked), tx.actor)


async def _take_break(tx: RequestTransaction, options: Options) -> Reply:
    """Begin a break, now or later, or end it when no date is given."""
    said, start, entry, today = options.get("until"), options.get("from"), tx.actor, _today(tx)
    if said is None and start is None:
        await _keep_break(tx, None, None)
        return _card(my_cards.back_card(entry.member, today), entry)
    first = None if start is None else _break_start(entry.member, str(start), today)
    if said is None:
        raise UserError(
            "Until when?", f"Give the day like this: `/my break until:{today + timedelta(days=14)}`."
        )
    until = _break_end(str(said), first or today, today)
    await _keep_break(tx, first, until)
    return _card(my_cards.break_card(entry.member, first, until), entry)


async def _keep_break(tx: RequestTransaction, first: date | None, until: date | None) -> None:
    """Set the break, or end it, in all groups of the one who asks."""
    for member in await keep_break(tx, tx.actor.member.person_id, first, until):
        group = tx.group if member.group_id == tx.group.id else await load_group(tx, member.group_id)
        today = await breaks.today_of(tx, group, tx.request.at)
        if until is None:
            await breaks.end_break(tx, member.id, today)
        else:
            await breaks.begin_break(tx, member.id, today, until, first)


def _today(tx: RequestTransaction) -> date:
    return tx.request.at.astimezone(tx.group.rhythm.tz).date()


def _break_start(member: Member, said: str, today: date) -> date | None:
    """The typed first day of a break, None for today."""
    first = read_day(said, today)
    if first == today:
        return None
    if member.is_away(today) and member.break_until is not None:
        raise UserError(
            "You are on a break now",
            text(
                "It lasts until ",
                Day(member.break_until),
                ". `/my break` ends it; then you can plan another.",
            ),
        )
    return day_ahead(said, today, LONGEST_BREAK)


def _break_end(said: str, first: date, today: date) -> date:
    until = read_day(said, today)
    if until <= today:
        raise UserError(
            "That day is not in the future",
            text(
                "Today is ", Day(today), ". Choose a later day; without a date, `/my break` ends your break."
            ),
        )
    if until <= first and first > today:
        raise UserError(
            "A break must end after it begins",
            text("It begins on ", Day(first), ". Choose a later day to be back."),
        )
    if until - first > LONGEST_BREAK:
        raise UserError(
            "That is too long", "A break lasts up to a year. Extend it later, or leave with `/my leave`."
        )
    return until


async def _ask_break(_tx: RequestTransaction, action: AskBreak) -> Reply:
    return Ask(my_cards.break_form(action.group_id))


async def _save_break(tx: RequestTransaction, action: SaveBreak) -> Reply:
    sent = tx.request.submitted
    said = {name: sent.text(name).strip() for name in ("until", "from")}
    try:
        return await _take_break(tx, {name: each for name, each in said.items() if each or name == "until"})
    except UserError as error:
        reason = error.args[0]
        return Refuse({"until": reason}, my_cards.break_form(action.group_id, said["until"], said["from"]))


async def _end_break(tx: RequestTransaction, _action: EndBreak) -> Reply:
    member = tx.actor.member
    await _keep_break(tx, None, None)
    return Update(my_cards.back_card(member, _today(tx), asked=False), _slot(member))


async def _to_leave_here(tx: RequestTransaction, about: object) -> Found:
    found = await here(tx, about)
    if found.member is None or found.member.left_at is not None:
        raise UserError(
            "You are not a member here", "There is nothing to leave. Pressing any button makes you a member."
        )
    return found


async def _ask_leave(tx: RequestTransaction, _options: Options) -> Reply:
    """Say what leaving means, and ask once."""
    member = tx.actor.member
    only = member.organiser and len(await organisers_of_group(tx, tx.group.id)) == 1
    card = my_cards.leave_card(member, only_organiser=only, retention_days=tx.group.retention_days)
    return Private(card, _slot(member))


async def _to_leave(tx: RequestTransaction, action: Leave) -> Found:
    """The group of the card; a second press finds it done."""
    found = await of_group(tx, action)
    if found.member is not None and found.member.left_at is not None:
        raise UserError("You have left the group", my_cards.COME_BACK)
    return found


async def _leave(tx: RequestTransaction, action: Leave) -> Reply:
    """Leave, or stay."""
    member = tx.actor.member
    if not action.sure:
        return Update(my_cards.stayed_card(), _slot(member))
    await leave(tx, member.id, tx.request.at)
    # Nobody who left can be asked again: what is still sealed keeps taking part, but never under their name.
    await unname_sealed(tx, member.id)
    return Update(my_cards.left_card(), _slot(member))


def _slot(member: Member) -> Slot:
    return Slot("my", member.group_id)


def _card(card: Card, entry: Actor) -> Reply:
    return Private(welcomed(card, entry), _slot(entry.member))


COMMANDS = (
    Command(
        ("my", "settings"),
        "Your name on boards, your reminders, your accounts",
        _settings,
        who=OWN,
        help="Each with the button that changes it. Only you see them.",
        example="/my settings",
        also=("preferences", "profile", "name", "reminders", "notifications"),
    ),
    Command(
        ("my", "name"),
        "Choose your name on boards, and how your answers are shown",
        _name,
        who=OWN,
        opens_form=True,
        help="Under your real name, a name of your choice, or not at all. You can change it any time.",
        example="/my name",
        moved_to="my settings",
    ),
    Command(
        ("my", "remind"),
        "One private reminder before answers close",
        _remind,
        (Option("on", "yes or no", OptionKind.BOOLEAN, required=True),),
        who=OWN,
        help="It comes two hours before the close, and only if you have not answered.",
        example="/my remind on:yes",
        moved_to="my settings",
    ),
    Command(
        ("my", "break"),
        "Take a break until a given day, now or later, or end it",
        _take_break,
        (
            Option(
                "until",
                "The day you are back, like 2027-01-31; leave it out to end your break",
                OptionKind.DATE,
                complete=propose_days,
            ),
            Option("from", "The day it begins, if not today", OptionKind.DATE, complete=propose_days),
        ),
        who=OWN,
        help="It holds in all your groups. You get no reminders while you are away, and nothing is overdue afterwards.",
        example="/my break until:2027-01-31",
        also=("holiday", "vacation", "away", "absence"),
    ),
    Command(
        ("my", "leave"),
        "Leave this group; you are asked to confirm",
        _ask_leave,
        who=Who(Level.MEMBER, _to_leave_here, Outside.NOTHING),
        reads=True,
        help="Answers you have given stay in their rounds, unnamed. To come back, press any button.",
        example="/my leave",
        also=("quit", "exit"),
    ),
)

ROUTES = (
    Route(SaveName, _save_name, Who(Level.PARTICIPANT, _alone_in_its_group, Outside.NOTHING)),
    Route(EndBreak, _end_break, OWN_IN_ITS_GROUP),
    Route(AskBreak, _ask_break, OWN_IN_ITS_GROUP, reads=True, opens_form=True),
    Route(SaveBreak, _save_break, OWN_IN_ITS_GROUP),
    Route(Leave, _leave, Who(Level.MEMBER, _to_leave, Outside.NOTHING)),
)
