"""What goes wrong on the way to Slack and back: nothing is lost, nothing is doubled."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.chat.cards import Card
from bot.chat.platform import InDoubtError, RateLimitedError
from bot.chat.requests import Place
from bot.outbox.tables import deliveries
from tests.adapters.slack.support.driver import SECRET, TEAM, SlackDriver, signed, words
from tests.adapters.slack.support.world import Fault

HERE = Place("slack", TEAM, "C0STUDY", "study")
CLIPPING = "Clipping bounds the norm of each step, so that one bad batch cannot ruin weeks of training."


def questions(slack: SlackDriver) -> list[str]:
    return [t for m in slack.world.in_channel(TEAM) if "question" in (t := words(m).split("\n")[0])]


async def test_a_connection_dropped_after_the_post_was_taken_makes_one_message_in_the_end(
    slack: SlackDriver,
) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "after"))
    await slack.set_up()
    assert questions(slack) == ["Monday's question"]
    for _ in range(4):
        await slack.tick(minutes=2)
    assert questions(slack) == ["Monday's question"]
    await slack.tick(days=1)
    assert "Tuesday's question" in questions(slack)
    assert len(questions(slack)) == 2


async def test_a_connection_dropped_before_the_post_was_taken_loses_nothing(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "before"))
    await slack.set_up()
    assert questions(slack) == []
    for _ in range(4):
        await slack.tick(minutes=2)
    assert questions(slack) == ["Monday's question"]


async def test_a_429_is_obeyed_and_the_message_sent_once_after_it(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "429", retry_after=40))
    await slack.set_up()
    await slack.tick(seconds=20)
    assert questions(slack) == []
    await slack.tick(seconds=30)
    assert questions(slack) == ["Monday's question"]


async def test_after_a_429_the_channel_waits_as_long_as_slack_asked(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "429", retry_after=40))
    platform = slack.slack.platform
    with pytest.raises(RateLimitedError) as told:
        await platform.post(HERE, Card("One"), "k1")
    assert told.value.retry_after == 40
    calls = len(slack.world.calls)
    with pytest.raises(RateLimitedError) as early:
        await platform.post(HERE, Card("Two"), "k2")
    assert 30 < early.value.retry_after <= 40
    assert not any(m == "chat.postMessage" for m, _ in slack.world.calls[calls:])


async def test_a_channel_gets_one_message_a_second_in_the_order_they_were_asked_for(
    slack: SlackDriver,
) -> None:
    platform = slack.slack.platform
    before = slack.timer.seconds
    for number in range(4):
        await platform.post(HERE, Card(f"Card {number}"), f"k{number}")
    assert slack.timer.seconds - before >= 3
    assert [words(m) for m in slack.world.in_channel(TEAM)] == [f"Card {n}" for n in range(4)]


async def test_an_internal_error_of_slacks_is_in_doubt_and_looked_up(slack: SlackDriver) -> None:
    slack.world.faults.append(Fault("chat.postMessage", "internal_error"))
    with pytest.raises(InDoubtError):
        await slack.slack.platform.post(HERE, Card("One"), "k1")
    assert await slack.slack.platform.find(HERE, "k1", slack.world.now - timedelta(hours=1)) is None


async def test_a_search_that_slack_interrupts_goes_on_where_it_stopped(slack: SlackDriver) -> None:
    since = slack.world.now
    ref = await slack.slack.platform.post(HERE, Card("The one"), "k1")
    for number in range(450):
        slack.world.add(TEAM, "C0STUDY", {"text": f"chatter {number}"})
    slack.world.move(timedelta(minutes=1))
    slack.world.faults.append(Fault("conversations.history", "429", times=0))
    fault = slack.world.faults[0]
    looked = len(slack.world.calls)
    fault.times = 1
    with pytest.raises(RateLimitedError):
        await slack.slack.platform.find(HERE, "k1", since)
    assert await slack.slack.platform.find(HERE, "k1", since) == ref
    assert len(slack.world.calls) - looked <= 4


@pytest.mark.parametrize("what", ["before", "after"])
async def test_with_one_look_a_minute_a_lost_question_in_a_busy_channel_is_settled(
    slack: SlackDriver, what: str
) -> None:
    slack.world.most_in_a_page, slack.world.looks_apart = 15, 60.0
    for minutes in reversed(range(24 * 60)):
        slack.world.add(TEAM, "C0STUDY", {"text": "chatter"}, ago=timedelta(minutes=minutes))
    slack.world.move(timedelta(minutes=30))
    slack.world.faults.append(Fault("chat.postMessage", what))
    await slack.set_up()
    for _ in range(60):
        slack.world.add(TEAM, "C0STUDY", {"text": "chatter"})
    for _ in range(6):
        await slack.tick(minutes=1)
    assert questions(slack) == ["Monday's question"]
    states = select(deliveries.c.state).where(deliveries.c.kind == "question")
    assert await slack.app.database.read(lambda tx: tx.scalar(states)) == "sent"
    looks = [given for method, given in slack.world.calls if method == "conversations.history"]
    assert 1 <= len(looks) <= 8
    assert all(float(each["latest"]) - float(each["oldest"]) < 600 for each in looks if each.get("latest"))


async def test_a_command_delivered_three_times_has_one_effect(slack: SlackDriver) -> None:
    payload = slack.typed("U0OLGA", "group setup")
    for _ in range(3):
        await slack.send(payload, command=True)
    await slack.client.settled()
    assert len(slack.world.alone(TEAM, "U0OLGA")) == 1


async def test_a_press_delivered_three_times_has_one_effect(slack: SlackDriver) -> None:
    await slack.set_up()
    pressed = slack.pressed("U0ADA", slack.question(), "Answer")
    for _ in range(3):
        assert (await slack.send(pressed)).status == 200
    await slack.client.settled()
    assert len(slack.world.views) == 1


async def test_a_form_delivered_three_times_has_one_effect_and_one_answer(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.press("U0ADA", slack.question(), "Answer")
    seen = slack.world.modal(TEAM, "U0ADA")
    before = len(slack.world.messages)
    wrong = slack.filled("U0ADA", seen, answer=" ")
    assert len({(await slack.send(wrong)).body for _ in range(3)}) == 1
    right = slack.filled("U0ADA", seen, answer=CLIPPING)
    assert {(await slack.send(right)).body for _ in range(3)} == {""}
    await slack.client.settled()
    assert len(slack.world.messages) == before + 1


async def test_a_trigger_that_ran_out_is_said_kindly(slack: SlackDriver) -> None:
    await slack.set_up()
    pressed = slack.pressed("U0ADA", slack.question(), "Answer")
    slack.world.move(timedelta(seconds=4))
    await slack.send(pressed)
    await slack.client.settled()
    assert slack.world.views == []
    assert words(slack.newest("U0ADA")).startswith("That took too long")


async def test_a_form_that_stayed_open_for_an_hour_still_shows_its_card(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.press("U0ADA", slack.question(), "Answer")
    slack.world.move(timedelta(minutes=50))
    saved = await slack.fill("U0ADA", answer=CLIPPING)
    assert words(saved).startswith("Saved")
    assert saved is not None
    assert saved.only == "U0ADA"


async def test_a_card_that_can_no_longer_be_answered_in_its_channel_comes_as_a_direct_message(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    await slack.press("U0ADA", slack.question(), "Answer")
    slack.world.move(timedelta(minutes=50))
    slack.world.faults.append(Fault("chat.postEphemeral", "user_not_in_channel"))
    await slack.fill("U0ADA", answer=CLIPPING)
    (direct,) = slack.world.direct(TEAM, "U0ADA")
    assert words(direct).startswith("Saved")


async def test_a_card_pressed_after_its_address_is_spent_is_sent_anew(slack: SlackDriver) -> None:
    await slack.set_up()
    saved = await slack.answer("U0ADA", CLIPPING)
    pressed = slack.pressed("U0ADA", saved, "Compare now")
    path = pressed["response_url"].removeprefix(slack.fake.url.rstrip("/"))
    slack.world.answers[path].uses = 0
    await slack.send(pressed)
    await slack.client.settled()
    newest = slack.newest("U0ADA")
    assert newest is not None
    assert newest.ts != saved.ts
    assert newest.only == "U0ADA"


async def test_a_revoked_token_in_the_middle_of_a_day_loses_nothing_and_doubles_nothing(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", CLIPPING)
    (token,) = slack.world.tokens.values()
    token.alive = False
    await slack.tick(days=1)
    assert questions(slack) == ["Monday's question"]
    await slack.tick(hours=2)
    token.alive = True
    await slack.tick(hours=2)
    await slack.tick(hours=2)
    assert questions(slack) == ["Monday's question", "Tuesday's question"]


async def test_an_archived_channel_waits(slack: SlackDriver) -> None:
    await slack.set_up()
    channel = slack.world.channels[(TEAM, "C0STUDY")]
    channel.archived = True
    await slack.tick(days=1)
    assert questions(slack) == ["Monday's question"]
    channel.archived = False
    await slack.tick(hours=2)
    await slack.tick(hours=2)
    assert questions(slack) == ["Monday's question", "Tuesday's question"]


async def test_somebody_out_of_reach_finds_what_was_for_them_with_their_next_private_card(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    await slack.say("U0DEAF", "my remind on:yes")
    await slack.tick(hours=18, minutes=1)
    before = len(slack.world.alone(TEAM, "U0DEAF"))
    await slack.say("U0DEAF", "my record")
    card, kept = slack.world.alone(TEAM, "U0DEAF")[before:]
    assert words(kept).startswith("Answers close soon")
    assert words(card).startswith("Your record")
    await slack.say("U0DEAF", "my record")
    assert len(slack.world.alone(TEAM, "U0DEAF")) == before + 3, "it is told once"


@pytest.mark.parametrize(
    ("age", "secret", "status"), [(0, SECRET, 200), (301, SECRET, 401), (0, "another", 401)]
)
async def test_a_replayed_or_forged_request_is_refused_and_not_written_down(
    slack: SlackDriver, age: int, secret: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    payload = slack.typed("U0OLGA", "group setup")
    headers = signed(urlencode(payload), slack.world.now - timedelta(seconds=age), secret)
    answer = await slack.send(payload, command=True, headers=headers)
    assert answer.status == status
    await slack.client.settled()
    assert bool(slack.world.messages) is (status == 200)
    assert ("Slack did not sign" in caplog.text) is (status == 401)
    assert "group+setup" not in caplog.text


@pytest.mark.parametrize(("seconds", "opens"), [((1,), True), ((1, 1), True), ((2, 1), False), ((7,), False)])
async def test_a_form_waits_for_slack_only_as_long_as_it_can_still_open(
    slack: SlackDriver, seconds: tuple[int, ...], opens: bool
) -> None:
    await slack.set_up()
    slack.timer.slept.clear()
    slack.world.faults += [Fault("views.open", "429", retry_after=each) for each in seconds]
    shown = await slack.press("U0ADA", slack.question(), "Answer")
    assert bool(slack.world.views) == opens
    assert sum(slack.timer.slept) < 3, "a trigger lives three seconds"
    assert opens or "That took too long" in words(shown)
