"""What members do, as requests of the local room; each has an id of its own."""

import itertools
from datetime import datetime

from bot.app.run import App
from bot.chat.actions import Action, encode
from bot.chat.cards import Private, Reply, Update
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit, Value
from bot.features.daily.actions import Judge, OpenBallot
from tests.bench.filling import HERE, NOW, VOTING, account

_numbers = itertools.count(1)


def command(who: Identity, path: str, at: datetime = NOW, **options: Value) -> Request:
    return _request(who, Invoke(path, options), HERE, at)


def press(who: Identity, action: Action | str, place: Place = HERE, at: datetime = NOW) -> Request:
    return _request(who, Press(action if isinstance(action, str) else encode(action), ()), place, at)


def submit(who: Identity, action: Action, **fields: str) -> Request:
    return _request(who, Submit(encode(action), dict(fields)), HERE, NOW)


def _request(who: Identity, what: Invoke | Press | Submit, place: Place, at: datetime) -> Request:
    return Request(f"r{next(_numbers)}", at, who, place, what, manages=True, zone="Europe/Berlin")


def helped(reply: Reply) -> str:
    """The action of the ballot's button that says so."""
    assert isinstance(reply, Private | Update), reply
    asked = [b.action for b in reply.card.buttons() if isinstance(b.action, Judge) and b.action.helped]
    return encode(asked[0])


async def first_page(
    app: App, member: int, place: Place = HERE, platform: str = "local", tenant: str = "room"
) -> Reply:
    """Let a member open their ballot."""
    return await app.dispatcher.handle(press(account(member, platform, tenant), OpenBallot(VOTING), place))
