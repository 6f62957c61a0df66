"""What the buttons of greetings, and of the question which group is meant, do."""

from bot.chat.actions import Action


class ComeBack(Action, tag="comeback"):
    """Come back in after a while: to today's question ("today"), the week's best answers ("best") or a "review"."""

    group_id: int
    to: str


class ChooseGroup(Action, tag="mygroup"):
    """Say which group one's private chat is about."""

    group_id: int
