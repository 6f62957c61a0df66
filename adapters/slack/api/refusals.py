"""Slack's refusals of a message in the words of the port, each with what an organiser can do."""

from bot.chat.platform import (
    GoneError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    PlatformError,
    UnreachableError,
)

INVITE = "Studyhall is not in this channel. Type /invite @Studyhall there."

_NO_PLACE = {
    "not_in_channel": INVITE,
    "channel_not_found": "Slack can't find this channel, or it is private. Type /invite @Studyhall in it.",
    "method_not_supported_for_channel_type": INVITE,
    "is_archived": "This channel is archived. Unarchive it, or set the group up in another one.",
    "restricted_action": "A rule of this workspace keeps apps from posting here. A workspace admin can change it.",
    "restricted_action_read_only_channel": "Only some people may post in this channel. Let Studyhall post there too.",
    "restricted_action_thread_only_channel": "This channel allows only replies. Let Studyhall post there too.",
    "restricted_action_non_threadable_channel": "This channel allows no replies. Let Studyhall post replies there too.",
    "no_permission": "Studyhall is not allowed to post here. A workspace admin can install it again.",
    "team_not_found": "Studyhall is not installed in this Slack workspace. Install it to continue.",
}

_NOT_TAKEN = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_metadata_format",
        "metadata_too_large",
    }
    | {
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
    }
)
"""The message itself is at fault (chat.postMessage and chat.update, Errors)."""

_GONE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "cant_edit", "thread_not_found"}
)


def post_refusal(code: str, *, private: bool) -> PlatformError:
    """What a refused post means: in private every closed door is one person out of reach."""
    if code in _NO_PLACE or code.startswith("restricted_action"):
        said = _NO_PLACE.get(code, _NO_PLACE["restricted_action"])
        return UnreachableError(f"Slack answered {code}") if private else NoAccessError(said)
    if private and code in ("messages_tab_disabled", "cannot_dm_bot", "user_disabled", "user_not_found"):
        return UnreachableError(f"Slack answered {code}")
    return (NotTakenError if code in _NOT_TAKEN else NotSentError)(f"Slack answered {code}")


def edit_refusal(code: str) -> PlatformError:
    """What a refused edit means."""
    return GoneError(f"Slack answered {code}") if code in _GONE else post_refusal(code, private=False)
