"""A group's channel: lost and found again, its organisers' role, and where reveals and quizzes go."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Mention, Private, Reply, RoleSelect
from bot.chat.dispatch import ORGANISERS_ONLY
from bot.chat.platform import Threads
from bot.chat.requests import Invoke, Place, Press
from bot.features.group_settings.actions import Assign, OpenSettings
from bot.membership.tables import groups, places
from bot.outbox.queries import refresh
from bot.outbox.tables import deliveries
from tests.features.daily.acting import name_organiser
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, card_of, lists, local_app, words

LETS_IN = "Give Studyhall the right to write in #study."


@pytest.fixture
async def v(sqlite_url: str) -> AsyncIterator[LocalDriver]:
    """An app whose group has a question open."""
    async with local_app(sqlite_url) as made:
        await made.set_up()
        await name_organiser(made, "mira")
        yield made


async def _settings_offer(v: LocalDriver) -> set[str]:
    shown = await v.command(ORGANISER, "group settings")
    return {option.value for option in lists(shown)[0].options}


async def _set(v: LocalDriver, what: str, value: str) -> Reply:
    opened = await v.choose_change(await v.command(ORGANISER, "group settings"), what)
    return await v.choose(ORGANISER, opened, value)


async def test_organisers_hear_once_of_a_lost_channel_and_it_goes_on_when_access_returns(
    v: LocalDriver,
) -> None:
    v.watched.closed = LETS_IN
    await v.tick(days=1)
    await v.tick(days=1)
    told = [card for card in v.private("mira") if LETS_IN in words(card)]
    assert len(told) == 1
    assert "Answers, votes and points are safe" in words(told[0])
    v.watched.closed = ""
    await v.tick(hours=2)
    assert [row.paused_because for row in await v.rows(places)] == [""]
    assert sum(row.kind == "question" and row.state == "sent" for row in await v.rows(deliveries)) == 2


async def test_of_the_days_without_access_one_question_comes_late_and_no_other_was_asked(
    v: LocalDriver,
) -> None:
    v.watched.closed = LETS_IN
    for _ in range(4):
        await v.tick(days=1)
    v.watched.closed = ""
    await v.tick(hours=2)
    questions = [row for row in await v.rows(deliveries) if row.kind == "question"]
    assert [row.state for row in questions] == ["sent", "sent"]


async def test_an_organiser_who_takes_no_messages_hears_of_it_with_their_next_private_reply(
    v: LocalDriver,
) -> None:
    v.watched.closed, v.watched.deaf = LETS_IN, frozenset({"mira"})
    await v.tick(days=1)
    assert v.private("mira") == []
    reply = await v.command("mira", "my home")
    assert isinstance(reply, Private)
    (also,) = reply.also
    assert LETS_IN in words(also)
    again = await v.command("mira", "my home")
    assert isinstance(again, Private)
    assert again.also == ()


async def test_a_deleted_question_is_told_of_and_the_round_goes_on(v: LocalDriver) -> None:
    first = next(ref for ref, where in v.watched.where.items() if isinstance(where, Place))
    await v.answer("ada", "An answer that is kept whatever happens to the message above.")
    await v.app.room.transcript.remove(int(first.message), v.clock())
    await v.tick(days=1)
    (told,) = [card for card in v.private("mira") if "deleted" in card.title]
    assert "/question today" in words(told)
    assert [row.paused_because for row in await v.rows(places)] == [""]


async def _set_role(v: LocalDriver, *values: str) -> Reply:
    """Choose from the list of roles, which the platform fills: the values are those that came with the press."""
    opened = await v.choose_change(await v.command(ORGANISER, "group settings"), "role")
    (chosen_from,) = [c for row in card_of(opened).controls for c in row if isinstance(c, RoleSelect)]
    return await v.act(ORGANISER, chosen_from.action, *values)


async def test_a_role_chosen_by_organisers_makes_its_holders_organisers_in_that_channel_alone(
    v: LocalDriver,
) -> None:
    assert "role" not in await _settings_offer(v)
    v.watched.has_roles = True
    assert "role" in await _settings_offer(v)
    ask = v.request("ada", Invoke("group settings", {}))
    assert ORGANISERS_ONLY in words(await v.handle(replace(ask, roles=frozenset({"7"}))))
    await _set_role(v, "7")
    assert card_of(await v.handle(replace(ask, roles=frozenset({"7", "9"})))).title == "Group settings"
    assert ORGANISERS_ONLY in words(await v.handle(replace(ask, roles=frozenset({"8"}))))
    elsewhere = replace(ask, roles=frozenset({"7"}), place=replace(HERE, channel="other"))
    assert card_of(await v.handle(elsewhere)).title != "Group settings"
    opened = await v.choose_change(await v.command(ORGANISER, "group settings"), "role")
    (shown,) = [c for row in card_of(opened).controls for c in row if isinstance(c, RoleSelect)]
    assert shown.chosen == "7"
    await v.press(ORGANISER, opened, "No role")
    assert ORGANISERS_ONLY in words(await v.handle(replace(ask, roles=frozenset({"7"}))))


async def test_a_role_that_nobody_can_be_given_is_refused_and_another_can_be_chosen(v: LocalDriver) -> None:
    v.watched.has_roles = True
    await _set_role(v, "7")
    refused = await _set_role(v)
    assert "Nobody can be given that role" in words(refused)
    assert any(isinstance(c, RoleSelect) for row in card_of(refused).controls for c in row)
    assert [row.organiser_role for row in await v.rows(places)] == ["7"]


async def test_a_question_notifies_whom_an_organiser_chose_for_its_place_and_nothing_else_does(
    v: LocalDriver,
) -> None:
    def mentions() -> list[Mention | None]:
        return [card.mention for card in v.channel()]

    assert mentions() == [None], "nobody, unless an organiser chose otherwise"
    v.watched.has_roles = True
    assert "@here" in words(await _set(v, "ping", "here"))
    assert ORGANISERS_ONLY in words(await v.act("ada", Assign(1, "ping"), "nobody"))
    assert "no longer on the list" in words(await v.act(ORGANISER, Assign(1, "ping"), "everyone"))
    await v.tick(days=1)
    assert mentions() == [None, Mention()]
    await v.act(ORGANISER, Assign(1, "pingrole"), "7")
    await v.tick(days=1)
    assert {card.title: card.mention for card in v.channel()} == {
        "Monday's question": None,
        "Tuesday's question": None,
        "Monday's reveal": None,
        "Wednesday's question": Mention("7"),
    }


async def test_no_role_is_set_where_the_platform_has_none(v: LocalDriver) -> None:
    (group,) = await v.rows(groups)
    refused = await v.act(ORGANISER, Assign(group.id, "role"), "7")
    assert "no longer on the list" in words(refused)
    assert [row.organiser_role for row in await v.rows(places)] == [""]


async def test_in_a_private_chat_no_role_can_be_chosen_since_none_are_shown_there(v: LocalDriver) -> None:
    v.watched.has_roles = True
    (group,) = await v.rows(groups)
    at_home = replace(v.request(ORGANISER, Press(encode(OpenSettings(group.id)))), place=None)
    shown = await v.handle(at_home)
    assert "role" not in {option.value for option in lists(shown)[0].options}


async def _threads(v: LocalDriver) -> dict[str, str | None]:
    """The thread in which each kind of message of the channel was last posted."""
    kinds = {row.key: row.kind for row in await v.rows(deliveries)}
    found: dict[str, str | None] = {}
    for ref, where in v.watched.where.items():
        entry = await v.app.room.entry(ref.message)
        if isinstance(where, Place) and entry is not None and entry.key is not None:
            found[kinds[entry.key]] = where.thread
    return found


async def test_reveals_go_to_the_questions_thread_where_that_is_wanted(
    v: LocalDriver,
) -> None:
    assert "threads" not in await _settings_offer(v)
    v.watched.threads = Threads.OFFERED
    assert "threads" in await _settings_offer(v)
    await _set(v, "threads", "thread")
    first = next(iter(v.watched.where)).message
    await v.tick(days=1)
    await v.tick(days=1)
    threads = await _threads(v)
    assert threads["question"] is None
    assert threads["reveal"] == first


@pytest.mark.parametrize(
    ("has", "wants", "kinds", "threaded"),
    [
        (Threads.NONE, "", ["quizlobby", "quizasked:0"], False),
        (Threads.OFFERED, "", ["quizlobby", "quizasked:0"], True),
        (Threads.OFFERED, "thread", ["quizlobby", "quizasked:0"], True),
        (Threads.PREFERRED, "channel", ["groupquiz"], False),
    ],
)
async def test_each_question_of_a_group_quiz_is_a_new_message_unless_a_place_with_threads_wants_none(
    v: LocalDriver, has: Threads, wants: str, kinds: list[str], threaded: bool
) -> None:
    v.watched.threads = has
    if wants:
        await _set(v, "threads", wants)
    await v.command(ORGANISER, "quiz start", mode="group", count=3)
    await v.tick()
    await v.tick(seconds=61)
    rows = [row for row in await v.rows(deliveries) if row.subject.startswith("quiz:")]
    assert [row.kind for row in rows] == kinds
    threads = await _threads(v)
    assert threads[kinds[0]] is None
    assert threads[kinds[-1]] == (rows[0].message["message"] if threaded else None)


async def test_all_of_it_stays_in_the_channel_by_default_where_threads_are_only_offered(
    v: LocalDriver,
) -> None:
    v.watched.threads = Threads.OFFERED
    for _ in range(2):
        await v.tick(days=1)
    assert (await _threads(v))["reveal"] is None


async def test_where_threads_are_the_custom_a_group_can_still_keep_to_the_channel(v: LocalDriver) -> None:
    v.watched.threads = Threads.PREFERRED
    await v.tick(days=1)
    await v.tick(days=1)
    assert (await _threads(v))["reveal"] is not None
    await _set(v, "threads", "channel")
    await v.tick(days=1)
    assert (await _threads(v))["reveal"] is None


async def test_organisers_hear_once_of_a_message_that_the_platform_will_not_take(v: LocalDriver) -> None:
    v.watched.picky = True
    for hours in (24, 1, 1):
        await v.tick(hours=hours)
    v.watched.picky = False
    told = [card for card in v.private("mira") if card.title == "Studyhall could not post a message"]
    assert len(told) == 1
    await v.tick(hours=1)
    assert sum(row.kind == "question" and row.state == "sent" for row in await v.rows(deliveries)) == 2


async def _delete_the_question(v: LocalDriver) -> None:
    """Delete its message, and let its next change find that out."""
    (row,) = [row for row in await v.rows(deliveries) if row.kind == "question"]
    await v.app.room.transcript.remove(int(row.message["message"]), v.clock())
    await v.app.database.write(lambda tx: refresh(tx, row.subject, (row.kind,), v.clock()))
    await v.tick(minutes=1)


async def test_a_deleted_question_is_posted_again_when_an_organiser_asks_each_time(v: LocalDriver) -> None:
    for times in (1, 2):
        await _delete_the_question(v)
        told = [card for card in v.private("mira") if "was deleted" in card.title]
        assert len(told) == 1
        refused = await v.press("tomas", told[0], "Post it again")
        assert ORGANISERS_ONLY in words(refused)
        shown = await v.press("mira", told[0], "Post it again")
        assert card_of(shown).title == "It will be posted again"
        await v.press("mira", told[0], "Post it again")
        await v.tick(minutes=1)
        assert [card.title for card in v.private("mira")].count("It will be posted again") == times
        posted = [row for row in await v.rows(deliveries) if row.kind == "question"]
        assert [(row.state, row.error, row.message is not None) for row in posted] == [("sent", "", True)]
        assert await v.app.room.entry(posted[0].message["message"]) is not None
