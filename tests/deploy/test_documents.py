"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
)
PATH = re.compile(r"`((?:bot|adapters|tests|content|docs)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document: str) -> None:
    said = (ROOT / document).read_text("utf-8")
    beside = (ROOT / document).parent
    gone = [path for path in PATH.findall(said) if not (ROOT / path).exists()]
    gone += [path for path in LINK.findall(said) if not (beside / path).exists()]
    assert gone == []
