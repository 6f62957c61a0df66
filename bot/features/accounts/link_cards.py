"""What the cards about linking one's accounts say; what will happen is said before it does."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.cards import Accent, Button, Card, Moment, Plain, Style, text
from bot.chat.words import counted, enumerated
from bot.features.accounts.actions import AskLink, ConfirmLink, Unlink
from bot.membership.links import Link, LinkState, Side

_WHAT_HAPPENS = (
    "- You are one person everywhere: one place on the board, one streak, one review schedule. Points, days and quizzes add up.\n"
    "- In rounds that are not revealed yet, your later answer counts and the earlier one is dropped with the votes on it, unless one "
    "was final: locked, passed or taken out. What the two said about each other's answers does not count.\n"
    "- Revealed rounds stay as they are.\n"
    "- Settings and names are those of the first account; an interview date and reminders from either are kept."
)


def link_code_card(code: str, until: datetime, accounts: Sequence[Side]) -> Card:
    """A fresh code for one's other account."""
    steps = (
        f"- On your other account, type `/my link code:{code}`, in any group's channel or privately.\n"
        "- Confirm there, and then here: this account gets a private message."
    )
    known = (
        (text("Already linked: ", *enumerated(each.name for each in accounts), "."),)
        if len(accounts) > 1
        else ()
    )
    row = (Button("Enter a code from my other account", AskLink()),)
    return Card(
        "Link another account of yours",
        (text(f"**Code: `{code}`**"), text(steps), text("**What will happen**\n\n" + _WHAT_HAPPENS), *known),
        (row,),
        footer=text("For one account, until ", Moment(until, style="time"), ". Show it to no one else."),
    )


def confirm_card(link: Link, shared: Sequence[str], twice: int) -> Card:
    """Both accounts are asked with the same words."""
    where = "The two accounts share no group."
    if shared:
        where = f"The two accounts share {counted(len(shared), 'group')}"
        where += f", and both have an answer in {counted(twice, 'running round')}." if twice else "."
    row = (
        Button("Join the accounts", ConfirmLink(link.id, sure=True), Style.PRIMARY),
        Button("Keep them separate", ConfirmLink(link.id, sure=False)),
    )
    return Card(
        "Are both of these you?",
        (
            text(
                "**",
                Plain(link.first.name),
                "** and **",
                Plain(link.second.name),
                "** will become one person. ",
                where,
            ),
            text("**What will happen**\n\n" + _WHAT_HAPPENS),
            text(
                "If you did not ask for this, press “Keep them separate”: somebody may want to take your place."
            ),
        ),
        (row,),
        footer=text("`/my settings` separates an account again; what was joined stays with the others."),
    )


def waiting_card(link: Link) -> Card:
    """The second account said yes; the first one is asked."""
    return Card(
        "Now the other account",
        (
            text(
                "A private message asks **",
                Plain(link.first.name),
                "** to confirm too. If it can't be sent, it comes with the next private reply there.",
            ),
        ),
        footer=text("It can be confirmed until ", Moment(link.until, style="daytime"), "."),
    )


def joined_card(link: Link) -> Card:
    """The two are one."""
    return Card(
        "You are one person now",
        (
            text("**", Plain(link.first.name), "** and **", Plain(link.second.name), "** share one record."),
            text("`/my record` shows it; `/my settings` separates an account again."),
        ),
        accent=Accent.GOOD,
    )


def settled_card(link: Link) -> Card:
    """What became of a link that waits no longer."""
    if link.state is LinkState.JOINED:
        return joined_card(link)
    return still_apart_card()


def still_apart_card() -> Card:
    """Somebody said no, or nobody said yes in time."""
    return Card("Nothing was joined", (text("The two accounts stay separate. `/my link` starts again."),))


def gone_card() -> Card:
    """No such link, or not one's own."""
    return Card(
        "Nothing to confirm here",
        (text("The request was for other accounts, or has expired. `/my link` makes a new one."),),
        accent=Accent.BAD,
    )


def one_already_card() -> Card:
    """Both accounts are the same person's."""
    return Card("They are already linked", (text("Both accounts are yours and share one record."),))


def own_code_card() -> Card:
    """The code was entered where it was made."""
    words = "This code is for your *other* account: enter it there with `/my link`. It is still valid."
    return Card("That is this account's own code", (text(words),))


def only_account_card() -> Card:
    """Nothing to part."""
    words = "This is your only account here. `/my link` links another one of yours."
    return Card("There is nothing to unlink", (text(words),))


MOST_LISTED = 4


def ask_unlink_card(accounts: Sequence[Side], own: int) -> Card:
    """Which account leaves, and what that means."""
    words = (
        "- The account starts again: no points, no streak, no answers, and the usual settings.\n"
        "- Everything up to now stays with your other accounts, under its current name.\n"
        "- What was joined stays joined."
    )
    order = sorted(accounts, key=lambda side: side.account.id != own)[:MOST_LISTED]
    buttons = [
        Button(
            ("Unlink this account" if side.account.id == own else f"Unlink {side.name}")[:80],
            Unlink(side.account.id, sure=True),
            Style.DANGER,
        )
        for side in order
    ]
    row = (*buttons, Button("Keep all linked", Unlink(own, sure=False)))
    named = text("Your accounts: ", *enumerated(each.name for each in accounts), ".")
    return Card("Unlink which account?", (named, text(words)), (row,))


def unlinked_card(side: Side) -> Card:
    """It is apart."""
    return Card(
        "Unlinked",
        (
            text(
                "**",
                Plain(side.name),
                "** starts again the next time you use it. Everything else stayed where it was.",
            ),
        ),
    )


def still_linked_card() -> Card:
    """Nothing changed."""
    return Card("Nothing was changed", (text("Your accounts share one record, as before."),))
