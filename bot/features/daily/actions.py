"""What the buttons, lists and forms of the daily round do."""

from bot.chat.actions import Action


class RoundAction(Action):
    """Base of what is about a round."""

    round_id: int


class AnswerAction(RoundAction):
    """Base of what is about an answer in a round."""

    answer_id: int


class GroupAction(Action):
    """Base of what is about a group."""

    group_id: int


class ItemAction(GroupAction):
    """Base of what is about a question of a group's bank."""

    item_id: str


class ShowRound(RoundAction, tag="round"):
    """Show a round's question, and where one stands with it."""


class PickPast(GroupAction, tag="past"):
    """Open a round chosen from a list."""


class OpenPastSearch(GroupAction, tag="findpast"):
    """Open the form that searches past questions."""


class SearchPast(GroupAction, tag="foundpast"):
    """List the past questions that have the form's words."""


class OpenAnswer(RoundAction, tag="answer"):
    """Open the form to answer, with what was written before."""


class SaveUnseen(RoundAction, tag="save"):
    """Save what a form holds that is from when forms didn't carry what they were opened with."""


class SaveAnswer(RoundAction, tag="save", version=2):
    """Save what the form holds. ``seen`` marks the words that the form was opened on, -1 where that is not known."""

    seen: int = -1


class KeepSaved(RoundAction, tag="keepsaved"):
    """Leave one's saved answer as it is, and let go of what was sent after it."""


class AskLock(RoundAction, tag="locking"):
    """Ask whether they really lock their answer."""


class LockAnswer(RoundAction, tag="lock"):
    """End editing and show the model answer."""


class AskTakeBack(RoundAction, tag="takingback"):
    """Ask whether they really take their own answer back."""


class TakeBack(RoundAction, tag="takeback"):
    """Take one's own answer back: it is deleted, or leaves the ballot or the reveal."""


class ShowHint(RoundAction, tag="hint"):
    """Show the hint."""


class GetFiles(RoundAction, tag="files"):
    """Send a code question's starter and tests as files."""


class AskPass(RoundAction, tag="passing"):
    """Ask whether they really pass."""


class Pass(RoundAction, tag="pass"):
    """Pass, and show the key points."""


class KeepLate(RoundAction, tag="late"):
    """Keep a text that came after the close, for oneself."""


class OpenBallot(RoundAction, tag="ballot"):
    """Begin a ballot, or go on with it."""


class Judge(AnswerAction, tag="judge"):
    """Say whether an answer helped, and go on."""

    helped: bool


class LookAgain(RoundAction, tag="again"):
    """Open a decided page again; the value is the answer's id."""


class LookBack(AnswerAction, tag="lookback"):
    """Open what was decided before: a page, or with an ``other_id`` a pair."""

    other_id: int = 0


class Prefer(RoundAction, tag="prefer"):
    """Say which of a pair helped more, and go on."""

    winner_id: int
    loser_id: int


class ReadPair(RoundAction, tag="readpair"):
    """Read one side of a pair in full."""

    left_id: int
    right_id: int
    shown: int


class EndBallot(RoundAction, tag="enough"):
    """Finish a ballot before its end."""


class AskUnvote(RoundAction, tag="unvoting"):
    """Ask whether they really take back what they said on a ballot."""


class Unvote(RoundAction, tag="unvote"):
    """Take back everything one said on a ballot, which can then be begun again."""


class OpenNote(AnswerAction, tag="note"):
    """Open the form for a line to an author."""


class SaveNote(AnswerAction, tag="savenote"):
    """Save a line to an author."""


class AskReport(AnswerAction, tag="reporting"):
    """Ask whether they really report an answer."""


class Report(AnswerAction, tag="report"):
    """Report an answer."""


class Moderate(AnswerAction, tag="moderate"):
    """Settle a reported answer: keep, remove, or bar its author."""

    verdict: str


class ReadAnswers(RoundAction, tag="readall"):
    """Read a revealed round, one answer a page; the last page is the model answer."""

    page: int


class MyResult(RoundAction, tag="mine"):
    """Show how one's own answer did."""


class MarkUseful(RoundAction, tag="useful"):
    """Say that a line one received was useful; its writer learns of it, not from whom."""

    line_id: int


class CloseNow(RoundAction, tag="closenow"):
    """Close a round's answers now (organisers)."""


class RevealNow(RoundAction, tag="revealnow"):
    """Reveal a round now (organisers)."""


class AskWithdraw(RoundAction, tag="withdrawing"):
    """Ask whether a running round's question is really withdrawn (organisers)."""


class Withdraw(RoundAction, tag="withdraw"):
    """Withdraw a running round's question (organisers)."""


class PostNow(GroupAction, tag="postnow"):
    """One question moment now (organisers). ``after`` is the newest round it was asked about, so a repeat does nothing."""

    after: int


class SkipNext(GroupAction, tag="skipnext"):
    """Leave out the next question day (organisers); the date is part of it, so a repeat does nothing."""

    ordinal: int


class Another(GroupAction, tag="another"):
    """Preview what would come if so many questions before it could not; 0 is the one that comes."""

    number: int


class AskNext(ItemAction, tag="asknext"):
    """Put a question at the head of the queue."""


class NeverAsk(ItemAction, tag="neverask"):
    """Let the group never be asked a question."""


class ShowComing(GroupAction, tag="coming"):
    """Show the queue, the plan, and what is never asked."""


class PickQueued(GroupAction, tag="pickqueued"):
    """Choose a queued question to move or remove; the value is its id."""


class MoveQueued(ItemAction, tag="movequeued"):
    """Move a queued question to a place, from 0, or take it out of the queue, at -1."""

    to: int


class AskAgain(GroupAction, tag="askagain"):
    """Let a question that is never asked be asked again; the value is its id."""


class OpenPlan(GroupAction, tag="openplan"):
    """Open the form that plans a weekday or a week."""


class SavePlan(GroupAction, tag="saveplan"):
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
