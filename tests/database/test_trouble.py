"""A database that fails while it is open: what the log says, and a file that is damaged or another one."""

from pathlib import Path

import pytest

from bot.database.errors import BrokenError, LostError
from bot.database.trouble import Trouble
from tests.database.rows import add_group, group_names
from tests.support.databases import opened


def test_the_log_has_a_line_a_minute_and_one_when_it_is_over() -> None:
    trouble, said = Trouble("written"), list[tuple[int, str]]()
    for second in range(200):
        fails = 10 <= second < 120
        line = trouble.failed(second, "locked") if fails else trouble.worked(second)
        if fails and second % 7 == 0:
            assert trouble.worked(second) is None, "what goes well in between is not the end"
        if line:
            said.append((second, line))
    everyone = "members are told so, and get back what they typed"
    assert said == [
        (10, f"the database cannot be written (locked): {everyone}"),
        (70, f"the database cannot be written (locked, 61 times in 60 s): {everyone}"),
        (129, "the database can be written again; it could not 110 times in 109 s"),
    ]


def remove(path: Path) -> None:
    path.unlink()


def move(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def replace(path: Path) -> None:
    path.with_name("other.db").replace(path)


def remove_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


@pytest.mark.parametrize("harm", [remove, move, replace, remove_log, damage])
async def test_a_file_in_which_nothing_is_kept_any_more_is_noticed_by_whoever_uses_it_next(
    harm: object, sqlite_url: str, tmp_path: Path
) -> None:
    assert callable(harm)
    path, other, broke = tmp_path / "studyhall.db", tmp_path / "other.db", list[None]()
    async with opened(f"sqlite:///{other}") as database:
        await database.migrate()
    async with opened(sqlite_url) as database:
        database.broke = lambda: broke.append(None)
        if harm is not damage:
            await database.write(add_group)
        harm(path)
        with pytest.raises(BrokenError):
            # The first to read opens the file by its name.
            await (group_names(database) if harm in (remove, replace) else database.write(add_group))
        for again in (database.write(add_group), group_names(database)):
            with pytest.raises(LostError):
                await again
        assert broke == [None]
        said = str(database.broken)
    what = "is damaged" if harm is damage else "was moved, deleted or replaced while Studyhall ran"
    assert said.startswith(f"Nothing can be saved in the database {path} any more: it {what}")
    assert said.endswith("restore a backup with `studyhall restore FILE`, and start again.")
    assert path.exists() is (harm not in (remove, move)), "none was made in its place"
    if harm is replace:
        assert path.with_name("studyhall.db-wal.replaced").stat().st_size
        async with opened(sqlite_url) as database:
            assert await group_names(database) == [], "what was in the log stays out of the other file"
    if harm is remove_log:
        async with opened(sqlite_url) as database:
            assert await group_names(database) == ["Study"]
