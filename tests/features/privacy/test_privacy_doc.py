"""The description of what is kept names every table, and every table about people has a part."""

import re
from pathlib import Path

from bot.database.schema import metadata
from bot.membership.personal_data.subjects import PersonalData
from tests.features.privacy.private_life import export_of
from tests.support.local_driver import local_app, local_group

DOC = (Path(__file__).parents[3] / "docs" / "privacy.md").read_text("utf-8")
ABOUT_PEOPLE = frozenset({"people", "identities", "members"})


def test_the_description_names_exactly_the_tables_there_are() -> None:
    kept = DOC[DOC.index("## What is kept") : DOC.index("## What an export holds")]
    named = re.findall(r"^\| `(\w+)` \|", kept, re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == set(metadata.tables)


async def test_every_table_about_people_belongs_to_one_keeper(sqlite_url: str) -> None:
    referring = {
        table.name
        for table in metadata.sorted_tables
        if table.name in ABOUT_PEOPLE
        or any(key.column.table.name in ABOUT_PEOPLE for key in table.foreign_keys)
    }
    async with local_app(sqlite_url) as v:
        personal_data: tuple[PersonalData, ...] = v.app.services.personal_data
    kept = [name for part in personal_data for name in part.tables]
    assert len(kept) == len(set(kept))
    assert referring <= set(kept)
    without_reference = {
        "facts": "holds a fingerprint of somebody barred, by its key",
        "tries": "holds a fingerprint of an account that entered wrong codes",
        "transcript": "names its reader by the room's own user",
        "typed_forms": "names its reader by the room's own user",
    }
    assert set(kept) - referring == set(without_reference)


async def test_the_description_names_every_part_and_field_of_an_export(sqlite_url: str) -> None:
    said = DOC[DOC.index("## What an export holds") : DOC.index("## What others can see")]
    async with local_group(sqlite_url) as v:
        await v.answer("mira", "What I would say.")
        found = await export_of(v, "mira")
    for part, section in found.items():
        assert f"`{part}`" in said
        for field in section if isinstance(section, dict) else ():
            assert f"`{field}`" in said, (part, field)


def test_the_readme_leads_to_it() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    assert "(docs/privacy.md)" in readme
