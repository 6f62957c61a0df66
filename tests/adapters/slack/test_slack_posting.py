"""Threads, pictures and files on Slack, in channels and for one person."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.api.refusals import MEANINGS
from adapters.slack.inbound import Origin
from adapters.slack.posting import OVERLAP
from bot.chat.cards import Card, File, Mention, Picture, Private, Slot, Table, Update, Verbatim, text
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    PlatformError,
    RateLimitedError,
    Threads,
    UnreachableError,
)
from bot.chat.requests import Identity, Invoke, Place, Request
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Fault, Said

HERE = Place("slack", TEAM, "C0STUDY", "study")
ADA = Identity("slack", TEAM, "U0ADA", "Ada")
BOARD = Card(
    "The board",
    (
        Picture("board.png", b"png bytes", "Ada leads with 12 points"),
        Table(("Name", "Points"), (("Ada", "12"),)),
    ),
)
EXPORT = Card("Your data", (text("Everything in one file."), File("data.json", b"{}", "application/json")))


def kinds(message: Said) -> list[str]:
    return [block["type"] for block in message.blocks]


def asking(slack: SlackDriver) -> Request:
    return Request("r1", slack.world.now, ADA, HERE, Invoke("my export", {}))


def origin(slack: SlackDriver, message: str = "") -> Origin:
    path = slack.world.answer_path(TEAM, "U0ADA", "C0STUDY")
    url = slack.fake.url.rstrip("/") + path
    return Origin(TEAM, "U0ADA", "C0STUDY", "study", response_url=url, message=message)


async def test_a_place_with_a_thread_is_the_thread_of_that_message(slack: SlackDriver) -> None:
    platform = slack.slack.platform
    assert platform.threads is Threads.PREFERRED
    root = await platform.post(HERE, Card("Root"), "k1")
    inside = Place("slack", TEAM, "C0STUDY", "study", root.message)
    ref = await platform.post(inside, Card("Inside"), "k2")
    assert [m.thread for m in slack.world.in_channel(TEAM)] == [None, root.message], (
        "the channel reads it too"
    )
    since = slack.world.now - timedelta(minutes=1)
    assert await platform.find(inside, "k2", since) == ref
    assert await platform.find(HERE, "k2", since) == ref


async def test_where_the_threads_message_is_gone_the_place_itself_is_meant(slack: SlackDriver) -> None:
    platform = slack.slack.platform
    root = await platform.post(HERE, Card("Root"), "k1")
    slack.world.message(TEAM, "C0STUDY", root.message).deleted = True
    slack.world.move(OVERLAP + timedelta(seconds=1))
    slack.world.calls.clear()
    inside = Place("slack", TEAM, "C0STUDY", "study", root.message)
    ref = await platform.post(inside, Card("Inside"), "k2")
    (alone,) = slack.world.in_channel(TEAM)
    assert alone.thread is None
    assert [method for method, _ in slack.world.calls] == ["chat.postMessage"], "nothing is read before"
    assert await platform.find(inside, "k2", slack.world.now - timedelta(minutes=1)) == ref


async def test_a_card_notifies_whom_it_mentions_when_it_is_posted_and_never_again(slack: SlackDriver) -> None:
    platform, said = slack.slack.platform, Verbatim("<!channel> @here <!subteam^S1>")
    for mention, element in (
        (Mention(), {"type": "broadcast", "range": "here"}),
        (Mention("S1"), {"type": "usergroup", "usergroup_id": "S1"}),
    ):
        card = Card("Monday's question", (said,), mention=mention)
        ref = await platform.post(HERE, card, f"k{mention.role}")
        message = slack.world.message(TEAM, "C0STUDY", ref.message)
        assert message.blocks[0]["elements"][0]["elements"] == [element]
        assert "broadcast" not in str(message.blocks[1:])
        await platform.edit(ref, card)
        assert [each["type"] for each in message.blocks[0]["elements"][0]["elements"]] == ["text"]


async def test_a_picture_stands_in_its_message_and_is_replaced_with_it(slack: SlackDriver) -> None:
    platform = slack.slack.platform
    ref = await platform.post(HERE, BOARD, "k1")
    (message,) = slack.world.in_channel(TEAM)
    assert kinds(message) == ["header", "image", "rich_text"]
    assert message.metadata is not None
    first = message.blocks[1]["slack_file"]["id"]
    assert slack.world.files[first].data == b"png bytes"
    assert slack.world.files[first].shared == []
    await platform.edit(ref, BOARD)
    assert message.blocks[1]["slack_file"]["id"] != first


@pytest.mark.parametrize(
    "fault",
    [
        Fault("files.getUploadURLExternal", "internal_error"),
        Fault("files.completeUploadExternal", "429"),
        Fault("files.info", "file_not_found"),
    ],
)
async def test_a_picture_that_fails_leaves_its_words_and_the_table(slack: SlackDriver, fault: Fault) -> None:
    slack.world.faults.append(fault)
    await slack.slack.platform.post(HERE, BOARD, "k1")
    (message,) = slack.world.in_channel(TEAM)
    assert "image" not in kinds(message)
    assert "Ada leads with 12 points" in words(message)


async def test_a_picture_that_slack_refuses_late_does_not_cost_the_message(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "invalid_blocks"))
    await slack.slack.platform.post(HERE, BOARD, "k1")
    (message,) = slack.world.in_channel(TEAM)
    assert kinds(message)[0] == "header"
    assert "image" not in kinds(message)


@pytest.mark.parametrize(("looks", "shown"), [(3, True), (50, False)])
async def test_a_picture_that_is_slow_to_be_read_is_waited_for_a_while(
    slack: SlackDriver, looks: int, shown: bool
) -> None:
    slack.world.looks_until_ready = looks
    await slack.slack.platform.post(HERE, BOARD, "k1")
    (message,) = slack.world.in_channel(TEAM)
    assert ("image" in kinds(message)) is shown
    assert 1 <= sum(slack.timer.slept) <= 3


async def test_a_file_is_shared_below_its_message(slack: SlackDriver) -> None:
    ref = await slack.slack.platform.post(HERE, EXPORT, "k1")
    (file,) = slack.world.files.values()
    assert file.shared == [("C0STUDY", ref.message)]
    assert file.data == b"{}"


async def test_a_private_file_comes_as_a_direct_message_and_the_card_says_so(slack: SlackDriver) -> None:
    desk = slack.client._errands.desk
    await desk.show(Private(EXPORT), asking(slack), origin(slack))
    (card,) = slack.world.alone(TEAM, "U0ADA")
    assert "direct message" in words(card)
    (direct,) = slack.world.direct(TEAM, "U0ADA")
    (file,) = slack.world.files.values()
    assert file.shared == [(direct.channel, direct.ts)]
    assert all(m.only or m.channel == direct.channel for m in slack.world.messages), "nobody else sees it"


async def test_the_export_is_one_private_message_with_its_file(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", "I would look at the loss curves first.")
    await slack.say("U0ADA", "my export")
    (direct,) = slack.world.direct(TEAM, "U0ADA")
    (file,) = slack.world.files.values()
    assert file.message == direct.ts
    assert direct.thread is None, "nobody looks for it in a thread"
    assert "Everything that is kept about you" in words(direct)
    assert "Everything that is kept" not in words(slack.world.alone(TEAM, "U0ADA")[-1]), "it is said once"


async def test_the_files_of_a_code_question_are_one_private_message(slack: SlackDriver) -> None:
    await slack.set_up()
    page = await slack.say("U0ADA", "question practice topic:coding.numerical")
    await slack.press("U0ADA", page, "Get the files")
    (direct,) = slack.world.direct(TEAM, "U0ADA")
    assert "python tests.py" in words(direct)
    assert [(each.name, each.message) for each in slack.world.files.values()] == [
        ("starter.py", direct.ts),
        ("tests.py", direct.ts),
    ]


async def test_a_file_whose_message_is_in_doubt_is_looked_for_and_sent_once(slack: SlackDriver) -> None:
    await slack.set_up()
    slack.world.faults.append(Fault("files.completeUploadExternal", "after"))
    await slack.answer("U0ADA", "I would look at the loss curves first.")
    shown = await slack.say("U0ADA", "my export")
    assert len(slack.world.direct(TEAM, "U0ADA")) == 1
    assert "Sent to you" in words(slack.world.alone(TEAM, "U0ADA")[-1])
    assert shown is not None


async def test_who_takes_no_direct_messages_is_told_so(slack: SlackDriver) -> None:
    slack.world.users[(TEAM, "U0ADA")].takes_messages = False
    await slack.client._errands.desk.show(Private(EXPORT), asking(slack), origin(slack))
    (card,) = slack.world.alone(TEAM, "U0ADA")
    assert "did not let Studyhall send you the file" in words(card)


async def test_a_private_picture_that_turns_keeps_to_its_words(slack: SlackDriver) -> None:
    await slack.set_up()
    shown = await slack.say("U0ADA", "help")
    assert shown is not None
    path = slack.world.answer_path(TEAM, "U0ADA", "C0STUDY", ts=shown.ts)
    at = Origin(
        TEAM,
        "U0ADA",
        "C0STUDY",
        response_url=slack.fake.url.rstrip("/") + path,
        message=shown.ts,
        ephemeral=True,
    )
    await slack.client._errands.desk.show(Update(BOARD, Slot("board")), asking(slack), at)
    assert words(shown).startswith("The board")
    assert slack.world.direct(TEAM, "U0ADA") == []


async def test_an_update_meant_for_one_person_never_takes_the_place_of_what_all_see(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    question = slack.question()
    before = words(question)
    at = origin(slack, message=question.ts)
    await slack.client._errands.desk.show(Update(Card("Yours alone"), Slot("mine")), asking(slack), at)
    assert words(question) == before
    assert [words(m) for m in slack.world.alone(TEAM, "U0ADA")] == ["Yours alone"]


async def test_what_could_not_be_told_comes_after_the_card(slack: SlackDriver) -> None:
    await slack.client._errands.desk.show(
        Private(Card("The card"), also=(Card("Kept one"), Card("Kept two"))), asking(slack), origin(slack)
    )
    assert [words(m) for m in slack.world.alone(TEAM, "U0ADA")] == ["The card", "Kept one", "Kept two"]


CHANNEL, PERSON, FAULT, AGAIN = NoAccessError, UnreachableError, NotTakenError, NotSentError
PROMISED: dict[tuple[type[PlatformError], type[PlatformError], type[PlatformError]], str] = {
    (RateLimitedError, RateLimitedError, RateLimitedError): "ratelimited rate_limited",
    (InDoubtError, InDoubtError, InDoubtError): (
        "fatal_error internal_error request_timeout service_unavailable"
    ),
    (CHANNEL, CHANNEL, CHANNEL): (
        "invalid_auth not_authed account_inactive token_revoked token_expired org_login_required "
        "team_access_not_granted access_denied two_factor_setup_required missing_scope"
    ),
    (CHANNEL, PERSON, CHANNEL): (
        "team_not_found no_permission not_in_channel method_not_supported_for_channel_type channel_not_found is_archived "
        "restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel "
        "restricted_action_non_threadable_channel is_inactive ekm_access_denied"
    ),
    (AGAIN, PERSON, AGAIN): (
        "user_not_found user_not_visible users_not_found user_disabled cannot_dm_bot "
        "invalid_user_combination not_allowed user_is_restricted messages_tab_disabled"
    ),
    (AGAIN, AGAIN, GoneError): (
        "message_not_found cant_update_message edit_window_closed cant_edit thread_not_found cannot_reply_to_message "
        "restricted_action_thread_locked invalid_thread_ts"
    ),
    (FAULT, FAULT, FAULT): (
        "invalid_blocks invalid_blocks_format slack_file_not_found file_not_found invalid_arguments invalid_metadata_format "
        "metadata_too_large msg_too_long msg_blocks_too_long no_text too_many_attachments "
        "attachment_payload_limit_exceeded"
    ),
}


def test_each_code_of_the_table_is_tried() -> None:
    assert {code for codes in PROMISED.values() for code in codes.split()} == MEANINGS.keys()


@pytest.mark.parametrize(
    ("promised", "codes"),
    [
        *PROMISED.items(),
        ((CHANNEL, PERSON, CHANNEL), "restricted_action_unheard_of"),
        ((AGAIN, AGAIN, AGAIN), "unheard_of"),
        ((RateLimitedError, RateLimitedError, RateLimitedError), "429"),
    ],
)
async def test_what_slack_refuses_is_said_in_the_ports_words(
    slack: SlackDriver, promised: tuple[type[PlatformError], ...], codes: str
) -> None:
    platform = slack.slack.platform
    ref = await platform.post(HERE, Card("One"), "k1")
    code = ""

    async def refused(method: str, sent: Coroutine[Any, Any, Any]) -> PlatformError:
        slack.world.faults.append(Fault(method, code))
        with pytest.raises(PlatformError) as raised:
            await sent
        return raised.value

    for code in codes.split():
        slack.timer.seconds += 60  # whatever wait was asked for is over
        in_private = await refused("chat.postMessage", platform.post(ADA, Card("Two"), f"{code} to her"[:25]))
        in_channel = await refused("chat.postMessage", platform.post(HERE, Card("Three"), code[:25]))
        changed = await refused("chat.update", platform.edit(ref, Card("Four")))
        assert (type(in_channel), type(in_private), type(changed)) == promised, code
        assert promised[0] is not CHANNEL or str(in_channel).endswith(".")


async def test_whose_conversation_slack_does_not_open_is_out_of_reach(slack: SlackDriver) -> None:
    for code in (code for errors, codes in PROMISED.items() if errors[1] is PERSON for code in codes.split()):
        slack.world.faults.append(Fault("conversations.open", code))
        with pytest.raises(UnreachableError):
            await slack.slack.platform.post(ADA, Card("One"), code[:25])


@pytest.mark.parametrize(
    "code",
    [
        "message_not_found",
        "thread_not_found",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "invalid_thread_ts",
    ],
)
async def test_what_no_message_can_be_below_stands_in_the_channel(slack: SlackDriver, code: str) -> None:
    root = await slack.slack.platform.post(HERE, Card("Root"), "k1")
    slack.world.faults.append(Fault("chat.postMessage", code))
    inside = Place("slack", TEAM, "C0STUDY", "study", root.message)
    await slack.slack.platform.post(inside, Card("Inside"), "k2")
    assert [m.thread for m in slack.world.in_channel(TEAM)] == [None, None]


async def test_nothing_that_is_posted_unfurls_or_links_names(slack: SlackDriver) -> None:
    await slack.slack.platform.post(HERE, Card("See <!channel> @here"), "k1")
    (message,) = slack.world.in_channel(TEAM)
    asked_for = {
        name: message.payload[name] for name in ("unfurl_links", "unfurl_media", "link_names", "parse")
    }
    assert asked_for == {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
    assert "<" not in message.payload["text"]
