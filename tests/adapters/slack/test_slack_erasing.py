"""Who deletes themselves is left with nothing of the bot's on Slack: no direct message, no file, no record on the Home tab."""

from adapters.slack.api.erasing import AT_ONCE
from bot.chat.cards import Card, Picture
from bot.chat.requests import Identity
from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Fault, Said

ADA = Identity("slack", TEAM, "U0ADA", "Ada")
BEN = Identity("slack", TEAM, "U0BEN", "Ben")
RECORD = Card("Your record", (Picture("record.png", b"png bytes", "A record"),))


def says(slack: SlackDriver, channel: str, said: str, thread: str | None = None) -> Said:
    """Something that Ada types in the conversation herself."""
    return slack.world.add(TEAM, channel, {"text": said}, thread=thread, by="U0ADA")


def calls(slack: SlackDriver, method: str) -> int:
    return sum(each == method for each, _ in slack.world.calls)


async def test_deleting_oneself_takes_the_bots_direct_messages_and_files_along(slack: SlackDriver) -> None:
    await slack.set_up()
    platform = slack.slack.platform
    await slack.answer("U0ADA", "What I would say of it, in a sentence.")
    await slack.say("U0ADA", "my export")
    picture = await platform.post(ADA, RECORD, "k1")
    own = [
        says(slack, picture.channel, "hello?"),
        says(slack, picture.channel, "still here", picture.message),
    ]
    # A file below its message, as one that comes with buttons does.
    shared = slack.world.add(TEAM, picture.channel, {"text": "", "blocks": []}, thread=picture.message)
    await platform.post(BEN, RECORD, "k2")
    await slack.open_home("U0ADA")
    first, second, bens = slack.world.files.values()
    shared.files.append(first.id)
    slack.world.faults.append(
        Fault("chat.delete", "cant_delete_message")
    )  # one that stays keeps no other back
    slack.world.faults.append(Fault("chat.delete", "after"))
    asked = await slack.say("U0ADA", "my delete")
    assert asked is not None
    asked.channel, asked.only = picture.channel, ""  # as where it could be shown nowhere else
    await slack.pass_time(minutes=1)
    await slack.press("U0ADA", asked, "Delete everything")
    for _ in range(3):
        await slack.tick(minutes=1)
    said = slack.world.direct(TEAM, "U0ADA")
    assert [m for m in said if m.by == "U0ADA"] == own
    assert len(said) == len(own) + 1, "what Slack lets nobody delete"
    assert [each.mode for each in (first, second, bens)] == ["tombstone", "tombstone", "hosted"]
    assert len(slack.world.direct(TEAM, "U0BEN")) == 1
    assert words(slack.home("U0ADA")) == "Nothing is kept about you."
    (told,) = [m for m in slack.world.alone(TEAM, "U0ADA") if "Your data is deleted" in words(m)]
    assert "with their files, are being deleted too" in words(told)


async def test_many_messages_go_at_slacks_pace_also_where_it_shows_fifteen_a_minute(
    slack: SlackDriver,
) -> None:
    platform, world = slack.slack.platform, slack.world
    channel = (await platform.post(ADA, RECORD, "k")).channel
    for number in range(20):
        world.add(TEAM, channel, {"text": f"note {number}"})
        says(slack, channel, f"to myself {number}")
    await slack.pass_time(minutes=1)
    before = world.now
    world.most_in_a_page, world.looks_apart = 15, 60.0
    done = []
    for minute in range(1, 4):  # what it has seen it does not look through again
        done.append(await platform.erase(ADA, before))
        assert calls(slack, "chat.delete") <= AT_ONCE * minute
        await slack.pass_time(minutes=1)
    assert done == [False, False, True]
    assert {m.by for m in world.direct(TEAM, "U0ADA")} == {"U0ADA"}
