"""The kinds of questions: one module each, which holds what is particular to it."""

from typing import TypeAlias

from bot.questions.kinds import (
    discussion,
    match,
    mock,
    multi,
    numeric,
    order,
    recall,
    short,
    single,
    tf_reason,
)
from bot.questions.kinds.asked import NotForAQuiz, Prepared
from bot.questions.kinds.kind import Discussion, Objective, Script
from bot.questions.model import Item, Kind

AnyKind: TypeAlias = Discussion | Objective | Script


KINDS: dict[Kind, AnyKind] = {
    Kind.OPEN: discussion.OPEN,
    Kind.BEHAVIORAL: discussion.BEHAVIORAL,
    Kind.CODE: discussion.CODE,
    Kind.MOCK: mock.MOCK,
    Kind.SINGLE: single.SINGLE,
    Kind.MULTI: multi.MULTI,
    Kind.TF_REASON: tf_reason.TF_REASON,
    Kind.ORDER: order.ORDER,
    Kind.MATCH: match.MATCH,
    Kind.NUMERIC: numeric.NUMERIC,
    Kind.SHORT: short.SHORT,
    Kind.RECALL: recall.RECALL,
}
"""What is particular to each kind."""

DISCUSSION_KINDS = {kind: each for kind, each in KINDS.items() if isinstance(each, Discussion)}
OBJECTIVE_KINDS = {kind: each for kind, each in KINDS.items() if isinstance(each, Objective)}
CHECKED_KINDS = {kind: each for kind, each in OBJECTIVE_KINDS.items() if each.checked}
"""Those with a key: group quizzes ask them, and they earn points."""

SCRIPT_KINDS = {kind: each for kind, each in KINDS.items() if isinstance(each, Script)}

FORM_KINDS = {kind: each.form for kind, each in KINDS.items() if each.form}
"""Those that members can suggest, in the order in which they are offered."""

EDIT_FORMS = {kind: form for kind, each in KINDS.items() if (form := each.edited_in or each.form)}
"""The forms for questions that a group has."""

PERSONAL = frozenset(kind for kind, each in DISCUSSION_KINDS.items() if each.personal)
IN_CODE = frozenset(kind for kind, each in DISCUSSION_KINDS.items() if each.in_code)
WITH_OPTIONS = frozenset(kind for kind, each in KINDS.items() if each.holds == "options")
SEVERAL_RIGHT = frozenset(kind for kind, each in OBJECTIVE_KINDS.items() if each.several)


def prepare(item: Item, seed: int) -> Prepared:
    """The item as this seed shows it: the same seed always gives the same. Raises NotForAQuiz.

    Options keep their written order where the item says so. Steps and right sides are always shuffled, and never stand
    in the right order already where their texts differ.
    """
    kind = OBJECTIVE_KINDS.get(item.kind)
    if kind is None:
        raise NotForAQuiz(f"{item.id} is of the kind {item.kind}, which has no answer to check.")
    return kind.prepare(item, seed)
