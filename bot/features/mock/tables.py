"""Mock interviews, what the two of one wrote about it, and who is paired for one in which week."""

from sqlalchemy import JSON, Column, Index, Table, UniqueConstraint

from bot.database.schema import count, flag, id_column, instant, metadata, partial_index, reference, words

mocks = Table(
    "mocks",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    reference("asker_id", "members"),  # who asked for it
    reference("candidate_id", "members"),
    reference("interviewer_id", "members", null=True),  # none: the candidate is alone
    reference("observer_id", "members", null=True),  # the third of a pair
    words("request"),  # what began it: the same request begins none twice
    words("item_id"),  # "" until the roles are agreed on, where nobody chose a script
    Column("script", JSON),  # as it is asked; the bank may change meanwhile
    words("state"),  # asked | declined | ready | running | forms | done | stopped
    count("part"),  # from 1; 0 before it has begun
    Column("skipped", JSON),  # the numbers of the parts that were
    instant("created_at", null=False),
    instant("part_at"),  # when its part was asked
    instant("ended_at"),  # when the forms were asked for, or it was stopped
    instant("next_at"),  # when it is looked at next; none once nothing waits
    UniqueConstraint("request"),
    Index("ix_mocks_next_at", "next_at"),
    Index("ix_mocks_group_id", "group_id", "ended_at"),
    Index("ix_mocks_candidate_id", "candidate_id", "id"),
    Index("ix_mocks_interviewer_id", "interviewer_id", "id"),
    Index("ix_mocks_asker_id", "asker_id"),
    partial_index("ix_mocks_observer_id", "observer_id", "observer_id IS NOT NULL"),
)

mock_forms = Table(
    "mock_forms",
    metadata,
    id_column(),
    reference("mock_id", "mocks"),
    reference("member_id", "members"),
    Column("scores", JSON),  # seen | part | no for each point of the script; none from the candidate
    words("first"),  # what worked, or how it felt
    words("second"),  # what to change, or what helped
    instant("sent_at", null=False),
    instant("released_at"),  # from when on the other may read it
    instant("chosen_at"),  # when its writer decided about it without the other's
    UniqueConstraint("mock_id", "member_id"),  # one of each
    Index("ix_mock_forms_member_id", "member_id"),
)

mock_weeks = Table(
    "mock_weeks",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("week"),  # an ISO week: 2026-W48
    instant("opened_at", null=False),
    instant("closes_at", null=False),  # when the pairs are made
    instant("paired_at"),
    instant("next_at"),  # when it is looked at next; none once nothing waits
    UniqueConstraint("group_id", "week"),  # one a week
    Index("ix_mock_weeks_next_at", "next_at"),
)

mock_signups = Table(
    "mock_signups",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("week"),
    reference("member_id", "members"),
    flag("wanted"),  # in, or not this week
    flag("evenings"),  # of weekdays, in their own zone
    flag("weekends"),
    flag("missed"),  # was paired, and did not come
    instant("at", null=False),
    UniqueConstraint("group_id", "week", "member_id"),  # one each
    Index("ix_mock_signups_member_id", "member_id", "id"),
)

mock_pairs = Table(
    "mock_pairs",
    metadata,
    id_column(),
    reference("group_id", "groups"),
    words("week"),
    reference("interviewer_id", "members"),
    reference("candidate_id", "members"),
    reference("observer_id", "members", null=True),
    reference("mock_id", "mocks", null=True),
    words("state"),  # made | missed
    flag("swap"),  # they change roles after the first script, so that the week counts as neither
    instant("at"),  # the time that was suggested
    instant("interviewer_waits_at"),  # when they said that nobody came
    instant("candidate_waits_at"),
    instant("created_at", null=False),
    UniqueConstraint("group_id", "week", "interviewer_id"),
    UniqueConstraint("group_id", "week", "candidate_id"),
    Index("ix_mock_pairs_interviewer_id", "interviewer_id"),
    Index("ix_mock_pairs_candidate_id", "candidate_id"),
    partial_index("ix_mock_pairs_observer_id", "observer_id", "observer_id IS NOT NULL"),
    partial_index("ix_mock_pairs_mock_id", "mock_id", "mock_id IS NOT NULL"),
)
