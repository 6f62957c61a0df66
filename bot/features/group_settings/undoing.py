"""A group's settings as they were before a change, put back: as long as the same setting was not changed again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.chat.cards import Button
from bot.chat.words import cut
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act
from bot.features.daily.queries import newest_round_id
from bot.features.daily.rounds import replan
from bot.features.group_settings.actions import OpenSettings
from bot.features.group_settings.days_off.changing import heed_today
from bot.features.group_settings.editors import ALL_CHOICES
from bot.features.group_settings.list_settings import BY_NAME
from bot.membership.calendar.cities import city_name
from bot.membership.model import Group, GroupState
from bot.membership.organisers import candidates, name_organisers
from bot.membership.place_settings import DOOR_ROLE, NO_ROLE, PING_ROLE
from bot.membership.queries import change_group, load_group, members_of_group, organisers_of_group
from bot.membership.rules import Progress, next_at_after_change, started_at_slot
from bot.membership.set_back import all_set, set_back
from bot.membership.texts import TONES, days_words
from bot.services import RequestTransaction, Undoing

SET = "setting"
"""The kind of act that changed a setting."""

PACED = "pace"
"""The kind of act that paused or resumed a group."""

_OF_THE_RHYTHM = frozenset({"zone", "at_minute", "weekdays", "answers_minutes", "votes_minutes", "days_off"})
_LABELS = {each.value: each.label for each in ALL_CHOICES}
_PART_OF = {"hour": "time", "minute": "time", NO_ROLE: "role", DOOR_ROLE: "door", PING_ROLE: "ping"}
_WORDS = 40  # characters of a value
ORGANISERS = "organisers"


async def as_set(tx: Transaction, group: Group) -> dict[str, Any]:
    """Everything that can be set of a group, as JSON can hold it."""
    organisers = sorted(m.id for m in await organisers_of_group(tx, group.id))
    return {**await all_set(tx, group.id), ORGANISERS: organisers}


async def note_change(
    tx: RequestTransaction, what: str, before: tuple[Group, Mapping[str, Any]], group: Group
) -> int | None:
    """Keep that a setting was changed, with what it was; the act, None where nothing changed.

    ``before`` are the group and its settings as they were, ``group`` is as it is now.
    """
    was, settings = before
    now = await as_set(tx, group)
    differs = {key: [settings.get(key), value] for key, value in now.items() if settings.get(key) != value}
    if not differs or group.state is GroupState.DRAFT:
        return None
    name = _PART_OF.get(what, what)
    label, old, new = _LABELS.get(name, "A setting"), _value(tx, name, was), _value(tx, name, group)
    told = old and new and old != new
    again = f"{label}: {old} again." if told else f"{label}: as before."
    title = f"{label}: {new}, before {old}" if told else f"{label}: changed"
    return await note_act(tx, SET, title, {"changed": differs, "again": again})


def _value(tx: RequestTransaction, name: str, group: Group) -> str:
    """What a setting is set to, in a few words; "" where that takes more than the group to say."""
    topics = tx.services.bank.topics
    match name:
        case "zone":
            said = city_name(group.zone)
        case "time":
            said = f"{group.at:%H:%M}"
        case "days":
            said = days_words(group.weekdays)
        case "topics":
            said = ", ".join(topics.get(t).title for t in group.topics if t in topics) or "all"
        case "tone":
            said = TONES[group.tone][0]
        case _:
            said = BY_NAME[name].now(group) if name in BY_NAME else ""
    return cut(said, _WORDS)


def change_stands(back: Mapping[str, Any], now: Mapping[str, Any], listed: frozenset[int]) -> str:
    """Why a setting can't be put back, "" where it can; ``listed`` are the members who can be named organisers."""
    changed = back["changed"]
    if any(now.get(key) != new for key, (_, new) in changed.items()):
        return "It has been changed since."
    if ORGANISERS in changed and not listed.intersection(changed[ORGANISERS][0]):
        return "Whoever organised before has left."
    return ""


async def _listed(tx: Transaction, group: Group) -> frozenset[int]:
    return frozenset(m.id for m in candidates(await members_of_group(tx, group.id)))


async def _change_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    listed = await _listed(tx, tx.group) if ORGANISERS in back["changed"] else frozenset()
    return change_stands(back, await as_set(tx, tx.group), listed)


async def _set_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    group_id, now = tx.group.id, tx.request.at
    old = {key: was for key, (was, _) in back["changed"].items()}
    if ORGANISERS in old:
        ids = await _listed(tx, tx.group) & set(old.pop(ORGANISERS))
        await name_organisers(tx, tx.group, tuple(map(str, ids)))
    columns = await set_back(tx, group_id, old)
    group = await load_group(tx, group_id)
    if _OF_THE_RHYTHM & columns:
        await change_group(tx, group_id, next_at=next_at_after_change(tx.group, group, now))
        if group.state is GroupState.ACTIVE:
            await replan(tx, await load_group(tx, group_id), now)
    await heed_today(tx, tx.group, group, now)
    return str(back["again"])


# Pausing and resuming -----------------------------------------------------------------------------------------------------


def as_paced(group: Group, pace: Progress, newest: int) -> dict[str, Any]:
    """What is kept of a group that is about to be paused or resumed; ``newest`` is its newest round."""
    return {
        "state": group.state.value,
        "last_date": group.last_date.isoformat() if group.last_date else None,
        "next_at": group.next_at.isoformat() if group.next_at else None,
        "now": pace.state.value,
        "newest": newest,
    }


def pace_stands(group: Group, back: Mapping[str, Any], newest: int) -> str:
    """Why a pause or its end can't be undone, "" where it can."""
    if group.state != back["now"]:
        return "The group is paused." if group.state is GroupState.PAUSED else "The group has been resumed."
    return "" if newest == back["newest"] else "A question has been asked since."


async def _pace_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    return pace_stands(tx.group, back, await newest_round_id(tx, tx.group.id))


async def _pace_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    group, now = tx.group, tx.request.at
    if back["state"] == GroupState.ACTIVE:
        pace = started_at_slot(group, now)  # never with a question that is overdue
        last_date, next_at = pace.last_date, pace.next_at
    else:
        last_date = date.fromisoformat(back["last_date"]) if back["last_date"] else None
        next_at = datetime.fromisoformat(back["next_at"]) if back["next_at"] else None
    await change_group(tx, group.id, state=back["state"], last_date=last_date, next_at=next_at)
    await replan(tx, await load_group(tx, group.id), now)
    return "The group has resumed." if back["state"] == GroupState.ACTIVE else "The group is paused again."


UNDOING = {
    PACED: Undoing(_pace_stands, _pace_back),
    SET: Undoing(_change_stands, _set_back, lambda group_id: Button("Settings", OpenSettings(group_id))),
}
