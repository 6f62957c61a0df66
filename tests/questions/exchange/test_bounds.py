"""A text of any size and shape is read in a moment, and says where reading stopped."""

import pytest

from bot.questions.exchange import read_any
from bot.questions.exchange.imported import ITEM_ID, MOST, MOST_ERRORS

LONG = {
    "gift": ("::t:: How many? {=one ~two}\n\n" * (MOST + 5), "a.gift"),
    "csv": ("prompt,kind,model_answer\n" + "Why?,open,Because\n" * (MOST + 5), "a.csv"),
    "yaml": ("- {kind: open, prompt: Why is it so and not so?}\n" * (MOST + 5), "a.yaml"),
    "aiken": ("How many?\nA. one\nB. two\nANSWER: A\n\n" * (MOST + 5), "a.aiken"),
}


@pytest.mark.parametrize("name", LONG)
def test_no_more_than_999_questions_are_read_and_the_line_is_told(name: str) -> None:
    found = read_any(*LONG[name])
    assert len(found.items) <= MOST
    assert any("From here on nothing was read" in p.message for p in found.errors)
    ids = [item.id for item in found.items]
    assert len(ids) == len(set(ids))
    assert all(ITEM_ID.fullmatch(each) for each in ids)


SHAPES = {
    "braces that never close": ("{\n\n" * 100_000, "a.gift"),
    "blank lines in an open question": ("q {" + "\n" * 400_000, "a.gift"),
    "a header without an end": ("prompt," * 60_000, ""),
    "entries that are no questions": ("- a\n" * 100_000, "a.yml"),
    "brackets in brackets": ("[" * 400_000, "a.yml"),
    "a quote that never closes": ('prompt,kind\n"' + "a\n" * 200_000, "a.csv"),
    "commas": ("," * 400_000, ""),
    "marks that never close": ("// " + "[tag:" * 200_000, "a.gift"),
    "fields that nobody knows": ("- " + "\n  ".join(f"k{n}: 1" for n in range(40_000)), "a.yml"),
    "elements that are no questions": ("<quiz>" + "<a>" * 90 + "<b/>" * 90_000, "a.xml"),
    "blocks of code that never close": ("[html]" + "<pre><b><sup>" * 30_000 + "{}", "a.gift"),
    "gaps that never close": ("#separator:tab\n" + "{{c1::[$][sound:<br" * 20_000, "a.txt"),
    "gaps without end": ("#separator:tab\n" + "".join(f"{{{{c{n}::x}}}}" for n in range(20_000)), "a.txt"),
    "a number without end": ("- prompt: " + "1" * 400_000, "a.yml"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_a_text_made_to_be_slow_comes_back_with_a_word(name: str) -> None:
    found = read_any(*SHAPES[name])
    assert found.items == ()
    assert 1 <= len(found.problems) <= MOST_ERRORS + 1
    assert sum(len(problem.message) for problem in found.problems) < 20_000


def test_a_note_with_many_gaps_counts_each_beyond_the_last_that_fits() -> None:
    gaps = "".join(f"{{{{c{n}::x}}}}" for n in range(1, 50))
    found = read_any("#separator:tab\n" + f"{gaps}\tWhy\n" * 21, "a.txt")
    assert len(found.items) == MOST
    assert found.unread == 49 * 21 - MOST


WRONG = {
    "gift": ("How many? {~one ~two}\n\n", "a.gift"),
    "csv": ("Why?,riddle\n", "a.csv"),
    "yaml": ("- {kind: riddle, prompt: Why is it so and not so?}\n", "a.yaml"),
    "aiken": ("How many?\nANSWER: A\n\n", "a.aiken"),
}


@pytest.mark.parametrize("form", WRONG)
def test_reading_stops_after_a_hundred_errors_and_says_so(form: str) -> None:
    one, name = WRONG[form]
    found = read_any("prompt,kind\n" * (form == "csv") + one * 150, name)
    assert len(found.errors) == MOST_ERRORS + 1
    assert found.errors[-1].message == (
        "From here on nothing was read: there are 100 errors above. Mend them first."
    )
