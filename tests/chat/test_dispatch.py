"""Dispatch: every request gets a reply, whatever it is and whatever goes wrong."""

import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.actions import Action, ActionError, encode
from bot.chat.cards import Ask, Button, Card, Choice, Form, Private, Reply, Text, TextField, Verbatim, text
from bot.chat.commands import Command, Option, Options, Registry
from bot.chat.dispatch import ORGANISERS_ONLY, Dispatcher, Route, UserError
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit, Upload, What

LONG = "Something that took its author ten minutes to write down well."
SHORT = "only a few words"


@dataclass(frozen=True, slots=True)
class Open(Action):
    tag: ClassVar[str] = "open"
    number: int


@dataclass(frozen=True, slots=True)
class Save(Action):
    tag: ClassVar[str] = "save"
    number: int


@dataclass(frozen=True, slots=True)
class Lock(Action):
    tag: ClassVar[str] = "lock"


@dataclass(frozen=True, slots=True)
class Break(Action):
    tag: ClassVar[str] = "break"


@dataclass(frozen=True, slots=True)
class Gone(Action):
    tag: ClassVar[str] = "gone"


class Club:
    """A small product that notes what its handlers are called with; olga organises it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        registry = Registry(
            (
                Command(("sing",), "Sing", self.sing, (Option("song", "Which", complete=self.songs),)),
                Command(
                    ("lock", "up"),
                    "Lock up",
                    self.lock_up,
                    (Option("door", "Which", complete=self.songs),),
                    organisers=True,
                ),
                Command(("fall",), "Fall", self.fall),
            )
        )
        routes = (
            Route(Open, self.open, opens_form=True),
            Route(Save, self.save),
            Route(Lock, self.lock, organisers=True),
            Route(Break, self.broken),
            Route(Gone, self.gone),
        )
        self.dispatcher = Dispatcher(registry, routes, self.allow)

    async def allow(self, request: Request) -> bool:
        return request.who.user == "olga"

    async def songs(self, _request: Request, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(f"{prefix}{n}", f"{prefix}{n}") for n in range(30))

    async def sing(self, _request: Request, options: Options) -> Reply:
        self.done.append(f"sing {options.get('song', '')}")
        return Private(Card("La"))

    async def lock_up(self, _request: Request, _options: Options) -> Reply:
        self.done.append("lock up")
        return Private(Card("Locked up"))

    async def fall(self, _request: Request, _options: Options) -> Reply:
        raise ZeroDivisionError

    async def open(self, _request: Request, action: Open) -> Reply:
        return Ask(Form("A form", (TextField("words", "Words"),), Save(action.number)))

    async def save(self, _request: Request, action: Save) -> Reply:
        self.done.append(f"save {action.number}")
        raise UserError("It is closed", "Come back tomorrow.")

    async def lock(self, _request: Request, _action: Lock) -> Reply:
        self.done.append("lock")
        return Private(Card("Locked"))

    async def broken(self, request: Request, _action: Break) -> Reply:
        raise LookupError(request.what) from ValueError(request.what)

    async def gone(self, request: Request, _action: Gone) -> Reply:
        assert isinstance(request.what, Submit)
        card = Card("It is gone", (Verbatim(request.what.text("words"), text("You wrote:")),))
        raise UserError("It is gone", card=card)


@pytest.fixture
def club() -> Club:
    return Club()


def asked(what: What, user: str = "ada", id_: str = "r1") -> Request:
    who = Identity("test", "town", user, user.capitalize())
    return Request(id_, datetime(2026, 7, 1, tzinfo=UTC), who, Place("test", "town", "hall"), what)


def card_of(reply: Reply) -> Card:
    assert isinstance(reply, Private)
    return reply.card


def words(card: Card) -> str:
    said = (str(p) for b in card.blocks if isinstance(b, Text) for p in b.parts)
    return "\n".join((card.title, *said))


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
    assert (card.title, ORGANISERS_ONLY in words(card)) == ("This one is for the organisers", True)
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
        club.dispatcher.route(made)


def test_an_adapter_can_ask_whether_a_form_follows(club: Club) -> None:
    assert club.dispatcher.route(encode(Open(1))).opens_form
    assert not club.dispatcher.route(encode(Lock())).opens_form


async def test_a_kind_error_is_its_card_with_what_was_typed(club: Club) -> None:
    sent = Submit(encode(Save(3)), {"words": LONG, "title": SHORT})
    card = card_of(await club.dispatcher.handle(asked(sent)))
    assert card.title == "It is closed"
    assert kept(card) == [LONG]


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
    assert card.title == "That went wrong on our side"
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
    assert "What you typed stands below." in words(card)
    assert LONG not in caplog.text
    stale = await club.dispatcher.handle(asked(Submit("old.1", {"words": LONG})))
    assert kept(card_of(stale)) == [LONG]
    assert LONG not in caplog.text


async def test_what_fails_to_be_added_to_a_reply_costs_neither_the_reply_nor_a_word_in_the_log(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    async def added(_request: Request, _reply: Reply) -> Reply:
        raise LookupError(LONG) from ValueError(LONG)

    caplog.set_level(logging.DEBUG)
    dispatcher = Dispatcher(club.dispatcher.registry, (), club.allow, added)
    assert card_of(await dispatcher.handle(asked(Invoke("sing", {})))).title == "La"
    assert "nothing was added to a reply: LookupError" in caplog.text
    assert LONG not in caplog.text


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


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        Dispatcher(club.dispatcher.registry, (route, route), club.allow)
