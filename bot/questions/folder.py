"""Where in a bank's folder its parts stand, and how a file that is made of one is written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "content"
TOPICS, REFERENCES, SCHEMA, QUESTIONS = "topics.yaml", "references.yaml", "item.schema.json", "questions"


def question_files(folder: Path) -> list[Path]:
    """The files that hold a bank's items, in the order in which they are read."""
    questions = folder / QUESTIONS
    return sorted(
        path for path in questions.rglob("*") if path.suffix in {".yaml", ".yml"} and path.is_file()
    )


def write_beside(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Write all of it or nothing: made beside its place for the owner alone, and then moved there with ``mode``.

    A crash may leave it empty. Raises OSError.
    """
    descriptor, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        Path(beside).chmod(mode)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
