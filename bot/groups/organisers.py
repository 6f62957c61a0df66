"""Who organises: the list to choose from, and the choice."""

from bot.groups.model import Group, Member
from bot.groups.rules import WrongChoiceError
from bot.groups.store import change_member, members_of_group
from bot.store.transaction import Transaction

LISTED = 25
"""The longest list a platform shows."""


async def name_organisers(tx: Transaction, group: Group, values: tuple[str, ...]) -> None:
    """Make exactly the chosen ones, of those on the list, organisers. ``values`` are member ids.

    Raises:
        WrongChoiceError: none was chosen, or one who is not on the list.
    """
    listed = {str(m.id): m for m in candidates(await members_of_group(tx, group.id))}
    if not values or not set(values) <= set(listed):
        raise WrongChoiceError("organisers")
    for key, member in listed.items():
        if member.organiser != (key in values):
            await change_member(tx, member.id, organiser=key in values)


def candidates(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Who may be named an organiser: organisers first, then those seen last, at most 25; nobody made up or barred."""
    real = [m for m in members if not m.sample and m.barred_at is None]
    return tuple(sorted(real, key=lambda m: (not m.organiser, -m.seen_at.timestamp(), m.id))[:LISTED])
