"""Who may use a command, a button or a form: each declares it, and what declares nothing nobody may use."""

from enum import StrEnum
from typing import Any, Protocol


class Level(StrEnum):
    """How close somebody must be to a group.

    ANYONE: whoever finds it. PARTICIPANT: a present member, or who acts in one of the group's places, which makes a
    member. MEMBER: a present member. OWNER: the present member whom the card belongs to. ORGANISER: who organises the
    group, or manages one of its places.
    """

    ANYONE = "anyone"
    PARTICIPANT = "participant"
    MEMBER = "member"
    OWNER = "owner"
    ORGANISER = "organiser"


class Who(Protocol):
    """A declaration: the level, and how the group in question is found."""

    @property
    def level(self) -> Level:
        """How close somebody must be."""
        ...

    async def admit(self, tx: Any, about: Any) -> None:  # noqa: ANN401  (the core's transaction; an action or options)
        """Check it, in the transaction of what was asked.

        Raises:
            UserError: they may not.
        """
        ...
