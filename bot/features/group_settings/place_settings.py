"""What is set for a place and not for the group: whose roles organise and join there, where reveals and quizzes go, whom questions notify."""

from dataclasses import replace

from bot.chat.cards import Button, Choice, Part, Plain, Role, RoleSelect, Select, Text
from bot.features.group_settings.actions import Assign
from bot.features.group_settings.connect_cards import place_name
from bot.features.group_settings.editors import Editor
from bot.features.group_settings.list_settings import BY_NAME, DOOR
from bot.membership.model import Group
from bot.membership.place_settings import (
    _WHERE,
    DOOR_ROLE,
    NO_ROLE,
    NOBODY,
    ONLINE,
    PING,
    PING_ROLE,
    ROLE,
    THREADS,
    PlaceSetting,
)


def threads_editor(group_id: int, found: tuple[PlaceSetting, ...]) -> Editor:
    """Where reveals and the questions of group quizzes go."""
    options = (
        Choice("The platform's default", "usual"),
        Choice("In the channel", "channel", "Everyone sees them at once; a group quiz is one message"),
        Choice("In a thread", "thread", "Keeps the channel short"),
    )
    now = {value for value, wanted in _WHERE.items() if any(f.threads is wanted for f in found)}
    chosen = frozenset(now) if len(now) == 1 else frozenset()
    return Editor(
        "**Where do reveals and the questions of group quizzes go?** The day's question and a quiz's lobby and result are always "
        "in the channel. By default, a quiz's questions go to its thread.",
        ((Select(Assign(group_id, THREADS), options, "They go ...", chosen),),),
    )


def role_editor(group_id: int, here: PlaceSetting) -> Editor:
    """Whose role makes organisers in this place."""
    return Editor(
        "**Which role organises?** Everyone who has it may use the organisers' commands, as may those who are named.",
        ((RoleSelect(Assign(group_id, ROLE), "The organisers' role", here.role),),),
        (Button("No role", Assign(group_id, NO_ROLE)),) if here.role else (),
    )


def ping_editor(group_id: int, here: PlaceSetting, *, roles: bool) -> Editor:
    """Whom a question notifies in this place; ``roles`` where the platform has them."""
    options = (Choice("Nobody", NOBODY, "the default"), Choice("Whoever is online (@here)", ONLINE))
    now = here.pinged or NOBODY
    chosen = frozenset({now} & {NOBODY, ONLINE})
    rows: list[tuple[Select | RoleSelect]] = [
        (Select(Assign(group_id, PING), options, "Notify ...", chosen),)
    ]
    if roles:
        role = "" if chosen else now
        rows.append((RoleSelect(Assign(group_id, PING_ROLE), "Whoever has this role", role),))
    return Editor(
        "**Whom does a new question notify here?** Nothing else that Studyhall posts notifies anybody. It works once the "
        "platform lets Studyhall mention them.",
        tuple(rows),
    )


def ping_words(found: tuple[PlaceSetting, ...]) -> Text | None:
    """Whom questions notify, where more than one place is set with each one's name; None where they notify nobody."""
    parts: list[Part] = []
    for each in found:
        if each.mention is not None:
            where = (f" in {place_name(each.place)}",) if len(found) > 1 else ()
            whom: tuple[Part, ...] = (
                ("the role ", Role(each.mention.role)) if each.mention.role else ("@here",)
            )
            parts += [*((", ",) if parts else ()), *whom, *map(Plain, where)]
    return Text(tuple(parts)) if parts else None


def door_editor(group: Group, here: PlaceSetting | None, *, by_role: bool) -> Editor:
    """Who may join: the list, and where the platform has roles theirs; ``by_role`` where one was chosen somewhere."""
    listed = BY_NAME[DOOR]
    choices = listed.select(group)
    rows: list[tuple[Select | RoleSelect]] = [(replace(choices, chosen=frozenset()) if by_role else choices,)]
    prompt = listed.asks(group)
    if here is not None:
        rows.append((RoleSelect(Assign(group.id, DOOR_ROLE), "Only those with this role", here.door_role),))
        prompt += " With a role, whoever has it joins without a code, and everyone else needs one."
    return Editor(prompt, tuple(rows))
