"""Every sentence of a reveal, and of reading on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.access.actions import ComeBack
from bot.chat.cards import Accent, Block, Button, Card, Control, Part, Plain, Style, Verbatim, text
from bot.chat.rendering.said import excerpt
from bot.chat.words import counted
from bot.features.daily.actions import AskReport, AskTakeBack, MarkUseful, Moderate, MyResult, ReadAnswers
from bot.features.daily.ballots.ranking import provisional
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import Answer, AnswerState, Outcome, Result, Round
from bot.features.daily.question_blocks import answered, round_files, solution_blocks
from bot.features.daily.reveal.hearing import Received, how_it_fared
from bot.features.daily.rules import BEST, RANKED_FROM, Earned
from bot.membership.model import Consent, Member

MOST_THANKS = 3
"""So many lines can be marked as useful at once; what is marked makes room for the next."""

_NUMBERS = {1: "one", 2: "two", 3: "three"}
_REASONS = {
    "answer": "answering",
    "ballot": "your ballot",
    "helped": "votes you received",
    "best": "being among the best",
}


@dataclass(frozen=True, slots=True)
class Revealed:
    """A revealed round with what may be shown of it: answers by consent in ranked order, and their authors.

    Where a group keeps no score, how often an answer helped is told to its author alone.
    """

    round: Round
    result: Result
    shown: tuple[Answer, ...]
    authors: Mapping[int, Member]
    kept_out: int
    keeps_score: bool

    def outcome(self, answer: Answer) -> Outcome:
        """How a shown answer fared."""
        return next(o for o in self.result.outcomes if o.answer_id == answer.id)


def reveal_card(seen: Revealed) -> Card:
    """The reveal in the channel. It says what holds at any time: an older one is changed, too."""
    round_, result = seen.round, seen.result
    blocks: list[Block] = [text(f"*{round_.question.topic}*"), text(round_.question.prompt)]
    total = len(result.outcomes)
    if total == 0:
        nobody = "Nobody answered this time." if round_.ballot is BallotKind.NONE else "No answers are left."
        blocks.append(text(f"{nobody} Here is what a good answer includes."))
    elif seen.shown:
        quotes = _best(seen) if _ranks(result) else seen.shown
        blocks.append(text(_heading(seen, len(quotes))))
        blocks.extend(_quote(seen, answer) for answer in quotes)
    elif _ranks(result):
        blocks.append(text("No answer is shown in the channel this time."))
    if seen.kept_out and total < RANKED_FROM:
        blocks.append(text(f"{counted(seen.kept_out, 'answer stays', 'answers stay')} out of the channel."))
    blocks.extend(solution_blocks(round_.question))
    label = f"Read all {len(seen.shown)}" if len(seen.shown) > 1 else "Read it in full"
    row = (
        *((Button(label, ReadAnswers(round_.id, 0)),) if seen.shown else ()),
        *((Button("How did mine do?", MyResult(round_.id)),) if total else ()),
        *round_files(round_),
    )
    return Card(
        f"{round_.whose} reveal",
        tuple(blocks),
        (row,) if row else (),
        text(_turnout(result)),
        Accent.GOLD,
        read_all=ReadAnswers(round_.id, 0),
    )


def _ranks(result: Result) -> bool:
    return len(result.outcomes) >= RANKED_FROM


def _best(seen: Revealed) -> tuple[Answer, ...]:
    # Answers that helped nobody did not help most; where that is all there is, the lot has chosen among them.
    best = seen.shown[:BEST]
    return tuple(a for a in best if seen.outcome(a).helped) or best


def _heading(seen: Revealed, shown: int) -> str:
    total = len(seen.result.outcomes)
    if not _ranks(seen.result):
        if shown < total:
            return f"**{_NUMBERS[shown].capitalize()} of {_NUMBERS[total]} answers**"
        return "**The one answer**" if total == 1 else f"**The {_NUMBERS[total]} answers**"
    if not seen.outcome(seen.shown[0]).helped:
        why = "Nobody voted" if seen.result.voters == 0 else "No answer was marked as helpful"
        return f"**{_NUMBERS[shown].capitalize()} of the answers**\n\n{why}, so the choice is random."
    if not seen.keeps_score:
        return "**An answer that helped**" if shown == 1 else "**Two answers that helped**"
    heading = "**The answer that helped most**" if shown == 1 else "**The two answers that helped most**"
    if provisional(seen.result.voters):
        heading += f"\n\nProvisional: only {counted(seen.result.voters, 'person', 'people')} voted."
    return heading


def _turnout(result: Result) -> str:
    if result.participants == 0:
        return "The next question is open to everyone."
    return (
        f"{counted(result.participants, 'person', 'people')} took part: {len(result.outcomes)} answered, {result.voters} voted. "
        "`/my home` has what is open to you now, `/quiz start` has more."
    )


def _quote(seen: Revealed, answer: Answer) -> Block:
    if not answer.text:
        return text(_why_gone(seen, answer))
    parts: list[Part] = list(_author(seen, answer))
    fared = _fared(seen.result, seen.outcome(answer))
    if fared and _ranks(seen.result) and seen.keeps_score:
        parts.append(f" · {fared}")
    return answered(seen.round.question, answer.text, text(*parts))


def first_of(seen: Revealed, most: int) -> Verbatim | None:
    """The best answer that may be read, cut to so many characters; by lot where they were too few to rank."""
    answer = next((a for a in seen.shown if a.text), None)
    if answer is None:
        return None
    quote = _quote(seen, answer)
    return replace(quote, text=excerpt(quote.text, most)) if isinstance(quote, Verbatim) else None


def _why_gone(seen: Revealed, answer: Answer) -> str:
    author = seen.authors.get(answer.member_id)
    if author is not None and author.blanked_at is not None and answer.updated_at <= author.blanked_at:
        return "*The words of this answer are no longer kept: its author has left.*"
    return "*This answer was withdrawn by its author.*"


def _author(seen: Revealed, answer: Answer) -> tuple[Part, ...]:
    member = seen.authors.get(answer.member_id)
    if answer.consent is Consent.NAMED and member is not None and member.name:
        return (Plain(member.real_name),)
    return ("Unnamed (sample)",) if member is not None and member.sample else ("Unnamed",)


def _fared(result: Result, outcome: Outcome) -> str:
    if outcome.looks == 0:
        return ""
    if result.kind == BallotKind.PAIRS:
        return f"won {outcome.helped} of {counted(outcome.looks, 'pair')}"
    return how_it_fared(outcome, paired=False)


def read_card(seen: Revealed, page: int, *, organiser: bool, own: bool) -> Card:
    """One page of reading: the answers best first, then the model answer."""
    round_, last = seen.round, len(seen.shown)
    row: list[Control] = []
    if page > 0:
        row.append(Button("Back", ReadAnswers(round_.id, page - 1)))
    if page < last:
        label = "Next answer" if page + 1 < last else "Model answer"
        row.append(Button(label, ReadAnswers(round_.id, page + 1), Style.PRIMARY))
    if page == last:
        blocks: tuple[Block, ...] = (text(round_.question.prompt), *solution_blocks(round_.question))
        row += (*round_files(round_), Button("Today's question", ComeBack(round_.group_id, "today")))
        return Card(f"{round_.whose} model answer", blocks, (tuple(row),))
    answer = seen.shown[page]
    if organiser and answer.text:
        row.append(Button("Remove it", Moderate(round_.id, answer.id, "remove"), Style.DANGER))
    elif not own and answer.text:
        row.append(Button("Report", AskReport(round_.id, answer.id)))
    blocks = (text(round_.question.prompt), _quote(seen, answer))
    return Card(f"{round_.whose} answers: {page + 1} of {last}", blocks, (tuple(row),))


def mine_card(
    seen: Revealed, answer: Answer | None, lines: Sequence[Received], earned: Sequence[Earned]
) -> Card:
    """How one's own answer did: what readers said of it, and their lines."""
    round_, title = seen.round, f"{seen.round.whose} question and you"
    again = Button("Read the model answer", ReadAnswers(round_.id, len(seen.shown)))
    points = _points_words(earned) if seen.keeps_score and earned else ""
    outcome = seen.result.of(answer.member_id) if answer is not None else None
    if answer is None or not answer.text or answer.state is not AnswerState.SEALED or outcome is None:
        blocks: list[Block] = [text(_no_result(answer))]
        if points and (answer is None or answer.state is AnswerState.PASSED):
            blocks.append(text(f"This round earned you {points}"))
        if answer is not None and answer.text:
            blocks.append(answered(round_.question, answer.text))
        return Card(title, tuple(blocks), ((again,),))
    fared = _own_words(seen.result, outcome) + (f"\n\nIt earned you {points}" if points else "")
    numbered = list(enumerate(lines[:10], 1))
    blocks = [
        text(fared),
        *(Verbatim(line.text, text(_of_line(n, line)), marked=True) for n, line in numbered),
        answered(round_.question, answer.text, text("Your answer:")),
    ]
    thanks = [
        Button("Useful" if len(lines) == 1 else f"Line {n} was useful", MarkUseful(round_.id, line.id))
        for n, line in numbered
        if not line.useful
    ]
    row = (again, Button("Take my answer back", AskTakeBack(round_.id)))
    rows = (tuple(thanks[:MOST_THANKS]), row) if thanks else (row,)
    return Card(title, tuple(blocks), rows, accent=Accent.GOOD)


def _no_result(answer: Answer | None) -> str:
    """Why somebody's own answer has no result."""
    if answer is None:
        return "You had no answer in this round. The next one is open to you."
    if answer.state is AnswerState.PASSED:
        return "You passed this one."
    if not answer.text:
        return "The words of your answer were deleted: you took them back, or were away too long."
    if answer.state is AnswerState.LATE:
        return "Your answer came after the close, so only you can see it."
    return "Your answer was taken out. You can write to an organiser about it."


def _of_line(number: int, line: Received) -> str:
    if line.useful:
        return f"Line {number}, which you marked as useful:"
    return f"Line {number}, from a reader who would borrow this:"


def _points_words(earned: Sequence[Earned]) -> str:
    parts = ", ".join(f"{e.points} for {_REASONS[e.reason]}" for e in earned)
    return f"{counted(sum(e.points for e in earned), 'point')}: {parts}."


def _own_words(result: Result, outcome: Outcome) -> str:
    if outcome.looks == 0:
        return "Nobody read it on a ballot this time."
    return f"It {how_it_fared(outcome, paired=result.kind == BallotKind.PAIRS)}."
