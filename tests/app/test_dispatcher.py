"""Dispatch: every request gets a reply, whatever it is and whatever goes wrong."""

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access.who import ANYONE
from bot.app.dispatcher import Dispatcher, Later
from bot.chat.access import Level
from bot.chat.actions import Action, ActionError, encode
from bot.chat.cards import (
    Ask,
    Button,
    Card,
    Choice,
    Form,
    Picture,
    Private,
    Refuse,
    Reply,
    Text,
    TextField,
    Verbatim,
    text,
)
from bot.chat.commands import Command, Option, Options, Registry
from bot.chat.dispatch import ORGANISERS_ONLY, Route, UserError
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit, Upload, What
from bot.database.engine import Database
from bot.database.facts import Facts
from bot.database.request_log import forget_old
from bot.database.tables import facts, requests
from bot.services import RequestTransaction, Services
from tests.support.databases import opened
from tests.support.local_driver import plain
from tests.support.room import small_bank

LONG = "Something that took its author ten minutes to write down well."
SHORT = "only a few words"
NOW = datetime(2026, 7, 1, tzinfo=UTC)


class Open(Action, tag="open"):
    number: int


class Save(Action, tag="save"):
    number: int


class Lock(Action, tag="lock"):
    pass


class Break(Action, tag="break"):
    pass


class Gone(Action, tag="gone"):
    pass


class Olga:
    """A declaration that admits olga alone."""

    level = Level.ORGANISER

    async def admit(self, tx: RequestTransaction, _about: object) -> None:
        if tx.request.who.user != "olga":
            raise UserError("Only organisers can do this", ORGANISERS_ONLY)


class Note(Action, tag="note"):
    """Write down that something was done, in the database; then go wrong in some way, or not."""

    then: str


class Look(Action, tag="look"):
    pass


class Ahead(Action, tag="ahead"):
    pass


class Club:
    """A small product on a database; it notes what its handlers are called with, and olga organises it."""

    def __init__(self, database: Database, later: Later | None = None) -> None:
        self.done: list[str] = []
        self.database = database
        self.services = Services(database, small_bank())
        song, door = (Option(name, "Which", complete=self.songs) for name in ("song", "door"))
        registry = Registry(
            (
                Command(("sing",), "Sing", self.sing, (song,), who=ANYONE),
                Command(("lock", "up"), "Lock up", self.lock_up, (door,), who=Olga()),
                Command(("fall",), "Fall", self.fall, who=ANYONE),
                Command(("silent",), "Says not who may", self.sing),
            )
        )
        routes = (
            Route(Open, self.open, ANYONE, opens_form=True),
            Route(Save, self.save, ANYONE),
            Route(Lock, self.lock, Olga()),
            Route(Break, self.broken, ANYONE),
            Route(Gone, self.gone, ANYONE),
            Route(Note, self.note, ANYONE),
            Route(Look, self.look, ANYONE, reads=True),
            Route(Ahead, self.ahead, Olga(), prepare=self.fetch),
        )
        self.dispatcher = Dispatcher(
            self.services, registry, routes, later, lambda _action: (Button("Look", Look()),)
        )

    async def songs(self, _tx: RequestTransaction, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(f"{prefix}{n}", f"{prefix}{n}") for n in range(30))

    async def sing(self, _tx: RequestTransaction, options: Options) -> Reply:
        self.done.append(f"sing {options.get('song', '')}")
        return Private(Card("La"))

    async def lock_up(self, _tx: RequestTransaction, _options: Options) -> Reply:
        self.done.append("lock up")
        return Private(Card("Locked up"))

    async def fall(self, _tx: RequestTransaction, _options: Options) -> Reply:
        raise ZeroDivisionError

    async def open(self, _tx: RequestTransaction, action: Open) -> Reply:
        return Ask(Form("A form", (TextField("words", "Words"),), Save(action.number)))

    async def save(self, _tx: RequestTransaction, action: Save) -> Reply:
        self.done.append(f"save {action.number}")
        raise UserError("It is closed", "Come back tomorrow.")

    async def lock(self, _tx: RequestTransaction, _action: Lock) -> Reply:
        self.done.append("lock")
        return Private(Card("Locked"))

    async def broken(self, tx: RequestTransaction, _action: Break) -> Reply:
        raise LookupError(tx.request.what) from ValueError(tx.request.what)

    async def gone(self, tx: RequestTransaction, _action: Gone) -> Reply:
        assert isinstance(tx.request.what, Submit)
        card = Card("It is gone", (Verbatim(tx.request.what.text("words"), text("You wrote:")),))
        raise UserError(card)

    async def note(self, tx: RequestTransaction, action: Note) -> Reply:
        await tx.upsert(facts, {"name": "note"}, {"value": tx.request.id, "at": tx.request.at})
        match action.then:
            case "bug":
                raise LookupError
            case "refusal":
                raise UserError("No")
            case "form":
                return Refuse({"words": "Too short"}, Form("A form", (TextField("words", "Words"),), Save(1)))
            case "picture":
                broken = Picture("x.png", b"", "A picture", layout=self.cannot_be_drawn)
                return Private(Card("Noted", (text("In words"), broken)))
        return Private(Card("Noted"))

    def cannot_be_drawn(self) -> object:
        raise OSError(LONG)

    async def look(self, tx: RequestTransaction, _action: Look) -> Reply:
        await tx.upsert(facts, {"name": "note"}, {"value": "looked", "at": tx.request.at})
        return Private(Card("Looked"))

    async def fetch(self, services: Services, _request: Request, _action: Ahead) -> str:
        self.done.append("fetch")
        return await Facts(services.database, lambda: NOW).recall("note") or "nothing"

    async def ahead(self, _tx: RequestTransaction, _action: Ahead, found: str) -> Reply:
        self.done.append(f"ahead with {found}")
        return Private(Card("Done"))

    async def noted(self) -> str | None:
        return await Facts(self.database, lambda: NOW).recall("note")


@pytest.fixture
def club(sqlite_database: Database) -> Club:
    return Club(sqlite_database)


def asked(what: What, user: str = "ada", id_: str = "r1") -> Request:
    who = Identity("test", "town", user, user.capitalize())
    return Request(id_, NOW, who, Place("test", "town", "hall"), what)


def card_of(reply: Reply) -> Card:
    assert isinstance(reply, Private)
    return reply.card


def words(card: Card) -> str:
    return "\n".join((card.title, *(plain(b) for b in card.blocks if isinstance(b, Text))))


def kept(card: Card) -> list[str]:
    return [b.text for b in card.blocks if isinstance(b, Verbatim)]


async def test_a_command_reaches_its_handler_with_its_options(club: Club) -> None:
    reply = await club.dispatcher.handle(asked(Invoke("sing", {"song": "aria"})))
    assert card_of(reply).title == "La"
    assert club.done == ["sing aria"]


async def test_a_button_reaches_its_handler_with_what_it_carries(club: Club) -> None:
    reply = await club.dispatcher.handle(asked(Press(encode(Open(7)))))
    assert isinstance(reply, Ask)
    assert reply.form.submit == Save(7)


@pytest.mark.parametrize("what", [Invoke("lock up", {}), Press(encode(Lock()))])
async def test_what_is_for_organisers_is_refused_kindly_to_others_and_not_done(
    club: Club, what: What
) -> None:
    card = card_of(await club.dispatcher.handle(asked(what)))
    assert (card.title, ORGANISERS_ONLY in words(card)) == ("Only organisers can do this", True)
    assert club.done == []
    assert card_of(await club.dispatcher.handle(asked(what, "olga"))).title.startswith("Locked")


async def test_an_unknown_command_is_told_the_nearest_one(club: Club) -> None:
    card = card_of(await club.dispatcher.handle(asked(Invoke("sting", {}))))
    assert "Did you mean `/sing`?" in words(card)
    card = card_of(await club.dispatcher.handle(asked(Invoke("xxxxxxxx", {}))))
    assert "`/help` shows all commands." in words(card)


@pytest.mark.parametrize(
    "made", ["", "open", "open.2:1", "open.1:x", "open.1", "dance.1:1", "\x00", "open.1:1:1"]
)
async def test_a_button_of_an_older_message_gets_a_card_that_says_where_to_go(club: Club, made: str) -> None:
    for what in (Press(made), Submit(made, {})):
        card = card_of(await club.dispatcher.handle(asked(what)))
        assert card.title == "This button no longer works"
        assert "`/question today`" in words(card)
    with pytest.raises(ActionError):
        club.dispatcher.opens_form(made)


def test_an_adapter_can_ask_whether_a_form_follows(club: Club) -> None:
    assert club.dispatcher.opens_form(encode(Open(1)))
    assert not club.dispatcher.opens_form(encode(Lock()))


async def test_a_kind_error_is_its_card_with_what_was_typed(club: Club) -> None:
    sent = Submit(encode(Save(3)), {"words": LONG, "title": SHORT})
    card = card_of(await club.dispatcher.handle(asked(sent)))
    assert card.title == "It is closed"
    assert kept(card) == [LONG, SHORT]


async def test_a_kind_error_that_gives_the_text_back_itself_does_so_once(club: Club) -> None:
    card = card_of(await club.dispatcher.handle(asked(Submit(encode(Gone()), {"words": LONG}))))
    assert kept(card) == [LONG]


@pytest.mark.parametrize(
    "what", [Invoke("fall", {}), Press(encode(Break())), Submit(encode(Break()), {"words": SHORT})]
)
async def test_a_bug_becomes_a_card_with_a_code_that_the_log_has_too(
    club: Club, what: What, caplog: pytest.LogCaptureFixture
) -> None:
    card = card_of(await club.dispatcher.handle(asked(what)))
    assert card.title == "Something went wrong here"
    found = re.search(r"`([0-9a-f]{8})`", words(card))
    assert found is not None
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert found[1] in record.getMessage()
    assert record.exc_info is not None or "Error" in record.getMessage()


async def test_a_request_that_is_delivered_again_gets_the_same_code(club: Club) -> None:
    one, again, other = [
        words(card_of(await club.dispatcher.handle(asked(Invoke("fall", {}), id_=made))))
        for made in ("r1", "r1", "r2")
    ]
    assert one == again != other


async def test_what_was_typed_comes_back_when_saving_it_fails_and_stays_out_of_the_log(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent = Submit(encode(Break()), {"words": LONG, "file": Upload("a.txt", b"data"), "many": ("a", "b")})
    card = card_of(await club.dispatcher.handle(asked(sent)))
    assert kept(card) == [LONG]
    assert "What you typed is below." in words(card)
    assert LONG not in caplog.text
    stale = await club.dispatcher.handle(asked(Submit("old.1", {"words": LONG})))
    assert kept(card_of(stale)) == [LONG]
    assert LONG not in caplog.text


async def test_a_few_words_come_back_as_well_and_choices_are_not_called_typed(club: Club) -> None:
    sent = Submit(encode(Break()), {"line": "Try a smaller case.", "consent": "unnamed", "limit": "2000"})
    card = card_of(await club.dispatcher.handle(asked(sent)))
    assert kept(card) == ["Try a smaller case."]
    chosen = card_of(
        await club.dispatcher.handle(asked(Submit(encode(Break()), {"consent": "unnamed"}), id_="r2"))
    )
    assert kept(chosen) == []
    assert "What you typed" not in words(chosen)


async def test_what_fails_to_be_added_to_a_reply_costs_neither_the_reply_nor_a_word_in_the_log(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def added(_tx: RequestTransaction, _reply: Private) -> Private:
        raise LookupError(LONG) from ValueError(LONG)

    async def admit(tx: RequestTransaction, _options: Options) -> Reply:
        tx.kept = True
        await tx.upsert(facts, {"name": "note"}, {"value": "sung", "at": tx.request.at})
        return Private(Card("La"))

    caplog.set_level(logging.DEBUG)
    async with opened(sqlite_url) as database:
        registry = Registry((Command(("sing",), "Sing", admit, who=ANYONE),))
        dispatcher = Dispatcher(Services(database, small_bank()), registry, (), added)
        assert card_of(await dispatcher.handle(asked(Invoke("sing", {})))).title == "La"
        assert await Facts(database, lambda: NOW).recall("note") == "sung"
    assert "nothing was added to a reply: LookupError" in caplog.text
    assert LONG not in caplog.text


# One transaction a request --------------------------------------------------------------------------------------------


async def test_what_a_handler_wrote_before_it_went_wrong_is_undone_and_the_card_says_so(club: Club) -> None:
    card = card_of(await club.dispatcher.handle(asked(Press(encode(Note("bug"))))))
    assert "Nothing was changed." in words(card)
    assert await club.noted() is None
    form = card_of(
        await club.dispatcher.handle(asked(Submit(encode(Note("bug")), {"words": LONG}), id_="r2"))
    )
    assert "Nothing was changed. What you typed is below." in words(form)
    assert await club.noted() is None


async def test_a_raised_refusal_undoes_and_a_returned_one_keeps(club: Club) -> None:
    await club.dispatcher.handle(asked(Press(encode(Note("refusal"))), id_="raised"))
    assert await club.noted() is None
    await club.dispatcher.handle(asked(Press(encode(Note("form"))), id_="returned"))
    assert await club.noted() == "returned"


async def test_a_picture_that_cannot_be_drawn_costs_the_reply_its_picture_alone(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    card = card_of(await club.dispatcher.handle(asked(Press(encode(Note("picture"))))))
    assert (card.title, [type(b) for b in card.blocks]) == ("Noted", [Text])
    assert await club.noted() == "r1"
    assert "a picture was not drawn" in caplog.text
    assert LONG not in caplog.text


async def test_what_only_reads_can_write_nothing(club: Club) -> None:
    card = card_of(await club.dispatcher.handle(asked(Press(encode(Look())))))
    assert "Nothing was changed." in words(card)
    assert await club.noted() is None


async def test_what_says_not_who_may_nobody_may(club: Club) -> None:
    for user in ("ada", "olga"):
        card = card_of(await club.dispatcher.handle(asked(Invoke("silent", {}), user)))
        assert card.title == "Nobody may do this"
    assert club.done == []


async def test_nothing_is_prepared_for_whoever_may_not(club: Club) -> None:
    await club.dispatcher.handle(asked(Press(encode(Ahead()))))
    assert club.done == []
    await club.dispatcher.handle(asked(Press(encode(Ahead())), "olga"))
    assert club.done == ["fetch", "ahead with nothing"]


@pytest.mark.postgres
async def test_a_connection_lost_at_the_commit_leaves_the_card_in_doubt(postgres_url: str) -> None:
    async def last_words(tx: RequestTransaction, _options: Options) -> Reply:
        await tx.upsert(facts, {"name": "note"}, {"value": "x", "at": tx.request.at})
        mine = await tx.scalar(sqlalchemy.text("SELECT pg_backend_pid() AS pid"))
        killer = await asyncpg.connect(postgres_url)
        await killer.execute("SELECT pg_terminate_backend($1)", mine)
        await killer.close()
        return Private(Card("Done"))

    async with opened(postgres_url) as database:
        registry = Registry((Command(("end",), "End", last_words, who=ANYONE),))
        dispatcher = Dispatcher(Services(database, small_bank()), registry, ())
        card = card_of(await dispatcher.handle(asked(Invoke("end", {}))))
    assert "not known whether this was saved" in words(card)
    assert "Nothing was changed" not in words(card)


# Once -----------------------------------------------------------------------------------------------------------------


async def test_what_is_delivered_again_changes_nothing_and_says_so(club: Club) -> None:
    for made in ("first", "second", "first"):
        again = await club.dispatcher.handle(asked(Press(encode(Note(""))), id_=made))
    assert await club.noted() == "second"
    assert card_of(again).title == "Already done"
    assert [b.label for b in card_of(again).buttons()] == ["Look"]


async def test_it_is_known_after_a_restart_and_in_another_process(database_url: str) -> None:
    async with opened(database_url) as database:
        for made in ("a", "b"):
            await Club(database).dispatcher.handle(asked(Press(encode(Note(""))), id_=made))
    async with opened(database_url) as database:
        again = await Club(database).dispatcher.handle(asked(Press(encode(Note(""))), id_="a"))
        assert card_of(again).title == "Already done"
        assert await Club(database).noted() == "b"


async def test_the_same_id_of_another_account_is_another_request(club: Club) -> None:
    for user in ("ada", "bob"):
        reply = await club.dispatcher.handle(asked(Press(encode(Note(""))), user, id_="same"))
        assert card_of(reply).title == "Noted"


async def test_what_was_undone_may_come_again(club: Club) -> None:
    await club.dispatcher.handle(asked(Press(encode(Note("bug"))), id_="a"))
    assert card_of(await club.dispatcher.handle(asked(Press(encode(Note(""))), id_="a"))).title == "Noted"


async def test_after_a_day_a_request_is_forgotten_and_no_word_of_it_was_kept(club: Club) -> None:
    sent = Submit(encode(Note("")), {"words": LONG})
    await club.dispatcher.handle(asked(sent, id_="a"))
    kept_rows = await club.database.read(lambda tx: tx.execute(sqlalchemy.select(requests)))
    assert all("ada" not in str(value) and LONG not in str(value) for row in kept_rows for value in row)
    assert await club.database.write(partial(forget_old, now=NOW + timedelta(days=1))) == 0
    assert await club.database.write(partial(forget_old, now=NOW + timedelta(days=1, seconds=1))) == 1


WHATS = st.one_of(
    st.builds(Invoke, st.text(max_size=20) | st.sampled_from(("sing", "fall", "lock up")), st.just({})),
    st.builds(Press, st.text(max_size=40) | st.sampled_from(("open.1:1", "break.1", "lock.1", "gone.1"))),
    st.builds(
        Submit,
        st.text(max_size=40) | st.sampled_from(("save.1:1", "break.1", "lock.1", "gone.1")),
        st.dictionaries(
            st.text(max_size=5), st.text(max_size=80) | st.tuples(st.text(max_size=5)), max_size=3
        ),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WHATS, st.text(max_size=20))
async def test_any_request_gets_a_reply_with_a_title(club: Club, what: What, id_: str) -> None:
    reply = await club.dispatcher.handle(asked(what, id_=id_))
    if isinstance(reply, Private):
        assert reply.card.title
        assert all(isinstance(b, Button) for row in reply.card.controls for b in row)
    else:
        assert isinstance(reply, Ask)


async def test_values_are_proposed_at_most_twenty_five_at_a_time(club: Club) -> None:
    found = await club.dispatcher.complete(asked(Invoke("help", {})), "sing", "song", "a")
    assert len(found) == 25
    assert found[0] == Choice("a0", "a0")


async def test_values_of_organisers_commands_are_proposed_to_organisers_alone(club: Club) -> None:
    asking = asked(Invoke("help", {}))
    olga = replace(asking, who=Identity("test", "town", "olga"))
    assert await club.dispatcher.complete(asking, "lock up", "door", "") == ()
    assert len(await club.dispatcher.complete(olga, "lock up", "door", "")) == 25
    assert await club.dispatcher.complete(asking, "sing", "nothing", "") == ()


def test_two_routes_for_one_action_are_a_mistake(club: Club) -> None:
    route = Route(Open, club.open)
    with pytest.raises(ValueError, match="share an action"):
        Dispatcher(club.services, club.dispatcher.registry, (route, route))
