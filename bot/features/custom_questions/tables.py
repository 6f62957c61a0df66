"""A group's own questions."""

from sqlalchemy import JSON, Column, Index, Table, UniqueConstraint

from bot.database.schema import count, id_column, instant, metadata, partial_index, reference, words

own_questions = Table(
    "own_questions",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    reference(
        "member_id", "members", null=True
    ),  # who suggested or imported it; none once they are forgotten
    words(
        "state"
    ),  # pending (of an import that is looked at) | suggested | accepted | declined | retired | replaced | taken_back
    Column("item", JSON, nullable=False),  # as a question file would hold it
    words("source"),  # the address to read on, "" for none
    words("reason"),  # what an organiser said when declining; of what is replaced whose version it was
    words(
        "request"
    ),  # what brought it: the same request brings it once; of a version that was edited its item's id
    count("number"),  # its place in that request
    reference("decided_by", "members", null=True),
    instant("created_at", null=False),
    instant("decided_at"),
    UniqueConstraint("request", "number"),
    Index("ix_own_questions_group_id", "group_id", "state"),
    Index("ix_own_questions_member_id", "member_id"),
    partial_index("ix_own_questions_decided_by", "decided_by", "decided_by IS NOT NULL"),
)
