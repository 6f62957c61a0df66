"""What may stand in a log: words and codes that are surely none of a member's."""


class Said(str):
    """Words for a log that no member wrote and nobody is called by: ours, or the name of an error, a platform, a method.

    Whatever else is handed to a logger as text is left out of the log.
    """

    __slots__ = ()


def name_of(error: BaseException) -> Said:
    """What kind of error it is, without its words: they may quote what a member wrote."""
    return Said(type(error).__name__)
