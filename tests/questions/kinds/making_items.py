"""Items and prepared questions for tests, as small as can be."""

from bot.questions.kinds.asked import Prepared
from bot.questions.model import Item, Kind, NumericAnswer, Option, SourcePlace, Variable

PLACE = SourcePlace("questions/optics.yaml", 1)
STEPS = ("Clean the lens", "Set the lamp", "Find the image", "Read the scale")
PAIRS = (("Red", "long waves"), ("Green", "middling waves"), ("Violet", "short waves"))


def options(right: int, wrong: int) -> tuple[Option, ...]:
    good = tuple(Option(f"right {n}", correct=True, feedback=f"Yes, {n}.") for n in range(right))
    return good + tuple(Option(f"wrong {n}", correct=False, feedback=f"No, {n}.") for n in range(wrong))


def item(kind: Kind = Kind.SINGLE, **parts: object) -> Item:
    given: dict[str, object] = {
        "id": "optics.lenses.q01",
        "topic": "optics.lenses",
        "kind": kind,
        "prompt": "What does a lens do?",
        "place": PLACE,
        "explanation": "It bends light.",
    }
    if kind is Kind.SINGLE:
        given["options"] = options(1, 3)
    elif kind is Kind.MULTI:
        given["options"] = options(2, 3)
    elif kind is Kind.TF_REASON:
        given |= {"options": options(1, 3), "statement_is": True}
    elif kind is Kind.ORDER:
        given["sequence"] = STEPS
    elif kind is Kind.MATCH:
        given["pairs"] = PAIRS
    elif kind is Kind.NUMERIC:
        given["answer"] = NumericAnswer(2.5, tolerance=0.1, unit="cm")
    elif kind is Kind.SHORT:
        given["accepted"] = ("refraction", "the bending of light")
    elif kind is Kind.RECALL:
        given["back"] = "It bends light."
    return Item(**(given | parts))  # type: ignore[arg-type]


def template(formula: str, *variables: Variable, prompt: str = "How far is {a} times {b}?") -> Item:
    answer = NumericAnswer(None, tolerance=0.01, unit="m")
    return item(Kind.NUMERIC, formula=formula, variables=variables, answer=answer, prompt=prompt)


def question(kind: Kind, choices: int = 0, key: tuple[int, ...] = (), **parts: object) -> Prepared:
    given: dict[str, object] = {
        "item_id": "optics.lenses.q01",
        "kind": kind,
        "topic": "optics.lenses",
        "root": "optics",
        "difficulty": 3,
        "prompt": "What does a lens do?",
        "choices": tuple(f"choice {n}" for n in range(choices)),
        "key": key,
    }
    if kind is Kind.MATCH:
        given["lefts"] = tuple(f"left {n}" for n in range(choices))
    return Prepared(**(given | parts))  # type: ignore[arg-type]
