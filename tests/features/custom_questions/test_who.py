"""Who may suggest, review, import and browse: tests/access/test_who_may.py holds every route to the level that stands here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.chat.access import Level
from bot.chat.actions import encode
from bot.chat.cards import Verbatim
from bot.chat.requests import Invoke, Press, Submit
from bot.features.custom_questions import FEATURE
from bot.features.custom_questions import actions as on
from bot.features.custom_questions.actions import AcceptSuggestion, SendSuggestion
from bot.features.custom_questions.queries import read_own
from bot.membership.tables import members
from tests.features.custom_questions.suggested import ASKED, PROMPT, leaf, own_rows, suggest
from tests.features.daily.acting import changed, tables
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, local_group


def test_members_suggest_authors_change_what_waits_and_organisers_do_the_rest() -> None:
    theirs = {on.PickTopic, on.BeginAgain, on.OpenSuggestion, on.SendSuggestion, on.PickMine}
    their_own = {on.OpenMine, on.SaveMine, on.AskUnsuggest, on.Unsuggest}
    wanted = dict.fromkeys(theirs, Level.PARTICIPANT) | dict.fromkeys(their_own, Level.OWNER)
    for route in FEATURE.routes:
        assert route.who is not None
        assert route.who.level is wanted.get(route.action, Level.ORGANISER), route.action


async def test_whoever_is_barred_suggests_nothing_and_gets_back_what_they_typed_and_whoever_left_comes_back_by_it(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await suggest(v, "mira")
        await suggest(v, "tomas")
        rows = {row.name: row.id for row in await v.rows(members)}
        now = v.clock()
        await v.app.database.write(lambda tx: tx.change(members, rows["Mira"], {"barred_at": now}))
        await v.app.database.write(lambda tx: tx.change(members, rows["Tomas"], {"left_at": now}))
        before, sent = await tables(v), Submit(encode(SendSuggestion(1, leaf(v), "open")), dict(ASKED))
        refused = card_of(await v.handle(v.request("mira", sent)))
        assert refused.title == "You can't take part here"
        assert [each.text for each in refused.blocks if isinstance(each, Verbatim)] == list(sent.typed)
        assert changed(before, await tables(v)) == set()
        assert card_of(await suggest(v, "tomas")).title == "Thank you: your question is in"


async def test_whoever_only_manages_the_channel_decides_and_is_a_member_from_then_on(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
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


async def test_looking_at_the_bank_is_a_few_statements_however_much_waits(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for n in range(5):
            await suggest(v, "mira", prompt=f"{PROMPT} ({n})")
        for path, most in (("bank review", 3), ("bank browse", 3), ("bank import", 2)):
            with counted(v) as said:
                await v.handle(v.request(ORGANISER, Invoke(path, {})))
            assert len(said) <= most, said
