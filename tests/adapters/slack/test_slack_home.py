"""The App Home: everything private is found there, it is as fresh as the last press, and it leads everywhere."""

from tests.adapters.slack.support.driver import TEAM, SlackDriver, words
from tests.adapters.slack.support.refusing import Json
from tests.adapters.slack.support.world import Channel, Fault


def opened(user: str, tab: str = "home") -> Json:
    return {"type": "app_home_opened", "user": user, "channel": f"D0{user}", "tab": tab}


async def test_whoever_is_in_no_group_is_told_how_to_begin(slack: SlackDriver) -> None:
    shown = await slack.open_home("U0ADA")
    assert "You are not in a study group yet" in words(shown)


async def test_it_shows_what_is_open_and_is_fresh_after_an_answer_from_it(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "my home")
    assert "not answered yet" in words(await slack.open_home("U0ADA"))
    await slack.press_home("U0ADA", "Answer")
    await slack.fill("U0ADA", answer="What I would say, from home.")
    shown = words(slack.home("U0ADA"))
    assert "(answered)" in shown
    assert "Answer saved" in shown
    (receipt,) = slack.world.direct(TEAM, "U0ADA")
    assert "What I would say, from home." in words(receipt)


async def test_it_looks_again_in_place_and_other_cards_come_as_direct_messages(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "my home")
    await slack.open_home("U0ADA")
    await slack.answer("U0ADA", "What I would say, in the channel.")
    before = len(slack.world.seen_by(TEAM, "U0ADA"))
    assert "(answered)" in words(await slack.press_home("U0ADA", "Refresh"))
    assert len(slack.world.seen_by(TEAM, "U0ADA")) == before, "nothing but the page changed"
    await slack.press_home("U0ADA", "My record")
    (record,) = slack.world.direct(TEAM, "U0ADA")
    assert "record" in words(record).split("\n")[0].lower()
    assert "study hall" in words(slack.home("U0ADA"))


async def test_one_opening_that_is_delivered_three_times_publishes_once(slack: SlackDriver) -> None:
    await slack.set_up()
    for retry in range(3):
        await slack.event(opened("U0ADA"), retry=retry)
    assert [method for method, _ in slack.world.calls].count("views.publish") == 1


async def test_the_messages_tab_publishes_nothing(slack: SlackDriver) -> None:
    await slack.event(opened("U0ADA", "messages"))
    assert not slack.world.homes


async def test_who_is_in_two_groups_is_asked_which_and_the_choice_stays(slack: SlackDriver) -> None:
    await slack.set_up()
    slack.world.channels[(TEAM, "C0OTHER")] = Channel("C0OTHER", "other", "U0OLGA", bot_in=True)
    card = await slack.say("U0OLGA", "group setup", channel="C0OTHER")
    await slack.press("U0OLGA", card, "Post the first question now")
    for channel in ("C0STUDY", "C0OTHER"):
        await slack.say("U0ADA", "my home", channel=channel)
    shown = await slack.open_home("U0ADA")
    assert words(shown).startswith("Which group?")
    labels = [e["text"]["text"] for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]
    assert len(labels) == 2
    assert "study hall" in words(await slack.press_home("U0ADA", labels[1]))
    assert "study hall" in words(await slack.open_home("U0ADA"))
    assert not slack.world.direct(TEAM, "U0ADA"), "the choice is answered by the page itself"


async def test_a_page_that_slack_puts_off_is_published_by_the_next_opening(slack: SlackDriver) -> None:
    await slack.set_up()
    slack.world.faults.append(Fault("views.publish", "429"))
    await slack.event(opened("U0ADA"), event_id="EvLimited")
    assert not slack.world.homes
    assert "study" in words(await slack.open_home("U0ADA")).lower()


async def test_each_persons_page_is_their_own(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.answer("U0ADA", "What I would say.")
    await slack.say("U0BEN", "my home")
    assert "(answered)" in words(await slack.open_home("U0ADA"))
    ben = words(await slack.open_home("U0BEN"))
    assert "not answered yet" in ben
    assert "Answer saved" not in ben
