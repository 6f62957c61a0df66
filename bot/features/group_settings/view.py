"""Gathers what the cards of a group's settings show: what is kept, and what the platforms said a moment before."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.chat.dispatch import log_failure
from bot.chat.known import HURRY_SECONDS
from bot.chat.platform import PlatformError, Threads
from bot.chat.requests import Identity, Place
from bot.features.daily.rounds import lasts
from bot.features.group_settings.cards import View
from bot.features.group_settings.connect_cards import place_name
from bot.features.group_settings.place_settings import ping_words
from bot.membership.model import Group, Member
from bot.membership.place_settings import PING, ROLE, THREADS, PlaceSetting, at_hand
from bot.membership.queries import organisers_of_group
from bot.questions.topics import UnknownTopic
from bot.services import RequestTransaction, Services

log = logging.getLogger(__name__)

T = TypeVar("T")

NOT_RUNNING = "Studyhall is not connected to that platform right now. Whoever runs it can check its log."
NOT_LOOKED_AT = "The channel could not be checked. Check again in a moment."


@dataclass(frozen=True, slots=True)
class Outlook:
    """The ``problems`` of a group's places, by the places' keys; nothing of a place that could not be looked at.

    ``handles`` are the names of members' accounts, by the members' ids, where people are chosen from.
    """

    problems: Mapping[str, tuple[str, ...]]
    handles: Mapping[int, str] = field(default_factory=dict)

    def problems_of(self, places: tuple[Place, ...]) -> tuple[str, ...]:
        """What keeps the bot from posting in any of these, each once."""
        said = (each for place in places for each in self.problems.get(place.key, (NOT_LOOKED_AT,)))
        return tuple(dict.fromkeys(said))


async def look_at(
    services: Services, places: tuple[Place, ...], *, entering: tuple[Place, ...] = ()
) -> Outlook:
    """Ask the platforms. A look-up that fails is none, whatever it was: what is to be done does not depend on it.

    ``entering`` are the places that are being set up: the bot goes in there where it may do so by itself.
    """
    keys = {each.key for each in entering}
    looks = (_problems_of(services, place, enter=place.key in keys) for place in places)
    said = await asyncio.gather(*(_tried(look) for look in looks))
    return Outlook({place.key: each for place, each in zip(places, said, strict=True) if each is not None})


async def handles_of(services: Services, accounts: Mapping[int, Identity]) -> Mapping[int, str]:
    """What the platforms call these members' accounts; without those that are not known within a second."""
    asked = {
        member_id: asyncio.create_task(_handle(services, account)) for member_id, account in accounts.items()
    }
    if not asked:
        return {}
    known, late = await asyncio.wait(asked.values(), timeout=HURRY_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return {
        member_id: handle for member_id, task in asked.items() if task in known and (handle := task.result())
    }


async def _handle(services: Services, account: Identity) -> str | None:
    there = services.platforms.get(account.platform)
    return await _tried(there.handle(account)) if there is not None else None


async def _problems_of(services: Services, place: Place, *, enter: bool) -> tuple[str, ...]:
    there = services.platforms.get(place.platform)
    return (NOT_RUNNING,) if there is None else await there.problems(place, enter=enter)


async def _tried(look: Awaitable[T]) -> T | None:
    try:
        return await look
    except PlatformError:
        return None
    except Exception as error:  # noqa: BLE001  # an adapter's bug must not keep organisers from their settings
        log_failure(log, error, "a place could not be looked at")
        return None


async def settings_view(
    tx: RequestTransaction, group: Group, found: tuple[PlaceSetting, ...], outlook: Outlook
) -> View:
    """The view of a group for one of its organisers; ``found`` are its places."""
    places = tuple(each.place for each in found)
    view = make_view(tx, group, places, await organisers_of_group(tx, group.id))
    return replace(
        view,
        problems=outlook.problems_of(places),
        may_organise_too=_may_join(tx, places),
        offer=_on_offer(tx, found),
        by_role=any(each.door_role for each in found),
        pinged=ping_words(found),
    )


def _may_join(tx: RequestTransaction, places: tuple[Place, ...]) -> bool:
    here, known = tx.request.place, tx.known_actor
    manages = bool(tx.request.manages) and here is not None and any(here.key == place.key for place in places)
    return manages and (known is None or not known.member.organiser)


def role_place(tx: RequestTransaction, found: tuple[PlaceSetting, ...]) -> PlaceSetting | None:
    """The place for which a role can be chosen where the settings are open; ``found`` are the group's."""
    here = at_hand(tx.request, found)
    there = tx.services.platforms.get(here.place.platform) if here is not None else None
    return here if there is not None and there.has_roles else None


def _on_offer(tx: RequestTransaction, found: tuple[PlaceSetting, ...]) -> frozenset[str]:
    """Which settings make sense: threads and a role, where a platform has them."""
    there = [tx.services.platforms.get(each.place.platform) for each in found]
    offer = {THREADS} if any(p is not None and p.threads is not Threads.NONE for p in there) else set()
    if role_place(tx, found) is not None:
        offer.add(ROLE)
    if at_hand(tx.request, found) is not None:
        offer.add(PING)
    return frozenset(offer)


def make_view(
    tx: RequestTransaction, group: Group, places: tuple[Place, ...], organisers: tuple[Member, ...]
) -> View:
    """The view of what was read; everything else in it follows from the group and the bank."""
    return View(
        group=group,
        places=_names(places),
        topics=_titles(tx.services, group),
        organisers=organisers,
        problems=(),
        runway=lasts(tx.services.bank, group.weekdays, group.topics),
        now=tx.request.at,
    )


def _names(places: tuple[Place, ...]) -> tuple[str, ...]:
    if len(places) > 1:
        return tuple(place_name(place) for place in places)
    return tuple(place.name or place.channel for place in places)


def _titles(services: Services, group: Group) -> tuple[str, ...]:
    titles: list[str] = []
    for topic in group.topics:
        try:
            titles.append(services.bank.topics.get(topic).title)
        except UnknownTopic:  # the bank was exchanged or shortened since
            continue
    return tuple(titles)
