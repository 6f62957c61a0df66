"""What is particular to a kind stands in its module; everyone else goes by what the module says."""

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

import bot
from bot.features.custom_questions.actions import SaveEdit
from bot.features.custom_questions.cards import question_form
from bot.features.custom_questions.rules import form_values, read_form
from bot.questions.kinds import DISCUSSION_KINDS, FORM_KINDS, KINDS, OBJECTIVE_KINDS, SCRIPT_KINDS, prepare
from bot.questions.kinds.asked import Given, rated
from bot.questions.kinds.kind import HandIn, UnfitError
from bot.questions.kinds.presses import AskTyped, Rate, SayTruth, Seal, Show, Tap, Undo
from bot.questions.model import Item, Kind
from tests.features.custom_questions.suggested import ASKED, CARD, CHOICE, SHORT
from tests.questions.kinds.making_items import item

BOT = Path(bot.__file__).parent
QUIZ_KINDS = pytest.mark.parametrize("kind", OBJECTIVE_KINDS)


def named(tree: ast.AST) -> Iterator[str]:
    """The kinds that a module names one by one, as in Kind.ORDER or "tf_reason"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind":
            yield node.attr
        if isinstance(node, ast.Compare):
            said = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
            yield from {str(each) for each in said} & {"behavioral", "tf_reason", "numeric"}


def test_a_kind_that_is_named_is_seen() -> None:
    assert list(named(ast.parse("kind is Kind.ORDER or kind == 'numeric'"))) == ["numeric", "ORDER"]


def test_no_feature_tells_kinds_apart_by_name() -> None:
    modules = [*BOT.glob("features/**/*.py"), *BOT.glob("access/**/*.py"), *BOT.glob("app/**/*.py")]
    found = {str(path.relative_to(BOT)): list(named(ast.parse(path.read_text("utf-8")))) for path in modules}
    assert {path: kinds for path, kinds in found.items() if kinds} == {}


def test_every_kind_is_for_rounds_for_quizzes_or_for_two_people() -> None:
    families = [DISCUSSION_KINDS.keys(), OBJECTIVE_KINDS.keys(), SCRIPT_KINDS.keys()]
    assert sorted(kind for family in families for kind in family) == sorted(Kind)
    assert all(family for family in families)


def test_every_kind_has_a_name_of_its_own_and_a_field_that_holds_its_answer() -> None:
    assert len({each.name for each in KINDS.values()}) == len(Kind)
    assert {each.holds for each in KINDS.values()} <= {field.name for field in fields(Item)}


@pytest.mark.parametrize("kind", FORM_KINDS)
def test_a_suggestion_reads_back_into_the_form_it_was_written_in(kind: Kind) -> None:
    discussed = {**ASKED, "points": "One point\nAnother", "link": ""}
    said = {Kind.SINGLE: CHOICE, Kind.SHORT: SHORT, Kind.RECALL: CARD}.get(kind, discussed)
    written = read_form(kind, "optics.lenses", said)
    assert written.errors == {}
    values = form_values(kind, written.item, written.source)
    assert {name: words for name, words in values.items() if name != "link"} == {
        name: words for name, words in said.items() if name != "link"
    }
    shown = question_form(kind, SaveEdit(1), values, "Edit", "Save")
    assert {field.id for field in shown.fields} == values.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_group_may_have_of_its_own_can_be_asked(kind: Kind) -> None:
    made = item(kind, rubric=()) if kind in DISCUSSION_KINDS else item(kind)
    if kind in OBJECTIVE_KINDS:
        KINDS[kind].fits(made)
        prepare(made, 1)
    else:
        with pytest.raises(UnfitError):
            KINDS[kind].fits(made)


@QUIZ_KINDS
def test_pressing_whatever_a_card_offers_leads_to_an_answer_that_can_be_handed_in(kind: Kind) -> None:
    asked, each, given = prepare(item(kind), 3), OBJECTIVE_KINDS[kind], Given()
    for _press in range(10):
        offered = [button for row in each.controls((1, 0), asked, given) for button in row]
        actions = [getattr(button, "action", None) for button in offered]
        if each.complete(asked, given):
            break
        match actions[0]:
            case Tap(index=index, on=on):
                given = each.tap(asked, given, index, on)
            case SayTruth(truth=truth):
                given = Given(truth=truth)
            case AskTyped():
                assert each.typing is not None
                given = each.typing.read(asked, "2.5")
            case Show():
                given = replace(given, shown=True)
            case Rate(rating=rating):
                given = rated(given, rating)
            case other:
                raise AssertionError(other)
    assert each.complete(asked, given)
    assert any(isinstance(action, Seal) for action in actions) is (each.hand_in is HandIn.BUTTON)
    back = next((action.left for action in actions if isinstance(action, Undo)), 0)
    assert not each.complete(asked, each.undo(asked, given, back))


@QUIZ_KINDS
def test_the_full_answer_is_explained_as_right_and_everyone_reads_it_without_a_response(kind: Kind) -> None:
    asked, each = prepare(item(kind), 3), OBJECTIVE_KINDS[kind]
    typed = "".join(asked.accepted[:1])
    full = Given(truth=asked.statement_is, picks=asked.key, number=asked.value, words=typed, shown=True)
    assert not any("✗" in line for line in each.explained(asked, full))
    assert not any("you" in line.lower() for line in each.explained(asked, None))
    assert all(line for line in each.explained(asked, full))
