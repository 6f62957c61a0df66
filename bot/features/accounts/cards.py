"""What the cards and the form about oneself say: name, reminders, a break, leaving."""

from datetime import date

from bot.chat.cards import (
    Accent,
    Button,
    Card,
    Choice,
    Day,
    Fields,
    Form,
    OneOf,
    Part,
    Plain,
    Style,
    Text,
    TextField,
    text,
)
from bot.chat.commands import RunCommand
from bot.chat.days import day_field
from bot.features.accounts.actions import AskBreak, EndBreak, Leave, SaveBreak, SaveName
from bot.features.accounts.naming_rules import LONGEST
from bot.membership.model import Consent, Member, Naming

_NAMINGS = (
    Choice("Unnamed", Naming.UNNAMED.value, "others see “Someone”"),
    Choice("Under my real name", Naming.NAMED.value),
    Choice("Under the name I choose below", Naming.PSEUDONYM.value),
    Choice("Not at all: leave me out", Naming.OUT.value, "only you see your points"),
)
_CONSENTS = (
    Choice("Show it unnamed", Consent.UNNAMED.value),
    Choice("Show it with my name", Consent.NAMED.value),
    Choice("Keep it out of the channel", Consent.OUT.value),
)

COME_BACK = "To come back, press any button or type a command in the channel."


def name_form(member: Member, naming: str = "", pseudonym: str | None = None, consent: str = "") -> Form:
    """How others may call this member, and what a new answer starts with; what was typed goes before what is kept."""
    return Form(
        "Your name in this group",
        (
            OneOf("naming", "On boards and in digests, I appear", _NAMINGS, naming or member.naming.value),
            TextField(
                "pseudonym",
                "A name of your choice",
                value=member.pseudonym if pseudonym is None else pseudonym,
                placeholder="Only needed if you chose it above",
                required=False,
                most=LONGEST,
            ),
            OneOf(
                "consent",
                "If an answer of mine is among the best",
                _CONSENTS,
                consent or _consent(member).value,
            ),
        ),
        SaveName(member.group_id),
    )


def _consent(member: Member) -> Consent:
    return member.consent or Consent.UNNAMED


def name_saved_card(member: Member) -> Card:
    """The name is kept."""
    shown: Text = text("Boards show you as “Someone”.")
    if member.naming is Naming.OUT:
        shown = text("Boards and digests leave you out. Your points still count, and only you see them.")
    elif member.shown:
        shown = text("Boards show you as ", Plain(member.shown), ".")
    answers = {
        Consent.UNNAMED: "Your answers among the best are shown unnamed, unless you choose otherwise for one of them.",
        Consent.NAMED: "Your answers among the best are shown with your name, unless you choose otherwise for one of them.",
        Consent.OUT: "Your answers stay out of the channel, unless you choose otherwise for one of them.",
    }
    return Card("Saved", (shown, text(answers[_consent(member)])), accent=Accent.GOOD)


def reminders_card(*, on: bool) -> Card:
    """Reminders are on or off."""
    if on:
        words = "You will get one private message two hours before answers close, if you have not answered."
        return Card("Reminders are on", (text(words),), ((_reminders(on=True),),), accent=Accent.GOOD)
    return Card("Reminders are off", (text("You won't get any."),), ((_reminders(on=False),),))


def _reminders(*, on: bool) -> Button:
    return Button(
        "Turn reminders off" if on else "Turn reminders on", RunCommand("my remind", "no" if on else "yes")
    )


def settings_card(member: Member, today: date, *, linked: bool) -> Card:
    """What a member has decided for themselves in this group, each with the button that changes it."""
    shown = Plain(member.shown) if member.shown else "“Someone”"
    rows = (
        ("On boards", text("left out") if member.naming is Naming.OUT else text("as ", shown)),
        ("Your best answers", text(_SHOWN[_consent(member)])),
        ("Reminders", text("two hours before answers close" if member.reminders else "none")),
        ("Break", _break(member, today)),
    )
    row = [Button("Name", RunCommand("my name", "")), _reminders(on=member.reminders)]
    if member.has_break(today):
        label = "End my break" if member.is_away(today) else "Call off my break"
        row.append(Button(label, EndBreak(member.group_id)))
    if linked:
        row.append(Button("Separate an account", RunCommand("my unlink", "")))
    more = "`/my break` takes a break, `/my link` joins your accounts, `/my record` has your goal and your interview."
    return Card("Your settings here", (Fields(rows),), (tuple(row),), text(more))


def _break(member: Member, today: date) -> Text:
    if member.break_until is None or not member.has_break(today):
        return text("none")
    if member.break_from is None or member.is_away(today):
        return text("until ", Day(member.break_until))
    return text("from ", Day(member.break_from), " until ", Day(member.break_until))


_SHOWN = {
    Consent.UNNAMED: "shown unnamed",
    Consent.NAMED: "shown with your name",
    Consent.OUT: "kept out of the channel",
}


def break_card(member: Member, first: date | None, until: date) -> Card:
    """A break has begun, or is planned from ``first`` on."""
    since: tuple[Part, ...] = ("Until ",) if first is None else ("From ", Day(first), " until ")
    words = text(
        *since,
        Day(until),
        " you get no reminders, your streak is paused, and nothing is overdue afterwards. It holds in all your groups, and you "
        "can join in sooner any time.",
    )
    title, label = (
        ("Enjoy your break", "End the break") if first is None else ("Your break is planned", "Call it off")
    )
    return Card(title, (words,), ((Button(label, EndBreak(member.group_id)),),))


def back_card(member: Member, today: date, *, asked: bool = True) -> Card:
    """A break has ended or is called off, or there was none; ``member`` is as before. ``asked``: whoever came may have had none."""
    if member.has_break(today) and not member.is_away(today):
        return Card("Your break is called off", (text("Reminders and your streak go on."),))
    if member.is_away(today) or not asked:
        return Card("Welcome back", (text("Nothing is overdue. `/question today` shows what is open."),))
    words = text("While you are away you get no reminders, and nothing is overdue afterwards.")
    return Card("You are not on a break", (words,), ((Button("Take a break", AskBreak(member.group_id)),),))


def break_form(group_id: int, until: str = "", first: str = "") -> Form:
    """Asks for the days of a break; what was typed before stands in it."""
    begins = "The day it begins, if not today"
    fields = (
        day_field("until", "The day you are back", until),
        day_field("from", begins, first, required=False),
    )
    return Form("Take a break", fields, SaveBreak(group_id), intro=text("It holds in all your groups."))


def leave_card(member: Member, *, only_organiser: bool, retention_days: int | None = None) -> Card:
    """What leaving means, what stays, and the question whether to."""
    kept = "`/my delete` removes your words."
    if retention_days is not None:
        kept = f"This group deletes your words {retention_days} days after you leave; `/my delete` does so at once."
    lines = [
        "- You leave the boards and get no more reminders.",
        f"- Answers you have given stay in their rounds; those not revealed yet will appear without your name. {kept}",
        "- Your votes and lines to authors stay with the people they helped, and your points stay yours.",
        "- Come back any time: press any button or type a command here, and your record will be as it was.",
    ]
    if only_organiser:
        lines.append(
            "- You are the only organiser. It is best to name another first, with `/group settings`."
        )
    row = (
        Button("Leave the group", Leave(member.group_id, sure=True), Style.DANGER),
        Button("Stay", Leave(member.group_id, sure=False)),
    )
    return Card("Leave this group?", (text("\n".join(lines)),), (row,))


def left_card() -> Card:
    """Gone."""
    return Card("You have left the group", (text(f"Thank you for studying with the group. {COME_BACK}"),))


def stayed_card() -> Card:
    """Nothing changed."""
    return Card(
        "You are still in the group", (text("Nothing was changed. `/question today` shows what is open."),)
    )
