"""Messages that go out."""

from sqlalchemy import JSON, Column, Index, Table, UniqueConstraint

from bot.database.schema import count, id_column, instant, metadata, partial_index, reference, words

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    words("subject"),  # "round:12"
    words("kind"),  # what the card is: question, reveal, reminder, ...
    words("destination"),  # the place's or the account's key
    words("under"),  # "round:12|question": in whose thread it stands where the place wants that
    words("key"),  # the same on every attempt; at most 25 characters
    words("platform"),
    reference("place_id", "places", null=True),
    reference("identity_id", "identities", null=True),
    words("state"),  # a DeliveryState
    instant("next_at"),  # when it may be tried; none once it is settled
    instant("first_try_at"),  # from when on a message with its key may exist
    words("owner"),
    instant("lease_until"),
    count("attempt"),
    Column("message", JSON),  # the reference of what was sent
    instant("sent_at"),
    count("revision"),  # which version of the card is shown ...
    count("wanted_revision"),  # ... and which one should be: a higher one asks for an edit
    words("error"),
    instant("created_at", null=False),
    UniqueConstraint("subject", "kind", "destination"),  # one message per thing, kind and place
    Index("ix_deliveries_identity_id", "identity_id"),
    partial_index("ix_deliveries_kept", "identity_id", "state = 'kept'"),
    Index("ix_deliveries_place_id", "place_id"),
)

# Nearly all that was ever sent is settled: whoever looks for what is due, each second, meets none of that.
unsettled = deliveries.c.next_at.is_not(None)

Index(
    "ix_deliveries_kinds_due",
    deliveries.c.platform,
    deliveries.c.kind,
    deliveries.c.next_at,
    sqlite_where=unsettled,
)

Index("ix_deliveries_due", deliveries.c.platform, deliveries.c.next_at, sqlite_where=unsettled)
