"""What always fails leaves the others their turns, and is still tried."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.failing import LONGEST, Failing
from tests.outbox.post_office import NOON

SECOND = timedelta(seconds=1)


@given(bad=st.integers(0, 40), at_once=st.integers(1, 10))
def test_with_more_that_always_fail_than_are_taken_at_once_everything_else_is_moved_soon(
    bad: int, at_once: int
) -> None:
    failing = Failing()
    for second in range(10 * bad + 10):
        now = NOON + second * SECOND
        due = [each for each in range(bad + 1) if each not in failing.left_alone(now)][:at_once]
        if bad in due:  # it is due last of all
            break
        for each in due:
            failing.failed(each, now)
    assert bad in due


def test_what_fails_is_tried_ever_more_rarely_and_at_once_after_it_was_moved() -> None:
    failing, now, pauses = Failing(), NOON, []
    for _ in range(12):
        failing.failed(7, now)
        began = now
        while 7 in failing.left_alone(now):
            now += SECOND
        pauses.append(int((now - began).total_seconds()))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    failing.failed(7, now)
    assert failing.left_alone(now - LONGEST) == [], "the clock was put back"
    failing.moved(7)
    failing.failed(7, now)
    assert failing.left_alone(now + 2 * SECOND) == []
