"""What Slack's errors mean, in one table, and in the words of the port, each with what an organiser can do."""

from enum import Enum, auto

from bot.chat.platform import (
    GoneError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    PlatformError,
    UnreachableError,
)


class Means(Enum):
    """What an error of Slack's says, as far as it makes a difference here."""

    SLOW_DOWN = auto()
    IN_DOUBT = auto()
    """Parts may have been carried out all the same."""
    TOKEN_DEAD = auto()
    WORKSPACE_CLOSED = auto()
    PLACE_CLOSED = auto()
    PERSON_UNKNOWN = auto()
    """None of the workspace's people."""
    PERSON_CLOSED = auto()
    MESSAGE_GONE = auto()
    """What is to be changed, or replied to, is gone or takes no such thing any more."""
    BLOCKS_REFUSED = auto()
    """The message's blocks or the files that they name are at fault: without pictures it may be taken."""
    NOT_TAKEN = auto()
    """The message itself is at fault."""
    OTHER = auto()


NOT_INSTALLED = "Studyhall is not installed in this Slack workspace. Install it to continue."
INVITE = "Studyhall is not in this channel. Type /invite @Studyhall there."
_SCOPE = "Studyhall is missing a permission in this Slack workspace. Install it again to grant what it needs."
_RULE = "A rule of this workspace keeps apps from posting here. A workspace admin can change it."
_NOT_ALLOWED = "Studyhall is not allowed to post here. A workspace admin can install it again."
_NOT_FOUND = "Slack can't find this channel, or it is private. Type /invite @Studyhall in it."
_ARCHIVED = "This channel is archived. Unarchive it, or set the group up in another one."
_READ_ONLY = "Only some people may post in this channel. Let Studyhall post there too."
_REPLIES_ONLY = "This channel allows only replies. Let Studyhall post there too."
_NO_REPLIES = "This channel allows no replies. Let Studyhall post replies there too."

_METHODS = "https://docs.slack.dev/reference/methods/"
_ANY = f"{_METHODS}auth.test"
_POST = f"{_METHODS}chat.postMessage"
_UPDATE = f"{_METHODS}chat.update"
_OPEN = f"{_METHODS}conversations.open"
_READ = f"{_METHODS}conversations.replies"
_SEEN = "https://github.com/HubSpot/slack-client/pull/90"
"""Slack's own words to somebody who met it: it stands on none of its pages."""
_NO_PAGE = "on none of the pages of the methods used here"
"""Read by its words, should it ever come."""

_TABLE = (
    (Means.SLOW_DOWN, "", _ANY, "ratelimited"),
    (Means.SLOW_DOWN, "", _POST, "rate_limited"),
    (Means.IN_DOUBT, "", _ANY, "fatal_error internal_error request_timeout service_unavailable"),
    (
        Means.TOKEN_DEAD,
        NOT_INSTALLED,
        _ANY,
        "invalid_auth not_authed account_inactive token_revoked token_expired",
    ),
    (
        Means.WORKSPACE_CLOSED,
        NOT_INSTALLED,
        _ANY,
        "org_login_required team_access_not_granted access_denied two_factor_setup_required",
    ),
    (Means.WORKSPACE_CLOSED, _SCOPE, _ANY, "missing_scope"),
    (Means.PLACE_CLOSED, NOT_INSTALLED, _POST, "team_not_found"),
    (Means.PLACE_CLOSED, _NOT_ALLOWED, _POST, "no_permission"),
    (Means.PLACE_CLOSED, INVITE, _POST, "not_in_channel"),
    (Means.PLACE_CLOSED, INVITE, _OPEN, "method_not_supported_for_channel_type"),
    (Means.PLACE_CLOSED, _NOT_FOUND, _POST, "channel_not_found"),
    (Means.PLACE_CLOSED, _ARCHIVED, _POST, "is_archived"),
    (Means.PLACE_CLOSED, _ARCHIVED, _UPDATE, "is_inactive"),
    (Means.PLACE_CLOSED, _RULE, _ANY, "ekm_access_denied"),
    (Means.PLACE_CLOSED, _RULE, _POST, "restricted_action"),
    (Means.PLACE_CLOSED, _READ_ONLY, _POST, "restricted_action_read_only_channel"),
    (Means.PLACE_CLOSED, _REPLIES_ONLY, _POST, "restricted_action_thread_only_channel"),
    (Means.PLACE_CLOSED, _NO_REPLIES, _POST, "restricted_action_non_threadable_channel"),
    (Means.PERSON_UNKNOWN, "", _OPEN, "user_not_found user_not_visible"),
    (Means.PERSON_UNKNOWN, "", _NO_PAGE, "users_not_found"),
    (Means.PERSON_CLOSED, "", _OPEN, "user_disabled invalid_user_combination"),
    (Means.PERSON_CLOSED, "", _SEEN, "cannot_dm_bot"),
    (Means.PERSON_CLOSED, "", _NO_PAGE, "not_allowed user_is_restricted"),
    (Means.PERSON_CLOSED, "", _POST, "messages_tab_disabled"),
    (Means.MESSAGE_GONE, "", _UPDATE, "message_not_found cant_update_message edit_window_closed"),
    (Means.MESSAGE_GONE, "", _NO_PAGE, "cant_edit invalid_thread_ts"),
    (Means.MESSAGE_GONE, "", _READ, "thread_not_found"),
    (Means.MESSAGE_GONE, "", _POST, "cannot_reply_to_message restricted_action_thread_locked"),
    (Means.BLOCKS_REFUSED, "", _POST, "invalid_blocks invalid_blocks_format"),
    (Means.BLOCKS_REFUSED, "", _NO_PAGE, "slack_file_not_found"),
    (Means.BLOCKS_REFUSED, "", _UPDATE, "file_not_found"),
    (Means.NOT_TAKEN, "", _POST, "invalid_arguments invalid_metadata_format metadata_too_large no_text"),
    (
        Means.NOT_TAKEN,
        "",
        _POST,
        "msg_blocks_too_long too_many_attachments attachment_payload_limit_exceeded",
    ),
    (Means.NOT_TAKEN, "", _UPDATE, "msg_too_long"),
)
"""What codes mean, the sentence for an organiser where a place is closed, and the method's page that names them, if one does."""

MEANINGS = {code: (means, said) for means, said, _, codes in _TABLE for code in codes.split()}

_OUT_OF_REACH = frozenset({Means.PLACE_CLOSED, Means.PERSON_UNKNOWN, Means.PERSON_CLOSED})
_AT_FAULT = frozenset({Means.BLOCKS_REFUSED, Means.NOT_TAKEN})


def meaning(code: str) -> Means:
    """What a code of Slack's means."""
    return _looked_up(code)[0]


def sentence(code: str) -> str:
    """What an organiser is told of a closed place; "" for what is none."""
    return _looked_up(code)[1]


def _looked_up(code: str) -> tuple[Means, str]:
    rules = MEANINGS["restricted_action"] if code.startswith("restricted_action") else (Means.OTHER, "")
    return MEANINGS.get(code, rules)


def refusal(code: str, *, private: bool = False, edit: bool = False) -> PlatformError:
    """What a refused post or ``edit`` means: in private every closed door is one person out of reach."""
    means, answered = meaning(code), f"Slack answered {code}"
    if edit and means is Means.MESSAGE_GONE:
        return GoneError(answered)
    if private and means in _OUT_OF_REACH:
        return UnreachableError(answered)
    if means is Means.PLACE_CLOSED:
        return NoAccessError(sentence(code))
    return (NotTakenError if means in _AT_FAULT else NotSentError)(answered)
