"""Who is in the room: its organiser adds, renames and removes members, which is remembered."""

import json
import re
import unicodedata
from collections.abc import Sequence

from adapters.local.guards import BadPostError
from adapters.local.room import RoomMember

FACT = "room members"
"""The name under which they are remembered."""

MOST_MEMBERS = 20
MOST_NAME = 40
"""Characters of a name."""


class PeopleError(BadPostError):
    """The members can't be these; it says why, in a sentence for the page."""


def changed(members: Sequence[RoomMember], wanted: Sequence[tuple[str, str]]) -> tuple[RoomMember, ...]:
    """The members as they are wanted: (user, name) in order, "" for the user of a new one.

    A new member's user id follows from the name. So somebody who was removed comes back by the same name, with what they did.

    Raises:
        PeopleError: too many, a name that is missing, too long or taken, or the organiser is left out.
    """
    known = {m.user: m for m in members}
    if len(wanted) > MOST_MEMBERS:
        raise PeopleError(f"A room has at most {MOST_MEMBERS} members.")
    found: list[RoomMember] = []
    taken = {*known}
    for user, typed in wanted:
        name = " ".join(typed.split())
        if not name:
            raise PeopleError("Each member needs a name.")
        if len(name) > MOST_NAME:
            raise PeopleError(f"A name has at most {MOST_NAME} characters.")
        if name.casefold() in {m.name.casefold() for m in found}:
            raise PeopleError(f"There are two members called {name}.")
        if user and (user not in known or user in {m.user for m in found}):
            raise PeopleError("The list has changed meanwhile. Open it again.")
        before = known.get(user)
        if before is None:
            user = _user_of(name, taken)
            taken.add(user)
        found.append(
            RoomMember(
                user, name, before is not None and before.organiser, before is not None and before.sample
            )
        )
    if not {m.user for m in members if m.organiser} <= {m.user for m in found}:
        raise PeopleError("The room's organiser stays.")
    return tuple(found)


def _user_of(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "member"
    return next(
        each
        for n in range(1, MOST_MEMBERS * 2 + 2)
        if (each := slug if n == 1 else f"{slug}-{n}") not in taken
    )


def to_text(members: Sequence[RoomMember]) -> str:
    """Members as they are remembered."""
    return json.dumps([[m.user, m.name, m.organiser, m.sample] for m in members])


def from_text(kept: str) -> tuple[RoomMember, ...]:
    """Members as they were remembered."""
    return tuple(RoomMember(*each) for each in json.loads(kept))
