"""What an error says, and all that a log could show with it."""

import traceback


def said_by(error: BaseException) -> str:
    """The error as a traceback shows it, and every error that hangs on it, hidden ones too."""
    found, said = [error], []
    for each in found:
        said += [str(each), repr(each), repr(each.args), repr(vars(each))]
        found += [
            other for other in (each.__cause__, each.__context__) if other is not None and other not in found
        ]
    return "\n".join([*said, *traceback.format_exception(error)])
