"""What Slack's own library has kept beside us moves into our tables, and goes on."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from alembic import command
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Connection, MetaData, create_engine, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from adapters.slack.installing.installs import ManyWorkspaces
from bot.database.addresses import parse_url
from bot.database.engine import Database
from bot.database.installations import StoredInstallations
from bot.database.migrations import config
from tests.adapters.slack.support.driver import NOON
from tests.support.databases import opened

OLD = frozenset({"slack_bots", "slack_installations", "slack_oauth_states"})


async def on(url: str, work: Callable[[Connection], object]) -> None:
    """Run something on a connection, and commit it."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database
        with closing(sqlite3.connect(parsed.database)) as file:
            engine = create_engine("sqlite://", creator=lambda: file, poolclass=StaticPool)
            with engine.begin() as connection:
                work(connection)
        return
    there = create_async_engine(parsed)
    async with there.begin() as reached:
        await reached.run_sync(work)
    await there.dispose()


def older(connection: Connection) -> None:
    """The tables of the version before."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "0005")


def an_installation(
    team: str, number: int, *, at: datetime, rotating: bool = False, user: str = ""
) -> Installation:
    return Installation(
        app_id="A0APP",
        team_id=team,
        team_name=f"Team {team}",
        bot_token=f"xoxb-{team}-{number}",
        bot_id="B0BOT",
        bot_user_id="U0BOT",
        bot_scopes=["chat:write", "commands"],
        bot_refresh_token="xoxe-1" if rotating else None,
        bot_token_expires_at=int((NOON + timedelta(hours=11)).timestamp()) if rotating else None,
        user_id="U0ADA",
        user_token=user or None,
        user_scopes="identify" if user else "",
        installed_at=at.timestamp(),
    )


def kept_by_the_library(connection: Connection) -> None:
    made = MetaData()
    bots = SQLAlchemyInstallationStore.build_bots_table(made, "slack_bots")
    users = SQLAlchemyInstallationStore.build_installations_table(made, "slack_installations")
    states = SQLAlchemyOAuthStateStore.build_oauth_states_table(made, "slack_oauth_states")
    made.create_all(connection)
    for each in (
        an_installation("T0ONE", 2, at=NOON, rotating=True, user="xoxp-1"),
        an_installation("T0ONE", 1, at=NOON - timedelta(days=3)),
        an_installation("T0TWO", 1, at=NOON - timedelta(days=1)),
    ):
        for table, row in ((users, each.to_dict()), (bots, each.to_bot().to_dict())):
            naive = {
                name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
                for name, value in row.items()
            }
            connection.execute(table.insert().values(client_id="client", **naive))
    late = (NOON + timedelta(minutes=5)).replace(tzinfo=None)
    connection.execute(states.insert().values(state="begun", expire_at=late))


def many(database: Database, now: datetime, client_id: str = "client") -> ManyWorkspaces:
    kept = StoredInstallations(database, lambda: now)
    return ManyWorkspaces(
        kept, client_id=client_id, client_secret="s", clock=lambda: now, base_url="http://nowhere/"
    )


async def test_workspaces_that_had_installed_the_app_go_on(empty_url: str) -> None:
    await on(empty_url, older)
    await on(empty_url, kept_by_the_library)
    async with opened(empty_url) as database:
        await database.migrate()
        await database.migrate()
        ours = many(database, NOON)
        assert await ours.token("T0ONE") == "xoxb-T0ONE-2", "the newest of several"
        assert await ours.token("T0TWO") == "xoxb-T0TWO-1"
        assert await many(database, NOON, "another app").token("T0TWO") is None
        bot = await ours.store.find_bot("T0ONE")
        assert bot is not None
        wanted = an_installation("T0ONE", 2, at=NOON, rotating=True).to_bot()
        assert vars(bot) == vars(wanted)
        kept = StoredInstallations(database, lambda: NOON)
        own = an_installation("T0ONE", 2, at=NOON, rotating=True, user="xoxp-1")
        assert await kept.find("slack", "T0ONE", "U0ADA") == vars(own) | {"client_id": "client"}
        assert await kept.find("slack", "T0TWO", "U0ADA") is None
        assert await ours.states.async_consume("begun")
        assert not await ours.states.async_consume("begun")
    await on(empty_url, lambda connection: _gone(set(inspect(connection).get_table_names())))


def _gone(names: set[str]) -> None:
    assert "installations" in names
    assert not names & OLD


async def test_where_it_was_never_installed_nothing_moves(empty_url: str) -> None:
    await on(empty_url, older)
    async with opened(empty_url) as database:
        await database.migrate()
        assert await many(database, NOON).token("T0ONE") is None
