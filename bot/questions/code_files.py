"""A code question's files, as a member tries them at home: the code, and tests that import it."""

from collections.abc import Iterator

CODE_FILE = "starter.py"
TESTS_FILE = "tests.py"
SOLUTION_FILE = "solution.py"


def tests_file(tests: str) -> str:
    """The tests as a script beside the code: an assertion that fails ends it, else it says that all passed."""
    return f'from starter import *  # the names in {CODE_FILE}\n\n{tests}\n\nprint("All tests passed.")\n'


def code_files(starter: str, tests: str, solution: str = "") -> Iterator[tuple[str, bytes]]:
    """The files by their names; the solution is among them only where it is given."""
    yield CODE_FILE, f"{starter}\n".encode()
    yield TESTS_FILE, tests_file(tests).encode()
    if solution:
        yield SOLUTION_FILE, f"{solution}\n".encode()
