"""What organisers did."""

from sqlalchemy import JSON, Column, Index, Table

from bot.database.schema import id_column, instant, metadata, partial_index, reference, words

acts = Table(
    "acts",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    reference("member_id", "members", null=True),  # who; none for somebody forgotten, or who is no member
    instant("at", null=False),
    words("kind"),  # what may be undone of it, and how
    words("title"),  # as the log says it; it names no author of an answer
    Column("back", JSON, nullable=False),  # what undoing it needs to know
    instant("undone_at"),
    Index("ix_acts_group_id", "group_id", "id"),
    Index("ix_acts_at", "at"),
    partial_index("ix_acts_member_id", "member_id", "member_id IS NOT NULL"),
)
