"""Typed actions and their ids."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.actions import MAX_ID, Action, ActionError, ActionTable, encode


@dataclass(frozen=True, slots=True)
class Open(Action):
    tag: ClassVar[str] = "open"
    number: int


@dataclass(frozen=True, slots=True)
class Everything(Action):
    tag: ClassVar[str] = "every"
    version: ClassVar[int] = 3
    number: int
    words: str
    yes: bool
    maybe: int | None
    perhaps: str | None


@dataclass(frozen=True, slots=True)
class Bare(Action):
    tag: ClassVar[str] = "bare"


@dataclass(frozen=True, slots=True)
class Sibling(Action):
    tag: ClassVar[str] = "open"
    version: ClassVar[int] = 1


TABLE = ActionTable((Open, Everything, Bare))
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
WORDS = st.text(max_size=6)
ACTIONS = st.one_of(
    st.builds(Open, NUMBERS),
    st.builds(Bare),
    st.builds(
        Everything,
        NUMBERS,
        WORDS,
        st.booleans(),
        st.none() | st.integers(-99, 99),
        st.none() | st.text(max_size=1) | st.sampled_from(("~", "", ":", "%7E", "%", "a:b")),
    ),
)
PIECES = st.sampled_from(
    (
        "open",
        "every",
        "bare",
        ".",
        "1",
        "3",
        ":",
        "~",
        "-",
        "0",
        "9" * 18,
        "9" * 19,
        "٣",
        "%",
        "%41",
        "é",
        " ",
        "\x00",
    )
)


def id_of(action: Action) -> str | None:
    """The id, or None where there is too much to carry."""
    try:
        return encode(action)
    except ValueError:
        return None


@given(ACTIONS)
def test_what_an_id_is_made_of_is_read_back_from_it(action: Action) -> None:
    made = id_of(action)
    if made is None:
        return
    assert TABLE.decode(made) == action
    assert made.isascii()
    assert len(made) <= MAX_ID
    assert encode(TABLE.decode(made)) == made


@given(st.text(max_size=200) | st.lists(PIECES, max_size=14).map("".join))
@example("")
@example(".")
@example(":")
@example("open.1")
@example("open.1:")
@example("open.1:1:2")
@example("open.2:1")
@example("open.-1:1")
@example("open.²:1")
@example("every.3:1:%FF:2:~:~")
def test_any_text_is_an_action_or_a_kind_error(made: str) -> None:
    try:
        action = TABLE.decode(made)
    except ActionError:
        return
    assert isinstance(action, Open | Everything | Bare)
    again = id_of(action)
    assert again is None or TABLE.decode(again) == action


@pytest.mark.parametrize("made", ["open.1:1", "every.3:-7:a%3Ab:1:~:%7E", "bare.1"])
def test_an_id_that_stands_in_an_old_message_keeps_its_meaning(made: str) -> None:
    assert encode(TABLE.decode(made)) == made


def test_an_id_that_would_be_too_long_for_a_button_is_refused_where_it_is_made() -> None:
    fits = Everything(0, "x" * 80, yes=True, maybe=None, perhaps=None)
    assert len(encode(fits)) <= MAX_ID
    with pytest.raises(ValueError, match=r"The id of Everything has 10[0-9]+ characters; 100 is the most"):
        encode(Everything(0, "x" * 90, yes=True, maybe=None, perhaps=None))


def test_a_truth_value_is_one_or_nought_and_nothing_else() -> None:
    with pytest.raises(ActionError, match="no truth value"):
        TABLE.decode("every.3:1:a:yes:~:~")


def test_two_actions_cannot_share_a_tag_and_version() -> None:
    with pytest.raises(ValueError, match=r"share the tag open\.1"):
        ActionTable((Open, Sibling))


@pytest.mark.parametrize("tag", ["", "x", "Open", "averyverylongtag", "sch\u00f6n"])
def test_a_tag_is_two_to_twelve_small_letters(tag: str) -> None:
    with pytest.raises(ValueError, match="needs a tag"):
        ActionTable((type("Odd", (Action,), {"tag": tag}),))
