"""The local room: a chat in the browser, with no token and no other server."""

from adapters.local.room import LocalRoom, RoomMember
from adapters.local.server import build_app, serve

__all__ = ["LocalRoom", "RoomMember", "build_app", "serve"]
