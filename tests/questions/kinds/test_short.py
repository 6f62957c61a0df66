"""Which typed answers count: the table of slips that pass and of those that don't, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.questions.kinds import prepare
from bot.questions.kinds.asked import Given
from bot.questions.kinds.kind import MisreadError, UnfitError
from bot.questions.kinds.short import MOST_SLIPS, SHORT, normal, slips
from bot.questions.model import Kind
from tests.questions.kinds.making_items import item

ALIKE = [
    # case, accents, quotes, hyphens, articles
    ("RLHF", "rlhf"),
    ("Poincare", "Poincaré"),
    ("STRASSE", "Straße"),
    ("the residual stream", "residual stream"),
    ("An encoder", "encoder"),
    ("state-of-the-art", "state of the art"),
    ("“gradient descent”.", "gradient descent"),
    ("Occams razor", "Occam's razor"),
    ("GPT 4", "GPT-4"),
    ("data set", "dataset"),
    ("Q & A", "Q and A"),
    # numbers and signs as people write them
    ("3,5", "3.5"),
    ("1,000,000", "1000000"),
    ("O(n²)", "O(n^2)"),
    ("50 %", "50%"),
    # negations as people write them
    ("can't", "cannot"),
    ("it doesn't converge", "it does not converge"),
    # small slips in long words
    ("gradeint descent", "gradient descent"),
    ("reinforcment learning", "reinforcement learning"),
    ("backpropogation", "backpropagation"),
    ("interpretibility", "interpretability"),
    ("mechanistic interpretbilty", "mechanistic interpretability"),
    ("gradients", "gradient"),
    ("regularisation", "regularization"),
]
APART = [
    # a number, a sign or a negation is never a slip
    ("12 layers", "13 layers"),
    ("GPT-3", "GPT-4"),
    ("1 3", "13"),
    ("-5", "5"),
    ("0.5", "5"),
    ("1000", "10000"),
    ("50", "50%"),
    ("C", "C++"),
    ("C#", "C++"),
    ("< 5", "> 5"),
    ("it converges", "it does not converge"),
    ("it can converge", "it cannot converge"),
    ("is identifiable", "is not identifiable"),
    ("noting", "nothing"),
    ("no table", "notable"),
    ("ever learning", "never learning"),
    # short words must match exactly
    ("SAM", "SAE"),
    ("loss", "less"),
    ("mean", "mead"),
    ("LSTN", "LSTM"),
    ("top k", "top p"),
    ("week", "weak"),
    # other words, however near
    ("decoder", "encoder"),
    ("unsupervised", "supervised"),
    ("asymmetric", "symmetric"),
    ("deductive", "inductive"),
    ("microscope", "macroscope"),
    ("intrapersonal", "interpersonal"),
    ("proscription", "prescription"),
    ("interviewee", "interviewer"),
    ("retraining", "pretraining"),
    ("convex", "concave"),
    ("convocation", "convolution"),
    # a slip in each of three words
    ("stochasic gradeint desecnt", "stochastic gradient descent"),
    # signs, and another alphabet
    ("A* search", "search"),
    ("A/B testing", "B testing"),
    ("vitamin A", "vitamin"),
    ("дескент", "descent"),
    # another number of words
    ("gradient", "gradient descent"),
    ("stochastic gradient descent", "gradient descent"),
]
CASES = [*((*pair, True) for pair in ALIKE), *((*pair, False) for pair in APART)]


def counts(typed: str, *accepted: str) -> bool:
    asked = prepare(item(Kind.SHORT, accepted=accepted), 1)
    return SHORT.grade(asked, Given(words=typed)) == 1


@pytest.mark.parametrize(("typed", "accepted", "right"), CASES, ids=str)
def test_a_slip_passes_and_another_answer_does_not(typed: str, accepted: str, right: bool) -> None:
    assert counts(typed, accepted) is right
    assert counts(accepted, typed) is right, "it is the same from the other side"
    assert counts(typed, "something else", accepted) is right


WORDS = st.text(st.sampled_from("abcdeinot"), min_size=1, max_size=14)
PHRASES = st.lists(
    st.one_of(WORDS, st.sampled_from(["not", "never", "12", "13", "+", "the", "a"])), max_size=4
)
NEAR = st.one_of(st.text(max_size=40), PHRASES.map(" ".join))


@given(NEAR)
def test_what_is_compared_stays_as_it_is_when_it_is_made_again(typed: str) -> None:
    assert normal(normal(typed)) == normal(typed)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts, of which the second is the first with some letters changed."""
    one = normal(draw(NEAR))
    other = list(one)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(other)))
        other[at : at + draw(st.integers(0, 2))] = draw(st.text(st.sampled_from("aeinst 1"), max_size=2))
    return one, normal("".join(other))


@given(pairs())
def test_no_answer_farther_than_the_bound_is_accepted(pair: tuple[str, str]) -> None:
    one, other = pair
    apart = slips(one, other)
    assert slips(other, one) == apart
    if apart is None:
        return
    assert apart <= MOST_SLIPS
    assert OSA.distance(one.replace(" ", ""), other.replace(" ", "")) <= apart
    assert sorted(c for c in one if c.isdigit()) == sorted(c for c in other if c.isdigit())
    assert all((word in one.split()) == (word in other.split()) for word in ("not", "never"))


def test_nothing_that_can_be_compared_is_no_answer() -> None:
    asked = prepare(item(Kind.SHORT), 1)
    assert SHORT.typing is not None
    assert SHORT.typing.read(asked, "  Refraction \n").words == "Refraction"
    for typed in ("", "…!", "x" * 101):
        with pytest.raises(MisreadError):
            SHORT.typing.read(asked, typed)
    assert not counts("", "")


@pytest.mark.parametrize("accepted", [(), ("?!",), ("x" * 101,), ("a",) * 9], ids=lambda case: str(len(case)))
def test_a_group_has_none_that_nobody_can_answer(accepted: tuple[str, ...]) -> None:
    with pytest.raises(UnfitError):
        SHORT.fits(item(Kind.SHORT, accepted=accepted))
