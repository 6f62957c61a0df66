"""Finding a zone from what the clock shows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.zones import is_zone
from bot.membership.calendar.cities import CITIES, City, city_name, matching, nearest_zone

YEARS_OF_SECONDS = st.integers(0, 11 * 365 * 86_400)
instants = YEARS_OF_SECONDS.map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


def test_every_city_has_a_zone_of_its_own_that_the_tz_database_knows() -> None:
    zones = [city.zone for city in CITIES]
    assert len(zones) == len(set(zones)) >= 100
    assert all(is_zone(zone) for zone in zones)


@settings(max_examples=20)
@given(instants)
def test_whoever_names_the_hour_of_their_clock_finds_their_city_in_a_short_list(now: datetime) -> None:
    found = [{city.zone for city in matching(now, hour)} for hour in range(24)]
    assert max(len(zones) for zones in found) <= 25
    lost = [c.zone for c in CITIES if c.zone not in found[now.astimezone(ZoneInfo(c.zone)).hour]]
    assert lost == []


@settings(max_examples=40)
@given(instants, st.integers(0, 23))
def test_every_city_on_the_list_showed_that_hour_a_moment_ago_at_most(now: datetime, hour: int) -> None:
    for city in matching(now, hour):
        clock = now.astimezone(ZoneInfo(city.zone))
        assert hour in (clock.hour, (clock - timedelta(minutes=3)).hour)


def test_half_hour_zones_belong_to_the_hour_their_clock_shows() -> None:
    ten_past_noon = datetime(2026, 11, 25, 12, 10, tzinfo=UTC)
    zones = {city.zone for city in matching(ten_past_noon, 17)}
    assert {"Asia/Karachi", "Asia/Kolkata"} <= zones
    assert "Asia/Kathmandu" in zones


def test_an_hour_that_passed_while_the_list_was_open_still_finds_its_cities() -> None:
    one_past = datetime(2026, 11, 25, 16, 1, tzinfo=UTC)
    assert "Europe/Berlin" in {c.zone for c in matching(one_past, 16)}
    assert "Europe/Berlin" in {c.zone for c in matching(one_past, 17)}
    assert matching(one_past, 17)[0].zone != "Europe/London"


def test_the_zone_the_platform_knows_stands_first_even_if_no_city_is_named_for_it() -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert matching(noon, 13, "Europe/Paris")[0].names[0] == "Paris"
    assert matching(noon, 13, "Europe/San_Marino")[0] == City("Europe/San_Marino", ("San Marino",))
    assert matching(noon, 15, "Europe/Paris")[0].zone != "Europe/Paris"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Berlin", "Berlin"),
        ("Asia/Kolkata", "Bengaluru"),
        ("America/Indiana/Knox", "Knox"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_best_known_city(zone: str, name: str) -> None:
    assert city_name(zone) == name


@pytest.mark.parametrize("name", ["", "Europe/Atlantis", "../etc/passwd", "/etc/localtime", "a\x00b"])
def test_what_is_no_zone_is_said_to_be_none(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("lost", "at_minute", "next_at", "nearest"),
    [
        ("Europe/Atlantis", 540, datetime(2026, 11, 24, 8, 0, tzinfo=UTC), 1),
        ("America/Atlantis", 540, datetime(2026, 11, 24, 14, 0, tzinfo=UTC), -5),
        ("Asia/Atlantis", 540, datetime(2026, 11, 24, 3, 30, tzinfo=UTC), 5.5),
        ("Pacific/Atlantis", 60, datetime(2026, 11, 23, 13, 0, tzinfo=UTC), 12),
        ("Old/Name", 1380, datetime(2026, 11, 24, 4, 0, tzinfo=UTC), -5),
    ],
)
def test_a_lost_zone_is_stood_in_for_by_a_city_whose_clock_shows_the_same(
    lost: str, at_minute: int, next_at: datetime, nearest: float
) -> None:
    zone = nearest_zone(lost, at_minute, next_at)
    assert ZoneInfo(zone).utcoffset(next_at) == timedelta(hours=nearest)
    assert lost == "Old/Name" or zone.split("/")[0] == lost.split("/", maxsplit=1)[0]


def test_a_lost_zone_that_no_city_is_like_becomes_utc() -> None:
    assert nearest_zone("Europe/Atlantis", 540, None) == "UTC"
    assert nearest_zone("Europe/Atlantis", 547, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) == "UTC"
