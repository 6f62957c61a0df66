"""What the buttons, lists and forms of the daily round do."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action


class OfRound(Action):
    """Base of what is about a round."""

    round_id: int


class OfAnswer(OfRound):
    """Base of what is about an answer in a round."""

    answer_id: int


class OfItem(OfGroup):
    """Base of what is about a question of a group's bank."""

    item_id: str


class ShowRound(OfRound, tag="round"):
    """Show a round's question, and where one stands with it."""


class PickPast(OfGroup, tag="past"):
    """Open a round chosen from a list."""


class OpenPastSearch(OfGroup, tag="findpast"):
    """Open the form that searches past questions."""


class SearchPast(OfGroup, tag="foundpast"):
    """List the past questions that have the form's words."""


class OpenAnswer(OfRound, tag="answer"):
    """Open the form to answer, with what was written before."""


class SaveUnseen(OfRound, tag="save"):
    """Save what a form holds that is from when forms didn't carry what they were opened with."""


class SaveAnswer(OfRound, tag="save", version=2):
    """Save what the form holds. ``seen`` marks the words that the form was opened on, -1 where that is not known."""

    seen: int = -1


class KeepSaved(OfRound, tag="keepsaved"):
    """Leave one's saved answer as it is, and let go of what was sent after it."""


class AskLock(OfRound, tag="locking"):
    """Ask whether they really lock their answer."""


class LockAnswer(OfRound, tag="lock"):
    """End editing and show the model answer."""


class AskTakeBack(OfRound, tag="takingback"):
    """Ask whether they really take their own answer back."""


class TakeBack(OfRound, tag="takeback"):
    """Take one's own answer back: it is deleted, or leaves the ballot or the reveal."""


class ShowHint(OfRound, tag="hint"):
    """Show the hint."""


class GetFiles(OfRound, tag="files"):
    """Send a code question's starter and tests as files."""


class AskPass(OfRound, tag="passing"):
    """Ask whether they really pass."""


class Pass(OfRound, tag="pass"):
    """Pass, and show the key points."""


class KeepLate(OfRound, tag="late"):
    """Keep a text that came after the close, for oneself."""


class OpenBallot(OfRound, tag="ballot"):
    """Begin a ballot, or go on with it."""


class Judge(OfAnswer, tag="judge"):
    """Say whether an answer helped, and go on."""

    helped: bool


class LookAgain(OfRound, tag="again"):
    """Open a decided page again; the value is the answer's id."""


class LookBack(OfAnswer, tag="lookback"):
    """Open what was decided before: a page, or with an ``other_id`` a pair."""

    other_id: int = 0


class Prefer(OfRound, tag="prefer"):
    """Say which of a pair helped more, and go on."""

    winner_id: int
    loser_id: int


class ReadPair(OfRound, tag="readpair"):
    """Read one side of a pair in full."""

    left_id: int
    right_id: int
    shown: int


class EndBallot(OfRound, tag="enough"):
    """Finish a ballot before its end."""


class AskUnvote(OfRound, tag="unvoting"):
    """Ask whether they really take back what they said on a ballot."""


class Unvote(OfRound, tag="unvote"):
    """Take back everything one said on a ballot, which can then be begun again."""


class OpenNote(OfAnswer, tag="note"):
    """Open the form for a line to an author."""


class SaveNote(OfAnswer, tag="savenote"):
    """Save a line to an author."""


class AskReport(OfAnswer, tag="reporting"):
    """Ask whether they really report an answer."""


class Report(OfAnswer, tag="report"):
    """Report an answer."""


class Moderate(OfAnswer, tag="moderate"):
    """Settle a reported answer: keep, remove, or bar its author."""

    verdict: str


class ReadAnswers(OfRound, tag="readall"):
    """Read a revealed round, one answer a page; the last page is the model answer."""

    page: int


class MyResult(OfRound, tag="mine"):
    """Show how one's own answer did."""


class MarkUseful(OfRound, tag="useful"):
    """Say that a line one received was useful; its writer learns of it, not from whom."""

    line_id: int


class CloseNow(OfRound, tag="closenow"):
    """Close a round's answers now (organisers)."""


class RevealNow(OfRound, tag="revealnow"):
    """Reveal a round now (organisers)."""


class AskWithdraw(OfRound, tag="withdrawing"):
    """Ask whether a running round's question is really withdrawn (organisers)."""


class Withdraw(OfRound, tag="withdraw"):
    """Withdraw a running round's question (organisers)."""


class PostNow(OfGroup, tag="postnow"):
    """One question moment now (organisers). ``after`` is the newest round it was asked about, so a repeat does nothing."""

    after: int


class SkipNext(OfGroup, tag="skipnext"):
    """Leave out the next question day (organisers); the date is part of it, so a repeat does nothing."""

    ordinal: int


class Another(OfGroup, tag="another"):
    """Preview what would come if so many questions before it could not; 0 is the one that comes."""

    number: int


class AskNext(OfItem, tag="asknext"):
    """Put a question at the head of the queue."""


class NeverAsk(OfItem, tag="neverask"):
    """Let the group never be asked a question."""


class ShowComing(OfGroup, tag="coming"):
    """Show the queue, the plan, and what is never asked."""


class PickQueued(OfGroup, tag="pickqueued"):
    """Choose a queued question to move or remove; the value is its id."""


class MoveQueued(OfItem, tag="movequeued"):
    """Move a queued question to a place, from 0, or take it out of the queue, at -1."""

    to: int


class AskAgain(OfGroup, tag="askagain"):
    """Let a question that is never asked be asked again; the value is its id."""


class OpenPlan(OfGroup, tag="openplan"):
    """Open the form that plans a weekday or a week."""


class SavePlan(OfGroup, tag="saveplan"):
    """Keep what the form plans."""


class Practise(Action, tag="practise"):
    """Another question to practise alone; ``topic`` is a node of the tree or "", ``phase`` one of the phases or ""."""

    topic: str
    phase: str
    number: int


class Practised(Action):
    """Base of what is about a practice question.

    What comes after it is known by the rest, in few characters: ``depth`` counts the parts of the item's topic that
    were asked for (0 for any topic), ``phase`` numbers the phases from 1 (0 for any), ``number`` is Practise's.
    """

    item_id: str
    depth: int = 0
    phase: int = 0
    number: int = 0


class PractiseAnswer(Practised, tag="tryout"):
    """Open the form of a practice question."""


class PractiseSave(Practised, tag="tried"):
    """Compare what the form holds with the model answer."""


class PractiseShow(Action, tag="practshow"):
    """Show a practice question's "hint", its "files", its model "answer", or the files with the "solution"."""

    item_id: str
    what: str
    depth: int = 0
    phase: int = 0
    number: int = 0
