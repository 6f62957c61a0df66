"""What organisers want asked, and who has read an answer before its question comes."""

from sqlalchemy import JSON, Column, Table, UniqueConstraint

from bot.database.schema import count, id_column, instant, metadata, reference, words

question_wishes = Table(
    "question_wishes",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("item_id"),
    count("place"),  # in the queue, from 1 and with gaps; 0: it is never asked
    UniqueConstraint("group_id", "item_id"),  # a question is either queued or never asked
)

question_plans = Table(
    "question_plans",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("day"),  # "0" for Mondays to "6" for Sundays, or the Monday of one week: "2026-11-30"
    Column("wanted", JSON, nullable=False),  # ids of topics, or "kind:code"
    UniqueConstraint("group_id", "day"),
)

answer_peeks = Table(
    "answer_peeks",
    metadata,
    id_column(),
    reference("member_id", "members"),
    words("item_id"),
    instant("at", null=False),
    UniqueConstraint("member_id", "item_id"),  # once is enough
)
