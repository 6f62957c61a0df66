"""A disk that is full: SQLite's file may grow no further, and a server refuses what would write, as it says it then."""

import asyncio
import sqlite3
from threading import Thread

import asyncpg

from bot.database.engine import Database

_REFUSES = """
CREATE TABLE full_disk (is_full int);
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM full_disk) THEN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
  END IF;
  RETURN NEW;
END $$;
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'full_disk' LOOP
    EXECUTE format('CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION disk_is_full()',
                   each.tablename);
  END LOOP;
END $$;
"""
"""Whoever writes gets the class of error that PostgreSQL documents for this (53100, disk_full)."""

_MOST_PAGES = 4_294_967_294


async def can_fill(url: str) -> None:
    """Let the disk of a server's database be one that can be full."""
    await _run(url, _REFUSES)


def fill_disk(url: str, *, full: bool) -> None:
    """Let the server's disk be full from now on, or free again. It is done at once, whatever time it is in a story."""
    statement = "INSERT INTO full_disk VALUES (1)" if full else "DELETE FROM full_disk"
    done = Thread(target=lambda: asyncio.run(_run(url, statement)))
    done.start()
    done.join()


async def fill_file(database: Database, *, full: bool) -> None:
    """Let the file of an open SQLite grow no further from now on, or grow again."""
    most = 1 if full else _MOST_PAGES

    def limit(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count={most}").fetchone()

    await database._writer.apart(limit)


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
