"""Quizzes, what was answered in them, and what is to be reviewed."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, Table, UniqueConstraint

from bot.database.schema import Id, count, flag, id_column, instant, metadata, reference, words

quizzes = Table(
    "quizzes",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    reference("place_id", "places", null=True),  # of a group quiz
    reference("member_id", "members"),  # who started it
    reference("person_id", "people"),
    words("request"),  # what started it: the same request starts none twice
    words("mode"),  # solo | review | mistakes | group
    words("topic"),  # as asked for, "" for all
    Column("difficulty", Integer),
    Column("seed", Id, nullable=False),
    Column("questions", JSON, nullable=False),  # as they are asked, shuffled; the bank may change meanwhile
    count("position"),
    words("state"),  # lobby | asking | shown | finished | stopped
    instant("created_at", null=False),
    instant("asked_at"),  # when the current question was first shown
    instant("deadline_at"),
    instant("next_at"),  # when the next step of a group quiz is due
    instant("ended_at"),
    UniqueConstraint("request"),
    Index("ix_quizzes_next_at", "next_at"),
    Index("ix_quizzes_person_id", "person_id", "state"),
    Index("ix_quizzes_group_id", "group_id"),
    Index("ix_quizzes_member_id", "member_id"),
)

players = Table(
    "players",
    metadata,
    id_column(),
    reference("quiz_id", "quizzes"),
    reference("member_id", "members"),
    instant("joined_at", null=False),
    instant("left_at"),
    UniqueConstraint("quiz_id", "member_id"),
    Index("ix_players_member_id", "member_id"),
)

responses = Table(
    "responses",
    metadata,
    id_column(),
    reference("quiz_id", "quizzes"),
    Column("position", Integer, nullable=False),
    reference("member_id", "members"),
    reference("person_id", "people"),
    words("item_id"),
    Column("given", JSON, nullable=False),
    flag("sealed"),  # graded, or in a group quiz chosen for good
    count("changes"),
    Column("score", Float),
    Column("correct", Boolean),
    flag("guessed"),
    Column("before", JSON),  # in a group quiz what was handed in first, as long as it is changed
    count("took_ms"),  # from the question to the latest choice; in a group quiz it breaks ties
    instant("at", null=False),
    UniqueConstraint("quiz_id", "position", "member_id"),  # one response per question and member
    Index("ix_responses_person_id", "person_id", "item_id"),
    Index("ix_responses_item_id", "item_id"),
    Index("ix_responses_member_id", "member_id"),
)

reviews = Table(
    "reviews",
    metadata,
    id_column(),
    reference("person_id", "people"),
    words("item_id"),
    Column("state", JSON, nullable=False),
    instant("due_at", null=False),
    instant("last_at", null=False),
    count("seen"),
    count("owed"),  # right answers until a mistake is made good
    UniqueConstraint("person_id", "item_id"),
    Index("ix_reviews_due_at", "person_id", "due_at"),
)

challenges = Table(
    "challenges",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("item_id"),
    reference("member_id", "members"),
    words("why"),
    words("outcome"),  # "" | upheld | kept | corrected
    instant("at", null=False),
    UniqueConstraint("group_id", "item_id", "member_id"),  # one per member and item
    Index("ix_challenges_member_id", "member_id"),
)

item_levels = Table(
    "item_levels",
    metadata,
    id_column(),
    words("item_id"),
    count("answers"),
    Column("level", Integer),  # 1 to 5, as answers show it; none while they are too few
    flag("doubtful"),  # those who know more get it wrong more often
    UniqueConstraint("item_id"),
)
