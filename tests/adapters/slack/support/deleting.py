"""What Slack lets a bot delete: its own messages and its own files, each once.

By docs.slack.dev/reference/methods/chat.delete ("only messages posted by that bot") and files.delete.
"""

from tests.adapters.slack.support.refusing import Json, Refused
from tests.adapters.slack.support.world import BOT, Token, World


def message(world: World, token: Token, given: Json) -> Json:
    """chat.delete."""
    found = world.message(token.team, str(given["channel"]), str(given["ts"]))
    if found.by != BOT:
        raise Refused("cant_delete_message")
    found.deleted = True
    return {"channel": found.channel, "ts": found.ts}


def file(world: World, token: Token, given: Json) -> Json:
    """files.delete. The messages that showed it stay, with a tombstone in its place."""
    found = world.files.get(str(given["file"]))
    if found is None or found.team != token.team:
        raise Refused("file_not_found")
    if found.by != BOT:
        raise Refused("cant_delete_file")
    if found.mode == "tombstone":
        raise Refused("file_deleted")
    found.mode, found.data = "tombstone", b""
    return {}
