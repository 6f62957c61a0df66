import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.kinds.numbers import NumberError, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -7.5 ", -7.5),
        ("−7.5", -7.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234.5", 1234.5),
        ("1’234.5", 1234.5),
        ("1_000", 1000),
        ("1 234 567", 1234567),
        ("1,234", 1234),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("0,125", 0.125),
        ("1.234", 1.234),
        (".5", 0.5),
        ("5.", 5),
        ("1.5e3", 1500),
        ("1.5E-3", 0.0015),
        ("1.5 x 10^3", 1500),
        ("2×10**-2", 0.02),
        ("3/4", 0.75),
        ("12 %", 0.12),
        ("≈ 40", 40),
        ("~0.3", 0.3),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, number: float) -> None:
    assert read_number(text) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("16.6 GB", "GB", 16.6),
        ("16.6gb", "GB", 16.6),
        ("12 %", "%", 12),
        ("12", "percent", 12),
        ("80%", "fraction", 0.8),
        ("5 m", "", None),
    ],
)
def test_the_unit_may_follow_and_a_percentage_counts_by_it(
    text: str, unit: str, number: float | None
) -> None:
    if number is None:
        with pytest.raises(NumberError):
            read_number(text, unit)
    else:
        assert read_number(text, unit) == pytest.approx(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "many",
        "1.2.3",
        "12,34,5",
        "1,23.4",
        "--3",
        "e5",
        "nan",
        "inf",
        "1e999",
        "1e31",
        "3/0",
        "1/2/3",
        "0x10",
        "1 2",
        "12 34",
        "9" * 61,
        "%",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NumberError) as refused:
        read_number(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 120


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_a_number_as_a_program_writes_it_is_read_exactly(number: float) -> None:
    assert read_number(repr(number)) == number


@given(st.integers(-(10**12), 10**12))
def test_thousands_may_be_parted_in_any_usual_way(number: int) -> None:
    assert read_number(f"{number:,}") == number
    assert read_number(f"{number:,}".replace(",", " ")) == number
    assert read_number(f"{number:,}".replace(",", ".") + ",5") == math.copysign(abs(number) + 0.5, number)


@given(st.text(max_size=80), st.text(max_size=5))
def test_no_text_breaks_the_reading(text: str, unit: str) -> None:
    try:
        number = read_number(text, unit)
    except NumberError:
        number = 0.0
    assert math.isfinite(number)
