"""What CONTRIBUTING.md teaches is so: its good item is sound, and its bad one has the flaws that are named."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

from bot.bank_tools.check import check

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
GOOD, BAD = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def told(item: str, folder: Path) -> set[str]:
    for name in ("topics.yaml", "references.yaml", "item.schema.json"):
        shutil.copy(ROOT / "content" / name, folder)
    (folder / "questions").mkdir()
    (folder / "questions" / "one.yaml").write_text(item, "utf-8")
    return {finding.rule for finding in check(folder, date(2026, 11, 23))}


def test_the_good_item_has_no_findings(tmp_path: Path) -> None:
    assert told(GOOD, tmp_path) == set()


def test_the_bad_item_has_every_flaw_that_is_named_below_it(tmp_path: Path) -> None:
    named = set(
        re.findall(r"`([a-z-]+)`", PAGE[PAGE.index("Why it doesn't") : PAGE.index("**Discussion items**")])
    )
    assert len(named) == 8
    assert named <= told(BAD, tmp_path)
