"""Copies of a SQLite file: before its tables change, as a backup while it is in use, and back from a backup."""

import filecmp
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.database.addresses import lock_sqlite
from bot.database.errors import DatabaseCopyError, DatabaseFileError
from bot.database.sqlite import BUSY_SECONDS


def copy_before(path: Path, revision: str) -> Path:
    """Copy a SQLite file to ``<name>.before-<revision>`` beside it, for its owner alone, whole or not at all.

    A copy that is there stays: another one gets a number, unless both hold the same. Nobody else may write meanwhile.

    Raises:
        DatabaseCopyError: it could not be written, for want of space as a rule.
    """
    part = path.with_name(f"{path.name}.before-{revision}.part")
    try:
        _copy(path, part)
        for number in count(1):
            copy = path.with_name(f"{path.name}.before-{revision}{f'-{number}' if number > 1 else ''}")
            if not copy.exists():
                part.rename(copy)
                break
            if filecmp.cmp(part, copy, shallow=False):
                part.unlink()
                break
        keep_names(path.parent)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise DatabaseCopyError(
            f"The database {path} must be changed for this version, and could not be copied before ({_words(error)}). "
            "It was left as it is.",
            f"Make room for a second file of {path.stat().st_size / 2**20:,.1f} MB beside it, and start again.",
        ) from None
    return copy


def back_up(path: Path, target: Path) -> int:
    """Copy a SQLite file to a new one as it stands at one moment, for its owner alone, whole or not at all.

    Whoever works with the file meanwhile is not held up. How many bytes the copy has, which was read through once.

    Raises:
        DatabaseCopyError: there is nothing to copy, there is such a file already, or it could not be written.
        DatabaseFileError: what was copied is damaged.
    """
    if not path.exists():
        raise DatabaseCopyError(
            f"There is no database {path}.", "Run this where Studyhall runs, with the same settings."
        )
    if target.exists():
        raise DatabaseCopyError(
            f"{target} is there already.", "Choose another name: no backup is overwritten."
        )
    part = target.with_name(f"{target.name}.part")
    try:
        _copy(path, part)
        check(part)
        part.rename(target)
        keep_names(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseCopyError(
            f"{path} could not be copied to {target} ({_words(error)}).",
            f"The copy needs a folder that can be written, with {path.stat().st_size / 2**20:,.1f} MB free.",
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(backup: Path, path: Path, now: datetime) -> Path | None:
    """Put a backup in the place of a SQLite file; where that file now is, None where there was none.

    A damaged one is kept as it is, with its log. Until the last step the place holds what it held.

    Raises:
        DatabaseBusyError: Studyhall runs on the file.
        DatabaseFolderError: the file's folder cannot be made or written.
        DatabaseFileError: the backup is none, or damaged.
        DatabaseCopyError: it could not be written.
    """
    lock = lock_sqlite(path)
    part = path.with_name(f"{path.name}.restoring")
    kept = path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%S}")
    try:
        check(backup)
        _copy(backup, part, alone=not _log(backup).exists())
        found = _set_aside(path, kept)
        part.replace(path)
        keep_names(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseCopyError(
            f"{backup} could not be copied to {path} ({_words(error)}).", "Make room for it, and try again."
        ) from None
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return kept if found else None


def check(path: Path) -> None:
    """Read a SQLite file through that nobody writes to.

    Raises:
        DatabaseFileError: it is not one that Studyhall wrote, or it is damaged.
    """
    try:
        with closing(_reading(path, alone=not _log(path).exists())) as connection:
            ((sound,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
            revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise DatabaseFileError(
            f"{path} cannot be read as Studyhall's database ({error}).", "Choose another backup."
        ) from None
    if sound != "ok" or not revisions:
        raise DatabaseFileError(f"{path} is damaged.", "Choose an earlier backup.")


def _set_aside(path: Path, kept: Path) -> bool:
    log = _log(path)
    if not path.exists() and not log.exists():
        return False
    if not _copied_aside(path, kept):
        for each, name in ((path, kept), (log, _log(kept))):
            if each.exists():
                each.replace(name)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return True


def _copied_aside(path: Path, kept: Path) -> bool:
    """Whether all that a sound file and its log hold is in ``kept`` now, and the log folded in."""
    if not path.exists() or not path.stat().st_size:  # SQLite would empty the log of such a file
        return False
    try:
        check(path)
        _copy(path, kept)
        with closing(sqlite3.connect(path)) as connection:  # the last to close folds the log in
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (DatabaseFileError, sqlite3.Error):
        return False
    return True


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _copy(source: Path, target: Path, *, alone: bool = False) -> None:
    """Write a new file for its owner alone, on the disk when this returns."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(_reading(source, alone=alone)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _reading(path: Path, *, alone: bool = False) -> sqlite3.Connection:
    """A connection that may only read: such a one never folds the log in, which two must not do at once.

    Where nobody else works with the file it needs none of the files beside it, nor a folder that can be written.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}", uri=True, timeout=BUSY_SECONDS
    )


def keep_names(folder: Path) -> None:
    """Have the names of a folder's files on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
