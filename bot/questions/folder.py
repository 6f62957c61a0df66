"""Where in a bank's folder its parts stand."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "content"
TOPICS, REFERENCES, SCHEMA, QUESTIONS = "topics.yaml", "references.yaml", "item.schema.json", "questions"


def question_files(folder: Path) -> list[Path]:
    """The files that hold a bank's items, in the order in which they are read."""
    questions = folder / QUESTIONS
    return sorted(
        path for path in questions.rglob("*") if path.suffix in {".yaml", ".yml"} and path.is_file()
    )
