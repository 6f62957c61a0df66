"""The data model on one page.

Ids are integers, instants are UTC, local dates come from the group's zone. What is due lives in indexed ``next_at``
columns. The unique constraints are what makes repeated deliveries, clicks and ticks harmless; each says for what.
Every change here needs a migration; a test compares the two.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
    or_,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on every database; a naive one is refused where it is written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Check and convert what is written."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Make what is read aware."""
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, null: bool = False) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=null)


def _at(name: str, *, null: bool = True) -> Column[datetime]:
    return Column(name, Instant, nullable=null)


def _words(name: str, *, default: str | None = "") -> Column[str]:
    return Column(name, Text, nullable=default is None, server_default=default)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _partial(name: str, column: str, where: str) -> Index:
    """An index of the few rows for which ``where`` holds; a query that says so finds them by it."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


# Who and where ------------------------------------------------------------------------------------------------------

groups = Table(
    "groups",
    metadata,
    _id(),
    _words("name"),
    _words("zone"),  # IANA
    Column("at_minute", Integer, nullable=False),  # of the local day
    Column("weekdays", Integer, nullable=False),  # bit 0 is Monday
    _words("tone"),  # calm | friendly | competitive
    Column("topics", JSON, nullable=False),  # node ids; none means all
    _count("answer_limit", 2000),  # characters
    Column("answers_minutes", Integer),  # how long answers stay open; none: until the next question
    Column("votes_minutes", Integer),  # how long votes stay open; none: until the question after the close
    _count("quiz_seconds", 45),  # for each question of a group quiz
    _words("state"),  # draft | active | paused
    Column("last_date", Date),  # the last local date whose slot was used or passed over
    _at("next_at"),  # when its next question is due; none while paused
    _at("warned_at"),  # organisers were told that the questions run low
    Column(
        "digest", Boolean, nullable=False, server_default=true()
    ),  # the week's look back rides on its first reveal
    _words("digest_week"),  # the last ISO week that had one: 2026-W48
    _at("shared_at"),  # when its board was last shared in the channel
    Column(
        "retention_days", Integer
    ),  # how long the words of those who left are kept; none: until they delete them
    _at("created_at", null=False),
    Index("ix_groups_next_at", "next_at"),
)

places = Table(
    "places",
    metadata,
    _id(),
    _words("platform"),
    _words("tenant"),
    _words("channel"),
    _words("name"),
    _ref("group_id", "groups", null=True),  # none once it was taken out of its group
    _words("paused_because"),  # why the bot can't post there; "" when it can
    _at("paused_at"),
    _at("told_at"),  # organisers were told of it
    Column(
        "threads", Boolean
    ),  # whether reveals and quizzes go to the question's thread; none: as the platform prefers
    _words("organiser_role"),  # who holds it there organises, by the platform's id
    _at("created_at", null=False),
    UniqueConstraint("platform", "tenant", "channel"),  # a channel is active in one group at a time
    Index("ix_places_group_id", "group_id"),
)

people = Table(
    "people",
    metadata,
    _id(),
    _words("zone"),
    Column("interview_date", Date),  # no review is scheduled past it
    _ref("group_id", "groups", null=True),  # which of their groups a private chat is about
    _at("created_at", null=False),
    _at("deleted_at"),
    _partial("ix_people_deleted_at", "deleted_at", "deleted_at IS NOT NULL"),
)

identities = Table(
    "identities",
    metadata,
    _id(),
    _words("platform"),
    _words("tenant"),
    _words("user"),
    _words("name"),
    _ref("person_id", "people"),
    UniqueConstraint("platform", "tenant", "user"),  # an account belongs to one person
    Index("ix_identities_person_id", "person_id"),
)

members = Table(
    "members",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("person_id", "people"),
    _ref("canonical_id", "members", null=True),  # after people were merged
    _words("name"),  # as last seen on the platform
    _words("pseudonym"),
    _words("naming"),  # unnamed | named | pseudonym | out: how boards and digests may name them
    _words("consent"),  # the last choice for an answer: unnamed | named | out
    _flag("organiser"),
    _flag("sample"),  # made for the demonstration, and marked so wherever it is shown
    _flag("reminders"),
    Column("break_until", Date),
    _count("goal", 3),  # days of activity a week that this member wants
    _at("joined_at", null=False),
    _at("seen_at", null=False),
    _at("left_at"),
    _at("blanked_at"),  # what they wrote was blanked, some time after they left
    _at("barred_at"),
    _count("toured"),  # how far the first steps are done
    UniqueConstraint("group_id", "person_id"),  # one member per person and group
    Index("ix_members_person_id", "person_id"),
    _partial("ix_members_canonical_id", "canonical_id", "canonical_id IS NOT NULL"),
    _partial("ix_members_left_at", "left_at", "left_at IS NOT NULL"),
    Index("ix_members_seen_at", "group_id", "seen_at"),
)
off_boards = or_(
    members.c.left_at.is_not(None),
    members.c.barred_at.is_not(None),
    members.c.canonical_id.is_not(None),
    members.c.naming == literal_column("'out'"),  # a bound value would keep the index from being used
)
"""Members whom boards leave out: gone, barred, merged, or as they wish. They are few, so that they are counted apart."""
Index("ix_members_off_boards", members.c.group_id, sqlite_where=off_boards, postgresql_where=off_boards)

# Codes and links ----------------------------------------------------------------------------------------------------

codes = Table(
    "codes",
    metadata,
    _id(),
    Column("digest", Text, nullable=False, unique=True),  # the code itself is kept nowhere
    _words("purpose"),  # connect | link
    _ref("group_id", "groups", null=True),  # what another place is to be connected to
    _ref("identity_id", "identities"),  # who made it
    _at("made_at", null=False),
    _at("expires_at", null=False),
    _at("used_at"),
    Index("ix_codes_identity_id", "identity_id"),
    Index("ix_codes_group_id", "group_id"),
    Index("ix_codes_expires_at", "expires_at"),
    _partial("ix_codes_used_at", "used_at", "used_at IS NOT NULL"),
)

links = Table(
    "links",
    metadata,
    _id(),
    _ref("code_id", "codes"),
    _ref("first_id", "identities"),  # whose code it was: their person stays
    _ref("second_id", "identities"),  # who entered it
    _words("state"),  # asked | accepted | joined | refused
    _at("asked_at", null=False),
    _at("until", null=False),  # when nobody may say yes any more
    _at("settled_at"),
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
    _id(),
    Column("scope", Text, nullable=False, unique=True),  # a fingerprint of the account, or of the channel
    Column("wrong", JSON, nullable=False),  # [instant] of each wrong code lately
    _at("at", null=False),
    Index("ix_tries_at", "at"),
)

# The daily round ----------------------------------------------------------------------------------------------------

rounds = Table(
    "rounds",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    Column("local_date", Date, nullable=False),
    _count("slot"),  # 0 is the scheduled one; organisers' extra questions count up
    _words("item_id"),
    _words("kind"),
    _words("topic"),  # leaf id
    _words("root"),  # one of the topics at the top, for standings
    Column("question", JSON, nullable=False),  # the item as it was asked; the bank may change later
    _words("state"),  # open | voting | revealed | cancelled
    _at("opened_at", null=False),
    _at("closes_at"),  # when answers are due to close
    _at("voting_at"),  # when voting really began
    _at("votes_close_at"),
    _at("revealed_at"),
    _at("next_at"),  # when the next step is due; none once revealed or cancelled
    _at("reminded_at"),
    _words("ballot"),  # fixed when voting opens: none | approval | pairs
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
    _id(),
    _ref("round_id", "rounds"),
    _ref("member_id", "members"),
    _words("state"),  # sealed | passed | late | hidden | removed
    _words("text"),
    _words("consent"),  # unnamed | named | out
    _at("created_at", null=False),
    _at("updated_at", null=False),
    _at("locked_at"),
    _count("looks"),  # how often it was shown on a ballot
    UniqueConstraint("round_id", "member_id"),  # one answer per member and round
    Index("ix_answers_member_id", "member_id"),
)

drafts = Table(
    "drafts",
    metadata,
    _id(),
    _ref("member_id", "members"),
    _words("subject"),
    _words("text"),
    _at("updated_at", null=False),
    UniqueConstraint("member_id", "subject"),
)

ballots = Table(
    "ballots",
    metadata,
    _id(),
    _ref("round_id", "rounds"),
    _ref("member_id", "members"),
    _at("started_at", null=False),
    _at("finished_at"),
    _count("steps"),  # pages or pairs that were decided
    UniqueConstraint("round_id", "member_id"),
    Index("ix_ballots_member_id", "member_id"),
)

votes = Table(
    "votes",
    metadata,
    _id(),
    _ref("round_id", "rounds"),
    _ref("member_id", "members"),  # who votes
    _ref("answer_id", "answers"),
    Column("helped", Boolean),  # none: it was shown and not decided yet
    _words("note"),  # "One thing I'd borrow", for the author alone, after the reveal
    _at("shown_at", null=False),
    UniqueConstraint("member_id", "answer_id"),  # the desired state, not a flip: a repeat changes nothing
    Index("ix_votes_round_id", "round_id"),
    Index("ix_votes_answer_id", "answer_id"),
)

comparisons = Table(
    "comparisons",
    metadata,
    _id(),
    _ref("round_id", "rounds"),
    _ref("member_id", "members"),
    _ref("low_id", "answers"),  # the smaller answer id
    _ref("high_id", "answers"),
    _ref("winner_id", "answers", null=True),  # none: shown and not decided yet
    _at("shown_at", null=False),
    UniqueConstraint("member_id", "low_id", "high_id"),  # a pair once per voter
    Index("ix_comparisons_round_id", "round_id"),
    Index("ix_comparisons_low_id", "low_id"),
    Index("ix_comparisons_high_id", "high_id"),
    Index("ix_comparisons_winner_id", "winner_id"),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    _ref("answer_id", "answers"),
    _ref("member_id", "members"),
    _at("at", null=False),
    _words("outcome"),  # "" | kept | removed
    UniqueConstraint("answer_id", "member_id"),  # one report per reader and answer
    Index("ix_reports_member_id", "member_id"),
)

# A group's own questions --------------------------------------------------------------------------------------------

own_questions = Table(
    "own_questions",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("member_id", "members", null=True),  # who suggested or imported it; none once they are forgotten
    _words("state"),  # pending (of an import that is looked at) | suggested | accepted | declined | retired
    Column("item", JSON, nullable=False),  # as a question file would hold it
    _words("source"),  # the address to read on, "" for none
    _words("reason"),  # what an organiser said when declining
    _words("request"),  # what brought it: the same request brings it once
    _count("number"),  # its place in that request
    _ref("decided_by", "members", null=True),
    _at("created_at", null=False),
    _at("decided_at"),
    UniqueConstraint("request", "number"),
    Index("ix_own_questions_group_id", "group_id", "state"),
    Index("ix_own_questions_member_id", "member_id"),
    _partial("ix_own_questions_decided_by", "decided_by", "decided_by IS NOT NULL"),
)

# Quizzes ------------------------------------------------------------------------------------------------------------

quizzes = Table(
    "quizzes",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("place_id", "places", null=True),  # of a group quiz
    _ref("member_id", "members"),  # who started it
    _ref("person_id", "people"),
    _words("request"),  # what started it: the same request starts none twice
    _words("mode"),  # solo | review | mistakes | group
    _words("topic"),  # as asked for, "" for all
    Column("difficulty", Integer),
    Column("seed", Id, nullable=False),
    Column("questions", JSON, nullable=False),  # as they are asked, shuffled; the bank may change meanwhile
    _count("position"),
    _words("state"),  # lobby | asking | shown | finished | stopped
    _at("created_at", null=False),
    _at("asked_at"),  # when the current question was first shown
    _at("deadline_at"),
    _at("next_at"),  # when the next step of a group quiz is due
    _at("ended_at"),
    UniqueConstraint("request"),
    Index("ix_quizzes_next_at", "next_at"),
    Index("ix_quizzes_person_id", "person_id", "state"),
    Index("ix_quizzes_group_id", "group_id"),
    Index("ix_quizzes_member_id", "member_id"),
)

players = Table(
    "players",
    metadata,
    _id(),
    _ref("quiz_id", "quizzes"),
    _ref("member_id", "members"),
    _at("joined_at", null=False),
    _at("left_at"),
    UniqueConstraint("quiz_id", "member_id"),
    Index("ix_players_member_id", "member_id"),
)

responses = Table(
    "responses",
    metadata,
    _id(),
    _ref("quiz_id", "quizzes"),
    Column("position", Integer, nullable=False),
    _ref("member_id", "members"),
    _ref("person_id", "people"),
    _words("item_id"),
    Column("given", JSON, nullable=False),
    _flag("sealed"),  # graded, or in a group quiz chosen for good
    _count("changes"),
    Column("score", Float),
    Column("correct", Boolean),
    _flag("guessed"),
    Column("before", JSON),  # the review's state before it, for a guess that is owned up to
    _count("took_ms"),  # in a group quiz: breaks ties
    _at("at", null=False),
    UniqueConstraint("quiz_id", "position", "member_id"),  # one response per question and member
    Index("ix_responses_person_id", "person_id", "item_id"),
    Index("ix_responses_item_id", "item_id"),
    Index("ix_responses_member_id", "member_id"),
)

reviews = Table(
    "reviews",
    metadata,
    _id(),
    _ref("person_id", "people"),
    _words("item_id"),
    Column("state", JSON, nullable=False),
    _at("due_at", null=False),
    _at("last_at", null=False),
    _count("seen"),
    _count("owed"),  # right answers until a mistake is made good
    UniqueConstraint("person_id", "item_id"),
    Index("ix_reviews_due_at", "person_id", "due_at"),
)

challenges = Table(
    "challenges",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _words("item_id"),
    _ref("member_id", "members"),
    _words("why"),
    _words("outcome"),  # "" | upheld | kept
    _at("at", null=False),
    UniqueConstraint("group_id", "item_id", "member_id"),  # one per member and item
    Index("ix_challenges_member_id", "member_id"),
)

# Points -------------------------------------------------------------------------------------------------------------

ledger = Table(
    "ledger",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),  # what it is for, once
    _ref("group_id", "groups"),
    _ref("member_id", "members"),
    _words("board", default="points"),  # points | helped | quiz
    _words("topic"),  # one of the topics at the top
    _words("reason"),
    Column("points", Integer, nullable=False),  # what is added to the numerator
    _count("out_of"),  # what is added to the denominator: 1 for each graded quiz question
    Column("local_date", Date, nullable=False),
    _at("at", null=False),
    _ref("reverses", "ledger", null=True),
    Index("ix_ledger_member_id", "member_id"),
    Index("ix_ledger_group_id", "group_id"),
    _partial("ix_ledger_reverses", "reverses", "reverses IS NOT NULL"),
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

# Activity and streaks -----------------------------------------------------------------------------------------------

activity = Table(
    "activity",
    metadata,
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),  # of the group, when it happened
    _count("acts"),  # bits: what was done that day
)

breaks = Table(
    "breaks",
    metadata,
    _id(),
    _ref("member_id", "members"),
    Column("first_date", Date, nullable=False),
    Column("last_date", Date, nullable=False),
    Index("ix_breaks_member_id", "member_id"),
)

streaks = Table(
    "streaks",
    metadata,
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    _ref("group_id", "groups"),
    _count("current"),
    _count("best"),
    Column("freezes", Integer, nullable=False),
    Column("state", JSON, nullable=False),  # where the count goes on from
    Column("through", Date),  # the last question day that was counted
    Index("ix_streaks_board", "group_id", "current", "member_id"),
)

# Going out ----------------------------------------------------------------------------------------------------------

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _words("subject"),  # "round:12"
    _words("kind"),  # what the card is: question, reveal, reminder, ...
    _words("destination"),  # the place's or the account's key
    _words("under"),  # "round:12|question": in whose thread it stands where the place wants that
    _words("key"),  # the same on every attempt; at most 25 characters
    _words("platform"),
    _ref("place_id", "places", null=True),
    _ref("identity_id", "identities", null=True),
    _words("state"),  # a DeliveryState
    _at("next_at"),  # when it may be tried; none once it is settled
    _at("first_try_at"),  # from when on a message with its key may exist
    _words("owner"),
    _at("lease_until"),
    _count("attempt"),
    Column("message", JSON),  # the reference of what was sent
    _at("sent_at"),
    _count("revision"),  # which version of the card is shown ...
    _count("wanted_revision"),  # ... and which one should be: a higher one asks for an edit
    _words("error"),
    _at("created_at", null=False),
    UniqueConstraint("subject", "kind", "destination"),  # one message per thing, kind and place
    Index("ix_deliveries_identity_id", "identity_id"),
    _partial("ix_deliveries_kept", "identity_id", "state = 'kept'"),
    Index("ix_deliveries_place_id", "place_id"),
)
# Nearly all that was ever sent is settled: whoever looks for what is due, each second, meets none of that.
unsettled = deliveries.c.next_at.is_not(None)
Index(
    "ix_deliveries_due",
    deliveries.c.platform,
    deliveries.c.next_at,
    sqlite_where=unsettled,
    postgresql_where=unsettled,
)

# What a process must remember beyond its life -----------------------------------------------------------------------

requests = Table(
    "requests",
    metadata,
    _id(),
    Column("key", Text, nullable=False),  # a hash of platform, account and request id
    _at("at", null=False),
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
    _at("at", null=False),
)

installations = Table(
    "installations",
    metadata,
    _id(),
    _words("platform"),
    _words("tenant"),
    _words("user"),  # "" for the tenant's own
    Column("data", JSON, nullable=False),  # the adapter's own: tokens and the like
    _at("at", null=False),
    UniqueConstraint("platform", "tenant", "user"),  # an installation takes the earlier one's place
)

beginnings = Table(
    "beginnings",
    metadata,
    _id(),
    Column(
        "digest", Text, nullable=False
    ),  # of the secret that an installation begins with, which is kept nowhere
    _at("until", null=False),
    UniqueConstraint("digest"),
    Index("ix_beginnings_until", "until"),
)

# A room's own memory, for the platform that has none ----------------------------------------------------------------

transcript = Table(
    "transcript",
    metadata,
    _id(),
    Column("version", Id, nullable=False, unique=True),
    _words("channel"),
    _words("audience", default=None),
    _words("author"),
    _words("body"),
    Column("key", Text, unique=True),
    _words("slot"),
    _at("at", null=False),
    _at("edited_at"),
    Index("ix_transcript_channel", "channel", "version"),
    Index("ix_transcript_slot", "audience", "slot"),
    _partial("ix_transcript_in_slot", "slot", "audience IS NOT NULL"),
)

typed_forms = Table(
    "typed_forms",
    metadata,
    _id(),
    _words("viewer"),
    _words("form"),
    Column("fields", JSON, nullable=False),
    _at("at", null=False),
    UniqueConstraint("viewer", "form"),
)
