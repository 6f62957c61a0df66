"""Who is in none of a group's places any more reads and moves nothing of it from a private chat, but what is their own."""

from dataclasses import replace

import pytest

from bot.app.features import FEATURES, INSIDE
from bot.chat.actions import Action, encode
from bot.chat.cards import Accent, Private, Reply
from bot.chat.requests import Invoke, Press, Value
from bot.features.daily.actions import OpenAnswer, OpenBallot, ReadAnswers, Report, ShowRound
from bot.features.group_settings.actions import Pause
from bot.membership.queries import change_member
from tests.features.daily.acting import answer_of, changed, member_id_of, name_organiser, tables, title
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, local_app, local_group
from tests.support.two_platforms import two_platforms

NO_LONGER = "You are no longer in this group's channel"
REPORTED = "An answer was reported"
UNKNOWN = "Could not check just now"
BALLOT = "Monday's ballot: 1 of 2"
OWN = ("my home", "my record", "my export", "my delete", "my leave", "my name", "group status")


async def privately(v: LocalDriver, user: str, path: str, **options: Value) -> Reply:
    """Run a command in a private chat."""
    return await v.handle(v.request(user, Invoke(path, options), place=None))


async def press(v: LocalDriver, user: str, action: Action) -> Reply:
    """Press a button in a private chat."""
    return await v.handle(v.request(user, Press(encode(action)), place=None))


async def voting(v: LocalDriver) -> None:
    """A group whose first question is being voted on, with Mira among its members."""
    await v.set_up()
    for user in (ORGANISER, "mira", "tomas"):
        await v.answer(user, f"{user}: what I would say, in a sentence or two.")
    await v.tick(days=1)


async def test_who_was_removed_reads_no_ballot_and_answers_nothing(database_url: str) -> None:
    async with local_app(database_url) as v:
        await voting(v)
        assert title(await press(v, "mira", OpenBallot(1))) == BALLOT
        await v.pass_time(minutes=5)
        v.watched.gone = frozenset({"mira"})
        before = await tables(v)
        for action in (OpenBallot(1), ShowRound(1), OpenAnswer(2), ReadAnswers(1, 0)):
            assert title(await press(v, "mira", action)) == NO_LONGER, action
        for path in ("vote", "answer", "question today", "question past", "quiz start", "question practice"):
            assert title(await privately(v, "mira", path)) == NO_LONGER, path
        assert changed(before, await tables(v)) == set()


async def test_what_is_ones_own_is_there_after_one_was_removed(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        v.watched.gone = frozenset({"mira"})
        for path in OWN:
            assert not _refused(await privately(v, "mira", path)), path
        assert v.watched.asked == 0, "nobody needs to be asked about it"


async def test_an_organiser_who_was_removed_has_no_command_and_no_old_button(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "mira")
        assert not _refused(await privately(v, "mira", "group settings"))
        await v.pass_time(minutes=5)
        v.watched.gone = frozenset({"mira"})
        before = await tables(v)
        for path in (command.name for command in v.app.dispatcher.registry if command.organisers):
            assert _refused(await privately(v, "mira", path)), path
        assert title(await privately(v, "mira", "round now")) == NO_LONGER
        assert title(await press(v, "mira", Pause(1))) == NO_LONGER
        assert changed(before, await tables(v)) == set()


async def test_where_nobody_knows_one_goes_on_but_reads_nothing_of_others(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        await name_organiser(v, "mira")
        v.watched.silent = True
        assert title(await press(v, "mira", OpenBallot(1))) == UNKNOWN
        assert title(await privately(v, "mira", "question past")) == UNKNOWN
        assert title(await privately(v, "mira", "group pause")) == UNKNOWN
        for path in (*OWN, "question today", "answer", "quiz start"):
            assert not _refused(await privately(v, "mira", path)), path
        v.watched.silent = False
        await v.pass_time(seconds=10)
        assert title(await press(v, "mira", OpenBallot(1))) == BALLOT


async def test_an_old_yes_does_not_serve_where_the_platform_is_silent(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        assert title(await press(v, "mira", OpenBallot(1))) == BALLOT
        v.watched.silent = True
        await v.pass_time(minutes=2)
        assert title(await press(v, "mira", OpenBallot(1))) == BALLOT
        await v.pass_time(minutes=2)
        assert title(await press(v, "mira", OpenBallot(1))) == UNKNOWN


async def test_an_answer_holds_for_minutes_and_nobody_is_asked_about_presses_in_the_place(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        await v.act("mira", OpenBallot(1))
        assert v.watched.asked == 0
        for _ in range(5):
            await press(v, "mira", OpenBallot(1))
        assert v.watched.asked == 1
        v.watched.gone = frozenset({"mira"})
        await v.pass_time(minutes=3)
        assert title(await press(v, "mira", OpenBallot(1))) == NO_LONGER
        assert title(await v.act("mira", OpenBallot(1))) == BALLOT, "in the place itself they are"


def test_each_kind_of_message_stands_in_places_or_is_ones_own_or_for_those_inside() -> None:
    every = {kind for feature in FEATURES for kind in feature.cards}
    in_places = {"question", "reveal", "groupquiz", "quizlobby", "quizasked", "quizresult", "resumed"}
    ones_own = {
        "reminder",
        "tour",
        "challengeout",
        "rescored",
        "accepted",
        "mock",
        "mockresult",
        "mockchoice",
        "mockweek",
        "mockagain",
        "heard",
        "useful",
        "regraded",
        "mended",
        "takenback",
        "countedonce",
        "ownoutcome",
        "link",
        "linked",
    }
    assert every - INSIDE.keys() == in_places | ones_own


async def reported_to_mira(v: LocalDriver, *, tick: bool = True) -> None:
    """An answer of Tomas was reported, which Mira, an organiser who takes no private messages, is to hear of."""
    await voting(v)
    await name_organiser(v, "mira")
    v.watched.deaf = frozenset({"mira"})
    answer = await answer_of(v, "tomas")
    await v.act(ORGANISER, OpenBallot(1))
    assert title(await v.act(ORGANISER, Report(1, answer.id))) == "Thank you for the report"
    if tick:
        await v.tick(minutes=5)


def after(reply: Reply) -> list[str]:
    """The titles of what comes after a private reply."""
    return [card.title for card in reply.also] if isinstance(reply, Private) else []


async def test_what_organisers_were_not_told_waits_until_it_is_known_that_they_are_still_in(
    database_url: str,
) -> None:
    async with local_app(database_url) as v:
        await reported_to_mira(v)
        v.watched.gone = frozenset({"mira"})
        await v.pass_time(minutes=5)
        for path in ("help", *OWN, "group settings"):
            assert after(await privately(v, "mira", path)) == [], path
        elsewhere = replace(HERE, channel="elsewhere", name="elsewhere")
        assert after(await v.handle(v.request("mira", Invoke("help", {}), place=elsewhere))) == []
        v.watched.gone = frozenset()
        await v.pass_time(minutes=5)
        assert after(await privately(v, "mira", "my home")) == []
        assert after(await privately(v, "mira", "group settings")) == [REPORTED]
        assert after(await privately(v, "mira", "group settings")) == [], "it is told once"


@pytest.mark.parametrize(("gone", "silent"), [(True, False), (False, True), (False, False)])
async def test_an_organiser_is_written_to_while_a_platform_says_that_they_are_still_in(
    sqlite_url: str, gone: bool, silent: bool
) -> None:
    async with local_app(sqlite_url) as v:
        await reported_to_mira(v, tick=False)
        v.watched.deaf = frozenset()
        v.watched.gone, v.watched.silent = frozenset({"mira"} if gone else ()), silent
        for _ in range(8):
            await v.tick(seconds=90)
        assert (REPORTED in [card.title for card in v.private("mira")]) is not (gone or silent)
        v.watched.gone, v.watched.silent = frozenset(), False
        await v.pass_time(minutes=5)
        waited = [REPORTED] if gone or silent else []
        assert after(await privately(v, "mira", "group settings")) == waited


async def test_an_organiser_whom_nobody_knew_to_be_in_for_a_moment_is_written_to_a_little_later(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await reported_to_mira(v, tick=False)
        v.watched.deaf, v.watched.silent = frozenset(), True
        await v.tick(seconds=10)
        v.watched.silent = False
        await v.tick(seconds=10)
        assert REPORTED in [card.title for card in v.private("mira")]


@pytest.mark.parametrize("kept", [True, False])
async def test_who_organises_no_more_is_not_told_what_organisers_are(sqlite_url: str, kept: bool) -> None:
    async with local_app(sqlite_url) as v:
        await reported_to_mira(v, tick=kept)
        v.watched.deaf = frozenset()
        member_id = await member_id_of(v, "mira")
        await v.app.database.write(lambda tx: change_member(tx, member_id, organiser=False))
        await v.tick(minutes=5)
        assert REPORTED not in [card.title for card in v.private("mira")]
        assert after(await v.command("mira", "my home")) == []


async def test_in_the_groups_own_place_they_are_told_at_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await reported_to_mira(v)
        assert after(await v.command("mira", "my home")) == [REPORTED]


async def test_one_account_of_several_that_is_still_in_is_enough(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.connect()
        await v.command("mira", "question today")
        await v.command("mira*", "question today")
        await v.link("mira", "mira*")
        v.watched.gone = frozenset({"mira"})
        assert not _refused(await v.privately("mira", "question past"))
        await v.pass_time(minutes=5)
        v.elsewhere.gone = frozenset({"mira"})
        assert title(await v.privately("mira", "question past")) == NO_LONGER
        assert title(await v.privately("mira*", "question past")) == NO_LONGER


def _refused(reply: Reply) -> bool:
    """Whether a card says that this cannot be done; a form is no card."""
    bad = isinstance(reply, Private) and reply.card.accent is Accent.BAD
    return bad and title(reply) != "Delete everything about you?"
