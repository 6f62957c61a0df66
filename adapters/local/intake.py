"""What a page sends, read with suspicion: JSON in, a member and a Request out."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from aiohttp import web

from adapters.local.guards import MAX_BODY_BYTES, MAX_TYPED_BYTES, TOO_LONG, BadPostError
from adapters.local.room import LocalRoom, RoomMember
from bot.chat.requests import FieldValue, Invoke, Press, Request, Submit, Upload, What
from bot.chat.zones import known_zone

Json: TypeAlias = Mapping[str, Any]


async def read_json(request: web.Request, limit: int = MAX_TYPED_BYTES) -> Json:
    """The JSON object a page sent.

    Raises:
        BadPostError: it is none, or longer than ``limit`` bytes.
    """
    if (request.content_length or 0) > limit:
        raise BadPostError(TOO_LONG, 413)
    raw = await request.read()
    if len(raw) > limit:
        raise BadPostError(TOO_LONG, 413)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadPostError("This is not JSON.") from None
    if not isinstance(found, dict):
        raise BadPostError("This is not a JSON object.")
    return found


def word(found: Json, name: str, most: int = 200) -> str:
    """A short text of an object.

    Raises:
        BadPostError: it is missing, no text, or longer than ``most`` characters.
    """
    value = found.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise BadPostError(f"{name} is missing or too long.")
    return clean(value)


def number(made: str) -> int | None:
    """A number from an address, None when it is none that an id or a version could be."""
    return int(made) if made.isascii() and made.isdigit() and len(made) <= 18 else None


def clean(value: str) -> str:
    """A text without lone surrogates, which no database could keep, and with plain line ends."""
    return value.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\x00", "")


def member_of(room: LocalRoom, user: object) -> RoomMember:
    """The member a page is used as.

    Raises:
        BadPostError: there is no such member.
    """
    member = room.member(user) if isinstance(user, str) else None
    if member is None:
        raise BadPostError("There is no such member in this room.")
    return member


def check_organiser(room: LocalRoom, user: object) -> None:
    """Check that a page is used as the room's organiser.

    Raises:
        BadPostError: there is no such member, or they organise nothing.
    """
    if not member_of(room, user).organiser:
        raise BadPostError("Only the room's organiser can change who is here.", 403)


def people_of(found: Json) -> list[tuple[str, str]]:
    """(user, name) of each member that a room is to have; "" for the user of a new one.

    Raises:
        BadPostError: it is no list of these.
    """
    wanted = found.get("people")
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise BadPostError("people is missing.")
    return [(word(each, "user"), word(each, "name")) for each in wanted]


def request_of(room: LocalRoom, found: Json, what: What) -> Request:
    """The request of something a member did, without the message whose control was pressed.

    Its id is the page's, so that sending it again is the same request.

    Raises:
        BadPostError: there is no such member, or the id is no UUID.
    """
    try:
        made = str(UUID(word(found, "id")))
    except ValueError:
        raise BadPostError("id is not a UUID.") from None
    return _request(room, member_of(room, found.get("member")), made, what, found.get("zone"))


def asking(room: LocalRoom, member: RoomMember, zone: object) -> Request:
    """A request that only asks what is possible: for completion and for the list of commands."""
    return _request(room, member, "asking", Invoke("help", {}), zone)


def _request(room: LocalRoom, member: RoomMember, made: str, what: What, zone: object) -> Request:
    return Request(
        id=made,
        at=room.clock(),
        who=room.identity(member),
        place=room.place,
        what=what,
        manages=member.organiser,
        zone=known_zone(zone),
    )


def press_of(found: Json) -> Press:
    """A pressed button or list.

    Raises:
        BadPostError: it names no action.
    """
    return Press(word(found, "action"), _values(found.get("values", [])))


def submit_of(found: Json) -> Submit:
    """A sent form. A file comes as {"name", "data"} with base64.

    Raises:
        BadPostError: it names no action, a value is of no kind a form has, or there is too much of it.
    """
    fields = found.get("fields")
    if not isinstance(fields, dict) or len(fields) > 5:
        raise BadPostError("A form has one to five fields.")
    read = {str(name)[:100]: _field_value(value) for name, value in fields.items()}
    if sum(len(v.encode()) for v in read.values() if isinstance(v, str)) > MAX_TYPED_BYTES:
        raise BadPostError(TOO_LONG, 413)
    return Submit(word(found, "action"), read)


def _field_value(value: object) -> FieldValue:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return _values(value)
    if isinstance(value, dict):
        try:
            data = base64.b64decode(word(value, "data", MAX_BODY_BYTES), validate=True)
        except (binascii.Error, ValueError):
            raise BadPostError("This file arrived incomplete; please choose it again.") from None
        return Upload(word(value, "name", 255), data)
    raise BadPostError("A field has a value the room does not know.")


def _values(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or len(found) > 25:
        raise BadPostError("A list has at most 25 values.")
    if any(not isinstance(v, str) or len(v) > 100 for v in found):
        raise BadPostError("The values of a list are texts of at most 100 characters.")
    return tuple(clean(v) for v in found)
