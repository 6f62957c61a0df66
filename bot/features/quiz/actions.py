"""What the buttons, lists and forms of quizzes do."""

from bot.access.actions import OfGroup
from bot.questions.kinds.presses import OfQuestion, OfQuiz


class Next(OfQuestion, tag="qnext"):
    """Go on to the next question, or to the result."""


class ReadWhole(OfQuestion, tag="qwhole"):
    """Read an answered question in parts, where one message has no room: the question, the reasons, the sources."""

    page: int


class Reread(OfQuiz, tag="qreread"):
    """Read one of an ended quiz's questions again, chosen from a list."""


class OwnUp(OfQuestion, tag="qguess"):
    """Say that a right answer was a guess: it comes again sooner."""


class MineWasRight(OfQuestion, tag="qright"):
    """Say alone that what one typed was right though the key doesn't hold it, or take that back."""

    right: bool


class LookAtTyped(OfQuiz, tag="qtyped"):
    """Look, as an organiser, at what was typed in a group quiz and not accepted."""


class Accept(OfQuiz, tag="qaccept"):
    """Accept one of these for everyone who typed it, or take that back; it is chosen from a list."""

    right: bool


class OpenChallenge(OfQuestion, tag="qchall"):
    """Open the form to say what is wrong with a question."""


class SendChallenge(OfQuestion, tag="qchallsend"):
    """Hand a challenge in."""


class Settle(OfGroup, tag="qsettle"):
    """An organiser decides on a challenged question: take it out, or keep it."""

    item_id: str
    take_out: bool


class StopQuiz(OfQuiz, tag="qstop"):
    """Stop a quiz where it stands."""


class StartAgain(OfQuiz, tag="qagain"):
    """Stop the unfinished quiz and start a new one like it."""


class StartInstead(OfQuiz, tag="qinstead"):
    """End a quiz and start another one in its place; a ``difficulty`` of 0 is any."""

    topic: str
    count: int
    difficulty: int


class StartKind(OfGroup, tag="qstart"):
    """Start a quiz of a mode: solo, review or mistakes."""

    mode: str


class PickSession(OfGroup, tag="qpast"):
    """Open one of one's own sessions, chosen from a list."""


class JoinQuiz(OfQuiz, tag="qjoin"):
    """Be in a group quiz."""


class LeaveQuiz(OfQuiz, tag="qleave"):
    """Leave a group quiz; nobody waits for you any more."""


class BeginQuiz(OfQuiz, tag="qbegin"):
    """Begin a group quiz before its lobby ends."""


class GoOn(OfQuestion, tag="qgoon"):
    """Go on from the answer to a question of a group quiz before its time."""


class OpenOwn(OfQuestion, tag="qown"):
    """Open one's own private card of a group quiz, at the question that it is at by then."""


class FollowOwn(OfQuestion, tag="qfollow"):
    """Let one's own private card follow a group quiz to its present question. Nobody comes in by that."""


class ChangeOwn(OfQuestion, tag="qchange"):
    """Take back what was handed in to a group quiz's question, once, to hand in something else."""


class MyQuizResult(OfQuiz, tag="qmine"):
    """Show one's own result of a group quiz."""
