"""What the buttons of greetings, of a closed door, and of the question which group is meant, do."""

from bot.chat.actions import Action


class OfGroup(Action):
    """Base of what is about a group, in whatever feature."""

    group_id: int


class ComeBack(OfGroup, tag="comeback"):
    """Come back in after a while: to today's question ("today"), the week's best answers ("best"), a "review" or a "quick" quiz."""

    to: str


class AskJoin(OfGroup, tag="joinask"):
    """Open the form for a code that lets one into a group."""


class EnterJoin(OfGroup, tag="joincode"):
    """The form with that code was sent."""


class ChooseGroup(OfGroup, tag="mygroup"):
    """Say which group one's private chat is about."""
