"""What can be wrong with the database, for the operator and for whoever works on it."""

from bot.chat.errors import NotKeptError, OperatorError


class DatabaseError(OperatorError):
    """The database cannot be used."""


class DatabaseUrlError(DatabaseError):
    """The address is not one of a SQLite file or a PostgreSQL server."""


class DatabaseFolderError(DatabaseError):
    """The SQLite file or its folder cannot be made or written."""


class DatabaseBusyError(DatabaseError):
    """Another process works on the same SQLite file."""


class DatabaseFileError(DatabaseError):
    """The file is not a SQLite database, is damaged, or is no longer the one that was opened."""


class DatabaseUnreachableError(DatabaseError):
    """No PostgreSQL server answers, or it refuses us."""


class DatabaseVersionError(DatabaseError):
    """The database was written by a newer Studyhall than this one."""


class DatabaseCopyError(DatabaseError):
    """The SQLite file could not be copied before its tables are changed."""


class DatabaseMoveError(DatabaseError):
    """What a database holds could not be moved to another one."""


class DatabaseUpgradeError(DatabaseError):
    """The tables could not be brought to this version's shape, and are as they were."""


class DatabaseClosedError(DatabaseError):
    """Somebody uses a database that was closed."""


class QueryError(Exception):
    """The database refused a statement. ``args[0]`` says what kind of refusal it was, without any value or row."""


class IntegrityError(QueryError):
    """A statement would have broken a constraint; ``args[0]`` names it where the database does."""


class LostError(QueryError, NotKeptError):
    """The database ended the transaction by itself, or could not be asked: a full disk, a lock, a lost connection."""


class BrokenError(LostError):
    """The file is damaged, or is no longer the one that was opened: nothing can be kept in it any more."""


class CommitInDoubtError(LostError):
    """The connection was lost while a transaction was committed: it may stand, or not."""
