"""Small sound banks to plant flaws in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st

Raw = dict[str, Any]

TOPICS: Raw = {
    "topics": [
        {"id": "optics", "title": "Optics", "phase": "3plus-months", "aliases": ["light"]},
        {
            "id": "optics.lenses",
            "title": "Lenses",
            "aliases": ["lens", "refraction"],
            "targets": {"open": 2, "single": 1},
        },
        {"id": "optics.colours", "title": "Colours", "aliases": ["colors", "refraction"]},
        {"id": "news", "title": "News of optics", "volatile": True, "review_every_days": 90},
    ]
}
REFERENCES: Raw = {
    "references": [
        {
            "key": "lens-paper",
            "title": "On lenses",
            "authors": "Ada Alhazen",
            "year": 2021,
            "url": "https://arxiv.org/abs/2101.00001",
            "id_check": "title+id",
        },
        {
            "key": "half-remembered",
            "title": "On colours",
            "authors": "Ida Newton",
            "year": 2022,
            "url": "https://arxiv.org/abs/2201.00002",
            "id_check": "remembered",
        },
        {
            "key": "a-web-page",
            "title": "Prisms at home",
            "authors": "Optics club",
            "year": 2023,
            "url": "https://example.org/prisms",
            "id_check": "remembered",
        },
    ]
}
COMMON: Raw = {
    "topic": "optics.lenses",
    "difficulty": 2,
    "phase": "3plus-months",
    "explanation": "Light bends where its speed changes, and a curved surface bends it towards one point.",
    "references": [{"key": "lens-paper", "where": "section 2"}],
    "author": "ana",
    "reviewed_by": ["ben"],
    "reviewed": "2026-10-01",
    "status": "live",
}
RUBRIC = [
    {"point": "Light is slower in glass than in air", "weight": 3},
    {"point": "The curved surface bends outer rays more", "weight": 2},
    {"point": "So parallel rays meet in one point", "weight": 1},
]
ANSWER = (
    "Light travels more slowly in glass than in air, so it turns where it enters and leaves. A convex surface meets the "
    "outer rays at a steeper angle and turns them more, so that parallel rays meet in one point, the focus."
)
OPTIONS: list[Raw] = [
    {
        "text": "It is slower in glass than in air",
        "correct": True,
        "feedback": "Yes: speed falls by the refractive index, which turns the ray at the boundary.",
    },
    {
        "text": "It is faster in glass than in air",
        "feedback": "The other way round: dense media slow waves down, so rays turn inwards there.",
    },
    {
        "text": "It is absorbed by the outer rim",
        "feedback": "Absorption would dim an image without moving where parallel beams come together.",
    },
]
ROUNDS: list[Raw] = [
    {
        "minutes": 10,
        "ask": "Explain to a child what a lens does.",
        "follow_ups": ["And a flat pane?"],
        "look_for": ["Plain words"],
    },
    {"minutes": 20, "ask": "Derive the focal length.", "follow_ups": ["For water?"], "look_for": ["Signs"]},
]
KINDS: dict[str, Raw] = {
    "mock": {
        "prompt": "A talk on lenses for two people, 30 minutes. Score it together.",
        "rounds": ROUNDS,
        "rubric": RUBRIC,
    },
    "open": {
        "prompt": "Why does a convex lens bring parallel light to one point?",
        "hint": "Think of what changes for light at the surface.",
        "rubric": RUBRIC,
        "model_answer": ANSWER,
    },
    "behavioral": {
        "prompt": "Tell me about a measurement that you had to take back.",
        "hint": "Say who had relied on it.",
        "rubric": RUBRIC,
        "model_answer": f"An invented example: {ANSWER}",
    },
    "code": {
        "prompt": "Write a function that gives the focal length of a thin lens.",
        "hint": "Begin with the lensmaker's equation.",
        "starter": "def focal(n, r1, r2): ...",
        "tests": "assert focal(1.5, 1, -1) == 1",
        "solution": "def focal(n, r1, r2):\n    return 1 / ((n - 1) * (1 / r1 - 1 / r2))",
        "rubric": RUBRIC,
        "model_answer": ANSWER,
    },
    "single": {"prompt": "Why does light turn as it enters a lens at an angle?", "options": OPTIONS},
    "multi": {
        "prompt": "Which of these make a thin lens focus light more strongly?",
        "options": [
            {**OPTIONS[0], "text": "A higher refractive index"},
            {**OPTIONS[1], "text": "A more curved surface", "correct": True},
            {**OPTIONS[2], "text": "A larger outer diameter"},
            {
                "text": "A duller surface coating",
                "feedback": "Coating changes brightness and reflections, not where rays meet.",
            },
        ],
    },
    "tf_reason": {
        "prompt": "True or false: light turns as it enters a lens at an angle.",
        "statement_is": True,
        "options": OPTIONS,
    },
    "order": {
        "prompt": "Order these by refractive index, the smallest first.",
        "sequence": ["air", "water", "diamond"],
    },
    "match": {
        "prompt": "Match each lens to what it does with parallel light.",
        "pairs": [
            {"left": "convex", "right": "brings it together"},
            {"left": "concave", "right": "spreads it"},
            {"left": "flat glass", "right": "leaves it parallel"},
        ],
    },
    "numeric": {
        "prompt": "What is the focal length of a lens of {power} dioptres, in centimetres?",
        "answer": {"tolerance": 0.1, "unit": "cm"},
        "variables": {"power": {"min": 1, "max": 10, "step": 1}},
        "formula": "100 / power",
    },
    "short": {
        "prompt": "What is it called that light turns where its speed changes?",
        "accepted": ["refraction", "the bending of light"],
    },
    "recall": {"prompt": "Dioptre", "back": "One over the focal length in metres."},
}


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(-9e9, 9e9)
    | st.text(st.characters(codec="ascii"), max_size=9)
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["key", "text", "feedback", "left", "right", "point", "weight", "min", "max", "step", "value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def sound_item(kind: str, **changes: object) -> Raw:
    """A sound item of a kind on optics.lenses; a change to None takes the field away."""
    raw = {
        "id": f"{changes.get('topic', 'optics.lenses')}.q01",
        "kind": kind,
        **COMMON,
        **KINDS[kind],
        **changes,
    }
    return copy.deepcopy({name: value for name, value in raw.items() if value is not None})


@pytest.fixture
def item() -> Callable[..., Raw]:
    """Makes a sound item of a kind, with changes."""
    return sound_item


@pytest.fixture
def today() -> date:
    return date(2026, 11, 23)


@pytest.fixture
def write_bank(tmp_path: Path) -> Callable[..., Path]:
    """Writes a bank's folder: its items, and its other files unless they are None; text is written as it is."""

    def write(
        items: object, *, topics: object = TOPICS, references: object = REFERENCES, schema: str | None = None
    ) -> Path:
        shipped = Path(__file__).parents[2] / "content" / "item.schema.json"
        files = {
            "topics.yaml": topics,
            "references.yaml": references,
            "questions/optics/lenses.yaml": items,
            "item.schema.json": shipped.read_text(encoding="utf-8") if schema is None else schema or None,
        }
        for name, value in files.items():
            if value is not None:
                path = tmp_path / "bank" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                text = (
                    value
                    if isinstance(value, str)
                    else yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
                )
                path.write_text(text, encoding="utf-8")
        return tmp_path / "bank"

    return write
