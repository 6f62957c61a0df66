"""What the buttons of greetings, and of the question which group is meant, do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ComeBack(Action):
    """Come back in after a while: to today's question ("today"), the week's best answers ("best") or a "review"."""

    tag: ClassVar[str] = "comeback"
    group_id: int
    to: str


@dataclass(frozen=True, slots=True)
class ChooseGroup(Action):
    """Say which group one's private chat is about."""

    tag: ClassVar[str] = "mygroup"
    group_id: int
