"""No test holds up a run: what hangs ends its process with every thread's stack, and each failure is named at once.

The longest test takes 10 s. xdist reports whose process ended as failed and goes on with the others in a new one.

It is a failed test that hangs: what it was to release stays held when its fixtures end. At a failure pytest itself
lets go, with its own ``faulthandler_timeout`` too.
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


def _watch(config: pytest.Config) -> None:
    faulthandler.dump_traceback_later(PATIENCE_SECONDS, exit=True, file=config.stash[_STDERR])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch a test with what comes before and after it."""
    _watch(item.config)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """Watch on after a failure, where pytest lets go."""
    if isinstance(node, pytest.Item):
        _watch(node.config)
