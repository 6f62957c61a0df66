"""The form in which a question is edited: that of its kind, or YAML where it holds more."""

from dataclasses import replace

import pytest

from bot.chat.requests import Submit
from bot.features.custom_questions.edits import Edited, fields_of, read_edit
from bot.features.custom_questions.intake import kept
from bot.features.custom_questions.model import Own, OwnState
from bot.questions.build import raw_item
from bot.questions.kinds import DISCUSSION_KINDS, KINDS, SCRIPT_KINDS
from bot.questions.model import Item, KeyPoint, Kind, Option, Variable
from bot.questions.topics import Topic, TopicTree
from tests.questions.kinds.making_items import item, template

TOPICS = TopicTree([Topic("optics.lenses", "Lenses", None, None, (), volatile=False, is_leaf=True)])
EXPLAINED = "It bends light, since light is slower in glass than it is in air."
DRAWN = replace(template("a*b", Variable("a", (1, 2)), Variable("b", (3, 4))), explanation=EXPLAINED)
STARRED = item(options=(Option("*args", True, "Yes.\n\nAll of them."), Option("> quoted", False, "")))
POINTS = (KeyPoint("What it does", 3), KeyPoint("Why it does so", 1))


def own_of(made: Item) -> Own:
    raw = {name: value for name, value in raw_item(made).items() if name not in ("id", "status")}
    return Own(1, 1, None, OwnState.ACCEPTED, raw, "", "", None)


def sent(own: Own, **changed: str) -> Edited:
    """The form of a question, sent with some fields changed."""
    values = {field.id: field.value for field in fields_of(own)}
    return read_edit(own, Submit("x", {**values, **changed}), TOPICS, ())


@pytest.mark.parametrize(
    "made",
    [
        item(kind, rubric=POINTS if kind in DISCUSSION_KINDS else ())
        for kind in KINDS
        if kind not in SCRIPT_KINDS
    ]
    + [STARRED, DRAWN],
    ids=lambda made: made.kind,
)
def test_every_question_comes_back_from_its_form_as_it_is(made: Item) -> None:
    own = own_of(made)
    edited = sent(own)
    assert edited.written.errors == {}
    assert edited.written.item == own.item == kept(made, TOPICS, (), "")[0]
    assert sent(own, prompt="What does one lens do?").written.item == {
        **own.item,
        "prompt": "What does one lens do?",
    }


@pytest.mark.parametrize(
    ("kind", "field", "typed", "said"),
    [
        (Kind.SINGLE, "options", "one\ntwo", "There are none."),
        (Kind.MULTI, "options", "* one\n* one", "Each option must be different."),
        (Kind.TF_REASON, "truth", "", "Choose whether"),
        (Kind.MATCH, "pairs", "a = b\nc", "It is missing in “c”."),
        (Kind.NUMERIC, "answer", "many", "isn't a number"),
        (Kind.NUMERIC, "near", "about", "isn't a number"),
        (Kind.ORDER, "steps", "one\ntwo", "three to seven"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_typed(
    kind: Kind, field: str, typed: str, said: str
) -> None:
    edited = sent(own_of(item(kind)), **{field: typed})
    assert said in " ".join(edited.written.errors.values())
    assert edited.typed[field] == typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("difficulty: 3\nformula: [", "line 3: "),
        ("difficulty: 3\nformla: a*b\nanswer: {tolerance: 0}", "line 2: The field “formla” isn't known"),
        ("answer: {tolerance: 0}\ntopic: elsewhere", "line 2: "),
    ],
)
def test_what_is_wrong_with_yaml_is_said_with_its_line(typed: str, said: str) -> None:
    assert said in sent(own_of(DRAWN), yaml=typed).written.errors["yaml"]


def test_a_question_that_no_form_can_hold_keeps_its_formula_when_it_is_edited() -> None:
    own = own_of(DRAWN)
    yaml = next(field.value for field in fields_of(own) if field.id == "yaml")
    edited = sent(own, yaml=yaml.replace("formula: a*b", "formula: a+b"))
    assert edited.written.item == {**own.item, "formula": "a+b"}
