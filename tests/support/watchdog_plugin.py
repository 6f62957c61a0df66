"""No test holds up a run: what hangs ends its process with every thread's stack, and each failure is named at once.

The longest test takes 10 s. xdist reports whose process ended as failed and goes on with the others in a new one.

pytest's own ``faulthandler_timeout`` lets go at a test's first failure, and it is a failed test that hangs: what it
was to release stays held when its fixtures end.
"""

import faulthandler
import os
import sys
from collections.abc import Generator

import pytest

PATIENCE_SECONDS = 120
_STDERR = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep the real stderr, which pytest replaces while a test runs, and name failures in the process that prints."""
    config.stash[_STDERR] = os.dup(2)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Failures())


class _Failures:
    """A run that is cut off never comes to its summary."""

    @staticmethod
    def pytest_runtest_logreport(report: pytest.TestReport) -> None:
        if report.failed:
            sys.stderr.write(f"\nFAILED {report.nodeid} ({report.when})\n{report.longreprtext[-4000:]}\n")


def _watched(item: pytest.Item) -> Generator[None]:
    faulthandler.dump_traceback_later(PATIENCE_SECONDS, exit=True, file=item.config.stash[_STDERR])
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Watch what comes before the test."""
    yield from _watched(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Watch the test."""
    yield from _watched(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Watch what comes after the test, failed or not."""
    yield from _watched(item)
