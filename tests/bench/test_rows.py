import json
from pathlib import Path

import pytest

from tests.bench.__main__ import SUBJECTS, main
from tests.bench.rows import Goal, Row, at_least, at_most, skipped, table, to_json
from tests.bench.timing import Times, percentile, typical
from tests.bench.written import State, Write, shares, writes_between

FAST = Row("votes/s", 50, "1/s", 100, at_least(0.4))
SLOW = Row("votes/s", 30, "1/s", 100, at_least(0.4))


def test_a_ratio_is_the_value_over_the_baseline() -> None:
    assert FAST.ratio == 0.5
    assert Row("statements", 9, "").ratio is None
    assert Row("nothing", 9, "ms", 0.0).ratio is None


@pytest.mark.parametrize(
    ("value", "baseline", "goal", "met"),
    [
        (40, 100, at_least(0.4), True),
        (39, 100, at_least(0.4), False),
        (130, 100, at_most(1.3), True),
        (131, 100, at_most(1.3), False),
        (9, None, at_most(9, "value"), True),
        (10, None, at_most(9, "value"), False),
        (0, 5, at_most(0, "value"), True),
        (10, None, at_most(9), None),
        (10, 10, None, None),
    ],
)
def test_a_goal_bounds_the_ratio_or_the_value(
    value: float, baseline: float | None, goal: Goal | None, met: bool | None
) -> None:
    assert Row("it", value, "ms", baseline, goal).met is met


def test_json_is_a_list_of_rows_with_these_names() -> None:
    gone = skipped("/leaderboard against Redis", "ms", at_most(8), "redis-server is not installed")
    assert json.loads(to_json([FAST, SLOW, gone, Row("room", 2, "ms")])) == [
        {
            "name": "votes/s",
            "value": 50,
            "unit": "1/s",
            "baseline": 100,
            "ratio": 0.5,
            "goal": "ratio >= 0.4",
            "met": True,
        },
        {
            "name": "votes/s",
            "value": 30,
            "unit": "1/s",
            "baseline": 100,
            "ratio": 0.3,
            "goal": "ratio >= 0.4",
            "met": False,
        },
        {
            "name": "/leaderboard against Redis",
            "value": None,
            "unit": "ms",
            "baseline": None,
            "ratio": None,
            "goal": "ratio <= 8",
            "met": None,
        },
        {
            "name": "room",
            "value": 2,
            "unit": "ms",
            "baseline": None,
            "ratio": None,
            "goal": None,
            "met": None,
        },
    ]


def test_the_table_is_aligned_and_names_what_was_skipped() -> None:
    gone = skipped("the board against Redis", "ms", at_most(8), "redis-server is not installed")
    head, fast, slow, missing, count = table(
        [FAST, gone, Row("room, p99", 2.5, "ms", 0.25, None)]
    ).splitlines()
    assert head == "figure     value  unit  baseline  ratio  goal          met"
    assert fast == "votes/s       50  1/s        100  0.500  ratio >= 0.4  yes"
    assert slow == "room, p99   2.50  ms       0.250     10"
    assert missing == "skipped: the board against Redis: redis-server is not installed"
    assert count == "1 of 1 goals are met"


def test_a_subject_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nothing", "--json", str(tmp_path / "rows.json")])
    said = capsys.readouterr().err
    assert all(name in said for name in SUBJECTS)
    assert not (tmp_path / "rows.json").exists()


def test_percentiles_and_middles() -> None:
    assert percentile([3, 1, 2], 0.99) == 3
    assert percentile(range(100), 0.5) == 50
    assert Times([0.001, 0.003, 0.002], [0.004]).wall_ms == pytest.approx(2)
    assert typical([900, 1, 3, 2]) == 2.5
    assert Times([], [0.004]).processor_ms == 4


def test_what_votes_wrote_is_found_and_shared_out() -> None:
    keys = {"votes": ["id"], "answers": ["id"]}
    before: State = {"votes": {(1,): {"id": 1, "helped": None}}, "answers": {(7,): {"id": 7, "looks": 0}}}
    after: State = {
        "votes": {
            (1,): {"id": 1, "helped": 1},
            (2,): {"id": 2, "helped": None},
            (3,): {"id": 3, "helped": None},
        },
        "answers": {(7,): {"id": 7, "looks": 2}},
    }
    writes = writes_between(before, after, keys)
    first = Write("votes", {}, {"id": 2, "helped": None})
    looked = Write("answers", {"id": 7}, {"looks": 2})
    assert writes[1:] == [first, Write("votes", {}, {"id": 3, "helped": None}), looked]
    assert [len(share) for share in shares(writes, 2)] == [3, 3]
    assert shares(writes, 2)[0][0] == first
    assert all(looked in share for share in shares(writes, 2))
    assert first.sql("?") == 'INSERT INTO "votes" ("id", "helped") VALUES (?, ?)'
    assert looked.sql("$") == 'UPDATE "answers" SET "looks" = $1 WHERE "id" = $2'
    assert looked.parameters == (2, 7)
