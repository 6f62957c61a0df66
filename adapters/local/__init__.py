"""The local room: a chat in the browser, with no token and no other server."""

from adapters.local.room import LocalRoom, RoomMember
from adapters.local.server import RunningRoom, build_app, serve

__all__ = ["LocalRoom", "RoomMember", "RunningRoom", "build_app", "serve"]
