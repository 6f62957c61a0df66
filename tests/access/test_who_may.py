"""Whoever has no business in a group is refused at every button, list, form and command of it, and changes nothing."""

import itertools
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from bot.access.presence import Outside
from bot.access.who import ANYONE
from bot.chat.access import Level
from bot.chat.actions import Action, encode
from bot.chat.cards import Accent, Private, Reply
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit, Value
from tests.old_databases.old import STOPPED, Later, kept_actions, later, restore, rows
from tests.support.local_driver import words

STUDY, TOWER, ATTIC = (Place("local", "room", channel, channel) for channel in ("study", "tower", "attic"))
ELSEWHERE = Place("stranger", "their-team", "general", "general")
FAILED = "Something went wrong here"


@dataclass(frozen=True)
class Outsider:
    """Somebody who has no business in the groups of ``outside``; ``manages`` what they stand in."""

    name: str
    who: Identity
    place: Place | None
    manages: bool = False


OUTSIDERS = (
    Outsider(
        "a stranger of another workspace, in private", Identity("stranger", "their-team", "eve", "Eve"), None
    ),
    Outsider(
        "a stranger in a channel of theirs", Identity("stranger", "their-team", "eve", "Eve"), ELSEWHERE, True
    ),
    Outsider("an account of this workspace, in private", Identity("local", "room", "nobody", "Nobody"), None),
)


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Later]:
    """A group that has lived for some days, with cards of every kind standing around."""
    async with later(await restore("v0005", tmp_path / "old.db")) as v:
        yield v


def contents(v: Later) -> str:
    """Everything that the database holds, as text; who merely asks must leave it as it is."""
    with closing(sqlite3.connect(str(v.app.database.url.database))) as connection:
        return "\n".join(line for line in connection.iterdump() if '"typed_forms"' not in line)


def requests(v: Later, outsider: Outsider, made: str) -> Iterator[Request]:
    """A press and a form with this id."""
    for what in (
        Press(made, ("1",)),
        Submit(made, {"answer": "Words that nobody may lose. " * 3, "note": "x"}),
    ):
        number = next(v._ids)
        yield Request(f"w{number}", v.clock(), outsider.who, outsider.place, what, manages=outsider.manages)


def refused(reply: Reply) -> bool:
    """Whether a reply says kindly that this cannot be done."""
    if not isinstance(reply, Private) or FAILED in words(reply):
        return False
    return reply.card.accent is Accent.BAD or reply.card.title in {"Which group?", "You have left the group"}


def guarded(v: Later, but: frozenset[str] = frozenset()) -> Iterator[tuple[str, Level | None]]:
    """An id of every action that not just anyone may use, and its level; ``but`` names tags that are left out."""
    for each in (kept for kept in kept_actions() if kept.tag not in but):
        action = v.app.dispatcher._actions.decode(each.id)
        who = v.app.dispatcher.routes[type(action)].who
        if who is None or who.level is not Level.ANYONE:
            yield each.id, who.level if who else None


@pytest.mark.slow
@pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda each: each.name)
async def test_an_outsider_opens_nothing_by_counting_ids_up(
    local: Later, outsider: Outsider, caplog: pytest.LogCaptureFixture
) -> None:
    before = contents(local)
    through = [
        (made, type(request.what).__name__)
        for made, _ in guarded(local, OWN_CHANNEL if outsider.manages else frozenset())
        for request in requests(local, outsider, made)
        if not refused(await local.app.dispatcher.handle(request))
    ]
    assert through == []
    assert contents(local) == before
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_every_route_and_command_says_who_may(local: Later) -> None:
    dispatcher = local.app.dispatcher
    silent = [route.action.__name__ for route in dispatcher.routes.values() if route.who is None]
    silent += [command.name for command in dispatcher.registry if command.who is None]
    assert silent == []


ANYONES = {
    "HelpOn": "help is about nobody's group",
    "ExportMine": "one's own data, which outlives every membership; the handler looks at the asker's account alone",
    "ForgetMe": "the same",
    "AskLink": "one's own accounts; a code is what counts",
    "EnterLink": "the same",
}
OWN_MATTERS = frozenset({"mylink.1", "myunlink.1"})
"""What joins and parts one's own accounts, for as long as they are one's own; its owner may, also when barred or gone."""

OWN_CHANNEL = frozenset({"gaskcode.1"})
"""Opens a form for the channel that one manages oneself; the code that it asks for is what counts."""

NO_ID = frozenset({"practise.1", "mygroup.1"})
"""Their numbers name nothing that could be missing: which draw of a question; a default that the chosen value replaces."""


async def test_what_anyone_may_is_named_here_with_its_reason(local: Later) -> None:
    found = {
        route.action.__name__
        for route in local.app.dispatcher.routes.values()
        if route.who is not None and route.who.level is Level.ANYONE
    }
    assert found == set(ANYONES)


ONES_OWN = frozenset(
    {"SaveName", "EndBreak", "Leave", "ChooseGroup", "ShowHome", "ShowRecord", "ChooseGoal", "ShowPlan"}
    | {"ClearInterview", "AskInterview", "SaveInterview", "AskBreak", "SaveBreak"}
)
"""What a member may press who is in none of the group's places any more: it shows and changes nothing but their own."""


async def test_what_those_may_who_were_removed_is_named_here(local: Later) -> None:
    found = {
        route.action.__name__
        for route in local.app.dispatcher.routes.values()
        if getattr(route.who, "outside", None) is Outside.NOTHING and route.who is not ANYONE
    }
    assert found == ONES_OWN


@pytest.mark.slow
@pytest.mark.parametrize("state", ["barred_at", "left_at"])
async def test_who_was_barred_or_left_presses_nothing_from_outside(
    local: Later, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = str(local.app.database.url.database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"UPDATE members SET {state} = '2026-12-01 08:00:00.000000', organiser = 0")
        connection.commit()
    people = [
        Outsider(row["name"], Identity(row["platform"], row["tenant"], row["user"], row["name"]), None)
        for row in await rows(f"sqlite:///{database}", "SELECT * FROM identities ORDER BY id LIMIT 6")
    ]
    before = contents(local)
    through = [
        (made, one.name)
        for made, _ in guarded(local, OWN_MATTERS)
        for one in people
        for request in itertools.islice(requests(local, one, made), 1)
        if not refused(await local.app.dispatcher.handle(request))
    ]
    assert through == []
    assert contents(local) == before
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.slow
async def test_an_organiser_of_another_group_moves_nothing_of_this_one(
    local: Later, caplog: pytest.LogCaptureFixture
) -> None:
    """Theirs is a group of the same workspace: they stand in its channel, where they may do everything."""
    database = f"sqlite:///{local.app.database.url.database}"
    inside = {r["person_id"] for r in await rows(database, _ACCOUNTS_OF.format(group=1))}
    others = [
        r for r in await rows(database, _ORGANISERS_BUT.format(group=1)) if r["person_id"] not in inside
    ]
    assert others
    there = {
        r["group_id"]: r["channel"] for r in await rows(database, "SELECT * FROM places ORDER BY id DESC")
    }
    before = contents(local)
    through = []
    for made, _ in guarded(local, OWN_MATTERS):
        if await _group_of(database, local, made) != 1:
            continue
        for row in others:
            who = Identity(row["platform"], row["tenant"], row["user"], row["name"])
            place = Place(who.platform, who.tenant, there[row["group_id"]], "theirs")
            organiser = Outsider("organiser", who, place, manages=True)
            through += [
                (made, row["user"])
                for request in requests(local, organiser, made)
                if not refused(await local.app.dispatcher.handle(request))
            ]
    assert through == []
    assert contents(local) == before
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


_ACCOUNTS_OF = (
    "SELECT i.* FROM identities i JOIN members m ON m.person_id = i.person_id WHERE m.group_id = {group}"
)
_ORGANISERS_BUT = (
    "SELECT i.*, m.group_id FROM identities i JOIN members m ON m.person_id = i.person_id "
    "WHERE m.organiser AND m.left_at IS NULL AND m.group_id <> {group}"
)
_GROUP_BY = {
    "group_id": "SELECT id AS g FROM groups WHERE id = {}",
    "round_id": "SELECT group_id AS g FROM rounds WHERE id = {}",
    "quiz_id": "SELECT group_id AS g FROM quizzes WHERE id = {}",
    "own_id": "SELECT group_id AS g FROM own_questions WHERE id = {}",
}


async def _group_of(database: str, v: Later, made: str) -> int | None:
    action = v.app.dispatcher._actions.decode(made)
    for name, query in _GROUP_BY.items():
        if hasattr(action, name):
            found = await rows(database, query.format(int(getattr(action, name))))
            return int(found[0]["g"]) if found else None
    return None


SOME: dict[Any, object] = {int: 1, str: "", bool: False}
UNKNOWN = 987_654_321


def beyond(action: Action) -> Action:
    """The same action about things that don't exist."""
    values = {f.name: UNKNOWN if f.type in (int, "int") else getattr(action, f.name) for f in fields(action)}
    return type(action)(**values)


async def test_what_does_not_exist_is_refused_kindly_to_members_and_organisers(
    local: Later, caplog: pytest.LogCaptureFixture
) -> None:
    before = contents(local)
    seen: set[str] = set()
    through = []
    for made, _ in guarded(local, NO_ID):
        action = beyond(local.app.dispatcher._actions.decode(made))
        made = encode(action)
        if str(UNKNOWN) not in made or made in seen:
            continue
        seen.add(made)
        member = Outsider("olga", Identity("local", "room", "olga", "Olga"), STUDY, True)
        through += [
            made
            for request in requests(local, member, made)
            if not refused(await local.app.dispatcher.handle(request))
        ]
    assert len(seen) > 60
    assert through == []
    assert contents(local) == before
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.slow
async def test_no_press_of_a_member_ends_in_a_traceback(
    local: Later, caplog: pytest.LogCaptureFixture
) -> None:
    """Old buttons of every kind, pressed in the channel by those who may: whatever they say, it is said kindly."""
    for user in ("olga", "mira"):
        one = Outsider(user, Identity("local", "room", user, user.capitalize()), STUDY, user == "olga")
        for each in kept_actions():
            for request in requests(local, one, each.id):
                reply = await local.app.dispatcher.handle(request)
                assert not isinstance(reply, Private) or FAILED not in words(reply), each.id
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_what_only_organisers_may_is_refused_to_a_member_in_the_channel(local: Later) -> None:
    database = f"sqlite:///{local.app.database.url.database}"
    theirs = {"group_id": 1} | {
        name: int((await rows(database, f"SELECT min(id) AS i FROM {table} WHERE group_id = 1"))[0]["i"])
        for name, table in (("own_id", "own_questions"), ("round_id", "rounds"))
    }
    mira = Outsider("mira", Identity("local", "room", "mira", "Mira"), STUDY)
    before, said = contents(local), dict[str, set[str]]()
    for route in local.app.dispatcher.routes.values():
        about = theirs.keys() & {each.name for each in fields(route.action)}
        if route.who is None or route.who.level is not Level.ORGANISER or not about:
            continue
        values = {each.name: theirs.get(each.name, SOME.get(each.type)) for each in fields(route.action)}
        replies = [
            await local.app.dispatcher.handle(request)
            for request in requests(local, mira, encode(route.action(**values)))
        ]
        said[route.action.__name__] = {words(reply).partition("\n")[0] for reply in replies}
    assert len(said) > 50
    assert {name: each for name, each in said.items() if each != {"Only organisers can do this"}} == {}
    assert contents(local) == before


async def test_organisers_commands_are_refused_to_everyone_else(local: Later) -> None:
    before = contents(local)
    for command in local.app.dispatcher.registry:
        if not command.organisers:
            continue
        options: dict[str, Value] = {o.name: "1" for o in command.options if o.required}
        for one in (
            *OUTSIDERS[:1],
            OUTSIDERS[2],
            Outsider("mira", Identity("local", "room", "mira", "Mira"), STUDY),
        ):
            request = Request(
                f"c{next(local._ids)}", STOPPED, one.who, one.place, Invoke(command.name, options)
            )
            assert refused(await local.app.dispatcher.handle(request)), (command.name, one.name)
    assert contents(local) == before
