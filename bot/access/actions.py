"""What the buttons of greetings, of a closed door, and of the question which group is meant, do."""

from bot.chat.actions import Action


class ComeBack(Action, tag="comeback"):
    """Come back in after a while: to today's question ("today"), the week's best answers ("best"), a "review" or a "quick" quiz."""

    group_id: int
    to: str


class AskJoin(Action, tag="joinask"):
    """Open the form for a code that lets one into a group."""

    group_id: int


class EnterJoin(Action, tag="joincode"):
    """The form with that code was sent."""

    group_id: int


class ChooseGroup(Action, tag="mygroup"):
    """Say which group one's private chat is about."""

    group_id: int
