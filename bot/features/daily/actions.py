"""What the buttons, lists and forms of the daily round do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ShowRound(Action):
    """Show a round's question, and where one stands with it."""

    tag: ClassVar[str] = "round"
    round_id: int


@dataclass(frozen=True, slots=True)
class PickPast(Action):
    """Open a round chosen from a list."""

    tag: ClassVar[str] = "past"
    group_id: int


@dataclass(frozen=True, slots=True)
class OpenAnswer(Action):
    """Open the form to answer, with what was written before."""

    tag: ClassVar[str] = "answer"
    round_id: int


@dataclass(frozen=True, slots=True)
class SaveAnswer(Action):
    """Save what the form holds."""

    tag: ClassVar[str] = "save"
    round_id: int


@dataclass(frozen=True, slots=True)
class LockAnswer(Action):
    """End editing and show the model answer."""

    tag: ClassVar[str] = "lock"
    round_id: int


@dataclass(frozen=True, slots=True)
class ShowHint(Action):
    """Show the hint."""

    tag: ClassVar[str] = "hint"
    round_id: int


@dataclass(frozen=True, slots=True)
class AskPass(Action):
    """Ask whether they really pass."""

    tag: ClassVar[str] = "passing"
    round_id: int


@dataclass(frozen=True, slots=True)
class Pass(Action):
    """Pass, and show the key points."""

    tag: ClassVar[str] = "pass"
    round_id: int


@dataclass(frozen=True, slots=True)
class KeepLate(Action):
    """Keep a text that came after the close, for oneself."""

    tag: ClassVar[str] = "late"
    round_id: int


@dataclass(frozen=True, slots=True)
class OpenBallot(Action):
    """Begin a ballot, or go on with it."""

    tag: ClassVar[str] = "ballot"
    round_id: int


@dataclass(frozen=True, slots=True)
class Judge(Action):
    """Say whether an answer helped, and go on."""

    tag: ClassVar[str] = "judge"
    round_id: int
    answer_id: int
    helped: bool


@dataclass(frozen=True, slots=True)
class LookAgain(Action):
    """Open a decided page again; the value is the answer's id."""

    tag: ClassVar[str] = "again"
    round_id: int


@dataclass(frozen=True, slots=True)
class Prefer(Action):
    """Say which of a pair helped more, and go on."""

    tag: ClassVar[str] = "prefer"
    round_id: int
    winner_id: int
    loser_id: int


@dataclass(frozen=True, slots=True)
class ReadPair(Action):
    """Read one side of a pair in full."""

    tag: ClassVar[str] = "readpair"
    round_id: int
    left_id: int
    right_id: int
    shown: int


@dataclass(frozen=True, slots=True)
class EndBallot(Action):
    """Finish a ballot before its end."""

    tag: ClassVar[str] = "enough"
    round_id: int


@dataclass(frozen=True, slots=True)
class OpenNote(Action):
    """Open the form for a line to an author."""

    tag: ClassVar[str] = "note"
    round_id: int
    answer_id: int


@dataclass(frozen=True, slots=True)
class SaveNote(Action):
    """Save a line to an author."""

    tag: ClassVar[str] = "savenote"
    round_id: int
    answer_id: int


@dataclass(frozen=True, slots=True)
class AskReport(Action):
    """Ask whether they really report an answer."""

    tag: ClassVar[str] = "reporting"
    round_id: int
    answer_id: int


@dataclass(frozen=True, slots=True)
class Report(Action):
    """Report an answer."""

    tag: ClassVar[str] = "report"
    round_id: int
    answer_id: int


@dataclass(frozen=True, slots=True)
class Moderate(Action):
    """Settle a reported answer: keep, remove, or bar its author."""

    tag: ClassVar[str] = "moderate"
    round_id: int
    answer_id: int
    verdict: str


@dataclass(frozen=True, slots=True)
class ReadAnswers(Action):
    """Read a revealed round, one answer a page; the last page is the model answer."""

    tag: ClassVar[str] = "readall"
    round_id: int
    page: int


@dataclass(frozen=True, slots=True)
class MyResult(Action):
    """Show how one's own answer did."""

    tag: ClassVar[str] = "mine"
    round_id: int


@dataclass(frozen=True, slots=True)
class CloseNow(Action):
    """Close a round's answers now (organisers)."""

    tag: ClassVar[str] = "closenow"
    round_id: int


@dataclass(frozen=True, slots=True)
class RevealNow(Action):
    """Reveal a round now (organisers)."""

    tag: ClassVar[str] = "revealnow"
    round_id: int


@dataclass(frozen=True, slots=True)
class PostNow(Action):
    """One question moment now (organisers). ``after`` is the newest round it was asked about, so a repeat does nothing."""

    tag: ClassVar[str] = "postnow"
    group_id: int
    after: int


@dataclass(frozen=True, slots=True)
class SkipNext(Action):
    """Leave out the next question day (organisers); the date is part of it, so a repeat does nothing."""

    tag: ClassVar[str] = "skipnext"
    group_id: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Practise(Action):
    """Another question to practise alone; ``topic`` is a node of the tree or "", ``phase`` one of the phases or ""."""

    tag: ClassVar[str] = "practise"
    topic: str
    phase: str
    number: int


@dataclass(frozen=True, slots=True)
class PractiseAnswer(Action):
    """Open the form of a practice question.

    What comes after it is known by the rest, in few characters: ``depth`` counts the parts of the item's topic that
    were asked for (0 for any topic), ``phase`` numbers the phases from 1 (0 for any), ``number`` is Practise's.
    """

    tag: ClassVar[str] = "tryout"
    item_id: str
    depth: int = 0
    phase: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class PractiseSave(Action):
    """Compare what the form holds with the model answer."""

    tag: ClassVar[str] = "tried"
    item_id: str
    depth: int = 0
    phase: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class PractiseShow(Action):
    """Show a practice question's hint ("hint") or its model answer ("answer")."""

    tag: ClassVar[str] = "practshow"
    item_id: str
    what: str
    depth: int = 0
    phase: int = 0
    number: int = 0
