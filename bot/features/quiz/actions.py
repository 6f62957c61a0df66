"""What the buttons, lists and forms of quizzes do. ``position`` ties each to its question, so that old ones are seen."""

from bot.chat.actions import Action


class Tap(Action, tag="qtap"):
    """Choose one of the lettered choices, or where several can be right, take it back: the state that is wanted."""

    quiz_id: int
    position: int
    index: int
    on: bool


class SayTruth(Action, tag="qtruth"):
    """Say whether a statement is true; the reasons follow."""

    quiz_id: int
    position: int
    truth: bool


class Undo(Action, tag="qundo"):
    """Take choices back until only so many are left."""

    quiz_id: int
    position: int
    left: int


class Seal(Action, tag="qseal"):
    """Hand in what was chosen."""

    quiz_id: int
    position: int


class AskNumber(Action, tag="qnumber"):
    """Open the form for a number."""

    quiz_id: int
    position: int


class SendNumber(Action, tag="qnumsend"):
    """Hand a number in."""

    quiz_id: int
    position: int


class Next(Action, tag="qnext"):
    """Go on to the next question, or to the result."""

    quiz_id: int
    position: int


class ReadWhole(Action, tag="qwhole"):
    """Read an answered question in parts, where one message has no room: the question, the reasons, the sources."""

    quiz_id: int
    position: int
    page: int


class OwnUp(Action, tag="qguess"):
    """Say that a right answer was a guess: it comes again sooner."""

    quiz_id: int
    position: int


class OpenChallenge(Action, tag="qchall"):
    """Open the form to say what is wrong with a question."""

    quiz_id: int
    position: int


class SendChallenge(Action, tag="qchallsend"):
    """Hand a challenge in."""

    quiz_id: int
    position: int


class Settle(Action, tag="qsettle"):
    """An organiser decides on a challenged question: take it out, or keep it."""

    group_id: int
    item_id: str
    take_out: bool


class StopQuiz(Action, tag="qstop"):
    """Stop a quiz where it stands."""

    quiz_id: int


class StartAgain(Action, tag="qagain"):
    """Stop the unfinished quiz and start a new one like it."""

    quiz_id: int


class StartKind(Action, tag="qstart"):
    """Start a quiz of a mode: solo, review or mistakes."""

    group_id: int
    mode: str


class PickSession(Action, tag="qpast"):
    """Open one of one's own sessions, chosen from a list."""

    group_id: int


class JoinQuiz(Action, tag="qjoin"):
    """Be in a group quiz."""

    quiz_id: int


class LeaveQuiz(Action, tag="qleave"):
    """Leave a group quiz; nobody waits for you any more."""

    quiz_id: int


class BeginQuiz(Action, tag="qbegin"):
    """Begin a group quiz before its lobby ends."""

    quiz_id: int


class OpenOwn(Action, tag="qown"):
    """Open one's own private card of a group quiz's question."""

    quiz_id: int
    position: int


class ChangeOwn(Action, tag="qchange"):
    """Take back what was handed in to a group quiz's question, once, to hand in something else."""

    quiz_id: int
    position: int


class MyQuizResult(Action, tag="qmine"):
    """Show one's own result of a group quiz."""

    quiz_id: int
