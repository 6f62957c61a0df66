"""What the cards say that ask whether a member is to be removed, and tell what became of it."""

from bot.chat.cards import Button, Card, Plain, Style, text
from bot.features.group_settings.actions import Remove
from bot.membership.model import Member


def ask_card(member: Member, known_by: str) -> Card:
    """What removing means, what stays, and the question whether to; ``known_by`` tells two of one name apart."""
    words = (
        "- They leave the boards, get no more reminders, and organise nothing here any more.\n"
        "- Their answers stay in their rounds; those not revealed yet will appear without their name.\n"
        "- They can still export and delete their data.\n"
        "- Whoever can see the group's channel can come back by pressing a button there, unless it is by invitation only: to keep "
        "somebody out, take the channel from them first."
    )
    row = (
        Button("Remove from the group", Remove(member.group_id, member.id, sure=True), Style.DANGER),
        Button("Keep", Remove(member.group_id, member.id, sure=False)),
    )
    who = text("**", Plain(_name(member)), "**", f" ({known_by})")
    return Card("Remove this member?", (who, text(words)), (row,))


def removed_card(member: Member) -> Card:
    """They are out."""
    return Card(
        "Removed from the group",
        (text(Plain(_name(member)), " is no longer a member. What they can see is up to the channel."),),
    )


def kept_card() -> Card:
    """Nothing changed."""
    return Card("Nobody was removed", (text("Nothing was changed."),))


def _name(member: Member) -> str:
    return member.real_name or f"Member {member.id}"
