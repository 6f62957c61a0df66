"""Typed actions and their ids."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.actions import MAX_ID, Action, ActionError, ActionTable, encode


class Open(Action, tag="open"):
    number: int


class Everything(Action, tag="every", version=3):
    number: int
    words: str
    yes: bool
    maybe: int | None
    perhaps: str | None


class Bare(Action, tag="bare"):
    pass


class Sibling(Action, tag="open", version=1):
    pass


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
    with pytest.raises(ActionError, match="not a truth value"):
        TABLE.decode("every.3:1:a:yes:~:~")


def test_two_actions_cannot_share_a_tag_and_version() -> None:
    with pytest.raises(ValueError, match=r"share the tag open\.1"):
        ActionTable((Open, Sibling))


@pytest.mark.parametrize("tag", ["", "x", "Open", "averyverylongtag", "sch\u00f6n"])
def test_a_tag_is_two_to_twelve_small_letters(tag: str) -> None:
    class Odd(Action, tag=tag):
        pass

    with pytest.raises(ValueError, match="Odd needs a tag of 2 to 12 lower-case letters"):
        ActionTable((Odd,))


def test_an_action_that_names_no_tag_is_none_of_the_bots() -> None:
    class Nameless(Action):
        pass

    class Heir(Open):
        more: int = 0

    for each in (Nameless, Heir):
        with pytest.raises(ValueError, match=f"{each.__name__} needs a tag"):
            ActionTable((each,))


def test_a_class_of_actions_takes_a_tag_and_a_version_and_nothing_else() -> None:
    with pytest.raises(TypeError, match="tags"):

        class Misspelt(Action, tags="open"):
            pass


def test_an_action_holds_what_its_class_names_and_never_changes() -> None:
    opened = Open(7)
    with pytest.raises(FrozenInstanceError):
        setattr(opened, "number", 8)  # noqa: B010  (mypy refuses the assignment itself)
    assert not hasattr(opened, "__dict__")
    assert (Open.tag, Open.version, Everything.version) == ("open", 1, 3)
    assert repr(opened) == "Open(number=7)"


def test_actions_of_one_class_and_content_are_one() -> None:
    assert {Open(7), Open(7), Open(8), Bare(), Bare()} == {Bare(), Open(8), Open(7)}
    different: Action = Sibling()
    assert Bare() != different
    for same in (pickle.loads(pickle.dumps(Open(7))), copy.deepcopy(Open(7))):
        assert (same, type(same)) == (Open(7), Open)


def test_an_action_is_told_apart_by_its_class_and_fields() -> None:
    def said(action: Action) -> str:
        match action:
            case Open(7):
                return "the seventh"
            case Open(number):
                return f"number {number}"
            case _:
                return "another"

    assert [said(each) for each in (Open(7), Open(8), Bare())] == ["the seventh", "number 8", "another"]
