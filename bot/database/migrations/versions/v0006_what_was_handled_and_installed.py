"""What was handled, where it is installed, and what groups earn in a week; indices for what is looked for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

INDICES = (
    ("beginnings", "ix_beginnings_until", ("until",), None),
    ("ballots", "ix_ballots_member_id", ("member_id",), None),
    ("challenges", "ix_challenges_member_id", ("member_id",), None),
    ("codes", "ix_codes_expires_at", ("expires_at",), None),
    ("codes", "ix_codes_group_id", ("group_id",), None),
    ("codes", "ix_codes_used_at", ("used_at",), "used_at IS NOT NULL"),
    ("comparisons", "ix_comparisons_winner_id", ("winner_id",), None),
    ("deliveries", "ix_deliveries_due", ("platform", "next_at"), "next_at IS NOT NULL"),
    ("deliveries", "ix_deliveries_kept", ("identity_id",), "state = 'kept'"),
    ("ledger", "ix_ledger_reverses", ("reverses",), "reverses IS NOT NULL"),
    ("links", "ix_links_settled_at", ("settled_at",), None),
    ("links", "ix_links_state", ("state",), None),
    ("links", "ix_links_until", ("until",), None),
    ("members", "ix_members_canonical_id", ("canonical_id",), "canonical_id IS NOT NULL"),
    ("members", "ix_members_left_at", ("left_at",), "left_at IS NOT NULL"),
    ("own_questions", "ix_own_questions_decided_by", ("decided_by",), "decided_by IS NOT NULL"),
    ("people", "ix_people_deleted_at", ("deleted_at",), "deleted_at IS NOT NULL"),
    ("players", "ix_players_member_id", ("member_id",), None),
    ("quizzes", "ix_quizzes_member_id", ("member_id",), None),
    ("reports", "ix_reports_member_id", ("member_id",), None),
    ("responses", "ix_responses_member_id", ("member_id",), None),
    ("rounds", "ix_rounds_group_state", ("group_id", "state", "revealed_at", "id"), None),
    ("standings", "ix_standings_member_id", ("member_id",), None),
    ("transcript", "ix_transcript_in_slot", ("slot",), "audience IS NOT NULL"),
    ("tries", "ix_tries_at", ("at",), None),
)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_requests_key")),
    )
    op.create_index("ix_requests_at", "requests", ["at"], unique=False)
    op.create_table(
        "installations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant", sa.Text(), server_default="", nullable=False),
        sa.Column("user", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint("platform", "tenant", "user", name=op.f("uq_installations_platform_tenant_user")),
    )
    op.create_table(
        "beginnings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beginnings")),
        sa.UniqueConstraint("digest", name=op.f("uq_beginnings_digest")),
    )
    op.create_table(
        "group_weeks",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_weeks_group_id")),
        sa.PrimaryKeyConstraint("group_id", "bucket", name=op.f("pk_group_weeks")),
    )
    op.execute(
        "INSERT INTO group_weeks (group_id, bucket, points) SELECT group_id, bucket, sum(score) FROM standings "
        "WHERE board = 'points' AND topic = '' AND span = 'week' GROUP BY group_id, bucket"
    )
    op.drop_index("ix_deliveries_next_at", "deliveries")
    op.drop_index("ix_rounds_group_state", "rounds")
    for table, name, columns, where in INDICES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
    _take_over_from_slacks_library()


# What Slack's own library has kept beside us until now ---------------------------------------------------------------

BOTS, USERS, STATES = "slack_bots", "slack_installations", "slack_oauth_states"
_WORDS = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
)
_USER_WORDS = (
    *("enterprise_url", "user_id", "user_token", "token_type"),
    *("incoming_webhook_url", "incoming_webhook_channel", "incoming_webhook_channel_id"),
    "incoming_webhook_configuration_url",
)


def _take_over_from_slacks_library() -> None:
    connection = op.get_bind()
    there = set(sa.inspect(connection).get_table_names()) & {BOTS, USERS, STATES}
    made: dict[tuple[str, str], dict[str, Any]] = {}
    # Of several installations in one workspace the newest counts, as it did for the library.
    for table, kinds in ((BOTS, ("bot",)), (USERS, ("bot", "user"))):
        if table in there:
            for row in _rows(connection, table, kinds):
                user = row.user_id if table == USERS else ""
                if table == BOTS or row.user_token:
                    made[row.team_id or row.enterprise_id or "", user] = _installation(row, kinds)
    if made:
        kept = sa.table(
            "installations",
            *(sa.column(name, sa.Text()) for name in ("platform", "tenant", "user")),
            sa.column("data", sa.JSON()),
            sa.column("at", INSTANT),
        )
        rows = [
            {
                "platform": "slack",
                "tenant": tenant,
                "user": user,
                "data": data,
                "at": datetime.fromtimestamp(data["installed_at"], UTC),
            }
            for (tenant, user), data in made.items()
        ]
        op.bulk_insert(kept, rows)
    if STATES in there:
        _move_states(connection)
    for name in sorted(there):
        op.drop_table(name)


def _rows(connection: sa.Connection, table: str, kinds: tuple[str, ...]) -> Iterator[sa.Row[Any]]:
    words = _WORDS if table == BOTS else (*_WORDS, *_USER_WORDS)
    old = sa.table(
        table,
        sa.column("id", sa.Integer()),
        sa.column("client_id", sa.Text()),
        sa.column("is_enterprise_install", sa.Boolean()),
        sa.column("installed_at", sa.DateTime()),
        *(sa.column(name, sa.Text()) for name in words),
        *(sa.column(f"{kind}_{name}", sa.Text()) for kind in kinds for name in ("scopes", "refresh_token")),
        *(sa.column(f"{kind}_token_expires_at", sa.DateTime()) for kind in kinds),
    )
    yield from connection.execute(sa.select(old).order_by(old.c.installed_at, old.c.id))


def _installation(row: sa.Row[Any], kinds: tuple[str, ...]) -> dict[str, Any]:
    data = row._asdict()
    del data["id"]
    data["custom_values"] = {}
    data["installed_at"] = _seconds(row.installed_at)
    for kind in kinds:
        data[f"{kind}_scopes"] = (data[f"{kind}_scopes"] or "").split(",") if data[f"{kind}_scopes"] else []
        at = data[f"{kind}_token_expires_at"]
        data[f"{kind}_token_expires_at"] = None if at is None else int(_seconds(at))
    return data


def _seconds(at: datetime) -> float:
    return at.replace(tzinfo=UTC).timestamp()


def _move_states(connection: sa.Connection) -> None:
    old = sa.table(STATES, sa.column("state", sa.Text()), sa.column("expire_at", sa.DateTime()))
    until = {
        blake2b(f"slack|{row.state}".encode(), digest_size=16).hexdigest(): row.expire_at.replace(tzinfo=UTC)
        for row in connection.execute(sa.select(old))
    }
    if until:
        new = sa.table("beginnings", sa.column("digest", sa.Text()), sa.column("until", INSTANT))
        op.bulk_insert(new, [{"digest": digest, "until": at} for digest, at in until.items()])
