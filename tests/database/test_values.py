"""Every kind of value goes there and comes back the same, on both databases and by every way in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.schema import CreateTable

from bot.database.engine import Database
from bot.database.schema import Id, Instant
from bot.database.statements import Row, Statement, any_of, dialect_of, upserting
from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, rounds
from bot.membership.tables import groups
from bot.outbox.tables import deliveries

things = Table(
    "things",
    MetaData(),
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("words", Text),
    Column("number", Integer),
    Column("big", Id),
    Column("share", Float),
    Column("flag", Boolean),
    Column("day", Date),
    Column("at", Instant),
    Column("kept", JSON),
    UniqueConstraint("name"),
)
KINDS = ("words", "number", "big", "share", "flag", "day", "at", "kept")
IST = timezone(timedelta(hours=5, minutes=30))
MIDNIGHT = datetime(2026, 7, 1, tzinfo=UTC)

VALUES: Mapping[str, tuple[Any, ...]] = {
    "words": (
        "",
        " ",
        "plain",
        'it\'s "quoted" `x` \\ % %s %(x)s :x ? $1',
        "zürich 漢字 שלום 👩‍🚀 \u200b\u2028",
        "line\nline\r\n\ttab",
        "x" * 70_000,
    ),
    "number": (0, 1, -1, 2**31 - 1, -(2**31)),
    "big": (0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)),
    "share": (0.0, -0.5, 0.1, 1.0, 3, 1e-300, 1.7976931348623157e308, 0.1 + 0.2),
    "flag": (True, False),
    "day": (date(2026, 7, 1), date(1, 1, 1), date(9999, 12, 31), date(2028, 2, 29)),
    "at": (
        MIDNIGHT,
        datetime(2026, 7, 1, 14, 0, 0, 123456, IST),
        datetime(2026, 7, 1, 0, 0, 0, 1, UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ),
    "kept": (
        {},
        [],
        "",
        "text",
        0,
        1.5,
        True,
        False,
        [None, {"a": None}],
        {"a": [1, {"b": ["ü", "👩‍🚀", "'\"\\"]}], "": {"c": -(2**53)}},
        "x" * 70_000,
    ),
}

by_value = {
    kind: Statement(
        select(things).where(things.c[kind].is_not_distinct_from(bindparam("it", type_=things.c[kind].type)))
    )
    for kind in KINDS
    if kind != "kept"
}
BY_NAME = Statement(select(things).where(things.c.name == bindparam("its_name")))
SET_ALL = Statement(
    things.update()
    .where(things.c.name == bindparam("its_name"))
    .values({kind: bindparam(kind, type_=things.c[kind].type) for kind in KINDS})
)
INSERT_ALL = Statement(
    things.insert()
    .values({name: bindparam(name, type_=things.c[name].type) for name in ("name", *KINDS)})
    .returning(things)
)
AMONG = {kind: Statement(select(things.c.name).where(any_of(things.c[kind], "them"))) for kind in by_value}
NOT_AMONG = {
    kind: Statement(select(things.c.name).where(~any_of(things.c[kind], "them"))) for kind in by_value
}


@pytest.fixture
async def database(database: Database) -> Database:
    made = str(CreateTable(things).compile(dialect=_dialect(database)))
    await database.write(lambda tx: tx.execute(text(made)))
    return database


def _dialect(database: Database) -> Dialect:
    return dialect_of(database.dialect)


def same(kind: str, got: object, given_: object) -> bool:
    """Whether it came back as it went; an instant in UTC, a share as a fraction."""
    if kind == "at" and given_ is not None:
        return got == given_ and isinstance(got, datetime) and got.tzinfo is UTC
    if kind == "share" and given_ is not None:
        return got == given_ and isinstance(got, float)
    return got == given_ and type(got) is type(given_)


async def everything(tx: Transaction, name: str) -> Row:
    return (await tx.execute(BY_NAME, its_name=name)).one()


async def read_back(database: Database, name: str = "it") -> Row:
    return await database.read(lambda tx: everything(tx, name))


async def test_each_value_comes_back_by_every_way_in(database: Database) -> None:
    for kind in KINDS:
        for value in (None, *VALUES[kind]):
            await _comes_back(database, kind, value)
            await database.write(lambda tx: tx.execute(things.delete()))


async def _comes_back(database: Database, kind: str, value: object) -> None:
    row = dict.fromkeys(KINDS) | {kind: value}

    async def write(tx: Transaction) -> int:
        made = await tx.insert(things, {"name": "inserted", kind: value})
        await tx.insert_all(things, [{"name": f"among {n}", **row} for n in range(2)])
        await tx.insert_once(things, {"name": "once", kind: value})
        await tx.upsert(things, {"name": "upserted"}, {kind: value})
        await tx.upsert(things, {"name": "changed by upsert"}, dict.fromkeys(KINDS, None))
        await tx.upsert(things, {"name": "changed by upsert"}, row)
        changed = await tx.insert(things, {"name": "changed"})
        assert await tx.change(things, changed, {kind: value})
        returned = (await tx.execute(INSERT_ALL, name="by a statement", **row)).one()
        assert same(kind, getattr(returned, kind), value)
        await tx.insert(things, {"name": "set by a statement", "words": "something else"})
        assert (await tx.execute(SET_ALL, its_name="set by a statement", **row)).rowcount == 1
        await tx.execute(things.insert().values(name="built on the spot", **{kind: value}))
        assert same(kind, getattr(await everything(tx, "inserted"), kind), value)
        return made

    async def read(tx: Transaction) -> dict[str, object]:
        return {each.name: getattr(each, kind) for each in await tx.execute(select(things))}

    assert await database.write(write) > 0
    found = await database.read(read)
    assert len(found) == 10
    assert [name for name, got in found.items() if not same(kind, got, value)] == [], (kind, value)
    if kind in by_value:
        equal = await database.read(lambda tx: tx.execute(by_value[kind], it=value))
        assert {each.name for each in equal} == set(found)


@pytest.mark.parametrize("kind", list(by_value))
async def test_what_is_in_a_list_is_found_and_nothing_is_in_an_empty_one(
    database: Database, kind: str
) -> None:
    values = VALUES[kind]

    async def write(tx: Transaction) -> None:
        await tx.insert_all(things, [{"name": str(n), kind: value} for n, value in enumerate(values)])
        await tx.insert(things, {"name": "none", kind: None})

    async def among(tx: Transaction, them: object) -> set[str]:
        return set((await tx.execute(AMONG[kind], them=them)).scalars())

    async def not_among(tx: Transaction, them: object) -> set[str]:
        return set((await tx.execute(NOT_AMONG[kind], them=them)).scalars())

    await database.write(write)
    every = {str(n) for n in range(len(values))}
    for them in (list(values), tuple(values), set(values), frozenset(values)):
        assert await database.read(lambda tx, them=them: among(tx, them)) == every  # type: ignore[misc]
    for at, value in enumerate(values):
        assert await database.read(lambda tx, value=value: among(tx, [value])) == {str(at)}  # type: ignore[misc]
    assert await database.read(lambda tx: among(tx, [])) == set()
    assert await database.read(lambda tx: among(tx, [None])) == set()
    assert await database.read(lambda tx: not_among(tx, [values[0]])) == every - {"0"}
    assert await database.read(lambda tx: not_among(tx, [])) >= every


async def test_a_list_may_be_long(database: Database) -> None:
    await database.write(lambda tx: tx.insert_all(things, [{"name": str(n), "big": n} for n in range(2000)]))
    query = AMONG["big"]
    found = await database.read(lambda tx: tx.execute(query, them=range(500, 100_000)))
    assert len(found.all()) == 1500


async def test_a_list_is_searched_by_its_columns_index(sqlite_database: Database) -> None:
    """A condition that stands as "... = 1" would be looked up row by row."""
    query = Statement(
        select(answers.c.id).where(any_of(answers.c.round_id, "ids"), answers.c.state == "sealed")
    )
    plan = text(f"EXPLAIN QUERY PLAN {query.on('sqlite').sql.replace('?', ':ids')}")
    rows = await sqlite_database.read(lambda tx: tx.execute(plan, ids="[1]"))
    (way,) = [row.detail for row in rows if "answers" in row.detail]
    assert way.startswith("SEARCH answers USING INDEX")


async def test_a_list_brings_its_table_along_and_may_stand_anywhere(database: Database) -> None:
    count = Statement(select(func.count()).where(any_of(things.c.number, "them")))
    inner = select(things.c.id).where(any_of(things.c.number, "them")).scalar_subquery()
    within = Statement(select(things.c.name).where(things.c.id == inner))
    twice = Statement(
        select(things.c.name).where(
            or_(
                and_(any_of(things.c.number, "them"), things.c.flag),
                ~any_of(things.c.number, "them") & any_of(things.c.name, "names"),
            )
        )
    )
    rows = [{"name": str(n), "number": n, "flag": n == 1} for n in range(4)]
    await database.write(lambda tx: tx.insert_all(things, rows))

    async def read(tx: Transaction) -> tuple[int, str, list[str]]:
        found = (await tx.execute(twice, them=[0, 1], names=["0", "3"])).scalars()
        return await tx.scalar(count, them=[1, 2, 9]), await tx.scalar(within, them=[3]), sorted(found)

    assert await database.read(read) == (2, "3", ["1", "3"])


async def test_a_list_that_varies_and_is_no_bind_is_refused() -> None:
    query = Statement(select(groups.c.id).where(groups.c.id.in_(bindparam("ids", expanding=True))))
    for dialect in ("sqlite", "postgresql"):
        with pytest.raises(ValueError, match="any_of"):
            query.on(dialect)


async def test_what_is_fixed_stands_in_the_statement_and_is_quoted_as_it_should_be(
    database: Database,
) -> None:
    odd = 'it\'s "odd" % %s :x ? $1 \\ ü'
    make = Statement(
        things.insert().values(
            name=bindparam("name"), words=odd, number=-7, flag=True, share=0.5, at=MIDNIGHT
        )
    )
    find = Statement(
        select(things.c.name, things.c.at, literal(odd).label("odd")).where(
            things.c.words.in_(["x", odd]),
            things.c.number == -7,
            things.c.flag == true(),
            things.c.flag.is_(True),
            things.c.share == 0.5,
            things.c.at == MIDNIGHT,
            things.c.name == bindparam("name"),
            case((things.c.number.in_([1, 2]), "few"), else_="none") == "none",
        )
    )
    await database.write(lambda tx: tx.execute(make, name="it"))
    row = (await database.read(lambda tx: tx.execute(find, name="it"))).one()
    assert row == ("it", MIDNIGHT, odd)
    assert find.on(database.dialect).asked == {"name"}


async def test_a_partial_index_is_found_by_what_is_fixed(sqlite_database: Database) -> None:
    query = Statement(
        select(deliveries.c.id).where(
            deliveries.c.identity_id == bindparam("identity_id"), deliveries.c.state == "kept"
        )
    )
    plan = text("EXPLAIN QUERY PLAN " + query.on("sqlite").sql.replace("?", ":it"))
    (row,) = await sqlite_database.read(lambda tx: tx.execute(plan, it=1))
    assert "ix_deliveries_kept" in row.detail


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
async def test_a_statement_is_made_once_and_asks_for_its_names_alone(dialect: str) -> None:
    query = Statement(
        select(rounds.c.id).where(rounds.c.state == "open", rounds.c.group_id == bindparam("group_id"))
    )
    made = query.on(dialect)
    assert query.on(dialect) is made
    assert made.asked == {"group_id"}
    assert made.arguments({"group_id": 7}) == [7]
    for wrong in ({}, {"group_id": 7, "state_1": "voting"}, {"id": 7}):
        with pytest.raises(TypeError, match="missing, or not of this statement"):
            made.arguments(wrong)


async def test_what_is_added_is_added_to_what_is_there(database: Database) -> None:
    add = upserting(things, ("name",), ("words",), ("number", "share"))
    for _ in range(3):
        await database.write(lambda tx: tx.execute(add, name="it", words="w", number=2, share=0.5))
    row = await read_back(database)
    assert (row.words, row.number, row.share) == ("w", 6, 1.5)
    await database.write(lambda tx: tx.upsert(things, {"name": "it"}, {}))
    assert await read_back(database) == row


async def test_rows_that_are_met_are_counted_and_given_back(database: Database) -> None:
    rename = Statement(
        things.update().where(things.c.number >= bindparam("least")).values(words=bindparam("words"))
    )
    drop = Statement(things.delete().where(things.c.number >= bindparam("least")).returning(things.c.name))
    rows = [{"name": str(n), "number": n} for n in range(5)]

    async def work(tx: Transaction) -> tuple[int, int, list[str], bool, bool]:
        await tx.insert_all(things, rows)
        await tx.insert_all(things, [])
        met = (await tx.execute(rename, least=2, words="w")).rowcount
        none = (await tx.execute(rename, least=9, words="w")).rowcount
        gone = sorted((await tx.execute(drop, least=3)).scalars())
        there, not_there = (
            await tx.change(things, 1, {"words": "x"}),
            await tx.change(things, 5, {"words": ""}),
        )
        return met, none, gone, there, not_there

    assert await database.write(work) == (3, 0, ["3", "4"], True, False)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    # A NUL is no character to PostgreSQL, and half a surrogate pair is none to anybody.
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=anything, words=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
async def test_whatever_is_kept_comes_back(database: Database, kept: object, words: str) -> None:
    await database.write(lambda tx: tx.upsert(things, {"name": "it"}, {"kept": kept, "words": words}))
    row = await read_back(database)
    assert row.kept == kept
    assert row.words == words
