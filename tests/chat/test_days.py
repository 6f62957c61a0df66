"""Days that are typed, as dates and in words, on one Monday."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.days import day_in, is_day

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-02-01", "2027-02-01"),
        ("31.12.2026", "2026-12-31"),
        ("31.12.", "2026-12-31"),
        ("1.2", "2027-02-01"),
        ("2027/02/01", "2027-02-01"),
        ("12/31/2026", "2026-12-31"),
        ("31/12/2026", "2026-12-31"),
        ("31 December 2026", "2026-12-31"),
        ("31. Dez 2026", None),
        ("Dec 31st, 2026", "2026-12-31"),
        ("the 1st of February", "2027-02-01"),
        ("30 nov", "2026-11-30"),
        ("29 Feb", "2028-02-29"),
        ("Today", "2026-11-30"),
        ("tomorrow", "2026-12-01"),
        ("on Friday", "2026-12-04"),
        ("mon", "2026-12-07"),
        ("next week", "2026-12-07"),
        ("next month", "2026-12-30"),
        ("in a week", "2026-12-07"),
        ("in  3 weeks", "2026-12-21"),
        ("10 days", "2026-12-10"),
        ("in 3 months", "2027-02-28"),
        ("in 2 years", "2028-11-30"),
        ("1/2/2027", None),
        ("30 February", None),
        ("2027-02-30", None),
        ("32.1.2027", None),
        ("in many weeks", None),
        ("soon", None),
        ("5", None),
        ("", None),
    ],
)
def test_a_day_is_what_somebody_means_by_it_and_none_where_it_could_be_two(
    said: str, day: str | None
) -> None:
    assert day_in(said, MONDAY) == (date.fromisoformat(day) if day else None)
    assert is_day(said) == (day is not None)


@given(st.text(max_size=30) | st.from_regex(r"(in )?[0-9]{1,4}[ ./-]?[a-z]{0,6}", fullmatch=True))
def test_whatever_is_typed_is_a_day_or_none(said: str) -> None:
    found = day_in(said, date.max)
    assert found is None or isinstance(found, date)
