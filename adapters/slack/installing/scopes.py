"""What the app asks a workspace for: each permission with the reason for it, and no other."""

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "commands": "the /study command",
    "chat:write": "questions, reveals and private answers",
    "channels:join": "entering a public channel in which a group is set up or connected",
    "channels:read": "who made a channel, and whether the bot may post there",
    "groups:read": "the same in private channels it was invited to",
    "channels:history": "finding its own message again when a connection broke",
    "groups:history": "the same in private channels it was invited to",
    "im:history": "the same in its direct messages, and deleting them when somebody deletes their data",
    "im:write": "reminders, pictures and files for one person",
    "users:read": "display names, time zones, and who manages the workspace",
    "files:read": "reading a file that was sent with a form",
    "files:write": "pictures of boards, and files to download",
}
