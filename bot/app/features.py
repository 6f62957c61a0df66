"""Every feature, and what they bring together."""

from collections.abc import Mapping
from functools import partial

from bot.access import choosing, inviting
from bot.access.presence import Presence
from bot.chat.cards import Card
from bot.chat.dispatch import Route
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.accounts import FEATURE as ACCOUNTS
from bot.features.acts import FEATURE as ACTS
from bot.features.coming import FEATURE as COMING
from bot.features.corrections import FEATURE as CORRECTIONS
from bot.features.custom_questions import FEATURE as CUSTOM_QUESTIONS
from bot.features.daily import FEATURE as DAILY
from bot.features.group_settings import FEATURE as GROUP_SETTINGS
from bot.features.group_settings.trouble import LOST, message_deleted, message_refused, place_lost
from bot.features.home import FEATURE as HOME
from bot.features.leaderboard import FEATURE as LEADERBOARD
from bot.features.mock import FEATURE as MOCK
from bot.features.points import FEATURE as POINTS
from bot.features.privacy import FEATURE as PRIVACY
from bot.features.quiz import FEATURE as QUIZ
from bot.features.quiz.usage.learning import FEATURE as USAGE
from bot.membership.kept import GroupOf, for_organisers
from bot.membership.organisers import organiser_of
from bot.membership.personal_data.membership import messages_data, people_data, room_data
from bot.membership.personal_data.subjects import PersonalData
from bot.membership.reach import COLUMNS, joined, resume_place
from bot.outbox.queries import Delivery, Reach, claiming
from bot.outbox.send import CardMaker, StillThere
from bot.services import Addition, Services, Undoing

FEATURES = (
    DAILY,
    QUIZ,
    USAGE,
    POINTS,
    LEADERBOARD,
    HOME,
    ACCOUNTS,
    PRIVACY,
    GROUP_SETTINGS,
    CUSTOM_QUESTIONS,
    COMING,
    MOCK,
    ACTS,
    CORRECTIONS,
)


REACH = Reach(joined, COLUMNS, resume_place, place_lost, message_deleted, message_refused)
"""What the outbox must know of where messages go."""

WAITED_FOR = frozenset(kind for each in FEATURES for kind in each.waited_for)
"""The kinds of delivery that somebody sits and waits for."""

THREADED = frozenset(kind for each in FEATURES for kind in each.threaded)
"""The kinds of delivery that stand in a thread wherever one is offered."""

DUE = claiming(REACH, WAITED_FOR)


def cards_of(services: Services) -> Mapping[str, CardMaker]:
    """What makes the card of each kind of delivery; the organisers' are for nobody who is none any more."""
    made: dict[str, CardMaker] = {
        kind: partial(make, services) for each in FEATURES for kind, make in each.cards.items()
    }
    for each in FEATURES:
        made |= {kind: _with(services, made[kind], add) for kind, add in each.adds.items()}
    return made | {kind: for_organisers(made[kind], find) for kind, find in INSIDE.items()}


def _with(services: Services, make: CardMaker, add: Addition) -> CardMaker:
    async def made(tx: Transaction, delivery: Delivery) -> Card | None:
        card = await make(tx, delivery)
        return None if card is None else await add(services, tx, delivery, card)

    return made


INSIDE: Mapping[str, GroupOf] = {kind: find for each in FEATURES for kind, find in each.inside.items()}
"""The kinds of delivery that are for nobody who is in none of their group's places any more."""


def still_there(database: Database, presence: Presence) -> StillThere:
    """What tells whether one of the organisers' messages may go out: whether its person is still in one of the places."""

    async def asked(delivery: Delivery) -> bool | None:
        find = INSIDE.get(delivery.card_kind)
        if find is None:
            return True

        async def work(tx: Transaction) -> tuple[int, int] | None:
            group_id = await find(tx, delivery)
            member_id = await organiser_of(tx, group_id, delivery.identity_id) if group_id else None
            return (group_id, member_id) if group_id and member_id else None

        of = await database.read(work)
        found = await presence.get(*of) if of is not None else True  # it has no card
        # Of a place that is out of reach no platform can say who is in it.
        return found is not False if delivery.card_kind == LOST else found

    return asked


def routes() -> tuple[Route, ...]:
    """Everything that can be pressed and sent, but for help."""
    return (*(route for each in FEATURES for route in each.routes), *choosing.ROUTES, *inviting.ROUTES)


def undoing() -> Mapping[str, Undoing]:
    """How each kind of organisers' acts is undone."""
    return {kind: how for each in FEATURES for kind, how in each.undoing.items()}


def personal_data(room: str) -> tuple[PersonalData, ...]:
    """All that keep something about people, in the order in which they forget; ``room`` names the room's platform."""
    own = tuple(each.personal_data for each in FEATURES if each.personal_data is not None)
    return (*own, messages_data(), room_data(room), people_data())
