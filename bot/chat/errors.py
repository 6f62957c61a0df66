"""What keeps Studyhall from doing what whoever runs it asked for, in their words; what members are told is a ``UserError``."""


class NotKeptError(Exception):
    """What is kept can be neither read nor written just now. Whoever operates Studyhall was told already, once a minute."""


class OperatorError(Exception):
    """It cannot be done: ``said`` is a sentence on why, ``remedy`` one on what to do. Neither holds a secret."""

    def __init__(self, said: str, remedy: str) -> None:
        super().__init__(said, remedy)
        self.said = said
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.said} {self.remedy}"
