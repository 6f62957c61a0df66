"""What the buttons, lists and forms of quizzes do. ``position`` ties each to its question, so that old ones are seen."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class Tap(Action):
    """Choose one of the lettered choices, or where several can be right, take it back: the state that is wanted."""

    tag: ClassVar[str] = "qtap"
    quiz_id: int
    position: int
    index: int
    on: bool


@dataclass(frozen=True, slots=True)
class SayTruth(Action):
    """Say whether a statement is true; the reasons follow."""

    tag: ClassVar[str] = "qtruth"
    quiz_id: int
    position: int
    truth: bool


@dataclass(frozen=True, slots=True)
class Undo(Action):
    """Take choices back until only so many are left."""

    tag: ClassVar[str] = "qundo"
    quiz_id: int
    position: int
    left: int


@dataclass(frozen=True, slots=True)
class Seal(Action):
    """Hand in what was chosen."""

    tag: ClassVar[str] = "qseal"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class AskNumber(Action):
    """Open the form for a number."""

    tag: ClassVar[str] = "qnumber"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class SendNumber(Action):
    """Hand a number in."""

    tag: ClassVar[str] = "qnumsend"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Next(Action):
    """Go on to the next question, or to the result."""

    tag: ClassVar[str] = "qnext"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class ReadWhole(Action):
    """Read an answered question in parts, where one message has no room: the question, the reasons, the sources."""

    tag: ClassVar[str] = "qwhole"
    quiz_id: int
    position: int
    page: int


@dataclass(frozen=True, slots=True)
class OwnUp(Action):
    """Say that a right answer was a guess: it comes again sooner."""

    tag: ClassVar[str] = "qguess"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class OpenChallenge(Action):
    """Open the form to say what is wrong with a question."""

    tag: ClassVar[str] = "qchall"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class SendChallenge(Action):
    """Hand a challenge in."""

    tag: ClassVar[str] = "qchallsend"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Settle(Action):
    """An organiser decides on a challenged question: take it out, or keep it."""

    tag: ClassVar[str] = "qsettle"
    group_id: int
    item_id: str
    take_out: bool


@dataclass(frozen=True, slots=True)
class StopQuiz(Action):
    """Stop a quiz where it stands."""

    tag: ClassVar[str] = "qstop"
    quiz_id: int


@dataclass(frozen=True, slots=True)
class StartAgain(Action):
    """Stop the unfinished quiz and start a new one like it."""

    tag: ClassVar[str] = "qagain"
    quiz_id: int


@dataclass(frozen=True, slots=True)
class StartKind(Action):
    """Start a quiz of a mode: solo, review or mistakes."""

    tag: ClassVar[str] = "qstart"
    group_id: int
    mode: str


@dataclass(frozen=True, slots=True)
class PickSession(Action):
    """Open one of one's own sessions, chosen from a list."""

    tag: ClassVar[str] = "qpast"
    group_id: int


@dataclass(frozen=True, slots=True)
class JoinQuiz(Action):
    """Be in a group quiz."""

    tag: ClassVar[str] = "qjoin"
    quiz_id: int


@dataclass(frozen=True, slots=True)
class LeaveQuiz(Action):
    """Leave a group quiz; nobody waits for you any more."""

    tag: ClassVar[str] = "qleave"
    quiz_id: int


@dataclass(frozen=True, slots=True)
class BeginQuiz(Action):
    """Begin a group quiz before its lobby ends."""

    tag: ClassVar[str] = "qbegin"
    quiz_id: int


@dataclass(frozen=True, slots=True)
class OpenOwn(Action):
    """Open one's own private card of a group quiz's question."""

    tag: ClassVar[str] = "qown"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class ChangeOwn(Action):
    """Take back what was handed in to a group quiz's question, once, to hand in something else."""

    tag: ClassVar[str] = "qchange"
    quiz_id: int
    position: int


@dataclass(frozen=True, slots=True)
class MyQuizResult(Action):
    """Show one's own result of a group quiz."""

    tag: ClassVar[str] = "qmine"
    quiz_id: int
