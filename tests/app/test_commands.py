"""The commands that Studyhall has: few to learn, and none that was ever typed is lost."""

import pytest

from bot.app.features import FEATURES
from bot.chat.cards import Ask, Private
from bot.chat.commands import Registry, RunCommand
from bot.chat.typed import LineError, parse
from tests.features.daily.acting import title
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, local_app, local_group, words

MOST = 35


KNOWN = Registry(tuple(each for feature in FEATURES for each in feature.commands))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/record", "my record"),
        ("/settings", "group settings"),
        ("/home", "my home"),
        ("/practice", "question practice"),
        ("/review", "quiz review"),
        ("/start quiz", "quiz start"),
        ("/streak", "my record"),
        ("/holiday", "my break"),
        ("/anwser", "answer"),
        ("/my recrd", "my record"),
        ("/change topics", "group settings"),
        ("/xyzzy", ""),
    ],
)
def test_a_command_is_found_by_any_of_its_words_by_its_meaning_and_by_its_likeness(
    said: str, meant: str
) -> None:
    with pytest.raises(LineError) as caught:
        parse(said, KNOWN)
    assert (f"Did you mean /{meant}?" in caught.value.message) is bool(meant)


async def test_there_are_few_to_learn_and_each_that_moved_is_a_button_of_one_of_them(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        registry = v.app.dispatcher.registry
        assert len(tuple(registry)) <= MOST
        await v.set_up()
        await v.command(ORGANISER, "my break", until="2027-01-31")
        moved = [c for c in registry.all() if c.moved_to]
        assert moved
        assert not {c.name for c in moved} & {c.name for c in registry}
        on_cards = {
            each.action.name
            for home in {c.moved_to for c in moved}
            for each in card_of(await v.command(ORGANISER, home)).buttons()
            if isinstance(each.action, RunCommand)
        }
        # The first four come where there is something to do; the others have buttons of their own kind.
        now_and_then = {
            "round reveal",
            "my unlink",
            "group disconnect",
            "group resume",
            "my interview",
            "round preview",
            "quiz mistakes",
        }
        assert {c.name for c in moved} - now_and_then <= on_cards


@pytest.mark.parametrize(
    "name", ["round skip", "round close", "quiz mistakes", "quiz history", "my goal", "my name"]
)
async def test_a_command_that_moved_does_the_same_typed_and_pressed(sqlite_url: str, name: str) -> None:
    async with local_group(sqlite_url) as v:
        assert parse(f"/{name}", v.app.dispatcher.registry).path == name
        typed = await v.command(ORGANISER, name)
        pressed = await v.act(ORGANISER, RunCommand(name, ""))
        assert type(typed) is type(pressed)
        if isinstance(typed, Ask):
            assert isinstance(pressed, Ask)
            assert pressed.form.title == typed.form.title
            assert v.app.dispatcher.opens_form("run.1:my name:")
        else:
            assert words(pressed) == words(typed)


async def test_a_pressed_command_asks_who_presses_it_and_takes_no_value_it_does_not_know(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        assert title(await v.act("ada", RunCommand("round close", ""))) == "Only organisers can do this"
        assert title(await v.act("ada", RunCommand("my remind", "yes"))) == "Reminders are on"
        assert title(await v.act("ada", RunCommand("my remind", "no"))) == "Reminders are off"
        for odd in (RunCommand("round close", "now"), RunCommand("my goal", "5"), RunCommand("no such", "")):
            reply = await v.act(ORGANISER, odd)
            assert isinstance(reply, Private)
            assert title(reply) in ("This button no longer works", "There is no such command")


async def test_the_date_of_an_interview_is_typed_into_a_form_and_a_wrong_one_comes_back(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.press("ada", await v.command("ada", "my record"), "Interview date")
        refused = await v.fill("ada", asked, date="soon")
        assert "soon" in str(refused)
        assert "2027-02-01" in str(refused)
        assert "days to your interview" in title(await v.fill("ada", asked, date="2027-02-01"))
