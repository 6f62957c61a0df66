"""Groups, places, people, accounts and members; codes and links between them; what they wrote and did not send."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    or_,
    true,
)

from bot.database.schema import count, flag, id_column, instant, metadata, partial_index, reference, words

groups = Table(
    "groups",
    metadata,
    id_column(),
    words("name"),
    words("zone"),  # IANA
    Column("at_minute", Integer, nullable=False),  # of the local day
    Column("weekdays", Integer, nullable=False),  # bit 0 is Monday
    words("tone"),  # calm | friendly | competitive
    Column("topics", JSON, nullable=False),  # node ids; none means all
    count("answer_limit", 2000),  # characters
    Column("answers_minutes", Integer),  # how long answers stay open; none: until the next question
    Column("votes_minutes", Integer),  # how long votes stay open; none: until the question after the close
    count("quiz_seconds", 45),  # for each question of a group quiz
    words("state"),  # draft | active | paused
    Column("last_date", Date),  # the last local date whose slot was used or passed over
    instant("next_at"),  # when its next question is due; none while paused without an end
    words("days_off"),  # a line each: first date, last date, what it is
    instant("warned_at"),  # organisers were told that the questions run low
    Column(
        "digest", Boolean, nullable=False, server_default=true()
    ),  # the week's look back rides on its first reveal
    words("digest_week"),  # the last ISO week that had one: 2026-W48
    instant("shared_at"),  # when its board was last shared in the channel
    Column(
        "retention_days", Integer
    ),  # how long the words of those who left are kept; none: until they delete them
    flag("pairs_mocks"),  # members are paired for mock interviews, those who want to be in a week
    flag("invited_only"),  # newcomers need an invitation; else whoever is in one of its places may join
    instant("created_at", null=False),
    Index("ix_groups_next_at", "next_at"),
)

places = Table(
    "places",
    metadata,
    id_column(),
    words("platform"),
    words("tenant"),
    words("channel"),
    words("name"),
    reference("group_id", "groups", null=True),  # none once it was taken out of its group
    words("paused_because"),  # why the bot can't post there; "" when it can
    instant("paused_at"),
    instant("told_at"),  # organisers were told of it
    Column(
        "threads", Boolean
    ),  # whether reveals and quizzes go to the question's thread; none: as the platform prefers
    words("organiser_role"),  # who holds it there organises, by the platform's id
    words("door_role"),  # who holds it there may join without an invitation, by the platform's id
    words(
        "pinged"
    ),  # who is notified of a question there: here, or a role by the platform's id; "" for nobody
    instant("created_at", null=False),
    UniqueConstraint("platform", "tenant", "channel"),  # a channel is active in one group at a time
    Index("ix_places_group_id", "group_id"),
)

people = Table(
    "people",
    metadata,
    id_column(),
    words("zone"),
    Column("interview_date", Date),  # reviews are planned to it
    reference("group_id", "groups", null=True),  # which of their groups a private chat is about
    instant("created_at", null=False),
    instant("deleted_at"),
    partial_index("ix_people_deleted_at", "deleted_at", "deleted_at IS NOT NULL"),
)

identities = Table(
    "identities",
    metadata,
    id_column(),
    words("platform"),
    words("tenant"),
    words("user"),
    words("name"),
    reference("person_id", "people"),
    UniqueConstraint("platform", "tenant", "user"),  # an account belongs to one person
    Index("ix_identities_person_id", "person_id"),
)

members = Table(
    "members",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    reference("person_id", "people"),
    reference("canonical_id", "members", null=True),  # after people were merged
    words("name"),  # as last seen on the platform
    words("pseudonym"),
    words("naming"),  # unnamed | named | pseudonym | out: how boards and digests may name them
    words("consent"),  # the last choice for an answer: unnamed | named | out
    flag("organiser"),
    flag("sample"),  # made for the demonstration, and marked so wherever it is shown
    flag("reminders"),
    Column("break_from", Date),  # the first day of a break; none: it began when it was said
    Column("break_until", Date),
    count("goal", 3),  # days of activity a week that this member wants
    instant("joined_at", null=False),
    instant("seen_at", null=False),
    instant("left_at"),
    instant("blanked_at"),  # what they wrote was blanked, some time after they left
    instant("barred_at"),
    count("onboarded"),  # how far the first steps are done
    UniqueConstraint("group_id", "person_id"),  # one member per person and group
    Index("ix_members_person_id", "person_id"),
    partial_index("ix_members_canonical_id", "canonical_id", "canonical_id IS NOT NULL"),
    partial_index("ix_members_left_at", "left_at", "left_at IS NOT NULL"),
    Index("ix_members_seen_at", "group_id", "seen_at"),
)

off_boards = or_(
    members.c.left_at.is_not(None),
    members.c.barred_at.is_not(None),
    members.c.canonical_id.is_not(None),
    members.c.naming == literal_column("'out'"),  # a bound value would keep the index from being used
)

"""Members whom boards leave out: gone, barred, merged, or as they wish. They are few, so that they are counted apart."""

Index("ix_members_off_boards", members.c.group_id, sqlite_where=off_boards)

codes = Table(
    "codes",
    metadata,
    id_column(),
    Column("digest", Text, nullable=False, unique=True),  # the code itself is kept nowhere
    words("purpose"),  # connect | link | invite
    reference(
        "group_id", "groups", null=True
    ),  # what another place is to be connected to, or somebody invited to
    reference("identity_id", "identities"),  # who made it
    instant("made_at", null=False),
    instant("expires_at", null=False),
    instant("used_at"),
    Index("ix_codes_identity_id", "identity_id"),
    Index("ix_codes_group_id", "group_id"),
    Index("ix_codes_expires_at", "expires_at"),
    partial_index("ix_codes_used_at", "used_at", "used_at IS NOT NULL"),
)

links = Table(
    "links",
    metadata,
    id_column(),
    reference("code_id", "codes"),
    reference("first_id", "identities"),  # whose code it was: their person stays
    reference("second_id", "identities"),  # who entered it
    words("state"),  # asked | accepted | joined | refused
    instant("asked_at", null=False),
    instant("until", null=False),  # when nobody may say yes any more
    instant("settled_at"),
    UniqueConstraint("code_id"),  # a code joins two accounts once
    Index("ix_links_first_id", "first_id"),
    Index("ix_links_second_id", "second_id"),
    Index("ix_links_state", "state"),
    Index("ix_links_until", "until"),
    Index("ix_links_settled_at", "settled_at"),
)

tries = Table(
    "tries",
    metadata,
    id_column(),
    Column("scope", Text, nullable=False, unique=True),  # a fingerprint of the account
    Column("wrong", JSON, nullable=False),  # [instant] of each wrong code lately
    instant("at", null=False),
    Index("ix_tries_at", "at"),
)

drafts = Table(
    "drafts",
    metadata,
    id_column(),
    reference("member_id", "members"),
    words("subject"),
    words("text"),
    instant("updated_at", null=False),
    UniqueConstraint("member_id", "subject"),
)
