"""What the buttons, lists and forms of the daily round do."""

from bot.chat.actions import Action


class ShowRound(Action, tag="round"):
    """Show a round's question, and where one stands with it."""

    round_id: int


class PickPast(Action, tag="past"):
    """Open a round chosen from a list."""

    group_id: int


class OpenPastSearch(Action, tag="findpast"):
    """Open the form that searches past questions."""

    group_id: int


class SearchPast(Action, tag="foundpast"):
    """List the past questions that have the form's words."""

    group_id: int


class OpenAnswer(Action, tag="answer"):
    """Open the form to answer, with what was written before."""

    round_id: int


class SaveUnseen(Action, tag="save"):
    """Save what a form holds that is from when forms didn't carry what they were opened with."""

    round_id: int


class SaveAnswer(Action, tag="save", version=2):
    """Save what the form holds. ``seen`` marks the words that the form was opened on, -1 where that is not known."""

    round_id: int
    seen: int = -1


class KeepSaved(Action, tag="keepsaved"):
    """Leave one's saved answer as it is, and let go of what was sent after it."""

    round_id: int


class AskLock(Action, tag="locking"):
    """Ask whether they really lock their answer."""

    round_id: int


class LockAnswer(Action, tag="lock"):
    """End editing and show the model answer."""

    round_id: int


class AskTakeBack(Action, tag="takingback"):
    """Ask whether they really take their own answer back."""

    round_id: int


class TakeBack(Action, tag="takeback"):
    """Take one's own answer back: it is deleted, or leaves the ballot or the reveal."""

    round_id: int


class ShowHint(Action, tag="hint"):
    """Show the hint."""

    round_id: int


class GetFiles(Action, tag="files"):
    """Send a code question's starter and tests as files."""

    round_id: int


class AskPass(Action, tag="passing"):
    """Ask whether they really pass."""

    round_id: int


class Pass(Action, tag="pass"):
    """Pass, and show the key points."""

    round_id: int


class KeepLate(Action, tag="late"):
    """Keep a text that came after the close, for oneself."""

    round_id: int


class OpenBallot(Action, tag="ballot"):
    """Begin a ballot, or go on with it."""

    round_id: int


class Judge(Action, tag="judge"):
    """Say whether an answer helped, and go on."""

    round_id: int
    answer_id: int
    helped: bool


class LookAgain(Action, tag="again"):
    """Open a decided page again; the value is the answer's id."""

    round_id: int


class LookBack(Action, tag="lookback"):
    """Open what was decided before: a page, or with an ``other_id`` a pair."""

    round_id: int
    answer_id: int
    other_id: int = 0


class Prefer(Action, tag="prefer"):
    """Say which of a pair helped more, and go on."""

    round_id: int
    winner_id: int
    loser_id: int


class ReadPair(Action, tag="readpair"):
    """Read one side of a pair in full."""

    round_id: int
    left_id: int
    right_id: int
    shown: int


class EndBallot(Action, tag="enough"):
    """Finish a ballot before its end."""

    round_id: int


class AskUnvote(Action, tag="unvoting"):
    """Ask whether they really take back what they said on a ballot."""

    round_id: int


class Unvote(Action, tag="unvote"):
    """Take back everything one said on a ballot, which can then be begun again."""

    round_id: int


class OpenNote(Action, tag="note"):
    """Open the form for a line to an author."""

    round_id: int
    answer_id: int


class SaveNote(Action, tag="savenote"):
    """Save a line to an author."""

    round_id: int
    answer_id: int


class AskReport(Action, tag="reporting"):
    """Ask whether they really report an answer."""

    round_id: int
    answer_id: int


class Report(Action, tag="report"):
    """Report an answer."""

    round_id: int
    answer_id: int


class Moderate(Action, tag="moderate"):
    """Settle a reported answer: keep, remove, or bar its author."""

    round_id: int
    answer_id: int
    verdict: str


class ReadAnswers(Action, tag="readall"):
    """Read a revealed round, one answer a page; the last page is the model answer."""

    round_id: int
    page: int


class MyResult(Action, tag="mine"):
    """Show how one's own answer did."""

    round_id: int


class MarkUseful(Action, tag="useful"):
    """Say that a line one received was useful; its writer learns of it, not from whom."""

    round_id: int
    line_id: int


class CloseNow(Action, tag="closenow"):
    """Close a round's answers now (organisers)."""

    round_id: int


class RevealNow(Action, tag="revealnow"):
    """Reveal a round now (organisers)."""

    round_id: int


class AskWithdraw(Action, tag="withdrawing"):
    """Ask whether a running round's question is really withdrawn (organisers)."""

    round_id: int


class Withdraw(Action, tag="withdraw"):
    """Withdraw a running round's question (organisers)."""

    round_id: int


class PostNow(Action, tag="postnow"):
    """One question moment now (organisers). ``after`` is the newest round it was asked about, so a repeat does nothing."""

    group_id: int
    after: int


class SkipNext(Action, tag="skipnext"):
    """Leave out the next question day (organisers); the date is part of it, so a repeat does nothing."""

    group_id: int
    ordinal: int


class Another(Action, tag="another"):
    """Preview what would come if so many questions before it could not; 0 is the one that comes."""

    group_id: int
    number: int


class AskNext(Action, tag="asknext"):
    """Put a question at the head of the queue."""

    group_id: int
    item_id: str


class NeverAsk(Action, tag="neverask"):
    """Let the group never be asked a question."""

    group_id: int
    item_id: str


class ShowComing(Action, tag="coming"):
    """Show the queue, the plan, and what is never asked."""

    group_id: int


class PickQueued(Action, tag="pickqueued"):
    """Choose a queued question to move or remove; the value is its id."""

    group_id: int


class MoveQueued(Action, tag="movequeued"):
    """Move a queued question to a place, from 0, or take it out of the queue, at -1."""

    group_id: int
    item_id: str
    to: int


class AskAgain(Action, tag="askagain"):
    """Let a question that is never asked be asked again; the value is its id."""

    group_id: int


class OpenPlan(Action, tag="openplan"):
    """Open the form that plans a weekday or a week."""

    group_id: int


class SavePlan(Action, tag="saveplan"):
    """Keep what the form plans."""

    group_id: int


class Practise(Action, tag="practise"):
    """Another question to practise alone; ``topic`` is a node of the tree or "", ``phase`` one of the phases or ""."""

    topic: str
    phase: str
    number: int


class PractiseAnswer(Action, tag="tryout"):
    """Open the form of a practice question.

    What comes after it is known by the rest, in few characters: ``depth`` counts the parts of the item's topic that
    were asked for (0 for any topic), ``phase`` numbers the phases from 1 (0 for any), ``number`` is Practise's.
    """

    item_id: str
    depth: int = 0
    phase: int = 0
    number: int = 0


class PractiseSave(Action, tag="tried"):
    """Compare what the form holds with the model answer."""

    item_id: str
    depth: int = 0
    phase: int = 0
    number: int = 0


class PractiseShow(Action, tag="practshow"):
    """Show a practice question's "hint", its "files", its model "answer", or the files with the "solution"."""

    item_id: str
    what: str
    depth: int = 0
    phase: int = 0
    number: int = 0
