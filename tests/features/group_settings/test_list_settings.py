"""A setting with a list takes every value of its list, says so on the card, and refuses everything else."""

from dataclasses import fields, replace
from typing import Any

import pytest

from bot.features.group_settings.list_settings import BY_NAME, LIST_SETTINGS, ListSetting
from bot.membership.model import Group
from bot.membership.rules import WrongChoiceError
from tests.membership.test_rules import DRAFT

BOTH = pytest.mark.parametrize("setting", LIST_SETTINGS, ids=lambda each: each.name)


@BOTH
def test_each_value_of_the_list_is_what_is_chosen_once_it_was_set(setting: ListSetting) -> None:
    facts = set()
    for choice in setting.select(DRAFT).options:
        sets: dict[str, Any] = dict(setting.changed((choice.value,)))
        assert sets.keys() <= {each.name for each in fields(Group)}
        group = replace(DRAFT, **sets)
        assert setting.select(group).chosen == {choice.value}
        facts.add(str(setting.fact(group)))
    assert len(facts) == len(setting.options)


@BOTH
@pytest.mark.parametrize("values", [(), ("",), ("100000",), ("-1",), ("٣",), ("no such thing",)])
def test_a_value_that_is_not_on_the_list_is_refused(setting: ListSetting, values: tuple[str, ...]) -> None:
    with pytest.raises(WrongChoiceError):
        setting.changed(values)


def test_what_was_set_by_another_version_is_shown_without_being_chosen() -> None:
    assert BY_NAME["quiz"].select(replace(DRAFT, quiz_seconds=37)).chosen == frozenset()


def test_a_window_is_kept_in_minutes() -> None:
    assert BY_NAME["answers"].changed(("48",)) == {"answers_minutes": 2880}
    assert BY_NAME["votes"].changed(("next",)) == {"votes_minutes": None}
