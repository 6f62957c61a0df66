"""Who may suggest, review, import and browse; whoever may not changes nothing, and gets back what they typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.chat.actions import Action, encode
from bot.chat.cards import Private, Reply, Verbatim
from bot.chat.requests import Identity, Invoke, Press, Submit
from bot.features.custom_questions.actions import (
    AcceptSuggestion,
    AddImport,
    Browse,
    OpenDecline,
    OpenEdit,
    OpenImport,
    OpenItem,
    OpenSearch,
    OpenSuggestion,
    PickTopic,
    ReadItem,
    Retire,
    ReviewAfter,
    SaveEdit,
    SayWrong,
    Search,
    SendDecline,
    SendImport,
    SendSuggestion,
    ShowAnswer,
    Wish,
)
from bot.features.custom_questions.queries import read_own
from bot.membership.tables import members
from tests.features.custom_questions.suggested import ASKED, PROMPT, leaf, own_rows, suggest
from tests.features.daily.acting import changed, tables
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, local_app, words

FAR = 10**15
"""An id that nothing has."""


def for_members(v: LocalDriver, group_id: int = 1) -> tuple[Action, ...]:
    """What those who take part may do."""
    return (
        PickTopic(group_id),
        OpenSuggestion(group_id, leaf(v), "open"),
        SendSuggestion(group_id, leaf(v), "open"),
    )


def for_organisers(own_id: int, group_id: int = 1) -> tuple[Action, ...]:
    """What only organisers may do."""
    return (
        ReviewAfter(group_id, 0),
        AcceptSuggestion(own_id, ""),
        OpenDecline(own_id),
        SendDecline(own_id),
        OpenEdit(own_id),
        SaveEdit(own_id),
        OpenImport(group_id),
        SendImport(group_id),
        AddImport(group_id, own_id, keep=True),
        AddImport(group_id, own_id, keep=False),
        Browse(group_id, "", 0),
        OpenItem(group_id, "", 0),
        ReadItem(group_id, f"own.{own_id}", 0),
        ShowAnswer(group_id, f"own.{own_id}", sure=True),
        Wish(group_id, f"own.{own_id}", "queue"),
        OpenSearch(group_id),
        Search(group_id),
        Retire(own_id, away=True),
        SayWrong(group_id, f"own.{own_id}"),
    )


_FORMS = {
    SendSuggestion: ASKED,
    SendDecline: {"reason": "no " * 30},
    SaveEdit: ASKED,
    SendImport: {"text": PROMPT},
    Search: {"word": PROMPT},
}


def what_of(action: Action) -> Press | Submit:
    """The press or the form of an action."""
    fields = _FORMS.get(type(action))
    return Press(encode(action), ("own.1",)) if fields is None else Submit(encode(action), dict(fields))


async def kindly_refused(
    v: LocalDriver, user: str, action: Action, *, private: bool, tenant: str = "room"
) -> Reply:
    """Do it as somebody who may not; checks that nothing changed and that what they typed comes back."""
    before = await tables(v)
    what = what_of(action)
    request = v.request(user, what)
    who = Identity("local", tenant, user, user.capitalize())
    reply = await v.handle(replace(request, who=who, place=None if private else request.place))
    assert isinstance(reply, Private), action
    assert "went wrong" not in reply.card.title, action
    assert changed(before, await tables(v)) == set(), action
    if isinstance(what, Submit):
        back = [block.text for block in reply.card.blocks if isinstance(block, Verbatim)]
        assert back == list(what.typed), action
    return reply


async def test_somebody_who_is_in_no_group_does_nothing_from_a_private_chat(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        await suggest(v, "mira")
        (own,) = await own_rows(v)
        for action in (*for_members(v), *for_organisers(own.id)):
            reply = await kindly_refused(v, "zora", action, private=True, tenant="elsewhere")
            assert type(action) in _FORMS or PROMPT not in words(reply), action


async def test_whoever_is_barred_suggests_nothing_and_whoever_left_only_in_the_channel(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await suggest(v, "mira")
        await suggest(v, "tomas")
        rows = {row.name: row.id for row in await v.rows(members)}
        now = v.clock()
        await v.app.database.write(lambda tx: tx.change(members, rows["Mira"], {"barred_at": now}))
        await v.app.database.write(lambda tx: tx.change(members, rows["Tomas"], {"left_at": now}))
        for action in for_members(v):
            assert "barred" in words(await kindly_refused(v, "mira", action, private=False))
            await kindly_refused(v, "tomas", action, private=True)
        assert card_of(await suggest(v, "tomas")).title == "Thank you: your question is in"


async def test_members_who_organise_nothing_do_nothing_of_the_organisers(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await suggest(v, "mira")
        (own,) = await own_rows(v)
        for action in for_organisers(own.id):
            reply = await kindly_refused(v, "mira", action, private=False)
            assert reply.card.title == "Only organisers can do this", action  # type: ignore[union-attr]


async def test_what_does_not_exist_is_said_kindly(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        for action in (*for_members(v, FAR), *for_organisers(FAR, FAR)):
            if isinstance(action, SendDecline | SaveEdit | SendSuggestion | SendImport | Search):
                continue
            before = await tables(v)
            reply = await v.act(ORGANISER, action)
            assert isinstance(reply, Private), action
            assert any(said in card_of(reply).title for said in ("gone", "no longer exists")), action
            assert changed(before, await tables(v)) == set(), action


async def test_whoever_only_manages_the_channel_decides_and_is_a_member_from_then_on(
    database_url: str,
) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        await suggest(v, "mira")
        (own,) = await own_rows(v)
        request = v.request("zora", Press(encode(AcceptSuggestion(own.id, read_own(own).version))))
        assert card_of(await v.handle(replace(request, manages=True))).title == "No suggestions"
        zora = next(row for row in await v.rows(members) if row.name == "Zora")
        (own,) = await own_rows(v)
        assert (own.state, own.decided_by) == ("accepted", zora.id)


@contextmanager
def counted(v: LocalDriver) -> Iterator[list[str]]:
    """The statements that run within."""
    said: list[str] = []
    v.app.database.watcher = lambda sql, _values: said.append(sql)
    try:
        yield said
    finally:
        v.app.database.watcher = None


@pytest.mark.parametrize(("path", "most"), [("bank review", 3), ("bank browse", 3), ("bank import", 2)])
async def test_looking_at_the_bank_is_a_few_statements_however_much_waits(
    sqlite_url: str, path: str, most: int
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        for n in range(5):
            await suggest(v, "mira", prompt=f"{PROMPT} ({n})")
        with counted(v) as said:
            await v.handle(v.request(ORGANISER, Invoke(path, {})))
        assert len(said) <= most, said
