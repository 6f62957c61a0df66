"""A study group's days on Slack, through the real core: set up, answer, vote, reveal, quiz."""

from collections.abc import Iterator

from tests.adapters.slack.support.driver import TEAM, SlackDriver, words

CLIPPING = "Clipping bounds the norm of each step, so that one bad batch cannot ruin weeks of training."
CURVES = "I would begin with the loss curves & look for <spikes> before I change anything at all."


async def test_setting_up_is_private_and_posts_the_first_question_to_everyone(slack: SlackDriver) -> None:
    card = await slack.say("U0OLGA", "group setup")
    assert card is not None
    assert card.only == "U0OLGA"
    ready = await slack.press("U0OLGA", card, "Post the first question now")
    assert ready is not None
    assert ready.ts == card.ts, "the card that was pressed takes the new face"
    assert "Ready: Mon-Fri 09:00 Berlin" in words(ready)
    await slack.tick()
    (question,) = slack.world.in_channel(TEAM)
    assert "Monday's question" in words(question)
    assert question.thread is None


async def test_a_round_goes_from_the_command_to_the_reveal(slack: SlackDriver) -> None:
    await slack.set_up()
    question = slack.question()
    await slack.press("U0ADA", question, "Answer")
    saved = await slack.fill("U0ADA", answer=CLIPPING)
    assert saved is not None
    assert saved.only == "U0ADA"
    assert words(saved).startswith("Saved")
    await slack.say("U0BEN", "answer")
    await slack.fill("U0BEN", answer=CURVES)
    await slack.tick(days=1)
    ballot = await slack.say("U0BEN", "vote")
    assert ballot is not None
    assert CLIPPING in words(ballot)
    assert CURVES not in words(ballot), "nobody reads their own answer"
    done = await slack.press("U0BEN", ballot, "It helped me")
    assert done is not None
    assert done.ts == ballot.ts, "a ballot is turned, not piled up"
    await slack.tick(days=1)
    reveals = [m for m in slack.world.in_channel(TEAM) if "reveal" in words(m).split("\n")[0]]
    assert [m.thread for m in reveals] == [question.ts], "the reveal stands in the question's thread, once"
    assert CLIPPING in words(reveals[0])
    assert CURVES in words(reveals[0]), "what members wrote is shown as they wrote it"


async def test_nobody_sees_an_answer_before_the_reveal(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", CLIPPING)
    assert not any(CLIPPING in words(m) for m in slack.world.seen_by(TEAM, "U0BEN"))
    assert any(CLIPPING in words(m) for m in slack.world.alone(TEAM, "U0ADA"))


async def test_pressing_answer_again_opens_the_form_with_what_was_saved(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", CLIPPING)
    await slack.press("U0ADA", slack.question(), "Answer")
    (field,) = [b for b in slack.world.modal(TEAM, "U0ADA").view["blocks"] if b.get("block_id") == "answer"]
    assert field["element"]["initial_value"] == CLIPPING


async def test_an_answer_without_words_is_refused_in_the_form_which_stays_open(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.press("U0ADA", slack.question(), "Answer")
    await slack.fill("U0ADA", answer=" \n ")
    seen = slack.world.modal(TEAM, "U0ADA")
    assert list(seen.errors) == ["answer"]
    await slack.fill("U0ADA", answer=CLIPPING)
    assert not seen.open
    assert any(CLIPPING in words(m) for m in slack.world.alone(TEAM, "U0ADA"))


async def test_a_solo_quiz_is_one_private_card_that_turns(slack: SlackDriver) -> None:
    await slack.set_up()
    card = await slack.say("U0ADA", "quiz start count:3")
    assert card is not None
    assert card.only == "U0ADA"
    before = len(slack.world.messages)
    first = words(card)
    shown = await slack.press("U0ADA", card, "A")
    assert len(slack.world.messages) == before
    assert shown is not None
    assert shown.ts == card.ts
    assert words(shown) != first


async def test_each_question_of_a_group_quiz_is_broadcast_from_its_thread_and_the_end_stands_in_the_channel(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    opened = await slack.command("U0ADA", "quiz start", mode="group", count=2)
    await slack.tick(seconds=2)
    lobby = slack.world.in_channel(TEAM)[-1]
    assert lobby.thread is None
    await slack.press("U0BEN", lobby, "I'm in")
    assert opened is not None
    await slack.press("U0ADA", opened, "Start now")
    await slack.tick(seconds=2)
    first = slack.world.in_channel(TEAM)[-1]
    assert (first.thread, first.broadcast) == (lobby.ts, True)
    assert words(first).startswith("Group quiz: 1 of 2")
    before = words(first)
    mine = await slack.press("U0BEN", first, "Answer")
    assert mine is not None
    assert mine.only == "U0BEN"
    assert mine.thread == lobby.ts, "the private card stands where its question does"
    await slack.tick(seconds=1)
    assert words(first).split("\n")[:2] == before.split("\n")[:2], "nothing tells what anyone chose"
    while "final result" not in words(slack.world.in_channel(TEAM)[-1]):
        await slack.tick(seconds=5)
    titles = [words(m).split("\n")[0] for m in slack.world.in_channel(TEAM)[2:]]
    assert titles == [
        "Group quiz: 1 of 2, the result",
        "Group quiz: 2 of 2, the result",
        "Group quiz: final result",
    ]
    assert slack.world.in_channel(TEAM)[-1].thread is None


async def test_only_those_who_manage_the_channel_or_workspace_may_set_up(slack: SlackDriver) -> None:
    refused = await slack.say("U0BEN", "group setup")
    assert "organisers" in words(refused)
    created = await slack.say("U0ADA", "group setup", channel="C0OTHER")
    assert "Set up" in words(created) or "study group" in words(created)
    assert "Only organisers" not in words(created), "who made the channel manages it"


async def test_the_installers_zone_is_proposed(slack: SlackDriver) -> None:
    slack.world.users[(TEAM, "U0OLGA")].tz = "Asia/Tokyo"
    card = await slack.say("U0OLGA", "group setup")
    assert "Tokyo" in words(card)


async def test_a_command_in_a_direct_message_has_no_place(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", CLIPPING)
    shown = await slack.press("U0ADA", slack.world.alone(TEAM, "U0ADA")[0], "Compare now")
    assert shown is not None
    await slack.slack.people.direct(TEAM, "U0ADA")
    record = await slack.say("U0ADA", "my record", channel="D0U0ADA")
    assert record is not None
    assert record.channel == "D0U0ADA"
    assert record.only == "U0ADA"


async def test_who_is_in_for_a_mock_is_sent_a_partner_who_is_a_press_away(slack: SlackDriver) -> None:
    await slack.set_up()
    menu = await slack.press("U0OLGA", await slack.say("U0OLGA", "group settings"), "Change", "mocks")
    await slack.press("U0OLGA", menu, "Pairs for mock", "on")
    for _ in range(2):
        await slack.tick(days=1)
    reveal = next(m for m in slack.world.with_threads(TEAM) if "reveal" in words(m).split("\n")[0])
    assert "In for a mock interview this week?" in words(reveal)
    for user in ("U0ADA", "U0BEN"):
        hours = await slack.press(user, reveal, "In, as last week")
        assert "You're in this week" in words(await slack.press(user, hours, "Weekends"))
    await slack.tick(days=1)
    card = slack.world.direct(TEAM, "U0ADA")[0]
    assert {"type": "user", "user_id": "U0BEN", "style": {"bold": True}} in list(inside(card.blocks))
    assert len(slack.world.direct(TEAM, "U0ADA")[-1].files) == 1


def inside(found: object) -> Iterator[object]:
    """Everything in blocks, however deep."""
    yield found
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from inside(each)


async def test_an_organiser_chooses_what_comes_and_plans_it(slack: SlackDriver) -> None:
    await slack.set_up()
    other = await slack.press("U0OLGA", await slack.say("U0OLGA", "round next"), "Another one")
    await slack.press("U0OLGA", other, "Ask this next")
    coming = await slack.press("U0OLGA", slack.newest("U0OLGA"), "Queue and plan")
    await slack.press("U0OLGA", coming, "Change the plan")
    planned = await slack.fill("U0OLGA", day="2", topic="coding")
    assert "Wednesdays: ML coding" in words(planned)
    assert "Undo" in words(planned)
