"""Rounds, answers, and what readers say of them."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Table, UniqueConstraint

from bot.database.schema import count, id_column, instant, metadata, reference, words

rounds = Table(
    "rounds",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    Column("local_date", Date, nullable=False),
    count("slot"),  # 0 is the scheduled one; organisers' extra questions count up
    words("item_id"),
    words("kind"),
    words("topic"),  # leaf id
    words("root"),  # one of the topics at the top, for standings
    Column("question", JSON, nullable=False),  # the item as it was asked; the bank may change later
    words("state"),  # open | voting | revealed | cancelled
    instant("opened_at", null=False),
    instant("closes_at"),  # when answers are due to close
    instant("voting_at"),  # when voting really began
    instant("votes_close_at"),
    instant("revealed_at"),
    instant("next_at"),  # when the next step is due; none once revealed or cancelled
    instant("reminded_at"),
    words("ballot"),  # fixed when voting opens: none | approval | pairs
    Column("finalists", JSON),  # the answers of the second stage, once it has begun
    Column("result", JSON),  # what the reveal found
    UniqueConstraint("group_id", "local_date", "slot"),  # one question per slot, however often a tick runs
    Index("ix_rounds_next_at", "next_at"),
    Index(
        "ix_rounds_group_state", "group_id", "state", "revealed_at", "id"
    ),  # what runs, and the newest of the past
)

answers = Table(
    "answers",
    metadata,
    id_column(),
    reference("round_id", "rounds"),
    reference("member_id", "members"),
    words("state"),  # sealed | passed | late | hidden | removed
    words("text"),
    words("consent"),  # unnamed | named | out
    instant("created_at", null=False),
    instant("updated_at", null=False),
    instant("locked_at"),
    count("looks"),  # how often it was shown on a ballot
    UniqueConstraint("round_id", "member_id"),  # one answer per member and round
    Index("ix_answers_member_id", "member_id"),
)

ballots = Table(
    "ballots",
    metadata,
    id_column(),
    reference("round_id", "rounds"),
    reference("member_id", "members"),
    instant("started_at", null=False),
    instant("finished_at"),
    count("steps"),  # pages or pairs that were decided
    UniqueConstraint("round_id", "member_id"),
    Index("ix_ballots_member_id", "member_id"),
)

votes = Table(
    "votes",
    metadata,
    id_column(),
    reference("round_id", "rounds"),
    reference("member_id", "members"),  # who votes
    reference("answer_id", "answers"),
    Column("helped", Boolean),  # none: it was shown and not decided yet
    words("note"),  # "One thing I'd borrow", for the author alone, after the reveal
    instant("shown_at", null=False),
    UniqueConstraint("member_id", "answer_id"),  # the desired state, not a flip: a repeat changes nothing
    Index("ix_votes_round_id", "round_id"),
    Index("ix_votes_answer_id", "answer_id"),
)

comparisons = Table(
    "comparisons",
    metadata,
    id_column(),
    reference("round_id", "rounds"),
    reference("member_id", "members"),
    reference("low_id", "answers"),  # the smaller answer id
    reference("high_id", "answers"),
    reference("winner_id", "answers", null=True),  # none: shown and not decided yet
    instant("shown_at", null=False),
    UniqueConstraint("member_id", "low_id", "high_id"),  # a pair once per voter
    Index("ix_comparisons_round_id", "round_id"),
    Index("ix_comparisons_low_id", "low_id"),
    Index("ix_comparisons_high_id", "high_id"),
    Index("ix_comparisons_winner_id", "winner_id"),
)

reports = Table(
    "reports",
    metadata,
    id_column(),
    reference("answer_id", "answers"),
    reference("member_id", "members"),
    instant("at", null=False),
    words("outcome"),  # "" | kept | removed
    UniqueConstraint("answer_id", "member_id"),  # one report per reader and answer
    Index("ix_reports_member_id", "member_id"),
)
