"""The ledger of points, the totals kept beside it, activity and streaks."""

from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.database.schema import Id, count, id_column, instant, metadata, partial_index, reference, words

ledger = Table(
    "ledger",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),  # what it is for, once
    reference("group_id", "groups"),
    reference("member_id", "members"),
    words("board", default="points"),  # points | helped | quiz
    words("topic"),  # one of the topics at the top
    words("reason"),
    Column("points", Integer, nullable=False),  # what is added to the numerator
    count("out_of"),  # what is added to the denominator: 1 for each graded quiz question
    Column("local_date", Date, nullable=False),
    instant("at", null=False),
    reference("reverses", "ledger", null=True),
    Index("ix_ledger_member_id", "member_id"),
    Index("ix_ledger_group_id", "group_id"),
    partial_index("ix_ledger_reverses", "reverses", "reverses IS NOT NULL"),
)

standings = Table(
    "standings",
    metadata,
    Column("group_id", Id, ForeignKey("groups.id"), primary_key=True),
    Column("board", Text, primary_key=True),  # points | helped | quiz
    Column("topic", Text, primary_key=True),  # "" is all
    Column("span", Text, primary_key=True),  # week | month | all
    Column("bucket", Text, primary_key=True),  # 2026-W48 | 2026-11 | ""
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    Column("numerator", Float, nullable=False),
    Column("denominator", Float, nullable=False, server_default="0"),
    Column("score", Float, nullable=False, server_default="0"),  # what the board ranks by; 0 has no place
    Index("ix_standings_board", "group_id", "board", "topic", "span", "bucket", "score", "member_id"),
    Index("ix_standings_member_id", "member_id"),
)

group_weeks = Table(
    "group_weeks",
    metadata,
    Column("group_id", Id, ForeignKey("groups.id"), primary_key=True),
    Column("bucket", Text, primary_key=True),  # 2026-W48
    Column("points", Float, nullable=False, server_default="0"),  # of everyone together, for the goal
)

activity = Table(
    "activity",
    metadata,
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),  # of the group, when it happened
    count("acts"),  # bits: what was done that day
)

streaks = Table(
    "streaks",
    metadata,
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    reference("group_id", "groups"),
    count("current"),
    count("best"),
    Column("freezes", Integer, nullable=False),
    Column("state", JSON, nullable=False),  # where the count goes on from
    Column("through", Date),  # the last question day that was counted
    Index("ix_streaks_board", "group_id", "current", "member_id"),
)


breaks = Table(
    "breaks",
    metadata,
    id_column(),
    reference("member_id", "members"),
    Column("first_date", Date, nullable=False),
    Column("last_date", Date, nullable=False),
    Index("ix_breaks_member_id", "member_id"),
)


question_days = Table(
    "question_days",
    metadata,
    id_column(),  # in the order in which their questions opened
    reference("group_id", "groups"),
    Column("local_date", Date, nullable=False),
    UniqueConstraint("group_id", "local_date"),  # a date is a question day once, whatever is asked beside it
)
