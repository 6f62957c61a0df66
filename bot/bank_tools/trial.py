"""Runs pieces of code with their tests, one after the other, in the process that this script is.

Reads a JSON list of [code, tests] and the seconds for each from its arguments; writes a JSON line for each as it is done:
[what was raised or "", the library that is missing or ""]. It ends in the midst of one that takes too long.
"""

import contextlib
import faulthandler
import io
import json
import os
import sys
import traceback
import types


def _tried(code: str, tests: str) -> tuple[str, str]:
    module = types.ModuleType("starter")
    sys.modules["starter"] = module
    try:
        exec(compile(code, "starter.py", "exec"), module.__dict__)  # noqa: S102
        exec(compile(tests, "tests.py", "exec"), {"__name__": "__main__"})  # noqa: S102
    except ModuleNotFoundError as error:
        return str(error), error.name or ""
    except BaseException as error:  # noqa: BLE001  (even a sys.exit is a failure of what is tried)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in line {frame.lineno} of {frame.filename}: {error}", ""
    return "", ""


def _main() -> None:
    seconds = float(sys.argv[1])
    said = sys.stdout
    for code, tests in json.load(sys.stdin):
        # It needs no turn of Python's own, so that it ends what never lets go, too.
        faulthandler.dump_traceback_later(seconds, exit=True)
        with contextlib.redirect_stdout(io.StringIO()):
            result = _tried(code, tests)
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(result), file=said, flush=True)
    os._exit(0)  # threads that were left behind are not waited for


if __name__ == "__main__":
    _main()
