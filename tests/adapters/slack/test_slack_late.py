"""Answers that take longer than Slack waits: the form closes, and what was typed is not lost."""

import asyncio
import json
from collections.abc import Callable, Mapping

import pytest

from bot.chat.actions import Action
from bot.chat.cards import Ask, Button, Card, FileField, Form, Private, Public, Refuse, Reply, TextField
from bot.chat.commands import Command, Options, Registry
from bot.chat.dispatch import Route
from bot.chat.requests import FieldValue, Request, Submit, Upload
from tests.adapters.slack.support.driver import SECRET, TEAM, SlackDriver, words
from tests.adapters.slack.support.world import Fault, Stored
from tests.support.responder import SmallResponder

TYPED = "entropy"


class Write(Action, tag="write"):
    pass


class Save(Action, tag="save"):
    pass


FORM = Form("A note", (TextField("note", "Your note"),), Save())


class Slow:
    """A product of one form whose answer waits until it is let go."""

    def __init__(self, reply: Callable[[], Reply]) -> None:
        self.go = asyncio.Event()
        self.saved = 0
        self.form = FORM
        self.answer = ""
        self.fields: Mapping[str, FieldValue] = {}
        self._reply = reply
        self.dispatcher = SmallResponder(
            Registry(
                (Command(("note",), "Write a note", self.ask), Command(("shout",), "For all", self.shout))
            ),
            (Route(Write, self.write), Route(Save, self.save)),
            self.allow,
        )

    async def allow(self, request: Request) -> bool:
        return False

    async def ask(self, request: Request, options: Options) -> Reply:
        return Private(Card("Notes", controls=((Button("Write", Write()),),)))

    async def shout(self, request: Request, options: Options) -> Reply:
        return Public(Card("Hear me"))

    async def write(self, request: Request, action: Write) -> Reply:
        return Ask(self.form)

    async def save(self, request: Request, action: Save) -> Reply:
        await self.go.wait()
        self.saved += 1
        assert isinstance(request.what, Submit)
        self.fields = request.what.fields
        return self._reply()


def connected(slack: SlackDriver, slow: Slow, ack_seconds: float) -> None:
    slack.client = slack.slack.connect(slow.dispatcher, signing_secret=SECRET)
    slack.client.ack_seconds = ack_seconds


async def opened(slack: SlackDriver) -> None:
    await slack.press("U0ADA", await slack.say("U0ADA", "note"), "Write")


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        (lambda: Private(Card("Kept")), "Kept"),
        (lambda: Refuse({"note": "Too short."}, FORM), "Not saved yet"),
    ],
)
async def test_a_late_answer_closes_the_form_and_comes_as_a_card(
    slack: SlackDriver, reply: Callable[[], Reply], title: str
) -> None:
    slow = Slow(reply)
    connected(slack, slow, ack_seconds=0.05)
    await opened(slack)
    sent = await slack.send(slack.filled("U0ADA", slack.world.modal(TEAM, "U0ADA"), note=TYPED))
    assert (sent.status, sent.body) == (200, "")
    slow.go.set()
    await slack.client.settled()
    shown = words(slack.newest("U0ADA"))
    assert shown.startswith(title)
    if title == "Not saved yet":
        assert "Your note: Too short." in shown
        assert TYPED in shown
    assert slow.saved == 1


async def test_a_form_that_asks_on_becomes_the_next_form(slack: SlackDriver) -> None:
    slow = Slow(lambda: Ask(Form("One more", (TextField("more", "And?"),), Save())))
    slow.go.set()
    connected(slack, slow, ack_seconds=2)
    await opened(slack)
    await slack.fill("U0ADA", note=TYPED)
    seen = slack.world.modal(TEAM, "U0ADA")
    assert seen.view["title"]["text"] == "One more"


async def handed_in(slack: SlackDriver, **file: str) -> Slow:
    slow = Slow(lambda: Private(Card("Read")))
    slow.form = Form("Hand in", (FileField("list", "Your list"),), Save())
    slow.go.set()
    connected(slack, slow, ack_seconds=2)
    await opened(slack)
    payload = slack.filled("U0ADA", slack.world.modal(TEAM, "U0ADA"))
    payload["view"]["state"]["values"]["list"]["list"]["files"] = [file]
    slow.answer = (await slack.send(payload)).body
    await slack.client.settled()
    return slow


async def test_a_file_that_was_handed_in_is_read(slack: SlackDriver) -> None:
    slack.world.files["F1"] = Stored("F1", TEAM, "list.csv", b"a,b")
    slow = await handed_in(slack, name="list.csv", url_private_download=f"{slack.fake.url}download/F1")
    assert slow.fields == {"list": Upload("list.csv", b"a,b")}


@pytest.mark.parametrize(
    "url", ["https://slack.com.example.org/F1", "http://files.slack.com/F1", "{fake}download/F2"]
)
async def test_a_file_that_cannot_be_read_is_told_in_the_form(slack: SlackDriver, url: str) -> None:
    slack.world.files["F2"] = Stored("F2", "T0ELSEWHERE", "list.csv", b"not for them")
    slow = await handed_in(slack, name="list.csv", url_private_download=url.replace("{fake}", slack.fake.url))
    assert json.loads(slow.answer)["errors"].keys() == {"list"}
    assert slow.saved == 0


async def test_an_error_of_the_whole_form_stands_at_its_first_field(slack: SlackDriver) -> None:
    slow = Slow(lambda: Refuse({"": "Not now."}, FORM))
    slow.go.set()
    connected(slack, slow, ack_seconds=2)
    await opened(slack)
    await slack.fill("U0ADA", note=TYPED)
    assert slack.world.modal(TEAM, "U0ADA").errors == {"note": "Not now."}


async def test_a_public_answer_is_posted_once_though_the_connection_broke_after_it(
    slack: SlackDriver,
) -> None:
    connected(slack, Slow(lambda: Private(Card("Kept"))), ack_seconds=2)
    slack.world.faults.append(Fault("chat.postMessage", "after"))
    await slack.say("U0ADA", "shout")
    assert [words(m) for m in slack.world.in_channel(TEAM)] == ["Hear me"]


async def test_a_public_answer_waits_as_long_as_slack_asks(slack: SlackDriver) -> None:
    connected(slack, Slow(lambda: Private(Card("Kept"))), ack_seconds=2)
    slack.world.faults.append(Fault("chat.postMessage", "429", retry_after=9))
    await slack.say("U0ADA", "shout")
    assert [words(m) for m in slack.world.in_channel(TEAM)] == ["Hear me"]
    assert 9 in slack.timer.slept


async def test_a_public_answer_where_the_bot_may_not_be_goes_by_slacks_own_address(
    slack: SlackDriver,
) -> None:
    connected(slack, Slow(lambda: Private(Card("Kept"))), ack_seconds=2)
    slack.world.channels[(TEAM, "G0ATTIC")].with_user = ""
    await slack.say("U0ADA", "shout", channel="G0ATTIC")
    assert [words(m) for m in slack.world.in_channel(TEAM, "G0ATTIC")] == ["Hear me"]
