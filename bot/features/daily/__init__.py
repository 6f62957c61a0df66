"""The daily round: a question, private answers, a blind ballot, the reveal."""

from datetime import datetime

from bot.features.daily import answering, asking, deliveries, practice
from bot.features.daily.advance import advance
from bot.features.daily.ballots import handlers as ballots
from bot.features.daily.mending.future import Correction
from bot.features.daily.mending.lost_zones import LOST_ZONE
from bot.features.daily.mending.resuming import RESUMED, resumed_delivery
from bot.features.daily.moderation import handlers as moderation
from bot.features.daily.moderation import undoing as of_answers
from bot.features.daily.onboarding import ONBOARDING, onboarding_delivery
from bot.features.daily.organising import correcting
from bot.features.daily.organising import handlers as organising
from bot.features.daily.organising import undoing as of_rounds
from bot.features.daily.personal import taking_back
from bot.features.daily.personal.merging import ONCE
from bot.features.daily.personal.personal_data import personal_data
from bot.features.daily.reveal import handlers as reveal
from bot.features.daily.reveal import hearing
from bot.features.daily.rounds import LOW, QUESTION, REMINDER, REPORTED, REVEAL
from bot.membership.kept import its_group
from bot.outbox.failing import Failing
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    correct, failing = Correction(services), Failing()

    async def move(now: datetime) -> int:
        return await correct(now) + await advance(services, now, failing)

    return move


FEATURE = Feature(
    "daily",
    (
        *asking.COMMANDS,
        *practice.COMMANDS,
        *answering.COMMANDS,
        *ballots.COMMANDS,
        *organising.COMMANDS,
    ),
    (
        *asking.ROUTES,
        *practice.ROUTES,
        *answering.ROUTES,
        *ballots.ROUTES,
        *reveal.ROUTES,
        *taking_back.ROUTES,
        *moderation.ROUTES,
        *organising.ROUTES,
    ),
    moves=_moves,
    cards={
        QUESTION: deliveries.question_delivery,
        REVEAL: deliveries.reveal_delivery,
        REMINDER: deliveries.reminder_delivery,
        REPORTED: moderation.reported_delivery,
        of_answers.TAKEN_BACK: moderation.taken_back_delivery,
        ONCE: deliveries.once_delivery,
        LOW: deliveries.low_delivery,
        LOST_ZONE: deliveries.lost_zone_delivery,
        ONBOARDING: onboarding_delivery,
        RESUMED: resumed_delivery,
        hearing.HEARD: hearing.heard_delivery,
        hearing.USEFUL: hearing.useful_delivery,
        correcting.MENDED: correcting.mended_delivery,
    },
    inside={REPORTED: moderation.group_of_report, LOW: its_group, LOST_ZONE: its_group},
    personal_data=personal_data(),
    undoing={**of_rounds.UNDOING, **of_answers.UNDOING},
)
