"""What a process must remember beyond its life, and a room's own memory for the platform that has none."""

from sqlalchemy import JSON, Column, Index, Table, Text, UniqueConstraint

from bot.database.schema import Id, id_column, instant, metadata, partial_index, words

requests = Table(
    "requests",
    metadata,
    id_column(),
    Column("key", Text, nullable=False),  # a hash of platform, account and request id
    instant("at", null=False),
    UniqueConstraint("key"),  # what was handled once is not handled again
    Index("ix_requests_at", "at"),
)

facts = Table(
    "facts",
    metadata,
    Column(
        "name", Text, primary_key=True
    ),  # "commands:123": the fingerprint of what was registered for application 123
    Column("value", Text, nullable=False),
    instant("at", null=False),
)

installations = Table(
    "installations",
    metadata,
    id_column(),
    words("platform"),
    words("tenant"),
    words("user"),  # "" for the tenant's own
    Column("data", JSON, nullable=False),  # the adapter's own: tokens and the like
    instant("at", null=False),
    UniqueConstraint("platform", "tenant", "user"),  # an installation takes the earlier one's place
)

beginnings = Table(
    "beginnings",
    metadata,
    id_column(),
    Column(
        "digest", Text, nullable=False
    ),  # of the secret that an installation begins with, which is kept nowhere
    instant("until", null=False),
    UniqueConstraint("digest"),
    Index("ix_beginnings_until", "until"),
)

transcript = Table(
    "transcript",
    metadata,
    id_column(),
    Column("version", Id, nullable=False, unique=True),
    words("channel"),
    words("audience", default=None),
    words("author"),
    words("body"),
    Column("key", Text, unique=True),
    words("slot"),
    instant("at", null=False),
    instant("edited_at"),
    Index("ix_transcript_channel", "channel", "version"),
    Index("ix_transcript_slot", "audience", "slot"),
    partial_index("ix_transcript_in_slot", "slot", "audience IS NOT NULL"),
)

typed_forms = Table(
    "typed_forms",
    metadata,
    id_column(),
    words("viewer"),
    words("form"),
    Column("fields", JSON, nullable=False),
    instant("at", null=False),
    UniqueConstraint("viewer", "form"),
)
