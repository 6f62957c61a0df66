"""What is set for a place and not for the group: whose role organises there, and where reveals and quizzes go."""

from bot.chat.cards import MAX_CHOICES, Choice, Select
from bot.chat.platform import Role
from bot.features.group_settings.actions import Assign
from bot.features.group_settings.editors import Editor
from bot.membership.place_settings import _WHERE, NOBODY, ROLE, THREADS, PlaceSetting


def threads_editor(group_id: int, found: tuple[PlaceSetting, ...]) -> Editor:
    """Where reveals and group quizzes go."""
    options = (
        Choice("The platform's default", "usual"),
        Choice("In the channel", "channel", "Everyone sees them at once"),
        Choice("In the question's thread", "thread", "Keeps the channel short"),
    )
    now = {value for value, wanted in _WHERE.items() if any(f.threads is wanted for f in found)}
    chosen = frozenset(now) if len(now) == 1 else frozenset()
    return Editor(
        "**Where do reveals and group quizzes go?** The question itself is always in the channel.",
        ((Select(Assign(group_id, THREADS), options, "They go ...", chosen),),),
    )


def role_editor(group_id: int, here: PlaceSetting, roles: tuple[Role, ...]) -> Editor:
    """Whose role makes organisers in this place."""
    named = tuple(Choice(role.name[:100], role.id) for role in roles[: MAX_CHOICES - 1])
    options = (Choice("No role", NOBODY), *named)
    chosen = frozenset({here.role or NOBODY} & {o.value for o in options})
    return Editor(
        "**Which role organises?** Everyone who has it may use the organisers' commands, as may those who are named.",
        ((Select(Assign(group_id, ROLE), options, "The organisers' role", chosen),),),
    )
